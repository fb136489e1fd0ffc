import { MintAdviser } from '@app/application/vault/mint-adviser';
import type { Credential } from '@app/application/access/credential';
import { ReadHistory } from '@app/application/reading/history';
import { questionOf } from '@app/http-contract/request/question-pipe';
import { StandingQuestion } from '@app/http-contract/routes/adviser-eligibility';
import { AdviserPath, AsKnown, HistoryQuestion, Nothing } from '@app/http-contract/request/shared-questions';
import { ReadAdviser } from '@app/application/reading/records';
import { AsOfResolver } from '@app/read-model/as-of';
import { unwrap } from '@app/http-contract/problem/refusal-error';
import { AskStanding } from '@app/application/asking/ask-adviser-eligibility';
import type { AdviserAnswer } from '@app/domain/evaluation/v1/adviser-answer';
import { Controller, Get, Inject, Param, Post, Query, Req, Res, UseGuards } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { SETTINGS, type Settings } from '../settings';
import { bodyOf, jsonOf } from '../http/request-body';
import { JSON_TYPE } from '@app/http-contract/media-types';
import { showsPerson } from '../http/conventions';
import { idempotencyKeyOf } from '../http/idempotency';
import { MediaTypeGuard, TakesOrNothing } from '../http/media-types';
import { linkNext } from '../http/paging';
import { tellPosition } from '../http/position-token';
import { KeyGuard, Poster } from '../http/api-key.guard';

@Controller('v1/advisers')
export class AdvisersController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly reader: AsOfResolver,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  @Post()
  @UseGuards(MediaTypeGuard, KeyGuard)
  @TakesOrNothing(JSON_TYPE)
  async mint(
    @Poster() credential: Credential,
    @Query() _query: Nothing,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const body = bodyOf(request);
    if (body.length > 0) questionOf(Nothing, unwrap(jsonOf(body)).value);
    const again = idempotencyKeyOf(request);
    const minted = unwrap(await this.commands.execute(new MintAdviser(credential, again)));
    const { key, position, recordedAt, first } = minted;
    void reply.status(first ? 201 : 200).header('location', `/v1/advisers/${key}`);
    tellPosition(reply, position);
    return { key, position: String(position), recordedAt };
  }

  @Get(':key')
  async record(
    @Param() { key }: AdviserPath,
    @Query() moment: AsKnown,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const record = unwrap(await this.queries.execute(new ReadAdviser(key, moment)));
    // A public name may be erased tomorrow, so this answer has no permanent address, and no copy may be kept.
    if (record.person) showsPerson(reply);
    return record;
  }

  @Get(':key/history')
  async history(
    @Param() { key }: AdviserPath,
    @Query() { limit = '100', after, ...moment }: HistoryQuestion,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const page = unwrap(await this.queries.execute(new ReadHistory(key, { after, limit }, moment)));
    const knownAt = this.reader.written(page.knownAt.position);
    linkNext(reply, `/v1/advisers/${key}/history`, { knownAt, limit, after: page.next });
    return page;
  }

  @Get(':key/eligibility')
  async eligibility(
    @Param() { key }: AdviserPath,
    @Query() question: StandingQuestion,
  ): Promise<AdviserAnswer> {
    const { purpose, on, from, until, policy = this.settings.policy, ...moment } = question;
    const asked = { adviser: key, purpose, policy };
    return unwrap(await this.queries.execute(new AskStanding(asked, { on, from, until }, moment)));
  }
}
