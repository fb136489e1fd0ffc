/*
 * The names of the invented county. No one and nothing in it exists: places and people are from storybooks
 * that no one wrote.
 */

export const AREA = 'area:E99999901';

const PLACES = [
  'Inkwell',
  'Paperbridge',
  'Thimbleton',
  'Lanternmouth',
  'Teapot Green',
  'Marblecombe',
  'Buttonstead',
  'Ribbonford',
  'Saucerby',
  'Candleholm',
  'Featherwick',
  'Puddlemarsh',
  'Acorn Hollow',
  'Whistlebury',
  'Kettlecross',
  'Moonraker Hill',
  'Gingerlane',
  'Seven Stiles',
  'Nutshell End',
  'Dragonsley',
];
const TRADES = ['Guidance', 'Careers', 'Advice', 'Futures', 'Ways', 'Pathfinders', 'Signposts'];
const SCHOOLS = ['School', 'High School', 'Academy', 'College'];

/** The n-th pair of the two lists, n from 0; once all pairs have been used, a number is added. */
function paired(first: readonly string[], second: readonly string[], n: number): string {
  const round = Math.floor(n / (first.length * second.length));
  const [a, b] = [
    first[n % first.length],
    second[((n % first.length) + Math.floor(n / first.length)) % second.length],
  ];
  return `${a ?? ''} ${b ?? ''}${round === 0 ? '' : ` ${round + 1}`}`;
}

/** The name of the n-th provider, n from 0. */
export function providerName(n: number): string {
  return paired(PLACES, TRADES, n);
}

/** The name of the n-th school, n from 0. */
export function schoolName(n: number): string {
  return paired(PLACES, SCHOOLS, n);
}

/** The key of the n-th provider, n from 0, below ten million. */
export function providerKey(n: number): string {
  return `ukprn:${10_000_001 + n}`;
}

/** The key of the n-th adviser, n from 0. */
export function adviserKey(n: number): string {
  return `adviser:example${String(n + 1).padStart(4, '0')}`;
}

/** The key of the n-th school, n from 0, below 899,999. */
export function schoolKey(n: number): string {
  return `urn:${100_001 + n}`;
}
