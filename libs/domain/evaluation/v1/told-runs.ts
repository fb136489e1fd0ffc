import { type Ground } from '../../log/grants';
import { partitionPoint } from '../../values/partition-point';
import { type Day } from '../../values/day';
import { coversAll, runs, type Days } from '../../values/timeline';
import { A_PIECE, grouped, mapped, type Work } from '../../values/work';
import { ascending, daysOf, groundedRuns, type Cause } from './reason';

/** A run of days with what an answer says of it, as JSON. */
export interface ToldRun {
  readonly from: Day;
  readonly until: Day;
  /** Its members between its days and its evidence, each after a comma. */
  readonly said: string;
  /**
   * Its last member with the evidence, after a comma, or nothing if it has none. Where not all of its days rest on the
   * same events, the grounds: the evidence of a part of the run is that of all that have a day of it.
   */
  readonly evidence: string | readonly Ground[];
}

const NOTHING: readonly ToldRun[] = [];

/** `evidence` as an answer has it, after a comma. */
export function toldEvidence(positions: readonly number[]): string {
  if (positions.length === 0) return ',"evidence":[]';
  return `,"evidence":["${ascending(positions).join('","')}"]`;
}

/**
 * Maximal runs of one reason, by their first day, from causes with one reason a day; without evidence if
 * it is told elsewhere.
 */
export function* toldGaps(causes: readonly Cause[], isEvidenced: boolean): Work<readonly ToldRun[]> {
  if (causes.length === 0) return NOTHING;
  let told: readonly ToldRun[] = [];
  for (const [reason, its] of yield* grouped(causes, (cause) => cause.reason)) {
    const said = `,"reason":"${reason}"`;
    const days = yield* daysOf(its);
    const found = isEvidenced
      ? yield* toldDays(days, its, said)
      : yield* mapped([...runs(days)], (run): ToldRun => ({ ...run, said, evidence: '' }));
    told = told.length === 0 ? found : told.concat(found);
  }
  return told.toSorted((a, b) => a.from - b.from);
}

/** The runs of some days, each with the evidence of every ground that has one of its days. */
export function* toldDays(days: Days, grounds: readonly Ground[], said = ''): Work<readonly ToldRun[]> {
  if (days.length === 0) return NOTHING;
  const bearing = Array.from({ length: days.length / 2 }, (): Ground[] => []);
  for (const [i, ground] of grounds.entries()) {
    if (i % A_PIECE === A_PIECE - 1) yield 1;
    let told = -1;
    for (const { from, until } of runs(ground.days)) {
      const first = partitionPoint(bearing.length, (run) => (days[run * 2 + 1] ?? Infinity) < from);
      for (let run = Math.max(first, told + 1); (days[run * 2] ?? Infinity) <= until; run++) {
        bearing[run]?.push(ground);
        told = run;
      }
    }
  }
  return yield* mapped([...bearing.entries()], ([i, its]): ToldRun => {
    const [from, until] = [days[i * 2] ?? NaN, days[i * 2 + 1] ?? NaN];
    const isSame = its.every(({ days, evidence }) => evidence.length === 0 || coversAll(days, from, until));
    return {
      from,
      until,
      said,
      evidence: isSame ? toldEvidence(its.flatMap(({ evidence }) => evidence)) : its,
    };
  });
}

/** Maximal runs with the same evidence, that of every ground that applies. */
export function toldGrounds(grounds: readonly Ground[], days: Days): readonly ToldRun[] {
  if (days.length === 0 || grounds.length === 0) return NOTHING;
  return groundedRuns(grounds, days).map(({ from, until, evidence }) => ({
    from,
    until,
    said: '',
    evidence: toldEvidence(evidence),
  }));
}
