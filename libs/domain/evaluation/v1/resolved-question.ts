import { unknownAdviser, unknownPolicy, unknownProvider } from '../../values/refusals';
import { formatDay, type Day } from '../../values/day';
import { Evaluation, judged, type RequirementValue } from './evaluation';
import { type LogView } from '../../log/log-view';
import { isRegistered, keysOf, persons } from '../../log/identity';
import { editionsOf, periodsOf, requirementsOf, type Edition } from '../../subjects/policy';
import { PROVIDER_OPEN, type Requirement } from '../../subjects/policy-document';
import { refuse, type Refusal } from '../../values/problem';
import {
  both,
  certainly,
  coversAll,
  either,
  endOfRun,
  FALSE,
  NO_DAYS,
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
}

export type Outcome = 'eligible' | 'not-eligible' | 'indeterminate';

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
  readonly reigns: readonly EditionPeriod[];
  readonly evaluation: Evaluation;
}

/** Finds the subjects of a question, or refuses it if one is not known at that position. */
export function resolveQuestion(known: LogView, question: Question): ResolvedQuestion | Refusal {
  const { setting, policy } = question;
  if (!isRegistered(known, question.provider)) {
    return unknownProvider(question.provider, known.position);
  }
  const stranger = question.advisers.find((adviser) => !isRegistered(known, adviser));
  if (stranger !== undefined) {
    return unknownAdviser(stranger, known.position);
  }
  const editions = editionsOf(known, policy);
  if (editions.length === 0) return unknownPolicy(policy, known.position);
  if (!editions.some((edition) => requirementsOf(edition.policy, setting))) {
    const settings = new Set(editions.flatMap((edition) => Object.keys(edition.policy.settings)));
    return refuse(
      'invalid-question',
      `No edition of ${policy} has the setting ${setting}: use one of ${[...settings].join(', ')}`,
      '/setting',
    );
  }
  return questionAbout(known, question);
}

/** As {@link resolveQuestion}, for a question whose subjects are known to exist. */
export function questionAbout(known: LogView, question: Question): ResolvedQuestion {
  const provider = keysOf(known, question.provider);
  const named = finished(persons(known, question.advisers));
  return {
    known,
    question,
    provider,
    named,
    reigns: editionPeriods(known, question.policy, question.setting),
    evaluation: new Evaluation(known, provider, named),
  };
}

/** The editions of a policy that decide any day, with what each asks in a setting. */
export function editionPeriods(known: LogView, policy: string, setting: string): readonly EditionPeriod[] {
  return periodsOf(editionsOf(known, policy)).map(({ edition, days }) => ({
    edition,
    days,
    requirements: requirementsOf(edition.policy, setting),
  }));
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

const OPEN = { id: PROVIDER_OPEN, of: 'provider', binding: 'must' } as const;

/** Every requirement of every edition, in the policy’s order, `provider-open` last. */
export function requirementsOnDays({ reigns, evaluation }: Evaluable): RequirementOnDays[] {
  return reigns.flatMap(({ edition, requirements, days }) =>
    requirements === undefined
      ? []
      : [
          ...requirements.map((requirement) => ({
            requirement,
            days,
            value: evaluation.requirement(requirement, edition.policy),
          })),
          { requirement: OPEN, days, value: judged(evaluation.open()) },
        ],
  );
}

/** The days on which some edition with the setting decides. */
export function daysInForce({ reigns }: Pick<ResolvedQuestion, 'reigns'>): Days {
  return reigns.reduce<Days>((days, reign) => (reign.requirements ? union(days, reign.days) : days), NO_DAYS);
}

/**
 * The days on which every `must` is certainly or possibly met, among all days: all that a brief answer needs.
 */
export function eligibleDays({ reigns, evaluation }: Evaluable): Truth {
  let truth = FALSE;
  for (const { edition, requirements, days } of reigns) {
    if (requirements === undefined) continue;
    let met = both(certainly(days), evaluation.open().truth);
    for (const requirement of requirements)
      if (requirement.binding === 'must')
        met = both(met, evaluation.requirement(requirement, edition.policy).truth);
    truth = either(truth, met);
  }
  return truth;
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

/** Outcome and horizon of a window, from the days on which a provider is eligible. */
export function verdictOf(
  { certain, possible }: Truth,
  from: Day,
  until: Day,
): { outcome: Outcome; eligibleUntil: string | null } {
  const end = endOfRun(certain, from);
  return {
    outcome:
      end !== undefined && end >= until
        ? 'eligible'
        : coversAll(possible, from, until)
          ? 'indeterminate'
          : 'not-eligible',
    eligibleUntil: end === undefined ? null : formatDay(end),
  };
}
