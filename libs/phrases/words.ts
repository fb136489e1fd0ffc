import type { Answer } from '@app/domain/evaluation/v1/answer-shape';
import type { Run } from '@app/domain/values/written-run';
import type { Policy } from '@app/domain/subjects/policy-document';
import type { Reason } from '@app/domain/evaluation/v1/reason';
import { wordsOfRequirement } from './requirement-words';
import { deliveredInWords } from './setting-words';
import { voiceOf, type Voice } from './voices';

/*
 * An answer in plain English. Each function returns whole sentences that never say more than the answer: what
 * this policy asks, by its weight, on these days, as known at a moment.
 */

/** What is known to go on permanently goes on until this day. */
export const NO_KNOWN_END = '9999-12-31';

/** Why not, in the form that follows “because”. */
const REASONS: Readonly<Record<Reason, string>> = {
  'provider-closed': 'the provider has closed',
  'accreditation-voided': 'the accreditation was declared void, as if it had never been',
  'accreditation-transferred': 'the accreditation has passed to another holder',
  'accreditation-withdrawn': 'the accreditation has been withdrawn',
  'accreditation-surrendered': 'the accreditation has been given up',
  'accreditation-lapsed': 'the accreditation has lapsed',
  'accreditation-suspended': 'the accreditation is suspended',
  'accreditation-expired': 'the accreditation has run out',
  'accreditation-not-started': 'the accreditation has not begun yet',
  'accreditation-never-awarded': 'no accreditation is on record',
  'adviser-not-engaged': 'a named adviser is not engaged by the provider',
  'adviser-sanctioned': 'the adviser is under a sanction',
  'adviser-not-independent':
    'what the adviser gives does not count as independent of the school that asks, which employs the adviser',
  'qualification-revoked': 'the adviser’s qualification has been revoked',
  'qualification-voided': 'the adviser’s qualification was declared void, as if it had never been',
  'enrolment-ended': 'the adviser is no longer enrolled for an accepted qualification',
  'qualification-not-started': 'the adviser’s qualification or enrolment begins later',
  'qualification-only-claimed':
    'the adviser’s qualification is only claimed, and no awarding body has confirmed it',
  'qualification-not-accepted': 'the adviser’s qualification is none that the policy accepts',
  'no-qualification': 'the adviser has no qualification on record',
  'no-adviser-engaged': 'the provider has no adviser engaged',
  'no-qualified-adviser': 'no adviser whom the provider has engaged meets the requirement',
  'unqualified-adviser-engaged': 'the provider has an adviser engaged who does not meet the requirement',
  'engaged-advisers-fail': 'every adviser on record as engaged by the provider speaks against it',
  'subcontractor-fails': 'a subcontractor does not meet the requirement',
  'no-policy-in-force': 'the policy says nothing of this setting on those days',
  'no-contract': 'the provider holds no contract of the programme',
  'application-ended': 'the application for accreditation has ended',
  'applied-not-met': 'no application for accreditation is on record that counts',
  'registered-not-met': 'the adviser is not on the professional register that the policy names',
};

/**
 * As {@link REASONS}, for future days before the cause has happened: the day on which it will if that is
 * known, else that it will have happened by then. What ends, ends with that day.
 */
const TO_COME: Readonly<
  Partial<Record<Reason, { readonly by: string; readonly on: (day: string) => string; readonly ends?: true }>>
> = {
  'provider-closed': {
    by: 'the provider will have closed',
    on: (day) => `the provider closes at the end of ${day}`,
    ends: true,
  },
  'accreditation-transferred': {
    by: 'the accreditation will have passed to another holder',
    on: (day) => `the accreditation passes to another holder on ${day}`,
  },
  'accreditation-withdrawn': {
    by: 'the accreditation will have been withdrawn',
    on: (day) => `the accreditation is withdrawn from ${day} on`,
  },
  'accreditation-surrendered': {
    by: 'the accreditation will have been given up',
    on: (day) => `the accreditation is given up from ${day} on`,
  },
  'accreditation-lapsed': {
    by: 'the accreditation will have lapsed',
    on: (day) => `the accreditation lapses on ${day}`,
  },
  'accreditation-suspended': {
    by: 'the accreditation will be suspended',
    on: (day) => `the accreditation is suspended from ${day} on`,
  },
  'accreditation-expired': {
    by: 'the accreditation will have ended by then unless renewed',
    on: (day) => `the accreditation ends on ${day} unless renewed`,
    ends: true,
  },
  'accreditation-not-started': {
    by: 'the accreditation begins only later',
    on: (day) => `the accreditation begins only on ${day}`,
  },
  'application-ended': {
    by: 'the application for accreditation will have ended',
    on: (day) => `the application for accreditation ends on ${day}`,
    ends: true,
  },
  'adviser-sanctioned': {
    by: 'the adviser will be under a sanction',
    on: (day) => `the adviser is under a sanction from ${day} on`,
  },
  'adviser-not-independent': {
    by: 'what the adviser gives will not count as independent of the school that asks, which will employ the adviser',
    on: (day) =>
      `what the adviser gives does not count as independent of the school that asks, which employs the adviser from ${day} on`,
  },
  'qualification-revoked': {
    by: 'the adviser’s qualification will have been revoked',
    on: (day) => `the adviser’s qualification is revoked from ${day} on`,
  },
  'enrolment-ended': {
    by: 'the adviser will no longer be enrolled for an accepted qualification, as recorded so far',
    on: (day) => `the adviser’s enrolment for an accepted qualification ends on ${day}`,
    ends: true,
  },
  'no-adviser-engaged': {
    by: 'no adviser is recorded as engaged by the provider for then',
    on: (day) => `no adviser is recorded as engaged by the provider after ${day}`,
    ends: true,
  },
};

/** Reasons that lie with others, each of whom has a reason of its own. */
const OF_ADVISERS: readonly Reason[] = [
  'no-qualified-adviser',
  'unqualified-adviser-engaged',
  'engaged-advisers-fail',
];
const OF_SUBCONTRACTORS: readonly Reason[] = ['subcontractor-fails'];

const STRENGTHS: Readonly<Record<Policy['strength'], string>> = {
  statute: 'which has the force of law',
  'funding-condition': 'a condition of funding',
  guidance: 'guidance and not law',
  proposal: 'a proposal and not law',
};

const WARNINGS: Readonly<Record<string, string>> = {
  'improvement-check-missed': 'an improvement check of the accreditation was missed',
  'appeal-undecided': 'an appeal is undecided, and may change this answer',
  'provider-succeeded':
    'others have taken its place: ask about them too, for nothing passes to them by itself',
  'school-not-named':
    'no school is named, so that no one was checked for being employed by the school that asks',
};

/** The words of a table for a code; the code itself if the table has none. */
function worded(table: Readonly<Record<string, string>>, code: string): string {
  return (Object.hasOwn(table, code) ? table[code] : undefined) ?? code;
}

/** What a provider is called: its name, or its key if it is a sole trader, who has no name in an answer. */
export function calledIn({ provider: { key, name } }: Pick<Answer, 'provider'>): string {
  return name === null ? key : visible(name);
}

/**
 * A text in which invisible characters, and those that change the direction of others, are written as their
 * numbers: `[U+202E]`.
 */
export function visible(text: string): string {
  return text.replaceAll(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu,
    (unseen) => `[U+${(unseen.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}]`,
  );
}

let longDays: Intl.DateTimeFormat | undefined;

/** `2026-09-01` as `1 September 2026`. */
export function dayInWords(day: string): string {
  // Made when it is first needed, and once: to make it takes ten times as long as to use it.
  longDays ??= new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' });
  return longDays.format(Date.parse(day));
}

/**
 * The last day of something, in the form that follows it: `until 1 September 2026`, or that no end is known.
 */
export function untilInWords(day: string): string {
  return day === NO_KNOWN_END ? 'with no end known' : `until ${dayInWords(day)}`;
}

/**
 * Days from one to another, both included, in the form that follows a verb: `on 1 September 2026`, `from 1
 * May to 3 June 2027`.
 */
export function daysInWords({ from, until }: Run): string {
  if (from === until) return `on ${dayInWords(from)}`;
  if (until === NO_KNOWN_END) return `from ${dayInWords(from)} ${untilInWords(until)}`;
  const [first, last] = [Temporal.PlainDate.from(from), Temporal.PlainDate.from(until)];
  const isOneYear = first.year === last.year;
  const start = !isOneYear
    ? dayInWords(from)
    : first.month === last.month
      ? String(first.day)
      : first.toLocaleString('en-GB', { day: 'numeric', month: 'long' });
  return `from ${start} to ${dayInWords(until)}`;
}

/** An RFC 3339 instant as `1 September 2026 at 10:00 (London time)`. */
export function instantInWords(instant: string): string {
  const there = Temporal.Instant.from(instant).toZonedDateTimeISO('Europe/London');
  const time = there.toPlainTime().toString({ smallestUnit: 'minute', roundingMode: 'trunc' });
  return `${dayInWords(there.toPlainDate().toString())} at ${time} (London time)`;
}

/** Events by their positions: `event 412`, `events 412 and 415`. */
export function eventsInWords(positions: readonly string[]): string {
  return `${positions.length === 1 ? 'event' : 'events'} ${listed(positions)}`;
}

let list: Intl.ListFormat | undefined;

/** `one`, `one and two`, `one, two and three`. */
export function listed(words: readonly string[]): string {
  // Made when it is first needed, because loading a language’s rules would slow every start.
  list ??= new Intl.ListFormat('en-GB', { type: 'conjunction' });
  return list.format(words);
}

/** Words with a capital, for the beginning of a line. A key stays as it is written: with a capital it would be refused. */
export function capitalised(words: string): string {
  return /^[a-z]+:\S/.test(words) ? words : `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}

/**
 * Days of which a policy says the same of what it asks itself. `unknown`: an open dispute decides it. `silent`: it
 * says nothing of them. `unsaid`: an adviser who is named is not engaged, which the register asks itself, and the
 * answer does not tell whether all else is as asked.
 */
export interface Stretch extends Run {
  readonly answer: 'yes' | 'no' | 'unknown' | 'unsaid' | 'silent';
}

/** Of several that are said of a day, the first counts; where none is, every requirement is met. */
const OVER_OTHERS = ['no', 'unknown', 'unsaid', 'silent'] as const;

/** The day on which a run of one kind begins (+1), or after which it has ended (−1). */
interface Change {
  readonly day: string;
  readonly answer: Stretch['answer'];
  readonly by: -1 | 0 | 1;
}

/**
 * The window from its first day to its last, cut where that changes which the policy says. Each day is in one
 * stretch. What the register asks itself is left out (specification, section 7, “In words”). A page computes them
 * once and passes them on: there may be thousands.
 */
export function stretchesOf(answer: Answer): readonly Stretch[] {
  const changes = [{ day: answer.from, answer: 'yes', by: 0 } as Change].concat(
    answer.gaps.flatMap((gap) => (isOfRegister(gap) ? [] : changesOf(answer, gap, kindOfGap(gap)))),
    answer.uncertain.flatMap((doubt) => (isOfRegister(doubt) ? [] : changesOf(answer, doubt, 'unknown'))),
  );
  const byDay = Map.groupBy(
    changes.toSorted((a, b) => (a.day === b.day ? 0 : a.day < b.day ? -1 : 1)),
    ({ day }) => day,
  );
  const running = { yes: 0, no: 0, unknown: 0, unsaid: 0, silent: 0 };
  const begun: Pick<Stretch, 'from' | 'answer'>[] = [];
  for (const [from, its] of byDay) {
    for (const change of its) running[change.answer] += change.by;
    const now = OVER_OTHERS.find((kind) => running[kind] > 0) ?? 'yes';
    if (now !== begun.at(-1)?.answer) begun.push({ from, answer: now });
  }
  return begun.map(({ from, answer: said }, i) => {
    const next = begun[i + 1]?.from;
    return { from, until: next === undefined ? answer.until : shifted(next, -1), answer: said };
  });
}

function changesOf(window: Run, { from, until }: Run, answer: Stretch['answer']): readonly Change[] {
  const begins: Change = { day: from, answer, by: 1 };
  return until < window.until ? [begins, { day: shifted(until, 1), answer, by: -1 }] : [begins];
}

function kindOfGap(gap: Pick<Gap, 'requirement' | 'reason'>): Stretch['answer'] {
  if (isSilent(gap)) return 'silent';
  return gap.reason === 'adviser-not-engaged' ? 'unsaid' : 'no';
}

/** Whether the register asks something of every question itself, whatever the policy. */
export function isOfRegister({ requirement }: { readonly requirement: string }): boolean {
  return requirement === 'provider-open';
}

/** Whether the policy says nothing of some days: no edition is in force then, or it lacks the setting. */
export function isSilent({ requirement }: { readonly requirement: string }): boolean {
  return requirement === 'policy-in-force';
}

/** A day, so many days later. */
export function shifted(day: string, days: number): string {
  return Temporal.PlainDate.from(day).add({ days }).toString();
}

/** The number of days of a run, both ends counted. */
export function lengthOf({ from, until }: Run): number {
  return Temporal.PlainDate.from(from).until(Temporal.PlainDate.from(until)).days + 1;
}

/** What a question asks, whatever the policy. */
type Asked = Pick<Answer, 'provider' | 'setting' | 'from' | 'until' | 'advisers' | 'school'>;

/** The question in a sentence, as a person would ask it. `names`: what schools are called, by key. */
export function questionInWords(question: Asked, names: ReadonlyMap<string, string> = new Map()): string {
  const { setting, from, until, advisers, school } = question;
  const asking = school === undefined ? '' : `, for ${visible(names.get(school) ?? school)}`;
  const named =
    advisers.length === 0
      ? ''
      : `, with ${listed(advisers)} as its ${advisers.length === 1 ? 'adviser' : 'advisers'}`;
  const when =
    from === until
      ? daysInWords({ from, until })
      : // What is asked is no record, of which an end could be known.
        `on every day ${until === NO_KNOWN_END ? `from ${dayInWords(from)} on` : daysInWords({ from, until })}`;
  return `May ${calledIn(question)} ${deliveredInWords(setting)}${asking}${named}, ${when}?`;
}

/** What a policy says of some days, within a sentence. */
function saidOf(answer: Stretch['answer'], voice: Voice): string {
  switch (answer) {
    case 'yes':
    case 'no':
      return voice[answer];
    case 'unknown':
      return 'it cannot be said yet';
    case 'unsaid':
      return 'not told';
    case 'silent':
      return 'it says nothing';
  }
}

/** A stretch of days and what is said of it, within a sentence: `not met from 1 May to 3 June 2027`. */
export function stretchInWords({ answer: said, ...days }: Stretch, { policy }: Answer): string {
  return `${saidOf(said, voiceOf(policy))} ${daysInWords(days)}`;
}

/** The verdict in one sentence; `stretches`: those of the answer, if the caller has them. */
export function verdictInWords(answer: Answer, stretches = stretchesOf(answer)): string {
  const { headline, joint, rest } = verdictParts(answer, stretches);
  return `${headline}${joint}${rest}.`;
}

interface VerdictParts {
  readonly headline: string;
  readonly joint: ', ' | ': ';
  readonly rest: string;
}

/** The two parts of that sentence: what the policy says of what it asks, and of which days. */
export function verdictParts(answer: Answer, stretches: readonly Stretch[]): VerdictParts {
  const voice = voiceOf(answer.policy);
  const isOneDay = answer.from === answer.until;
  const [only, ...more] = stretches;
  const isAll = only !== undefined && more.length === 0;
  const days = () => toldInWords(stretches, voice);
  switch (toneOf(stretches)) {
    case 'yes':
      return { headline: voice.every, joint: ', ', rest: everyDay(answer) };
    case 'no':
      if (!isAll) return { headline: voice.some, joint: ': ', rest: days() };
      return { headline: voice.none, joint: ', ', rest: isOneDay ? 'on that day' : 'on none of those days' };
    case 'unknown': {
      const events = new Set(answer.uncertain.flatMap(({ evidence }) => evidence));
      const open = events.size > 1 ? 'disputes are open that decide it' : 'a dispute is open that decides it';
      const rest = isAll ? open : `${open} on some of the days; ${days()}`;
      return { headline: 'It cannot be said yet', joint: ': ', rest };
    }
    case 'unsaid': {
      const why =
        'an adviser who is named is not engaged, and this answer does not tell whether all else is as asked';
      return { headline: 'It is not told', joint: ': ', rest: isAll ? why : `${why}; ${days()}` };
    }
    case 'silent':
      return isAll
        ? { headline: voice.silent, joint: ', ', rest: `${daysInWords(only)}: neither yes nor no` }
        : { headline: `${voice.silent} on some of those days`, joint: ': ', rest: days() };
  }
}

/** How days are told as a whole: what is said of some of them counts over a yes of the others. */
export function toneOf(stretches: readonly Stretch[]): Stretch['answer'] {
  return OVER_OTHERS.find((kind) => stretches.some((one) => one.answer === kind)) ?? 'yes';
}

/** What is added to a yes of every day. */
function everyDay({ outcome, from, until, eligibleUntil, warnings }: Answer): string {
  const days = from === until ? 'on that day' : 'on every day';
  const unchecked = isUnchecked({ warnings }) ? `, ${UNCHECKED}` : '';
  const end =
    outcome !== 'eligible' || eligibleUntil === null
      ? ''
      : eligibleUntil === NO_KNOWN_END
        ? '; as things stand, with no end known'
        : `; as things stand, it stays so until the end of ${dayInWords(eligibleUntil)}`;
  return `${days}${unchecked}${end}`;
}

/** What is added to a yes that asks for independence of a school which the question does not name. */
export const UNCHECKED = 'so far as can be said while no school is named';

export function isUnchecked({ warnings }: Pick<Answer, 'warnings'>): boolean {
  return warnings.some(({ code }) => code === 'school-not-named');
}

/** The most stretches that are told one by one; more are counted. */
export const MOST_STRETCHES = 5;

/** Stretches one by one, or how many days are told alike where there are too many. */
export function toldInWords(stretches: readonly Stretch[], voice: Voice): string {
  if (stretches.length <= MOST_STRETCHES)
    return stretches.map(({ answer, ...days }) => `${saidOf(answer, voice)} ${daysInWords(days)}`).join(', ');
  return [...Map.groupBy(stretches, ({ answer }) => answer)]
    .map(([answer, its]) => {
      const days = its.reduce((sum, run) => sum + lengthOf(run), 0);
      return `${saidOf(answer, voice)} on ${days} ${days === 1 ? 'day' : 'days'}`;
    })
    .join(', ');
}

/**
 * What a requirement of the answer asks, in the form that follows “that” or “whether”; its id if there are no
 * words for it, or if they do not belong to an edition that decides.
 */
export function requirementInWords(answer: Answer, id: string): string {
  return wordsOfRequirement(answer, id) ?? `the requirement ${id} is met`;
}

/**
 * The time of a reason: the register’s today, the days it is given for, and the day on which it begins if
 * that is known.
 */
export interface When {
  readonly today: string | null;
  readonly gap: Run;
  /** The last day of what ends, the first of everything else. */
  readonly on?: string | undefined;
  /** Whether what ends has been lost before that day. */
  readonly isLost?: boolean;
}

/** The ways in which an accreditation is lost before it ends. */
const LOST: readonly Reason[] = [
  'accreditation-transferred',
  'accreditation-withdrawn',
  'accreditation-surrendered',
  'accreditation-lapsed',
];

/**
 * Whether the answer itself says that what ends on a day was lost before, so that no one assumes it was held
 * until then.
 */
export function isLostBefore(
  { requirements }: Answer,
  gap: Run & { readonly reason: Reason },
  on: string | undefined,
): boolean {
  if (on === undefined || gap.reason !== 'accreditation-expired') return false;
  return requirements.some(
    ({ gaps }) =>
      gaps.some((one) => one.reason === gap.reason && one.from === gap.from) &&
      gaps.some(({ reason, from, until }) => LOST.includes(reason) && from <= on && on <= until),
  );
}

/** Why not, in the form that follows “because”; `when`: tells what is still to come as future. */
export function reasonInWords(reason: Reason, when?: When): string {
  const coming = TO_COME[reason];
  if (when?.today == null || coming === undefined) return REASONS[reason];
  const { today, gap, on, isLost } = when;
  if (reason === 'accreditation-not-started' && on !== undefined)
    return `the accreditation ${on > today ? 'begins' : 'began'} only on ${dayInWords(on)}`;
  if (gap.from <= today) return REASONS[reason];
  if (on === undefined) return coming.by;
  if (isLost) return `the accreditation would have ended on ${dayInWords(on)} in any case`;
  const isOver = coming.ends ? on < today : on <= today;
  return isOver ? REASONS[reason] : coming.on(dayInWords(on));
}

/**
 * The day on which a reason begins, by the answer alone: if its days begin within the window, either it
 * begins with them, or something ended the day before.
 */
export function dayOfReason(reason: Reason, gap: Run, window: Run): string | undefined {
  if (reason === 'accreditation-not-started')
    return gap.until < window.until ? shifted(gap.until, 1) : undefined;
  if (gap.from <= window.from) return undefined;
  return TO_COME[reason]?.ends ? shifted(gap.from, -1) : gap.from;
}

/**
 * In brackets: the source of a requirement, and the events that support a statement. Empty if there are
 * neither.
 */
function shown(answer: Answer, id: string, evidence: readonly string[]): string {
  const cites = answer.requirements.find((one) => one.id === id)?.cites ?? undefined;
  const parts = [cites, evidence.length > 0 ? eventsInWords(evidence) : undefined].filter(
    (part) => part !== undefined,
  );
  return parts.length > 0 ? ` (${parts.join('; ')})` : '';
}

/** Why not on some days, and what is asked then, by the policy or by the register itself. */
function gapInWords(answer: Answer, gap: Gap): string {
  const { requirement, reason, evidence } = gap;
  const voice = voiceOf(answer.policy);
  const days = daysInWords(gap);
  const because = `because ${reasonOfGap(answer, gap)}`;
  const required = requirementInWords(answer, requirement);
  if (isSilent(gap)) return `${voice.silent} ${days}.`;
  if (isOfRegister(gap))
    return `The register itself asks that ${required}: not so ${days}, ${because}${shown(answer, requirement, evidence)}.`;
  if (reason === 'adviser-not-engaged')
    return `The register itself asks that each adviser who is named is engaged by the provider: not so ${days}.`;
  return `${capitalised(voice.no)} ${days}, ${because}: ${voice.asks} that ${required}${shown(answer, requirement, evidence)}.`;
}

type Gap = Answer['gaps'][number];

/** Why not on some days, in the form that follows “because”, by what the answer itself says of when. */
export function reasonOfGap(answer: Answer, gap: Run & { readonly reason: Reason }): string {
  return reasonInWords(gap.reason, whenOf(answer, gap));
}

function whenOf(answer: Answer, gap: Run & { readonly reason: Reason }): When {
  const on = dayOfReason(gap.reason, gap, answer);
  return { today: answer.knownAt.today, gap, on, isLost: isLostBefore(answer, gap, on) };
}

/** Which events are disputed, in the form that follows “because”. */
export function disputedInWords(evidence: readonly string[]): string {
  return evidence.length === 0
    ? 'a dispute is open'
    : `${eventsInWords(evidence)} ${evidence.length === 1 ? 'is' : 'are'} disputed`;
}

/** What is uncertain on some days, and the events whose dispute causes that. */
function doubtInWords(answer: Answer, doubt: Answer['uncertain'][number]): string {
  const { requirement, evidence } = doubt;
  const required = requirementInWords(answer, requirement);
  return `It cannot be said ${daysInWords(doubt)} whether ${required}, because ${disputedInWords(evidence)}${shown(answer, requirement, [])}.`;
}

/**
 * Why the answer is not yes on every day: a sentence for each gap and doubt in the answer’s order, then one
 * for each adviser or subcontractor who causes a gap. Empty if the answer is yes.
 */
export function reasonsInWords(answer: Answer): readonly string[] {
  const { gaps, uncertain, engaged, subcontractors } = answer;
  const own = (reasons: readonly Reason[], of: string, failing: readonly (Run & { reason: Reason })[]) =>
    failing
      .filter((run) =>
        gaps.some((gap) => reasons.includes(gap.reason) && gap.from <= run.until && run.from <= gap.until),
      )
      .map((run) => `Of ${of} ${daysInWords(run)}: ${reasonOfGap(answer, run)}.`);
  return [
    ...gaps.map((gap) => gapInWords(answer, gap)),
    ...uncertain.map((doubt) => doubtInWords(answer, doubt)),
    ...engaged.flatMap(({ adviser, gaps: failing }) => own(OF_ADVISERS, adviser, failing)),
    ...subcontractors.flatMap(({ provider, gaps: failing }) => own(OF_SUBCONTRACTORS, provider, failing)),
  ];
}

/** A warning in words; its code if there are none. */
export function warningInWords(code: string): string {
  return worded(WARNINGS, code);
}

/** The weight of a policy, in the form that follows its name. */
export function strengthInWords(strength: string): string {
  return worded(STRENGTHS, strength);
}

/** When this was known. */
export function recordedInWords({ knownAt: { position, recordedAt } }: Pick<Answer, 'knownAt'>): string {
  return `As recorded up to event ${position}, on ${instantInWords(recordedAt)}`;
}

/** When this was known, and by which rules. */
export function knownInWords({ knownAt, policy }: Answer): string {
  const editions = policy.editions.map(
    ({ edition, strength }) => `edition ${edition}, ${strengthInWords(strength)}`,
  );
  const rules =
    editions.length === 0 ? 'of which no edition is in force on those days' : editions.join(', and ');
  return `${recordedInWords({ knownAt })}; under the policy ${policy.id}, ${rules}.`;
}
