import { takeAppeal } from '../log/appeals';
import { type Annotation } from '../log/annotations';
import { targetOf } from '../log/annotation-target';
import { Type } from 'typebox';
import { type Deciders } from '../log/decider';
import { define } from '../log/event-definition';
import type { Appeal } from '../log/grants';
import { ANY_KEY, DAY, EVENT_REFERENCE, fields } from '../values/keys';
import { memoizedByList } from '../log/memoized-by-list';
import type { LogView } from '../log/log-view';
import { choice, described, OWN_REASON } from '../values/meaning';
import { refuse } from '../values/problem';

export const about = { subject: ANY_KEY } as const;
export const against = described(
  EVENT_REFERENCE,
  'The event appealed against: one that says `onAppeal`. It stands in the log as a position.',
);
export const target = (meaning: string) =>
  described(EVENT_REFERENCE, `${meaning} It stands in the log as a position.`);

/** Events about events (specification, sections 3 and 5). Each belongs to the stream of its target. */
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
    ends: true,
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
      'An event has other data in the place of those posted, for every question as known from here on. What was known before stays as it was. The body that posted the event corrects it, one that has succeeded it, or the registrar.',
    ends: true,
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
      reason: OWN_REASON,
    }),
  }),
  EventRetracted: define({
    ...about,
    meaning:
      'An event does not stand: it counts as if it had never been posted, for every question as known from here on. A retraction can itself be retracted, which brings the event back. The body that posted the event retracts it, one that has succeeded it, or the registrar.',
    ends: true,
    data: fields({ event: target('The event to be retracted.'), reason: OWN_REASON }),
  }),
  DisputeOpened: define({
    ...about,
    meaning:
      'An event is held to be wrong. Until the dispute is closed, days that depend on the event are told as uncertain.',
    data: fields({
      event: target('The event disputed: one that gives, takes or moves days.'),
      reason: OWN_REASON,
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

/** The present appeal that an event is about. */
export function appealAgainst(event: Annotation, known: LogView): Appeal | undefined {
  return keptAppeals(known.stream(event.stream)).get(targetOf(event));
}

const keptAppeals = memoizedByList<Map<number, Appeal>>(() => new Map(), takeAppeal);

function isAppealable(event: Annotation, known: LogView): boolean {
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
