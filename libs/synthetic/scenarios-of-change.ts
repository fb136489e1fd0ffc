import { ASSESSORS, CERTIFICATES, DIPLOMAS, FUNDER, PROFESSION, SCHOOLS } from './bodies';
import { adviserKey, AREA, providerKey, schoolKey } from './names';
import type { Story } from './story';

/* The rest of the cast: those to whom something ends, or whose place another takes. */

const BEANSTALK = schoolKey(0);
const UGLY_DUCKLING = schoolKey(3);
const WILD_SWANS = schoolKey(4);

const NEW_CLOTHES = providerKey(15);
const GINGERBREAD = providerKey(16);

const SWAN_ADVISER = adviserKey(16);
const TAILOR = adviserKey(17);
const IN_BOTH_HOUSES = adviserKey(18);
const AWARDED_BY_CERTIFICATES = adviserKey(19);

export const STORIES_OF_CHANGE: Readonly<Record<string, (story: Story) => void>> = {
  /**
   * A conversion: a school becomes an academy, which is another one to the register. Its adviser has been posted
   * anew; whom it commissions and who leads its careers work have not.
   */
  wildSwans(story) {
    story.registersSchool('2017-10-02T10:15Z', UGLY_DUCKLING, 'Ugly Duckling School');
    story.tell('2024-07-08T09:00Z', SCHOOLS, 'CareersLeaderAppointed', UGLY_DUCKLING, {
      appointment: 'leader-1',
      from: '2024-09-01',
    });
    story.tell('2025-09-01T09:00Z', PROFESSION, 'AdviserRegistered', SWAN_ADVISER, {});
    story.tell('2025-09-01T09:05Z', DIPLOMAS, 'QualificationAwarded', SWAN_ADVISER, {
      qualification: 'l6-cdp',
      awardedOn: '2025-07-11',
      certificate: 'C-0017',
    });
    story.employs('2025-09-01T09:10Z', UGLY_DUCKLING, SWAN_ADVISER, '2025-09-01');
    story.tell('2025-11-17T10:00Z', SCHOOLS, 'CommissionAgreed', UGLY_DUCKLING, {
      reference: 'duckling-2025',
      provider: GINGERBREAD,
      setting: 'school-commissioned',
      from: '2025-12-01',
      until: '2026-12-18',
    });
    story.registersSchool('2026-03-30T10:00Z', WILD_SWANS, 'Wild Swans Academy');
    story.tell('2026-03-30T10:05Z', SCHOOLS, 'ProviderSucceeded', UGLY_DUCKLING, {
      by: [WILD_SWANS],
      on: '2026-03-31',
      kind: 'conversion',
    });
    story.employs('2026-04-13T11:00Z', WILD_SWANS, SWAN_ADVISER, '2026-04-01');
  },

  /** An application that was refused: from then on the provider has not applied any more. */
  newClothes(story) {
    story.opens(NEW_CLOTHES, 'New Clothes Guidance', TAILOR, '2025-06-02');
    story.tell('2025-09-22T10:00Z', ASSESSORS, 'AccreditationApplied', NEW_CLOTHES, {
      standard: 'matrix',
      on: '2025-09-19',
    });
    story.tell('2026-05-19T15:00Z', ASSESSORS, 'AccreditationApplicationEnded', NEW_CLOTHES, {
      standard: 'matrix',
      on: '2026-05-18',
      outcome: 'refused',
    });
  },

  /** An adviser who comes as a provider’s, and is employed by the school that asks: the law asks that she is not. */
  gingerbread(story) {
    story.tell('2024-02-12T09:05Z', FUNDER, 'ProviderRegistered', GINGERBREAD, {
      name: 'Gingerbread Careers',
      legalForm: 'company',
      services: ['personal-guidance'],
      clientGroups: ['young-people'],
      area: AREA,
    });
    story.awarded('2024-03-19T09:30Z', GINGERBREAD, 'M-2013', '2024-03-15', '2027-03-14');
    story.tell('2025-10-06T09:00Z', PROFESSION, 'AdviserRegistered', IN_BOTH_HOUSES, {});
    story.tell('2025-10-06T09:05Z', DIPLOMAS, 'QualificationAwarded', IN_BOTH_HOUSES, {
      qualification: 'l6-dcgd',
      awardedOn: '2016-07-08',
      certificate: 'C-0019',
    });
    story.employs('2025-10-06T09:10Z', BEANSTALK, IN_BOTH_HOUSES, '2025-10-01');
    story.tell('2026-01-12T09:10Z', PROFESSION, 'EngagementStarted', IN_BOTH_HOUSES, {
      provider: GINGERBREAD,
      from: '2026-01-12',
      basis: 'contracted',
    });
  },

  /** A body that changed: another one took over, and corrected years later what the former had posted. */
  certificates(story) {
    story.tell('2018-10-15T09:00Z', PROFESSION, 'AdviserRegistered', AWARDED_BY_CERTIFICATES, {});
    const award = {
      qualification: 'qcg',
      awardedOn: '2006-07-07',
      certificate: 'C-0020',
    };
    const awarded = story.tell(
      '2018-10-15T09:05Z',
      CERTIFICATES,
      'QualificationAwarded',
      AWARDED_BY_CERTIFICATES,
      { ...award, awardedOn: '2016-07-07' },
    );
    story.tell('2024-02-12T09:20Z', PROFESSION, 'EngagementStarted', AWARDED_BY_CERTIFICATES, {
      provider: GINGERBREAD,
      from: '2024-02-12',
      basis: 'employed',
    });
    story.tell('2026-06-22T10:00Z', DIPLOMAS, 'EventCorrected', AWARDED_BY_CERTIFICATES, {
      event: awarded,
      data: award,
      kind: 'clerical',
      reason: 'typing-mistake',
    });
  },
};
