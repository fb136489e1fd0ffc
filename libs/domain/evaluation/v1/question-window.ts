import { parseDay, type Day } from '../../values/day';
import { refuse, type Refusal } from '../../values/problem';

/** The days of a question: `on`, or both `from` and `until`, or else the log's today. */
export function windowOf(
  asked: {
    readonly on?: string | undefined;
    readonly from?: string | undefined;
    readonly until?: string | undefined;
  },
  today: Day | undefined,
): { from: Day; until: Day } | Refusal {
  const wrong = (pointer: string, detail: string) => refuse('invalid-question', detail, pointer);
  const { on, from, until } = asked;
  if (on !== undefined && (from !== undefined || until !== undefined))
    return wrong('/on', 'Ask about one day (on), or from one to another (from, until), not both');
  if ((from === undefined) !== (until === undefined))
    return wrong(from === undefined ? '/from' : '/until', 'Give both from and until, or on');
  if (on === undefined && from === undefined) {
    return today === undefined
      ? refuse(
          'no-day-opened',
          'The register has not opened its first day, so that it knows no today: give on, or from and until',
        )
      : { from: today, until: today };
  }
  const days: Day[] = [];
  for (const [name, text] of [
    ['from', from ?? on],
    ['until', until ?? on],
  ] as const) {
    const day = parseDay(text ?? '');
    if (day === undefined)
      return wrong(
        `/${on === undefined ? name : 'on'}`,
        'Give a day as YYYY-MM-DD, from 1900-01-01 to 9999-12-31',
      );
    days.push(day);
  }
  const [first = 0, last = 0] = days;
  return last < first ? wrong('/until', 'The last day is before the first') : { from: first, until: last };
}
