import { given, recognised, today, type Data } from '../../../test/rules/given';
import { EVENTS, type EventType } from '../log/event-catalogue';
import type { Matter } from '../subjects/body';
import { dayOf } from '../values/day';
import { isAllowed } from './authority';
import { asReadAtFirst, isNarrowed, opens } from './opens';

const from = '2026-09-01';
const of = (...mayPost: Parameters<typeof opens>[0]['mayPost']) =>
  opens({ name: 'Assessors', from, mayPost });
const registrarOnly = (Object.keys(EVENTS) as EventType[]).filter((type) => 'registrarOnly' in EVENTS[type]);
const others = (Object.keys(EVENTS) as EventType[]).filter((type) => !registrarOnly.includes(type));

describe('the sentences of what a recognition opens say', () => {
  test('of all types that nothing narrows them', () => {
    expect(of({ types: '*' })[0]).toMatch(
      /^It may post every type of event but .* about anyone, and of every/,
    );
  });

  test('of all types with a standard which carry one, and that it may post no other', () => {
    const sentences = of({ types: '*', standards: ['matrix', 'quality-in-careers'] });
    expect(sentences[0]).toContain('of the standard matrix or quality-in-careers: AccreditationApplied');
    expect(sentences[1]).toMatch(/^It may post events about events that are of the standard matrix or/);
    expect(sentences[2]).toContain('no other type, such as ProviderRegistered');
    expect(sentences.join(' ')).not.toMatch(/ProviderClosed|QualificationAwarded|SanctionImposed/);
  });

  test('of certificates and enrolments that they are of a qualification', () => {
    const [first] = of({ types: '*', qualifications: ['qcg'] });
    for (const type of ['QualificationAwarded', 'QualificationVoided', 'EnrolmentEnded'])
      expect(first).toContain(type);
    expect(first).not.toContain('Accreditation');
  });

  test('of types that are named which of them no standard narrows', () => {
    const sentences = of({
      types: ['AccreditationAwarded', 'ProviderClosed', 'DisputeOpened', 'QualificationAwarded', 'DayOpened'],
      standards: ['matrix'],
    });
    expect(sentences).toEqual([
      'It may post AccreditationAwarded of the standard matrix.',
      'It may post QualificationAwarded of every qualification.',
      'It may post ProviderClosed about anyone: no standard or qualification narrows this type.',
      'It may post DisputeOpened about events of the standard matrix, of every qualification, and of neither.',
      'It may not post DayOpened: only the registrar does.',
      expect.stringContaining('from 2026-09-01 on'),
    ]);
  });

  test('of several types that nothing narrows these types', () => {
    expect(of({ types: ['ProviderClosed', 'ProviderRegistered'], qualifications: ['qcg'] })[0]).toBe(
      'It may post ProviderRegistered and ProviderClosed about anyone: no standard or qualification narrows these types.',
    );
  });

  test('that it opens nothing, where it does', () => {
    expect(of()).toEqual(['From 2026-09-01 on it may post nothing.']);
  });

  test.each(Object.keys(EVENTS) as EventType[])(
    'of every type that is named what becomes of it: %s',
    (type) => {
      const [first] = of({ types: [type] });
      expect(first).toContain(`${others.includes(type) ? 'may post' : 'may not post'} ${type}`);
    },
  );
});

test('a recognition opens less than its "*" says where standards or qualifications stand beside it', () => {
  const narrowed = (...mayPost: Parameters<typeof opens>[0]['mayPost']) =>
    isNarrowed({ name: 'A', from, mayPost });
  expect(narrowed({ types: '*' })).toBe(false);
  expect(narrowed({ types: ['ProviderClosed'], standards: ['matrix'] })).toBe(false);
  expect(narrowed({ types: ['ProviderClosed'] }, { types: '*', standards: ['matrix'] })).toBe(true);
  expect(narrowed({ types: '*', qualifications: ['qcg'] })).toBe(true);
});

describe('a view as a release before 0.3 read it', () => {
  const BODY = 'body:matrix';
  const reading = (...mayPost: readonly Data[]) => {
    const known = given(today('2026-09-01'), recognised(BODY, '2020-01-01', mayPost)).known();
    const allows = (view: typeof known, type: EventType, matter: Matter, first?: string) =>
      isAllowed(view, BODY, type, matter, first === undefined ? undefined : dayOf(first));
    return (type: EventType, matter: Matter, first?: string) => [
      allows(known, type, matter, first),
      allows({ ...known, ...asReadAtFirst(known) }, type, matter, first),
    ];
  };
  const NEITHER: Matter = { of: 'neither' };
  const [ours, another]: readonly Matter[] = [
    { of: 'standard', code: 'matrix' },
    { of: 'standard', code: 'quality-in-careers' },
  ];

  test('opens by "*" beside standards what carries none, and no more of what carries another', () => {
    const may = reading({ types: '*', standards: ['matrix'] });
    expect(may('ProviderClosed', NEITHER)).toEqual([false, true]);
    expect(may('QualificationAwarded', { of: 'qualification', code: 'qcg' })).toEqual([false, true]);
    expect(may('AccreditationAwarded', ours ?? NEITHER)).toEqual([true, true]);
    expect(may('AccreditationAwarded', another ?? NEITHER)).toEqual([false, false]);
  });

  test('opens nothing that the registrar alone posts, no other day, and what is named as it is named', () => {
    const may = reading({ types: '*', standards: ['matrix'] });
    expect(may('DayOpened', NEITHER)).toEqual([false, false]);
    expect(may('ProviderClosed', NEITHER, '2019-12-31')).toEqual([false, false]);
    const named = reading({ types: ['AccreditationAwarded'], standards: ['matrix'] });
    expect(named('ProviderClosed', NEITHER)).toEqual([false, false]);
    expect(named('AccreditationAwarded', another ?? NEITHER)).toEqual([false, false]);
  });
});
