import { type Ground } from '../../log/grants';
import { type Day } from '../../values/day';
import { PROVIDER_OPEN, type Requirement } from '../../subjects/policy-document';
import { endOfRun, unionOf, type Days } from '../../values/timeline';
import { A_PIECE, sorted, type Work } from '../../values/work';
import { type Cause } from './reason';
import { firstUntil, toldDays, toldGaps, toldGrounds, toldPart, type ToldRun } from './told-runs';

/** What something that an edition asks comes to on the days that the edition decides. All other sets of days lie within these. */
export interface StandingOnDays {
  readonly days: Days;
  readonly certain: Days;
  readonly unknown: Days;
  /** Why it fails, one reason a day. */
  readonly failing: readonly Cause[];
  /** The disputes that make days unknown. */
  readonly doubts: readonly Ground[];
  /** What its certain days rest on; undefined if an answer does not say. */
  readonly grounds: readonly Ground[] | undefined;
}

export interface RequirementStanding extends StandingOnDays {
  /** Its place among all requirements of all editions. */
  readonly place: number;
  readonly requirement: Pick<Requirement, 'id' | 'of' | 'binding' | 'cites'>;
}

/** A requirement as one edition asks it. */
interface ToldAsking {
  readonly days: Days;
  /** Its place among all requirements of all editions. */
  readonly place: number;
  /** `{"id":…,"of":…,"binding":…,"cites":…`: all that does not depend on days. All standings share it. */
  readonly intro: string;
  readonly isGrounded: boolean;
}

/** What an answer tells of a requirement, under one id, whichever edition asks it. */
export interface ToldRequirement {
  readonly id: string;
  readonly asked: readonly ToldAsking[];
  readonly covered: Days;
  readonly gaps: readonly ToldRun[];
  readonly uncertain: readonly ToldRun[];
  readonly grounds: readonly ToldRun[];
}

/** The requirements of all editions, each once. */
export interface ToldRequirements {
  /** As far as they must be met. */
  readonly must: readonly ToldRequirement[];
  /** As far as editions encourage to meet them. */
  readonly encouraged: readonly ToldRequirement[];
  /** In both ways: the same list as `must` if nothing is encouraged. */
  readonly all: readonly ToldRequirement[];
}

/** `list`: by edition, then in the order of the policy. */
export function* toldRequirements(list: readonly RequirementStanding[]): Work<ToldRequirements> {
  const encouraged = list.filter(({ requirement }) => requirement.binding === 'encouraged');
  const must = yield* toldById(list.filter(({ requirement }) => requirement.binding === 'must'));
  return {
    must,
    encouraged: yield* toldById(encouraged),
    all: encouraged.length === 0 ? must : yield* toldById(list),
  };
}

const intros = new WeakMap<RequirementStanding['requirement'], string>();

function introOf(requirement: RequirementStanding['requirement']): string {
  let intro = intros.get(requirement);
  if (intro === undefined) {
    const { id, of, binding, cites = null } = requirement;
    intro = JSON.stringify({ id, of, binding, cites }).slice(0, -1);
    intros.set(requirement, intro);
  }
  return intro;
}

function* toldById(list: readonly RequirementStanding[]): Work<readonly ToldRequirement[]> {
  const told: ToldRequirement[] = [];
  for (const [id, parts] of Map.groupBy(list, ({ requirement }) => requirement.id)) {
    const [only, ...others] = parts;
    const of = <T>(choose: (part: StandingOnDays) => readonly T[]) =>
      only && others.length === 0 ? choose(only) : parts.flatMap(choose);
    const union = (choose: (part: StandingOnDays) => Days) =>
      only && others.length === 0 ? choose(only) : unionOf(parts.map(choose));
    const covered = union(({ certain }) => certain);
    told.push({
      id,
      asked: parts.map(({ requirement, days, place, grounds }) => ({
        days,
        place,
        intro: introOf(requirement),
        isGrounded: grounds !== undefined,
      })),
      covered,
      gaps: yield* toldGaps(
        of(({ failing }) => failing),
        true,
      ),
      uncertain: yield* toldDays(
        union(({ unknown }) => unknown),
        of(({ doubts }) => doubts),
      ),
      grounds: toldGrounds(
        of(({ grounds = [] }) => grounds),
        covered,
      ),
    });
  }
  return told;
}

/** A requirement that is asked on a day of a window, and by which edition first. */
export interface Present {
  readonly told: ToldRequirement;
  readonly first: ToldAsking;
}

/**
 * Those that are asked on a day of `from`–`until`, in the order of the first days and of the policy; `provider-open` last.
 */
export function presentIn(list: readonly ToldRequirement[], from: Day, until: Day): readonly Present[] {
  const present: (Present & { readonly day: Day })[] = [];
  for (const told of list) {
    let [first, day]: [ToldAsking | undefined, Day] = [undefined, Infinity];
    for (const asking of told.asked) {
      const firstDay = firstDayOf(asking.days, from, until);
      if (firstDay >= day) continue;
      first = asking;
      day = firstDay;
    }
    if (first) present.push({ told, first, day });
  }
  const rank = ({ told }: Present) => Number(told.id === PROVIDER_OPEN);
  return present.sort((a, b) => rank(a) - rank(b) || a.day - b.day || a.first.place - b.first.place);
}

/** The first day of a set in `from`–`until`; Infinity if there is none. */
function firstDayOf(days: Days, from: Day, until: Day): Day {
  if (endOfRun(days, from) !== undefined) return from;
  for (let i = 0; i < days.length; i += 2) {
    const day = days[i] ?? Infinity;
    if (day > from) return day <= until ? day : Infinity;
  }
  return Infinity;
}

/** Runs of several requirements in one list, by their first day in `from`–`until`, then as `rankOf` orders them; each names its requirement. */
export function* toldInOrder(
  lists: readonly { readonly id: string; readonly runs: readonly ToldRun[] }[],
  from: Day,
  until: Day,
  rankOf: (id: string, day: Day) => number,
): Work<string> {
  const found: { readonly run: ToldRun; readonly id: string; readonly day: Day }[] = [];
  for (const { id, runs } of lists)
    for (let i = firstUntil(runs, from); i < runs.length; i++) {
      const run = runs[i];
      if (!run || run.from > until) break;
      found.push({ run, id, day: Math.max(run.from, from) });
      if (found.length % A_PIECE === 0) yield 1;
    }
  if (found.length === 0) return '';
  const ordered =
    found.length === 1
      ? found
      : yield* sorted(found, (a, b) => {
          if (a.day !== b.day) return a.day - b.day;
          const [one, other] = [rankOf(a.id, a.day), rankOf(b.id, b.day)];
          return one === other ? 0 : one - other;
        });
  let text = '';
  for (const [i, { run, id }] of ordered.entries()) {
    text += `${i === 0 ? '' : ','}${toldPart(run, from, until, `,"requirement":${JSON.stringify(id)}`)}`;
    if (i % A_PIECE === A_PIECE - 1) yield A_PIECE;
  }
  return text;
}
