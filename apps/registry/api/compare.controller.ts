import { Compare } from '@app/application/compare';
import { CompareQuestion } from '@app/application/questions';
import { granted } from '@app/application/refused';
import { Controller, Get, Inject, Query, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import type { FastifyReply } from 'fastify';
import { SETTINGS, type Settings } from '../settings';
import { keep } from './habits';
import { linkNext } from './paging';
import { hungUp } from './problem';

@Controller('v1/compare')
export class CompareController {
  constructor(
    private readonly queries: QueryBus,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** Whose answers differ between two moments. Where both are given as positions it stays the same for ever. */
  @Get()
  async compare(@Query() question: CompareQuestion, @Res({ passthrough: true }) reply: FastifyReply) {
    const {
      before,
      after,
      setting,
      on,
      policy = this.settings.policy,
      limit = '100',
      page,
      ...moment
    } = question;
    const compared = granted(
      await this.queries.execute(
        new Compare(
          { before, after, setting, on, policy },
          { after: page, limit: Number(limit) },
          moment,
          hungUp(reply),
        ),
      ),
    );
    const { knownAt } = compared;
    const pinned = { before: knownAt.before.position, after: knownAt.after.position };
    keep(reply, before === pinned.before && after === pinned.after);
    linkNext(
      reply,
      '/v1/compare',
      { ...pinned, setting, on: compared.on, policy, limit, page: compared.next },
      'page',
    );
    return compared;
  }
}
