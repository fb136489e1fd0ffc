import type { AsOf, Named } from '@app/application/reading/records';
import { EVENTS } from '@app/domain/log/event-catalogue';
import { ADVISER_KEY, AREA_KEY, CODE, DAY, NAME, PROVIDER_KEY, REFERENCE } from '@app/domain/values/keys';
import type { ProviderRecord } from '@app/read-model/records/records';
import type { SearchPage } from '@app/read-model/search/provider-search';
import { IsOptional, Matches } from 'class-validator';
import { Type, type Static } from 'typebox';
import { EXAMPLE_PROVIDER, EXAMPLE_SOLE_TRADER } from '../openapi/example-history';
import { one, type Operations, type Shapes } from '../openapi/operation';
import { IsLimit, said, SEARCHABLE } from '../request/rules';
import { AtLeast, HISTORY_PAGE } from '../request/shared-questions';
import { HISTORY_PROPERTIES } from '../response/history';
import { answerShape, DAYS, KNOWN_AT, NEXT, orNull, POSITION, type Is } from '../response/shapes';
import { ELIGIBILITY } from './eligibility';
import { PUBLIC_PERSON } from './persons';

/**
 * A search, or a list of all providers if nothing is searched for; `after` is the `next` of the page before.
 */
export class ProviderSearchQuestion extends AtLeast {
  @IsOptional()
  @Matches(SEARCHABLE, {
    message: 'q is a name or a key, or their beginning, of 1 to 200 characters',
  })
  readonly q?: string;
  @IsOptional() @IsLimit(100) readonly limit?: string;
  @IsOptional() @Matches(...said(PROVIDER_KEY)) readonly after?: string;
}

const SUCCESSION_KIND = EVENTS.ProviderSucceeded.data.properties.kind;

export const PROVIDER_RECORD = answerShape(
  {
    provider: ELIGIBILITY.properties.provider,
    keys: Type.Array(PROVIDER_KEY, { description: 'All its keys, the one registered first in front' }),
    registered: POSITION,
    legalForm: orNull(CODE),
    phase: orNull(CODE),
    services: Type.Array(CODE),
    clientGroups: Type.Array(CODE),
    area: orNull(AREA_KEY),
    openUntil: orNull(DAY),
    mergedInto: Type.Array(
      answerShape(
        { key: PROVIDER_KEY, on: DAY, position: POSITION },
        'The provider that it merged into; `on` is its own last day. Nothing passes to the other by that',
      ),
    ),
    succeededBy: Type.Array(
      answerShape(
        { by: Type.Array(PROVIDER_KEY), on: DAY, kind: SUCCESSION_KIND, position: POSITION },
        'The providers that took its place, by a merger or a succession; `on` is its own last day. Nothing passes to them by that',
      ),
    ),
    succeeds: Type.Array(
      answerShape(
        { provider: PROVIDER_KEY, on: DAY, kind: SUCCESSION_KIND, position: POSITION },
        'A provider whose place it took; `on` is that one’s last day',
      ),
    ),
    accreditations: Type.Array(
      answerShape(
        { standard: CODE, reference: REFERENCE, days: DAYS, awards: Type.Array(POSITION) },
        'The days on which it is accredited, disputed events counting, and the positions of the awards',
      ),
    ),
    applications: Type.Array(
      answerShape(
        { standard: CODE, on: DAY, days: DAYS, position: POSITION },
        'It has applied; `days`: those on which the application counts, disputed events counting, for however few months a policy lets it',
      ),
    ),
    engaged: Type.Array(
      answerShape({ adviser: ADVISER_KEY, days: DAYS }, 'An adviser who works or worked for it'),
    ),
    contracts: Type.Array(
      answerShape(
        { reference: REFERENCE, days: DAYS, subcontractorOf: Type.Array(REFERENCE) },
        'A contract of its own, and the references of the contracts above it',
      ),
    ),
    person: Type.Optional(PUBLIC_PERSON),
    knownAt: KNOWN_AT,
  },
  'A provider as known at a moment: who it is, and the days of each fact about it',
);

export const SEARCH_PAGE = answerShape(
  {
    providers: Type.Array(
      answerShape(
        {
          key: PROVIDER_KEY,
          keys: Type.Array(PROVIDER_KEY),
          name: orNull(NAME),
          matched: Type.Union([Type.String(), Type.Null()], {
            description: 'The key or name, maybe a former one, by which it was found',
          }),
          now: Type.Optional(
            Type.Array(
              answerShape({ key: PROVIDER_KEY, name: orNull(NAME) }, 'Who is there now in its place'),
              {
                description:
                  'Where it is closed today, and others took its place: those that are open now; of those that have closed since, whoever took theirs',
              },
            ),
          ),
        },
        'A provider as a search finds it',
      ),
    ),
    knownAt: KNOWN_AT,
    next: NEXT,
  },
  'Providers found, the best match first',
);

export const PROVIDER_HISTORY = answerShape(
  { provider: ELIGIBILITY.properties.provider, ...HISTORY_PROPERTIES },
  'What was recorded of a provider, in log order, with both kinds of time',
);

export const PROVIDER_OPERATIONS: Operations = {
  'GET /v1/providers': {
    operationId: 'searchProviders',
    tag: 'Records',
    summary: 'Find a provider',
    description:
      'By key, or by name with typing mistakes forgiven, of a sole trader where that is public; all providers where nothing is searched for. As known at the head: to find whom to ask about, not evidence of anything.',
    answers: {
      200: {
        description: 'A page of those found',
        content: one('SearchPage'),
      },
    },
    parameters: {
      q: { description: 'A name, perhaps mistyped, or a key', example: 'example guidance' },
      after: { description: 'The `next` of the page before', example: 'ukprn:10000001' },
      limit: { description: 'At most so many, up to 100; 20 unless given', example: '20' },
    },
    examples: [
      {
        name: 'search',
        summary: 'A name with a typing mistake',
        address: '/v1/providers?q=exmaple%20guidance',
      },
      {
        name: 'search-a-sole-trader',
        summary: 'A sole trader, by the public name',
        address: '/v1/providers?q=person',
      },
    ],
  },
  'GET /v1/providers/{key}': {
    operationId: 'readProvider',
    tag: 'Records',
    summary: 'The record of a provider',
    description:
      'Who it is, and the days of each fact about it, as known at a moment. Any of its keys finds it. At the head (without `knownAt`), and there alone, a sole trader’s has the person’s name where that is public.',
    answers: { 200: { description: 'The record', content: one('ProviderRecord') } },
    codes: ['unknown-provider'],
    examples: [
      { name: 'provider', summary: 'As known now', address: `/v1/providers/${EXAMPLE_PROVIDER}` },
      {
        name: 'provider-before',
        summary: 'As known when it was just registered',
        address: `/v1/providers/${EXAMPLE_PROVIDER}?knownAt=13`,
      },
      { name: 'unknown-provider', summary: 'No one registered it', address: '/v1/providers/ukprn:10000002' },
      {
        name: 'provider-named',
        summary: 'A sole trader at the head, with what is public',
        address: `/v1/providers/${EXAMPLE_SOLE_TRADER}`,
      },
    ],
  },
  'GET /v1/providers/{key}/history': {
    operationId: 'readProviderHistory',
    tag: 'Records',
    summary: 'What was recorded of a provider',
    description:
      'Its events with both kinds of time, as they were posted, each with what became of it: corrected, retracted, disputed.',
    answers: {
      200: {
        description: 'A page of its history',
        content: one('ProviderHistory'),
      },
    },
    codes: ['unknown-provider'],
    parameters: HISTORY_PAGE,
    examples: [
      {
        name: 'provider-history',
        summary: 'Its first two events',
        address: `/v1/providers/${EXAMPLE_PROVIDER}/history?limit=2`,
      },
    ],
  },
};

export const PROVIDER_SHAPES: Shapes = {
  ProviderRecord: PROVIDER_RECORD,
  SearchPage: SEARCH_PAGE,
  ProviderHistory: PROVIDER_HISTORY,
};

/** Holds at compile time that the shapes here are those that the code answers with. */
export type ProviderAnswers = [
  Is<AsOf<Named<ProviderRecord>>, Static<typeof PROVIDER_RECORD>>,
  Is<AsOf<SearchPage>, Static<typeof SEARCH_PAGE>>,
];
