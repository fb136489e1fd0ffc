/// <reference types="jest" />
import fc from 'fast-check';
import { formatBundle, LONGEST_ENTRY_BYTES, parseBundle } from './entry-bundle';

test('each entry stands after its length, in two bytes, the greater first', () => {
  expect(formatBundle(['a', '', 'é']).toString('hex')).toBe('0001610000' + '0002c3a9');
});

test('a bundle is read back', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { minLength: 1, maxLength: 256 }), (entries) => {
      expect(parseBundle(formatBundle(entries), entries.length)).toEqual(
        entries.map((one) => Buffer.from(one)),
      );
    }),
    { numRuns: 30 },
  );
});

test('the longest entry has room, and no longer one', () => {
  const longest = 'x'.repeat(LONGEST_ENTRY_BYTES);
  expect(parseBundle(formatBundle([longest]), 1)).toEqual([Buffer.from(longest)]);
  expect(() => formatBundle([`${longest}x`])).toThrow(/out of range/);
});

test('a bundle that is cut, or longer, or has another number of entries is told', () => {
  const bundle = formatBundle(['one', 'two', 'three']);
  for (let end = 0; end < bundle.byteLength; end++)
    expect(parseBundle(bundle.subarray(0, end), 3)).toMatchObject({ code: 'malformed-bundle' });
  expect(parseBundle(Buffer.concat([bundle, Buffer.of(0)]), 3)).toMatchObject({ code: 'malformed-bundle' });
  expect(parseBundle(bundle, 2)).toMatchObject({ code: 'malformed-bundle' });
  expect(parseBundle(bundle, 4)).toMatchObject({ code: 'malformed-bundle' });
});
