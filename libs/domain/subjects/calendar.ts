import { dayOf, formatDay } from '../values/day';
import type { Deciders } from '../log/decider';
import { define } from '../log/event-definition';
import { CALENDAR_KEY, DAY, fields } from '../values/keys';
import { described } from '../values/meaning';
import { refuse } from '../values/problem';

export const CALENDAR = 'calendar:england';

/** Time is in the log: *today* is the date of the last open day (specification, section 1). */
export const events = {
  DayOpened: define({
    meaning:
      'A day has begun, and is today until the next one is opened. So an expiry follows from the log alone. With the calendar `auto` the register posts it itself.',
    subject: CALENDAR_KEY,
    stream: () => 'calendar',
    registrarOnly: true,
    data: fields({
      date: described(
        DAY,
        'The day that has begun in Europe/London: the one after the last that was opened. The first may be any.',
      ),
    }),
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
