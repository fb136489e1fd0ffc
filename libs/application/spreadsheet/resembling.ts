/** How a name resembles that of a field. */
export interface Resemblance {
  readonly field: string;
  /**
   * `form`: they are the same but for case, blanks, hyphens and underscores; `singular`, `plural`: so is the field’s with
   * an s less or more; `spelling`: a few letters are to be changed, which is a hint and proves nothing.
   */
  readonly by: 'form' | 'singular' | 'plural' | 'spelling';
}

/** The field whose name a name resembles most, where it resembles any. */
export function resemblanceOf(name: string, fields: readonly string[]): Resemblance | undefined {
  const form = folded(name);
  if (form === '') return undefined;
  const found = (by: Resemblance['by'], is: (field: string) => boolean): Resemblance[] => {
    const field = fields.find(is);
    return field === undefined ? [] : [{ field, by }];
  };
  const [first] = [
    ...found('form', (field) => folded(field) === form),
    ...found('singular', (field) => folded(field) === `${form}s`),
    ...found('plural', (field) => `${folded(field)}s` === form),
  ];
  const near = first ? undefined : nearest(form, fields);
  return first ?? (near === undefined ? undefined : { field: near, by: 'spelling' });
}

/** What people see no difference in: case, widths, blanks, what has no width, hyphens, dashes and underscores. */
function folded(name: string): string {
  return name
    .normalize('NFKC')
    .replace(/[\s\p{Pd}\p{Pc}\p{Cf}\p{Default_Ignorable_Code_Point}]/gu, '')
    .toLowerCase();
}

/** Of a few words the one that was meant by another, where few letters are to be changed, and fewer than are kept. */
export function nearest(meant: string, words: readonly string[], most = 2): string | undefined {
  const few = (word: string) => Math.min(most, Math.floor(Math.min(meant.length, word.length) / 2));
  const [best] = words
    .map((word) => ({ word, edits: edits(meant.toLowerCase(), word.toLowerCase()) }))
    .filter(({ word, edits }) => edits <= few(word))
    .sort((one, other) => one.edits - other.edits);
  return best?.word;
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
