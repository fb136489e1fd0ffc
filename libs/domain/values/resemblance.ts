/**
 * The known word that an unknown one was probably meant to be: the nearest by edits of single letters, in any
 * case; undefined if none is near. The first of several that are equally near.
 */
export function resembling(word: string, words: Iterable<string>): string | undefined {
  let nearest: string | undefined;
  let fewest = Math.min(3, Math.max(1, Math.floor(word.length / 3)));
  for (const one of words) {
    if (Math.abs(one.length - word.length) > fewest) continue;
    const its = edits(word.toLowerCase(), one.toLowerCase(), fewest);
    if (its > fewest || (nearest !== undefined && its === fewest)) continue;
    [nearest, fewest] = [one, its];
  }
  return nearest;
}

/**
 * What to do about a name where only known names are allowed: if a misspelt one were ignored, its meaning
 * would be lost. `or`: what else can be done if it resembles none of them.
 */
export function insteadOf(name: string, known: Iterable<string>, or?: string): string {
  const meant = resembling(name, known);
  if (meant !== undefined) return `did you mean ${meant}?`;
  return or === undefined ? 'leave it out' : `leave it out, ${or}`;
}

/**
 * The number of letters to insert, delete, replace or swap with a neighbour to make one word another (F. J.
 * Damerau, 1964; no letter is changed twice); if there are more than `most`, some number above `most`. Small
 * distances are found fast, because equal letters are matched without trying edits.
 */
export function edits(one: string, other: string, most: number, from = 0, to = 0): number {
  let i = from;
  let j = to;
  while (i < one.length && j < other.length && one.charCodeAt(i) === other.charCodeAt(j)) {
    i++;
    j++;
  }
  const [left, wanted] = [one.length - i, other.length - j];
  if (left === 0 || wanted === 0) return Math.min(left + wanted, most + 1);
  if (Math.abs(left - wanted) > most || most === 0) return most + 1;
  let fewest = most;
  const attempt = (past: number, there: number) => {
    fewest = Math.min(fewest, edits(one, other, fewest - 1, i + past, j + there));
  };
  const isSwapped = one[i] === other[j + 1] && one[i + 1] === other[j];
  if (isSwapped) attempt(2, 2);
  attempt(1, 1);
  attempt(1, 0);
  attempt(0, 1);
  return fewest + 1;
}
