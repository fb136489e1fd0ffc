import { Compare } from '@app/application/asking/compare-moments';
import { CompareQuestion } from '@app/http-contract/routes/compare';
import { AsOfResolver } from '@app/read-model/as-of';
import { unwrap } from '@app/http-contract/problem/refusal-error';
import { Controller, Get, Inject, Query, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import type { FastifyReply } from 'fastify';
import { SETTINGS, type Settings } from '../settings';
import { keep } from '../http/conventions';
import { linkNext } from '../http/paging';
import { hungUp } from '../http/problem-details';

@Controller('v1/compare')
export class CompareController {
  constructor(
    private readonly queries: QueryBus,
    private readonly reader: AsOfResolver,
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
    const compared = unwrap(
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
    // Before the first event no position can be named; an instant before it always stays before it.
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
