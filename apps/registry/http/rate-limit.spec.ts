/// <reference types="jest" />
import { MinuteCounts } from './rate-limit';
import { networkOf, widerNetwork } from './client-address';

const take = (counts: MinuteCounts, name: string, now = 0, cost = 1, limit = 100) =>
  counts.take(name, cost, limit, now);

describe('the counts of a minute', () => {
  const counts = () => new MinuteCounts(10, () => undefined);

  test('are told apart, and begin anew after it', () => {
    const some = counts();
    expect([take(some, 'a', 0), take(some, 'b', 1), take(some, 'a', 59_999)].map(({ left }) => left)).toEqual(
      [99, 99, 98],
    );
    expect(some.secondsLeft(59_999)).toBe(1);
    expect(take(some, 'a', 60_000).left).toBe(99);
    expect(some.secondsLeft(60_000)).toBe(60);
  });

  test('begin anew where the clock was set back', () => {
    const some = counts();
    take(some, 'a', 1_000_000);
    expect(take(some, 'a', 0).left).toBe(99);
    expect(some.secondsLeft(0)).toBe(60);
  });

  test('are of what is asked: one that costs more than is left takes nothing, one that costs more than all takes all', () => {
    const some = counts();
    expect(take(some, 'a', 0, 60)).toEqual({ taken: true, left: 40 });
    expect(take(some, 'a', 0, 41)).toEqual({ taken: false, left: 40 });
    expect(take(some, 'a', 0, 40)).toEqual({ taken: true, left: 0 });
    expect(take(some, 'a', 0, 1)).toEqual({ taken: false, left: 0 });
    expect(take(some, 'b', 0, 500)).toEqual({ taken: true, left: 0 });
  });
});

describe('more addresses in a minute than are told apart', () => {
  const MOST = 50_000;
  const used = (counts: MinuteCounts, address: string) => 100 - take(counts, networkOf(address)).left;
  /** As many networks of 64 bits as are counted separately, all within one of 47 bits. */
  const filled = () => {
    const counts = new MinuteCounts(MOST, widerNetwork);
    for (let i = 0; i < MOST; i++)
      used(counts, `2001:db8:${(i >> 16).toString(16)}:${(i & 0xffff).toString(16)}::1`);
    return counts;
  };

  test('do not share a count with a stranger: the one after them has one of its own', () => {
    const counts = filled();
    expect(used(counts, '2001:db8:0:1::2')).toBe(2);
    expect(used(counts, '2001:db8:9:100::1')).toBe(1);
    expect(used(counts, '2001:db8:9:1ff::1')).toBe(2);
    expect(used(counts, '2001:db8:9:200::1')).toBe(1);
    expect(used(counts, '192.0.2.1')).toBe(1);
    expect(used(counts, '192.0.2.2')).toBe(2);
    expect(used(counts, '192.0.3.1')).toBe(1);
  });

  test('share it with ever wider networks of their own, and take no more space', () => {
    const widths = (address: string) => {
      const found = [];
      for (let one: string | undefined = networkOf(address); one !== undefined; one = widerNetwork(one))
        found.push(one);
      return found;
    };
    expect(widths('2001:db8:1:2:3::4')).toEqual([
      '2001:db8:1:2::/64',
      '2001:db8:1:0::/56',
      '2001:db8:1::/48',
      '2001:db8::/32',
      '2001::/16',
    ]);
    expect(widths('192.0.2.7')).toEqual(['192.0.2.7', '192.0.2.0/24', '192.0.0.0/16', '192.0.0.0/8']);
    const counts = new MinuteCounts(2, widerNetwork);
    const left = [
      '192.0.2.1',
      '192.0.2.2',
      '192.0.3.1',
      '192.0.3.2',
      '192.1.1.1',
      '192.2.1.1',
      '192.2.1.2',
    ].map((one) => used(counts, one));
    expect(left).toEqual([1, 1, 1, 2, 1, 1, 2]);
  });

  test('what is no address shares a count with what is none, and with no one else', () => {
    const counts = new MinuteCounts(1, widerNetwork);
    take(counts, '192.0.2.1');
    expect([take(counts, 'unreadable 1').left, take(counts, 'unreadable 2').left]).toEqual([99, 98]);
    expect(used(counts, '198.51.100.1')).toBe(1);
  });
});
