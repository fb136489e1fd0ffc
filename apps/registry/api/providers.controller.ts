import { AskAsIfEngaged, type AnsweredAsIfEngaged } from '@app/application/asking/ask-as-if-engaged';
import { answersIn, AskEligibility } from '@app/application/asking/ask-eligibility';
import type { Answer } from '@app/domain/evaluation/v1/answer-shape';
import { AskReceipt } from '@app/application/proofs/ask-receipt';
import { AskSuccession, type WrittenSuccession } from '@app/application/asking/ask-succession';
import { ReadHistory } from '@app/application/reading/history';
import { ProviderSearchQuestion } from '@app/http-contract/routes/providers';
import { EligibilityQuestion, policiesIn, ProviderQuestion } from '@app/http-contract/routes/eligibility';
import { SuccessionQuestion } from '@app/http-contract/routes/succession';
import { AsKnown, HistoryQuestion, ProviderPath } from '@app/http-contract/request/shared-questions';
import { ReadProvider } from '@app/application/reading/records';
import { AsOfResolver } from '@app/read-model/as-of';
import { refuse, Refused, unwrap } from '@app/http-contract/problem/refusal-error';
import { SearchProviders } from '@app/application/reading/search';
import type { WrittenAnswer } from '@app/read-model/answers/answer-cache';
import { Controller, Get, Inject, Param, Query, Req, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { SETTINGS, type Settings } from '../settings';
import { JOSE, JSON_TYPE } from '@app/http-contract/media-types';
import { keep, showsPerson } from '../http/conventions';
import { Gives, preferred } from '../http/media-types';
import { linkNext } from '../http/paging';
import { hungUp } from '../http/problem-details';
import { asReceipt } from '../http/receipts';

@Controller('v1/providers')
export class ProvidersController {
  constructor(
    private readonly queries: QueryBus,
    private readonly reader: AsOfResolver,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  @Get()
  async search(
    @Query() { q, limit = '20', after, ...moment }: ProviderSearchQuestion,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const search = { text: q, after, limit: Number(limit) };
    const { namesPerson, ...page } = unwrap(await this.queries.execute(new SearchProviders(search, moment)));
    if (namesPerson) showsPerson(reply);
    else keep(reply);
    linkNext(reply, '/v1/providers', { q, limit, after: page.next });
    return page;
  }

  @Get(':key')
  async record(
    @Param() { key }: ProviderPath,
    @Query() moment: AsKnown,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const record = unwrap(await this.queries.execute(new ReadProvider(key, moment)));
    // A public name may be erased tomorrow, so this answer has no permanent address, and no copy may be kept.
    if (record.person) showsPerson(reply);
    return record;
  }

  @Get(':key/history')
  async history(
    @Param() { key }: ProviderPath,
    @Query() { limit = '100', after, ...moment }: HistoryQuestion,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const page = unwrap(await this.queries.execute(new ReadHistory(key, { after, limit }, moment)));
    // The following pages describe the same moment, whatever is recorded in between.
    const knownAt = this.reader.written(page.knownAt.position);
    linkNext(reply, `/v1/providers/${key}/history`, { knownAt, limit, after: page.next });
    return page;
  }

  @Get(':key/succession')
  async succession(
    @Param() { key }: ProviderPath,
    @Query() { to, ...moment }: SuccessionQuestion,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<WrittenSuccession> {
    const ask = new AskSuccession(key, to, moment, hungUp(reply));
    const proposal = unwrap(await this.queries.execute(ask));
    void reply.type(`${JSON_TYPE}; charset=utf-8`).serializer(textOf);
    return proposal;
  }

  @Get(':key/eligibility')
  @Gives(JSON_TYPE, JOSE)
  async eligibility(
    @Param() { key }: ProviderPath,
    @Query() question: EligibilityQuestion,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { asked, moment } = this.#asked(key, question);
    const { route } = question;
    if (preferred(request, [JSON_TYPE, JOSE]) === JOSE) {
      if (route === 'true') throw new Refused(NO_ROUTE);
      const receipt = unwrap(await this.queries.execute(new AskReceipt(asked, moment)));
      void reply.send(asReceipt(reply, receipt));
      return;
    }
    const ask =
      route === 'true'
        ? new AskEligibility(asked, true, moment, hungUp(reply))
        : new AskEligibility(asked, false, moment);
    const answer = unwrap(await this.queries.execute(ask));
    // Sent by itself: Nest would look through what a handler returns for whatever else that may be.
    void reply.type(`${JSON_TYPE}; charset=utf-8`).serializer(textOf).send(answer);
  }

  @Get(':key/eligibility/as-if-engaged')
  async asIfEngaged(
    @Param() { key }: ProviderPath,
    @Query() question: ProviderQuestion,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<WrittenAsIfEngaged> {
    const { asked, moment } = this.#asked(key, question);
    const given = unwrap(await this.queries.execute(new AskEligibility(asked, false, moment)));
    const own = answersIn(given).map(({ text }) => JSON.parse(text) as Answer);
    const answers = unwrap(await this.queries.execute(new AskAsIfEngaged(own)));
    const told: AnsweredAsIfEngaged = { asIfEngaged: own[0]?.advisers ?? [], answers };
    void reply.type(`${JSON_TYPE}; charset=utf-8`).serializer(textOf);
    const { knownAt } = given;
    return { text: JSON.stringify(told), knownAt, ...('policy' in given ? { policy: given.policy } : {}) };
  }

  #asked(
    provider: string,
    {
      setting,
      on,
      from,
      until,
      adviser = [],
      school,
      policy = [this.settings.policy],
      knownAt,
      atLeast,
    }: ProviderQuestion,
  ) {
    const policies = policiesIn(policy);
    return {
      asked: { provider, setting, policy: policies, on, from, until, advisers: adviser, school },
      moment: { knownAt, atLeast },
    };
  }
}

const NO_ROUTE = refuse(
  'invalid-question',
  'A receipt has no route, which is advice and no part of what is proven: leave route out, or accept application/json',
  '/route',
);

/** What is asked of whoever is named, as it is sent, with what its address at that moment is made of. */
type WrittenAsIfEngaged = Pick<WrittenAnswer, 'text' | 'knownAt'> & Partial<Pick<WrittenAnswer, 'policy'>>;

/** An answer is sent as it was written. */
function textOf({ text }: { readonly text: string }): string {
  return text;
}
