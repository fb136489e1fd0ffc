/** A name reduced to what tells organisations apart, however it is written. */
export interface FoldedName {
  /**
   * Its words in small letters, separated by spaces, without the legal form at its end and a *The* in front.
   */
  readonly words: string;
  /** Its legal form, `ltd` for Ltd, Limited and Cyf alike; undefined if the name has none. */
  readonly form: string | undefined;
}

/** Legal forms as they end names. A form that ends in a shorter one comes before it. */
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

/** Words that mean the same. */
const SAME: ReadonlyMap<string, string> = new Map([
  ['st', 'saint'],
  ['co', 'company'],
]);

/**
 * Removes from a name everything that is a matter of spelling: capitals, accents, punctuation, blanks,
 * apostrophes, `&` and `+` for *and*, St for Saint, a *The* in front, and the spelling of the legal form. It
 * never ignores a letter more or less.
 */
export function foldedName(name: string): FoldedName {
  const all = wordsOfName(name).map((word) => SAME.get(word) ?? word);
  const written = all.join(' ');
  for (const [ending, form] of FORMS)
    if (written.endsWith(` ${ending}`))
      return { words: withoutThe(written.slice(0, -ending.length - 1)), form };
  return { words: withoutThe(written), form: undefined };
}

/**
 * Whether two names may belong to one organisation: their words are equal, and so are their legal forms if
 * both have one.
 */
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

/** Letters that Unicode does not decompose into a letter and an accent. */
const PLAIN: ReadonlyMap<string, string> = new Map(
  Object.entries({ ø: 'o', æ: 'ae', œ: 'oe', ß: 'ss', ł: 'l', đ: 'd' }),
);

/** Letters that are each followed by a dot, `l.t.d.` or `n. o. c. n.`; the last dot may be missing. */
const INITIALS = /(?<![\p{L}\p{N}])\p{L}\.(?:\s?\p{L}\.)*\s?\p{L}(?![\p{L}\p{N}])/gu;

function withoutThe(words: string): string {
  return words.startsWith('the ') ? words.slice('the '.length) : words;
}
