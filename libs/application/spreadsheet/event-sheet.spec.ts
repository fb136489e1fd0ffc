import { EVENTS, type EventType } from '@app/domain/event';
import { isRefusal, refuse } from '@app/domain/problem';
import { readSubmission } from '@app/domain/submission';
import { eventSheet, headerOf } from './event-sheet';

/** What a row of a table of these columns says, or why it is refused. */
function said(
  type: EventType,
  columns: readonly string[],
  cells: readonly string[],
  map: readonly string[] = [],
): unknown {
  const sheet = eventSheet(type, '/table', columns, map);
  if (isRefusal(sheet)) return sheet;
  const row = { line: 2, cells };
  const sent = sheet.eventIn(row);
  if (!('value' in sent)) return sent;
  const read = readSubmission('body:example', sent.value);
  return isRefusal(read) ? sheet.explained(read, row) : read;
}

const AWARD = ['id', 'subject', 'standard', 'reference', 'from', 'until', 'kind', 'scope'];
const award = (...cells: string[]) => said('AccreditationAwarded', AWARD, cells);

describe('A row of a table', () => {
  test('is an event, a cell a field, and an empty cell none', () => {
    expect(award('1', 'ukprn:10000001', 'matrix', 'M-1', '2026-09-01', '', 'initial', 'a; b;')).toEqual({
      body: 'body:example',
      source: '/table',
      id: '1',
      type: 'AccreditationAwarded',
      subject: 'ukprn:10000001',
      data: { standard: 'matrix', reference: 'M-1', from: '2026-09-01', kind: 'initial', scope: ['a', 'b'] },
    });
  });

  test('may have its days as the British write them, day and month first', () => {
    expect(
      award('1', 'ukprn:10000001', 'matrix', 'M-1', '03/04/2026', '28/02/2028', 'initial', ''),
    ).toMatchObject({
      data: { from: '2026-04-03', until: '2028-02-28' },
    });
    expect(
      award('1', 'ukprn:10000001', 'matrix', 'M-1', '3/4/2026', '9/12/2028', 'initial', ''),
    ).toMatchObject({ data: { from: '2026-04-03', until: '2028-12-09' } });
  });

  test.each([
    ['13/25/2026', 'no month 25'],
    ['03/14/2026', 'no month 14'],
    ['01/09/26', 'four digits'],
    ['31/04/2026', '01/09/2026'],
    ['2026/09/01', '01/09/2026'],
    ['01-09-2026', '01/09/2026'],
  ])('has no day in %s, and is not guessed at', (day, mend) => {
    expect(award('1', 'ukprn:10000001', 'matrix', 'M-1', day, '', 'initial', '')).toMatchObject({
      code: 'invalid-event',
      detail: 'Mend from on line 2, and post the table again',
      errors: [
        {
          pointer: '/data/from',
          column: 'from',
          value: day,
          detail: expect.stringContaining(mend) as string,
        },
      ],
    });
  });

  test('has numbers and pairs of them', () => {
    const columns = ['id', 'subject', 'framework', 'ages', 'from'];
    expect(
      said('ProgrammeMapped', columns, ['1', 'urn:100001', 'cdi', '11; 16', '2026-09-01']),
    ).toMatchObject({ data: { ages: [11, 16] } });
    expect(
      said('ProgrammeMapped', columns, ['1', 'urn:100001', 'cdi', '11-16', '2026-09-01']),
    ).toHaveProperty(
      'errors.0',
      expect.objectContaining({ pointer: '/data/ages', column: 'ages', value: '11-16' }),
    );
    const check = ['id', 'subject', 'standard', 'reference', 'month', 'on'];
    expect(
      said('ImprovementCheckMissed', check, ['1', 'ukprn:10000001', 'matrix', 'M-1', '12', '2026-09-01']),
    ).toMatchObject({ data: { month: 12 } });
  });

  test('has its fields from columns in any order, and from those that are mapped', () => {
    expect(
      said(
        'ProviderRegistered',
        ['Remarks', 'UKPRN', 'Organisation name', 'name'],
        ['none', '10000001', 'Example Careers', 'another name'],
        ['id={UKPRN}', 'subject=ukprn:{UKPRN}', 'name={Organisation name}', 'legalForm=company'],
      ),
    ).toMatchObject({
      id: '10000001',
      subject: 'ukprn:10000001',
      data: { name: 'Example Careers', legalForm: 'company' },
    });
  });

  test('lacks a field whose columns are all empty, so that no half of a key is made up', () => {
    expect(
      said('AdviserRegistered', ['Nr', 'Code'], ['7', ''], ['id={Nr}', 'subject=adviser:{Code}']),
    ).toMatchObject({ errors: [{ pointer: '/subject', column: 'Code', value: '' }] });
  });

  test('is told which column it lacks', () => {
    expect(said('AdviserMerged', ['id', 'subject'], ['1', 'adviser:example1'])).toMatchObject({
      errors: [{ pointer: '/data/into', detail: expect.stringContaining('No column') as string }],
    });
  });

  test('keeps what a rule says of it', () => {
    const sheet = eventSheet('AdviserMerged', '/table', ['id', 'subject', 'into'], []);
    if (isRefusal(sheet)) throw new Error(sheet.detail);
    const row = { line: 9, cells: ['1', 'adviser:example1', 'adviser:example2'] };
    const refusal = refuse('unknown-subject', 'adviser:example2 is not registered', '/data/into');
    expect(sheet.explained(refusal, row)).toEqual({
      ...refusal,
      errors: [{ ...refusal.errors?.[0], column: 'into', value: 'adviser:example2' }],
    });
  });
});

describe('The columns of a table', () => {
  test('that say nothing of the events are named, and those that every event needs and are not there', () => {
    expect(
      eventSheet('AccreditationLapsed', '/table', ['id', 'subject', 'Note', '', 'from'], []),
    ).toMatchObject({
      unknownColumns: ['Note'],
      missingColumns: ['standard', 'reference', 'reason'],
    });
  });

  test.each([
    ['no type', undefined, '/table', ['id'], []],
    ['a type that nobody knows', 'AccreditationAwardedd', '/table', ['id'], []],
    ['a type whose fields do not fit into cells', 'EventCorrected', '/table', ['id'], []],
    ['no source', 'AdviserRegistered', undefined, ['id'], []],
    ['a source that is none', 'AdviserRegistered', 'not a source', ['id'], []],
    ['no column that is known', 'AdviserRegistered', '/table', ['Nr', 'Code'], []],
    ['a column that is known, twice', 'AdviserRegistered', '/table', ['id', 'id', 'subject'], []],
    ['a mapping of a field that the type lacks', 'AdviserRegistered', '/table', ['id'], ['name={id}']],
    [
      'a mapping of more columns than any field is made of',
      'AdviserRegistered',
      '/table',
      ['id'],
      [`subject=${'{id}'.repeat(33)}`],
    ],
    ['a mapping from a column that is not there', 'AdviserRegistered', '/table', ['id'], ['subject={Code}']],
  ])('are refused before any row: %s', (_, type, source, columns, map) => {
    expect(eventSheet(type, source, columns, map)).toMatchObject({ code: 'invalid-event' });
  });
});

test.each(Object.keys(EVENTS))(
  'A table of %s has a template, unless its fields do not fit into cells',
  (type) => {
    const header = headerOf(type);
    if (isRefusal(header))
      expect(['BodyRecognised', 'PolicyEditionPublished', 'EventCorrected']).toContain(type);
    else expect(header.slice(0, 2)).toEqual(['id', 'subject']);
  },
);
