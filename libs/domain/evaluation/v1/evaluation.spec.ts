/// <reference types="jest" />
import {
  A,
  about,
  asking,
  corrected,
  engagement,
  given,
  organisation,
  P,
  person,
  qualification,
  school,
  today,
  type Data,
  type Posting,
} from '../../../../test/rules/given';

const [B, S] = ['adviser:bbbbbbbb', 'urn:100001'];
const independent = { of: 'known-adviser', test: { independent: true } };
const qualified = { of: 'known-adviser', test: { qualified: 'any' } };
const begun = [today('2026-09-01'), organisation(), school(S), person(), person(B)];
const ofSettings = (settings: Readonly<Record<string, readonly Data[]>>) => given(asking(settings), ...begun);
const ended = (provider: string, on: string, subject = A): Posting => ({
  type: 'EngagementEnded',
  subject,
  data: { provider, on },
});
const employed = (basis: string, subject = A): Posting => ({
  type: 'EngagementStarted',
  subject,
  data: { provider: S, from: '2026-01-01', basis },
});
const days = { setting: 'guidance', from: '2026-02-01', until: '2026-02-28' };

describe('nothing that is known speaks against a provider', () => {
  test('while no one is engaged', () => {
    const world = ofSettings({ guidance: [qualified] });
    expect(world.ask(days)).toMatchObject({ outcome: 'eligible', engaged: [] });
  });

  test('while one engaged adviser passes, whoever else fails', () => {
    const world = ofSettings({ guidance: [qualified] }).and(
      engagement('2026-01-01'),
      engagement('2026-01-01', P, B),
      qualification('2026-01-01', {}, B),
    );
    expect(world.ask(days).outcome).toBe('eligible');
  });

  test('but speaks where each engaged one fails: the reason is theirs, with the evidence of each', () => {
    const world = ofSettings({ guidance: [independent] }).and(
      engagement('2026-01-01'),
      engagement('2026-01-01', P, B),
      employed('employed'),
      employed('employed', B),
    );
    const { gaps, engaged } = world.ask({ ...days, school: S });
    expect(gaps).toEqual([
      {
        from: '2026-02-01',
        until: '2026-02-28',
        requirement: 'r0',
        reason: 'engaged-advisers-fail',
        evidence: ['8', '9'],
      },
    ]);
    expect(engaged.map(({ gaps: [gap] }) => gap?.reason)).toEqual([
      'adviser-not-independent',
      'adviser-not-independent',
    ]);
  });

  test('and of those named each passes, engaged or not', () => {
    const world = ofSettings({ guidance: [qualified] }).and(qualification('2026-02-10'));
    expect(world.ask({ ...days, advisers: [A] }).gaps).toMatchObject([
      { until: '2026-02-09', reason: 'qualification-not-started' },
    ]);
    expect(world.ask({ ...days, advisers: [A, B] }).covered).toEqual([]);
  });
});

describe('an adviser is independent of the school that asks', () => {
  test.each([
    ['contracted', 'eligible'],
    ['self', 'eligible'],
    ['employed', 'not-eligible'],
  ])('engaged by it as %s: %s', (basis, outcome) => {
    const world = ofSettings({ guidance: [independent] }).and(employed(basis));
    expect(world.ask({ ...days, school: S, advisers: [A] }).outcome).toBe(outcome);
  });

  test('from the day after the employment ended, which shows by its start', () => {
    const world = ofSettings({ guidance: [independent] }).and(employed('employed'), ended(S, '2026-02-09'));
    expect(world.ask({ ...days, school: S, advisers: [A] })).toMatchObject({
      covered: [{ from: '2026-02-10', until: '2026-02-28' }],
      gaps: [{ reason: 'adviser-not-independent', evidence: ['6'] }],
    });
  });

  test('under whichever key the school is named, and is answered by its first', () => {
    const world = ofSettings({ guidance: [independent] }).and(
      { type: 'ProviderIdentified', subject: S, data: { as: 'ukprn:10000077' } },
      employed('employed'),
    );
    expect(world.ask({ ...days, school: 'ukprn:10000077', advisers: [A] })).toMatchObject({
      school: S,
      outcome: 'not-eligible',
    });
  });

  test('if the question names none, which is warned of', () => {
    const world = ofSettings({ guidance: [independent] }).and(employed('employed'));
    const answer = world.ask({ ...days, advisers: [A] });
    expect(answer.outcome).toBe('eligible');
    expect(answer.warnings).toEqual([{ code: 'school-not-named', evidence: [] }]);
    expect(answer).not.toHaveProperty('school');
  });

  test('or not: that depends on an open dispute of the employment', () => {
    const world = ofSettings({ guidance: [independent] }).and(
      employed('employed'),
      about('DisputeOpened', 6, {}, A),
    );
    expect(world.ask({ ...days, school: S, advisers: [A] })).toMatchObject({
      outcome: 'indeterminate',
      uncertain: [{ evidence: ['6'] }],
    });
  });

  test('as a correction of its basis says', () => {
    const world = ofSettings({ guidance: [independent] }).and(
      employed('employed'),
      corrected(6, { provider: S, from: '2026-01-01', basis: 'contracted' }, A),
    );
    expect(world.ask({ ...days, school: S, advisers: [A] }).outcome).toBe('eligible');
    expect(world.ask({ ...days, school: S, advisers: [A], knownAt: 6 }).outcome).toBe('not-eligible');
  });

  test('a question that names a school which no one registered is refused', () => {
    const world = ofSettings({ guidance: [independent] });
    expect(() => world.ask({ ...days, school: 'urn:100009' })).toThrow('unknown-provider');
  });
});
