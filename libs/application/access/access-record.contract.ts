/// <reference types="jest" />
import { AccessUnavailable, type AccessRecord, type Attempt } from './access-record';

/** An access record that was empty when it was opened. */
export interface Opened {
  readonly record: AccessRecord;
  /** Closes a record that outlives its handles, and reopens it. */
  reopened?(): Promise<AccessRecord>;
  /** Closes it and leaves nothing behind. */
  done(): Promise<void>;
}

const NOON = '2026-09-01T12:00:00.000Z';
const LATER = '2026-09-02T12:00:00.000Z';
const PLENTY = 1_000;

export const ATTEMPT: Attempt = {
  at: NOON,
  code: 'not-recognised',
  count: 3,
  body: 'body:example-assessors',
  key: 'feed-2026',
  address: '192.0.2.7',
  method: 'POST',
  route: '/v1/events',
  request: 'trace-17',
};
const UNKNOWN: Attempt = {
  ...{ at: NOON, code: 'bad-key', count: 1, body: null, key: null },
  ...{ address: null, method: null, route: null, request: null },
};

/** The contract of every access record, whatever its storage engine. */
export function accessRecordContract(name: string, open: () => Opened): void {
  describe(`${name} keeps the contract of an access record`, () => {
    let opened: Opened;
    let record: AccessRecord;

    beforeEach(() => {
      opened = open();
      record = opened.record;
    });
    afterEach(async () => {
      await opened.done();
    });

    const counts = async (asked: Partial<Parameters<AccessRecord['attempts']>[0]> = {}) =>
      (await record.attempts({ limit: PLENTY, ...asked })).map(({ count }) => count);
    const add = (...attempts: readonly Attempt[]) => record.add(attempts, [], PLENTY);
    const counted = (count: number, more: Partial<Attempt> = {}) => ({ ...ATTEMPT, count, ...more });

    test('an attempt is given as it was added, with its place', async () => {
      await add(ATTEMPT, UNKNOWN);
      const [last, first, ...more] = await record.attempts({ limit: PLENTY });
      expect([first, last, more]).toEqual([
        { ...ATTEMPT, number: expect.any(Number) as number },
        { ...UNKNOWN, number: expect.any(Number) as number },
        [],
      ]);
      expect(last?.number).toBeGreaterThan(first?.number ?? Infinity);
    });

    test('the last added come first, page by page', async () => {
      await add(counted(1), counted(2));
      await add(counted(3), counted(4), counted(5));
      expect(await counts()).toEqual([5, 4, 3, 2, 1]);
      const page = await record.attempts({ limit: 2 });
      expect(page.map(({ count }) => count)).toEqual([5, 4]);
      expect(await counts({ limit: 2, before: page[1]?.number })).toEqual([3, 2]);
      expect(await counts({ limit: 2, before: 1 })).toEqual([]);
    });

    test('are found by code, by body, and by both', async () => {
      await add(counted(1), counted(2, { code: 'bad-key' }), counted(3, { body: 'body:other' }), counted(4));
      expect(await counts({ code: 'bad-key' })).toEqual([2]);
      expect(await counts({ body: 'body:other' })).toEqual([3]);
      expect(await counts({ body: ATTEMPT.body ?? '', code: ATTEMPT.code, limit: 1 })).toEqual([4]);
      expect(await counts({ body: 'body:other', code: 'bad-key' })).toEqual([]);
    });

    test('of more than it is to hold, the oldest go', async () => {
      await record.add([counted(1), counted(2)], [], 3);
      await record.add([counted(3), counted(4)], [], 3);
      expect(await counts()).toEqual([4, 3, 2]);
    });

    test('those from before an instant are forgotten, the oldest first, and their places not given again', async () => {
      await add(counted(1), counted(2), counted(3), counted(4, { at: LATER }));
      expect(await record.forget(LATER, 2)).toBe(2);
      expect(await counts()).toEqual([4, 3]);
      expect(await record.forget(LATER, 2)).toBe(1);
      expect(await record.forget(LATER, 2)).toBe(0);
      const [before] = await record.attempts({ limit: 1 });
      await record.forget('9999', PLENTY);
      await add(counted(5));
      const [after] = await record.attempts({ limit: 1 });
      expect(after?.number).toBeGreaterThan(before?.number ?? Infinity);
    });

    test('of the uses of a key the last is kept', async () => {
      const [one, other] = [
        { body: 'body:a', key: 'one', at: NOON },
        { body: 'body:a', key: 'other', at: NOON },
      ];
      await record.add([], [other, one], PLENTY);
      await record.add(
        [],
        [
          { ...one, at: LATER },
          { ...one, body: 'body:b' },
        ],
        PLENTY,
      );
      expect(await record.uses()).toEqual([{ ...one, at: LATER }, other, { ...one, body: 'body:b' }]);
      expect(await record.uses('body:a')).toEqual([{ ...one, at: LATER }, other]);
      expect(await record.uses('body:c')).toEqual([]);
    });

    test('a use that is told of late replaces no later one', async () => {
      const use = { body: 'body:a', key: 'one' };
      await record.add([], [{ ...use, at: LATER }], PLENTY);
      await record.add([], [{ ...use, at: NOON }], PLENTY);
      expect(await record.uses()).toEqual([{ ...use, at: LATER }]);
    });

    test('is unavailable once it is closed', async () => {
      await record.close();
      await record.close();
      for (const call of [
        () => add(ATTEMPT),
        () => record.attempts({ limit: 1 }),
        () => record.uses(),
        () => record.forget(NOON, 1),
      ])
        await expect(call()).rejects.toBeInstanceOf(AccessUnavailable);
    });

    test('has all of it when it is opened again, where it outlives its handle', async () => {
      if (!opened.reopened) return;
      await record.add([ATTEMPT, UNKNOWN], [{ body: 'body:a', key: 'one', at: NOON }], PLENTY);
      const everything = async () => [await record.attempts({ limit: PLENTY }), await record.uses()];
      const before = await everything();
      record = await opened.reopened();
      expect(await everything()).toEqual(before);
    });
  });
}
