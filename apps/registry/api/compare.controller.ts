import { Compare } from '@app/application/compare';
import { CompareQuestion } from '@app/application/questions';
import { Reader } from '@app/application/reader';
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
    private readonly reader: Reader,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** Whose answers differ between two moments. */
  @Get()
  async compare(@Query() question: CompareQuestion, @Res({ passthrough: true }) reply: FastifyReply) {
    const {
      before,
      after,
      setting,
      provider,
      on,
      policy = this.settings.policy,
      limit = '100',
      page,
      ...moment
    } = question;
    const compared = granted(
      await this.queries.execute(
        new Compare(
          { before, after, provider, setting, on, policy },
          { after: page, limit: Number(limit) },
          moment,
          hungUp(reply),
        ),
      ),
    );
    const { knownAt } = compared;
    // Before the first event there is no position to name, and an instant of then stays before it.
    const pinned = {
      before: this.reader.written(knownAt.before.position) ?? before,
      after: this.reader.written(knownAt.after.position) ?? after,
    };
    keep(reply);
    linkNext(
      reply,
      '/v1/compare',
      { ...pinned, provider, setting, on: compared.on, policy, limit, page: compared.next },
      'page',
    );
    return compared;
  }
}
