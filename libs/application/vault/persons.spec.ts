/// <reference types="jest" />
import fc from 'fast-check';
import { MemoryVault } from './memory-vault';
import { Persons } from './persons';
import { VaultUnavailable } from './vault';

const A = { key: 'adviser:example0001', registration: 1 };
const B = { key: 'adviser:example0002', registration: 2 };
const C = { key: 'adviser:example0003', registration: 3 };
const KEYS = [A, B, C];
const AT = '2026-09-01T12:00:00.000Z';
const clock = () => Date.parse(AT);
const EXAMPLE = { name: 'Example Person', contact: 'person@example.org' };

describe('everybody may see', () => {
  test('what is public, whichever of the keys of the person it is kept under, and nothing else', async () => {
    const persons = await Persons.of(new MemoryVault(), clock);
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
    const persons = await Persons.of(new MemoryVault(), clock);
    await persons.put(B, [], { name: 'Other', public: true });
    expect(persons.shown([A, B])).toEqual({ name: 'Other' });
    await persons.put(A, [], { ...EXAMPLE, public: true });
    await persons.put(B, [], { name: 'Other', public: true });
    expect(persons.shown([A, B])).toEqual(EXAMPLE);
    await persons.put(A, [], { ...EXAMPLE, public: false });
    expect(persons.shown([A, B])).toBeUndefined();
  });

  test('nothing of whoever had the key before', async () => {
    const persons = await Persons.of(new MemoryVault(), clock);
    await persons.put(A, [], { ...EXAMPLE, public: true });
    const anew = { ...A, registration: 9 };
    expect([persons.shown([anew]), persons.holds([A.key])]).toEqual([undefined, true]);
    await persons.put(anew, [], { name: 'Other', public: true });
    expect([persons.shown([anew]), persons.shown([A])]).toEqual([{ name: 'Other' }, undefined]);
  });

  test('nothing of what was erased', async () => {
    const persons = await Persons.of(new MemoryVault(), clock);
    await persons.put(A, [], { ...EXAMPLE, public: true });
    await persons.erase([A.key, B.key]);
    expect([persons.shown([A, B]), persons.holds([A.key])]).toEqual([undefined, false]);
  });

  test('no one anything else without its being recorded, when and for whom', async () => {
    const vault = new MemoryVault();
    const persons = await Persons.of(vault, clock);
    await persons.put(A, [], { ...EXAMPLE, public: false });
    await persons.read([A], 'body:registrar');
    await persons.erase([A.key]);
    expect((await vault.readings([A.key])).items).toEqual([{ key: A.key, body: 'body:registrar', at: AT }]);
    expect(await vault.erasures([A.key])).toEqual([{ key: A.key, at: AT }]);
  });

  test('what was there before, where the vault could not change it', async () => {
    const vault = new MemoryVault();
    const persons = await Persons.of(vault, clock);
    await persons.put(A, [], { ...EXAMPLE, public: true });
    await vault.close();
    await expect(persons.put(A, [], { name: 'Other', public: true })).rejects.toThrow('closed');
    await expect(persons.erase([A.key])).rejects.toThrow('closed');
    expect(persons.shown([A])).toEqual(EXAMPLE);
  });

  test('no more than the vault has, where it did not say that it was done', async () => {
    const vault = new MemoryVault();
    const persons = await Persons.of(vault, clock);
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
        const persons = await Persons.of(vault, clock);
        for (const [i, [{ key, others }, does]] of done.entries()) {
          if (does === 'erase') await persons.erase([key, ...others].map((one) => one.key));
          else await persons.put(key, others, { name: `Example ${i}`, public: does === 'put' });
        }
        const again = await Persons.of(vault, clock);
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
