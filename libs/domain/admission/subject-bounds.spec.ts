/// <reference types="jest" />
import {
  A,
  about,
  contract,
  corrected,
  engagement,
  given,
  organisation,
  P,
  person,
  qualification,
  recognised,
  today,
  type Posting,
  type World,
} from '../../../test/rules/given';
import { EMPTY_VIEW } from '../log/overlay-view';
import { isEnd, rowOf } from '../log/event-rows';
import { BOUNDS, TIMES_MORE_ENDS } from './subject-bounds';
import { decide, LONGEST_CHAIN } from '../subjects/contract';
import { EVENTS, type EventType } from '../log/event-catalogue';
import { MOST_KEYS } from '../log/identity';

const TYPES = Object.keys(EVENTS) as EventType[];
const times = (count: number, posting: (i: number) => Posting) =>
  Array.from({ length: count }, (_, i) => posting(i));
const claim = (i: number, data: object = {}): Posting => ({
  type: 'QualificationClaimed',
  subject: A,
  data: { qualification: 'l6-dcgd', awardedOn: '2020-01-01', certificate: `C-${i}`, ...data },
});
const ended = (on = '2026-01-01'): Posting => ({
  type: 'EngagementEnded',
  subject: A,
  data: { provider: P, on },
});
const by = (body: string, posting: Posting): Posting => ({ ...posting, body });

/** A register in which a body and the registrar may post about an adviser. */
const begun = () =>
  given(
    today('2026-09-01'),
    recognised('body:other', '1900-01-01', [{ types: '*' }]),
    organisation(),
    person(),
  );

describe('of one subject', () => {
  /** One registration of the person is there already. */
  const full = () => begun().and(...times(BOUNDS.adviser - 1, claim));

  test('one body posts as many events of a row as the bound says, and not one more', () => {
    const world = begun().and(...times(BOUNDS.adviser - 2, claim));
    expect(world.when(claim(-1))).toBe('accepted');
    world.and(claim(-1));
    expect([world.when(claim(-2)), world.remarks(claim(-2))]).toEqual(['too-many', ['/subject']]);
    expect(world.detail(claim(-2))).toContain(`has posted ${BOUNDS.adviser} events of this kind about ${A}`);
  });

  test('what one body has posted bars no other, nor what is of another row or subject', () => {
    const world = full().and(person('adviser:bbbbbbbb'));
    expect(world.when(by('body:other', claim(-1)))).toBe('accepted');
    expect(world.when(engagement('2026-01-01'))).toBe('accepted');
    expect(world.when({ ...claim(-1), subject: 'adviser:bbbbbbbb' })).toBe('accepted');
  });

  test('what was retracted counts, and may still be retracted and corrected', () => {
    const world = full();
    const last = world.head;
    world.and(about('EventRetracted', last, {}, A), corrected(last - 1, claim(-9).data, A));
    expect(world.when(claim(-2))).toBe('too-many');
    expect(world.when(about('EventRetracted', last - 1, {}, A))).toBe('accepted');
  });

  test('what ends something is counted apart, up to twice the bound', () => {
    const world = begun().and(...times(BOUNDS.engagement, () => engagement('2026-01-01')));
    expect(world.when(engagement('2026-01-01'))).toBe('too-many');
    world.and(...times(BOUNDS.engagement * TIMES_MORE_ENDS, () => ended()));
    expect(world.when(ended())).toBe('too-many');
    expect(world.when(by('body:other', ended()))).toBe('accepted');
  });
});

test('days, and what the registrar alone may post, are not counted', () => {
  const registrars = TYPES.filter((type) => EVENTS[type].registrarOnly);
  expect(registrars.filter((type) => rowOf(type) !== undefined)).toEqual([]);
  expect(TYPES.filter((type) => rowOf(type) === undefined)).toEqual(registrars);
});

test('no bound is under five hundred', () => {
  expect(Math.min(...Object.values(BOUNDS))).toBeGreaterThanOrEqual(500);
});

test('everything that ends, takes away, gives back, corrects or decides is counted apart', () => {
  const named =
    /Ended$|Closed$|Merged$|Lapsed$|Re(?:voked|moved|instated|stored|tracted)$|Voided$|Decided$|Corrected$/;
  const apart = [
    'AccreditationSuspended',
    'AccreditationWithdrawn',
    'AccreditationSurrendered',
    'AccreditationTransferred',
    'ProviderSucceeded',
  ];
  expect(TYPES.filter((type) => rowOf(type) && isEnd(type)).sort()).toEqual(
    TYPES.filter(
      (type) => rowOf(type) && type !== 'AdviserMerged' && (named.test(type) || apart.includes(type)),
    ).sort(),
  );
});

describe('keys of one subject', () => {
  const numbered = (i: number) => `company:${String(i).padStart(8, '0')}`;
  const further = (i: number, subject = P): Posting => ({
    type: 'ProviderIdentified',
    subject,
    data: { as: numbered(i) },
  });
  const identified = (count: number, subjectOf: (i: number) => string): World =>
    given(organisation(), ...times(count, (i) => further(i, subjectOf(i))));

  test.each([
    ['of one key', () => P],
    ['each of the one before', (i: number) => (i === 0 ? P : numbered(i - 1))],
  ])('are fifty at the most, %s', (_, subjectOf) => {
    expect(identified(MOST_KEYS - 2, subjectOf).when(further(99))).toBe('accepted');
    const full = identified(MOST_KEYS - 1, subjectOf);
    expect([full.when(further(99)), full.remarks(further(99))]).toEqual(['too-many', ['/data/as']]);
  });

  test('of a person are fifty at the most, those of both together', () => {
    const key = (i: number) => `adviser:${String(i).padStart(8, 'a')}`;
    const into = (i: number, other: number): Posting => ({
      type: 'AdviserMerged',
      subject: key(i),
      data: { into: key(other) },
    });
    const half = MOST_KEYS / 2;
    const world = given(
      ...times(MOST_KEYS + 1, (i) => person(key(i))),
      ...times(half - 1, (i) => into(i + 1, 0)),
      ...times(half, (i) => into(half + i + 1, half)),
    );
    expect(world.when(into(0, half))).toBe('too-many');
    expect(world.when(into(1, 2))).toBe('same-subject');
  });
});

describe('a chain of contracts', () => {
  /** Contracts, each under the one before. */
  const chain = (first: number, links: number) =>
    times(links + 1, (i) => contract(P, `C-${first + i}`, i === 0 ? undefined : `C-${first + i - 1}`));

  test('has fifty links at the most, wherever one is added', () => {
    const world = given(organisation(), ...chain(0, LONGEST_CHAIN - 1));
    expect(world.when(contract(P, 'C-below', `C-${LONGEST_CHAIN - 1}`))).toBe('accepted');
    world.and(contract(P, 'C-below', `C-${LONGEST_CHAIN - 1}`));
    const further = contract(P, 'C-further', 'C-below');
    expect([world.when(further), world.remarks(further)]).toEqual(['too-many', ['/data/subcontractorOf']]);
    expect(world.when(contract(P, 'C-0', 'C-above', { from: '2027-01-01', until: '2027-01-02' }))).toBe(
      'too-many',
    );
    expect(world.when(contract(P, 'C-beside', 'C-0'))).toBe('accepted');
  });

  test('is counted through the contract that joins two', () => {
    const half = LONGEST_CHAIN / 2;
    const world = given(organisation(), ...chain(0, half), ...chain(100, half));
    const joining = contract(P, 'C-100', `C-${half}`, { from: '2027-01-01', until: '2027-01-02' });
    expect(world.when(joining)).toBe('too-many');
    expect(world.when({ ...joining, data: { ...joining.data, subcontractorOf: `C-${half - 1}` } })).toBe(
      'accepted',
    );
  });

  test('that is too long above already is refused without a look at what is below, which may be very much', () => {
    const world = given(organisation(), ...chain(0, LONGEST_CHAIN));
    const { subject, data } = contract(P, 'C-hub', `C-${LONGEST_CHAIN}`);
    const known = world.known();
    const looked: string[] = [];
    const refusal = decide.ContractAwarded?.(
      { type: 'ContractAwarded', subject, data, position: world.head + 1, stream: 'contract-C-hub' } as never,
      {
        ...EMPTY_VIEW,
        stream: (name) => known.stream(name),
        streamsAbout(key) {
          looked.push(key);
          return known.streamsAbout(key);
        },
      },
    );
    expect([refusal, looked]).toEqual([expect.objectContaining({ code: 'too-many' }), []]);
  });

  test('is counted where a correction makes it longer', () => {
    const world = given(organisation(), ...chain(0, LONGEST_CHAIN), contract(P, 'C-other'));
    const under = contract(P, 'C-other', `C-${LONGEST_CHAIN}`);
    expect(world.when(corrected(world.head, under.data))).toBe('too-many');
  });
});

test('an award is not refused for the number of those of other bodies', () => {
  const world = begun().and(
    ...times(BOUNDS.adviser, (i) => by('body:other', qualification('2020-01-01', { certificate: `C-${i}` }))),
  );
  expect(world.when(by('body:other', qualification('2020-01-01', { certificate: 'C-x' })))).toBe('too-many');
  expect(world.when(qualification('2020-01-01', { certificate: 'C-x' }))).toBe('accepted');
});
