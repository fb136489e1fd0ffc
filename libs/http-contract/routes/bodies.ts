import type { AsOf } from '@app/application/reading/records';
import { events as bodyEvents } from '@app/domain/subjects/body';
import { BODY_KEY, DAY, NAME } from '@app/domain/values/keys';
import type { BodyRecord } from '@app/read-model/records/bodies';
import { Type, type Static } from 'typebox';
import { one, type Operations, type Shapes } from '../openapi/operation';
import { answerShape, DAYS, KNOWN_AT, orNull, POSITION, type Is } from '../response/shapes';

const { mayPost: MAY_POST_AS_POSTED } = bodyEvents.BodyRecognised.data.properties;
const { standards: STANDARDS, qualifications: QUALIFICATIONS } = bodyEvents.BodySucceeded.data.properties;

export const MAY_POST = {
  ...MAY_POST_AS_POSTED,
  description:
    'What a body may post: these types, of these standards and qualifications; of all where none are said',
};

const RECOGNITION = answerShape(
  { position: POSITION, name: NAME, from: DAY, days: DAYS, mayPost: MAY_POST },
  'A recognition that stands: since when, and the days on which it counts, up to its ending or to a later one; none where a later one took its place before it began',
);

const SUCCESSION = answerShape(
  { position: POSITION, by: BODY_KEY, from: DAY, standards: STANDARDS, qualifications: QUALIFICATIONS },
  'A succession that stands: which body acts in the place of this one, from which day on, and of which standards and qualifications alone; of everything where none are said',
);

const BODY = {
  body: BODY_KEY,
  name: orNull(NAME),
  mayPost: { ...MAY_POST, description: 'What it may post on the log’s today; empty where that is nothing' },
  recognitions: Type.Array(RECOGNITION, {
    description: 'In log order. On a day, one of them counts at the most',
  }),
  succeededBy: Type.Array(SUCCESSION, { description: 'In log order' }),
};

export const BODY_RECORD = answerShape(
  { ...BODY, knownAt: KNOWN_AT },
  'A body as known at a moment. `name` is null for a registrar without a recognition, who needs none',
);

export const BODIES = answerShape(
  { bodies: Type.Array(answerShape(BODY, 'A body')), knownAt: KNOWN_AT },
  'Every body that is or was recognised, and the registrar, by key',
);

export const BODY_OPERATIONS: Operations = {
  'GET /v1/bodies': {
    operationId: 'listBodies',
    tag: 'Bodies',
    summary: 'All bodies',
    description:
      'Every body that is or was recognised, and the registrar: since when, and what each may post, as known at a moment.',
    answers: { 200: { description: 'The bodies', content: one('Bodies') } },
    examples: [{ name: 'bodies', summary: 'All of them', address: '/v1/bodies' }],
  },
  'GET /v1/bodies/{slug}': {
    operationId: 'readBody',
    tag: 'Bodies',
    summary: 'One body',
    description:
      'What a body may post on the log’s today, every recognition that stands, with its days, and which bodies have succeeded it, as known at a moment.',
    answers: { 200: { description: 'The body', content: one('BodyRecord') } },
    codes: ['unknown-body'],
    examples: [
      {
        name: 'body',
        summary: 'As known when it was just recognised',
        address: '/v1/bodies/example-assessors?knownAt=11',
      },
      { name: 'body-now', summary: 'As known now', address: '/v1/bodies/example-assessors' },
    ],
  },
};

export const BODY_SHAPES: Shapes = { Bodies: BODIES, BodyRecord: BODY_RECORD, MayPost: MAY_POST };

/** Holds at compile time that the shapes here are those that the code answers with. */
export type BodyAnswers = [
  Is<AsOf<BodyRecord>, Static<typeof BODY_RECORD>>,
  Is<AsOf<{ readonly bodies: readonly BodyRecord[] }>, Static<typeof BODIES>>,
];
