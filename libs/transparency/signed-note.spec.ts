/// <reference types="jest" />
import { isFinding, type Finding } from './finding';
import { parseVerifierKey, type VerifierKey } from './note-keys';
import { formatNote, MOST_SIGNATURES, openNote, parseNote, signNote } from './signed-note';
import { logSigner, noteBy, witnessOf } from '../../test/proofs/signers';

function sound<T>(value: T | Finding): T {
  if (isFinding(value)) throw new Error(value.detail);
  return value;
}

/** The example of the specification. */
const PUBLISHED = {
  key: sound(parseVerifierKey('example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k')),
  note: 'This is an example message.\n\n— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n',
};
const [ours, other] = [logSigner('ours'), logSigner('other')];
const TEXT = 'one line\n\nand one after an empty line\n';

describe('a note', () => {
  test('of the specification verifies, as text and as bytes', () => {
    const opened = { text: 'This is an example message.\n', verified: [{ key: PUBLISHED.key }] };
    expect(openNote(PUBLISHED.note, [PUBLISHED.key])).toEqual(opened);
    expect(openNote(Buffer.from(PUBLISHED.note), [PUBLISHED.key])).toEqual(opened);
  });

  test('is written as it was read', () => {
    for (const note of [PUBLISHED.note, noteBy(TEXT, ours, other)])
      expect(formatNote(sound(parseNote(note)))).toBe(note);
  });

  test('does not verify once any of its bytes is another', () => {
    const bytes = Buffer.from(PUBLISHED.note);
    for (const i of bytes.keys())
      for (const turn of [1, 0x20, 0x80]) {
        const changed = Buffer.from(bytes.map((byte, at) => (at === i ? byte ^ turn : byte)));
        expect(isFinding(openNote(changed, [PUBLISHED.key]))).toBe(true);
      }
  });

  test('does not verify once it is cut, or goes on', () => {
    for (let end = 0; end < PUBLISHED.note.length; end++)
      expect(isFinding(openNote(PUBLISHED.note.slice(0, end), [PUBLISHED.key]))).toBe(true);
    expect(openNote(`${PUBLISHED.note}\n`, [PUBLISHED.key])).toMatchObject({ code: 'malformed-note' });
    expect(openNote(`${PUBLISHED.note}more\n`, [PUBLISHED.key])).toMatchObject({ code: 'malformed-note' });
  });

  const line = PUBLISHED.note.split('\n\n')[1] ?? '';
  test.each([
    ['without signatures', 'text\n\n'],
    ['without a blank line', `text\n${line}`],
    ['with a carriage return', `text\r\n\n${line}`],
    ['with a tab', `te\txt\n\n${line}`],
    ['with a NUL', `te\0xt\n\n${line}`],
    ['with half of a surrogate pair', `\ud800\n\n${line}`],
    ['with a hyphen for the dash', `text\n\n${line.replace('—', '-')}`],
    ['with two spaces', `text\n\n${line.replace('— ', '—  ')}`],
    ['with a plus sign in a name', `text\n\n${line.replace('foo', 'f+o')}`],
    ['with a space of another script in a name', `text\n\n${line.replace('foo', 'f\u2003o')}`],
    ['with base64 that is not padded', `text\n\n${line.replace('=', '')}`],
    ['with a line of a key id alone', 'text\n\n— example.com/foo Uw2QOg==\n'],
    ['with an empty line between signatures that ends in none', `text\n\n${line}\n`],
  ])('%s is none', (_, note) => {
    expect(parseNote(note)).toMatchObject({ code: 'malformed-note' });
  });

  test('may have as many signatures as every reader must take, and no more', () => {
    const signers = Array.from({ length: MOST_SIGNATURES + 1 }, (_, i) => logSigner(`signer ${i}`));
    expect(sound(parseNote(noteBy(TEXT, ...signers.slice(1)))).signatures).toHaveLength(16);
    expect(parseNote(noteBy(TEXT, ...signers))).toMatchObject({ code: 'malformed-note' });
  });
});

describe('of the signatures of a note', () => {
  const verifiedBy = (note: string, ...keys: readonly VerifierKey[]) => {
    const opened = openNote(note, keys);
    return isFinding(opened) ? opened.code : opened.verified.map(({ key }) => key);
  };
  const note = noteBy(TEXT, ours, other);
  const wrong = formatNote({
    text: TEXT,
    signatures: [signNote(TEXT, ours), { ...signNote(`${TEXT}!`, other) }],
  });

  test('those by unknown keys are passed over', () => {
    expect(verifiedBy(note, ours.verifier)).toEqual([ours.verifier]);
    expect(verifiedBy(wrong, ours.verifier)).toEqual([ours.verifier]);
    expect(verifiedBy(note, ours.verifier, other.verifier)).toEqual([ours.verifier, other.verifier]);
  });

  test('a wrong one by a known key refuses the note', () => {
    expect(verifiedBy(wrong, ours.verifier, other.verifier)).toBe('bad-signature');
    expect(verifiedBy(wrong, other.verifier)).toBe('bad-signature');
  });

  test('a wrong one refuses it after a good one by the same key too', () => {
    const signatures = [signNote(TEXT, ours), signNote(`${TEXT}!`, ours)];
    expect(verifiedBy(formatNote({ text: TEXT, signatures }), ours.verifier)).toBe('bad-signature');
  });

  test('one at least must be by a known key', () => {
    expect(verifiedBy(note)).toBe('unknown-key');
    expect(verifiedBy(note, logSigner('stranger').verifier)).toBe('unknown-key');
    expect(verifiedBy(note, logSigner('ours', 'other.example').verifier)).toBe('unknown-key');
  });

  test('a repeated one counts once', () => {
    const twice = [signNote(TEXT, ours), signNote(TEXT, ours)];
    expect(verifiedBy(formatNote({ text: TEXT, signatures: twice }), ours.verifier)).toEqual([ours.verifier]);
  });

  test('one whose id two keys share is by the one that verifies it', () => {
    const twin = { ...other.verifier, id: ours.verifier.id };
    expect(verifiedBy(noteBy(TEXT, ours), twin, ours.verifier)).toEqual([ours.verifier]);
    expect(verifiedBy(noteBy(TEXT, ours), twin)).toBe('bad-signature');
  });
});

describe('a cosignature', () => {
  const witness = witnessOf('witness.example/w1');
  const cosigned = (atSeconds: number | bigint, text = TEXT) =>
    formatNote({ text: TEXT, signatures: [signNote(TEXT, ours), witness.cosign(text, atSeconds)] });
  const keys = [ours.verifier, witness.verifier];

  test('tells its time', () => {
    expect(sound(openNote(cosigned(1_679_315_147), keys)).verified).toEqual([
      { key: ours.verifier },
      { key: witness.verifier, cosignedAtSeconds: 1_679_315_147 },
    ]);
  });

  test('is passed over where its witness is not known', () => {
    expect(sound(openNote(cosigned(1), [ours.verifier])).verified).toEqual([{ key: ours.verifier }]);
  });

  test('of another text, time or length is wrong', () => {
    const [good, later] = [cosigned(1), cosigned(2)];
    const lineOf = (note: string) => note.split('\n').at(-2) ?? '';
    const mixed = sound(parseNote(good)).signatures.map((one) =>
      one.name === 'witness.example/w1'
        ? { ...one, signature: Buffer.concat([Buffer.alloc(7), Buffer.of(2), one.signature.subarray(8)]) }
        : one,
    );
    expect(lineOf(good)).not.toBe(lineOf(later));
    expect(openNote(formatNote({ text: TEXT, signatures: mixed }), keys)).toMatchObject({
      code: 'bad-signature',
    });
    expect(openNote(cosigned(1, `${TEXT}!`), keys)).toMatchObject({ code: 'bad-signature' });
    const short = { ...witness.cosign(TEXT, 1), signature: Buffer.alloc(5) };
    expect(openNote(formatNote({ text: TEXT, signatures: [short] }), keys)).toMatchObject({
      code: 'bad-signature',
    });
    const plain = { ...signNote(TEXT, ours), name: 'witness.example/w1', id: witness.verifier.id };
    expect(openNote(formatNote({ text: TEXT, signatures: [plain] }), keys)).toMatchObject({
      code: 'bad-signature',
    });
  });

  test('of a time that no clock shows is wrong', () => {
    expect(openNote(cosigned(2n ** 60n), keys)).toMatchObject({ code: 'bad-signature' });
  });

  test('is no signature of the log', () => {
    const { cosign, verifier } = witnessOf('register.example');
    const note = formatNote({ text: TEXT, signatures: [cosign(TEXT, 1)] });
    expect(openNote(note, [verifier])).toMatchObject({ verified: [{ key: verifier }] });
    expect(openNote(note, [ours.verifier])).toMatchObject({ code: 'unknown-key' });
  });
});
