import { Readable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { AnswerMany, type Answering, type SentQuestion } from '@app/application/many-questions';
import { ManyQuestions } from '@app/application/questions';
import { granted, Refused } from '@app/application/refused';
import type { Refusal } from '@app/domain/problem';
import { Controller, Inject, Post, Query, Req, Res, UseGuards } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { SETTINGS, type Settings } from '../settings';
import { JSON_TYPE, jsonOf, linesOf, mediaTypeOf, NDJSON } from './body';
import { Gives, MediaTypeGuard, preferred, Takes } from './media-types';
import { problemOf } from './problem';

/** Others who ask wait so many milliseconds at the most for the questions of one request. */
const LONGEST_TURN = 8;
/** So much text is handed on at once. */
const ENOUGH = 64 * 1024;

@Controller('v1/eligibility')
export class EligibilityController {
  constructor(
    private readonly queries: QueryBus,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** Answers many questions in their order, as they come; a problem stands in the place of the answer that there is not. */
  @Post()
  @UseGuards(MediaTypeGuard)
  @Takes(JSON_TYPE, NDJSON)
  @Gives(JSON_TYPE, NDJSON)
  async ask(
    @Query() { brief, route, ...moment }: ManyQuestions,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const sent = mediaTypeOf(request);
    const form = preferred(request, sent === NDJSON ? [NDJSON, JSON_TYPE] : [JSON_TYPE, NDJSON]);
    const questions =
      sent === NDJSON
        ? parsed(linesOf(request.body as Readable))
        : whole(granted(jsonOf(request.body as Buffer)).value);
    const manner = { policy: this.settings.policy, brief: brief === 'true', route: route === 'true' };
    const answering = granted(await this.queries.execute(new AnswerMany(manner, moment)));
    await reply
      .status(200)
      .header('content-type', form === NDJSON ? NDJSON : `${JSON_TYPE}; charset=utf-8`)
      .send(
        Readable.from(written(questions, answering, form === NDJSON ? LINES : LIST), {
          objectMode: false,
          highWaterMark: ENOUGH,
        }),
      );
  }
}

function whole(value: unknown): SentQuestion[][] {
  if (Array.isArray(value)) return [value.map((question: unknown) => ({ value: question }))];
  throw new Refused({
    code: 'invalid-question',
    detail: `Send a JSON array of questions, or one a line as ${NDJSON}`,
  });
}

async function* parsed(parts: AsyncIterable<(Buffer | Refusal)[]>): AsyncGenerator<SentQuestion[]> {
  for await (const lines of parts) yield lines.map((line) => (Buffer.isBuffer(line) ? jsonOf(line) : line));
}

/** What stands before the first answer, between one and the next, after each, and after the last. */
interface Form {
  readonly begin: string;
  readonly between: string;
  readonly after: string;
  readonly end: string;
}
const LINES: Form = { begin: '', between: '', after: '\n', end: '' };
const LIST: Form = { begin: '[', between: ',', after: '', end: ']' };

/** Each part of the questions is answered before the next is read: who waits for an answer before asking on gets it. */
async function* written(
  questions: AsyncIterable<SentQuestion[]> | Iterable<SentQuestion[]>,
  answering: Answering,
  { begin, between, after, end }: Form,
): AsyncGenerator<string> {
  let text = begin;
  let separator = '';
  for await (const part of questions) {
    let began = performance.now();
    for (const question of part) {
      text += separator + textOf(answering.answer(question)) + after;
      separator = between;
      if (text.length >= ENOUGH) {
        yield text;
        text = '';
      }
      if (performance.now() - began < LONGEST_TURN) continue;
      await turn();
      began = performance.now();
    }
    if (text !== '') yield text;
    text = '';
  }
  if (text + end !== '') yield text + end;
}

function textOf(answer: ReturnType<Answering['answer']>): string {
  if ('text' in answer) return answer.text;
  return JSON.stringify('code' in answer ? problemOf(answer) : answer);
}
