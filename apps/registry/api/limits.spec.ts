/// <reference types="jest" />
import { MinuteCounts, networkOf } from './limits';

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

test.each([
  ['192.0.2.7', '192.0.2.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['2001:0DB8:0:0::1', '2001:db8:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['::', '0:0:0:0::/64'],
  ['1::2:3:4:5:6:7', '1:0:2:3::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['64:ff9b::192.0.2.33', '64:ff9b:0:0::/64'],
])('of %s is counted %s', (address, network) => {
  expect(networkOf(address)).toBe(network);
});
