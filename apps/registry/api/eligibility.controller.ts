import { Readable } from 'node:stream';
import { AnswerMany, type QuestionResult, type SentQuestion } from '@app/application/asking/ask-many';
import { policiesIn } from '@app/http-contract/routes/eligibility';
import { ManyQuestions } from '@app/http-contract/routes/many-questions';
import { isRefusal, refuse, unwrap, Refused } from '@app/http-contract/problem/refusal-error';
import { questionSheet, type AnsweredSheet } from '@app/tables/question-sheet';
import { readTable, type TableRow } from '@app/tables/table';
import { rest } from '@app/application/cooperative';
import type { Refusal } from '@app/domain/values/problem';
import { Controller, Inject, Post, Query, Req, Res, UseGuards } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { SETTINGS, type Settings } from '../settings';
import { bodyOf, charsetOf, chunksOf, jsonOf, linesOf, mediaTypeOf, tellUnknown } from '../http/request-body';
import { CSV, JSON_TYPE, NDJSON } from '@app/http-contract/media-types';
import { Gives, MediaTypeGuard, preferred, Takes } from '../http/media-types';
import { hungUp } from '../http/problem-details';
import { problemOf } from '@app/http-contract/problem/problems';

/** The number of characters that are sent on at once. */
const ENOUGH = 64 * 1024;

@Controller('v1/eligibility')
export class EligibilityController {
  constructor(
    private readonly queries: QueryBus,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /**
   * Answers many questions in their order, as they come; if a question has no answer, a problem takes its
   * place.
   */
  @Post()
  @UseGuards(MediaTypeGuard)
  @Takes(JSON_TYPE, NDJSON, CSV)
  @Gives(JSON_TYPE, NDJSON, CSV)
  async ask(
    @Query() { brief, route, map = [], ignore = [], dates, policy, ...moment }: ManyQuestions,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const sent = mediaTypeOf(request);
    const form = preferred(request, FORMS[sent] ?? []);
    const under = policy && policiesIn(policy);
    const manner = {
      policy: under ?? this.settings.policy,
      brief: brief === 'true',
      route: route === 'true',
    };
    const table = sent === CSV ? unwrap(await readTable(chunksOf(request), charsetOf(request))) : undefined;
    const sheet =
      table && unwrap(questionSheet(table, { map, ignore, dates, policy: under, brief: manner.brief }));
    const ofTables = Object.entries({
      map,
      ignore,
      dates: [dates ?? []].flat(),
      policy: policy ?? [],
    }).filter(([, said]) => said.length > 0);
    if (!sheet && ofTables.length > 0) throw new Refused(noTable(ofTables.map(([name]) => name)));
    if (sheet) tellUnknown(reply, sheet.unknownColumns);
    const whole = sent === JSON_TYPE ? listIn(unwrap(jsonOf(bodyOf(request))).value) : undefined;
    const gone = hungUp(reply);
    const answering = unwrap(await this.queries.execute(new AnswerMany(manner, moment, gone)));
    const texts =
      table && sheet
        ? answered(
            table.rows,
            (row) => {
              const given = answering.answer(sheet.questionIn(row));
              return given instanceof Promise
                ? given.then((one) => sheet.explained(one, row))
                : sheet.explained(given, row);
            },
            form === CSV ? tableOf(sheet.besides(answering.policies)) : formOf(form),
            gone,
          )
        : answered<SentQuestion>(
            whole ?? parsed(linesOf(request)),
            (question) => answering.answer(question),
            formOf(form),
            gone,
          );
    await reply
      .status(200)
      .header('content-type', form === NDJSON ? NDJSON : `${form}; charset=utf-8`)
      .send(Readable.from(texts, { objectMode: false, highWaterMark: ENOUGH }));
  }
}

/** The media types of the answers by that of the questions, the same one first. */
const FORMS: Readonly<Record<string, readonly string[]>> = {
  [JSON_TYPE]: [JSON_TYPE, NDJSON],
  [NDJSON]: [NDJSON, JSON_TYPE],
  [CSV]: [CSV, NDJSON, JSON_TYPE],
};

function noTable(names: readonly string[]): Refusal {
  return refuse(
    'invalid-question',
    `Only of a table ${names.join(', ')} can be said: leave it out, or send text/csv`,
    names.map((name) => ({
      pointer: `/${name}`,
      code: 'invalid-question',
      detail: 'Leave it out, or send text/csv',
    })),
  );
}

function listIn(value: unknown): SentQuestion[][] {
  if (Array.isArray(value)) return [value.map((question: unknown) => ({ value: question }))];
  throw new Refused(refuse('invalid-question', `Send a JSON array of questions, or one a line as ${NDJSON}`));
}

async function* parsed(parts: AsyncIterable<(Buffer | Refusal)[]>): AsyncGenerator<SentQuestion[]> {
  for await (const lines of parts) yield lines.map((line) => (Buffer.isBuffer(line) ? jsonOf(line) : line));
}

/** How to write an answer to a question, and what comes before the first, between two, and after the last. */
interface Form<Q> {
  readonly begin: string;
  readonly between: string;
  readonly end: string;
  text(answer: QuestionResult, question: Q): string;
}

function formOf(type: string): Form<unknown> {
  return type === NDJSON
    ? { begin: '', between: '', end: '', text: (answer) => `${textOf(answer)}\n` }
    : { begin: '[', between: ',', end: ']', text: textOf };
}

function tableOf(sheet: AnsweredSheet): Form<TableRow> {
  return { begin: sheet.header, between: '', end: '', text: (answer, row) => sheet.line(row, answer) };
}

function textOf(answer: QuestionResult): string {
  if ('text' in answer) return answer.text;
  return JSON.stringify(isRefusal(answer) ? problemOf(answer) : answer);
}

/**
 * Answers each part of the questions before reading the next, so that a client may wait for an answer before
 * it asks on.
 */
async function* answered<Q>(
  questions: AsyncIterable<readonly Q[]> | Iterable<readonly Q[]>,
  answer: (question: Q) => QuestionResult | Promise<QuestionResult>,
  form: Form<Q>,
  gone: AbortSignal,
): AsyncGenerator<string> {
  let text = form.begin;
  let separator = '';
  for await (const part of questions) {
    for (const question of part) {
      const pause = rest();
      if (pause) await pause;
      if (gone.aborted) return;
      const given = answer(question);
      text += separator + form.text(given instanceof Promise ? await given : given, question);
      separator = form.between;
      if (text.length >= ENOUGH) {
        yield text;
        text = '';
      }
    }
    if (text !== '') yield text;
    text = '';
  }
  if (text + form.end !== '') yield text + form.end;
}
