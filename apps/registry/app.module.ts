import { ApplicationModule } from '@app/application/application.module';
import { type ApplicationOptions } from '@app/application/options';
import { QuestionPipe } from '@app/http-contract/request/question-pipe';
import { Module, type DynamicModule } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_PIPE, DiscoveryModule } from '@nestjs/core';
import { AccessController } from './api/access.controller';
import { AdvisersController } from './api/advisers.controller';
import { BodiesController, KeysController } from './api/bodies.controller';
import { CompareController } from './api/compare.controller';
import { EligibilityController } from './api/eligibility.controller';
import { EventsController } from './api/events.controller';
import { HealthController } from './api/health.controller';
import { LogController } from './api/log.controller';
import { AdviserPersonController, ProviderPersonController } from './api/persons.controller';
import { PoliciesController } from './api/policies.controller';
import { PostingSessions } from './api/posting-session';
import { LimitGuard } from './http/rate-limit.guard';
import { AcceptGuard, MediaTypeGuard } from './http/media-types';
import { ProofsController } from './api/proofs.controller';
import { ProvidersController } from './api/providers.controller';
import { SubmissionsController } from './api/submissions.controller';
import { Metrics, MetricsController } from './http/metrics';
import { SETTINGS, type Settings } from './settings';
import { AddressFilter } from './web/problems/address-filter';
import { DescriptionController } from './web/description.controller';
import { EventPageController } from './web/event/event-page.controller';
import { FrontController } from './web/check/front.controller';
import { ReceiptController } from './web/check/receipt.controller';
import { ProblemsController } from './web/problems/problems.controller';
import { WellKnownController } from './web/well-known.controller';

@Module({})
export class AppModule {
  static of(settings: Settings, metrics: Metrics, options: ApplicationOptions): DynamicModule {
    return {
      module: AppModule,
      imports: [DiscoveryModule, ApplicationModule.of({ ...options, telemetry: metrics })],
      controllers: [
        EventsController,
        LogController,
        ProofsController,
        ProvidersController,
        EligibilityController,
        CompareController,
        AdvisersController,
        AdviserPersonController,
        ProviderPersonController,
        PoliciesController,
        BodiesController,
        SubmissionsController,
        KeysController,
        AccessController,
        HealthController,
        MetricsController,
        DescriptionController,
        FrontController,
        ReceiptController,
        EventPageController,
        ProblemsController,
        WellKnownController,
      ],
      providers: [
        PostingSessions,
        { provide: SETTINGS, useValue: settings },
        { provide: Metrics, useValue: metrics },
        MediaTypeGuard,
        { provide: APP_GUARD, useClass: LimitGuard },
        { provide: APP_GUARD, useClass: AcceptGuard },
        { provide: APP_PIPE, useClass: QuestionPipe },
        { provide: APP_FILTER, useClass: AddressFilter },
      ],
    };
  }
}
