/// <reference types="jest" />
import { resembling } from './resemblance';

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
