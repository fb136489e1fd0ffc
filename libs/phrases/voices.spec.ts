/// <reference types="jest" />
import { policiesByWeight, policyInWords, policyNameInWords, voiceOf } from './voices';

type Strength = Parameters<typeof policyNameInWords>[1];
const STRENGTHS: readonly Strength[] = ['statute', 'funding-condition', 'guidance', 'proposal'];
const policy = (id: string, ...strengths: readonly string[]) => ({
  id,
  editions: strengths.map((strength, i) => ({ edition: i + 1, digest: `sha256:${i}`, strength })),
});

describe('a policy is called', () => {
  test.each([
    ['england-statute', 'statute', 'The law'],
    ['england-funding', 'funding-condition', 'Public funding'],
    ['england-guidance', 'guidance', 'Statutory guidance'],
    ['cmqa-2017', 'proposal', 'The proposals of 2017'],
    ['another', 'statute', 'Law (another)'],
    ['another', 'guidance', 'Guidance (another)'],
    ['constructor', 'proposal', 'Proposal (constructor)'],
  ] as const)('%s of strength %s: %s', (id, strength, name) => {
    expect(policyInWords(policy(id, strength))).toBe(name);
    expect(policyNameInWords(id, strength)).toBe(name);
  });

  test('by its usual name only as long as it has the strength that the name says', () => {
    expect(policyInWords(policy('england-statute', 'proposal'))).toBe('Proposal (england-statute)');
    expect(policyInWords(policy('cmqa-2017', 'statute'))).toBe('Law (cmqa-2017)');
  });

  test('by its usual name, or as a policy, where no edition decides', () => {
    expect(policyInWords(policy('england-statute'))).toBe('The law');
    expect(policyInWords(policy('another'))).toBe('Policy (another)');
    expect(policyInWords(policy('another', 'a-strength-to-come'))).toBe('Policy (another)');
  });
});

test('editions of several strengths are told by the least, so that nothing is told as stronger than it is', () => {
  expect(voiceOf(policy('another', 'statute', 'guidance')).kind).toBe('Guidance');
  expect(voiceOf(policy('england-statute', 'proposal', 'statute')).kind).toBe('Proposal');
});

test('policies are listed with the weightiest first, then by id', () => {
  const all = [...STRENGTHS.toReversed(), ...STRENGTHS].map((strength, i) => ({ id: `p${9 - i}`, strength }));
  const listed = policiesByWeight(all);
  expect(listed.map(({ strength }) => strength)).toEqual(
    STRENGTHS.flatMap((strength) => [strength, strength]),
  );
  for (const strength of STRENGTHS) {
    const ids = listed.filter((one) => one.strength === strength).map(({ id }) => id);
    expect(ids).toEqual([...ids].sort());
  }
});
