import { verdictOf, questionAbout } from '@app/domain/evaluation/v1/resolved-question';
import { addMonths, dayOf, formatDay, type Day } from '@app/domain/values/day';
import { answering } from '@app/domain/evaluation/v1/answer';
import { type LogView } from '@app/domain/log/log-view';
import { isRegistered } from '@app/domain/log/identity';
import type { Reason } from '@app/domain/evaluation/v1/reason';
import type { Work } from '@app/domain/values/work';
import type { Verdict } from './answer-cache';
import { bothSides, firstChange, type Comparison, type Sides } from './comparison';
import type { PolicySetting } from './side';

/** A provider as a list shows it. */
interface Named {
  readonly key: string;
  readonly name: string | null;
}

/** How many providers’ answers about a day changed, and how, in one setting of a policy. */
export interface Summary extends PolicySetting {
  /** Eligible on the day now; before, the answer was no or undecided. */
  gained: number;
  /** Eligible on the day before; now the answer is no or undecided. */
  lost: number;
  /** Eligible on the day before and now, and now for longer. */
  longer: number;
  /** Eligible on the day before and now, and now for less long. */
  shorter: number;
  /**
   * Changed in another way: on later days, in what depends on a dispute, or in whether the policy says
   * anything of the day.
   */
  otherwise: number;
}

/**
 * One provider’s changed answer in one setting about a day, before and after; null if it was not registered.
 */
interface Changed<T> {
  readonly provider: Named;
  readonly setting: string;
  readonly before: T | null;
  readonly after: T | null;
}

/** The same, with the first day, from the one looked at on, for which it changed. */
export interface DatedChange<T> extends Changed<T> {
  readonly from: string;
  /** Positions of the events that bear on it. */
  readonly because: readonly number[];
}

/** The changes from a day on: counted by policy and setting, and the first of them by key. */
export interface Impacts {
  readonly on: string;
  readonly summary: readonly Summary[];
  /** The number of changed providers, counted once for each setting of each policy. */
  readonly changed: number;
  readonly providers: readonly (DatedChange<Verdict> & { readonly policy: string })[];
}

/** The most changes that are written out. */
export const MOST_WRITTEN = 1_000;

/** How an outcome changed; a policy that says nothing before or after has neither given nor taken a yes. */
function outcomeChange(before: Verdict, after: Verdict): 'gained' | 'lost' | 'otherwise' {
  const outcomes = [before.outcome, after.outcome];
  const [was, is] = outcomes.map((outcome) => outcome === 'eligible');
  if (was === is || outcomes.includes('silent')) return 'otherwise';
  return is ? 'gained' : 'lost';
}

function kindOf(before: Verdict, after: Verdict): Exclude<keyof Summary, keyof PolicySetting> {
  if (before.outcome !== 'eligible' || after.outcome !== 'eligible') return outcomeChange(before, after);
  const [until, now] = [before.eligibleUntil ?? '', after.eligibleUntil ?? ''];
  return until === now ? 'otherwise' : now > until ? 'longer' : 'shorter';
}

function isOf({ policy, setting }: PolicySetting): (one: PolicySetting) => boolean {
  return (one) => one.policy === policy && one.setting === setting;
}

function verdicts(sides: Sides, on: Day) {
  const { before, after } = bothSides(sides);
  return { before: verdictOf(before, on, on), after: verdictOf(after, on, on) };
}

export function* effectsOf(comparison: Comparison, on: Day): Work<Impacts> {
  const { settings } = comparison;
  const summary = settings.map((one): Summary => ({
    ...one,
    gained: 0,
    lost: 0,
    longer: 0,
    shorter: 0,
    otherwise: 0,
  }));
  const providers: Impacts['providers'][number][] = [];
  let changed = 0;
  for (const key of yield* comparison.candidates()) {
    for (const sides of yield* comparison.sides(key, settings)) {
      const from = firstChange(sides, on);
      const counted = summary.find(isOf(sides));
      if (from === undefined || !counted) continue;
      const { before, after } = verdicts(sides, on);
      counted[kindOf(before, after)]++;
      if (++changed > MOST_WRITTEN) continue;
      providers.push({
        policy: sides.policy,
        provider: comparison.provider(key),
        setting: sides.setting,
        from: formatDay(from),
        before: sides.before ? before : null,
        after: sides.after ? after : null,
        because: yield* comparison.because(key, sides),
      });
    }
    yield 1;
  }
  return { on: formatDay(on), summary, changed, providers };
}

/** The answer for one day, with the reason if the day is not covered. */
export interface Looked extends Verdict {
  readonly covered: boolean;
  /** The first failing requirement or, if none fails, the first uncertain one. */
  readonly requirement: string | null;
  /** Null on an uncertain day. */
  readonly reason: Reason | null;
}

function* looked(
  known: LogView,
  provider: string,
  { policy, setting }: PolicySetting,
  on: Day,
): Work<Looked | null> {
  if (!isRegistered(known, provider)) return null;
  const question = { provider, setting, policy, from: on, until: on, advisers: [] };
  const found = questionAbout(known, question);
  const { outcome, eligibleUntil, gaps, uncertain } = yield* answering(found, '');
  const [first] = gaps;
  return {
    outcome,
    eligibleUntil,
    covered: outcome === 'eligible',
    requirement: (first ?? uncertain[0])?.requirement ?? null,
    reason: first?.reason ?? null,
  };
}

/**
 * Which of the providers with changed answers to give: up to a number, after a key; or one provider alone.
 */
export interface Part {
  readonly provider?: string | undefined;
  readonly after: string | undefined;
  readonly limit: number;
}

/**
 * Some of the providers whose answers differ from a day on, by key, each with the settings in which they do.
 */
export function* differences(
  comparison: Comparison,
  settings: readonly PolicySetting[],
  on: Day,
  { provider, after = '', limit }: Part,
): Work<{ readonly providers: readonly DatedChange<Looked>[]; readonly next: string | null }> {
  const providers: DatedChange<Looked>[] = [];
  const found: string[] = [];
  const keys = provider === undefined ? yield* comparison.candidates() : comparison.candidate(provider);
  for (const key of keys) {
    if (key <= after) continue;
    yield 1;
    const differing = (yield* comparison.sides(key, settings)).flatMap((sides) => {
      const from = firstChange(sides, on);
      return from === undefined ? [] : [{ from, asked: sides }];
    });
    if (differing.length === 0) continue;
    if (found.length === limit) return { providers, next: found.at(-1) ?? null };
    found.push(key);
    const { known } = comparison;
    for (const { from, asked } of differing) {
      providers.push({
        provider: comparison.provider(key),
        setting: asked.setting,
        from: formatDay(from),
        before: yield* looked(known.before, key, asked, on),
        after: yield* looked(known.after, key, asked, on),
        because: yield* comparison.because(key, asked),
      });
    }
  }
  return { providers, next: null };
}

/** What a draft edition would change in the answers about one day. */
export interface Impact {
  readonly on: string;
  readonly summary: readonly Pick<Summary, 'setting' | 'gained' | 'lost' | 'otherwise'>[];
  readonly changed: number;
  readonly providers: readonly Changed<Looked>[];
}

/** Whose outcome under one policy changes on each of some days: counted by setting, and the first of them by key. */
export function* impactOn(comparison: Comparison, days: readonly Day[]): Work<readonly Impact[]> {
  const { settings } = comparison;
  const impacts = days.map((on) => ({
    on,
    summary: settings.map(({ setting }) => ({ setting, gained: 0, lost: 0, otherwise: 0 })),
    changed: 0,
    providers: [] as Changed<Looked>[],
  }));
  for (const key of yield* comparison.candidates()) {
    for (const sides of yield* comparison.sides(key, settings)) {
      const { setting } = sides;
      for (const impact of impacts) {
        const { before, after } = verdicts(sides, impact.on);
        const counted = impact.summary.find((one) => one.setting === setting);
        if (before.outcome === after.outcome || !counted) continue;
        counted[outcomeChange(before, after)]++;
        if (++impact.changed > MOST_WRITTEN) continue;
        const { known } = comparison;
        impact.providers.push({
          provider: comparison.provider(key),
          setting,
          before: yield* looked(known.before, key, sides, impact.on),
          after: yield* looked(known.after, key, sides, impact.on),
        });
      }
    }
    yield 1;
  }
  return impacts.map(({ on, ...impact }) => ({ on: formatDay(on), ...impact }));
}

/** The last day of a day’s school year: 31 August. */
export function endOfSchoolYear(day: Day): Day {
  const yearOf = (one: Day) => formatDay(one).slice(0, 4);
  return dayOf(`${yearOf(addMonths(day, 4))}-08-31`);
}
