import { AnswerCache } from '@app/read-model/answers/answer-cache';
import { EventIndex } from '@app/read-model/index/event-index';
import { Module } from '@nestjs/common';
import { OPTIONS, type ApplicationOptions } from '../options';
import { PostingModule } from '../posting/posting.module';
import { AskAsIfEngagedHandler } from './ask-as-if-engaged';
import { AskStandingHandler } from './ask-adviser-eligibility';
import { AskEligibilityHandler } from './ask-eligibility';
import { AnswerManyHandler } from './ask-many';
import { AskSuccessionHandler } from './ask-succession';
import { CompareHandler } from './compare-moments';
import { FindEffectsHandler } from './dry-run-effects';
import { FindImpactHandler } from './policy-impact';

/**
 * Whether a provider or an adviser is eligible, and what changes that: between two moments, by a policy, or
 * by tried events.
 */
@Module({
  imports: [PostingModule],
  providers: [
    {
      provide: AnswerCache,
      useFactory: ({ cacheBytes }: ApplicationOptions, index: EventIndex) =>
        new AnswerCache(index, cacheBytes),
      inject: [OPTIONS, EventIndex],
    },
    AskEligibilityHandler,
    AskAsIfEngagedHandler,
    AnswerManyHandler,
    AskStandingHandler,
    AskSuccessionHandler,
    CompareHandler,
    FindEffectsHandler,
    FindImpactHandler,
  ],
})
export class AskingModule {}
