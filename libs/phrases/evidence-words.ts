import type { EvidenceEvent } from '@app/application/reading/evidence';
import type { Answer, EvidencedRun } from '@app/domain/evaluation/v1/answer-shape';
import type { Reason } from '@app/domain/evaluation/v1/reason';
import { voiceOf } from './voices';
import { capitalised, dayInWords, NO_KNOWN_END, untilInWords, visible } from './words';

/*
 * What the events that an answer names say, in plain English: what supports a yes, on which day a no begins,
 * and what would have to be recorded.
 */

type Names = ReadonlyMap<string, string>;
type Data = EvidenceEvent['data'];

/** A grant with its last extension. */
export interface Fact {
  readonly event: EvidenceEvent;
  readonly extended: EvidenceEvent | undefined;
  /** The positions of both. */
  readonly positions: readonly string[];
}

const EXTENSIONS: Readonly<Record<string, string>> = {
  AccreditationExtended: 'AccreditationAwarded',
  EnrolmentExtended: 'EnrolmentStarted',
};

/** The grants that support what is met, each once, in the order in which they were recorded. */
export function factsIn(
  grounds: readonly EvidencedRun[],
  evidence: ReadonlyMap<string, EvidenceEvent>,
): readonly Fact[] {
  const positions = [...new Set(grounds.flatMap((run) => run.evidence))].sort(
    (a, b) => Number(a) - Number(b),
  );
  const events = positions.flatMap((position) => evidence.get(position) ?? []);
  const grants = events.filter(({ type }) => EXTENSIONS[type] === undefined);
  return grants.map((event) => {
    const extended = events.findLast(
      (one) =>
        EXTENSIONS[one.type] === event.type &&
        Number(one.position) > Number(event.position) &&
        isOfOne(one, event),
    );
    return {
      event,
      extended,
      positions: [event, ...(extended ? [extended] : [])].map((one) => one.position),
    };
  });
}

/** Whether two events are about the same grant. */
function isOfOne(one: EvidenceEvent, other: EvidenceEvent): boolean {
  return ['standard', 'reference', 'qualification'].every((field) => one.data[field] === other.data[field]);
}

/** A grant in words: `Certificate M-1042, 15 March 2024 to 14 March 2027, from Example Assessors`. */
export function factInWords({ event, extended }: Fact, names: Names): string {
  const { type, body, data } = event;
  const by = body === 'body:registrar' ? 'the registrar' : visible(names.get(body) ?? body);
  const text = (field: string) => String(data[field]);
  switch (type) {
    case 'AccreditationAwarded':
      return `Certificate ${text('reference')}, ${lasting(data, 'until', extended)}, from ${by}`;
    case 'AccreditationApplied':
      return `Application for accreditation of ${dayInWords(text('on'))}, recorded by ${by}`;
    case 'ContractAwarded':
      return `Contract ${text('reference')}, ${lasting(data, 'until', extended)}, from ${by}`;
    case 'QualificationAwarded':
      return `${qualificationInWords(text('qualification'))}, certificate ${text('certificate')}, awarded on ${dayInWords(text('awardedOn'))}, from ${by}`;
    case 'EnrolmentStarted':
      return `Enrolled for ${qualificationInWords(text('qualification'))}, ${lasting(data, 'expectedEnd', extended)}, recorded by ${by}`;
    case 'RegistrationGranted':
      return `On the register ${text('register')}, ${lasting(data, 'until', extended)}, from ${by}`;
    case 'EngagementStarted':
      return `Engaged since ${dayInWords(text('from'))}, recorded by ${by}`;
    default:
      return `Recorded by ${by}`;
  }
}

const QUALIFICATIONS: Readonly<Record<string, string>> = {
  'l6-dcgd': 'Level 6 Diploma in Career Guidance and Development',
  'l6-cdp': 'Level 6 Career Development Professional',
  'l4-dcia': 'Level 4 Diploma in Career Information and Advice',
};

/** A qualification by its title with its code, or by its code alone. */
function qualificationInWords(code: string): string {
  const title = Object.hasOwn(QUALIFICATIONS, code) ? QUALIFICATIONS[code] : undefined;
  return title === undefined ? `Qualification ${code}` : `${title} (${code})`;
}

function lasting(data: Data, end: string, extended: EvidenceEvent | undefined): string {
  const until = (extended?.data ?? data)[end];
  const to = typeof until === 'string' ? ` to ${dayInWords(until)}` : ', with no end known';
  return `${dayInWords(String(data['from']))}${to}${extended ? ' as extended' : ''}`;
}

/**
 * The day on which a reason begins by its events: the last day of what ends, the first of everything else.
 */
export function comesAboutOn(reason: Reason, events: readonly EvidenceEvent[]): string | undefined {
  const days = (field: string, of = events) =>
    of
      .map(({ data }) => data[field])
      .filter((day) => typeof day === 'string')
      .sort();
  switch (reason) {
    case 'provider-closed':
    case 'application-ended':
      return days('on')[0];
    case 'accreditation-expired': {
      const awards = events.filter(({ type }) => type === 'AccreditationAwarded');
      return awards
        .flatMap((award) => {
          const [last] = days(
            'until',
            events.filter((one) => one.type === 'AccreditationExtended' && isOfOne(one, award)),
          ).reverse();
          return last ?? days('until', [award]);
        })
        .sort()
        .at(-1);
    }
    case 'accreditation-transferred':
    case 'accreditation-withdrawn':
    case 'accreditation-surrendered':
    case 'accreditation-lapsed':
    case 'accreditation-suspended':
    case 'accreditation-not-started':
    case 'adviser-sanctioned':
    case 'adviser-not-independent':
    case 'qualification-revoked':
      return days('from')[0];
    default:
      return undefined;
  }
}

/** What an appeal is against. */
const APPEALED: Readonly<Record<string, string>> = {
  AccreditationSuspended: 'A suspension',
  AccreditationWithdrawn: 'A withdrawal of an accreditation',
  QualificationRevoked: 'A revocation of a qualification',
  RegistrationRemoved: 'A removal from a professional register',
  SanctionImposed: 'A sanction',
};

/** Says that an appeal is undecided, and how it may change what the policy of the answer says. */
export function appealInWords(
  event: EvidenceEvent | undefined,
  { outcome, provider, advisers, policy }: Answer,
  names: Names,
): string {
  const what = APPEALED[event?.type ?? ''] ?? 'An event';
  const subject = event?.subject ?? provider.key;
  const isOther =
    subject.startsWith('adviser:') ||
    (subject !== provider.key && names.get(subject) !== names.get(provider.key));
  const of = isOther
    ? ` of ${advisers.length === 1 && advisers[0] === subject ? 'the adviser' : visible(names.get(subject) ?? subject)}`
    : '';
  const { becomeYes, becomeNo } = voiceOf(policy);
  const may = (() => {
    if (event?.data['onAppeal'] === 'stays')
      return outcome === 'eligible'
        ? `If the appeal fails, this may ${becomeNo}`
        : `If the appeal fails, this may ${becomeNo} on more of these days`;
    return outcome === 'eligible'
      ? 'It counts until the appeal is decided, and changes nothing here'
      : `It counts until the appeal is decided. If the appeal succeeds, this may ${becomeYes}`;
  })();
  return `${what}${of} is under appeal. ${may}`;
}

/** The keys of those that took a provider’s place by an event; empty for an event of another kind. */
export function successorsIn({ type, data }: Pick<EvidenceEvent, 'type' | 'data'>): readonly string[] {
  const field = type === 'ProviderMerged' ? 'into' : type === 'ProviderSucceeded' ? 'by' : undefined;
  return field === undefined ? [] : [data[field]].flat().filter((key) => typeof key === 'string');
}

/** That so many took a provider’s place, and what follows from it, in the form that follows their names. */
export function takenPlaceInWords(howMany: number): string {
  const [has, them] = howMany === 1 ? ['has', 'it'] : ['have', 'them'];
  return `${has} taken its place: ask about ${them} too, for nothing passes to ${them} by itself`;
}

/** `A`, `A and B`, `A, B and C`. */
export function listInWords(list: readonly string[]): string {
  return list.map((one, i) => (i === 0 ? one : `${i === list.length - 1 ? ' and ' : ', '}${one}`)).join('');
}

/** An event that may be posted, and the bodies that may post it. */
export interface PostableStep {
  readonly type: string;
  readonly subject: string;
  readonly data: object;
  readonly by: readonly string[];
}

/** A step of a route or of a proposal, and who may take it. */
export function stepInWords({ type, subject, data, by }: PostableStep, names: Names): string {
  const called = (key: string) =>
    key === 'body:registrar' ? 'the registrar of the register' : visible(names.get(key) ?? key);
  const fields = data as Data;
  const text = (field: string) => String(fields[field]);
  const first = [fields['from'], fields['on']].find((day) => typeof day === 'string');
  const from = `from ${dayInWords(first ?? NO_KNOWN_END)} on`;
  const days = typeof fields['until'] === 'string' ? `${from} ${untilInWords(fields['until'])}` : from;
  const standard = () =>
    text('standard') === 'matrix' ? 'the matrix Standard' : `the standard ${text('standard')}`;
  // The reference of a new award is made up, and not told.
  const takenOn = fields['kind'] === 'transfer' ? ` under the reference ${text('reference')}` : '';
  const who = by.map(called).join(' or ');
  const what = (() => {
    switch (type) {
      case 'AccreditationAwarded':
        return `${called(subject)} is accredited to ${standard()}${takenOn} ${days}`;
      case 'AccreditationReinstated':
        return `the accreditation of ${called(subject)} to ${standard()} is reinstated ${from}`;
      case 'AccreditationApplied':
        return `${called(subject)} applies for accreditation to ${standard()}, ${from}`;
      case 'ContractAwarded':
        return `${called(subject)} has a contract of the programme ${text('programme')} ${days}`;
      case 'QualificationAwarded':
        return `${called(subject)} is awarded ${qualificationInWords(text('qualification'))} by ${dayInWords(text('awardedOn'))}`;
      case 'EnrolmentStarted':
        return `${called(subject)} is enrolled for ${qualificationInWords(text('qualification'))} ${from}`;
      case 'RegistrationGranted':
        return `${called(subject)} is entered on the register ${text('register')} ${days}`;
      case 'RegistrationRestored':
        return `${called(subject)} is restored to the register ${text('register')} ${from}`;
      case 'EngagementStarted':
        return `${called(subject)} is engaged by ${called(text('provider'))} ${from}`;
      case 'EngagementEnded':
        return `${called(subject)} is engaged by ${called(text('provider'))} for the last time on ${dayInWords(text('on'))}`;
      case 'CommissionAgreed':
        return `${called(subject)} commissions ${called(text('provider'))} under the reference ${text('reference')} ${days}`;
      case 'CareersLeaderAppointed':
        return `${called(subject)} has the careers leader ${text('appointment')} ${from}`;
      case 'CareersLeaderEnded':
        return `the appointment ${text('appointment')} at ${called(subject)} ends on ${dayInWords(text('on'))}`;
      case 'ProgrammeMapped':
        return `the careers programme of ${called(subject)} is mapped to ${text('framework')} ${days}`;
      case 'AdviserRegistered':
        return 'an adviser who is new to the register is registered';
      default:
        return type;
    }
  })();
  return `${capitalised(what)}: to be recorded by ${who}`;
}

/** Why something that a provider had is not proposed for its successor. */
export function leftOutInWords(reason: string): string {
  switch (reason) {
    case 'there-already':
      return 'the successor has the same already';
    case 'no-school':
      return 'it is a school’s, and the successor is none';
    default:
      return `it would be refused as ${reason}`;
  }
}
