/// <reference types="jest" />
import fc from 'fast-check';
import { MemoryVault } from './memory-vault';
import { Persons } from './persons';

const KEYS = ['adviser:example0001', 'adviser:example0002', 'adviser:example0003'];
const [A = '', B = ''] = KEYS;
const AT = '2026-09-01T12:00:00.000Z';
const clock = () => Date.parse(AT);
const EXAMPLE = { name: 'Example Person', contact: 'person@example.org' };

describe('everybody may see', () => {
  test('what is public, under every key of the person, and nothing else', async () => {
    const persons = await Persons.of(new MemoryVault(), clock);
    await persons.put(A, [A, B], { ...EXAMPLE, public: true });
    expect([persons.shown([A]), persons.shown([A, B]), persons.shown([B])]).toEqual([
      EXAMPLE,
      EXAMPLE,
      undefined,
    ]);
    await persons.put(B, [A, B], { ...EXAMPLE, public: false });
    expect(persons.shown([A, B])).toBeUndefined();
    expect([persons.holds([A]), persons.holds([A, B])]).toEqual([false, true]);
  });

  test('nothing of a person whose last entry is not public, though an earlier one of another key is', async () => {
    const persons = await Persons.of(new MemoryVault(), clock);
    await persons.put(A, [A], { ...EXAMPLE, public: true });
    await persons.put(B, [B], { ...EXAMPLE, public: false });
    expect(persons.shown([A, B])).toBeUndefined();
    expect(persons.shown([A])).toEqual(EXAMPLE);
  });

  test('nothing of what was erased', async () => {
    const persons = await Persons.of(new MemoryVault(), clock);
    await persons.put(A, [A], { ...EXAMPLE, public: true });
    await persons.erase([A, B]);
    expect([persons.shown([A, B]), persons.holds([A])]).toEqual([undefined, false]);
  });

  test('nobody anything else without its being recorded, when and for whom', async () => {
    const vault = new MemoryVault();
    const persons = await Persons.of(vault, clock);
    await persons.put(A, [A], { ...EXAMPLE, public: false });
    await persons.read([A], 'body:registrar');
    await persons.erase([A]);
    expect(await vault.readings([A])).toEqual([{ key: A, body: 'body:registrar', at: AT }]);
    expect(await vault.erasures()).toEqual([{ key: A, at: AT }]);
  });

  test('what was there before, where the vault could not change it', async () => {
    const vault = new MemoryVault();
    const persons = await Persons.of(vault, clock);
    await persons.put(A, [A], { ...EXAMPLE, public: true });
    await vault.close();
    await expect(persons.put(A, [A], { name: 'Other', public: true })).rejects.toThrow('closed');
    await expect(persons.erase([A])).rejects.toThrow('closed');
    expect(persons.shown([A])).toEqual(EXAMPLE);
  });

  test('the same before and after the register is started again', async () => {
    const acts = fc.subarray(KEYS, { minLength: 1 }).chain((keys) =>
      fc.record({
        keys: fc.constant(keys),
        key: fc.constantFrom(...keys),
        does: fc.constantFrom('put', 'hide', 'erase'),
      }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(acts, { maxLength: 12 }), async (done) => {
        const vault = new MemoryVault();
        const persons = await Persons.of(vault, clock);
        for (const [i, { keys, key, does }] of done.entries()) {
          if (does === 'erase') await persons.erase(keys);
          else await persons.put(key, keys, { name: `Example ${i}`, public: does === 'put' });
        }
        const again = await Persons.of(vault, clock);
        for (const keys of [KEYS, [A], [A, B], [B, A], [B]]) {
          expect(again.shown(keys)).toEqual(persons.shown(keys));
          expect(again.holds(keys)).toBe(persons.holds(keys));
          const kept = await vault.read(keys, { body: 'body:registrar', at: AT });
          expect(persons.shown(keys)?.name).toBe(kept?.public ? kept.name : undefined);
        }
      }),
    );
  });
});
