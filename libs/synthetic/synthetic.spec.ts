/// <reference types="jest" />
import { importHistory, type DatedPosting } from '@app/application/posting/history-import';
import { MemoryLog } from '@app/event-store/memory';
import { COUNTY_BODIES } from './bodies';
import { county, PRESENT } from './demo-county';
import { generated, populationFor } from './synthetic-log';
import { providerKey } from './names';

const COUNTY = [...county()];

const isOne = (of: readonly string[], one: unknown) => of.some((other) => other === one);

/** Whether a body of the county is recognised for what it posts, by its recognition. */
function may({ body, type, data }: DatedPosting): boolean {
  if (body === 'body:registrar')
    return [
      'PolicyEditionPublished',
      'DayOpened',
      'BodyRecognised',
      'BodyRecognitionEnded',
      'BodySucceeded',
    ].includes(type);
  const { mayPost } = COUNTY_BODIES.find(({ key }) => key === body) ?? { mayPost: [] };
  return mayPost.some(
    ({ types, standards, qualifications }) =>
      types.includes(type) &&
      (standards === undefined || data['standard'] === undefined || isOne(standards, data['standard'])) &&
      (qualifications === undefined ||
        data['qualification'] === undefined ||
        isOne(qualifications, data['qualification'])),
  );
}

function inOrder(postings: readonly DatedPosting[]): boolean {
  return postings.every(({ at }, i) => at >= (postings[i - 1]?.at ?? -Infinity));
}

describe('a generated register', () => {
  test.each([1, 2])(
    'is lawful under every rule, and has as many events as asked for (seed %d)',
    async (seed) => {
      const log = new MemoryLog();
      await importHistory(log, generated(4_000, seed));
      expect(await log.head()).toBe(3_999);
    },
  );

  test.each([1, 100, 1_000, 7_000, 15_000])(
    'of %d events is in order, and ends before the county’s present',
    (events) => {
      for (const seed of [1, 2]) {
        const postings = [...generated(events, seed)];
        expect(postings).toHaveLength(events);
        expect(inOrder(postings)).toBe(true);
        expect(postings.at(-1)?.at).toBeLessThanOrEqual(PRESENT);
        expect(postings.filter((one) => !may(one))).toEqual([]);
      }
    },
  );

  test('of many events ends in 2026, and nearly all of its providers are there by then', () => {
    const postings = [...generated(20_000, 1)];
    const { providers } = populationFor(20_000);
    expect(new Date(postings.at(-1)?.at ?? 0).getUTCFullYear()).toBe(2026);
    const registered = new Set(
      postings.filter(({ type }) => type === 'ProviderRegistered').map(({ subject }) => subject),
    );
    expect(registered.size).toBeGreaterThan(providers * 0.95);
    expect([...registered].every((key) => key >= providerKey(0) && key <= providerKey(providers - 1))).toBe(
      true,
    );
  });

  test('tells of late postings, lapses, suspensions, appeals and corrections', () => {
    const postings = [...generated(20_000, 1)];
    const types = new Set(postings.map(({ type }) => type));
    for (const type of [
      'AccreditationLapsed',
      'AccreditationReinstated',
      'AppealDecided',
      'EventCorrected',
      'QualificationClaimed',
      'EnrolmentEnded',
      'EngagementEnded',
      'CommissionEnded',
      'ContractEnded',
      'RegistrationRestored',
      'AccreditationApplicationEnded',
      'ProviderSucceeded',
      'BodySucceeded',
    ] as const)
      expect(types).toContain(type);
    const ends = postings.filter(({ type }) => type === 'AccreditationApplicationEnded');
    expect(new Set(ends.map(({ data }) => data['outcome']))).toEqual(
      new Set(['awarded', 'refused', 'withdrawn']),
    );
    const successions = postings.filter(({ type }) => type === 'ProviderSucceeded');
    expect(new Set(successions.map(({ data }) => data['kind']))).toEqual(new Set(['merger', 'amalgamation']));
    const late = postings.filter(
      ({ at, type, data }) =>
        type === 'EngagementStarted' && at - Date.parse(String(data['from'])) > 14 * 86_400_000,
    );
    expect(late.length).toBeGreaterThan(10);
  });

  test('is another one for another seed', () => {
    expect([...generated(500, 1)]).toEqual([...generated(500, 1)]);
    expect([...generated(500, 1)]).not.toEqual([...generated(500, 2)]);
  });
});

describe('the county', () => {
  test('has forty providers, 150 advisers and thirty schools, and six bodies post about them', () => {
    const count = (type: DatedPosting['type']) => COUNTY.filter((one) => one.type === type).length;
    expect(count('ProviderRegistered')).toBe(40);
    expect(count('AdviserRegistered')).toBe(150);
    expect(count('SchoolRegistered')).toBe(30);
    expect(count('BodyRecognised')).toBe(6);
    expect(new Set(COUNTY.map(({ body }) => body))).toEqual(
      new Set(['body:registrar', ...COUNTY_BODIES.map(({ key }) => key)]),
    );
  });

  test('has a register from 1 September 2017 to the morning of 1 September 2026, every day of it', () => {
    const days = COUNTY.filter(({ type }) => type === 'DayOpened').map(({ data }) => data['date']);
    expect(days[0]).toBe('2017-09-01');
    expect(days.at(-1)).toBe('2026-09-01');
    expect(days).toHaveLength(3_288);
    expect(inOrder(COUNTY)).toBe(true);
    expect(COUNTY.at(-1)?.at).toBe(PRESENT);
  });

  test('has each body post only what it may', () => {
    expect(COUNTY.filter((one) => !may(one))).toEqual([]);
  });

  test('calls no two providers by one name', () => {
    const names = COUNTY.filter(({ type }) => /^(?:Provider|School)Registered$/.test(type)).flatMap(
      ({ data }) => data['name'] ?? [],
    );
    expect(new Set(names).size).toBe(names.length);
    expect(names).toHaveLength(69);
  });
});
