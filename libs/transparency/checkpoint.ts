import { fromBase64, fromDecimal, toBase64 } from './encodings';
import { finding, isFinding, type Finding } from './finding';
import { HASH_BYTES } from './hashes';
import type { VerifierKey } from './note-keys';
import { openNote, parseNote, type VerifiedNote } from './signed-note';
import type { TreeHead } from './proof';

/** The head of the tree as a log signs it (C2SP tlog-checkpoint): the text of a note of three lines. */
export interface Checkpoint extends TreeHead {
  /** Which log it is of. */
  readonly origin: string;
}

/** A checkpoint of which at least one signature was verified. */
export interface SignedCheckpoint extends Checkpoint {
  readonly verified: VerifiedNote['verified'];
}

/** The text that is signed. */
export function formatCheckpoint({ origin, size, root }: Checkpoint): string {
  return `${origin}\n${size}\n${toBase64(root)}\n`;
}

/**
 * Lines after the third are refused: the specification lets a log have them, advises against it because they
 * cannot be audited, and this log never has any. Finding: `malformed-checkpoint`.
 */
export function parseCheckpoint(text: string): Checkpoint | Finding {
  const [origin = '', digits = '', base64 = '', ...rest] = text.split('\n');
  const [size, root] = [fromDecimal(digits), fromBase64(base64)];
  if (origin === '') return malformed('the origin is empty');
  if (size === undefined) return malformed(`${JSON.stringify(digits)} is no size`);
  if (root?.byteLength !== HASH_BYTES) return malformed('the root is not 32 bytes in base64');
  if (rest.length !== 1 || rest[0] !== '') return malformed('it must end after the line of the root');
  return { origin, size, root };
}

function malformed(why: string): Finding {
  return finding('malformed-checkpoint', `This is no checkpoint: ${why}`);
}

/**
 * A checkpoint that one of the keys has signed; see {@link openNote} for what else refuses it. Cosignatures
 * of witnesses count with it and not in place of a signature by the log itself. Finding: as of a note, and
 * `malformed-checkpoint`; `unknown-key` if only witnesses have signed; `foreign-log` if the key has another
 * name than the origin.
 */
export function openCheckpoint(
  message: string | Uint8Array,
  keys: readonly VerifierKey[],
): SignedCheckpoint | Finding {
  const note = openNote(message, keys);
  if (isFinding(note)) return note;
  const checkpoint = parseCheckpoint(note.text);
  if (isFinding(checkpoint)) return checkpoint;
  const own = note.verified.filter(({ key }) => key.type === 'ed25519');
  if (own.length === 0)
    return finding('unknown-key', 'No key of the log that is trusted here has signed this checkpoint');
  return own.some(({ key }) => key.name === checkpoint.origin)
    ? { ...checkpoint, verified: note.verified }
    : finding(
        'foreign-log',
        `The checkpoint is of ${checkpoint.origin}, and no key of that name has signed it`,
      );
}

/** What a checkpoint says, whoever signed it. Finding: `malformed-note`, `malformed-checkpoint`. */
export function readCheckpoint(message: string | Uint8Array): Checkpoint | Finding {
  const note = parseNote(message);
  return isFinding(note) ? note : parseCheckpoint(note.text);
}
