/// <reference types="jest" />
import { SubmittedIndex } from './submitted';

const KEY = Uint8Array.from({ length: 16 }, (_, i) => 17 * i);

/** FNV-1a, which is keyed with nothing: whoever knows the function finds names of one hash. */
function fnv(text: string, from = 0x811c9dc5): number {
  let hash = from;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash;
}

/** Two texts of seven letters that lead from one state of the hash to one other: a birthday finds them. */
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

/** So many names, twice as many with each fork, all of one hash of FNV-1a (Joux, 2004). */
function colliding(forks: number): readonly string[] {
  let names = ['body:matrix\n/awards\n'];
  for (let i = 0; i < forks; i++) {
    const ways = fork(fnv(names[0] ?? ''));
    names = names.flatMap((name) => ways.map((way) => name + way));
  }
  return names;
}

describe('the index of what was posted', () => {
  test('confirms nothing of names that were made to have one hash without its key', () => {
    const names = colliding(10);
    expect(new Set(names.map((name) => fnv(name))).size).toBe(1);
    const index = new SubmittedIndex(KEY);
    let confirmed = 0;
    for (const [position, name] of names.entries()) {
      const isFirst = index.add(name, position, () => {
        confirmed++;
        return false;
      });
      expect(isFirst).toBe(true);
    }
    expect(confirmed).toBe(0);
  });

  test('finds each of many names where it was added first, with one confirmation, and no other name', () => {
    const names = Array.from({ length: 20_000 }, (_, i) => `body:matrix\n/awards\nno-${i}`);
    const index = new SubmittedIndex(KEY);
    for (const [position, name] of names.entries()) index.add(name, position, () => true);
    let confirmed = 0;
    const confirm = () => {
      confirmed++;
      return true;
    };
    const wrong = names.filter(
      (name, position) =>
        index.find(name, confirm) !== position ||
        index.add(name, names.length, confirm) ||
        index.find(`${name}-other`, confirm) !== undefined,
    );
    expect(wrong).toEqual([]);
    expect(confirmed).toBe(2 * names.length);
  });

  test('keeps two names apart that have one hash, should that ever be', () => {
    const index = new SubmittedIndex(KEY);
    index.add('one', 4, () => true);
    expect(index.add('one', 5, () => false)).toBe(true);
    expect(index.find('one', (position) => position === 5)).toBe(5);
  });
});
