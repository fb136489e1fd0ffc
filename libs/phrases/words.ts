import type { Answer } from '@app/domain/evaluation/v1/answer-shape';
import type { Run } from '@app/domain/values/written-run';
import type { Policy } from '@app/domain/subjects/policy-document';
import type { Reason } from '@app/domain/evaluation/v1/reason';

/*
 * An answer in plain English. Each function returns whole sentences that never say more than the answer:
 * “eligible under this policy”, on these days, as known at a moment.
 */

/** What is known to go on permanently goes on until this day. */
export const NO_KNOWN_END = '9999-12-31';

/** What a provider does in a setting of cmqa-2017, in the form that follows “may”. */
const DELIVERED: Readonly<Record<string, string>> = {
  'school-in-house': 'deliver guidance to its own pupils with its own staff',
  'school-commissioned': 'deliver guidance that a school commissions',
  'national-careers-service': 'deliver guidance for the National Careers Service',
  'publicly-funded': 'deliver other publicly funded guidance',
  private: 'deliver guidance that is paid for privately',
};

/** The settings as a list shows them, in its order. */
const SETTINGS: Readonly<Record<string, string>> = {
  'school-commissioned': 'Commissioned by a school or college',
  'school-in-house': 'By a school or college itself, with its own staff',
  'national-careers-service': 'For the National Careers Service',
  'publicly-funded': 'Other publicly funded guidance',
  private: 'Paid for privately',
};

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
  'adviser-not-independent': 'the adviser is employed by the school that asks',
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
  'engaged-advisers-fail': 'no adviser whom the provider has engaged meets the requirement',
  'subcontractor-fails': 'a subcontractor does not meet the requirement',
  'no-policy-in-force': 'the policy has no rules for this setting on those days',
  'no-contract': 'the provider holds no contract of the programme',
  'application-ended': 'the application for accreditation has ended',
  'applied-not-met': 'no application for accreditation is on record that counts',
  'registered-not-met': 'the adviser is not on the professional register that the policy asks for',
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

/** What every policy requires, in the form that follows “asks that” and “whether”. */
const ALWAYS_REQUIRED: Readonly<Record<string, string>> = {
  'provider-open': 'the provider is open',
  'policy-in-force': 'an edition of it is in force that has rules for this setting',
};

/** The document whose requirements have words here: the built-in edition of cmqa-2017. */
const WORDED = 'sha256:c09a3f2850cf485a889c365d9835d9e5073d70095cdd80a238a077836cc78e58';

/**
 * What that document requires, in the form that follows “asks that” and “whether”. Another policy or edition
 * may mean something else by the same id.
 */
const REQUIRED: Readonly<Record<string, string>> = {
  'advisers-qualified': 'every adviser engaged is qualified for personal guidance',
  'adviser-qualified': 'at least one adviser engaged is qualified for personal guidance',
  'advisers-qualified-or-working-towards':
    'every adviser engaged is qualified for personal guidance, or enrolled for such a qualification',
  'matrix-accredited': 'the provider is accredited to the matrix Standard',
  'matrix-working-towards': 'the provider is accredited to the matrix Standard, or has applied for it',
  'subcontractors-accredited': 'every subcontractor is accredited to the matrix Standard',
};

/** As {@link REQUIRED}, if the question names advisers: then it asks about them. */
const REQUIRED_OF_NAMED: Readonly<Record<string, string>> = {
  'advisers-qualified': 'each adviser named is engaged, and qualified for personal guidance',
  'adviser-qualified': 'each adviser named is engaged, and qualified for personal guidance',
  'advisers-qualified-or-working-towards':
    'each adviser named is engaged, and qualified for personal guidance or enrolled for such a qualification',
};

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
};

/** The words of a table for a code; the code itself if the table has none. */
function worded(table: Readonly<Record<string, string>>, code: string): string {
  return (Object.hasOwn(table, code) ? table[code] : undefined) ?? code;
}

/** A setting as a list shows it; a setting that is not of cmqa-2017 as its code. */
export function settingInWords(setting: string): string {
  return worded(SETTINGS, setting);
}

/** Settings in the order of a list: first those with words, then the others in their own order. */
export function settingsInOrder(settings: readonly string[]): readonly string[] {
  const known = Object.keys(SETTINGS).filter((setting) => settings.includes(setting));
  return [...known, ...settings.filter((setting) => !known.includes(setting))];
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

/** `2026-09-01` as `1 September 2026`. */
export function dayInWords(day: string): string {
  return Temporal.PlainDate.from(day).toLocaleString('en-GB', { dateStyle: 'long' });
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

function listed(words: readonly string[]): string {
  // Made when it is first needed, because loading a language’s rules would slow every start.
  list ??= new Intl.ListFormat('en-GB', { type: 'conjunction' });
  return list.format(words);
}

/** Words with a capital, for the beginning of a line. */
export function capitalised(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}

/**
 * Days of the window with the same answer; `unknown` if an open dispute decides, `silent` if there are no
 * rules.
 */
export interface Stretch extends Run {
  readonly answer: 'yes' | 'no' | 'unknown' | 'silent';
}

/** The day on which a run of one kind begins (+1), or after which it has ended (−1). */
interface Change {
  readonly day: string;
  readonly answer: 'yes' | 'no' | 'silent';
  readonly by: -1 | 0 | 1;
}

/**
 * The window from its first day to its last, cut where the answer changes. Each day is in one stretch. A page
 * computes them once and passes them on: there may be thousands.
 */
export function stretchesOf(answer: Answer): readonly Stretch[] {
  const changesOf = (runs: readonly Run[], kind: Change['answer']) =>
    runs.flatMap(({ from, until }): readonly Change[] => [
      { day: from, answer: kind, by: 1 },
      ...(until < answer.until ? [{ day: shifted(until, 1), answer: kind, by: -1 } as const] : []),
    ]);
  const changes: readonly Change[] = [
    { day: answer.from, answer: 'no', by: 0 },
    ...changesOf(
      answer.gaps.filter((gap) => !isSilent(gap)),
      'no',
    ),
    ...changesOf(answer.gaps.filter(isSilent), 'silent'),
    ...changesOf(answer.covered, 'yes'),
  ];
  const byDay = Map.groupBy(
    changes.toSorted((a, b) => (a.day === b.day ? 0 : a.day < b.day ? -1 : 1)),
    ({ day }) => day,
  );
  const running = { yes: 0, no: 0, silent: 0 };
  const begun: Pick<Stretch, 'from' | 'answer'>[] = [];
  for (const [from, its] of byDay) {
    for (const change of its) running[change.answer] += change.by;
    const now = running.no > 0 ? 'no' : running.silent > 0 ? 'silent' : running.yes > 0 ? 'yes' : 'unknown';
    if (now !== begun.at(-1)?.answer) begun.push({ from, answer: now });
  }
  return begun.map(({ from, answer: said }, i) => {
    const next = begun[i + 1]?.from;
    return { from, until: next === undefined ? answer.until : shifted(next, -1), answer: said };
  });
}

/** Whether days have no rules: no edition is in force then, or it lacks the setting. */
export function isSilent({ requirement }: { readonly requirement: string }): boolean {
  return requirement === 'policy-in-force';
}

/** Whether an answer is no only because there are no rules. */
export function isAllSilent({ gaps }: Answer): boolean {
  return gaps.length > 0 && gaps.every(isSilent);
}

function shifted(day: string, days: number): string {
  return Temporal.PlainDate.from(day).add({ days }).toString();
}

/** The number of days of a run, both ends counted. */
export function lengthOf({ from, until }: Run): number {
  return Temporal.PlainDate.from(from).until(Temporal.PlainDate.from(until)).days + 1;
}

/** The question in a sentence, as a person would ask it. */
export function questionInWords(answer: Answer): string {
  const { setting, from, until, advisers } = answer;
  const does = Object.hasOwn(DELIVERED, setting)
    ? worded(DELIVERED, setting)
    : `deliver guidance in the setting ${setting}`;
  const named =
    advisers.length === 0
      ? ''
      : `, with ${listed(advisers)} as its ${advisers.length === 1 ? 'adviser' : 'advisers'}`;
  const when =
    from === until
      ? daysInWords({ from, until })
      : // What is asked is no record, of which an end could be known.
        `on every day ${until === NO_KNOWN_END ? `from ${dayInWords(from)} on` : daysInWords({ from, until })}`;
  return `May ${calledIn(answer)} ${does}${named}, ${when}?`;
}

const SAID: Readonly<Record<Stretch['answer'], string>> = {
  yes: 'yes',
  no: 'no',
  unknown: 'it cannot be said yet',
  silent: 'no rules',
};

/** A stretch of days and its answer, within a sentence: `no from 1 May to 3 June 2027`. */
export function stretchInWords(stretch: Stretch): string {
  return `${SAID[stretch.answer]} ${daysInWords(stretch)}`;
}

/** The verdict in one sentence; `stretches`: those of the answer, if the caller has them. */
export function verdictInWords(answer: Answer, stretches = stretchesOf(answer)): string {
  const { headline, joint, rest } = verdictParts(answer, stretches);
  return `${headline}${joint}${rest}.`;
}

/** The two parts of that sentence: the verdict, and what it says of the days. */
export function verdictParts(
  answer: Answer,
  stretches: readonly Stretch[],
): {
  readonly headline: string;
  readonly joint: ', ' | ': ';
  readonly rest: string;
} {
  const { outcome, from, until, eligibleUntil, uncertain } = answer;
  const isOneDay = from === until;
  switch (outcome) {
    case 'eligible': {
      const days = isOneDay ? 'on that day' : 'on every day';
      const end =
        eligibleUntil === null
          ? ''
          : eligibleUntil === NO_KNOWN_END
            ? '; as things stand, with no end known'
            : `; as things stand, it stays so until the end of ${dayInWords(eligibleUntil)}`;
      return { headline: 'Yes, eligible under this policy', joint: ', ', rest: `${days}${end}` };
    }
    case 'silent':
      return stretches.length === 1
        ? {
            headline: `There are no rules for ${isOneDay ? 'that day' : 'those days'}`,
            joint: ': ',
            rest: 'this policy says neither yes nor no of them',
          }
        : { headline: 'There are no rules for some of those days', joint: ': ', rest: told(stretches) };
    case 'not-eligible':
      return stretches.length === 1
        ? { headline: 'No', joint: ', ', rest: isOneDay ? 'not on that day' : 'not on any day' }
        : { headline: 'Not on every day', joint: ': ', rest: told(stretches) };
    case 'indeterminate': {
      const events = new Set(uncertain.flatMap(({ evidence }) => evidence));
      const open = events.size > 1 ? 'disputes are open that decide it' : 'a dispute is open that decides it';
      const rest = stretches.length === 1 ? open : `${open} on some of the days; ${told(stretches)}`;
      return { headline: 'It cannot be said yet', joint: ': ', rest };
    }
  }
}

/** The most stretches that are told one by one; more are counted. */
const MOST_STRETCHES = 5;

function told(stretches: readonly Stretch[]): string {
  if (stretches.length <= MOST_STRETCHES) return stretches.map(stretchInWords).join(', ');
  return [...Map.groupBy(stretches, ({ answer }) => answer)]
    .map(([answer, its]) => {
      const days = its.reduce((sum, run) => sum + lengthOf(run), 0);
      return `${SAID[answer]} on ${days} ${days === 1 ? 'day' : 'days'}`;
    })
    .join(', ');
}

/**
 * What a requirement of the answer asks, in the form that follows “that” or “whether”; its id if there are no
 * words for it, or if they do not belong to an edition that decides.
 */
export function requirementInWords({ policy, advisers }: Answer, id: string): string {
  const tables = [
    ALWAYS_REQUIRED,
    ...(policy.editions.some(({ digest }) => digest !== WORDED)
      ? []
      : advisers.length > 0
        ? [REQUIRED_OF_NAMED, REQUIRED]
        : [REQUIRED]),
  ];
  const table = tables.find((one) => Object.hasOwn(one, id));
  return table?.[id] ?? `the requirement ${id} is met`;
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

/** Why not on some days, and what the policy asks then, unless the reason says all of that. */
function gapInWords(answer: Answer, gap: Gap): string {
  const { requirement, reason, evidence } = gap;
  const asks = Object.hasOwn(ALWAYS_REQUIRED, requirement)
    ? ''
    : `: the policy asks that ${requirementInWords(answer, requirement)}`;
  if (reason === 'no-policy-in-force')
    return `Nothing is said ${daysInWords(gap)}, because ${reasonInWords(reason)}.`;
  const why = reasonInWords(reason, whenOf(answer, gap));
  return `No ${daysInWords(gap)}, because ${why}${asks}${shown(answer, requirement, evidence)}.`;
}

type Gap = Answer['gaps'][number];

function whenOf(answer: Answer, gap: Run & { readonly reason: Reason }): When {
  const on = dayOfReason(gap.reason, gap, answer);
  return { today: answer.knownAt.today, gap, on, isLost: isLostBefore(answer, gap, on) };
}

/** What is uncertain on some days, and the events whose dispute causes that. */
function doubtInWords(answer: Answer, doubt: Answer['uncertain'][number]): string {
  const { requirement, evidence } = doubt;
  const disputed =
    evidence.length === 0
      ? 'a dispute is open'
      : `${eventsInWords(evidence)} ${evidence.length === 1 ? 'is' : 'are'} disputed`;
  const required = requirementInWords(answer, requirement);
  return `It cannot be said ${daysInWords(doubt)} whether ${required}, because ${disputed}${shown(answer, requirement, [])}.`;
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
      .map((run) => `Of ${of} ${daysInWords(run)}: ${reasonInWords(run.reason, whenOf(answer, run))}.`);
  return [
    ...gaps.map((gap) => gapInWords(answer, gap)),
    ...uncertain.map((doubt) => doubtInWords(answer, doubt)),
    ...engaged.flatMap(({ adviser, gaps: failing }) => own(OF_ADVISERS, adviser, failing)),
    ...subcontractors.flatMap(({ provider, gaps: failing }) => own(OF_SUBCONTRACTORS, provider, failing)),
  ];
}

/** What the recommendations that the built-in policy cites ask, in the words of their document. */
const CITED: Readonly<Record<string, string>> = {
  'CMQA-5':
    'recommendation 5 of the Career Management Quality Alliance, 2017: whoever gives guidance in a school or college is qualified for it, and an organisation that is commissioned to give it is accredited to the matrix Standard',
  'CMQA-8':
    'recommendation 8 of the Career Management Quality Alliance, 2017: advisers of the National Careers Service are qualified, or working towards it',
  'CMQA-9':
    'recommendation 9 of the Career Management Quality Alliance, 2017: providers of publicly funded guidance, and their subcontractors, are accredited to the matrix Standard',
  'CMQA-10':
    'recommendation 10 of the Career Management Quality Alliance, 2017: whoever is paid privately is encouraged to be qualified and accredited, or to work towards it',
};

/**
 * What is cited, in a sentence; undefined if its content is not known. It also explains the matrix Standard.
 */
export function citeInWords({ policy }: Answer, cite: string): string | undefined {
  if (policy.editions.some(({ digest }) => digest !== WORDED)) return undefined;
  const said = Object.hasOwn(CITED, cite) ? CITED[cite] : undefined;
  if (said === undefined) return undefined;
  return `${cite} is ${said}.${said.includes('matrix') ? ` ${MATRIX}.` : ''}`;
}

const MATRIX =
  'The matrix Standard is a quality standard for organisations that give information, advice and guidance';

/** A warning in words; its code if there are none. */
export function warningInWords(code: string): string {
  return worded(WARNINGS, code);
}

/** The weight of a policy, in the form that follows its name. */
export function strengthInWords(strength: string): string {
  return worded(STRENGTHS, strength);
}

/** When this was known, and by which rules. */
export function knownInWords({ knownAt: { position, recordedAt }, policy }: Answer): string {
  const editions = policy.editions.map(
    ({ edition, strength }) => `edition ${edition}, ${strengthInWords(strength)}`,
  );
  const rules =
    editions.length === 0 ? 'of which no edition is in force on those days' : editions.join(', and ');
  return `As recorded up to event ${position}, on ${instantInWords(recordedAt)}; under the policy ${policy.id}, ${rules}.`;
}
