import { EVALUATOR } from '@app/domain/evaluation/v1/answer-shape';
import { policiesInOrder } from '@app/domain/evaluation/v1/resolved-question';
import { isRegistered, keysOf } from '@app/domain/log/identity';
import type { StoredEvent } from '@app/domain/log/stored-event';
import { EVERY_POLICY } from '@app/domain/subjects/policy';
import { providerIn } from '@app/domain/subjects/provider';
import { PROVIDER_KEY } from '@app/domain/values/keys';
import { isRefusal } from '@app/domain/values/problem';
import { finished } from '@app/domain/values/work';
import { eventInLines } from '@app/phrases/event-in-lines';
import { dayInWords, instantInWords, reasonsInWords, verdictInWords, visible } from '@app/phrases/words';
import { between, Comparison } from '@app/read-model/answers/comparison';
import type { PolicySetting } from '@app/read-model/answers/side';
import type { EventIndex } from '@app/read-model/index/event-index';
import { knownAt, type KnownAt } from '@app/read-model/records/records';
import { isFinding, type Finding } from '@app/transparency/finding';
import { ChangeFinder, type Change, type AnswerOrProblem } from './change-finder';
import type { Commitment, ProgressOfReading } from './committed-log';
import { AuditEnd, AUDITOR_EXIT } from './exit-codes';
import { holdLog } from './held-log';
import { EndOfLog, momentIn } from './moments';
import { daysIn, formOf, type DayOptions } from './questions';
import type { LogSource } from './source';

export interface DiffOptions extends DayOptions {
  /** Unless given, every provider whose answers can differ. */
  readonly provider: readonly string[];
  /** Unless given, every setting. */
  readonly setting: readonly string[];
  /** Ids of policies; unless given, every policy of which an edition stands at either moment. */
  readonly policy: readonly string[];
  readonly json?: boolean;
}

/**
 * Which answers changed between two moments of knowledge, and by which events, in lines or as one JSON document, piece by piece.
 * A finding, after which it ends: those of {@link holdLog}.
 */
export async function* changedAnswers(
  source: LogSource,
  checkpoint: Commitment,
  [before, after]: readonly [string, string],
  options: DiffOptions,
  told: ProgressOfReading,
): AsyncGenerator<string | Finding> {
  const days = daysIn(options);
  for (const key of options.provider) formOf('--provider', key, PROVIDER_KEY);
  const moments = [
    momentIn('the first moment', before),
    after === 'head' ? new EndOfLog() : momentIn('the second moment', after),
  ];
  const held = await holdLog(source, checkpoint, moments, told);
  if (isFinding(held)) {
    yield held;
    return;
  }
  const {
    register,
    positions: [first = -1, last = -1],
  } = held;
  if (first > last)
    throw new AuditEnd(
      AUDITOR_EXIT.usage,
      `The first moment is position ${first}, and the second ${last}: give the earlier one first`,
    );
  const policies = policiesMeant(register, first, last, options.policy);
  const comparison = new Comparison(between(register, first, last), policies);
  const settings = settingsMeant(comparison.settings, options.setting);
  const changes = new ChangeFinder(register, first, last, days);
  const isAnotherDay = changes.isOfToday && register.todayAt(first) !== register.todayAt(last);
  const providers = providersMeant(register, comparison, [first, last], options.provider, isAnotherDay);
  const known = {
    before: knownAt(register.at(first), register.recordedAt(first)),
    after: knownAt(register.at(last), register.recordedAt(last)),
  };
  const printer = options.json === true ? new Document(register, changes) : new Lines(register);
  yield printer.begin(known);
  for (const provider of providers)
    for (const asked of settings) {
      const change = changes.of({ provider, ...asked, advisers: [] });
      if (change) yield printer.change(change, comparison.provider(provider));
    }
  yield printer.end();
}

/** The policies that are meant; of all, those at either moment. Ends the program if no edition of one stands at either. */
function policiesMeant(
  register: EventIndex,
  first: number,
  last: number,
  asked: readonly string[],
): readonly string[] {
  const all = new Set(
    [last, first].flatMap((position) => {
      const found = policiesInOrder(register.at(position), EVERY_POLICY);
      return isRefusal(found) ? [] : found;
    }),
  );
  const unknown = asked.find((id) => id !== EVERY_POLICY && !all.has(id));
  if (unknown !== undefined)
    throw new AuditEnd(
      AUDITOR_EXIT.untold,
      `No edition of the policy ${unknown} stands at either moment: those are ${[...all].join(', ')}`,
    );
  return asked.length === 0 || asked.includes(EVERY_POLICY) ? [...all] : [...new Set(asked)];
}

function settingsMeant(
  settings: readonly PolicySetting[],
  asked: readonly string[],
): readonly PolicySetting[] {
  const unknown = asked.find((one) => !settings.some(({ setting }) => setting === one));
  if (unknown !== undefined)
    throw new AuditEnd(
      AUDITOR_EXIT.usage,
      `No edition of these policies has the setting ${unknown}: use one of ${[...new Set(settings.map(({ setting }) => setting))].join(', ')}`,
    );
  return asked.length === 0 ? settings : settings.filter(({ setting }) => asked.includes(setting));
}

/**
 * The providers that are meant: unless named, those whose answers can differ by what was recorded in between, and if another day
 * is asked at each moment, all of them. Ends the program if one that is named is registered at neither moment.
 */
function providersMeant(
  register: EventIndex,
  comparison: Comparison,
  positions: readonly number[],
  asked: readonly string[],
  isAnotherDay: boolean,
): readonly string[] {
  const unknown = asked.find((key) => !comparison.knows(key));
  if (unknown !== undefined)
    throw new AuditEnd(
      AUDITOR_EXIT.untold,
      `${unknown} is registered at neither moment, position ${positions.join(' or ')}`,
    );
  if (asked.length > 0) return [...new Set(asked)];
  const differing = finished(comparison.candidates());
  return isAnotherDay
    ? [...new Set([...differing, ...everyProvider(register, positions)])].sort()
    : differing;
}

/** The first key of every provider that is registered at one of some positions. */
function everyProvider(register: EventIndex, positions: readonly number[]): ReadonlySet<string> {
  const found = new Set<string>();
  for (const position of positions) {
    const known = register.at(position);
    for (const stream of register.chains.names) {
      const key = providerIn(stream);
      if (key === undefined || !isRegistered(known, key)) continue;
      found.add(keysOf(known, key)[0] ?? key);
    }
  }
  return found;
}

interface Provider {
  readonly key: string;
  readonly name: string | null;
}

interface Known {
  readonly before: KnownAt;
  readonly after: KnownAt;
}

/** Prints changes as one JSON document. */
class Document {
  readonly #register: EventIndex;
  readonly #changes: ChangeFinder;
  #count = 0;

  constructor(register: EventIndex, changes: ChangeFinder) {
    this.#register = register;
    this.#changes = changes;
  }

  begin(known: Known): string {
    return `{"knownAt":${JSON.stringify(known)},"evaluator":"${EVALUATOR}","changed":[`;
  }

  change({ question, before, after, steps }: Change, provider: Provider): string {
    const said = (told: AnswerOrProblem) => this.#changes.said(told);
    const { setting, policy } = question;
    const change = {
      provider,
      setting,
      policy: { id: policy },
      before: said(before),
      after: said(after),
      by: steps.map(({ position, told }) => {
        const { type, subject, body, recordedAt } = storedAt(this.#register, position);
        return { position: String(position), type, subject, body, recordedAt, said: said(told) };
      }),
    };
    return `${this.#count++ === 0 ? '' : ','}\n${JSON.stringify(change)}`;
  }

  end(): string {
    return ']}\n';
  }
}

/** Prints changes in lines for people. */
class Lines {
  readonly #register: EventIndex;
  #count = 0;

  constructor(register: EventIndex) {
    this.#register = register;
  }

  begin({ before, after }: Known): string {
    return `What changed between ${momentInWords(before)} and ${momentInWords(after)}:\n`;
  }

  change({ question, before, after, steps }: Change, { key, name }: Provider): string {
    this.#count++;
    const { setting, policy } = question;
    return [
      '',
      `${key}${name === null ? '' : `, ${name}`}: ${setting}, by ${policy}`,
      `  Before: ${toldInWords(before)}`,
      `  After: ${toldInWords(after)}`,
      ...steps.flatMap(({ position, told }, i) => [
        ...eventInLines(storedAt(this.#register, position)).map((line) => `  ${line}`),
        // The last step has brought what is told after.
        ...(i < steps.length - 1 ? [`    Then: ${toldInWords(told)}`] : []),
      ]),
      '',
    ]
      .map(visible)
      .join('\n');
  }

  end(): string {
    return this.#count === 0 ? 'Nothing changed.\n' : '';
  }
}

function storedAt(register: EventIndex, position: number): StoredEvent {
  return JSON.parse(register.text(position)) as StoredEvent;
}

function momentInWords({ position, recordedAt, today }: KnownAt): string {
  if (recordedAt === null) return 'the beginning of the log';
  const day = today === null ? '' : `, the day being ${dayInWords(today)}`;
  return `event ${position} (${instantInWords(recordedAt)}${day})`;
}

function toldInWords(told: AnswerOrProblem): string {
  if ('problem' in told) return `no answer (${told.problem})`;
  return [verdictInWords(told), ...reasonsInWords(told)].join(' ');
}
