import { ReadAttempts } from '@app/application/access/read-attempts';
import type { Credential } from '@app/application/credential';
import { AccessQuestion } from '@app/application/questions';
import { granted } from '@app/application/refused';
import { Controller, Get, Query, Res, UseGuards } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import type { FastifyReply } from 'fastify';
import { MediaTypeGuard } from './media-types';
import { linkNext } from './paging';
import { KeyGuard, Poster } from './poster';

/** The access record, for the registrar. */
@Controller('v1/access')
@UseGuards(MediaTypeGuard, KeyGuard)
export class AccessController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  async page(
    @Poster() credential: Credential,
    @Query() { after, limit = '100', code, body }: AccessQuestion,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const before = after === undefined ? undefined : Number(after);
    const asked = { before, limit: Number(limit), code, body };
    const page = granted(await this.queries.execute(new ReadAttempts(credential, asked)));
    const next = page.next === undefined ? null : String(page.next);
    linkNext(reply, '/v1/access', { limit, code, body, after: next });
    return {
      attempts: page.attempts.map(({ number, at, code, count, ...asker }) => ({
        number: String(number),
        at,
        code,
        count,
        ...asker,
      })),
      next,
    };
  }
}
