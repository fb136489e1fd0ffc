import { Type } from 'typebox';
import { appealsIn } from '../log/appeals';
import { isAppliedFor } from './applications';
import { dayOf, LAST_DAY } from '../values/day';
import { type Deciders, isAnother, needsGrant } from '../log/decider';
import { define } from '../log/event-definition';
import type { EventOf, EventTypeWith, RegisterEvent } from '../log/event-catalogue';
import { factKind } from '../log/effects';
import { holds, type Grant } from '../log/grants';
import { CODE, CODES, DAY, fields, PROVIDER_KEY, REFERENCE } from '../values/keys';
import { together, type LogView } from '../log/log-view';
import { keysOf } from '../log/identity';
import { choice, described, ON_APPEAL, OWN_REASON } from '../values/meaning';
import { refuse } from '../values/problem';
import { intersection, NO_DAYS, span, type Days } from '../values/timeline';

const PREFIX = 'accreditation-';
const stream = (subject: string, { standard }: { standard: string }) => `${PREFIX}${standard}-${subject}`;
const standard = described(
  CODE,
  'The standard, such as `matrix` of organisations or `quality-in-careers` of schools. A policy asks for it by this code.',
);
export const award = {
  standard,
  reference: described(
    REFERENCE,
    'The reference of the award that is meant, to the letter as the award gives it.',
  ),
};
/** The first day of what takes days away from the awards before it. */
const AWAY_FROM = described(DAY, 'The first day on which the awards before it do not count any more.');
const MONTH = described(
  Type.Union(
    [
      described(Type.Literal(12), 'The check in the twelfth month.'),
      described(Type.Literal(24), 'The check in the twenty-fourth month.'),
    ],
    { description: '12 or 24' },
  ),
  'Which check of the award it is, in months after the award.',
);
const about = { subject: PROVIDER_KEY, stream, needs: ['subject'] } as const;
const ofAward = { fact: 'accreditation', of: 'reference' } as const;

export const events = {
  AccreditationApplied: define({
    ...about,
    meaning:
      'The holder has applied to be accredited; a school has committed itself to the standard. It counts where a policy takes an application in place of an award.',
    effect: { kind: 'application', from: 'on' },
    data: fields({
      standard,
      reference: Type.Optional(
        described(REFERENCE, 'The reference of the application. Absent: it has none of its own.'),
      ),
      on: described(
        DAY,
        'The day of the application, from which on it counts. A policy may let it count for so many months only.',
      ),
      scope: Type.Optional(
        described(
          CODES,
          'What accreditation is applied for. A record, which narrows nothing. Absent: nothing is said of it.',
        ),
      ),
    }),
  }),
  AccreditationApplicationEnded: define({
    ...about,
    meaning:
      'An application has ended, whatever became of it: the applications before it do not count after a last day. An award that was made goes on; one who applies anew posts a new application.',
    effect: { kind: 'block', blocks: 'applications', after: 'on' },
    data: fields({
      standard,
      reference: Type.Optional(
        described(
          REFERENCE,
          'The reference of the application that is meant, to the letter as the application gives it. Absent: all applications of the holder for the standard are meant.',
        ),
      ),
      on: described(DAY, 'The last day on which the application counts; it still does on that day.'),
      outcome: choice('What became of the application. It changes no answer.', {
        awarded: 'The accreditation was awarded. That is posted as an `AccreditationAwarded` of its own.',
        refused: 'The accreditation was refused.',
        withdrawn: 'The holder has taken the application back.',
        expired: 'The time in which the application could have led to an award has passed.',
      }),
    }),
  }),
  AccreditationAwarded: define({
    ...about,
    meaning:
      'The holder is accredited, from a first day to a last one. On days that are suspended, withdrawn, surrendered, lapsed or transferred after it, it is not.',
    effect: { ...ofAward, kind: 'grant', from: 'from', until: 'until' },
    data: fields({
      standard,
      reference: described(
        REFERENCE,
        'The reference of the award. Whatever is done to the award later names it. Under one reference no two awards count on one day.',
      ),
      from: described(DAY, 'The first day on which the holder is accredited; it is covered.'),
      until: Type.Optional(
        described(
          DAY,
          'The last day on which the holder is accredited; it is covered too. Absent: the award never ends of itself.',
        ),
      ),
      kind: choice('How the award came about. It changes no answer.', {
        initial: 'The first award of the standard to this holder.',
        review: 'An award after a review of an earlier one.',
        transfer: 'An award taken on from another holder, beside that one’s `AccreditationTransferred`.',
      }),
      scope: Type.Optional(
        described(
          CODES,
          'What the award is for. Where a policy asks for a scope, an award that names others does not count. Absent: the award is for everything.',
        ),
      ),
      conditions: Type.Optional(
        described(
          CODES,
          'The conditions of the award, as codes. A record, which changes no answer. Absent: it has none.',
        ),
      ),
    }),
  }),
  AccreditationExtended: define({
    ...about,
    meaning:
      'The last award of this reference before it ends later. An award without a last day cannot be extended.',
    effect: { ...ofAward, kind: 'extension', until: 'until' },
    data: fields({
      ...award,
      until: described(
        DAY,
        'The new last day of the award; it is covered too. It is not before the present one.',
      ),
      reason: OWN_REASON,
    }),
  }),
  AccreditationSuspended: define({
    ...about,
    meaning:
      'The accreditation is suspended: from a day on the awards of this reference before it do not count, until an `AccreditationReinstated`.',
    effect: { ...ofAward, kind: 'block', from: 'from' },
    data: fields({ ...award, from: AWAY_FROM, reason: OWN_REASON, onAppeal: ON_APPEAL }),
  }),
  AccreditationReinstated: define({
    ...about,
    meaning: 'Every suspension of this reference before it ends, and its awards count again.',
    effect: { ...ofAward, kind: 'lift', from: 'from', lifts: ['AccreditationSuspended'] },
    data: fields({
      ...award,
      from: described(DAY, 'The first day on which the awards count again.'),
    }),
  }),
  AccreditationWithdrawn: define({
    ...about,
    meaning:
      'The body has taken the accreditation away: from a day on the awards of this reference before it do not count. A new award is needed to be accredited again.',
    effect: { ...ofAward, kind: 'block', from: 'from' },
    data: fields({ ...award, from: AWAY_FROM, reason: OWN_REASON, onAppeal: ON_APPEAL }),
  }),
  AccreditationSurrendered: define({
    ...about,
    meaning:
      'The holder has given the accreditation up: from a day on the awards of this reference before it do not count. A new award is needed to be accredited again.',
    effect: { ...ofAward, kind: 'block', from: 'from' },
    data: fields({ ...award, from: AWAY_FROM }),
  }),
  AccreditationLapsed: define({
    ...about,
    meaning:
      'The accreditation has lapsed before its last day: from a day on the awards of this reference before it do not count. A new award is needed to be accredited again.',
    effect: { ...ofAward, kind: 'block', from: 'from' },
    data: fields({ ...award, from: AWAY_FROM, reason: OWN_REASON }),
  }),
  AccreditationVoided: define({
    ...about,
    meaning:
      'The awards of this reference before it are void, as if they had never been made. They cannot be extended, suspended or withdrawn any more.',
    effect: { ...ofAward, kind: 'voiding' },
    data: fields({ ...award, reason: OWN_REASON }),
  }),
  AccreditationTransferred: define({
    ...about,
    meaning:
      'The award has passed to another holder and ends for this one. The other one is accredited only by an award of its own, of kind `transfer`: post both in one atomic batch.',
    effect: { ...ofAward, kind: 'block', from: 'from' },
    needs: ['subject', 'to'],
    data: fields({
      ...award,
      to: described(PROVIDER_KEY, 'The registered provider that takes the award on.'),
      from: described(
        DAY,
        'The first day on which the award does not count for this holder any more; the first of the other one’s award, as a rule.',
      ),
    }),
    check: (subject, { to }) =>
      to === subject ? [{ pointer: '/data/to', detail: 'Name another provider than the subject' }] : [],
  }),
  ImprovementCheckCompleted: define({
    ...about,
    meaning:
      'A check between two reviews was made. A record, which changes no answer; it ends the warning of a check of the same month that was missed before it.',
    data: fields({ ...award, month: MONTH, on: described(DAY, 'The day of the check.') }),
  }),
  ImprovementCheckMissed: define({
    ...about,
    meaning:
      'A check between two reviews was not made. A record, which takes no day away; answers about days of the award warn of it until an `ImprovementCheckCompleted` of the same month is posted after it.',
    data: fields({ ...award, month: MONTH, on: described(DAY, 'The day on which the check was missed.') }),
  }),
};

/** The types of events that take days away from awards. */
export type AwardBlock = EventTypeWith<{ readonly kind: 'block'; readonly fact: 'accreditation' }>;
export type Award = Grant<EventOf<'AccreditationAwarded'>, AwardBlock>;

/** The streams of a holder's dealings with one standard, under all of its keys. */
export function accreditationStreams(keys: readonly string[], standard: string): readonly string[] {
  return keys.map((key) => stream(key, { standard }));
}

/** The key of the holder whose dealings with some standard a stream records; undefined for other streams. */
export function holderIn(name: string): string | undefined {
  // No standard contains a colon, and every key does.
  return name.startsWith(PREFIX) ? name.slice(name.lastIndexOf('-', name.indexOf(':')) + 1) : undefined;
}

/** The standard that such a stream is about; undefined for other streams. */
export function standardIn(name: string): string | undefined {
  return name.startsWith(PREFIX)
    ? name.slice(PREFIX.length, name.lastIndexOf('-', name.indexOf(':')))
    : undefined;
}

/** The accreditations of a holder by one standard, each under a reference. */
const accreditation = factKind(events, 'accreditation');

/** The awards of a holder's standard by reference, with everything that was done to them. */
export function awardsByReference(all: readonly RegisterEvent[]) {
  return accreditation.byName(all, appealsIn(all));
}

/**
 * The awards of a standard under all references; if a scope is asked for, only those without a scope or with
 * that one.
 */
export function awards(events: readonly RegisterEvent[], scope?: string): readonly Award[] {
  return [...awardsByReference(events).values()]
    .flatMap(({ grants }) => grants)
    .filter(({ event }) => scope === undefined || !event.data.scope || event.data.scope.includes(scope));
}

interface OfAward {
  readonly subject: string;
  readonly data: { readonly standard: string; readonly reference: string };
}

/** The effective events of the standard of an event, and the state of the award that it names. */
function courseOf(event: OfAward, known: LogView) {
  const { standard, reference } = event.data;
  const events = together(known, accreditationStreams(keysOf(known, event.subject), standard));
  const { byName, appeals } = accreditation.coursesIn(events);
  return { events, appeals, course: byName.get(reference) };
}

function actsOnAward(event: OfAward, known: LogView) {
  const { standard, reference } = event.data;
  return needsGrant(
    courseOf(event, known).course?.hasGrant ?? false,
    '/data/reference',
    `award of ${standard} with the reference ${reference}`,
    'post the award first, or correct the standard, reference or subject',
  );
}

/** The days on which an award of a reference counts already. */
function awardedDays(event: OfAward, known: LogView): Days {
  const { events, appeals, course } = courseOf(event, known);
  const { reference } = event.data;
  return (
    course?.held(appeals, () => holds(awardsByReference(events).get(reference)?.grants ?? [])) ?? NO_DAYS
  );
}

export const decide: Deciders<keyof typeof events> = {
  AccreditationApplicationEnded({ subject, data: { standard, reference } }, known) {
    const events = together(known, accreditationStreams(keysOf(known, subject), standard));
    return needsGrant(
      isAppliedFor(events, reference),
      reference === undefined ? '/data/standard' : '/data/reference',
      `application for ${standard}${reference === undefined ? '' : ` with the reference ${reference}`}`,
      'post the application first, or correct the standard, reference or subject',
    );
  },
  AccreditationAwarded(event, known) {
    const { reference, from, until } = event.data;
    const covered = span(dayOf(from), until === undefined ? LAST_DAY : dayOf(until));
    if (intersection(covered, awardedDays(event, known)).length === 0) return undefined;
    return refuse(
      'overlapping-award',
      `An award with the reference ${reference} counts already on some of these days: correct or extend that one, or begin after it`,
      '/data/from',
    );
  },
  AccreditationExtended(event, known) {
    const missing = actsOnAward(event, known);
    if (missing) return missing;
    const last = courseOf(event, known).course?.last;
    return last && dayOf(event.data.until) < last.until
      ? refuse(
          'extension-shortens',
          'The award lasts longer already, or has no end: give a later day, or correct the award',
          '/data/until',
        )
      : last?.event.data.until === undefined && !last?.isExtended
        ? refuse(
            'extension-shortens',
            'The award has no end that could be moved: correct the award instead',
            '/data/until',
          )
        : undefined;
  },
  AccreditationSuspended: actsOnAward,
  AccreditationWithdrawn: actsOnAward,
  AccreditationSurrendered: actsOnAward,
  AccreditationLapsed: actsOnAward,
  AccreditationVoided: actsOnAward,
  AccreditationTransferred: (event, known) =>
    isAnother(event, 'to', event.data.to, known) ?? actsOnAward(event, known),
  ImprovementCheckCompleted: actsOnAward,
  ImprovementCheckMissed: actsOnAward,
  AccreditationReinstated(event, known) {
    const unlifted = courseOf(event, known).course?.unlifted.has('AccreditationSuspended');
    return (
      actsOnAward(event, known) ??
      (unlifted
        ? undefined
        : refuse(
            'not-suspended',
            `No suspension of ${event.data.reference} stands that is not lifted already`,
            '/data/reference',
          ))
    );
  },
};
