import canonicalize from 'canonicalize';
import { formatCheckpoint } from '@app/transparency/checkpoint';
import { finding, type Finding } from '@app/transparency/finding';
import { GrowingTree, MemoryTiles } from '@app/transparency/growing-tree';
import { HASH_BYTES, hashLeaf } from '@app/transparency/hashes';
import { formatKeyList, type KeyLine } from '@app/transparency/key-list';
import type { SignerKey } from '@app/transparency/note-keys';
import { formatNote, signNote, type NoteSignature } from '@app/transparency/signed-note';
import { TILE_WIDTH, type HashTile } from '@app/transparency/tiles';
import type { Entries, LogSource } from '../../apps/auditor/source';
import { keyListOf, logLine, logSigner, ORIGIN, receiptLine, signerOfReceipts } from '../proofs/signers';

export const SIGNER = logSigner('log');

/** What anybody may read of a log, each part to be replaced by what somebody would rather show. */
export interface PublicLog {
  readonly entries: readonly Buffer[];
  readonly checkpoint: string;
  readonly keyList: string;
  readonly jwks: string;
  /** What is published in the place of a tile; undefined of one that is withheld. */
  readonly tile: (address: HashTile) => Buffer | undefined;
}

export function treeOf(entries: readonly Uint8Array[]): GrowingTree {
  const tree = new GrowingTree(new MemoryTiles());
  for (const entry of entries) tree.append(hashLeaf(entry));
  return tree;
}

export function noteOf(text: string, ...signers: readonly (SignerKey | NoteSignature)[]): string {
  const signatures = signers.map((one) => ('signature' in one ? one : signNote(text, one)));
  return formatNote({ text, signatures });
}

/** The text of a checkpoint of these events. */
export function headOfEntries(entries: readonly Uint8Array[], origin = ORIGIN): string {
  const tree = treeOf(entries);
  return formatCheckpoint({ origin, size: tree.size, root: tree.root() });
}

export const LINES: readonly KeyLine[] = [logLine(SIGNER), receiptLine('receipts')];

export function keyListNote(lines: readonly KeyLine[], ...signers: readonly SignerKey[]): string {
  return noteOf(formatKeyList(keyListOf(...lines)), ...(signers.length > 0 ? signers : [SIGNER]));
}

export function jwksOf(...words: readonly string[]): string {
  return JSON.stringify({ keys: words.map((word) => signerOfReceipts(word).verifier.jwk) });
}

/** What the register publishes of a log with these events, whatever they say. */
export function published(texts: readonly (string | Buffer)[]): PublicLog {
  const entries = texts.map((text) => Buffer.from(text));
  const tree = treeOf(entries);
  return {
    entries,
    checkpoint: noteOf(headOfEntries(entries), SIGNER),
    keyList: keyListNote(LINES),
    jwks: jwksOf('receipts'),
    tile: ({ level, index, width }) => Buffer.from(tree.read(level, index, width) ?? []),
  };
}

/** A log that is read in memory. */
export function sourceIn(log: PublicLog, isPresent = true): LogSource {
  return {
    describe: 'memory',
    isPresent,
    checkpoint: () => Promise.resolve(log.checkpoint),
    keyList: () => Promise.resolve(log.keyList),
    jwks: () => Promise.resolve(log.jwks),
    async *bundles(size: number): AsyncGenerator<Entries | Finding> {
      for (let at = 0; at < Math.min(size, log.entries.length); at += TILE_WIDTH)
        yield await Promise.resolve(log.entries.slice(at, Math.min(at + TILE_WIDTH, size)));
    },
    tile: (address) =>
      Promise.resolve(
        log.tile(address) ??
          finding('missing-tile', 'withheld', address.index * TILE_WIDTH ** (address.level + 1)),
      ),
    close: () => Promise.resolve(),
  };
}

type Members = Record<string, unknown> & { data: Record<string, unknown> };

/** The stored event with other members, in RFC 8785 form. */
export function rewritten(text: string | Buffer | undefined, change: (event: Members) => void): Buffer {
  const event = JSON.parse(String(text)) as Members;
  change(event);
  return Buffer.from(canonicalize(event) ?? '');
}

/** The tile with the hash at one place turned over. */
export function turned(tile: Buffer | undefined, at: number): Buffer | undefined {
  if (!tile) return undefined;
  const other = Buffer.from(tile);
  other.writeUInt8(other.readUInt8(at * HASH_BYTES) ^ 1, at * HASH_BYTES);
  return other;
}
