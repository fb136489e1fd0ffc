import { Readable } from 'node:stream';
import { ReadLog } from '@app/application/reading/log';
import { LogPage } from '@app/http-contract/routes/log';
import { unwrap } from '@app/http-contract/problem/refusal-error';
import { Controller, Get, Query, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import type { FastifyReply } from 'fastify';
import { NDJSON } from '@app/http-contract/media-types';
import { LARGEST_LOG_PAGE, SLAB } from '../http/budgets';
import { keepUnder } from '../http/conventions';
import { Gives } from '../http/media-types';
import { linkNext } from '../http/paging';

@Controller('v1/log')
export class LogController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @Gives(NDJSON)
  async page(
    @Query() { after = '-1', limit = '1000', ...moment }: LogPage,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string | Readable> {
    const asked = new ReadLog(after, Number(limit), LARGEST_LOG_PAGE, moment);
    const { bytes, tag, next, pieces } = unwrap(await this.queries.execute(asked));
    void reply.header('content-type', NDJSON);
    keepUnder(reply, tag);
    linkNext(reply, '/v1/log', { after: next, limit });
    if (bytes <= SLAB) return [...pieces(SLAB)].join('');
    void reply.header('content-length', bytes);
    return Readable.from(pieces(SLAB), { objectMode: false });
  }
}
