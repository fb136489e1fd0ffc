import type { NamedStanding } from '@app/domain/evaluation/v1/named-standing';
import type { FlatStanding } from '@app/domain/evaluation/v1/flat-standing';
import type { Ground } from '@app/domain/log/grants';

/** The bytes of an object, a list or a text besides what it holds: an estimate on the high side. */
const AN_OBJECT = 48;

/** Approximately all the bytes that a standing keeps alive, but for what it shares with all others. */
export function sizeOfStanding({ text, numbers, warnings }: FlatStanding): number {
  // A text takes two bytes for each character if one of them needs two.
  let size = 4 * AN_OBJECT + text.length * (BEYOND_LATIN.test(text) ? 2 : 1) + 8 * numbers.length;
  for (const { given } of warnings)
    size += 3 * AN_OBJECT + given.reduce((sum, days) => sum + ofDays(days), 0);
  for (const awards of new Set(warnings.map(({ awards = [] }) => awards)))
    size += awards.reduce((sum, { days }) => sum + AN_OBJECT + ofDays(days), AN_OBJECT);
  return size;
}

const BEYOND_LATIN = /[^\u0000-\u00ff]/;

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
