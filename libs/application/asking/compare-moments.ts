import { formatDay } from '@app/domain/values/day';
import { windowOf } from '@app/domain/evaluation/v1/question-window';
import { EVALUATOR } from '@app/domain/evaluation/v1/answer-shape';
import { isRefusal, refuse, type Refusal } from '@app/domain/values/problem';
import { between, Comparison } from '@app/read-model/answers/comparison';
import type { PolicySetting } from '@app/read-model/answers/side';
import { differences, type DatedChange, type Looked, type Part } from '@app/read-model/answers/impact';
import { knownAt, type KnownAt } from '@app/read-model/records/records';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { RegisterLine } from '../question-lines';
import { AsOfResolver, type Moment } from '@app/read-model/as-of';

/** Two moments of knowledge, and what to compare between them. */
export interface Compared {
  /** A position, which may name its log, or an RFC 3339 instant; `after` is the head by default. */
  readonly before: string;
  readonly after?: string | undefined;
  readonly policy: string;
  /** All settings of the policy by default. */
  readonly setting?: string | undefined;
  /** Whose answers are compared: all providers’ by default. */
  readonly provider?: string | undefined;
  /** The day from which answers are compared; the later moment’s today by default. */
  readonly on?: string | undefined;
}

/** Whose answers differ between two moments of knowledge, and by which events. Positions are decimal strings. */
export interface ComparedAnswers {
  readonly knownAt: { readonly before: KnownAt; readonly after: KnownAt };
  readonly policy: { readonly id: string };
  readonly evaluator: string;
  readonly on: string;
  readonly settings: readonly string[];
  readonly providers: readonly (Omit<DatedChange<Looked>, 'because'> & {
    readonly because: readonly string[];
  })[];
  /** The key after which the next page begins; null on the last one. */
  readonly next: string | null;
}

export class Compare extends Query<ComparedAnswers | Refusal> {
  constructor(
    readonly compared: Compared,
    readonly part: Part,
    readonly moment: Pick<Moment, 'atLeast'>,
    /** Ends the work if no one waits for it any more. */
    readonly signal?: AbortSignal,
  ) {
    super();
  }
}

@QueryHandler(Compare)
export class CompareHandler implements IQueryHandler<Compare> {
  constructor(
    private readonly reader: AsOfResolver,
    private readonly line: RegisterLine,
  ) {}

  async execute({ compared, part, moment, signal }: Compare): Promise<ComparedAnswers | Refusal> {
    const { policy, provider, setting } = compared;
    await this.reader.readOn(compared.before, compared.after);
    const head = await this.reader.position(moment);
    if (isRefusal(head)) return head;
    const before = this.reader.positionOf(compared.before, 'before');
    if (isRefusal(before)) return before;
    const after = compared.after === undefined ? head : this.reader.positionOf(compared.after, 'after');
    if (isRefusal(after)) return after;
    if (before > after) {
      return refuse(
        'invalid-question',
        `before is position ${before}, and after is ${after}: give the earlier moment as before`,
        '/before',
      );
    }
    const { index: register } = this.reader;
    const comparison = new Comparison(between(register, before, after), [policy]);
    const settings = settingsOf(comparison, policy, setting);
    if (isRefusal(settings)) return settings;
    const { known } = comparison;
    if (provider !== undefined && !comparison.knows(provider)) {
      return refuse(
        'unknown-provider',
        `${provider} is registered at neither moment, position ${before} or ${after}: search for it, or compare later ones`,
      );
    }
    const days = windowOf({ on: compared.on }, known.after.today);
    if (isRefusal(days)) return days;
    const found = await this.line.answer(
      differences(comparison, settings, days.from, { ...part, provider }),
      signal,
    );
    if (isRefusal(found)) return found;
    const { providers, next } = found;
    return {
      knownAt: {
        before: knownAt(known.before, register.recordedAt(before)),
        after: knownAt(known.after, register.recordedAt(after)),
      },
      policy: { id: policy },
      evaluator: EVALUATOR,
      on: formatDay(days.from),
      settings: settings.map((one) => one.setting),
      providers: providers.map((change) => ({ ...change, because: change.because.map(String) })),
      next,
    };
  }
}

/** The settings to compare: the one asked for, or all that any edition of the policy has. */
function settingsOf(
  { settings }: Comparison,
  policy: string,
  setting: string | undefined,
): readonly PolicySetting[] | Refusal {
  if (settings.length === 0)
    return refuse('unknown-policy', `No edition of the policy ${policy} stands at either moment`);
  if (setting === undefined) return settings;
  const found = settings.filter((one) => one.setting === setting);
  return found.length > 0
    ? found
    : refuse(
        'invalid-question',
        `No edition of ${policy} has the setting ${setting}: use one of ${settings.map((one) => one.setting).join(', ')}`,
        '/setting',
      );
}
