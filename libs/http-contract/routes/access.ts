import { BODY_KEY, CODE } from '@app/domain/values/keys';
import { IsOptional, Matches } from 'class-validator';
import { Type } from 'typebox';
import { one, type Operations, type Shapes } from '../openapi/operation';
import { PROBLEM } from '../problem/problem-shape';
import { IsLimit, said } from '../request/rules';
import { answerShape, INSTANT, orNull } from '../response/shapes';

/** Refused attempts, the newest first; `after` is the `next` of the page before. */
export class AccessQuestion {
  @IsOptional()
  @Matches(/^[1-9][0-9]{0,14}$/, { message: 'after is the next of the page before' })
  readonly after?: string;
  @IsOptional() @IsLimit(100) readonly limit?: string;
  @IsOptional() @Matches(...said(CODE)) readonly code?: string;
  @IsOptional() @Matches(...said(BODY_KEY)) readonly body?: string;
}

export const ATTEMPTS = answerShape(
  {
    attempts: Type.Array(
      answerShape(
        {
          number: Type.String({ pattern: '^[1-9][0-9]*$' }),
          at: INSTANT,
          code: PROBLEM.properties.code,
          count: Type.Integer({ minimum: 1 }),
          body: orNull(BODY_KEY),
          key: orNull(CODE),
          address: orNull(Type.String()),
          method: orNull(Type.String()),
          route: orNull(Type.String()),
          request: orNull(Type.String()),
        },
        'What was refused: with whose key (`body`, `key`; of `bad-key` one that is revoked or has run out; null where it was none of the log’s), from which address, by which method at the pattern of which route, in which request. `count`: how many events of it. Where very many that are alike came at once, one entry counts the rest of them, without what tells them apart',
      ),
    ),
    next: orNull(Type.String({ description: 'Give it as `after` for the next page; null on the last' })),
  },
  'Refused attempts, the newest first',
);

export const ACCESS_OPERATIONS: Operations = {
  'GET /v1/access': {
    operationId: 'readAccess',
    tag: 'Keys',
    summary: 'What was refused',
    description:
      'For the registrar. Every refused attempt to write, or to read what is not for everybody, of the last 90 days: by whose key, from where, and why. Of what was sent it holds nothing.',
    answers: { 200: { description: 'A page of the access record', content: one('Attempts') } },
    codes: ['not-recognised'],
    parameters: {
      after: { description: 'The `next` of the page before', example: '1042' },
      limit: { description: 'At most so many, up to 100; 100 unless given', example: '100' },
      code: { description: 'Those of one code alone', example: 'bad-key' },
      body: { description: 'Those with a key of one body’s alone', example: 'body:example-assessors' },
    },
    examples: [
      {
        name: 'access',
        summary: 'The first, as the only one of its code',
        address: '/v1/access?code=no-key',
      },
      {
        name: 'access-page',
        summary: 'A page that another follows',
        address: '/v1/access?limit=1&code=not-found',
      },
    ],
  },
};

export const ACCESS_SHAPES: Shapes = { Attempts: ATTEMPTS };
