/// <reference types="jest" />
import { calculateJwkThumbprint } from 'jose';
import { isFinding } from './finding';
import { parseJwks, receiptKey, receiptSigner } from './receipt-keys';

/** The key of RFC 8037, appendix A, and its thumbprint there. */
const RFC_8037 = {
  seed: Buffer.from('nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A', 'base64url'),
  x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
  kid: 'kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k',
};

test('a key of receipts is called by its thumbprint', async () => {
  const { jwk, kid } = receiptSigner(RFC_8037.seed).verifier;
  expect(jwk).toEqual({ kty: 'OKP', crv: 'Ed25519', x: RFC_8037.x, kid, alg: 'EdDSA', use: 'sig' });
  expect(kid).toBe(RFC_8037.kid);
  expect(await calculateJwkThumbprint(jwk)).toBe(kid);
});

describe('a key set', () => {
  const keys = [1, 2].map((n) => receiptKey(Buffer.alloc(32, n)));
  const [one] = keys.map(({ jwk }) => jwk);
  const read = (...entries: readonly unknown[]) => parseJwks(JSON.stringify({ keys: entries }));

  test('is read', () => {
    const found = read(...keys.map(({ jwk }) => jwk));
    expect(isFinding(found) || found.map(({ jwk }) => jwk)).toEqual(keys.map(({ jwk }) => jwk));
    expect(read({ ...one, comment: 'more' })).toHaveLength(1);
  });

  test.each<[string, string]>([
    ['no JSON', '{'],
    ['null', 'null'],
    ['no list', '{"keys":{}}'],
    ['an entry that is null', '{"keys":[null]}'],
    ['a key cut short', JSON.stringify({ keys: [{ ...one, x: one?.x.slice(1) }] })],
    ['the thumbprint of another key', JSON.stringify({ keys: [{ ...one, kid: keys[1]?.kid }] })],
    ['another algorithm', JSON.stringify({ keys: [{ ...one, alg: 'ES256' }] })],
    ['another use', JSON.stringify({ keys: [{ ...one, use: 'enc' }] })],
  ])('with %s is none', (_, text) => {
    expect(parseJwks(text)).toMatchObject({ code: 'malformed-jwks' });
  });
});
