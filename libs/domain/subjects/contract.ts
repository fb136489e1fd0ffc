import { Type } from 'typebox';
import { dayOf } from '../values/day';
import { type Deciders, needsGrant, only } from '../log/decider';
import { define } from '../log/event-definition';
import type { EventOf, RegisterEvent } from '../log/event-catalogue';
import { factKind } from '../log/effects';
import { holds, type Grant } from '../log/grants';
import { CODE, CODES, DAY, fields, PROVIDER_KEY, REFERENCE } from '../values/keys';
import { memoizedByList, listNamed } from '../log/memoized-by-list';
import { type LogView } from '../log/log-view';
import { keysOf } from '../log/identity';
import { described } from '../values/meaning';
import { refuse } from '../values/problem';
import { intersection, NO_DAYS, span, type Days } from '../values/timeline';
import { finished, flatMapped, type Work } from '../values/work';

const PREFIX = 'contract-';
const stream = (_subject: string, { reference }: { reference: string }) => contractStream(reference);
const about = { subject: PROVIDER_KEY, stream, needs: ['subject'] } as const;

/** The key under which the contracts are found that name this reference as the one above them. */
const below = (reference: string) => `below:${reference}`;

export const events = {
  ContractAwarded: define({
    ...about,
    meaning:
      'The provider has a contract of a public programme, from a first day to a last one. Where a policy asks something of subcontractors, it asks it of each provider with a contract under one of those that the provider in question holds.',
    effect: { kind: 'grant', fact: 'contract', of: 'subject', from: 'from', until: 'until' },
    about: ({ subcontractorOf }) => [subcontractorOf === undefined ? undefined : below(subcontractorOf)],
    data: fields({
      reference: described(
        REFERENCE,
        'The reference of the contract. Its end names it, and so does each contract under it.',
      ),
      programme: described(CODE, 'The public programme, such as `national-careers-service`.'),
      services: described(
        CODES,
        'What is to be delivered, such as `personal-guidance`. A record, which changes no answer.',
      ),
      clientGroups: described(CODES, 'For whom, such as `young-people`. A record, which changes no answer.'),
      from: described(DAY, 'The first day of the contract; it is covered.'),
      until: described(DAY, 'The last day of the contract; it is covered too.'),
      subcontractorOf: Type.Optional(
        described(
          REFERENCE,
          'The reference of the contract under which this one stands; it may be posted later. Absent: this one stands under no other.',
        ),
      ),
    }),
  }),
  ContractEnded: define({
    ...about,
    meaning:
      'The contract has ended: those of this reference that the provider was awarded before it do not count after a last day.',
    effect: { kind: 'block', fact: 'contract', of: 'subject', after: 'on' },
    data: fields({
      reference: described(
        REFERENCE,
        'The reference of the contract that is meant, to the letter as its award gives it.',
      ),
      on: described(DAY, 'The last day of the contract; it is still covered.'),
    }),
  }),
};

const contract = factKind(events, 'contract');

/** The stream of all contracts of one reference, whoever holds them. */
export function contractStream(reference: string): string {
  return `${PREFIX}${reference}`;
}

/** The reference of the contracts in a stream; undefined for other streams. */
export function referenceIn(name: string): string | undefined {
  return name.startsWith(PREFIX) ? name.slice(PREFIX.length) : undefined;
}

/** The references under which a provider ever held a contract. */
export function* referencesOf(known: LogView, provider: readonly string[]): Work<readonly string[]> {
  const held = new Set<string>();
  for (const key of provider)
    for (const reference of yield* flatMapped(known.streamsAbout(key), (name) => {
      const reference = referenceIn(name);
      return reference !== undefined && isHeldBy(known, reference, key) ? [reference] : [];
    }))
      held.add(reference);
  return [...held];
}

function isHeldBy(known: LogView, reference: string, key: string): boolean {
  const own = bySubject(known.stream(contractStream(reference))).get(key) ?? [];
  return own.some((event) => contract.isGrant(event));
}

/** The effective contracts under one reference, whoever holds them. */
export function contractsUnder(known: LogView, reference: string): readonly EventOf<'ContractAwarded'>[] {
  return only(known.stream(contractStream(reference)), 'ContractAwarded');
}

/** The keys under which contracts of one reference are held. */
export function holders(known: LogView, reference: string): readonly string[] {
  return [...new Set(contractsUnder(known, reference).map(({ subject }) => subject))];
}

/**
 * The references that the contracts in a stream name as the ones above them; a set, because callers ask for
 * single members.
 */
const above = memoizedByList<Set<string>>(
  () => new Set(),
  (references, event) => {
    if (event.type === 'ContractAwarded' && event.data.subcontractorOf !== undefined)
      references.add(event.data.subcontractorOf);
  },
);

/** The references of the contracts above one: those that any contract of the reference names, whoever holds it. */
export function referencesAbove(known: LogView, reference: string): readonly string[] {
  return [...above(known.stream(contractStream(reference)))];
}

/** The references of the contracts that name this reference as the one above them. */
export function* referencesBelow(known: LogView, reference: string): Work<readonly string[]> {
  return yield* flatMapped(known.streamsAbout(below(reference)), (name) => {
    const child = referenceIn(name);
    return child !== undefined && above(known.stream(name)).has(reference) ? [child] : [];
  });
}

const bySubject = memoizedByList<Map<string, RegisterEvent[]>>(
  () => new Map(),
  (subjects, event) => void listNamed(subjects, event.subject).push(event),
);

/** Those events of a reference that are about the contracts of one holder, under any of its keys. */
export function eventsOf(
  events: readonly RegisterEvent[],
  holder: readonly string[],
): readonly RegisterEvent[] {
  const subjects = bySubject(events);
  return holder.flatMap((key) => subjects.get(key) ?? []).sort((a, b) => a.position - b.position);
}

/** The contracts that a holder has under one reference, from the events of that reference. */
function contractsOf(
  events: readonly RegisterEvent[],
  holder: readonly string[],
): readonly Grant<EventOf<'ContractAwarded'>>[] {
  return contractsIn(eventsOf(events, holder));
}

/** Whether anything in the log is, or ever was, about contracts of a reference or those right below them. */
export function isContractNamed(known: LogView, reference: string): boolean {
  return (
    known.recorded(contractStream(reference)).length > 0 || known.streamsAbout(below(reference)).length > 0
  );
}

/** The contracts among the events about those of one holder under one reference. */
export function contractsIn(all: readonly RegisterEvent[]): readonly Grant<EventOf<'ContractAwarded'>>[] {
  return contract.only(all).grants;
}

/** The contracts among the events about those of one holder, under however many references. */
export function allContractsIn(all: readonly RegisterEvent[]): readonly Grant<EventOf<'ContractAwarded'>>[] {
  return [...Map.groupBy(all, ({ stream }) => stream).values()].flatMap(contractsIn);
}

/** The days on which a holder's contract is in force, from the events of its reference. */
export function contractedDays(events: readonly RegisterEvent[], holder: readonly string[]): Days {
  return holds(contractsOf(events, holder));
}

/** Whether a chain from `from` leads to `reference`. */
function leadsTo(known: LogView, from: string, reference: string): boolean {
  const chain = new Set([from]);
  for (const link of chain) {
    if (link === reference) return true;
    for (const above of referencesAbove(known, link)) chain.add(above);
  }
  return false;
}

/**
 * The most links of `subcontractorOf` in a chain: a question about the first provider looks at everything
 * below it.
 */
export const LONGEST_CHAIN = 50;

/**
 * The number of links of the longest chain from a reference in one direction. A circle is no chain. It visits
 * each reference once and uses a stack, because an older log may hold longer chains than calls may be deep.
 */
function linksFrom(reference: string, next: (reference: string) => readonly string[]): number {
  const links = new Map<string, number>();
  const begun = new Set([reference]);
  const walk = [{ reference, others: next(reference), at: 0, longest: 0 }];
  for (let step = walk.at(-1); step; step = walk.at(-1)) {
    const other = step.others[step.at];
    if (other === undefined) {
      links.set(step.reference, step.longest);
      walk.pop();
    } else if (begun.has(other)) {
      step.longest = Math.max(step.longest, (links.get(other) ?? -1) + 1);
      step.at++;
    } else {
      begun.add(other);
      walk.push({ reference: other, others: next(other), at: 0, longest: 0 });
    }
  }
  return links.get(reference) ?? 0;
}

/** The days on which a contract of the reference and holder of an event counts already. */
function heldBy(event: EventOf<'ContractAwarded'>, known: LogView): Days {
  const [events, holder] = [known.stream(event.stream), keysOf(known, event.subject)];
  const { byName, appeals } = contract.coursesIn(events);
  const [course, another] = holder.flatMap((key) => byName.get(key) ?? []);
  const anew = () => contractedDays(events, holder);
  // Events under one key bear on contracts under another key of the same holder.
  return another ? anew() : (course?.held(appeals, anew) ?? NO_DAYS);
}

export const decide: Deciders<keyof typeof events> = {
  ContractAwarded(event, known) {
    const { reference, from, until, subcontractorOf } = event.data;
    if (subcontractorOf !== undefined) {
      if (leadsTo(known, subcontractorOf, reference)) {
        return refuse(
          'contract-cycle',
          `The chain of contracts above ${reference} would come back to it: mend subcontractorOf`,
          '/data/subcontractorOf',
        );
      }
      const above = linksFrom(subcontractorOf, (one) => referencesAbove(known, one));
      // There may be very many contracts below, so they are only counted if that decides.
      const under = () => linksFrom(reference, (one) => finished(referencesBelow(known, one)));
      if (above + 1 > LONGEST_CHAIN || above + 1 + under() > LONGEST_CHAIN) {
        return refuse(
          'too-many',
          `A chain of contracts has ${LONGEST_CHAIN} links at the most, and this one would be longer: name in subcontractorOf the contract under which this one really stands`,
          '/data/subcontractorOf',
        );
      }
    }
    return intersection(span(dayOf(from), dayOf(until)), heldBy(event, known)).length === 0
      ? undefined
      : refuse(
          'overlapping-award',
          `A contract ${reference} of this holder counts already on some of these days: correct that one, or begin after it`,
          '/data/from',
        );
  },
  ContractEnded(event, known) {
    const { reference } = event.data;
    const { byName } = contract.coursesIn(known.stream(event.stream));
    const found = keysOf(known, event.subject).some((key) => byName.get(key)?.hasGrant);
    return needsGrant(
      found,
      '/data/reference',
      `contract ${reference} of this holder`,
      'post its award first, or correct the reference or the holder',
    );
  },
};
