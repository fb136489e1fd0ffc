import { AskEligibility } from '@app/application/eligibility';
import { PageQuestion, questionOf } from '@app/application/questions';
import { Reader } from '@app/application/reader';
import { ReadPolicy } from '@app/application/records';
import { Refused } from '@app/application/refused';
import { SearchProviders } from '@app/application/search';
import type { Answer } from '@app/domain/eligibility';
import type { Refusal } from '@app/domain/problem';
import type { FoundProvider } from '@app/read-model/search';
import { Controller, Get, Inject, Req, Res, UseFilters } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { keepNothing } from '../api/habits';
import { Gives } from '../api/media-types';
import { problemOf } from '../api/problem';
import { originOf, trusted } from '../api/whence';
import { SETTINGS, type Settings } from '../settings';
import type { Answered } from './answer-view';
import { FIELDS, FrontPage, type Fault, type Field, type Shown, type Typed } from './front-page';
import { HTML, sendPage } from './page';
import { PageProblemFilter } from './page-problem';

/** So many providers are shown to choose from. */
const MOST_CHOICES = 20;

/** What begins like a key is one; everything else is searched for. */
const KEY = /^(?:ukprn|company|charity|urn):\S+$/;

/** The front page, where a provider is checked. Its address is the question, and whatever is wrong is said on the page. */
@Controller()
@UseFilters(PageProblemFilter)
export class FrontController {
  readonly #isProxy: (address: string | undefined) => boolean;

  constructor(
    private readonly queries: QueryBus,
    private readonly reader: Reader,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {
    this.#isProxy = trusted(settings.trustProxy);
  }

  @Get()
  @Gives(HTML)
  async page(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const query = request.query as Query;
    const typed = typedIn(query);
    const id = typed.policy === '' ? this.settings.policy : typed.policy;
    const policy = await this.queries.execute(new ReadPolicy(id, {}));
    const shown = isRefusal(policy)
      ? faultsOf(policy, typed)
      : await this.#shown(query, typed, id, request, reply);
    const status = shown.kind === 'faults' ? shown.status : 200;
    if (status === 503) void reply.header('retry-after', '1');
    const read = isRefusal(policy) ? undefined : policy;
    const page = FrontPage({ typed, shown, policy: read, today: read?.knownAt.today ?? null });
    await sendPage(reply, page, { status, hasForm: true });
  }

  async #shown(
    query: Query,
    typed: Typed,
    policy: string,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<Shown> {
    const asked = checked(query);
    if (isRefusal(asked)) {
      // Who names no provider does not ask yet; what stands in the address all the same is to be right.
      const errors = asked.errors?.filter(({ pointer }) => 'provider' in query || pointer.slice(1) in query);
      return errors?.length === 0
        ? { kind: 'nothing' }
        : faultsOf({ ...asked, ...(errors && { errors }) }, typed);
    }
    const whole: Whole = { asked, typed, policy, origin: originOf(request, this.#isProxy) };
    const answered = KEY.test(asked.provider) ? await this.#answered(asked.provider, whole) : undefined;
    // A key that is not registered may be meant all the same: written in small letters, or not to its end.
    return answered && !isNotFound(answered) ? answered : this.#searched(whole, answered, reply);
  }

  /**
   * The answer about whom what was typed means, or the choice of whom it may mean. It means one provider where it is the
   * whole of its name, of its key or of the number in it; or where no other has every word that was typed in a name,
   * typing mistakes forgiven. Whoever has some of the words, or a key that only begins so, is never answered about unasked.
   */
  async #searched(whole: Whole, otherwise: Shown | undefined, reply: FastifyReply): Promise<Shown> {
    const { asked, typed } = whole;
    const search = { text: asked.provider, limit: MOST_CHOICES };
    const near = await this.queries.execute(new SearchProviders({ ...search, everyWord: true }, {}));
    if (isRefusal(near)) return faultsOf(near, typed);
    const isNear = near.providers.length > 0;
    const page = isNear ? near : await this.queries.execute(new SearchProviders(search, {}));
    if (isRefusal(page)) return faultsOf(page, typed);
    if (page.namesPerson) keepNothing(reply);
    const { providers } = page;
    if (providers.length === 0) return otherwise ?? faultsOf(nobody(asked.provider), typed);
    const same = providers.filter((one) => isWhole(asked.provider, one));
    const [provider, second] = same.length > 0 || !isNear ? same : providers;
    if (!provider || second || (same.length === 0 && isByKey(provider)))
      return { kind: 'choice', providers, more: page.next !== null };
    const others = providers.filter((one) => one !== provider);
    return this.#answered(provider.key, whole, { provider, others });
  }

  async #answered(
    provider: string,
    { asked: { setting, from, until, knownAt, adviser = [] }, typed, policy, origin }: Whole,
    found?: Answered['found'],
  ): Promise<Faults | Extract<Shown, { kind: 'answer' }>> {
    const isOneDay = from === undefined || until === undefined;
    const days = isOneDay ? { on: from ?? until } : { from, until };
    const question = { provider, setting, policy, advisers: adviser, ...days };
    const written = await this.queries.execute(new AskEligibility(question, false, { knownAt }));
    if (isRefusal(written)) {
      const now =
        knownAt === undefined ? written : await this.queries.execute(new AskEligibility(question, false, {}));
      const isKnownNow = !isRefusal(now) || now.code !== written.code;
      return (isKnownNow ? notYetKnown(written) : undefined) ?? faultsOf(written, typed, SAID);
    }
    const { position } = written.knownAt;
    const document = await this.queries.execute(new ReadPolicy(policy, { knownAt: position }));
    return {
      kind: 'answer',
      answer: JSON.parse(written.text) as Answer,
      policy: isRefusal(document) ? undefined : document,
      typed: typed.provider,
      found,
      knownAt,
      pinned: this.reader.written(position) ?? '',
      origin,
    };
  }
}

type Query = Readonly<Record<string, string | readonly string[]>>;
type Faults = Extract<Shown, { kind: 'faults' }>;

/** All that an address asks, and by what the register was called there. */
interface Whole {
  readonly asked: PageQuestion;
  readonly typed: Typed;
  readonly policy: string;
  readonly origin: string;
}

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

function isByKey({ matched, keys }: FoundProvider): boolean {
  return matched !== null && keys.includes(matched);
}

function isNotFound(shown: Shown): boolean {
  return shown.kind === 'faults' && shown.status === 404;
}

/** What an earlier moment did not know that is known now. */
const LATER: Readonly<Partial<Record<Refusal['code'], string>>> = {
  'unknown-provider': 'this provider',
  'unknown-adviser': 'all of these advisers',
  'unknown-policy': 'this policy',
};

/** Of what is known now, and was not at the moment asked for, the moment is at fault; nothing where it is another fault. */
function notYetKnown(refusal: Refusal): Faults | undefined {
  const what = LATER[refusal.code];
  if (what === undefined) return undefined;
  const detail = `At that moment the register did not know ${what} yet: give a later one, or leave this empty to ask as known now`;
  return { kind: 'faults', status: problemOf(refusal).status, faults: [{ field: 'knownAt', detail }] };
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

function noToday({ knownAt }: Typed): string {
  const then =
    knownAt === ''
      ? 'The register has not opened its first day yet, so that it knows no today'
      : 'At that moment the register had not opened its first day yet, so that it knew no today';
  return `${then}: give the days that you ask about`;
}

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
    const isNobodys = field === 'knownAt' && typed.knownAt === '';
    const fault: Fault = {
      field: isNobodys ? undefined : field,
      detail: code === 'no-day-opened' ? noToday(typed) : detail,
    };
    return { kind: 'faults', status, faults: [fault] };
  }
  const faults = errors.map(({ pointer, detail }): Fault => {
    const name = pointer.slice(1);
    const field = FIELDS.find((one) => one === name);
    return field ? { field, detail: said[field] ?? detail } : { field, detail: `${name}: ${detail}` };
  });
  return { kind: 'faults', status, faults };
}
