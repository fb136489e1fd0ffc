import type { AsOf } from '@app/application/reading/records';
import { POLICY } from '@app/domain/subjects/policy-document';
import { CODE, DAY } from '@app/domain/values/keys';
import type { PolicyRecord } from '@app/read-model/records/records';
import { Matches } from 'class-validator';
import { Type, type Static } from 'typebox';
import { JSON_TYPE } from '../media-types';
import { one, type Operations, type Shapes } from '../openapi/operation';
import { said } from '../request/rules';
import { CHANGED, LOOKED, SETTING_SUMMARY } from '../response/difference';
import { answerShape, requestShape, DAYS, KNOWN_AT, orNull, POSITION, type Is } from '../response/shapes';
import { ELIGIBILITY } from './eligibility';

export class PolicyPath {
  @Matches(...said(CODE)) readonly id!: string;
}

export const POLICY_RECORD = answerShape(
  {
    id: CODE,
    editions: Type.Array(
      answerShape(
        {
          edition: Type.Integer({ minimum: 1 }),
          position: POSITION,
          effectiveFrom: DAY,
          digest: Type.String(),
          days: DAYS,
          policy: POLICY,
        },
        'An edition that stands, and the days that it decides',
      ),
    ),
    knownAt: KNOWN_AT,
  },
  'The editions of a policy that stand, in log order',
);

const { knownAt: _knownAt, ...policyAlone } = POLICY_RECORD.properties;

export const POLICIES = answerShape(
  { policies: Type.Array(answerShape(policyAlone, 'A policy')), knownAt: KNOWN_AT },
  'Every policy, with its editions that stand',
);

export const DRAFT_EDITION = requestShape(
  {
    policy: CODE,
    edition: Type.Optional(
      Type.Integer({ minimum: 1, description: 'Its number; the next one unless given' }),
    ),
    effectiveFrom: DAY,
    document: POLICY,
  },
  'An edition that no one has published yet: the id of its policy, and its document',
);

const ONE_DAY = answerShape(
  {
    on: DAY,
    summary: Type.Array(
      answerShape(
        {
          ...SETTING_SUMMARY,
          otherwise: Type.Integer({
            minimum: 0,
            description: 'Depend on a dispute on one side, or the policy says nothing of the day on one side',
          }),
        },
        'How many providers’ outcome changes in a setting, and how',
      ),
    ),
    changed: CHANGED,
    providers: Type.Array(
      answerShape(
        {
          provider: ELIGIBILITY.properties.provider,
          setting: CODE,
          before: orNull(LOOKED),
          after: orNull(LOOKED),
        },
        'A provider whose outcome would change',
      ),
      { description: 'The first 1,000 by key' },
    ),
  },
  'Whose outcome on one day would change',
);

export const IMPACT = answerShape(
  {
    policy: answerShape(
      {
        id: CODE,
        edition: Type.Integer({ minimum: 1 }),
        effectiveFrom: DAY,
        digest: Type.String({
          description: '`sha256:` and the SHA-256 of the RFC 8785 form of the document',
        }),
      },
      'The draft, as it would be published',
    ),
    knownAt: KNOWN_AT,
    evaluator: ELIGIBILITY.properties.evaluator,
    today: ONE_DAY,
    endOfSchoolYear: ONE_DAY,
  },
  'What a draft edition would change, today and on 31 August of this school year',
);

export const POLICY_OPERATIONS: Operations = {
  'GET /v1/policies': {
    operationId: 'listPolicies',
    tag: 'Policies',
    summary: 'All policies',
    description: 'Every policy of which an edition stands, as known at a moment, with the documents.',
    answers: { 200: { description: 'The policies', content: one('Policies') } },
    examples: [{ name: 'policies', summary: 'All policies', address: '/v1/policies' }],
  },
  'GET /v1/policies/{id}': {
    operationId: 'readPolicy',
    tag: 'Policies',
    summary: 'One policy',
    description: 'The editions of a policy, the days that each decides, and what each asks in which setting.',
    answers: { 200: { description: 'The policy', content: one('PolicyRecord') } },
    codes: ['unknown-policy'],
    parameters: { id: { description: 'The id of a policy', example: 'cmqa-2017' } },
    examples: [{ name: 'policy', summary: 'The built-in policy', address: '/v1/policies/cmqa-2017' }],
  },
  'POST /v1/policies/impact': {
    operationId: 'findImpact',
    tag: 'Policies',
    summary: 'What would a draft edition change?',
    description:
      'Whose outcome would be another, today and on the last day of the school year, were this edition published now: counted by setting, and the first 1,000 by key. It speaks of answers under the policy of the draft, which it names; those under others do not change. The draft is checked as its publication would be, and nothing is written.',
    body: { [JSON_TYPE]: { one: 'DraftEdition' } },
    answers: { 200: { description: 'What it would change', content: one('Impact') } },
    codes: ['invalid-event', 'edition-exists', 'no-day-opened', 'too-large'],
    examples: [
      {
        name: 'impact',
        summary: 'A draft that asks nothing but another standard, from the next year on',
        address: '/v1/policies/impact',
        body: {
          type: JSON_TYPE,
          value: {
            policy: 'cmqa-2017',
            effectiveFrom: '2027-01-01',
            document: {
              title: 'An example',
              strength: 'proposal',
              purposes: {},
              settings: {
                'publicly-funded': [
                  {
                    id: 'accredited',
                    of: 'provider',
                    binding: 'must',
                    test: { accredited: 'another-standard' },
                  },
                ],
              },
            },
          },
        },
      },
    ],
  },
};

export const POLICY_SHAPES: Shapes = {
  PolicyRecord: POLICY_RECORD,
  Policies: POLICIES,
  DraftEdition: DRAFT_EDITION,
  Impact: IMPACT,
};

/** Holds at compile time that the shapes here are those that the code answers with. */
export type PolicyAnswers = [Is<AsOf<PolicyRecord>, Static<typeof POLICY_RECORD>>];
