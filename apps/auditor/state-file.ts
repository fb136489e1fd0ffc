import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { finding, isFinding, type Finding } from '@app/transparency/finding';
import { openKeyList, openListedCheckpoint, type SignedKeyList } from '@app/transparency/key-list';
import { parseVerifierKey, type VerifierKey } from '@app/transparency/note-keys';
import { parseJwks } from '@app/transparency/receipt-keys';
import { AuditEnd, AUDITOR_EXIT, cannotBe, reasonIn } from './exit-codes';
import type { Seen, TrustedHead, TrustedKeys } from './trust';

/** What is kept of a log, as it was written. */
interface KeptLog {
  readonly key: string;
  readonly checkpoint: string;
  readonly keyList: string;
  readonly jwks: string;
}

interface State {
  readonly version: 1;
  /** By origin. */
  readonly logs: Readonly<Record<string, KeptLog>>;
}

const MEMBERS: readonly (keyof KeptLog)[] = ['key', 'checkpoint', 'keyList', 'jwks'];

/** Where the state is kept unless it is said: `environment` may name the folder of states. */
export function usualStateFile(environment: NodeJS.ProcessEnv = process.env): string {
  const { XDG_STATE_HOME: named = '' } = environment;
  const folder = named === '' ? join(homedir(), '.local', 'state') : named;
  return join(folder, 'guidance-auditor', 'guidance-auditor.json');
}

/** What an auditor keeps between its runs: of each log the key that it trusts, and what of it was seen last and was sound. */
export class StateFile {
  readonly file: string;
  #state: State;

  private constructor(file: string, state: State) {
    this.file = file;
    this.#state = state;
  }

  /** A file that is not there yet has nothing. Ends the program if it cannot be read. */
  static async read(file: string): Promise<StateFile> {
    return new StateFile(file, await stateIn(file));
  }

  /** The key that is trusted for a log; undefined if none is. Finding: `changed-state`. */
  keyOf(origin: string): VerifierKey | Finding | undefined {
    const kept = this.#of(origin);
    if (!kept) return undefined;
    const key = parseVerifierKey(kept.key);
    return isFinding(key) || key.name !== origin
      ? changed(this.file, origin, 'its verifier key is none of that log')
      : key;
  }

  /** What was seen last of a log; undefined if nothing was. Finding: `changed-state` if that is not what was kept. */
  seenOf(origin: string): Seen | Finding | undefined {
    const opened = this.keysOf(origin);
    if (opened === undefined || isFinding(opened)) return opened;
    const { list } = opened;
    const checkpoint = openListedCheckpoint(this.#of(origin)?.checkpoint ?? '', list);
    return isFinding(checkpoint)
      ? changed(this.file, origin, `its checkpoint: ${checkpoint.detail}`)
      : { checkpoint, list };
  }

  /** The keys of a log that were seen last; undefined if none were. Finding: `changed-state`. */
  keysOf(origin: string): TrustedKeys | Finding | undefined {
    const [kept, key] = [this.#of(origin), this.keyOf(origin)];
    if (!kept || key === undefined || isFinding(key)) return key as Finding | undefined;
    const list = openKeyList(kept.keyList, [key]);
    if (isFinding(list)) return changed(this.file, origin, `its list of keys: ${list.detail}`);
    const receiptKeys = parseJwks(kept.jwks);
    if (isFinding(receiptKeys)) return changed(this.file, origin, `its key set: ${receiptKeys.detail}`);
    return { list, listNote: kept.keyList, receiptKeys, jwks: kept.jwks };
  }

  #of(origin: string): KeptLog | undefined {
    return Object.hasOwn(this.#state.logs, origin) ? this.#state.logs[origin] : undefined;
  }

  /**
   * Keeps what was seen of a log and was sound, in the place of what was kept of it. The key that is trusted from now on is the one
   * given, or one that is in use, if that is no longer held. The file is there whole or as it was; its owner alone reads it.
   */
  async keep({ list, listNote, jwks, checkpointNote }: TrustedHead, key: VerifierKey): Promise<void> {
    const isHeld = list.signedBy.some(({ vkey }) => vkey === key.vkey);
    const { vkey } = isHeld ? key : newest(list, key);
    const kept: KeptLog = { key: vkey, checkpoint: checkpointNote, keyList: listNote, jwks };
    // Another run may have written it meanwhile.
    const { logs } = await stateIn(this.file);
    this.#state = { version: 1, logs: { ...logs, [list.origin]: kept } };
    await written(this.file, `${JSON.stringify(this.#state, undefined, 2)}\n`);
  }
}

function newest(list: SignedKeyList, key: VerifierKey): VerifierKey {
  const inUse = list.lines.flatMap((line) =>
    line.kind === 'log' && line.lastSize === undefined ? [line.key] : [],
  );
  return inUse.at(-1) ?? key;
}

function changed(file: string, origin: string, what: string): Finding {
  return finding('changed-state', `What ${file} keeps of ${origin} is not what was kept: ${what}`);
}

async function stateIn(file: string): Promise<State> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { version: 1, logs: {} };
    throw cannotBe('read', file, error);
  }
  const state = parsed(text);
  if (state) return state;
  throw new AuditEnd(
    AUDITOR_EXIT.unreadable,
    `${file} is not the state of an auditor of this release: name another with --state, or move it away; then nothing counts as seen before`,
  );
}

function parsed(text: string): State | undefined {
  try {
    const state = JSON.parse(text) as Partial<State> | null;
    const isState =
      state?.version === 1 &&
      typeof state.logs === 'object' &&
      Object.values(state.logs).every((log) => MEMBERS.every((member) => typeof log[member] === 'string'));
    return isState ? (state as State) : undefined;
  } catch {
    return undefined;
  }
}

/** Writes a file whole, durably, and for its owner alone. */
async function written(file: string, text: string): Promise<void> {
  const folder = dirname(file);
  const unfinished = `${file}.${process.pid}.unfinished`;
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const handle = await open(unfinished, 'wx', 0o600);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(unfinished, file);
    // A folder cannot be flushed there.
    if (process.platform === 'win32') return;
    const directory = await open(folder);
    await directory.sync().finally(() => directory.close());
  } catch (error) {
    await rm(unfinished, { force: true }).catch(() => undefined);
    throw new AuditEnd(AUDITOR_EXIT.unreadable, `The state ${file} cannot be written: ${reasonIn(error)}`);
  }
}
