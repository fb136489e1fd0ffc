/// <reference types="jest" />
import { SipHash, type Rounds } from './sip-hash';

const KEY = Uint8Array.from({ length: 16 }, (_, i) => i);

/** As the authors print it: the eight bytes of the hash, the lowest first. */
function hashOf(text: string, key = KEY, rounds?: Rounds): string {
  const hash = new SipHash(key, rounds);
  hash.hash(text);
  return Buffer.from(Uint32Array.of(hash.low, hash.high).buffer).toString('hex');
}

/** The hashes of the messages of 0, 2, 4 … 62 bytes 00 01 02 … under the key 00 01 … 0f that its authors publish, of SipHash-2-4. */
const PUBLISHED = [
  '310e0edd47db6f72',
  '5a4fa9d909806c0d',
  'b7877127e09427cf',
  'cee3fe586e46c9cb',
  '6224939a79f5f593',
  'f3b9dd94c5bb5d7a',
  'fbe50e86bc8f1e75',
  'eef27a8e90ca23f7',
  'db9bc2577fcc2a3f',
  '9cd38d96f0b3c14b',
  '98eea21af25cd6be',
  '883ea3e395675393',
  '94af49f6c650adb8',
  'f315bb5bb835d817',
  'a5c91da7acaa4dde',
  '28ef495c53a387ad',
  'ce7cf2722f512771',
  '381205bb1ab0e012',
  'b4a31508beff4d31',
  '4d0cf49ee5d4dcca',
  'd0a704536ba93e0e',
  'a915c29bc8067318',
  'f21df2e41d4535f9',
  '10a56cf5dfcd9adb',
  '51a9cb9ecba312e6',
  '72fe52975a4364ee',
  'b274cb8ebf87870a',
  'eaecb2a30b22a87f',
  'bd838d3aafbf8db7',
  '135079a3231ce660',
  'e1915f5cb1eca46c',
  '575ff28e60381be5',
];

describe('SipHash', () => {
  test('gives the hashes that its authors publish', () => {
    const found = PUBLISHED.map((_, i) => {
      const message = Buffer.from(Array.from({ length: 2 * i }, (_, byte) => byte));
      return hashOf(message.toString('utf16le'), KEY, { word: 2, end: 4 });
    });
    expect(found).toEqual(PUBLISHED);
  });

  test('is another function under another key', () => {
    const other = KEY.with(15, 255);
    expect(['', 'a', 'matrix-2026-1'].filter((text) => hashOf(text) === hashOf(text, other))).toEqual([]);
  });

  test('tells texts apart by every letter, their order and their length', () => {
    const texts = ['', '\0', '\0\0', 'a', 'b', 'ab', 'ba', 'abc', 'abcd', 'abcde', 'abcdé', 'abcdㄅ'];
    expect(new Set(texts.map((text) => hashOf(text))).size).toBe(texts.length);
  });

  test('takes no key of another length', () => {
    expect(() => new SipHash(new Uint8Array(8))).toThrow(RangeError);
  });
});
