import { type EventRow } from '../log/event-rows';

export type Bounds = Readonly<Record<EventRow, number>>;

/**
 * How many events of a row one body posts about one subject at the most (specification, section 3, `too-many`): whoever asks about
 * the subject waits for all of them to be read. Each is far above what a subject has in a lifetime, and those that end or
 * correct something are counted apart, up to {@link TIMES_MORE_ENDS} as many, so that no bound keeps a wrong in place.
 */
export const BOUNDS: Bounds = {
  /** Names, further keys and closings of one organisation. */
  provider: 500,
  /** Of all standards that one holder deals with: a review every three years makes some ten a century each. */
  accreditation: 1_000,
  /** Certificates, claims, enrolments, registrations and sanctions of one person. */
  adviser: 1_000,
  /** Of one adviser with every provider: who is engaged anew for each visit has a few hundred a year, and needs one a provider. */
  engagement: 2_000,
  /** Commissions, careers leaders and programmes of one school. */
  school: 2_000,
  /** Coordinators of one area, volunteers among them. */
  area: 2_000,
  /** Contracts that one provider holds, of all programmes. */
  contract: 2_000,
  /** Appeals and disputes; corrections and retractions, counted apart, reach all that may stand about one subject. */
  annotation: 2_000,
};

export const TIMES_MORE_ENDS = 2;
