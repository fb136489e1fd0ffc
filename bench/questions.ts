import { dayOf, formatDay } from '@app/domain/values/day';
import type { Dice } from '@app/synthetic/prng';

export const SETTING = 'school-commissioned';
/** Questions begin on one of these days, and are about at most so many. */
const FIRST = dayOf('2019-01-01');
const BEGINNINGS = 3_000;
const MOST_DAYS = 700;

/** The days of a question. */
export interface Window {
  readonly from: string;
  readonly until: string;
}

export function windowBy(dice: Dice): Window {
  const from = FIRST + dice.below(BEGINNINGS);
  return { from: formatDay(from), until: formatDay(from + dice.below(MOST_DAYS)) };
}

export function pathOf(
  provider: string,
  { from, until }: Window,
  more: readonly (readonly [string, string])[] = [],
): string {
  const query = new URLSearchParams({ setting: SETTING, from, until });
  for (const [name, value] of more) query.append(name, value);
  return `/v1/providers/${provider}/eligibility?${query.toString()}`;
}

/** Questions about random providers and days: hardly one is asked twice. */
export function freshPaths(providers: readonly string[], count: number, dice: Dice): string[] {
  return Array.from({ length: count }, () => pathOf(dice.one(providers), windowBy(dice)));
}
