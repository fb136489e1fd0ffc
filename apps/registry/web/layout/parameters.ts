/** What stands behind the `?` of an address, by name; a list where a name stands there more than once. */
export type Query = Readonly<Record<string, string | readonly string[]>>;

/** The parameters of an address that a page knows, by the names that it knows them by. */
export interface Read<N extends string> {
  readonly given: Readonly<Partial<Record<N, string | readonly string[]>>>;
  /** Whether the address says all of this and nothing else, by these names. */
  readonly isClean: boolean;
  /** What is wrong, each of the parameter that it may be meant for. */
  readonly faults: readonly { readonly name: N; readonly detail: string }[];
}

/** Other names by which people call what a page asks. */
const ALSO: Readonly<Record<string, string>> = { advisor: 'adviser', on: 'from' };
/** Names that may mean a parameter, in small letters, and might mean something else. */
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
/** What other systems write before or behind the name of a field: `date_from`, `adviserKey`. */
const BESIDE = /^(?:date|day|valid)|(?:date|key|id|name|number|code)s?$/g;

/**
 * Reads the parameters of an address as a page does (specification, section 7). Links that were passed on have picked up others, which
 * are passed over; but what resembles one that is known is read as that one, or refused: passed over, it would make of a
 * question about a year one about today. `lists`: those that may be given more than once.
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

/** Which parameter a name is, or may be. */
function meant<N extends string>(
  written: string,
  known: readonly N[],
): { readonly is?: N | undefined; readonly maybe?: N | undefined } {
  const exact = known.find((name) => name === written);
  if (exact !== undefined) return { is: exact };
  // An ampersand that was written for HTML leaves its name in front of the next parameter.
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

/** A name without what is a matter of writing: capitals, `_`, `-`, blanks, and the `[]` of a list. */
function folded(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
}

/** Whether one name becomes the other by one letter more, less or other, or by two that are exchanged. */
function isNear(one: string, other: string): boolean {
  const [short, long] = one.length <= other.length ? [one, other] : [other, one];
  if (long.length - short.length > 1 || short.length < 3) return false;
  let at = 0;
  while (at < short.length && short[at] === long[at]) at++;
  if (long.length > short.length) return short.slice(at) === long.slice(at + 1);
  const exchanged = `${long.slice(0, at)}${long[at + 1] ?? ''}${long[at] ?? ''}${long.slice(at + 2)}`;
  return short.slice(at + 1) === long.slice(at + 1) || exchanged === short;
}
