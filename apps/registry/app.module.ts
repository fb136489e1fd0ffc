import { ApplicationModule, type ApplicationOptions } from '@app/application/application.module';
import { QuestionPipe } from '@app/application/questions';
import { Module, type DynamicModule } from '@nestjs/common';
import { APP_FILTER, APP_INTERCEPTOR, APP_PIPE } from '@nestjs/core';
import { AdvisersController } from './api/advisers.controller';
import { BodiesController } from './api/bodies.controller';
import { EventsController } from './api/events.controller';
import { HealthController } from './api/health.controller';
import { LogController } from './api/log.controller';
import { PoliciesController } from './api/policies.controller';
import { AcceptInterceptor } from './api/media-types';
import { ProblemFilter } from './api/problem';
import { ProvidersController } from './api/providers.controller';
import { SETTINGS, type Settings } from './settings';

@Module({})
export class AppModule {
  static of(settings: Settings, options: ApplicationOptions): DynamicModule {
    return {
      module: AppModule,
      imports: [ApplicationModule.of(options)],
      controllers: [
        EventsController,
        LogController,
        ProvidersController,
        AdvisersController,
        PoliciesController,
        BodiesController,
        HealthController,
      ],
      providers: [
        { provide: SETTINGS, useValue: settings },
        { provide: APP_INTERCEPTOR, useClass: AcceptInterceptor },
        { provide: APP_PIPE, useClass: QuestionPipe },
        { provide: APP_FILTER, useClass: ProblemFilter },
      ],
    };
  }
}
