import { Type, type Static } from 'typebox';
import { CODE, fields } from '../values/keys';
import { choice, described } from '../values/meaning';

/** What a requirement asks of a provider or an adviser (specification, section 4, “Tests that a policy can set”). */
export type ProviderTest =
  | { readonly accredited: string; readonly scope?: string }
  | { readonly applied: string; readonly withinMonths?: number }
  | { readonly contracted: string };

export type AdviserTest =
  | { readonly qualified: string }
  | { readonly workingTowards: string; readonly withinMonths?: number }
  | { readonly registered: string }
  | { readonly independent: true };

export type Combined<T> =
  T | { readonly any: readonly Combined<T>[] } | { readonly all: readonly Combined<T>[] };

interface RequirementOf<Of extends string, T> {
  readonly id: string;
  readonly of: Of;
  /** `must` requirements decide; `encouraged` ones only advise. */
  readonly binding: 'must' | 'encouraged';
  /** Where the rule comes from, such as `CMQA-5`. */
  readonly cites?: string;
  readonly test: Combined<T>;
}

export type ProviderRequirement = RequirementOf<'provider' | 'subcontractors', ProviderTest>;

export type AdviserRequirement = RequirementOf<
  'some-adviser' | 'every-adviser' | 'known-adviser',
  AdviserTest
>;

export type Requirement = ProviderRequirement | AdviserRequirement;

/** Whether a requirement asks something of advisers. */
export function isOfAdvisers(requirement: Requirement): requirement is AdviserRequirement {
  return requirement.of !== 'provider' && requirement.of !== 'subcontractors';
}

const text = (maxLength: number) =>
  Type.String({ format: 'text', maxLength, description: `Text of at most ${maxLength} characters` });

export const REQUIREMENT = fields({
  id: described(CODE, 'What the requirement is called in answers. In one setting no two have one name.'),
  of: choice('Who has to pass the test.', {
    provider: 'The provider itself.',
    'some-adviser':
      'At least one adviser engaged on the day; where a question names advisers, each of them, and each has to be engaged.',
    'every-adviser':
      'Every adviser engaged on the day, and there has to be one; where a question names advisers, each of them, and each has to be engaged.',
    'known-adviser':
      'Nothing that is known speaks against it: where a question names advisers, each of them passes, engaged or not; else an engaged one passes, or no engaged one fails.',
    subcontractors:
      'Each provider with a contract in force under one of the provider’s. Where there is none, it is met.',
  }),
  binding: choice('What depends on it.', {
    must: 'It decides: a day on which it fails is not covered.',
    encouraged: 'It decides nothing: where it fails, the answer gives advice.',
  }),
  cites: Type.Optional(
    described(text(200), 'Where the rule comes from, shown with the answer. Absent: no place is cited.'),
  ),
  test: described(
    Type.Unsafe<Combined<ProviderTest> | Combined<AdviserTest>>({
      type: 'object',
      description: 'A test, which is an object',
    }),
    'What has to hold on the day. Of a provider: `accredited` (with `scope`) or `applied` (with `withinMonths`) and a standard, or `contracted` and a programme. Of an adviser: `qualified` or `workingTowards` (with `withinMonths`) and a purpose, `registered` and a register, or `independent`, which is `true`: not employed by the school that the question names. `any` and `all` combine several.',
  ),
});

/**
 * The bounds of an edition, counted over all of it, because a draft has every test asked of every provider.
 * The policies of the register itself have at most 5 settings, 14 tests and 13 qualifications. Larger
 * editions that were published before these bounds stay.
 */
export const MOST = { settings: 100, tests: 300, qualifications: 300 };

export const POLICY = fields({
  title: described(text(500), 'What the policy is called.'),
  strength: choice('What weight the source of the rules has. It is shown with every answer.', {
    statute: 'The law requires it.',
    'funding-condition': 'Whoever takes the public funding has to keep it.',
    guidance: 'It is guidance, and not law.',
    proposal: 'It is proposed, and not law.',
  }),
  readings: Type.Optional(
    described(
      Type.Array(text(2000)),
      'The choices that were made where the source is silent, shown with every answer. Absent: none were made.',
    ),
  ),
  notCovered: Type.Optional(
    described(
      Type.Array(text(300), { maxItems: 20, description: 'At most 20 texts' }),
      'What whoever asks must see to elsewhere, shown with every answer. Absent: nothing is said of it.',
    ),
  ),
  purposes: described(
    Type.Record(CODE, Type.Array(CODE), { additionalProperties: false }),
    `For each purpose, the qualifications that are accepted for it: at most ${MOST.qualifications} in all purposes together.`,
  ),
  settings: described(
    Type.Record(CODE, Type.Array(REQUIREMENT), { additionalProperties: false }),
    `For each setting, what is required in it, in the order in which answers tell it: at most ${MOST.settings} settings, and ${MOST.tests} tests in all of them together, each \`any\` and \`all\` counting too. That the provider is open is required in every one.`,
  ),
});

/** A policy document (specification, section 6). */
export type Policy = Static<typeof POLICY>;

/** The requirement that every setting has without the policy’s naming it. */
export const PROVIDER_OPEN = 'provider-open';

export const POLICY_IN_FORCE = 'policy-in-force';
