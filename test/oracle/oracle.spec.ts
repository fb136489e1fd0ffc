/// <reference types="jest" />
import { casesOf, asExpected, asFixed, FILES, withPositions } from '../vectors/cases';
import { FIRST_EDITIONS, history, questions } from './histories';
import { EVENT_TYPES, Oracle } from './oracle';
import type { Answer, SeveralAnswers, Data, Posting, Question, Refused } from './oracle';

const SEEDS = 70;

/** The built-in policies, and a day. */
function start(): Oracle {
  const oracle = new Oracle();
  const post = (posting: Omit<Posting, 'body' | 'source'>): void => {
    oracle.post({ body: 'body:registrar', source: '/register', ...posting });
  };
  for (const edition of FIRST_EDITIONS) post(edition);
  post({
    id: 'day-2026-09-01',
    type: 'DayOpened',
    subject: 'calendar:england',
    data: { date: '2026-09-01' },
  });
  return oracle;
}

function accepted(oracle: Oracle, posting: Posting): number {
  const verdict = oracle.post(posting);
  if (verdict.kind === 'accepted') return verdict.position;
  throw new Error(
    `${posting.id} ${posting.type}: ${JSON.stringify(verdict, (_, value: unknown) => (value instanceof Set ? [...value] : value))}`,
  );
}

function answersOf(reply: Answer | SeveralAnswers | Refused): Answer[] {
  if ('status' in reply) return [];
  return 'answers' in reply ? reply.answers : [reply];
}

describe('the worked histories', () => {
  const oracle = start();
  let number = 0;
  for (const file of FILES) {
    for (const { name, events, questions } of casesOf(file)) {
      const source = `case-${number++}`;
      test(`${file}: ${name}`, () => {
        const positions = new Map<string, string>();
        const position = (id: string): string => positions.get(id) ?? `no event ${id}`;
        for (const { body = 'body:registrar', refused, ...event } of events) {
          const data = withPositions(event.data, position);
          const verdict = oracle.post({ body, source, ...event, data });
          expect({
            id: event.id,
            refusedAs: verdict.kind === 'refused' ? [...verdict.codes] : undefined,
          }).toEqual({ id: event.id, refusedAs: refused === undefined ? undefined : [refused] });
          if (verdict.kind !== 'refused') positions.set(event.id, String(verdict.position));
        }
        for (const { ask, expect: expected } of questions) {
          const { knownAt, advisers = [], policy, ...question } = ask;
          const answer = oracle.ask({
            ...question,
            advisers: [...advisers],
            ...(policy === undefined ? {} : { policy: typeof policy === 'string' ? policy : [...policy] }),
            ...(knownAt === undefined ? {} : { knownAt: Number(position(knownAt)) }),
          });
          if ('status' in answer) throw new Error([...answer.codes].join());
          expect(asFixed(answer, expected)).toEqual(asExpected(expected, position));
        }
      });
    }
  }
});

describe('random histories', () => {
  const accepted = new Map<string, number>();
  const codes = new Map<string, number>();
  const outcomes = new Map<string, number>();
  const reasons = new Map<string, number>();
  const warnings = new Map<string, number>();
  let posted = 0;
  let duplicates = 0;
  let refusals = 0;
  const count = (counts: Map<string, number>, name: string): void => {
    counts.set(name, (counts.get(name) ?? 0) + 1);
  };

  beforeAll(() => {
    for (let seed = 1; seed <= SEEDS; seed++) {
      const oracle = new Oracle();
      const postings = history(seed);
      for (const posting of postings) {
        const verdict = oracle.post(posting);
        posted++;
        if (verdict.kind === 'accepted') count(accepted, posting.type);
        else if (verdict.kind === 'duplicate') duplicates++;
        else {
          refusals++;
          for (const code of verdict.codes) count(codes, code);
        }
      }
      for (const question of questions(seed, 8, postings, oracle.head())) {
        for (const { outcome, requirements, warnings: told } of answersOf(oracle.ask(question))) {
          count(outcomes, outcome);
          for (const { code } of told) count(warnings, code);
          for (const gap of requirements.flatMap(({ gaps }) => gaps)) count(reasons, gap.reason);
        }
      }
    }
  });

  test('are asked about with every outcome and warning, and most reasons', () => {
    expect([...outcomes.keys()].sort()).toEqual(['eligible', 'indeterminate', 'not-eligible', 'silent']);
    expect([...warnings.keys()].sort()).toEqual([
      'appeal-undecided',
      'improvement-check-missed',
      'provider-succeeded',
      'school-not-named',
    ]);
    expect(reasons.size).toBeGreaterThan(25);
    const rare = ['adviser-not-independent', 'engaged-advisers-fail', 'no-contract', 'application-ended'];
    expect(rare.filter((reason) => !reasons.has(reason))).toEqual([]);
  });

  test('are the same for the same seed', () => {
    expect(history(7)).toEqual(history(7));
    expect(history(7)).not.toEqual(history(8));
  });

  test('are refused in part, and for nearly every reason', () => {
    expect(refusals / posted).toBeGreaterThan(0.1);
    expect(refusals / posted).toBeLessThan(0.25);
    expect(duplicates).toBeGreaterThan(0);
    const expected = [
      'invalid-event',
      'same-id-different-content',
      'not-recognised',
      'not-your-event',
      'unknown-subject',
      'already-registered',
      'invalid-interval',
      'overlapping-award',
      'no-such-award',
      'not-suspended',
      'extension-shortens',
      'no-such-event',
      'already-retracted',
      'already-appealed',
      'no-appeal',
      'not-appealable',
      'not-correctable',
      'not-disputable',
      'already-disputed',
      'no-open-dispute',
      'too-many-disputes',
      'other-stream',
      'day-out-of-order',
      'edition-exists',
      'contract-cycle',
    ];
    expect(expected.filter((code) => !codes.has(code))).toEqual([]);
  });

  test('hold every type of event', () => {
    expect(EVENT_TYPES.filter((type) => !accepted.has(type))).toEqual([]);
  });
});

describe('the shortest route', () => {
  const provider = 'ukprn:10099001';
  const question: Question = {
    provider,
    setting: 'school-commissioned',
    from: '2020-01-01',
    until: '2020-12-31',
  };
  let number = 0;
  const registered = (...events: { type: string; subject: string; data: Data }[]): Oracle => {
    const oracle = start();
    const all = [
      { type: 'ProviderRegistered', subject: provider, data: { name: 'Example', legalForm: 'company' } },
      { type: 'AdviserRegistered', subject: 'adviser:route0001', data: {} },
      ...events,
    ];
    for (const event of all)
      accepted(oracle, { body: 'body:registrar', source: '/route', id: `e${number++}`, ...event });
    return oracle;
  };
  const engaged = {
    type: 'EngagementStarted',
    subject: 'adviser:route0001',
    data: { provider, from: '2019-01-01', basis: 'employed' },
  };

  test('begins with a new adviser where no one was ever engaged', () => {
    expect(registered().routeLength(question)).toBe(4);
  });

  test('is an award and a qualification where somebody is engaged', () => {
    const oracle = registered(engaged);
    const award = {
      type: 'AccreditationAwarded',
      subject: provider,
      data: { standard: 'matrix', reference: 'R-1', from: '2020-01-01', kind: 'initial' },
    };
    const qualification = {
      type: 'QualificationAwarded',
      subject: 'adviser:route0001',
      data: { qualification: 'qcg', awardedOn: '2020-01-01', certificate: 'R-1' },
    };
    expect(oracle.routeLength(question)).toBe(2);
    expect(oracle.eligibleAfter(question, [award])).toBe(false);
    expect(oracle.eligibleAfter(question, [award, qualification])).toBe(true);
  });

  test('is none of a closed provider, nor past a sanction', () => {
    const closed = {
      type: 'ProviderClosed',
      subject: provider,
      data: { on: '2020-06-30', reason: 'ceased' },
    };
    expect(registered(engaged, closed).routeLength(question)).toBe(0);
    const sanction = {
      type: 'SanctionImposed',
      subject: 'adviser:route0001',
      data: { from: '2020-03-01', reason: 'conduct', onAppeal: 'stands' },
    };
    expect(registered(engaged, sanction).routeLength(question)).toBe(0);
  });
});
