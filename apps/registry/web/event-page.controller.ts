import { ReadEventHistory } from '@app/application/history';
import { ReadNames } from '@app/application/names';
import { EventPageQuestion, EventPath } from '@app/application/questions';
import { Reader } from '@app/application/reader';
import type { HistoryEvent } from '@app/read-model/history';
import { Controller, Get, Param, Query, Res, UseFilters } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import type { FastifyReply } from 'fastify';
import { Gives } from '../api/media-types';
import { problemOf } from '../api/problem';
import { EventPage, NoEventPage } from './event-page';
import { HTML, sendPage } from './page';
import { PageProblemFilter } from './page-problem';

/** What an event says and what has become of it, for people. */
@Controller('events')
@UseFilters(PageProblemFilter)
export class EventPageController {
  constructor(
    private readonly queries: QueryBus,
    private readonly reader: Reader,
  ) {}

  @Get(':position')
  @Gives(HTML)
  async page(
    @Param() { position }: EventPath,
    @Query() { knownAt }: EventPageQuestion,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const read = await this.queries.execute(new ReadEventHistory(Number(position), { knownAt }));
    if ('code' in read) {
      const { status } = problemOf(read);
      if (status === 503) void reply.header('retry-after', '1');
      await sendPage(reply, NoEventPage({ position, refusal: read, knownAt }), { status });
      return;
    }
    const names = await this.queries.execute(
      new ReadNames(keysIn(read.event), Number(read.knownAt.position)),
    );
    const pinned = this.reader.written(read.knownAt.position) ?? '';
    await sendPage(reply, EventPage({ ...read, names, pinned, asked: knownAt }));
  }
}

/** What looks like the key of somebody who has a name in the log: of whoever is none, there is none. */
const NAMED = /^(?:ukprn|company|charity|urn|body):[A-Za-z0-9-]+$/;

/** The keys of the providers and bodies that an event and what was done to it name. */
function keysIn(value: HistoryEvent): readonly string[] {
  const keys: string[] = [];
  JSON.stringify(value, (_, member: unknown) => {
    if (typeof member === 'string' && NAMED.test(member)) keys.push(member);
    return member;
  });
  return keys;
}
