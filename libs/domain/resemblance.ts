/**
 * The word that was meant by one that nothing knows: the nearest of those there are by edits of single letters, whatever
 * their case; nothing where none is near. The first of several that are equally near.
 */
export function resembling(word: string, words: Iterable<string>): string | undefined {
  let nearest: string | undefined;
  let fewest = Math.min(3, Math.max(1, Math.floor(word.length / 3)));
  for (const one of words) {
    if (Math.abs(one.length - word.length) > fewest) continue;
    const its = edits(word.toLowerCase(), one.toLowerCase());
    if (its > fewest || (nearest !== undefined && its === fewest)) continue;
    [nearest, fewest] = [one, its];
  }
  return nearest;
}

/**
 * What to do about a name that stands where only those that are known may: left out, one that was misspelt would leave
 * unsaid what it meant. `or`: what else can be done where it resembles none of them.
 */
export function insteadOf(name: string, known: Iterable<string>, or?: string): string {
  const meant = resembling(name, known);
  if (meant !== undefined) return `did you mean ${meant}?`;
  return or === undefined ? 'leave it out' : `leave it out, ${or}`;
}

/**
 * How many letters are to be put in, left out, exchanged for another or with their neighbour to make one word another
 * (F. J. Damerau, 1964; no letter is changed twice).
 */
function edits(one: string, other: string): number {
  let before: readonly number[] = [];
  let row: readonly number[] = Array.from({ length: other.length + 1 }, (_, i) => i);
  for (let i = 0; i < one.length; i++) {
    const next = [i + 1];
    for (let j = 0; j < other.length; j++) {
      const isSwapped = i > 0 && j > 0 && one[i] === other[j - 1] && one[i - 1] === other[j];
      next.push(
        Math.min(
          (row[j] ?? 0) + (one[i] === other[j] ? 0 : 1),
          (row[j + 1] ?? 0) + 1,
          (next[j] ?? 0) + 1,
          isSwapped ? (before[j - 1] ?? 0) + 1 : Infinity,
        ),
      );
    }
    [before, row] = [row, next];
  }
  return row.at(-1) ?? 0;
}
