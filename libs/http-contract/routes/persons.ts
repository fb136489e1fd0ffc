import type { PersonExport } from '@app/application/vault/personal-data';
import type { Person } from '@app/application/vault/vault';
import { ADVISER_KEY, BODY_KEY, LONGEST_NAME, NAME, PROVIDER_KEY } from '@app/domain/values/keys';
import { IsBoolean, IsOptional } from 'class-validator';
import { Type, type Static } from 'typebox';
import { JSON_TYPE } from '../media-types';
import { EXAMPLE_ADVISER, EXAMPLE_PROVIDER, EXAMPLE_SOLE_TRADER } from '../openapi/example-history';
import { one, type Operations, type Shapes } from '../openapi/operation';
import { IsLikeName, LONGEST_CONTACT } from '../request/rules';
import { HISTORY_EVENT } from '../response/history';
import { answerShape, requestShape, INSTANT, KNOWN_AT, type Is } from '../response/shapes';

/** What to keep of a person, and whether everybody may see it (specification, section 9). */
export class PersonToKeep {
  @IsLikeName(LONGEST_NAME) readonly name!: string;
  @IsOptional() @IsLikeName(LONGEST_CONTACT) readonly contact?: string;
  @IsBoolean({ message: 'public is true or false: whether everybody may see the name and the contact' })
  readonly public!: boolean;
}

const CONTACT = Type.String({
  minLength: 1,
  maxLength: LONGEST_CONTACT,
  description:
    'How the person wants to be reached, such as an e-mail address: a line of which the same is asked as of a name',
});

const IS_PUBLIC = Type.Boolean({ description: 'Whether everybody may see the name and the contact' });

export const PERSON_TO_KEEP = requestShape(
  { name: NAME, contact: Type.Optional(CONTACT), public: IS_PUBLIC },
  'What is to be kept of a person',
);

export const PERSON = answerShape(PERSON_TO_KEEP.properties, 'What is kept of a person');

const { public: _public, ...shown } = PERSON_TO_KEEP.properties;

export const PUBLIC_PERSON = answerShape(
  shown,
  'Who the person is, where that is public. An answer as known at a moment (`knownAt`) never has it, for it may be erased',
);

const PERSON_KEY = Type.Union([ADVISER_KEY, PROVIDER_KEY]);

export const PERSON_EXPORT = answerShape(
  {
    keys: Type.Array(PERSON_KEY, {
      description: 'All keys of the person, the one registered first in front',
    }),
    entries: Type.Array(answerShape({ key: PERSON_KEY, ...PERSON.properties }, 'What is kept under a key'), {
      description: 'What is kept under the keys that the body registered; of all keys for the registrar',
    }),
    readings: Type.Array(
      answerShape({ key: PERSON_KEY, body: BODY_KEY, at: INSTANT }, 'That a body was given what is kept'),
    ),
    erasures: Type.Array(answerShape({ key: PERSON_KEY, at: INSTANT }, 'That what was kept was erased')),
    minted: Type.Array(
      answerShape(
        { key: ADVISER_KEY, body: BODY_KEY, at: INSTANT },
        'For which body the register made a key',
      ),
    ),
    events: Type.Array(HISTORY_EVENT, {
      description: 'Everything in the log about the person, under all keys, in order. It is public',
    }),
    knownAt: KNOWN_AT,
  },
  'All that is held of a person, for the person',
);

/** No one: a name that is plainly an example. */
const EXAMPLE_PERSON = { name: 'Example Person', contact: 'person@example.org', public: true };

export const PERSON_OPERATIONS: Operations = {
  'PUT /v1/advisers/{key}/person': {
    operationId: 'putAdviserPerson',
    tag: 'Persons',
    summary: 'Keep who an adviser is',
    description:
      'For the body that registered the person, one that has succeeded it without a limit, and the registrar. Replaces what was kept, whole. With `public`, everybody is shown it: with the record at the head.',
    body: { [JSON_TYPE]: { one: 'PersonToKeep' } },
    answers: {
      201: { description: 'Kept; nothing was before' },
      204: { description: 'Kept, in place of what was before' },
    },
    codes: ['unknown-adviser', 'not-recognised'],
    examples: [
      {
        name: 'put-an-adviser',
        summary: 'For everybody to see',
        address: `/v1/advisers/${EXAMPLE_ADVISER}/person`,
        body: { type: JSON_TYPE, value: EXAMPLE_PERSON },
      },
      {
        name: 'put-an-adviser-again',
        summary: 'The same again',
        address: `/v1/advisers/${EXAMPLE_ADVISER}/person`,
        body: { type: JSON_TYPE, value: EXAMPLE_PERSON },
      },
    ],
  },
  'GET /v1/advisers/{key}/person': {
    operationId: 'readAdviserPerson',
    tag: 'Persons',
    summary: 'Read who an adviser is',
    description:
      'For the body that registered the person, one that has succeeded it without a limit, and the registrar. It is recorded who reads, whose, and when, before anything is given.',
    answers: { 200: { description: 'What is kept', content: one('Person') } },
    codes: ['unknown-adviser', 'not-recognised', 'not-found'],
    examples: [
      {
        name: 'read-an-adviser',
        summary: 'All that is kept',
        address: `/v1/advisers/${EXAMPLE_ADVISER}/person`,
      },
      {
        name: 'erased-adviser',
        summary: 'Nothing is kept any more',
        address: `/v1/advisers/${EXAMPLE_ADVISER}/person`,
      },
    ],
  },
  'GET /v1/advisers/{key}/person/export': {
    operationId: 'exportAdviserPerson',
    tag: 'Persons',
    summary: 'All that is held of an adviser, for the person',
    description:
      'For the body that registered the person, one that has succeeded it without a limit, and the registrar: what answers a person who asks what is held. What is kept under each of the body’s keys, who was given it and when, what was erased, for whom the register made a key, and everything in the log under all keys. It is recorded as a reading before anything is given, and answered also where nothing is kept any more.',
    answers: { 200: { description: 'What is held', content: one('PersonExport') } },
    codes: ['unknown-adviser', 'not-recognised'],
    examples: [
      {
        name: 'export-an-adviser',
        summary: 'After an erasure: who was given what was kept, and what stands in the log',
        address: `/v1/advisers/${EXAMPLE_ADVISER}/person/export`,
      },
    ],
  },
  'DELETE /v1/advisers/{key}/person': {
    operationId: 'eraseAdviserPerson',
    tag: 'Persons',
    summary: 'Erase who an adviser is',
    description:
      'For the body that registered the person, one that has succeeded it without a limit, and the registrar. No one is shown anything of it from then on; the log and every past answer stay whole. Erasing it again changes nothing.',
    answers: { 204: { description: 'Nothing is kept' } },
    codes: ['unknown-adviser', 'not-recognised'],
    examples: [
      {
        name: 'erase-an-adviser',
        summary: 'The key and the record stay',
        address: `/v1/advisers/${EXAMPLE_ADVISER}/person`,
      },
    ],
  },
  'PUT /v1/providers/{key}/person': {
    operationId: 'putProviderPerson',
    tag: 'Persons',
    summary: 'Keep who a sole trader is',
    description:
      'For the body that registered the person, one that has succeeded it without a limit, and the registrar. Replaces what was kept, whole. With `public`, everybody is shown it: with the record at the head and when searched for by name.',
    body: { [JSON_TYPE]: { one: 'PersonToKeep' } },
    answers: {
      201: { description: 'Kept; nothing was before' },
      204: { description: 'Kept, in place of what was before' },
    },
    codes: ['unknown-provider', 'not-recognised', 'not-found'],
    examples: [
      {
        name: 'put-a-sole-trader',
        summary: 'For the body and the registrar alone',
        address: `/v1/providers/${EXAMPLE_SOLE_TRADER}/person`,
        body: { type: JSON_TYPE, value: { name: 'Example Person', public: false } },
      },
      {
        name: 'put-a-sole-trader-again',
        summary: 'For everybody to see from now on',
        address: `/v1/providers/${EXAMPLE_SOLE_TRADER}/person`,
        body: { type: JSON_TYPE, value: EXAMPLE_PERSON },
      },
      {
        name: 'put-an-organisation',
        summary: 'An organisation is no person',
        address: `/v1/providers/${EXAMPLE_PROVIDER}/person`,
        body: { type: JSON_TYPE, value: EXAMPLE_PERSON },
      },
    ],
  },
  'GET /v1/providers/{key}/person': {
    operationId: 'readProviderPerson',
    tag: 'Persons',
    summary: 'Read who a sole trader is',
    description:
      'For the body that registered the person, one that has succeeded it without a limit, and the registrar. It is recorded who reads, whose, and when, before anything is given.',
    answers: { 200: { description: 'What is kept', content: one('Person') } },
    codes: ['unknown-provider', 'not-recognised', 'not-found'],
    examples: [
      {
        name: 'read-a-sole-trader',
        summary: 'All that is kept',
        address: `/v1/providers/${EXAMPLE_SOLE_TRADER}/person`,
      },
    ],
  },
  'GET /v1/providers/{key}/person/export': {
    operationId: 'exportProviderPerson',
    tag: 'Persons',
    summary: 'All that is held of a sole trader, for the person',
    description:
      'For the body that registered the person, one that has succeeded it without a limit, and the registrar: what answers a person who asks what is held. What is kept under each of the body’s keys, who was given it and when, what was erased, for whom the register made a key, and everything in the log under all keys. It is recorded as a reading before anything is given, and answered also where nothing is kept any more.',
    answers: { 200: { description: 'What is held', content: one('PersonExport') } },
    codes: ['unknown-provider', 'not-recognised', 'not-found'],
    examples: [
      {
        name: 'export-a-sole-trader',
        summary: 'After an erasure',
        address: `/v1/providers/${EXAMPLE_SOLE_TRADER}/person/export`,
      },
    ],
  },
  'DELETE /v1/providers/{key}/person': {
    operationId: 'eraseProviderPerson',
    tag: 'Persons',
    summary: 'Erase who a sole trader is',
    description:
      'For the body that registered the person, one that has succeeded it without a limit, and the registrar. No one is shown anything of it from then on; the log and every past answer stay whole. Erasing it again changes nothing.',
    answers: { 204: { description: 'Nothing is kept' } },
    codes: ['unknown-provider', 'not-recognised'],
    examples: [
      {
        name: 'erase-a-sole-trader',
        summary: 'Found by no name from now on',
        address: `/v1/providers/${EXAMPLE_SOLE_TRADER}/person`,
      },
    ],
  },
};

export const PERSON_SHAPES: Shapes = {
  PersonToKeep: PERSON_TO_KEEP,
  Person: PERSON,
  PublicPerson: PUBLIC_PERSON,
  PersonExport: PERSON_EXPORT,
};

/** Holds at compile time that the shapes here are those that the code answers with. */
export type PersonAnswers = [
  Is<Person, Static<typeof PERSON>>,
  Is<PersonExport, Static<typeof PERSON_EXPORT> & Pick<PersonExport, 'events'>>,
];
