/**
 * The warnings of a posting that is taken, and what they mean to those who post (specification, section 3,
 * “Warnings”). A warning refuses nothing.
 */
export const POSTING_WARNINGS = {
  retracted:
    'This event was posted before under the same id and has been retracted since, so it does not stand, and posting it again does not bring it back: use a new id, or retract the retraction.',
  'dispute-upheld':
    'This event was posted before under the same id and a dispute of it has been upheld since, so it does not stand, and posting it again does not bring it back: use a new id for what is right.',
  'certificate-of-another':
    'An award or a claim of another adviser gives the same certificate: check the number, or post `AdviserMerged` where the two are one person.',
  'unusual-reference':
    'The reference or certificate has not the form that such ones have as a rule: check it. It stands as it was posted.',
  'unknown-standard':
    'The register does not know this standard, and no edition of any policy asks for it, so it opens nothing: check it for a typing mistake.',
  'unknown-qualification':
    'The register does not know this qualification, and no edition of any policy accepts it, so it opens nothing: check it for a typing mistake.',
  'unknown-register':
    'The register does not know this professional register, and no edition of any policy asks for it, so it opens nothing: check it for a typing mistake.',
  'future-date':
    'The day on which this is said to have happened is after today: check the day, the month and the year.',
  'decided-before-lodged':
    'The decision is dated before the day on which the appeal was lodged: check both days.',
} as const;

/** The warnings of the retraction of a load. */
export const LOAD_WARNINGS = {
  restored:
    'Some events of the load stand again, because their retraction was itself retracted; they are left so. To retract them anew, give another reason.',
  'nothing-posted':
    'The body posted nothing from this source that the request could retract: check the source, the types and the moments.',
} as const;

/** The warnings of an answer. They decide nothing. */
export const ANSWER_WARNINGS = {
  'improvement-check-missed':
    'An improvement check of an accreditation that the answer rests on was missed, and no later one was completed. The evidence is the missed check.',
  'appeal-undecided':
    'An appeal that bears on the days asked about is not decided yet; once it is, the answer may change. The evidence is the event appealed against and the lodging.',
  'provider-succeeded':
    'The provider has closed on a day asked about, and another one has taken its place: ask about that one too, for nothing passes to it by itself. The evidence is the merger or succession.',
  'school-not-named':
    'The policy asks for advisers who are independent of the school that asks, and the question names no school, so none of them was checked: name it (`school`).',
} as const;

export type PostingWarning = keyof typeof POSTING_WARNINGS;
export type LoadWarning = keyof typeof LOAD_WARNINGS;
export type AnswerWarning = keyof typeof ANSWER_WARNINGS;
