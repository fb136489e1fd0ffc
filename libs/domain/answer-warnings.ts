import { accreditationStreams, missedChecks, undecidedOfAwards } from './accreditation';
import { adviserStreams, undecidedOfAdviser } from './adviser';
import type { UndecidedAppeal } from './annotation';
import type { Case } from './case';
import { keysOf, together, type Known } from './known';
import type { Combined, ProviderTest } from './policy';
import { intersection, type Days } from './timeline';
import type { AnswerWarning } from './warning';
import { flatMapped, type Work } from './work';

/**
 * Something that may mislead whoever reads the answer alone, though it decides nothing. Evidence of a missed check is that
 * check; of an undecided appeal the event appealed against, then the lodging.
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

/** What is warned of on the days of a window: missed checks, then undecided appeals, each by position. */
export function* warningsIn(
  { known, provider, reigns }: Case,
  window: Days,
  { advisers, subcontractors }: TakingPart,
): Work<readonly WarningOfAnswer[]> {
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
  ];
}

/** The undecided appeals of one person that matter on a day of the window. */
export function undecidedOfPerson(
  known: Known,
  keys: readonly string[],
  window: Days,
): readonly UndecidedAppeal[] {
  return undecidedOfAdviser(together(known, adviserStreams(keys)), window);
}

/** The warnings of undecided appeals, one an event, by its position. */
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
    return ['accredited' in test ? test.accredited : test.applied];
  });
  return [...new Set(standards)];
}
