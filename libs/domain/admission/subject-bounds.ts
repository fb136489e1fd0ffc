import { type EventRow } from '../log/event-rows';

export type Bounds = Readonly<Record<EventRow, number>>;

/**
 * The most events of a row that one body may post about one subject (specification, section 3, `too-many`):
 * every question about the subject waits until all of them are read. Each bound is far above what a subject
 * has in a lifetime. Events that end or correct something are counted separately, up to {@link
 * TIMES_MORE_ENDS} times as many, so that no bound keeps a wrong in place.
 */
export const BOUNDS: Bounds = {
  /** Names, further keys and closings of one organisation. */
  provider: 500,
  /**
   * For all standards that one holder deals with: a review every three years makes about ten a century for
   * each.
   */
  accreditation: 1_000,
  /** Certificates, claims, enrolments, registrations and sanctions of one person. */
  adviser: 1_000,
  /**
   * For one adviser with every provider. An adviser who is engaged again for each visit has a few hundred a
   * year, but needs only one for each provider.
   */
  engagement: 2_000,
  /** Commissions, careers leaders and programmes of one school. */
  school: 2_000,
  /** Coordinators of one area, volunteers among them. */
  area: 2_000,
  /** Contracts that one provider holds, for all programmes. */
  contract: 2_000,
  /**
   * Appeals and disputes. Corrections and retractions are counted separately, so that they can reach every
   * event about a subject.
   */
  annotation: 2_000,
};

export const TIMES_MORE_ENDS = 2;
