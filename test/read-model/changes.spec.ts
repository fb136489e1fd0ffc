/// <reference types="jest" />
import { PendingAppend, headOf } from '@app/application/posting/pending-append';
import { eligibleDays, resolveQuestion, type PolicyDays } from '@app/domain/evaluation/v1/resolved-question';
import { dayOf, LAST_DAY } from '@app/domain/values/day';
import { type LogView } from '@app/domain/log/log-view';
import { isRegistered, keysOf } from '@app/domain/log/identity';
import { editionsOf } from '@app/domain/subjects/policy';
import { isRefusal } from '@app/domain/values/problem';
import { readSubmission } from '@app/domain/log/cloud-event';
import { type StoredEvent } from '@app/domain/log/stored-event';
import { FALSE, includes, NO_DAYS } from '@app/domain/values/timeline';
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
import { logOf as logOfPostings, randomLog, registerOf } from './logs';
import {
  asking,
  awarded,
  edition,
  given,
  matrix,
  organisation,
  policyOf,
  type Posting,
} from '../rules/given';
import { finished } from '@app/domain/values/work';

const POLICY = 'cmqa-2017';
/** All that the histories post editions of. */
const POLICIES = [POLICY, 'other'];
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

/** The days on which a provider is eligible, found by asking; undefined if it is not registered. */
function daysOf(known: LogView, provider: string, policy: string, setting: string): PolicyDays | undefined {
  if (!isRegistered(known, provider)) return undefined;
  const from = dayOf('2020-01-01');
  const found = resolveQuestion(known, { provider, setting, policy, from, until: from, advisers: [] });
  return isRefusal(found) ? { ...FALSE, ruled: NO_DAYS } : eligibleDays(found);
}

/** Looks at every day of the years in which the histories lie, and at the last of all. */
const DAYS = [...Array.from({ length: 7 * 366 }, (_, i) => dayOf('2017-06-01') + i), LAST_DAY];

/** Who is not registered is not eligible on any day of which the policy says anything at the other moment. */
function firstDifferent(
  was: PolicyDays | undefined,
  is: PolicyDays | undefined,
  on: number,
): number | undefined {
  const before = was ?? { ...FALSE, ruled: is?.ruled ?? NO_DAYS };
  const after = is ?? { ...FALSE, ruled: was?.ruled ?? NO_DAYS };
  return DAYS.find(
    (day) =>
      day >= on &&
      (includes(before.certain, day) !== includes(after.certain, day) ||
        includes(before.possible, day) !== includes(after.possible, day) ||
        includes(before.ruled, day) !== includes(after.ruled, day)),
  );
}

function settingsIn(known: readonly LogView[], policy: string): readonly string[] {
  const editions = known.flatMap((one) => editionsOf(one, policy));
  return [...new Set(editions.flatMap((edition) => Object.keys(edition.policy.settings)))];
}

/** The keys by which the provider with a key goes before and after. */
function firstKeys(span: Span, key: string): readonly (string | null)[] {
  return [span.before(), span.after()].map((known) =>
    isRegistered(known, key) ? (keysOf(known, key)[0] ?? null) : null,
  );
}

/**
 * What changes for whom under which policy from a day on, `policy provider setting first-day`, found by asking
 * everybody before and after.
 */
function byAskingAll(
  span: Span,
  policies: readonly string[],
  keys: readonly string[],
  on: number,
): readonly string[] {
  const [before, after] = [span.before(), span.after()];
  const found = (key: string) => firstKeys(span, key);
  const first = keys.filter((key) => found(key).includes(key));
  /** Whoever asked by it before is answered out of another provider now, or of none. */
  const isMoved = (key: string) =>
    found(key)[0] !== null && !first.some((one) => found(one).join() === found(key).join());
  return keys
    .filter((key) => first.includes(key) || isMoved(key))
    .flatMap((key) =>
      policies.flatMap((policy) =>
        settingsIn([before, after], policy).flatMap((setting) => {
          const [was, is] = [before, after].map((known) => daysOf(known, key, policy, setting));
          const day = firstDifferent(was, is, on);
          return day === undefined ? [] : [`${policy} ${key} ${setting} ${day}`];
        }),
      ),
    )
    .sort();
}

function changesOf({ providers }: Pick<Impacts, 'providers'>): readonly string[] {
  return providers
    .map(({ policy, provider, setting, from }) => `${policy} ${provider.key} ${setting} ${dayOf(from)}`)
    .sort();
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
        expect(changesOf(finished(effectsOf(new Comparison(span, POLICIES), on)))).toEqual(
          byAskingAll(span, POLICIES, keysNamed(texts), on),
        );
      }),
      { numRuns: 200 },
    );
  });

  test('finds who is above another contract of whoever holds the one that is new', () => {
    const provider = (key: string) => ['ProviderRegistered', key, { name: 'Guidance', legalForm: 'company' }];
    const contract = (key: string, reference: string, programme: string, above?: string) => [
      'ContractAwarded',
      key,
      {
        ...{ reference, programme, services: ['skills'], clientGroups: ['adults'] },
        ...{
          from: '2026-01-01',
          until: '2026-12-31',
          ...(above !== undefined && { subcontractorOf: above }),
        },
      },
    ];
    const [prime, below] = ['ukprn:10000001', 'ukprn:10000002'];
    const requirement = {
      id: 'in-fund',
      of: 'subcontractors',
      binding: 'must',
      test: { contracted: 'fund' },
    };
    const texts = logOfPostings(
      [
        [
          'PolicyEditionPublished',
          `policy:${POLICY}`,
          {
            edition: 1,
            effectiveFrom: '2017-10-01',
            policy: { title: 'One', strength: 'guidance', purposes: {}, settings: { here: [requirement] } },
          },
        ],
        provider(prime),
        provider(below),
        contract(prime, 'K-1', 'ncs'),
        contract(below, 'K-2', 'ncs', 'K-1'),
        contract(below, 'K-3', 'fund'),
      ].map(([type, subject, data], i) => ({
        ...{ body: 'body:registrar', source: '/changes', id: `no-${i}`, type, subject, data },
      })),
    );
    expect(texts).toHaveLength(6);
    const span = between(registerOf(texts), 4, 5);
    const on = dayOf('2026-01-01');
    expect(changesOf(finished(effectsOf(new Comparison(span, [POLICY]), on)))).toEqual([
      `${POLICY} ${prime} here ${on}`,
    ]);
  });

  test('tells of a key that finds another provider, or none, to whom it was known before', () => {
    const [xenon, yttrium, key] = ['ukprn:10000001', 'ukprn:10000002', 'company:02000001'];
    const provider = (subject: string): Posting => ({
      ...{ type: 'ProviderRegistered', subject, data: { name: 'Guidance', legalForm: 'company' } },
    });
    const identified = (subject: string): Posting => ({
      ...{ type: 'ProviderIdentified', subject, data: { as: key } },
    });
    const texts = logOfPostings(
      [
        asking({ here: [{ of: 'provider', test: { accredited: 'matrix' } }] }),
        provider(xenon),
        provider(yttrium),
        awarded('2020-01-01', '2029-12-31', {}, xenon),
        identified(xenon),
        { type: 'EventRetracted', subject: xenon, data: { event: '4', reason: 'wrong-number' } },
        identified(yttrium),
      ].map((posting, i) => ({ body: 'body:registrar', source: '/changes', id: `no-${i}`, ...posting })),
    );
    expect(texts).toHaveLength(7);
    const register = registerOf(texts);
    const on = dayOf('2026-01-01');
    const told = (before: number, after: number, provider?: string) => {
      const comparison = new Comparison(between(register, before, after), [POLICY]);
      const part = { provider, after: undefined, limit: 100 };
      return finished(differences(comparison, comparison.settings, on, part)).providers.map(
        ({ provider: { key: one }, before: was, after: is, because }) =>
          `${one}: ${was?.outcome ?? 'none'}, ${is?.outcome ?? 'none'}, by ${because.join()}`,
      );
    };
    expect(told(4, 5)).toEqual([`${key}: eligible, none, by 5`]);
    expect(told(4, 6)).toEqual([`${key}: eligible, not-eligible, by 5,6`]);
    expect(told(4, 6, key)).toEqual(told(4, 6));
    // To whom it was not known before, its provider speaks for it, whose answers are the same.
    expect([told(3, 4), told(3, 4, key)]).toEqual([[], []]);
    expect([told(3, 6, xenon), told(4, 6, yttrium)]).toEqual([[], []]);
  });

  test('under several policies is what each of them says alone', () => {
    fc.assert(
      fc.property(aSpan, (asked) => {
        const { register, before, after, on } = spanIn(asked);
        const effects = (policies: readonly string[]) =>
          finished(effectsOf(new Comparison(between(register, before, after), policies), on));
        const several = effects(POLICIES);
        const alone = POLICIES.map((policy) => effects([policy]));
        expect(several.summary).toEqual(alone.flatMap(({ summary }) => summary));
        expect(several.changed).toBe(alone.reduce((sum, { changed }) => sum + changed, 0));
        for (const [i, policy] of POLICIES.entries())
          expect(several.providers.filter((one) => one.policy === policy)).toEqual(alone[i]?.providers);
      }),
      { numRuns: 100 },
    );
  });

  test('is put down to events between, and to some wherever there is a change', () => {
    fc.assert(
      fc.property(aSpan, (asked) => {
        const { register, before, after, on } = spanIn(asked);
        const { providers } = finished(
          effectsOf(new Comparison(between(register, before, after), POLICIES), on),
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
          (one) => finished(effectsOf(new Comparison(one, POLICIES), on)),
        );
        // A key that finds another provider, or none, is told of to those who asked by it before, and so from one side alone.
        fc.pre(
          [there, back].every((effects) =>
            effects?.providers.every(({ provider: { key } }) => firstKeys(span, key).includes(key)),
          ),
        );
        const told = (effects: Impacts | undefined) =>
          effects?.providers.map((one) => [
            `${one.policy} ${one.provider.key} ${one.setting} ${one.from}`,
            one.before,
            one.after,
          ]);
        expect(
          told(back)
            ?.map(([change, was, is]) => [change, is, was])
            .sort(),
        ).toEqual(told(there)?.toSorted());
        expect(back?.summary).toEqual(
          there?.summary.map(({ policy, setting, gained, lost, longer, shorter, otherwise }) => ({
            policy,
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
          const comparison = new Comparison(between(register, before, after), [POLICY]);
          return finished(differences(comparison, comparison.settings, on, { after: from, limit: most }));
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
          effectsOf(new Comparison(drafted(base, draft.base, draft.after), POLICIES), on),
        );
        const written = registerOf([...texts.slice(0, before + 1), ...draft.texts]);
        const stands = new Comparison(between(written, before, written.head), POLICIES);
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
        const impacts = finished(impactOn(new Comparison(span, [POLICY]), [on, on + later]));
        for (const [i, day] of [on, on + later].entries()) {
          const changed = byAskingAll(span, [POLICY], keysNamed(texts), day).filter((one) =>
            one.endsWith(` ${day}`),
          );
          const told = impacts[i]?.providers.map(
            ({ provider, setting }) => `${POLICY} ${provider.key} ${setting} ${day}`,
          );
          expect(told?.toSorted()).toEqual(changed);
        }
      }),
      // In the example a provider becomes one with another, which a correction gives its key.
      { numRuns: 60, examples: [[{ seed: 22, start: 48, length: 10, day: 203 }, 42]] },
    );
  });
});

describe('how an answer changes', () => {
  const ACCREDITED = [{ of: 'provider', test: { accredited: 'matrix' } }];
  const WITH = policyOf({ 'publicly-funded': ACCREDITED });
  const WITHOUT = policyOf({ private: ACCREDITED });
  const ON = '2026-09-01';

  /** Between a log and the same log with more of it: how many answers about the day change, in which way. */
  function counted(before: readonly Posting[], more: readonly Posting[]) {
    const world = given(...before, ...more);
    const span: Span = {
      before: () => world.known(before.length - 1),
      after: () => world.known(),
      touched: () => world.events.slice(before.length).map(({ stream }) => stream),
      streams: () => world.events.map(({ stream }) => stream),
    };
    const ways = (summary: readonly object[]) =>
      summary.flatMap(({ policy: _, setting, ...counts }: Partial<Impacts['summary'][number]>) =>
        Object.entries(counts).flatMap(([way, count]) => (count > 0 ? [`${setting}: ${count} ${way}`] : [])),
      );
    const effects = finished(effectsOf(new Comparison(span, [POLICY]), dayOf(ON)));
    const [impact] = finished(impactOn(new Comparison(span, [POLICY]), [dayOf(ON)]));
    return { effects: ways(effects.summary), impact: ways(impact?.summary ?? []) };
  }

  const told = (way: string) => ({ effects: [way], impact: [way] });
  const ELIGIBLE = [edition(1, '2026-01-01', WITH), organisation(), awarded('2026-01-01')];

  test('to a yes is gained, from a yes is lost', () => {
    expect(counted(ELIGIBLE.slice(0, 2), ELIGIBLE.slice(2))).toEqual(told('publicly-funded: 1 gained'));
    expect(
      counted(ELIGIBLE, [matrix('Suspended', { from: ON, reason: 'other', onAppeal: 'stands' })]),
    ).toEqual(told('publicly-funded: 1 lost'));
  });

  test('to silence or from it is neither: a policy that says nothing has taken nothing', () => {
    expect(counted(ELIGIBLE, [edition(2, '2026-06-01', WITHOUT)])).toEqual({
      effects: ['private: 1 otherwise', 'publicly-funded: 1 otherwise'],
      impact: ['private: 1 otherwise', 'publicly-funded: 1 otherwise'],
    });
    const silent = [edition(1, '2026-12-01', WITH), ...ELIGIBLE.slice(1)];
    expect(counted(silent, [edition(2, '2026-06-01', WITH)])).toEqual(told('publicly-funded: 1 otherwise'));
    expect(counted(silent.slice(0, 2), [edition(2, '2026-06-01', WITH)])).toEqual(
      told('publicly-funded: 1 otherwise'),
    );
  });

  test('in who is registered on days of which the policy says nothing is no change', () => {
    const unborn = [
      edition(1, '2026-12-01', policyOf({ private: [{ of: 'provider', test: { accredited: 'x' } }] })),
    ];
    expect(counted(unborn, [organisation()])).toEqual({ effects: [], impact: [] });
  });
});

test('a change is looked for from a day on', () => {
  const sides = (certain: readonly number[]) => ({
    before: undefined,
    after: { certain, possible: certain, ruled: [0, 100] },
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
