import { isAnnotation } from '@app/domain/log/annotations';
import { targetOf } from '@app/domain/log/annotation-target';
import { REGISTRAR, type EventType } from '@app/domain/log/event-catalogue';
import { isRetractable } from '@app/domain/admission/judge';
import type { LogView } from '@app/domain/log/log-view';
import { refuse, type Refusal } from '@app/domain/values/problem';
import { asRecorded, storedAgain, type StoredEvent } from '@app/domain/log/stored-event';
import { historyIn, type HistoryEvent } from './history';
import { PositionList } from '../index/position-list';
import type { EventIndex } from '../index/event-index';

/** A filter on what a body posted: by type, by exact subject and by source, as far as they are given. */
export interface Wanted {
  readonly body: string;
  readonly type?: string | undefined;
  readonly subject?: string | undefined;
  readonly source?: string | undefined;
}

/** Events that a body posted, in log order, as known at a position. */
export interface Submissions {
  readonly body: string;
  readonly events: readonly HistoryEvent[];
  /** The position after which to go on; null at the end. Even a short or empty page may have one. */
  readonly next: string | null;
}

/** The number of events that are looked at in one go, in a few milliseconds, whatever is found. */
const AT_ONCE = 500;

/**
 * The wanted ones among the next 500 events after a position, at most `limit` of them. If one subject is
 * wanted, it looks only at events about that, however much else the body posted.
 */
export function submissions(
  register: EventIndex,
  position: number,
  wanted: Wanted,
  { after, limit }: { readonly after: number; readonly limit: number },
): Submissions {
  const known = register.at(position);
  const { body, subject } = wanted;
  const posted = subject === undefined ? register.postedBy(body) : postedAbout(known, body, subject);
  const isWanted = filterOf(wanted);
  const end = posted.countUpTo(position);
  const begin = Math.min(posted.countUpTo(after), end);
  const found: number[] = [];
  let index = begin;
  while (index < Math.min(begin + AT_ONCE, end) && found.length < limit) {
    const at = posted.at(index++);
    if (isWanted(register.text(at))) found.push(at);
  }
  const history = historyIn(register, known);
  return {
    body,
    events: found.map((at) => history({ position: at })),
    next: index < end ? String(posted.at(index - 1)) : null,
  };
}

/** Refuses a body without a recorded recognition up to a position. The registrar needs none. */
export function unknownSubmitter(known: LogView, body: string): Refusal | undefined {
  return body === REGISTRAR || known.bodies().includes(body)
    ? undefined
    : refuse(
        'unknown-body',
        `No recognition of ${body} is recorded up to position ${known.position}: correct the slug`,
      );
}

function postedAbout(known: LogView, body: string, subject: string): PositionList {
  const events = known.streamsAbout(subject).flatMap((stream) => known.recorded(stream));
  const own = events.filter((event) => event.body === body && event.subject === subject);
  return PositionList.of(own.map(({ position }) => position).sort((a, b) => a - b));
}

type Filter = (text: string) => StoredEvent | undefined;

/** Reads a stored event only if its text contains what is wanted, which is rare. */
function filterOf({ body, type, subject, source }: Wanted): Filter {
  const marks = [type, subject, source].flatMap((one) => (one === undefined ? [] : [JSON.stringify(one)]));
  return (text) => {
    if (!marks.every((mark) => text.includes(mark))) return undefined;
    const stored = storedAgain(text);
    const isWanted =
      stored.body === body &&
      stored.type === (type ?? stored.type) &&
      stored.subject === (subject ?? stored.subject) &&
      stored.source === (source ?? stored.source);
    return isWanted ? stored : undefined;
  };
}

/**
 * What a body posted from one source: all of it, or only these types between these positions, the last
 * included.
 */
export interface Load {
  readonly body: string;
  readonly source: string;
  readonly types?: readonly EventType[] | undefined;
  readonly after: number;
  readonly upTo: number;
}

/** An event of a load, and whether it is effective. */
export interface Loaded {
  readonly position: number;
  readonly subject: string;
  readonly stands: boolean;
}

/**
 * The events of a load to retract on their own, newest first, among the 500 events before a position;
 * `before`: the position to go on with, undefined at the end. Days and keys are never retracted. An event
 * about another of the same load (its correction, an appeal against it) goes with its target. An event about
 * one outside the load is retracted like any other, because a load of corrections may itself be the mistake.
 */
export function loaded(
  register: EventIndex,
  load: Load,
  before: number,
): { readonly events: readonly Loaded[]; readonly before: number | undefined } {
  const known = register.at(register.head);
  const posted = register.postedBy(load.body);
  const isOfSource = filterOf(load);
  const events: Loaded[] = [];
  const begin = posted.countUpTo(load.after);
  let index = posted.countUpTo(Math.min(before - 1, load.upTo));
  for (const end = Math.max(begin, index - AT_ONCE); index > end;) {
    const position = posted.at(--index);
    const stored = isOfSource(register.text(position));
    if (!stored || !isOfLoad(stored, load)) continue;
    const event = asRecorded(stored);
    if (isAnnotation(event)) {
      const target = isOfSource(register.text(targetOf(event)));
      if (target && isOfLoad(target, load)) continue;
    }
    const stands = known.find(position)?.stands ?? false;
    events.push({ position, subject: event.subject, stands });
  }
  return { events, before: index > begin ? posted.at(index) : undefined };
}

function isOfLoad({ position, type }: StoredEvent, { types, after, upTo }: Load): boolean {
  const at = Number(position);
  return at > after && at <= upTo && isRetractable(type) && (types?.includes(type) ?? true);
}
