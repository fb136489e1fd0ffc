import { ReadLog } from '@app/application/log';
import { LogPage } from '@app/application/questions';
import { granted } from '@app/application/refused';
import { Controller, Get, Query, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import type { FastifyReply } from 'fastify';
import { NDJSON } from './body';
import { keep } from './habits';
import { Gives } from './media-types';
import { linkNext } from './paging';

@Controller('v1/log')
export class LogController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @Gives(NDJSON)
  async page(
    @Query() { after = '-1', limit = '1000', ...moment }: LogPage,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    const page = granted(await this.queries.execute(new ReadLog(after, Number(limit), moment)));
    void reply.header('content-type', NDJSON);
    keep(reply);
    linkNext(reply, '/v1/log', { after: page.next, limit });
    return page.events.map((event) => `${event}\n`).join('');
  }
}
