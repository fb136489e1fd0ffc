import type { DatedPosting } from '@app/application/posting/history-import';
import { ASSESSORS, DIPLOMAS, FUNDER, PROFESSION, SCHOOLS } from './bodies';
import { adviserKey, AREA, providerKey, schoolKey } from './names';
import { STORIES_OF_CHANGE } from './scenarios-of-change';
import { told, type Story } from './story';

/* The cast of the invented county: a short story for each case that is not plain. Their keys never change. */

const EXAMPLE = providerKey(0);
const CLOCKWORK = providerKey(1);
const UMBRELLA = providerKey(2);
const HARE = providerKey(3);
const TORTOISE = providerKey(4);
const WEATHERVANE = providerKey(5);
const SUNDIAL = providerKey(6);
const PAPER_BOAT = providerKey(7);
const GLASS_SLIPPER = providerKey(8);
const BALLOON = providerKey(9);
const BASKET = providerKey(10);
const CUCKOO = providerKey(11);
export const SOLE_TRADER = providerKey(12);
const TWO_MOONS = providerKey(13);
const MIRROR = providerKey(14);

const BEANSTALK = schoolKey(0);
const THREE_BEARS = schoolKey(1);
const SEVEN_RAVENS = schoolKey(2);

/** How many of each kind the cast uses, from the first number on. */
export const CAST_SIZE = { providers: 17, advisers: 20, schools: 5 };

const STORIES: Readonly<Record<string, (story: Story) => void>> = {
  /** The plain case: an accreditation of three years that ends within a school year. */
  example(story) {
    story.opens(EXAMPLE, 'Example Guidance', adviserKey(0), '2024-01-15');
    story.awarded('2024-03-18T10:00Z', EXAMPLE, 'M-1042', '2024-03-15', '2027-03-14');
    story.tell('2026-09-01T08:30Z', SCHOOLS, 'CommissionAgreed', BEANSTALK, {
      reference: 'beanstalk-2026',
      provider: EXAMPLE,
      setting: 'school-commissioned',
      from: '2026-09-01',
      until: '2027-07-20',
    });
  },

  /**
   * A late correction: the award was posted with a year too many, and a school relied on it before the
   * correction.
   */
  clockwork(story) {
    story.opens(CLOCKWORK, 'Clockwork Careers', adviserKey(1), '2023-04-17');
    const award = story.awarded('2024-07-15T09:40Z', CLOCKWORK, 'M-2001', '2023-05-01', '2027-04-30');
    story.tell('2025-07-02T13:15Z', SCHOOLS, 'CommissionAgreed', BEANSTALK, {
      reference: 'beanstalk-2025',
      provider: CLOCKWORK,
      setting: 'school-commissioned',
      from: '2025-09-01',
      until: '2026-07-20',
    });
    story.tell('2025-07-21T10:05Z', ASSESSORS, 'EventCorrected', CLOCKWORK, {
      event: award,
      data: {
        standard: 'matrix',
        reference: 'M-2001',
        from: '2023-05-01',
        until: '2026-04-30',
        kind: 'initial',
      },
      kind: 'substantive',
      reason: 'wrong-end',
    });
  },

  /** A suspension that an appeal stays: it is in force until the day of the appeal, and not afterwards. */
  umbrella(story) {
    story.opens(UMBRELLA, 'Umbrella Advice', adviserKey(2), '2024-09-02');
    story.awarded('2024-11-04T11:00Z', UMBRELLA, 'M-2002', '2024-11-01', '2027-10-31');
    const suspended = story.tell('2026-06-12T15:30Z', ASSESSORS, 'AccreditationSuspended', UMBRELLA, {
      standard: 'matrix',
      reference: 'M-2002',
      from: '2026-06-15',
      reason: 'complaint',
      onAppeal: 'stays',
    });
    story.tell('2026-06-29T16:10Z', ASSESSORS, 'AppealLodged', UMBRELLA, {
      against: suspended,
      on: '2026-06-29',
    });
  },

  /** A merger: the accreditation passes to the other provider at the instant of the merger. */
  merger(story) {
    story.opens(HARE, 'Hare Guidance', adviserKey(3), '2019-02-04');
    story.opens(TORTOISE, 'Tortoise Guidance', adviserKey(4), '2018-05-14');
    story.awarded('2023-10-03T09:30Z', HARE, 'M-2003', '2023-10-01', '2026-09-30');
    const merged = '2025-03-31T10:00Z';
    story.tell(merged, ASSESSORS, 'AccreditationTransferred', HARE, {
      standard: 'matrix',
      reference: 'M-2003',
      to: TORTOISE,
      from: '2025-04-01',
    });
    story.tell(merged, ASSESSORS, 'AccreditationAwarded', TORTOISE, {
      standard: 'matrix',
      reference: 'M-2003',
      from: '2025-04-01',
      until: '2026-09-30',
      kind: 'transfer',
    });
    story.tell(merged, FUNDER, 'ProviderMerged', HARE, { into: TORTOISE, on: '2025-03-31' });
  },

  /** An open dispute: no one can say yet whether the award counts. */
  weathervane(story) {
    story.opens(WEATHERVANE, 'Weathervane Careers', adviserKey(5), '2024-06-03');
    const award = story.awarded('2025-02-11T09:30Z', WEATHERVANE, 'M-2004', '2025-02-10', '2028-02-09');
    story.tell('2026-08-24T14:45Z', ASSESSORS, 'DisputeOpened', WEATHERVANE, {
      event: award,
      reason: 'assessor-not-independent',
    });
  },

  /** A lapse: the fee was not paid, and the accreditation ended before its last day. */
  sundial(story) {
    story.opens(SUNDIAL, 'Sundial Guidance', adviserKey(6), '2022-03-07');
    story.awarded('2024-04-09T10:20Z', SUNDIAL, 'M-2005', '2024-04-08', '2027-04-07');
    story.tell('2026-03-04T09:50Z', ASSESSORS, 'AccreditationLapsed', SUNDIAL, {
      standard: 'matrix',
      reference: 'M-2005',
      from: '2026-03-01',
      reason: 'fee-unpaid',
    });
  },

  /** A claimed qualification that no awarding body has confirmed. */
  paperBoat(story) {
    story.tell('2025-01-13T09:05Z', FUNDER, 'ProviderRegistered', PAPER_BOAT, {
      name: 'Paper Boat Advice',
      legalForm: 'charity',
      area: AREA,
    });
    story.awarded('2025-06-17T10:20Z', PAPER_BOAT, 'M-2006', '2025-06-16', '2028-06-15');
    story.tell('2025-08-18T11:00Z', PROFESSION, 'AdviserRegistered', adviserKey(7), {});
    story.tell('2025-08-18T11:05Z', PROFESSION, 'QualificationClaimed', adviserKey(7), {
      qualification: 'l6-dcgd',
      awardedOn: '2011-07-08',
    });
    story.employs('2025-08-18T11:10Z', PAPER_BOAT, adviserKey(7), '2025-09-01');
  },

  /** A qualification that was revoked, years after its award. */
  glassSlipper(story) {
    story.opens(GLASS_SLIPPER, 'Glass Slipper Guidance', adviserKey(8), '2021-01-11');
    story.awarded('2024-09-10T09:30Z', GLASS_SLIPPER, 'M-2007', '2024-09-09', '2027-09-08');
    story.tell('2026-01-30T16:00Z', DIPLOMAS, 'QualificationRevoked', adviserKey(8), {
      certificate: `C-${adviserKey(8).slice(-4)}`,
      from: '2026-02-01',
      reason: 'obtained-wrongly',
      onAppeal: 'stands',
    });
  },

  /** A contract for the National Careers Service, part of which goes to a provider without accreditation. */
  balloon(story) {
    story.opens(BALLOON, 'Hot Air Balloon Services', adviserKey(9), '2020-08-17');
    story.opens(BASKET, 'Wicker Basket Skills', adviserKey(10), '2025-11-10');
    story.awarded('2025-01-21T09:30Z', BALLOON, 'M-2008', '2025-01-20', '2028-01-19');
    const contract = {
      programme: 'national-careers-service',
      services: ['personal-guidance', 'information'],
      clientGroups: ['adults'],
      from: '2026-04-01',
      until: '2028-03-31',
    };
    story.tell('2026-03-02T10:00Z', FUNDER, 'ContractAwarded', BALLOON, {
      reference: 'balloon-2026',
      ...contract,
    });
    story.tell('2026-03-09T10:00Z', FUNDER, 'ContractAwarded', BASKET, {
      reference: 'basket-2026',
      ...contract,
      subcontractorOf: 'balloon-2026',
    });
    story.tell('2026-05-11T12:00Z', ASSESSORS, 'AccreditationApplied', BASKET, {
      standard: 'matrix',
      on: '2026-05-08',
    });
  },

  /** A missed improvement check: the accreditation counts, and every answer about it carries a warning. */
  cuckoo(story) {
    story.opens(CUCKOO, 'Cuckoo Careers', adviserKey(11), '2023-02-06');
    story.awarded('2025-05-13T09:30Z', CUCKOO, 'M-2009', '2025-05-12', '2028-05-11');
    story.tell('2026-06-16T09:30Z', ASSESSORS, 'ImprovementCheckMissed', CUCKOO, {
      standard: 'matrix',
      reference: 'M-2009',
      month: 12,
      on: '2026-06-12',
    });
  },

  /** A sole trader, whose name is personal data and appears nowhere in the log. */
  soleTrader(story) {
    story.tell('2022-10-03T09:05Z', FUNDER, 'ProviderRegistered', SOLE_TRADER, {
      legalForm: 'sole-trader',
      services: ['personal-guidance'],
      area: AREA,
    });
    story.tell('2022-10-03T09:10Z', PROFESSION, 'AdviserRegistered', adviserKey(12), {});
    story.tell('2022-10-03T09:15Z', DIPLOMAS, 'QualificationAwarded', adviserKey(12), {
      qualification: 'qcg',
      awardedOn: '2009-06-26',
      certificate: 'C-0013',
    });
    story.tell('2022-10-03T09:20Z', PROFESSION, 'EngagementStarted', adviserKey(12), {
      provider: SOLE_TRADER,
      from: '2022-10-03',
      basis: 'self',
    });
    story.awarded('2026-02-03T09:30Z', SOLE_TRADER, 'M-2010', '2026-02-02', '2029-02-01');
  },

  /** A retraction: the withdrawal was meant for another provider, and is retracted a week later. */
  twoMoons(story) {
    story.opens(TWO_MOONS, 'Two Moons Guidance', adviserKey(13), '2021-06-21');
    story.awarded('2024-10-15T09:30Z', TWO_MOONS, 'M-2011', '2024-10-14', '2027-10-13');
    const withdrawn = story.tell('2026-04-20T09:30Z', ASSESSORS, 'AccreditationWithdrawn', TWO_MOONS, {
      standard: 'matrix',
      reference: 'M-2011',
      from: '2026-04-20',
      reason: 'standard-not-met',
      onAppeal: 'stands',
    });
    story.tell('2026-04-27T09:30Z', ASSESSORS, 'EventRetracted', TWO_MOONS, {
      event: withdrawn,
      reason: 'wrong-provider',
    });
  },

  /** A provider that people still look for under its former name. */
  mirror(story) {
    story.opens(MIRROR, 'Old Lamp Advice', adviserKey(14), '2018-11-05');
    story.awarded('2024-01-09T09:30Z', MIRROR, 'M-2012', '2024-01-08', '2027-01-07');
    story.tell('2024-12-16T10:00Z', FUNDER, 'ProviderRenamed', MIRROR, {
      name: 'Mirror Guidance',
      from: '2025-01-01',
    });
  },

  /** Schools: one commissions, one has an adviser of its own who is still studying, one has the mark of quality. */
  schools(story) {
    story.registersSchool('2017-10-02T10:00Z', BEANSTALK, 'Beanstalk High School');
    story.registersSchool('2017-10-02T10:05Z', THREE_BEARS, 'Three Bears College');
    story.registersSchool('2017-10-02T10:10Z', SEVEN_RAVENS, 'Seven Ravens Academy');
    const quality = { standard: 'quality-in-careers' };
    story.tell('2023-09-18T10:00Z', SCHOOLS, 'AccreditationApplied', SEVEN_RAVENS, {
      ...quality,
      on: '2023-09-15',
    });
    story.tell('2024-06-24T10:00Z', SCHOOLS, 'AccreditationAwarded', SEVEN_RAVENS, {
      ...quality,
      reference: 'Q-3001',
      from: '2024-06-24',
      until: '2027-06-23',
      kind: 'initial',
    });
    story.tell('2025-09-08T09:00Z', PROFESSION, 'AdviserRegistered', adviserKey(15), {});
    story.tell('2025-09-08T09:05Z', DIPLOMAS, 'EnrolmentStarted', adviserKey(15), {
      qualification: 'l6-dcgd',
      from: '2025-09-08',
      expectedEnd: '2027-07-31',
    });
    story.employs('2025-09-08T09:10Z', THREE_BEARS, adviserKey(15), '2025-09-08');
    story.tell('2025-09-15T09:00Z', SCHOOLS, 'CoordinatorAssigned', AREA, {
      coordinator: adviserKey(15),
      role: 'career-development',
      from: '2025-09-15',
    });
  },
};

/** Everything that is posted about the cast, in the order of its times. */
export function cast(): readonly DatedPosting[] {
  return told({ ...STORIES, ...STORIES_OF_CHANGE });
}
