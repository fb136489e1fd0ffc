/// <reference types="jest" />
import * as fc from 'fast-check';
import {
  about,
  corrected,
  given,
  organisation,
  P,
  school,
  today,
  type Data,
  type Posting,
} from '../../../test/rules/given';
import { keysOf } from '../log/identity';
import { formatDay } from '../values/day';
import { finished } from '../values/work';
import { inPlaceOf, successionsOf, successionsTo } from './successions';

const [Q, R, S, FURTHER] = ['ukprn:10000002', 'ukprn:10000003', 'urn:100001', 'company:00000009'];
const begun = [
  today('2026-09-01'),
  organisation(),
  organisation(Q, 'Q'),
  organisation(R, 'R'),
  school(S),
] as const;
const FIRST = begun.length;
const of = (type: string, data: Data, subject = P): Posting => ({ type, subject, data });
const merged = (on: string, into = Q, subject = P) => of('ProviderMerged', { into, on }, subject);
const closed = (on: string, subject = P) => of('ProviderClosed', { on, reason: 'insolvency' }, subject);
const succeeded = (on: string, by: readonly string[], subject = P, kind = 'split') =>
  of('ProviderSucceeded', { by, on, kind }, subject);
const identified = (as: string, subject: string) => of('ProviderIdentified', { as }, subject);

const known = (...postings: readonly Posting[]) => given(...begun, ...postings).known();
type Known = ReturnType<typeof known>;
const inWords = ({ provider, by, on, kind }: ReturnType<typeof successionsOf>[number]) =>
  `${provider} to ${by.join(' and ')} after ${formatDay(on)}: ${kind}`;
const from = (log: Known, key: string) => successionsOf(log, keysOf(log, key)).map(inWords);
const to = (log: Known, key: string) => finished(successionsTo(log, keysOf(log, key))).map(inWords);
const now = (log: Known, key = P) => inPlaceOf(log, keysOf(log, key));

describe('who took whose place', () => {
  test('is known of the one and of the others, by mergers too, in the order of the log', () => {
    const log = known(succeeded('2026-06-30', [Q, S]), merged('2026-03-31', Q), merged('2025-12-31', P, R));
    expect(from(log, P)).toEqual([
      `${P} to ${Q} and ${S} after 2026-06-30: split`,
      `${P} to ${Q} after 2026-03-31: merger`,
    ]);
    expect(to(log, Q)).toEqual(from(log, P));
    expect(to(log, S)).toEqual([`${P} to ${Q} and ${S} after 2026-06-30: split`]);
    expect(to(log, P)).toEqual([`${R} to ${P} after 2025-12-31: merger`]);
    expect([from(log, Q), to(log, R)]).toEqual([[], []]);
  });

  test('under whichever key it was posted, and to whichever', () => {
    const keys = [identified(FURTHER, Q), identified('urn:100009', P)];
    const log = known(...keys, succeeded('2026-06-30', [FURTHER], 'urn:100009'));
    expect(from(log, P)).toEqual([`urn:100009 to ${FURTHER} after 2026-06-30: split`]);
    expect(to(log, Q)).toEqual(from(log, P));
  });

  test('as it stands: as corrected, and not once it is retracted', () => {
    const postings = [succeeded('2026-06-30', [Q]), corrected(FIRST, succeeded('2026-07-31', [R]).data)];
    const log = known(...postings);
    expect([to(log, Q), to(log, R)]).toEqual([[], [`${P} to ${R} after 2026-07-31: split`]]);
    const back = known(...postings, about('EventRetracted', FIRST + 1));
    expect([to(back, Q), to(back, R)]).toEqual([[`${P} to ${Q} after 2026-06-30: split`], []]);
    const gone = known(...postings, about('EventRetracted', FIRST));
    expect([from(gone, P), to(gone, Q), to(gone, R)]).toEqual([[], [], []]);
  });
});

describe('who is there now in the place of a provider', () => {
  test('is whoever took its place, once it has closed', () => {
    expect(now(known(succeeded('2026-08-31', [Q])))).toEqual([Q]);
    expect(now(known(succeeded('2026-09-01', [Q])))).toEqual([]);
    expect(now(known(succeeded('2026-09-01', [Q]), today('2026-09-02')))).toEqual([Q]);
    expect(now(known(merged('2026-08-31')))).toEqual([Q]);
    expect(now(known(closed('2026-08-31')))).toEqual([]);
    expect(now(known())).toEqual([]);
    expect(now(given(...begun.slice(1), succeeded('2026-08-31', [Q])).known())).toEqual([]);
  });

  test('is all of them, each once and by the first key', () => {
    const log = known(identified(FURTHER, Q), succeeded('2026-08-31', [FURTHER, R]), merged('2026-08-31', Q));
    expect(now(log)).toEqual([Q, R]);
  });

  test('is whoever took the place of those that have closed since', () => {
    expect(now(known(succeeded('2025-08-31', [Q]), succeeded('2026-08-31', [R], Q)))).toEqual([R]);
    expect(now(known(succeeded('2025-08-31', [Q]), succeeded('2026-09-30', [R], Q)))).toEqual([Q]);
    expect(now(known(succeeded('2025-08-31', [Q, S]), merged('2026-08-31', R, Q)))).toEqual([S, R]);
  });

  test('is no one whose registration has been retracted, for nothing can be asked about them', () => {
    const gone = about('EventRetracted', 2, {}, Q);
    expect(now(known(succeeded('2025-08-31', [Q, R]), gone))).toEqual([R]);
    expect(now(known(succeeded('2025-08-31', [Q]), succeeded('2026-08-31', [R], Q), gone))).toEqual([R]);
  });

  test('is no one where they have all closed, or a chain comes back to it', () => {
    expect(now(known(succeeded('2025-08-31', [Q]), closed('2026-08-31', Q)))).toEqual([]);
    const circle = known(
      succeeded('2025-08-31', [Q]),
      succeeded('2025-08-31', [R], Q),
      succeeded('2025-08-31', [P, Q], R),
    );
    expect([P, Q, R].map((key) => now(circle, key))).toEqual([[], [], []]);
  });

  const many = Array.from({ length: 30 }, (_, i) => `ukprn:1100${String(i).padStart(4, '0')}`);
  const company = (i: number) => many[i % many.length] ?? P;

  test('is found over no more than fifty providers', () => {
    const chain = Array.from({ length: 60 }, (_, i) => `ukprn:1200${String(i).padStart(4, '0')}`);
    const registered = chain.map((key) => organisation(key, key));
    const links = chain.slice(1).map((key, i) => succeeded('2026-01-01', [key], chain[i] ?? P));
    const log = known(...registered, ...links);
    expect(now(log, chain[10])).toEqual([chain[59]]);
    expect(now(log, chain[9])).toEqual([]);
  });

  test('is found as a walk without bounds finds it, whatever goes into what', () => {
    const link = fc.tuple(
      fc.nat(29),
      fc.uniqueArray(fc.nat(29), { minLength: 1, maxLength: 3 }),
      fc.boolean(),
    );
    const registered = many.map((key) => organisation(key, key));
    fc.assert(
      fc.property(fc.array(link, { maxLength: 25 }), (links) => {
        const world = given(...begun, ...registered);
        const next = new Map<string, Set<string>>();
        for (const [one, others, isOver] of links) {
          const by = others.filter((other) => other !== one).map(company);
          if (by.length === 0) continue;
          world.and(succeeded(isOver ? '2026-08-31' : '2026-10-31', by, company(one)));
          const all = next.get(company(one)) ?? new Set();
          next.set(company(one), new Set([...all, ...by]));
        }
        const closedNow = new Set(
          links
            .filter(([one, others, isOver]) => isOver && others.some((other) => other !== one))
            .map(([one]) => company(one)),
        );
        const reached = (key: string, seen: ReadonlySet<string>): string[] =>
          seen.has(key)
            ? []
            : closedNow.has(key)
              ? [...(next.get(key) ?? [])].flatMap((other) => reached(other, new Set([...seen, key])))
              : [key];
        const log = world.known();
        for (const key of many.slice(0, 5)) {
          const expected = closedNow.has(key) ? [...new Set(reached(key, new Set()))].sort() : [];
          expect(now(log, key).toSorted()).toEqual(expected);
        }
      }),
      { numRuns: 100 },
    );
  });
});
