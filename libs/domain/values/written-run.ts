import { formatDay, type Day } from './day';
import { runs, type Days } from './timeline';

/** Days from one to another, both included, `YYYY-MM-DD`; `9999-12-31` where nothing known ends them. */
export interface Run {
  readonly from: string;
  readonly until: string;
}

export function writtenRun({ from, until }: { from: Day; until: Day }): Run {
  return { from: formatDay(from), until: formatDay(until) };
}

/** Days as answers and records have them. */
export function writtenRuns(days: Days): Run[] {
  return [...runs(days)].map(writtenRun);
}
