import type { Answer } from '@app/domain/evaluation/v1/answer-shape';
import { ENVELOPE } from '@app/domain/log/envelope';
import { REQUIREMENT as ASKED, POLICY } from '@app/domain/subjects/policy-document';
import { ADVISER_KEY, ANY_KEY, BODY_KEY, CODE, DAY, NAME, PROVIDER_KEY } from '@app/domain/values/keys';
import type { AskedPolicies } from '@app/domain/subjects/policy';
import { choice } from '@app/domain/values/meaning';
import { ANSWER_WARNINGS } from '@app/domain/values/warning';
import type { SeveralVerdicts, Verdict } from '@app/read-model/answers/answer-cache';
import { ArrayMaxSize, IsOptional, IsString, Matches } from 'class-validator';
import { Type, type Static } from 'typebox';
import { EXAMPLE_PROVIDER } from '../openapi/example-history';
import { JOSE } from '../media-types';
import { one, type Operations, type Shapes } from '../openapi/operation';
import {
  IsTrueOrFalse,
  MOST_ADVISERS,
  MOST_POLICIES,
  said,
  TOO_MANY_ADVISERS,
  TOO_MANY_POLICIES,
} from '../request/rules';
import { AsKnown } from '../request/shared-questions';
import {
  answerShape,
  DAYS,
  EVIDENCE,
  INSTANT,
  KNOWN_AT,
  orNull,
  POSITION,
  REASON,
  RUN,
  type Is,
} from '../response/shapes';

/** One question about a provider, under one policy or several. */
export class ProviderQuestion extends AsKnown {
  @Matches(...said(CODE)) readonly setting!: string;
  @IsOptional() @IsString() readonly on?: string;
  @IsOptional() @IsString() readonly from?: string;
  @IsOptional() @IsString() readonly until?: string;
  @IsOptional()
  @Matches(said(ADVISER_KEY)[0], { ...said(ADVISER_KEY)[1], each: true })
  @ArrayMaxSize(MOST_ADVISERS, { message: TOO_MANY_ADVISERS })
  readonly adviser?: string[];
  @IsOptional() @Matches(...said(PROVIDER_KEY)) readonly school?: string;
  @IsOptional()
  @Matches(said(CODE)[0], { ...said(CODE)[1], each: true })
  @ArrayMaxSize(MOST_POLICIES, { message: TOO_MANY_POLICIES })
  readonly policy?: string[];
}

export class EligibilityQuestion extends ProviderQuestion {
  @IsOptional() @IsTrueOrFalse() readonly route?: string;
}

/** Under which policies an address asks: one that stands there once is answered by one answer. */
export function policiesIn(given: readonly string[]): AskedPolicies {
  const [only, ...more] = given;
  return only !== undefined && more.length === 0 ? only : given;
}

const { from, until } = RUN.properties;

const GAP = answerShape(
  {
    from,
    until,
    requirement: Type.String({ description: 'The id of the requirement that fails' }),
    reason: REASON,
    evidence: EVIDENCE,
  },
  'Days that are not covered, for one requirement and one reason',
);

const DOUBT = answerShape(
  { from, until, requirement: Type.String(), evidence: EVIDENCE },
  'Days on which it depends on an open dispute whether a requirement is met; the evidence is the disputed events',
);

const FAILING = Type.Array(
  answerShape({ from, until, reason: REASON }, 'Days on which somebody who takes part fails a requirement'),
);

export const GROUNDS = Type.Array(
  answerShape({ from, until, evidence: EVIDENCE }, 'Days that rest on the same events'),
  {
    description:
      'What a yes rests on: maximal runs with the same evidence, the grants that count on the day with the last extension of each',
  },
);

const { of, binding } = ASKED.properties;

export const REQUIREMENT_OF_ANSWER = answerShape(
  {
    id: Type.String(),
    of,
    binding,
    cites: orNull(Type.String({ description: 'Where the rule comes from' })),
    covered: DAYS,
    gaps: Type.Array(
      answerShape({ from, until, reason: REASON, evidence: EVIDENCE }, 'Days on which the requirement fails'),
    ),
    uncertain: Type.Array(
      answerShape({ from, until, evidence: EVIDENCE }, 'Days on which it depends on a dispute'),
    ),
    grounds: Type.Optional(GROUNDS),
  },
  'What one requirement of the policy says of each day of the window on which it is asked',
);

export const STEP = answerShape(
  {
    type: ENVELOPE.properties.type,
    subject: ANY_KEY,
    data: Type.Object({}, { description: 'Complete, with made-up references and certificates' }),
    by: Type.Array(BODY_KEY, { description: 'Every body that may post it, or else the registrar' }),
  },
  'One event of a route that would make the answer `eligible`',
);

export const ANSWER_WARNING = answerShape(
  {
    code: choice('What is warned of.', ANSWER_WARNINGS),
    evidence: Type.Array(POSITION, { description: 'Positions of the events that it speaks of' }),
  },
  'Something worth knowing that decides nothing',
);

export const ELIGIBILITY = answerShape(
  {
    provider: answerShape(
      { key: PROVIDER_KEY, name: orNull(NAME) },
      'The key registered first, and the name in force; null for a sole trader',
    ),
    setting: CODE,
    from: DAY,
    until: DAY,
    advisers: Type.Array(ADVISER_KEY),
    school: Type.Optional(
      Type.String({
        ...PROVIDER_KEY,
        description: 'The school that asks; absent where the question names none',
      }),
    ),
    knownAt: answerShape(
      { ...KNOWN_AT.properties, recordedAt: INSTANT },
      'The moment of knowledge: the same question at the same position of the same log has the same answer',
    ),
    policy: answerShape(
      {
        id: CODE,
        editions: Type.Array(
          answerShape(
            {
              edition: Type.Integer({ minimum: 1 }),
              digest: Type.String({
                description: '`sha256:` and the SHA-256 of the RFC 8785 form of the policy',
              }),
              strength: POLICY.properties.strength,
            },
            'An edition that decides a day of the window',
          ),
        ),
      },
      'Under which policy this is said',
    ),
    evaluator: Type.String({ description: 'The version of the rules by which the log was read' }),
    outcome: choice('What is answered of the days asked about as a whole.', {
      eligible: 'Every day is covered.',
      'not-eligible': 'Some day is not covered; `gaps` says which, and why.',
      silent:
        'The policy says nothing of some day, and no on none: no edition is in force on it, or the one in force lacks the setting.',
      indeterminate:
        'No day is known not to be covered, and of some it depends on an open dispute; `uncertain` says of which.',
    }),
    eligibleUntil: orNull(DAY),
    covered: DAYS,
    gaps: Type.Array(GAP),
    uncertain: Type.Array(DOUBT),
    requirements: Type.Array(REQUIREMENT_OF_ANSWER),
    engaged: Type.Array(
      answerShape(
        { adviser: ADVISER_KEY, days: DAYS, gaps: FAILING, grounds: GROUNDS },
        'An adviser engaged on a day of the window, where the setting asks anything of advisers',
      ),
    ),
    subcontractors: Type.Array(
      answerShape(
        { provider: PROVIDER_KEY, days: DAYS, gaps: FAILING, grounds: GROUNDS },
        'A provider with a contract under this one’s',
      ),
    ),
    advice: Type.Array(GAP, { description: 'The gaps of `encouraged` requirements, which decide nothing' }),
    warnings: Type.Array(ANSWER_WARNING),
    route: Type.Optional(
      Type.Array(STEP, {
        description:
          'Where asked for (`route=true`), for `not-eligible`: the fewest further events that would make it `eligible`, posted in this order; empty where there are none',
      }),
    ),
  },
  'Whether a provider may deliver guidance in a setting on every day of a window, as known at a moment, under a policy, and why',
);

/** The answer to one of many questions with `brief=true`. */
export const VERDICT = Type.Pick(ELIGIBILITY, ['outcome', 'eligibleUntil'], {
  description:
    'The outcome, and the last day of the run of covered days that holds the first day asked about',
});

/** The answers under several policies. */
export const SEVERAL = answerShape(
  {
    answers: Type.Array(ELIGIBILITY, {
      description:
        'An answer for each policy, each as for that policy alone, by strength (statute, condition of funding, guidance, proposal), then id. A policy that lacks the setting is `silent` on every day',
    }),
  },
  'The answers to one question under several policies',
);

/** As {@link SEVERAL}, to one of many questions with `brief=true`. */
export const SEVERAL_VERDICTS = answerShape(
  {
    answers: Type.Array(
      answerShape(
        { policy: answerShape({ id: CODE }, 'Under which policy this is said'), ...VERDICT.properties },
        'What one policy says',
      ),
    ),
  },
  'The brief answers to one question under several policies',
);

export const ELIGIBILITY_OPERATIONS: Operations = {
  'GET /v1/providers/{key}/eligibility': {
    operationId: 'askEligibility',
    tag: 'Questions',
    summary: 'May this provider deliver guidance, in this setting, on these days?',
    description:
      'The main question. The answer says for each day of the window whether every requirement of the policy is met, why not where not, and which events that is put down to. Where `policy` is given more than once, or is `all`, there is an answer for each policy: `{"answers": […]}`. `Content-Location` is the address of the answer as known at that position of this log. With `Accept: application/jose` the answer is a signed receipt, which proves it without this register.',
    answers: {
      200: {
        description: 'The answer, and why; as a receipt also that nothing is registered under a key',
        content: {
          ...one('AnyEligibility'),
          [JOSE]: { text: 'A receipt: a compact JWS (RFC 7515) of question, answer and checkpoint' },
        },
      },
    },
    codes: ['unknown-provider', 'unknown-adviser', 'unknown-policy', 'no-day-opened', 'too-large'],
    examples: [
      {
        name: 'eligible',
        summary: 'Eligible on every day asked about',
        address: `/v1/providers/${EXAMPLE_PROVIDER}/eligibility?setting=school-commissioned&from=2026-09-01&until=2026-12-18`,
      },
      {
        name: 'not-eligible',
        summary: 'Not on every day, and what would correct it',
        address: `/v1/providers/${EXAMPLE_PROVIDER}/eligibility?setting=school-commissioned&from=2026-09-01&until=2027-07-20&knownAt=17&route=true`,
      },
      {
        name: 'under-several',
        summary:
          'Under every policy: what the law, the conditions of funding, the guidance and the proposals ask',
        address: `/v1/providers/${EXAMPLE_PROVIDER}/eligibility?setting=school-commissioned&from=2026-09-01&until=2027-07-20&policy=all`,
      },
      {
        name: 'unknown-parameter',
        summary: 'A parameter that does not exist',
        address: `/v1/providers/${EXAMPLE_PROVIDER}/eligibility?setting=school-commissioned&form=2026-09-01`,
      },
    ],
  },
};

export const ELIGIBILITY_SHAPES: Shapes = {
  Eligibility: ELIGIBILITY,
  Verdict: VERDICT,
  EligibilityUnderSeveral: SEVERAL,
  VerdictsUnderSeveral: SEVERAL_VERDICTS,
  AnyEligibility: Type.Union([ELIGIBILITY, SEVERAL], {
    description: 'The answer, or an answer for each policy where several are asked',
  }),
};

/** Holds at compile time that the shapes here are those that the code answers with. */
export type EligibilityAnswers = [
  Is<Answer, Static<typeof ELIGIBILITY> & Pick<Answer, 'route'>>,
  Is<Verdict, Static<typeof VERDICT>>,
  Is<SeveralVerdicts, Static<typeof SEVERAL_VERDICTS>>,
];
