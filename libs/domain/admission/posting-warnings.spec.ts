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

const begun = [today('2026-09-01'), organisation(), person()];
const enrolled = (of: string): Posting => ({
  type: 'EnrolmentStarted',
  subject: A,
  data: { qualification: of, from: '2026-01-01', expectedEnd: '2027-01-01' },
});
const registered = (register: string): Posting => ({
  type: 'RegistrationGranted',
  subject: A,
  data: { register, from: '2026-01-01' },
});
const told = (posting: Posting, ...events: readonly Posting[]) =>
  given(...begun, ...events)
    .warnings(posting)
    .map(({ code, pointer }) => `${code} ${pointer ?? ''}`);

describe('a code that nothing names', () => {
  test.each<[string, Posting, string]>([
    ['the standard of an award', awarded('2026-01-01', undefined, { standard: 'martix' }), 'standard'],
    [
      'the standard of an application',
      matrix('Applied', { standard: 'martix', on: '2026-01-01' }),
      'standard',
    ],
    [
      'the qualification of a certificate',
      qualification('2020-01-01', { qualification: 'l6-dcg' }),
      'qualification',
    ],
    [
      'the qualification of a claim',
      { ...qualification('2020-01-01', { qualification: 'l6-dcg' }), type: 'QualificationClaimed' },
      'qualification',
    ],
    ['the qualification of an enrolment', enrolled('l6-dcg'), 'qualification'],
    ['a register', registered('uk-registr'), 'register'],
  ])('is warned of: %s', (_, posting, kind) => {
    expect(given(...begun).when(posting)).toBe('accepted');
    expect(told(posting)).toEqual([`unknown-${kind} /data/${kind}`]);
  });

  test('is warned of wherever a recognition names it, which would let the body post nothing else', () => {
    const recognition = recognised('body:matrix', '2026-01-01', [
      { types: ['AccreditationAwarded'], standards: ['matrix', 'martix'] },
      { types: '*', qualifications: ['qgc', 'qcg'] },
    ]);
    expect(told(recognition)).toEqual([
      'unknown-standard /data/mayPost/0/standards/1',
      'unknown-qualification /data/mayPost/1/qualifications/0',
    ]);
  });

  test.each([
    ...['matrix', 'quality-in-careers'].map((standard) =>
      awarded('2026-01-01', undefined, { standard, reference: 'M-2' }),
    ),
    ...['l6-dcgd', 'qcg', 'qcgd', 'qcd', 'dipcg', 'l6-cdp', 'l7-pgdip-cg', 'l4-dcia'].map(enrolled),
    registered('uk-register'),
  ])('is none that the register’s own documents name: %j', (posting) => {
    expect(told(posting)).toEqual([]);
  });

  test('is none that any edition of a policy names that stands, in a test of any depth or for a purpose', () => {
    const policy: Data = {
      title: 'A policy',
      strength: 'guidance',
      purposes: { guidance: ['new-diploma'] },
      settings: {
        schools: [
          {
            id: 'provider',
            of: 'provider',
            binding: 'must',
            test: {
              any: [{ all: [{ accredited: 'new-mark', scope: 'skills' }] }, { applied: 'newer-mark' }],
            },
          },
          { id: 'adviser', of: 'some-adviser', binding: 'encouraged', test: { registered: 'new-register' } },
        ],
      },
    };
    const postings = [
      awarded('2026-01-01', undefined, { standard: 'new-mark' }),
      matrix('Applied', { standard: 'newer-mark', on: '2026-01-01' }),
      enrolled('new-diploma'),
      registered('new-register'),
    ];
    const published = edition(1, '2030-01-01', policy);
    for (const posting of postings) {
      expect(told(posting)).toHaveLength(1);
      expect(told(posting, published)).toEqual([]);
      expect(
        told(
          posting,
          published,
          edition(2, '2031-01-01', { ...policy, purposes: { guidance: [] }, settings: {} }),
        ),
      ).toEqual([]);
      expect(told(posting, published, about('EventRetracted', 3, {}, 'policy:cmqa-2017'))).toHaveLength(1);
    }
    // A scope is no standard.
    expect(told(awarded('2026-01-01', undefined, { standard: 'skills' }), published)).toHaveLength(1);
  });

  test('is told with the one that it resembles, where it does, and with what to do', () => {
    const detail = (posting: Posting) => given(...begun).warnings(posting)[0]?.detail;
    expect(detail(awarded('2026-01-01', undefined, { standard: 'martix' }))).toMatch(
      /did you mean matrix\? Then retract .* new id/,
    );
    expect(detail(awarded('2026-01-01', undefined, { standard: 'iso-9001' }))).not.toContain('did you mean');
    expect(detail(qualification('2020-01-01', { qualification: 'l6-dcg' }))).toMatch(
      /did you mean l6-dcgd\? Then post an EventCorrected/,
    );
    expect(detail(registered('uk-registr'))).toContain('did you mean uk-register?');
  });
});

describe('what cannot have happened yet', () => {
  const suspension = matrix('Suspended', { from: '2026-02-01', reason: 'conduct', onAppeal: 'stays' });
  const award = awarded('2026-01-01', '2026-12-31');
  const lodged = (on: string) => about('AppealLodged', 4, { on });
  const decided = (on: string, outcome = 'dismissed') => about('AppealDecided', 4, { on, outcome });
  const check = (verb: string, on: string): Posting => ({
    type: `ImprovementCheck${verb}`,
    subject: P,
    data: { standard: 'matrix', reference: 'M-1', month: 12, on },
  });

  test.each<[string, (day: string) => Posting, string]>([
    ['a claim', (day) => ({ ...qualification(day), type: 'QualificationClaimed' }), 'awardedOn'],
    ['a certificate', (day) => qualification(day), 'awardedOn'],
    ['an application', (day) => matrix('Applied', { on: day }), 'on'],
    ['an appeal', lodged, 'on'],
    ['a check that was made', (day) => check('Completed', day), 'on'],
    ['a check that was missed', (day) => check('Missed', day), 'on'],
  ])('is warned of after today, and not today: %s', (_, of, field) => {
    const world = [award, suspension];
    expect(told(of('2026-09-01'), ...world)).toEqual([]);
    expect(given(...begun, ...world).when(of('2026-09-02'))).toBe('accepted');
    expect(told(of('2026-09-02'), ...world)).toEqual([`future-date /data/${field}`]);
    expect(told(of('2026-09-02'), ...world, today('2026-09-02'))).toEqual([]);
  });

  test('is warned of at the decision of an appeal', () => {
    const world = [award, suspension, lodged('2026-08-01')];
    expect(told(decided('2026-09-02'), ...world)).toEqual(['future-date /data/on']);
    expect(told(decided('2026-09-01'), ...world)).toEqual([]);
  });

  test('is not what is announced: an award, a suspension, an end', () => {
    expect(told(awarded('2030-01-01'))).toEqual([]);
    expect(told({ ...suspension, data: { ...suspension.data, from: '2030-01-01' } }, award)).toEqual([]);
    expect(
      told({ type: 'ProviderClosed', subject: P, data: { on: '2030-01-01', reason: 'merger' } }),
    ).toEqual([]);
  });

  test('cannot be told before the first day', () => {
    expect(given(organisation(), person()).warnings(qualification('2030-01-01'))).toEqual([]);
  });

  test('is a decision before its lodging', () => {
    const world = [award, suspension, lodged('2026-08-10')];
    expect(given(...begun, ...world).when(decided('2026-08-09'))).toBe('accepted');
    expect(told(decided('2026-08-09'), ...world)).toEqual(['decided-before-lodged /data/on']);
    expect(told(decided('2026-08-10'), ...world)).toEqual([]);
    // The lodging counts as it was last corrected.
    const earlier = corrected(5, { against: '4', on: '2026-08-01' });
    expect(told(decided('2026-08-09'), ...world, earlier)).toEqual([]);
  });

  test('is a lodging that a correction moves behind its decision', () => {
    const world = [award, suspension, lodged('2026-08-01'), decided('2026-08-10')];
    const moved = (on: string) => corrected(5, { against: '4', on });
    expect(told(moved('2026-08-11'), ...world)).toEqual(['decided-before-lodged /data/data/on']);
    expect(told(moved('2026-08-10'), ...world)).toEqual([]);
  });

  test('is no lodging after a decision of another, which was retracted', () => {
    const retracted = about('EventRetracted', 5);
    const world = [award, suspension, lodged('2026-08-01'), decided('2026-08-10'), retracted];
    expect(told(lodged('2026-08-20'), ...world)).toEqual([]);
  });
});

describe('a correction', () => {
  const wrong = qualification('2031-07-01', { qualification: 'l6-dcg', certificate: '600/123/5' });

  test('is warned about as a posting of its target with the new data', () => {
    const world = given(...begun, qualification('2020-01-01'));
    const correction = corrected(3, wrong.data, A);
    expect(world.when(correction)).toBe('accepted');
    expect(world.warnings(correction).map(({ code, pointer }) => `${code} ${pointer ?? ''}`)).toEqual([
      'unknown-qualification /data/data/qualification',
      'unusual-reference /data/data/certificate',
      'future-date /data/data/awardedOn',
    ]);
    // A correction is not corrected itself.
    for (const { code, detail } of world
      .warnings(correction)
      .filter((one) => one.code !== 'unusual-reference'))
      expect(`${code}: ${detail}`).toContain('an EventCorrected of the event that this one corrects');
  });

  test('of what was warned about is not, once it puts it right', () => {
    expect(told(corrected(3, qualification('2020-01-01').data, A), wrong)).toEqual([]);
  });

  test('is warned of a certificate that another person has been given, also since', () => {
    const B = 'adviser:bbbbbbbb';
    const given7 = qualification('2020-01-01', { certificate: 'C-7' }, B);
    expect(
      told(
        corrected(4, qualification('2020-01-01', { certificate: 'C-7' }).data, A),
        person(B),
        qualification('2020-01-01'),
        given7,
      ),
    ).toEqual(['certificate-of-another /data/data/certificate']);
  });
});

describe('a reference is unusual', () => {
  const certificate = (of: string) => qualification('2020-01-01', { certificate: of });
  test.each<[string, Posting]>([
    ['the number of a qualification', certificate('600/1234/5')],
    ['what looks like one', certificate('600/12345')],
    ['what looks like one and ends in more', certificate('600/1234/56')],
    ['what looks like one and ends too soon', certificate('600/1234/')],
  ])('where a certificate is %s', (_, posting) => {
    expect(told(posting)).toEqual(['unusual-reference /data/certificate']);
  });
  test('where a matrix award has not the form of those', () => {
    expect(told(awarded('2026-01-01', undefined, { reference: 'of-matrix' }))).toEqual([
      'unusual-reference /data/reference',
    ]);
  });
  test.each<[string, Posting]>([
    ['a certificate that names no such number', certificate('A600/1234/5')],
    [
      'an award by another standard',
      awarded('2026-01-01', undefined, { standard: 'quality-in-careers', reference: 'of-careers' }),
    ],
  ])('but not in %s', (_, posting) => {
    expect(told(posting)).toEqual([]);
  });
  test('but not in what acts on a matrix award that has it', () => {
    const odd = awarded('2026-01-01', undefined, { reference: 'of-matrix' });
    const surrendered = matrix('Surrendered', {
      standard: 'matrix',
      reference: 'of-matrix',
      from: '2026-03-01',
    });
    expect(told(surrendered, odd)).toEqual([]);
  });
});

describe('a repetition', () => {
  const posted = { ...awarded('2026-01-01', '2026-12-31', { standard: 'martix' }), id: 'again' };
  const claimed = { ...qualification('2026-09-02'), id: 'again', source: '/claims' };

  test('is warned of as the first time, whatever came since', () => {
    const world = given(...begun, posted, claimed);
    world.and(
      today('2026-09-02'),
      edition(1, '2017-10-01', {
        title: '',
        strength: 'proposal',
        purposes: {},
        settings: { s: [{ id: 'r', of: 'provider', binding: 'must', test: { accredited: 'martix' } }] },
      }),
    );
    expect([world.when(posted), world.remarks(posted)]).toEqual(['duplicate', ['unknown-standard']]);
    expect(world.remarks({ ...posted, id: 'new', data: { ...posted.data, reference: 'M-2' } })).toEqual([]);
    expect(world.remarks(claimed)).toEqual(['future-date']);
    expect(world.remarks({ ...claimed, id: 'new', data: { ...claimed.data, certificate: 'C-2' } })).toEqual(
      [],
    );
  });

  test('of a correction is warned of as the first time', () => {
    const correction = { ...corrected(3, qualification('2026-09-02').data, A), id: 'corrects' };
    const world = given(...begun, qualification('2020-01-01'), correction, today('2026-09-02'));
    expect([world.when(correction), world.remarks(correction)]).toEqual(['duplicate', ['future-date']]);
  });

  test('of what does not count any more says why, until it counts again', () => {
    const plain = { ...awarded('2026-01-01'), id: 'again' };
    const world = given(...begun, plain, about('DisputeOpened', 3));
    expect(world.remarks(plain)).toEqual([]);
    world.and(about('DisputeClosed', 3, { outcome: 'upheld' }));
    expect([world.when(plain), world.remarks(plain)]).toEqual(['duplicate', ['dispute-upheld']]);
    world.and(about('EventRetracted', 5));
    expect(world.remarks(plain)).toEqual([]);
    world.and(about('EventRetracted', 3));
    expect(world.remarks(plain)).toEqual(['retracted']);
    world.and(about('EventRetracted', 6));
    expect(world.remarks(plain)).toEqual(['retracted', 'dispute-upheld']);
  });

  test('of what a dispute that was dismissed left alone says nothing', () => {
    const plain = { ...awarded('2026-01-01'), id: 'again' };
    const world = given(
      ...begun,
      plain,
      about('DisputeOpened', 3),
      about('DisputeClosed', 3, { outcome: 'dismissed' }),
    );
    expect(world.remarks(plain)).toEqual([]);
  });
});
