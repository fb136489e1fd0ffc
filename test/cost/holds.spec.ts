/// <reference types="jest" />
import { canonical } from '@app/domain/log/canonical';
import { dayOf } from '@app/domain/values/day';
import { definitionOf, REGISTRAR, type EventType } from '@app/domain/log/event-catalogue';
import { proposalFor } from '@app/domain/succession/proposal';
import { isWork } from '@app/domain/values/work';
import { AnswerCache } from '@app/read-model/answers/answer-cache';
import { providerRecord } from '@app/read-model/records/records';
import { EventIndex } from '@app/read-model/index/event-index';
import type { Data } from '../rules/given';

/** So many take part first, and then twice as many: far more than are looked at between two rests. */
const N = 400;
/**
 * The most that the longest of the pieces between two rests may grow by for each who takes part besides: a list of all may be
 * handed on, copied or sorted as a whole, which takes some nanoseconds each, and none of them is looked at in it. To look at one
 * takes a hundred steps and more.
 */
const MOST_FOR_EACH = 40;

const P = 'ukprn:10000001';
const SUCCESSOR = 'ukprn:10000002';
const adviser = (i: number) => `adviser:person${String(i).padStart(6, '0')}`;
const urn = (i: number) => `urn:${String(i + 100_000)}`;
const provider = (i: number) => `ukprn:1${String(i + 1_000_000)}`;
const WINDOW = { from: dayOf('2018-06-01'), until: dayOf('2030-12-31') };

const POLICY = {
  title: 'What is asked of many',
  strength: 'guidance',
  purposes: { guidance: ['l6-dcgd'] },
  settings: Object.fromEntries(
    (['some-adviser', 'every-adviser', 'subcontractors'] as const).map((of) => [
      of,
      [
        {
          ...{ id: of, of, binding: 'must' },
          test: of === 'subcontractors' ? { accredited: 'matrix' } : { qualified: 'guidance' },
        },
      ],
    ]),
  ),
};

type Told = readonly [type: EventType, subject: string, data: Data];

const registered = (key: string): Told => [
  'ProviderRegistered',
  key,
  { legalForm: 'company', name: 'A Ltd' },
];
const contract = (holder: string, reference: string, subcontractorOf?: string): Told => [
  'ContractAwarded',
  holder,
  {
    ...{ reference, programme: 'ncs', services: ['skills'], clientGroups: ['adults'] },
    ...{ from: '2018-01-01', until: '2099-12-31', ...(subcontractorOf && { subcontractorOf }) },
  },
];

const BEFORE: readonly Told[] = [
  ['DayOpened', 'calendar:england', { date: '2026-01-01' }],
  ['PolicyEditionPublished', 'policy:many', { edition: 1, effectiveFrom: '2018-01-01', policy: POLICY }],
  registered(P),
  contract(P, 'top'),
  registered(SUCCESSOR),
  // After all days that are asked about, so that it closes on none of them.
  ['ProviderSucceeded', P, { by: [SUCCESSOR], on: '2031-12-31', kind: 'merger' }],
];

/** Of whom there may be very many about one provider: what is recorded of the i-th. */
const MANY: Readonly<Record<string, (i: number) => readonly Told[]>> = {
  'advisers who are qualified': (i) => [
    ['AdviserRegistered', adviser(i), {}],
    ['EngagementStarted', adviser(i), { provider: P, from: '2018-01-01', basis: 'employed' }],
    [
      'QualificationAwarded',
      adviser(i),
      { qualification: 'l6-dcgd', awardedOn: '2018-01-01', certificate: `c-${i}` },
    ],
  ],
  'advisers who are not': (i) => [
    ['AdviserRegistered', adviser(i), {}],
    ['EngagementStarted', adviser(i), { provider: P, from: '2018-01-01', basis: 'employed' }],
  ],
  'advisers each of whom came on another day': (i) => [
    ['AdviserRegistered', adviser(i), {}],
    ['EngagementStarted', adviser(i), { provider: P, from: dayAfter(2 * i), basis: 'employed' }],
    ['EngagementEnded', adviser(i), { provider: P, on: dayAfter(2 * i) }],
  ],
  'schools that commissioned it': (i) => [
    ['SchoolRegistered', urn(i), { name: 'A School', phase: 'secondary', area: 'area:E10000014' }],
    [
      'CommissionAgreed',
      urn(i),
      {
        ...{ reference: 'C-1', provider: P, setting: 'school-commissioned' },
        ...{ from: '2018-01-01', until: '2099-12-31' },
      },
    ],
  ],
  'providers whose place it took': (i) => [
    registered(provider(i)),
    ['ProviderSucceeded', provider(i), { by: [P], on: '2018-01-01', kind: 'amalgamation' }],
  ],
  'contracts side by side': (i) => [registered(provider(i)), contract(provider(i), `below-${i}`, 'top')],
  'contracts of one reference': (i) => [registered(provider(i)), contract(provider(i), 'below', 'top')],
  'contracts in chains': (i) => [
    registered(provider(i)),
    contract(provider(i), `below-${i}`, i % 10 === 0 ? 'top' : `below-${i - 1}`),
  ],
};

function dayAfter(days: number): string {
  return new Date(Date.UTC(2019, 0, 1) + days * 86_400_000).toISOString().slice(0, 10);
}

function registerOf(told: readonly Told[]): EventIndex {
  const register = new EventIndex(new Uint8Array(16));
  const revisions = new Map<string, number>();
  for (const [position, [type, subject, data]] of told.entries()) {
    const stream = definitionOf(type).stream?.(subject, data) ?? '';
    const revision = revisions.get(stream) ?? 0;
    revisions.set(stream, revision + 1);
    register.apply(
      canonical({
        ...{ position: String(position), stream, revision, type, schema: 1, subject, body: REGISTRAR },
        ...{ source: '/holds', id: `no-${position}`, recordedAt: '2026-01-01T00:00:00.000Z', data },
      }).text,
    );
  }
  return register;
}

/** All that is asked about one provider and may have to look at very many. */
const ASKED: Readonly<Record<string, (register: EventIndex) => object>> = {
  ...Object.fromEntries<(register: EventIndex) => object>(
    Object.keys(POLICY.settings).flatMap((setting) => {
      const question = { provider: P, setting, policy: 'many', advisers: [], ...WINDOW };
      return [
        [`the answer: ${setting}`, (one: EventIndex) => new AnswerCache(one).answer(question, one.head)],
        [
          `the brief answer: ${setting}`,
          (one: EventIndex) => new AnswerCache(one).verdict(question, one.head),
        ],
        [`the route: ${setting}`, (one: EventIndex) => new AnswerCache(one).withRoute(question, one.head)],
      ];
    }),
  ),
  'the record': (one) => providerRecord(one.at(one.head), P),
  'what to post for its successor': (one) => proposalFor(one.at(one.head), P, undefined),
};

/** Elements that were walked through, by the language or in a loop over a list, since it was set back. */
let walked = 0;
const native: (() => void)[] = [];

/** What is walked through is counted, and not timed: it is the same on every machine. */
function startCounting(): void {
  const instead = (of: object, name: string, by: (before: (...given: unknown[]) => unknown) => unknown) => {
    const before = Reflect.get(of, name) as (...given: unknown[]) => unknown;
    native.push(
      () => void Object.defineProperty(of, name, { value: before, configurable: true, writable: true }),
    );
    Object.defineProperty(of, name, { value: by(before), configurable: true, writable: true });
  };
  const METHODS = ['map', 'flatMap', 'filter', 'forEach', 'some', 'every', 'reduce', 'find', 'findIndex'];
  for (const name of [...METHODS, 'sort', 'toSorted'])
    instead(
      Array.prototype,
      name,
      (before) =>
        function (this: unknown[], ...given: unknown[]) {
          const result: unknown = before.apply(this, given);
          walked += Array.isArray(result) ? result.length : this.length;
          return result;
        },
    );
  for (const some of [[], new Set(), new Map()])
    instead(
      Object.getPrototypeOf(some[Symbol.iterator]()) as object,
      'next',
      (before) =>
        function (this: unknown) {
          walked++;
          return before.apply(this, []);
        },
    );
}

function stopCounting(): void {
  for (const restore of native.splice(0)) restore();
}

/** The most that is walked through from when something is asked to its first rest, and from each rest to the next. */
function longestPiece(found: () => object): { readonly longest: number; readonly rests: number } {
  let [longest, rests] = [0, 0];
  const counted = <T>(deed: () => T): T => {
    walked = 0;
    const result = deed();
    longest = Math.max(longest, walked);
    return result;
  };
  const work = counted(found);
  if (!isWork(work)) throw new Error(`nothing to work out: ${JSON.stringify(work)}`);
  while (!counted(() => work.next()).done) rests++;
  return { longest, rests };
}

describe('however many take part in what is asked about a provider, it comes to a rest after as much as before', () => {
  beforeAll(startCounting);
  afterAll(stopCounting);

  test.each(Object.entries(MANY))('%s', (_, each) => {
    const told = (n: number) => [...BEFORE, ...Array.from({ length: n }, (_, i) => each(i)).flat()];
    const [few, many] = [registerOf(told(N)), registerOf(told(2 * N))];
    for (const [name, ask] of Object.entries(ASKED)) {
      // What is read at a first time only is not of what is asked.
      for (const register of [few, many]) longestPiece(() => ask(register));
      const [before, after] = [few, many].map((register) => longestPiece(() => ask(register)));
      const grown = ((after?.longest ?? NaN) - (before?.longest ?? NaN)) / N;
      expect({ name, grown: Math.max(grown, MOST_FOR_EACH) }).toEqual({ name, grown: MOST_FOR_EACH });
    }
  });
});
