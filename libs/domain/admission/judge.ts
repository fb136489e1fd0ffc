import canonicalize from 'canonicalize';
import * as accreditation from '../subjects/accreditation';
import * as adviser from '../subjects/adviser';
import { before, formerly } from '../log/past-views';
import * as annotation from '../subjects/events-about-events';
import { asCorrected, isAnnotation, type Annotation } from '../log/annotations';
import { targetOf } from '../log/annotation-target';
import * as area from '../subjects/area';
import { authorise, matterOf } from './authority';
import { actsFor, issuedBefore } from '../subjects/body';
import { isEnd, sharedPlace, rowOf } from '../log/event-rows';
import { BOUNDS, TIMES_MORE_ENDS, type Bounds } from './subject-bounds';
import * as calendar from '../subjects/calendar';
import * as contract from '../subjects/contract';
import { dayOf, formatDay, type Day } from '../values/day';
import type { Decide, Deciders } from '../log/decider';
import * as engagement from '../subjects/engagement';
import { definitionOf, REGISTRAR, type EventType, type RegisterEvent } from '../log/event-catalogue';
import type { AuthorityView, IdentityView, LogView } from '../log/log-view';
import { isRegistered } from '../log/identity';
import * as policy from '../subjects/policy';
import { refuse, type Refusal, type Warning } from '../values/problem';
import * as provider from '../subjects/provider';
import * as school from '../subjects/school';
import { type Submission } from '../log/cloud-event';
import { fieldErrors } from '../log/event-schemas';
import { invalid } from '../log/schema-errors';
import { warningsOfRepeat, postingWarnings } from './posting-warnings';

/** What judging depends on: what is known at the head, and what was posted under which id. */
export interface Ledger {
  readonly known: LogView;
  /** The event that a body posted from a source under an id, as it was posted. */
  submitted(body: string, source: string, id: string): RegisterEvent | undefined;
  /** The position up to which the log is written, if what is known goes further. */
  readonly written?: number;
  /** The last day that may be opened, if the calendar is automatic. */
  readonly latestDay?: Day | undefined;
  /** How many events a body may post; by default the bounds of every register. */
  readonly bounds?: Bounds | undefined;
}

export type Judgement =
  | { readonly verdict: 'accepted'; readonly event: RegisterEvent; readonly warnings: readonly Warning[] }
  | { readonly verdict: 'duplicate'; readonly of: RegisterEvent; readonly warnings: readonly Warning[] }
  | { readonly verdict: 'refused'; readonly refusal: Refusal };

const DECIDERS: Deciders<EventType> = {
  ...provider.decide,
  ...accreditation.decide,
  ...adviser.decide,
  ...engagement.decide,
  ...school.decide,
  ...area.decide,
  ...contract.decide,
  ...policy.decide,
  ...calendar.decide,
  ...annotation.decide,
};

/**
 * Judges a submission by the present log (specification, section 3): accepted at the next position, known
 * already, or refused.
 */
export function judge(submission: Submission, ledger: Ledger): Judgement {
  const event = place(submission, ledger);
  const target = isAnnotation(event) ? ledger.known.find(targetOf(event)) : undefined;
  const first = ledger.submitted(submission.body, submission.source, submission.id);
  if (first && sameContent(first, event))
    return {
      verdict: 'duplicate',
      of: first,
      warnings: [
        ...postingWarnings(first, formerly(ledger.known, first.position)),
        ...warningsOfRepeat(first, ledger.known),
      ],
    };

  const form =
    submission.fault ??
    (event.type === 'EventCorrected' && target ? formOfCorrection(event.data.data, target.event) : undefined);
  if (form) return refused(form);
  const personal = provider.namesPerson(event, target?.event, ledger.known);
  if (personal) return refused(personal);
  if (first)
    return refused(
      refuse(
        'same-id-different-content',
        `Another event ${first.position > (ledger.written ?? Infinity) ? 'was sent before this one' : `was posted at position ${first.position}`} under this source and id: to change that one, post an EventCorrected that names it; to post something else, use a new id`,
        '/id',
      ),
    );

  const refusal =
    issuedBefore(event, ledger.known) ??
    unauthorised(event, target?.event, ledger.known) ??
    content(event, ledger);
  return refusal
    ? refused(refusal)
    : { verdict: 'accepted', event, warnings: postingWarnings(event, ledger.known) };
}

function refused(refusal: Refusal): Judgement {
  return { verdict: 'refused', refusal };
}

/** For a reference to no event: no log has this position. */
const NOWHERE = String(Number.MAX_SAFE_INTEGER);

/** The event as it would be stored next, with its references resolved and its stream found. */
function place(submission: Submission, ledger: Ledger): RegisterEvent {
  const { type, subject, body } = submission;
  const position = ledger.known.position + 1;
  const data = resolved(submission.data, submission, ledger);
  const event = { position, type, subject, body, data, stream: '' } as RegisterEvent;
  const stream = isAnnotation(event)
    ? (ledger.known.find(targetOf(event))?.event.stream ?? '')
    : (definitionOf(type).stream?.(subject, data) ?? '');
  return { ...event, stream };
}

/**
 * The data with each reference `id:…` replaced by the position of its event, also inside a correction’s data.
 */
function resolved(
  data: Submission['data'],
  { body, source }: Submission,
  ledger: Ledger,
): Submission['data'] {
  if (!('event' in data || 'against' in data || 'data' in data)) return data;
  const position = (reference: unknown) => {
    if (typeof reference !== 'string' || !reference.startsWith('id:')) return reference;
    return String(ledger.submitted(body, source, reference.slice(3))?.position ?? NOWHERE);
  };
  return Object.fromEntries(
    Object.entries(data).map(([field, value]) => {
      if (field === 'event' || field === 'against') return [field, position(value)];
      if (field === 'data' && typeof value === 'object' && value !== null && 'against' in value) {
        return [field, { ...value, against: position(value.against) }];
      }
      return [field, value];
    }),
  );
}

const UNCORRECTABLE: readonly EventType[] = [
  'EventCorrected',
  'EventRetracted',
  'DisputeOpened',
  'DisputeClosed',
  'DayOpened',
  'BodyKeyIssued',
  'BodyKeyRevoked',
  'LogRestored',
];
const UNRETRACTABLE: readonly EventType[] = ['DayOpened', 'BodyKeyIssued', 'BodyKeyRevoked', 'LogRestored'];

/**
 * Whether an event of a type can be retracted. Days and keys cannot, because everything else is judged by
 * them; nor can what tells of a restored log.
 */
export function isRetractable(type: EventType): boolean {
  return !UNRETRACTABLE.includes(type);
}

/** Refuses a correction whose data has not the form of its target’s. */
function formOfCorrection(
  data: Readonly<Record<string, unknown>>,
  target: RegisterEvent,
): Refusal | undefined {
  if (UNCORRECTABLE.includes(target.type)) return undefined;
  const errors = fieldErrors(target.type, target.subject, data);
  return errors.length === 0
    ? undefined
    : invalid(errors.map((error) => ({ ...error, pointer: `/data${error.pointer}` })));
}

/** What is refused of an event as a correction makes it: its data are those within the data of the correction. */
function asCorrectionSays(refusal: Refusal | undefined): Refusal | undefined {
  if (refusal?.errors === undefined) return refusal;
  const errors = refusal.errors.map((error) =>
    error.pointer.startsWith('/data/') ? { ...error, pointer: `/data${error.pointer}` } : error,
  );
  return { ...refusal, errors };
}

function sameContent(first: RegisterEvent, again: RegisterEvent): boolean {
  return (
    first.type === again.type &&
    first.subject === again.subject &&
    canonicalize(first.data) === canonicalize(again.data)
  );
}

/**
 * Refuses what the body may not post at all (403). Before the first day no recognition can be judged. `target`: the event that
 * it is about, with its data as last corrected.
 */
export function unauthorised(
  event: RegisterEvent,
  target: RegisterEvent | undefined,
  known: AuthorityView,
): Refusal | undefined {
  const { body } = event;
  if (body === REGISTRAR) return undefined;
  const corrected = event.type === 'EventCorrected' || event.type === 'EventRetracted' ? target : undefined;
  const ofAnother =
    corrected && corrected.body !== body && !actsFor(known, body, corrected.body, matterOf(corrected, known))
      ? refuse(
          'not-your-event',
          `Only the body that posted an event, one that has succeeded it, or the registrar, corrects or retracts it: ask that body, or ${definitionOf(corrected.type).effect === undefined ? 'the registrar' : 'open a dispute'}`,
          '/data/event',
        )
      : undefined;
  if (known.today === undefined && !definitionOf(event.type).registrarOnly) {
    return (
      ofAnother ?? refuse('no-day-opened', 'The register has not opened its first day: wait until it has')
    );
  }
  const refusal = authorise(event, body, known) ?? ofAnother;
  if (refusal || !corrected) return refusal;
  if (event.type === 'EventRetracted' || UNCORRECTABLE.includes(corrected.type)) return undefined;
  return asCorrectionSays(authorise(asCorrected(corrected, event), body, known));
}

/** Refuses an event that cannot be true by the effective events (422). */
function content(event: RegisterEvent, { known, latestDay, bounds = BOUNDS }: Ledger): Refusal | undefined {
  if (event.type === 'DayOpened' && latestDay !== undefined && dayOf(event.data.date) > latestDay) {
    return refuse(
      'day-out-of-order',
      `${event.data.date} has not begun: the latest day to open is ${formatDay(latestDay)}`,
      '/data/date',
    );
  }
  const refusal = tooMany(event, known, bounds) ?? unmet(event, known);
  if (refusal || event.type !== 'EventCorrected') return refusal;
  const target = known.find(targetOf(event))?.event;
  if (!target) return undefined;
  const corrected = asCorrected(target, event);
  const stream = definitionOf(corrected.type).stream?.(corrected.subject, corrected.data) ?? corrected.stream;
  if (stream !== target.stream) {
    return refuse(
      'other-stream',
      'A correction leaves its target in its stream: retract the target and post it anew',
      '/data/data',
    );
  }
  if (isAnnotation(target) && isAnnotation(corrected) && targetOf(corrected) !== targetOf(target)) {
    return refuse(
      'other-stream',
      'A correction names the same event as its target: retract the target and post it anew',
      '/data/data',
    );
  }
  return asCorrectionSays(unmet(corrected, before(known, target.position)));
}

/** Refuses an event beyond the number that its body may post of a row about a subject. */
export function tooMany(
  { type, subject, body }: RegisterEvent,
  known: LogView,
  bounds: Bounds = BOUNDS,
): Refusal | undefined {
  const row = rowOf(type);
  if (!row) return undefined;
  const most = bounds[row] * (isEnd(type) ? TIMES_MORE_ENDS : 1);
  if (known.mostPosted(sharedPlace(row, subject)) < most) return undefined;
  const { begun, ended } = known.posted(row, subject).by(body);
  if ((isEnd(type) ? ended : begun) < most) return undefined;
  const what = isEnd(type) ? 'that end, lift, correct, retract or decide something ' : '';
  return refuse(
    'too-many',
    `${body} has posted ${most} events ${what}of this kind about ${subject}, and may post no more: correct one of them in the place of posting another, or ask the registrar`,
    '/subject',
  );
}

/** Refuses an event because of what it needs of the log before it: subjects, days, and what it acts on. */
export function unmet(event: RegisterEvent, known: LogView): Refusal | undefined {
  const named = isAnnotation(event) ? namedEvent(event, known) : undefined;
  const decide = DECIDERS[event.type] as Decide<EventType> | undefined;
  return named ?? unregistered(event, known) ?? interval(event) ?? decide?.(event, known);
}

function namedEvent(event: Annotation, known: LogView): Refusal | undefined {
  const pointer = 'against' in event.data ? '/data/against' : '/data/event';
  const target = known.find(targetOf(event));
  if (!target)
    return refuse(
      'no-such-event',
      'No event stands under that position or id: post it first, or correct the reference',
      pointer,
    );
  if (!target.stands) return refuse('already-retracted', 'The event named does not stand any more', pointer);
  if (target.event.subject !== event.subject) {
    return refuse(
      'other-stream',
      `The event named is about ${target.event.subject}: give that as the subject`,
      '/subject',
    );
  }
  const fixed =
    event.type === 'EventCorrected' ? UNCORRECTABLE : event.type === 'EventRetracted' ? UNRETRACTABLE : [];
  if (fixed.includes(target.event.type)) {
    return refuse(
      'not-correctable',
      `${target.event.type} cannot be corrected in this way: retract it where that is possible, or post what follows from it`,
      pointer,
    );
  }
  if (event.type === 'DisputeOpened' && definitionOf(target.event.type).effect === undefined) {
    return refuse(
      'not-disputable',
      `No ${target.event.type} can be disputed: name a grant, block, lift, extension, voiding, application or closing, or ask the body that posted this, or the registrar, to correct or retract it`,
      pointer,
    );
  }
  return undefined;
}

/** Refuses an event unless every subject that it needs is registered. */
export function unregistered(event: RegisterEvent, known: IdentityView): Refusal | undefined {
  for (const { key, pointer } of subjectsNeeded(event)) {
    if (isRegistered(known, key)) continue;
    return refuse(
      'unknown-subject',
      `${key} is not registered: register it first, or correct the key`,
      pointer,
    );
  }
  return undefined;
}

interface NeededSubject {
  readonly key: string;
  /** Where the event names it. */
  readonly pointer: string;
}

/** The subjects that must be registered before an event. */
export function subjectsNeeded(event: RegisterEvent): readonly NeededSubject[] {
  const needed: NeededSubject[] = [];
  for (const need of definitionOf(event.type).needs ?? []) {
    const isOwn = need === 'subject';
    const named: unknown = isOwn ? event.subject : (event.data as Record<string, unknown>)[need];
    const pointer = isOwn ? '/subject' : `/data/${need}`;
    if (typeof named === 'string') needed.push({ key: named, pointer });
    else if (Array.isArray(named))
      for (const key of named) if (typeof key === 'string') needed.push({ key, pointer });
  }
  return needed;
}

function interval({ data }: RegisterEvent): Refusal | undefined {
  const { from, until, expectedEnd } = data as { from?: string; until?: string; expectedEnd?: string };
  const [end, pointer] = until === undefined ? [expectedEnd, '/data/expectedEnd'] : [until, '/data/until'];
  return from !== undefined && end !== undefined && dayOf(end) < dayOf(from)
    ? refuse('invalid-interval', `The last day, ${end}, is before the first, ${from}`, pointer)
    : undefined;
}
