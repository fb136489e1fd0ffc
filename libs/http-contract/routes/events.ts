import { codesWith } from '../problem/problems';
import { ENVELOPE } from '@app/domain/log/envelope';
import { choice } from '@app/domain/values/meaning';
import { POSTING_WARNINGS } from '@app/domain/values/warning';
import { IsOptional } from 'class-validator';
import { Type } from 'typebox';
import { BATCH, JSON_TYPE, NDJSON, ONE_EVENT } from '../media-types';
import {
  EXAMPLE_ADVISER,
  EXAMPLE_PROVIDER,
  EXAMPLE_SOLE_TRADER,
  exampleEvent,
  MISTAKEN_LOAD,
} from '../openapi/example-history';
import { one, type Operations, type Shapes } from '../openapi/operation';
import { PROBLEM } from '../problem/problem-shape';
import { IsTrueOrFalse } from '../request/rules';
import { EFFECTS } from '../response/effects';
import { HISTORY_EVENT } from '../response/history';
import { answerShape, INSTANT, KNOWN_AT, orNull, POSITION, ROW, UNREAD } from '../response/shapes';

export class Posting {
  @IsOptional() @IsTrueOrFalse() readonly atomic?: string;
  @IsOptional() @IsTrueOrFalse() readonly dryRun?: string;
}

export const EVENT_HISTORY = answerShape(
  { event: HISTORY_EVENT, knownAt: KNOWN_AT },
  'One event as it was posted, and what had become of it by then',
);

const WARNING = answerShape(
  {
    code: choice('What is warned of.', POSTING_WARNINGS),
    pointer: Type.Optional(
      Type.String({ description: 'A JSON Pointer to the field that it is about, in the submitted event' }),
    ),
    detail: Type.String({ description: 'What is warned of here, for people; it may change' }),
  },
  'Something worth knowing about an event that was taken all the same',
);

const IN_A_DRY_RUN = Type.Optional(orNull(EFFECTS));

const OPENS = Type.Optional(
  Type.Array(Type.String(), {
    description:
      'Of a `BodyRecognised`: what it opens, in sentences. Read them: they say what nothing narrows',
  }),
);

export const POSTED = answerShape(
  {
    id: ENVELOPE.properties.id,
    position: orNull(POSITION),
    stream: Type.String(),
    revision: Type.Integer({ minimum: 0 }),
    recordedAt: INSTANT,
    warnings: Type.Array(WARNING),
    opens: OPENS,
    line: ROW,
    unknownColumns: UNREAD,
    effects: IN_A_DRY_RUN,
  },
  'Where an event stands in the log. `position` is null in a dry run of what does not stand there',
);

export const WARNED = Type.Integer({
  minimum: 0,
  description: 'How many were not refused and have warnings, in all',
});

export const WARNINGS = Type.Array(WARNING);

export const BATCH_RESULT = answerShape(
  {
    accepted: Type.Integer({ minimum: 0 }),
    duplicates: Type.Integer({
      minimum: 0,
      description:
        'Those that stood in the log already. One that was retracted since counts for nothing: it is among the `warnings`, as `retracted`',
    }),
    rejected: Type.Array(
      answerShape(
        { index: Type.Integer({ minimum: 0 }), problem: PROBLEM },
        'A refused event, by its place in the batch, from 0',
      ),
      { description: 'The first 1,000' },
    ),
    refused: Type.Integer({ minimum: 0, description: 'How many were refused in all' }),
    warned: WARNED,
    warnings: Type.Array(
      answerShape(
        { index: Type.Integer({ minimum: 0 }), warnings: WARNINGS },
        'The warnings of an event, by its place in the batch, from 0',
      ),
      { description: 'The first 1,000 events that have warnings' },
    ),
    lastPosition: orNull(POSITION),
    effects: IN_A_DRY_RUN,
  },
  'What became of a batch. `lastPosition`: the highest among those accepted and duplicates',
);

export const {
  rejected: _rejected,
  warned: _warned,
  warnings: _warnings,
  ...COUNTS
} = BATCH_RESULT.properties;

export const POSTED_OR_BATCH = Type.Union([POSTED, BATCH_RESULT], {
  description: 'Of one event where it stands; of a batch what became of it',
});

const registration = exampleEvent(1, 'ProviderRegistered', EXAMPLE_PROVIDER, {
  name: 'Example Guidance',
  legalForm: 'company',
});
const award = exampleEvent(2, 'AccreditationAwarded', EXAMPLE_PROVIDER, {
  standard: 'matrix',
  reference: 'M-1042',
  from: '2024-03-15',
  until: '2027-03-14',
  kind: 'initial',
});
const MISTAKEN = ['ukprn:10000008', 'ukprn:10000009'].map((subject, i) => ({
  ...registration,
  source: MISTAKEN_LOAD.source,
  id: `row-${i + 1}`,
  subject,
}));

export const EVENT_POSTING_OPERATIONS: Operations = {
  'POST /v1/events': {
    operationId: 'postEvents',
    tag: 'Events',
    summary: 'Post what happened',
    description:
      'Events are CloudEvents 1.0 in structured mode: one, a batch, or any number as lines. Each is judged in order, on top of those before it, and is durable once it is answered. Posting the same source and id again with the same content changes nothing and gives the first answer. One event that is refused is a problem; of a batch, each refused event stands in the answer with its place.',
    body: {
      'application/cloudevents+json': { one: 'Event' },
      'application/cloudevents-batch+json': { one: 'Batch' },
      [NDJSON]: { lines: ['Event'] },
    },
    answers: {
      200: {
        description:
          'A batch, judged; with `Accept: application/x-ndjson` a line for each event, streamed. Of one event: it stood in the log already, or this is a dry run',
        content: { [JSON_TYPE]: { one: 'PostedOrBatch' }, [NDJSON]: { lines: ['Posted', 'Problem'] } },
      },
      201: {
        description: 'One event, taken',
        content: one('Posted'),
      },
    },
    codes: codesWith('judging'),
    examples: [
      {
        name: 'open-a-day',
        summary: 'The registrar opens the first day',
        address: '/v1/events',
        body: {
          type: ONE_EVENT,
          value: exampleEvent(3, 'DayOpened', 'calendar:england', { date: '2026-09-01' }),
        },
      },
      {
        name: 'recognise-a-body',
        summary:
          'The registrar recognises a body for one standard, and for the organisations that it awards it to',
        address: '/v1/events',
        body: {
          type: ONE_EVENT,
          value: exampleEvent(4, 'BodyRecognised', 'body:example-assessors', {
            name: 'Example Assessors',
            mayPost: [
              { types: '*', standards: ['matrix'] },
              { types: ['ProviderRegistered', 'ProviderRenamed'] },
            ],
            from: '2017-01-01',
          }),
        },
      },
      {
        name: 'one-event',
        summary: 'A provider is registered',
        address: '/v1/events',
        body: { type: ONE_EVENT, value: registration },
      },
      {
        name: 'one-event-again',
        summary: 'The same again: the first answer',
        address: '/v1/events',
        body: { type: ONE_EVENT, value: registration },
      },
      {
        name: 'dry-run',
        summary: 'Judged, and not written',
        address: '/v1/events?dryRun=true',
        body: { type: ONE_EVENT, value: award },
      },
      {
        name: 'batch',
        summary: 'A batch, of which one event is refused',
        address: '/v1/events',
        body: {
          type: BATCH,
          value: [
            award,
            exampleEvent(5, 'AdviserRegistered', EXAMPLE_ADVISER, {}),
            exampleEvent(6, 'AccreditationSuspended', EXAMPLE_PROVIDER, {
              standard: 'matrix',
              reference: 'M-1024',
              from: '2026-11-01',
              reason: 'review-overdue',
              onAppeal: 'stands',
            }),
          ],
        },
      },
      {
        name: 'lines',
        summary: 'Lines, answered line by line',
        address: '/v1/events',
        accept: NDJSON,
        body: {
          type: NDJSON,
          lines: [
            exampleEvent(7, 'QualificationAwarded', EXAMPLE_ADVISER, {
              qualification: 'l6-dcgd',
              awardedOn: '2019-07-01',
              certificate: 'C-77',
            }),
            exampleEvent(8, 'EngagementStarted', EXAMPLE_ADVISER, {
              provider: EXAMPLE_PROVIDER,
              from: '2024-09-01',
              basis: 'employed',
            }),
            exampleEvent(9, 'EngagementStarted', 'adviser:example0002', {
              provider: EXAMPLE_PROVIDER,
              from: '2024-09-01',
              basis: 'employed',
            }),
          ],
        },
      },
      {
        name: 'atomic',
        summary: 'All or none: nothing is taken',
        address: '/v1/events?atomic=true',
        body: {
          type: BATCH,
          value: [
            exampleEvent(10, 'ProviderRenamed', EXAMPLE_PROVIDER, {
              name: 'Example Careers',
              from: '2027-01-01',
            }),
            exampleEvent(11, 'ProviderClosed', 'ukprn:10000002', { on: '2027-01-01', reason: 'merged' }),
          ],
        },
      },
      {
        name: 'no-key',
        summary: 'Without a key',
        address: '/v1/events',
        anonymous: true,
        body: { type: ONE_EVENT, value: registration },
      },
      {
        name: 'invalid-event',
        summary: 'The name of a sole trader is personal data',
        address: '/v1/events',
        body: {
          type: ONE_EVENT,
          value: exampleEvent(12, 'ProviderRegistered', 'ukprn:10000003', {
            name: 'A. Person',
            legalForm: 'sole-trader',
          }),
        },
      },
      {
        name: 'overlapping-award',
        summary: 'An award that counts already',
        address: '/v1/events',
        body: { type: ONE_EVENT, value: { ...award, id: 'another-id' } },
      },
      {
        name: 'sole-trader',
        summary: 'A sole trader is registered, without a name',
        address: '/v1/events',
        body: {
          type: ONE_EVENT,
          value: exampleEvent(13, 'ProviderRegistered', EXAMPLE_SOLE_TRADER, { legalForm: 'sole-trader' }),
        },
      },
      {
        name: 'dry-run-with-effects',
        summary: 'A file of suspensions, looked at before it counts',
        address: '/v1/events?dryRun=true',
        body: {
          type: BATCH,
          value: [
            exampleEvent(14, 'AccreditationSuspended', EXAMPLE_PROVIDER, {
              standard: 'matrix',
              reference: 'M-1042',
              from: '2026-09-01',
              reason: 'review-overdue',
              onAppeal: 'stands',
            }),
          ],
        },
      },
      {
        name: 'mistaken-load',
        summary: 'A load of two providers, posted by mistake',
        address: '/v1/events',
        body: { type: BATCH, value: MISTAKEN },
      },
      {
        name: 'correct-an-event',
        summary: 'The award ended a day earlier',
        address: '/v1/events',
        body: {
          type: ONE_EVENT,
          value: exampleEvent(15, 'EventCorrected', EXAMPLE_PROVIDER, {
            event: '14',
            data: { ...award.data, until: '2027-03-13' },
            kind: 'clerical',
            reason: 'typing-mistake',
          }),
        },
      },
    ],
  },
};

export const EVENT_READING_OPERATIONS: Operations = {
  'GET /v1/events/{position}': {
    operationId: 'readEvent',
    tag: 'Log',
    summary: 'One event',
    description: 'The stored bytes of the event at a position. They never change.',
    answers: { 200: { description: 'The event', content: one('StoredEvent') } },
    codes: ['unknown-event'],
    examples: [{ name: 'event', summary: 'An award', address: '/v1/events/14' }],
  },
  'GET /v1/events/{position}/history': {
    operationId: 'readEventHistory',
    tag: 'Log',
    summary: 'One event, and what became of it',
    description:
      'The event as it was posted, with what was done to it since and known then: corrections, a retraction, disputes and an appeal, each with the event that did it, who posted that, when and why. `/events/{position}` is the same as a page for people.',
    answers: { 200: { description: 'The event with its marks', content: one('EventHistory') } },
    codes: ['unknown-event'],
    examples: [
      { name: 'event-history', summary: 'An award that was corrected', address: '/v1/events/14/history' },
      { name: 'unknown-event', summary: 'Not recorded then', address: '/v1/events/14/history?knownAt=13' },
    ],
  },
};

export const EVENT_SHAPES: Shapes = {
  EventHistory: EVENT_HISTORY,
  Posted: POSTED,
  PostedOrBatch: POSTED_OR_BATCH,
  BatchResult: BATCH_RESULT,
};
