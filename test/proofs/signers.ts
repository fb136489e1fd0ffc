import { createHash, sign } from 'node:crypto';
import { formatCheckpoint, type Checkpoint } from '@app/transparency/checkpoint';
import { privateKeyOf, publicBytesOf } from '@app/transparency/ed25519';
import { formatKeyList, type KeyLine, type KeyList } from '@app/transparency/key-list';
import { signerKey, verifierKey, type SignerKey } from '@app/transparency/note-keys';
import { receiptSigner } from '@app/transparency/receipt-keys';
import { formatNote, signNote, type NoteSignature } from '@app/transparency/signed-note';

/** Keys of tests: each seed is made of a word, so that every run has the same. */

export const ORIGIN = 'register.example';

const seedOf = (word: string) => createHash('sha256').update(word).digest();

export const logSigner = (word: string, origin = ORIGIN): SignerKey => signerKey(origin, seedOf(word));
export const signerOfReceipts = (word: string) => receiptSigner(seedOf(word));

/** A witness, told apart from `signed-note.ts`: its key, and how it cosigns. */
export function witnessOf(name: string) {
  const key = privateKeyOf(seedOf(name));
  const verifier = verifierKey(name, publicBytesOf(key), 'cosignature');
  const cosign = (text: string, atSeconds: number | bigint): NoteSignature => {
    const time = Buffer.alloc(8);
    time.writeBigUInt64BE(BigInt(atSeconds));
    const said = Buffer.from(`cosignature/v1\ntime ${atSeconds}\n${text}`);
    return { name, id: verifier.id, signature: Buffer.concat([time, sign(null, said, key)]) };
  };
  return { verifier, cosign };
}

export function noteBy(text: string, ...signers: readonly SignerKey[]): string {
  return formatNote({ text, signatures: signers.map((signer) => signNote(text, signer)) });
}

export function checkpointBy(checkpoint: Checkpoint, ...signers: readonly SignerKey[]): string {
  return noteBy(formatCheckpoint(checkpoint), ...signers);
}

export const logLine = (signer: SignerKey, firstSize = 0, lastSize?: number): KeyLine => ({
  kind: 'log',
  key: signer.verifier,
  firstSize,
  lastSize,
});

export const receiptLine = (word: string, firstSize = 0, lastSize?: number): KeyLine => ({
  kind: 'receipt',
  kid: signerOfReceipts(word).verifier.kid,
  firstSize,
  lastSize,
});

export const keyListOf = (...lines: readonly KeyLine[]): KeyList => ({ origin: ORIGIN, lines });

export function keyListBy(list: KeyList, ...signers: readonly SignerKey[]): string {
  return noteBy(formatKeyList(list), ...signers);
}
