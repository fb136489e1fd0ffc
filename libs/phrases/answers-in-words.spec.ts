/// <reference types="jest" />
import fc from 'fast-check';
import {
  A,
  about,
  awarded,
  engagement,
  given,
  organisation,
  P,
  person,
  qualification,
  school,
  today,
  type Posting,
} from '../../test/rules/given';
import { answer } from '@app/domain/evaluation/v1/answer';
import type { Answer } from '@app/domain/evaluation/v1/answer-shape';
import { asIfEngaged } from '@app/domain/evaluation/v1/as-if-engaged';
import { policiesInOrder, resolveUnderSeveral } from '@app/domain/evaluation/v1/resolved-question';
import { BUILT_IN } from '@app/domain/policies/built-in';
import { dayOf } from '@app/domain/values/day';
import { isRefusal } from '@app/domain/values/problem';
import { answersInWords, saidInWords } from './answers-in-words';
import { reasonsInWords, verdictInWords } from './words';

const B = 'adviser:bbbbbbbb';
const S = 'urn:123456';

const begun = (): readonly Posting[] => [
  ...BUILT_IN.map(({ id, ...data }): Posting => ({
    type: 'PolicyEditionPublished',
    subject: `policy:${id}`,
    data: { ...data },
  })),
  today('2026-09-01'),
  organisation(),
  person(),
  person(B),
  school(S),
];
const closed = (on: string): Posting => ({
  type: 'ProviderClosed',
  subject: P,
  data: { on, reason: 'given-up' },
});
const employed = (from: string, adviser = A): Posting => engagement(from, S, adviser);
const ended = (on: string, provider: string, adviser = A): Posting => ({
  type: 'EngagementEnded',
  subject: adviser,
  data: { provider, on },
});

interface Question {
  readonly setting?: string;
  readonly from?: string;
  readonly until?: string;
  readonly advisers?: readonly string[];
  readonly school?: string;
}

interface Told {
  readonly answers: readonly Answer[];
  readonly asked: readonly Answer[];
}

function ask(postings: readonly Posting[], question: Question = {}): Told {
  const {
    setting = 'school-commissioned',
    from = '2026-09-01',
    until = '2027-07-20',
    advisers = [],
    school,
  } = question;
  const known = given(...begun(), ...postings).known();
  const policies = policiesInOrder(known, 'all');
  if (isRefusal(policies)) throw new Error(policies.detail);
  const days = { from: dayOf(from), until: dayOf(until) };
  const found = resolveUnderSeveral(known, { provider: P, setting, advisers, school, ...days }, policies);
  if (isRefusal(found)) throw new Error(found.detail);
  const recordedAt = '2026-09-01T09:00:00.000Z';
  return {
    answers: found.map((one) => answer(one, recordedAt)),
    asked: found.map((one) => answer(asIfEngaged(one), recordedAt)),
  };
}

const tell = (postings: readonly Posting[], question?: Question) => {
  const { answers, asked } = ask(postings, question);
  return answersInWords(answers, asked);
};
const FULL = [awarded('2024-03-15', '2027-03-14'), qualification('2019-07-01'), engagement('2024-09-01')];
const NAMED = { advisers: [A], school: S };

describe('several policies in a sentence', () => {
  test('are each told by their weight, the law first', () => {
    expect(tell(FULL, { school: S })).toBe(
      'The law: met. Public funding: says nothing of this setting. Statutory guidance: as it asks. The proposals of 2017: would be met until 14 March 2027, then not.',
    );
    expect(tell([awarded('2024-03-15')], { setting: 'school-in-house' })).toBe(
      'The law: says nothing of this setting. Public funding: says nothing of this setting. Statutory guidance: not as it asks. The proposals of 2017: would not be met.',
    );
  });

  test('say from when until when a policy is silent of some days, and that it is of all', () => {
    const told = (from: string, until: string) =>
      tell(FULL, { setting: 'national-careers-service', from, until }).split('. ')[1];
    expect(told('2026-09-01', '2026-12-31')).toBe(
      'Public funding: met until 30 September 2026, then it says nothing',
    );
    expect(told('2021-09-01', '2021-12-31')).toMatch(
      /^Public funding: says nothing before 20 September 2021, then not/,
    );
    expect(told('2021-09-01', '2021-09-10')).toBe('Public funding: says nothing of those days');
    expect(told('2021-09-01', '2021-09-01')).toBe('Public funding: says nothing of that day');
    expect(told('2027-01-01', '2027-12-31')).toBe('Public funding: says nothing of this setting');
  });

  test('say of a no before a yes on which day the yes begins', () => {
    expect(tell([...FULL, employed('2024-01-01'), ended('2027-01-31', S)], NAMED)).toMatch(
      /^The law: not met before 1 February 2027, then met\. /,
    );
  });

  test('say that it is undecided while a dispute is open', () => {
    const [award, ...others] = FULL;
    if (award === undefined) return;
    const disputed = [...others, award, about('DisputeOpened', begun().length + others.length)];
    expect(tell(disputed, { until: '2027-01-31' })).toContain(
      'The proposals of 2017: undecided, as a dispute is open.',
    );
  });

  test('count the days where that changes too often', () => {
    const gaps = ['09', '10', '11'].flatMap((month) => [
      {
        from: `2026-${month}-05`,
        until: `2026-${month}-06`,
        requirement: 'matrix-accredited',
        reason: 'accreditation-suspended',
        evidence: [],
      },
    ]) as unknown as Answer['gaps'];
    const [proposal] = ask(FULL, { until: '2026-12-31' }).answers.slice(-1);
    if (proposal === undefined) throw new Error('no proposal');
    expect(saidInWords({ ...proposal, gaps })).toBe('would be met on 116 days, would not be met on 6 days');
  });
});

describe('what the register asks itself', () => {
  test('is told beside what the policies ask, and changes nothing of it: that the provider is open', () => {
    expect(tell([...FULL, closed('2027-01-31')], { school: S, until: '2027-03-01' })).toBe(
      'The law: met. Public funding: says nothing of this setting. Statutory guidance: as it asks. The proposals of 2017: would be met. But the provider closes at the end of 31 January 2027, so that it is not open from 1 February to 1 March 2027.',
    );
  });

  test('likewise that whoever is named is engaged', () => {
    const qualified = [awarded('2024-03-15'), qualification('2019-07-01'), person('adviser:cccccccc')];
    expect(tell(qualified, NAMED)).toBe(
      `The law: met. Public funding: says nothing of this setting. Statutory guidance: as it asks. The proposals of 2017: would be met. But ${A} is not engaged by the provider from 1 September 2026 to 20 July 2027.`,
    );
  });

  test('hides nothing that fails besides', () => {
    expect(tell([awarded('2024-03-15')], NAMED)).toMatch(
      /Statutory guidance: not as it asks\. The proposals of 2017: would not be met\. But adviser:aaaaaaaa/,
    );
  });

  test('is told of the days on which it fails, and of those who fail alone', () => {
    const postings = [
      ...FULL,
      qualification('2019-07-01', { certificate: 'C-2' }, B),
      ended('2026-12-31', P),
    ];
    const told = tell([...postings, engagement('2024-09-01', P, B)], { advisers: [A, B], school: S });
    expect(told).toMatch(
      /\. But adviser:aaaaaaaa is not engaged by the provider from 1 January to 20 July 2027\.$/,
    );
  });

  test('leaves untold what the answer alone does not tell', () => {
    const { answers } = ask([awarded('2024-03-15'), qualification('2019-07-01')], NAMED);
    expect(answersInWords(answers)).toContain(
      'Statutory guidance: not told of an adviser who is not engaged.',
    );
    // What does not ask for an engagement is told.
    expect(answersInWords(answers)).toMatch(/^The law: met\./);
  });

  test('is said to be in doubt where it is disputed', () => {
    const postings = [...FULL.slice(0, 2), engagement('2024-09-01')];
    const disputed = about('DisputeOpened', begun().length + 2, {}, A);
    expect(tell([...postings, disputed], { ...NAMED, until: '2027-01-31' })).toBe(
      'The law: met. Public funding: says nothing of this setting. Statutory guidance: as it asks. The proposals of 2017: would be met. But it cannot be said from 1 September 2026 to 31 January 2027 whether each adviser who is named is engaged, because a dispute is open.',
    );
  });
});

/** The first of the answers, which is the law’s. */
function lawOf([law]: readonly Answer[]): Answer {
  if (law?.policy.id !== 'england-statute') throw new Error('The law is not first');
  return law;
}

describe('independence', () => {
  test('is met so far as can be said, where no school is named', () => {
    const { answers } = ask(FULL);
    expect(answersInWords(answers)).toMatch(
      /^The law: met, so far as can be said while no school is named\. /,
    );
    expect(verdictInWords(lawOf(answers))).toMatch(
      /^What the law asks is met, on every day, so far as can be said while no school is named; as/,
    );
  });

  test('is told as what does not count, and not as what is ruled out', () => {
    const { answers } = ask([...FULL, employed('2024-01-01')], NAMED);
    expect(reasonsInWords(lawOf(answers))[0]).toMatch(
      /^Not met from 1 September 2026 to 20 July 2027, because what the adviser gives does not count as independent of the school that asks, which employs the adviser: the law asks that the guidance is independent: no adviser who is named is employed at the school that asks \(Education Act 1997, section 42A\(1\) and \(5\); event/,
    );
  });
});

describe('whatever is recorded and asked', () => {
  const day = fc
    .integer({ min: 0, max: 400 })
    .map((n) => Temporal.PlainDate.from('2026-07-01').add({ days: n }).toString());
  const one = fc.oneof(
    day.map((until) => [awarded('2024-03-15', until)]),
    day.map((on) => [qualification(on < '2026-09-01' ? on : '2026-08-01')]),
    day.map((from) => [engagement(from)]),
    day.map((from) => [engagement(from, P, B)]),
    day.map((from) => [employed(from)]),
    day.map((on) => [closed(on)]),
  );
  const history = fc.uniqueArray(one, {
    maxLength: 5,
    selector: ([first]) => `${first?.type} ${first?.subject}`,
  });
  const question = fc.record({
    setting: fc.constantFrom('school-commissioned', 'school-in-house', 'national-careers-service', 'private'),
    advisers: fc.constantFrom([], [A], [A, B]),
    school: fc.constantFrom(undefined, S),
    from: fc.constantFrom('2016-09-01', '2026-09-01', '2026-10-01'),
  });

  test('law and guidance forbid nothing, and what is proposed would be, and binds no one', () => {
    fc.assert(
      fc.property(history, question, (postings, asked) => {
        const all = ask(postings.flat(), { ...asked, school: asked.school ?? undefined } as Question);
        for (const [i, one] of all.answers.entries()) {
          const asIf = all.asked[i] ?? one;
          for (const told of [one, asIf])
            for (const words of [answersInWords([told]), verdictInWords(told), ...reasonsInWords(told)]) {
              expect(words).not.toMatch(/forbid|forbidden|may not|must|not allowed|illegal|unlawful/i);
              expect(words).not.toMatch(/undefined|NaN|\[object/);
            }
          if (one.policy.id === 'cmqa-2017')
            expect(saidInWords(asIf).replaceAll(/would (?:not )?be met/g, '')).not.toMatch(/\bmet\b/);
        }
      }),
      { numRuns: 60 },
    );
  });

  test('what the law asks does not depend on whether the provider is open, or whoever is named is engaged', () => {
    fc.assert(
      fc.property(history, question, day, (postings, asked, on) => {
        const all = postings.flat().filter(({ type }) => type !== 'ProviderClosed');
        const saying = (events: readonly Posting[]) =>
          ask(events, { ...asked, advisers: [A] } as Question).asked.map((one) => saidInWords(one));
        expect(saying([...all, closed(on)])).toEqual(saying(all));
        const isEngaged = ({ type, data }: Posting) => type === 'EngagementStarted' && data['provider'] === P;
        expect(saying(all.filter((event) => !isEngaged(event)))).toEqual(saying(all));
      }),
      { numRuns: 40 },
    );
  });
});
