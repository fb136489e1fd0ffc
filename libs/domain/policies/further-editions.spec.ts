/// <reference types="jest" />
import fc from 'fast-check';
import { BUILT_IN } from './built-in';
import { furtherEditions, type EditionName } from './further-editions';

const edition = (number: number, effectiveFrom: string, digest = `sha256:${number}`): EditionName => ({
  edition: number,
  effectiveFrom,
  digest,
});
const [FIRST, SECOND, THIRD] = [
  edition(1, '2012-09-01'),
  edition(2, '2013-09-01'),
  edition(3, '2022-09-01'),
] as const;
const OURS = [FIRST, SECOND, THIRD];

describe('A register is given of a policy', () => {
  test('every edition if none stands there', () => {
    expect(furtherEditions(OURS, [])).toEqual({ editions: OURS });
  });

  test('only the later ones if the first stand there', () => {
    expect(furtherEditions(OURS, [FIRST])).toEqual({ editions: [SECOND, THIRD] });
    expect(furtherEditions(OURS, [SECOND, FIRST])).toEqual({ editions: [THIRD] });
  });

  test('none if all stand there, and another that came after them hinders nothing', () => {
    expect(furtherEditions(OURS, OURS)).toEqual({ editions: [] });
    expect(furtherEditions(OURS, [...OURS, edition(4, '2030-01-01')])).toEqual({ editions: [] });
  });

  test.each([
    ['an earlier one is missing', [SECOND], 'missing', 1],
    ['one between two is missing', [FIRST, THIRD], 'missing', 2],
    ['one with another document has its number', [FIRST, edition(2, '2013-09-01', 'own')], 'differs', 2],
    ['one of its number begins on another day', [edition(1, '2012-09-02')], 'differs', 1],
    ['a later number stands there', [FIRST, edition(9, '2012-10-01')], 'missing', 2],
    ['another one with a lower number begins on the same day', [edition(0, '2012-09-01')], 'missing', 1],
  ] as const)('nothing if %s', (_, standing, hindrance, number) => {
    expect(furtherEditions(OURS, standing)).toEqual({ hindrance, edition: number });
  });

  test('nothing more once it has been given what it may', () => {
    const editions = fc
      .uniqueArray(fc.tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 10, max: 16 })), {
        selector: ([number]) => number,
      })
      .map((list) => list.map(([number, day]) => edition(number, `2020-01-${day}`)));
    const inOrder = editions.map((list) => list.toSorted((a, b) => a.edition - b.edition));
    fc.assert(
      fc.property(inOrder, editions, (ours, standing) => {
        const given = furtherEditions(ours, standing);
        if ('hindrance' in given) return;
        expect(furtherEditions(ours, [...standing, ...given.editions])).toEqual({ editions: [] });
        for (const one of given.editions)
          for (const other of standing) {
            expect(one.edition).toBeGreaterThan(other.edition);
            expect(one.effectiveFrom > other.effectiveFrom).toBe(true);
          }
      }),
    );
  });
});

test('The built-in editions of each policy ascend by number and by first day, as an older register is given them', () => {
  for (const id of new Set(BUILT_IN.map((one) => one.id))) {
    const its = BUILT_IN.filter((one) => one.id === id);
    expect(its.map(({ edition: number }) => number)).toEqual(its.map((_, i) => i + 1));
    expect(its.map(({ effectiveFrom }) => effectiveFrom)).toEqual(
      its.map(({ effectiveFrom }) => effectiveFrom).toSorted(),
    );
  }
});
