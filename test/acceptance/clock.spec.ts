/// <reference types="jest" />
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SqliteLog } from '@app/event-store/sqlite';
import { RegisterProcess, temporaryFolder, type Reply } from './process';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** In these tests it is about noon, so that no day begins in the middle of one. */
const RIGHT = Date.UTC(2026, 8, 1, 12) - Date.now();
const dayOf = (days: number) => Temporal.PlainDate.from('2026-09-01').add({ days }).toString();
const PRESENT = dayOf(0);

let folder: ReturnType<typeof temporaryFolder>;
let launched: RegisterProcess[];

beforeEach(() => {
  folder = temporaryFolder();
  launched = [];
  shift(0);
  writeFileSync(join(folder.path, 'shifted.cjs'), SHIFTED);
});
afterEach(async () => {
  await Promise.all(launched.map((register) => register.stop('SIGKILL')));
  folder.remove();
});

/** Loaded before the register: shifts what it takes for the time at every look. The machine’s own time stays as it is. */
const SHIFTED = `
  const { readFileSync } = require('node:fs');
  const { join } = require('node:path');
  const now = Date.now;
  Date.now = () => now() + Number(readFileSync(join(__dirname, 'shift'), 'utf8'));
`;

const file = () => join(folder.path, 'register.db');

/**
 * Sets the clock of the running registers, and of those that start later, to be off by a number of
 * milliseconds.
 */
function shift(milliseconds: number): void {
  writeFileSync(join(folder.path, 'next'), String(RIGHT + milliseconds));
  // At once: whoever looks finds the one or the other, and never a file that is half written.
  renameSync(join(folder.path, 'next'), join(folder.path, 'shift'));
}

async function start(environment: Readonly<Record<string, string>> = {}): Promise<RegisterProcess> {
  const register = RegisterProcess.launch({
    REGISTER_STORE: `sqlite:${file()}`,
    REGISTER_CALENDAR: 'auto',
    NODE_OPTIONS: `--require ${join(folder.path, 'shifted.cjs')}`,
    ...environment,
  });
  launched.push(register);
  await register.listening;
  return register;
}

/** Asks until the answer is as wanted, and gives it. */
async function until(
  register: RegisterProcess,
  path: string,
  wanted: (reply: Reply) => boolean,
): Promise<Reply> {
  for (;;) {
    const reply = await register.ask(path);
    if (wanted(reply)) return reply;
    await sleep(20);
  }
}

const adviser = (number: number) => ({
  source: '/tests',
  id: `adviser-${number}`,
  type: 'AdviserRegistered',
  subject: `adviser:${String(number).padStart(8, '0')}`,
  data: {},
});

const graveLines = ({ output }: RegisterProcess) =>
  output
    .filter((line) => line.startsWith('{"level":50'))
    .map((line) => (JSON.parse(line) as { msg: string }).msg);

const headOf = async (register: RegisterProcess) => (await register.log()).length - 1;

test.each([
  ['an hour back', -HOUR],
  ['ten years ahead', 3_653 * DAY],
  ['beyond the year 9999', 2_914_000 * DAY],
])(
  'a clock set %s under a running register writes nothing, ends nothing, and the register goes on once it is right',
  async (_, milliseconds) => {
    const register = await start();
    const head = await headOf(register);
    shift(milliseconds);
    const refused = await register.post(adviser(1));
    expect(refused.status).toBe(503);
    expect(refused.json).toMatchObject({ code: 'unavailable' });
    expect(refused.text).toContain('The clock of this process says');

    const unready = await until(register, '/health/ready', ({ status }) => status === 503);
    expect((unready.json as { detail: string }).detail).toContain('The clock of this process says');
    await until(register, '/metrics', ({ text }) => /^register_clock_doubted 1$/m.test(text));
    while (graveLines(register).length === 0) await sleep(20);
    expect(graveLines(register)).toEqual([
      expect.stringContaining(`Nothing is opened and written meanwhile. `) as string,
    ]);
    expect(await headOf(register)).toBe(head);
    expect((await register.ask('/v1/providers?q=any')).status).toBe(200);
    expect((await register.ask('/health/live')).status).toBe(200);

    shift(0);
    await until(register, '/health/ready', ({ status }) => status === 200);
    expect((await register.post(adviser(1))).status).toBe(201);
    expect(await headOf(register)).toBe(head + 1);
    while (!register.output.some((line) => line.includes('the clock is believed again'))) await sleep(20);
    expect(await register.stop()).toBe(0);
  },
);

test('a clock that was years ahead when the register was started opens nothing, and the register goes on once it is right', async () => {
  expect(await (await start()).stop()).toBe(0);
  for (const wrong of [3_653 * DAY, 2_914_000 * DAY]) {
    shift(wrong);
    const register = await start();
    expect((await register.ask('/health/ready')).status).toBe(503);
    expect((await register.post(adviser(1))).status).toBe(503);
    expect(graveLines(register)).toHaveLength(1);
    shift(0);
    await until(register, '/health/ready', ({ status }) => status === 200);
    expect(((await register.ask('/health/ready')).json as { today: string }).today).toBe(PRESENT);
    expect(await register.stop()).toBe(0);
  }
});

test('after an outage of 40 days the register says what opens them, and opens them when it is told so', async () => {
  shift(-40 * DAY);
  expect(await (await start()).stop()).toBe(0);
  shift(0);
  const waiting = await start();
  expect(graveLines(waiting)).toEqual([
    expect.stringMatching(
      new RegExp(`40 days wait to be opened.*start the register once with REGISTER_OPEN_UNTIL=${PRESENT}:`),
    ) as string,
  ]);
  expect((await waiting.ask('/health/ready')).text).toContain('40 days wait to be opened');
  const head = await headOf(waiting);
  expect(await waiting.stop()).toBe(0);

  const told = await start({ REGISTER_OPEN_UNTIL: PRESENT });
  expect((await told.ask('/health/ready')).json).toMatchObject({ ready: true, today: PRESENT });
  expect(await headOf(told)).toBe(head + 40);
  expect(told.output.join('\n')).not.toContain('still to come');
  expect(await told.stop()).toBe(0);

  const left = await start({ REGISTER_OPEN_UNTIL: dayOf(2) });
  expect(left.output.join('\n')).toContain(`REGISTER_OPEN_UNTIL=${dayOf(2)} is still to come`);
});

test('a day that cannot be opened is told once, the register is not ready, and the day can be opened by hand', async () => {
  shift(-3 * DAY);
  expect(await (await start()).stop()).toBe(0);
  // As a release wrote it that let anybody take the register’s own ids.
  const log = await SqliteLog.open(file());
  const head = await log.head();
  let last = '';
  for await (const { events } of log.read(head - 1)) last = events[0] ?? '';
  const { recordedAt } = JSON.parse(last) as { recordedAt: string };
  const taken = {
    body: 'body:registrar',
    data: {},
    id: `day-${dayOf(-1)}`,
    position: String(head + 1),
    recordedAt,
    revision: 0,
    schema: 1,
    source: '/register',
    stream: 'adviser-k7m2p9qx',
    subject: 'adviser:k7m2p9qx',
    type: 'AdviserRegistered',
  };
  expect(await log.append([JSON.stringify(taken)], head)).toEqual({ outcome: 'appended' });
  await log.close();

  shift(0);
  const register = await start();
  const why = `The day ${dayOf(-1)} cannot be opened`;
  expect((await register.ask('/health/ready')).json).toMatchObject({ ready: false, today: dayOf(-2) });
  expect((await register.ask('/health/ready')).text).toContain(why);
  // Long enough for what is done each second to be done again.
  await sleep(2_500);
  expect(graveLines(register)).toEqual([expect.stringContaining(why) as string]);

  const byHand = {
    source: '/operator',
    id: `day-${dayOf(-1)}`,
    type: 'DayOpened',
    subject: 'calendar:england',
    data: { date: dayOf(-1) },
  };
  expect((await register.post(byHand)).status).toBe(201);
  const ready = await until(register, '/health/ready', ({ status }) => status === 200);
  expect(ready.json).toMatchObject({ today: PRESENT });
});

test('in manual a day that was mistyped is told, and so is a clock that is far from the last event', async () => {
  const register = await start({ REGISTER_CALENDAR: 'manual' });
  const day = {
    source: '/operator',
    id: 'a-day',
    type: 'DayOpened',
    subject: 'calendar:england',
    data: { date: '2206-09-01' },
  };
  expect((await register.post(day)).status).toBe(201);
  while (!register.output.some((line) => /^\{"level":40.*days ahead of the clock/.test(line)))
    await sleep(20);
  expect(await register.stop()).toBe(0);
  shift(40 * DAY);
  const later = await start({ REGISTER_CALENDAR: 'manual' });
  expect(later.output.join('\n')).toMatch(/"level":40.*the last event was recorded 40 days ago/);
});
