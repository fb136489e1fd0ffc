/// <reference types="jest" />
import fc from 'fast-check';
import { MemoryVault } from './memory-vault';
import { Persons } from './persons';
import { Logger } from '@nestjs/common';
import { VaultUnavailable } from './vault';

const A = { key: 'adviser:example0001', registration: 1 };
const B = { key: 'adviser:example0002', registration: 2 };
const C = { key: 'adviser:example0003', registration: 3 };
const KEYS = [A, B, C];
const AT = '2026-09-01T12:00:00.000Z';
const clock = () => Date.parse(AT);
const elapsed = () => performance.now();
const EXAMPLE = { name: 'Example Person', contact: 'person@example.org' };

describe('everybody may see', () => {
  test('what is public, whichever of the keys of the person it is kept under, and nothing else', async () => {
    const persons = await Persons.of(new MemoryVault(), clock, elapsed);
    await persons.put(A, [B], { ...EXAMPLE, public: true });
    expect([persons.shown([A]), persons.shown([B, A]), persons.shown([B])]).toEqual([
      EXAMPLE,
      EXAMPLE,
      undefined,
    ]);
    await persons.put(B, [A], { ...EXAMPLE, public: false });
    expect(persons.shown([A, B])).toBeUndefined();
    expect([persons.holds([A.key]), persons.holds([A.key, B.key])]).toEqual([false, true]);
  });

  test('of several entries the first one, and nothing where that is not public', async () => {
    const persons = await Persons.of(new MemoryVault(), clock, elapsed);
    await persons.put(B, [], { name: 'Other', public: true });
    expect(persons.shown([A, B])).toEqual({ name: 'Other' });
    await persons.put(A, [], { ...EXAMPLE, public: true });
    await persons.put(B, [], { name: 'Other', public: true });
    expect(persons.shown([A, B])).toEqual(EXAMPLE);
    await persons.put(A, [], { ...EXAMPLE, public: false });
    expect(persons.shown([A, B])).toBeUndefined();
  });

  test('nothing of whoever had the key before', async () => {
    const persons = await Persons.of(new MemoryVault(), clock, elapsed);
    await persons.put(A, [], { ...EXAMPLE, public: true });
    const anew = { ...A, registration: 9 };
    expect([persons.shown([anew]), persons.holds([A.key])]).toEqual([undefined, true]);
    await persons.put(anew, [], { name: 'Other', public: true });
    expect([persons.shown([anew]), persons.shown([A])]).toEqual([{ name: 'Other' }, undefined]);
  });

  test('nothing of what was erased', async () => {
    const persons = await Persons.of(new MemoryVault(), clock, elapsed);
    await persons.put(A, [], { ...EXAMPLE, public: true });
    await persons.erase([A.key, B.key]);
    expect([persons.shown([A, B]), persons.holds([A.key])]).toEqual([undefined, false]);
  });

  test('no one anything else without its being recorded, when and for whom', async () => {
    const vault = new MemoryVault();
    const persons = await Persons.of(vault, clock, elapsed);
    await persons.put(A, [], { ...EXAMPLE, public: false });
    await persons.read([A], 'body:registrar');
    await persons.erase([A.key]);
    expect((await vault.readings([A.key])).items).toEqual([{ key: A.key, body: 'body:registrar', at: AT }]);
    expect(await vault.erasures([A.key])).toEqual([{ key: A.key, at: AT }]);
  });

  test('what was there before, where the vault could not change it', async () => {
    const vault = new MemoryVault();
    const persons = await Persons.of(vault, clock, elapsed);
    await persons.put(A, [], { ...EXAMPLE, public: true });
    await vault.close();
    await expect(persons.put(A, [], { name: 'Other', public: true })).rejects.toThrow('closed');
    await expect(persons.erase([A.key])).rejects.toThrow('closed');
    expect(persons.shown([A])).toEqual(EXAMPLE);
  });

  test('no more than the vault has, where it did not say that it was done', async () => {
    const vault = new MemoryVault();
    const persons = await Persons.of(vault, clock, elapsed);
    await persons.put(A, [], { ...EXAMPLE, public: true });
    const erase = vault.erase.bind(vault);
    jest.spyOn(vault, 'erase').mockImplementation(async (...given) => {
      await erase(...given);
      throw new VaultUnavailable('The connection broke.');
    });
    await expect(persons.erase([A.key])).rejects.toThrow('broke');
    expect([persons.shown([A]), persons.holds([A.key])]).toEqual([undefined, false]);
  });

  test('the same before and after the register is started again', async () => {
    const anew = { ...A, registration: 9 };
    const acts = fc
      .subarray([A, B, C, anew], { minLength: 1 })
      .map(([key = A, ...others]) => ({ key, others }));
    const act = fc.tuple(acts, fc.constantFrom('put', 'hide', 'erase'));
    await fc.assert(
      fc.asyncProperty(fc.array(act, { maxLength: 12 }), async (done) => {
        const vault = new MemoryVault();
        const persons = await Persons.of(vault, clock, elapsed);
        for (const [i, [{ key, others }, does]] of done.entries()) {
          if (does === 'erase') await persons.erase([key, ...others].map((one) => one.key));
          else await persons.put(key, others, { name: `Example ${i}`, public: does === 'put' });
        }
        const again = await Persons.of(vault, clock, elapsed);
        for (const keys of [KEYS, [A], [A, B], [B, A], [B], [anew, B]]) {
          const names = keys.map(({ key }) => key);
          expect(again.shown(keys)).toEqual(persons.shown(keys));
          expect(again.holds(names)).toBe(persons.holds(names));
          const kept = await vault.read(keys, { body: 'body:registrar', at: AT });
          expect(persons.shown(keys)?.name).toBe(kept?.public ? kept.name : undefined);
        }
      }),
    );
  });
});

describe('where other processes change the vault too', () => {
  const NAMED = { ...EXAMPLE, public: true };
  let vault: MemoryVault;
  let others: Persons[] = [];
  let error: jest.SpyInstance | undefined;
  let log: jest.SpyInstance | undefined;
  const replica = async () => {
    const persons = await Persons.of(vault, clock, elapsed);
    others.push(persons);
    return persons;
  };
  const passing = (ms: number) => jest.advanceTimersByTimeAsync(ms);
  /** The vault answers no one, until what is returned is called. */
  const cutOff = () => {
    const spies = (['changes', 'kept', 'erase'] as const).map((call) =>
      jest.spyOn(vault, call as 'kept').mockRejectedValue(new VaultUnavailable('The network is down.')),
    );
    return () => {
      for (const spy of spies) spy.mockRestore();
    };
  };

  beforeEach(() => {
    jest.useFakeTimers();
    [error, log] = (['error', 'log'] as const).map((level) =>
      jest.spyOn(Logger.prototype, level).mockImplementation(() => undefined),
    );
    vault = new MemoryVault({ isShared: true });
  });
  afterEach(() => {
    for (const persons of others) persons.onApplicationShutdown();
    others = [];
    expect(jest.getTimerCount()).toBe(0);
    jest.useRealTimers();
    jest.restoreAllMocks();
  });

  test('a name is seen on every one within a second, and gone within one, and gone here once that is answered', async () => {
    const [one, other] = [await replica(), await replica()];
    const told: string[] = [];
    other.whenChanged((key) => told.push(key));
    await one.put(A, [], NAMED);
    expect([one.shown([A]), other.shown([A])]).toEqual([EXAMPLE, undefined]);
    await passing(999);
    expect([other.shown([A]), told]).toEqual([EXAMPLE, [A.key]]);
    await other.erase([A.key]);
    expect(other.shown([A])).toBeUndefined();
    await passing(999);
    expect([one.shown([A]), other.shown([A]), one.holds([A.key])]).toEqual([undefined, undefined, false]);
  });

  test('an older look that is still under way brings back nothing that is gone', async () => {
    const persons = await replica();
    await persons.put(A, [], NAMED);
    const changes = vault.changes ?? (() => Promise.reject(new Error()));
    let letThrough = () => Promise.resolve();
    jest.spyOn(vault, 'changes' as 'kept').mockImplementationOnce(async () => {
      const found = await changes(0);
      await new Promise<void>((resolve) => {
        letThrough = async () => {
          resolve();
          await passing(0);
        };
      });
      return found as never;
    });
    await passing(400);
    const erased = persons.erase([A.key]);
    await passing(0);
    await letThrough();
    await erased;
    expect(persons.shown([A])).toBeUndefined();
    await passing(2_000);
    expect(persons.shown([A])).toBeUndefined();
  });

  test('no name is shown once it could not be looked at for a second, and all are when it could again', async () => {
    const persons = await replica();
    await persons.put(A, [], NAMED);
    await passing(400);
    const restore = cutOff();
    await passing(1_001);
    expect(persons.shown([A])).toBeUndefined();
    await passing(5_000);
    expect(error).toHaveBeenCalledTimes(2);
    const told: string[] = [];
    persons.whenChanged((key) => told.push(key));
    restore();
    await passing(400);
    expect([persons.shown([A]), told]).toEqual([EXAMPLE, [A.key]]);
    expect(log).toHaveBeenCalledTimes(1);
  });

  test('no name is shown after an erasure that could not be answered nor looked at', async () => {
    const persons = await replica();
    await persons.put(A, [], NAMED);
    const restore = cutOff();
    await expect(persons.erase([A.key])).rejects.toThrow('down');
    expect(persons.shown([A])).toBeUndefined();
    restore();
    await passing(400);
    expect(persons.shown([A])).toEqual(EXAMPLE);
  });

  test('no name is shown when the machine wakes, until it was looked at', async () => {
    let suspended = 0;
    await vault.put(A, [], NAMED);
    const persons = await Persons.of(vault, clock, () => performance.now() + suspended);
    others.push(persons);
    expect(persons.shown([A])).toEqual(EXAMPLE);
    suspended += 60_000;
    expect(persons.shown([A])).toBeUndefined();
    await passing(400);
    expect(persons.shown([A])).toEqual(EXAMPLE);
  });

  test('it starts where the vault cannot be had, and shows what there is when it can', async () => {
    await vault.put(A, [], NAMED);
    const restore = cutOff();
    const persons = await replica();
    expect(persons.shown([A])).toBeUndefined();
    restore();
    await passing(400);
    expect(persons.shown([A])).toEqual(EXAMPLE);
  });

  test('all is looked at anew where the vault was put back to an earlier state', async () => {
    await vault.put(A, [], NAMED);
    await vault.put(B, [], NAMED);
    const persons = await replica();
    const earlier = new MemoryVault({ isShared: true });
    await earlier.put(B, [], NAMED);
    jest.spyOn(vault, 'changes' as 'kept').mockImplementation(earlier.changes as never);
    jest.spyOn(vault, 'kept').mockImplementation(() => earlier.kept());
    await passing(400);
    expect([persons.shown([A]), persons.shown([B])]).toEqual([undefined, EXAMPLE]);
  });
});
