/// <reference types="jest" />
import { Calendar } from './calendar';
import { londonDay } from '@app/read-model/clock';
import { dayOpened } from './registrar-postings';
import { Writer } from './writer';
import { dayOf, formatDay } from '@app/domain/values/day';
import { OWN_SOURCE, REGISTRAR } from '@app/domain/log/event-catalogue';
import { SqliteLog } from '@app/event-store/sqlite';
import type { EventLog } from '@app/event-store/event-log';
import { MemoryLog } from '@app/event-store/memory';
import { Follower } from '@app/read-model/follower';
import { EventIndex } from '@app/read-model/index/event-index';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const NOON = Date.UTC(2026, 8, 1, 12);
const DAY = 86_400_000;

interface Process {
  readonly calendar: Calendar;
  readonly writer: Writer;
  readonly register: EventIndex;
  /** The time of its clock, UTC. */
  now: number;
  ended(): Promise<void>;
}

const running: Process[] = [];
afterEach(async () => {
  for (const one of running.splice(0)) await one.ended();
});

/** A register on a log, with only its calendar, that has read the whole log. */
async function processOn(log: EventLog, now: number): Promise<Process> {
  const register = new EventIndex();
  const follower = new Follower(log, register);
  const following = follower.run();
  await follower.reached(await log.head());
  const one = { now };
  const clock = () => one.now;
  const writer = new Writer(log, register, follower, { clock, calendar: 'auto', patience: Infinity });
  const process: Process = Object.assign(one, {
    calendar: new Calendar(writer, register, clock),
    writer,
    register,
    async ended() {
      await writer.idle();
      follower.stop();
      await following;
    },
  });
  running.push(process);
  return process;
}

/** The days that a log has, in order. */
async function daysIn(log: EventLog): Promise<string[]> {
  const days: string[] = [];
  for await (const { events } of log.read(-1))
    for (const text of events) days.push((JSON.parse(text) as { data: { date: string } }).data.date);
  return days;
}

/** All days from one to another, both included. */
const from = (first: string, last: string) =>
  Array.from({ length: dayOf(last) - dayOf(first) + 1 }, (_, i) => formatDay(dayOf(first) + i));

/** The days that a calendar has opened after looking at each of these instants, from the first day on. */
async function openedAt(...instants: readonly string[]): Promise<string[]> {
  const log = new MemoryLog();
  const one = await processOn(log, 0);
  for (const instant of instants) {
    one.now = Date.parse(instant);
    await one.calendar.open();
  }
  return daysIn(log);
}

describe('a day of the register', () => {
  test.each([
    ['in winter at midnight UTC', '2026-01-14T23:59:59.999Z', '2026-01-15T00:00:00Z', '2026-01-15'],
    ['in summer at 23:00 UTC', '2026-07-14T22:59:59.999Z', '2026-07-14T23:00:00Z', '2026-07-15'],
    [
      'of which clocks go forward, at midnight UTC',
      '2026-03-28T23:59:59.999Z',
      '2026-03-29T00:00:00Z',
      '2026-03-29',
    ],
    [
      'after clocks went forward, at 23:00 UTC',
      '2026-03-29T22:59:59.999Z',
      '2026-03-29T23:00:00Z',
      '2026-03-30',
    ],
    [
      'of which clocks go back, at 23:00 UTC',
      '2026-10-24T22:59:59.999Z',
      '2026-10-24T23:00:00Z',
      '2026-10-25',
    ],
    [
      'after clocks went back, at midnight UTC',
      '2026-10-25T23:59:59.999Z',
      '2026-10-26T00:00:00Z',
      '2026-10-26',
    ],
    ['that is a leap day', '2028-02-28T23:59:59.999Z', '2028-02-29T00:00:00Z', '2028-02-29'],
    ['after a leap day', '2028-02-29T23:59:59.999Z', '2028-03-01T00:00:00Z', '2028-03-01'],
    [
      'after the 28th of February of 2100, which has no 29th',
      '2100-02-28T23:59:59.999Z',
      '2100-03-01T00:00:00Z',
      '2100-03-01',
    ],
    ['of a new year', '2026-12-31T23:59:59.999Z', '2027-01-01T00:00:00Z', '2027-01-01'],
  ])('%s begins when it begins in London, and not before', async (_, before, begins, day) => {
    expect(formatDay(londonDay(Date.parse(begins)))).toBe(day);
    const previous = formatDay(dayOf(day) - 1);
    expect(await openedAt(before)).toEqual([previous]);
    expect(await openedAt(before, begins)).toEqual([previous, day]);
  });

  test('opens once, however often is looked, on the days of 23 and of 25 hours too', async () => {
    for (const [day, next] of [
      ['2026-03-29', '2026-03-30'],
      ['2026-10-25', '2026-10-26'],
    ] as const) {
      const start = Date.parse(`${day}T00:00:00Z`);
      const everyHalfHour = Array.from({ length: 50 }, (_, i) =>
        new Date(start + i * 1_800_000).toISOString(),
      );
      expect(await openedAt(...everyHalfHour)).toEqual([day, next]);
    }
  });
});

describe('after an outage', () => {
  test.each([
    ['of a week', '2026-09-01', '2026-09-08'],
    ['over a change of clocks forward', '2026-03-27', '2026-04-01'],
    ['over a change of clocks back', '2026-10-23', '2026-10-28'],
    ['over a leap day', '2028-02-27', '2028-03-02'],
    ['over a February without one', '2100-02-27', '2100-03-02'],
    ['of years', '2026-09-01', '2029-10-05'],
  ])('%s every missed day is opened, once and in order', async (_, first, last) => {
    const log = new MemoryLog();
    const before = await processOn(log, Date.parse(`${first}T12:00:00Z`));
    await before.calendar.open();
    const after = await processOn(log, Date.parse(`${last}T12:00:00Z`));
    await after.calendar.open();
    await after.calendar.open();
    expect(await daysIn(log)).toEqual(from(first, last));
  });

  test('days are recorded as the register’s own', async () => {
    const log = new MemoryLog();
    const one = await processOn(log, NOON);
    await one.calendar.open();
    one.now = NOON + 2 * DAY;
    await one.calendar.open();
    for await (const { events } of log.read(-1))
      for (const text of events) {
        const event = JSON.parse(text) as {
          body: string;
          source: string;
          id: string;
          data: { date: string };
        };
        expect(event).toMatchObject({ body: REGISTRAR, source: OWN_SOURCE, id: `day-${event.data.date}` });
      }
  });
});

describe('two processes that start together', () => {
  test.each([
    ['on a new log', undefined, 0],
    ['after an outage', '2026-08-20', 0],
    ['after an outage, the clock of one being a minute ahead at midnight', '2026-08-20', 11 * 3_600_000],
  ])('%s open each day once, in order', async (_, last, later) => {
    const log = new MemoryLog();
    if (last !== undefined) await (await processOn(log, Date.parse(`${last}T12:00:00Z`))).calendar.open();
    const [one, other] = [
      await processOn(new MemoryLog(log), NOON + later - (later === 0 ? 0 : 60_000)),
      await processOn(new MemoryLog(log), NOON + later),
    ];
    await Promise.all([one.calendar.open(), other.calendar.open()]);
    for (const each of [one, other]) {
      each.now = NOON + 3 * DAY;
      await each.calendar.open();
    }
    expect(await daysIn(log)).toEqual(from(last ?? '2026-09-01', '2026-09-04'));
  });

  test('and go on together open each day once, whoever is first', async () => {
    const log = new MemoryLog();
    const both = [await processOn(new MemoryLog(log), NOON), await processOn(new MemoryLog(log), NOON)];
    for (let day = 0; day < 5; day++) {
      for (const one of both) one.now = NOON + day * DAY;
      await Promise.all(both.map((one) => one.calendar.open()));
    }
    expect(await daysIn(log)).toEqual(from('2026-09-01', '2026-09-05'));
  });

  test('on one file: the second is refused, and catches up where it comes after the first', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'calendar-'));
    try {
      const file = join(folder, 'register.db');
      const first = await SqliteLog.open(file);
      const one = await processOn(first, NOON);
      await expect(SqliteLog.open(file)).rejects.toThrow('open for writing already');
      await one.calendar.open();
      await running.pop()?.ended();
      await first.close();
      const second = await SqliteLog.open(file);
      const other = await processOn(second, NOON + 4 * DAY);
      await other.calendar.open();
      expect(await daysIn(second)).toEqual(from('2026-09-01', '2026-09-05'));
      await running.pop()?.ended();
      await second.close();
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

test('a day that the registrar opened by hand is not opened again, and the next one is', async () => {
  const log = new MemoryLog();
  const one = await processOn(log, NOON);
  await one.calendar.open();
  one.now = NOON + 2 * DAY;
  const byHand = {
    body: REGISTRAR,
    source: '/hand',
    id: 'a-day',
    type: 'DayOpened',
    subject: 'calendar:england',
    data: { date: '2026-09-02' },
  } as const;
  await Promise.all([one.writer.post('register', [byHand]), one.calendar.open()]);
  await one.calendar.open();
  expect(await daysIn(log)).toEqual(from('2026-09-01', '2026-09-03'));
});

test('days are left until later, and not asked for over and over, where the clock is set back while they are opened', async () => {
  const log = new MemoryLog();
  const one = await processOn(log, NOON);
  await one.calendar.open();

  let posted = 0;
  const post = one.writer.post.bind(one.writer);
  one.writer.post = async (...what) => {
    // Two days have begun when the calendar looks, but only one of them when its posts are judged.
    if (++posted > 3) throw new Error('the calendar asks over and over');
    one.now = NOON + DAY;
    return post(...what);
  };
  one.now = NOON + 2 * DAY;
  await one.calendar.open();
  expect(await daysIn(log)).toEqual(from('2026-09-01', '2026-09-02'));

  await one.calendar.open();
  expect(one.calendar.refusal).toBeUndefined();
  expect(await daysIn(log)).toEqual(from('2026-09-01', '2026-09-02'));
});

test('a day whose id somebody has taken is told, the days before it are opened, and those after it once it is opened by hand', async () => {
  const log = new MemoryLog();
  const one = await processOn(log, NOON);
  await one.calendar.open();
  const own = {
    body: REGISTRAR,
    source: OWN_SOURCE,
    id: 'day-2026-09-03',
    type: 'AdviserRegistered',
  } as const;
  await one.writer.post('register', [{ ...own, subject: 'adviser:k7m2p9qx', data: {} }]);
  const today = () => formatDay(one.register.todayAt(one.register.head) ?? 0);
  one.now = NOON + 4 * DAY;
  await one.calendar.open();
  expect(one.calendar.refusal).toContain(
    'The day 2026-09-03 cannot be opened: Another event was posted at position 1',
  );
  expect(today()).toBe('2026-09-02');

  const byHand = { ...dayOpened(dayOf('2026-09-03')), source: '/hand', id: 'a-day' };
  expect(await one.writer.post('register', [byHand])).toMatchObject([{ outcome: 'accepted' }]);
  await one.calendar.open();
  expect(one.calendar.refusal).toBeUndefined();
  expect(today()).toBe('2026-09-05');
});

test('a fault in the middle is told, and ends no timer’s round in a rejection', async () => {
  const one = await processOn(new MemoryLog(), NOON);
  const post = one.writer.post.bind(one.writer);
  one.writer.post = () => Promise.reject(new Error('no room'));
  await one.calendar.open();
  expect(one.calendar.refusal).toContain('no room');
  one.writer.post = post;
  await one.calendar.open();
  expect(one.calendar.refusal).toBeUndefined();
});
