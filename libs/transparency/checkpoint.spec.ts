/// <reference types="jest" />
import { formatCheckpoint, openCheckpoint, parseCheckpoint, readCheckpoint } from './checkpoint';
import { EMPTY_ROOT } from './hashes';
import { formatNote, signNote } from './signed-note';
import { checkpointBy, logSigner, noteBy, ORIGIN, witnessOf } from '../../test/proofs/signers';

const ROOT = Buffer.from('CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=', 'base64');
const BEHIND = { origin: 'example.com/behind-the-sofa', size: 20_852_163, root: ROOT };

describe('a checkpoint', () => {
  test('is three lines', () => {
    const text = 'example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n';
    expect(formatCheckpoint(BEHIND)).toBe(text);
    expect(parseCheckpoint(text)).toEqual(BEHIND);
  });

  test('of an empty log has size 0 and the root of nothing', () => {
    const text = 'register.example\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n';
    expect(parseCheckpoint(text)).toEqual({ origin: ORIGIN, size: 0, root: EMPTY_ROOT });
  });

  const root = 'CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=';
  test.each([
    '',
    '\n',
    `\n1\n${root}\n`,
    `a\n\n${root}\n`,
    `a\n01\n${root}\n`,
    `a\n-1\n${root}\n`,
    `a\n+1\n${root}\n`,
    `a\n1 \n${root}\n`,
    `a\n0x1\n${root}\n`,
    `a\n9223372036854775808\n${root}\n`,
    `a\n18446744073709551616\n${root}\n`,
    `a\n1\n${root}`,
    `a\n1\n${root}\n\n`,
    `a\n1\n${root}\nextension\n`,
    `a\n1\n${root}\nextension`,
    `a\n1\n${root.slice(0, -1)}\n`,
    `a\n1\n${root.replace('=', '==')}\n`,
    'a\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2\n',
    'a\n1\n\n',
    'a\n1\n',
  ])('is not %j', (text) => {
    expect(parseCheckpoint(text)).toMatchObject({ code: 'malformed-checkpoint' });
  });
});

describe('a signed checkpoint', () => {
  const ours = logSigner('ours');
  const head = { origin: ORIGIN, size: 5, root: ROOT };
  const text = formatCheckpoint(head);

  test('is opened with the key of its log', () => {
    const note = checkpointBy(head, ours);
    expect(openCheckpoint(note, [ours.verifier])).toEqual({ ...head, verified: [{ key: ours.verifier }] });
    expect(readCheckpoint(note)).toEqual(head);
  });

  test('tells the cosignatures of known witnesses', () => {
    const { verifier, cosign } = witnessOf('witness.example/w1');
    const note = formatNote({ text, signatures: [signNote(text, ours), cosign(text, 7)] });
    expect(openCheckpoint(note, [ours.verifier, verifier])).toMatchObject({
      verified: [{ key: ours.verifier }, { key: verifier, cosignedAtSeconds: 7 }],
    });
  });

  test('is not opened by a witness alone', () => {
    const { verifier, cosign } = witnessOf('witness.example/w1');
    const note = formatNote({ text, signatures: [cosign(text, 7)] });
    expect(openCheckpoint(note, [ours.verifier, verifier])).toMatchObject({ code: 'unknown-key' });
  });

  test('by the key of another log is foreign', () => {
    const key = logSigner('ours', 'elsewhere.example');
    expect(openCheckpoint(checkpointBy(head, key), [key.verifier])).toMatchObject({ code: 'foreign-log' });
    const keys = [key.verifier, ours.verifier];
    expect(openCheckpoint(checkpointBy(head, key, ours), keys)).toMatchObject(head);
  });

  test('is no other note, and not what its signature is not of', () => {
    expect(openCheckpoint(noteBy('register.example/keys\n', ours), [ours.verifier])).toMatchObject({
      code: 'malformed-checkpoint',
    });
    const moved = checkpointBy(head, ours).replace('\n5\n', '\n6\n');
    expect(openCheckpoint(moved, [ours.verifier])).toMatchObject({ code: 'bad-signature' });
    expect(readCheckpoint('no note')).toMatchObject({ code: 'malformed-note' });
  });
});
