import { type Ground } from '../../log/grants';
import type { Day } from '../../values/day';
import { ALL_DAYS, difference, intersection, runs, unionOf, type Days } from '../../values/timeline';
import { A_PIECE, flatMapped, grouped, inGroups, mapped, type Work } from '../../values/work';

/**
 * Why a day is not covered. If several reasons apply, the first of this list is given (specification, section
 * 4, “Reasons”).
 */
export const REASONS = [
  'provider-closed',
  'accreditation-voided',
  'accreditation-transferred',
  'accreditation-withdrawn',
  'accreditation-surrendered',
  'accreditation-lapsed',
  'accreditation-suspended',
  'accreditation-expired',
  'accreditation-not-started',
  'accreditation-never-awarded',
  'adviser-not-engaged',
  'adviser-sanctioned',
  'adviser-not-independent',
  'qualification-revoked',
  'qualification-voided',
  'enrolment-ended',
  'qualification-not-started',
  'qualification-only-claimed',
  'qualification-not-accepted',
  'no-qualification',
  'no-adviser-engaged',
  'no-qualified-adviser',
  'unqualified-adviser-engaged',
  'engaged-advisers-fail',
  'subcontractor-fails',
  'no-policy-in-force',
  'no-contract',
  'application-ended',
  'applied-not-met',
  'registered-not-met',
] as const;

export type Reason = (typeof REASONS)[number];

/** What each reason says of a day that is not covered. */
export const REASON_MEANINGS: Readonly<Record<Reason, string>> = {
  'provider-closed': 'The provider has closed, or has merged into another one.',
  'accreditation-voided':
    'The award that would cover the day was declared void, as if it had never been made.',
  'accreditation-transferred': 'The award that would cover the day has passed to another holder.',
  'accreditation-withdrawn': 'The award that would cover the day has been withdrawn by its body.',
  'accreditation-surrendered': 'The award that would cover the day has been given up by its holder.',
  'accreditation-lapsed': 'The award that would cover the day has lapsed before its last day.',
  'accreditation-suspended': 'The award that would cover the day is suspended, and has not been reinstated.',
  'accreditation-expired': 'The last day of the award, as extended, is past.',
  'accreditation-not-started': 'The first day of the award is yet to come.',
  'accreditation-never-awarded':
    'No award of the standard is on record, or none of the scope that is asked for.',
  'adviser-not-engaged': 'An adviser whom the question names is not engaged by the provider.',
  'adviser-sanctioned': 'The adviser is under a sanction.',
  'adviser-not-independent':
    'The adviser is employed by the school that the question names, so that what the adviser gives does not count as independent of it.',
  'qualification-revoked': 'The certificate of a qualification that the policy accepts has been revoked.',
  'qualification-voided':
    'The certificate of a qualification that the policy accepts was declared void, as if it had never been awarded.',
  'enrolment-ended':
    'The adviser was enrolled for a qualification that the policy accepts, and the enrolment does not count any more: it was ended, has reached its expected end, or has lasted longer than the policy lets it count.',
  'qualification-not-started': 'A qualification or enrolment that the policy accepts begins after the day.',
  'qualification-only-claimed':
    'The adviser claims a qualification that the policy accepts, and no awarding body has confirmed it.',
  'qualification-not-accepted': 'The adviser holds a qualification, and none that the policy accepts.',
  'no-qualification': 'No qualification of the adviser is on record that bears on the day.',
  'no-adviser-engaged': 'No adviser is engaged by the provider.',
  'no-qualified-adviser':
    'Advisers are engaged, and none of them meets the requirement. The reason of each is in `engaged`.',
  'unqualified-adviser-engaged':
    'An adviser is engaged who does not meet the requirement. The reason of each is in `engaged`.',
  'engaged-advisers-fail':
    'Advisers are engaged, and none of them meets the requirement, so that what is known speaks against it. The reason of each is in `engaged`.',
  'subcontractor-fails':
    'A subcontractor does not meet the requirement. The reason of each is in `subcontractors`.',
  'no-policy-in-force':
    'The policy says nothing of the day: no edition of it is in force, or the one in force does not have this setting. That is no failing of the provider.',
  'no-contract': 'The provider holds no contract of the programme that is in force on the day.',
  'application-ended':
    'The application for the accreditation has ended: it was refused, withdrawn or expired, or the award was made.',
  'applied-not-met': 'No application for the accreditation is on record that counts on the day.',
  'registered-not-met': 'The adviser does not stand on the professional register that the policy asks for.',
};

const RANK = new Map<Reason, number>(REASONS.map((reason, rank) => [reason, rank]));

/** A reason, the days on which it applies and the positions of the events that show it. */
export interface Cause extends Ground {
  readonly reason: Reason;
}

/** A run of days that rest on the same events; their positions ascend. */
export interface GroundedRun {
  readonly from: Day;
  readonly until: Day;
  readonly evidence: readonly number[];
}

/** A reason for days that no other explains; it has no evidence. */
export function fallback(reason: Reason): Cause {
  return { reason, days: ALL_DAYS, evidence: [] };
}

/** Causes or grounds, limited to some of their days. */
export function within<G extends Ground>(grounds: readonly G[], days: Days): G[] {
  return grounds.flatMap((ground) => {
    const left = intersection(ground.days, days);
    return left.length === 0 ? [] : [{ ...ground, days: left }];
  });
}

/**
 * The given days on which some ground applies, as maximal runs with the same evidence: that of every ground
 * that applies. It sweeps once over the edges of all grounds, and looks only at what changes at each edge.
 */
export function groundedRuns(grounds: readonly Ground[], days: Days): GroundedRun[] {
  const asked = within(grounds, days);
  const [only, ...more] = asked;
  if (only && more.length === 0) {
    const evidence = ascending(only.evidence);
    return [...runs(only.days)].map((run) => ({ ...run, evidence }));
  }
  const edges = asked
    .flatMap(({ days, evidence }) =>
      days.map((day, i) => ({ day: day + (i % 2), begins: i % 2 === 0, evidence })),
    )
    .sort((a, b) => a.day - b.day);
  const grounded: GroundedRun[] = [];
  let current: readonly number[] = [];
  let [from, applying] = [0, 0];
  /** By position: how many of the applying grounds give it. */
  const given = new Map<number, number>();
  for (let i = 0; i < edges.length;) {
    const day = edges[i]?.day ?? 0;
    const before = new Map<number, boolean>();
    const wasApplying = applying > 0;
    for (; edges[i]?.day === day; i++) {
      const { begins, evidence } = edges[i] ?? { begins: false, evidence: [] };
      applying += begins ? 1 : -1;
      for (const position of evidence) {
        const times = given.get(position) ?? 0;
        if (!before.has(position)) before.set(position, times > 0);
        given.set(position, times + (begins ? 1 : -1));
      }
    }
    const came = [...before].flatMap(([position, was]) =>
      !was && given.get(position) !== 0 ? [position] : [],
    );
    const went = [...before].some(([position, was]) => was && given.get(position) === 0);
    const changes = came.length > 0 || went || wasApplying !== applying > 0;
    if (!changes) continue;
    if (wasApplying) grounded.push({ from, until: day - 1, evidence: current });
    from = day;
    const left = went ? current.filter((position) => given.get(position) !== 0) : current;
    current = came.length > 0 ? merged(left, ascending(came)) : left;
  }
  return grounded;
}

/** Merges two ascending lists without common members. */
function merged(a: readonly number[], b: readonly number[]): readonly number[] {
  const result: number[] = [];
  let next = 0;
  for (const one of a) {
    for (let other = b[next]; other !== undefined && other < one; other = b[++next]) result.push(other);
    result.push(one);
  }
  for (; next < b.length; next++) result.push(b[next] ?? 0);
  return result;
}

export function ascending(positions: readonly number[]): readonly number[] {
  if (positions.length < 2) return positions;
  const once = new Set(positions);
  // Very long lists are sorted as numbers at once, without calling a comparison.
  return once.size > A_PIECE ? Array.from(Float64Array.from(once).sort()) : [...once].sort((a, b) => a - b);
}

/**
 * The causes of each of the given days: every cause with the first reason that applies on the day, cut to
 * those days.
 */
export function* firstReasons(causes: readonly Cause[], days: Days): Work<Cause[]> {
  let first: Cause[] = [];
  let left = days;
  const ranked = yield* grouped(causes, ({ reason }) => RANK.get(reason) ?? Infinity);
  for (const rank of [...ranked.keys()].sort((a, b) => a - b)) {
    const same = yield* flatMapped(ranked.get(rank) ?? [], (cause) => within([cause], left));
    if (same.length === 0) continue;
    first = first.length === 0 ? same : first.concat(same);
    left = difference(left, yield* daysOf(same));
  }
  return first;
}

/** All days of some causes. */
export function* daysOf(causes: readonly Cause[]): Work<Days> {
  return yield* inGroups(yield* mapped(causes, ({ days }) => days), unionOf);
}
