/** A name as far as it tells one organisation from another, whichever way it is written. */
export interface FoldedName {
  /** Its words in small letters, a space between them, but for the legal form at its end and a *The* in front. */
  readonly words: string;
  /** Its legal form, `ltd` for Ltd, Limited and Cyf alike; absent where the name says none. */
  readonly form: string | undefined;
}

/** Legal forms as names end in them, the longer in front of the shorter that they end in. */
const FORMS: readonly (readonly [string, string])[] = [
  ['public limited company', 'plc'],
  ['cwmni cyfyngedig cyhoeddus', 'plc'],
  ['limited liability partnership', 'llp'],
  ['partneriaeth atebolrwydd cyfyngedig', 'llp'],
  ['limited partnership', 'lp'],
  ['community interest company', 'cic'],
  ['cwmni buddiannau cymunedol', 'cic'],
  ['scottish charitable incorporated organisation', 'scio'],
  ['charitable incorporated organisation', 'cio'],
  ['limited by guarantee', 'ltd'],
  ['limited', 'ltd'],
  ['ltd', 'ltd'],
  ['cyfyngedig', 'ltd'],
  ['cyf', 'ltd'],
  ['plc', 'plc'],
  ['ccc', 'plc'],
  ['llp', 'llp'],
  ['pac', 'llp'],
  ['lp', 'lp'],
  ['cic', 'cic'],
  ['cbc', 'cic'],
  ['scio', 'scio'],
  ['cio', 'cio'],
  ['unlimited', 'unlimited'],
  ['inc', 'inc'],
];

/** Words that stand for one another. */
const SAME: ReadonlyMap<string, string> = new Map([
  ['st', 'saint'],
  ['co', 'company'],
]);

/**
 * Folds what is a matter of writing out of a name: capitals, accents, punctuation and blanks, apostrophes, `&` and `+` for *and*,
 * St for Saint, a *The* in front, and how the legal form is written. A letter more or less is never folded away.
 */
export function foldedName(name: string): FoldedName {
  const all = wordsOfName(name).map((word) => SAME.get(word) ?? word);
  const written = all.join(' ');
  for (const [ending, form] of FORMS)
    if (written.endsWith(` ${ending}`))
      return { words: withoutThe(written.slice(0, -ending.length - 1)), form };
  return { words: withoutThe(written), form: undefined };
}

/** Whether two names may be of one organisation: their words are the same, and their legal forms, where both say one. */
export function mayBeSameName(one: FoldedName, other: FoldedName): boolean {
  const formsDiffer = one.form !== undefined && other.form !== undefined && one.form !== other.form;
  return one.words === other.words && one.words !== '' && !formsDiffer;
}

/** The words of a name in small letters, without accents and apostrophes; initials with dots are one word. */
export function wordsOfName(text: string): readonly string[] {
  return (
    text
      .normalize('NFKD')
      .replaceAll(/[\p{M}\p{Cf}\p{Default_Ignorable_Code_Point}'’‘`´ʼʹ]/gu, '')
      .replaceAll(/[&+]/g, ' and ')
      .toLowerCase()
      .replaceAll(/[øæœßłđ]/g, (letter) => PLAIN.get(letter) ?? letter)
      .replaceAll(INITIALS, (initials) => initials.replaceAll(/[.\s]/g, ''))
      .match(/[\p{L}\p{N}]+/gu) ?? []
  );
}

/** Letters of one piece with their accent. */
const PLAIN: ReadonlyMap<string, string> = new Map(
  Object.entries({ ø: 'o', æ: 'ae', œ: 'oe', ß: 'ss', ł: 'l', đ: 'd' }),
);

/** Letters each with a dot behind it, `l.t.d.` or `n. o. c. n.`, the last maybe without. */
const INITIALS = /(?<![\p{L}\p{N}])\p{L}\.(?:\s?\p{L}\.)*\s?\p{L}(?![\p{L}\p{N}])/gu;

function withoutThe(words: string): string {
  return words.startsWith('the ') ? words.slice('the '.length) : words;
}
