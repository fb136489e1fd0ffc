import { formatCheckpoint, type Checkpoint } from '@app/transparency/checkpoint';
import { isFinding } from '@app/transparency/finding';
import type { VerifierKey } from '@app/transparency/note-keys';
import type { TreeHead } from '@app/transparency/proof';
import { formatNote, MOST_SIGNATURES, parseNote, signNote } from '@app/transparency/signed-note';
import { withCosignatures } from '@app/transparency/witness';
import type { OpenRing } from './key-ring';

/** A new checkpoint of a tree, by every key of the log that is in use. */
export function signed({ ring, logSigners }: OpenRing, tree: TreeHead): string {
  const text = formatCheckpoint({ origin: ring.origin, ...tree });
  return formatNote({
    text,
    signatures: logSigners.slice(0, MOST_SIGNATURES).map((signer) => signNote(text, signer)),
  });
}

/** Whether a note is of that size and origin already, and every key in use has signed it. */
export function isSigned(
  note: string,
  { size, origin }: Checkpoint,
  wanted: number,
  { ring, logSigners }: OpenRing,
): boolean {
  const parsed = parseNote(note);
  if (isFinding(parsed) || size !== wanted || origin !== ring.origin) return false;
  return logSigners.every(({ verifier }) => parsed.signatures.some(({ id }) => id === verifier.id));
}

/** The kept note with the lines of a witness for `asked`; undefined if the kept one is not of that checkpoint any more. */
export function cosigned(
  kept: string | undefined,
  asked: string,
  lines: string,
  by: VerifierKey,
): string | undefined {
  if (kept === undefined || textOf(kept) !== textOf(asked)) return undefined;
  const note = withCosignatures(kept, lines, [by]);
  return isFinding(note) ? undefined : note;
}

/** What of a note is signed. */
function textOf(note: string): string | undefined {
  const parsed = parseNote(note);
  return isFinding(parsed) ? undefined : parsed.text;
}
