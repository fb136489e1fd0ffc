import type { Checkpoint, SignedCheckpoint } from '@app/transparency/checkpoint';
import { finding, isFinding, type Finding } from '@app/transparency/finding';
import {
  openKeyList,
  openListedCheckpoint,
  parseKeyList,
  successorFinding,
  type KeyList,
  type SignedKeyList,
} from '@app/transparency/key-list';
import type { VerifierKey } from '@app/transparency/note-keys';
import { parseJwks, type ReceiptKey } from '@app/transparency/receipt-keys';
import { parseNote } from '@app/transparency/signed-note';
import type { LogSource } from './source';

/** What was last seen of a log, and was sound. */
export interface Seen {
  readonly checkpoint: Checkpoint;
  readonly list: SignedKeyList;
}

/** What a log is held against, none of it from the log itself. */
export interface Trust {
  readonly key: VerifierKey;
  /** Each of them must have cosigned the checkpoint. */
  readonly witnesses: readonly VerifierKey[];
  readonly seen: Seen | undefined;
}

/** The keys of a log, each of which the trusted key leads to. */
export interface TrustedKeys {
  readonly list: SignedKeyList;
  readonly listNote: string;
  readonly receiptKeys: readonly ReceiptKey[];
  /** The key set as it was published. */
  readonly jwks: string;
}

/** The head of a log, as one of its keys has signed it. */
export interface TrustedHead extends TrustedKeys {
  readonly checkpoint: SignedCheckpoint;
  readonly checkpointNote: string;
}

/** Which log a source says that it is, and its first key: not to be believed. */
export async function claimedLog(
  source: LogSource,
): Promise<{ readonly origin: string; readonly key: VerifierKey } | Finding> {
  const note = await source.keyList();
  if (isFinding(note)) return note;
  const parsed = parseNote(note);
  if (isFinding(parsed)) return parsed;
  const list = parseKeyList(parsed.text);
  if (isFinding(list)) return list;
  const [key] = list.lines.flatMap(inUse);
  return key
    ? { origin: list.origin, key }
    : finding('malformed-key-list', 'The list of keys has no key of the log that is in use');
}

/**
 * The keys of a log, if the trusted key has signed the list of them, or a key that was in use by the list seen last, and it goes
 * on from that. Finding: as of `openKeyList` and `successorFinding`; `foreign-log` if the key is of another log; `malformed-jwks`;
 * `missing-key` if the key set lacks a key that the list names.
 */
export async function openKeys(
  source: LogSource,
  { key, seen }: Pick<Trust, 'key' | 'seen'>,
): Promise<TrustedKeys | Finding> {
  const listNote = await source.keyList();
  if (isFinding(listNote)) return listNote;
  const trusted = [key, ...(seen?.list.lines ?? []).flatMap(inUse)];
  const list = openKeyList(listNote, trusted);
  if (isFinding(list)) return await foreign(source, key, list);
  if (list.origin !== key.name)
    return finding('foreign-log', `The list of keys is of ${list.origin}, and the key of ${key.name}`);
  const broken = seen && successorFinding(seen.list, list);
  // A file may be older than what was seen: then that goes on from it.
  if (broken && (source.isPresent || successorFinding(list, seen.list))) return broken;
  const jwks = await source.jwks();
  if (isFinding(jwks)) return jwks;
  const receiptKeys = parseJwks(jwks);
  if (isFinding(receiptKeys)) return receiptKeys;
  const missing = list.lines.find(
    (line) => line.kind === 'receipt' && !receiptKeys.some(({ kid }) => kid === line.kid),
  );
  if (missing?.kind === 'receipt')
    return finding('missing-key', `The key set lacks the receipt key ${missing.kid}, which the list names`);
  return { list, listNote, receiptKeys, jwks };
}

/** That no trusted key has signed, told as what it is if the list is of another log. */
async function foreign(source: LogSource, key: VerifierKey, found: Finding): Promise<Finding> {
  if (found.code !== 'unknown-key') return found;
  const claimed = await claimedLog(source);
  return isFinding(claimed) || claimed.origin === key.name
    ? found
    : finding('foreign-log', `The list of keys is of ${claimed.origin}, and the key of ${key.name}`);
}

function inUse(line: KeyList['lines'][number]): readonly VerifierKey[] {
  return line.kind === 'log' && line.lastSize === undefined ? [line.key] : [];
}

/**
 * The head of a log. Finding: as of {@link openKeys} and `openListedCheckpoint`; `not-cosigned`. Whether it goes on from what was
 * seen is not said: that takes its tree.
 */
export async function openHead(source: LogSource, trust: Trust): Promise<TrustedHead | Finding> {
  // Before the list: the key that has signed it stands in every later list.
  const checkpointNote = await source.checkpoint();
  if (isFinding(checkpointNote)) return checkpointNote;
  const keys = await openKeys(source, trust);
  if (isFinding(keys)) return keys;
  const checkpoint = openListedCheckpoint(checkpointNote, keys.list, trust.witnesses);
  if (isFinding(checkpoint)) return checkpoint;
  const silent = silentAmong(trust.witnesses, checkpoint);
  if (silent) return finding('not-cosigned', `The witness ${silent.name} has not cosigned the checkpoint`);
  return { ...keys, checkpoint, checkpointNote };
}

/** The first of some witnesses who has not cosigned a checkpoint; undefined if all have. */
export function silentAmong(
  witnesses: readonly VerifierKey[],
  { verified }: Pick<SignedCheckpoint, 'verified'>,
): VerifierKey | undefined {
  return witnesses.find(({ vkey }) => !verified.some(({ key }) => key.vkey === vkey));
}
