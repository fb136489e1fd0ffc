import { waysOut } from './ways-out';
import {
  contractsIn,
  contractStream,
  contractsUnder,
  eventsOf,
  referencesAbove,
  referencesBelow,
  referencesOf,
} from '../../subjects/contract';
import { only } from '../../log/decider';
import type { EventOf } from '../../log/event-catalogue';
import { groundsOf, holds, type Grant } from '../../log/grants';
import { type LogView } from '../../log/log-view';
import { byFirstKey, persons } from '../../log/identity';
import { certainly, NO_DAYS, type Days } from '../../values/timeline';
import { all, any, NEVER, single, type Rule, type Value } from './value';
import { A_PIECE, flatMapped, inGroups, mapped, sorted, type Work } from '../../values/work';

/** A provider under contract below the one that the question is about, and the days. */
export interface Subcontractor {
  /** All its keys, the one first registered in front. */
  readonly keys: readonly string[];
  readonly contracted: Value;
}

/**
 * The providers that ever held a contract below one of this provider's, by key, and the days on which a chain
 * of contracts in force leads from theirs up to one of its own (specification, section 4, `of:
 * subcontractors`). A chain leads on through any contract under the reference that is named, whoever holds
 * it; a chain that returns to one of its references leads nowhere.
 */
export function* subcontractorsOf(
  known: LogView,
  provider: readonly string[],
): Work<readonly Subcontractor[]> {
  const found = new Map<string, { keys: readonly string[]; parts: Value[] }>();
  for (const [i, { holder, inForce, above }] of (yield* linksBelow(known, provider)).entries()) {
    if (i % A_PIECE === A_PIECE - 1) yield 1;
    if (!above) continue;
    const subcontractor = found.get(holder[0] ?? '') ?? { keys: holder, parts: [] };
    subcontractor.parts.push(all([inForce, above]));
    found.set(holder[0] ?? '', subcontractor);
  }
  const subcontractors: Subcontractor[] = [];
  for (const [i, { keys, parts }] of [...found.values()].entries()) {
    if (i % A_PIECE === A_PIECE - 1) yield A_PIECE;
    subcontractors.push({ keys, contracted: yield* inGroups(parts, any) });
  }
  return yield* sorted(subcontractors, (a, b) => byFirstKey(a.keys, b.keys));
}

/**
 * The contracts of one holder under one reference, below one parent: each contract names a parent of its own.
 */
interface Link {
  readonly holder: readonly string[];
  /** The reference of the contracts above; undefined if the chain ends here. */
  readonly parent: string | undefined;
  /** Whether the provider itself is the holder, so that a chain ends here. */
  readonly isOwn: boolean;
  readonly inForce: Value;
}

/**
 * A link, and the days on which some contract above it leads up to one of the provider's without a circle.
 */
interface LinkUp extends Link {
  readonly above: Value | undefined;
}

/** All links through which a chain may lead up to the provider, those above before those below. */
function* linksBelow(known: LogView, provider: readonly string[]): Work<readonly LinkUp[]> {
  const references = new Set(yield* referencesOf(known, provider));
  let lookedAt = 0;
  for (const reference of references) {
    if (++lookedAt % A_PIECE === 0) yield A_PIECE;
    for (const below of yield* referencesBelow(known, reference)) references.add(below);
  }
  const parentsOf = (reference: string) =>
    referencesAbove(known, reference).filter((parent) => references.has(parent));
  /** By reference, the days on which some contract under it leads up to one of the provider's. */
  const leads = new Map<string, Value>();
  const up: LinkUp[] = [];
  for (const [i, circle] of (yield* circlesIn(references, parentsOf)).entries()) {
    if (i % A_PIECE === A_PIECE - 1) yield A_PIECE;
    const links = new Map<string, readonly Link[]>();
    for (const reference of circle)
      links.set(reference, yield* linksUnder(known, reference, references, provider));
    const [reference = '', another] = circle;
    if (another !== undefined || parentsOf(reference).includes(reference)) {
      for (const link of upFromCircle(links, leads)) up.push(link);
      continue;
    }
    const its = yield* mapped(links.get(reference) ?? [], (link): LinkUp => ({
      ...link,
      above: leadOf(link, leads),
    }));
    const each = yield* mapped(its, ({ isOwn, inForce, above = NEVER }) =>
      isOwn ? inForce : all([inForce, above]),
    );
    leads.set(reference, yield* inGroups(each, any));
    for (const link of its) up.push(link);
  }
  return up;
}

function leadOf({ parent }: Link, leads: ReadonlyMap<string, Value>): Value | undefined {
  return parent === undefined ? undefined : (leads.get(parent) ?? NEVER);
}

/**
 * The links of references that form circles with each other. Afterwards `leads` holds the days on which they
 * lead up.
 */
function upFromCircle(
  links: ReadonlyMap<string, readonly Link[]>,
  leads: Map<string, Value>,
): readonly LinkUp[] {
  const places = new Map([...links.keys()].map((reference, place) => [reference, place]));
  const up = [...links].flatMap(([reference, its]) =>
    its.map((link) => ({
      ...link,
      from: places.get(reference) ?? NaN,
      to: link.parent === undefined ? undefined : places.get(link.parent),
      above: leadOf(link, leads),
    })),
  );
  const inside = up.flatMap(({ from, to }) => (to === undefined ? [] : [{ from, to }]));
  /** The ways out of the circle: the provider's own contracts, and contracts further up. */
  const out = up.flatMap(({ from, to, isOwn, inForce, above = NEVER }) => {
    if (isOwn) return [{ from, value: inForce }];
    return to === undefined ? [{ from, value: all([inForce, above]) }] : [];
  });
  const within = up.flatMap(({ from, to, isOwn, inForce }) =>
    isOwn || to === undefined ? [] : [{ from, to, value: inForce }],
  );
  const parts = [...out, ...within].map(({ value }) => value);
  const outBy = (daysOf: (value: Value) => Days) =>
    waysOut(
      places.size,
      within.map(({ from, to, value }) => ({ from, to, days: daysOf(value) })),
      out.map(({ from, value }) => ({ from, days: daysOf(value) })),
      inside,
    );
  const valueOf = valuesOf(parts, outBy);
  for (const [reference, place] of places)
    leads.set(
      reference,
      valueOf(({ ofPlaces }) => ofPlaces[place]),
    );
  let pair = 0;
  return up.map(({ from: _, to, ...link }) => {
    if (to === undefined) return link;
    const index = pair++;
    return { ...link, above: valueOf(({ ofPairs }) => ofPairs[index]) };
  });
}

/** Makes values from a computation on sets of days. It must be monotonic: more days in, never fewer out. */
function valuesOf<T>(parts: readonly Value[], findBy: (daysOf: (value: Value) => Days) => T) {
  const stands = findBy((value) => value.presumed);
  const doubts = [...new Set(parts.flatMap((value) => value.doubts))];
  const isDisputed = doubts.length > 0;
  const certain = isDisputed ? findBy(({ truth }) => truth.certain) : stands;
  const possible = isDisputed ? findBy(({ truth }) => truth.possible) : stands;
  return (daysIn: (found: T) => Days | undefined): Value => {
    const days = daysIn(stands) ?? NO_DAYS;
    const truth = isDisputed
      ? { certain: daysIn(certain) ?? NO_DAYS, possible: daysIn(possible) ?? NO_DAYS }
      : certainly(days);
    return { truth, presumed: days, causes: () => [], grounds: () => [], doubts };
  };
}

/**
 * The references in groups, each after those above it: references that form circles with each other make one
 * group, every other is alone (R. Tarjan, “Depth-first search and linear graph algorithms”, 1972). It uses a
 * stack instead of recursion, because a chain may be longer than calls may be deep.
 */
function* circlesIn(
  references: ReadonlySet<string>,
  parentsOf: (reference: string) => readonly string[],
): Work<readonly (readonly string[])[]> {
  const circles: string[][] = [];
  const numbers = new Map<string, number>();
  /** By reference, the least number that is reached from it and not yet in a group. */
  const lowest = new Map<string, number>();
  const open: string[] = [];
  const grouped = new Set<string>();
  let steps = 0;
  for (const first of references) {
    if (numbers.has(first)) continue;
    const walk = [{ reference: first, parents: parentsOf(first), next: 0 }];
    for (let step = walk.at(-1); step; step = walk.at(-1)) {
      if (++steps % A_PIECE === 0) yield A_PIECE;
      const { reference, parents } = step;
      if (!numbers.has(reference)) {
        lowest.set(reference, numbers.size);
        numbers.set(reference, numbers.size);
        open.push(reference);
      }
      const lower = (number: number) =>
        lowest.set(reference, Math.min(number, lowest.get(reference) ?? number));
      const parent = parents[step.next];
      if (parent !== undefined) {
        if (!numbers.has(parent)) {
          walk.push({ reference: parent, parents: parentsOf(parent), next: 0 });
          continue;
        }
        step.next++;
        if (!grouped.has(parent)) lower(lowest.get(parent) ?? NaN);
        continue;
      }
      walk.pop();
      if (lowest.get(reference) !== numbers.get(reference)) continue;
      const circle = open.splice(open.indexOf(reference));
      for (const one of circle) grouped.add(one);
      circles.push(circle);
    }
  }
  return circles;
}

function* linksUnder(
  known: LogView,
  reference: string,
  references: ReadonlySet<string>,
  provider: readonly string[],
): Work<readonly Link[]> {
  const stream = contractStream(reference);
  const events = known.stream(stream);
  const keys = contractsUnder(known, reference).map(({ subject }) => subject);
  return yield* flatMapped(yield* persons(known, keys), (holder) => {
    const isOwn = holder[0] === provider[0];
    const own = eventsOf(events, holder);
    const awarded = Map.groupBy(only(own, 'ContractAwarded'), ({ data }) => data.subcontractorOf);
    const ended = only(own, 'ContractEnded');
    return [...awarded].flatMap(([named, its]): Link[] => {
      const parent = named !== undefined && references.has(named) ? named : undefined;
      if (parent === undefined && !isOwn) return [];
      // An end bears on every contract of its holder, whatever is above it; another contract bears on none.
      const events = [...its, ...ended].sort((one, other) => one.position - other.position);
      return [{ holder, parent, isOwn, inForce: single(known, [stream], CONTRACTED, events) }];
    });
  });
}

/** Whether some contract of one holder is in force, by the events of that holder. */
const CONTRACTED: Rule<readonly Grant<EventOf<'ContractAwarded'>>[]> = {
  facts: contractsIn,
  days: holds,
  grounds: groundsOf,
  causes: () => [],
};
