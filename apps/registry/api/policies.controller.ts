import { FindImpact } from '@app/application/asking/policy-impact';
import { PolicyPath } from '@app/http-contract/routes/policies';
import { AsKnown, AtLeast } from '@app/http-contract/request/shared-questions';
import { ReadPolicies, ReadPolicy } from '@app/application/reading/records';
import { unwrap } from '@app/http-contract/problem/refusal-error';
import { Controller, Get, HttpCode, Param, Post, Query, Req, Res, UseGuards } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { bodyOf, jsonOf } from '../http/request-body';
import { JSON_TYPE } from '@app/http-contract/media-types';
import { MediaTypeGuard, Takes } from '../http/media-types';
import { hungUp } from '../http/problem-details';

@Controller('v1/policies')
export class PoliciesController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  async all(@Query() moment: AsKnown) {
    return unwrap(await this.queries.execute(new ReadPolicies(moment)));
  }

  @Get(':id')
  async one(@Param() { id }: PolicyPath, @Query() moment: AsKnown) {
    return unwrap(await this.queries.execute(new ReadPolicy(id, moment)));
  }

  /** What a draft edition would change before it is published. */
  @Post('impact')
  @HttpCode(200)
  @UseGuards(MediaTypeGuard)
  @Takes(JSON_TYPE)
  async impact(
    @Query() moment: AtLeast,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { value } = unwrap(jsonOf(bodyOf(request)));
    return unwrap(await this.queries.execute(new FindImpact(value, moment, hungUp(reply))));
  }
}
