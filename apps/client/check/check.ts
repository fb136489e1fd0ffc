import type { Answer } from '@app/domain/evaluation/v1/answer-shape';
import type { PolicyTexts } from '@app/phrases/policy-texts';
import { readDay, type DayForm } from '@app/tables/days';
import { addressOf } from '@app/http-contract/page-address';
import {
  answersInLines,
  tellWhatIsAsked,
  type Deciding,
  type Successors,
} from '@app/phrases/answers-in-lines';
import { Ending, EXIT, exitOf } from '../exit-codes';
import { once, pathOf, RegisterAt, RegisterRefusal } from '../register';
import { providerMeant } from '../whom';

export interface CheckOptions {
  readonly setting?: string;
  readonly on?: string;
  readonly from?: string;
  readonly until?: string;
  readonly adviser: readonly string[];
  readonly school?: string;
  /** Ids of policies, or `all`; the register’s own if there are none. */
  readonly policy: readonly string[];
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

/** Asks about one provider, by its key, another number or its name; resolves to the exit code. */
export async function checkProvider(
  whom: string,
  options: CheckOptions,
  signal: AbortSignal,
): Promise<number> {
  const { setting, knownAt, adviser, school, policy } = options;
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
      ...Object.entries({ ...daysOfOptions(options), school, knownAt }).flatMap(([name, value]) =>
        value === undefined ? [] : [[name, value] as [string, string]],
      ),
      ...adviser.map((one): [string, string] => ['adviser', one]),
      ...policy.map((one): [string, string] => ['policy', one]),
    ]);
    const path = `/v1/providers/${pathOf(key)}/eligibility?${query.toString()}`;
    const { text, headers } = await register.text(path, undefined, signal);
    const told = JSON.parse(text) as Answer | { readonly answers: readonly Answer[] };
    const answers = 'answers' in told ? told.answers : [told];
    const stays = headers['content-location']?.toString() ?? path;
    if (options.json === true) process.stdout.write(`${text}\n`);
    else {
      const deciding = await decidingEditions(register, answers, signal);
      const successors = await successorsNamed(register, answers, signal);
      const asked = await askedOf(register, answers, stays, signal);
      const told = answers.map((answer, i) => ({ answer, asked: asked[i] ?? answer }));
      const words = answersInLines(told, (answer) => deciding.get(answer.policy.id) ?? [], successors);
      process.stdout.write(`${[...words, ...kept(options, answers, stays)].join('\n')}\n`);
    }
    return exitOf(answers.map(({ outcome }) => outcome));
  });
}

/** The editions that decide the days of each answer, by policy. */
async function decidingEditions(
  register: RegisterAt,
  answers: readonly Answer[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Deciding>> {
  const found = answers.map(async ({ policy, knownAt }): Promise<[string, Deciding]> => {
    const path = `/v1/policies/${policy.id}?knownAt=${knownAt.position}`;
    const { editions } = JSON.parse((await register.text(path, undefined, signal)).text) as PolicyRecord;
    const documents = new Map(editions.map((one) => [one.edition, one.policy]));
    return [policy.id, policy.editions.map(({ edition }) => ({ edition, document: documents.get(edition) }))];
  });
  return new Map(await Promise.all(found));
}

interface PolicyRecord {
  readonly editions: readonly { readonly edition: number; readonly policy: PolicyTexts }[];
}

/**
 * What the policies ask of whoever is named, apart from whether the provider engages them: the answers themselves
 * where that makes no difference, or where the register is of a release that does not tell it. `stays`: the address
 * at which the answers stay.
 */
async function askedOf(
  register: RegisterAt,
  answers: readonly Answer[],
  stays: string,
  signal: AbortSignal,
): Promise<readonly Answer[]> {
  if (tellWhatIsAsked(answers)) return answers;
  try {
    const path = stays.replace('/eligibility?', '/eligibility/as-if-engaged?');
    const { text } = await register.text(path, undefined, signal);
    return (JSON.parse(text) as { readonly answers: readonly Answer[] }).answers;
  } catch (error) {
    if (error instanceof RegisterRefusal && error.problem.code === 'not-found') return answers;
    throw error;
  }
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

/** The addresses at which the answers stay: one as a page for people, one as JSON. */
function kept({ url, policy }: CheckOptions, [answer]: readonly Answer[], stays: string): readonly string[] {
  if (!answer) return [];
  const { setting, from, until, advisers, school, provider } = answer;
  const knownAt = new URL(stays, 'http://register').searchParams.get('knownAt') ?? answer.knownAt.position;
  const page = addressOf('/', {
    provider: provider.key,
    setting,
    from,
    until,
    knownAt,
    adviser: advisers,
    school,
    policy: policy.length > 0 ? policy : answer.policy.id,
  });
  return [`To keep: ${url}${page}`, `To keep as JSON: ${url}${stays}`];
}

/** Asks for the record of the provider, because an answer has only the positions of these events. */
async function successorsNamed(
  register: RegisterAt,
  answers: readonly Answer[],
  signal: AbortSignal,
): Promise<Successors> {
  const warned = answers.find(({ warnings }) => warnings.some(({ code }) => code === 'provider-succeeded'));
  if (!warned) return new Map();
  const path = `/v1/providers/${pathOf(warned.provider.key)}?knownAt=${warned.knownAt.position}`;
  const { text } = await register.text(path, undefined, signal);
  const { succeededBy } = JSON.parse(text) as {
    readonly succeededBy: readonly { readonly position: string; readonly by: readonly string[] }[];
  };
  return new Map(succeededBy.map(({ position, by }) => [position, by]));
}
