import type { Proposal } from '@app/domain/succession/proposal';
import { CODE, DAY, PROVIDER_KEY } from '@app/domain/values/keys';
import { described } from '@app/domain/values/meaning';
import { IsOptional, Matches } from 'class-validator';
import { Type, type Static } from 'typebox';
import { EXAMPLE_PROVIDER, EXAMPLE_SOLE_TRADER } from '../openapi/example-history';
import { one, type Operations, type Shapes } from '../openapi/operation';
import { said } from '../request/rules';
import { AsKnown } from '../request/shared-questions';
import { answerShape, POSITION, type Is } from '../response/shapes';
import { STEP } from './eligibility';

/** What to post for whoever took the place of a provider; `to` where several did. */
export class SuccessionQuestion extends AsKnown {
  @IsOptional() @Matches(...said(PROVIDER_KEY)) readonly to?: string;
}

const LEFT_OUT = described(
  CODE,
  'Why it is not proposed: `there-already`, the successor has the same on that day; `no-school`, it is a school’s and the successor is none; or the code with which it would be refused, such as `overlapping-award`.',
);

export const SUCCESSION = answerShape(
  {
    from: PROVIDER_KEY,
    to: PROVIDER_KEY,
    on: DAY,
    events: Type.Array(
      answerShape(
        { ...STEP.properties, data: Type.Object({}, { description: 'Complete' }) },
        'An event to post, and every body that may post it, or else the registrar',
      ),
      { description: 'Accepted in this order, once each is posted by one of the bodies in its `by`' },
    ),
    leftOut: Type.Array(
      answerShape({ position: POSITION, reason: LEFT_OUT }, 'A grant of that day that is not proposed'),
    ),
  },
  'What to post for a provider that took the place of another: `from` has closed after `on`, and `to` is there since',
);

export const SUCCESSION_OPERATIONS: Operations = {
  'GET /v1/providers/{key}/succession': {
    operationId: 'proposeSuccession',
    tag: 'Questions',
    summary: 'What has to be posted for whoever took the place of this provider?',
    description:
      'Nothing passes to a successor by itself. This proposes events for what the provider had on the day after its last one: advisers, awards, commissions, careers leaders, programmes and contracts, each from that day on and for as long as it would have held. Nothing is written: whoever may post an event decides whether it is true.',
    answers: { 200: { description: 'The proposal', content: one('Succession') } },
    codes: ['unknown-provider', 'not-found', 'too-large'],
    parameters: {
      to: {
        description: 'Which of those that took its place; needed where there are several',
        example: EXAMPLE_SOLE_TRADER,
      },
    },
    examples: [
      {
        name: 'succession',
        summary: 'What its successor needs',
        address: `/v1/providers/${EXAMPLE_PROVIDER}/succession`,
      },
      {
        name: 'no-succession',
        summary: 'Nobody took its place',
        address: `/v1/providers/${EXAMPLE_SOLE_TRADER}/succession`,
      },
    ],
  },
};

export const SUCCESSION_SHAPES: Shapes = { Succession: SUCCESSION };

/** Holds at compile time that the shapes here are those that the code answers with. */
export type SuccessionAnswers = [
  Is<Proposal, Static<typeof SUCCESSION> & Pick<Proposal, 'events' | 'leftOut'>>,
];
