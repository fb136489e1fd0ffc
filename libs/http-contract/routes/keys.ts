import type { ListedKey } from '@app/application/posting/list-keys';
import { CODE, DAY } from '@app/domain/values/keys';
import { IsOptional, Matches } from 'class-validator';
import { Type, type Static } from 'typebox';
import { JSON_TYPE } from '../media-types';
import { one, type Operations, type Shapes } from '../openapi/operation';
import { IsDay, said } from '../request/rules';
import { BodyPath } from '../request/shared-questions';
import { answerShape, requestShape, INSTANT, orNull, POSITION, type Is } from '../response/shapes';

export class KeyPath extends BodyPath {
  @Matches(...said(CODE)) readonly key!: string;
}

/** The name and the last day of a new key, both optional. */
export class NewKey {
  @IsOptional() @Matches(...said(CODE)) readonly key?: string;
  @IsOptional() @IsDay() readonly until?: string;
}

export const ISSUED_KEY = answerShape(
  {
    key: CODE,
    secret: Type.String({ description: 'The bearer key itself. It is shown this once, and kept nowhere' }),
  },
  'A new key',
);

export const NEW_KEY = requestShape(
  { key: Type.Optional(CODE), until: Type.Optional(DAY) },
  'What the key is called, where you have a name for it, and its last day, where it has one',
);

const STANDS = answerShape(
  { position: POSITION, recordedAt: INSTANT },
  'Where it stands in the log, and since when',
);

export const KEYS = answerShape(
  {
    keys: Type.Array(
      answerShape(
        {
          key: CODE,
          issued: STANDS,
          until: orNull(DAY),
          inForce: Type.Boolean({ description: 'Whether it opens the register on the log’s today' }),
          revoked: orNull(STANDS),
          lastUsed: orNull(INSTANT),
        },
        'A key. `until` is its last day; `lastUsed` is to the minute, null where it was never used',
      ),
    ),
  },
  'The keys that a body was issued, in order, without their secrets',
);

export const KEY_LISTING_OPERATIONS: Operations = {
  'GET /v1/bodies/{slug}/keys': {
    operationId: 'listKeys',
    tag: 'Keys',
    summary: 'The keys of a body',
    description:
      'For the registrar, and the body itself with any of its keys. A key of the registrar’s that the operator brings does not stand in the log, and is not listed.',
    answers: { 200: { description: 'The keys', content: one('Keys') } },
    codes: ['unknown-body', 'not-recognised'],
    examples: [
      {
        name: 'keys',
        summary: 'One that was revoked, and never used',
        address: '/v1/bodies/example-assessors/keys',
      },
    ],
  },
};

export const KEY_ISSUING_OPERATIONS: Operations = {
  'POST /v1/bodies/{slug}/keys': {
    operationId: 'issueKey',
    tag: 'Keys',
    summary: 'Issue a key to a body',
    description:
      'For the registrar. The secret is shown in this answer and nowhere else; the log keeps its hash. The body may be left out.',
    body: { [JSON_TYPE]: { one: 'NewKey' } },
    answers: {
      201: {
        description: 'The key, and its secret',
        content: one('IssuedKey'),
      },
    },
    codes: ['unknown-body', 'not-recognised', 'same-id-different-content', 'invalid-interval'],
    parameters: {
      slug: { description: 'The slug of the body that gets the key', example: 'example-assessors' },
    },
    headers: {
      'Idempotency-Key':
        '1–256 printable ASCII characters of your own making, never the same for two requests. Who asks again with the same one within ten minutes is given the same answer',
    },
    examples: [
      {
        name: 'issue-a-key',
        summary: 'A key with a name and a last day',
        address: '/v1/bodies/example-assessors/keys',
        body: { type: JSON_TYPE, value: { key: 'feed-2026', until: '2027-12-31' } },
      },
    ],
  },
  'DELETE /v1/bodies/{slug}/keys/{key}': {
    operationId: 'revokeKey',
    tag: 'Keys',
    summary: 'Revoke a key',
    description:
      'For the registrar. The key opens nothing any more, at once. Revoking it again changes nothing.',
    answers: { 204: { description: 'Revoked' } },
    codes: ['unknown-body', 'not-found', 'not-recognised'],
    parameters: { key: { description: 'The name of the key', example: 'feed-2026' } },
    examples: [
      {
        name: 'revoke-a-key',
        summary: 'Its name is its address',
        address: '/v1/bodies/example-assessors/keys/feed-2026',
      },
    ],
  },
};

export const KEY_SHAPES: Shapes = { Keys: KEYS, NewKey: NEW_KEY, IssuedKey: ISSUED_KEY };

/** Holds at compile time that the shapes here are those that the code answers with. */
export type KeyAnswers = [Is<{ readonly keys: readonly ListedKey[] }, Static<typeof KEYS>>];
