import { LAST_DAY, type Day } from '../values/day';
import type { RegisterEvent } from './event-catalogue';
import { RankedDays } from '../values/ranked-days';

import {
  ALL_DAYS,
  difference,
  intersection,
  NO_DAYS,
  span,
  union,
  unionOf,
  type Days,
} from '../values/timeline';

/**
 * What an event does to one fact (specification, section 4): it grants days, moves the end of the grant
 * before it, blocks days, lifts blocks, or voids. Acts come in log order, and all bear on one row and its
 * names.
 */
export type Act<E = RegisterEvent, B extends string = string> =
  /** `except`: days that an appeal takes out of the grant or block itself. */
  | {
      readonly does: 'grant';
      readonly event: E;
      readonly from: Day;
      readonly until: Day;
      readonly except?: Days;
    }
  | { readonly does: 'extend'; readonly position: number; readonly until: Day }
  | {
      readonly does: 'block';
      readonly position: number;
      readonly as: B;
      readonly days: Days;
      readonly except?: Days;
    }
  | { readonly does: 'lift'; readonly from: Day; readonly lifts: readonly string[] }
  | { readonly does: 'void'; readonly position: number };

/** A block, and the days on which it is in force after lifts and appeals. */
export interface Block<B extends string = string> {
  readonly position: number;
  /** The type of the event that blocks. */
  readonly as: B;
  readonly days: Days;
  /** The days on which it would be in force, after lifts, if no one had appealed against it. */
  readonly unappealed: Days;
  /** Whether an effective lift follows it, whatever days that leaves. */
  readonly lifted: boolean;
}

/** What bears on the grants of one row and names, in log order: each entry bears on the grants before it. */
class Row<B extends string = string> {
  readonly blocks: Mutable<Block<B>>[] = [];
  /** Positions of the voidings. */
  readonly voidings: number[] = [];
  #last: RankedDays | undefined;

  /** The index of the last block that is in force on each day, once all of them are known. */
  get last(): RankedDays {
    return (this.#last ??= RankedDays.highest(this.blocks.map(({ days }, rank) => ({ days, rank }))));
  }
}

/** A grant, and where in its row the entries begin that bear on it. */
export interface Grant<E = RegisterEvent, B extends string = string> {
  readonly event: E;
  readonly from: Day;
  /** The last day after extensions; before `from` if no day is left. */
  readonly until: Day;
  /** Position of the last extension that moved `until`. */
  readonly extendedBy: number | undefined;
  /** Its days after extensions, whatever hides them. */
  readonly days: Days;
  readonly row: { readonly blocks: readonly Block<B>[]; readonly voidings: readonly number[] } & Pick<
    Row,
    'last'
  >;
  /** Index of the first block and of the first voiding of the row after it. */
  readonly blocksFrom: number;
  readonly voidingsFrom: number;
}

/** The grants of one row and names, and all blocks of them, in log order. */
export interface Facts<E = RegisterEvent, B extends string = string> {
  readonly grants: readonly Grant<E, B>[];
  readonly blocks: readonly Block<B>[];
}

/** An appeal: the position and day of its lodging, and its decision. */
export interface Appeal {
  readonly lodging: number;
  readonly lodged: Day;
  readonly decided?: { readonly on: Day; readonly upheld: boolean };
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/**
 * Plays the acts in order. A block or voiding bears on the grants before it, a lift on the blocks before it.
 */
export function grantsOf<E, B extends string = string>(acts: readonly Act<E, B>[]): Facts<E, B> {
  const row = new Row<B>();
  const grants: (Mutable<Grant<E, B>> & { except: Days })[] = [];
  const lifts: { readonly lift: Extract<Act<E, B>, { does: 'lift' }>; readonly before: number }[] = [];
  for (const act of acts) {
    switch (act.does) {
      case 'grant': {
        const { event, from, until, except = NO_DAYS } = act;
        grants.push({
          event,
          from,
          until,
          except,
          extendedBy: undefined,
          days: NO_DAYS,
          row,
          blocksFrom: row.blocks.length,
          voidingsFrom: row.voidings.length,
        });
        break;
      }
      case 'extend': {
        const last = grants.at(-1);
        if (last) [last.until, last.extendedBy] = [act.until, act.position];
        break;
      }
      case 'block': {
        const { position, as, days: unappealed, except = NO_DAYS } = act;
        row.blocks.push({ position, as, days: difference(unappealed, except), unappealed, lifted: false });
        break;
      }
      case 'lift':
        lifts.push({ lift: act, before: row.blocks.length });
        break;
      case 'void':
        row.voidings.push(act.position);
        break;
    }
  }
  lift(row.blocks, lifts);
  for (const grant of grants) grant.days = difference(span(grant.from, grant.until), grant.except);
  return { grants, blocks: row.blocks };
}

/**
 * Ends each block on the first day of the lifts of its kind that follow it; `before`: how many blocks precede
 * each lift.
 */
function lift(
  blocks: Mutable<Block>[],
  lifts: {
    readonly lift: { readonly from: Day; readonly lifts: readonly string[] };
    readonly before: number;
  }[],
): void {
  const ends = new Map<string, Day>();
  let next = lifts.length - 1;
  for (let index = (lifts[next]?.before ?? 0) - 1; index >= 0; index--) {
    for (let one = lifts[next]; one && one.before > index; one = lifts[--next])
      for (const as of one.lift.lifts) ends.set(as, Math.min(one.lift.from, ends.get(as) ?? Infinity));
    const block = blocks[index];
    const end = block && ends.get(block.as);
    if (!block || end === undefined) continue;
    const after = span(end, LAST_DAY);
    block.days = difference(block.days, after);
    block.unappealed = difference(block.unappealed, after);
    block.lifted = true;
  }
}

/**
 * The state of one row and names, updated act by act. It holds what judging the next act needs, so that no
 * posting replays the fact from the beginning.
 */
export class Course<E = RegisterEvent, B extends string = string> {
  /** The last grant, voided or not, with its end after extensions. */
  last: { readonly event: E; readonly until: Day; readonly isExtended: boolean } | undefined;
  /** Whether some grant follows every voiding. */
  hasGrant = false;
  /** The kinds of blocks that no lift follows. */
  readonly unlifted = new Set<string>();
  /** Kept up to date only once somebody has asked: lists that are only read through need no days. */
  #held: Days | undefined;
  #appeals = 0;

  add(act: Act<E, B>): void {
    switch (act.does) {
      case 'grant':
        this.last = { event: act.event, until: act.until, isExtended: false };
        this.hasGrant = true;
        this.#held &&= union(this.#held, span(act.from, act.until));
        break;
      case 'extend':
        this.last &&= { event: this.last.event, until: act.until, isExtended: true };
        this.#held = undefined;
        break;
      case 'block':
        this.unlifted.add(act.as);
        this.#held &&= difference(this.#held, act.days);
        break;
      case 'lift':
        for (const as of act.lifts) this.unlifted.delete(as);
        this.#held = undefined;
        break;
      case 'void':
        this.hasGrant = false;
        this.#held &&= NO_DAYS;
        break;
    }
  }

  /**
   * The days on which the fact holds. `appeals`: how many effective lodgings and decisions there are; `find`:
   * finds the days from the beginning.
   */
  held(appeals: number, find: () => Days): Days {
    if (this.#held === undefined || appeals !== this.#appeals) this.#held = find();
    this.#appeals = appeals;
    return this.#held;
  }
}

/** Whether a voiding follows a grant, which then counts on no day at all. */
export function isVoided({ row, voidingsFrom }: Pick<Grant<unknown>, 'row' | 'voidingsFrom'>): boolean {
  return voidingsFrom < row.voidings.length;
}

/** The number of grants up to which looking at each is faster than sorting their days. */
const FEW = 8;

/**
 * The days on which a grant counts, among some days or all: none if it is voided, else its own days without
 * those of its blocks.
 */
export function counts(grant: Grant<unknown>, asked: Days = ALL_DAYS): Days {
  if (isVoided(grant)) return NO_DAYS;
  const { row, blocksFrom } = grant;
  if (row.blocks.length - blocksFrom > FEW && asked.length > grant.days.length)
    return intersection(row.last.below(grant.days, blocksFrom), asked);
  let days = intersection(grant.days, asked);
  if (row.blocks.length - blocksFrom > FEW) return row.last.below(days, blocksFrom);
  for (let i = blocksFrom; i < row.blocks.length; i++)
    days = difference(days, row.blocks[i]?.days ?? NO_DAYS);
  return days;
}

/** The days on which the fact holds: those on which some grant of it counts. */
export function holds(grants: readonly Grant<unknown>[]): Days {
  if (grants.length <= FEW) return grants.reduce<Days>((days, grant) => union(days, counts(grant)), NO_DAYS);
  return unionOf([...Map.groupBy(grants, ({ row }) => row).values()].map(heldInRow));
}

/**
 * Some grant of a row counts on a day if the last of those that cover it comes after every block in force.
 */
function heldInRow(grants: readonly Grant<unknown>[]): Days {
  const counting = grants.filter((grant) => !isVoided(grant));
  const [first] = counting;
  if (first === undefined || counting.length <= FEW) return unionOf(counting.map((grant) => counts(grant)));
  if (first.row.blocks.length === 0) return unionOf(counting.map(({ days }) => days));
  const last = RankedDays.highest(counting.map(({ days, blocksFrom }) => ({ days, rank: blocksFrom })));
  return last.above(first.row.last);
}

/** Something that hides grants, and on which of their days. */
export interface Hiding<B extends string = string> {
  readonly position: number;
  /** The type of the event that blocks them; undefined for a voiding. */
  readonly as: B | undefined;
  readonly days: Days;
}

/**
 * Everything that hides some of these grants: each block and voiding, with the days, after extensions, of the
 * grants that it bears on.
 */
export function hidings<B extends string>(grants: readonly Grant<unknown, B>[]): readonly Hiding<B>[] {
  return [...Map.groupBy(grants, ({ row }) => row)].flatMap(([{ blocks, voidings }, its]) => [
    ...borne(
      its.map(({ days, voidingsFrom }) => ({ days, rank: voidingsFrom })),
      voidings.map(() => ALL_DAYS),
    ).map((days, i): Hiding<B> => ({ position: voidings[i] ?? NaN, as: undefined, days })),
    ...borne(
      its.map(({ days, blocksFrom }) => ({ days, rank: blocksFrom })),
      blocks.map(({ days }) => days),
    ).map((days, i): Hiding<B> => ({ position: blocks[i]?.position ?? NaN, as: blocks[i]?.as, days })),
  ]);
}

/**
 * For each item of a list, those of its days that something covers whose rank is at most the item’s index.
 * Ranks ascend.
 */
function borne(
  on: readonly { readonly days: Days; readonly rank: number }[],
  list: readonly Days[],
): readonly Days[] {
  if (on.length > FEW && list.length > FEW) {
    const first = RankedDays.lowest(on);
    return list.map((days, i) => first.below(days, i + 1));
  }
  return list.map((days, i) =>
    unionOf(on.flatMap((one) => (one.rank <= i ? [intersection(one.days, days)] : []))),
  );
}

/** The days that an appeal takes from an event that carries `onAppeal` (specification, section 4, “Appeals”). */
export function appealed(onAppeal: 'stays' | 'stands', appeal: Appeal | undefined): Days {
  if (!appeal) return NO_DAYS;
  if (appeal.decided?.upheld) return span(-Infinity, LAST_DAY);
  return onAppeal === 'stands'
    ? NO_DAYS
    : span(appeal.lodged, appeal.decided ? appeal.decided.on - 1 : LAST_DAY);
}

/**
 * What the fact rests on, day by day, among some days or all: the grants that count, with the last extension
 * of each.
 */
export function groundsOf<E extends { readonly position: number }>(
  grants: readonly Grant<E>[],
  asked: Days = ALL_DAYS,
): Ground[] {
  return grants.map((grant) => ({ days: counts(grant, asked), evidence: positionsOf(grant) }));
}

/** The positions of a grant and of its last extension. */
export function positionsOf<E extends { readonly position: number }>({
  event,
  extendedBy,
}: Pick<Grant<E>, 'event' | 'extendedBy'>): readonly number[] {
  return extendedBy === undefined ? [event.position] : [event.position, extendedBy];
}

/**
 * By position of each block, the days that it would change if no one had appealed: those on which it would hide
 * a grant that it bears on and that is not voided.
 */
export function daysBorneOn(facts: readonly Facts<unknown>[]): ReadonlyMap<number, Days> {
  const bearing = new Map<number, Days>();
  for (const { grants, blocks } of facts) {
    const on = grants
      .filter((grant) => !isVoided(grant))
      .map(({ days, blocksFrom }) => ({ days, rank: blocksFrom }));
    const hidden = borne(
      on,
      blocks.map(({ unappealed }) => unappealed),
    );
    for (const [i, { position }] of blocks.entries())
      bearing.set(position, union(bearing.get(position) ?? NO_DAYS, hidden[i] ?? NO_DAYS));
  }
  return bearing;
}

/** Days, and the positions of the events that show something of each of them. */
export interface Ground {
  readonly days: Days;
  readonly evidence: readonly number[];
}
