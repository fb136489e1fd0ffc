import { randomBytes } from 'node:crypto';
import { subjectsNeeded, unauthorised, unregistered } from '@app/domain/admission/judge';
import { asReadAtFirst } from '@app/domain/admission/opens';
import { isAnnotation } from '@app/domain/log/annotations';
import { targetOf } from '@app/domain/log/annotation-target';
import type { RegisterEvent } from '@app/domain/log/event-catalogue';
import { isIdentityStream } from '@app/domain/log/identity';
import {
  asRecorded,
  ofLaterVersion,
  storedAgain,
  type StoredEvent,
  type SubmissionName,
} from '@app/domain/log/stored-event';
import { writtenIn } from '@app/domain/log/written-event';
import { parseInstant } from '@app/domain/values/instant';
import { checkedCorrection, UnreadableEvent } from '@app/read-model/index/checked-event';
import { ownCopy } from '@app/read-model/index/own-copy';
import { misplaced, type Before, type Misplacement } from '@app/read-model/index/stored-place';
import { SubmissionIndex } from '@app/read-model/index/submission-index';
import type { FindingCode } from '@app/transparency/finding';
import { AuditedLog } from './audited-log';
import type { Flaw } from './form-check';

/** What is to be known of a log that is nothing wrong with it. */
export interface Note {
  /**
   * `wider-rule`: an earlier release took the event, and this one would not; `older-than-seen`: a file ends before what was seen
   * of the log, so that nothing is said of whether it still goes on from there.
   */
  readonly code: 'wider-rule' | 'older-than-seen';
  readonly detail: string;
  readonly position?: number;
}

const CODES: Readonly<Record<Misplacement['member'], FindingCode>> = {
  stream: 'wrong-stream',
  revision: 'wrong-revision',
  recordedAt: 'time-went-back',
  date: 'day-out-of-order',
};

/** The members of an event that its place in the log is checked by. */
type Placed = SubmissionName & Pick<StoredEvent, 'revision' | 'recordedAt' | 'schema'>;

/**
 * Holds each event of a log against those before it, in order: its place, whether its id is its own, whether its subjects are
 * registered, and whether its body was recognised for it then. The form of each was checked before.
 */
export class EventAudit {
  readonly #log = new AuditedLog();
  readonly #atFirst = asReadAtFirst(this.#log);
  readonly #submitted = new SubmissionIndex(randomBytes(16));
  readonly #before = {
    inStream: 0,
    recordedAt: -Infinity,
    today: undefined as Before['today'],
    streamAt: (position: number) => this.#log.streamAt(position),
    has: ({ body, source, id }: SubmissionName) => this.#submitted.find(body, source, id, isIt) !== undefined,
  };
  /** Keys that were found to be registered. */
  readonly #registered = new Set<string>();
  readonly #told: (note: Note) => void;

  /** `told`: is told each note. */
  constructor(told: (note: Note) => void) {
    this.#told = told;
  }

  /** The log up to the last event that was taken. */
  get log(): AuditedLog {
    return this.#log;
  }

  /** What is wrong with the event of the next position; undefined if nothing is, and then it is taken. */
  take(text: string): Flaw | undefined {
    const position = this.#log.count;
    const { placed, event: asStored } = read(text);
    const event = this.#withTarget(asStored, placed);
    if (!('stream' in event)) return event;
    const recordedAt = parseInstant(placed.recordedAt) ?? NaN;
    const stream = this.#log.streamNumber(event.stream);
    const flaw = this.#misplacement(placed, event, recordedAt, stream) ?? this.#refused(event);
    if (flaw) return flaw;
    const { body, source, id } = placed;
    if (!this.#submitted.add(body, source, id, position, isIt))
      return flawAt(position, 'repeated-id', `${body} had posted something under ${source} and ${id} before`);
    this.#before.recordedAt = recordedAt;
    this.#log.add(event, stream);
    this.#forgetRegistered(event);
    return undefined;
  }

  /** A correction with its data in the form of its target’s type; what is wrong with them if they have not that form. */
  #withTarget(event: RegisterEvent, { schema }: Placed): RegisterEvent | Flaw {
    if (event.type !== 'EventCorrected') return event;
    const target = this.#log.kindAt(targetOf(event));
    const later = ofLaterVersion(target.type, schema);
    if (later !== undefined) return flawAt(event.position, 'later-release', later);
    try {
      return checkedCorrection(event, schema, target);
    } catch (error) {
      if (error instanceof UnreadableEvent) return flawAt(event.position, 'malformed-event', error.message);
      throw error;
    }
  }

  #misplacement(
    placed: Placed,
    event: RegisterEvent,
    recordedAt: number,
    stream: number | undefined,
  ): Flaw | undefined {
    const before = this.#before;
    before.inStream = this.#log.countIn(stream);
    before.today = this.#log.today;
    const wrong = misplaced(placed, event, recordedAt, before);
    return wrong && flawAt(event.position, CODES[wrong.member], inSentence(wrong.words));
  }

  /** What the rules of admission refuse in it. A wider reading of an earlier release is a note. */
  #refused(event: RegisterEvent): Flaw | undefined {
    const { position } = event;
    const target = isAnnotation(event) ? this.#log.find(targetOf(event))?.event : undefined;
    const refusal = unauthorised(event, target, this.#log);
    if (refusal) {
      const words = `${event.type} by ${event.body}: ${refusal.detail}`;
      if (unauthorised(event, target, this.#atFirst)) return flawAt(position, 'unauthorised-event', words);
      this.#told({ code: 'wider-rule', detail: words, position });
    }
    return this.#unregistered(event);
  }

  #unregistered(event: RegisterEvent): Flaw | undefined {
    const needed = subjectsNeeded(event);
    if (needed.every(({ key }) => this.#registered.has(key))) return undefined;
    const refusal = unregistered(event, this.#log);
    if (refusal) return flawAt(event.position, 'unregistered-subject', refusal.detail);
    for (const { key } of needed) if (!this.#registered.has(key)) this.#registered.add(ownCopy(key));
    return undefined;
  }

  /** What is registered stays so until something is said about an event by which a subject is known. */
  #forgetRegistered(event: RegisterEvent): void {
    if (isAnnotation(event) && isIdentityStream(event.stream)) this.#registered.clear();
  }
}

/** 64 keyed bits tell names apart: that two of a million share them has a chance of one in 10⁷, anew in each run. */
const isIt = () => true;

function flawAt(position: number, code: Flaw['code'], detail: string): Flaw {
  return { code, detail, position };
}

function inSentence(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** An event whose form was checked. */
function read(text: string): { readonly placed: Placed; readonly event: RegisterEvent } {
  const written = writtenIn(text);
  // It has what an event has, and reads its data when they are asked for.
  if (written) return { placed: written, event: written as RegisterEvent };
  const stored = storedAgain(text);
  return { placed: stored, event: asRecorded(stored) };
}
