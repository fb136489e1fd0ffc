import type { OverlayView } from '@app/domain/log/overlay-view';
import { isAnnotation } from '@app/domain/log/annotations';
import { targetOf } from '@app/domain/log/annotation-target';
import {
  eligibleDays,
  evaluateRequirements,
  editionPeriods,
  type PolicyDays,
} from '@app/domain/evaluation/v1/resolved-question';
import type { Day } from '@app/domain/values/day';
import { Evaluation } from '@app/domain/evaluation/v1/evaluation';
import { definitionOf, type RegisterEvent } from '@app/domain/log/event-catalogue';
import { together, type LogView } from '@app/domain/log/log-view';
import { isRegistered, keysOf } from '@app/domain/log/identity';
import { policyStream } from '@app/domain/subjects/policy';
import { nameOn, providerIn, providerStreams } from '@app/domain/subjects/provider';
import { FALSE, firstDifference, NO_DAYS } from '@app/domain/values/timeline';
import { sorted, type Work } from '@app/domain/values/work';
import { TrackedView } from './tracked-view';
import type { EventIndex } from '../index/event-index';
import { Side, type PolicySetting } from './side';

/** Two moments of knowledge, and what was recorded in between. */
export interface Span {
  /**
   * What is known at each moment. A view may remember all that it was asked, so each is used for a limited
   * number of questions.
   */
  before(): LogView;
  after(): LogView;
  /** Names of the streams to which anything was added in between. */
  touched(): Iterable<string>;
  /** Names of all streams at either moment. */
  streams(): Iterable<string>;
}

/** Between two positions of a register, the earlier first. */
export function between(register: EventIndex, before: number, after: number): Span {
  return {
    before: () => register.at(before),
    after: () => register.at(after),
    touched: () => register.chains.touched(before, after),
    streams: () => register.chains.names,
  };
}

/** Between what was known, at a register’s head or before, and what would be known after further events. */
export function drafted(register: EventIndex, before: LogView, after: OverlayView): Span {
  return {
    before: () => before,
    after: () => after,
    touched: () => after.touched,
    *streams() {
      yield* register.chains.names;
      yield* after.touched;
    },
  };
}

/**
 * The days on which a provider is eligible in a setting of a policy, before and after; undefined if it was
 * not registered at that moment.
 */
export interface Sides extends PolicySetting {
  readonly before: PolicyDays | undefined;
  readonly after: PolicyDays | undefined;
}

/**
 * Both sides. A provider that is not registered at one moment is not eligible on any day then, of as many
 * days as the policy speaks of at the other.
 */
export function bothSides({ before, after }: Pick<Sides, 'before' | 'after'>): {
  readonly before: PolicyDays;
  readonly after: PolicyDays;
} {
  const without = (other: PolicyDays | undefined) => ({ ...FALSE, ruled: other?.ruled ?? NO_DAYS });
  return { before: before ?? without(after), after: after ?? without(before) };
}

/** The first day, from a given one on, on which the answers differ. */
export function firstChange(sides: Pick<Sides, 'before' | 'after'>, on: Day): Day | undefined {
  const { before, after } = bothSides(sides);
  const first = Math.min(
    firstDifference(before.certain, after.certain, on) ?? Infinity,
    firstDifference(before.possible, after.possible, on) ?? Infinity,
    firstDifference(before.ruled, after.ruled, on) ?? Infinity,
  );
  return first === Infinity ? undefined : first;
}

function ascending(keys: ReadonlySet<string>): Work<readonly string[]> {
  return sorted([...keys], (a, b) => (a < b ? -1 : 1));
}

/**
 * The key under which the answers to a key are told: that by which its provider goes at one of the moments,
 * if both find the same provider at each of them, or if the key found none before; and else the key itself.
 * Undefined if it finds none at either. `goesBy`: the key by which the provider with a key goes, before and after.
 */
function speaksFor(
  key: string,
  goesBy: (key: string) => readonly (string | undefined)[],
): string | undefined {
  const own = goesBy(key);
  const [was, is] = own;
  if (own.includes(key)) return key;
  if (was === undefined) return is;
  const isSame = (first: string) => goesBy(first).every((one, i) => one === own[i]);
  return isSame(was) ? was : is !== undefined && isSame(is) ? is : key;
}

/** Whose answers differ between two moments of knowledge, under each of some policies. */
export class Comparison {
  readonly #span: Span;
  readonly #policies: readonly string[];
  readonly #before: Side;
  readonly #after: Side;
  /** The streams of policies that came in between; undefined if anything else did. */
  #onlyPolicies: ReadonlySet<string> | undefined;
  /** The settings that some edition of a policy has, at either moment: policy after policy, by name. */
  readonly settings: readonly PolicySetting[];

  constructor(span: Span, policies: readonly string[]) {
    this.#span = span;
    this.#policies = policies;
    [this.#before, this.#after] = [new Side(() => span.before()), new Side(() => span.after())];
    this.settings = policies.flatMap((policy) =>
      [...new Set([...this.#after.settings(policy), ...this.#before.settings(policy)])]
        .sort()
        .map((setting) => ({ policy, setting })),
    );
  }

  /** What is known at the two moments. */
  get known(): { readonly before: LogView; readonly after: LogView } {
    return { before: this.#before.known, after: this.#after.known };
  }

  /**
   * The keys of the providers whose answers can differ at all, ascending; all others have the same days at
   * both moments. A provider with different representative keys at the two moments is listed under both; and
   * a key that found a provider before and finds none or another after, by itself: whoever asked by it is
   * answered otherwise, whatever becomes of these providers. Rests at every stream that it examines.
   */
  *candidates(): Work<readonly string[]> {
    const found = new Set<string>();
    const sides = [this.#before, this.#after].map((side) => ({
      side,
      looked: new Set<string>(),
      /** By key, the key by which its provider goes; undefined for a key that finds none. */
      firsts: new Map<string, string | undefined>(),
    }));
    const told = new Set<string>();
    const published = new Set<string>();
    let isOnlyPolicies = true;
    for (const stream of this.#span.touched()) {
      if (stream.startsWith(policyStream(''))) published.add(stream);
      else isOnlyPolicies = false;
      const own = providerIn(stream);
      // Whose keys are told apart, or put together, in between goes by another name at one of the moments.
      const keys = new Set(own === undefined ? [] : [own]);
      for (const one of keys)
        for (const { side, firsts } of sides)
          if (!firsts.has(one))
            for (const [other, first] of side.firstKeys(one)) {
              firsts.set(other, first);
              keys.add(other);
            }
      for (const { side, looked } of sides) {
        for (const key of side.bearsOn(stream, looked)) found.add(key);
        for (const one of keys) for (const key of side.ofOwner(one, looked)) found.add(key);
      }
      for (const one of keys) {
        if (told.has(one)) continue;
        told.add(one);
        if (speaksFor(one, (key) => sides.map(({ firsts }) => firsts.get(key))) === one) found.add(one);
      }
      yield 2 + keys.size;
    }
    this.#onlyPolicies = isOnlyPolicies ? published : undefined;
    if (this.#policies.some((policy) => published.has(policyStream(policy)))) {
      for (const stream of this.#span.streams()) {
        const own = providerIn(stream);
        if (own !== undefined)
          for (const { side, looked } of sides) {
            const key = side.goesBy(own, looked);
            if (key !== undefined) found.add(key);
          }
        yield 1;
      }
    }
    return yield* ascending(found);
  }

  /** Whether a provider has a key at one of the moments. */
  knows(key: string): boolean {
    return this.#speaksFor(key) !== undefined;
  }

  /** As {@link candidates}, for the provider with one key. */
  candidate(key: string): readonly string[] {
    const told = this.#speaksFor(key);
    return told === undefined ? [] : [told];
  }

  #speaksFor(key: string): string | undefined {
    return speaksFor(key, (one) => [this.#before, this.#after].map((side) => side.firstKey(one)));
  }

  /**
   * The days of the provider with a key in those of some settings in which they can differ; in none if it
   * exists at neither moment, or another key speaks for it.
   */
  *sides(key: string, among: readonly PolicySetting[]): Work<readonly Sides[]> {
    const after = this.#after.find(key);
    const only = this.#onlyPolicies;
    // If only policies came in between, whatever they ask has the same value at both moments.
    const before = only ? after : this.#before.find(key);
    const isFirst = before?.keys[0] === key || after?.keys[0] === key;
    if (!isFirst && this.#speaksFor(key) !== key) return [];
    const settings = only ? among.filter(({ policy }) => only.has(policyStream(policy))) : among;
    const was = before && (yield* this.#before.days(before, settings));
    const is = after && (yield* this.#after.days(after, settings));
    return settings.map((asked, i) => ({ ...asked, before: was?.[i], after: is?.[i] }));
  }

  /**
   * How to write the provider with a key: with its name at the later moment, or at the earlier one if it is
   * gone by then.
   */
  provider(key: string): { readonly key: string; readonly name: string | null } {
    const { before, after } = this.known;
    const known = isRegistered(after, key) ? after : before;
    const own = together(known, providerStreams(keysOf(known, key)));
    return { key, name: nameOn(own, known.today ?? -Infinity) };
  }

  /**
   * Positions of the events in between that bear on the days of a provider in a setting, ascending; where
   * a key finds another provider than before, those that bear on whose it is.
   */
  *because(key: string, setting: PolicySetting): Work<readonly number[]> {
    const { before, after } = this.known;
    const isFirst = [this.#before, this.#after].some((side) => side.firstKey(key) === key);
    const streams = isFirst ? yield* this.#streamsAsked(key, setting) : this.#streamsOfIdentity(key);
    const [first, last] = [before.position, after.position];
    return [...streams]
      .flatMap((stream) => after.recorded(stream))
      .filter((event) => event.position > first && event.position <= last && bears(event, after))
      .map(({ position }) => position)
      .sort((a, b) => a - b);
  }

  /** The streams that the days of a provider in a setting are found from, at either moment. */
  *#streamsAsked(key: string, { policy, setting }: PolicySetting): Work<ReadonlySet<string>> {
    const { before, after } = this.known;
    const streams = new Set([policyStream(policy)]);
    for (const known of [before, after]) {
      const reads = new TrackedView(known, undefined);
      const evaluation = new Evaluation(reads, keysOf(reads, key), []);
      if (isRegistered(reads, key)) {
        const asking = { reigns: editionPeriods(known, policy, setting), evaluation };
        yield* evaluateRequirements(asking, 'must');
        eligibleDays(asking);
      }
      // A stream that has not begun at a moment says nothing about it.
      for (const stream of reads.streams) if (known.recorded(stream).length > 0) streams.add(stream);
    }
    return streams;
  }

  /** The streams that say, at either moment, whose a key is. */
  #streamsOfIdentity(key: string): ReadonlySet<string> {
    const { before, after } = this.known;
    const keys = new Set([before, after].flatMap((known) => keysOf(known, key)));
    return new Set([...keys].flatMap((one) => after.identityStreams(one)));
  }
}

/**
 * Whether an event can change a day; a mere record, such as a renaming, cannot, nor can an event about one.
 */
function bears(event: RegisterEvent, known: LogView): boolean {
  if (event.repeats) return false;
  const about = isAnnotation(event) ? known.find(targetOf(event))?.event : event;
  if (about === undefined) return false;
  const { effect, frames = false } = definitionOf(about.type);
  return effect !== undefined || frames || isAnnotation(about);
}
