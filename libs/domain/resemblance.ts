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

/** How many letters are to be put in, left out or exchanged to make one word another (V. I. Levenshtein, 1966). */
function edits(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, i) => i);
  for (const [i, letter] of one.split('').entries()) {
    const next = [i + 1];
    for (const [j, its] of other.split('').entries()) {
      const exchanged = (row[j] ?? 0) + (letter === its ? 0 : 1);
      next.push(Math.min(exchanged, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
