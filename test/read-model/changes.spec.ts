/// <reference types="jest" />
import { PendingAppend, headOf } from '@app/application/posting/pending-append';
import { eligibleDays, resolveQuestion } from '@app/domain/evaluation/v1/resolved-question';
import { dayOf, LAST_DAY } from '@app/domain/values/day';
import { type LogView } from '@app/domain/log/log-view';
import { isRegistered, keysOf } from '@app/domain/log/identity';
import { editionsOf } from '@app/domain/subjects/policy';
import { isRefusal } from '@app/domain/values/problem';
import { readSubmission } from '@app/domain/log/cloud-event';
import { type StoredEvent } from '@app/domain/log/stored-event';
import { ALL_DAYS, includes, NO_DAYS, type Truth } from '@app/domain/values/timeline';
import { between, Comparison, drafted, firstChange, type Span } from '@app/read-model/answers/comparison';
import {
  differences,
  effectsOf,
  endOfSchoolYear,
  impactOn,
  type Impacts,
} from '@app/read-model/answers/impact';
import type { EventIndex } from '@app/read-model/index/event-index';
import fc from 'fast-check';
import { history } from '../oracle/histories';
import { randomLog, registerOf } from './logs';
import { finished } from '@app/domain/values/work';

const POLICY = 'cmqa-2017';
const PROVIDER = /^(?:ukprn|company|charity|urn):/;
const SEEDS = Array.from({ length: 24 }, (_, i) => i + 1);

const logs = new Map<number, { readonly register: EventIndex; readonly texts: readonly string[] }>();
function logOf(seed: number) {
  const known = logs.get(seed);
  if (known) return known;
  const texts = randomLog(seed);
  const log = { register: registerOf(texts), texts };
  logs.set(seed, log);
  return log;
}

/** Every key of a provider that a log names anywhere. */
function keysNamed(texts: readonly string[]): readonly string[] {
  const keys = texts.flatMap((text) => {
    const { subject, data } = JSON.parse(text) as StoredEvent;
    return [subject, data['as'], data['into'], data['provider']].filter((key) => typeof key === 'string');
  });
  return [...new Set(keys)].filter((key) => PROVIDER.test(key)).sort();
}

/** The days on which a provider is eligible, found by asking; none of one that is not registered. */
function daysOf(known: LogView, provider: string, setting: string): Truth {
  const from = dayOf('2020-01-01');
  const question = { provider, setting, policy: POLICY, from, until: from, advisers: [] };
  const found = resolveQuestion(known, question);
  return isRefusal(found) ? { certain: NO_DAYS, possible: NO_DAYS } : eligibleDays(found);
}

/** Looks at every day of the years in which the histories lie, and at the last of all. */
const DAYS = [...Array.from({ length: 7 * 366 }, (_, i) => dayOf('2017-06-01') + i), LAST_DAY];

function firstDifferent(before: Truth, after: Truth, on: number): number | undefined {
  return DAYS.find(
    (day) =>
      day >= on &&
      (includes(before.certain, day) !== includes(after.certain, day) ||
        includes(before.possible, day) !== includes(after.possible, day)),
  );
}

function settingsIn(known: readonly LogView[]): readonly string[] {
  const editions = known.flatMap((one) => editionsOf(one, POLICY));
  return [...new Set(editions.flatMap(({ policy }) => Object.keys(policy.settings)))];
}

/** What changes for whom from a day on, `provider setting first-day`, found by asking everybody before and after. */
function byAskingAll(span: Span, keys: readonly string[], on: number): readonly string[] {
  const [before, after] = [span.before(), span.after()];
  const goesBy = (known: LogView, key: string) => isRegistered(known, key) && keysOf(known, key)[0] === key;
  return keys
    .filter((key) => goesBy(before, key) || goesBy(after, key))
    .flatMap((key) =>
      settingsIn([before, after]).flatMap((setting) => {
        const day = firstDifferent(daysOf(before, key, setting), daysOf(after, key, setting), on);
        return day === undefined ? [] : [`${key} ${setting} ${day}`];
      }),
    )
    .sort();
}

function changesOf({ providers }: Pick<Impacts, 'providers'>): readonly string[] {
  return providers.map(({ provider, setting, from }) => `${provider.key} ${setting} ${dayOf(from)}`).sort();
}

const aSpan = fc.record({
  seed: fc.constantFrom(...SEEDS),
  start: fc.nat(140),
  length: fc.oneof(fc.nat(3), fc.nat(140)),
  day: fc.nat(5 * 366),
});
type ASpan = typeof aSpan extends fc.Arbitrary<infer T> ? T : never;

/** A log, two of its positions and a day. */
function spanIn({ seed, start, length, day }: ASpan) {
  const { register, texts } = logOf(seed);
  const before = (start % (register.head + 2)) - 1;
  const after = Math.min(before + length, register.head);
  return { register, texts, before, after, on: dayOf('2017-06-01') + day };
}

describe('whose answers differ between two moments', () => {
  test('is what asking every provider at both moments says: no one is missed', () => {
    fc.assert(
      fc.property(aSpan, (asked) => {
        const { register, texts, before, after, on } = spanIn(asked);
        const span = between(register, before, after);
        expect(changesOf(finished(effectsOf(new Comparison(span, POLICY), on)))).toEqual(
          byAskingAll(span, keysNamed(texts), on),
        );
      }),
      { numRuns: 200 },
    );
  });

  test('is put down to events between, and to some wherever there is a change', () => {
    fc.assert(
      fc.property(aSpan, (asked) => {
        const { register, before, after, on } = spanIn(asked);
        const { providers } = finished(
          effectsOf(new Comparison(between(register, before, after), POLICY), on),
        );
        for (const { because } of providers) {
          expect(because.length).toBeGreaterThan(0);
          expect(because).toEqual([...new Set(because)].sort((a, b) => a - b));
          expect(because.every((position) => position > before && position <= after)).toBe(true);
        }
      }),
      { numRuns: 100 },
    );
  });

  test('is the same with its sides changed over, but that before is after', () => {
    fc.assert(
      fc.property(aSpan, (asked) => {
        const { register, before, after, on } = spanIn(asked);
        const span = between(register, before, after);
        const [there, back] = [span, { ...span, before: () => span.after(), after: () => span.before() }].map(
          (one) => finished(effectsOf(new Comparison(one, POLICY), on)),
        );
        const told = (effects: Impacts | undefined) =>
          effects?.providers.map((one) => [one.provider.key, one.setting, one.from, one.before, one.after]);
        expect(
          told(back)
            ?.map(([key, setting, from, was, is]) => [key, setting, from, is, was])
            .sort(),
        ).toEqual(told(there)?.toSorted());
        const counts = ({ summary }: Impacts) => summary.toSorted((a, b) => (a.setting < b.setting ? -1 : 1));
        expect(back && counts(back)).toEqual(
          there &&
            counts(there).map(({ setting, gained, lost, longer, shorter, otherwise }) => ({
              setting,
              gained: lost,
              lost: gained,
              longer: shorter,
              shorter: longer,
              otherwise,
            })),
        );
      }),
      { numRuns: 100 },
    );
  });

  test('comes page by page as it comes at once', () => {
    fc.assert(
      fc.property(aSpan, fc.integer({ min: 1, max: 3 }), (asked, limit) => {
        const { register, before, after, on } = spanIn(asked);
        const page = (from: string, most: number) => {
          const comparison = new Comparison(between(register, before, after), POLICY);
          return finished(
            differences(comparison, POLICY, comparison.settings, on, { after: from, limit: most }),
          );
        };
        const paged = [];
        let next: string | null = '';
        do {
          const part = page(next, limit);
          expect(new Set(part.providers.map(({ provider }) => provider.key)).size).toBeLessThanOrEqual(limit);
          paged.push(...part.providers);
          ({ next } = part);
        } while (next !== null);
        expect(paged).toEqual(page('', 100).providers);
      }),
      { numRuns: 60 },
    );
  });
});

describe('what a draft would change', () => {
  test('is what changes once its events stand in the log', () => {
    fc.assert(
      fc.property(aSpan, (asked) => {
        const {
          register: { head },
          texts,
          before,
          on,
        } = spanIn(asked);
        const base = registerOf(texts.slice(0, before + 1));
        const draft = new PendingAppend(headOf(base), '2026-12-01T00:00:00.000Z', undefined, 1_000_000);
        for (const { body, ...posting } of history(asked.seed)) {
          const submission = readSubmission(body, { specversion: '1.0', ...posting });
          if (!isRefusal(submission)) draft.take(submission);
        }
        const effects = finished(
          effectsOf(new Comparison(drafted(base, draft.base, draft.after), POLICY), on),
        );
        const written = registerOf([...texts.slice(0, before + 1), ...draft.texts]);
        const stands = new Comparison(between(written, before, written.head), POLICY);
        expect(effects).toEqual(finished(effectsOf(stands, on)));
        expect(written.head).toBeGreaterThanOrEqual(Math.min(head, before));
      }),
      { numRuns: 40 },
    );
  });

  test('in the answers about some days is whose outcome on those days changes', () => {
    fc.assert(
      fc.property(aSpan, fc.nat(400), (asked, later) => {
        const { register, texts, before, after, on } = spanIn(asked);
        const span = between(register, before, after);
        const impacts = finished(impactOn(new Comparison(span, POLICY), POLICY, [on, on + later]));
        for (const [i, day] of [on, on + later].entries()) {
          const changed = byAskingAll(span, keysNamed(texts), day).filter((one) => one.endsWith(` ${day}`));
          const told = impacts[i]?.providers.map(
            ({ provider, setting }) => `${provider.key} ${setting} ${day}`,
          );
          expect(told?.toSorted()).toEqual(changed);
        }
      }),
      { numRuns: 60 },
    );
  });
});

test('a change is looked for from a day on', () => {
  const sides = (certain: readonly number[]) => ({
    setting: 'private',
    before: undefined,
    after: { certain, possible: certain, ruled: ALL_DAYS },
  });
  expect(firstChange(sides([10, 20]), 5)).toBe(10);
  expect(firstChange(sides([10, 20]), 15)).toBe(15);
  expect(firstChange(sides([10, 20, 30, 40]), 21)).toBe(30);
  expect(firstChange(sides([10, 20]), 21)).toBeUndefined();
  expect(firstChange(sides([]), 0)).toBeUndefined();
});

test.each([
  ['2026-08-31', '2026-08-31'],
  ['2026-09-01', '2027-08-31'],
  ['2026-12-31', '2027-08-31'],
  ['2027-01-01', '2027-08-31'],
])('the school year in which %s lies ends on %s', (day, end) => {
  expect(endOfSchoolYear(dayOf(day))).toBe(dayOf(end));
});
