import { accreditationStreams, awardsByReference, type Award } from '../../subjects/accreditation';
import { adviserStreams, adviserFacts } from '../../subjects/adviser';
import { type UndecidedAppeal, undecidedAppealsIn } from '../../log/appeals';
import { daysInForce, type EditionPeriod, type ResolvedQuestion } from './resolved-question';
import { together, type LogView } from '../../log/log-view';
import { keysOf } from '../../log/identity';
import {
  isOfAdvisers,
  type AdviserTest,
  type Combined,
  type ProviderRequirement,
  type ProviderTest,
  type Requirement,
} from '../../subjects/policy-document';
import { providerStreams } from '../../subjects/provider';
import {
  ALL_DAYS,
  difference,
  intersection,
  meet,
  NO_DAYS,
  span,
  union,
  unionOf,
  type Days,
} from '../../values/timeline';
import type { AnswerWarning } from '../../values/warning';
import { flatMapped, type Work } from '../../values/work';
import { only } from '../../log/decider';
import type { EventOf, RegisterEvent } from '../../log/event-catalogue';
import { daysBorneOn, isVoided } from '../../log/grants';

/**
 * Something that may mislead a reader of the answer although it decides nothing. The evidence of a missed
 * check is that check; of an undecided appeal it is the event appealed against, then the lodging; of a provider
 * whose place others took it is the merger or succession.
 */
export interface WarningOfAnswer {
  readonly code: AnswerWarning;
  /** Positions of events. */
  readonly evidence: readonly string[];
}

/** A warning, and when it is given: if the window has a day of each of these sets. */
export interface DueWarning extends WarningOfAnswer {
  readonly given: readonly Days[];
  /**
   * Where it is about one of these, only if the first that has a day of the window stands before it in the log. Warnings
   * about the same awards have the same list.
   */
  readonly awards?: readonly AwardOnDays[];
}

/** Days of an award, and the position of its event. */
interface AwardOnDays {
  readonly position: number;
  readonly days: Days;
}

/** Somebody who takes part, by first key, and the days of taking part. */
interface TakingPart {
  readonly asked: Days;
  readonly each: readonly { readonly key: string; readonly days: Days }[];
}

/**
 * Every warning that may be given of a question, whatever its window, in the order in which answers give them: missed checks,
 * then undecided appeals, then whoever took the provider’s place, each by position, then that independence is asked and no
 * school is named.
 */
export function* dueWarnings(
  { known, provider, school, reigns, evaluation }: ResolvedQuestion,
  advisers: TakingPart,
  subcontractors: TakingPart,
): Work<readonly DueWarning[]> {
  const dealings = (keys: readonly string[], standard: string) =>
    together(known, accreditationStreams(keys, standard));
  const missed: DueWarning[] = [];
  let undecided: DueAppeal[] = [];
  for (const [standard, asked] of standardsAsked(reigns, 'provider')) {
    const events = dealings(provider, standard);
    missed.push(...missedChecks(events).map((check) => ({ ...check, given: [asked] })));
    undecided = undecided.concat(undecidedOfAwards(events).map((appeal) => ({ ...appeal, asked })));
  }
  for (const [standard, asked] of standardsAsked(reigns, 'subcontractors'))
    undecided = undecided.concat(
      yield* flatMapped(subcontractors.each, ({ key, days: taking }) =>
        undecidedOfAwards(dealings(keysOf(known, key), standard)).map((appeal) => ({
          ...appeal,
          asked,
          taking,
        })),
      ),
    );
  undecided = undecided.concat(
    yield* flatMapped(advisers.each, ({ key, days: taking }) =>
      undecidedOfPerson(known, keysOf(known, key)).map((appeal) => ({
        ...appeal,
        asked: advisers.asked,
        taking,
      })),
    ),
  );
  const due: readonly DueWarning[] = [
    ...missed.sort((a, b) => Number(a.evidence[0]) - Number(b.evidence[0])),
    ...undecided
      .sort((a, b) => a.against - b.against)
      .map(({ days, asked, taking = ALL_DAYS, ...appeal }) => ({
        ...warningOfAppeal(appeal),
        given: [asked, taking, days],
      })),
    ...only(together(known, providerStreams(provider)), 'ProviderMerged', 'ProviderSucceeded').map(
      ({ position }): DueWarning => ({
        code: 'provider-succeeded',
        evidence: [String(position)],
        given: [difference(daysInForce({ reigns }), evaluation.open().truth.possible)],
      }),
    ),
    ...(school === undefined
      ? [{ code: 'school-not-named' as const, evidence: [], given: [independenceAsked(reigns)] }]
      : []),
  ];
  return due.filter(({ given }) => given.every(({ length }) => length > 0));
}

/** Those that are given for a window, each once. */
export function warningsOn(due: readonly DueWarning[], window: Days): readonly WarningOfAnswer[] {
  if (due.length === 0) return [];
  const given: WarningOfAnswer[] = [];
  const first = new Map<readonly AwardOnDays[], number>();
  for (const { code, evidence, given: when, awards } of due) {
    if (!when.every((days) => intersection(days, window).length > 0)) continue;
    if (awards) {
      const position =
        first.get(awards) ?? awards.find(({ days }) => meet(days, window))?.position ?? Infinity;
      first.set(awards, position);
      if (position > Number(evidence[0])) continue;
    }
    const last = given.at(-1);
    if (last?.code === code && last.evidence[0] === evidence[0]) continue;
    given.push({ code, evidence });
  }
  return given;
}

/** An undecided appeal, and the days on which its decision may change something. */
interface UndecidedOnDays extends UndecidedAppeal {
  readonly days: Days;
}

/** `asked`: the days on which something is asked of whom it concerns; `taking`: those of taking part, unless it is the provider. */
interface DueAppeal extends UndecidedOnDays {
  readonly asked: Days;
  readonly taking?: Days;
}

function independenceAsked(reigns: readonly EditionPeriod[]): Days {
  return unionOf(
    reigns.flatMap(({ requirements = [], days }) => (requirements.some(asksIndependence) ? [days] : [])),
  );
}

function asksIndependence(requirement: Requirement): boolean {
  const within = (test: Combined<AdviserTest>): boolean =>
    'any' in test ? test.any.some(within) : 'all' in test ? test.all.some(within) : 'independent' in test;
  return isOfAdvisers(requirement) && within(requirement.test);
}

/** One person’s undecided appeals, with the days on which they matter. */
export function undecidedOfPerson(known: LogView, keys: readonly string[]): readonly UndecidedOnDays[] {
  return undecidedOfAdviser(together(known, adviserStreams(keys)));
}

/** The warning of an undecided appeal. */
export function warningOfAppeal({ against, lodging }: UndecidedAppeal): WarningOfAnswer {
  return { code: 'appeal-undecided', evidence: [String(against), String(lodging)] };
}

/** Each standard of which editions ask something of the provider, or of its subcontractors, and on which days. */
function standardsAsked(
  reigns: readonly EditionPeriod[],
  of: ProviderRequirement['of'],
): ReadonlyMap<string, Days> {
  const asked = new Map<string, Days>();
  for (const { requirements = [], days } of reigns)
    for (const requirement of requirements)
      if (requirement.of === of)
        for (const standard of standardsIn(requirement.test))
          asked.set(standard, union(asked.get(standard) ?? NO_DAYS, days));
  return asked;
}

function standardsIn(test: Combined<ProviderTest>): readonly string[] {
  if ('any' in test) return test.any.flatMap(standardsIn);
  if ('all' in test) return test.all.flatMap(standardsIn);
  if ('contracted' in test) return [];
  return ['accredited' in test ? test.accredited : test.applied];
}

/**
 * The missed improvement checks of a standard that no later completion of the same month made good. Each matters on the
 * days of the effective awards of its reference that stand before it in the log.
 */
function missedChecks(events: readonly RegisterEvent[]): readonly Omit<DueWarning, 'given'>[] {
  const missed = only(events, 'ImprovementCheckMissed');
  if (missed.length === 0) return [];
  const checkOf = ({ data }: EventOf<'ImprovementCheckMissed' | 'ImprovementCheckCompleted'>) =>
    `${data.month} ${data.reference}`;
  const lastCompleted = new Map(
    only(events, 'ImprovementCheckCompleted').map((check) => [checkOf(check), check.position]),
  );
  const awarded = new Map(
    [...awardsByReference(events)].map(([reference, { grants }]) => [reference, onDays(grants)]),
  );
  return missed
    .filter((check) => (lastCompleted.get(checkOf(check)) ?? -1) < check.position)
    .map(({ position, data: { reference } }) => ({
      code: 'improvement-check-missed',
      evidence: [String(position)],
      awards: awarded.get(reference) ?? [],
    }));
}

/** The effective ones of some awards. */
function onDays(awards: readonly Award[]): readonly AwardOnDays[] {
  return awards
    .filter((award) => !isVoided(award))
    .map(({ event, days }) => ({ position: event.position, days }));
}

/**
 * The undecided appeals against suspensions and withdrawals in a standard, with the days on which these would
 * hide an award.
 */
function undecidedOfAwards(events: readonly RegisterEvent[]): readonly UndecidedOnDays[] {
  const appeals = undecidedAppealsIn(events);
  if (appeals.length === 0) return [];
  const bearing = daysBorneOn([...awardsByReference(events).values()]);
  return appeals.map((appeal) => ({ ...appeal, days: bearing.get(appeal.against) ?? NO_DAYS }));
}

/**
 * The undecided appeals against decisions about a person, with the days on which they matter: those of a
 * sanction, and those on which a revocation or removal would hide a certificate or registration.
 */
function undecidedOfAdviser(events: readonly RegisterEvent[]): readonly UndecidedOnDays[] {
  const appeals = undecidedAppealsIn(events);
  if (appeals.length === 0) return [];
  const facts = adviserFacts(events);
  const bearing = daysBorneOn([...facts.certificates, ...facts.registrations]);
  const sanctions = new Map(
    facts.sanctions.map(({ from, until, event }) => [event.position, span(from, until)]),
  );
  return appeals.map((appeal) => ({
    ...appeal,
    days: bearing.get(appeal.against) ?? sanctions.get(appeal.against) ?? NO_DAYS,
  }));
}
