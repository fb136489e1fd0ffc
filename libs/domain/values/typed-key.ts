import { PROVIDER_KEY } from './keys';

/** A key that somebody may mean who typed a number. */
export interface TypedKey {
  readonly key: string;
  /** Whether zeros stand in the key that were not typed: a spreadsheet loses those in front. */
  readonly padded: boolean;
}

type Kind = 'ukprn' | 'company' | 'charity' | 'urn';
const KINDS: readonly Kind[] = ['ukprn', 'company', 'charity', 'urn'];

/** Words that say of which kind a number is, as letterheads, websites and other registers have them. */
const LABELS: ReadonlyMap<string, Kind> = new Map([
  ...labels('ukprn', 'ukprn prn provider'),
  ...labels('company', 'company companies co coh crn'),
  ...labels('charity', 'charity charitable chc rcn oscr ccni'),
  ...labels('urn', 'urn school edubase gias'),
]);

function labels(kind: Kind, words: string): readonly (readonly [string, Kind])[] {
  return words.split(' ').map((word) => [word, kind] as const);
}

/** Words that stand beside a number and say nothing of its kind. */
const FILLERS: ReadonlySet<string> = new Set(
  (
    'a an and our the their its is of in by with for no nos num numb number numbers nr n id code ref reference reg regd ' +
    'registered registration register uk gb england wales scotland northern ireland english welsh scottish limited ltd house commission unique dfe'
  ).split(' '),
);

/** Identifiers of org-id.guide, which begin with the list in which the number stands. */
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

/** What is copied along unseen: characters that direct or join others, or are blank. */
const UNSEEN = /[\p{Cf}\p{Cc}\p{Default_Ignorable_Code_Point}]/gu;
/** A single letter with a dot behind it, as in `U.R.N. 123456`. */
const INITIAL = /(?<![A-Z])([A-Z])\.(?=[A-Z](?:\.|\b)|\s*[0-9])/g;
/** What a spreadsheet writes behind a whole number. */
const FRACTION = /(?<=[0-9]{5})\.0$/;
/** A number, whatever stands between its digits, with the word before it and the letters right behind it. */
const NUMBER = /([A-Z]+)?[\s.:#-]*([0-9](?:[\s.,/-]*[0-9])*)([A-Z]{1,3}(?![A-Z0-9]))?/g;

/**
 * The keys that what somebody typed may mean where it is a number: `UKPRN 17000002`, `(Company No. 01234567)`,
 * `GB-COH-01234567`, `17 00 00 02`, several of them too. A number that says not of which kind it is may be of several. Empty
 * where it says its kind and has not the form of it; nothing where what was typed is no number, but maybe a name.
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
  // That list has the numbers of Northern Ireland without the letters that tell them from those of England and Wales.
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

/** A number, its letters and digits in one, and the words in small letters that belong to it. */
interface Numbered {
  readonly number: string;
  readonly words: readonly string[];
}

/** The numbers in a text, each with the words before it; the last with those behind it too. */
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

/** Whether letters before digits are a part of a number of a company or charity, such as `SC`, and no word. */
function isRegistry(letters: string): boolean {
  const word = letters.toLowerCase();
  return /^(?:[A-Z]{1,2}|NIC)$/.test(letters) && !LABELS.has(word) && !FILLERS.has(word);
}

/** A number as the key of a kind, the zeros in front put back where it can have lost them; undefined if it is none. */
function keyOf(kind: Kind, number: string, isSaid: boolean): TypedKey | undefined {
  const whole = `${kind}:${number}`;
  if (A_KEY.test(whole)) return { key: whole, padded: false };
  const [, letters = '', digits = ''] = /^([A-Z]{2})?([0-9]+)$/.exec(number) ?? [];
  // Few digits alone are no number that was meant; those of charities in England and Wales have no zeros in front.
  const fewest = letters === '' && !isSaid ? 5 : 1;
  const canBePadded = kind === 'company' || (kind === 'charity' && letters === 'SC');
  if (!canBePadded || digits.length < fewest || letters.length + digits.length >= 8) return undefined;
  const key = `${kind}:${letters}${digits.padStart(8 - letters.length, '0')}`;
  return A_KEY.test(key) ? { key, padded: true } : undefined;
}
