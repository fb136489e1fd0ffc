import { type ApplicationOptions } from './application-options';
import { Lifecycle } from './lifecycle';
import { AnswerCache } from '@app/read-model/answers/answer-cache';
import { Follower } from '@app/read-model/follower';
import { EventIndex } from '@app/read-model/index/event-index';
import { ProviderSearch } from '@app/read-model/search/provider-search';
import { Module, type DynamicModule } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { MintAdviserHandler } from './vault/mint-adviser';
import { Attempts } from './access/attempts';
import { ReadAttemptsHandler } from './access/read-attempts';
import { ReadBodiesHandler, ReadBodyHandler } from './reading/bodies';
import { Calendar } from './posting/calendar';
import { hashOfSecret } from './access/credential';
import { CompareHandler } from './asking/compare-moments';
import { FindEffectsHandler } from './asking/dry-run-effects';
import { AskEligibilityHandler } from './asking/ask-eligibility';
import { ReadEvidenceHandler } from './reading/evidence';
import { ReadEventHistoryHandler, ReadHistoryHandler } from './reading/history';
import { QuestionLine, RegisterLine, RouteLine, TrialLine } from './asking/question-lines';
import { FindImpactHandler } from './asking/policy-impact';
import { IssueKeyHandler, RevokeKeyHandler } from './posting/body-keys';
import { ListKeysHandler } from './posting/list-keys';
import { ReadEventHandler, ReadLogHandler } from './reading/log';
import { AnswerManyHandler } from './asking/ask-many';
import { FindPositionHandler } from './reading/moment';
import { ReadNamesHandler, ReadPublicNamesHandler } from './reading/names';
import { NO_TELEMETRY, TELEMETRY } from './telemetry';
import { PostEventsHandler, TryEventsHandler } from './posting/post-events';
import { AsOfResolver } from '@app/read-model/as-of';
import {
  ReadAdviserHandler,
  ReadPoliciesHandler,
  ReadPolicyHandler,
  ReadProviderHandler,
} from './reading/records';
import { PlanRetractionHandler } from './posting/retract-load';
import { SearchProvidersHandler } from './reading/search';
import { AskStandingHandler } from './asking/ask-adviser-eligibility';
import { ReadSubmissionsHandler } from './reading/submissions';
import { Timekeeper } from './posting/timekeeper';
import {
  ErasePersonHandler,
  ExportPersonHandler,
  PutPersonHandler,
  ReadPersonHandler,
} from './vault/personal-data';
import { Persons } from './vault/persons';
import { registeredKeys } from './vault/registered';
import { Writer } from './posting/writer';

/** Everything of the register but HTTP: the log followed, the vault, the access record, the writer, the calendar, and the commands and queries. */
@Module({})
export class ApplicationModule {
  static of(options: ApplicationOptions): DynamicModule {
    const { log, vault, access, calendar, observer = NO_TELEMETRY } = options;
    const registrarKey = options.registrarKey === undefined ? undefined : hashOfSecret(options.registrarKey);
    return {
      module: ApplicationModule,
      imports: [CqrsModule.forRoot()],
      providers: [
        { provide: TELEMETRY, useValue: observer },
        EventIndex,
        {
          provide: Follower,
          useFactory: (register: EventIndex) => new Follower(log, register),
          inject: [EventIndex],
        },
        {
          provide: Timekeeper,
          useFactory: (register: EventIndex) => new Timekeeper(options, register),
          inject: [EventIndex],
        },
        {
          provide: Writer,
          useFactory: (register: EventIndex, follower: Follower, time: Timekeeper) =>
            new Writer(log, register, follower, {
              clock: time.now,
              doubt: () => time.doubt()?.why,
              calendar,
              registrarKey,
              observer,
            }),
          inject: [EventIndex, Follower, Timekeeper],
        },
        {
          provide: AsOfResolver,
          useFactory: (register: EventIndex, follower: Follower, time: Timekeeper) =>
            new AsOfResolver(register, follower, time.now),
          inject: [EventIndex, Follower, Timekeeper],
        },
        {
          provide: Calendar,
          useFactory: (writer: Writer, register: EventIndex, time: Timekeeper) =>
            new Calendar(writer, register, time.now),
          inject: [Writer, EventIndex, Timekeeper],
        },
        {
          provide: Lifecycle,
          useFactory: (
            register: EventIndex,
            follower: Follower,
            writer: Writer,
            time: Timekeeper,
            days: Calendar,
            search: ProviderSearch,
            attempts: Attempts,
          ) => new Lifecycle(options, register, follower, writer, time, days, search, attempts),
          inject: [EventIndex, Follower, Writer, Timekeeper, Calendar, ProviderSearch, Attempts],
        },
        {
          provide: AnswerCache,
          useFactory: (register: EventIndex) => new AnswerCache(register),
          inject: [EventIndex],
        },
        {
          provide: Attempts,
          useFactory: (time: Timekeeper) => Attempts.of(access, time.now, () => time.doubt() === undefined),
          inject: [Timekeeper],
        },
        RegisterLine,
        TrialLine,
        QuestionLine,
        RouteLine,
        PostEventsHandler,
        TryEventsHandler,
        FindEffectsHandler,
        IssueKeyHandler,
        RevokeKeyHandler,
        ListKeysHandler,
        ReadAttemptsHandler,
        ReadBodiesHandler,
        ReadBodyHandler,
        AskEligibilityHandler,
        AnswerManyHandler,
        ReadEventHandler,
        ReadLogHandler,
        ReadProviderHandler,
        ReadAdviserHandler,
        ReadPoliciesHandler,
        ReadPolicyHandler,
        {
          provide: Persons,
          useFactory: (time: Timekeeper) => Persons.of(vault, time.now),
          inject: [Timekeeper],
        },
        PutPersonHandler,
        ReadPersonHandler,
        ExportPersonHandler,
        ErasePersonHandler,
        MintAdviserHandler,
        {
          provide: ProviderSearch,
          useFactory: (register: EventIndex, persons: Persons) =>
            new ProviderSearch(
              register,
              (keys) => persons.shown(registeredKeys(register.at(register.head), keys))?.name,
            ),
          inject: [EventIndex, Persons],
        },
        SearchProvidersHandler,
        ReadHistoryHandler,
        ReadEventHistoryHandler,
        ReadNamesHandler,
        ReadPublicNamesHandler,
        ReadEvidenceHandler,
        FindPositionHandler,
        ReadSubmissionsHandler,
        PlanRetractionHandler,
        AskStandingHandler,
        CompareHandler,
        FindImpactHandler,
      ],
      exports: [CqrsModule, Lifecycle, AsOfResolver, Writer, Timekeeper, Attempts],
    };
  }
}
