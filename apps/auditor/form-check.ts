import { isUtf8 } from 'node:buffer';
import { isCanonical } from '@app/domain/log/canonical';
import { ofLaterRelease, readStored, storedValue } from '@app/domain/log/stored-event';
import { writtenIn } from '@app/domain/log/written-event';
import { isRefusal, type Refusal } from '@app/domain/values/problem';
import type { FindingCode } from '@app/transparency/finding';
import { HASH_BYTES, hashLeaf } from '@app/transparency/hashes';

/** What an event shows by itself. It is told as a value that another thread can be sent. */
export interface Flaw {
  /** `later-release`: this release cannot say whether anything is wrong. */
  readonly code: FindingCode | 'later-release';
  readonly detail: string;
  readonly position: number;
}

/** Events that follow each other, their bytes one after the other. */
export interface EntryBatch {
  readonly first: number;
  readonly bytes: Uint8Array;
  readonly lengths: Uint16Array;
}

export interface CheckedBatch {
  /** The leaf hashes, one after the other. */
  readonly hashes: Uint8Array;
  /** Of the first event in it that is not sound by itself. */
  readonly flaw: Flaw | undefined;
}

/** Hashes events, and checks the form of each: that needs no other event, so another thread can do it. */
export function checkBatch({ first, bytes, lengths }: EntryBatch): CheckedBatch {
  const hashes = new Uint8Array(lengths.length * HASH_BYTES);
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let flaw: Flaw | undefined;
  let from = 0;
  for (const [i, length] of lengths.entries()) {
    const entry = all.subarray(from, (from += length));
    hashes.set(hashLeaf(entry), i * HASH_BYTES);
    flaw ??= flawIn(entry, first + i);
  }
  return { hashes, flaw };
}

/** What is wrong with the form of a stored event: UTF-8, RFC 8785, the envelope and the data of its type, and its position. */
export function flawIn(entry: Buffer, position: number): Flaw | undefined {
  const malformed = (detail: string): Flaw => ({ code: 'malformed-event', detail, position });
  if (!isUtf8(entry)) return malformed('It is not UTF-8');
  const text = entry.toString('utf8');
  const written = writtenIn(text);
  let value: unknown;
  try {
    value = written?.stored() ?? storedValue(text);
  } catch {
    return malformed('It is not JSON');
  }
  const stored = readStored(value);
  if (isRefusal(stored)) {
    const later = ofLaterRelease(value);
    if (later !== undefined) return { code: 'later-release', detail: later, position };
    return malformed(fieldsIn(stored));
  }
  // Beside the data, a text that is cut into its members has no other form than this one.
  const isForm = written ? isCanonical(written.written, stored.data) : isCanonical(text, value);
  if (!isForm) return { code: 'not-canonical', detail: 'It is not in RFC 8785 form', position };
  if (stored.position !== String(position))
    return { code: 'wrong-position', detail: `It says that it is the event at ${stored.position}`, position };
  return undefined;
}

function fieldsIn({ detail, errors = [] }: Refusal): string {
  const [first] = errors;
  if (!first) return detail;
  return first.pointer === '' ? first.detail : `${first.pointer}: ${first.detail}`;
}
