import type { Day } from './day';
import { ALL_DAYS, difference, includes, intersection, runs, type Days } from './timeline';

/** Why a day is not covered. Where several apply, the first of this list is given (design, section 4, “Reasons”). */
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
  'subcontractor-fails',
  'no-policy-in-force',
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
  'subcontractor-fails':
    'A subcontractor does not meet the requirement. The reason of each is in `subcontractors`.',
  'no-policy-in-force':
    'No edition of the policy is in force, or the one in force says nothing of this setting.',
  'applied-not-met': 'No application for the accreditation is on record that counts on the day.',
  'registered-not-met': 'The adviser does not stand on the professional register that the policy asks for.',
};

const RANK = new Map<Reason, number>(REASONS.map((reason, rank) => [reason, rank]));

/** Days, and the positions of the events that show something of each of them. */
export interface Ground {
  readonly days: Days;
  readonly evidence: readonly number[];
}

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

/** A run of days with one reason. `evidence` is that of all its days, ascending. */
export interface Gap extends Cause {
  readonly from: Day;
  readonly until: Day;
}

/** A reason that applies where no other does; nothing shows it. */
export function fallback(reason: Reason): Cause {
  return { reason, days: ALL_DAYS, evidence: [] };
}

/** Causes or grounds, on some of their days only. */
export function within<G extends Ground>(grounds: readonly G[], days: Days): G[] {
  return grounds.flatMap((ground) => {
    const left = intersection(ground.days, days);
    return left.length === 0 ? [] : [{ ...ground, days: left }];
  });
}

/** The first day of each piece in which the same grounds apply on every day, ascending. */
function edgesOf(grounds: readonly Ground[]): readonly Day[] {
  const edges = new Set(
    grounds.flatMap(({ days }) => [...runs(days)].flatMap(({ from, until }) => [from, until + 1])),
  );
  return [...edges].sort((a, b) => a - b);
}

/**
 * Of the given days, those on which some ground applies: maximal runs with the same evidence, which is that of every
 * ground that applies.
 */
export function groundedRuns(grounds: readonly Ground[], days: Days): GroundedRun[] {
  const asked = within(grounds, days);
  const edges = edgesOf(asked);
  const grounded: { from: Day; until: Day; evidence: readonly number[] }[] = [];
  edges.forEach((from, i) => {
    const applying = asked.filter((ground) => includes(ground.days, from));
    if (applying.length === 0) return;
    const evidence = ascending(applying.flatMap((ground) => ground.evidence));
    const until = (edges[i + 1] ?? from + 1) - 1;
    const last = grounded.at(-1);
    if (last?.until === from - 1 && last.evidence.join() === evidence.join()) last.until = until;
    else grounded.push({ from, until, evidence });
  });
  return grounded;
}

function ascending(positions: readonly number[]): readonly number[] {
  return [...new Set(positions)].sort((a, b) => a - b);
}

/**
 * What each of the given days is put down to: the first reason that applies, with the evidence of every cause
 * that gives it on that day. Pieces are cut where anything changes; their days make up those given, as far as
 * there is a cause.
 */
export function firstReasons(causes: readonly Cause[], days: Days): Cause[] {
  const pieces: Cause[] = [];
  let left = days;
  const ranked = Map.groupBy(within(causes, days), ({ reason }) => RANK.get(reason) ?? Infinity);
  for (const rank of [...ranked.keys()].sort((a, b) => a - b)) {
    const same = within(ranked.get(rank) ?? [], left);
    const edges = edgesOf(same);
    edges.forEach((from, i) => {
      const applying = same.filter((cause) => includes(cause.days, from));
      const [first] = applying;
      if (!first) return;
      const piece: Days = [from, (edges[i + 1] ?? from + 1) - 1];
      pieces.push({
        reason: first.reason,
        days: piece,
        evidence: applying.flatMap(({ evidence }) => evidence),
      });
    });
    for (const cause of same) left = difference(left, cause.days);
  }
  return pieces;
}

/** Maximal runs of one reason, by their first day; the evidence is the union over the days of the run. */
export function gapsOf(pieces: readonly Cause[]): Gap[] {
  const sorted = pieces
    .flatMap(({ reason, days, evidence }) =>
      [...runs(days)].map((run) => ({ ...run, reason, evidence: [...evidence] })),
    )
    .sort((a, b) => a.from - b.from);
  const gaps: { from: Day; until: Day; reason: Reason; evidence: number[] }[] = [];
  for (const piece of sorted) {
    const last = gaps.at(-1);
    if (last?.reason === piece.reason && last.until + 1 === piece.from) {
      last.until = piece.until;
      last.evidence.push(...piece.evidence);
    } else gaps.push(piece);
  }
  return gaps.map((gap) => ({
    ...gap,
    days: [gap.from, gap.until],
    evidence: ascending(gap.evidence),
  }));
}
