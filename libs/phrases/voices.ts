import type { PolicyOfAnswer } from '@app/domain/evaluation/v1/answer-shape';
import type { Policy } from '@app/domain/subjects/policy-document';

type Strength = Policy['strength'];

/**
 * How it is told what a policy says, by its strength (specification, section 7, “In words”): the law and a
 * condition of funding ask something that is met or not; this is as guidance asks, or not; what is proposed
 * would be met or not. Where it is silent, that it says nothing.
 */
export interface Voice {
  /** Which kind of rules these are, as a heading has it. */
  readonly kind: string;
  /** The same in a list, with what it is not. */
  readonly weight: string;
  /** Of days: `met`, and of days after others `then not`. */
  readonly yes: string;
  readonly no: string;
  readonly thenNo: string;
  /** In the form before “that”. */
  readonly asks: string;
  /** Of days, with a verb: `it is met`. */
  readonly isYes: string;
  /** The beginning of an advice to keep to it: empty where nothing else can be meant. */
  readonly toFollow: string;
  /** Whole sentences, without a stop at the end: of every day, of none or the one, of some. */
  readonly every: string;
  readonly none: string;
  readonly some: string;
  readonly silent: string;
  /** Of what is encouraged and decides nothing. */
  readonly encouraged: { readonly yes: string; readonly no: string };
  /** What this may become, in the form after `may`. */
  readonly becomeYes: string;
  readonly becomeNo: string;
}

const ASKED = {
  yes: 'met',
  no: 'not met',
  thenNo: 'not',
  isYes: 'it is met',
  toFollow: '',
  encouraged: { yes: 'Met', no: 'Not met' },
  becomeYes: 'be met',
  becomeNo: 'no longer be met',
} as const;

const VOICES: Readonly<Record<Strength, Voice>> = {
  statute: {
    ...ASKED,
    toFollow: 'To meet the law in this way, ',
    kind: 'Law',
    weight: 'has the force of law',
    asks: 'the law asks',
    every: 'What the law asks is met',
    none: 'What the law asks is not met',
    some: 'What the law asks is not met on every day',
    silent: 'The law says nothing of this',
  },
  'funding-condition': {
    ...ASKED,
    kind: 'Condition of public funding',
    weight: 'a condition of public funding',
    asks: 'public funding asks',
    every: 'What public funding asks is met',
    none: 'What public funding asks is not met',
    some: 'What public funding asks is not met on every day',
    silent: 'Public funding says nothing of this',
  },
  guidance: {
    kind: 'Guidance',
    weight: 'guidance, not law',
    yes: 'as it asks',
    no: 'not as it asks',
    thenNo: 'not',
    asks: 'the guidance asks',
    isYes: 'it is as the guidance asks',
    toFollow: 'To follow the guidance, ',
    every: 'This is as the guidance asks',
    none: 'This is not as the guidance asks',
    some: 'This is not on every day as the guidance asks',
    silent: 'The guidance says nothing of this',
    encouraged: { yes: 'Met', no: 'Not met' },
    becomeYes: 'be as the guidance asks',
    becomeNo: 'no longer be as the guidance asks',
  },
  proposal: {
    kind: 'Proposal',
    weight: 'a proposal, not law',
    yes: 'would be met',
    no: 'would not be met',
    thenNo: 'not',
    asks: 'it is proposed',
    isYes: 'it would be met',
    toFollow: 'To follow what is proposed, ',
    every: 'What is proposed would be met',
    none: 'What is proposed would not be met',
    some: 'What is proposed would not be met on every day',
    silent: 'What is proposed says nothing of this',
    encouraged: { yes: 'Would be met', no: 'Would not be met' },
    becomeYes: 'be as is proposed',
    becomeNo: 'no longer be as is proposed',
  },
};

/** Of a policy whose strength is not known, because no edition of it decides any of the days. */
const PLAIN: Voice = {
  ...ASKED,
  kind: 'Policy',
  weight: 'a policy',
  asks: 'the policy asks',
  every: 'What the policy asks is met',
  none: 'What the policy asks is not met',
  some: 'What the policy asks is not met on every day',
  silent: 'The policy says nothing of this',
};

/** From the least to the most weight. */
const BY_WEIGHT: readonly Strength[] = ['proposal', 'guidance', 'funding-condition', 'statute'];

/** What the built-in policies are called, and the strength that they have as long as the name fits. */
const BUILT_IN: Readonly<
  Record<string, { readonly strength: Strength; readonly name: string; readonly isPlural?: true }>
> = {
  'england-statute': { strength: 'statute', name: 'The law' },
  'england-funding': { strength: 'funding-condition', name: 'Public funding' },
  'england-guidance': { strength: 'guidance', name: 'Statutory guidance' },
  'cmqa-2017': { strength: 'proposal', name: 'The proposals of 2017', isPlural: true },
};

function builtIn(id: string) {
  return Object.hasOwn(BUILT_IN, id) ? BUILT_IN[id] : undefined;
}

/** The least weight of the editions that decide, so that nothing is told as stronger than it is on some day. */
function strengthOf({ id, editions }: PolicyOfAnswer): Strength | undefined {
  if (editions.length === 0) return builtIn(id)?.strength;
  return BY_WEIGHT.find((strength) => editions.some((edition) => edition.strength === strength));
}

/** How it is told what the policy of an answer says. */
export function voiceOf(policy: PolicyOfAnswer): Voice {
  const strength = strengthOf(policy);
  return strength === undefined ? PLAIN : VOICES[strength];
}

/** The kind of rules that a strength means, as a heading has it. */
export function kindInWords(strength: Strength): string {
  return VOICES[strength].kind;
}

/** What the policy of an answer is called at the beginning of a sentence: `The law`, `Guidance (its-id)`. */
export function policyInWords(policy: PolicyOfAnswer): string {
  const named = builtIn(policy.id);
  return named !== undefined && named.strength === strengthOf(policy)
    ? named.name
    : `${voiceOf(policy).kind} (${policy.id})`;
}

/** That a policy says nothing: in the form that follows its name, and the same of days after others. */
export function silenceInWords(policy: PolicyOfAnswer): { readonly says: string; readonly then: string } {
  const named = builtIn(policy.id);
  return named?.isPlural && policyInWords(policy) === named.name
    ? { says: 'say nothing', then: 'they say nothing' }
    : { says: 'says nothing', then: 'it says nothing' };
}

/** What a policy of some strength is called in a list. */
export function policyNameInWords(id: string, strength: Strength): string {
  return policyInWords({ id, editions: [{ edition: 1, digest: '', strength }] });
}

/** Policies with the weightiest first, of one weight by id; each by the strength of its latest edition. */
export function policiesByWeight<T extends { readonly id: string; readonly strength: Strength }>(
  policies: readonly T[],
): readonly T[] {
  return policies.toSorted(
    (a, b) =>
      BY_WEIGHT.indexOf(b.strength) - BY_WEIGHT.indexOf(a.strength) ||
      (a.id < b.id ? -1 : a.id > b.id ? 1 : 0),
  );
}
