import type { EventType, EventTypeWith } from '@app/domain/log/event-catalogue';
import type { HistoryEvent } from '@app/read-model/records/history';
import { capitalised, dayInWords, daysInWords, NO_KNOWN_END, untilInWords } from './words';

/*
 * An event in plain English: what kind of thing happened, the names of its fields, the days for which it
 * holds, and whether it counts.
 */

const TITLES: Readonly<Record<EventType, string>> = {
  ProviderRegistered: 'Provider registered',
  ProviderRenamed: 'Provider renamed',
  ProviderIdentified: 'Further key of a provider',
  ProviderMerged: 'Provider merged into another',
  ProviderSucceeded: 'Provider succeeded by others',
  ProviderClosed: 'Provider closed',
  AccreditationApplied: 'Accreditation applied for',
  AccreditationApplicationEnded: 'Application for accreditation ended',
  AccreditationAwarded: 'Accreditation awarded',
  AccreditationExtended: 'Accreditation extended',
  AccreditationSuspended: 'Accreditation suspended',
  AccreditationReinstated: 'Accreditation reinstated',
  AccreditationWithdrawn: 'Accreditation withdrawn',
  AccreditationSurrendered: 'Accreditation given up',
  AccreditationLapsed: 'Accreditation lapsed',
  AccreditationVoided: 'Accreditation declared void',
  AccreditationTransferred: 'Accreditation passed to another holder',
  ImprovementCheckCompleted: 'Improvement check completed',
  ImprovementCheckMissed: 'Improvement check missed',
  AdviserRegistered: 'Adviser registered',
  AdviserMerged: 'Two keys of one adviser',
  QualificationClaimed: 'Qualification claimed',
  QualificationAwarded: 'Qualification awarded',
  QualificationRevoked: 'Qualification revoked',
  QualificationVoided: 'Qualification declared void',
  EnrolmentStarted: 'Enrolment started',
  EnrolmentExtended: 'Enrolment extended',
  EnrolmentEnded: 'Enrolment ended',
  RegistrationGranted: 'Entered on a professional register',
  RegistrationLapsed: 'Registration lapsed',
  RegistrationRemoved: 'Removed from a professional register',
  RegistrationRestored: 'Restored to a professional register',
  SanctionImposed: 'Sanction imposed',
  EngagementStarted: 'Adviser engaged',
  EngagementEnded: 'Engagement of an adviser ended',
  SchoolRegistered: 'School or college registered',
  CommissionAgreed: 'Commission agreed',
  CommissionEnded: 'Commission ended',
  CareersLeaderAppointed: 'Careers leader appointed',
  CareersLeaderEnded: 'Careers leader’s appointment ended',
  ProgrammeMapped: 'Programme mapped to a framework',
  CoordinatorAssigned: 'Coordinator assigned',
  CoordinatorEnded: 'Coordinator’s assignment ended',
  ContractAwarded: 'Contract awarded',
  ContractEnded: 'Contract ended',
  BodyRecognised: 'Body recognised',
  BodyRecognitionEnded: 'Recognition of a body ended',
  BodySucceeded: 'Body succeeded by another',
  BodyKeyIssued: 'Key issued to a body',
  BodyKeyRevoked: 'Key of a body revoked',
  PolicyEditionPublished: 'Edition of a policy published',
  DayOpened: 'Day opened',
  LogRestored: 'Log restored by its operator',
  AppealLodged: 'Appeal lodged',
  AppealDecided: 'Appeal decided',
  EventCorrected: 'Correction',
  EventRetracted: 'Retraction',
  DisputeOpened: 'Dispute opened',
  DisputeClosed: 'Dispute closed',
};

const TITLE_OF: ReadonlyMap<string, string> = new Map(Object.entries(TITLES));

/** Words for fields whose names alone do not say what they are. */
const FIELDS: Readonly<Record<string, string>> = {
  legalForm: 'Legal form',
  clientGroups: 'Groups served',
  as: 'Further key',
  into: 'Goes on as',
  by: 'Succeeded by',
  to: 'Passes to',
  from: 'From',
  until: 'Until',
  on: 'On',
  awardedOn: 'Awarded on',
  expectedEnd: 'Expected end',
  effectiveFrom: 'In force from',
  onAppeal: 'If there is an appeal',
  subcontractorOf: 'Under the contract',
  mayPost: 'May post',
  hash: 'Fingerprint of the key',
  event: 'Event',
  against: 'Against event',
  data: 'Data in its place',
};

const ON_APPEAL: Readonly<Record<string, string>> = {
  stays: 'its effect is put off until the appeal is decided',
  stands: 'its effect goes on until the appeal is decided',
};

/** Fields whose codes are words with hyphens between them. */
const WORDS = ['reason', 'kind', 'outcome', 'legalForm', 'basis', 'role', 'phase', 'setting'];
const DAYS = ['from', 'until', 'on', 'awardedOn', 'expectedEnd', 'effectiveFrom', 'date'];
const LAST_FIELDS = ['onAppeal', 'outcome', 'kind', 'reason', 'data'];

type Data = HistoryEvent['data'];

/** What kind of thing happened, as a heading. */
export function titleOf(type: EventType): string {
  return TITLES[type];
}

/** The name of a field in a table. */
export function fieldInWords(field: string): string {
  return FIELDS[field] ?? capitalised(field);
}

/** A code in words: `wrong-holder` as “wrong holder”. */
export function codeInWords(code: string): string {
  return code.replaceAll('-', ' ');
}

const EVERY_TYPE =
  'every type of event (where standards or qualifications follow: every one that carries such)';

/** The content of a field in words if there are any; otherwise unchanged. */
export function textInWords(field: string, text: string): string {
  if (DAYS.includes(field)) return text === NO_KNOWN_END ? 'no end known' : dayInWords(text);
  if (field === 'onAppeal') return ON_APPEAL[text] ?? text;
  if (field === 'types') return text === '*' ? EVERY_TYPE : (TITLE_OF.get(text) ?? text);
  return WORDS.includes(field) ? codeInWords(text) : text;
}

/** The days for which an event with these data holds; undefined if they say none. */
export function heldInWords(type: EventType, data: Data): string | undefined {
  const day = (field: string) => (typeof data[field] === 'string' ? data[field] : undefined);
  const [from, until] = [day('from') ?? day('effectiveFrom'), day('until') ?? day('expectedEnd')];
  if (from !== undefined && until !== undefined) return daysInWords({ from, until });
  if (from !== undefined) return `from ${dayInWords(from)} on`;
  if (until !== undefined) return untilInWords(until);
  const awardedOn = day('awardedOn');
  if (awardedOn !== undefined) return `from ${dayInWords(awardedOn)} on`;
  const on = day('on') ?? day('date');
  if (on === undefined) return undefined;
  return Object.hasOwn(LAST_DAYS, type) ? `${dayInWords(on)} is the last day` : `on ${dayInWords(on)}`;
}

/** The first day in the data of an event; undefined if there is none. */
export function firstDayIn(data: Data): string | undefined {
  const days = ['from', 'effectiveFrom', 'awardedOn', 'on', 'date', 'until'].map((field) => data[field]);
  return days.find((day) => typeof day === 'string');
}

/**
 * The names of fields in reading order: what the event is about, the days, and why. RFC 8785, in which they
 * are stored, sorts them alphabetically.
 */
export function fieldsInOrder(fields: readonly string[]): readonly string[] {
  const rank = (field: string) => (field === 'types' ? -2 : [...DAYS, ...LAST_FIELDS].indexOf(field));
  return fields.toSorted((a, b) => rank(a) - rank(b));
}

/** Events whose `on` is the last day of something: those whose effect says so, and one without an effect. */
const LAST_DAYS: Readonly<
  Record<EventTypeWith<{ readonly after: 'on' }> | 'BodyRecognitionEnded', 'is the last day'>
> = {
  ProviderClosed: 'is the last day',
  ProviderMerged: 'is the last day',
  AccreditationApplicationEnded: 'is the last day',
  ProviderSucceeded: 'is the last day',
  EngagementEnded: 'is the last day',
  ContractEnded: 'is the last day',
  BodyRecognitionEnded: 'is the last day',
};

/** Whether an event counts: in a few words, and what they mean. */
interface Standing {
  readonly tone: 'yes' | 'no' | 'unknown';
  readonly headline: string;
  readonly rest: string;
}

/** Whether an event counts, as known at a moment. */
export function standingInWords(event: HistoryEvent): Standing {
  const { stands, repeats, retracted, retractions, corrected, disputes = [], appealed } = event;
  const no = (rest: string): Standing => ({ tone: 'no', headline: 'Does not stand', rest });
  if (repeats !== undefined) return no(`It repeats event ${repeats}, which counts alone.`);
  if (retracted) return no('It was retracted, and counts as if it had never been posted.');
  if (!stands) return no('A dispute of it was upheld, and it counts as if it had never been posted.');
  const as = corrected ? 'as corrected' : 'as posted';
  if (appealed?.decision?.outcome === 'upheld')
    return {
      tone: 'no',
      headline: 'Counts on no day',
      rest: 'An appeal against it was upheld.',
    };
  if (disputes.at(-1)?.closed === undefined && disputes.length > 0)
    return {
      tone: 'unknown',
      headline: 'In dispute',
      rest: `Whether it counts cannot be said until the dispute is closed. Until then it stands ${as}, and answers that depend on it say that they are uncertain.`,
    };
  if (appealed && !appealed.decision) {
    const { onAppeal } = (corrected ?? event).data;
    return {
      tone: 'unknown',
      headline: 'Under appeal',
      rest: `It stands ${as}. An appeal was lodged: ${textInWords('onAppeal', String(onAppeal))}.`,
    };
  }
  return {
    tone: 'yes',
    headline: `Stands, ${as}`,
    rest: [
      ...(retractions ? ['It was retracted, and has been brought back since.'] : []),
      ...(corrected
        ? ['What was posted first was wrong; what counts now is in the right-hand column below.']
        : retractions
          ? []
          : ['No one has corrected or retracted it.']),
    ].join(' '),
  };
}
