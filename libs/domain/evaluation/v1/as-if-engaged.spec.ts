/// <reference types="jest" />
import {
  A,
  edition,
  engagement,
  given,
  awarded,
  organisation,
  P,
  person,
  qualification,
  today,
} from '../../../../test/rules/given';
import { dayOf } from '../../values/day';
import { isRefusal } from '../../values/problem';
import { answer } from './answer';
import { asIfEngaged } from './as-if-engaged';
import { resolveQuestion } from './resolved-question';

/** What is said of the named adviser under cmqa-2017, of whom a school commissions guidance. */
function said(world: ReturnType<typeof given>, advisers: readonly string[] = [A]) {
  const [from, until] = [dayOf('2026-09-01'), dayOf('2027-07-20')];
  const question = {
    provider: P,
    setting: 'school-commissioned',
    policy: 'cmqa-2017',
    advisers,
    from,
    until,
  };
  const found = resolveQuestion(world.known(), question);
  if (isRefusal(found)) throw new Error(found.detail);
  const reasons = ({ gaps }: ReturnType<typeof answer>) =>
    gaps.map(({ from, requirement, reason }) => `${from} ${requirement} ${reason}`);
  return {
    asked: reasons(answer(found, '')),
    asIf: reasons(answer(asIfEngaged(found), '')),
  };
}

const begun = () =>
  given(edition(1, '2017-10-01'), today('2026-09-01'), organisation(), awarded('2024-03-15'), person());

describe('as if every named adviser were engaged', () => {
  test('nothing fails of whoever is qualified, and is not engaged', () => {
    expect(said(begun().and(qualification('2019-07-01')))).toEqual({
      asked: ['2026-09-01 adviser-qualified adviser-not-engaged'],
      asIf: [],
    });
  });

  test('it is told what else fails, which the answer does not say', () => {
    expect(said(begun())).toEqual({
      asked: ['2026-09-01 adviser-qualified adviser-not-engaged'],
      asIf: ['2026-09-01 adviser-qualified no-qualification'],
    });
  });

  test('and the same where they are', () => {
    const { asked, asIf } = said(begun().and(engagement('2024-09-01')));
    expect(asked).toEqual(['2026-09-01 adviser-qualified no-qualification']);
    expect(asIf).toEqual(asked);
  });

  test('and the same where no one is named', () => {
    const { asked, asIf } = said(begun(), []);
    expect(asked).toEqual(['2026-09-01 adviser-qualified no-adviser-engaged']);
    expect(asIf).toEqual(asked);
  });
});
