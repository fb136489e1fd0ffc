import { policiesInOrder } from '@app/domain/evaluation/v1/resolved-question';
import type { LogView } from '@app/domain/log/log-view';
import { EVERY_POLICY } from '@app/domain/subjects/policy';
import { isRefusal, type Refusal } from '@app/domain/values/problem';
import { Comparison, drafted } from '@app/read-model/answers/comparison';
import { effectsOf, type Impacts } from '@app/read-model/answers/impact';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { TrialLine } from '../question-lines';
import { AsOfResolver } from '@app/read-model/as-of';
import type { DryRun } from '../posting/dry-run';

/** A change that something tried would make: `places` of the events that bear on it, among those that were sent, from 0. */
export type TriedChange = Omit<Impacts['providers'][number], 'because'> & {
  readonly places: readonly number[];
};

/** What would change, from today on, if the tried events were posted. */
export type TriedEffects = Omit<Impacts, 'providers'> & { readonly providers: readonly TriedChange[] };

/** What a trial would change under every policy; undefined before the first day, when there is no today. */
export class FindEffects extends Query<TriedEffects | Refusal | undefined> {
  constructor(
    readonly trial: DryRun,
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

  async execute({ trial, signal }: FindEffects): Promise<TriedEffects | Refusal | undefined> {
    const { base, after } = trial.draft;
    if (base.today === undefined) return undefined;
    const policies = new Set([after, base].flatMap(policiesAt));
    const comparison = new Comparison(drafted(this.reader.index, base, after), [...policies]);
    const effects = await this.line.answer(effectsOf(comparison, base.today), signal);
    if (isRefusal(effects)) return effects;
    return {
      ...effects,
      providers: effects.providers.map(({ because, ...change }) => ({
        ...change,
        places: because.map((position) => trial.placeOf(position)),
      })),
    };
  }
}

/** Every policy of which an edition stands, in the order in which they are answered. */
function policiesAt(known: LogView): readonly string[] {
  const policies = policiesInOrder(known, EVERY_POLICY);
  return isRefusal(policies) ? [] : policies;
}
