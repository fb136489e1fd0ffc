import { readParameters, type Query } from './parameters';

const KNOWN = ['provider', 'from', 'until', 'knownAt', 'adviser'] as const;
const read = (query: Query) => readParameters(query, KNOWN, ['adviser']);

describe('The parameters of a page', () => {
  it('are read by their names', () => {
    expect(read({ provider: 'a', from: '2026-09-01' })).toEqual({
      given: { provider: 'a', from: '2026-09-01' },
      isClean: true,
      faults: [],
    });
  });

  it.each([
    'utm_source',
    'fbclid',
    'gclid',
    'mc_cid',
    '_ga',
    'x',
    'ref',
    'sessionid',
    'update',
    'name',
    'id',
    'candidate',
    'today',
    'constructor',
    '__proto__x',
  ])('are none of what links pick up on their way: %s', (name) => {
    expect(read({ provider: 'a', [name]: '1' })).toEqual({
      given: { provider: 'a' },
      isClean: false,
      faults: [],
    });
  });

  it.each([
    ['FROM', 'from'],
    ['From', 'from'],
    ['amp;from', 'from'],
    ['amp;amp;from', 'from'],
    ['AMP;From', 'from'],
    ['on', 'from'],
    ['Until', 'until'],
    ['known_at', 'knownAt'],
    ['known-at', 'knownAt'],
    ['knownat', 'knownAt'],
    ['amp;knownAt', 'knownAt'],
    ['Providers', 'provider'],
    ['provider[]', 'provider'],
  ])('are read under %s as %s', (written, name) => {
    expect(read({ [written]: '1' })).toEqual({ given: { [name]: '1' }, isClean: false, faults: [] });
  });

  it.each(['advisers', 'Adviser', 'adviser[]', 'advisor', 'Advisors'])(
    'are read under %s as a list',
    (written) => {
      const { adviser = [] } = read({ [written]: ['1', '2'], adviser: '3' }).given;
      expect([adviser].flat().sort()).toEqual(['1', '2', '3']);
    },
  );

  it.each([
    ['form', 'from'],
    ['frm', 'from'],
    ['fromm', 'from'],
    ['untill', 'until'],
    ['untl', 'until'],
    ['provder', 'provider'],
    ['knownAs', 'knownAt'],
    ['to', 'until'],
    ['date_from', 'from'],
    ['fromDate', 'from'],
    ['startDate', 'from'],
    ['onDate', 'from'],
    ['end_date', 'until'],
    ['untilDate', 'until'],
    ['adviserKey', 'adviser'],
    ['advisor_id', 'adviser'],
    ['adviser[0]', 'adviser'],
    ['as_of', 'knownAt'],
    ['knownAtDate', 'knownAt'],
  ])('are refused where a name may be one of them: %s', (written, name) => {
    const { given, faults } = read({ [written]: '1' });
    expect(given).toEqual({});
    expect(faults.map((fault) => fault.name)).toEqual([name]);
    expect(faults[0]?.detail).toContain(`“${written}”`);
  });

  it('say what is wrong where two values are given, under whatever names', () => {
    for (const query of [{ from: ['1', '2'] }, { from: '1', FROM: '2' }])
      expect(read(query).faults).toEqual([
        { name: 'from', detail: 'The address gives this 2 times, as “1” and “2”: give it once' },
      ]);
  });

  it('may say the same thing twice', () => {
    expect(read({ from: ['1', '1', ''] })).toEqual({ given: { from: '1' }, isClean: false, faults: [] });
  });
});
