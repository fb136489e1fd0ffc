/// <reference types="jest" />
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { AccessUnavailable } from '@app/application/access/access-record';
import { ATTEMPT } from '@app/application/access/access-record.contract';
import { PostgresAccessRecord } from '@app/application/access/postgres-access-record';
import { PostgresDrawnKeys } from '@app/application/posting/postgres-drawn-keys';
import { Postgres, postgresAddress, PostgresLayoutUnknown } from '@app/application/stores/postgres';
import { Persons } from '@app/application/vault/persons';
import { PostgresVault } from '@app/application/vault/postgres-vault';
import { VAULT_TABLES } from '@app/application/vault/postgres-vault-tables';
import { VaultUnavailable, type Kept } from '@app/application/vault/vault';
import { schemaOf, startServer, whyNoServer, type Server } from './server';

const NOON = '2026-09-01T12:00:00.000Z';
const LATER = '2026-09-02T12:00:00.000Z';
const A = { key: 'adviser:example0001', registration: 1 };
const B = { key: 'adviser:example0002', registration: 2 };
const C = { key: 'adviser:example0003', registration: 3 };
const REPLICAS = 4;
const upTo = (n: number) => Array.from({ length: n }, (_, i) => i);

describe('the address of a PostgreSQL', () => {
  test('names the schema, and is shown without user and password', () => {
    const { schema, shown, connection } = postgresAddress(
      'postgres://register:s3cret@db.example:5433/people?sslmode=require&schema=other_register',
    );
    expect([schema, shown]).toEqual(['other_register', 'db.example:5433/people, schema other_register']);
    expect(connection).toBe('postgres://register:s3cret@db.example:5433/people?sslmode=require');
    expect(postgresAddress('postgresql://db.example/people').schema).toBe('guidance_register');
  });

  test.each([
    'sqlite:/s3cret',
    'postgres://u:s3cret@host:port/x',
    'postgres://u:s3cret@h/x?schema=a"b',
    'postgres://u:s3cret@h/x?schema=A',
  ])('is refused if it is none, in an error that does not contain it: %s', (setting) => {
    expect(() => postgresAddress(setting)).toThrow(/^The address of a PostgreSQL is written (?!.*s3cret)/);
  });

  test('without a server makes every call reject as unavailable, in an error without the password', async () => {
    const vault = PostgresVault.open('postgres://u:s3cret@127.0.0.1:1/x');
    const error: unknown = await vault.kept().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(VaultUnavailable);
    expect((error as Error).message).toBe(
      'The vault cannot be had in PostgreSQL (127.0.0.1:1/x, schema guidance_register): no server listens there. Start it, or correct the address.',
    );
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('s3cret');
    const access = PostgresAccessRecord.open('postgres://u:s3cret@127.0.0.1:1/x');
    await expect(access.uses()).rejects.toBeInstanceOf(AccessUnavailable);
    await Promise.all([vault.close(), access.close()]);
  });
});

const missing = whyNoServer();
if (missing !== undefined) test.skip(`what replicas share in PostgreSQL: ${missing}`, () => undefined);
else
  describe('what replicas share in PostgreSQL', () => {
    let server: Server;
    let address: string;
    const open: { close(): Promise<unknown> }[] = [];
    const vaultAt = (at = address) => {
      const vault = PostgresVault.open(at);
      open.push(vault);
      return vault;
    };
    const client = async () => {
      const one = await server.another();
      open.push({ close: () => one.end() });
      await one.query(`SET search_path = ${schemaOf(address)}`);
      return one;
    };
    /** Resolves once the server has ended all sessions with this property. */
    const ended = async (condition: string) => {
      const sessions = `SELECT pid FROM pg_stat_activity WHERE ${condition}`;
      while ((await server.ask(sessions)).length > 0) await sleep(50);
    };
    const put = (vault: PostgresVault, key = A, name = 'Example Person') =>
      vault.put(key, [], { name, public: true });

    beforeAll(async () => {
      server = await startServer();
    });
    beforeEach(() => {
      address = server.newAddress();
    });
    afterEach(async () => {
      for (const one of open.splice(0)) await one.close();
    });
    afterAll(() => server.stop());

    test('is created once if several start at the same moment', async () => {
      const vaults = upTo(REPLICAS).map(() => vaultAt());
      const records = upTo(REPLICAS).map(() => PostgresAccessRecord.open(address));
      open.push(...records);
      await Promise.all([
        ...vaults.map((vault, i) => vault.read([{ ...A, registration: i }], { body: 'body:a', at: NOON })),
        ...records.map((record) => record.add([ATTEMPT], [], 100)),
      ]);
      expect(await records[0]?.attempts({ limit: 100 })).toHaveLength(REPLICAS);
    });

    test('is refused if another release made it', async () => {
      await put(vaultAt());
      await (await client()).query(`UPDATE layout SET number = 2 WHERE name = 'vault'`);
      await expect(vaultAt().kept()).rejects.toBeInstanceOf(PostgresLayoutUnknown);
      await expect(vaultAt().kept()).rejects.toThrow('have layout 2, and this release knows only 1');
    });

    test('goes on when its connections were cut', async () => {
      const vault = vaultAt();
      await put(vault);
      await vault.changes(0);
      const ofVaults = "application_name = 'guidance-register vault'";
      await server.ask(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE ${ofVaults}`);
      await ended(ofVaults);
      // The first use of a connection may be what finds that it was cut.
      expect(await vault.kept().catch(() => vault.kept())).toHaveLength(1);
    });

    test('a process that stands still in its turn delays the others only until the server ends that turn', async () => {
      const vault = vaultAt();
      await put(vault);
      const frozen = new Postgres(address, VAULT_TABLES, {
        connections: 1,
        unavailable: (why) => new VaultUnavailable(why),
      });
      open.push(frozen);
      const { promise: held, resolve: holds } = Promise.withResolvers<undefined>();
      const standing = frozen.transaction(
        async (query) => {
          const [session] = await query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
          holds(undefined);
          await ended(`pid = ${session?.pid}`);
        },
        { alone: true },
      );
      const stood = expect(standing).rejects.toThrow(/the connection was cut|this process stood still/);
      await held;
      await vault.erase([A.key], NOON);
      await stood;
      expect(await vault.kept()).toEqual([]);
    });

    describe('a minted key', () => {
      test('is one for all repetitions of a request, on several replicas at the same moment', async () => {
        const vaults = upTo(REPLICAS).map(() => vaultAt());
        let count = 0;
        const asked = fc.tuple(fc.nat(REPLICAS - 1), fc.constantFrom('one', 'other', 'third'));
        await fc.assert(
          fc.asyncProperty(fc.array(asked, { minLength: 2, maxLength: 12 }), async (all) => {
            const run = ++count;
            const given = await Promise.all(
              all.map(async ([replica, name], i) => {
                const request = `${run} ${name}`;
                const minting = { key: `adviser:minted${run}x${i}`, body: 'body:a', at: NOON };
                return [request, await vaults[replica]?.mint(minting, request)] as const;
              }),
            );
            for (const [request, key] of given) {
              expect(new Set(given.flatMap(([of, one]) => (of === request ? [one] : []))).size).toBe(1);
              expect(await vaults[0]?.minted('body:a', request)).toBe(key);
            }
          }),
          { numRuns: 25 },
        );
      });
    });

    describe('an entry that several replicas put and erase at the same moment', () => {
      /** Follows the changes as a replica does. What it returns stops that, and resolves to the entries it knows. */
      const following = (vault: PostgresVault) => {
        const known = new Map<string, Kept>();
        let after = 0;
        const stopped = new AbortController();
        const look = async () => {
          const { last, keys } = await vault.changes(after);
          for (const { key, kept, number } of keys) {
            expect(number).toBeGreaterThan(after);
            if (kept) known.set(key, kept);
            else known.delete(key);
          }
          expect(last).toBeGreaterThanOrEqual(after);
          after = last;
        };
        const all = (async () => {
          while (!stopped.signal.aborted) await look();
        })();
        return async () => {
          stopped.abort();
          await all;
          await look();
          return [...known.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
        };
      };

      test('is the same in the end for every replica that follows the changes', async () => {
        const vaults = upTo(3).map(() => vaultAt());
        const keys = fc.subarray([A, B, C], { minLength: 1 });
        let minted = 0;
        const act = fc.tuple(fc.nat(2), keys, fc.constantFrom('put', 'hide', 'erase', 'mint', 'look'));
        await fc.assert(
          fc.asyncProperty(fc.array(act, { minLength: 3, maxLength: 15 }), async (acts) => {
            const followed = vaults.map(following);
            await Promise.all(
              acts.map(async ([replica, [key = A, ...others], does], i) => {
                const vault = vaults[replica];
                if (does === 'erase')
                  await vault?.erase(
                    [key, ...others].map(({ key }) => key),
                    NOON,
                  );
                else if (does === 'look') await Promise.all([vault?.minted('body:a', 'r'), vault?.kept()]);
                else if (does === 'mint')
                  await vault?.mint({ key: `${key.key}${++minted}`, body: 'body:a', at: NOON }, `r${minted}`);
                else await vault?.put(key, others, { name: `Example ${i}`, public: does === 'put' });
              }),
            );
            const keysMinted = upTo(minted + 1).flatMap((i) => [A, B, C].map(({ key }) => `${key}${i}`));
            await Promise.all([
              vaults[0]?.erase(keysMinted, NOON),
              ...vaults.flatMap((vault) => [vault.minted('body:a', 'r'), vault.kept(), vault.changes(0)]),
            ]);
            const kept = await vaults[0]?.kept();
            for (const end of followed) expect(await end()).toEqual(kept);
          }),
          { numRuns: 30 },
        );
      });

      test('is new to one of them, and recorded as erased once', async () => {
        const vaults = upTo(REPLICAS).map(() => vaultAt());
        const firsts = await Promise.all(vaults.map((vault, i) => put(vault, A, `Example ${i}`)));
        expect(firsts.filter(Boolean)).toHaveLength(1);
        await Promise.all(vaults.map((vault, i) => vault.erase([A.key], `2026-09-0${i + 1}T12:00:00.000Z`)));
        expect(await vaults[0]?.erasures([A.key])).toHaveLength(1);
        expect(await vaults[1]?.kept()).toEqual([]);
      });

      test('is gone from every replica once its erasure is answered, and none records a reading of it', async () => {
        const [one, other] = [vaultAt(), vaultAt()];
        for (const i of upTo(10)) {
          await put(one, A, `Example ${i}`);
          const reading = other.read([A], { body: 'body:a', at: NOON });
          await one.erase([A.key], NOON);
          expect(await other.read([A], { body: 'body:b', at: NOON })).toBeUndefined();
          await reading;
        }
        const { items } = await one.readings([A.key]);
        expect(items.filter(({ body }) => body === 'body:b')).toEqual([]);
      });
    });

    describe('an entry that was', () => {
      const NAME = 'Nomina Exempla Deleta';
      const found = async (text: string) => {
        const files = await server.filesWith(text);
        if (files === undefined) throw new Error('the files of the server are to be on this machine');
        return files;
      };
      const person = { name: NAME, contact: 'deleta@example.org', public: true };
      /** Puts entries into every part of the table, so that a part still has some when it is rewritten. */
      const fill = async (vault: PostgresVault) => {
        await Promise.all(
          upTo(200).map((i) => put(vault, { key: `adviser:filling${i}`, registration: 9 }, `Filling ${i}`)),
        );
      };

      test.each<[string, (vault: PostgresVault) => Promise<unknown>]>([
        ['erased', (vault) => vault.erase([A.key], NOON)],
        ['replaced', (vault) => vault.put(A, [], { name: 'Other', public: false })],
        ['replaced under another key', (vault) => vault.put(B, [A], { name: 'Other', public: false })],
      ])(
        '%s is in no file of the server, even if another transaction might still see it',
        async (_, change) => {
          const vault = vaultAt();
          await fill(vault);
          await vault.put(A, [], person);
          await vault.mint({ key: A.key, body: 'body:a', at: NOON }, 'hash-of-nomina-exempla');
          await server.ask(`ANALYZE ${schemaOf(address)}.person`);
          const older = await client();
          await older.query('BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM erasure');
          expect(await found(NAME)).not.toEqual([]);
          await change(vault);
          for (const text of [NAME, person.contact]) expect(await found(text)).toEqual([]);
          const kept = await vault.kept();
          expect(kept.filter(({ registration }) => registration === 9)).toHaveLength(200);
        },
      );

      test('erased is in no file of the server, nor is the request for which its key was minted', async () => {
        const vault = vaultAt();
        await vault.mint({ key: A.key, body: 'body:a', at: NOON }, 'hash-of-exempla-deleta');
        await server.ask(`ANALYZE ${schemaOf(address)}.request`);
        expect(await found('hash-of-exempla-deleta')).not.toEqual([]);
        await vault.erase([A.key], NOON);
        expect(await found('hash-of-exempla-deleta')).toEqual([]);
      });

      test('erased while another program holds the table is gone at once, and the erasure succeeds once no file has it', async () => {
        const [one, other] = [vaultAt(), vaultAt()];
        await one.put(A, [], person);
        const dump = await client();
        await dump.query('BEGIN; LOCK TABLE person IN ACCESS SHARE MODE');
        await expect(one.erase([A.key], NOON)).rejects.toThrow(
          'another program holds for long what this needs',
        );
        expect(await other.kept()).toEqual([]);
        await expect(one.erase([A.key], LATER)).rejects.toBeInstanceOf(VaultUnavailable);
        await dump.query('COMMIT');
        expect(await found(NAME)).not.toEqual([]);
        await other.erase([A.key], LATER);
        expect(await found(NAME)).toEqual([]);
        expect(await other.erasures([A.key])).toEqual([{ key: A.key, at: NOON }]);
      });

      test('erased and came back with a restore is erased again before it is read, if its erasure is added', async () => {
        const vault = vaultAt();
        await vault.put(A, [], person);
        await put(vault, B);
        await vault.erase([B.key], NOON);
        await put(vault, B);
        await vault.close();
        const operator = await client();
        await operator.query('INSERT INTO erasure (at, key) VALUES ($1, $2), ($3, $4)', [
          ...[LATER, A.key],
          ...[NOON, B.key],
        ]);
        const again = vaultAt();
        expect((await again.kept()).map(({ key }) => key)).toEqual([B.key]);
        expect(await found(NAME)).toEqual([]);
        expect(await again.erasures([A.key, B.key])).toEqual([
          { key: B.key, at: NOON },
          { key: A.key, at: LATER },
        ]);
      });
    });

    describe('attempts that several replicas add at the same moment', () => {
      test('are numbered without a gap in the order of the additions, and kept up to the most', async () => {
        const records = upTo(REPLICAS).map(() => PostgresAccessRecord.open(address));
        open.push(...records);
        await Promise.all(
          upTo(40).map(async (i) =>
            records[i % REPLICAS]?.add(
              [
                { ...ATTEMPT, count: i },
                { ...ATTEMPT, count: i + 1 },
              ],
              [{ body: 'body:a', key: `k${i % 3}`, at: i % 2 === 0 ? NOON : LATER }],
              50,
            ),
          ),
        );
        const kept = (await records[0]?.attempts({ limit: 100 })) ?? [];
        expect(kept.map(({ number }) => number)).toEqual(upTo(50).map((i) => 80 - i));
        for (const [i, { count }] of kept.entries())
          if (i % 2 === 1) expect(kept[i - 1]?.count).toBe(count + 1);
        expect((await records[1]?.uses())?.map(({ at }) => at)).toEqual([LATER, LATER, LATER]);
        const forgotten = await Promise.all(records.map((record) => record.forget('9999', 20)));
        expect(forgotten.reduce((sum, n) => sum + n, 0)).toBe(50);
        await records[2]?.add([ATTEMPT], [], 50);
        expect((await records[3]?.attempts({ limit: 1 }))?.[0]?.number).toBe(81);
      });
    });

    test('an erased public name is gone from the replica that erased it before the answer, and from every other within a second', async () => {
      const elapsed = () => performance.now();
      const replicas = await Promise.all(upTo(3).map(() => Persons.of(vaultAt(), Date.now, elapsed)));
      const [first, second] = replicas;
      if (!first || !second) throw new Error('there are three');
      const shown = () => replicas.map((persons) => persons.shown([A])?.name);
      await first.put(A, [], { name: 'Example Person', public: true });
      while (shown().includes(undefined)) await sleep(20);
      expect(shown()).toEqual(replicas.map(() => 'Example Person'));
      await second.erase([A.key]);
      expect(second.shown([A])).toBeUndefined();
      await sleep(1_000);
      expect(shown()).toEqual(replicas.map(() => undefined));
      for (const persons of replicas) persons.onApplicationShutdown();
    });

    test('a drawn secret cannot be read with the database alone, and is kept for ten minutes', async () => {
      const [keys, other] = [PostgresDrawnKeys.open(address), PostgresDrawnKeys.open(address)];
      open.push(keys, other);
      const request = { name: 'request', sealing: Buffer.alloc(32, 1) };
      const database = await client();
      const rows = async <Row extends object>(text: string) => (await database.query<Row>(text)).rows;
      const time = async () => (await rows<{ now: Date }>('SELECT now()'))[0]?.now.getTime() ?? NaN;
      const stored = () => rows<{ sealed: Buffer; until: Date }>('SELECT sealed, until FROM drawn_key');
      const before = await time();
      await keys.drawn(request, 'grk_drawn');
      const after = await time();
      const [row] = await stored();
      expect(row?.sealed.includes('grk_drawn')).toBe(false);
      const drawn = Number(row?.until) - 600_000;
      expect(drawn).toBeGreaterThanOrEqual(before);
      expect(drawn).toBeLessThanOrEqual(after);
      await expect(other.drawn({ ...request, sealing: Buffer.alloc(32, 2) }, 'grk_other')).rejects.toThrow(
        'unable to authenticate',
      );
      await database.query(`UPDATE drawn_key SET until = until - interval '10 minutes'`);
      await other.drawn({ ...request, name: 'another' }, 'grk_another');
      expect(await stored()).toHaveLength(1);
      expect(await other.drawn(request, 'grk_anew')).toEqual({ secret: 'grk_anew' });
    });

    test('appears in no message of an error', async () => {
      const vault = vaultAt();
      await put(vault);
      await (await client()).query(`ALTER TABLE person ADD CHECK (name <> 'Forbidden Exemplum')`);
      const error: unknown = await put(vault, B, 'Forbidden Exemplum').catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(VaultUnavailable);
      expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('Exemplum');
      const [good, bad] = await Promise.allSettled([put(vault, C), put(vault, B, 'Forbidden Exemplum')]);
      expect([good.status, bad.status]).toEqual(['fulfilled', 'rejected']);
    });
  });
