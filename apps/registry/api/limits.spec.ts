/// <reference types="jest" />
import { MinuteCounts } from './limits';

describe('the counts of a minute', () => {
  test('are told apart, and begin anew after it', () => {
    const counts = new MinuteCounts(10);
    expect([counts.count('a', 0), counts.count('b', 1), counts.count('a', 59_999)]).toEqual([1, 1, 2]);
    expect(counts.left(59_999)).toBe(1);
    expect(counts.count('a', 60_000)).toBe(1);
    expect(counts.left(60_000)).toBe(60);
  });

  test('begin anew where the clock was set back', () => {
    const counts = new MinuteCounts(10);
    counts.count('a', 1_000_000);
    expect(counts.count('a', 0)).toBe(1);
    expect(counts.left(0)).toBe(60);
  });

  test('take no more space than they are given: those that come later are one', () => {
    const counts = new MinuteCounts(2);
    expect(['a', 'b', 'c', 'd', 'a', 'c'].map((name) => counts.count(name, 0))).toEqual([1, 1, 1, 2, 2, 3]);
  });
});
