import { codesWith } from '../problem/problems';
import { DAY_FORMS, type DayForm } from '@app/tables/days';
import { IsIn, IsOptional, IsString, Matches } from 'class-validator';
import { Type } from 'typebox';
import { CSV, JSON_TYPE, NDJSON } from '../media-types';
import { type Operations, type Shapes } from '../openapi/operation';
import { PROBLEM } from '../problem/problem-shape';
import { DATES_SAID, IGNORE, IGNORE_SAID, MAP, MAP_SAID } from '../request/rules';
import { answerShape, LINE } from '../response/shapes';
import { COUNTS, Posting, WARNED, WARNINGS } from './events';

/** The type and source of the events in a table, and the columns that its fields come from. */
export class SheetPosting extends Posting {
  @IsOptional() @IsString() readonly type?: string;
  @IsOptional() @IsString() readonly source?: string;
  @IsOptional() @Matches(MAP, { message: MAP_SAID, each: true }) readonly map?: string[];
  @IsOptional() @Matches(IGNORE, { message: IGNORE_SAID, each: true }) readonly ignore?: string[];
  @IsOptional() @IsIn(DAY_FORMS, { message: DATES_SAID }) readonly dates?: DayForm;
}

export class TemplateQuestion {
  @IsOptional() @IsString() readonly type?: string;
}

export const TABLE_RESULT = answerShape(
  {
    ...COUNTS,
    warned: WARNED,
    warnings: Type.Array(answerShape({ line: LINE, warnings: WARNINGS }, 'The warnings of a row'), {
      description: 'The first 1,000 rows that have warnings',
    }),
    rejected: Type.Array(answerShape({ line: LINE, problem: PROBLEM }, 'A refused row'), {
      description: 'The first 1,000',
    }),
    unknownColumns: Type.Array(Type.String(), {
      description: 'The columns from which nothing was taken, those that `ignore` leaves out too',
    }),
    missingColumns: Type.Array(Type.String(), {
      description: 'The fields that every event of the type has, and no column of the table',
    }),
  },
  'What became of the rows of a table',
);

export const TABLE_OPERATIONS: Operations = {
  'POST /v1/events/csv': {
    operationId: 'postTable',
    tag: 'Events',
    summary: 'Post a table of what happened',
    description:
      'Events of one type, a row each, as spreadsheets save them: in UTF-8 or UTF-16 or what `charset` says, with any line ends, separated by commas, semicolons or tabs, the columns in any order. A list in a cell is separated by `;`, an empty cell is no field, a day is `2026-09-01` or, day first, `01/09/2026` or `1 Sep 2026`, a word of a fixed list has any case. A column that is no field, and neither mapped nor left out by `ignore`, refuses the table (`malformed`); where `map` is given, only one that is a field’s name but for case, blanks, `_` and `-`. A row is refused where a cell is empty that a field is made of together with text, or where a column says something else than what is mapped in its place. A day that can only have the month first ends the table at its row: nothing is read from it on. Each row is judged as `POST /v1/events` judges an event, and durable once it is answered: a table posted again, after a broken connection or once its wrong rows are corrected, does only what is missing.',
    body: {
      [CSV]: {
        text: 'A header of `id`, `subject` and the fields of the type, or of columns that are mapped to them, and the rows',
      },
    },
    answers: {
      200: {
        description:
          'The rows, judged; with `Accept: application/x-ndjson` a line for each row, streamed as they are judged, the first with the `unknownColumns` where there are any',
        content: { [JSON_TYPE]: { one: 'TableResult' }, [NDJSON]: { lines: ['Posted', 'Problem'] } },
      },
    },
    codes: codesWith('judging'),
    examples: [
      {
        name: 'table',
        summary: 'Registrations, of which one has a wrong key',
        address:
          '/v1/events/csv?type=ProviderRegistered&source=https%3A%2F%2Fexample.org%2Ftable&ignore=Notes',
        body: {
          type: CSV,
          text: 'id,subject,name,legalForm,area,Notes\r\nr-1,ukprn:10000021,Example Careers,company,,first call\r\nr-2,ukprn:1000002,Sample Advice,charity,,\r\n',
        },
      },
      {
        name: 'table-mapped',
        summary: 'A table with columns of its own, answered line by line',
        address: `/v1/events/csv?${new URLSearchParams([
          ['type', 'AccreditationAwarded'],
          ['source', 'https://example.org/table'],
          ['map', 'id={Certificate}'],
          ['map', 'subject=ukprn:{UKPRN}'],
          ['map', 'standard=matrix'],
          ['map', 'reference={Certificate}'],
          ['map', 'from={Start}'],
          ['map', 'until={End}'],
          ['map', 'kind=initial'],
        ]).toString()}`,
        body: {
          type: CSV,
          text: 'UKPRN;Certificate;Start;End\r\n10000021;M-2001;01/09/2026;31/08/2029\r\n10000021;M-2002;31/09/2026;31/08/2029\r\n',
        },
        accept: NDJSON,
      },
    ],
  },
  'GET /v1/events/csv/template': {
    operationId: 'readTemplate',
    tag: 'Events',
    summary: 'The header of a table of events',
    description:
      'All columns that a table of events of a type may have. Which of them a row must fill is said of the type.',
    answers: { 200: { description: 'The header', content: { [CSV]: { text: 'One line of names' } } } },
    codes: ['invalid-event'],
    examples: [
      {
        name: 'template',
        summary: 'Of accreditations',
        address: '/v1/events/csv/template?type=AccreditationAwarded',
      },
    ],
  },
};

export const TABLE_SHAPES: Shapes = { TableResult: TABLE_RESULT };
