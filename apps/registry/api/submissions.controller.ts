import type { Credential } from '@app/application/access/credential';
import { questionOf } from '@app/http-contract/request/question-pipe';
import { LoadQuestion, SubmissionsQuestion } from '@app/http-contract/routes/submissions';
import { Posting } from '@app/http-contract/routes/events';
import { BodyPath } from '@app/http-contract/request/shared-questions';
import { AsOfResolver } from '@app/read-model/as-of';
import { unwrap } from '@app/http-contract/problem/refusal-error';
import { PlanRetraction, type PlannedRetraction } from '@app/application/posting/retract-load';
import { ReadSubmissions } from '@app/application/reading/submissions';
import { Controller, Get, HttpCode, Param, Post, Query, Req, Res, UseGuards } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { BatchItem } from './batch';
import { bodyOf, jsonOf } from '../http/request-body';
import { JSON_TYPE } from '@app/http-contract/media-types';
import { PostingSessions } from './posting-session';
import { MediaTypeGuard, Takes } from '../http/media-types';
import { linkNext } from '../http/paging';
import { tellPosition } from '../http/position-token';
import { KeyGuard, Poster } from '../http/api-key.guard';

/** What a body has submitted: to read it back, or to retract a load. */
@Controller('v1/bodies/:slug')
export class SubmissionsController {
  constructor(
    private readonly sessions: PostingSessions,
    private readonly queries: QueryBus,
    private readonly reader: AsOfResolver,
  ) {}

  @Get('events')
  async events(
    @Param() { slug }: BodyPath,
    @Query() { type, subject, source, limit = '100', after, ...moment }: SubmissionsQuestion,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const wanted = { body: `body:${slug}`, type, subject, source };
    const page = unwrap(await this.queries.execute(new ReadSubmissions(wanted, { after, limit }, moment)));
    const knownAt = this.reader.written(page.knownAt.position);
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
    const load = questionOf(LoadQuestion, unwrap(jsonOf(bodyOf(request))).value);
    const mode = { atomic: query.atomic === 'true', dryRun: query.dryRun === 'true' };
    const plan = unwrap(await this.queries.execute(new PlanRetraction(credential, slug, load)));
    // An event whose retraction was itself retracted counts as restored.
    const session = this.sessions.of(credential, mode, request);
    const { warned: _, warnings: __, ...batch } = await session.counted(whileHeard(plan.parts(), reply));
    tellPosition(reply, session.furthest);
    const { body, source, upTo } = plan;
    return { body, source, upTo, ...batch, ...plan.found() };
  }
}

/** The retractions of a load, as long as somebody waits for the answer. */
async function* whileHeard(
  parts: AsyncIterable<readonly PlannedRetraction[]>,
  reply: FastifyReply,
): AsyncGenerator<readonly BatchItem[]> {
  for await (const retractions of parts) {
    if (reply.raw.destroyed) return;
    yield retractions.map(({ position, sent }) => ({ place: { position }, sent }));
  }
}
