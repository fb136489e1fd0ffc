/** The query of an address by name; a list if a name is repeated. */
export type Query = Readonly<Record<string, string | readonly string[]>>;

/** The parameters of an address that a page knows, by their proper names. */
export interface Read<N extends string> {
  readonly given: Readonly<Partial<Record<N, string | readonly string[]>>>;
  /** Whether the address names all of them properly and contains no others. */
  readonly isClean: boolean;
  /** What is wrong, by the parameter that is probably meant. */
  readonly faults: readonly { readonly name: N; readonly detail: string }[];
}

/** Other names that people use for the parameters of pages. */
const ALSO: Readonly<Record<string, string>> = { advisor: 'adviser', on: 'from' };
/** Names that may mean a parameter, and might mean something else, in small letters. */
const MAYBE: Readonly<Record<string, string>> = {
  to: 'until',
  till: 'until',
  end: 'until',
  start: 'from',
  date: 'from',
  day: 'from',
  asof: 'knownat',
  asat: 'knownat',
  known: 'knownat',
};
/** What other systems write before or after the name of a field: `date_from`, `adviserKey`. */
const BESIDE = /^(?:date|day|valid)|(?:date|key|id|name|number|code)s?$/g;

/**
 * Reads the parameters of an address as a page does (specification, section 7). Links that were passed on
 * have gathered unrelated ones, which are ignored. But one that resembles a known parameter is read as that
 * or refused: ignoring it would turn a question about a year into one about today. `lists`: those that may be
 * repeated.
 */
export function readParameters<N extends string>(
  query: Query,
  known: readonly N[],
  lists: readonly N[] = [],
): Read<N> {
  const given: Partial<Record<N, string[]>> = {};
  const faults: { name: N; detail: string }[] = [];
  let isClean = true;
  for (const [written, value] of Object.entries(query)) {
    const { is, maybe } = meant(written, known);
    if (is !== written) isClean = false;
    if (is !== undefined) (given[is] ??= []).push(...[value].flat());
    else if (maybe !== undefined)
      faults.push({
        name: maybe,
        detail: `The address says “${written}”: write “${maybe}” if that is meant, or leave it out`,
      });
  }
  const read: Partial<Record<N, string | readonly string[]>> = {};
  for (const [name, values] of Object.entries(given) as [N, string[]][]) {
    const all = [...new Set(values)];
    if (lists.includes(name)) {
      read[name] = values;
      continue;
    }
    const said = all.filter((one) => one.trim() !== '');
    if (values.length > 1) isClean = false;
    read[name] = said.at(-1) ?? '';
    if (said.length > 1)
      faults.push({
        name,
        detail: `The address gives this ${said.length} times, as ${said.map((one) => `“${one}”`).join(' and ')}: give it once`,
      });
  }
  return { given: read, isClean, faults };
}

/** Which parameter a name means or may mean. */
function meant<N extends string>(
  written: string,
  known: readonly N[],
): { readonly is?: N | undefined; readonly maybe?: N | undefined } {
  const exact = known.find((name) => name === written);
  if (exact !== undefined) return { is: exact };
  // An ampersand escaped for HTML leaves its name in front of the next parameter.
  const plain = folded(written.replace(/^(?:amp;|&)+/i, ''));
  const find = (text: string | undefined) => known.find((name) => folded(name) === text);
  const singular = plain.replace(/s$/, '');
  const read = (name: string) => find(name) ?? find(ALSO[name]);
  const is = read(plain) ?? read(singular);
  if (is !== undefined) return { is };
  const bare = plain.replaceAll(BESIDE, '');
  const maybe = find(MAYBE[plain]) ?? read(bare) ?? find(MAYBE[bare]);
  return { maybe: maybe ?? known.find((name) => isNear(folded(name), plain)) };
}

/** A name without differences of spelling: capitals, `_`, `-`, blanks, and the `[]` of a list. */
function folded(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
}

/**
 * Whether two names differ by one letter that is inserted, deleted or replaced, or by two that are swapped.
 */
function isNear(one: string, other: string): boolean {
  const [short, long] = one.length <= other.length ? [one, other] : [other, one];
  if (long.length - short.length > 1 || short.length < 3) return false;
  let at = 0;
  while (at < short.length && short[at] === long[at]) at++;
  if (long.length > short.length) return short.slice(at) === long.slice(at + 1);
  const exchanged = `${long.slice(0, at)}${long[at + 1] ?? ''}${long[at] ?? ''}${long.slice(at + 2)}`;
  return short.slice(at + 1) === long.slice(at + 1) || exchanged === short;
}
