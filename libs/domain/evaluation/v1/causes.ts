import { LAST_DAY, dayOf } from '../../values/day';
import { hidings, positionsOf, type Grant, counts } from '../../log/grants';
import { fallback, type Cause, type Reason } from './reason';
import { span, ALL_DAYS, difference, type Days } from '../../values/timeline';
import type { Award, AwardBlock } from '../../subjects/accreditation';
import { type AdviserFacts, grants, enrolled } from '../../subjects/adviser';

const HIDDEN_AS: Readonly<Record<AwardBlock, Reason>> = {
  AccreditationTransferred: 'accreditation-transferred',
  AccreditationWithdrawn: 'accreditation-withdrawn',
  AccreditationSurrendered: 'accreditation-surrendered',
  AccreditationLapsed: 'accreditation-lapsed',
  AccreditationSuspended: 'accreditation-suspended',
};

/** Why a holder is not accredited, on the days on which it is not (specification, section 4, “Reasons”). */
export function accreditationCauses(awarded: readonly Award[]): readonly Cause[] {
  const given = awarded.filter(({ days }) => days.length > 0);
  return [
    ...hidings(given).map(({ position, as, days }): Cause => ({
      reason: as === undefined ? 'accreditation-voided' : HIDDEN_AS[as],
      days,
      evidence: [position],
    })),
    ...expired(given),
    ...notStarted(given, 'accreditation-not-started'),
    fallback('accreditation-never-awarded'),
  ];
}

/**
 * For each day after the end of some award: the awards that ended last before it, and their last extensions.
 */
function expired(given: readonly Award[]): Cause[] {
  const ended = [...Map.groupBy(given, ({ until }) => until)].sort(([a], [b]) => a - b);
  return ended.map(([end, those], i) => ({
    reason: 'accreditation-expired',
    days: span(end + 1, ended[i + 1]?.[0] ?? LAST_DAY),
    evidence: those.flatMap(positionsOf),
  }));
}

/** For each day before the beginning of some grant: the grants that begin first after it. */
export function notStarted(given: readonly Pick<Grant, 'from' | 'event'>[], reason: Reason): Cause[] {
  const begun = [...Map.groupBy(given, ({ from }) => from)].sort(([a], [b]) => a - b);
  return begun.map(([start, those], i) => ({
    reason,
    days: span(begun[i - 1]?.[0] ?? -Infinity, start - 1),
    evidence: those.map(({ event }) => event.position),
  }));
}

/** The days of the sanctions of a person, each with its own evidence. */
export function sanctionCauses(facts: AdviserFacts, asked: Days = ALL_DAYS): readonly Cause[] {
  return facts.sanctions.map((sanction) => ({
    reason: 'adviser-sanctioned',
    days: counts(sanction, asked),
    evidence: [sanction.event.position],
  }));
}

/** Why a person is not qualified, from certificates and claims (specification, section 4, “Reasons”). */
export function qualificationCauses(facts: AdviserFacts, accepted: readonly string[]): readonly Cause[] {
  const all = grants(facts.certificates);
  const awarded = all.filter(({ event }) => accepted.includes(event.data.qualification));
  const others = all.filter(({ event }) => !accepted.includes(event.data.qualification));
  return [
    ...hidings(awarded).map(({ position, as, days }): Cause => ({
      reason: as === undefined ? 'qualification-voided' : 'qualification-revoked',
      days,
      evidence: [position],
    })),
    ...notStarted(awarded, 'qualification-not-started'),
    ...facts.claims
      .filter(({ data }) => accepted.includes(data.qualification))
      .map(({ data, position }): Cause => ({
        reason: 'qualification-only-claimed',
        days: span(dayOf(data.awardedOn), LAST_DAY),
        evidence: [position],
      })),
    ...others.map((award): Cause => ({
      reason: 'qualification-not-accepted',
      days: counts(award),
      evidence: [award.event.position],
    })),
    fallback('no-qualification'),
  ];
}

/** Why a person is not working towards a qualification, from enrolments (specification, section 4, “Reasons”). */
export function enrolmentCauses(
  facts: AdviserFacts,
  accepted: readonly string[],
  withinMonths?: number,
): readonly Cause[] {
  const enrolments = enrolled(facts, accepted, withinMonths);
  return [
    ...enrolments.map((enrolment): Cause => ({
      reason: 'enrolment-ended',
      days: difference(span(enrolment.from, LAST_DAY), counts(enrolment)),
      evidence: [enrolment.event.position],
    })),
    ...notStarted(enrolments, 'qualification-not-started'),
    fallback('no-qualification'),
  ];
}
