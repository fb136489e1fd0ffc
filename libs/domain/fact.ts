import { LAST_DAY, type Day } from './day';
import type { RegisterEvent } from './event';
import type { Ground } from './reason';
import { difference, intersection, NO_DAYS, span, union, type Days } from './timeline';

/**
 * What an event does to one fact (design, section 4): grants days, moves the end of the grant before it,
 * blocks days, lifts blocks, or voids. Acts come in log order and all bear on one row and its names.
 */
export type Act<E = RegisterEvent> =
  /** `except`: days that an appeal takes out of the grant, or out of the block, itself. */
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
      readonly as: string;
      readonly days: Days;
      readonly except?: Days;
    }
  | { readonly does: 'lift'; readonly from: Day; readonly lifts: readonly string[] }
  | { readonly does: 'void'; readonly position: number };

/** A block with the days on which it is in force, lifts and appeals considered. */
export interface Block {
  readonly position: number;
  readonly as: string;
  readonly days: Days;
  /** The days that it would be in force, lifts considered, if nobody had appealed against it. */
  readonly unappealed: Days;
  /** Whether a lift stands after it, whatever days it leaves. */
  readonly lifted: boolean;
}

/** A grant with all that stands after it and bears on it. */
export interface Grant<E = RegisterEvent> {
  readonly event: E;
  readonly from: Day;
  /** The last day as extended; before `from` where nothing is left of it. */
  readonly until: Day;
  /** Position of the last extension that moved `until`. */
  readonly extendedBy: number | undefined;
  /** Its days as extended, whatever hides them. */
  readonly days: Days;
  readonly voidedBy: readonly number[];
  readonly blocks: readonly Block[];
}

/** The grants of one row and names, and all blocks of them, in log order. */
export interface Facts<E = RegisterEvent> {
  readonly grants: readonly Grant<E>[];
  readonly blocks: readonly Block[];
}

/** An appeal that was lodged, at which position and for which day, and what came of it. */
export interface Appeal {
  readonly lodging: number;
  readonly lodged: Day;
  readonly decided?: { readonly on: Day; readonly upheld: boolean };
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Plays the acts in order. A block or voiding bears on the grants before it, a lift on the blocks before it. */
export function grantsOf<E>(acts: readonly Act<E>[]): Facts<E> {
  const grants: (Mutable<Grant<E>> & { voidedBy: number[]; blocks: Block[]; except: Days })[] = [];
  const blocks: Mutable<Block>[] = [];
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
          voidedBy: [],
          blocks: [],
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
        const block = { position, as, days: difference(unappealed, except), unappealed, lifted: false };
        blocks.push(block);
        for (const grant of grants) grant.blocks.push(block);
        break;
      }
      case 'lift':
        for (const block of blocks) {
          if (!act.lifts.includes(block.as)) continue;
          const after = span(act.from, LAST_DAY);
          block.days = difference(block.days, after);
          block.unappealed = difference(block.unappealed, after);
          block.lifted = true;
        }
        break;
      case 'void':
        for (const grant of grants) grant.voidedBy.push(act.position);
        break;
    }
  }
  for (const grant of grants) grant.days = difference(span(grant.from, grant.until), grant.except);
  return { grants, blocks };
}

/** The days on which a grant counts: none when voided, else its own without those of its blocks. */
export function counts(grant: Grant<unknown>): Days {
  if (grant.voidedBy.length > 0) return NO_DAYS;
  return grant.blocks.reduce((days, block) => difference(days, block.days), grant.days);
}

/** The days on which the fact holds: some grant of it counts. */
export function holds(grants: readonly Grant<unknown>[]): Days {
  return grants.reduce<Days>((days, grant) => union(days, counts(grant)), NO_DAYS);
}

/** The days that an appeal takes from an event that carries `onAppeal` (design, section 4, “Appeals”). */
export function appealed(onAppeal: 'stays' | 'stands', appeal: Appeal | undefined): Days {
  if (!appeal) return NO_DAYS;
  if (appeal.decided?.upheld) return span(-Infinity, LAST_DAY);
  return onAppeal === 'stands'
    ? NO_DAYS
    : span(appeal.lodged, appeal.decided ? appeal.decided.on - 1 : LAST_DAY);
}

/** What the fact rests on, day by day: the grants that count, with the last extension of each. */
export function groundsOf<E extends { readonly position: number }>(grants: readonly Grant<E>[]): Ground[] {
  return grants.map((grant) => ({ days: counts(grant), evidence: positionsOf(grant) }));
}

/** The positions of a grant and of its last extension. */
export function positionsOf<E extends { readonly position: number }>({
  event,
  extendedBy,
}: Pick<Grant<E>, 'event' | 'extendedBy'>): readonly number[] {
  return extendedBy === undefined ? [event.position] : [event.position, extendedBy];
}

/**
 * The positions of the blocks that some days of a window would feel if nobody had appealed: on these a grant that is
 * not voided, and on which the block bears, would be hidden.
 */
export function bearingIn(facts: readonly Facts<unknown>[], window: Days): readonly number[] {
  const bearing = facts.flatMap(({ grants }) =>
    grants
      .filter(({ voidedBy }) => voidedBy.length === 0)
      .flatMap(({ days, blocks }) => {
        const asked = intersection(days, window);
        return blocks
          .filter(({ unappealed }) => intersection(unappealed, asked).length > 0)
          .map(({ position }) => position);
      }),
  );
  return [...new Set(bearing)];
}
