import { PROVIDER_KEY } from './keys';

/** A key that somebody who typed a number may mean. */
export interface TypedKey {
  readonly key: string;
  /** Whether the key has zeros that were not typed: a spreadsheet drops leading ones. */
  readonly padded: boolean;
}

type Kind = 'ukprn' | 'company' | 'charity' | 'urn';
const KINDS: readonly Kind[] = ['ukprn', 'company', 'charity', 'urn'];

/** Words that say which kind a number is, as letterheads, websites and other registers use them. */
const LABELS: ReadonlyMap<string, Kind> = new Map([
  ...labels('ukprn', 'ukprn prn provider'),
  ...labels('company', 'company companies co coh crn'),
  ...labels('charity', 'charity charitable chc rcn oscr ccni'),
  ...labels('urn', 'urn school edubase gias'),
]);

function labels(kind: Kind, words: string): readonly (readonly [string, Kind])[] {
  return words.split(' ').map((word) => [word, kind] as const);
}

/** Words beside a number that say nothing of its kind. */
const FILLERS: ReadonlySet<string> = new Set(
  (
    'a an and our the their its is of in by with for no nos num numb number numbers nr n id code ref reference reg regd ' +
    'registered registration register uk gb england wales scotland northern ireland english welsh scottish limited ltd house commission unique dfe'
  ).split(' '),
);

/** Identifiers of org-id.guide, which begin with the list that the number is from. */
const LISTED = /^(GB-(?:COH|CHC|SC|NIC|EDU|UKPRN))[-:\s]+/;
const LISTS: ReadonlyMap<string, Kind> = new Map([
  ['GB-COH', 'company'],
  ['GB-CHC', 'charity'],
  ['GB-SC', 'charity'],
  ['GB-NIC', 'charity'],
  ['GB-EDU', 'urn'],
  ['GB-UKPRN', 'ukprn'],
]);

const A_KEY = new RegExp(PROVIDER_KEY.pattern);

/** Invisible characters that are copied along: blanks, and those that direct or join others. */
const UNSEEN = /[\p{Cf}\p{Cc}\p{Default_Ignorable_Code_Point}]/gu;
/** A single letter with a dot after it, as in `U.R.N. 123456`. */
const INITIAL = /(?<![A-Z])([A-Z])\.(?=[A-Z](?:\.|\b)|\s*[0-9])/g;
/** What a spreadsheet appends to a whole number. */
const FRACTION = /(?<=[0-9]{5})\.0$/;
/** A number, with anything between its digits, the word before it and the letters directly after it. */
const NUMBER = /([A-Z]+)?[\s.:#-]*([0-9](?:[\s.,/-]*[0-9])*)([A-Z]{1,3}(?![A-Z0-9]))?/g;

/**
 * The keys that a typed text may mean if it is one or several numbers: `UKPRN 17000002`, `(Company No.
 * 01234567)`, `GB-COH-01234567`, `17 00 00 02`. A number without a kind may be of several kinds. Empty if a
 * number says its kind but has not the form of it; undefined if the text is no number, but perhaps a name.
 */
export function typedKeys(text: string): readonly TypedKey[] | undefined {
  const plain = text
    .normalize('NFKC')
    .replaceAll(/\p{Zs}/gu, ' ')
    .replaceAll(/\p{Pd}/gu, '-')
    .replaceAll(UNSEEN, '')
    .trim()
    .toUpperCase()
    .replaceAll(INITIAL, '$1')
    .replace(FRACTION, '');
  const [prefix = '', list = ''] = LISTED.exec(plain) ?? [];
  const listed = LISTS.get(list);
  // That list has the numbers of Northern Ireland without the letters that tell them from those of England
  // and Wales.
  const bare = plain.slice(prefix.length);
  const rest = list === 'GB-NIC' && !bare.startsWith('NIC') ? `NIC${bare}` : bare;
  const numbers = numbersIn(rest);
  if (numbers.length === 0) return undefined;
  const keys = new Map<string, TypedKey>();
  let isSaid = false;
  for (const { number, words } of numbers) {
    if (!words.every((word) => LABELS.has(word) || FILLERS.has(word))) return undefined;
    const said = new Set(words.flatMap((word) => LABELS.get(word) ?? []));
    if (listed !== undefined) said.add(listed);
    if (said.size > 0) isSaid = true;
    const kinds = said.size > 0 ? KINDS.filter((kind) => said.has(kind)) : KINDS;
    for (const one of kinds.flatMap((kind) => keyOf(kind, number, said.size > 0) ?? []))
      keys.set(one.key, one);
  }
  return keys.size === 0 && !isSaid ? undefined : [...keys.values()];
}

/** A number, with its letters and digits joined, and the words in small letters that belong to it. */
interface Numbered {
  readonly number: string;
  readonly words: readonly string[];
}

/** The numbers in a text, each with the words before it; the last also with those after it. */
function numbersIn(text: string): readonly Numbered[] {
  const matches = [...text.matchAll(NUMBER)];
  let end = 0;
  return matches.map((match, i) => {
    const [whole, before = '', digits = '', behind = ''] = match;
    const number = digits.replaceAll(/[^0-9]/g, '');
    const words = wordsIn(text.slice(end, match.index));
    end = match.index + whole.length;
    const trailing = i === matches.length - 1 ? wordsIn(text.slice(end)) : [];
    return isRegistry(before)
      ? { number: before + number + behind, words: [...words, ...trailing] }
      : { number, words: [...words, ...wordsIn(`${before} ${behind}`), ...trailing] };
  });
}

function wordsIn(text: string): readonly string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}

/**
 * Whether letters before digits are part of a company’s or charity’s number, such as `SC`, rather than a
 * word.
 */
function isRegistry(letters: string): boolean {
  const word = letters.toLowerCase();
  return /^(?:[A-Z]{1,2}|NIC)$/.test(letters) && !LABELS.has(word) && !FILLERS.has(word);
}

/** A number as the key of a kind, with the leading zeros that it may have lost; undefined if it is none. */
function keyOf(kind: Kind, number: string, isSaid: boolean): TypedKey | undefined {
  const whole = `${kind}:${number}`;
  if (A_KEY.test(whole)) return { key: whole, padded: false };
  const [, letters = '', digits = ''] = /^([A-Z]{2})?([0-9]+)$/.exec(number) ?? [];
  // A few digits alone are not meant as a number; charity numbers of England and Wales have no leading zeros.
  const fewest = letters === '' && !isSaid ? 5 : 1;
  const canBePadded = kind === 'company' || (kind === 'charity' && letters === 'SC');
  if (!canBePadded || digits.length < fewest || letters.length + digits.length >= 8) return undefined;
  const key = `${kind}:${letters}${digits.padStart(8 - letters.length, '0')}`;
  return A_KEY.test(key) ? { key, padded: true } : undefined;
}
