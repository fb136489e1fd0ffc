import { isRefusal, type Refusal } from '@app/domain/values/problem';
import type { Verdict } from '@app/read-model/answers/answer-cache';
import { Comparison, drafted } from '@app/read-model/answers/comparison';
import { effectsOf, type DatedChange, type Impacts } from '@app/read-model/answers/impact';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { TrialLine } from '../question-lines';
import { AsOfResolver } from '@app/read-model/as-of';
import type { DryRun } from '../posting/dry-run';

/** A change that something tried would make: `places` of the events that bear on it, among those that were sent, from 0. */
export type TriedChange = Omit<DatedChange<Verdict>, 'because'> & { readonly places: readonly number[] };

/** What would change, from today on, if the tried events were posted. */
export type TriedEffects = { readonly policy: { readonly id: string } } & Omit<Impacts, 'providers'> & {
    readonly providers: readonly TriedChange[];
  };

/** What a trial would change under a policy; undefined before the first day, when there is no today. */
export class FindEffects extends Query<TriedEffects | Refusal | undefined> {
  constructor(
    readonly trial: DryRun,
    readonly policy: string,
    /** Ends the work if no one waits for it any more. */
    readonly signal?: AbortSignal,
  ) {
    super();
  }
}

@QueryHandler(FindEffects)
export class FindEffectsHandler implements IQueryHandler<FindEffects> {
  constructor(
    private readonly reader: AsOfResolver,
    private readonly line: TrialLine,
  ) {}

  async execute({ trial, policy, signal }: FindEffects): Promise<TriedEffects | Refusal | undefined> {
    const { base, after } = trial.draft;
    if (base.today === undefined) return undefined;
    const comparison = new Comparison(drafted(this.reader.index, base, after), policy);
    const effects = await this.line.answer(effectsOf(comparison, base.today), signal);
    if (isRefusal(effects)) return effects;
    return {
      policy: { id: policy },
      ...effects,
      providers: effects.providers.map(({ because, ...change }) => ({
        ...change,
        places: because.map((position) => trial.placeOf(position)),
      })),
    };
  }
}
