import { flawsOf } from './policy-tests';
import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { Type, type Static } from 'typebox';
import { dayOf, LAST_DAY } from '../values/day';
import { type Deciders, only } from '../log/decider';
import { define } from '../log/event-definition';
import { CODE, DAY, fields, POLICY_KEY, WHOLE_NUMBER } from '../values/keys';
import type { LogView } from '../log/log-view';
import { choice, described } from '../values/meaning';
import { refuse, type Refusal } from '../values/problem';
import { difference, NO_DAYS, span, union, type Days } from '../values/timeline';

/** What a requirement asks of a provider or an adviser (specification, section 4, “Tests that a policy can set”). */
export type ProviderTest =
  | { readonly accredited: string; readonly scope?: string }
  | { readonly applied: string; readonly withinMonths?: number };
export type AdviserTest =
  | { readonly qualified: string }
  | { readonly workingTowards: string; readonly withinMonths?: number }
  | { readonly registered: string };
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
export type AdviserRequirement = RequirementOf<'some-adviser' | 'every-adviser', AdviserTest>;
export type Requirement = ProviderRequirement | AdviserRequirement;

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
    'What has to hold on the day. Of a provider: `accredited` (with `scope`) or `applied` (with `withinMonths`) and a standard. Of an adviser: `qualified` or `workingTowards` (with `withinMonths`) and a purpose, or `registered` and a register. `any` and `all` combine several.',
  ),
});

/**
 * How large an edition may be, counted over all of it: whoever tries a draft has every test asked of every provider. The
 * policies that come with the register have 5 settings, 14 tests and 13 qualifications at the most. What was published
 * before there were bounds stands.
 */
const MOST = { settings: 100, tests: 300, qualifications: 300 };

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

export const events = {
  PolicyEditionPublished: define({
    meaning:
      'An edition of a policy is published: the rules by which questions under it are answered. A day is decided by the edition that stands last in the log among those that are in force on it.',
    subject: POLICY_KEY,
    stream: (subject) => policyStream(subject.slice('policy:'.length)),
    registrarOnly: true,
    frames: true,
    data: fields({
      edition: described(
        WHOLE_NUMBER,
        'The number of the edition. It is published once, and the edition never changes.',
      ),
      effectiveFrom: described(DAY, 'The first day that the edition can decide; it is covered.'),
      policy: described(POLICY, 'The policy itself.'),
    }),
    check: (_subject, { policy }) => flawsOf(policy),
  }),
};

export function policyStream(id: string): string {
  return `policy-${id}`;
}

/** Requirements that every setting has without a policy’s saying so. */
export const PROVIDER_OPEN = 'provider-open';
export const POLICY_IN_FORCE = 'policy-in-force';

/** Refuses an edition that is larger than any real one. Its form has been judged. */
function tooLarge({ purposes, settings }: Policy): Refusal | undefined {
  const at = '/data/policy';
  if (Object.keys(settings).length > MOST.settings)
    return refuse('invalid-event', `A policy has at most ${MOST.settings} settings`, `${at}/settings`);
  const tests = Object.values(settings)
    .flat()
    .reduce((sum, { test }) => sum + testsIn(test), 0);
  if (tests > MOST.tests) {
    const detail = `A policy has at most ${MOST.tests} tests, any and all counting too, and this one ${tests}`;
    return refuse('invalid-event', detail, `${at}/settings`);
  }
  if (Object.values(purposes).flat().length <= MOST.qualifications) return undefined;
  const detail = `A policy accepts at most ${MOST.qualifications} qualifications, those of all purposes together`;
  return refuse('invalid-event', detail, `${at}/purposes`);
}

function testsIn(test: Combined<object>): number {
  const parts = 'any' in test ? test.any : 'all' in test ? test.all : [];
  return parts.reduce((sum, part) => sum + testsIn(part), 1);
}

/** An edition that stands, addressed by the digest of its policy (specification, section 6; RFC 8785). */
export interface Edition {
  readonly edition: number;
  readonly position: number;
  readonly effectiveFrom: string;
  readonly policy: Policy;
}

const digests = new WeakMap<Policy, string>();

/** `sha256:` and the SHA-256 of the RFC 8785 form of the policy, in hexadecimal. */
export function digestOf(policy: Policy): string {
  let digest = digests.get(policy);
  if (digest === undefined) {
    digest = `sha256:${createHash('sha256')
      .update(canonicalize(policy) ?? '')
      .digest('hex')}`;
    digests.set(policy, digest);
  }
  return digest;
}

/** The editions of a policy that stand, in log order. */
export function editionsOf(known: LogView, id: string): readonly Edition[] {
  return only(known.stream(policyStream(id)), 'PolicyEditionPublished').map(({ position, data }) => ({
    ...data,
    position,
  }));
}

/** The days that each edition decides: of those that have begun, the one that stands last in the log. */
export function periodsOf(
  editions: readonly Edition[],
): readonly { readonly edition: Edition; readonly days: Days }[] {
  let taken: Days = NO_DAYS;
  const decided = editions.toReversed().map((edition) => {
    const claimed = span(dayOf(edition.effectiveFrom), LAST_DAY);
    const days = difference(claimed, taken);
    taken = union(taken, claimed);
    return { edition, days };
  });
  return decided.filter(({ days }) => days.length > 0).reverse();
}

/** What an edition asks in a setting; nothing where it lacks the setting. */
export function requirementsOf(policy: Policy, setting: string): readonly Requirement[] | undefined {
  return Object.hasOwn(policy.settings, setting)
    ? (policy.settings[setting] as readonly Requirement[])
    : undefined;
}

/** The qualifications that a policy accepts for a purpose. */
export function acceptedFor(policy: Policy, purpose: string): readonly string[] {
  return Object.hasOwn(policy.purposes, purpose) ? (policy.purposes[purpose] ?? []) : [];
}

export const decide: Deciders<keyof typeof events> = {
  PolicyEditionPublished({ stream, data: { edition, policy } }, known) {
    const taken = only(known.stream(stream), 'PolicyEditionPublished').some(
      ({ data }) => data.edition === edition,
    );
    return taken
      ? refuse(
          'edition-exists',
          `Edition ${edition} is published already: give the next number`,
          '/data/edition',
        )
      : tooLarge(policy);
  },
};
