/// <reference types="jest" />
import { VaultUnavailable, type Person, type Vault } from './vault';

/** A vault that was empty when it was opened. */
export interface Opened {
  readonly vault: Vault;
  /** Of a vault that outlives its handles: closes it and opens it anew. */
  reopened?(): Promise<Vault>;
  /** Closes it and leaves nothing behind. */
  done(): Promise<void>;
}

const A = 'adviser:example0001';
const B = 'adviser:example0002';
const C = 'adviser:example0003';
const NOON = '2026-09-01T12:00:00.000Z';
const LATER = '2026-09-02T12:00:00.000Z';
const BODY = { body: 'body:example-assessors', at: NOON };

const EXAMPLE: Person = { name: 'Example Person', contact: 'person@example.org', public: true };
const OTHER: Person = { name: 'Another Éxample', public: false };

/** What every vault keeps to, whatever engine is below it. */
export function vaultContract(name: string, open: () => Promise<Opened>): void {
  describe(`${name} keeps the contract of a vault`, () => {
    let opened: Opened;
    let vault: Vault;

    beforeEach(async () => {
      opened = await open();
      vault = opened.vault;
    });
    afterEach(async () => {
      await opened.done();
    });

    const readBy = async (...keys: string[]) => vault.read(keys, BODY);

    describe('an entry', () => {
      it('is given as it was put', async () => {
        await vault.put(A, [A], EXAMPLE);
        await vault.put(B, [B], OTHER);
        expect(await readBy(A)).toEqual(EXAMPLE);
        expect(await readBy(B)).toEqual(OTHER);
        expect(await readBy(C)).toBeUndefined();
      });

      it('is the first one or replaces what was there, whole', async () => {
        expect(await vault.put(A, [A], EXAMPLE)).toBe(true);
        expect(await vault.put(A, [A], OTHER)).toBe(false);
        expect(await readBy(A)).toEqual(OTHER);
        expect(await vault.put(A, [A], OTHER)).toBe(false);
        await vault.erase([A], NOON);
        expect(await vault.put(A, [A], OTHER)).toBe(true);
      });

      it('keeps what it was given, whatever becomes of the object', async () => {
        const person = { ...EXAMPLE, name: 'Example Person' };
        const putting = vault.put(A, [A], person);
        person.name = 'Changed Afterwards';
        await putting;
        expect(await readBy(A)).toEqual(EXAMPLE);
      });

      it('is found under every key of its person', async () => {
        await vault.put(B, [A, B], EXAMPLE);
        expect(await readBy(A, B)).toEqual(EXAMPLE);
        expect(await readBy(B)).toEqual(EXAMPLE);
        expect(await readBy(A)).toBeUndefined();
      });

      it('replaces what was kept under the other keys of its person, and under no other', async () => {
        await vault.put(A, [A], EXAMPLE);
        await vault.put(C, [C], EXAMPLE);
        expect(await vault.put(B, [A, B], OTHER)).toBe(false);
        expect(await readBy(A)).toBeUndefined();
        expect(await readBy(A, B)).toEqual(OTHER);
        expect(await readBy(C)).toEqual(EXAMPLE);
      });

      it('put last is that of a person whose keys had several, in whatever order they are named', async () => {
        await vault.put(A, [A], EXAMPLE);
        await vault.put(B, [B], EXAMPLE);
        await vault.put(A, [A], OTHER);
        expect(await readBy(A, B)).toEqual(OTHER);
        expect(await readBy(B, A)).toEqual(OTHER);
      });
    });

    describe('a reading', () => {
      it('is recorded: who was given whose, and when', async () => {
        await vault.put(B, [A, B], EXAMPLE);
        await vault.read([A, B], BODY);
        await vault.read([A, B], { body: 'body:registrar', at: LATER });
        expect(await vault.readings([A, B])).toEqual([
          { key: B, ...BODY },
          { key: B, body: 'body:registrar', at: LATER },
        ]);
        expect(await vault.readings([C])).toEqual([]);
      });

      it('of nothing is none', async () => {
        await vault.read([A], BODY);
        expect(await vault.readings([A])).toEqual([]);
      });

      it('stays recorded when what was read is erased', async () => {
        await vault.put(A, [A], EXAMPLE);
        await vault.read([A], BODY);
        await vault.erase([A], LATER);
        expect(await vault.readings([A])).toEqual([{ key: A, ...BODY }]);
      });

      it('is no reading where only that is told which everybody may see', async () => {
        await vault.put(A, [A], EXAMPLE);
        await vault.kept();
        expect(await vault.readings([A])).toEqual([]);
      });
    });

    describe('an erasure', () => {
      it('takes away what is kept under every key of the person, and under no other', async () => {
        await vault.put(A, [A], EXAMPLE);
        await vault.put(B, [B], OTHER);
        await vault.put(C, [C], OTHER);
        await vault.erase([A, B], NOON);
        expect(await readBy(A, B)).toBeUndefined();
        expect(await vault.kept()).toEqual([{ key: C }]);
      });

      it('is recorded by key, in order, also where nothing was kept', async () => {
        await vault.put(A, [A], EXAMPLE);
        await vault.erase([A, B], NOON);
        await vault.erase([A], LATER);
        expect(await vault.erasures()).toEqual([
          { key: A, at: NOON },
          { key: B, at: NOON },
          { key: A, at: LATER },
        ]);
      });
    });

    describe('what everybody may see', () => {
      it('is the name and contact of what is public, and of the rest only that it is there', async () => {
        await vault.put(A, [A], EXAMPLE);
        await vault.put(B, [B], OTHER);
        await vault.put(C, [C], { name: 'Third Example', public: true });
        const { public: _, ...shown } = EXAMPLE;
        expect(await vault.kept()).toEqual([
          { key: A, shown },
          { key: B },
          { key: C, shown: { name: 'Third Example' } },
        ]);
      });

      it('comes in the order in which it was put last', async () => {
        for (const key of [A, B, C, A]) await vault.put(key, [key], OTHER);
        expect((await vault.kept()).map(({ key }) => key)).toEqual([B, C, A]);
      });
    });

    it('does what it is called for in order, and says so in order', async () => {
      const said: string[] = [];
      const saying = (what: string) => () => said.push(what);
      await Promise.all([
        vault.put(A, [A], EXAMPLE).then(saying('put')),
        vault.erase([A], NOON).then(saying('erased')),
        vault.put(A, [A], OTHER).then(saying('put again')),
        vault.read([A], BODY).then(saying('read')),
      ]);
      expect(said).toEqual(['put', 'erased', 'put again', 'read']);
      expect(await readBy(A)).toEqual(OTHER);
    });

    it('is unavailable once it is closed', async () => {
      await vault.put(A, [A], EXAMPLE);
      await vault.close();
      await vault.close();
      for (const call of [
        () => vault.put(A, [A], EXAMPLE),
        () => readBy(A),
        () => vault.erase([A], NOON),
        () => vault.kept(),
        () => vault.readings([A]),
        () => vault.erasures(),
      ])
        await expect(call()).rejects.toBeInstanceOf(VaultUnavailable);
    });

    it('has all of it when it is opened again, where it outlives its handle', async () => {
      if (!opened.reopened) return;
      await vault.put(A, [A], EXAMPLE);
      await vault.put(B, [B], OTHER);
      await vault.put(C, [C], EXAMPLE);
      await readBy(B);
      await vault.erase([C], NOON);
      const everything = async (of: Vault) => [
        await of.kept(),
        await of.readings([A, B, C]),
        await of.erasures(),
      ];
      const before = await everything(vault);
      vault = await opened.reopened();
      expect(await everything(vault)).toEqual(before);
      expect(await readBy(B)).toEqual(OTHER);
    });
  });
}
