import { Type } from 'typebox';
import { dayOf } from './day';
import { type Deciders, only } from './decide';
import { define } from './definition';
import type { EventOf, RegisterEvent } from './event';
import type { Appeal } from './fact';
import { ANY_KEY, DAY, EVENT_REFERENCE, fields } from './keys';
import { keptOf } from './kept';
import type { Known } from './known';
import { choice, described, REASON } from './meaning';
import { refuse } from './problem';

const about = { subject: ANY_KEY } as const;
const against = described(
  EVENT_REFERENCE,
  'The event appealed against: one that says `onAppeal`. It stands in the log as a position.',
);
const target = (meaning: string) =>
  described(EVENT_REFERENCE, `${meaning} It stands in the log as a position.`);

/** Events about events (design, sections 3 and 5). Each stands in the stream of the event that it names. */
export const events = {
  AppealLodged: define({
    ...about,
    meaning:
      'An appeal has been lodged against an event. What that does until it is decided, the event itself says: `onAppeal`.',
    data: fields({
      against,
      on: described(
        DAY,
        'The day on which it was lodged: with `onAppeal` `stays`, the first day on which the event has no effect.',
      ),
    }),
  }),
  AppealDecided: define({
    ...about,
    meaning: 'The appeal against an event has been decided.',
    data: fields({
      against,
      on: described(
        DAY,
        'The day of the decision: with `onAppeal` `stays`, the first day on which the event has its effect again, where the appeal is dismissed.',
      ),
      outcome: choice('What was decided.', {
        upheld: 'The appeal succeeds: the event appealed against counts on no day.',
        dismissed: 'The appeal fails: the event appealed against counts.',
      }),
    }),
  }),
  EventCorrected: define({
    ...about,
    meaning:
      'An event has other data in the place of those posted, for every question as known from here on. What was known before stays as it was. The body that posted the event corrects it, or the registrar.',
    data: fields({
      event: target('The event to be corrected.'),
      data: described(
        Type.Record(Type.String(), Type.Unknown(), {
          description: 'All fields of the event, as they should have been',
        }),
        'All fields of the event as they should have been, not the changed ones alone: they replace what was posted, whole.',
      ),
      kind: choice('What kind of mistake it was. It is shown, and decides nothing.', {
        clerical: 'A slip in writing down what was known.',
        substantive: 'What was held to be so was not.',
      }),
      reason: REASON,
    }),
  }),
  EventRetracted: define({
    ...about,
    meaning:
      'An event does not stand: it counts as if it had never been posted, for every question as known from here on. A retraction can itself be retracted, which brings the event back. The body that posted the event retracts it, or the registrar.',
    data: fields({ event: target('The event to be retracted.'), reason: REASON }),
  }),
  DisputeOpened: define({
    ...about,
    meaning:
      'An event is held to be wrong. Until the dispute is closed, days that depend on the event are told as uncertain.',
    data: fields({
      event: target('The event disputed: one that gives, takes or moves days.'),
      reason: REASON,
    }),
  }),
  DisputeClosed: define({
    ...about,
    meaning: 'The open dispute of an event has been settled.',
    registrarOnly: true,
    data: fields({
      event: target('The event disputed, not its dispute.'),
      outcome: choice('How it was settled.', {
        upheld: 'The event is wrong: it does not stand any more, as if it were retracted.',
        dismissed: 'The event is right: it stands as before.',
      }),
    }),
  }),
};

export type Annotation = EventOf<keyof typeof events>;

export function isAnnotation(event: RegisterEvent): event is Annotation {
  return Object.hasOwn(events, event.type);
}

/** The position of the event that an annotation names, its reference resolved. */
export function targetOf(event: Annotation): number {
  return Number('against' in event.data ? event.data.against : event.data.event);
}

/** The event with the data that a correction would give it. */
export function asCorrected(target: RegisterEvent, correction: RegisterEvent): RegisterEvent {
  return correction.type === 'EventCorrected'
    ? ({ ...target, data: correction.data.data } as RegisterEvent)
    : target;
}

/** The appeals among what stands, by the position of what they are against: the first lodging, the first decision after it. */
export function appealsIn(events: readonly RegisterEvent[]): ReadonlyMap<number, Appeal> {
  const appeals = new Map<number, Appeal>();
  for (const event of events) takeAppeal(appeals, event);
  return appeals;
}

function takeAppeal(appeals: Map<number, Appeal>, event: RegisterEvent): void {
  if (event.type !== 'AppealLodged' && event.type !== 'AppealDecided') return;
  const target = targetOf(event);
  const appeal = appeals.get(target);
  if (event.type === 'AppealLodged') {
    if (!appeal) appeals.set(target, { lodging: event.position, lodged: dayOf(event.data.on) });
  } else if (appeal && !appeal.decided) {
    const decided = { on: dayOf(event.data.on), upheld: event.data.outcome === 'upheld' };
    appeals.set(target, { ...appeal, decided });
  }
}

/** An appeal that was lodged and not decided: the positions of the event that it is against, and of its lodging. */
export interface UndecidedAppeal {
  readonly against: number;
  readonly lodging: number;
}

/** The undecided appeals among what stands, against events that stand there too. */
export function undecided(events: readonly RegisterEvent[]): readonly UndecidedAppeal[] {
  const appeals = appealsIn(events);
  if (appeals.size === 0) return [];
  return events.flatMap(({ position, data }) => {
    const appeal = appeals.get(position);
    return appeal && !appeal.decided && 'onAppeal' in data
      ? [{ against: position, lodging: appeal.lodging }]
      : [];
  });
}

/** The appeal that an event is about, as it stands. */
export function appealAgainst(event: Annotation, known: Known): Appeal | undefined {
  return keptAppeals(known.stream(event.stream)).get(targetOf(event));
}

const keptAppeals = keptOf<Map<number, Appeal>>(() => new Map(), takeAppeal);

function isAppealable(event: Annotation, known: Known): boolean {
  const target = known.find(targetOf(event))?.event;
  return target !== undefined && 'onAppeal' in target.data;
}

const NOT_APPEALABLE = refuse(
  'not-appealable',
  'No appeal can be made against that event: name a suspension, withdrawal, revocation, removal or sanction',
  '/data/against',
);

const MOST_DISPUTES = 8;

export const decide: Deciders<keyof typeof events> = {
  AppealLodged(event, known) {
    if (!isAppealable(event, known)) return NOT_APPEALABLE;
    return appealAgainst(event, known)
      ? refuse(
          'already-appealed',
          'An appeal against that event was lodged already: correct or retract that lodging',
          '/data/against',
        )
      : undefined;
  },
  AppealDecided(event, known) {
    if (!isAppealable(event, known)) return NOT_APPEALABLE;
    const appeal = appealAgainst(event, known);
    return appeal && !appeal.decided
      ? undefined
      : refuse(
          'no-appeal',
          'No undecided appeal against that event stands: post its lodging first',
          '/data/against',
        );
  },
  DisputeOpened(event, known) {
    const disputed = known.disputed(event.stream);
    if (disputed.includes(targetOf(event))) {
      return refuse('already-disputed', 'A dispute of that event is open already', '/data/event');
    }
    return disputed.length >= MOST_DISPUTES
      ? refuse(
          'too-many-disputes',
          `At most ${MOST_DISPUTES} disputes may be open in a stream: have one closed first`,
          '/data/event',
        )
      : undefined;
  },
  DisputeClosed: (event, known) =>
    known.disputed(event.stream).includes(targetOf(event))
      ? undefined
      : refuse('no-open-dispute', 'No dispute of that event is open', '/data/event'),
};

/** What became of the events of a stream (design, section 5). */
export interface Standing {
  /** Those that stand, with their data as last corrected, in log order. */
  readonly events: readonly RegisterEvent[];
  /** Those that do not stand any more, with their data as last corrected. */
  readonly fallen: readonly RegisterEvent[];
  /** Positions of those under an open dispute; what does not stand any more is under none. */
  readonly disputed: readonly number[];
}

/** What stands of all that was recorded in a stream. An event can only be undone by one after it, so one walk from the end decides. */
export function standing(all: readonly RegisterEvent[]): Standing {
  const recorded = all.some(({ repeats }) => repeats) ? all.filter(({ repeats }) => !repeats) : all;
  if (!recorded.some(isAnnotation)) return { events: recorded, fallen: [], disputed: [] };
  const disputes = Map.groupBy(only(recorded, 'DisputeOpened', 'DisputeClosed'), targetOf);
  const fallen = new Set<number>();
  const corrections = new Map<number, RegisterEvent['data']>();
  const open: number[] = [];
  for (const event of recorded.toReversed()) {
    // What is after this event has been looked at, so whether those disputes stand is known already.
    const about = disputes.get(event.position);
    if (about) {
      const standingDisputes = about.filter(({ position }) => !fallen.has(position));
      if (isUpheld(standingDisputes)) fallen.add(event.position);
      if (!fallen.has(event.position) && isOpen(standingDisputes)) open.push(event.position);
    }
    if (fallen.has(event.position)) continue;
    if (event.type === 'EventRetracted') fallen.add(targetOf(event));
    if (event.type === 'EventCorrected' && !corrections.has(targetOf(event))) {
      corrections.set(targetOf(event), event.data.data);
    }
  }
  const corrected = recorded.map((event) => {
    const data = corrections.get(event.position);
    return data ? ({ ...event, data } as RegisterEvent) : event;
  });
  return {
    events: corrected.filter(({ position }) => !fallen.has(position)),
    fallen: corrected.filter(({ position }) => fallen.has(position)),
    disputed: open.sort((a, b) => a - b),
  };
}

/** Whether a closing upheld a dispute that was open before it. A closing with none open changes nothing. */
export function isUpheld(disputes: readonly EventOf<'DisputeOpened' | 'DisputeClosed'>[]): boolean {
  return disputes.some(
    (event, i) =>
      event.type === 'DisputeClosed' &&
      event.data.outcome === 'upheld' &&
      disputes[i - 1]?.type === 'DisputeOpened',
  );
}

function isOpen(disputes: readonly EventOf<'DisputeOpened' | 'DisputeClosed'>[]): boolean {
  return disputes.at(-1)?.type === 'DisputeOpened';
}
