import type { AnsweredAsIfEngaged } from '@app/application/asking/ask-as-if-engaged';
import { ADVISER_KEY } from '@app/domain/values/keys';
import { Type, type Static } from 'typebox';
import { EXAMPLE_ADVISER, EXAMPLE_PROVIDER } from '../openapi/example-history';
import { one, type Operations, type Shapes } from '../openapi/operation';
import { answerShape, type Is } from '../response/shapes';
import { ELIGIBILITY } from './eligibility';

export const AS_IF_ENGAGED = answerShape(
  {
    asIfEngaged: Type.Array(ADVISER_KEY, {
      description: 'Those of whom it is supposed, and not said, that the provider engages them',
    }),
    answers: Type.Array(ELIGIBILITY, {
      description:
        'What each policy asks, in the order of the question’s own answers, of which `outcome` is none: there each of these advisers has to be engaged',
    }),
  },
  'What policies ask of whoever is named, apart from what the register asks itself',
);

export const AS_IF_ENGAGED_OPERATIONS: Operations = {
  'GET /v1/providers/{key}/eligibility/as-if-engaged': {
    operationId: 'askAsIfEngaged',
    tag: 'Questions',
    summary: 'What would each policy say if every adviser who is named were engaged?',
    description:
      'That an adviser who is named is engaged the register asks itself, and the answer to the question gives it as the reason before all others. Pages and the command line tell by this what the law or guidance asks of her, and beside it that she is not engaged. It is no answer to whether the provider may: ask `/eligibility` for that.',
    answers: { 200: { description: 'What each policy asks', content: one('AsIfEngaged') } },
    codes: ['unknown-provider', 'unknown-adviser', 'unknown-policy', 'no-day-opened', 'too-large'],
    examples: [
      {
        name: 'as-if-engaged',
        summary: 'Of an adviser who was not engaged yet',
        address: `/v1/providers/${EXAMPLE_PROVIDER}/eligibility/as-if-engaged?setting=school-commissioned&on=2024-03-01&adviser=${EXAMPLE_ADVISER}&policy=all`,
      },
    ],
  },
};

export const AS_IF_ENGAGED_SHAPES: Shapes = { AsIfEngaged: AS_IF_ENGAGED };

/** Holds at compile time that the shapes here are those that the code answers with. */
export type AnswersAsIfEngaged = [
  Is<AnsweredAsIfEngaged, Static<typeof AS_IF_ENGAGED> & Pick<AnsweredAsIfEngaged, 'answers'>>,
];
