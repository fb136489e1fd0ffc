import { dayOf, formatDay } from './day';
import type { Deciders } from './decide';
import { define } from './definition';
import { CALENDAR_KEY, DAY, fields } from './keys';
import { refuse } from './problem';

export const CALENDAR = 'calendar:england';

/** Time itself is in the log: *today* is the date of the last day opened (design, section 1). */
export const events = {
  DayOpened: define({
    subject: CALENDAR_KEY,
    stream: () => 'calendar',
    registrarOnly: true,
    data: fields({ date: DAY }),
  }),
};

export const decide: Deciders<keyof typeof events> = {
  DayOpened({ data: { date } }, { today }) {
    if (today === undefined || dayOf(date) === today + 1) return undefined;
    const next = formatDay(today + 1);
    return refuse(
      'day-out-of-order',
      `Days open one after the other: the next to open is ${next}`,
      '/data/date',
    );
  },
};
