import * as accreditation from '../subjects/accreditation';
import * as adviser from '../subjects/adviser';
import * as annotation from '../subjects/events-about-events';
import * as area from '../subjects/area';
import * as contract from '../subjects/contract';
import type { Effect } from './event-definition';
import * as engagement from '../subjects/engagement';
import { definitionOf, type EventType, type RegisterEvent } from './event-catalogue';
import * as provider from '../subjects/provider';
import * as school from '../subjects/school';

/** The rows of section 3 of the specification that list the events of bodies. */
const ROWS = {
  provider: provider.events,
  accreditation: accreditation.events,
  adviser: adviser.events,
  engagement: engagement.events,
  school: school.events,
  area: area.events,
  contract: contract.events,
  annotation: annotation.events,
} as const;

export type EventRow = keyof typeof ROWS;

const ROW_OF: ReadonlyMap<EventType, EventRow> = new Map(
  (Object.keys(ROWS) as EventRow[]).flatMap((row) =>
    (Object.keys(ROWS[row]) as EventType[]).flatMap((type) =>
      definitionOf(type).registrarOnly ? [] : [[type, row] as const],
    ),
  ),
);

/** The row whose bound counts an event of a type; undefined if the registrar alone posts it. */
export function rowOf(type: EventType): EventRow | undefined {
  return ROW_OF.get(type);
}

/** Whether an event of a type ends, lifts, corrects, retracts or decides what another event has begun. */
export function isEnd(type: EventType): boolean {
  const { effect, ends = false } = definitionOf(type);
  return ends || (effect !== undefined && ENDING.includes(effect.kind));
}

const ENDING: readonly Effect['kind'][] = ['block', 'lift', 'voiding', 'closing'];

/**
 * How many events of one row and subject a body has posted, effective or not; those that end something are
 * counted separately.
 */
export interface Tally {
  readonly begun: number;
  readonly ended: number;
}

/** What was posted of one row about one subject. */
export interface PostedTallies {
  by(body: string): Tally;
}

const HASHED_OF_A_SUBJECT = 12;

/**
 * A number from 0 for a row and subject, which others may share. Most share it with so few events that their
 * joint count is enough to know. It is the FNV-1a of the end of the subject, where subjects differ most.
 * Provoking collisions gains nothing: if the joint count is high, the events are counted exactly.
 */
export function sharedPlace(row: EventRow, subject: string): number {
  let hash = 0x811c9dc5 ^ (row.length << 16) ^ (row.charCodeAt(0) << 8) ^ row.charCodeAt(1);
  for (let i = Math.max(0, subject.length - HASHED_OF_A_SUBJECT); i < subject.length; i++)
    hash = Math.imul(hash ^ subject.charCodeAt(i), 0x01000193);
  return (hash ^ (hash >>> 15)) & 0x7fffffff;
}

/** The name of a row and subject. */
export function tallied(row: EventRow, subject: string): string {
  return `${row} ${subject}`;
}

/** Counts the events of one row and subject. */
export class Count implements PostedTallies {
  readonly #by = new Map<string, { begun: number; ended: number }>();

  add({ type, body }: Pick<RegisterEvent, 'type' | 'body'>): void {
    const tally = this.#by.get(body) ?? { begun: 0, ended: 0 };
    this.#by.set(body, tally);
    tally[isEnd(type) ? 'ended' : 'begun']++;
  }

  by(body: string): Tally {
    return this.#by.get(body) ?? NOTHING;
  }
}

const NOTHING: Tally = { begun: 0, ended: 0 };

export const NOTHING_POSTED: PostedTallies = { by: () => NOTHING };

/** Both together. */
export function postedInAll(a: PostedTallies, b: PostedTallies): PostedTallies {
  return {
    by(body) {
      const [first, second] = [a.by(body), b.by(body)];
      return { begun: first.begun + second.begun, ended: first.ended + second.ended };
    },
  };
}

/** Whether a stream may hold events of a row about a subject. */
export function mayHold(stream: string, row: EventRow, subject: string): boolean {
  // What is about an event has its subject, and of the many streams that name a provider most are about advisers.
  if (row === 'annotation') return subject.startsWith('adviser:') || !stream.startsWith('engagement-');
  return stream.startsWith(`${row}-`);
}
