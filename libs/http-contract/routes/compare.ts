import { CODE, DAY, PROVIDER_KEY } from '@app/domain/values/keys';
import { IsOptional, IsString, Matches } from 'class-validator';
import { Type } from 'typebox';
import { one, type Operations, type Shapes } from '../openapi/operation';
import { IsLimit, said } from '../request/rules';
import { AtLeast } from '../request/shared-questions';
import { CHANGED_FROM, LOOKED, NOT_REGISTERED, UNDER_POLICY } from '../response/difference';
import { answerShape, KNOWN_AT, orNull, POSITION } from '../response/shapes';
import { ELIGIBILITY } from './eligibility';

/** Two moments to compare; `page` is the `next` of the page before. */
export class CompareQuestion extends AtLeast {
  @IsString({ message: 'before is a position, such as 4182 or 4182-1a2b3c4d, or an RFC 3339 instant' })
  readonly before!: string;
  @IsOptional() @IsString() readonly after?: string;
  @IsOptional() @Matches(...said(CODE)) readonly setting?: string;
  @IsOptional() @IsString() readonly on?: string;
  @IsOptional() @Matches(...said(CODE)) readonly policy?: string;
  @IsOptional() @IsLimit(100) readonly limit?: string;
  @IsOptional() @Matches(...said(PROVIDER_KEY)) readonly provider?: string;
  @IsOptional() @Matches(...said(PROVIDER_KEY)) readonly page?: string;
}

export const COMPARISON = answerShape(
  {
    knownAt: answerShape({ before: KNOWN_AT, after: KNOWN_AT }, 'The two moments of knowledge'),
    policy: UNDER_POLICY,
    evaluator: ELIGIBILITY.properties.evaluator,
    on: DAY,
    settings: Type.Array(CODE),
    providers: Type.Array(
      answerShape(
        {
          provider: ELIGIBILITY.properties.provider,
          setting: CODE,
          from: CHANGED_FROM,
          before: orNull(LOOKED),
          after: orNull(LOOKED),
          because: Type.Array(POSITION, {
            description: 'Positions of the events between that bear on it, ascending',
          }),
        },
        `An answer about the day \`on\` that differs; ${NOT_REGISTERED}`,
      ),
    ),
    next: Type.Union([Type.String(), Type.Null()], {
      description: 'Give it as `page` for the next page; null on the last one',
    }),
  },
  'Whose answers differ between two moments of knowledge, and which events did it',
);

export const COMPARE_OPERATIONS: Operations = {
  'GET /v1/compare': {
    operationId: 'compare',
    tag: 'Questions',
    summary: 'Whose answers differ between two moments, and which events did it?',
    description:
      'Between two moments of knowledge and under one policy, which the answer names, each provider whose answer about some day from `on` on differs, in each setting in which it does, by key: the first such day, what is said of `on` before and after, and the events between that bear on it. The same day is looked at on both sides, so that the passing of days changes nothing. Who is not registered is not eligible on any day. An answer differs where its outcome does: a no for other reasons is still a no, and is not listed. A key that found a provider before and finds another after, or none, is listed by itself. With `provider` only the answers of that one are looked at, by whichever of its keys.',
    answers: {
      200: { description: 'A page of the providers whose answers differ', content: one('Comparison') },
    },
    codes: ['unknown-policy', 'unknown-provider', 'no-day-opened', 'too-large'],
    parameters: {
      before: {
        description:
          'The earlier moment of knowledge: a position, with or without the digits that say of which log, or an instant, as `knownAt`',
        example: '13',
      },
      provider: { description: 'The key of a provider: only its answers are compared' },
      page: { description: 'The `next` of the page before', example: 'ukprn:10000001' },
      after: { description: 'The later moment of knowledge, likewise; the head unless given', example: '17' },
      setting: {
        description: 'In which setting of the policy; in all of them unless given',
        example: 'school-commissioned',
      },
      on: {
        description:
          'The day from which answers are looked at; today, as the later moment has it, unless given',
        example: '2026-09-01',
      },
      limit: { description: 'At most so many providers, up to 100; 100 unless given', example: '100' },
    },
    examples: [
      {
        name: 'compare',
        summary: 'What the batch changed',
        address: '/v1/compare?before=13&after=17&setting=publicly-funded',
      },
    ],
  },
};

export const COMPARE_SHAPES: Shapes = { Comparison: COMPARISON };
