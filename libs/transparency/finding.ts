/** The stable codes of everything that is found wrong with a log, its signatures and its receipts. */
export const FINDING_CODES = [
  // What cannot be read.
  'malformed-note',
  'malformed-checkpoint',
  'malformed-key',
  'malformed-key-list',
  'malformed-jwks',
  'malformed-receipt',
  'malformed-path',
  'malformed-tile',
  'malformed-bundle',
  'malformed-export',
  'missing-tile',
  'missing-bundle',
  // Who signed.
  'bad-signature',
  'unknown-key',
  'key-out-of-use',
  // The list of keys, against itself and against an earlier one.
  'key-list-unsigned',
  'key-removed',
  'key-changed',
  'key-not-vouched-for',
  // One log against another, or against its own past.
  'foreign-log',
  'fork',
  'rollback',
  'wrong-root',
  'changed-tile',
  'changed-event',
  'dropped-event',
  'inserted-event',
  'doubled-event',
  'swapped-events',
  // What an event says, held against its form, its place, and who may post it.
  'malformed-event',
  'not-canonical',
  'wrong-position',
  'wrong-stream',
  'wrong-revision',
  'time-went-back',
  'day-out-of-order',
  'repeated-id',
  'unregistered-subject',
  'unauthorised-event',
  // What an auditor was told besides.
  'not-cosigned',
  'wrong-answer',
  'changed-state',
  'missing-key',
] as const;

export type FindingCode = (typeof FINDING_CODES)[number];

/**
 * Marks a finding. Nothing that is read from a log or a receipt can have this mark: JSON knows no symbols.
 */
const FINDING: unique symbol = Symbol('finding');

/**
 * What an auditor finds wrong. It is a value: it is returned, never thrown. Only {@link finding} makes one;
 * only {@link isFinding} tests for one.
 */
export interface Finding {
  readonly [FINDING]: true;
  readonly code: FindingCode;
  readonly detail: string;
  /** The first position of the log at which it is wrong, where that is known. */
  readonly position?: number;
}

/** It quotes what was read, which can be a megabyte. */
const LONGEST_DETAIL = 1_000;

/** A `detail` that is longer than anybody reads is cut. */
export function finding(code: FindingCode, detail: string, position?: number): Finding {
  const told = detail.length > LONGEST_DETAIL ? `${detail.slice(0, LONGEST_DETAIL).toWellFormed()}…` : detail;
  return { [FINDING]: true, code, detail: told, ...(position === undefined ? {} : { position }) };
}

export function isFinding(value: unknown): value is Finding {
  return (value as Partial<Finding> | null | undefined)?.[FINDING] === true;
}
