/// <reference types="jest" />
import { compactVerify, importJWK } from 'jose';
import { signBytes } from './ed25519';
import { isFinding } from './finding';
import { parseReceipt, signReceipt, type ReceiptStatement } from './receipt';
import { signerOfReceipts } from '../../test/proofs/signers';

const signer = signerOfReceipts('a');
const ROOT = Buffer.alloc(32, 3);
const STATEMENT: ReceiptStatement = {
  origin: 'register.example',
  question: { provider: 'ukprn:10012345', knownAt: '4182', advisers: [] },
  outcome: { answer: { verdict: 'eligible', words: 'Ŵ €' } },
  tree: { size: 4_183, root: ROOT },
  checkpoint: 'register.example\n4183\n…',
  consistency: [Buffer.alloc(32, 4), Buffer.alloc(32, 5)],
};
const JWS = signReceipt(STATEMENT, signer);
const partsOf = (jws: string) => jws.split('.').map((part) => Buffer.from(part, 'base64url').toString());

/** A receipt of this header and payload, signed as it is. */
function jwsOf(header: string, payload: string): string {
  const signed = [header, payload].map((part) => Buffer.from(part).toString('base64url')).join('.');
  return `${signed}.${signBytes(signer.key, signed).toString('base64url')}`;
}

describe('a receipt', () => {
  const [header = '', payload = ''] = partsOf(JWS);
  const wrong = (from: string, to: string) => {
    expect(payload).toContain(from);
    return parseReceipt(jwsOf(header, payload.replace(from, to)));
  };

  test('has the bytes of its description', () => {
    expect(header).toBe(`{"alg":"EdDSA","kid":"${signer.verifier.kid}","typ":"guidance-receipt"}`);
    expect(payload).toBe(
      '{"answer":{"verdict":"eligible","words":"Ŵ €"},"checkpoint":"register.example\\n4183\\n…",' +
        '"consistency":["BAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQ=","BQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQU="],' +
        '"origin":"register.example","question":{"advisers":[],"knownAt":"4182","provider":"ukprn:10012345"},' +
        '"tree":{"root":"AwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwM=","size":"4183"},"version":1}',
    );
  });

  test('is verified by another implementation', async () => {
    const key = await importJWK({ ...signer.verifier.jwk }, 'EdDSA');
    const { payload: verified, protectedHeader } = await compactVerify(JWS, key, { algorithms: ['EdDSA'] });
    expect(Buffer.from(verified).toString()).toBe(payload);
    expect(protectedHeader).toEqual({ alg: 'EdDSA', kid: signer.verifier.kid, typ: 'guidance-receipt' });
  });

  test('is read', () => {
    const receipt = parseReceipt(JWS);
    if (isFinding(receipt)) throw new Error(receipt.detail);
    expect(receipt).toMatchObject({ kid: signer.verifier.kid, tree: { size: 4_183, root: ROOT } });
    expect(receipt.consistency).toEqual(STATEMENT.consistency);
    expect(receipt.payload.answer).toEqual({ verdict: 'eligible', words: 'Ŵ €' });
    expect(JWS.startsWith(`${receipt.signed}.`)).toBe(true);
  });

  test('can say in the place of an answer that a key is registered nowhere', () => {
    for (const problem of [
      { code: 'unknown-provider', detail: 'words' },
      { code: 'unknown-adviser', detail: 'words', pointer: '/advisers/0' },
    ]) {
      const receipt = parseReceipt(signReceipt({ ...STATEMENT, outcome: { problem } }, signer));
      expect(receipt).toMatchObject({ payload: { problem } });
      expect(receipt).not.toHaveProperty('payload.answer');
    }
  });

  test.each([
    ['nothing', ''],
    ['two parts', JWS.split('.').slice(0, 2).join('.')],
    ['four parts', `${JWS}.`],
    ['padding', `${JWS}=`],
    ['a newline', `${JWS}\n`],
    ['base64', JWS.replaceAll('_', '/').replaceAll('-', '+').replace(/$/, '+')],
  ])('of %s is none', (_, jws) => {
    expect(parseReceipt(jws)).toMatchObject({ code: 'malformed-receipt' });
  });

  test.each([
    ['without a type', `{"alg":"EdDSA","kid":"${signer.verifier.kid}"}`],
    ['of another type', header.replace('guidance-receipt', 'JWT')],
    ['without a signature', header.replace('EdDSA', 'none')],
    ['of another algorithm', header.replace('EdDSA', 'HS256')],
    ['that brings its own key', header.replace('{', `{"jwk":${JSON.stringify(signer.verifier.jwk)},`)],
    ['with more members', header.replace('}', ',"crit":["b64"]}')],
    ['with a member twice', header.replace('{', '{"alg":"EdDSA",')],
    ['in another order', `{"kid":"${signer.verifier.kid}","alg":"EdDSA","typ":"guidance-receipt"}`],
    ['with a space', header.replace(',', ', ')],
    ['with another kid', header.replace(signer.verifier.kid, 'a')],
  ])('with a header %s is none', (_, changed) => {
    expect(parseReceipt(jwsOf(changed, payload))).toMatchObject({ code: 'malformed-receipt' });
  });

  test.each([
    ['with a space', '"version":1', '"version": 1'],
    ['of another version', '"version":1', '"version":2'],
    ['with a version as text', '"version":1', '"version":"1"'],
    ['with another order', '{"answer"', '{"version":1,"answer"'],
    ['with a member twice', '"version":1', '"version":1,"version":1'],
    ['with another member', '"version":1', '"version":1,"when":"2026"'],
    ['without an answer', '"answer":{"verdict":"eligible","words":"Ŵ €"},', ''],
    ['with an answer that is none', '{"verdict":"eligible","words":"Ŵ €"}', 'true'],
    ['with an answer and a problem', '"question":{', '"problem":{"code":"a","detail":"b"},"question":{'],
    ['without a checkpoint', '"checkpoint":"register.example\\n4183\\n…",', ''],
    ['with a checkpoint that is no text', '"register.example\\n4183\\n…"', '{}'],
    ['with an origin that is no text', '"origin":"register.example"', '"origin":1'],
    ['as of another position', '"knownAt":"4182"', '"knownAt":"4183"'],
    ['as of no position', '"knownAt":"4182",', ''],
    ['with a size as a number', '"size":"4183"', '"size":4183'],
    ['with a size with a zero before it', '"size":"4183"', '"size":"04183"'],
    ['of the empty tree', '"size":"4183"', '"size":"0"'],
    ['with a root cut short', '"root":"AwMD', '"root":"'],
    ['with more about the tree', '"size":"4183"', '"size":"4183","when":"2026"'],
    [
      'with a proof that is no list',
      '"consistency":["BAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQ=",',
      '"consistency":[null,',
    ],
    ['with a proof of other lengths', '"BAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQ="', '"BAQE"'],
  ])('with a payload %s is none', (_, from, to) => {
    expect(wrong(from, to)).toMatchObject({ code: 'malformed-receipt' });
  });

  test('of millions of parts is none, at once', () => {
    const parts = '.'.repeat(1 << 24);
    const started = performance.now();
    expect(parseReceipt(parts)).toMatchObject({ code: 'malformed-receipt' });
    expect(performance.now() - started).toBeLessThan(500);
  });

  test.each(['null', '[]', '1', '{', '""', '\ufeff{}'])('with the payload %j is none', (text) => {
    expect(parseReceipt(jwsOf(header, text))).toMatchObject({ code: 'malformed-receipt' });
  });

  test.each<[string, object]>([
    ['without a code', { detail: 'a' }],
    ['with more', { code: 'a', detail: 'b', status: 404 }],
    ['with a pointer that is no text', { code: 'a', detail: 'b', pointer: 1 }],
  ])('with a problem %s is none', (_, problem) => {
    const outcome = { problem } as ReceiptStatement['outcome'];
    expect(parseReceipt(signReceipt({ ...STATEMENT, outcome }, signer))).toMatchObject({
      code: 'malformed-receipt',
    });
  });
});
