import { LAST_DAY, type Day } from './day';
import type { RegisterEvent } from './event';
import { difference, NO_DAYS, span, union, type Days } from './timeline';

/**
 * What an event does to one fact (design, section 4): grants days, moves the end of the grant before it,
 * blocks days, lifts blocks, or voids. Acts come in log order and all bear on one row and its names.
 */
export type Act<E = RegisterEvent> =
  /** `except`: days that an appeal takes out of the grant itself. */
  | {
      readonly does: 'grant';
      readonly event: E;
      readonly from: Day;
      readonly until: Day;
      readonly except?: Days;
    }
  | { readonly does: 'extend'; readonly position: number; readonly until: Day }
  | { readonly does: 'block'; readonly position: number; readonly as: string; readonly days: Days }
  | { readonly does: 'lift'; readonly from: Day; readonly lifts: readonly string[] }
  | { readonly does: 'void'; readonly position: number };

/** A block with the days on which it is in force, lifts and appeals considered. */
export interface Block {
  readonly position: number;
  readonly as: string;
  readonly days: Days;
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

/** An appeal that was lodged, and what came of it. */
export interface Appeal {
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
        const block = { position: act.position, as: act.as, days: act.days, lifted: false };
        blocks.push(block);
        for (const grant of grants) grant.blocks.push(block);
        break;
      }
      case 'lift':
        for (const block of blocks) {
          if (!act.lifts.includes(block.as)) continue;
          block.days = difference(block.days, span(act.from, LAST_DAY));
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

/** Of the days that such an event claims, those on which it is in force. */
export function inForce(days: Days, onAppeal: 'stays' | 'stands', appeal: Appeal | undefined): Days {
  return difference(days, appealed(onAppeal, appeal));
}
