/// <reference types="jest" />
import * as fc from 'fast-check';
import { LONGEST_NAME, nameFault, ORGANISATION_KEY, PROVIDER_KEY } from './keys';

describe('a name', () => {
  test.each([
    ['of one letter', 'Ä'],
    ['of one digit', '7'],
    ['in another script', 'グランド・ユニオン'],
    ['with marks that stand alone in NFC', 'N̈am Careers'],
    ['with white space that does not break', 'Careers\u00a0South'],
    ['with a sign that is seen', 'Careers ✆ & Co. (“South”)'],
    ['with an emoji beside its letters', 'Rocket 🚀 Careers'],
    ['of as many characters as it may have, beyond the first plane too', `a${'😀'.repeat(199)}`],
  ])('may be one %s', (_, name) => {
    expect(nameFault(name)).toBeUndefined();
  });

  test.each([
    ['nothing', '', /letter or digit/],
    ['white space alone', ' \u00a0', /letter or digit/],
    ['signs alone', '— & —', /letter or digit/],
    ['emoji alone', '😀', /letter or digit/],
    ['a combining mark alone', '\u0301', /letter or digit/],
    ['a blank braille cell', '\u2800', /letter or digit/],
    ['a space at its beginning', ' Careers', /white space/],
    ['a no-break space at its end', 'Careers\u00a0', /white space/],
    ['an ideographic space at its end', 'Careers\u3000', /white space/],
    ['a tab', 'Careers\tSouth', /character 8, U\+0009/],
    ['a line break at its end', 'Careers\n', /U\+000A/],
    ['NUL', 'A\0B', /character 2, U\+0000/],
    ['a line separator', 'A\u2028B', /U\+2028/],
    ['a paragraph separator', 'A\u2029B', /U\+2029/],
    ['a zero-width space', '\u200b', /character 1, U\+200B/],
    ['a zero-width space behind an emoji', '😀A\u200b', /character 3, U\+200B/],
    ['a right-to-left override', 'Careers \u202edtL', /U\+202E/],
    ['an isolate', '\u2066Careers\u2069', /U\+2066/],
    ['a soft hyphen', 'Careers\u00adSouth', /U\+00AD/],
    ['a byte order mark', '\ufeffCareers', /U\+FEFF/],
    ['a Hangul filler, which is a letter', '\u3164', /U\+3164/],
    ['a half-width Hangul filler', 'A\uffa0', /U\+FFA0/],
    ['a grapheme joiner', 'A\u034fB', /U\+034F/],
    ['a variation selector', 'A\ufe0f', /U\+FE0F/],
    ['a tag', 'A\u{e0041}', /U\+E0041/],
    ['a non-character', 'A\uffff', /U\+FFFF/],
    ['a non-character of another plane', 'A\u{1fffe}', /U\+1FFFE/],
    ['half a character', 'A\ud83d', /U\+D83D/],
    ['an accent apart from its letter', 'Cafe\u0301', /NFC/],
    ['one character too many', 'a'.repeat(LONGEST_NAME + 1), /201 characters, and may have 200/],
  ])('is not one with %s, and it is said how to correct it', (_, name, fault) => {
    expect(nameFault(name)).toMatch(fault);
  });

  test('is what people see, and no two that look alike in Unicode’s eyes', () => {
    const text = fc.string({ unit: 'binary', minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(text, (name) => {
        if (nameFault(name) !== undefined) return;
        expect(name.isWellFormed()).toBe(true);
        expect(name.normalize('NFC')).toBe(name);
        expect(name.trim()).toBe(name);
        expect(name).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{NChar}\p{DI}]/u);
        expect(name).toMatch(/[\p{L}\p{N}]/u);
      }),
      { numRuns: 2_000 },
    );
  });

  test('is not made less of a name by what is done to it in NFC and at its ends', () => {
    const unseen = fc.constantFrom('\u200b', '\u202e', '\u3164', '\ufeff', '\uffff', '\u2028', '\u0007');
    const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(name, unseen, fc.nat(12), (text, character, at) => {
        const sound = `A${text}Z`.normalize('NFC');
        expect(nameFault(`${sound.slice(0, at)}${character}${sound.slice(at)}`)).toBeDefined();
        expect(nameFault(` ${sound}`)).toBeDefined();
        expect(nameFault(`${sound}\u2003`)).toBeDefined();
      }),
    );
  });
});

describe('the key of a company', () => {
  const isKey = (number: string) => [
    new RegExp(PROVIDER_KEY.pattern).test(`company:${number}`),
    new RegExp(ORGANISATION_KEY.pattern).test(`company:${number}`),
  ];

  test.each(['01234567', 'SC123456', 'OC301234', 'NI000001', 'IP00123R', 'SL00911A', 'IP000CUS', 'R0000001'])(
    'has the number %s, as Companies House writes it',
    (number) => {
      expect(isKey(number)).toEqual([true, true]);
    },
  );

  test.each(['1234567', '012345678', 'sc123456', 'IP00123r', 'IP0A123R', 'SC 12345', '0123-567', 'ABCDEFGH'])(
    'has not %s',
    (number) => {
      expect(isKey(number)).toEqual([false, false]);
    },
  );

  test('is any that could be taken before', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Z0-9]{2}[0-9]{6}$/), (number) => {
        expect(isKey(number)).toEqual([true, true]);
      }),
    );
  });
});
