import { type Given, type TypedQuestion, typedIn, rewritten, questionTyped } from './typed-question';
import { type ShownFaults, isNotFound, notYetKnown, noOne, noProvider, SAID, faultsOf } from './front-faults';
import { AskEligibility } from '@app/application/asking/ask-eligibility';
import { ReadEvidence, type EvidenceEvent } from '@app/application/reading/evidence';
import { ReadNames, ReadPublicNames } from '@app/application/reading/names';
import { AsOfResolver } from '@app/read-model/as-of';
import { ReadPolicy, ReadProvider } from '@app/application/reading/records';
import { isRefusal } from '@app/http-contract/problem/refusal-error';
import { SearchProviders } from '@app/application/reading/search';
import { isWhole, kindTyped } from '@app/http-contract/typed';
import type { Answer } from '@app/domain/evaluation/v1/answer-shape';
import type { FoundProvider } from '@app/read-model/search/provider-search';
import { Controller, Get, Inject, Req, Res, UseFilters } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { keepNothing, showsPerson } from '../../http/conventions';
import { Gives } from '../../http/media-types';
import { originOf, trusted } from '../../http/client-address';
import { SETTINGS, type Settings } from '../../settings';
import { addressOf } from '@app/http-contract/page-address';
import type { AnsweredQuestion } from './answered-question';
import { FrontPage, type Choice, type Shown } from './front-page';
import { FIELDS, type Typed } from './form-fields';
import { knownAtOf } from '../layout/moment';
import { HTML, sendPage, sendStarting, sendWithoutPolicy } from '../layout/page';
import { PageProblemFilter } from '../problems/page-problem';
import { readParameters, type Query } from '../layout/parameters';

/** The most providers that are shown to choose from. */
const MOST_CHOICES = 30;

/**
 * The front page, where a provider is checked. Its address is the question, and the page tells all faults of
 * it.
 */
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
    // Searches of other people must not find what somebody looked for, and a name on the page may be erased.
    if (shown.kind !== 'nothing') void reply.header('x-robots-tag', 'noindex');
    await sendPage(reply, page, { status, hasForm: true });
  }

  async #shown(
    given: Given,
    faults: ShownFaults['faults'],
    typed: Typed,
    policy: string,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<Shown> {
    const asked = questionTyped(given, faults);
    if ('faults' in asked) {
      // Without a provider nothing is asked yet, but the rest of the address must be right.
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
    // Advisers, bodies, areas and policies have keys too, but deliver nothing.
    if (kind !== undefined && kind !== 'provider') return noProvider(provider.trim(), kind);
    // A text that begins like the key of a provider is one; everything else is searched for.
    const answered =
      kindTyped(provider) === 'provider' ? await this.#answered(provider, whole, reply) : undefined;
    // An unregistered key may still be meant: in small letters, or incomplete.
    return answered && !isNotFound(answered) ? answered : this.#searched(whole, answered, reply);
  }

  /**
   * The answer about the provider that the typed text means, or the choice of those that it may mean. It
   * means a provider if it is, in any spelling, a name or number of that provider alone. A similar provider
   * is never answered about without being asked.
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

  /** Providers, with what distinguishes those of one name. */
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
  ): Promise<ShownFaults | Extract<Shown, { kind: 'answer' }>> {
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
    // A public name may be erased at any time, so no copy of the page may be kept.
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

  /** What would have to be recorded for a yes; only computed if the answer is no. */
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

/** All that an address asks, and by what the register was called there. */
interface Whole {
  readonly asked: TypedQuestion['question'];
  /** A position or an instant; absent where the question is asked as known now. */
  readonly knownAt: string | undefined;
  readonly typed: Typed;
  readonly policy: string;
  readonly origin: string;
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

/** The subjects named in an answer, in its evidence, and in its route. */
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
      ...[data['into'], data['to'], data['by']].flat().filter((key) => typeof key === 'string'),
    ]),
    ...route.flatMap(({ subject, by }) => [subject, ...by]),
  ];
}
