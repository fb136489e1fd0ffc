import recorded from './recorded-examples.json';
import type { Example } from './operation';
import { OPERATIONS } from './operations';

/** An example, with the method and path of its operation. */
export interface Step extends Example {
  readonly operation: string;
}

/** The steps that must come one after the other, because each answer depends on those before it. */
const IN_ORDER: readonly string[] = [
  'open-a-day',
  'recognise-a-body',
  'issue-a-key',
  'one-event',
  'one-event-again',
  'dry-run',
  'batch',
  'lines',
  'atomic',
  'no-key',
  'invalid-event',
  'overlapping-award',
  'eligible',
  'not-eligible',
  'unknown-parameter',
  'many',
  'many-lines',
  'standing',
  'search',
  'provider',
  'provider-before',
  'unknown-provider',
  'adviser',
  'provider-history',
  'adviser-history',
  'event',
  'log-page',
  'policies',
  'policy',
  'live',
  'ready',
  'problem-page',
  'revoke-a-key',
  'put-an-adviser',
  'put-an-adviser-again',
  'read-an-adviser',
  'adviser-named',
  'erase-an-adviser',
  'erased-adviser',
  'sole-trader',
  'put-a-sole-trader',
  'put-a-sole-trader-again',
  'put-an-organisation',
  'read-a-sole-trader',
  'search-a-sole-trader',
  'provider-named',
  'erase-a-sole-trader',
  'template',
  'table',
  'table-mapped',
  'table-of-questions',
  'mint-an-adviser',
  'mint-an-adviser-again',
  'export-an-adviser',
  'export-a-sole-trader',
  'dry-run-with-effects',
  'compare',
  'impact',
  'mistaken-load',
  'correct-an-event',
  'event-history',
  'unknown-event',
  'submissions',
  'retract-a-load-dry',
  'retract-a-load',
  'retract-a-load-again',
  'succeeded',
  'succession',
  'no-succession',
];

const EXAMPLES: readonly Step[] = Object.entries(OPERATIONS).flatMap(([operation, { examples = [] }]) =>
  examples.map((example) => ({ operation, ...example })),
);

/**
 * The examples of the document: a small invented history, told to a newly started register whose days are
 * opened by hand. Examples whose place does not matter come at the end, in the order of the document. The
 * answers are recorded in `recorded-examples.json`; a test tells the story again and compares.
 */
export const STORY: readonly Step[] = [
  ...IN_ORDER.flatMap((name) => EXAMPLES.filter((step) => step.name === name)),
  ...EXAMPLES.filter(({ name }) => !IN_ORDER.includes(name)),
];

/** The answer to a step, with instants and secrets replaced. */
export interface Recorded {
  readonly status: number;
  /** Media type; undefined if there was no body. */
  readonly type?: string;
  /** JSON as its value, anything else as text. */
  readonly value?: unknown;
}

const RECORDED: Readonly<Partial<Record<string, Recorded>>> = recorded;

/** The recorded answer of a step; undefined if the step was never told. */
export function recordedAnswer({ name }: Step): Recorded | undefined {
  return RECORDED[name];
}
