import { AsOfResolver } from '@app/read-model/as-of';
import { Follower } from '@app/read-model/follower';
import { EventIndex } from '@app/read-model/index/event-index';
import { LogEnd } from '@app/read-model/log-end';
import type { Projection } from '@app/read-model/projection';
import { ProviderSearch } from '@app/read-model/search/provider-search';
import { Global, Module, type DynamicModule, type Provider } from '@nestjs/common';
import { Checkpoints } from './proofs/checkpoints';
import { LogTree } from './proofs/log-tree';
import { OPTIONS, type ApplicationOptions } from './options';
import { Timekeeper } from './posting/timekeeper';
import { QuestionLine, RegisterLine, RouteLine, TrialLine } from './question-lines';
import { NO_TELEMETRY, TELEMETRY } from './telemetry';
import { Persons } from './vault/persons';
import { registeredKeys } from './vault/registered';

/** The projections that the follower feeds besides the event index. */
const PROJECTIONS = [ProviderSearch, LogTree];

/**
 * What every capability needs: the log, followed into the index, the search and the tree; the checkpoints; the time; the moment that a
 * question means; the public names of persons; and the lines in which heavy questions wait.
 */
@Global()
@Module({})
export class CoreModule {
  static of(options: ApplicationOptions): DynamicModule {
    return {
      module: CoreModule,
      providers: [
        { provide: OPTIONS, useValue: options },
        { provide: TELEMETRY, useValue: options.telemetry ?? NO_TELEMETRY },
        EventIndex,
        {
          provide: Follower,
          useFactory: (index: EventIndex, ...projections: Projection[]) =>
            new Follower(options.log, index, projections),
          inject: [EventIndex, ...PROJECTIONS],
        },
        ...proofProviders(options),
        {
          provide: Timekeeper,
          useFactory: (index: EventIndex) => new Timekeeper(options, index),
          inject: [EventIndex],
        },
        {
          provide: AsOfResolver,
          useFactory: (index: EventIndex, follower: Follower, time: Timekeeper) =>
            new AsOfResolver(index, follower, time.now, new LogEnd(options.log)),
          inject: [EventIndex, Follower, Timekeeper],
        },
        {
          provide: Persons,
          useFactory: (time: Timekeeper) =>
            Persons.of(options.vault, time.now, options.sinceBoot, options.readers),
          inject: [Timekeeper],
        },
        {
          provide: ProviderSearch,
          useFactory: (index: EventIndex, persons: Persons) => {
            const search = new ProviderSearch(
              index,
              (keys) => persons.shown(registeredKeys(index.at(index.head), keys))?.name,
            );
            persons.whenChanged((key) => {
              if (!key.startsWith('adviser:')) search.renew(key);
            });
            return search;
          },
          inject: [EventIndex, Persons],
        },
        QuestionLine,
        RegisterLine,
        RouteLine,
        TrialLine,
      ],
      exports: [
        OPTIONS,
        TELEMETRY,
        EventIndex,
        Follower,
        Timekeeper,
        AsOfResolver,
        Persons,
        ProviderSearch,
        LogTree,
        Checkpoints,
        QuestionLine,
        RegisterLine,
        RouteLine,
        TrialLine,
      ],
    };
  }
}

/** The tree that follows the log, and who signs it. */
function proofProviders(options: ApplicationOptions): Provider[] {
  return [
    {
      provide: LogTree,
      useFactory: (index: EventIndex) => new LogTree(options.log, index),
      inject: [EventIndex],
    },
    {
      provide: Checkpoints,
      useFactory: (index: EventIndex, follower: Follower, tree: LogTree, time: Timekeeper) =>
        new Checkpoints(
          {
            store: options.proofs,
            origin: options.origin,
            witnesses: options.witnesses,
            log: options.log,
            clock: time.now,
            showVerifierKey: options.showVerifierKey ?? (() => undefined),
          },
          index,
          follower,
          tree,
        ),
      inject: [EventIndex, Follower, LogTree, Timekeeper],
    },
  ];
}
