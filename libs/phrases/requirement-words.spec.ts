/// <reference types="jest" />
import type { Answer } from '@app/domain/evaluation/v1/answer-shape';
import { BUILT_IN } from '@app/domain/policies/built-in';
import { digestOf } from '@app/domain/subjects/policy';
import type { Policy } from '@app/domain/subjects/policy-document';
import { citeInWords, wordsOfRequirement } from './requirement-words';

interface Asked {
  readonly edition: string;
  readonly id: string;
  readonly cites: string;
  readonly digest: string;
  readonly strength: Policy['strength'];
}

const ASKED = BUILT_IN.flatMap(({ id: policy, edition, policy: document }) => {
  const { settings, strength } = document as Policy;
  return Object.entries(settings).flatMap(([setting, requirements]) =>
    requirements.map(({ id, cites = '' }): Asked => ({
      edition: `${policy} ${edition} ${setting}`,
      id,
      cites,
      digest: digestOf(document as Policy),
      strength,
    })),
  );
});

const NONE = { digest: '', id: '', cites: '' };

const answer = (digests: readonly string[], advisers: readonly string[] = []) =>
  ({
    policy: {
      id: 'any',
      editions: digests.map((digest, i) => ({ edition: i, digest, strength: 'guidance' })),
    },
    advisers,
  }) as unknown as Answer;

test.each(ASKED)('what $edition asks by $id is said in words', ({ digest, id }) => {
  for (const advisers of [[], ['adviser:aaaaaaaa']])
    expect(wordsOfRequirement(answer([digest], advisers), id)).toMatch(/^(?:every|at least|each|the) /);
});

test('of whoever is named it is not said that the policy asks whether they are engaged', () => {
  for (const { digest, id } of ASKED)
    expect(wordsOfRequirement(answer([digest], ['adviser:aaaaaaaa']), id)).not.toMatch(/engaged/);
});

test.each(ASKED.filter(({ edition }) => edition.startsWith('england-guidance')))(
  'the guidance is told as it is: trained to an appropriate level, and no level by number ($edition, $id)',
  ({ digest, id, cites }) => {
    const words = wordsOfRequirement(answer([digest]), id) ?? '';
    expect(words).not.toMatch(/level [0-9]|qualified/i);
    expect(words.includes('trained to an appropriate level')).toBe(
      cites.includes('trained to an appropriate level'),
    );
  },
);

test('no words fit where another document decides some day, or none', () => {
  const { digest, id } = ASKED.find((one) => one.edition.startsWith('england-statute')) ?? NONE;
  expect(wordsOfRequirement(answer([digest, 'sha256:1']), id)).toBeUndefined();
  expect(wordsOfRequirement(answer([]), id)).toBeUndefined();
  expect(wordsOfRequirement(answer([digest]), 'constructor')).toBeUndefined();
});

test('two editions that ask the same are told alike', () => {
  const digests = BUILT_IN.filter(({ id }) => id === 'england-guidance').map(({ policy }) =>
    digestOf(policy as Policy),
  );
  expect(digests).toHaveLength(2);
  expect(wordsOfRequirement(answer(digests), 'adviser-appropriately-trained')).toBe(
    'at least one adviser engaged is trained to an appropriate level',
  );
});

test('a citation that says all by itself is only explained where it names the matrix Standard', () => {
  const cited = (id: string) => {
    const { digest, cites } = ASKED.find((one) => one.edition.startsWith(id)) ?? NONE;
    return citeInWords(answer([digest]), cites);
  };
  expect(cited('england-statute')).toBeUndefined();
  expect(cited('england-funding')).toMatch(/^The matrix Standard is a quality standard/);
  expect(cited('cmqa-2017')).toMatch(/^CMQA-5 is recommendation 5 .*The matrix Standard is/);
});
