import { ReadAttempts } from '@app/application/access/read-attempts';
import type { Credential } from '@app/application/access/credential';
import { AccessQuestion } from '@app/http-contract/routes/access';
import { unwrap } from '@app/http-contract/problem/refusal-error';
import { Controller, Get, Query, Res, UseGuards } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import type { FastifyReply } from 'fastify';
import { MediaTypeGuard } from '../http/media-types';
import { linkNext } from '../http/paging';
import { KeyGuard, Poster } from '../http/api-key.guard';

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
    const page = unwrap(await this.queries.execute(new ReadAttempts(credential, asked)));
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
