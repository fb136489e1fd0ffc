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
  type Posting,
  type World,
} from '../../../test/rules/given';

const BODY = 'body:matrix';
const begun = [today('2026-09-01'), organisation(), awarded('2026-01-01', '2026-12-31')];
const AWARD = 2;

describe('a correction', () => {
  test('has the form of its target, and its broken fields are named inside it', () => {
    const world = given(...begun, person(), qualification('2020-01-01'));
    const wrong = corrected(AWARD, {
      standard: 'matrix',
      reference: 'M-1',
      from: '2026-02-30',
      kind: 'initial',
      note: 'x',
    });
    expect(world.when(wrong)).toBe('invalid-event');
    expect(world.remarks(wrong).toSorted()).toEqual(['/data/data/from', '/data/data/note']);
    expect(world.when(corrected(AWARD, qualification('2020-01-01').data))).toBe('invalid-event');
  });

  test('has what its target needs beside its form', () => {
    const named = given(...begun, {
      type: 'ProviderIdentified',
      subject: P,
      data: { as: 'company:00000009' },
    });
    expect(named.remarks(corrected(3, { as: P }))).toEqual(['/data/data/as']);
    expect(named.remarks(corrected(1, { legalForm: 'sole-trader', name: 'Jo Smith' }))).toEqual([
      '/data/data/name',
    ]);
    expect(named.when(corrected(1, { legalForm: 'sole-trader' }))).toBe('accepted');
  });

  test('of what cannot be corrected is refused as that, whatever its data', () => {
    const world = given(
      ...begun,
      corrected(AWARD, awarded('2026-02-01').data),
      about('DisputeOpened', AWARD),
    );
    for (const [position, subject] of [
      [0, 'calendar:england'],
      [3, P],
      [4, P],
    ] as const)
      expect(world.when(corrected(position, { nonsense: 1 }, subject))).toBe('not-correctable');
  });

  test('is judged by what stands before its target, and by nothing after it', () => {
    const world = given(...begun, awarded('2027-01-01', '2027-12-31'));
    const until = (position: number, from: string, day: string) =>
      world.when(corrected(position, awarded(from, day).data));
    // The second award came after the first, and so is not looked at.
    expect(until(AWARD, '2026-01-01', '2027-06-30')).toBe('accepted');
    expect(until(3, '2026-12-31', '2027-12-31')).toBe('overlapping-award');
    expect(until(3, '2027-01-01', '2026-12-31')).toBe('invalid-interval');
  });

  test('may name its target, and in its data another event, by the id it was posted under', () => {
    const suspension = {
      ...matrix('Suspended', { from: '2026-02-01', reason: 'conduct', onAppeal: 'stays' }),
      id: 's',
    };
    const lodging = {
      type: 'AppealLodged',
      subject: P,
      data: { against: 'id:s', on: '2026-03-01' },
      id: 'l',
    };
    const world = given(...begun, suspension, lodging);
    const mending = (against: string): Posting => ({
      type: 'EventCorrected',
      subject: P,
      data: { event: 'id:l', data: { against, on: '2026-04-01' }, kind: 'clerical', reason: 'mistake' },
    });
    expect(world.judged(mending('id:s'))).toMatchObject({
      event: { data: { event: '4', data: { against: '3' } } },
    });
    expect(world.when(mending(String(AWARD)))).toBe('other-stream');
    expect(world.when(mending('id:nobody-posted-this'))).toBe('other-stream');
    expect(world.when({ ...mending('id:s'), source: '/elsewhere' })).toBe('no-such-event');
  });
});

describe('a sole trader’s name', () => {
  const trader: Posting = { type: 'ProviderRegistered', subject: P, data: { legalForm: 'sole-trader' } };
  const renamed = (name: string, subject = P): Posting => ({
    type: 'ProviderRenamed',
    subject,
    data: { name, from: '2026-09-01' },
  });
  const refusedFor = (world: World, posting: Posting) => [world.when(posting), ...world.remarks(posting)];

  test('never comes into the log by a renaming, under whichever key', () => {
    const further = 'company:00000009';
    const identified: Posting = { type: 'ProviderIdentified', subject: P, data: { as: further } };
    const world = given(today('2026-09-01'), trader, identified);
    for (const key of [P, further])
      expect(refusedFor(world, renamed('Example Person', key))).toEqual(['invalid-event', '/data/name']);
  });

  test('does not come in by mending an earlier renaming, once the registration is corrected to that form', () => {
    const world = given(
      edition(1, '2017-10-01'),
      today('2026-09-01'),
      organisation(),
      renamed('Example Guidance'),
    );
    expect(world.when(corrected(3, renamed('Example Careers').data))).toBe('accepted');
    world.and(corrected(2, { legalForm: 'sole-trader' }));
    expect(refusedFor(world, corrected(3, renamed('Example Person').data))).toEqual([
      'invalid-event',
      '/data/data/name',
    ]);
    expect(world.ask({ from: '2026-09-01' }).provider.name).toBeNull();
  });

  test('does not keep the registration from being corrected, nor what was renamed from being retracted', () => {
    const world = given(today('2026-09-01'), organisation(), renamed('Example Person'));
    expect(world.when(corrected(1, { legalForm: 'sole-trader' }))).toBe('accepted');
    world.and(corrected(1, { legalForm: 'sole-trader' }));
    expect(world.when(about('EventRetracted', 2))).toBe('accepted');
  });

  test('is refused before it is asked who may post, and after it is asked whether it was posted before', () => {
    const body = 'body:other';
    const before = { ...renamed('Example Guidance'), id: 'renamed' };
    const world = given(
      today('2026-09-01'),
      organisation(),
      before,
      corrected(1, { legalForm: 'sole-trader' }),
    );
    expect(world.when({ ...renamed('Example Person'), body })).toBe('invalid-event');
    expect(world.when(before)).toBe('duplicate');
    expect(world.when({ ...before, data: renamed('Example Person').data })).toBe('invalid-event');
  });
});

describe('posting the same again', () => {
  const posted = { ...awarded('2027-01-01', '2027-12-31'), id: 'again' };

  test('is a no-op, also where references were written otherwise, and even where the body may not post any more', () => {
    const retraction = { ...about('EventRetracted', 3), id: 'r' };
    const world = given(...begun, posted, retraction);
    expect(world.when(posted)).toBe('duplicate');
    expect(world.when({ ...retraction, data: { ...retraction.data, event: 'id:again' } })).toBe('duplicate');
    const by = { ...posted, body: BODY };
    const once = given(...begun, recognised(BODY, '2020-01-01', [{ types: '*' }]), by);
    once.and(recognised(BODY, '2020-01-01', []));
    expect(once.when(by)).toBe('duplicate');
    expect(once.when({ ...by, id: 'new' })).toBe('not-recognised');
  });

  test('with other content is refused, before anyone asks who may post it; its form is looked at first', () => {
    const world = given(...begun, posted, recognised(BODY, '2020-01-01', []));
    const other = { ...posted, data: { ...posted.data, until: '2028-12-31' } };
    expect(world.when(other)).toBe('same-id-different-content');
    expect(world.when({ ...other, data: {} })).toBe('invalid-event');
    expect(world.when({ ...other, source: '/another' })).toBe('overlapping-award');
    expect(world.when({ ...other, body: BODY })).toBe('not-recognised');
  });

  test('under another type is refused, though subject and data are the same', () => {
    const data = { from: '2026-03-01', reason: 'conduct', onAppeal: 'stays' };
    const world = given(...begun, { ...matrix('Suspended', data), id: 'one' });
    const withdrawal = { ...matrix('Withdrawn', data), id: 'one' };
    expect(world.told(withdrawal)).toBe('same-id-different-content /id');
    expect(world.told({ ...withdrawal, id: 'another' })).toBe('accepted');
  });

  test('under another subject is refused, though type and data are the same', () => {
    const closed = {
      type: 'ProviderClosed',
      subject: P,
      data: { on: '2027-01-01', reason: 'merger' },
      id: 'c',
    };
    const world = given(...begun, organisation('ukprn:10000002'), closed);
    expect(world.told({ ...closed, subject: 'ukprn:10000002' })).toBe('same-id-different-content /id');
  });

  test('with other content is refused in words that say where the first stands, and what to do', () => {
    const world = given(...begun, posted);
    const other = { ...posted, data: { ...posted.data, until: '2028-12-31' } };
    expect(world.detail(other)).toMatch(/at position 3 .*EventCorrected.*new id/);
  });

  test('after a retraction is a no-op with a warning, until that is retracted', () => {
    const world = given(...begun, posted);
    expect(world.remarks(posted)).toEqual([]);
    expect(world.and(about('EventRetracted', 3)).remarks(posted)).toEqual(['retracted']);
    expect(world.and(about('EventRetracted', 4)).remarks(posted)).toEqual([]);
    world.and(about('EventRetracted', 3));
    expect(world.when(posted)).toBe('duplicate');
    expect(world.when({ ...posted, id: 'new' })).toBe('accepted');
  });
});

describe('an event about a subject and another', () => {
  const OTHER = 'company:00000009';
  const B = 'adviser:bbbbbbbb';
  const identified: Posting = { type: 'ProviderIdentified', subject: P, data: { as: OTHER } };
  const merged = (into: string): Posting => ({
    type: 'ProviderMerged',
    subject: P,
    data: { into, on: '2026-08-31' },
  });
  const one = (subject: string, into: string): Posting => ({
    type: 'AdviserMerged',
    subject,
    data: { into },
  });
  const transferred = (to: string, subject = P) => matrix('Transferred', { to, from: '2026-09-01' }, subject);
  const world = () => given(...begun, identified, person(), person(B));

  test('never says by a further key that the other is the subject itself', () => {
    expect([world().when(merged(OTHER)), world().remarks(merged(OTHER))]).toEqual([
      'same-subject',
      ['/data/into'],
    ]);
    expect(world().when({ ...merged(P), subject: OTHER })).toBe('same-subject');
    expect(world().when(transferred(OTHER))).toBe('same-subject');
    expect(world().when(transferred(P, OTHER))).toBe('same-subject');
    expect(world().and(one(A, B)).when(one(B, A))).toBe('same-subject');
    expect(world().and(one(A, B)).remarks(one(A, B))).toEqual(['/data/into']);
  });

  test('has not its form where it says so by the very same key', () => {
    expect(world().when(merged(P))).toBe('invalid-event');
    expect(world().when(transferred(P))).toBe('invalid-event');
    expect(world().when(one(A, A))).toBe('invalid-event');
  });

  test('is taken where the other is another, or no more the same', () => {
    const apart = world().and(about('EventRetracted', 3)).and(organisation(OTHER));
    expect(apart.when(merged(OTHER))).toBe('accepted');
    expect(apart.when(transferred(OTHER))).toBe('accepted');
    expect(world().when(one(A, B))).toBe('accepted');
  });

  test('is judged alike where a correction would say so', () => {
    const to = world().and(organisation('ukprn:10000002'), merged('ukprn:10000002'));
    const position = to.head;
    expect(to.when(corrected(position, merged(OTHER).data))).toBe('same-subject');
  });
});

describe('a reference of an unusual form', () => {
  test.each([
    ['C-1042', []],
    ['2019/77', ['unusual-reference']],
    ['600/1234/5', ['unusual-reference']],
    ['603/123/X', ['unusual-reference']],
  ])('a certificate %s is accepted, with the warnings %j', (certificate, codes) => {
    const posting = qualification('2020-01-01', { certificate });
    expect(given(today('2026-09-01'), person()).when(posting)).toBe('accepted');
    expect(given(today('2026-09-01'), person()).remarks(posting)).toEqual(codes);
  });

  test.each([
    ['M-1042', 'matrix', []],
    ['M1042/2', 'matrix', []],
    ['accredited', 'matrix', ['unusual-reference']],
    ['accredited', 'quality-in-careers', []],
  ])('an award %s of %s is accepted, with the warnings %j', (reference, standard, codes) => {
    const posting = awarded('2026-01-01', undefined, { reference, standard });
    const world = given(today('2026-09-01'), organisation());
    expect(world.remarks(posting)).toEqual(codes);
    expect(world.and({ ...posting, id: 'same' }).remarks({ ...posting, id: 'same' })).toEqual(codes);
  });
});

describe('a certificate that stands for another person', () => {
  const B = 'adviser:bbbbbbbb';
  const C = 'adviser:cccccccc';
  const own = qualification('2020-01-01', { certificate: 'C-7' });
  const others = qualification('2021-01-01', { certificate: 'C-7' }, B);
  const claim = {
    type: 'QualificationClaimed',
    subject: B,
    data: { qualification: 'qcg', awardedOn: '2001-01-01', certificate: 'C-7' },
  };
  const merged = { type: 'AdviserMerged', subject: B, data: { into: A } };
  const world = () => given(today('2026-09-01'), person(), person(B), person(C), own);
  const OWN = 4;

  test.each([
    ['awarded', others],
    ['claimed', claim],
  ])('is warned of where it is %s', (_, posting) => {
    expect(world().when(posting)).toBe('accepted');
    expect(world().remarks(posting)).toEqual(['certificate-of-another']);
  });

  test('is found in a claim as well as in an award', () => {
    expect(given(today('2026-09-01'), person(), person(B), claim).remarks(own)).toEqual([
      'certificate-of-another',
    ]);
  });

  test('is told by the position, without naming anybody', () => {
    const [warning] = world().warnings(others);
    expect(warning).toMatchObject({ code: 'certificate-of-another', pointer: '/data/certificate' });
    expect(warning?.detail).toContain(`The event at ${OWN} `);
    expect(warning?.detail).not.toContain(A);
  });

  test.each([
    ['the same person has it already', own],
    ['the number is another', qualification('2021-01-01', { certificate: 'C-8' }, B)],
    ['a claim has no number', { ...claim, data: { qualification: 'qcg', awardedOn: '2001-01-01' } }],
  ])('is not warned of where %s', (_, posting) => {
    expect(world().remarks(posting)).toEqual([]);
  });

  test('is not warned of where the two are one person', () => {
    expect(world().and(merged).remarks(others)).toEqual([]);
    expect(
      world()
        .and(merged)
        .remarks({ ...others, subject: C }),
    ).toEqual(['certificate-of-another']);
  });

  test('is not warned of once that does not stand any more, and is again once it does', () => {
    const retracted = world().and(about('EventRetracted', OWN, {}, A));
    expect(retracted.remarks(others)).toEqual([]);
    retracted.and(about('EventRetracted', OWN + 1, {}, A));
    expect(retracted.remarks(others)).toEqual(['certificate-of-another']);
  });

  test('is that which a correction gave', () => {
    const before = given(today('2026-09-01'), person(), person(B), qualification('2020-01-01'));
    before.and(corrected(3, own.data, A));
    expect(before.remarks(others)).toEqual(['certificate-of-another']);
    expect(before.remarks(qualification('2021-01-01', {}, B))).toEqual([]);
  });

  test('is warned of at a repetition as it was the first time, whatever came since', () => {
    const warned = world()
      .and({ ...others, id: 'same' })
      .and(about('EventRetracted', OWN, {}, A));
    expect(warned.remarks({ ...others, id: 'same' })).toEqual(['certificate-of-another']);
    const unwarned = given(today('2026-09-01'), person(), person(B), { ...others, id: 'same' }, own);
    expect(unwarned.remarks({ ...others, id: 'same' })).toEqual([]);
  });

  test('is warned of however many people go under one number', () => {
    const people = Array.from({ length: 40 }, (_, i) => `adviser:many${1000 + i}`);
    const many = given(today('2026-09-01'));
    for (const [i, subject] of people.entries()) {
      const posting = qualification('2020-01-01', { certificate: 'none' }, subject);
      many.and(person(subject));
      expect(many.remarks(posting)).toEqual(i === 0 ? [] : ['certificate-of-another']);
      many.and(posting);
    }
  });
});

describe('a key', () => {
  const FURTHER = 'company:00000009';
  const identified: Posting = { type: 'ProviderIdentified', subject: P, data: { as: FURTHER } };

  test('that is registered, as a further key too, is not registered again until its registration is retracted', () => {
    const world = given(today('2026-09-01'), organisation(), identified);
    expect(world.when(organisation(FURTHER))).toBe('already-registered');
    expect(world.when({ ...identified, subject: FURTHER, data: { as: P } })).toBe('already-registered');
    world.and(about('EventRetracted', 1));
    expect(world.when(organisation(FURTHER))).toBe('already-registered');
    expect(world.when(organisation())).toBe('accepted');
    world.and(about('EventRetracted', 2));
    expect(world.when(organisation(FURTHER))).toBe('accepted');
  });

  test('that a correction gave away is free, and the one that it gave instead is not', () => {
    const world = given(
      today('2026-09-01'),
      organisation(),
      identified,
      corrected(2, { as: 'company:00000008' }),
    );
    expect(world.when(organisation(FURTHER))).toBe('accepted');
    expect(world.when(organisation('company:00000008'))).toBe('already-registered');
    world.and(about('EventRetracted', 3));
    expect(world.when(organisation(FURTHER))).toBe('already-registered');
  });

  test('of an adviser opens everything that all keys of the person were given', () => {
    const [other, revoked] = [
      'adviser:bbbbbbbb',
      {
        type: 'QualificationRevoked',
        subject: A,
        data: { certificate: 'C-1', from: '2026-01-01', reason: 'conduct', onAppeal: 'stays' },
      },
    ];
    const world = given(today('2026-09-01'), person(), person(other), qualification('2020-01-01', {}, other));
    expect(world.when(revoked)).toBe('no-such-award');
    world.and({ type: 'AdviserMerged', subject: other, data: { into: A } });
    expect(world.when(revoked)).toBe('accepted');
    expect(world.and(about('EventRetracted', 4, {}, other)).when(revoked)).toBe('no-such-award');
  });
});
