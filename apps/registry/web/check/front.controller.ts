import { AskEligibility } from '@app/application/asking/ask-eligibility';
import { ReadEvidence, type EvidenceEvent } from '@app/application/reading/evidence';
import { ReadNames, ReadPublicNames } from '@app/application/reading/names';
import { questionOf } from '@app/http-contract/request/question-pipe';
import { PageQuestion } from '@app/http-contract/routes/pages';
import { AsOfResolver } from '@app/read-model/as-of';
import { ReadPolicy, ReadProvider } from '@app/application/reading/records';
import { isRefusal, Refused } from '@app/http-contract/problem/refusal-error';
import { SearchProviders } from '@app/application/reading/search';
import { isWhole, keysTyped, kindTyped } from '@app/http-contract/typed';
import type { Answer } from '@app/domain/evaluation/v1/answer-shape';
import type { Refusal } from '@app/domain/values/problem';
import type { FoundProvider } from '@app/read-model/search/provider-search';
import { Controller, Get, Inject, Req, Res, UseFilters } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { keepNothing, showsPerson } from '../../http/conventions';
import { Gives } from '../../http/media-types';
import { problemOf } from '@app/http-contract/problem/problems';
import { originOf, trusted } from '../../http/client-address';
import { SETTINGS, type Settings } from '../../settings';
import { addressOf } from '@app/http-contract/page-address';
import type { AnsweredQuestion } from './answer-view';
import {
  FIELDS,
  FrontPage,
  type Choice,
  type FormFault,
  type Field,
  type Shown,
  type Typed,
} from './front-page';
import { knownAtOf, notReached } from '../layout/moment';
import { HTML, sendPage, sendStarting, sendWithoutPolicy } from '../layout/page';
import { PageProblemFilter } from '../problems/page-problem';
import { readParameters, type Query } from '../layout/parameters';
import { typedDay, typedMoment, type TypedMoment } from '@app/http-contract/typed-day';
import { visible } from '@app/phrases/words';

/** So many providers are shown to choose from. */
const MOST_CHOICES = 30;

/** The front page, where a provider is checked. Its address is the question, and whatever is wrong is said on the page. */
@Controller()
@UseFilters(PageProblemFilter)
export class FrontController {
  readonly #isProxy: (address: string | undefined) => boolean;

  constructor(
    private readonly queries: QueryBus,
    private readonly reader: AsOfResolver,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {
    this.#isProxy = trusted(settings.trustProxy);
  }

  @Get()
  @Gives(HTML)
  async page(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const read = readParameters(request.query as Query, FIELDS, ['adviser']);
    const given: Given = read.given;
    if (!read.isClean && read.faults.length === 0) {
      keepNothing(reply);
      await reply.redirect(addressOf('/', given), 302);
      return;
    }
    const typed = typedIn(given);
    const id = typed.policy === '' ? this.settings.policy : typed.policy;
    const policy = await this.queries.execute(new ReadPolicy(id, {}));
    if (isRefusal(policy) && policy.code === 'not-caught-up') {
      await sendStarting(reply);
      return;
    }
    if (isRefusal(policy) && typed.policy === '') {
      await sendWithoutPolicy(reply);
      return;
    }
    const shown = isRefusal(policy)
      ? faultsOf(policy, typed)
      : await this.#shown(
          given,
          read.faults.map(({ name, detail }) => ({ field: name, detail })),
          typed,
          id,
          request,
          reply,
        );
    const status = shown.kind === 'faults' ? shown.status : 200;
    if (status === 503) void reply.header('retry-after', '60');
    const document = isRefusal(policy) ? undefined : policy;
    const page = FrontPage({
      typed: rewritten(typed),
      shown,
      policy: document,
      today: document?.knownAt.today ?? null,
    });
    // What people looked for is nothing for other people's searches, and a name that is shown may be erased.
    if (shown.kind !== 'nothing') void reply.header('x-robots-tag', 'noindex');
    await sendPage(reply, page, { status, hasForm: true });
  }

  async #shown(
    given: Given,
    faults: Faults['faults'],
    typed: Typed,
    policy: string,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<Shown> {
    const asked = checked(given, faults);
    if ('faults' in asked) {
      // Who names no provider does not ask yet; what stands in the address all the same is to be right.
      const shown = asked.faults.filter(
        ({ field }) =>
          'provider' in given ||
          field === undefined ||
          field in given ||
          faults.some((one) => one.field === field),
      );
      return shown.length === 0 ? { kind: 'nothing' } : { kind: 'faults', status: 400, faults: shown };
    }
    const moment = await knownAtOf(this.queries, asked.moment);
    if (isRefusal(moment)) return faultsOf(moment, typed);
    const whole: Whole = {
      asked: asked.question,
      ...moment,
      typed,
      policy,
      origin: originOf(request, this.#isProxy),
    };
    const { provider } = asked.question;
    const kind = kindTyped(provider.trim().toLowerCase());
    // Advisers, bodies, areas and policies have keys too, and deliver nothing.
    if (kind !== undefined && kind !== 'provider') return noProvider(provider.trim(), kind);
    // What begins like the key of a provider is one; everything else is searched for.
    const answered =
      kindTyped(provider) === 'provider' ? await this.#answered(provider, whole, reply) : undefined;
    // A key that is not registered may be meant all the same: written in small letters, or not to its end.
    return answered && !isNotFound(answered) ? answered : this.#searched(whole, answered, reply);
  }

  /**
   * The answer about whom what was typed means, or the choice of whom it may mean. It means one provider where it is, however it
   * is written, a name or a number of that one alone. What comes near is never answered about unasked.
   */
  async #searched(whole: Whole, otherwise: Shown | undefined, reply: FastifyReply): Promise<Shown> {
    const { asked, typed } = whole;
    const search = { text: asked.provider, limit: MOST_CHOICES };
    const page = await this.queries.execute(new SearchProviders(search, {}));
    if (isRefusal(page)) return faultsOf(page, typed);
    if (page.namesPerson) showsPerson(reply);
    const { providers } = page;
    if (providers.length === 0) {
      const isEarlier =
        otherwise !== undefined &&
        (otherwise.kind !== 'faults' || otherwise.faults.some(({ field }) => field === 'knownAt'));
      return isEarlier ? otherwise : noOne(asked.provider);
    }
    const same = providers.filter((one) => isWhole(asked.provider, one));
    const [provider, second] = same;
    if (!provider || second)
      return {
        kind: 'choice',
        choices: await this.#choices(second ? same : providers),
        areSame: second !== undefined,
        others: second ? await this.#choices(providers.filter((one) => !same.includes(one)).slice(0, 5)) : [],
        more: page.next !== null,
      };
    const others = providers.filter((one) => one !== provider).slice(0, 5);
    return this.#answered(provider.key, whole, reply, { provider, others });
  }

  /** Providers with what tells those apart that have one name. */
  async #choices(providers: readonly FoundProvider[]): Promise<readonly Choice[]> {
    return Promise.all(
      providers.map(async (one) => {
        const record = await this.queries.execute(new ReadProvider(one.key, {}));
        return isRefusal(record) ? one : { ...one, area: record.area, openUntil: record.openUntil };
      }),
    );
  }

  async #answered(
    provider: string,
    { asked: { setting, from, until, adviser = [] }, knownAt, typed, policy, origin }: Whole,
    reply: FastifyReply,
    found?: AnsweredQuestion['found'],
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
    const answer = JSON.parse(written.text) as Answer;
    const route = await this.#route(answer, question, position);
    const evidence = await this.queries.execute(new ReadEvidence(positionsIn(answer), Number(position)));
    const keys = keysIn(answer, evidence, route);
    const called = await this.queries.execute(new ReadNames(keys, Number(position)));
    const persons = await this.queries.execute(new ReadPublicNames(keys));
    // Such a name may be erased at any time, and no copy of the page is to keep it.
    if (persons.size > 0) showsPerson(reply);
    return {
      kind: 'answer',
      answer,
      policy: isRefusal(document) ? undefined : document,
      typed: typed.provider,
      days:
        from === undefined ? (until === undefined ? 'none' : 'last') : until === undefined ? 'first' : 'both',
      found,
      knownAt,
      pinned: this.reader.written(position) ?? '',
      origin,
      evidence,
      route,
      names: new Map([...called, ...persons]),
    };
  }

  /** What would have to be recorded for a yes: asked only where the answer is no. */
  async #route(
    { outcome, from, until, advisers }: Answer,
    {
      provider,
      setting,
      policy,
    }: { readonly provider: string; readonly setting: string; readonly policy: string },
    knownAt: string,
  ): Promise<AnsweredQuestion['route']> {
    if (outcome !== 'not-eligible') return [];
    const question = { provider, setting, policy, advisers, from, until };
    const written = await this.queries.execute(new AskEligibility(question, true, { knownAt }));
    return isRefusal(written) ? [] : ((JSON.parse(written.text) as Answer).route ?? []);
  }
}

type Given = Readonly<Partial<Record<Field, string | readonly string[]>>>;
type Faults = Extract<Shown, { kind: 'faults' }>;

/** A question whose moment of knowledge is still to be read. */
interface Asked {
  readonly question: PageQuestion;
  readonly moment: TypedMoment | undefined;
}

/** All that an address asks, and by what the register was called there. */
interface Whole {
  readonly asked: Asked['question'];
  /** A position or an instant; absent where the question is asked as known now. */
  readonly knownAt: string | undefined;
  readonly typed: Typed;
  readonly policy: string;
  readonly origin: string;
}

/** What was typed, to be shown again. */
function typedIn(given: Given): Typed {
  const typed = (name: Field) => [given[name] ?? ''].flat().join(' ').trim();
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

/** The same with its days as a field for days shows them. */
function rewritten(typed: Typed): Typed {
  const day = (text: string) => {
    const read = typedDay(text);
    return 'day' in read ? read.day : text;
  };
  return { ...typed, from: day(typed.from), until: day(typed.until) };
}

/** The question of an address. A form sends every field: those left empty are not asked. */
function checked(given: Given, faults: Faults['faults']): Asked | Pick<Faults, 'faults'> {
  const wrong: FormFault[] = [...faults];
  const asked: Record<string, string | readonly string[]> = {};
  let moment: Asked['moment'];
  for (const [name, value] of Object.entries(given) as [Field, string | readonly string[]][]) {
    const words = typeof value === 'string' ? value.trim() : value;
    if (words.length === 0 || wrong.some(({ field }) => field === name)) continue;
    if (name === 'adviser') {
      const keys = [words].flat().flatMap((one) => one.split(/[\s,;]+/).filter(Boolean));
      if (keys.length > 0) asked[name] = [...new Set(keys)];
    } else if (typeof words !== 'string') asked[name] = words;
    else if (name === 'from' || name === 'until') {
      const read = typedDay(words);
      if ('day' in read) asked[name] = read.day;
      else wrong.push({ field: name, detail: read.fault });
    } else if (name === 'knownAt') {
      const read = typedMoment(words);
      if ('fault' in read) wrong.push({ field: name, detail: read.fault });
      else moment = read;
    } else asked[name] = words;
  }
  try {
    const question = questionOf(PageQuestion, asked);
    return wrong.length > 0 ? { faults: inOrder(wrong) } : { question, moment };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const more = faultsOf(error.refusal, typedIn(given)).faults.filter(
      ({ field }) => !wrong.some((one) => one.field === field),
    );
    return { faults: inOrder([...wrong, ...more]) };
  }
}

function inOrder(faults: readonly FormFault[]): readonly FormFault[] {
  const place = ({ field }: FormFault) => (field === undefined ? -1 : FIELDS.indexOf(field));
  return faults.toSorted((a, b) => place(a) - place(b));
}

/** The events that an answer names. Of very many the first are looked up: more lines are not shown either. */
function positionsIn({ requirements, engaged, subcontractors, warnings }: Answer): readonly string[] {
  const runs = [
    ...requirements.flatMap(({ gaps, grounds = [] }) => [...gaps, ...grounds]),
    ...[...engaged, ...subcontractors].flatMap(({ grounds = [] }) => grounds),
    ...warnings,
  ];
  return [...new Set(runs.flatMap(({ evidence }) => evidence))].slice(0, MOST_EVENTS);
}

const MOST_EVENTS = 1_000;

/** Who is named in an answer, in what it rests on, and in what would be missing. */
function keysIn(
  { provider, subcontractors }: Answer,
  evidence: ReadonlyMap<string, EvidenceEvent>,
  route: AnsweredQuestion['route'],
): readonly string[] {
  return [
    provider.key,
    ...subcontractors.map((one) => one.provider),
    ...[...evidence.values()].flatMap(({ body, subject, data }) => [
      body,
      subject,
      ...[data['into'], data['to']].filter((key) => typeof key === 'string'),
    ]),
    ...route.flatMap(({ subject, by }) => [subject, ...by]),
  ];
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

/** Of what is known now, and was not at the moment asked for, the moment is at fault; undefined if it is another fault. */
function notYetKnown(refusal: Refusal): Faults | undefined {
  const what = LATER[refusal.code];
  if (what === undefined) return undefined;
  const detail = `At that moment the register did not know ${what} yet: give a later one, or leave this empty to ask as known now`;
  return { kind: 'faults', status: problemOf(refusal).status, faults: [{ field: 'knownAt', detail }] };
}

/** That the register holds no one of that name or number. */
function noOne(typed: string): Faults {
  const keys = keysTyped(typed) ?? [];
  const read = keys.map(({ key }) => key).join(' or ');
  const detail =
    read === '' || read === typed
      ? `This register holds no one under “${visible(typed)}”`
      : `This register holds no one under “${visible(typed)}”, read as ${read}`;
  return { kind: 'faults', status: 404, faults: [{ field: 'provider', detail }], unknown: typed };
}

/** That a key was typed of what is no provider. */
function noProvider(key: string, kind: string): Faults {
  const what =
    kind === 'adviser' ? 'an adviser' : kind === 'body' ? 'a body' : kind === 'area' ? 'an area' : 'a policy';
  const instead =
    kind === 'adviser'
      ? 'Type the provider that the adviser works for here, and this key under “With named advisers”'
      : kind === 'area'
        ? 'There is no search by area yet: type the name or the number of a provider'
        : 'Type the name or the number of a provider';
  const detail = `“${visible(key)}” is the key of ${what}, and no provider. ${instead}`;
  return {
    kind: 'faults',
    status: 400,
    faults: [{ field: 'provider', detail }],
    ...(kind === 'adviser' ? { adviser: key.toLowerCase() } : {}),
  };
}

/** What a page says of a field otherwise than the API, which speaks of parameters. Each has only this left to be wrong. */
const SAID: Readonly<Partial<Record<Field, string>>> = {
  setting: 'The policy has no such setting: choose one from the list',
  until: 'The last day is before the first: correct one of them, or exchange them',
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

/** What a page says of a refusal that names no field, given what was typed and what the API says. */
const SAID_OF: Readonly<Partial<Record<Refusal['code'], (typed: Typed, detail: string) => string>>> = {
  'no-day-opened': noToday,
  'not-caught-up': ({ knownAt }) => notReached(knownAt),
  'unknown-adviser': (_, detail) =>
    `The register knows no adviser under ${/^adviser:\S+/.exec(detail)?.[0] ?? 'this key'}: ask the adviser, or the provider, for the key. Advisers are not listed by name`,
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
    // A register that has not read its log yet is no fault of a moment that no one asked for.
    const isNobodys = field === 'knownAt' && typed.knownAt === '';
    const fault: FormFault = {
      field: isNobodys ? undefined : field,
      detail: SAID_OF[code]?.(typed, detail) ?? detail,
    };
    return { kind: 'faults', status, faults: [fault] };
  }
  const faults = errors.map(({ pointer, detail }): FormFault => {
    const name = pointer.slice(1);
    const field = FIELDS.find((one) => one === name);
    return field ? { field, detail: said[field] ?? detail } : { field, detail: `${name}: ${detail}` };
  });
  return { kind: 'faults', status, faults };
}
