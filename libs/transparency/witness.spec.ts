/// <reference types="jest" />
import { formatCheckpoint, openCheckpoint } from './checkpoint';
import { isFinding } from './finding';
import { formatNote, parseNote, signNote, type NoteSignature } from './signed-note';
import { formatWitnessRequest, withCosignatures } from './witness';
import { logSigner, ORIGIN, witnessOf } from '../../test/proofs/signers';

const log = logSigner('log');
const [one, two] = [witnessOf('witness.example/w1'), witnessOf('witness.example/w2')];
const TEXT = formatCheckpoint({ origin: ORIGIN, size: 9, root: Buffer.alloc(32, 9) });
const CHECKPOINT = formatNote({ text: TEXT, signatures: [signNote(TEXT, log)] });
const responseOf = (...signatures: readonly NoteSignature[]) =>
  formatNote({ text: TEXT, signatures }).slice(TEXT.length + 1);
const known = [one.verifier, two.verifier];

test('a request has the size that the witness has seen, the proof, and the checkpoint after an empty line', () => {
  expect(formatWitnessRequest(5, [Buffer.alloc(32, 4), Buffer.alloc(32, 5)], CHECKPOINT)).toBe(
    'old 5\nBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQ=\nBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQU=\n\n' +
      CHECKPOINT,
  );
  expect(formatWitnessRequest(0, [], CHECKPOINT)).toBe(`old 0\n\n${CHECKPOINT}`);
});

describe('a cosignature', () => {
  const added = (checkpoint: string, response: string) => {
    const found = withCosignatures(checkpoint, response, known);
    if (isFinding(found)) throw new Error(`${found.code}: ${found.detail}`);
    return found;
  };
  const timesIn = (checkpoint: string) => {
    const opened = openCheckpoint(checkpoint, [log.verifier, ...known]);
    return isFinding(opened)
      ? opened.code
      : opened.verified.map(({ cosignedAtSeconds }) => cosignedAtSeconds);
  };

  test('stands after the line of the log', () => {
    const cosigned = added(CHECKPOINT, responseOf(one.cosign(TEXT, 7)));
    expect(timesIn(cosigned)).toEqual([undefined, 7]);
    expect(timesIn(added(cosigned, responseOf(two.cosign(TEXT, 8))))).toEqual([undefined, 7, 8]);
  });

  test('takes the place of an earlier one', () => {
    const cosigned = added(CHECKPOINT, responseOf(one.cosign(TEXT, 7), two.cosign(TEXT, 8)));
    const again = added(cosigned, responseOf(one.cosign(TEXT, 9)));
    expect(timesIn(again)).toEqual([undefined, 9, 8]);
    expect(parseNote(again)).toMatchObject({ signatures: [{}, {}, {}] });
  });

  test('takes no place but that of its own key, which has both the name and the id', () => {
    const others = [
      { ...two.cosign(TEXT, 1), id: one.verifier.id },
      { ...two.cosign(TEXT, 1), name: one.verifier.name },
    ];
    const note = formatNote({ text: TEXT, signatures: [signNote(TEXT, log), ...others] });
    const signatures = [signNote(TEXT, log), ...others, one.cosign(TEXT, 7)];
    expect(added(note, responseOf(one.cosign(TEXT, 7)))).toBe(formatNote({ text: TEXT, signatures }));
  });

  test('of an unknown witness is left out', () => {
    const stranger = witnessOf('stranger.example');
    const cosigned = added(CHECKPOINT, responseOf(stranger.cosign(TEXT, 6), one.cosign(TEXT, 7)));
    expect(parseNote(cosigned)).toMatchObject({ signatures: [{}, { name: 'witness.example/w1' }] });
    expect(withCosignatures(CHECKPOINT, responseOf(stranger.cosign(TEXT, 6)), known)).toMatchObject({
      code: 'unknown-key',
    });
  });

  test('of something else is wrong', () => {
    const response = responseOf(one.cosign(`${TEXT}!`, 7));
    expect(withCosignatures(CHECKPOINT, response, known)).toMatchObject({ code: 'bad-signature' });
  });

  test.each([
    '',
    '9\n',
    'text\n\n— a b\n',
    `\n${responseOf(one.cosign(TEXT, 7))}`,
    responseOf(one.cosign(TEXT, 7)).trim(),
  ])('is not read from %j', (response) => {
    expect(withCosignatures(CHECKPOINT, response, known)).toMatchObject({ code: 'malformed-note' });
  });

  test('for which there is no room is left out', () => {
    const many = Array.from({ length: 15 }, (_, i) => witnessOf(`witness.example/x${i}`).cosign(TEXT, 1));
    const full = formatNote({ text: TEXT, signatures: [signNote(TEXT, log), ...many] });
    expect(added(full, responseOf(one.cosign(TEXT, 7)))).toBe(full);
  });
});
