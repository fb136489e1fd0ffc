import { bodiesFor, firstDayOf } from '../admission/authority';
import { tooMany, unmet } from '../admission/judge';
import { definitionOf, REGISTRAR, type RegisterEvent } from '../log/event-catalogue';
import { fieldErrors } from '../log/event-schemas';
import { isRegistered, keysOf } from '../log/identity';
import type { LogView } from '../log/log-view';
import { OverlayView } from '../log/overlay-view';
import { formatDay, LAST_DAY } from '../values/day';
import { isRefusal, refuse, type ProblemCode, type Refusal } from '../values/problem';
import { unknownProvider } from '../values/refusals';
import { Pace, sorted, type Work } from '../values/work';
import { itemsOf, type Handover, type HandoverPosting, type HandoverItem } from './handover';
import { firstKeys, successionsOf } from './successions';

/** An event that may be posted for a successor, and the bodies that may post it. */
export type ProposedEvent = HandoverPosting & { readonly by: readonly string[] };

/** Why something that the provider had is not proposed: the successor has it, is no school, or would be refused it. */
export type LeftOutReason = 'there-already' | 'no-school' | ProblemCode;

/**
 * What to post for a provider that took another’s place (specification, section 7, “Successions”). Providers go by
 * first keys.
 */
export interface Proposal {
  readonly from: string;
  readonly to: string;
  /** The last day of the one that has closed. */
  readonly on: string;
  /** Accepted in this order, once each is posted by one of its bodies. */
  readonly events: readonly ProposedEvent[];
  /** The grants of that day that are not proposed, by position. */
  readonly leftOut: readonly { readonly position: string; readonly reason: LeftOutReason }[];
}

/**
 * The most grants of which one proposal tells. A provider has some hundred; the answer to so many has 20 to 40 MB.
 */
export const MOST_HANDED_OVER = 100_000;

/**
 * What to post for `to`, which may be left out where one provider alone took the place of the one with the key
 * `from`. Refusals: `unknown-provider`, `not-found` if nobody took its place or `to` did not, `invalid-question` if several
 * did and none is named; `too-large` if it had more than {@link MOST_HANDED_OVER} of everything on the day.
 */
export function proposalFor(
  known: LogView,
  from: string,
  to: string | undefined,
): Work<Proposal | Refusal> | Refusal {
  if (!isRegistered(known, from)) return unknownProvider(from, known.position);
  const provider = keysOf(known, from);
  const successions = successionsOf(known, provider);
  const successors = firstKeys(
    known,
    successions.flatMap(({ by }) => by),
  );
  const [only, ...others] = successors;
  if (only === undefined)
    return refuse(
      'not-found',
      `Nobody is known to have taken the place of ${from} at position ${known.position}`,
    );
  if (to === undefined && others.length > 0)
    return refuse(
      'invalid-question',
      `Several took the place of ${from}: name one of ${successors.join(', ')} in to`,
      '/to',
    );
  const successor = keysOf(known, to ?? only);
  const [first = only] = successor;
  if (!successors.includes(first))
    return refuse(
      'not-found',
      `${to} is not known to have taken the place of ${from} at position ${known.position}: those that did are ${successors.join(', ')}`,
    );
  const on = Math.min(
    ...successions.filter(({ by }) => by.some((key) => successor.includes(key))).map((one) => one.on),
  );
  return proposed({ known, from: provider, to: successor, day: on + 1 });
}

function* proposed(handover: Handover): Work<Proposal | Refusal> {
  const { known, from, to, day } = handover;
  const items = day > LAST_DAY ? [] : yield* itemsOf(handover);
  if (items.length > MOST_HANDED_OVER)
    return refuse(
      'too-large',
      `${from[0]} had ${items.length} advisers, awards, commissions and contracts on ${formatDay(day)}, and a proposal tells of ${MOST_HANDED_OVER}: take them from its record and history`,
    );
  const draft = new Draft(known);
  const leftOut: { readonly position: number; readonly reason: LeftOutReason }[] = [];
  const pace = new Pace();
  for (const item of items) {
    const reason = draft.take(item);
    if (reason !== undefined) leftOut.push({ position: item.position, reason });
    if (pace.after(item.postings.length + 1)) yield pace.rest();
  }
  yield pace.rest();
  return {
    from: from[0] ?? '',
    to: to[0] ?? '',
    on: formatDay(day - 1),
    events: draft.events,
    leftOut: (yield* sorted(leftOut, (a, b) => a.position - b.position)).map(({ position, reason }) => ({
      position: String(position),
      reason,
    })),
  };
}

/** What is proposed so far, judged as it would be if it were posted in this order. */
class Draft {
  readonly events: ProposedEvent[] = [];
  readonly #base: LogView;
  readonly #known: OverlayView;
  readonly #proposed = new Set<string>();
  /** Who may post it depends on its type, its standard and its first day alone. */
  readonly #by = new Map<string, readonly string[]>();

  constructor(known: LogView) {
    this.#base = known;
    this.#known = new OverlayView(known);
  }

  /** Proposes what stands in the place of a grant, all of it or nothing: then why not. */
  take({ isThere, postings }: HandoverItem): LeftOutReason | undefined {
    if (isThere) return 'there-already';
    if (postings.length === 0) return 'no-school';
    const written = JSON.stringify(postings);
    if (this.#proposed.has(written)) return 'there-already';
    const events: ProposedEvent[] = [];
    const posted: RegisterEvent[] = [];
    for (const posting of postings) {
      const known = posted.length === 0 ? this.#known : new OverlayView(this.#known, posted);
      const by = this.#posters(posting, known);
      if (isRefusal(by)) return by.code;
      events.push({ ...posting, by });
      posted.push(asPosted(posting, known.position + 1, by[0]));
    }
    this.#proposed.add(written);
    this.events.push(...events);
    for (const event of posted) this.#known.add(event);
    return undefined;
  }

  /** The bodies that may post it and would not be refused; the registrar if there is none; else why it is refused. */
  #posters(posting: HandoverPosting, known: LogView): readonly string[] | Refusal {
    const event = asPosted(posting, known.position + 1);
    const [error] = fieldErrors(posting.type, posting.subject, posting.data);
    if (error) return refuse('invalid-event', error.detail, error.pointer);
    const refusal = unmet(event, known);
    if (refusal) return refusal;
    const isFree = (body: string) => tooMany({ ...event, body }, known) === undefined;
    const by = this.#bodiesFor(event).filter(isFree);
    return by.length > 0 ? by : (tooMany(event, known) ?? [REGISTRAR]);
  }

  #bodiesFor(event: RegisterEvent): readonly string[] {
    const standard = 'standard' in event.data ? event.data.standard : '';
    const name = `${event.type} ${standard} ${firstDayOf(event.data)}`;
    const by = this.#by.get(name) ?? bodiesFor(event, this.#base);
    this.#by.set(name, by);
    return by;
  }
}

function asPosted(
  { type, subject, data }: HandoverPosting,
  position: number,
  body = REGISTRAR,
): RegisterEvent {
  const stream = definitionOf(type).stream?.(subject, data) ?? '';
  return { type, subject, data, position, stream, body } as RegisterEvent;
}
