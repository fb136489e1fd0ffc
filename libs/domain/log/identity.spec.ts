/// <reference types="jest" />
import { about, given, organisation, P, today, type Posting } from '../../../test/rules/given';
import { identityOf, isRegistered, keysOf, registrationOf } from './identity';

const [K, J] = ['company:00000008', 'company:00000009'];
const begun = [today('2026-09-01'), organisation()];
const identified = (as: string): Posting => ({ type: 'ProviderIdentified', subject: P, data: { as } });
const retracted = (position: number, subject = P) => about('EventRetracted', position, {}, subject);

describe('the keys of a provider', () => {
  test('are one while nothing says otherwise, known or not', () => {
    const known = given(...begun).known();
    expect([keysOf(known, P), keysOf(known, K)]).toEqual([[P], [K]]);
    expect([isRegistered(known, P), isRegistered(known, K)]).toEqual([true, false]);
    expect([registrationOf(known, P), registrationOf(known, K)]).toEqual([1, undefined]);
  });

  test('are all that are said to be the same, by the order of their registrations, under whichever is asked', () => {
    const known = given(...begun, identified(K), identified(J)).known();
    for (const key of [P, K, J]) expect(keysOf(known, key)).toEqual([P, K, J]);
  });

  test('are, where a registration does not stand any more, those that are registered, and then it', () => {
    const known = given(...begun, identified(K), identified(J), retracted(1)).known();
    expect(keysOf(known, P)).toEqual([K, J, P]);
    expect([...identityOf(known, P).registered]).toEqual([K, J]);
  });

  test('that stands registered in two places goes by the first of them', () => {
    const asFurther = given(...begun, identified(K), retracted(2), identified(J), organisation(K));
    asFurther.and(retracted(3), retracted(1));
    expect(registrationOf(asFurther.known(), K)).toBe(2);
    expect(keysOf(asFurther.known(), P)).toEqual([K, J, P]);

    const byItself = given(...begun, organisation(K), retracted(2, K), identified(J), identified(K));
    byItself.and(retracted(3, K), retracted(1));
    expect(registrationOf(byItself.known(), K)).toBe(2);
    expect(keysOf(byItself.known(), P)).toEqual([K, J, P]);
  });
});
