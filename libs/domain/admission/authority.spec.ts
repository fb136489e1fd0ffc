/// <reference types="jest" />
import {
  A,
  about,
  awarded,
  corrected,
  edition,
  given,
  matrix,
  organisation,
  P,
  person,
  qualification,
  recognised,
  today,
  type Data,
  type Posting,
} from '../../../test/rules/given';
import { EMPTY_VIEW } from '../log/overlay-view';
import { matterOf } from './authority';
import { EVENTS, type EventType } from '../log/event-catalogue';

const BODY = 'body:matrix';
const by = (posting: Posting, body = BODY): Posting => ({ ...posting, body });
const begun = [today('2026-09-01'), organisation(), person()];
const ended = (on: string): Posting => ({
  type: 'BodyRecognitionEnded',
  subject: BODY,
  data: { on, reason: 'closed' },
});
const ALL: readonly Data[] = [{ types: '*' }];

describe('a body may post', () => {
  test('what it is recognised for today and on the fact’s own first day', () => {
    const from = (recognition: string, day: string) =>
      given(...begun, recognised(BODY, recognition, ALL)).when(by(awarded(day)));
    expect(from('2026-09-01', '2026-09-01')).toBe('accepted');
    expect(from('2026-09-01', '2026-08-31')).toBe('not-recognised');
    expect(from('2026-09-01', '2027-01-01')).toBe('accepted');
    // Not recognised yet today, although it will be on the first day of the fact.
    expect(from('2026-09-02', '2026-09-02')).toBe('not-recognised');
  });

  test('nothing else, and is told the day that fails and no other, and from when it may', () => {
    const detail = (recognition: string, day: string) =>
      given(...begun, recognised(BODY, recognition, ALL)).detail(by(awarded(day)));
    const first = detail('2026-01-01', '2025-02-01');
    expect(first).toContain('for AccreditationAwarded of matrix from 2026-01-01 on, and not on 2025-02-01');
    expect(first).not.toContain('2026-09-01');
    const later = detail('2026-10-01', '2026-11-01');
    expect(later).toContain('from 2026-10-01 on, and not today, 2026-09-01:');
    expect(later).not.toContain('2026-11-01');
    expect(detail('2026-10-01', '2026-08-01')).toContain(
      'not today, 2026-09-01, nor on 2026-08-01, the first',
    );
    expect(detail('2026-10-01', '2026-09-01')).not.toContain('nor');
    const closed = given(...begun, recognised(BODY, '2020-01-01', ALL), ended('2026-12-31'));
    expect(closed.detail(by(awarded('2027-01-01')))).toContain(
      'from 2020-01-01 to 2026-12-31, and not on 2027-01-01',
    );
    const twice = given(
      ...begun,
      recognised(BODY, '2020-01-01', ALL),
      recognised(BODY, '2022-01-01', []),
      recognised(BODY, '2024-01-01', ALL),
    );
    expect(twice.detail(by(awarded('2023-01-01')))).toContain(
      'from 2020-01-01 to 2021-12-31 and from 2024-01-01 on, and not on 2023-01-01',
    );
    const never = given(
      ...begun,
      recognised(BODY, '2020-01-01', [{ types: '*', standards: ['quality-in-careers'] }]),
    );
    expect(never.detail(by(awarded('2023-01-01')))).toContain('for AccreditationAwarded of matrix on no day');
  });

  test.each([
    ['from', matrix('Applied', { on: '2020-01-01' })],
    ['on', { type: 'ProviderClosed', subject: P, data: { on: '2020-01-01', reason: 'wound-up' } }],
    ['awardedOn', qualification('2020-01-01')],
  ])('nothing that begins before its recognition does: %s', (_, posting) => {
    expect(given(...begun, recognised(BODY, '2020-01-02', ALL)).when(by(posting))).toBe('not-recognised');
    expect(given(...begun, recognised(BODY, '2020-01-01', ALL)).when(by(posting))).toBe('accepted');
  });

  test('what its last recognition says that has begun, however often it was amended', () => {
    const types = (...names: string[]) => [{ types: names }];
    const world = given(
      ...begun,
      recognised(BODY, '2020-01-01', types('AccreditationAwarded')),
      recognised(BODY, '2022-01-01', types('AccreditationApplied')),
      recognised(BODY, '2021-01-01', types('AccreditationAwarded', 'AccreditationApplied')),
      recognised(BODY, '2027-01-01', types('ProviderRenamed')),
    );
    expect(world.when(by(awarded('2020-06-01')))).toBe('accepted');
    expect(world.when(by(matrix('Applied', { on: '2020-06-01' })))).toBe('not-recognised');
    expect(world.when(by(matrix('Applied', { on: '2023-06-01' })))).toBe('accepted');
    expect(world.when(by(awarded('2023-06-01')))).toBe('accepted');
    expect(world.when(by(awarded('2027-01-01')))).toBe('not-recognised');
  });

  test('until the last day of its recognition, and again once it is recognised anew', () => {
    const world = given(...begun, recognised(BODY, '2020-01-01', ALL), ended('2026-09-01'));
    expect(world.when(by(awarded('2026-09-01')))).toBe('accepted');
    expect(world.when(by(awarded('2026-09-02')))).toBe('not-recognised');
    world.and(today('2026-09-02'));
    expect(world.when(by(awarded('2026-01-01')))).toBe('not-recognised');
    world.and(recognised(BODY, '2020-01-01', ALL));
    expect(world.when(by(awarded('2026-01-01')))).toBe('accepted');
  });

  test('of the standards and qualifications that it is recognised for; where none are said, of all', () => {
    const world = given(
      ...begun,
      recognised(BODY, '2020-01-01', [
        { types: ['AccreditationAwarded'], standards: ['quality-in-careers'] },
        { types: '*', qualifications: ['qcg'] },
      ]),
    );
    expect(world.when(by(awarded('2026-01-01')))).toBe('not-recognised');
    expect(world.when(by(awarded('2026-01-01', undefined, { standard: 'quality-in-careers' })))).toBe(
      'accepted',
    );
    expect(world.when(by(qualification('2026-01-01')))).toBe('not-recognised');
    expect(world.when(by(qualification('2026-01-01', { qualification: 'qcg' })))).toBe('accepted');
  });

  describe('with all types and some standards or qualifications, what carries one of them:', () => {
    const P2 = 'ukprn:10000002';
    const revoked: Posting = {
      type: 'QualificationRevoked',
      subject: A,
      data: { certificate: 'C-1', from: '2026-02-01', reason: 'conduct', onAppeal: 'stays' },
    };
    const of = (narrow: object) =>
      given(
        ...begun,
        awarded('2026-01-01'),
        qualification('2026-01-01'),
        recognised(BODY, '2020-01-01', [{ types: '*', ...narrow }]),
      );
    const CLOSED: Posting = {
      type: 'ProviderClosed',
      subject: P,
      data: { on: '2026-06-01', reason: 'wound-up' },
    };
    const cases: readonly [string, Posting, 'standard' | 'qualification' | 'neither'][] = [
      [
        'an accreditation',
        matrix('Withdrawn', { from: '2026-02-01', reason: 'a', onAppeal: 'stays' }),
        'standard',
      ],
      ['a dispute of one', about('DisputeOpened', 3), 'standard'],
      ['a qualification', qualification('2026-03-01', { certificate: 'C-2' }), 'qualification'],
      ['a certificate', revoked, 'qualification'],
      ['a dispute of one', about('DisputeOpened', 4, {}, A), 'qualification'],
      ['a registration', organisation(P2), 'neither'],
      ['a closing', CLOSED, 'neither'],
      [
        'a merger of persons',
        { type: 'AdviserMerged', subject: A, data: { into: 'adviser:bbbbbbbb' } },
        'neither',
      ],
      [
        'a sanction',
        { type: 'SanctionImposed', subject: A, data: { from: '2026-01-01', reason: 'a', onAppeal: 'stays' } },
        'neither',
      ],
      ['a dispute of a registration', about('DisputeOpened', 1), 'neither'],
    ];
    const matches = { standards: ['matrix'], qualifications: ['l6-dcgd'] };
    const others = { standards: ['quality-in-careers'], qualifications: ['qcg'] };

    test.each(cases)('%s', (_, posting, kind) => {
      const may = (narrow: object) => of(narrow).when(by(posting)) !== 'not-recognised';
      expect(may({})).toBe(true);
      expect(may({ standards: matches.standards })).toBe(kind === 'standard');
      expect(may({ qualifications: matches.qualifications })).toBe(kind === 'qualification');
      expect(may(matches)).toBe(kind !== 'neither');
      expect(may(others)).toBe(false);
    });

    test('and what names an event that is not there, or a certificate of no award, is told that', () => {
      const narrow = { standards: ['matrix'], qualifications: ['qcg'] };
      expect(of(narrow).when(by(about('DisputeOpened', 99)))).toBe('no-such-event');
      const none = { ...revoked, data: { ...revoked.data, certificate: 'C-9' } };
      expect(of({ qualifications: ['qcg'] }).when(by(none))).toBe('no-such-award');
      expect(of({ standards: ['matrix'] }).when(by(none))).toBe('not-recognised');
    });

    test('a type that is named and carries none is narrowed by nothing', () => {
      const named = of({ types: ['ProviderClosed', 'DisputeOpened'], standards: ['quality-in-careers'] });
      expect(named.when(by(CLOSED))).toBe('accepted');
      expect(named.when(by(about('DisputeOpened', 3)))).toBe('not-recognised');
    });
  });

  test('nothing that is the registrar’s alone, not even with all types', () => {
    const own = Object.keys(EVENTS).filter((type) => 'registrarOnly' in EVENTS[type as EventType]);
    expect(own.toSorted()).toEqual([
      'BodyKeyIssued',
      'BodyKeyRevoked',
      'BodyRecognised',
      'BodyRecognitionEnded',
      'BodySucceeded',
      'DayOpened',
      'DisputeClosed',
      'LogRestored',
      'PolicyEditionPublished',
    ]);
    const world = given(...begun, recognised(BODY, '2020-01-01', ALL));
    for (const posting of [
      recognised(BODY, '2020-01-01', ALL),
      ended('2026-09-01'),
      today('2026-09-02'),
      edition(1, '2026-09-01'),
    ])
      expect(world.when(by(posting))).toBe('not-recognised');
  });

  test('nothing before the first day; what never is its to post is refused as that even then', () => {
    const world = given(organisation(), recognised(BODY, '2020-01-01', ALL));
    expect(world.when(by(organisation('ukprn:10000002')))).toBe('no-day-opened');
    expect(world.when(by(today('2026-09-01')))).toBe('not-recognised');
    expect(world.when(by(about('EventRetracted', 0)))).toBe('not-your-event');
  });
});

describe('an event about an event', () => {
  const RECOGNISED = recognised(BODY, '2020-01-01', [
    { types: '*', standards: ['quality-in-careers'], qualifications: ['qcg'] },
  ]);
  const world = () => given(...begun, RECOGNISED);
  const of = (standard: string): Posting => awarded('2026-01-01', undefined, { standard });

  test('is of the standard of the one it names, and what is said of that one too', () => {
    const log = world().and(of('matrix'), of('quality-in-careers'));
    expect(log.when(by(about('DisputeOpened', 4)))).toBe('not-recognised');
    expect(log.when(by(about('DisputeOpened', 5)))).toBe('accepted');
    log.and(about('EventRetracted', 4), by(about('DisputeOpened', 5)));
    expect(log.when(by(about('EventRetracted', 6)))).toBe('not-recognised');
    expect(log.when(by(about('EventRetracted', 7)))).toBe('accepted');
  });

  test('about a certificate is of the qualification of the award that it bears on, not of a later one', () => {
    const revoked: Posting = {
      type: 'QualificationRevoked',
      subject: A,
      data: { certificate: 'C-1', from: '2026-02-01', reason: 'conduct', onAppeal: 'stays' },
    };
    const log = world().and(
      qualification('2026-01-01', { qualification: 'qcg' }),
      by(revoked),
      qualification('2026-03-01'),
    );
    expect(log.when(by(about('EventRetracted', 5, {}, A)))).toBe('accepted');
    expect(log.when(by(corrected(5, { ...revoked.data, from: '2026-02-02' }, A)))).toBe('accepted');
    expect(log.when(by(revoked))).toBe('not-recognised');
  });

  test('corrects or retracts only what the same body posted; the registrar may mend everything', () => {
    const all = [recognised(BODY, '2020-01-01', ALL), recognised('body:other', '2020-01-01', ALL)];
    const log = given(...begun, ...all, by(awarded('2026-01-01')));
    for (const posting of [about('EventRetracted', 5), corrected(5, awarded('2026-02-01').data)]) {
      expect(log.when(by(posting, 'body:other'))).toBe('not-your-event');
      expect(log.when(by(posting))).toBe('accepted');
      expect(log.when(posting)).toBe('accepted');
    }
  });

  test('of another body is to be disputed where it can be, and else the registrar is to be asked', () => {
    const all = [recognised(BODY, '2020-01-01', ALL), recognised('body:other', '2020-01-01', ALL)];
    const identified: Posting = {
      ...{ type: 'ProviderIdentified', subject: P, data: { as: 'company:00000008' } },
    };
    const log = given(...begun, ...all, by(awarded('2026-01-01')), by(identified));
    expect(log.detail(by(about('EventRetracted', 5), 'body:other'))).toMatch(/or open a dispute$/);
    expect(log.detail(by(about('EventRetracted', 6), 'body:other'))).toMatch(/or the registrar$/);
    expect(log.when(by(about('DisputeOpened', 5), 'body:other'))).toBe('accepted');
    expect(log.when(by(about('DisputeOpened', 6), 'body:other'))).toBe('not-disputable');
  });

  describe('that mends what another body posted', () => {
    const NEW = 'body:new';
    const succeeded = (subject: string, by: string, data: Data = {}): Posting => ({
      type: 'BodySucceeded',
      subject,
      data: { by, from: '2026-09-01', ...data },
    });
    const recognitions = [BODY, NEW, 'body:third'].map((body) => recognised(body, '2020-01-01', ALL));
    const AWARD = begun.length + recognitions.length;
    const mends = [about('EventRetracted', AWARD), corrected(AWARD, awarded('2026-02-01').data)];
    const posted = (...postings: readonly Posting[]) =>
      given(...begun, ...recognitions, by(awarded('2026-01-01')), ...postings);
    /** What a body is told that would retract the award, and correct it. */
    const told = (body: string, ...postings: readonly Posting[]) => {
      const world = posted(...postings);
      const [one, other] = mends.map((posting) => world.when(by(posting, body)));
      expect(one).toBe(other);
      return one;
    };

    test.each<[string, readonly Posting[], string]>([
      ['has not succeeded it', [], 'not-your-event'],
      ['has succeeded it', [succeeded(BODY, NEW)], 'accepted'],
      ['succeeds it from tomorrow on', [succeeded(BODY, NEW, { from: '2026-09-02' })], 'not-your-event'],
      [
        'succeeds it from today on, which was tomorrow',
        [succeeded(BODY, NEW, { from: '2026-09-02' }), today('2026-09-02')],
        'accepted',
      ],
      ['was succeeded by it', [succeeded(NEW, BODY)], 'not-your-event'],
      [
        'has succeeded the one that has succeeded it',
        [succeeded('body:third', NEW), succeeded(BODY, 'body:third')],
        'accepted',
      ],
      [
        'succeeds that one later',
        [succeeded(BODY, 'body:third'), succeeded('body:third', NEW, { from: '2026-10-01' })],
        'not-your-event',
      ],
      [
        'is met by a circle of successions that leaves it out',
        [succeeded(BODY, 'body:third'), succeeded('body:third', BODY)],
        'not-your-event',
      ],
      [
        'is in a circle with it',
        [succeeded(BODY, 'body:third'), succeeded('body:third', NEW), succeeded(NEW, BODY)],
        'accepted',
      ],
      [
        'has succeeded it in the standard',
        [succeeded(BODY, NEW, { standards: ['quality-in-careers', 'matrix'] })],
        'accepted',
      ],
      [
        'has succeeded it in another standard',
        [succeeded(BODY, NEW, { standards: ['quality-in-careers'] })],
        'not-your-event',
      ],
      [
        'has succeeded it in a qualification',
        [succeeded(BODY, NEW, { qualifications: ['qcg'] })],
        'not-your-event',
      ],
      [
        'has succeeded one in the standard that has succeeded it in another alone',
        [
          succeeded(BODY, 'body:third', { standards: ['quality-in-careers'] }),
          succeeded('body:third', NEW, { standards: ['matrix'] }),
        ],
        'not-your-event',
      ],
      [
        'may, of one succession after another, by either',
        [
          succeeded(BODY, NEW, { standards: ['quality-in-careers'] }),
          succeeded(BODY, NEW, { standards: ['matrix'] }),
        ],
        'accepted',
      ],
    ])('a body that %s', (_, successions, expected) => {
      expect(told(NEW, ...successions)).toBe(expected);
    });

    test('ceases with the succession', () => {
      const world = posted(succeeded(BODY, NEW));
      world.and(about('EventRetracted', world.head, {}, BODY));
      for (const posting of mends) expect(world.when(by(posting, NEW))).toBe('not-your-event');
    });

    test('the body itself goes on doing, and the registrar', () => {
      for (const body of [BODY, 'body:registrar']) expect(told(body, succeeded(BODY, NEW))).toBe('accepted');
    });

    test('must be recognised for retractions and corrections today, and for the new data on their first day', () => {
      const world = posted(succeeded(BODY, NEW));
      const recognise = (from: string, ...types: string[]) => world.and(recognised(NEW, from, [{ types }]));
      const ask = (from: string) => [
        world.when(by(about('EventRetracted', AWARD), NEW)),
        world.when(by(corrected(AWARD, awarded(from).data), NEW)),
      ];
      recognise('2020-01-01', 'AccreditationAwarded');
      expect(ask('2026-02-01')).toEqual(['not-recognised', 'not-recognised']);
      recognise('2020-01-01', 'EventRetracted', 'EventCorrected');
      expect(ask('2026-02-01')).toEqual(['accepted', 'not-recognised']);
      recognise('2026-03-01', 'EventRetracted', 'EventCorrected', 'AccreditationAwarded');
      expect(ask('2026-02-28')).toEqual(['accepted', 'not-recognised']);
      expect(ask('2026-03-01')).toEqual(['accepted', 'accepted']);
    });

    test('of a certificate by the qualification of its award, and of what carries neither without a limit alone', () => {
      const certificate = by(qualification('2026-01-01', { qualification: 'qcg' }));
      const revoked = by({
        type: 'QualificationRevoked',
        subject: A,
        data: { certificate: 'C-1', from: '2026-02-01', reason: 'conduct', onAppeal: 'stays' },
      });
      const engaged = by({
        type: 'EngagementStarted',
        subject: A,
        data: { provider: P, from: '2026-01-01', basis: 'employed' },
      });
      const mended = (data: Data) => {
        const world = posted(certificate, revoked, engaged, succeeded(BODY, NEW, data));
        return [1, 2, 3].map((after) => world.when(by(about('EventRetracted', AWARD + after, {}, A), NEW)));
      };
      const [YES, NO] = ['accepted', 'not-your-event'];
      expect(mended({ qualifications: ['qcg'] })).toEqual([YES, YES, NO]);
      expect(mended({ qualifications: ['qcd'], standards: ['matrix'] })).toEqual([NO, NO, NO]);
      expect(mended({})).toEqual([YES, YES, YES]);
    });

    test('so of what the other body said of an event: its retraction is one of the standard, too', () => {
      const world = posted(
        by(about('EventRetracted', AWARD)),
        succeeded(BODY, NEW, { standards: ['matrix'] }),
      );
      expect(world.when(by(about('EventRetracted', AWARD + 1), NEW))).toBe('accepted');
    });

    test('names it by its position: an id is one of its own', () => {
      const world = posted(succeeded(BODY, NEW)).and({
        ...by(awarded('2027-01-01', undefined, { reference: 'M-2' })),
        id: 'a',
      });
      const retraction = { ...about('EventRetracted', 0), data: { event: 'id:a', reason: 'mistake' } };
      expect(world.when(by(retraction))).toBe('accepted');
      expect(world.when(by(retraction, NEW))).toBe('no-such-event');
    });
  });

  test('gives only data that its body may post today and on their first day', () => {
    const enrolment = (name: string, from: string): Posting => ({
      type: 'EnrolmentStarted',
      subject: A,
      data: { qualification: name, from, expectedEnd: '2028-01-01' },
    });
    const log = world().and(by(enrolment('qcg', '2026-01-01')));
    const to = (name: string, from: string) => by(corrected(4, enrolment(name, from).data, A));
    expect(log.when(to('qcg', '2020-01-01'))).toBe('accepted');
    expect(log.when(to('qcg', '2019-12-31'))).toBe('not-recognised');
    expect(log.when(to('qcd', '2026-01-01'))).toBe('not-recognised');
    // The present recognition decides, and not the one at the time of the posting.
    log.and(recognised(BODY, '2020-01-01', ALL));
    expect(log.when(to('qcd', '2026-01-01'))).toBe('accepted');
  });
});

test('what an event about an event is of is found by one look at what it comes down to, however long the chain', () => {
  const retraction = (event: number): Posting => ({
    type: 'EventRetracted',
    subject: P,
    data: { event: String(event), reason: 'entered-twice' },
  });
  const world = given(...begun, awarded('2026-09-01'));
  const award = world.head;
  for (let i = 0; i < 20; i++) world.and(retraction(award + i));
  const known = world.known();
  const last = known.recorded(`accreditation-matrix-${P}`).at(-1);
  const looked: number[] = [];
  const matter =
    last &&
    matterOf(last, {
      ...EMPTY_VIEW,
      recorded: (stream) => known.recorded(stream),
      find(position) {
        looked.push(position);
        return known.find(position);
      },
    });
  expect([matter, looked]).toEqual([{ of: 'standard', code: 'matrix' }, [award]]);
});
