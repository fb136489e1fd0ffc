/// <reference types="jest" />
import * as fc from 'fast-check';
import {
  A,
  about,
  awarded,
  engagement,
  given,
  organisation,
  P,
  person,
  policyOf,
  qualification,
  today,
  type Posting,
} from '../../../../test/rules/given';
import { BUILT_IN } from '../../policies/built-in';
import { dayOf } from '../../values/day';
import { isRefusal } from '../../values/problem';
import { NO_DAYS, includes, intersection, span, union, type Days } from '../../values/timeline';
import { answer } from './answer';
import { policiesInOrder, resolveQuestion, resolveUnderSeveral, verdictOf } from './resolved-question';

const publication = (id: string, edition: number, effectiveFrom: string, policy: object): Posting => ({
  type: 'PolicyEditionPublished',
  subject: `policy:${id}`,
  data: { edition, effectiveFrom, policy: policy },
});
const builtIn = BUILT_IN.map(({ id, edition, effectiveFrom, policy }) =>
  publication(id, edition, effectiveFrom, policy),
);
const begun = [today('2026-09-01'), organisation(), person()];
const ALL = ['england-statute', 'england-funding', 'england-guidance', 'cmqa-2017'];

describe('an outcome', () => {
  const WINDOW = [100, 101, 102, 103];
  const someDays = fc
    .subarray([98, 99, ...WINDOW, 104, 105])
    .map((days) => days.reduce<Days>((all, day) => union(all, span(day, day)), NO_DAYS));

  test('is no before doubt, doubt before silence, and silence before yes, whatever the days', () => {
    fc.assert(
      fc.property(someDays, someDays, someDays, (first, second, ruled) => {
        const certain = intersection(intersection(first, second), ruled);
        const possible = intersection(union(first, second), ruled);
        const said = WINDOW.map((day) =>
          !includes(ruled, day)
            ? 'silent'
            : includes(certain, day)
              ? 'yes'
              : includes(possible, day)
                ? '?'
                : 'no',
        );
        const expected = said.includes('no')
          ? 'not-eligible'
          : said.includes('?')
            ? 'indeterminate'
            : said.includes('silent')
              ? 'silent'
              : 'eligible';
        expect(verdictOf({ certain, possible, ruled }, 100, 103).outcome).toBe(expected);
      }),
    );
  });

  test('is silent where no edition is in force, and where the one in force lacks the setting', () => {
    const world = given(
      publication(
        'cmqa-2017',
        1,
        '2020-01-01',
        policyOf({ visits: [{ of: 'provider', test: { accredited: 'matrix' } }] }),
      ),
      publication('cmqa-2017', 2, '2021-01-01', policyOf({})),
      ...begun,
      awarded('2019-01-01'),
    );
    const outcome = (from: string, until: string) => world.ask({ setting: 'visits', from, until }).outcome;
    expect(outcome('2019-12-31', '2020-01-01')).toBe('silent');
    expect(outcome('2020-01-01', '2020-12-31')).toBe('eligible');
    expect(outcome('2020-12-31', '2021-01-01')).toBe('silent');
    expect(outcome('2021-01-01', '2021-12-31')).toBe('silent');
  });

  test('is no where a closed provider fails a day that the policy rules, whatever it says nothing of', () => {
    const world = given(publication('cmqa-2017', 1, '2020-01-01', policyOf({ visits: [] })), ...begun, {
      type: 'ProviderClosed',
      subject: P,
      data: { on: '2020-06-30', reason: 'wound-up' },
    });
    expect(world.ask({ setting: 'visits', from: '2019-12-31', until: '2020-07-01' }).outcome).toBe(
      'not-eligible',
    );
    expect(world.ask({ setting: 'visits', from: '2019-12-31', until: '2020-06-30' }).outcome).toBe('silent');
  });
});

describe('the policies of a question', () => {
  test('come by strength, then id, each once', () => {
    const known = given(...builtIn).known();
    expect(policiesInOrder(known, 'all')).toEqual(ALL);
    expect(policiesInOrder(known, ['cmqa-2017', 'england-statute', 'cmqa-2017'])).toEqual([
      'england-statute',
      'cmqa-2017',
    ]);
    expect(policiesInOrder(known, ['cmqa-2017', 'all'])).toEqual(ALL);
  });

  test('are ranked by the strength of the edition that stands last in the log', () => {
    const stronger = { ...policyOf({ visits: [] }), strength: 'statute' };
    const world = given(...builtIn, publication('cmqa-2017', 2, '2016-01-01', stronger));
    expect(policiesInOrder(world.known(), ['england-guidance', 'cmqa-2017'])).toEqual([
      'cmqa-2017',
      'england-guidance',
    ]);
  });

  test('are those of which an edition stands: one that is named and does not stand is refused', () => {
    const world = given(...builtIn, about('EventRetracted', 0, {}, 'policy:cmqa-2017'));
    expect(policiesInOrder(world.known(), 'all')).toEqual(ALL.slice(0, 3));
    for (const other of ['england-statute', 'all'])
      expect(policiesInOrder(world.known(), ['cmqa-2017', other])).toMatchObject({ code: 'unknown-policy' });
    expect(policiesInOrder(given(today('2026-09-01')).known(), 'all')).toMatchObject({
      code: 'unknown-policy',
    });
  });

  test('no policy has the id that means all of them', () => {
    const all = publication('all', 1, '2020-01-01', policyOf({ visits: [] }));
    expect(given().told(all)).toBe('invalid-event /subject');
  });
});

describe('the answers under several policies', () => {
  const world = given(...builtIn, ...begun).and(
    awarded('2026-01-01', '2026-12-31'),
    engagement('2020-01-01'),
    qualification('2026-05-01'),
  );
  const known = world.known();
  const asking = (setting: string, advisers: readonly string[]) => ({
    provider: P,
    setting,
    from: dayOf('2012-01-01'),
    until: dayOf('2027-07-20'),
    advisers,
  });

  test('are those under each alone', () => {
    const setting = fc.constantFrom('school-commissioned', 'school-in-house', 'national-careers-service');
    fc.assert(
      fc.property(
        fc.shuffledSubarray(ALL).map((some) => [...some, 'cmqa-2017']),
        setting,
        fc.subarray([A]),
        (ids, setting, named) => {
          const found = resolveUnderSeveral(known, asking(setting, named), ids);
          if (isRefusal(found)) throw new Error(found.detail);
          for (const one of found) {
            const alone = resolveQuestion(known, one.question);
            if (isRefusal(alone))
              expect(answer(one, '')).toMatchObject({ outcome: 'silent', requirements: [] });
            else expect(answer(one, '')).toEqual(answer(alone, ''));
          }
        },
      ),
      { numRuns: 30 },
    );
  });

  test('are refused where none of the policies has the setting, with all their settings', () => {
    expect(resolveUnderSeveral(known, asking('visits', []), ALL.slice(0, 2))).toMatchObject({
      code: 'invalid-question',
      errors: [{ pointer: '/setting' }],
    });
  });
});
