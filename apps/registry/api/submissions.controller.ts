import type { Credential } from '@app/application/credential';
import type { Result } from '@app/application/draft';
import { PostEvents, TryEvents } from '@app/application/post-events';
import { BodyPath, LoadQuestion, Posting, questionOf, SubmissionsQuestion } from '@app/application/questions';
import { granted, Refused } from '@app/application/refused';
import { PlanRetraction, type Retraction } from '@app/application/retractions';
import { ReadSubmissions } from '@app/application/submissions';
import type { Trial } from '@app/application/trial';
import { TOO_LARGE } from '@app/application/writer';
import { Controller, Get, HttpCode, Param, Post, Query, Req, Res, UseGuards } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { counted, MOST_IN_AN_APPEND, type Judged, type Mode } from './batch';
import { JSON_TYPE, jsonOf } from './body';
import { MediaTypeGuard, Takes } from './media-types';
import { linkNext } from './paging';
import { KeyGuard, Poster } from './poster';

/** What a body has submitted: read back, and retracted a load at a time. */
@Controller('v1/bodies/:slug')
export class SubmissionsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Get('events')
  async events(
    @Param() { slug }: BodyPath,
    @Query() { type, subject, source, limit = '100', after, ...moment }: SubmissionsQuestion,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const wanted = { body: `body:${slug}`, type, subject, source };
    const page = granted(await this.queries.execute(new ReadSubmissions(wanted, { after, limit }, moment)));
    const knownAt = page.knownAt.position;
    linkNext(reply, `/v1/bodies/${slug}/events`, { type, subject, source, knownAt, limit, after: page.next });
    return page;
  }

  @Post('retractions')
  @HttpCode(200)
  @UseGuards(MediaTypeGuard, KeyGuard)
  @Takes(JSON_TYPE)
  async retract(
    @Poster() credential: Credential,
    @Param() { slug }: BodyPath,
    @Query() query: Posting,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const load = questionOf(LoadQuestion, granted(jsonOf(request.body as Buffer)).value);
    const mode = { atomic: query.atomic === 'true', dryRun: query.dryRun === 'true' };
    const plan = granted(await this.queries.execute(new PlanRetraction(credential, slug, load)));
    const parts = mode.atomic ? whole(plan.parts()) : plan.parts();
    const judged = this.#judged(credential, parts, mode, reply);
    const { body, source, upTo } = plan;
    return { body, source, upTo, ...(await counted(judged, mode)) };
  }

  /** Posts part after part, for as long as somebody waits for the answer. */
  async *#judged(
    credential: Credential,
    parts: AsyncIterable<readonly Retraction[]>,
    mode: Mode,
    reply: FastifyReply,
  ): AsyncGenerator<readonly Judged[]> {
    let trial: Trial | undefined;
    for await (const retractions of parts) {
      if (reply.raw.destroyed) return;
      const sent = retractions.map((one) => one.sent);
      let results: readonly Result[];
      if (mode.dryRun) {
        const tried = await this.commands.execute(new TryEvents(credential, sent, mode.atomic, trial));
        ({ results, trial } = granted(tried));
      } else results = granted(await this.commands.execute(new PostEvents(credential, sent, mode.atomic)));
      yield results.flatMap((result, i) => {
        const position = retractions[i]?.position;
        return position === undefined ? [] : [{ item: { place: { position } }, result }];
      });
    }
  }
}

/** All parts in one, where one append may hold them. */
async function* whole(parts: AsyncIterable<readonly Retraction[]>): AsyncGenerator<readonly Retraction[]> {
  const all: Retraction[] = [];
  for await (const part of parts) {
    all.push(...part);
    if (all.length > MOST_IN_AN_APPEND) throw new Refused(TOO_LARGE);
  }
  if (all.length > 0) yield all;
}
