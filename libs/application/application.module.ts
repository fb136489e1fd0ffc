import { Follower } from '@app/read-model/follower';
import { EventIndex } from '@app/read-model/index/event-index';
import { ProviderSearch } from '@app/read-model/search/provider-search';
import { Module, type DynamicModule } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { AccessModule } from './access/access.module';
import { Attempts } from './access/attempts';
import { AskingModule } from './asking/asking.module';
import { CoreModule } from './core.module';
import { Checkpoints } from './proofs/checkpoints';
import { ProofsModule } from './proofs/proofs.module';
import { Lifecycle } from './lifecycle';
import type { ApplicationOptions } from './options';
import { Calendar } from './posting/calendar';
import { PostingModule } from './posting/posting.module';
import { Timekeeper } from './posting/timekeeper';
import { Writer } from './posting/writer';
import { ReadingModule } from './reading/reading.module';
import { VaultModule } from './vault/vault.module';

/** Everything of the register but HTTP, a module for each capability. */
@Module({})
export class ApplicationModule {
  static of(options: ApplicationOptions): DynamicModule {
    return {
      module: ApplicationModule,
      imports: [
        CqrsModule.forRoot(),
        CoreModule.of(options),
        PostingModule,
        AskingModule,
        ReadingModule,
        VaultModule,
        AccessModule,
        ProofsModule,
      ],
      providers: [
        {
          provide: Lifecycle,
          useFactory: (
            index: EventIndex,
            follower: Follower,
            writer: Writer,
            time: Timekeeper,
            days: Calendar,
            search: ProviderSearch,
            attempts: Attempts,
            checkpoints: Checkpoints,
          ) => new Lifecycle(options, index, follower, writer, time, days, search, attempts, checkpoints),
          inject: [EventIndex, Follower, Writer, Timekeeper, Calendar, ProviderSearch, Attempts, Checkpoints],
        },
      ],
      exports: [CqrsModule, CoreModule, PostingModule, AccessModule, Lifecycle],
    };
  }
}
