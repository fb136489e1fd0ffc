import { MintAdviser } from '@app/application/advisers';
import type { Credential } from '@app/application/credential';
import { ReadHistory } from '@app/application/history';
import {
  AdviserPath,
  AsKnown,
  HistoryQuestion,
  Nothing,
  questionOf,
  StandingQuestion,
} from '@app/application/questions';
import { ReadAdviser } from '@app/application/records';
import { Reader } from '@app/application/reader';
import { granted } from '@app/application/refused';
import { AskStanding } from '@app/application/standing';
import type { Standing } from '@app/domain/standing';
import { Controller, Get, Inject, Param, Post, Query, Req, Res, UseGuards } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { SETTINGS, type Settings } from '../settings';
import { bodyOf, JSON_TYPE, jsonOf } from './body';
import { showsPerson } from './habits';
import { idempotencyKeyOf } from './idempotency';
import { MediaTypeGuard, TakesOrNothing } from './media-types';
import { linkNext } from './paging';
import { KeyGuard, Poster } from './poster';

@Controller('v1/advisers')
export class AdvisersController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly reader: Reader,
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
    if (body.length > 0) questionOf(Nothing, granted(jsonOf(body)).value);
    const again = idempotencyKeyOf(request);
    const minted = granted(await this.commands.execute(new MintAdviser(credential, again)));
    const { key, position, recordedAt, first } = minted;
    void reply.status(first ? 201 : 200).header('location', `/v1/advisers/${key}`);
    return { key, position: String(position), recordedAt };
  }

  @Get(':key')
  async record(
    @Param() { key }: AdviserPath,
    @Query() moment: AsKnown,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const record = granted(await this.queries.execute(new ReadAdviser(key, moment)));
    // Who is shown today may be erased tomorrow: there is no address at which this answer stays, and no copy of it.
    if (record.person) showsPerson(reply);
    return record;
  }

  @Get(':key/history')
  async history(
    @Param() { key }: AdviserPath,
    @Query() { limit = '100', after, ...moment }: HistoryQuestion,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const page = granted(await this.queries.execute(new ReadHistory(key, { after, limit }, moment)));
    const knownAt = this.reader.written(page.knownAt.position);
    linkNext(reply, `/v1/advisers/${key}/history`, { knownAt, limit, after: page.next });
    return page;
  }

  @Get(':key/eligibility')
  async eligibility(@Param() { key }: AdviserPath, @Query() question: StandingQuestion): Promise<Standing> {
    const { purpose, on, from, until, policy = this.settings.policy, ...moment } = question;
    const asked = { adviser: key, purpose, policy };
    return granted(await this.queries.execute(new AskStanding(asked, { on, from, until }, moment)));
  }
}
