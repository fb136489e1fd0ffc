import type { Answer } from '@app/domain/evaluation/v1/answer-shape';

/*
 * What the requirements of the built-in policies ask, in plain English. A document is known by its digest:
 * another policy or edition may mean something else by the same id.
 */

/** Texts by the id of a requirement, in the form that follows “asks that” and “whether”. */
type Texts = Readonly<Record<string, string>>;

interface WordedDocument {
  /** Those of all its editions whose requirements mean the same. */
  readonly digests: readonly string[];
  readonly required: Texts;
  /** As `required`, where the question names advisers: then it asks about them. */
  readonly ofNamed: Texts;
  /** What its shorter citations refer to, in the form that follows “is”. */
  readonly cited: Texts;
}

const MATRIX_OF_PROVIDER = 'the provider is accredited to the matrix Standard';
const MATRIX_OF_SUBCONTRACTORS = 'every subcontractor is accredited to the matrix Standard';

const STATUTE: WordedDocument = {
  digests: [
    'sha256:73e40862149a21d3d7c1b52162ad58168c51764bbdc6b7e251e5c86b0fc900e4',
    'sha256:70612cc91e46c80e51f6a5e89a625d9d6742c6c25b04352d5798e6aad33e5f8f',
    'sha256:cd06eda49f5ca46e8a40d9a953aad9d6beecbe884218ed86a7dd62a2de68d98b',
  ],
  required: {
    'adviser-independent':
      'the guidance is independent: of the advisers engaged, if any is on record, one at least is not employed at the school that asks',
  },
  ofNamed: {
    'adviser-independent':
      'the guidance is independent: no adviser who is named is employed at the school that asks',
  },
  cited: {},
};

const FUNDING: WordedDocument = {
  digests: [
    'sha256:e13758d34a10fbc3ac2ca953c9de63af1424c0ba48a7e0a813e12bab3701e059',
    'sha256:60bf5d9b2b8e621ba91de2a3f395ca030b41e614a49aae835f27b92e2a359c4c',
    'sha256:4f2bdb13118e2303da9d2036bdfae84f3e8e080c786d44144f181719d64934e1',
    'sha256:b8f1524deb75551c47965d5e314ff8f53ce624ae837e50bee532e22fe9f3db32',
  ],
  required: {
    'matrix-accredited': MATRIX_OF_PROVIDER,
    'subcontractors-accredited': MATRIX_OF_SUBCONTRACTORS,
  },
  ofNamed: {},
  cited: {},
};

/** The guidance says “trained to an appropriate level”; how the policy reads that stands in its readings. */
const GUIDANCE: WordedDocument = {
  digests: [
    'sha256:ca9b06602ad063a92705b5b89b3cbcfda8c25f339bc5dd97656b87506461fbd7',
    'sha256:67047813abce3f37be1e3ebf47a83965b081dccd1cffefac95ed07bbcb0a649d',
  ],
  required: {
    'advisers-appropriately-trained': 'every adviser engaged is trained to an appropriate level',
    'adviser-appropriately-trained': 'at least one adviser engaged is trained to an appropriate level',
    'on-the-professional-register': 'at least one adviser engaged is on the professional register',
  },
  ofNamed: {
    'advisers-appropriately-trained': 'each adviser named is trained to an appropriate level',
    'adviser-appropriately-trained': 'each adviser named is trained to an appropriate level',
    'on-the-professional-register': 'each adviser named is on the professional register',
  },
  cited: {},
};

const PROPOSALS: WordedDocument = {
  digests: ['sha256:c09a3f2850cf485a889c365d9835d9e5073d70095cdd80a238a077836cc78e58'],
  required: {
    'advisers-qualified': 'every adviser engaged is qualified for personal guidance',
    'adviser-qualified': 'at least one adviser engaged is qualified for personal guidance',
    'advisers-qualified-or-working-towards':
      'every adviser engaged is qualified for personal guidance, or enrolled for such a qualification',
    'matrix-accredited': MATRIX_OF_PROVIDER,
    'matrix-working-towards': 'the provider is accredited to the matrix Standard, or has applied for it',
    'subcontractors-accredited': MATRIX_OF_SUBCONTRACTORS,
  },
  ofNamed: {
    'advisers-qualified': 'each adviser named is qualified for personal guidance',
    'adviser-qualified': 'each adviser named is qualified for personal guidance',
    'advisers-qualified-or-working-towards':
      'each adviser named is qualified for personal guidance, or enrolled for such a qualification',
  },
  cited: {
    'CMQA-5':
      'recommendation 5 of the Career Management Quality Alliance, 2017: whoever gives guidance in a school or college is qualified for it, and an organisation that is commissioned to give it is accredited to the matrix Standard',
    'CMQA-8':
      'recommendation 8 of the Career Management Quality Alliance, 2017: advisers of the National Careers Service are qualified, or working towards it',
    'CMQA-9':
      'recommendation 9 of the Career Management Quality Alliance, 2017: providers of publicly funded guidance, and their subcontractors, are accredited to the matrix Standard',
    'CMQA-10':
      'recommendation 10 of the Career Management Quality Alliance, 2017: whoever is paid privately is encouraged to be qualified and accredited, or to work towards it',
  },
};

/** What the register asks of every question itself, and what a policy must have to say anything. */
const OF_ALL: Texts = {
  'provider-open': 'the provider is open',
  'policy-in-force': 'an edition of it is in force that has rules for this setting',
};

/** The document to which every edition that decides belongs. */
function documentOf({ policy: { editions } }: Answer): WordedDocument | undefined {
  if (editions.length === 0) return undefined;
  return [STATUTE, FUNDING, GUIDANCE, PROPOSALS].find(({ digests }) =>
    editions.every(({ digest }) => digests.includes(digest)),
  );
}

/**
 * What a requirement of the answer asks, in the form that follows “that” or “whether”; undefined if there are no
 * words for it, or if they do not belong to an edition that decides. That whoever is named is engaged is no part
 * of it: the register asks that itself.
 */
export function wordsOfRequirement(answer: Answer, id: string): string | undefined {
  const { required = {}, ofNamed = {} } = documentOf(answer) ?? {};
  const tables = [OF_ALL, ...(answer.advisers.length > 0 ? [ofNamed] : []), required];
  return tables.find((one) => Object.hasOwn(one, id))?.[id];
}

const MATRIX =
  'The matrix Standard is a quality standard for organisations that give information, advice and guidance';

/**
 * What is cited, in a sentence; undefined if nothing is to be explained. It also explains the matrix Standard.
 */
export function citeInWords(answer: Answer, cite: string): string | undefined {
  const { cited = {} } = documentOf(answer) ?? {};
  const said = Object.hasOwn(cited, cite) ? `${cite} is ${cited[cite] ?? ''}.` : undefined;
  const isMatrix = (said ?? cite).includes('matrix Standard');
  return [...(said === undefined ? [] : [said]), ...(isMatrix ? [`${MATRIX}.`] : [])].join(' ') || undefined;
}
