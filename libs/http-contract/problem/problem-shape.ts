import { REFUSED_WORDS } from './problems';
import { choice } from '@app/domain/values/meaning';
import { Type } from 'typebox';
import { answerShape, ROW, UNREAD } from '../response/shapes';

const FIELD_ERROR = answerShape(
  {
    pointer: Type.String({
      description: 'A JSON Pointer into the submitted event, or `/` and the name of a parameter',
    }),
    code: Type.String(),
    detail: Type.String(),
    column: Type.Optional(
      Type.String({ description: 'Of a row of a table: the column from which the field comes' }),
    ),
    value: Type.Optional(Type.String({ description: 'Of a row of a table: what stands in that column' })),
  },
  'One broken field, and what belongs there',
);

export const PROBLEM = answerShape(
  {
    type: Type.String({
      format: 'uri-reference',
      description: '`/problems/` and the code: a page that explains it',
    }),
    title: Type.String(),
    status: Type.Integer({ minimum: 400, maximum: 599 }),
    detail: Type.String({
      description: 'What is refused here, and how to correct it. For people; it may change',
    }),
    code: choice('What is refused, for programs. A code never changes its meaning.', REFUSED_WORDS),
    errors: Type.Optional(Type.Array(FIELD_ERROR)),
    line: ROW,
    unknownColumns: UNREAD,
  },
  'A refusal as problem details (RFC 9457). A refused submission changes nothing',
);
