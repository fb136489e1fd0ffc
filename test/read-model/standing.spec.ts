/// <reference types="jest" />
import { formatDay, dayOf } from '@app/domain/values/day';
import { answer } from '@app/domain/evaluation/v1/answer';
import { resolveQuestion } from '@app/domain/evaluation/v1/resolved-question';
import { windowOf } from '@app/domain/evaluation/v1/question-window';
import { isRefusal } from '@app/domain/values/problem';
import { adviserAnswer, type AdviserAnswer } from '@app/domain/evaluation/v1/adviser-answer';
import type { StoredEvent } from '@app/domain/log/stored-event';
import { randomLog, registerOf } from './logs';

const SEEDS = Array.from({ length: 12 }, (_, i) => i + 1);
const [FROM, UNTIL] = [dayOf('2017-01-01'), dayOf('2030-12-31')];
const QUESTION = { purpose: 'personal-guidance', policy: 'cmqa-2017', from: FROM, until: UNTIL };

interface Run {
  readonly from: string;
  readonly until: string;
}
const on = <T extends Run>(runs: readonly T[], day: string) =>
  runs.find(({ from, until }) => from <= day && day <= until);

function sound(standing: ReturnType<typeof adviserAnswer>): AdviserAnswer {
  if (isRefusal(standing)) throw new Error(standing.detail);
  return standing;
}

/** Days on which something may change in any of these, and the days before and after. */
function daysOf(...lists: readonly (readonly Run[])[]): readonly string[] {
  const days = lists.flat().flatMap(({ from, until }) => [dayOf(from), dayOf(until)]);
  const near = days.flatMap((day) => [day - 1, day, day + 1]);
  return [...new Set(near)].filter((day) => day >= FROM && day <= UNTIL).map(formatDay);
}

function subjectsIn(texts: readonly string[], type: string): readonly string[] {
  const events = texts.map((text) => JSON.parse(text) as StoredEvent);
  return [...new Set(events.filter((event) => event.type === type).map(({ subject }) => subject))];
}

describe('an adviser’s standing', () => {
  test.each(SEEDS)('says of a day what it says of the days around it (history %i)', (seed) => {
    const register = registerOf(randomLog(seed));
    const known = register.at(register.head);
    for (const adviser of subjectsIn(randomLog(seed), 'AdviserRegistered')) {
      const whole = adviserAnswer(known, { ...QUESTION, adviser }, '');
      if (isRefusal(whole)) continue;
      const { covered, gaps, uncertain } = whole;
      for (const day of daysOf(covered, gaps, uncertain)) {
        const one = sound(
          adviserAnswer(known, { ...QUESTION, adviser, from: dayOf(day), until: dayOf(day) }, ''),
        );
        const found = [on(covered, day), on(gaps, day), on(uncertain, day)];
        expect(found.filter((run) => run !== undefined)).toHaveLength(1);
        expect([one.covered.length, one.gaps.length, one.uncertain.length]).toEqual(
          found.map((run) => (run ? 1 : 0)),
        );
        expect(one.gaps[0]?.reason).toEqual(on(gaps, day)?.reason);
      }
    }
  });

  test('is what the main answer says of those engaged, where one edition asks for the purpose of everyone', () => {
    let compared = 0;
    for (const seed of SEEDS) {
      const texts = randomLog(seed);
      const register = registerOf(texts);
      const known = register.at(register.head);
      const window = windowOf({ from: '2017-10-01', until: '2030-12-31' }, known.today);
      if (isRefusal(window)) throw new Error(window.detail);
      for (const provider of [
        ...subjectsIn(texts, 'ProviderRegistered'),
        ...subjectsIn(texts, 'SchoolRegistered'),
      ]) {
        const setting = 'school-in-house';
        const found = resolveQuestion(known, {
          provider,
          setting,
          policy: QUESTION.policy,
          advisers: [],
          ...window,
        });
        if (isRefusal(found)) continue;
        const { engaged, policy } = answer(found, '');
        if (policy.editions.length !== 1 || policy.editions[0]?.edition !== 1) continue;
        for (const { adviser, days, gaps } of engaged) {
          const own = adviserAnswer(known, { ...QUESTION, adviser, ...window }, '');
          // Whose registration was retracted is engaged as before, and cannot be asked about.
          if (isRefusal(own)) continue;
          for (const day of daysOf(days, gaps, own.gaps)) {
            if (!on(days, day) || on(own.uncertain, day)) continue;
            expect(on(gaps, day)?.reason).toEqual(on(own.gaps, day)?.reason);
            compared++;
          }
        }
      }
    }
    expect(compared).toBeGreaterThan(100);
  });
});
