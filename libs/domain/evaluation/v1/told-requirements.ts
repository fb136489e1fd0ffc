import { type Ground } from '../../log/grants';
import { type Requirement } from '../../subjects/policy-document';
import { unionOf, type Days } from '../../values/timeline';
import { type Work } from '../../values/work';
import { type Cause } from './reason';
import { toldDays, toldGaps, toldGrounds, type ToldRun } from './told-runs';

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

/** What an answer tells of a requirement, under one id, whichever edition asks it. */
export interface ToldRequirement {
  /** Where it stands among all requirements of all editions, once for each edition that asks it. */
  readonly places: readonly number[];
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

function* toldById(list: readonly RequirementStanding[]): Work<readonly ToldRequirement[]> {
  const told: ToldRequirement[] = [];
  for (const parts of Map.groupBy(list, ({ requirement }) => requirement.id).values()) {
    const [only, ...others] = parts;
    const of = <T>(choose: (part: StandingOnDays) => readonly T[]) =>
      only && others.length === 0 ? choose(only) : parts.flatMap(choose);
    const union = (choose: (part: StandingOnDays) => Days) =>
      only && others.length === 0 ? choose(only) : unionOf(parts.map(choose));
    const covered = union(({ certain }) => certain);
    told.push({
      places: parts.map(({ place }) => place),
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
