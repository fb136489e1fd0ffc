import {
  contractsIn,
  contractStream,
  contractsUnder,
  eventsOf,
  referencesAbove,
  referencesBelow,
  referencesOf,
} from './contract';
import { only } from './decide';
import type { EventOf } from './event';
import { groundsOf, holds, type Grant } from './fact';
import { byFirstKey, persons, type Known } from './known';
import { all, any, NEVER, single, type Rule, type Value } from './value';

/** A provider under contract below the one asked about, and when. */
export interface Subcontractor {
  /** All its keys, the one first registered in front. */
  readonly keys: readonly string[];
  readonly contracted: Value;
}

/**
 * The providers that ever held a contract below one of this provider's, by key, and the days on which a chain of contracts
 * in force leads from theirs up to one of its own (design, section 4, `of: subcontractors`). A chain leads on through any
 * contract under the reference that is named, whoever holds it; one that comes back to a reference reaches nobody.
 */
export function subcontractorsOf(known: Known, provider: readonly string[]): readonly Subcontractor[] {
  const chains = chainsBelow(known, provider);
  const leads = leadingUp(chains);
  const found = new Map<string, { keys: readonly string[]; parts: Value[] }>();
  for (const [reference, links] of chains.links) {
    for (const { holder, parent, inForce } of links) {
      if (parent === undefined) continue;
      const above = returns(chains, reference, parent) ? leadingUp(chains, reference) : leads;
      const name = holder[0] ?? '';
      const subcontractor = found.get(name) ?? { keys: holder, parts: [] };
      subcontractor.parts.push(all([inForce, above.get(parent) ?? NEVER]));
      found.set(name, subcontractor);
    }
  }
  return [...found.values()]
    .map(({ keys, parts }) => ({ keys, contracted: any(parts) }))
    .sort((a, b) => byFirstKey(a.keys, b.keys));
}

/** What one holder has under one reference below one parent: each contract names a parent of its own. */
interface Link {
  readonly holder: readonly string[];
  /** The reference of the contracts above, where chains go on. */
  readonly parent: string | undefined;
  /** Whether the holder is the provider, at whom a chain ends. */
  readonly isOwn: boolean;
  readonly inForce: Value;
}

interface Chains {
  /** By reference, the contracts by which a chain may lead up to the provider, each reference after those above it. */
  readonly links: ReadonlyMap<string, readonly Link[]>;
  /** Whether some chain may come back to where it has been, so that there is no such order. */
  readonly hasCircle: boolean;
}

function chainsBelow(known: Known, provider: readonly string[]): Chains {
  const references = new Set(referencesOf(known, provider));
  for (const reference of references)
    for (const below of referencesBelow(known, reference)) references.add(below);
  const links = new Map<string, readonly Link[]>();
  let hasCircle = false;
  const begun = new Set<string>();
  // A stack and no calls: a chain may be longer than calls may be deep.
  const stack = [...references];
  for (let reference = stack.at(-1); reference !== undefined; reference = stack.at(-1)) {
    const isNew = !begun.has(reference);
    begun.add(reference);
    const waiting = isNew
      ? referencesAbove(known, reference).filter((parent) => references.has(parent) && !links.has(parent))
      : [];
    const next = waiting.filter((parent) => !begun.has(parent));
    if (next.length < waiting.length) hasCircle = true;
    stack.push(...next);
    if (next.length > 0) continue;
    stack.pop();
    if (!links.has(reference)) links.set(reference, linksUnder(known, reference, references, provider));
  }
  return { links, hasCircle };
}

function linksUnder(
  known: Known,
  reference: string,
  references: ReadonlySet<string>,
  provider: readonly string[],
): readonly Link[] {
  const stream = contractStream(reference);
  const events = known.stream(stream);
  const keys = contractsUnder(known, reference).map(({ subject }) => subject);
  return persons(known, keys).flatMap((holder) => {
    const isOwn = holder[0] === provider[0];
    const own = eventsOf(events, holder);
    const awarded = Map.groupBy(only(own, 'ContractAwarded'), ({ data }) => data.subcontractorOf);
    const ended = only(own, 'ContractEnded');
    return [...awarded].flatMap(([named, its]): Link[] => {
      const parent = named !== undefined && references.has(named) ? named : undefined;
      if (parent === undefined && !isOwn) return [];
      // An end bears on every contract of its holder, whatever is above that; another contract bears on none.
      const events = [...its, ...ended].sort((a, b) => a.position - b.position);
      return [{ holder, parent, isOwn, inForce: single(known, [stream], CONTRACTED, events) }];
    });
  });
}

/** Whether some contract of one holder, of those whose events are given, is in force. */
const CONTRACTED: Rule<readonly Grant<EventOf<'ContractAwarded'>>[]> = {
  facts: contractsIn,
  days: holds,
  grounds: groundsOf,
  causes: () => [],
};

/**
 * By reference, the days on which some contract under it leads up to one of the provider's, through none of the reference
 * `without`. One pass does where no chain returns. Where one may, passes go on until nothing changes: these are the fewest
 * such days, so that a circle by itself leads nowhere.
 */
function leadingUp({ links, hasCircle }: Chains, without?: string): ReadonlyMap<string, Value> {
  const leads = new Map<string, Value>();
  for (let changed = true; changed;) {
    changed = false;
    for (const [reference, its] of links) {
      if (reference === without) continue;
      const value = any(
        its.map(({ parent, isOwn, inForce }) =>
          isOwn ? inForce : all([inForce, leads.get(parent ?? '') ?? NEVER]),
        ),
      );
      if (hasCircle && !isSame(value, leads.get(reference))) changed = true;
      leads.set(reference, value);
    }
  }
  return leads;
}

/** Whether a chain that goes up from a reference to `parent` may come back to the reference. */
function returns({ links, hasCircle }: Chains, reference: string, parent: string): boolean {
  if (!hasCircle) return false;
  const above = new Set([parent]);
  for (const one of above)
    for (const link of links.get(one) ?? []) if (link.parent !== undefined) above.add(link.parent);
  return above.has(reference);
}

function isSame(a: Value, b: Value | undefined): boolean {
  const daysOf = (value: Value | undefined) =>
    JSON.stringify([value?.truth.certain, value?.truth.possible, value?.stands]);
  return daysOf(a) === daysOf(b);
}
