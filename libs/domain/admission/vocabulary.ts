import { only } from '../log/decider';
import type { DataOf, RegisterEvent } from '../log/event-catalogue';
import type { LogView } from '../log/log-view';
import { policyStream } from '../subjects/policy';
import { type Policy } from '../subjects/policy-document';
import type { Warning } from '../values/problem';
import { resembling } from '../values/resemblance';

/** Codes that policies name in their tests, and that can so change an answer. */
interface Vocabulary {
  readonly standard: ReadonlySet<string>;
  readonly qualification: ReadonlySet<string>;
  readonly register: ReadonlySet<string>;
}

/**
 * The codes of the register’s own documents (specification, sections 3 and 6), whether a policy names them or
 * not.
 */
const OURS: Vocabulary = {
  standard: new Set(['matrix', 'quality-in-careers']),
  qualification: new Set(['l6-dcgd', 'qcg', 'qcgd', 'qcd', 'dipcg', 'l6-cdp', 'l7-pgdip-cg', 'l4-dcia']),
  register: new Set(['uk-register']),
};

/** What each test that names a standard or a register names. */
const NAMED_BY: Readonly<Record<string, 'standard' | 'register'>> = {
  accredited: 'standard',
  applied: 'standard',
  registered: 'register',
};

const vocabularies = new WeakMap<Policy, Vocabulary>();

/**
 * The codes that a policy names, collected once, because every posting of an unknown code asks the same
 * edition.
 */
function vocabularyOf(policy: Policy): Vocabulary {
  const known = vocabularies.get(policy);
  if (known) return known;
  const named = { standard: new Set<string>(), register: new Set<string>() };
  const look = (test: unknown): void => {
    if (typeof test !== 'object' || test === null) return;
    for (const [name, value] of Object.entries(test)) {
      const kind = Object.hasOwn(NAMED_BY, name) ? NAMED_BY[name] : undefined;
      if (kind !== undefined && typeof value === 'string') named[kind].add(value);
      else look(value);
    }
  };
  for (const requirements of Object.values(policy.settings)) for (const { test } of requirements) look(test);
  const vocabulary = { ...named, qualification: new Set(Object.values(policy.purposes).flat()) };
  vocabularies.set(policy, vocabulary);
  return vocabulary;
}

type Kind = keyof Vocabulary;

/** A code that an event names, and where. */
interface Mention {
  readonly kind: Kind;
  readonly code: string;
  readonly pointer: string;
}

function* mentionsIn({ type, data }: RegisterEvent): Generator<Mention> {
  if ('standard' in data) yield { kind: 'standard', code: data.standard, pointer: '/data/standard' };
  if ('qualification' in data)
    yield { kind: 'qualification', code: data.qualification, pointer: '/data/qualification' };
  if ('register' in data) yield { kind: 'register', code: data.register, pointer: '/data/register' };
  if (type === 'BodySucceeded') yield* listedIn(data, '/data');
  if (type !== 'BodyRecognised') return;
  for (const [i, entry] of data.mayPost.entries()) yield* listedIn(entry, `/data/mayPost/${i}`);
}

function* listedIn(
  { standards = [], qualifications = [] }: Pick<DataOf<'BodySucceeded'>, 'standards' | 'qualifications'>,
  at: string,
): Generator<Mention> {
  for (const [i, code] of standards.entries())
    yield { kind: 'standard', code, pointer: `${at}/standards/${i}` };
  for (const [i, code] of qualifications.entries())
    yield { kind: 'qualification', code, pointer: `${at}/qualifications/${i}` };
}

/**
 * Warns of each standard, qualification and register that only this event names (specification, section 3).
 * `named`: what to call the event in the advice.
 */
export function unknownCodes(event: RegisterEvent, known: LogView, named: string): readonly Warning[] {
  const warnings: Warning[] = [];
  for (const { kind, code, pointer } of mentionsIn(event)) {
    if (OURS[kind].has(code)) continue;
    const policies = known
      .policies()
      .flatMap((id) => only(known.stream(policyStream(id)), 'PolicyEditionPublished'))
      .map(({ data }) => vocabularyOf(data.policy)[kind]);
    if (policies.some((named) => named.has(code))) continue;
    const meant = resembling(code, new Set([OURS[kind], ...policies].flatMap((named) => [...named])));
    warnings.push({
      code: `unknown-${kind}`,
      pointer,
      detail: `No policy names the ${kind} ${code}, so no answer asks for it${meant === undefined ? '. If it is wrong,' : `: did you mean ${meant}? Then`} ${amends(event, kind, named)}`,
    });
  }
  return warnings;
}

/**
 * How to correct a code. No correction can change the standard of an award, because that is part of the name
 * of its stream.
 */
function amends({ type }: RegisterEvent, kind: Kind, named: string): string {
  return kind === 'standard' && type !== 'BodyRecognised' && type !== 'BodySucceeded'
    ? `retract ${named}, and post it with the right one under a new id`
    : `post an EventCorrected of ${named} with the right one`;
}
