import { ReadBodies, ReadBody } from '@app/application/reading/bodies';
import type { Credential } from '@app/application/access/credential';
import { IssueKey, RevokeKey } from '@app/application/posting/body-keys';
import { ListKeys } from '@app/application/posting/list-keys';
import { questionOf } from '@app/http-contract/request/question-pipe';
import { KeyPath, NewKey } from '@app/http-contract/routes/keys';
import { AsKnown, AtLeast, BodyPath, Nothing } from '@app/http-contract/request/shared-questions';
import { unwrap } from '@app/http-contract/problem/refusal-error';
import { Controller, Delete, Get, HttpCode, Param, Post, Query, Req, Res, UseGuards } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { bodyOf, jsonOf } from '../http/request-body';
import { JSON_TYPE } from '@app/http-contract/media-types';
import { sealingKeyBy } from '../http/caller';
import { idempotencyKeyOf } from '../http/idempotency';
import { Gives, MediaTypeGuard, TakesOrNothing } from '../http/media-types';
import { tellPosition } from '../http/position-token';
import { KeyGuard, Poster } from '../http/api-key.guard';

/** Which bodies are recognised, and what for. */
@Controller('v1/bodies')
export class BodiesController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  async list(@Query() moment: AsKnown) {
    return unwrap(await this.queries.execute(new ReadBodies(moment)));
  }

  @Get(':slug')
  async record(@Param() { slug }: BodyPath, @Query() moment: AsKnown) {
    return unwrap(await this.queries.execute(new ReadBody(slug, moment)));
  }
}

/** The keys with which a body posts. */
@Controller('v1/bodies/:slug/keys')
@UseGuards(MediaTypeGuard, KeyGuard)
export class KeysController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Get()
  async list(@Poster() credential: Credential, @Param() { slug }: BodyPath, @Query() moment: AtLeast) {
    return unwrap(await this.queries.execute(new ListKeys(credential, slug, moment)));
  }

  @Post()
  @TakesOrNothing(JSON_TYPE)
  async issue(
    @Poster() credential: Credential,
    @Param() { slug }: BodyPath,
    @Query() _query: Nothing,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<{ readonly key: string; readonly secret: string }> {
    const body = bodyOf(request);
    const { key, until } = questionOf(NewKey, body.length > 0 ? unwrap(jsonOf(body)).value : {});
    const idempotencyKey = idempotencyKeyOf(request);
    const named =
      idempotencyKey === undefined
        ? undefined
        : { idempotencyKey, sealing: sealingKeyBy(request, idempotencyKey) };
    const issued = unwrap(await this.commands.execute(new IssueKey(credential, slug, key, until, named)));
    void reply
      .header('location', `/v1/bodies/${slug}/keys/${issued.key}`)
      .header('cache-control', 'no-store');
    tellPosition(reply, issued.position);
    return { key: issued.key, secret: issued.secret };
  }

  @Delete(':key')
  @HttpCode(204)
  @Gives()
  async revoke(
    @Poster() credential: Credential,
    @Param() { slug, key }: KeyPath,
    @Query() _query: Nothing,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    const { position } = unwrap(await this.commands.execute(new RevokeKey(credential, slug, key)));
    tellPosition(reply, position);
  }
}
