import { Type } from 'typebox';
import { appealsIn } from '../log/appeals';
import { addMonths, dayOf } from '../values/day';
import { type Deciders, isAnother, needsGrant, only } from '../log/decider';
import { define } from '../log/event-definition';
import type { EventOf, RegisterEvent } from '../log/event-catalogue';
import { factKind } from '../log/effects';
import type { Facts, Grant } from '../log/grants';
import { ADVISER_KEY, CODE, DAY, fields, REFERENCE } from '../values/keys';
import { together, type LogView } from '../log/log-view';
import { isRegistered, keysOf, registeredAlready, tooManyKeys } from '../log/identity';
import { choice, described, ON_APPEAL, OWN_REASON } from '../values/meaning';
import { refuse, type Warning } from '../values/problem';
import { intersection, span } from '../values/timeline';

const stream = (subject: string) => `adviser-${subject.slice('adviser:'.length)}`;
const about = { subject: ADVISER_KEY, stream, needs: ['subject'] } as const;
const ofCertificate = { fact: 'certificate', of: 'certificate' } as const;
const ofEnrolment = { fact: 'enrolment', of: 'qualification' } as const;
const ofRegistration = { fact: 'registration', of: 'register' } as const;

const CERTIFICATE = 'certificate:';
/**
 * The streams that give a certificate number are also found under it, so that a number given for two persons
 * is noticed.
 */
const underCertificate = ({ certificate }: { readonly certificate?: string }) =>
  certificate === undefined ? [] : [CERTIFICATE + certificate];

/**
 * How many streams are found under a key, the first ones. A certificate number that more people share is no
 * real one, but the content of an empty cell in somebody's table: any of these streams shows that, and every
 * posting would walk a list of all.
 */
export function mostStreamsAbout(key: string): number {
  return key.startsWith(CERTIFICATE) ? 16 : Infinity;
}

export const qualification = described(
  CODE,
  'The qualification, such as `l6-dcgd`. A policy names those that it accepts by these codes.',
);
const certificate = described(
  REFERENCE,
  'The number of the certificate that is meant, to the letter as its award gives it.',
);
const register = described(
  CODE,
  'The professional register, such as `uk-register`. A policy asks for it by this code.',
);

export const events = {
  AdviserRegistered: define({
    meaning:
      'A person opens, under an opaque key, to posting and asking. Name and contact are kept beside the log, where they can be erased.',
    subject: ADVISER_KEY,
    stream,
    data: fields({}),
  }),
  AdviserMerged: define({
    ...about,
    meaning:
      'Two keys mean one person: from this event on, what was posted under both is told of one person, and either key finds it.',
    needs: ['subject', 'into'],
    about: ({ into }) => [into],
    frames: true,
    data: fields({ into: described(ADVISER_KEY, 'The other registered key of the same person.') }),
    check: (subject, { into }) =>
      into === subject ? [{ pointer: '/data/into', detail: 'Name another adviser than the subject' }] : [],
  }),
  QualificationClaimed: define({
    ...about,
    meaning:
      'The person claims to hold a qualification, and no awarding body has confirmed it. It never counts; where nothing else is on record, the reason says that it is only claimed.',
    about: underCertificate,
    data: fields({
      qualification,
      awardedOn: described(DAY, 'The day on which it was awarded, as the person says.'),
      certificate: Type.Optional(
        described(REFERENCE, 'The number of the certificate, as the person says. Absent: none is given.'),
      ),
    }),
  }),
  QualificationAwarded: define({
    ...about,
    meaning:
      'The person holds a qualification, from the day of its award on. It has no last day; only a revocation or a voiding takes it away.',
    effect: { ...ofCertificate, kind: 'grant', from: 'awardedOn' },
    about: underCertificate,
    data: fields({
      qualification,
      awardedOn: described(DAY, 'The day of the award: the first day on which the person holds it.'),
      certificate: described(
        REFERENCE,
        'The number of the certificate, which a revocation or a voiding names later. It is the number of this one award, not of the qualification.',
      ),
    }),
  }),
  QualificationRevoked: define({
    ...about,
    meaning:
      'The certificate is revoked: from a day on the awards of it that stand before it do not count. What it covered earlier stays.',
    effect: { ...ofCertificate, kind: 'block', from: 'from' },
    data: fields({
      certificate,
      from: described(DAY, 'The first day on which the certificate does not count any more.'),
      reason: OWN_REASON,
      onAppeal: ON_APPEAL,
    }),
  }),
  QualificationVoided: define({
    ...about,
    meaning: 'The awards of the certificate before it are void, as if they had never been made.',
    effect: { ...ofCertificate, kind: 'voiding' },
    data: fields({ certificate, reason: OWN_REASON }),
  }),
  EnrolmentStarted: define({
    ...about,
    meaning:
      'The person is enrolled for a qualification. It counts where a policy takes working towards one.',
    effect: { ...ofEnrolment, kind: 'grant', from: 'from', until: 'expectedEnd' },
    data: fields({
      qualification,
      from: described(
        DAY,
        'The first day of the enrolment; it is covered. A policy may let it count for so many months only.',
      ),
      expectedEnd: described(
        DAY,
        'The day on which it is expected to end; it is covered too. After it the enrolment does not count, unless it is extended.',
      ),
    }),
  }),
  EnrolmentExtended: define({
    ...about,
    meaning: 'The last enrolment for this qualification before it ends later.',
    effect: { ...ofEnrolment, kind: 'extension', until: 'expectedEnd' },
    data: fields({
      qualification,
      expectedEnd: described(
        DAY,
        'The new day on which it is expected to end; it is covered too. It is not before the present one.',
      ),
    }),
  }),
  EnrolmentEnded: define({
    ...about,
    meaning:
      'The enrolments for this qualification before it have ended. A course that was completed gives nothing of itself: the award is posted by `QualificationAwarded`.',
    effect: { ...ofEnrolment, kind: 'block', from: 'on' },
    data: fields({
      qualification,
      on: described(
        DAY,
        'The day on which it ended: the first day on which the person is not enrolled any more.',
      ),
      outcome: choice('How it ended. It changes no answer.', {
        completed: 'The person has completed the course.',
        withdrawn: 'The person has left the course.',
        failed: 'The person has not passed.',
      }),
    }),
  }),
  RegistrationGranted: define({
    ...about,
    meaning: 'The person stands on a professional register, from a first day to a last one.',
    effect: { ...ofRegistration, kind: 'grant', from: 'from', until: 'until' },
    data: fields({
      register,
      from: described(DAY, 'The first day on which the person stands on it; it is covered.'),
      until: Type.Optional(
        described(
          DAY,
          'The last day on which the person stands on it; it is covered too. Absent: the registration never ends of itself.',
        ),
      ),
    }),
  }),
  RegistrationLapsed: define({
    ...about,
    meaning:
      'The registration has lapsed: from a day on those before it do not count, until a `RegistrationRestored`.',
    effect: { ...ofRegistration, kind: 'block', from: 'from' },
    data: fields({
      register,
      from: described(DAY, 'The first day on which the person does not stand on the register any more.'),
      reason: OWN_REASON,
    }),
  }),
  RegistrationRemoved: define({
    ...about,
    meaning:
      'The person was removed from the register: from a day on the registrations before it do not count, until a `RegistrationRestored`.',
    effect: { ...ofRegistration, kind: 'block', from: 'from' },
    data: fields({
      register,
      from: described(DAY, 'The first day on which the person does not stand on the register any more.'),
      reason: OWN_REASON,
      onAppeal: ON_APPEAL,
    }),
  }),
  RegistrationRestored: define({
    ...about,
    meaning:
      'Every lapse of and removal from this register before it ends, and the registrations count again.',
    effect: {
      ...ofRegistration,
      kind: 'lift',
      from: 'from',
      lifts: ['RegistrationLapsed', 'RegistrationRemoved'],
    },
    data: fields({
      register,
      from: described(DAY, 'The first day on which the person stands on the register again.'),
    }),
  }),
  SanctionImposed: define({
    ...about,
    meaning:
      'The person is under a sanction: on its days the person counts as neither qualified nor working towards a qualification nor registered, under any policy.',
    effect: { kind: 'grant', fact: 'sanction', from: 'from', until: 'until' },
    data: fields({
      from: described(DAY, 'The first day of the sanction; it is covered.'),
      until: Type.Optional(
        described(DAY, 'The last day of the sanction; it is covered too. Absent: the sanction never ends.'),
      ),
      reason: OWN_REASON,
      onAppeal: ON_APPEAL,
    }),
  }),
};

/**
 * The streams with a person's qualifications, registrations and sanctions, under all of the person's keys.
 */
export function adviserStreams(keys: readonly string[]): readonly string[] {
  return keys.map(stream);
}

/** The key of the adviser whom a stream is about; undefined for other streams. */
export function adviserIn(name: string): string | undefined {
  return name.startsWith('adviser-') ? `adviser:${name.slice('adviser-'.length)}` : undefined;
}

const certificates = factKind(events, 'certificate');
const enrolments = factKind(events, 'enrolment');
const professionalRegistrations = factKind(events, 'registration');
const sanctions = factKind(events, 'sanction');

/** A person's facts: each row and name with its grants and blocks. */
export interface AdviserFacts {
  readonly certificates: readonly Facts<EventOf<'QualificationAwarded'>>[];
  readonly enrolments: readonly Facts<EventOf<'EnrolmentStarted'>>[];
  readonly registrations: readonly Facts<EventOf<'RegistrationGranted'>>[];
  readonly sanctions: readonly Grant<EventOf<'SanctionImposed'>>[];
  readonly claims: readonly EventOf<'QualificationClaimed'>[];
}

export function adviserFacts(all: readonly RegisterEvent[]): AdviserFacts {
  const appeals = appealsIn(all);
  return {
    certificates: [...certificates.byName(all, appeals).values()],
    enrolments: [...enrolments.byName(all, appeals).values()],
    registrations: [...professionalRegistrations.byName(all, appeals).values()],
    sanctions: sanctions.only(all, appeals).grants,
    claims: only(all, 'QualificationClaimed'),
  };
}

export const grants = <E>(facts: readonly Facts<E>[]) => facts.flatMap((fact) => fact.grants);

/**
 * The accepted certificates that `qualified` rests on, regardless of sanctions (specification, section 4).
 */
export function certified(
  facts: AdviserFacts,
  accepted: readonly string[],
): readonly Grant<EventOf<'QualificationAwarded'>>[] {
  return grants(facts.certificates).filter(({ event }) => accepted.includes(event.data.qualification));
}

/**
 * The accepted enrolments that `workingTowards` rests on, each for at most `withinMonths`, regardless of
 * sanctions (specification, section 4).
 */
export function enrolled(
  facts: AdviserFacts,
  accepted: readonly string[],
  withinMonths?: number,
): readonly Grant<EventOf<'EnrolmentStarted'>>[] {
  const enrolments = grants(facts.enrolments).filter(({ event }) =>
    accepted.includes(event.data.qualification),
  );
  if (withinMonths === undefined) return enrolments;
  return enrolments.map((enrolment) => ({
    ...enrolment,
    days: intersection(enrolment.days, span(enrolment.from, addMonths(enrolment.from, withinMonths) - 1)),
  }));
}

/** The registrations that `registered` rests on, regardless of sanctions (specification, section 4). */
export function registrations(
  facts: AdviserFacts,
  register: string,
): readonly Grant<EventOf<'RegistrationGranted'>>[] {
  return grants(facts.registrations).filter(({ event }) => event.data.register === register);
}

/** The effective events about a person, under all of the person's keys. */
function ofPerson({ subject }: { readonly subject: string }, known: LogView): readonly RegisterEvent[] {
  return together(known, adviserStreams(keysOf(known, subject)));
}

const MEND = 'post what began it first, or correct the name or the subject';

function actsOnCertificate(event: { subject: string; data: { certificate: string } }, known: LogView) {
  const { certificate } = event.data;
  const found = certificates.coursesIn(ofPerson(event, known)).byName.get(certificate)?.hasGrant ?? false;
  return needsGrant(found, '/data/certificate', `award with the certificate ${certificate}`, MEND);
}

interface OfEnrolment {
  readonly subject: string;
  readonly data: { readonly qualification: string };
}

function enrolmentOf(event: OfEnrolment, known: LogView) {
  return enrolments.coursesIn(ofPerson(event, known)).byName.get(event.data.qualification);
}

function actsOnEnrolment(event: OfEnrolment, known: LogView) {
  const found = enrolmentOf(event, known)?.hasGrant ?? false;
  return needsGrant(found, '/data/qualification', `enrolment for ${event.data.qualification}`, MEND);
}

interface OfRegistration {
  readonly subject: string;
  readonly data: { readonly register: string };
}

function registrationOf(event: OfRegistration, known: LogView) {
  return professionalRegistrations.coursesIn(ofPerson(event, known)).byName.get(event.data.register);
}

function actsOnRegistration(event: OfRegistration, known: LogView) {
  const found = registrationOf(event, known)?.hasGrant ?? false;
  return needsGrant(found, '/data/register', `registration in ${event.data.register}`, MEND);
}

/**
 * Warns of a certificate that an effective award or claim of another person also gives; all keys of one
 * person are one person’s. It says where that event is in the log, but not whose it is.
 */
export function sharedCertificate(event: RegisterEvent, known: LogView): Warning | undefined {
  if (event.type !== 'QualificationAwarded' && event.type !== 'QualificationClaimed') return undefined;
  const { certificate } = event.data;
  if (certificate === undefined) return undefined;
  const own = adviserStreams(keysOf(known, event.subject));
  for (const name of known.streamsAbout(CERTIFICATE + certificate)) {
    if (own.includes(name)) continue;
    const other = only(known.stream(name), 'QualificationAwarded', 'QualificationClaimed').find(
      ({ data }) => data.certificate === certificate,
    );
    if (!other) continue;
    return {
      code: 'certificate-of-another',
      pointer: '/data/certificate',
      detail: `The event at ${other.position} gives this certificate to another person: check the number, or post AdviserMerged where the two are one`,
    };
  }
  return undefined;
}

export const decide: Deciders<keyof typeof events> = {
  AdviserRegistered: (event, known) =>
    isRegistered(known, event.subject)
      ? registeredAlready(event.subject, 'use another key for another person')
      : undefined,
  AdviserMerged(event, known) {
    const { subject, data } = event;
    const keys = [...keysOf(known, subject), ...keysOf(known, data.into)];
    return isAnother(event, 'into', data.into, known) ?? tooManyKeys(subject, keys.length, '/data/into');
  },
  QualificationRevoked: actsOnCertificate,
  QualificationVoided: actsOnCertificate,
  EnrolmentExtended(event, known) {
    const last = enrolmentOf(event, known)?.last;
    if (!last) return actsOnEnrolment(event, known);
    return dayOf(event.data.expectedEnd) < last.until
      ? refuse(
          'extension-shortens',
          'The enrolment lasts longer already: give a later day, or correct the enrolment',
          '/data/expectedEnd',
        )
      : undefined;
  },
  EnrolmentEnded: actsOnEnrolment,
  RegistrationLapsed: actsOnRegistration,
  RegistrationRemoved: actsOnRegistration,
  RegistrationRestored(event, known) {
    const unlifted = (registrationOf(event, known)?.unlifted.size ?? 0) > 0;
    return (
      actsOnRegistration(event, known) ??
      (unlifted
        ? undefined
        : refuse(
            'not-suspended',
            `No lapse or removal from ${event.data.register} stands that is not lifted already`,
            '/data/register',
          ))
    );
  },
};
