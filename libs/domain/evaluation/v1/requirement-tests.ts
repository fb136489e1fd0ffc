import { awards, type Award } from '../../subjects/accreditation';
import { applications, type Applications } from '../../subjects/applications';
import { accreditationCauses, enrolmentCauses, qualificationCauses, sanctionCauses } from './causes';
import { adviserFacts, certified, enrolled, registrations, type AdviserFacts } from '../../subjects/adviser';
import { LAST_DAY } from '../../values/day';
import { allContractsIn } from '../../subjects/contract';
import { employments, engagements } from '../../subjects/engagement';
import type { EventOf, RegisterEvent } from '../../log/event-catalogue';
import { counts, groundsOf, holds, type Grant } from '../../log/grants';
import { closing, openDays } from '../../subjects/provider';
import { fallback, type Cause } from './reason';
import { complement, difference, span, unionOf } from '../../values/timeline';
import { type Rule } from './value';

export const OPEN: Rule<readonly RegisterEvent[]> = {
  facts: (events) => events,
  days: openDays,
  grounds: (events) => [{ days: openDays(events), evidence: [] }],
  causes(events) {
    const last = closing(events);
    if (!last) return [];
    return [{ reason: 'provider-closed', days: span(last.on + 1, LAST_DAY), evidence: [last.position] }];
  },
};

export const ENGAGED: Rule<readonly Grant<EventOf<'EngagementStarted'>>[]> = {
  facts: engagements,
  days: holds,
  grounds: groundsOf,
  causes: () => [fallback('adviser-not-engaged')],
};

/** Not employed by the school that asks, by the events of the person's engagement with it. */
export const INDEPENDENT: Rule<readonly Grant<EventOf<'EngagementStarted'>>[]> = {
  facts: employments,
  days: (employed) => complement(holds(employed)),
  grounds: () => [],
  causes: (employed) =>
    employed.map((employment) => ({
      reason: 'adviser-not-independent',
      days: counts(employment),
      evidence: [employment.event.position],
    })),
};

export const SANCTIONED: Rule<AdviserFacts> = {
  facts: adviserFacts,
  days: ({ sanctions }) => holds(sanctions),
  grounds: sanctionCauses,
  causes: () => [],
};

export function accredited(scope: string | undefined): Rule<readonly Award[]> {
  return {
    facts: (events) => awards(events, scope),
    days: holds,
    grounds: groundsOf,
    causes: accreditationCauses,
  };
}

export function applied(withinMonths: number | undefined): Rule<Applications> {
  return {
    facts: (events) => applications(events, withinMonths),
    days: ({ counting }) => unionOf(counting.map(({ days }) => days)),
    grounds: ({ counting }) => counting,
    causes: ({ ended }) => [
      ...ended.map((end): Cause => ({ ...end, reason: 'application-ended' })),
      fallback('applied-not-met'),
    ],
  };
}

export function contracted(programme: string): Rule<readonly Grant<EventOf<'ContractAwarded'>>[]> {
  return {
    facts: (events) => allContractsIn(events).filter(({ event }) => event.data.programme === programme),
    days: holds,
    grounds: groundsOf,
    causes: () => [fallback('no-contract')],
  };
}

/** A test that no one passes on the days of a sanction. */
function unlessSanctioned(rule: Omit<Rule<AdviserFacts>, 'facts'>): Rule<AdviserFacts> {
  return {
    facts: adviserFacts,
    days: (facts) => difference(rule.days(facts), holds(facts.sanctions)),
    grounds: rule.grounds,
    causes: (facts) => [...sanctionCauses(facts), ...rule.causes(facts)],
  };
}

export function qualified(accepted: readonly string[]): Rule<AdviserFacts> {
  return unlessSanctioned({
    days: (facts) => holds(certified(facts, accepted)),
    grounds: (facts, asked) => groundsOf(certified(facts, accepted), asked),
    causes: (facts) => qualificationCauses(facts, accepted),
  });
}

export function workingTowards(
  accepted: readonly string[],
  withinMonths: number | undefined,
): Rule<AdviserFacts> {
  return unlessSanctioned({
    days: (facts) => holds(enrolled(facts, accepted, withinMonths)),
    grounds: (facts, asked) => groundsOf(enrolled(facts, accepted, withinMonths), asked),
    causes: (facts) => enrolmentCauses(facts, accepted, withinMonths),
  });
}

export function registered(register: string): Rule<AdviserFacts> {
  return unlessSanctioned({
    days: (facts) => holds(registrations(facts, register)),
    grounds: (facts, asked) => groundsOf(registrations(facts, register), asked),
    causes: () => [fallback('registered-not-met')],
  });
}
