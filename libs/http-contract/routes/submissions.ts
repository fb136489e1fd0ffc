import { ENVELOPE } from '@app/domain/log/envelope';
import { EVENTS, type EventType } from '@app/domain/log/event-catalogue';
import { BODY_KEY, CODE } from '@app/domain/values/keys';
import { choice } from '@app/domain/values/meaning';
import { LOAD_WARNINGS } from '@app/domain/values/warning';
import { IsIn, IsOptional, Matches } from 'class-validator';
import { Type } from 'typebox';
import { JSON_TYPE } from '../media-types';
import { MISTAKEN_LOAD } from '../openapi/example-history';
import { one, type Operations, type Shapes } from '../openapi/operation';
import { PROBLEM } from '../problem/problem-shape';
import { A_KEY, IsMoment, said, SOURCE, SOURCE_SAID } from '../request/rules';
import { HISTORY_PAGE, HistoryQuestion } from '../request/shared-questions';
import { HISTORY_EVENT } from '../response/history';
import { answerShape, requestShape, KNOWN_AT, NEXT, POSITION } from '../response/shapes';
import { COUNTS } from './events';

/** What a body posted; `after` is the `next` of the page before. */
export class SubmissionsQuestion extends HistoryQuestion {
  @IsOptional()
  @IsIn(Object.keys(EVENTS), { message: 'type is the name of an event' })
  readonly type?: string;
  @IsOptional()
  @Matches(A_KEY, { message: 'subject is the key under which it was posted, such as ukprn:10012345' })
  readonly subject?: string;
  @IsOptional() @Matches(SOURCE, { message: SOURCE_SAID }) readonly source?: string;
}

/** A load to retract: what a body posted from a source, if nothing else narrows it. */
export class LoadQuestion {
  @Matches(SOURCE, { message: SOURCE_SAID }) readonly source!: string;
  @Matches(...said(CODE)) readonly reason!: string;
  @IsOptional()
  @IsIn(Object.keys(EVENTS), { each: true, message: 'types is a list of names of events' })
  readonly types?: EventType[];
  @IsOptional() @IsMoment() readonly after?: string;
  @IsOptional() @IsMoment() readonly upTo?: string;
}

export const SUBMISSIONS = answerShape(
  { body: BODY_KEY, events: Type.Array(HISTORY_EVENT), next: NEXT, knownAt: KNOWN_AT },
  'What a body posted, in log order',
);

export const LOAD = requestShape(
  {
    source: Type.String({
      pattern: '^[!-~]{1,256}$',
      description: 'The source under which the load was posted, to the letter',
    }),
    reason: CODE,
    types: Type.Optional(
      Type.Array(ENVELOPE.properties.type, {
        description: 'Only events of these types; of all unless given',
      }),
    ),
    after: Type.Optional(
      Type.String({ description: 'Only what was recorded after this position or RFC 3339 instant' }),
    ),
    upTo: Type.Optional(
      Type.String({
        description:
          'Only what was recorded up to this position or RFC 3339 instant, included; the head of the log unless given',
      }),
    ),
  },
  'Which load is retracted, and why',
);

export const RETRACTED_LOAD = answerShape(
  {
    body: BODY_KEY,
    source: Type.String({
      description:
        'Under which source, and the `body` beside it, the retractions stand: retract that load, and this one stands again',
    }),
    upTo: Type.String({
      pattern: '^(?:-1|0|[1-9][0-9]{0,15})$',
      description:
        'The position up to which the load went. Give it when you ask again, and nothing that is posted later is taken along',
    }),
    ...COUNTS,
    rejected: Type.Array(
      answerShape({ position: POSITION, problem: PROBLEM }, 'An event that could not be retracted, and why'),
      { description: 'The first 1,000' },
    ),
    restored: Type.Integer({
      minimum: 0,
      description:
        'How many of the `duplicates` stand again, for their retraction was itself retracted. They are left as they are; another `reason` retracts them anew',
    }),
    warnings: Type.Array(
      answerShape(
        {
          code: choice('What is warned of.', LOAD_WARNINGS),
          detail: Type.String({ description: 'What is warned of here, for people; it may change' }),
        },
        'What is to be known before this is taken for done: that events stand again, or that there is no such load',
      ),
    ),
  },
  'What became of the events of a load: `accepted` were retracted, `duplicates` had been by the same request before',
);

export const SUBMISSION_OPERATIONS: Operations = {
  'GET /v1/bodies/{slug}/events': {
    operationId: 'readSubmissions',
    tag: 'Events',
    summary: 'What a body posted',
    description:
      'All that a body ever posted, in log order, each event with what became of it. `type`, `subject` and `source` are taken to the letter: a subject is the key under which an event was posted, and no other key of the same provider. A page is looked for among 20,000 events at the most, so one may be short, even empty, and still have a `next`.',
    answers: { 200: { description: 'A page of its events', content: one('Submissions') } },
    codes: ['unknown-body'],
    parameters: {
      ...HISTORY_PAGE,
      type: { description: 'Only events of this type', example: 'AccreditationAwarded' },
      subject: { description: 'Only events posted under this key', example: 'ukprn:10000001' },
      source: { description: 'Only events posted from this source', example: 'https://example.org/feed' },
    },
    examples: [
      {
        name: 'submissions',
        summary: 'What the registrar posted from a source',
        address: '/v1/bodies/registrar/events?source=https://example.org/mistaken-load',
      },
    ],
  },
  'POST /v1/bodies/{slug}/retractions': {
    operationId: 'retractLoad',
    tag: 'Events',
    summary: 'Retract a whole load',
    description:
      'For the body itself and the registrar. Every event that the body posted from a source and that stands is retracted, the newest first, by an `EventRetracted` of its own that is judged like any other. What is about an event of the load, such as its correction, goes with it; what is about an event of another load is retracted too, for a load of corrections may itself be the mistake. Days and keys are never retracted. Asking again, after a broken connection too, retracts what is missing, and else changes nothing; what has been brought back since, by retracting its retraction, is left as it is: `restored` says how many events that are, and another `reason` retracts them anew. A source from which nothing was posted gets the warning `nothing-posted`. With `dryRun` nothing is written, and the answer says also whose answers would change; with `atomic` all is taken at once, where one append can hold it, or nothing.',
    body: { [JSON_TYPE]: { one: 'Load' } },
    answers: {
      200: { description: 'What became of the events of the load', content: one('RetractedLoad') },
    },
    codes: ['unknown-body', 'not-your-event', 'not-caught-up'],
    examples: [
      {
        name: 'retract-a-load-dry',
        summary: 'What would be retracted',
        address: '/v1/bodies/registrar/retractions?dryRun=true',
        body: { type: JSON_TYPE, value: MISTAKEN_LOAD },
      },
      {
        name: 'retract-a-load',
        summary: 'All of it, in one request',
        address: '/v1/bodies/registrar/retractions',
        body: { type: JSON_TYPE, value: MISTAKEN_LOAD },
      },
      {
        name: 'retract-a-load-again',
        summary: 'Again: nothing more',
        address: '/v1/bodies/registrar/retractions',
        body: { type: JSON_TYPE, value: MISTAKEN_LOAD },
      },
    ],
  },
};

export const SUBMISSION_SHAPES: Shapes = {
  Submissions: SUBMISSIONS,
  Load: LOAD,
  RetractedLoad: RETRACTED_LOAD,
};
