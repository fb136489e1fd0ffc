/// <reference types="jest" />
import { hash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import canonicalize from 'canonicalize';
import { MemoryLog } from '@app/event-store/memory';
import { Follower } from '@app/read-model/follower';
import { EventIndex } from '@app/read-model/index/event-index';
import { openCheckpoint, readCheckpoint } from '@app/transparency/checkpoint';
import { toBase64 } from '@app/transparency/encodings';
import { isFinding } from '@app/transparency/finding';
import { EMPTY_ROOT, hashLeaf } from '@app/transparency/hashes';
import { isInUseAt, openKeyList, openListedCheckpoint, successorFinding } from '@app/transparency/key-list';
import { signerKey, type VerifierKey } from '@app/transparency/note-keys';
import { isConsistent } from '@app/transparency/proof';
import { parseNote } from '@app/transparency/signed-note';
import { startWitness, type WitnessServer } from '../../../test/proofs/witness-server';
import { Checkpoints, newSeeds, type CheckpointsOptions } from './checkpoints';
import { BOTH_SIGN_MS, firstRing, rotated } from './key-ring';
import { LogTree } from './log-tree';
import { MemoryProofStore } from './memory-proof-store';
import { ProofsUnavailable, type ProofStore } from './proof-store';
import { ProofsRefused } from './refused-starts';

/** So many days, opened one after the other from `first` on. */
function days(count: number, first = '2026-01-01'): readonly string[] {
  const begin = Temporal.PlainDate.from(first);
  return Array.from({ length: count }, (_, i) => {
    const date = begin.add({ days: i }).toString();
    return (
      canonicalize({
        position: String(i),
        stream: 'calendar',
        revision: i,
        type: 'DayOpened',
        schema: 1,
        subject: 'calendar:england',
        body: 'body:registrar',
        source: '/register',
        id: `day-${date}`,
        recordedAt: new Date(i).toISOString(),
        data: { date },
      }) ?? ''
    );
  });
}

const EVENTS = days(700);
const logOf = async (events: readonly string[]) => {
  const log = new MemoryLog();
  for (let at = 0; at < events.length; at += 100) await log.append(events.slice(at, at + 100), at - 1);
  return log;
};

/** One replica that reads a log and signs it in a store that others may share. */
class Replica {
  readonly index = new EventIndex();
  readonly tree: LogTree;
  readonly follower: Follower;
  readonly checkpoints: Checkpoints;
  readonly shown: string[] = [];

  constructor(
    readonly log: MemoryLog,
    store: ProofStore | undefined,
    options: Partial<CheckpointsOptions> = {},
  ) {
    this.tree = new LogTree(log, this.index);
    this.follower = new Follower(log, this.index, [this.tree]);
    this.checkpoints = new Checkpoints(
      {
        store,
        origin: 'register.example',
        log,
        clock: () => 0,
        showVerifierKey: (vkey) => this.shown.push(vkey),
        ...options,
      },
      this.index,
      this.follower,
      this.tree,
    );
  }

  /** Reads the log, and signs from then on. */
  async begin(restored: (size: number, reason: string) => void = () => undefined): Promise<this> {
    void this.follower.run().catch(() => undefined);
    await this.follower.reached(await this.log.head());
    await this.checkpoints.check();
    await this.checkpoints.begin(({ size }, reason) => {
      restored(size, reason);
      return Promise.resolve();
    });
    return this;
  }

  /** What it gives as the last checkpoint. */
  async current() {
    const current = await this.checkpoints.current();
    if (typeof current !== 'object') throw new Error(`there is ${current ?? 'none'}`);
    return current;
  }

  async end(): Promise<void> {
    await this.checkpoints.stop();
    this.follower.stop();
  }
}

const replicas: Replica[] = [];
const replica = (...settings: ConstructorParameters<typeof Replica>) => {
  const one = new Replica(...settings);
  replicas.push(one);
  return one;
};
afterEach(async () => {
  for (const one of replicas.splice(0)) await one.end();
});

const readNote = (note: string) => {
  const read = readCheckpoint(note);
  if (isFinding(read)) throw new Error(read.detail);
  return read;
};
const signaturesOf = (note: string) => {
  const read = parseNote(note);
  return isFinding(read) ? 0 : read.signatures.length;
};

describe('a log that is signed', () => {
  test('has keys from the first start on, which is told of once, and a later start goes on with them', async () => {
    const store = new MemoryProofStore();
    const log = await logOf(EVENTS.slice(0, 300));
    const first = await replica(log, store).begin();
    expect(first.shown).toHaveLength(1);
    expect(await first.current()).toMatchObject({ size: 300, origin: 'register.example' });
    const second = await replica(log, store, { origin: undefined }).begin();
    expect(second.shown).toEqual([]);
    expect((await second.current()).note).toBe((await first.current()).note);
  });

  test('is signed while it is empty, if it has a name, and goes on under the same key', async () => {
    const store = new MemoryProofStore();
    const log = new MemoryLog();
    const waiting = replica(log, store);
    void waiting.follower.run().catch(() => undefined);
    await waiting.checkpoints.check();
    const empty = await waiting.current();
    expect([empty.size, toBase64(empty.root)]).toEqual([0, toBase64(EMPTY_ROOT)]);
    expect(waiting.shown).toHaveLength(1);
    // Another start before the first event, which is of whatever log comes to stand there.
    await replica(log, store).checkpoints.check();
    await log.append(EVENTS.slice(0, 3), -1);
    const later = await replica(log, store).begin();
    expect(later.shown).toEqual([]);
    const { size, root, note, ring } = await later.current();
    expect([size, ring.ring.log]).toEqual([3, hash('sha256', EVENTS[0] ?? '')]);
    expect(isConsistent(empty, { size, root }, later.tree.consistency(0, 3))).toBe(true);
    expect((await waiting.current()).note).toBe(note);
    await expect(replica(await logOf(days(3, '2027-01-01')), store).begin()).rejects.toThrow(/another log/);
  });

  test('is not signed while it is empty and has no name', async () => {
    const store = new MemoryProofStore();
    const one = replica(new MemoryLog(), store, { origin: undefined });
    await one.checkpoints.check();
    expect(await one.checkpoints.current()).toBeUndefined();
    expect(await store.read()).toEqual({ version: '0' });
  });

  test('gives no receipt beyond the kept checkpoint before it signs again', async () => {
    const store = new MemoryProofStore();
    const log = await logOf(EVENTS.slice(0, 3));
    await (await replica(log, store).begin()).end();
    await log.append(EVENTS.slice(3, 5), 2);
    const starting = replica(log, store);
    void starting.follower.run().catch(() => undefined);
    await starting.follower.reached(4);
    await starting.checkpoints.check();
    expect(await starting.checkpoints.covering(5)).toBe('behind');
    expect(await starting.checkpoints.covering(3)).toMatchObject({ size: 3 });
  });

  test('is signed a moment after it has gone on', async () => {
    const log = await logOf(EVENTS.slice(0, 300));
    const one = await replica(log, new MemoryProofStore()).begin();
    await log.append(EVENTS.slice(300, 400), 299);
    await one.follower.reached(399);
    for (let size = 300; size < 400; { size } = await one.current()) await sleep(5);
    expect(one.checkpoints.covered).toBe(400);
  });

  test('is not signed, and nobody waits, where there is no place for keys', async () => {
    const one = await replica(await logOf(EVENTS.slice(0, 3)), undefined).begin();
    expect(one.checkpoints.isKept).toBe(false);
    expect(one.shown).toEqual([]);
  });

  test('is signed once its store answers, and reads meanwhile', async () => {
    const store = new MemoryProofStore();
    let isDown = true;
    const shaky: ProofStore = {
      read: () => (isDown ? Promise.reject(new ProofsUnavailable('down')) : store.read()),
      keep: (state, version) => store.keep(state, version),
      close: () => store.close(),
    };
    const one = await replica(await logOf(EVENTS.slice(0, 3)), shaky).begin();
    await expect(one.checkpoints.current()).rejects.toThrow(ProofsUnavailable);
    isDown = false;
    while ((await one.checkpoints.current()) === undefined) await sleep(20);
    expect(await one.current()).toMatchObject({ size: 3 });
  });
});

test('a tree takes the hashes that the store keeps, and computes only those of a few new events', async () => {
  const asked: string[] = [];
  const log = Object.assign(await logOf(EVENTS.slice(0, 300)), {
    leafHashes: (first: number, last: number) => {
      asked.push(`${first}–${last}`);
      return Buffer.concat(EVENTS.slice(first, last + 1).map(hashLeaf));
    },
  });
  const one = await replica(log, new MemoryProofStore()).begin();
  expect(asked).toEqual(['0–299']);
  await log.append(EVENTS.slice(300, 310), 299);
  await one.follower.reached(309);
  await one.tree.catchUp();
  expect(asked).toEqual(['0–299']);
  const computed = replica(await logOf(EVENTS.slice(0, 310)), new MemoryProofStore());
  await computed.begin();
  expect(one.tree.at(310)).toEqual(computed.tree.at(310));
});

describe('several replicas', () => {
  test('sign one order of checkpoints, each the beginning of the next', async () => {
    const store = new MemoryProofStore();
    const notes: string[] = [];
    const keeping: ProofStore = {
      read: () => store.read(),
      keep: async (state, version) => {
        // Between reading and keeping others have their turn.
        await sleep(Math.random() * 3);
        const isKept = await store.keep(state, version);
        if (isKept && state.checkpoint !== undefined) notes.push(state.checkpoint);
        return isKept;
      },
      close: () => Promise.resolve(),
    };
    const log = await logOf(EVENTS.slice(0, 10));
    const all = await Promise.all([1, 2, 3].map(() => replica(new MemoryLog(log), keeping).begin()));
    expect(all.flatMap(({ shown }) => shown)).toHaveLength(1);
    for (let at = 10; at < 200; at += 10) {
      await log.append(EVENTS.slice(at, at + 10), at - 1);
      await Promise.all(
        all.map(async ({ follower, checkpoints }) => {
          await follower.reached(at + 9);
          await checkpoints.sign();
        }),
      );
    }
    const [one] = all;
    if (!one) throw new Error('there are three');
    const heads = notes.map(readNote);
    expect(heads.length).toBeGreaterThan(10);
    for (const [i, next] of heads.slice(1).entries()) {
      const before = heads[i];
      if (!before) continue;
      expect(next.size).toBeGreaterThan(before.size);
      expect(isConsistent(before, next, one.tree.consistency(before.size, next.size))).toBe(true);
    }
  });

  test('give no smaller size than another one has given, but say that they are behind', async () => {
    const store = new MemoryProofStore();
    const behind = await replica(await logOf(EVENTS.slice(0, 10)), store).begin();
    await replica(await logOf(EVENTS.slice(0, 20)), store).begin();
    expect(await behind.checkpoints.current()).toBe('behind');
    await behind.checkpoints.sign();
    expect(await behind.checkpoints.covering(5)).toBe('behind');
    expect(readNote((await store.read()).checkpoint ?? '').size).toBe(20);
  });

  test('end their work with a log that is beside what another has signed', async () => {
    const store = new MemoryProofStore();
    const one = await replica(await logOf(EVENTS.slice(0, 10)), store).begin();
    const log = one.log;
    const kept = await store.read();
    const { checkpoint = '' } = kept;
    const forked = checkpoint.replace(/\n10\n.{8}/, '\n10\nAAAAAAAA');
    await store.keep({ keys: kept.keys, checkpoint: forked }, kept.version);
    await log.append(EVENTS.slice(10, 11), 9);
    while (one.follower.state !== 'stopped') await sleep(10);
    expect(one.follower.failure).toBeInstanceOf(ProofsRefused);
  });
});

describe('a start', () => {
  const signed = async () => {
    const store = new MemoryProofStore();
    await (await replica(await logOf(EVENTS.slice(0, 300)), store).begin()).end();
    return store;
  };
  const refused = async (
    events: readonly string[],
    store: ProofStore,
    options?: Partial<CheckpointsOptions>,
  ) => {
    const one = replica(await logOf(events), store, options);
    const why: unknown = await one.begin().catch((error: unknown) => error);
    expect(why).toBeInstanceOf(ProofsRefused);
    return (why as Error).message;
  };

  test('is refused on a log that is behind what was signed, in words that help', async () => {
    const store = await signed();
    const says = await refused(EVENTS.slice(0, 299), store);
    expect(says).toContain('The log has 299 events, and a checkpoint of 300 was signed for register.example');
    expect(says).toContain('npm run restore -- --as-it-is');
  });

  test('is refused on a log that is beside it, even by one bit', async () => {
    const changed = EVENTS.slice(0, 300).with(
      150,
      (EVENTS[150] ?? '').replace(/"recordedAt":"[^"]+"/, `"recordedAt":"${new Date(151).toISOString()}"`),
    );
    const says = await refused(changed, await signed());
    expect(says).toContain('The first 300 events of the log are not those of the checkpoint');
    expect(says).toContain('npm run restore');
  });

  test('is refused with the keys of another log, with none, under another origin, and on an empty log', async () => {
    const store = await signed();
    expect(await refused(days(300, '2025-01-01'), store)).toContain('have signed another log');
    expect(await refused([], store)).toContain('The log is empty');
    const renamed = await refused(EVENTS.slice(0, 300), store, { origin: 'register.test' });
    expect(renamed).toContain('npm run keys -- begin register.test');
    const { checkpoint, version } = await store.read();
    await store.keep({ checkpoint }, version);
    expect(await refused(EVENTS.slice(0, 300), store)).toContain('the keys are missing');
  });

  test('on purpose tells in the log which checkpoint was given up, once, and then signs a smaller one', async () => {
    const store = await signed();
    const { keys, checkpoint = '', version } = await store.read();
    await store.keep({ keys, givenUp: { checkpoint, reason: 'restored-from-backup' } }, version);
    const told: (string | number)[][] = [];
    const one = await replica(await logOf(EVENTS.slice(0, 200)), store).begin((size, reason) => {
      told.push([size, reason]);
    });
    expect(told).toEqual([[300, 'restored-from-backup']]);
    expect(await one.current()).toMatchObject({ size: 200 });
    expect((await store.read()).givenUp).toBeUndefined();
  });

  test('on purpose goes on with its keys even if the log begins anew', async () => {
    const store = await signed();
    const { keys, checkpoint = '', version } = await store.read();
    await store.keep({ keys, givenUp: { checkpoint, reason: 'wal-lost' } }, version);
    const log = await logOf(days(5, '2025-01-01'));
    const one = await replica(log, store).begin();
    expect(one.shown).toEqual([]);
    await one.end();
    expect(await (await replica(log, store).begin()).current()).toMatchObject({ size: 5 });
  });

  test('on purpose gives nothing up where the log still has all that was signed', async () => {
    const store = await signed();
    const { keys, checkpoint = '', version } = await store.read();
    await store.keep({ keys, givenUp: { checkpoint, reason: 'restored-from-backup' } }, version);
    const told: number[] = [];
    const one = await replica(await logOf(EVENTS.slice(0, 400)), store).begin((size) => {
      told.push(size);
    });
    expect(told).toEqual([]);
    expect(await one.current()).toMatchObject({ size: 400 });
  });
});

describe('a rotation', () => {
  test('has both keys sign until the older retires, with the size of the last that it signed', async () => {
    const store = new MemoryProofStore();
    const log = await logOf(EVENTS.slice(0, 300));
    let now = 0;
    const one = await replica(log, store, { clock: () => now }).begin();
    const { keys, checkpoint, version } = await store.read();
    if (!keys) throw new Error('it has signed');
    await store.keep({ keys: rotated(keys, newSeeds(), 300, now), checkpoint }, version);
    await one.checkpoints.sign();
    expect(signaturesOf((await one.current()).note)).toBe(2);
    now = BOTH_SIGN_MS;
    await one.checkpoints.sign();
    expect(signaturesOf((await one.current()).note)).toBe(2);
    await log.append(EVENTS.slice(300, 310), 299);
    await one.follower.reached(309);
    await one.checkpoints.sign();
    expect(signaturesOf((await one.current()).note)).toBe(1);
    expect((await store.read()).keys?.keys.map(({ lastSize }) => lastSize)).toEqual([
      300,
      300,
      undefined,
      undefined,
    ]);
  });
});

describe('a restore to fewer events than there were at the last rotation', () => {
  const trusting = async (one: Replica, keyList: string, trusted: readonly VerifierKey[]) => {
    const list = openKeyList(keyList, trusted);
    if (isFinding(list)) throw new Error(list.detail);
    const { note, size, ring } = await one.current();
    const { kid } = ring.receiptSigner.verifier;
    const line = list.lines.find((each) => each.kind === 'receipt' && each.kid === kid);
    expect(openListedCheckpoint(note, list)).toMatchObject({ size });
    expect(line && isInUseAt(line, size)).toBe(true);
    return list;
  };

  test('goes on with keys that are in use there, and takes nothing from what was signed before', async () => {
    const store = new MemoryProofStore();
    let now = 0;
    const clock = () => now;
    const before = await replica(await logOf(EVENTS.slice(0, 300)), store, { clock }).begin();
    const { keys, checkpoint, version } = await store.read();
    if (!keys) throw new Error('it has signed');
    await store.keep({ keys: rotated(keys, newSeeds(), 300, now), checkpoint }, version);
    now = BOTH_SIGN_MS;
    await before.log.append(EVENTS.slice(300, 310), 299);
    await before.follower.reached(309);
    await before.checkpoints.sign();
    const { ring } = await before.current();
    const trusted = ring.logSigners.map(({ verifier }) => verifier);
    const seen = await trusting(before, ring.keyList, trusted);
    await before.end();

    const last = await store.read();
    const givenUp = { checkpoint: last.checkpoint ?? '', reason: 'restored-from-backup' };
    await store.keep({ keys: last.keys, givenUp }, last.version);
    const after = await replica(await logOf(EVENTS.slice(0, 200)), store, { clock }).begin();
    expect(await after.current()).toMatchObject({ size: 200 });
    const list = await trusting(after, (await after.current()).ring.keyList, trusted);
    expect(successorFinding(seen, list)).toBeUndefined();
    expect(openListedCheckpoint(givenUp.checkpoint, list)).toMatchObject({ size: 310 });
    const receipts = list.lines.find(
      (line) => line.kind === 'receipt' && line.kid === ring.receiptSigner.verifier.kid,
    );
    expect(receipts && isInUseAt(receipts, 310)).toBe(true);

    now = 2 * BOTH_SIGN_MS;
    await after.log.append(EVENTS.slice(200, 210), 199);
    await after.follower.reached(209);
    await after.checkpoints.sign();
    const { note, ring: present } = await after.current();
    expect(signaturesOf(note)).toBe(1);
    const later = await trusting(after, present.keyList, trusted);
    expect(successorFinding(list, later)).toBeUndefined();
    expect(openListedCheckpoint(givenUp.checkpoint, later)).toMatchObject({ size: 310 });
  });
});

describe('a witness', () => {
  let witness: WitnessServer;
  beforeEach(async () => {
    witness = await startWitness('witness.example/w1', () => keys);
  });
  afterEach(() => witness.stop());

  /** Of the log that the witness knows, which were kept before it is signed. */
  const [logKey, receiptKey] = newSeeds();
  const keys = [signerKey('register.example', logKey).verifier];
  const keptKeys = async () => {
    const store = new MemoryProofStore();
    const log = hash('sha256', EVENTS[0] ?? '');
    await store.keep({ keys: firstRing('register.example', log, [logKey, receiptKey]) }, '0');
    return store;
  };
  const cosignedBy = async ({ checkpoints }: Replica, size: number) => {
    for (;;) {
      const current = await checkpoints.current();
      if (typeof current !== 'object' || current.size < size || signaturesOf(current.note) < 2)
        await sleep(5);
      else return current;
    }
  };

  test('cosigns each checkpoint of whoever signs, and every process gives it out then', async () => {
    const [log, store] = [await logOf(EVENTS.slice(0, 10)), await keptKeys()];
    const one = await replica(log, store, { witnesses: [witness] }).begin();
    const { note } = await cosignedBy(one, 10);
    expect(openCheckpoint(note, [...keys, witness.key])).toMatchObject({
      size: 10,
      verified: [{ key: { type: 'ed25519' } }, { key: witness.key }],
    });
    const other = await replica(log, store).begin();
    expect((await other.current()).note).toBe(note);
    await log.append(EVENTS.slice(10, 20), 9);
    await cosignedBy(other, 20);
  });

  test('that answers only after the next checkpoint is asked for that one, which stays', async () => {
    const [log, store] = [await logOf(EVENTS.slice(0, 10)), await keptKeys()];
    let release: () => void = () => undefined;
    witness.instead = (request, response) => {
      release = () => {
        witness.instead = undefined;
        witness.work(request, response);
      };
    };
    const one = await replica(log, store, { witnesses: [witness] }).begin();
    await log.append(EVENTS.slice(10, 20), 9);
    await one.follower.reached(19);
    await one.checkpoints.sign();
    const { note } = await one.current();
    expect([readNote(note).size, signaturesOf(note)]).toEqual([20, 1]);
    release();
    const cosigned = await cosignedBy(one, 20);
    expect(cosigned.note.startsWith(note)).toBe(true);
    expect(witness.asked.map(({ old }) => old)).toEqual(['0', '10']);
  });

  test('is asked at a start for what an earlier process has signed', async () => {
    const [log, store] = [await logOf(EVENTS.slice(0, 10)), await keptKeys()];
    await replica(log, store).begin();
    const later = await replica(log, store, { witnesses: [witness] }).begin();
    await cosignedBy(later, 10);
  });
});
