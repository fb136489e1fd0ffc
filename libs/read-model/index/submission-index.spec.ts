/// <reference types="jest" />
import { SubmissionIndex } from './submission-index';

const KEY = Uint8Array.from({ length: 16 }, (_, i) => 17 * i);

/** FNV-1a, which has no key: whoever knows the function finds names with one hash. */
function fnv(text: string, from = 0x811c9dc5): number {
  let hash = from;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash;
}

/**
 * Two texts of seven letters that lead from one state of the hash to the same other, found by a birthday
 * attack.
 */
function fork(from: number): readonly [string, string] {
  const met = new Map<number, string>();
  for (let number = 0; ; number++) {
    const text = (Math.imul(number, 0x9e3779b1) >>> 0).toString(36).padStart(7, '0');
    const hash = fnv(text, from);
    const other = met.get(hash);
    if (other !== undefined) return [other, text];
    met.set(hash, text);
  }
}

/** Names that all have one FNV-1a hash, twice as many with each fork (Joux, 2004). */
function colliding(forks: number): readonly string[] {
  let names = ['body:matrix\n/awards\n'];
  for (let i = 0; i < forks; i++) {
    const ways = fork(fnv(names[0] ?? ''));
    names = names.flatMap((name) => ways.map((way) => name + way));
  }
  return names;
}

/** The body, source and id of a name. */
const partsOf = (name: string) => name.split('\n') as [string, string, string];

describe('the index of what was posted', () => {
  test('confirms nothing of names that were made to have one hash without its key', () => {
    const names = colliding(10);
    expect(new Set(names.map((name) => fnv(name))).size).toBe(1);
    const index = new SubmissionIndex(KEY);
    let confirmed = 0;
    for (const [position, name] of names.entries()) {
      const isFirst = index.add(...partsOf(name), position, () => {
        confirmed++;
        return false;
      });
      expect(isFirst).toBe(true);
    }
    expect(confirmed).toBe(0);
  });

  test('finds each of many names where it was added first, with one confirmation, and no other name', () => {
    const names = Array.from({ length: 20_000 }, (_, i) => `body:matrix\n/awards\nno-${i}`);
    const index = new SubmissionIndex(KEY);
    for (const [position, name] of names.entries()) index.add(...partsOf(name), position, () => true);
    let confirmed = 0;
    const confirm = () => {
      confirmed++;
      return true;
    };
    const wrong = names.filter(
      (name, position) =>
        index.find(...partsOf(name), confirm) !== position ||
        index.add(...partsOf(name), names.length, confirm) ||
        index.find(...partsOf(`${name}-other`), confirm) !== undefined,
    );
    expect(wrong).toEqual([]);
    expect(confirmed).toBe(2 * names.length);
  });

  test('tells one id of many bodies and sources apart, more of them than it keeps in mind', () => {
    const index = new SubmissionIndex(KEY);
    const parts = Array.from(
      { length: 3_000 },
      (_, i) => [`body:b-${i % 60}`, `/source-${i % 700}`, 'one'] as const,
    );
    const first = new Map(
      parts.map((one, position) => [one.join(), position]).toReversed() as [string, number][],
    );
    for (const [position, one] of parts.entries())
      index.add(...one, position, (found) => parts[found]?.join() === one.join());
    const found = (one: (typeof parts)[number]) =>
      index.find(...one, (position) => parts[position]?.join() === one.join());
    expect(parts.filter((one) => found(one) !== first.get(one.join()))).toEqual([]);
    expect(index.find('body:b-0', '/source', '-0\none', () => true)).toBeUndefined();
  });

  test('keeps two names apart that have one hash, should that ever be', () => {
    const index = new SubmissionIndex(KEY);
    const one = ['body:one', '/one', 'one'] as const;
    index.add(...one, 4, () => true);
    expect(index.add(...one, 5, () => false)).toBe(true);
    expect(index.find(...one, (position) => position === 5)).toBe(5);
  });
});
