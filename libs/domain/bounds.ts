import * as accreditation from './accreditation';
import * as adviser from './adviser';
import * as annotation from './annotation';
import * as area from './area';
import * as contract from './contract';
import * as engagement from './engagement';
import { definitionOf, type EventType, type RegisterEvent } from './event';
import * as provider from './provider';
import * as school from './school';

/** The rows of section 3 of the design of which bodies post events. */
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

export type Row = keyof typeof ROWS;
export type Bounds = Readonly<Record<Row, number>>;

/**
 * How many events of a row one body posts about one subject at the most (design, section 3, `too-many`): whoever asks about
 * the subject waits for all of them to be read. Each is far above what a subject has in a lifetime, and those that end or
 * correct something are counted apart, up to {@link TIMES_MORE_ENDS} as many, so that no bound keeps a wrong in place.
 */
export const BOUNDS: Bounds = {
  /** Names, further keys and closings of one organisation. */
  provider: 500,
  /** Of all standards that one holder deals with: a review every three years makes some ten a century each. */
  accreditation: 1_000,
  /** Certificates, claims, enrolments, registrations and sanctions of one person. */
  adviser: 1_000,
  /** Of one adviser with every provider: who is engaged anew for each visit has a few hundred a year, and needs one a provider. */
  engagement: 2_000,
  /** Commissions, careers leaders and programmes of one school. */
  school: 2_000,
  /** Coordinators of one area, volunteers among them. */
  area: 2_000,
  /** Contracts that one provider holds, of all programmes. */
  contract: 2_000,
  /** Appeals and disputes; corrections and retractions, counted apart, reach all that may stand about one subject. */
  annotation: 2_000,
};

export const TIMES_MORE_ENDS = 2;

const ROW_OF: ReadonlyMap<EventType, Row> = new Map(
  (Object.keys(ROWS) as Row[]).flatMap((row) =>
    (Object.keys(ROWS[row]) as EventType[]).flatMap((type) =>
      definitionOf(type).registrarOnly ? [] : [[type, row] as const],
    ),
  ),
);

/** The row whose bound counts an event of a type; nothing where the registrar alone posts it. */
export function rowOf(type: EventType): Row | undefined {
  return ROW_OF.get(type);
}

/** What ends, corrects, retracts or decides something, and has no effect of its own by which that is known. */
const ENDS: readonly EventType[] = [
  'CommissionEnded',
  'CareersLeaderEnded',
  'CoordinatorEnded',
  'AppealDecided',
  'EventCorrected',
  'EventRetracted',
];

/** Whether an event of a type ends, lifts, corrects, retracts or decides what another one has begun. */
export function isEnd(type: EventType): boolean {
  const { effect } = definitionOf(type);
  return (
    effect === 'block' ||
    effect === 'lift' ||
    effect === 'voiding' ||
    effect === 'closing' ||
    ENDS.includes(type)
  );
}

/** How many events of one row and subject a body has posted, whether they stand or not: those that end something apart. */
export interface Tally {
  readonly begun: number;
  readonly ended: number;
}

/** What was posted of one row about one subject. */
export interface Posted {
  by(body: string): Tally;
}

const HASHED_OF_A_SUBJECT = 12;

/**
 * A number from 0 for a row and subject, which others share: of most there are so few events that it is enough to know how many
 * those together have that share a number. FNV-1a of the end of the subject, in which most differ: nobody gains by making some
 * share one, for where there are many all are counted.
 */
export function sharedPlace(row: Row, subject: string): number {
  let hash = 0x811c9dc5 ^ (row.length << 16) ^ (row.charCodeAt(0) << 8) ^ row.charCodeAt(1);
  for (let i = Math.max(0, subject.length - HASHED_OF_A_SUBJECT); i < subject.length; i++)
    hash = Math.imul(hash ^ subject.charCodeAt(i), 0x01000193);
  return (hash ^ (hash >>> 15)) & 0x7fffffff;
}

/** The name of a row and subject. */
export function tallied(row: Row, subject: string): string {
  return `${row} ${subject}`;
}

/** Counts the events of one row and subject. */
export class Count implements Posted {
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

export const NOTHING_POSTED: Posted = { by: () => NOTHING };

/** Both together. */
export function postedInAll(a: Posted, b: Posted): Posted {
  return {
    by(body) {
      const [first, second] = [a.by(body), b.by(body)];
      return { begun: first.begun + second.begun, ended: first.ended + second.ended };
    },
  };
}

/** Whether a stream may hold events of a row about a subject. */
export function mayHold(stream: string, row: Row, subject: string): boolean {
  // What is about an event has its subject, and of the many streams that name a provider most are about advisers.
  if (row === 'annotation') return subject.startsWith('adviser:') || !stream.startsWith('engagement-');
  return stream.startsWith(`${row}-`);
}
