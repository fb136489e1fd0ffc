/// <reference types="jest" />
import { Logger } from '@nestjs/common';
import { AccessUnavailable, type Attempt } from './access-record';
import { Attempts, type Asker } from './attempts';
import { MemoryAccessRecord } from './memory-access-record';

const NOON = Date.UTC(2026, 8, 1, 12);
const A_DAY = 86_400_000;

let now: number;
let record: MemoryAccessRecord;
let attempts: Attempts;

beforeEach(async () => {
  now = NOON;
  record = new MemoryAccessRecord();
  attempts = await Attempts.of(record, () => now);
});
afterEach(async () => {
  await attempts.close();
  jest.restoreAllMocks();
});

const asker = (more: Partial<Asker> = {}): Asker => ({
  ...{
    body: null,
    key: null,
    address: '192.0.2.7',
    method: 'POST',
    route: '/v1/events',
    request: 'trace-17',
  },
  ...more,
});
const all = () => attempts.asked({ limit: 10_000 });
const total = (found: readonly Attempt[]) => found.reduce((sum, { count }) => sum + count, 0);

describe('a refused attempt', () => {
  test('is kept with who tried, where, when and why', async () => {
    attempts.answered(asker(), 'bad-key');
    expect(await all()).toEqual([
      { ...asker(), at: '2026-09-01T12:00:00.000Z', code: 'bad-key', count: 1, number: 1 },
    ]);
  });

  test('of many events is kept once for each code, with their number, and the problem of its answer not again', async () => {
    const [credential, body] = [{ body: 'body:a', hash: 'sha256:0', key: 'k' }, asker({ body: 'body:a' })];
    attempts.came(credential, body);
    attempts.refused(credential, 'invalid-event', 3);
    attempts.refused(credential, 'no-such-award', 1);
    attempts.refused(credential, 'invalid-event', 2);
    attempts.answered(body, 'invalid-event');
    attempts.answered(body, 'bad-key');
    const found = (await all()).map(({ code, count }) => [code, count]);
    expect(found.sort()).toEqual([
      ['bad-key', 1],
      ['invalid-event', 5],
      ['no-such-award', 1],
    ]);
  });

  test('that is alike to many others at the same time is summed with them, and none is lost', async () => {
    for (let i = 0; i < 1_000; i++) attempts.answered(asker({ request: `r-${i}` }), 'bad-key');
    attempts.answered(asker({ address: '192.0.2.8' }), 'bad-key');
    const found = await all();
    expect(found.length).toBeLessThan(20);
    expect(total(found)).toBe(1_001);
    expect(found.filter(({ address }) => address === '192.0.2.8')).toHaveLength(1);
    const [sum] = found.filter(({ count }) => count > 1);
    expect(sum).toMatchObject({ code: 'bad-key', address: '192.0.2.7', request: null });
  });

  test('takes a bounded space, from however many addresses they come', async () => {
    for (let i = 0; i < 50_000; i++) attempts.answered(asker({ address: `2001:db8::${i}` }), 'bad-key');
    for (let i = 0; i < 50_000; i++) attempts.answered(asker({ address: `2001:db8::${i}` }), 'no-key');
    const found = await all();
    expect(found.length).toBeLessThan(600);
    expect(total(found)).toBe(100_000);
    expect(
      found
        .filter(({ address }) => address === null)
        .map(({ code }) => code)
        .sort(),
    ).toEqual(['bad-key', 'no-key']);
  });

  test('is forgotten after 90 days', async () => {
    attempts.answered(asker(), 'no-key');
    await attempts.added();
    now += A_DAY;
    attempts.answered(asker(), 'bad-key');
    now += 89 * A_DAY;
    await attempts.forget();
    expect(await all()).toHaveLength(2);
    now += 1;
    await attempts.forget();
    expect((await all()).map(({ code }) => code)).toEqual(['bad-key']);
  });

  test('is kept while the clock is not believed, however late it says it is', async () => {
    let believed = false;
    const doubting = await Attempts.of(
      record,
      () => now,
      () => believed,
    );
    doubting.answered(asker(), 'no-key');
    await doubting.added();
    now += 3_653 * A_DAY;
    await doubting.forget();
    expect(await all()).toHaveLength(1);
    believed = true;
    await doubting.forget();
    expect(await all()).toEqual([]);
    await doubting.close();
  });
});

describe('where the record cannot be written', () => {
  test('nothing is lost or thrown, the operator is told once, and told when it goes on', async () => {
    const [error, log] = [jest.spyOn(Logger.prototype, 'error'), jest.spyOn(Logger.prototype, 'log')].map(
      (spy) => spy.mockImplementation(() => undefined),
    );
    const add = jest.spyOn(record, 'add').mockRejectedValue(new AccessUnavailable('the disk is full'));
    for (let turn = 0; turn < 3; turn++) {
      for (let i = 0; i < 200; i++) attempts.answered(asker({ address: `192.0.2.${i}` }), 'bad-key');
      attempts.came({ body: 'body:a', hash: 'sha256:0', key: 'k' }, asker());
      await attempts.added();
    }
    expect(error).toHaveBeenCalledTimes(1);
    expect(await record.attempts({ limit: 10 })).toEqual([]);
    add.mockRestore();
    expect(total(await all())).toBe(600);
    expect(await record.uses()).toHaveLength(1);
    expect(log).toHaveBeenCalledTimes(1);
  });

  test('a register that cannot read it starts all the same', async () => {
    jest.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
    jest.spyOn(record, 'uses').mockRejectedValue(new AccessUnavailable('the disk has failed'));
    const others = await Attempts.of(record, () => now);
    expect((await others.lastUses('body:a')).get('k')).toBeUndefined();
    await others.close();
  });
});

describe('the last use of a key', () => {
  const use = (at: number) => {
    now = at;
    attempts.came({ body: 'body:a', hash: 'sha256:0', key: 'k' }, asker());
  };

  test('is known to the minute, and by who reads the record later', async () => {
    expect((await attempts.lastUses('body:a')).get('k')).toBeUndefined();
    use(NOON + 59_999);
    use(NOON + 60_001);
    expect((await attempts.lastUses('body:a')).get('k')).toBe('2026-09-01T12:01:00.000Z');
    expect((await attempts.lastUses('body:a')).get('other')).toBeUndefined();
    await attempts.added();
    const later = await Attempts.of(record, () => now);
    expect((await later.lastUses('body:a')).get('k')).toBe('2026-09-01T12:01:00.000Z');
  });

  test('is that in whichever process, where several have the record', async () => {
    const other = await Attempts.of(record, () => now + 120_000);
    use(NOON);
    other.came({ body: 'body:a', hash: 'sha256:0', key: 'k' }, asker());
    await Promise.all([attempts.added(), other.added()]);
    for (const process of [attempts, other])
      expect((await process.lastUses('body:a')).get('k')).toBe('2026-09-01T12:02:00.000Z');
    expect(await attempts.lastUses('body:b')).toEqual(new Map());
  });

  test('is written once a minute, however often it is used', async () => {
    const add = jest.spyOn(record, 'add');
    for (let i = 0; i < 100; i++) {
      use(NOON + i);
      await attempts.added();
    }
    expect(add).toHaveBeenCalledTimes(1);
  });

  test('of a key that is not in the log is not kept', async () => {
    attempts.came({ body: 'body:registrar', hash: 'sha256:0' }, asker());
    await attempts.added();
    expect(await record.uses()).toEqual([]);
  });
});
