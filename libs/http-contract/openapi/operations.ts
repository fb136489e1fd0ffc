import { PROBLEM } from '../problem/problem-shape';
import { EFFECTS } from '../response/effects';
import { INSTANT, KNOWN_AT, POSITION, REASON, RUN } from '../response/shapes';
import { ACCESS_OPERATIONS, ACCESS_SHAPES } from '../routes/access';
import { ADVISER_ELIGIBILITY_OPERATIONS, ADVISER_ELIGIBILITY_SHAPES } from '../routes/adviser-eligibility';
import { ADVISER_MINTING_OPERATIONS, ADVISER_OPERATIONS, ADVISER_SHAPES } from '../routes/advisers';
import { AS_IF_ENGAGED_OPERATIONS, AS_IF_ENGAGED_SHAPES } from '../routes/as-if-engaged';
import { BODY_OPERATIONS, BODY_SHAPES } from '../routes/bodies';
import { COMPARE_OPERATIONS, COMPARE_SHAPES } from '../routes/compare';
import { ELIGIBILITY_OPERATIONS, ELIGIBILITY_SHAPES } from '../routes/eligibility';
import { EVENT_POSTING_OPERATIONS, EVENT_READING_OPERATIONS, EVENT_SHAPES } from '../routes/events';
import { HEALTH_OPERATIONS, HEALTH_SHAPES } from '../routes/health';
import { KEY_ISSUING_OPERATIONS, KEY_LISTING_OPERATIONS, KEY_SHAPES } from '../routes/keys';
import { LOG_OPERATIONS } from '../routes/log';
import { MANY_QUESTIONS_OPERATIONS, MANY_QUESTIONS_SHAPES } from '../routes/many-questions';
import { PAGE_OPERATIONS, PAGE_SHAPES } from '../routes/pages';
import { PERSON_OPERATIONS, PERSON_SHAPES } from '../routes/persons';
import { POLICY_OPERATIONS, POLICY_SHAPES } from '../routes/policies';
import { PROOF_OPERATIONS } from '../routes/proofs';
import { PROVIDER_OPERATIONS, PROVIDER_SHAPES } from '../routes/providers';
import { SUBMISSION_OPERATIONS, SUBMISSION_SHAPES } from '../routes/submissions';
import { SUCCESSION_OPERATIONS, SUCCESSION_SHAPES } from '../routes/succession';
import { TABLE_OPERATIONS, TABLE_SHAPES } from '../routes/tables';
import type { Operations, Shapes } from './operation';

/** Every operation of the register, by its method and path, in the order in which the document shows them. */
export const OPERATIONS: Operations = {
  ...ELIGIBILITY_OPERATIONS,
  ...AS_IF_ENGAGED_OPERATIONS,
  ...MANY_QUESTIONS_OPERATIONS,
  ...ADVISER_ELIGIBILITY_OPERATIONS,
  ...SUCCESSION_OPERATIONS,
  ...COMPARE_OPERATIONS,
  ...PROVIDER_OPERATIONS,
  ...ADVISER_OPERATIONS,
  ...EVENT_POSTING_OPERATIONS,
  ...TABLE_OPERATIONS,
  ...EVENT_READING_OPERATIONS,
  ...SUBMISSION_OPERATIONS,
  ...LOG_OPERATIONS,
  ...PROOF_OPERATIONS,
  ...POLICY_OPERATIONS,
  ...BODY_OPERATIONS,
  ...KEY_LISTING_OPERATIONS,
  ...ACCESS_OPERATIONS,
  ...KEY_ISSUING_OPERATIONS,
  ...ADVISER_MINTING_OPERATIONS,
  ...PERSON_OPERATIONS,
  ...HEALTH_OPERATIONS,
  ...PAGE_OPERATIONS,
};

/** The shapes of what is asked and answered. */
export const SHAPES: Shapes = {
  Position: POSITION,
  Instant: INSTANT,
  Days: RUN,
  Reason: REASON,
  KnownAt: KNOWN_AT,
  Effects: EFFECTS,
  Problem: PROBLEM,
  ...ELIGIBILITY_SHAPES,
  ...AS_IF_ENGAGED_SHAPES,
  ...MANY_QUESTIONS_SHAPES,
  ...ADVISER_ELIGIBILITY_SHAPES,
  ...SUCCESSION_SHAPES,
  ...COMPARE_SHAPES,
  ...PROVIDER_SHAPES,
  ...ADVISER_SHAPES,
  ...EVENT_SHAPES,
  ...TABLE_SHAPES,
  ...SUBMISSION_SHAPES,
  ...POLICY_SHAPES,
  ...BODY_SHAPES,
  ...KEY_SHAPES,
  ...ACCESS_SHAPES,
  ...PERSON_SHAPES,
  ...HEALTH_SHAPES,
  ...PAGE_SHAPES,
};
