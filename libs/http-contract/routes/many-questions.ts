import { ADVISER_KEY, CODE, DAY, PROVIDER_KEY } from '@app/domain/values/keys';
import { DAY_FORMS, type DayForm } from '@app/tables/days';
import { ArrayMaxSize, IsIn, IsOptional, Matches } from 'class-validator';
import { Type } from 'typebox';
import { CSV, JSON_TYPE, NDJSON } from '../media-types';
import { EXAMPLE_PROVIDER } from '../openapi/example-history';
import type { Operations, Shapes } from '../openapi/operation';
import { PROBLEM } from '../problem/problem-shape';
import {
  DATES_SAID,
  IGNORE,
  IGNORE_SAID,
  IsTrueOrFalse,
  MAP,
  MAP_SAID,
  MOST_ADVISERS,
  MOST_POLICIES,
  said,
  TOO_MANY_POLICIES,
} from '../request/rules';
import { AtLeast } from '../request/shared-questions';
import { requestShape } from '../response/shapes';
import { ELIGIBILITY, SEVERAL, SEVERAL_VERDICTS, VERDICT } from './eligibility';

export class ManyQuestions extends AtLeast {
  @IsOptional() @IsTrueOrFalse() readonly brief?: string;
  @IsOptional() @IsTrueOrFalse() readonly route?: string;
  @IsOptional() @Matches(MAP, { message: MAP_SAID, each: true }) readonly map?: string[];
  @IsOptional() @Matches(IGNORE, { message: IGNORE_SAID, each: true }) readonly ignore?: string[];
  @IsOptional() @IsIn(DAY_FORMS, { message: DATES_SAID }) readonly dates?: DayForm;
  @IsOptional()
  @Matches(said(CODE)[0], { ...said(CODE)[1], each: true })
  @ArrayMaxSize(MOST_POLICIES, { message: TOO_MANY_POLICIES })
  readonly policy?: string[];
}

/** Each answer to many questions, in order. */
export const ONE_OF_MANY = Type.Union([ELIGIBILITY, VERDICT, SEVERAL, SEVERAL_VERDICTS, PROBLEM], {
  description: 'The answer to one question: whole, or brief where asked for so, or why there is none',
});

export const MANY_ANSWERS = Type.Array(ONE_OF_MANY, {
  description: 'An answer for each question, in order; a problem stands in its answer’s place',
});

export const QUESTION = requestShape(
  {
    provider: PROVIDER_KEY,
    setting: CODE,
    on: Type.Optional(DAY),
    from: Type.Optional(DAY),
    until: Type.Optional(DAY),
    advisers: Type.Optional(Type.Array(ADVISER_KEY, { maxItems: MOST_ADVISERS })),
    knownAt: Type.Optional(
      Type.String({
        description:
          'A position, alone or with `-` and the digits that say of which log (`4182-1a2b3c4d`), or an RFC 3339 instant; the head of the log unless given',
      }),
    ),
    school: Type.Optional(PROVIDER_KEY),
    policy: Type.Optional(
      Type.Union([CODE, Type.Array(CODE, { minItems: 1, maxItems: MOST_POLICIES })], {
        description:
          'Under which policy; the operator’s own unless given. A list, or `all`: an answer for each, `{"answers": […]}`',
      }),
    ),
  },
  'One question: `on`, or both `from` and `until`, else today',
);

export const QUESTIONS = Type.Array(QUESTION, {
  description: 'Questions, answered in order, those without `knownAt` all at one position',
});

export const MANY_QUESTIONS_OPERATIONS: Operations = {
  'POST /v1/eligibility': {
    operationId: 'askMany',
    tag: 'Questions',
    summary: 'The same, of many at once',
    description:
      'Questions as a JSON array or as lines, answered in order and streamed. Those without `knownAt` are all answered at one position. A question that cannot be answered has a problem in its answer’s place.',
    body: {
      [JSON_TYPE]: { one: 'Questions' },
      [NDJSON]: { lines: ['Question'] },
      [CSV]: {
        text: 'A table with a question in each row: columns `provider` and `setting`, and any of `on`, `from`, `until`, `advisers` (separated by `;`), `school`, `knownAt` and `policy` (one id), or others that are mapped to them. All columns come back with the answers beside them. A column whose name is that of a field but for case, blanks, `_` and `-`, or its singular, refuses the table (`malformed`) unless it is mapped or left out (`ignore`); a row that says something else than `map` or `policy` says of all is not answered, and none is from a day on that can only have the month first',
      },
    },
    answers: {
      200: {
        description:
          'The answers, in the form in which the questions came unless `Accept` asks for the other',
        content: {
          [JSON_TYPE]: { one: 'ManyAnswers' },
          [NDJSON]: { lines: ['OneOfMany'] },
          [CSV]: {
            text: 'The table as it was sent, and beside each row `outcome`, `eligibleUntil`, the first gap (`gapFrom`, `gapUntil`, `requirement`, `reason`), all `gaps` (`from/until requirement reason`, `; ` between), `registeredName`, `knownAtPosition`, and `problem` where there is no answer. With `brief` only `outcome`, `eligibleUntil` and `problem`. Where `policy` is given more than once, or is `all`, each of these columns stands there once for each policy, as `outcome.england-statute`, and is empty where no edition of that policy stands at the `knownAt` of the row. They replace those of before where all stand at the end; a column of yours of the same name keeps its place and is called `outcome (yours)`',
          },
        },
      },
    },
    parameters: {
      brief: { description: '`true`: outcome and `eligibleUntil` only' },
      policy: {
        description:
          'Of a table: under which policy the rows are asked that name none; the operator’s own unless given. Under several, once for each, or `all` for every policy of which an edition stands at the head when the request comes: then no row names one. Questions in JSON name their own',
        example: 'cmqa-2017',
      },
    },
    examples: [
      {
        name: 'many',
        summary: 'Two questions, one of which has no answer',
        address: '/v1/eligibility',
        body: {
          type: JSON_TYPE,
          value: [
            { provider: EXAMPLE_PROVIDER, setting: 'publicly-funded', on: '2026-09-01' },
            { provider: 'ukprn:10000002', setting: 'publicly-funded', on: '2026-09-01' },
          ],
        },
      },
      {
        name: 'many-lines',
        summary: 'Lines, answered briefly',
        address: '/v1/eligibility?brief=true',
        body: {
          type: NDJSON,
          lines: [
            { provider: EXAMPLE_PROVIDER, setting: 'school-commissioned', on: '2026-09-01' },
            { provider: EXAMPLE_PROVIDER, setting: 'school-commissioned', on: '2027-09-01' },
          ],
        },
      },
      {
        name: 'many-under-several',
        summary: 'Under two policies, answered briefly',
        address: '/v1/eligibility?brief=true',
        body: {
          type: JSON_TYPE,
          value: [
            {
              provider: EXAMPLE_PROVIDER,
              setting: 'school-commissioned',
              on: '2027-09-01',
              policy: ['cmqa-2017', 'england-statute'],
            },
          ],
        },
      },
      {
        name: 'table-of-questions',
        summary: 'A list of providers, with its own columns',
        address: '/v1/eligibility?map=provider%3Dukprn%3A%7BUKPRN%7D&map=setting%3Dschool-commissioned',
        body: { type: CSV, text: 'Office,UKPRN\r\nNorth,10000021\r\nSouth,10000099\r\n' },
      },
      {
        name: 'table-under-several',
        summary: 'A list of providers, asked under several policies',
        address:
          '/v1/eligibility?brief=true&policy=england-statute&policy=england-guidance&map=setting%3Dschool-commissioned&map=on%3D2026-09-01',
        body: { type: CSV, text: `provider,school\r\n${EXAMPLE_PROVIDER},\r\n` },
      },
    ],
  },
};

export const MANY_QUESTIONS_SHAPES: Shapes = {
  Question: QUESTION,
  Questions: QUESTIONS,
  OneOfMany: ONE_OF_MANY,
  ManyAnswers: MANY_ANSWERS,
};
