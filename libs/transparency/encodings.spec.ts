/// <reference types="jest" />
import fc from 'fast-check';
import { fromBase64, fromBase64Url, fromDecimal, fromUtf8, toBase64, toBase64Url } from './encodings';

describe('a strict reader', () => {
  test('reads what is written', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(fromBase64(toBase64(bytes))).toEqual(Buffer.from(bytes));
        expect(fromBase64Url(toBase64Url(bytes))).toEqual(Buffer.from(bytes));
      }),
    );
  });

  test.each(['YQ', 'YQ=', 'YR==', 'Y Q==', 'YQ==\n', '_w==', 'YQ==YQ=='])(
    'takes %j for no base64',
    (text) => {
      expect(fromBase64(text)).toBeUndefined();
    },
  );

  test.each(['YQ==', 'YR', '/w', 'Y', ' YQ'])('takes %j for no base64url', (text) => {
    expect(fromBase64Url(text)).toBeUndefined();
  });

  test.each([
    ['0', 0],
    ['4183', 4183],
    ['9007199254740991', 2 ** 53 - 1],
  ])('reads %s', (text, number) => {
    expect(fromDecimal(text)).toBe(number);
  });

  test.each([
    '',
    '00',
    '01',
    '-1',
    '+1',
    '1.0',
    '1e3',
    ' 1',
    '1 ',
    '٣',
    '9007199254740992',
    '9223372036854775807',
    '9223372036854775808',
  ])('takes %j for no size', (text) => {
    expect(fromDecimal(text)).toBeUndefined();
  });

  test('takes bytes that are not UTF-8 for no text, and keeps a byte order mark', () => {
    expect(fromUtf8(Buffer.from([0xc3, 0x28]))).toBeUndefined();
    expect(fromUtf8(Buffer.from([0xed, 0xa0, 0x80]))).toBeUndefined();
    expect(fromUtf8(Buffer.from('\uFEFFé'))).toBe('\uFEFFé');
  });
});
