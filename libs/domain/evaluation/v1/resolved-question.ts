import { unknownAdviser, unknownPolicy, unknownProvider } from '../../values/refusals';
import { formatDay, type Day } from '../../values/day';
import { Evaluation, judged, type RequirementValue } from './evaluation';
import { type LogView } from '../../log/log-view';
import { isRegistered, keysOf, persons } from '../../log/identity';
import { memoizedByList } from '../../log/memoized-by-list';
import {
  editionsOf,
  periodsOf,
  policyStream,
  requirementsOf,
  type Edition,
  EVERY_POLICY,
  type SeveralPolicies,
} from '../../subjects/policy';
import { PROVIDER_OPEN, type Policy, type Requirement } from '../../subjects/policy-document';
import { refuse, type Refusal } from '../../values/problem';
import {
  both,
  certainly,
  difference,
  either,
  endOfRun,
  FALSE,
  intersection,
  NO_DAYS,
  span,
  union,
  type Days,
  type Truth,
} from '../../values/timeline';
import { finished, type Work } from '../../values/work';

/** May this provider deliver guidance in this setting, on every one of these days, under this policy? */
export interface Question {
  readonly provider: string;
  readonly setting: string;
  readonly policy: string;
  /** The question covers both days and all between. */
  readonly from: Day;
  readonly until: Day;
  /** Keys of the advisers who are to come; empty if none is named. */
  readonly advisers: readonly string[];
  /** A key of the school that asks, if it is named. */
  readonly school?: string | undefined;
}

/** `silent`: the policy says nothing of some day, and no on none. */
export type Outcome = 'eligible' | 'not-eligible' | 'indeterminate' | 'silent';

/** An edition with what it asks in the setting, and the days that it decides. */
export interface EditionPeriod {
  readonly edition: Edition;
  /** Undefined if the edition lacks the setting. */
  readonly requirements: readonly Requirement[] | undefined;
  readonly days: Days;
}

/** A question whose subjects are found, with all that one evaluation needs to answer it for any days. */
export interface ResolvedQuestion {
  readonly known: LogView;
  readonly question: Question;
  readonly provider: readonly string[];
  readonly named: readonly (readonly string[])[];
  /** All keys of the school that asks, if it is named. */
  readonly school: readonly string[] | undefined;
  readonly reigns: readonly EditionPeriod[];
  readonly evaluation: Evaluation;
}

/** What a question says besides its policy. */
export type Asking = Omit<Question, 'policy'>;

/** Finds the subjects of a question, or refuses it if one is not known at that position. */
export function resolveQuestion(known: LogView, question: Question): ResolvedQuestion | Refusal {
  const stranger = strangerIn(known, question);
  if (stranger) return stranger;
  const { setting, policy } = question;
  if (editionsOf(known, policy).length === 0) return unknownPolicy(policy, known.position);
  return hasSetting(known, policy, setting)
    ? questionAbout(known, question)
    : unknownSetting(known, setting, [policy]);
}

/** As {@link resolveQuestion}, for a question whose subjects are known to exist. */
export function questionAbout(known: LogView, question: Question): ResolvedQuestion {
  return under(question.policy, partiesTo(known, question));
}

/**
 * One question under several policies, in the order given; one evaluation serves all of them. A policy that
 * lacks the setting says nothing, unless all of them lack it: then the question is refused.
 */
export function resolveUnderSeveral(
  known: LogView,
  asking: Asking,
  policies: readonly string[],
): readonly ResolvedQuestion[] | Refusal {
  const stranger = strangerIn(known, asking);
  if (stranger) return stranger;
  if (!policies.some((policy) => hasSetting(known, policy, asking.setting)))
    return unknownSetting(known, asking.setting, policies);
  const parties = partiesTo(known, asking);
  return policies.map((policy) => under(policy, parties));
}

const STRENGTHS: readonly Policy['strength'][] = ['statute', 'funding-condition', 'guidance', 'proposal'];

/**
 * The policies that a question names, or all of which an edition stands, in the order in which they are
 * answered: by strength, then id (specification, section 7). A policy that is named twice counts once. It is
 * refused if no edition of one that is named stands.
 */
export function policiesInOrder(known: LogView, asked: SeveralPolicies): readonly string[] | Refusal {
  const isEvery = asked.includes(EVERY_POLICY);
  const ids = isEvery ? known.policies() : new Set(asked);
  const ranked: { readonly id: string; readonly rank: number }[] = [];
  for (const id of ids) {
    const last = editionsOf(known, id).at(-1);
    if (last) ranked.push({ id, rank: STRENGTHS.indexOf(last.policy.strength) });
  }
  const named = typeof asked === 'string' ? [] : asked.filter((id) => id !== EVERY_POLICY);
  const unknown = named.find((id) => !ranked.some((one) => one.id === id));
  if (unknown !== undefined) return unknownPolicy(unknown, known.position);
  if (ranked.length === 0)
    return refuse('unknown-policy', `No edition of any policy stands at position ${known.position}`);
  return ranked.sort((a, b) => a.rank - b.rank || (a.id < b.id ? -1 : 1)).map(({ id }) => id);
}

/** Refuses a question that names someone who is not registered. */
function strangerIn(known: LogView, { provider, advisers, school }: Asking): Refusal | undefined {
  if (!isRegistered(known, provider)) return unknownProvider(provider, known.position);
  const stranger = advisers.find((adviser) => !isRegistered(known, adviser));
  if (stranger !== undefined) return unknownAdviser(stranger, known.position);
  return school === undefined || isRegistered(known, school)
    ? undefined
    : unknownProvider(school, known.position);
}

export function hasSetting(known: LogView, policy: string, setting: string): boolean {
  return editionsOf(known, policy).some((edition) => requirementsOf(edition.policy, setting));
}

function unknownSetting(known: LogView, setting: string, policies: readonly string[]): Refusal {
  const settings = new Set(
    policies.flatMap((id) => editionsOf(known, id).flatMap(({ policy }) => Object.keys(policy.settings))),
  );
  return refuse(
    'invalid-question',
    `No edition of ${policies.join(', ')} has the setting ${setting}: use one of ${[...settings].join(', ')}`,
    '/setting',
  );
}

type Parties = Omit<ResolvedQuestion, 'question' | 'reigns'> & { readonly asking: Asking };

function partiesTo(known: LogView, asking: Asking): Parties {
  const provider = keysOf(known, asking.provider);
  const named = finished(persons(known, asking.advisers));
  const school = asking.school === undefined ? undefined : keysOf(known, asking.school);
  return {
    known,
    asking,
    provider,
    named,
    school,
    evaluation: new Evaluation(known, provider, named, school),
  };
}

function under(policy: string, { asking, ...parties }: Parties): ResolvedQuestion {
  return {
    ...parties,
    question: { ...asking, policy },
    reigns: editionPeriods(parties.known, policy, asking.setting),
  };
}

/** By setting. */
const periods = memoizedByList<Map<string, readonly EditionPeriod[]>>(
  () => new Map(),
  (kept) => {
    kept.clear();
  },
  1,
);

/**
 * The editions of a policy that decide any day, with what each asks in a setting: the same list as long as the policy stays
 * as it is, since every question about it needs it.
 */
export function editionPeriods(known: LogView, policy: string, setting: string): readonly EditionPeriod[] {
  const kept = periods(known.stream(policyStream(policy)));
  const before = kept.get(setting);
  if (before) return before;
  const found = periodsOf(editionsOf(known, policy)).map(({ edition, days }) => ({
    edition,
    days,
    requirements: requirementsOf(edition.policy, setting),
  }));
  kept.set(setting, found);
  return found;
}

/**
 * What decides the days on which a provider is eligible. One evaluation serves the settings of all policies.
 */
export type Evaluable = Pick<ResolvedQuestion, 'reigns' | 'evaluation'>;

/** A requirement on the days of the edition that asks it. */
export interface RequirementOnDays {
  readonly requirement: Pick<Requirement, 'id' | 'of' | 'binding' | 'cites'>;
  readonly days: Days;
  readonly value: RequirementValue;
}

/** That a provider is open: every edition asks it, last. */
export const PROVIDER_IS_OPEN = { id: PROVIDER_OPEN, of: 'provider', binding: 'must' } as const;

/** Whether an answer says what the covered days of a requirement rest on. */
export function isGrounded({ of, id }: Pick<Requirement, 'of' | 'id'>): boolean {
  return of === 'provider' && id !== PROVIDER_OPEN;
}

/**
 * Every requirement of every edition with the setting, in the policy’s order, and last of each edition undefined: that the
 * provider is open.
 */
export function requirementsAsked(reigns: readonly EditionPeriod[]) {
  return reigns.flatMap(({ edition, requirements, days }) =>
    requirements === undefined
      ? []
      : [...requirements, undefined].map((requirement) => ({ requirement, edition, days })),
  );
}

/** Every requirement of every edition, in the policy’s order, `provider-open` last. */
export function requirementsOnDays({ reigns, evaluation }: Evaluable): RequirementOnDays[] {
  return requirementsAsked(reigns).map(({ requirement, edition, days }) =>
    requirement === undefined
      ? { requirement: PROVIDER_IS_OPEN, days, value: judged(evaluation.open()) }
      : { requirement, days, value: evaluation.requirement(requirement, edition.policy) },
  );
}

/** The days on which some edition with the setting decides. */
export function daysInForce({ reigns }: Pick<ResolvedQuestion, 'reigns'>): Days {
  return reigns.reduce<Days>((days, reign) => (reign.requirements ? union(days, reign.days) : days), NO_DAYS);
}

/**
 * What a policy says of all days: the days of which it says anything, and those among them on which every
 * `must` is certainly or possibly met.
 */
export interface PolicyDays extends Truth {
  readonly ruled: Days;
}

/** What a policy says of all days: all that a brief answer needs. `counts`: which requirements are asked, if not all. */
export function eligibleDays(
  { reigns, evaluation }: Evaluable,
  counts: (requirement: Requirement) => boolean = () => true,
): PolicyDays {
  let truth = FALSE;
  for (const { edition, requirements, days } of reigns) {
    if (requirements === undefined) continue;
    let met = both(certainly(days), evaluation.open().truth);
    for (const requirement of requirements)
      if (requirement.binding === 'must' && counts(requirement))
        met = both(met, evaluation.requirement(requirement, edition.policy).truth);
    truth = either(truth, met);
  }
  return { ...truth, ruled: daysInForce({ reigns }) };
}

/**
 * Works out every requirement, or only every `must`, resting now and then. Later questions to the case only
 * combine the results.
 */
export function* evaluateRequirements({ reigns, evaluation }: Evaluable, which: 'all' | 'must'): Work<void> {
  for (const { edition, requirements = [] } of reigns)
    for (const requirement of requirements)
      if (which === 'all' || requirement.binding === 'must')
        yield* evaluation.judgement(requirement, edition.policy);
}

/** Outcome and horizon of a window (specification, section 4, “The answer”). */
export function verdictOf(
  { certain, possible, ruled }: PolicyDays,
  from: Day,
  until: Day,
): { outcome: Outcome; eligibleUntil: string | null } {
  const end = endOfRun(certain, from);
  const eligibleUntil = end === undefined ? null : formatDay(end);
  if (end !== undefined && end >= until) return { outcome: 'eligible', eligibleUntil };
  const asked = intersection(ruled, span(from, until));
  const outcome =
    difference(asked, possible).length > 0
      ? 'not-eligible'
      : difference(asked, certain).length > 0
        ? 'indeterminate'
        : 'silent';
  return { outcome, eligibleUntil };
}
