import { mayBeSameName, type FoldedName } from '@app/domain/values/folded-name';
import { edits } from '@app/domain/values/resemblance';

/** A name in the form that is compared letter by letter. */
export interface Spelled {
  readonly folded: FoldedName;
  /** Its letters and digits without blanks between them: `glassslipper`. */
  readonly joined: string;
  /** Its digits alone. */
  readonly digits: string;
  /** A bit for each letter that it contains; some letters share one. */
  readonly letters: number;
}

/** The same of a name of a provider, with its initials. */
export interface SpelledName extends Spelled {
  /** With and without the words that abbreviations leave out. */
  readonly initials: readonly string[];
}

/** Words that abbreviations leave out. */
const SMALL: ReadonlySet<string> = new Set(['and', 'of', 'the', 'for', 'in', 'to', 'at']);

export function initialsOf({ words }: FoldedName): readonly string[] {
  const all = words.split(' ');
  return [all, all.filter((word) => !SMALL.has(word))].map((some) =>
    some.length < 2 ? '' : some.map((word) => word.charAt(0)).join(''),
  );
}

/** A name in the form that is compared. */
export function spelled(folded: FoldedName): Spelled {
  const joined = folded.words.replaceAll(' ', '');
  return { folded, joined, digits: joined.replaceAll(/\P{N}/gu, ''), letters: lettersIn(joined) };
}

/** A bit for each letter of a text; some letters share one. */
export function lettersIn(text: string): number {
  let letters = 0;
  for (const letter of text) if (letter !== ' ') letters |= 1 << ((letter.codePointAt(0) ?? 0) % 32);
  return letters;
}

/** A name written in one word with its article and legal form. */
const IN_ONE = /^(?:the)?(.+?)(?:ltd|limited|llp|cic|plc|cyf|cio)?$/;

/** A typed text without an article and legal form in the same word. */
export function bareOf({ folded }: Spelled): string {
  return folded.words.replace(IN_ONE, '$1');
}

/**
 * How far a name is from the typed one; undefined if it neither equals it, nor nearly, nor begins with it,
 * nor has it as initials. `bare`: the typed text without an article and legal form in the same word.
 */
export function distanceOf(name: SpelledName, typed: Spelled, bare: string): number | undefined {
  const { joined } = typed;
  if (joined === '') return undefined;
  if (mayBeSameName(name.folded, typed.folded)) return 0;
  if (name.joined === joined || name.joined === bare) return 1;
  const isMistaken = isNear(name, typed);
  // A few letters more likely begin a name than misspell another.
  if (isMistaken && joined.length > 4) return 2;
  if (name.joined.startsWith(joined)) return 3;
  if (name.initials.includes(joined)) return 4;
  return isMistaken ? 5 : undefined;
}

/** Whether the typed text is a name except for one typing mistake. With another digit it is another name. */
function isNear(name: Spelled, { joined, digits }: Spelled): boolean {
  if (Math.abs(name.joined.length - joined.length) > 1 || joined.length < 3) return false;
  return name.digits === digits && edits(joined, name.joined, 1) === 1;
}
