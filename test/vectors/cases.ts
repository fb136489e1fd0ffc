import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The worked histories beside this file: small logs with questions, and the answers that the rules give them. */
export interface WorkedCase {
  readonly name: string;
  readonly events: readonly WorkedEvent[];
  readonly questions: readonly { readonly ask: Ask; readonly expect: Expected }[];
}

/** Posted by the registrar unless it says by whom; accepted unless it says with which code it is refused. */
export interface WorkedEvent {
  readonly id: string;
  readonly type: string;
  readonly subject: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly body?: string;
  readonly refused?: string;
}

export interface Ask {
  readonly provider: string;
  readonly setting: string;
  readonly from: string;
  readonly until: string;
  readonly advisers?: readonly string[];
  /** The id of an event of the case, as known at which is asked. */
  readonly knownAt?: string;
  readonly policy?: string | readonly string[];
  readonly school?: string;
}

interface Run {
  readonly from: string;
  readonly until: string;
}
interface Evidenced extends Run {
  readonly evidence: readonly string[];
}
interface Warned {
  readonly code: string;
  readonly evidence: readonly string[];
}

/** The part of an answer that a case fixes. Evidence is written as ids of its events. */
export interface Expected {
  readonly outcome: string;
  readonly eligibleUntil: string | null;
  readonly covered?: readonly Run[];
  readonly gaps?: readonly (Evidenced & { readonly requirement: string; readonly reason: string })[];
  readonly uncertain?: readonly (Run & { readonly requirement: string })[];
  readonly warnings?: readonly Warned[];
  /** By requirement of the provider, adviser or subcontractor: all that have any. */
  readonly grounds?: Readonly<Record<string, readonly Evidenced[]>>;
  readonly subcontractors?: readonly object[];
  /** Of several policies, by the order of the answers. */
  readonly answers?: readonly (Expected & { readonly policy: { readonly id: string } })[];
}

/** As much of an answer as a case may fix. */
interface Told {
  readonly policy: { readonly id: string };
  readonly outcome: string;
  readonly eligibleUntil: string | null;
  readonly covered: readonly Run[];
  readonly gaps: readonly (Evidenced & { readonly requirement: string; readonly reason: string })[];
  readonly uncertain: readonly (Run & { readonly requirement: string })[];
  readonly requirements: readonly { readonly id: string; readonly grounds?: readonly Evidenced[] }[];
  readonly engaged: readonly { readonly adviser: string; readonly grounds: readonly Evidenced[] }[];
  readonly subcontractors: readonly { readonly provider: string; readonly grounds: readonly Evidenced[] }[];
  readonly warnings: readonly Warned[];
}

export const FILES = readdirSync(__dirname).filter((name) => name.endsWith('.json'));

/** The cases of a file. */
export function casesOf(file: string): readonly WorkedCase[] {
  return JSON.parse(readFileSync(join(__dirname, file), 'utf8')) as WorkedCase[];
}

/** The data of an event with positions for the ids of events of the case: by an id a body finds only what is its own. */
export function withPositions(data: WorkedEvent['data'], position: (id: string) => string) {
  const entries = Object.entries(data).map(([field, value]) => [
    field,
    typeof value === 'string' && value.startsWith('id:') ? position(value.slice('id:'.length)) : value,
  ]);
  return Object.fromEntries(entries) as WorkedEvent['data'];
}

const sorted = <E extends { readonly evidence: readonly string[] }>(list: readonly E[]) =>
  list.map((one) => ({ ...one, evidence: one.evidence.toSorted() }));

/** What was told, as far as the case fixes it; the order of evidence does not count. */
export function asFixed(told: Told | { readonly answers: readonly Told[] }, expected: Expected): object {
  if ('answers' in told)
    return {
      answers: told.answers.map((one, i) => ({
        policy: { id: one.policy.id },
        ...asFixed(one, expected.answers?.[i] ?? { outcome: '', eligibleUntil: null }),
      })),
    };
  const grounds = [
    ...told.requirements.map(({ id, grounds = [] }) => [id, grounds] as const),
    ...told.engaged.map(({ adviser, grounds }) => [adviser, grounds] as const),
    ...told.subcontractors.map(({ provider, grounds }) => [provider, grounds] as const),
  ];
  const all = {
    outcome: told.outcome,
    eligibleUntil: told.eligibleUntil,
    covered: told.covered,
    gaps: sorted(told.gaps),
    uncertain: told.uncertain.map(({ from, until, requirement }) => ({ from, until, requirement })),
    warnings: sorted(told.warnings),
    grounds: Object.fromEntries(
      grounds.filter(([, runs]) => runs.length > 0).map(([of, runs]) => [of, sorted(runs)]),
    ),
    subcontractors: told.subcontractors,
  };
  return Object.fromEntries(Object.entries(all).filter(([field]) => field in expected));
}

/** What is expected, with positions for the ids of events. */
export function asExpected(expected: Expected, position: (id: string) => string): object {
  if (expected.answers) return { answers: expected.answers.map((one) => asExpected(one, position)) };
  const placed = <E extends { readonly evidence: readonly string[] }>(list: readonly E[]) =>
    sorted(list.map((one) => ({ ...one, evidence: one.evidence.map(position) })));
  const { gaps, warnings, grounds, subcontractors } = expected;
  return {
    ...expected,
    ...(gaps && { gaps: placed(gaps) }),
    ...(warnings && { warnings: placed(warnings) }),
    ...(grounds && {
      grounds: Object.fromEntries(Object.entries(grounds).map(([of, runs]) => [of, placed(runs)])),
    }),
    ...(subcontractors && {
      subcontractors: subcontractors.map((one) => expect.objectContaining(one) as unknown),
    }),
  };
}
