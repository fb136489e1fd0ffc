/// <reference types="jest" />
import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { edition, given, type Data } from '../../../test/rules/given';
import policy2017 from '../policies/cmqa-2017.json';
import { formatDay } from '../values/day';
import { digestOf, editionsOf, periodsOf, requirementsOf } from './policy';
import { type Policy } from './policy-document';
import { readStored } from '../log/stored-event';
import { includes } from '../values/timeline';

const requirement = (change: object) => ({
  id: 'r',
  of: 'provider',
  binding: 'must',
  test: { accredited: 'matrix' },
  ...change,
});
const policy = (...requirements: readonly object[]): Data => ({
  title: 'A policy',
  strength: 'guidance',
  purposes: { guidance: ['qcg'] },
  settings: { school: requirements },
});
const published = (document: Data) => given().remarks(edition(1, '2026-09-01', document));

describe('a policy document', () => {
  test('is taken as it is, the built-in one too', () => {
    expect(published(policy2017)).toEqual([]);
    const combined = {
      all: [
        { any: [{ qualified: 'guidance' }, { registered: 'cdi' }] },
        { workingTowards: 'guidance', withinMonths: 12 },
      ],
    };
    expect(
      published(policy(requirement({}), requirement({ id: 's', of: 'every-adviser', test: combined }))),
    ).toEqual([]);
    expect(published(policy())).toEqual([]);
  });

  const AT = '/data/policy/settings/school/0';
  const adviser = (test: object) => ({ of: 'some-adviser', test });
  test.each([
    ['an unknown test', { test: { accredits: 'matrix' } }, `${AT}/test`],
    ['a test of nothing', { test: {} }, `${AT}/test`],
    ['a test that every object inherits', { test: { toString: 'matrix' } }, `${AT}/test`],
    ['an unknown of', { of: 'school' }, `${AT}/of`],
    ['a purpose that is not in purposes', adviser({ qualified: 'information' }), `${AT}/test/qualified`],
    ['the same, working towards it', adviser({ workingTowards: 'information' }), `${AT}/test/workingTowards`],
    ['a purpose that every object inherits', adviser({ qualified: 'constructor' }), `${AT}/test/qualified`],
    ['a provider’s test of advisers', adviser({ accredited: 'matrix' }), `${AT}/test`],
    ['an adviser’s test of a provider', { test: { qualified: 'guidance' } }, `${AT}/test`],
    [
      'an adviser’s test of subcontractors',
      { of: 'subcontractors', test: { registered: 'cdi' } },
      `${AT}/test`,
    ],
    ['an empty any', { test: { any: [] } }, `${AT}/test/any`],
    [
      'an empty all, inside',
      { test: { any: [{ accredited: 'matrix' }, { all: [] }] } },
      `${AT}/test/any/1/all`,
    ],
    ['a test beside any', { test: { any: [{ accredited: 'matrix' }], accredited: 'matrix' } }, `${AT}/test`],
    ['a programme that is no code', { test: { contracted: 'National' } }, `${AT}/test/contracted`],
    ['a scope beside a programme', { test: { contracted: 'ncs', scope: 'skills' } }, `${AT}/test/scope`],
    ['a programme of advisers', adviser({ contracted: 'ncs' }), `${AT}/test`],
    ['months of no number', { test: { applied: 'matrix', withinMonths: 0 } }, `${AT}/test/withinMonths`],
    [
      'months beside a test that has none',
      { test: { accredited: 'matrix', withinMonths: 1 } },
      `${AT}/test/withinMonths`,
    ],
    ['an id of the register’s own', { id: 'provider-open' }, `${AT}/id`],
    ['the other id of the register’s own', { id: 'policy-in-force' }, `${AT}/id`],
  ])('%s is refused', (_, change, pointer) => {
    expect(published(policy(requirement(change)))).toEqual([pointer]);
  });

  test('an id twice in one setting is refused, in two it is not', () => {
    expect(published(policy(requirement({}), requirement({})))).toEqual([
      '/data/policy/settings/school/1/id',
    ]);
    const two = policy(requirement({}));
    expect(published({ ...two, settings: { a: [requirement({})], b: [requirement({})] } })).toEqual([]);
  });
});

describe('an edition that is larger than any real one', () => {
  const tests = (count: number) => Array.from({ length: count }, () => ({ accredited: 'matrix' }));
  const named = (count: number, of: unknown) =>
    Object.fromEntries(Array.from({ length: count }, (_, i) => [`n${i}`, of]));
  const codes = (count: number) => Array.from({ length: count }, (_, i) => `q${i}`);
  const large: readonly (readonly [string, Data, Data])[] = [
    ['settings', { ...policy(), settings: named(100, []) }, { ...policy(), settings: named(101, []) }],
    [
      'tests, an any among them',
      policy(requirement({ test: { any: tests(299) } })),
      policy(requirement({ test: { any: tests(300) } })),
    ],
    [
      'tests, one in each of many settings',
      { ...policy(), settings: named(100, [requirement({ test: { all: tests(2) } })]) },
      { ...policy(), settings: named(100, [requirement({ test: { all: tests(3) } })]) },
    ],
    [
      'qualifications',
      { ...policy(), purposes: { a: codes(150), b: codes(150) } },
      { ...policy(), purposes: { a: codes(150), b: codes(151) } },
    ],
  ];

  test.each(large)('is refused by its %s', (_, most, more) => {
    expect(given().when(edition(1, '2026-09-01', most))).toBe('accepted');
    expect(given().when(edition(1, '2026-09-01', more))).toBe('invalid-event');
  });

  test('stands where it stood before', () => {
    const { type, subject, data } = edition(1, '2026-09-01', { ...policy(), settings: named(101, []) });
    const stored = {
      position: '7',
      stream: subject.replace(':', '-'),
      revision: 0,
      type,
      schema: 1,
      subject,
      body: 'body:registrar',
      source: '/rules',
      id: 'large',
      recordedAt: '2026-09-01T12:00:00.000Z',
      data,
    };
    expect(readStored(stored)).toEqual(stored);
  });
});

describe('the digest of a policy', () => {
  /** RFC 8785 for texts, lists and objects, which is all that a policy consists of. */
  function canonical(value: unknown): string {
    if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
    if (typeof value !== 'object' || value === null) return JSON.stringify(value);
    const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`).join()}}`;
  }

  test('is the SHA-256 of its RFC 8785 form', () => {
    const digest = `sha256:${createHash('sha256').update(canonical(policy2017)).digest('hex')}`;
    expect(digestOf(policy2017 as unknown as Policy)).toBe(digest);
    const { title, ...rest } = policy2017;
    expect(digestOf({ ...rest, title } as unknown as Policy)).toBe(digest);
    expect(digestOf({ ...rest, title: `${title}.` } as unknown as Policy)).not.toBe(digest);
  });
});

describe('the edition that decides a day', () => {
  test('is, of those that have begun, the one that stands last in the log', () => {
    const WORLD = Array.from({ length: 10 }, (_, i) => i);
    fc.assert(
      fc.property(fc.array(fc.nat(9), { maxLength: 6 }), (starts) => {
        const editions = starts.map((from, position) => ({
          edition: position + 1,
          position,
          effectiveFrom: formatDay(from),
          policy: policy() as unknown as Policy,
        }));
        const reigning = periodsOf(editions);
        for (const day of WORLD) {
          const deciding = reigning
            .filter(({ days }) => includes(days, day))
            .map(({ edition: one }) => one.edition);
          const last = editions.findLast((_, i) => (starts[i] ?? Infinity) <= day);
          expect(deciding).toEqual(last ? [last.edition] : []);
        }
      }),
    );
  });

  test('has one number, which is free again once it is retracted', () => {
    const world = given(edition(1, '2026-01-01'), edition(2, '2026-02-01'));
    expect(world.when(edition(1, '2026-03-01'))).toBe('edition-exists');
    const retracted = {
      type: 'EventRetracted',
      subject: 'policy:cmqa-2017',
      data: { event: '0', reason: 'mistake' },
    };
    expect(world.and(retracted).when(edition(1, '2026-03-01'))).toBe('accepted');
    expect(editionsOf(world.known(), 'cmqa-2017').map((one) => one.edition)).toEqual([2]);
    expect(editionsOf(world.known(1), 'cmqa-2017').map((one) => one.edition)).toEqual([1, 2]);
  });

  test('asks nothing of a setting that it lacks, whatever objects inherit', () => {
    expect(requirementsOf(policy2017 as unknown as Policy, 'private')).toHaveLength(2);
    expect(requirementsOf(policy2017 as unknown as Policy, 'constructor')).toBeUndefined();
  });
});
