import { MOST, type Combined, type Requirement, POLICY, type Policy } from './policy-document';
import { flawsOf } from './policy-tests';
import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { dayOf, LAST_DAY } from '../values/day';
import { type Deciders, only } from '../log/decider';
import { define } from '../log/event-definition';
import { DAY, fields, POLICY_KEY, WHOLE_NUMBER } from '../values/keys';
import type { LogView } from '../log/log-view';
import { described } from '../values/meaning';
import { refuse, type Refusal } from '../values/problem';
import { difference, NO_DAYS, span, union, type Days } from '../values/timeline';

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

/** The word that asks under every policy, so that no policy has it as its id. */
export const EVERY_POLICY = 'all';

/** Under which policies something is asked: several by their ids, or every one of which an edition stands. */
export type SeveralPolicies = readonly string[] | typeof EVERY_POLICY;

/** As {@link SeveralPolicies}, or one by its id: then there is one answer, and not a list of them. */
export type AskedPolicies = string | readonly string[];

export function isSeveral(asked: AskedPolicies): asked is SeveralPolicies {
  return typeof asked !== 'string' || asked === EVERY_POLICY;
}

/** Refuses an edition that is larger than any real one. Its form has been judged before. */
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

/** An effective edition, addressed by the digest of its policy (specification, section 6; RFC 8785). */
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

/** The effective editions of a policy, in log order. */
export function editionsOf(known: LogView, id: string): readonly Edition[] {
  return only(known.stream(policyStream(id)), 'PolicyEditionPublished').map(({ position, data }) => ({
    ...data,
    position,
  }));
}

/**
 * The days that each edition decides: among those that have begun, the effective one that is last in the log
 * decides.
 */
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

/** What an edition asks in a setting; undefined if it lacks the setting. */
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
    if (stream === policyStream(EVERY_POLICY))
      return refuse(
        'invalid-event',
        `No policy has the id ${EVERY_POLICY}, by which a question asks under all of them: give it another`,
        '/subject',
      );
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
