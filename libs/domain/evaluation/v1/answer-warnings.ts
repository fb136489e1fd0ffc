import { accreditationStreams, awardsByReference } from '../../subjects/accreditation';
import { adviserStreams, adviserFacts } from '../../subjects/adviser';
import { type UndecidedAppeal, undecidedAppealsIn } from '../../log/appeals';
import { daysInForce, type ResolvedQuestion } from './resolved-question';
import { together, type LogView } from '../../log/log-view';
import { keysOf } from '../../log/identity';
import {
  isOfAdvisers,
  type AdviserTest,
  type Combined,
  type ProviderTest,
  type Requirement,
} from '../../subjects/policy-document';
import { providerStreams } from '../../subjects/provider';
import { difference, intersection, type Days, span } from '../../values/timeline';
import type { AnswerWarning } from '../../values/warning';
import { flatMapped, type Work } from '../../values/work';
import { only } from '../../log/decider';
import type { EventOf, RegisterEvent } from '../../log/event-catalogue';
import { bearingIn, isVoided } from '../../log/grants';

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

/** Those who take part in the answer, by first key. */
interface TakingPart {
  readonly advisers: readonly string[];
  readonly subcontractors: readonly string[];
}

/**
 * The warnings for the days of a window: missed checks, then undecided appeals, then whoever took the provider’s
 * place, each by position, then that independence is asked and no school is named.
 */
export function* warningsIn(
  found: ResolvedQuestion,
  window: Days,
  { advisers, subcontractors }: TakingPart,
): Work<readonly WarningOfAnswer[]> {
  const { known, provider, school, reigns } = found;
  const asked = reigns
    .filter(({ days }) => intersection(days, window).length > 0)
    .flatMap(({ requirements = [] }) => requirements);
  const own = standardsOf(asked.flatMap((one) => (one.of === 'provider' ? [one.test] : [])));
  const below = standardsOf(asked.flatMap((one) => (one.of === 'subcontractors' ? [one.test] : [])));
  const dealings = (keys: readonly string[], standard: string) =>
    together(known, accreditationStreams(keys, standard));
  const ownDealings = own.map((standard) => dealings(provider, standard));
  const missed = ownDealings.flatMap((events) => missedChecks(events, window));
  let undecided = ownDealings.flatMap((events) => undecidedOfAwards(events, window));
  for (const standard of below)
    undecided = undecided.concat(
      yield* flatMapped(subcontractors, (key) =>
        undecidedOfAwards(dealings(keysOf(known, key), standard), window),
      ),
    );
  undecided = undecided.concat(
    yield* flatMapped(advisers, (key) => undecidedOfPerson(known, keysOf(known, key), window)),
  );
  return [
    ...missed
      .sort((a, b) => a - b)
      .map((position): WarningOfAnswer => ({
        code: 'improvement-check-missed',
        evidence: [String(position)],
      })),
    ...undecidedAppeals(undecided),
    ...takenPlaces(found, window),
    ...(school === undefined && asked.some(asksIndependence)
      ? [{ code: 'school-not-named' as const, evidence: [] }]
      : []),
  ];
}

function asksIndependence(requirement: Requirement): boolean {
  const within = (test: Combined<AdviserTest>): boolean =>
    'any' in test ? test.any.some(within) : 'all' in test ? test.all.some(within) : 'independent' in test;
  return isOfAdvisers(requirement) && within(requirement.test);
}

/**
 * That others have taken the provider’s place, by each merger and succession, if the provider is closed on a day of
 * the window on which its being open is asked.
 */
function takenPlaces(found: ResolvedQuestion, window: Days): readonly WarningOfAnswer[] {
  const { known, provider, evaluation } = found;
  const asked = intersection(daysInForce(found), window);
  if (difference(asked, evaluation.open().truth.possible).length === 0) return [];
  const own = together(known, providerStreams(provider));
  return only(own, 'ProviderMerged', 'ProviderSucceeded').map(({ position }) => ({
    code: 'provider-succeeded',
    evidence: [String(position)],
  }));
}

/** One person’s undecided appeals that matter on a day of the window. */
export function undecidedOfPerson(
  known: LogView,
  keys: readonly string[],
  window: Days,
): readonly UndecidedAppeal[] {
  return undecidedOfAdviser(together(known, adviserStreams(keys)), window);
}

/** The warnings of undecided appeals, one for each event, by its position. */
export function undecidedAppeals(appeals: readonly UndecidedAppeal[]): readonly WarningOfAnswer[] {
  const byEvent = new Map(appeals.map((appeal) => [appeal.against, appeal]));
  return [...byEvent.values()]
    .sort((a, b) => a.against - b.against)
    .map(({ against, lodging }) => ({
      code: 'appeal-undecided',
      evidence: [String(against), String(lodging)],
    }));
}

function standardsOf(tests: readonly Combined<ProviderTest>[]): readonly string[] {
  const standards = tests.flatMap(function named(test): string[] {
    if ('any' in test) return test.any.flatMap(named);
    if ('all' in test) return test.all.flatMap(named);
    if ('contracted' in test) return [];
    return ['accredited' in test ? test.accredited : test.applied];
  });
  return [...new Set(standards)];
}

/**
 * The missed improvement checks of a standard that matter in a window: an effective award of the same
 * reference stands before the check in the log and covers a day of the window, and no later completion of the
 * same month made the check good.
 */
export function missedChecks(events: readonly RegisterEvent[], window: Days): readonly number[] {
  const missed = only(events, 'ImprovementCheckMissed');
  if (missed.length === 0) return [];
  const checkOf = ({ data }: EventOf<'ImprovementCheckMissed' | 'ImprovementCheckCompleted'>) =>
    `${data.month} ${data.reference}`;
  const lastCompleted = new Map(
    only(events, 'ImprovementCheckCompleted').map((check) => [checkOf(check), check.position]),
  );
  const firstBearing = new Map(
    [...awardsByReference(events)].map(([reference, { grants }]) => [
      reference,
      grants.find((award) => !isVoided(award) && intersection(award.days, window).length > 0)?.event.position,
    ]),
  );
  return missed
    .filter(
      (check) =>
        (lastCompleted.get(checkOf(check)) ?? -1) < check.position &&
        (firstBearing.get(check.data.reference) ?? Infinity) < check.position,
    )
    .map(({ position }) => position);
}

/**
 * The undecided appeals against a suspension or withdrawal in a standard that would hide an award on a day of
 * the window.
 */
export function undecidedOfAwards(
  events: readonly RegisterEvent[],
  window: Days,
): readonly UndecidedAppeal[] {
  const appeals = undecidedAppealsIn(events);
  if (appeals.length === 0) return [];
  const bearing = bearingIn([...awardsByReference(events).values()], window);
  return appeals.filter(({ against }) => bearing.has(against));
}

/**
 * The undecided appeals against decisions about a person that matter on a day of the window: a sanction
 * covers the day, or a revocation or removal would hide a certificate or registration on it.
 */
export function undecidedOfAdviser(
  events: readonly RegisterEvent[],
  window: Days,
): readonly UndecidedAppeal[] {
  const appeals = undecidedAppealsIn(events);
  if (appeals.length === 0) return [];
  const facts = adviserFacts(events);
  const bearing = bearingIn([...facts.certificates, ...facts.registrations], window);
  const sanctions = new Set(
    facts.sanctions
      .filter(({ from, until }) => intersection(span(from, until), window).length > 0)
      .map(({ event }) => event.position),
  );
  return appeals.filter(({ against }) => bearing.has(against) || sanctions.has(against));
}
