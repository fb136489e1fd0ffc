import { Follower } from '@app/read-model/follower';
import { EventIndex } from '@app/read-model/index/event-index';
import { Module } from '@nestjs/common';
import { hashOfSecret } from '../access/credential';
import { AccessModule } from '../access/access.module';
import { OPTIONS, type ApplicationOptions } from '../options';
import { TELEMETRY, type Telemetry } from '../telemetry';
import { IssueKeyHandler, RevokeKeyHandler } from './body-keys';
import { Calendar } from './calendar';
import { DRAWN_KEYS } from './drawn-keys';
import { ListKeysHandler } from './list-keys';
import { MemoryDrawnKeys } from './memory-drawn-keys';
import { PostEventsHandler, TryEventsHandler } from './post-events';
import { PlanRetractionHandler } from './retract-load';
import { Timekeeper } from './timekeeper';
import { Writer } from './writer';

/** Everything that changes the log: the writer, the opening of days, keys of bodies, retractions of loads. */
@Module({
  imports: [AccessModule],
  providers: [
    {
      provide: Writer,
      useFactory: (
        { log, calendar, registrarKey, readers }: ApplicationOptions,
        index: EventIndex,
        follower: Follower,
        time: Timekeeper,
        telemetry: Telemetry,
      ) =>
        new Writer(log, index, follower, {
          clock: time.now,
          doubt: () => time.doubt()?.why,
          calendar,
          registrarKey: registrarKey === undefined ? undefined : hashOfSecret(registrarKey),
          readers,
          telemetry,
        }),
      inject: [OPTIONS, EventIndex, Follower, Timekeeper, TELEMETRY],
    },
    {
      provide: Calendar,
      useFactory: (writer: Writer, index: EventIndex, time: Timekeeper) =>
        new Calendar(writer, index, time.now),
      inject: [Writer, EventIndex, Timekeeper],
    },
    {
      provide: DRAWN_KEYS,
      useFactory: ({ drawnKeys }: ApplicationOptions) => drawnKeys ?? new MemoryDrawnKeys(),
      inject: [OPTIONS],
    },
    PostEventsHandler,
    TryEventsHandler,
    IssueKeyHandler,
    RevokeKeyHandler,
    ListKeysHandler,
    PlanRetractionHandler,
  ],
  exports: [Writer, Calendar],
})
export class PostingModule {}
