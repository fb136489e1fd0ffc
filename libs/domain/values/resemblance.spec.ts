/// <reference types="jest" />
import fc from 'fast-check';
import { edits, resembling } from './resemblance';

const CODES = ['matrix', 'quality-in-careers', 'qcg', 'qcgd', 'l6-dcgd'];

describe('a word that nothing knows', () => {
  test.each([
    ['martix', 'matrix'],
    ['matrx', 'matrix'],
    ['qgc', 'qcg'],
    ['Matrix', 'matrix'],
    ['quality-in-carers', 'quality-in-careers'],
    ['l6-dcg', 'l6-dcgd'],
    ['qcgs', 'qcg'],
  ])('%s resembles %s', (word, meant) => {
    expect(resembling(word, CODES)).toBe(meant);
  });

  test.each(['', 'x', 'abc', 'prince2', 'm'.repeat(1_000_000)])('resembles none', (word) => {
    expect(resembling(word, CODES)).toBeUndefined();
  });

  test('resembles the nearest, and of several that are equally near the first', () => {
    expect(resembling('qcgdd', CODES)).toBe('qcgd');
    expect(resembling('abcd', ['abce', 'abcf'])).toBe('abce');
  });
});

describe('the edits between two words', () => {
  test.each([
    ['york', 'yrok', 1],
    ['harbour', 'harbor', 1],
    ['careers', 'caeers', 1],
    ['launch', 'lunch', 1],
    ['launch', 'luanch', 1],
    ['essex', 'sussex', 2],
    ['matrix', '', 6],
  ])('%s and %s: %i', (one, other, expected) => {
    expect(edits(one, other, 9)).toBe(expected);
    expect(edits(other, one, 9)).toBe(expected);
  });

  const WORD = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 9 });
  test('are as many as the whole table of both words has, or only more than wanted', () => {
    fc.assert(
      fc.property(WORD, WORD, fc.nat(4), (one, other, most) => {
        expect(edits(one, other, most)).toBe(Math.min(inTable(one, other), most + 1));
      }),
    );
  });
});

/** The last cell of the table of both words: the definition, cell by cell. */
function inTable(one: string, other: string): number {
  const table: number[][] = [];
  const cell = (i: number, j: number) => table[i]?.[j] ?? Infinity;
  for (let i = 0; i <= one.length; i++) {
    const row: number[] = (table[i] = []);
    for (let j = 0; j <= other.length; j++)
      row[j] = Math.min(
        i + j === 0 ? 0 : Infinity,
        cell(i - 1, j) + 1,
        cell(i, j - 1) + 1,
        cell(i - 1, j - 1) + (one[i - 1] === other[j - 1] ? 0 : 1),
        i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1]
          ? cell(i - 2, j - 2) + 1
          : Infinity,
      );
  }
  return cell(one.length, other.length);
}
