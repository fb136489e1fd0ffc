/// <reference types="jest" />
import { costsOf, stopCounting } from './work';
import { canonical } from '@app/domain/log/canonical';
import { PendingAppend, headOf } from '@app/application/posting/pending-append';
import { isAnnotation } from '@app/domain/log/annotations';
import { targetOf } from '@app/domain/log/annotation-target';
import { dayOf } from '@app/domain/values/day';
import { answer } from '@app/domain/evaluation/v1/answer';
import { resolveQuestion } from '@app/domain/evaluation/v1/resolved-question';
import {
  definitionOf,
  EVENTS,
  REGISTRAR,
  type EventType,
  type RegisterEvent,
} from '@app/domain/log/event-catalogue';
import { ADVISER_TESTS, PROVIDER_TESTS } from '@app/domain/subjects/policy-tests';
import { OverlayView } from '@app/domain/log/overlay-view';
import { proposalFor } from '@app/domain/succession/proposal';
import { isRefusal } from '@app/domain/values/problem';
import { adviserAnswer } from '@app/domain/evaluation/v1/adviser-answer';
import { readSubmission, type Submission } from '@app/domain/log/cloud-event';
import { type StoredEvent } from '@app/domain/log/stored-event';
import { AnswerCache } from '@app/read-model/answers/answer-cache';
import { bodyRecords, keyRecords } from '@app/read-model/records/bodies';
import { between, Comparison, drafted } from '@app/read-model/answers/comparison';
import { differences, effectsOf, impactOn } from '@app/read-model/answers/impact';
import { eventHistory, history } from '@app/read-model/records/history';
import { adviserRecord, policyRecord, providerRecord } from '@app/read-model/records/records';
import { EventIndex } from '@app/read-model/index/event-index';
import { ProviderSearch } from '@app/read-model/search/provider-search';
import { loaded, submissions } from '@app/read-model/records/submissions';
import { A, B, BEFORE, FAR_AHEAD, LIVES, LONG_AGO, OTHER, P, S, type Life, type Told } from './histories';
import { worked } from '../worked';

/** So often something has happened to a subject when it is looked at first; then twice and four times as often. */
const N = 20;
/** The most by which what it costs more may grow from one step to the next: in proportion it grows by 2, n log n by 2.5, n² by 4. */
const MOST_GROWTH = 2.7;
/** What comes to less an event is taken for as much: a table has become larger, or a number longer. */
const NOTHING = { work: 50, answer: 1 };

const MOST_RECORDED = '2026-09-01T00:00:00.000Z';
/** The key of the hashes, always the same one, so that the work is. */
const KEY = new Uint8Array(16);

const QUALIFIED = { qualified: 'personal-guidance' };
const REQUIREMENTS = {
  accredited: ['provider', { accredited: 'matrix' }],
  'accredited, of a scope': ['provider', { accredited: 'matrix', scope: 'adults' }],
  applied: ['provider', { applied: 'matrix' }],
  'applied, within months': ['provider', { applied: 'matrix', withinMonths: 12 }],
  contracted: ['provider', { contracted: 'ncs' }],
  'subcontractors contracted': ['subcontractors', { contracted: 'ncs' }],
  'any of two': ['provider', { any: [{ accredited: 'matrix' }, { applied: 'matrix', withinMonths: 12 }] }],
  'subcontractors accredited': ['subcontractors', { accredited: 'matrix' }],
  'some qualified': ['some-adviser', QUALIFIED],
  'every qualified': ['every-adviser', QUALIFIED],
  'some working towards': ['some-adviser', { workingTowards: 'personal-guidance' }],
  'every working towards, within months': [
    'every-adviser',
    { all: [{ workingTowards: 'personal-guidance', withinMonths: 12 }] },
  ],
  'some registered': ['some-adviser', { registered: 'uk-register' }],
  'known independent': ['known-adviser', { independent: true }],
} as const;
const codeOf = (name: string) => name.replaceAll(/[^a-z]+/g, '-');
const SETTINGS = Object.keys(REQUIREMENTS).map(codeOf);

const POLICY = {
  title: 'All that a policy can ask',
  strength: 'guidance',
  purposes: { 'personal-guidance': ['l6-dcgd', 'qcg'] },
  settings: Object.fromEntries(
    Object.entries(REQUIREMENTS).map(([name, [of, test]]) => [
      codeOf(name),
      [{ id: codeOf(name), of, binding: 'must', test }],
    ]),
  ),
};
const edition = (number: number): Told => ({
  type: 'PolicyEditionPublished',
  subject: 'policy:everything',
  data: { edition: number, effectiveFrom: '2018-01-01', policy: POLICY },
});

/** A log in which a subject lives, and the register that has read it. */
class World {
  readonly register = new EventIndex(KEY);
  readonly texts: string[] = [];
  readonly #life: Life;
  /** Position of the first event of its life. */
  readonly first: number;
  #lived = 0;

  constructor(life: Life) {
    this.#life = life;
    for (const told of [...BEFORE, edition(1)]) this.#take(told);
    this.first = this.texts.length;
    for (const told of life.first ?? []) this.#take(told);
  }

  /** What happens next. */
  get next(): readonly Told[] {
    return this.#life.then(this.#lived, this.texts.length, this.first);
  }

  /** Lives on by so many times. What no one could post so often stands there all the same, as in an older log. */
  live(times: number): void {
    for (let i = 0; i < times; i++, this.#lived++) {
      const judged = this.#lived < JUDGED;
      for (const told of this.next) {
        if (judged) this.#take(told);
        else this.#write(told);
      }
    }
  }

  /** As somebody posts it, which must be accepted. */
  #take(told: Told): void {
    const draft = new PendingAppend(headOf(this.register), recordedAt(this.texts.length), undefined);
    const result = draft.take(submissionOf(told, this.texts.length));
    if (result === 'full' || result.outcome !== 'accepted')
      throw new Error(`${JSON.stringify(told)}: ${JSON.stringify(result)}`);
    for (const text of draft.texts) this.#apply(text);
  }

  #write({ type, subject, data }: Told): void {
    const position = this.texts.length;
    const event = { position, type, subject, data, body: REGISTRAR, stream: '' } as RegisterEvent;
    const stream = isAnnotation(event)
      ? this.register.streamAt(targetOf(event))
      : (definitionOf(type).stream?.(subject, data) ?? '');
    const stored: StoredEvent = {
      ...{ position: String(position), stream, type, schema: 1, subject, body: REGISTRAR },
      revision: this.register.at(position - 1).recorded(stream).length,
      ...{ source: '/cost', id: `no-${position}`, recordedAt: recordedAt(position) },
      data: data,
    };
    this.#apply(canonical(stored).text);
  }

  #apply(text: string): void {
    this.register.apply(text);
    this.texts.push(text);
  }
}

/** So often it is shown that what happens could be posted: below every bound there is. */
const JUDGED = 5;

function recordedAt(position: number): string {
  return new Date(Date.UTC(2026, 0, 1, 0, 0, position)).toISOString();
}

function submissionOf({ type, subject, data }: Told, position: number): Submission {
  const event = { specversion: '1.0', source: '/cost', id: `no-${position}`, type, subject, data };
  const submission = readSubmission(REGISTRAR, event);
  if (isRefusal(submission)) throw new Error(JSON.stringify(submission));
  return submission;
}

/** Takes all the turns of what rests now and then, and gives what comes of it. */
function whole<T>(turns: Generator<unknown, T>): T {
  for (;;) {
    const turn = turns.next();
    if (turn.done) return turn.value;
  }
}

/** All days on which anything happens: so an answer may be as long as what is worked out for it. */
const WINDOW = { from: dayOf(LONG_AGO), until: dayOf(FAR_AHEAD) };
const FIRST_PAGE = { after: -1, limit: 100 };
const question = (setting: string) => ({
  provider: P,
  setting,
  policy: 'everything',
  advisers: [],
  school: P,
  ...WINDOW,
});

function asked(
  register: EventIndex,
  position: number,
  setting: string,
  advisers: readonly string[] = [],
): unknown {
  const found = resolveQuestion(register.at(position), { ...question(setting), advisers, school: S });
  return isRefusal(found) ? found : answer(found, MOST_RECORDED);
}

function triedNext({ register, texts, next }: World): PendingAppend {
  const draft = new PendingAppend(headOf(register), recordedAt(texts.length), undefined);
  for (const [i, told] of next.entries()) draft.take(submissionOf(told, texts.length + i));
  return draft;
}

/** All that can be done with a register, by name, and what is answered. None of it changes it. */
const DEEDS: Readonly<Record<string, (world: World) => unknown>> = {
  start({ texts }) {
    const register = new EventIndex(KEY);
    for (const text of texts) register.apply(text);
  },
  'post what happens next'(world) {
    triedNext(world);
  },
  'effects of what happens next'(world) {
    const { base, after } = triedNext(world);
    return whole(
      effectsOf(new Comparison(drafted(world.register, base, after), ['everything']), WINDOW.from),
    );
  },
  search({ register }) {
    const search = new ProviderSearch(register);
    register.replay(search);
    return ['Guidance', P].map((text) => search.find({ text, limit: 100 }));
  },
  'records, keys and bodies'({ register }) {
    const known = register.at(register.head);
    return [
      ...[P, S].map((key) => worked(providerRecord(known, key))),
      adviserRecord(known, A),
      policyRecord(known, 'many'),
      bodyRecords(known),
      keyRecords(known, B),
    ];
  },
  'what to post for a successor'({ register: { head }, register, next }) {
    // Each contract is judged as if it were posted, along its whole chain: these have more links than any may have.
    if (next.some(({ data }) => 'subcontractorOf' in data)) return [];
    return [P, S].map((subject) => {
      const data = { by: [OTHER], on: '2019-02-01', kind: 'merger' };
      const stream = definitionOf('ProviderSucceeded').stream?.(subject, data) ?? '';
      const succeeded = {
        type: 'ProviderSucceeded',
        subject,
        data,
        stream,
        body: REGISTRAR,
        position: head + 1,
      };
      const known = new OverlayView(register.at(head), [succeeded as RegisterEvent]);
      return worked(proposalFor(known, subject, OTHER));
    });
  },
  'histories and one event'({ register: { head }, register }) {
    return [
      ...[P, A, S].flatMap((key) =>
        [head, head >> 1].map((position) => history(register, position, key, FIRST_PAGE)),
      ),
      eventHistory(register, head, BEFORE.length + 1),
    ];
  },
  'what a body posted'({ register: { head }, register }) {
    return [
      submissions(register, head, { body: REGISTRAR, subject: P }, FIRST_PAGE),
      submissions(register, head, { body: REGISTRAR, type: 'ProviderMerged' }, FIRST_PAGE),
      loaded(register, { body: REGISTRAR, source: '/cost', after: -1, upTo: head }, head + 1),
    ];
  },
  'the log'({ register }) {
    for (let position = 0; position <= register.head; position++) register.text(position);
  },
  'compare with before all that'({ register: { head }, register, first }) {
    const comparison = new Comparison(between(register, first - 1, head), ['everything']);
    const settings = SETTINGS.map((setting) => ({ policy: 'everything', setting }));
    return whole(differences(comparison, settings, WINDOW.from, { after: undefined, limit: 100 }));
  },
  'impact of a policy'({ register }) {
    const { known } = headOf(register);
    const draft = new PendingAppend({ known, submitted: () => undefined }, MOST_RECORDED, undefined);
    draft.take(submissionOf(edition(2), register.head + 1));
    return whole(
      impactOn(new Comparison(drafted(register, known, draft.after), ['everything']), [WINDOW.from]),
    );
  },
  'many questions'({ register: { head }, register }) {
    const answers = new AnswerCache(register);
    return SETTINGS.map((setting) => worked(answers.verdict(question(setting), head)));
  },
  'ask of a person'({ register: { head }, register }) {
    const purpose = { adviser: A, purpose: 'personal-guidance', policy: 'everything', ...WINDOW };
    return [
      adviserAnswer(register.at(head), purpose, MOST_RECORDED),
      ...SETTINGS.filter((one) => /some|every/.test(one)).map((setting) =>
        asked(register, head, setting, [A]),
      ),
    ];
  },
  ...Object.fromEntries(
    SETTINGS.map((setting) => [
      `ask: ${setting}`,
      ({ register: { head }, register }: World) => asked(register, head, setting),
    ]),
  ),
  ...Object.fromEntries(
    ['any-of-two', 'subcontractors-accredited', 'every-qualified'].map((setting) => [
      `ask as known before the last event: ${setting}`,
      ({ register: { head }, register }: World) => asked(register, head - 1, setting),
    ]),
  ),
};

/** Those that are asked about, of which an answer may be longer than what happened, and all others. */
const KINDS = Object.values(
  Object.groupBy(Object.keys(DEEDS), (name) => (name.startsWith('ask') ? 'asked' : 'else')),
);

/** What comes to cost too much when a subject lives twice and four times as long. */
function overgrown(life: Life): readonly string[] {
  const world = new World(life);
  const looks = () =>
    KINDS.map((names) =>
      costsOf(Object.fromEntries(names.map((name) => [name, () => DEEDS[name]?.(world)]))),
    );
  world.live(N);
  // What is read at a first time only is not of what stands more often.
  for (const deed of Object.values(DEEDS)) deed(world);
  const first = looks();
  world.live(N);
  const second = looks();
  world.live(2 * N);
  const third = looks();
  return KINDS.flatMap((_, kind) => {
    const of = (what: 'work' | 'answers', name: string) =>
      [first, second, third].map((look) => look[kind]?.[what].get(name) ?? 0) as [number, number, number];
    const names = (what: 'work' | 'answers') => [...(third[kind]?.[what].keys() ?? [])];
    // Of some lives an answer itself grows as n² does: each of its days rests on all the events before it.
    const longer = names('answers').some(
      (name) => growth(of('answers', name), N * NOTHING.answer) > MOST_GROWTH,
    );
    const most = longer ? 2 * MOST_GROWTH : MOST_GROWTH;
    return names('work').flatMap((name) => {
      const costs = of('work', name);
      // In proportion to what it cost at all: where a bound is passed, it may cost less from then on.
      const grown = growth(costs, Math.max(costs[0], N * NOTHING.work));
      const each = Math.round((costs[2] - costs[1]) / (2 * N));
      return grown <= most ? [] : [`${name}: × ${grown.toFixed(2)}, ${each} an event; at most × ${most}`];
    });
  });
}

/** How much more the second step adds than the first one, or than what is taken for so much at the least. */
function growth([first, second, third]: readonly [number, number, number], least: number): number {
  return (third - second) / Math.max(second - first, least);
}

describe('what stands in the log twice as often about a subject makes nothing cost much more than twice as much', () => {
  afterAll(stopCounting);

  const lives = Object.entries(LIVES).flatMap(([type, its]) =>
    Object.entries(its).map(([how, life]) => [type, how, life] as const),
  );

  test('for every type of event there is, and every test of a policy', () => {
    expect(Object.keys(LIVES).toSorted()).toEqual(Object.keys(EVENTS).toSorted());
    for (const type of Object.keys(EVENTS) as EventType[]) {
      const told = Object.values(LIVES[type]).flatMap(({ first = [], then }) => [...first, ...then(0, 0, 0)]);
      expect(told.map((one) => one.type)).toContain(type);
    }
    const tests = JSON.stringify(Object.values(REQUIREMENTS));
    const fields = Object.values({ ...PROVIDER_TESTS, ...ADVISER_TESTS }).flatMap((shape) =>
      Object.keys(shape),
    );
    expect(fields.filter((field) => !tests.includes(`"${field}"`))).toEqual([]);
  });

  test.each(lives)('%s %s', (_type, _how, life) => {
    expect(overgrown(life)).toEqual([]);
  });
});
