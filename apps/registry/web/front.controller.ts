import { AskEligibility } from '@app/application/eligibility';
import { PageQuestion, questionOf } from '@app/application/questions';
import { ReadPolicy } from '@app/application/records';
import { Refused } from '@app/application/refused';
import { SearchProviders } from '@app/application/search';
import type { Refusal } from '@app/domain/problem';
import type { FoundProvider } from '@app/read-model/search';
import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Gives } from '../api/media-types';
import { problemOf } from '../api/problem';
import { SETTINGS, type Settings } from '../settings';
import type { Answered } from './answer-view';
import { FIELDS, FrontPage, type Fault, type Field, type Shown, type Typed } from './front-page';
import { HTML, sendPage } from './page';

/** So many providers are shown to choose from. */
const MOST_CHOICES = 20;

/** What begins like a key is one; everything else is searched for. */
const KEY = /^(?:ukprn|company|charity|urn):\S+$/;

/** The front page, where a provider is checked. Its address is the question, and whatever is wrong is said on the page. */
@Controller()
export class FrontController {
  constructor(
    private readonly queries: QueryBus,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  @Get()
  @Gives(HTML)
  async page(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const query = request.query as Query;
    const typed = typedIn(query);
    const id = typed.policy === '' ? this.settings.policy : typed.policy;
    const policy = await this.queries.execute(new ReadPolicy(id, {}));
    const shown = isRefusal(policy) ? faultsOf(policy, typed) : await this.#shown(query, typed, id);
    const status = shown.kind === 'faults' ? shown.status : 200;
    if (status === 503) void reply.header('retry-after', '1');
    const read = isRefusal(policy) ? undefined : policy;
    const page = FrontPage({ typed, shown, policy: read, today: read?.knownAt.today ?? null });
    await sendPage(reply, page, { status, hasForm: true });
  }

  async #shown(query: Query, typed: Typed, policy: string): Promise<Shown> {
    const asked = checked(query);
    if (isRefusal(asked)) {
      // Who names no provider does not ask yet; what stands in the address all the same is to be right.
      const errors = asked.errors?.filter(({ pointer }) => 'provider' in query || pointer.slice(1) in query);
      return errors?.length === 0
        ? { kind: 'nothing' }
        : faultsOf({ ...asked, ...(errors && { errors }) }, typed);
    }
    const answered = KEY.test(asked.provider)
      ? await this.#answered(asked.provider, asked, typed, policy)
      : undefined;
    const isFound =
      answered?.kind === 'answer' || answered?.faults.every(({ field }) => field !== 'provider');
    // A key that is not registered may be meant all the same: written in small letters, or not to its end.
    return answered && isFound ? answered : this.#searched(asked, typed, policy, answered);
  }

  /** The answer about who is found by what was typed, or the choice where several are. */
  async #searched(
    asked: PageQuestion,
    typed: Typed,
    policy: string,
    otherwise: Shown | undefined,
  ): Promise<Shown> {
    const search = { text: asked.provider, limit: MOST_CHOICES };
    const page = await this.queries.execute(new SearchProviders(search, {}));
    if (isRefusal(page)) return faultsOf(page, typed);
    const { providers } = page;
    const meant = providers.filter((one) => isWhole(asked.provider, one));
    const [provider, second] = meant.length > 0 ? meant : providers;
    if (!provider) return otherwise ?? faultsOf(nobody(asked.provider), typed);
    if (second) return { kind: 'several', providers, more: page.next !== null };
    const others = providers.filter((one) => one !== provider);
    return this.#answered(provider.key, asked, typed, policy, { provider, others });
  }

  async #answered(
    provider: string,
    { setting, from, until, knownAt, adviser = [] }: PageQuestion,
    typed: Typed,
    policy: string,
    found?: Answered['found'],
  ): Promise<Faults | Extract<Shown, { kind: 'answer' }>> {
    const isOneDay = from === undefined || until === undefined;
    const days = isOneDay ? { on: from ?? until } : { from, until };
    const question = { provider, setting, policy, advisers: adviser, ...days };
    const answer = await this.queries.execute(new AskEligibility(question, false, { knownAt }));
    if (isRefusal(answer)) return faultsOf(answer, typed, SAID);
    const { position } = answer.knownAt;
    const document = await this.queries.execute(new ReadPolicy(policy, { knownAt: position }));
    return {
      kind: 'answer',
      answer,
      policy: isRefusal(document) ? undefined : document,
      typed: typed.provider,
      found,
      isPinned: knownAt === position,
    };
  }
}

type Query = Readonly<Record<string, string | readonly string[]>>;
type Faults = Extract<Shown, { kind: 'faults' }>;

function isRefusal(value: object): value is Refusal {
  return 'code' in value && 'detail' in value;
}

/** A parameter that was given more than once is shown as one, and still refused where it may be given once. */
function typedIn(query: Query): Typed {
  const typed = (name: Field) => [query[name] ?? ''].flat().join(' ').trim();
  return {
    provider: typed('provider'),
    setting: typed('setting'),
    from: typed('from'),
    until: typed('until'),
    knownAt: typed('knownAt'),
    adviser: typed('adviser'),
    policy: typed('policy'),
  };
}

/** The question of an address. A form sends every field: those left empty are not asked. */
function checked(query: Query): PageQuestion | Refusal {
  const given = Object.entries(query).flatMap(([name, value]) => {
    const words = typeof value === 'string' ? value.trim() : value;
    const read =
      name === 'adviser' ? [words].flat().flatMap((one) => one.split(/[\s,]+/).filter(Boolean)) : words;
    return read.length === 0 ? [] : [[name, read] as const];
  });
  try {
    return questionOf(PageQuestion, Object.fromEntries(given));
  } catch (error) {
    if (error instanceof Refused) return error.refusal;
    throw error;
  }
}

/** Whether what was typed is the whole of a name or a key of a provider, or the number in a key. */
function isWhole(typed: string, { matched, keys }: FoundProvider): boolean {
  const wanted = typed.toLowerCase();
  const whole = [matched ?? '', ...keys, ...keys.map((key) => key.slice(key.indexOf(':') + 1))];
  return whole.some((one) => one.toLowerCase() === wanted);
}

function nobody(typed: string): Refusal {
  return {
    code: 'unknown-provider',
    detail: `Nobody is registered under “${typed}”: type a part of the name, or the key. Whoever is not registered has first to be registered by a body`,
  };
}

/** What a page says of a field otherwise than the API, which speaks of parameters. Each has only this left to be wrong. */
const SAID: Readonly<Partial<Record<Field, string>>> = {
  setting: 'The policy has no such setting: choose one from the list',
  until: 'The last day is before the first: mend one of them, or exchange them',
};

/** The field to which a refusal belongs that names none. */
const FIELD_OF: Readonly<Partial<Record<Refusal['code'], Field>>> = {
  'unknown-provider': 'provider',
  'unknown-adviser': 'adviser',
  'unknown-policy': 'policy',
  'not-caught-up': 'knownAt',
  'no-day-opened': 'from',
};

/** A refusal as the page shows it: beside the fields that it is about. */
function faultsOf(
  refusal: Refusal,
  typed: Typed,
  said: Readonly<Partial<Record<Field, string>>> = {},
): Faults {
  const { code, detail, errors } = refusal;
  const { status } = problemOf(refusal);
  if (errors === undefined) {
    const field = FIELD_OF[code];
    // A register that has not read its log yet is no fault of a moment that nobody asked for.
    return {
      kind: 'faults',
      status,
      faults: [{ field: field && typed[field] !== '' ? field : undefined, detail }],
    };
  }
  const faults = errors.map(({ pointer, detail }): Fault => {
    const name = pointer.slice(1);
    const field = FIELDS.find((one) => one === name);
    return field ? { field, detail: said[field] ?? detail } : { field, detail: `${name}: ${detail}` };
  });
  return { kind: 'faults', status, faults };
}
