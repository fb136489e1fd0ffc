import { toBase64 } from './encodings';
import { finding, isFinding, type Finding } from './finding';
import type { VerifierKey } from './note-keys';
import { formatNote, MOST_SIGNATURES, openNote, parseNote, type NoteSignature } from './signed-note';

/** What a log says to a witness, and what it takes from it (C2SP tlog-witness, “add-checkpoint”). */

/**
 * The body of a request for a cosignature of the `checkpoint`, a signed note. `proof`: from the `seenSize` that the
 * witness cosigned last; none if that is 0.
 */
export function formatWitnessRequest(
  seenSize: number,
  proof: readonly Uint8Array[],
  checkpoint: string,
): string {
  return `${[`old ${seenSize}`, ...proof.map(toBase64)].join('\n')}\n\n${checkpoint}`;
}

/**
 * The signed checkpoint with those lines of a witness’s `response` that one of the `witnesses` has signed, each in
 * the place of an earlier one by the same key, or after all others while there is room. Finding: `malformed-note`
 * if either is not in its form, `bad-signature`, `unknown-key` if no line is by any of them.
 */
export function withCosignatures(
  checkpoint: string,
  response: string,
  witnesses: readonly VerifierKey[],
): string | Finding {
  const note = parseNote(checkpoint);
  if (isFinding(note)) return note;
  const answer = parseNote(`${note.text}\n${response}`);
  if (isFinding(answer)) return answer;
  if (answer.text !== note.text)
    return finding('malformed-note', 'The witness has answered with more than signatures');
  const cosigned = openNote(`${note.text}\n${response}`, witnesses);
  if (isFinding(cosigned)) return cosigned;
  const isBy = (line: NoteSignature, other: { readonly name: string; readonly id: string }) =>
    line.name === other.name && line.id === other.id;
  const fresh = cosigned.verified.flatMap(
    ({ key }) => answer.signatures.find((line) => isBy(line, key)) ?? [],
  );
  const kept = note.signatures.map((line) => fresh.find((one) => isBy(one, line)) ?? line);
  const added = fresh.filter((one) => !note.signatures.some((line) => isBy(line, one)));
  return formatNote({ text: note.text, signatures: [...kept, ...added].slice(0, MOST_SIGNATURES) });
}
