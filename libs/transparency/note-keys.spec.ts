/// <reference types="jest" />
import { isFinding } from './finding';
import { isKeyName, parseSignerKey, parseVerifierKey, signerKey, verifierKey } from './note-keys';

/** The keys by which the documentation of Go’s package of notes shows its use. */
const PUBLISHED = {
  skey: 'PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz',
  vkey: 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW',
};
const OF_ZEROS = 'EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop';

describe('a verifier key', () => {
  test('is read, and written as it was', () => {
    const key = parseVerifierKey(PUBLISHED.vkey);
    expect(key).toMatchObject({
      name: 'PeterNeumann',
      id: 'c74f20a3',
      type: 'ed25519',
      ...{ vkey: PUBLISHED.vkey },
    });
  });

  test('is not read if any part of it is missing', () => {
    const { vkey } = PUBLISHED;
    for (let from = 0; from <= vkey.length; from++)
      for (let to = from; to <= vkey.length; to++)
        if (to - from < vkey.length) expect(isFinding(parseVerifierKey(vkey.slice(from, to)))).toBe(true);
  });

  test('is not read if any character of it is another', () => {
    const { vkey } = PUBLISHED;
    for (let i = 0; i < vkey.length; i++) {
      const next = String.fromCharCode(vkey.charCodeAt(i) + 1);
      expect(parseVerifierKey(vkey.slice(0, i) + next + vkey.slice(i + 1))).toMatchObject({
        code: 'malformed-key',
      });
    }
  });

  test.each([
    [
      'another length, with the id of that',
      'PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==',
    ],
    [
      'an unknown type, with the id of that',
      'PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW',
    ],
    ['an id in capitals', 'PeterNeumann+C74F20A3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW'],
  ])('of %s is none', (_, vkey) => {
    expect(parseVerifierKey(vkey)).toMatchObject({ code: 'malformed-key' });
  });

  test('of a witness has another id for the same key', () => {
    const publicKey = Buffer.from('O2onvM62pC1io6jQKm8Nc2UyFXcd4kOmOsBIoYtZ2ik=', 'base64');
    const cosigner = verifierKey('EnochRoot', publicKey, 'cosignature');
    expect(verifierKey('EnochRoot', publicKey).vkey).toBe(OF_ZEROS);
    expect(cosigner.id).not.toBe('af0cfe78');
    expect(parseVerifierKey(cosigner.vkey)).toMatchObject({ type: 'cosignature', id: cosigner.id });
  });
});

test('a private key in the place of a verifier key is not told', () => {
  for (const text of [PUBLISHED.skey, ` ${PUBLISHED.skey}`, `${PUBLISHED.skey}x`])
    expect(parseVerifierKey(text)).toMatchObject({
      code: 'malformed-key',
      detail: expect.not.stringContaining('YEKFALVFGyNhPJ') as string,
    });
});

test('a verifier key of a name that none may have is not read', () => {
  for (const name of ['a b', 'a\u2003b', 'a\u0085'])
    expect(parseVerifierKey(verifierKey(name, Buffer.alloc(32, 1)).vkey)).toMatchObject({
      code: 'malformed-key',
    });
});

describe('a private key', () => {
  test('is read, and has its verifier key', () => {
    expect(parseSignerKey(PUBLISHED.skey)).toMatchObject({
      skey: PUBLISHED.skey,
      verifier: { vkey: PUBLISHED.vkey },
    });
  });

  test('made of zeros is that of Go’s example', () => {
    expect(signerKey('EnochRoot', Buffer.alloc(32)).verifier.vkey).toBe(OF_ZEROS);
  });

  test('is not read if any character of it is another, and is not told', () => {
    const { skey } = PUBLISHED;
    for (let i = 0; i < skey.length; i++) {
      const changed = skey.slice(0, i) + String.fromCharCode(skey.charCodeAt(i) + 1) + skey.slice(i + 1);
      const found = parseSignerKey(changed);
      expect(found).toMatchObject({ code: 'malformed-key' });
      expect(JSON.stringify(found)).not.toContain('YEKFALVFGyNhPJ');
    }
    expect(parseSignerKey(skey.replace('PRIVATE+KEY+', ''))).toMatchObject({ code: 'malformed-key' });
    expect(parseSignerKey(PUBLISHED.vkey)).toMatchObject({ code: 'malformed-key' });
  });
});

test('a private key of another length or of a witness is none', () => {
  for (const typed of [Buffer.alloc(32, 1), Buffer.alloc(34, 1), Buffer.alloc(33, 4), Buffer.alloc(33, 9)])
    expect(parseSignerKey(`PRIVATE+KEY+a+00000000+${typed.toString('base64')}`)).toMatchObject({
      code: 'malformed-key',
    });
});

test.each(['', 'a b', 'a+b', 'a\tb', 'a\nb', 'a\u00a0b', 'a\u2003b', 'a\u0085b', 'a\u3000b', '\ud800'])(
  '%j is no name of a key',
  (name) => {
    expect(isKeyName(name)).toBe(false);
  },
);

test.each(['register.example', 'register.example/2026', 'unnamed.invalid/00aa11bb22cc33dd', 'ysgol-gŵyr'])(
  '%j is a name of a key',
  (name) => {
    expect(isKeyName(name)).toBe(true);
  },
);
