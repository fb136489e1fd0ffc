import {
  askedOf,
  ALL_POLICIES,
  type Given,
  policiesOf,
  questionTyped,
  rewritten,
  typedIn,
  type TypedQuestion,
} from './typed-question';
import {
  type ShownFaults,
  isNotFound,
  notYetKnown,
  noOne,
  noProvider,
  noSchool,
  SAID,
  faultsOf,
} from './front-faults';
import { AskEligibility, answersIn } from '@app/application/asking/ask-eligibility';
import { type Asked } from '@app/read-model/answers/asked-question';
import { AskAsIfEngaged } from '@app/application/asking/ask-as-if-engaged';
import { ReadEvidence, type EvidenceEvent } from '@app/application/reading/evidence';
import { ReadNames, ReadPublicNames } from '@app/application/reading/names';
import { AsOfResolver } from '@app/read-model/as-of';
import { ReadPolicies, ReadPolicy, ReadProvider } from '@app/application/reading/records';
import { isRefusal } from '@app/http-contract/problem/refusal-error';
import { SearchProviders } from '@app/application/reading/search';
import { isWhole, keyMeant, kindTyped } from '@app/http-contract/typed';
import { policiesIn } from '@app/http-contract/routes/eligibility';
import { stretchesOf } from '@app/phrases/words';
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
import type { PolicyAnswer } from './answered-question';
import { FrontPage, type Choice, type Shown } from './front-page';
import { FIELDS, LISTS, type Typed } from './form-fields';
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
    @Inject(SETTINGS) settings: Settings,
  ) {
    this.#isProxy = trusted(settings.trustProxy);
  }

  @Get()
  @Gives(HTML)
  async page(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const read = readParameters(request.query as Query, FIELDS, LISTS);
    const given: Given = read.given;
    if (!read.isClean && read.faults.length === 0) {
      keepNothing(reply);
      await reply.redirect(addressOf('/', given), 302);
      return;
    }
    const typed = typedIn(given);
    const known = await this.queries.execute(new ReadPolicies({}));
    if (isRefusal(known)) {
      await sendStarting(reply);
      return;
    }
    if (known.policies.length === 0) {
      await sendWithoutPolicy(reply);
      return;
    }
    const faults = read.faults.map(({ name, detail }) => ({ field: name, detail }));
    const shown =
      (await this.#unknownPolicy(typed)) ?? (await this.#shown(given, faults, typed, request, reply));
    const status = shown.kind === 'faults' ? shown.status : 200;
    if (status === 503) void reply.header('retry-after', '60');
    const page = FrontPage({
      typed: rewritten(typed),
      shown,
      policies: known.policies,
      today: known.knownAt.today,
    });
    // Searches of other people must not find what somebody looked for, and a name on the page may be erased.
    if (shown.kind !== 'nothing') void reply.header('x-robots-tag', 'noindex');
    await sendPage(reply, page, { status, hasForm: true });
  }

  /** The fault of a policy that is not known now, of a question that does not ask for another moment. */
  async #unknownPolicy(typed: Typed): Promise<ShownFaults | undefined> {
    if (typed.knownAt !== '') return undefined;
    for (const id of typed.policy.split(/[\s,;]+/).filter((one) => one !== '' && one !== ALL_POLICIES)) {
      const policy = await this.queries.execute(new ReadPolicy(id, {}));
      if (isRefusal(policy)) return faultsOf(policy, typed);
    }
    return undefined;
  }

  async #shown(
    given: Given,
    faults: ShownFaults['faults'],
    typed: Typed,
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
    const { provider, school } = asked.question;
    const whole: Whole = {
      asked: asked.question,
      ...moment,
      typed,
      origin: originOf(request, this.#isProxy),
    };
    const kind = kindTyped(provider.trim().toLowerCase());
    // Advisers, bodies, areas and policies have keys too, but deliver nothing.
    if (kind !== undefined && kind !== 'provider') return noProvider(provider.trim(), kind);
    const stranger =
      school === undefined ? undefined : await this.#unknownSchool(school, moment.knownAt, typed);
    if (stranger) return stranger;
    // A text that begins like the key of a provider is one; everything else is searched for.
    const answered =
      kindTyped(provider) === 'provider' ? await this.#answered(provider, whole, reply) : undefined;
    // An unregistered key may still be meant: in small letters, or incomplete.
    return answered && !isNotFound(answered) ? answered : this.#searched(whole, answered, reply);
  }

  /** Faults of the school that asks, which is found before the provider: both are refused with one code. */
  async #unknownSchool(
    school: string,
    knownAt: string | undefined,
    typed: Typed,
  ): Promise<ShownFaults | undefined> {
    const found = await this.queries.execute(new ReadProvider(school, { knownAt }));
    if (!isRefusal(found)) return undefined;
    if (found.code !== 'unknown-provider') return faultsOf(found, typed);
    const now = knownAt === undefined ? found : await this.queries.execute(new ReadProvider(school, {}));
    return noSchool(school, !isRefusal(now));
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
    // Whose a key is depends on the moment that is asked for: the search is as known now.
    const key = keyMeant(asked.provider, provider) ?? provider.key;
    const shown = await this.#answered(key, whole, reply);
    return shown.kind === 'answer' && shown.question.provider.key === provider.key
      ? { ...shown, found: { provider, others } }
      : shown;
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
    { asked, knownAt, typed, origin }: Whole,
    reply: FastifyReply,
  ): Promise<ShownFaults | Extract<Shown, { kind: 'answer' }>> {
    const { from, until } = asked;
    const policies = policiesOf(asked);
    const question = askedOf(provider, asked);
    const written = await this.queries.execute(new AskEligibility(question, false, { knownAt }));
    if (isRefusal(written)) {
      const now =
        knownAt === undefined ? written : await this.queries.execute(new AskEligibility(question, false, {}));
      const isKnownNow = !isRefusal(now) || now.code !== written.code;
      return (
        (isKnownNow ? notYetKnown(written, policies === ALL_POLICIES) : undefined) ??
        faultsOf(written, typed, SAID)
      );
    }
    const { position } = written.knownAt;
    const given = answersIn(written).map(({ text }) => JSON.parse(text) as Answer);
    const [first] = given;
    if (first === undefined) throw new Error('A question was answered by no answer');
    const answers = await this.#inFull(given, question, position);
    const evidence = await this.queries.execute(new ReadEvidence(positionsIn(answers), Number(position)));
    const keys = keysIn(answers, evidence);
    const called = await this.queries.execute(new ReadNames(keys, Number(position)));
    const persons = await this.queries.execute(new ReadPublicNames(keys));
    // A public name may be erased at any time, so no copy of the page may be kept.
    if (persons.size > 0) showsPerson(reply);
    return {
      kind: 'answer',
      question: first,
      answers,
      policies,
      typed: typed.provider,
      days:
        from === undefined ? (until === undefined ? 'none' : 'last') : until === undefined ? 'first' : 'both',
      knownAt,
      pinned: this.reader.written(position) ?? '',
      origin,
      evidence,
      names: new Map([...called, ...persons]),
    };
  }

  /** Each answer with what a page tells besides: the policy’s document, what it asks itself, and the way to a yes. */
  async #inFull(
    answers: readonly Answer[],
    question: Asked,
    position: string,
  ): Promise<readonly PolicyAnswer[]> {
    const known = await this.queries.execute(new ReadPolicies({ knownAt: position }));
    const documents = new Map(isRefusal(known) ? [] : known.policies.map((policy) => [policy.id, policy]));
    const isTold = (answer: Answer) =>
      answer.uncertain.length === 0 && answer.gaps.every(({ reason }) => reason !== 'adviser-not-engaged');
    const asIf = answers.every(isTold) ? answers : await this.queries.execute(new AskAsIfEngaged(answers));
    const routes = await this.#routes(answers, question, position);
    return answers.map((answer, i) => {
      const asked = (isRefusal(asIf) ? undefined : asIf[i]) ?? answer;
      return {
        answer,
        asked,
        stretches: stretchesOf(asked),
        policy: documents.get(answer.policy.id),
        route: routes.get(answer.policy.id) ?? [],
      };
    });
  }

  /** By policy, what would have to be recorded for a yes; only computed where the answer is no. */
  async #routes(
    answers: readonly Answer[],
    { provider, setting, advisers, school }: Asked,
    knownAt: string,
  ): Promise<ReadonlyMap<string, PolicyAnswer['route']>> {
    const [first] = answers;
    const failing = answers
      .filter(({ outcome }) => outcome === 'not-eligible')
      .map(({ policy }) => policy.id);
    if (first === undefined || failing.length === 0) return new Map();
    const { from, until } = first;
    const question = { provider, setting, policy: policiesIn(failing), advisers, school, from, until };
    const written = await this.queries.execute(new AskEligibility(question, true, { knownAt }));
    if (isRefusal(written)) return new Map();
    const routed = answersIn(written).map(({ text }) => JSON.parse(text) as Answer);
    return new Map(routed.map(({ policy, route = [] }) => [policy.id, route]));
  }
}

/** All that an address asks, and by what the register was called there. */
interface Whole {
  readonly asked: TypedQuestion['question'];
  /** A position or an instant; absent where the question is asked as known now. */
  readonly knownAt: string | undefined;
  readonly typed: Typed;
  readonly origin: string;
}

/** The events that answers name. Of very many the first are looked up: more lines are not shown either. */
function positionsIn(answers: readonly PolicyAnswer[]): readonly string[] {
  const runs = answers.flatMap(({ answer, asked }) => [
    ...[...answer.requirements, ...asked.requirements].flatMap(({ gaps, grounds = [] }) => [
      ...gaps,
      ...grounds,
    ]),
    ...[...answer.engaged, ...answer.subcontractors].flatMap(({ grounds = [] }) => grounds),
    ...answer.warnings,
  ]);
  return [...new Set(runs.flatMap(({ evidence }) => evidence))].slice(0, MOST_EVENTS);
}

const MOST_EVENTS = 1_000;

/** The subjects named in answers, in their evidence, and in their routes. */
function keysIn(
  answers: readonly PolicyAnswer[],
  evidence: ReadonlyMap<string, EvidenceEvent>,
): readonly string[] {
  return [
    ...answers.flatMap(({ answer: { provider, school, subcontractors }, route }) => [
      provider.key,
      ...(school === undefined ? [] : [school]),
      ...subcontractors.map((one) => one.provider),
      ...route.flatMap(({ subject, by }) => [subject, ...by]),
    ]),
    ...[...evidence.values()].flatMap(({ body, subject, data }) => [
      body,
      subject,
      ...[data['into'], data['to'], data['by']].flat().filter((key) => typeof key === 'string'),
    ]),
  ];
}
