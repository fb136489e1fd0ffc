import type { Answer } from '@app/domain/evaluation/v1/answer-shape';
import { readDay, type DayForm } from '@app/tables/days';
import { addressOf } from '@app/http-contract/page-address';
import {
  capitalised,
  daysInWords,
  eventsInWords,
  knownInWords,
  questionInWords,
  reasonInWords,
  reasonsInWords,
  requirementInWords,
  verdictInWords,
  warningInWords,
} from '@app/phrases/words';
import { listInWords, takenPlaceInWords } from '@app/phrases/evidence-words';
import { Ending, EXIT } from '../exit-codes';
import { once, pathOf, RegisterAt } from '../register';
import { providerMeant } from '../whom';

export interface CheckOptions {
  readonly setting?: string;
  readonly on?: string;
  readonly from?: string;
  readonly until?: string;
  readonly adviser: readonly string[];
  readonly knownAt?: string;
  readonly map: readonly string[];
  readonly ignore: readonly string[];
  readonly dates?: DayForm;
  readonly encoding?: string;
  readonly delimiter?: string;
  readonly sheet?: string;
  readonly output?: string;
  readonly json?: boolean;
  readonly force?: boolean;
  readonly url: string;
  readonly key?: string;
}

const ENDS: Readonly<Record<string, number>> = {
  eligible: EXIT.done,
  'not-eligible': EXIT.refused,
  indeterminate: EXIT.indeterminate,
};

/** Asks about one provider, by its key, another number or its name; resolves to the exit code. */
export async function checkProvider(
  whom: string,
  options: CheckOptions,
  signal: AbortSignal,
): Promise<number> {
  const { setting, knownAt, adviser } = options;
  const tabular = ['map', 'ignore', 'dates', 'encoding', 'delimiter', 'sheet', 'output', 'force'] as const;
  const needless = tabular.filter((name) => [options[name] ?? []].flat().length > 0);
  if (needless.length > 0)
    throw new Ending(
      EXIT.usage,
      `${needless.map((name) => `--${name}`).join(', ')}: these are for a table, and ${whom} is no file`,
    );
  if (setting === undefined)
    throw new Ending(EXIT.usage, 'Say how guidance is delivered: --setting school-commissioned, for example');
  const register = new RegisterAt(options.url, options.key);
  return once(async () => {
    const key = await providerMeant(register, whom, signal);
    const query = new URLSearchParams([
      ['setting', setting],
      ...Object.entries({ ...daysOfOptions(options), knownAt }).flatMap(([name, value]) =>
        value === undefined ? [] : [[name, value] as [string, string]],
      ),
      ...adviser.map((one): [string, string] => ['adviser', one]),
    ]);
    const path = `/v1/providers/${pathOf(key)}/eligibility?${query.toString()}`;
    const { text, headers } = await register.text(path, undefined, signal);
    const answer = JSON.parse(text) as Answer;
    const stays = headers['content-location']?.toString() ?? path;
    if (options.json === true) process.stdout.write(`${text}\n`);
    else {
      const successors = await successorsNamed(register, answer, signal);
      const words = [...inWords(answer, successors), ...kept(options.url, answer, stays)];
      process.stdout.write(`${words.join('\n')}\n`);
    }
    return ENDS[answer.outcome] ?? EXIT.refused;
  });
}

/** The days that options say, as the register writes days. Ends the program where one is none. */
export function daysOfOptions({ on, from, until }: Pick<CheckOptions, 'on' | 'from' | 'until'>) {
  return { on: dayIn('--on', on), from: dayIn('--from', from), until: dayIn('--until', until) };
}

function dayIn(option: string, text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const read = readDay(text.trim(), undefined);
  if ('day' in read) return read.day;
  throw new Ending(
    EXIT.usage,
    `${option} ${text}: give a day that exists, like 2026-09-01 or, day first, 01/09/2026`,
  );
}

/** The addresses at which the answer stays: one as a page for people, one as JSON. */
function kept(url: string, answer: Answer, stays: string): readonly string[] {
  const { setting, from, until, advisers, provider, policy } = answer;
  const knownAt = new URL(stays, 'http://register').searchParams.get('knownAt') ?? answer.knownAt.position;
  const page = addressOf('/', {
    provider: provider.key,
    setting,
    from,
    until,
    knownAt,
    adviser: advisers,
    policy: policy.id,
  });
  return [`To keep: ${url}${page}`, `To keep as JSON: ${url}${stays}`];
}

/** By position, the keys of those that took the provider’s place by an event of which the answer warns. */
type Successors = ReadonlyMap<string, readonly string[]>;

/** Asks for the record of the provider, because an answer has only the positions of these events. */
async function successorsNamed(
  register: RegisterAt,
  { provider, knownAt, warnings }: Answer,
  signal: AbortSignal,
): Promise<Successors> {
  if (!warnings.some(({ code }) => code === 'provider-succeeded')) return new Map();
  const path = `/v1/providers/${pathOf(provider.key)}?knownAt=${knownAt.position}`;
  const { text } = await register.text(path, undefined, signal);
  const { succeededBy } = JSON.parse(text) as {
    readonly succeededBy: readonly { readonly position: string; readonly by: readonly string[] }[];
  };
  return new Map(succeededBy.map(({ position, by }) => [position, by]));
}

function warnedInWords({ code, evidence }: Answer['warnings'][number], successors: Successors): string {
  const taken =
    code === 'provider-succeeded' ? evidence.flatMap((position) => successors.get(position) ?? []) : [];
  const words =
    taken.length > 0
      ? `${listInWords(taken)} ${takenPlaceInWords(taken.length)}`
      : capitalised(warningInWords(code));
  return evidence.length > 0 ? `${words} (${eventsInWords(evidence)}).` : `${words}.`;
}

function inWords(answer: Answer, successors: Successors): readonly string[] {
  return [
    questionInWords(answer),
    '',
    verdictInWords(answer),
    ...reasonsInWords(answer),
    ...answer.advice.map(
      ({ requirement, reason, evidence, ...days }) =>
        `Encouraged, and not met ${daysInWords(days)}: that ${requirementInWords(answer, requirement)}, because ${reasonInWords(reason)}${evidence.length > 0 ? ` (${eventsInWords(evidence)})` : ''}.`,
    ),
    ...answer.warnings.map((warning) => warnedInWords(warning, successors)),
    '',
    knownInWords(answer),
  ];
}
