import type { AdviserAnswer } from '@app/domain/evaluation/v1/adviser-answer';
import { ADVISER_KEY, CODE, DAY } from '@app/domain/values/keys';
import { IsOptional, IsString, Matches } from 'class-validator';
import { Type, type Static } from 'typebox';
import { EXAMPLE_ADVISER } from '../openapi/example-history';
import { one, type Operations, type Shapes } from '../openapi/operation';
import { said } from '../request/rules';
import { AsKnown } from '../request/shared-questions';
import { answerShape, DAYS, type Is } from '../response/shapes';
import { ANSWER_WARNING, ELIGIBILITY, GROUNDS, REQUIREMENT_OF_ANSWER } from './eligibility';

/** Whether an adviser is qualified for a purpose of a policy. */
export class StandingQuestion extends AsKnown {
  @Matches(...said(CODE)) readonly purpose!: string;
  @IsOptional() @IsString() readonly on?: string;
  @IsOptional() @IsString() readonly from?: string;
  @IsOptional() @IsString() readonly until?: string;
  @IsOptional() @Matches(...said(CODE)) readonly policy?: string;
}

export const STANDING = answerShape(
  {
    adviser: ADVISER_KEY,
    purpose: CODE,
    from: DAY,
    until: DAY,
    knownAt: ELIGIBILITY.properties.knownAt,
    policy: ELIGIBILITY.properties.policy,
    evaluator: ELIGIBILITY.properties.evaluator,
    outcome: ELIGIBILITY.properties.outcome,
    eligibleUntil: ELIGIBILITY.properties.eligibleUntil,
    covered: DAYS,
    gaps: REQUIREMENT_OF_ANSWER.properties.gaps,
    uncertain: REQUIREMENT_OF_ANSWER.properties.uncertain,
    grounds: GROUNDS,
    warnings: Type.Array(ANSWER_WARNING),
  },
  'The days on which an adviser holds a qualification that a policy accepts for a purpose, and is not sanctioned',
);

export const ADVISER_ELIGIBILITY_OPERATIONS: Operations = {
  'GET /v1/advisers/{key}/eligibility': {
    operationId: 'askStanding',
    tag: 'Questions',
    summary: 'Is this adviser qualified, for this purpose, on these days?',
    description:
      'The days on which the adviser holds a qualification that the policy accepts for the purpose, and is not sanctioned, and why not on the others. Days of which the policy says nothing count for the `outcome` as in the main answer. It says nothing of who engages the adviser.',
    answers: { 200: { description: 'The answer, and why', content: one('Standing') } },
    codes: ['unknown-adviser', 'unknown-policy', 'no-day-opened'],
    parameters: { purpose: { description: 'For which purpose of the policy', example: 'personal-guidance' } },
    examples: [
      {
        name: 'standing',
        summary: 'Qualified on that day',
        address: `/v1/advisers/${EXAMPLE_ADVISER}/eligibility?purpose=personal-guidance&on=2026-09-01`,
      },
    ],
  },
};

export const ADVISER_ELIGIBILITY_SHAPES: Shapes = { Standing: STANDING };

/** Holds at compile time that the shapes here are those that the code answers with. */
export type StandingAnswers = [Is<AdviserAnswer, Static<typeof STANDING>>];
