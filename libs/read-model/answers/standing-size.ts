import type { NamedStanding } from '@app/domain/evaluation/v1/named-standing';
import type { Standing } from '@app/domain/evaluation/v1/standing';
import type { ToldRun } from '@app/domain/evaluation/v1/told-runs';
import type { Ground } from '@app/domain/log/grants';

/** The bytes of an object, a list or a text besides what it holds: an estimate on the high side. */
const AN_OBJECT = 48;

/** Approximately all the bytes that a standing keeps alive, but for what it shares with all others. */
export function sizeOfStanding({ requirements, engaged, subcontractors, warnings }: Standing): number {
  let size = 10 * AN_OBJECT;
  for (const list of new Set([requirements.must, requirements.encouraged, requirements.all]))
    for (const { asked, covered, gaps, uncertain, grounds } of list)
      size +=
        (1 + 2 * asked.length) * AN_OBJECT +
        ofDays(covered) +
        ofRuns(gaps) +
        ofRuns(uncertain) +
        ofRuns(grounds);
  for (const { days, gaps, grounds } of [...engaged.each, ...subcontractors.each])
    size += 2 * AN_OBJECT + ofDays(days) + ofRuns(gaps) + ofRuns(grounds);
  for (const { given } of warnings)
    size += 3 * AN_OBJECT + given.reduce((sum, days) => sum + ofDays(days), 0);
  for (const awards of new Set(warnings.map(({ awards = [] }) => awards)))
    size += awards.reduce((sum, { days }) => sum + AN_OBJECT + ofDays(days), AN_OBJECT);
  return size;
}

export function sizeOfNamed({ asked }: NamedStanding): number {
  return asked.reduce(
    (size, { days, truth, failing, doubts }) =>
      size +
      3 * AN_OBJECT +
      ofDays(days) +
      ofDays(truth.certain) +
      ofDays(truth.possible) +
      ofGrounds(failing) +
      ofGrounds(doubts),
    2 * AN_OBJECT,
  );
}

function ofGrounds(grounds: readonly Ground[]): number {
  return grounds.reduce(
    (sum, { days, evidence }) => sum + AN_OBJECT + ofDays(days) + ofDays(evidence),
    AN_OBJECT,
  );
}

function ofDays(days: readonly number[]): number {
  return AN_OBJECT + 8 * days.length;
}

function ofRuns(runs: readonly ToldRun[]): number {
  if (runs.length === 0) return 0;
  let size = AN_OBJECT;
  for (const { evidence } of runs)
    size += 2 * AN_OBJECT + (typeof evidence === 'string' ? evidence.length : ofGrounds(evidence));
  return size;
}
