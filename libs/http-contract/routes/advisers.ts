import type { AsOf, Named } from '@app/application/reading/records';
import { ADVISER_KEY, CODE, DAY, REFERENCE } from '@app/domain/values/keys';
import type { AdviserRecord } from '@app/read-model/records/records';
import { Type, type Static } from 'typebox';
import { JSON_TYPE } from '../media-types';
import { EXAMPLE_ADVISER } from '../openapi/example-history';
import { one, type Operations, type Shapes } from '../openapi/operation';
import { HISTORY_PAGE } from '../request/shared-questions';
import { HISTORY_PROPERTIES } from '../response/history';
import { answerShape, requestShape, DAYS, INSTANT, KNOWN_AT, POSITION, type Is } from '../response/shapes';
import { PUBLIC_PERSON } from './persons';

export const NO_FIELDS = requestShape(
  {},
  'Nothing: there is nothing to say of an adviser whose key is yet to be made',
);

export const MINTED_ADVISER = answerShape(
  { key: ADVISER_KEY, position: POSITION, recordedAt: INSTANT },
  'A new adviser: the key, and where in the log it was registered',
);

export const ADVISER_RECORD = answerShape(
  {
    adviser: ADVISER_KEY,
    keys: Type.Array(ADVISER_KEY),
    registered: POSITION,
    qualifications: Type.Array(
      answerShape(
        { qualification: CODE, certificate: REFERENCE, days: DAYS, award: POSITION },
        'A qualification awarded',
      ),
    ),
    claims: Type.Array(
      answerShape(
        { qualification: CODE, awardedOn: DAY, position: POSITION },
        'What the person says; it never counts',
      ),
    ),
    enrolments: Type.Array(
      answerShape(
        { qualification: CODE, days: DAYS, start: POSITION },
        'The person works towards a qualification',
      ),
    ),
    registrations: Type.Array(
      answerShape(
        { register: CODE, days: DAYS, grant: POSITION },
        'The person is on a professional register',
      ),
    ),
    sanctioned: DAYS,
    person: Type.Optional(PUBLIC_PERSON),
    knownAt: KNOWN_AT,
  },
  'An adviser as known at a moment: the days of each fact about the person, and who that is only where it is public',
);

export const ADVISER_HISTORY = answerShape(
  { adviser: ADVISER_KEY, ...HISTORY_PROPERTIES, keys: Type.Array(ADVISER_KEY) },
  'What was recorded of an adviser, in log order, with both kinds of time',
);

export const ADVISER_OPERATIONS: Operations = {
  'GET /v1/advisers/{key}': {
    operationId: 'readAdviser',
    tag: 'Records',
    summary: 'The public record of an adviser',
    description:
      'The days of each fact about the person, as known at a moment. At the head (without `knownAt`), and there alone, it has the person’s name where that is public.',
    answers: { 200: { description: 'The record', content: one('AdviserRecord') } },
    codes: ['unknown-adviser'],
    examples: [
      { name: 'adviser', summary: 'As known now', address: `/v1/advisers/${EXAMPLE_ADVISER}` },
      {
        name: 'adviser-named',
        summary: 'At the head, with what is public',
        address: `/v1/advisers/${EXAMPLE_ADVISER}`,
      },
    ],
  },
  'GET /v1/advisers/{key}/history': {
    operationId: 'readAdviserHistory',
    tag: 'Records',
    summary: 'What was recorded of an adviser',
    description: 'The person’s events with both kinds of time, each with what became of it.',
    answers: {
      200: {
        description: 'A page of the history',
        content: one('AdviserHistory'),
      },
    },
    codes: ['unknown-adviser'],
    parameters: HISTORY_PAGE,
    examples: [
      { name: 'adviser-history', summary: 'All of it', address: `/v1/advisers/${EXAMPLE_ADVISER}/history` },
    ],
  },
};

export const ADVISER_MINTING_OPERATIONS: Operations = {
  'POST /v1/advisers': {
    operationId: 'mintAdviser',
    tag: 'Persons',
    summary: 'Make a key for an adviser',
    description:
      'For whoever may post `AdviserRegistered` today. The register makes a key that says nothing of the person, and registers it; what is kept under it is for the body that asked, as if it had registered the person itself. The body may be left out.',
    body: { [JSON_TYPE]: { one: 'NoFields' } },
    answers: {
      200: {
        description: 'The adviser that was made when this was asked before, under the same `Idempotency-Key`',
        content: one('MintedAdviser'),
      },
      201: { description: 'A new adviser', content: one('MintedAdviser') },
    },
    codes: ['not-recognised', 'no-day-opened'],
    headers: {
      'Idempotency-Key':
        '1–256 printable ASCII characters of your own making, never the same for two persons. Whenever you ask again with the same one you are given the same adviser, until what is kept of the person is erased',
    },
    examples: [
      {
        name: 'mint-an-adviser',
        summary: 'A key that says nothing of the person',
        address: '/v1/advisers',
        request: 'the-first-new-adviser',
      },
      {
        name: 'mint-an-adviser-again',
        summary: 'The same request again: the same adviser',
        address: '/v1/advisers',
        request: 'the-first-new-adviser',
      },
    ],
  },
};

export const ADVISER_SHAPES: Shapes = {
  AdviserRecord: ADVISER_RECORD,
  AdviserHistory: ADVISER_HISTORY,
  NoFields: NO_FIELDS,
  MintedAdviser: MINTED_ADVISER,
};

/** Holds at compile time that the shapes here are those that the code answers with. */
export type AdviserAnswers = [Is<AsOf<Named<AdviserRecord>>, Static<typeof ADVISER_RECORD>>];
