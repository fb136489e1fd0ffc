import { hash, randomBytes } from 'node:crypto';
import type { EventLog } from '@app/event-store/event-log';
import type { Clock } from '@app/read-model/clock';
import type { Follower } from '@app/read-model/follower';
import type { EventIndex } from '@app/read-model/index/event-index';
import { readCheckpoint, type Checkpoint } from '@app/transparency/checkpoint';
import { SEED_BYTES } from '@app/transparency/ed25519';
import { toBase64 } from '@app/transparency/encodings';
import { isFinding } from '@app/transparency/finding';
import type { TreeHead } from '@app/transparency/proof';
import type { VerifierKey } from '@app/transparency/note-keys';
import { Logger } from '@nestjs/common';
import {
  firstRing,
  openRing,
  restored,
  retired,
  unnamedOrigin,
  type KeyRing,
  type OpenRing,
  type Seeds,
} from './key-ring';
import type { LogTree } from './log-tree';
import {
  ProofsDamaged,
  ProofsUnavailable,
  type GivenUp,
  type KeptState,
  type ProofStore,
} from './proof-store';
import {
  beside,
  behind,
  emptyStore,
  keysMissing,
  noNote,
  otherLog,
  otherOrigin,
  ProofsRefused,
} from './refused-starts';
import { cosigned, isSigned, signed } from './signed-checkpoint';
import { Witnesses, type Cosignable, type Witness } from './witnesses';

export interface CheckpointsOptions {
  /** Undefined where there is no place for keys: then nothing is signed. */
  readonly store: ProofStore | undefined;
  /** The name of the log, as its operator gives it. */
  readonly origin: string | undefined;
  /** Who is asked to cosign each checkpoint. */
  readonly witnesses?: readonly Witness[] | undefined;
  readonly log: Pick<EventLog, 'head'>;
  readonly clock: Clock;
  /** Receives the verifier key when a log signs for the first time. */
  readonly showVerifierKey: (vkey: string) => void;
}

/** How long after one checkpoint the next is signed, in milliseconds: an event is covered a second after its 201 at the latest. */
const SIGN_EVERY_MS = 250;
const TRY_AGAIN_MS = 1_000;
/** More processes than a register has replicas sign at once only if the store does not keep what it says. */
const MOST_TRIES = 50;
/** How long a process that starts waits until it has read what was signed already, in milliseconds. */
const LONGEST_WAIT_MS = 60_000;

/** What keys say that they have signed before there was a first event: the SHA-256 of nothing. */
const EMPTY_LOG = hash('sha256', '');

/** A checkpoint that was kept, and the keys of the same moment. */
export interface SharedCheckpoint extends Checkpoint {
  /** The signed note, byte for byte. */
  readonly note: string;
  readonly ring: OpenRing;
}

/**
 * Who signs. A checkpoint is signed only after the kept one was found to be a beginning of this process’s tree, and counts
 * only once it is kept in the place of that one: so whoever signs, on whatever replica, signs one order of sizes, none of
 * which contradicts another.
 */
export class Checkpoints {
  readonly #options: CheckpointsOptions;
  readonly #index: EventIndex;
  readonly #follower: Follower;
  readonly #tree: LogTree;
  readonly #witnesses: Witnesses;
  readonly #logger = new Logger('proofs');
  #signing: Promise<void> | undefined;
  #reading: Promise<KeptState> | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** When it was signed last, by the clock of the process. */
  #signedAt = -Infinity;
  #isBegun = false;
  #isStopped = false;
  #trouble: string | undefined;
  #opened: { readonly text: string; readonly ring: OpenRing } | undefined;
  #parsed: { readonly note: string; readonly checkpoint: Checkpoint } | undefined;
  /** What the last checkpoint that this process knows covers. */
  #covered = 0;

  constructor(options: CheckpointsOptions, index: EventIndex, follower: Follower, tree: LogTree) {
    this.#options = options;
    this.#index = index;
    this.#follower = follower;
    this.#tree = tree;
    const take = this.#takeCosignature.bind(this);
    this.#witnesses = new Witnesses(options.witnesses ?? [], tree, take);
  }

  /** Whether there is a place for keys. */
  get isKept(): boolean {
    return this.#options.store !== undefined;
  }

  /**
   * Compares the log, which has been read, with what was signed of it, before anything is appended. Rejects with
   * {@link ProofsRefused} if the log is behind or beside the last checkpoint, or the keys are of another log or origin. If the
   * store does not answer, this is found out once it does. An empty log that has a name is signed here: its first events may be
   * long in coming.
   */
  async check(): Promise<void> {
    const { store, origin } = this.#options;
    if (!store) return;
    try {
      const kept = await store.read();
      this.#mustBeOurs(kept);
      const last = this.#checkpointIn(kept.checkpoint);
      if (!last && !kept.givenUp && this.#index.head < 0 && origin !== undefined) await this.sign();
      if (!last) return;
      // Another replica may have signed what this one is still to read.
      if (last.size > this.#index.head + 1 && last.size <= (await this.#options.log.head()) + 1)
        await this.#follower.reached(last.size - 1, LONGEST_WAIT_MS);
      if (last.size > this.#index.head + 1) throw behind(last, this.#index.head + 1);
      await this.#tree.catchUp();
      this.#mustContain(last);
    } catch (error) {
      if (!(error instanceof ProofsUnavailable)) throw error;
      this.#tell(error);
    }
  }

  /**
   * Signs from now on, first what there is. `tellInLog`: appends that the log was restored, if an operator has given up a
   * checkpoint; until it resolves nothing is signed. Rejects as {@link check} does.
   */
  async begin(tellInLog: (tree: TreeHead, reason: string) => Promise<void>): Promise<void> {
    const { store } = this.#options;
    if (!store) return;
    try {
      const { givenUp } = await store.read();
      if (givenUp) await this.#giveUp(givenUp, tellInLog);
      this.#isBegun = true;
      await this.sign();
    } catch (error) {
      if (!(error instanceof ProofsUnavailable)) throw error;
      this.#isBegun = true;
      this.#tell(error);
      this.#later(TRY_AGAIN_MS);
    }
    this.#tree.whenGrown(() => {
      this.#later(Math.max(0, this.#signedAt + SIGN_EVERY_MS - performance.now()));
    });
    // What was appended while it was signed.
    if (this.#tree.size <= this.#index.head) this.#later(0);
  }

  async #giveUp(
    { checkpoint, reason }: GivenUp,
    tellInLog: (tree: TreeHead, reason: string) => Promise<void>,
  ): Promise<void> {
    const { store, clock } = this.#options;
    const last = this.#checkpointIn(checkpoint);
    if (!store || !last) return;
    await this.#tree.catchUp();
    const { size } = this.#tree;
    const isLost = !this.#contains(last);
    if (isLost) await tellInLog(last, reason);
    await this.#untilKept(async (kept) => {
      if (!kept.givenUp) return true;
      const ring = kept.keys && { ...kept.keys, log: this.#logHash() };
      const keys = ring && isLost ? restored(ring, newSeeds(), last.size, size, clock()) : ring;
      if (!(await store.keep({ keys, checkpoint: isLost ? undefined : checkpoint }, kept.version)))
        return false;
      if ((keys?.keys.length ?? 0) > (ring?.keys.length ?? 0))
        this.#logger.warn(
          `the keys in use sign no checkpoint of so few events: new ones were made, for which the former vouch (npm run keys)`,
        );
      return true;
    });
  }

  /** Signs what the log holds, unless a checkpoint covers it already. Calls follow one another. */
  sign(): Promise<void> {
    const before = this.#signing ?? Promise.resolve();
    const signing = before.catch(() => undefined).then(() => this.#sign());
    this.#signing = signing;
    return signing.finally(() => {
      if (this.#signing === signing) this.#signing = undefined;
    });
  }

  async #sign(): Promise<void> {
    await this.#tree.catchUp();
    await this.#untilKept((kept) => this.#signOver(kept));
    this.#signedAt = performance.now();
  }

  async #untilKept(attempt: (kept: KeptState) => Promise<boolean>): Promise<void> {
    const { store } = this.#options;
    if (!store) return;
    for (let tries = 0; tries < MOST_TRIES; tries++) if (await attempt(await store.read())) return;
    throw new ProofsUnavailable('Other processes keep signing in the place of this one.');
  }

  /** Resolves to false if another process was first. */
  async #signOver(kept: KeptState): Promise<boolean> {
    const { store, origin, clock, showVerifierKey } = this.#options;
    const { size } = this.#tree;
    if (!store || (size === 0 && origin === undefined) || kept.givenUp) return true;
    this.#mustBeOurs(kept);
    const before = this.#checkpointIn(kept.checkpoint);
    if (before && before.size > size) return true;
    if (before) this.#mustContain(before);
    const isNew = kept.keys === undefined;
    let keys = kept.keys ?? this.#newRing();
    if (keys.log === EMPTY_LOG) keys = { ...keys, log: this.#logHash() };
    if (before && before.size < size) keys = retired(keys, before.size, clock());
    const ring = this.#open(keys);
    if (before && kept.checkpoint !== undefined && isSigned(kept.checkpoint, before, size, ring)) {
      this.#covered = size;
      // Whoever signed it asks the witnesses, and may have ended before they answered.
      if (this.#signedAt === -Infinity && size > 0) this.#witnesses.ask({ note: kept.checkpoint, size });
      return true;
    }
    const checkpoint = signed(ring, this.#tree.at(size));
    if (!(await store.keep({ keys, checkpoint }, kept.version))) return false;
    this.#covered = size;
    if (size > 0) this.#witnesses.ask({ note: checkpoint, size });
    const [signer] = ring.logSigners;
    if (isNew && signer) showVerifierKey(signer.verifier.vkey);
    return true;
  }

  /** Keeps the lines of a witness, unless a later checkpoint is kept meanwhile: the witness is asked for that one anew. */
  async #takeCosignature({ note }: Cosignable, lines: string, by: VerifierKey): Promise<void> {
    await this.#untilKept(async ({ version, ...kept }) => {
      const next = cosigned(kept.checkpoint, note, lines, by);
      return (
        next === undefined ||
        ((await this.#options.store?.keep({ ...kept, checkpoint: next }, version)) ?? true)
      );
    });
  }

  #newRing(): KeyRing {
    const log = this.#logHash();
    return firstRing(this.#options.origin ?? unnamedOrigin(log), log, newSeeds());
  }

  /** SHA-256 of the first event, which tells one log from another; of nothing while there is none. */
  #logHash(): string {
    return this.#index.head < 0 ? EMPTY_LOG : hash('sha256', this.#index.bytes(0));
  }

  #open(ring: KeyRing): OpenRing {
    const text = JSON.stringify(ring);
    if (this.#opened?.text !== text) {
      const opened = openRing(ring);
      if (!opened)
        throw new ProofsDamaged(
          'The keys that are kept are not keys of their origin: put back the copy that you have of them',
        );
      this.#opened = { text, ring: opened };
    }
    return this.#opened.ring;
  }

  #checkpointIn(note: string | undefined): Checkpoint | undefined {
    if (note === undefined) return undefined;
    if (this.#parsed?.note !== note) {
      const checkpoint = readCheckpoint(note);
      if (isFinding(checkpoint)) throw noNote(checkpoint.detail);
      this.#parsed = { note, checkpoint };
    }
    return this.#parsed.checkpoint;
  }

  /** Throws unless what is kept is of this log and of the origin that is set. */
  #mustBeOurs({ keys, checkpoint, givenUp }: KeptState): void {
    const { origin } = this.#options;
    if (!keys) {
      const last = this.#checkpointIn(checkpoint);
      if (last) throw keysMissing(last.origin);
      return;
    }
    // Who restores on purpose may have another beginning of the log, or none. What was signed empty may begin in any way.
    const isAny = givenUp !== undefined || keys.log === EMPTY_LOG;
    if (!isAny && this.#index.head < 0) throw emptyStore(keys.origin);
    if (!isAny && keys.log !== this.#logHash()) throw otherLog(keys.origin);
    if (origin !== undefined && origin !== keys.origin) throw otherOrigin(keys.origin, origin);
    this.#open(keys);
  }

  #contains({ size, root }: TreeHead): boolean {
    return size <= this.#tree.size && toBase64(this.#tree.at(size).root) === toBase64(root);
  }

  #mustContain(last: Checkpoint): void {
    if (!this.#contains(last)) throw beside(last);
  }

  /**
   * The last checkpoint that any process has signed; undefined if there is none yet, `behind` if this process has not read
   * what it covers. Rejects with {@link ProofsUnavailable}.
   */
  async current(): Promise<SharedCheckpoint | 'behind' | undefined> {
    const { keys, checkpoint: note } = await this.#read();
    const checkpoint = this.#checkpointIn(note);
    if (!keys || !checkpoint || note === undefined) return undefined;
    await this.#tree.catchUp();
    if (checkpoint.size > this.#tree.size) return 'behind';
    this.#covered = Math.max(this.#covered, checkpoint.size);
    return { ...checkpoint, note, ring: this.#open(keys) };
  }

  /** As {@link current}, of at least so many events: it signs if there is none. */
  async covering(size: number): Promise<SharedCheckpoint | 'behind' | undefined> {
    const current = await this.current();
    if (typeof current === 'object' && current.size >= size) return current;
    if (current === 'behind') return current;
    if (!this.#isBegun) return current && 'behind';
    await this.sign();
    const next = await this.current();
    return typeof next === 'object' && next.size < size ? 'behind' : next;
  }

  /** How many events the last checkpoint covers that this process knows; there may be a later one. */
  get covered(): number {
    return this.#covered;
  }

  /** The keys there are; undefined before the first checkpoint. */
  async keys(): Promise<OpenRing | undefined> {
    const { keys } = await this.#read();
    return keys && this.#open(keys);
  }

  /** Asks the store once for all that ask at the same time. */
  #read(): Promise<KeptState> {
    const { store } = this.#options;
    if (!store) return Promise.reject(new ProofsUnavailable('There is no place for keys.'));
    this.#reading ??= store.read().finally(() => (this.#reading = undefined));
    return this.#reading;
  }

  #later(wait: number): void {
    if (this.#timer !== undefined || this.#isStopped) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      void this.#signAndTell();
    }, wait).unref();
  }

  /** Never rejects. If the log does not go on from what was signed, this process writes nothing any more. */
  async #signAndTell(): Promise<void> {
    try {
      await this.sign();
      if (this.#trouble !== undefined) this.#logger.log('checkpoints are signed again');
      this.#trouble = undefined;
      if (this.#tree.size <= this.#index.head) this.#later(SIGN_EVERY_MS);
    } catch (error) {
      if (this.#isStopped) return;
      if (error instanceof ProofsRefused) this.#follower.fail(error);
      this.#tell(error);
      this.#later(TRY_AGAIN_MS);
    }
  }

  #tell(error: unknown): void {
    const says = error instanceof Error ? error.message : String(error);
    if (says !== this.#trouble) this.#logger.error(`no checkpoint is signed: ${says}`);
    this.#trouble = says;
  }

  /** Signs what is still to be covered, and lets go of the store. Never rejects. */
  async stop(): Promise<void> {
    clearTimeout(this.#timer);
    this.#isStopped = true;
    this.#witnesses.stop();
    if (this.#isBegun) await this.sign().catch(() => undefined);
    await this.#options.store?.close().catch(() => undefined);
  }
}

export function newSeeds(): Seeds {
  return [randomBytes(SEED_BYTES), randomBytes(SEED_BYTES)];
}
