/// <reference types="jest" />
import fc from 'fast-check';
import {
  A,
  about,
  awarded,
  corrected,
  given,
  organisation,
  P,
  person,
  qualification,
  recognised,
  today,
  type Data,
  type Posting,
  type World,
} from '../../../test/rules/given';
import { dayOf } from '../values/day';
import { writtenRuns } from '../values/written-run';
import {
  actsFor,
  bodyName,
  bodyStream,
  daysAllowed,
  isInForce,
  issuedUnder,
  keysOfBody,
  keysWithHash,
  mayPost,
  recognitions,
  revokedUnder,
  successions,
  type Matter,
} from './body';

const BODY = 'body:cdi';
const begun = [today('2026-09-01'), organisation(), person()];
const hash = (digit: number) => `sha256:${String(digit).repeat(64)}`;

const ended = (on: string, subject = BODY): Posting => ({
  type: 'BodyRecognitionEnded',
  subject,
  data: { on, reason: 'merger' },
});
const issued = (key: string, digit = 1, data: Data = {}, subject = BODY): Posting => ({
  type: 'BodyKeyIssued',
  subject,
  data: { key, hash: hash(digit), ...data },
});
const revoked = (key: string, subject = BODY): Posting => ({
  type: 'BodyKeyRevoked',
  subject,
  data: { key },
});
const EVERYTHING = [{ types: '*' }];
const everything = (from: string) => recognised(BODY, from, EVERYTHING);

const streamOf = (world: World) => world.known().stream(bodyStream(BODY));
const NEITHER: Matter = { of: 'neither' };
const runs = (world: World, type = 'ProviderClosed', matter: Matter = NEITHER) =>
  writtenRuns(daysAllowed(streamOf(world), type, matter)).map(({ from, until }) => `${from} to ${until}`);

describe('a body is recognised', () => {
  test.each<[string, readonly Posting[], readonly string[]]>([
    ['on no day without a recognition', [], []],
    ['from its first day on', [everything('2026-01-01')], ['2026-01-01 to 9999-12-31']],
    [
      'to the last day, which is covered',
      [everything('2026-01-01'), ended('2026-06-30')],
      ['2026-01-01 to 2026-06-30'],
    ],
    ['on one day', [everything('2026-01-01'), ended('2026-01-01')], ['2026-01-01 to 2026-01-01']],
    ['on no day if it ends before it begins', [everything('2026-01-01'), ended('2025-12-31')], []],
    [
      'anew by a recognition after the end',
      [everything('2026-01-01'), ended('2026-06-30'), everything('2026-08-01')],
      ['2026-01-01 to 2026-06-30', '2026-08-01 to 9999-12-31'],
    ],
    [
      'again once the end is retracted',
      [everything('2026-01-01'), ended('2026-06-30'), about('EventRetracted', 4, {}, BODY)],
      ['2026-01-01 to 9999-12-31'],
    ],
  ])('%s', (_, postings, days) => {
    expect(runs(given(...begun, ...postings))).toEqual(days);
  });

  test('for what its last recognition that has begun says, and for nothing that an earlier one said', () => {
    const world = given(...begun, everything('2026-01-01'));
    world.and(recognised(BODY, '2026-06-01', [{ types: ['ProviderRenamed'] }]));
    expect(runs(world)).toEqual(['2026-01-01 to 2026-05-31']);
    expect(runs(world, 'ProviderRenamed')).toEqual(['2026-01-01 to 9999-12-31']);
    world.and(recognised(BODY, '2026-03-01', []));
    expect(runs(world)).toEqual(['2026-01-01 to 2026-02-28']);
    expect(runs(world, 'ProviderRenamed')).toEqual(['2026-01-01 to 2026-02-28']);
    expect(recognitions(streamOf(world)).map(({ days }) => days.length)).toEqual([2, 0, 2]);
  });

  test('day by day', () => {
    const world = given(...begun, everything('2026-01-01'), ended('2026-06-30'));
    const on = (day: string) => mayPost(streamOf(world), 'ProviderClosed', NEITHER, dayOf(day));
    expect(['2025-12-31', '2026-01-01', '2026-06-30', '2026-07-01'].map(on)).toEqual([
      false,
      true,
      true,
      false,
    ]);
  });

  test('under the name that its last recognition gives', () => {
    expect(bodyName(streamOf(given(...begun)))).toBeUndefined();
    const renamed = { ...everything('2026-02-01'), data: { ...everything('2026-02-01').data, name: 'Anew' } };
    expect(bodyName(streamOf(given(...begun, everything('2026-01-01'), renamed)))).toBe('Anew');
  });
});

const standard = (code: string): Matter => ({ of: 'standard', code });
const ofQualification = (code?: string): Matter => ({ of: 'qualification', code });
const UNKNOWN: Matter = { of: 'unknown' };

describe('an entry of a recognition opens', () => {
  const opens = (entry: Data, type: string, matter: Matter) =>
    runs(given(...begun, recognised(BODY, '2026-01-01', [entry])), type, matter).length > 0;

  test.each<[string, Data, Matter, boolean]>([
    ['a type that it names', { types: ['ProviderClosed'] }, NEITHER, true],
    ['no other type', { types: ['ProviderRenamed'] }, NEITHER, false],
    ['its standards', { types: ['ProviderClosed'], standards: ['matrix'] }, standard('matrix'), true],
    ['no other standard', { types: ['ProviderClosed'], standards: ['matrix'] }, standard('qics'), false],
    [
      'any standard if none are said',
      { types: ['ProviderClosed'], qualifications: ['qcg'] },
      standard('qics'),
      true,
    ],
    [
      'what carries none, if the type is named',
      { types: ['ProviderClosed'], standards: ['matrix'] },
      NEITHER,
      true,
    ],
    [
      'what is about something unknown, if the type is named',
      { types: ['ProviderClosed'], standards: ['matrix'] },
      UNKNOWN,
      true,
    ],
    [
      'its qualifications',
      { types: ['ProviderClosed'], qualifications: ['qcg'] },
      ofQualification('qcg'),
      true,
    ],
    [
      'no other qualification',
      { types: ['ProviderClosed'], qualifications: ['qcg'] },
      ofQualification('l6-dcgd'),
      false,
    ],
    [
      'a qualification that is not known',
      { types: ['ProviderClosed'], qualifications: ['qcg'] },
      ofQualification(),
      true,
    ],
    ['everything by "*"', { types: '*' }, NEITHER, true],
    ['by "*" and standards, these', { types: '*', standards: ['matrix'] }, standard('matrix'), true],
    ['by "*" and standards, no other', { types: '*', standards: ['matrix'] }, standard('qics'), false],
    [
      'by "*" and standards, nothing that carries none',
      { types: '*', standards: ['matrix'] },
      NEITHER,
      false,
    ],
    [
      'by "*" and standards, no qualification',
      { types: '*', standards: ['matrix'] },
      ofQualification('qcg'),
      false,
    ],
    [
      'by "*" and qualifications, these',
      { types: '*', qualifications: ['qcg'] },
      ofQualification('qcg'),
      true,
    ],
    [
      'by "*" and qualifications, one that is not known',
      { types: '*', qualifications: ['qcg'] },
      ofQualification(),
      true,
    ],
    [
      'by "*" and qualifications, no standard',
      { types: '*', qualifications: ['qcg'] },
      standard('matrix'),
      false,
    ],
    [
      'by "*" and standards, what is about something unknown',
      { types: '*', standards: ['matrix'] },
      UNKNOWN,
      true,
    ],
  ])('%s', (_, entry, matter, isOpen) => {
    expect(opens(entry, 'ProviderClosed', matter)).toBe(isOpen);
  });

  test('whatever one of several opens', () => {
    const world = given(
      ...begun,
      recognised(BODY, '2026-01-01', [{ types: ['ProviderClosed'] }, { types: '*', standards: ['matrix'] }]),
    );
    expect(runs(world)).toHaveLength(1);
    expect(runs(world, 'AccreditationAwarded', standard('matrix'))).toHaveLength(1);
    expect(runs(world, 'AccreditationAwarded', standard('qics'))).toEqual([]);
  });
});

describe('what a body posts', () => {
  const by = (posting: Posting): Posting => ({ ...posting, body: BODY });
  test('is taken today and on its own first day, or refused with the type', () => {
    const world = given(...begun, everything('2026-01-01'));
    expect(world.told(by(awarded('2026-01-01')))).toBe('accepted');
    expect(world.told(by(awarded('2025-12-31')))).toBe('not-recognised /type');
    expect(world.told(by(qualification('2025-12-31')))).toBe('not-recognised /type');
    world.and(ended('2026-08-31'));
    expect(world.told(by(awarded('2026-01-01')))).toBe('not-recognised /type');
  });

  test('is nothing before the first day, nor what is the registrar’s alone', () => {
    const early = given(organisation(), everything('2000-01-01'));
    expect(early.told(by(awarded('2026-01-01')))).toBe('no-day-opened');
    const world = given(...begun, everything('2000-01-01'));
    for (const posting of [
      everything('2026-01-01'),
      ended('2026-01-01'),
      issued('k'),
      revoked('k'),
      today('2026-09-02'),
    ])
      expect(world.told(by(posting))).toBe('not-recognised /type');
  });
});

test('a body whose recognition ends, or that has a key, was recognised', () => {
  const NO_ONE = 'body:nobody';
  for (const posting of [ended('2026-01-01', NO_ONE), issued('k', 1, {}, NO_ONE), revoked('k', NO_ONE)])
    expect(given(...begun).told(posting)).toBe('unknown-subject /subject');
  // An end ends nothing but what a body may post: its keys can still be revoked.
  const world = given(...begun, everything('2026-01-01'), issued('k'), ended('2026-06-30'));
  expect(world.told(revoked('k'))).toBe('accepted');
});

test('a recognition is corrected and retracted, and no dispute of it would change an answer', () => {
  const world = given(...begun, everything('2026-01-01'));
  const correction: Posting = {
    type: 'EventCorrected',
    subject: BODY,
    data: { event: '3', data: everything('2026-02-01').data, kind: 'clerical', reason: 'mistake' },
  };
  expect(world.told(correction)).toBe('accepted');
  expect(world.told(about('EventRetracted', 3, {}, BODY))).toBe('accepted');
  expect(world.told(about('DisputeOpened', 3, {}, BODY))).toBe('not-disputable /data/event');
});

describe('a succession', () => {
  const NEW = 'body:new';
  const both = [everything('2020-01-01'), recognised(NEW, '2020-01-01', [])];
  const succeeded = (data: Data = {}, subject = BODY): Posting => ({
    type: 'BodySucceeded',
    subject,
    data: { by: NEW, from: '2026-09-01', ...data },
  });
  const world = () => given(...begun, ...both);

  test('is of two bodies that are recognised, and not of one', () => {
    expect(world().told(succeeded())).toBe('accepted');
    expect(given(...begun, everything('2020-01-01')).told(succeeded())).toBe('unknown-subject /data/by');
    expect(world().told(succeeded({}, 'body:nobody'))).toBe('unknown-subject /subject');
    expect(world().told(succeeded({ by: BODY }))).toBe('invalid-event /data/by');
    expect(world().told(succeeded({ by: P }))).toBe('invalid-event /data/by');
    expect(world().told(succeeded({ standards: [] }))).toBe('invalid-event /data/standards');
  });

  test('is the registrar’s to post', () => {
    expect(world().told({ ...succeeded(), body: BODY })).toBe('not-recognised /type');
    expect(world().told({ ...succeeded({ by: BODY }, NEW), body: BODY })).toBe('not-recognised /type');
  });

  test('warns of a code that nothing names, which is then corrected in it', () => {
    const misspelt = succeeded({ standards: ['matrix', 'martix'], qualifications: ['qgc', 'qcg'] });
    expect(world().told(misspelt)).toBe(
      'accepted: unknown-standard /data/standards/1, unknown-qualification /data/qualifications/0',
    );
    for (const { detail } of world().warnings(misspelt)) expect(detail).toContain('post an EventCorrected');
  });

  test('is corrected and retracted, and no dispute of it would change an answer', () => {
    const log = world().and(succeeded());
    const at = log.head;
    expect(log.told(corrected(at, succeeded({ from: '2026-10-01' }).data, BODY))).toBe('accepted');
    expect(log.told(about('DisputeOpened', at, {}, BODY))).toBe('not-disputable /data/event');
    expect(successions(streamOf(log)).map(({ data }) => data.by)).toEqual([NEW]);
    log.and(about('EventRetracted', at, {}, BODY));
    expect(successions(streamOf(log))).toEqual([]);
  });

  test('takes nothing from the body that is succeeded, and lets the other post no more than before', () => {
    const log = world().and(succeeded());
    expect(log.told({ ...awarded('2026-01-01'), body: BODY })).toBe('accepted');
    expect(log.told({ ...awarded('2026-01-01'), body: NEW })).toBe('not-recognised /type');
  });

  test('counts before no first day', () => {
    const log = given(...both, succeeded({ from: '1900-01-01' }));
    expect(actsFor(log.known(), NEW, BODY, NEITHER)).toBe(false);
    expect(actsFor(log.known(), BODY, BODY, NEITHER)).toBe(true);
  });

  const BODIES = ['body:a', 'body:b', 'body:c', 'body:d'];
  const MATTERS: readonly Matter[] = [
    NEITHER,
    UNKNOWN,
    standard('matrix'),
    ofQualification('qcg'),
    ofQualification(),
  ];
  const limits = fc.constantFrom<Data>({}, { standards: ['matrix'] }, { qualifications: ['qcg', 'qcd'] });
  const aSuccession = fc
    .record({ from: fc.nat(3), to: fc.nat(3), limits })
    .filter(({ from, to }) => from !== to);

  test('leads on to whoever succeeds whom it leads to, in what each of them has taken over, in circles too', () => {
    fc.assert(
      fc.property(fc.array(aSuccession, { maxLength: 7 }), (all) => {
        const known = given(
          ...begun,
          ...BODIES.map((body) => recognised(body, '2020-01-01', [])),
          ...all.map((one) => succeeded({ by: BODIES[one.to], ...one.limits }, BODIES[one.from])),
        ).known();
        for (const matter of MATTERS) {
          const leads = (body: string, former: string) => actsFor(known, body, former, matter);
          const isOf = ({ standards, qualifications }: Data) =>
            (standards === undefined && qualifications === undefined) ||
            (standards !== undefined && matter.of === 'standard') ||
            (qualifications !== undefined && matter.of === 'qualification' && matter.code !== undefined);
          for (const former of BODIES) {
            // The least set that has the body itself, and with each of its bodies those that have succeeded it.
            const reached = new Set([former]);
            for (const _ of BODIES)
              for (const one of all)
                if (reached.has(BODIES[one.from] ?? '') && isOf(one.limits))
                  reached.add(BODIES[one.to] ?? '');
            expect(BODIES.filter((body) => leads(body, former))).toEqual(
              BODIES.filter((body) => reached.has(body)),
            );
          }
        }
      }),
      { numRuns: 50 },
    );
  });
});

describe('a key', () => {
  const world = given(...begun, everything('2026-01-01'), issued('first', 1), issued('second', 2));
  world.and(revoked('never-issued'), revoked('first'), revoked('first'));

  test('has one name among those of its body, revoked or not', () => {
    const TAKEN = 'same-id-different-content /data/key';
    expect(world.told(issued('first', 3))).toBe(TAKEN);
    expect(world.told(issued('second', 3))).toBe(TAKEN);
    expect(world.told(issued('third', 3))).toBe('accepted');
    const other = given(
      ...begun,
      everything('2026-01-01'),
      issued('first'),
      recognised('body:b', '2026-01-01', []),
    );
    expect(other.told(issued('first', 3, {}, 'body:b'))).toBe('accepted');
  });

  test('is found by its name and by its hash, with the first revocation after it', () => {
    const events = streamOf(world);
    expect([issuedUnder(events, 'first'), issuedUnder(events, 'second'), issuedUnder(events, 'x')]).toEqual([
      4,
      5,
      undefined,
    ]);
    expect([revokedUnder(events, 'first'), revokedUnder(events, 'second')]).toEqual([7, undefined]);
    expect(keysOfBody(events).map(({ event, revoked }) => [event.data.key, revoked])).toEqual([
      ['first', 7],
      ['second', undefined],
    ]);
    expect(keysWithHash(events, hash(2)).map(({ event }) => event.data.key)).toEqual(['second']);
    expect(keysWithHash(events, hash(3))).toEqual([]);
  });

  test('is not revoked by what stood before its issue', () => {
    const early = given(...begun, everything('2026-01-01'), revoked('first'), issued('first'));
    expect(keysOfBody(streamOf(early)).map((key) => isInForce(key, undefined))).toEqual([true]);
  });

  test('opens the register until it is revoked, and to its last day, which is included', () => {
    const events = streamOf(
      given(...begun, everything('2026-01-01'), issued('k', 1, { until: '2026-09-30' })),
    );
    const [key] = keysOfBody(events);
    if (!key) throw new Error('no key');
    const on = (day?: string) => isInForce(key, day === undefined ? undefined : dayOf(day));
    expect([on(), on('2026-09-30'), on('2026-10-01')]).toEqual([true, true, false]);
    expect(keysOfBody(streamOf(world)).map((one) => isInForce(one, dayOf('9999-12-31')))).toEqual([
      false,
      true,
    ]);
  });

  test('and its revocation are neither corrected nor retracted', () => {
    const correction = (event: string, data: Data): Posting => ({
      type: 'EventCorrected',
      subject: BODY,
      data: { event, data, kind: 'clerical', reason: 'mistake' },
    });
    for (const position of [4, 7]) {
      const told = [
        about('EventRetracted', position, {}, BODY),
        correction(String(position), { key: 'first' }),
      ];
      expect(told.map((one) => world.told(one))).toEqual([
        'not-correctable /data/event',
        'not-correctable /data/event',
      ]);
    }
  });
});

test('what a body may post of an adviser stops with its recognition, and what it has posted stands', () => {
  const world = given(...begun, everything('2020-01-01'), {
    ...qualification('2026-01-01'),
    body: BODY,
    id: 'q',
  });
  world.and(ended('2026-08-31'));
  expect(world.told({ ...qualification('2026-01-01'), body: BODY, id: 'q' })).toBe('duplicate');
  expect(world.known().stream(`adviser-${A.slice('adviser:'.length)}`)).toHaveLength(2);
  expect(world.known().stream(`provider-${P}`)).toHaveLength(1);
});

test('the stream of a body’s own life tells its key', () => {
  expect(given(...begun, everything('2026-01-01')).events.at(-1)?.stream).toBe(
    `body-${BODY.slice('body:'.length)}`,
  );
});
