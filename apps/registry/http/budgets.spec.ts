/// <reference types="jest" />
import { Budget, Share } from './budgets';

describe('a budget', () => {
  test('is held up to its limit, and what is given back can be held again', () => {
    const budget = new Budget(10, false);
    expect([budget.take('a', 6), budget.take('a', 4), budget.take('b', 1)]).toEqual([true, true, false]);
    expect([budget.held, budget.refused]).toEqual([10, 1]);
    budget.give('a', 6);
    expect([budget.take('b', 6), budget.held]).toEqual([true, 10]);
  });

  test('leaves something for whoever comes next, however many came before', () => {
    const budget = new Budget(1_024);
    for (const holder of ['a', 'b', 'c', 'd']) {
      let own = 0;
      while (budget.take(holder, 1)) own++;
      expect(own).toBeGreaterThan(0);
      expect(own).toBeLessThanOrEqual(1_024 - budget.held);
    }
    expect(budget.take('e', 1)).toBe(true);
  });

  test('keeps nothing of who holds nothing any more', () => {
    const budget = new Budget(100);
    expect(budget.take('a', 50)).toBe(true);
    budget.give('a', 50);
    expect(budget.held).toBe(0);
    expect(budget.take('a', 50)).toBe(true);
  });
});

describe('a share of a budget', () => {
  test('is what one request holds in all, and nothing once it is released', () => {
    const budget = new Budget(100);
    const share = new Share(budget, 'a');
    expect([share.hold(30), share.add(10), budget.held]).toEqual([true, true, 40]);
    expect([share.hold(20), budget.held]).toEqual([true, 20]);
    expect([share.hold(90), budget.held]).toEqual([false, 20]);
    share.release();
    share.release();
    expect([share.hold(1), budget.held]).toEqual([false, 0]);
  });
});
