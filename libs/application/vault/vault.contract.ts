/// <reference types="jest" />
import {
  VaultUnavailable,
  type VaultPage,
  type Person,
  type Reading,
  type RegisteredKey,
  type Vault,
} from './vault';

/** A vault that was empty when it was opened. */
export interface Opened {
  readonly vault: Vault;
  /** Closes a vault that outlives its handles, and reopens it. */
  reopened?(): Promise<Vault>;
  /** Closes it and leaves nothing behind. */
  done(): Promise<void>;
}

const A = { key: 'adviser:example0001', registration: 3 };
const B = { key: 'adviser:example0002', registration: 5 };
const C = { key: 'adviser:example0003', registration: 8 };
/** The same key under a second registration. */
const A_ANEW = { ...A, registration: 13 };
const NOON = '2026-09-01T12:00:00.000Z';
const LATER = '2026-09-02T12:00:00.000Z';
const BODY = { body: 'body:example-assessors', at: NOON };

const EXAMPLE: Person = { name: 'Example Person', contact: 'person@example.org', public: true };
const OTHER: Person = { name: 'Another Éxample', public: false };

/** The contract of every vault, whatever its storage engine. */
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

    const readBy = async (...keys: RegisteredKey[]) => vault.read(keys, BODY);

    describe('an entry', () => {
      it('is given as it was put', async () => {
        await vault.put(A, [], EXAMPLE);
        await vault.put(B, [], OTHER);
        expect(await readBy(A)).toEqual(EXAMPLE);
        expect(await readBy(B)).toEqual(OTHER);
        expect(await readBy(C)).toBeUndefined();
      });

      it('is the first one or replaces what was there, whole', async () => {
        expect(await vault.put(A, [], EXAMPLE)).toBe(true);
        expect(await vault.put(A, [], OTHER)).toBe(false);
        expect(await readBy(A)).toEqual(OTHER);
        expect(await vault.put(A, [], OTHER)).toBe(false);
        await vault.erase([A.key], NOON);
        expect(await vault.put(A, [], OTHER)).toBe(true);
      });

      it('keeps what it was given, whatever becomes of the object', async () => {
        const person = { ...EXAMPLE, name: 'Example Person' };
        const putting = vault.put(A, [], person);
        person.name = 'Changed Afterwards';
        await putting;
        expect(await readBy(A)).toEqual(EXAMPLE);
      });

      it('is found under every key of its person', async () => {
        await vault.put(B, [A], EXAMPLE);
        expect(await readBy(A, B)).toEqual(EXAMPLE);
        expect(await readBy(B)).toEqual(EXAMPLE);
        expect(await readBy(A)).toBeUndefined();
      });

      it('replaces what was kept under the other keys of its person, and under no other', async () => {
        await vault.put(A, [], EXAMPLE);
        await vault.put(C, [], EXAMPLE);
        expect(await vault.put(B, [A], OTHER)).toBe(false);
        expect(await readBy(A)).toBeUndefined();
        expect(await readBy(A, B)).toEqual(OTHER);
        expect(await readBy(C)).toEqual(EXAMPLE);
      });

      it('of the first key that has one is that of a person whose keys have several', async () => {
        await vault.put(A, [], EXAMPLE);
        await vault.put(B, [], OTHER);
        expect(await readBy(A, B)).toEqual(EXAMPLE);
        expect(await readBy(B, A)).toEqual(OTHER);
        expect(await readBy(C, B, A)).toEqual(OTHER);
      });

      it('is not that of whoever registers the key anew', async () => {
        await vault.put(A, [], EXAMPLE);
        await vault.put(B, [], OTHER);
        expect(await readBy(A_ANEW)).toBeUndefined();
        expect(await readBy(A_ANEW, B)).toEqual(OTHER);
        expect(await readBy(A)).toEqual(EXAMPLE);
      });

      it('gives way to one of its key registered anew, which is a first one', async () => {
        await vault.put(A, [], EXAMPLE);
        expect(await vault.put(A_ANEW, [], OTHER)).toBe(true);
        expect(await readBy(A)).toBeUndefined();
        expect(await readBy(A_ANEW)).toEqual(OTHER);
        expect(await vault.put(B, [A], OTHER)).toBe(true);
        expect(await vault.kept()).toEqual([B]);
      });
    });

    describe('a reading', () => {
      it('is recorded: who was given whose, and when', async () => {
        await vault.put(B, [A], EXAMPLE);
        await vault.read([A, B], BODY);
        await vault.read([A, B], { body: 'body:registrar', at: LATER });
        expect((await vault.readings([A.key, B.key])).items).toEqual([
          { key: B.key, ...BODY },
          { key: B.key, body: 'body:registrar', at: LATER },
        ]);
        expect((await vault.readings([C.key])).items).toEqual([]);
      });

      it('is told in pages, in order, whichever of the keys was read', async () => {
        await vault.put(A, [], EXAMPLE);
        await vault.put(B, [], EXAMPLE);
        const hour = (i: number) => new Date(Date.parse(NOON) + i * 3_600_000).toISOString();
        const made = Array.from({ length: 2_500 }, (_, i) => ({ key: i % 3 === 0 ? B : A, at: hour(i) }));
        await Promise.all(made.map(({ key, at }) => vault.read([key], { ...BODY, at })));
        const pages: number[] = [];
        const told: unknown[] = [];
        for (let after: number | null = 0; after !== null;) {
          const page: VaultPage<Reading> = await vault.readings([A.key, B.key, A.key], after);
          pages.push(page.items.length);
          told.push(...page.items);
          after = page.next;
        }
        expect(pages).toEqual([1_000, 1_000, 500]);
        expect(told).toEqual(made.map(({ key, at }) => ({ key: key.key, body: BODY.body, at })));
      });

      it('of nothing is none', async () => {
        await vault.read([A], BODY);
        expect((await vault.readings([A.key])).items).toEqual([]);
      });

      it('stays recorded when what was read is erased', async () => {
        await vault.put(A, [], EXAMPLE);
        await vault.read([A], BODY);
        await vault.erase([A.key], LATER);
        expect((await vault.readings([A.key])).items).toEqual([{ key: A.key, ...BODY }]);
      });

      it('is no reading where only that is told which everybody may see', async () => {
        await vault.put(A, [], EXAMPLE);
        await vault.kept();
        expect((await vault.readings([A.key])).items).toEqual([]);
      });
    });

    describe('all entries under some keys', () => {
      it('are given as they were put, each recorded as read', async () => {
        await vault.put(A, [], EXAMPLE);
        await vault.put(B, [], OTHER);
        expect(await vault.readAll([B, C, A], BODY)).toEqual([
          { key: B.key, ...OTHER },
          { key: A.key, ...EXAMPLE },
        ]);
        expect((await vault.readings([A.key, B.key, C.key])).items).toEqual([
          { key: B.key, ...BODY },
          { key: A.key, ...BODY },
        ]);
      });

      it('are those of whoever is registered under them, and of no one before', async () => {
        await vault.put(A, [], EXAMPLE);
        expect(await vault.readAll([A_ANEW], BODY)).toEqual([]);
        expect((await vault.readings([A.key])).items).toEqual([]);
      });
    });

    describe('a key that was minted', () => {
      const mintedFor = (body: string, { key }: RegisteredKey) => ({ key, body, at: NOON });

      it('is given again to the body that asks again under the same request, and to no other', async () => {
        expect(await vault.mint(mintedFor(BODY.body, A), 'once')).toBe(A.key);
        expect(await vault.mint(mintedFor(BODY.body, B), 'once')).toBe(A.key);
        expect(await vault.mint(mintedFor(BODY.body, B), 'twice')).toBe(B.key);
        expect(await vault.mint(mintedFor('body:other', C), 'once')).toBe(C.key);
        expect(await vault.minted(BODY.body, 'once')).toBe(A.key);
        expect(await vault.minted('body:other', 'twice')).toBeUndefined();
      });

      it('is another each time where no request is named', async () => {
        expect(await vault.mint(mintedFor(BODY.body, A))).toBe(A.key);
        expect(await vault.mint(mintedFor(BODY.body, B))).toBe(B.key);
        expect(await vault.mintings([B.key, A.key, C.key])).toEqual([
          mintedFor(BODY.body, A),
          mintedFor(BODY.body, B),
        ]);
      });

      it('is known for whom it was minted when the person is erased, and not by which request', async () => {
        await vault.mint(mintedFor(BODY.body, A), 'person@example.org');
        await vault.put(A, [], EXAMPLE);
        await vault.erase([A.key], LATER);
        expect(await vault.minted(BODY.body, 'person@example.org')).toBeUndefined();
        expect(await vault.mintings([A.key])).toEqual([mintedFor(BODY.body, A)]);
        expect(await vault.mint(mintedFor(BODY.body, B), 'person@example.org')).toBe(B.key);
      });
    });

    describe('an erasure', () => {
      it('takes away what is kept under every key of the person, and under no other', async () => {
        await vault.put(A, [], EXAMPLE);
        await vault.put(B, [], OTHER);
        await vault.put(C, [], OTHER);
        await vault.erase([A.key, B.key], NOON);
        expect(await readBy(A, B)).toBeUndefined();
        expect(await vault.kept()).toEqual([C]);
      });

      it('takes it away by whatever registration it was put', async () => {
        await vault.put(A, [], EXAMPLE);
        await vault.put(B, [], EXAMPLE);
        await vault.erase([A_ANEW.key], NOON);
        expect(await vault.kept()).toMatchObject([B]);
      });

      it('is recorded by key, in order, of every key of the person', async () => {
        await vault.put(A, [], EXAMPLE);
        await vault.erase([A.key, B.key], NOON);
        await vault.put(A, [], OTHER);
        await vault.erase([A.key], LATER);
        expect(await vault.erasures([A.key, B.key, C.key])).toEqual([
          { key: A.key, at: NOON },
          { key: B.key, at: NOON },
          { key: A.key, at: LATER },
        ]);
        expect(await vault.erasures([B.key])).toEqual([{ key: B.key, at: NOON }]);
      });

      it('of nothing is recorded once, and a second one not, until something is put again', async () => {
        await vault.erase([A.key, B.key], NOON);
        await vault.erase([A.key, B.key], LATER);
        const first = [A.key, B.key].map((key) => ({ key, at: NOON }));
        expect(await vault.erasures([A.key, B.key])).toEqual(first);
        await vault.put(A, [], EXAMPLE);
        await vault.erase([A.key], LATER);
        await vault.erase([A.key], '2026-09-03T12:00:00.000Z');
        expect(await vault.erasures([A.key, B.key])).toEqual([...first, { key: A.key, at: LATER }]);
      });

      it('is one also of what was replaced under another key since: a backup may still hold it', async () => {
        await vault.put(A, [], EXAMPLE);
        await vault.put(B, [A], OTHER);
        await vault.erase([B.key], NOON);
        await vault.erase([A.key], LATER);
        await vault.erase([A.key], LATER);
        expect(await vault.erasures([A.key, B.key])).toEqual([
          { key: B.key, at: NOON },
          { key: A.key, at: LATER },
        ]);
      });

      it('of a request alone, under which a key was minted, is one', async () => {
        await vault.mint({ key: A.key, ...BODY }, 'once');
        await vault.erase([A.key], LATER);
        await vault.erase([A.key], LATER);
        expect(await vault.erasures([A.key])).toEqual([{ key: A.key, at: LATER }]);
      });
    });

    describe('what everybody may see', () => {
      it('is the name and contact of what is public, and of the rest only that it is there', async () => {
        await vault.put(A, [], EXAMPLE);
        await vault.put(B, [], OTHER);
        await vault.put(C, [], { name: 'Third Example', public: true });
        const { public: _, ...shown } = EXAMPLE;
        expect(await vault.kept()).toEqual([{ ...A, shown }, B, { ...C, shown: { name: 'Third Example' } }]);
      });

      it('comes by key, with the registration that it belongs to', async () => {
        for (const key of [C, A, B, A_ANEW]) await vault.put(key, [], OTHER);
        expect(await vault.kept()).toEqual([A_ANEW, B, C]);
      });
    });

    describe('what was changed, where several processes change it,', () => {
      /** By key what is kept, in the order of the changes, and the last number. */
      const changedAfter = async (number: number) => {
        const { last, keys } = (await vault.changes?.(number)) ?? { last: NaN, keys: [] };
        expect(keys.map((one) => one.number)).toEqual(
          keys.map((one) => one.number).toSorted((a, b) => a - b),
        );
        for (const one of keys) expect(one.number).toBeGreaterThan(number);
        expect(last).toBe(keys.at(-1)?.number ?? last);
        return { last, changed: keys.map(({ key, kept }) => [key, kept]) };
      };
      const { public: _, ...shown } = EXAMPLE;

      it('is told by key as it is now, in the order of the last changes', async () => {
        if (!vault.changes) return;
        const empty = await changedAfter(0);
        expect(empty.changed).toEqual([]);
        await vault.put(A, [], EXAMPLE);
        await vault.put(B, [], OTHER);
        const two = await changedAfter(empty.last);
        expect(two.changed).toEqual([
          [A.key, { ...A, shown }],
          [B.key, B],
        ]);
        expect(await changedAfter(two.last)).toEqual({ last: two.last, changed: [] });
        await vault.put(C, [B], EXAMPLE);
        await vault.erase([A.key], NOON);
        const [all, since] = [await changedAfter(0), await changedAfter(two.last)];
        expect(new Map(all.changed as [string, unknown][])).toEqual(
          new Map<string, unknown>([
            [C.key, { ...C, shown }],
            [B.key, undefined],
            [A.key, undefined],
          ]),
        );
        expect(since).toEqual(all);
        expect(since.changed.at(-1)).toEqual([A.key, undefined]);
        expect(since.last).toBeGreaterThan(two.last);
      });

      it('says where it stands to whoever is ahead of it', async () => {
        if (!vault.changes) return;
        await vault.put(A, [], EXAMPLE);
        const { last } = await changedAfter(0);
        expect(await changedAfter(last + 7)).toEqual({ last, changed: [] });
      });

      it('is unavailable once it is closed', async () => {
        if (!vault.changes) return;
        await vault.close();
        await expect(vault.changes(0)).rejects.toBeInstanceOf(VaultUnavailable);
      });
    });

    it('does what it is called for in order, and says so in order', async () => {
      const said: string[] = [];
      const saying = (what: string) => () => said.push(what);
      await Promise.all([
        vault.put(A, [], EXAMPLE).then(saying('put')),
        vault.erase([A.key], NOON).then(saying('erased')),
        vault.put(A, [], OTHER).then(saying('put again')),
        vault.read([A], BODY).then(saying('read')),
      ]);
      expect(said).toEqual(['put', 'erased', 'put again', 'read']);
      expect(await readBy(A)).toEqual(OTHER);
    });

    it('is unavailable once it is closed', async () => {
      await vault.put(A, [], EXAMPLE);
      await vault.close();
      await vault.close();
      for (const call of [
        () => vault.put(A, [], EXAMPLE),
        () => readBy(A),
        () => vault.erase([A.key], NOON),
        () => vault.kept(),
        () => vault.readings([A.key]),
        () => vault.readAll([A], BODY),
        () => vault.mint({ key: A.key, ...BODY }),
        () => vault.minted(BODY.body, 'once'),
        () => vault.mintings([A.key]),
        () => vault.erasures([A.key]),
      ])
        await expect(call()).rejects.toBeInstanceOf(VaultUnavailable);
    });

    it('has all of it when it is opened again, where it outlives its handle', async () => {
      if (!opened.reopened) return;
      await vault.put(A, [], EXAMPLE);
      await vault.put(B, [], OTHER);
      await vault.put(C, [], EXAMPLE);
      await readBy(B);
      await vault.erase([C.key], NOON);
      await vault.mint({ key: A.key, ...BODY }, 'once');
      const everything = async (of: Vault) => [
        await of.minted(BODY.body, 'once'),
        await of.mintings([A.key]),
        await of.kept(),
        await of.readings([A.key, B.key, C.key]),
        await of.erasures([A.key, B.key, C.key]),
      ];
      const before = await everything(vault);
      vault = await opened.reopened();
      expect(await everything(vault)).toEqual(before);
      expect(await readBy(B)).toEqual(OTHER);
    });
  });
}
