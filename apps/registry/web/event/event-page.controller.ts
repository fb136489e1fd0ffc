import { isRefusal, refuse } from '@app/http-contract/problem/refusal-error';
import { ReadEventHistory } from '@app/application/reading/history';
import { FindPosition } from '@app/application/reading/moment';
import { ReadNames } from '@app/application/reading/names';
import { AsOfResolver } from '@app/read-model/as-of';
import { EventPath } from '@app/http-contract/request/shared-questions';
import type { Refusal } from '@app/domain/values/problem';
import type { HistoryEvent } from '@app/read-model/records/history';
import { Controller, Get, Inject, Param, Req, Res, UseFilters } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { keepNothing } from '../../http/conventions';
import { Gives } from '../../http/media-types';
import { problemOf } from '@app/http-contract/problem/problems';
import { originOf, trusted } from '../../http/client-address';
import { SETTINGS, type Settings } from '../../settings';
import { addressOf } from '@app/http-contract/page-address';
import { kindOfKey, type KindOfKey } from '@app/http-contract/typed';
import { EventPage, NoEventPage } from './event-page';
import { knownAtOf, notReached } from '../layout/moment';
import { HTML, sendPage, sendStarting } from '../layout/page';
import { PageProblemFilter } from '../problems/page-problem';
import { readParameters, type Query } from '../layout/parameters';
import { typedMoment } from '@app/http-contract/typed-day';

/** What an event says and what has become of it, for people. */
@Controller('events')
@UseFilters(PageProblemFilter)
export class EventPageController {
  readonly #isProxy: ReturnType<typeof trusted>;

  constructor(
    private readonly queries: QueryBus,
    private readonly reader: AsOfResolver,
    @Inject(SETTINGS) settings: Settings,
  ) {
    this.#isProxy = trusted(settings.trustProxy);
  }

  @Get(':position')
  @Gives(HTML)
  async page(
    @Param() { position }: EventPath,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { given, isClean, faults } = readParameters(request.query as Query, ['knownAt']);
    if (!isClean && faults.length === 0) {
      keepNothing(reply);
      await reply.redirect(addressOf(`/events/${position}`, given), 302);
      return;
    }
    const typed = String(given.knownAt ?? '').trim();
    const moment = faults[0] ? unreadable(faults[0].detail) : await this.#moment(typed);
    const read = isRefusal(moment)
      ? moment
      : await this.queries.execute(new ReadEventHistory(Number(position), moment));
    const asked = typed === '' ? undefined : typed;
    if (isRefusal(read)) {
      if (isRefusal(await this.queries.execute(new FindPosition({})))) {
        await sendStarting(reply);
        return;
      }
      const { status } = problemOf(read);
      if (status === 503) void reply.header('retry-after', '60');
      const detail = read.code === 'not-caught-up' ? notReached(typed) : read.detail;
      await sendPage(reply, NoEventPage({ position, refusal: { ...read, detail }, knownAt: asked }), {
        status,
      });
      return;
    }
    const names = await this.queries.execute(
      new ReadNames(keysIn(read.event), Number(read.knownAt.position)),
    );
    const knownAt = isRefusal(moment) ? undefined : moment.knownAt;
    const pinned = this.reader.written(read.knownAt.position) ?? '';
    const origin = originOf(request, this.#isProxy);
    await sendPage(reply, EventPage({ ...read, names, asked: knownAt, pinned, origin }));
  }

  async #moment(typed: string): Promise<{ readonly knownAt: string | undefined } | Refusal> {
    const moment = typed === '' ? undefined : typedMoment(typed);
    return moment && 'fault' in moment ? unreadable(moment.fault) : knownAtOf(this.queries, moment);
  }
}

/** The refusal of a moment of knowledge in the address that cannot be read. */
function unreadable(detail: string): Refusal {
  return refuse('invalid-question', detail);
}

/** The kinds of subjects that have a name in the log. */
const NAMED: readonly (KindOfKey | undefined)[] = ['provider', 'body'];

/** The keys of the providers and bodies that an event and its later changes name. */
function keysIn(value: HistoryEvent): readonly string[] {
  const keys: string[] = [];
  JSON.stringify(value, (_, member: unknown) => {
    if (typeof member === 'string' && NAMED.includes(kindOfKey(member))) keys.push(member);
    return member;
  });
  return keys;
}
