import { POSITION_OR_START } from '@app/read-model/as-of';
import { IsOptional, Matches } from 'class-validator';
import { NDJSON } from '../media-types';
import type { Operations } from '../openapi/operation';
import { IsLimit } from '../request/rules';
import { AtLeast } from '../request/shared-questions';

export class LogPage extends AtLeast {
  @IsOptional()
  @Matches(POSITION_OR_START, {
    message:
      'after is a position, such as 4182 or 4182-1a2b3c4d (8 digits, 0–9 and a–f), or -1 for the start',
  })
  readonly after?: string;
  @IsOptional() @IsLimit(10_000) readonly limit?: string;
}

export const LOG_OPERATIONS: Operations = {
  'GET /v1/log': {
    operationId: 'readLog',
    tag: 'Log',
    summary: 'The log, page by page',
    description:
      'The events after a position, in order, a line each: the stored bytes. `Link` leads to the next page, and is absent at the head.',
    answers: {
      200: {
        description: 'A page of the log',
        content: { [NDJSON]: { lines: ['StoredEvent'] } },
      },
    },
    parameters: {
      limit: { description: 'At most so many, up to 10,000; 1,000 unless given', example: '1000' },
    },
    examples: [
      { name: 'log-page', summary: 'Two events after position 13', address: '/v1/log?after=13&limit=2' },
    ],
  },
};
