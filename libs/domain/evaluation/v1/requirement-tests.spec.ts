/// <reference types="jest" />
import { given, organisation, P, today } from '../../../../test/rules/given';
import { together } from '../../log/log-view';
import { providerStreams } from '../../subjects/provider';
import { dayOf, LAST_DAY } from '../../values/day';
import { complement, span } from '../../values/timeline';
import { OPEN } from './requirement-tests';

describe('that a provider has closed', () => {
  test('is the reason from the day after its last to the end, and on no day on which it is open', () => {
    const closed = { type: 'ProviderClosed', subject: P, data: { on: '2026-05-31', reason: 'merged' } };
    const known = given(today('2026-09-01'), organisation(), closed).known();
    const facts = OPEN.facts(together(known, providerStreams([P])));
    const days = span(dayOf('2026-06-01'), LAST_DAY);
    expect(OPEN.causes(facts)).toEqual([{ reason: 'provider-closed', days, evidence: [2] }]);
    expect(OPEN.days(facts)).toEqual(complement(days));
  });

  test('is no reason of one that has not', () => {
    expect(OPEN.causes(OPEN.facts([]))).toEqual([]);
  });
});
