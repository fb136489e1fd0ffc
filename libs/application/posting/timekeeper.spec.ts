/// <reference types="jest" />
import { formatDay } from '@app/domain/values/day';
import { isRefusal } from '@app/domain/values/problem';
import type { EventLog } from '@app/event-store/event-log';
import { MemoryLog } from '@app/event-store/memory';
import { Follower } from '@app/read-model/follower';
import { EventIndex } from '@app/read-model/index/event-index';
import fc from 'fast-check';
import { Calendar } from './calendar';
import { londonDay } from '@app/read-model/clock';
import { builtInPolicies } from './registrar-postings';
import { Timekeeper } from './timekeeper';
import { Writer } from './writer';

const SECOND = 1_000;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NOON = Date.UTC(2026, 8, 1, 12);

interface Settings {
  readonly calendar?: 'auto' | 'manual';
  readonly openUntil?: string;
  readonly wrongBy?: number;
}

/** A machine, and a register that runs on it. */
class Process {
  readonly register = new EventIndex();
  readonly time: Timekeeper;
  readonly writer: Writer;
  readonly calendar: Calendar;
  readonly #opens: boolean;
  readonly #follower: Follower;
  readonly #following: Promise<void>;
  /** The true time. */
  now: number;
  /** By how much this machine’s clock is wrong. */
  wrongBy = 0;
  /** How long this machine stood still since it was started, with its own time. */
  stoodStill = 0;

  private constructor(
    readonly log: EventLog,
    now: number,
    options: {
      readonly calendar?: 'auto' | 'manual';
      readonly openUntil?: string;
      readonly wrongBy?: number;
    },
  ) {
    this.now = now;
    this.wrongBy = options.wrongBy ?? 0;
    const { calendar = 'auto', openUntil } = options;
    this.#opens = calendar === 'auto';
    const clock = () => this.now + this.wrongBy;
    const sinceBoot = () => this.now - this.stoodStill - Date.UTC(2026, 0, 1);
    this.time = new Timekeeper({ clock, sinceBoot, calendar, openUntil }, this.register);
    this.#follower = new Follower(log, this.register);
    this.#following = this.#follower.run();
    this.writer = new Writer(log, this.register, this.#follower, {
      clock: this.time.now,
      doubt: () => this.time.doubt()?.why,
      calendar,
      patience: Infinity,
    });
    this.calendar = new Calendar(this.writer, this.register, this.time.now);
  }

  static async start(log: EventLog, now: number, options: Settings = {}): Promise<Process> {
    const one = new Process(log, now, options);
    running.push(one);
    await one.#follower.reached(await log.head());
    await one.look();
    return one;
  }

  /** What a register does each second. */
  async look(): Promise<void> {
    this.time.watch();
    if (this.#opens) await this.calendar.open();
  }

  /** Runs until an instant, and looks now and then. */
  async until(instant: number, every = HOUR): Promise<void> {
    for (; this.now < instant; this.now = Math.min(this.now + every, instant)) await this.look();
    await this.look();
  }

  /** Whether it takes a post, and why not. */
  async takes(id: string): Promise<string> {
    const again = builtInPolicies().slice(0, 1);
    const results = await this.writer.post(
      'register',
      again.map((policy) => ({ ...policy, id })),
    );
    if (isRefusal(results)) return results.detail;
    return results[0]?.outcome === 'refused' ? results[0].refusal.code : 'taken';
  }

  get today(): string | undefined {
    const today = this.register.todayAt(this.register.head);
    return today === undefined ? undefined : formatDay(today);
  }

  async ended(): Promise<void> {
    await this.writer.idle();
    this.#follower.stop();
    await this.#following;
  }
}

const running: Process[] = [];
afterEach(async () => {
  for (const one of running.splice(0)) await one.ended();
});

/** A register that has opened 2026-09-01, and stopped. */
async function openedOn(instant = NOON): Promise<EventLog> {
  const log = new MemoryLog();
  await Process.start(log, instant);
  await running.pop()?.ended();
  return log;
}

const JUMPS: readonly (readonly [string, number])[] = [
  ['an hour ahead', HOUR],
  ['an hour back', -HOUR],
  ['31 seconds ahead', 31 * SECOND],
  ['31 seconds back', -31 * SECOND],
  ['40 days ahead', 40 * DAY],
  ['40 days back', -40 * DAY],
  ['ten years ahead', 3_653 * DAY],
  ['to the year 10000', Date.UTC(9999, 11, 31, 24) - NOON],
  ['to the last instant that a clock can say', 8.64e15 - NOON],
  ['before 1900', Date.UTC(1899, 11, 31, 23) - NOON],
  ['to the first instant that a clock can say', -8.64e15 - NOON],
];

describe('a clock that jumps under a running register', () => {
  describe.each(['auto', 'manual'] as const)('calendar %s', (calendar) => {
    test.each(JUMPS)('%s opens nothing and writes nothing until it is right again', async (_, wrongBy) => {
      const log = await openedOn();
      const one = await Process.start(log, NOON, { calendar });
      expect(await one.takes('before')).not.toContain('clock');
      const head = await log.head();

      one.wrongBy = wrongBy;
      await one.look();
      expect(one.time.doubt()?.advice).toMatch(/set (?:it|the clock) right/i);
      expect(await one.takes('meanwhile')).toContain('The clock of this process says');
      await one.until(NOON + 2 * HOUR);
      expect(await log.head()).toBe(head);
      // The instant can be written, and London has a day at it.
      expect(one.time.now()).toBe(one.now);
      expect(formatDay(londonDay(one.time.now()))).toBe('2026-09-01');

      one.wrongBy = 0;
      await one.look();
      expect(one.time.doubt()).toBeUndefined();
      expect(await one.takes('after')).not.toContain('clock');
      expect(one.today).toBe('2026-09-01');
    });
  });

  test('is found by the very next post, however short it lasts', async () => {
    const log = await openedOn();
    const one = await Process.start(log, NOON);
    const head = await log.head();
    one.wrongBy = 3_653 * DAY;
    expect(await one.takes('a')).toContain('2036-09-01T12:00:00.000Z');
    one.wrongBy = 0;
    expect(await one.takes('b')).not.toContain('clock');
    for await (const { events } of log.read(head))
      for (const text of events) expect(text).toContain('"recordedAt":"2026-09-01');
  });

  test('that is held still is found within a minute', async () => {
    const one = await Process.start(await openedOn(), NOON);
    for (let second = 0; second < 60; second++) {
      one.now += SECOND;
      one.wrongBy -= SECOND;
      await one.look();
    }
    expect(one.time.doubt()?.why).toContain('since boot it should be 2026-09-01T12:00:59');
  });
});

describe('a clock that goes as clocks do is believed', () => {
  test.each([20, -20, 29, -29])('where it is set right by %s seconds, day after day', async (seconds) => {
    const one = await Process.start(await openedOn(), NOON);
    for (let day = 1; day <= 60; day++) {
      await one.until(NOON + day * DAY);
      one.wrongBy += seconds * SECOND;
      await one.look();
      expect(one.time.doubt()).toBeUndefined();
    }
  });

  test('where a machine’s own time drifts by a hundred millionths for two years', async () => {
    const one = await Process.start(await openedOn(), NOON, { calendar: 'manual' });
    for (let hour = 1; hour <= 2 * 365 * 24; hour++) {
      one.now += HOUR;
      one.stoodStill -= HOUR / 10_000;
      one.time.watch();
    }
    expect(one.time.doubt()).toBeUndefined();
  });

  test('where a second is put in', async () => {
    const one = await Process.start(await openedOn(), NOON);
    one.wrongBy = -SECOND;
    await one.look();
    expect(one.time.doubt()).toBeUndefined();
  });

  test.each([
    ['forward', Date.UTC(2027, 2, 27, 12), '2027-03-29'],
    ['back', Date.UTC(2026, 9, 24, 12), '2026-10-26'],
  ])('where summer time moves %s', async (_, begins, today) => {
    const one = await Process.start(await openedOn(begins), begins);
    await one.until(begins + 2 * DAY, HOUR / 4);
    expect(one.time.doubt()).toBeUndefined();
    expect(one.today).toBe(today);
  });

  test('where the machine was suspended for a month: its own time went on', async () => {
    const one = await Process.start(await openedOn(), NOON);
    one.now += 30 * DAY;
    await one.look();
    expect(one.today).toBe('2026-10-01');
    expect(await one.takes('after')).not.toContain('clock');
  });
});

test('a machine that stood still, its own time too, is told apart by no one: the register says to start it again', async () => {
  const log = await openedOn();
  const one = await Process.start(log, NOON);
  one.now += 3 * DAY;
  one.stoodStill = 3 * DAY;
  await one.look();
  expect(one.today).toBe('2026-09-01');
  expect(one.time.doubt()?.advice).toContain('start the register again');
  expect((await Process.start(log, one.now)).today).toBe('2026-09-04');
});

test('however a clock is led away, it gets 30 seconds and 44 a day from where it was', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -40_000, max: 40_000 }), { maxLength: 400 }), (steps) => {
      let [clock, sinceBoot] = [NOON, 0];
      const time = new Timekeeper(
        { clock: () => clock, sinceBoot: () => sinceBoot, calendar: 'manual' },
        new EventIndex(),
      );
      time.watch();
      for (const step of steps) {
        sinceBoot += 60 * SECOND;
        clock += 60 * SECOND + step;
        time.watch();
        const away = Math.abs(clock - NOON - sinceBoot);
        if (time.doubt() === undefined)
          expect(away).toBeLessThanOrEqual(30 * SECOND + (44 * SECOND * sinceBoot) / DAY);
        // While the clock is not believed, no one is told its time.
        expect(Math.abs(time.now() - NOON - sinceBoot)).toBeLessThanOrEqual(
          30 * SECOND + (44 * SECOND * sinceBoot) / DAY,
        );
      }
    }),
  );
});

describe('a register that is started', () => {
  test('35 days after the last one opens all of them', async () => {
    const one = await Process.start(await openedOn(), NOON + 35 * DAY);
    expect(one.today).toBe('2026-10-06');
  });

  test.each([
    ['36 days', 36 * DAY, '2026-10-07'],
    ['ten years', 3_653 * DAY, '2036-09-01'],
  ])('%s after the last one opens and writes nothing, and says what to set', async (_, later, present) => {
    const log = await openedOn();
    const head = await log.head();
    const one = await Process.start(log, NOON + later);
    expect(one.time.doubt()?.advice).toContain(`REGISTER_OPEN_UNTIL=${present}`);
    expect(await one.takes('a')).toContain('days wait to be opened');
    expect(await log.head()).toBe(head);
    await running.pop()?.ended();

    const meant = await Process.start(log, NOON + later, { openUntil: present });
    expect(meant.today).toBe(present);
    expect(await meant.takes('a')).not.toContain('clock');
  });

  test('opens 35 days beyond those that its operator means, and none where more wait', async () => {
    const log = await openedOn();
    const openUntil = '2026-12-31';
    const beyond = await Process.start(log, Date.UTC(2027, 1, 5), { openUntil });
    expect(beyond.today).toBe('2026-09-01');
    await running.pop()?.ended();
    expect((await Process.start(log, Date.UTC(2027, 1, 4), { openUntil })).today).toBe('2027-02-04');
  });

  test('opens no day before it has begun, whatever its operator means', async () => {
    const one = await Process.start(await openedOn(), NOON + DAY, { openUntil: '2027-01-01' });
    expect(one.today).toBe('2026-09-02');
  });

  test('in manual opens and bounds no days', async () => {
    const one = await Process.start(await openedOn(), NOON + 3_653 * DAY, { calendar: 'manual' });
    expect(one.today).toBe('2026-09-01');
    expect(await one.takes('a')).not.toContain('clock');
  });

  test('with a new log opens whatever day it is', async () => {
    expect((await Process.start(new MemoryLog(), Date.UTC(2126, 0, 1, 12))).today).toBe('2126-01-01');
  });

  test.each([
    ['ten years ahead', 3_653 * DAY],
    ['at 1970', -NOON],
    ['at 1890', Date.UTC(1890, 0, 1) - NOON],
    ['ten thousand years ahead', 3_652_500 * DAY],
  ])('with a clock %s goes on by itself once that is set right', async (_, wrongBy) => {
    const log = await openedOn();
    const head = await log.head();
    const one = await Process.start(log, NOON + DAY, { wrongBy });
    expect(await one.takes('a')).toContain('clock');
    await one.until(NOON + DAY + HOUR);
    expect(await log.head()).toBe(head);
    one.wrongBy = 0;
    await one.look();
    expect(one.today).toBe('2026-09-02');
    expect(await one.takes('b')).not.toContain('clock');
    // From then on it is believed no more than any other.
    one.wrongBy = HOUR;
    expect(await one.takes('c')).toContain('since boot');
  });

  test('with a clock an hour ahead that is set right asks to be started again', async () => {
    const log = await openedOn();
    const one = await Process.start(log, NOON + DAY, { wrongBy: HOUR });
    one.now += 60 * SECOND;
    one.wrongBy = 0;
    await one.look();
    expect(await one.takes('a')).toContain('since boot');
    expect(one.time.doubt()?.advice).toContain('start the register again');
  });
});
