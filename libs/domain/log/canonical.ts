import type { StoredEvent } from './stored-event';
import canonicalize from 'canonicalize';

/**
 * The RFC 8785 form of a stored event, as text, and the event as whoever reads that text finds it, its fields in that
 * order. The form of numbers and strings is ECMAScript’s own (section 3.2.2), so that of flat data, which nearly all
 * events have, only the order of the fields is left to do; what is nested goes through the library.
 */
export function canonical(event: StoredEvent): { readonly text: string; readonly stored: StoredEvent } {
  const names = Object.keys(event.data);
  if (!names.every((name) => isFlat(name, event.data[name]))) {
    const text = canonicalize(event) ?? '';
    return { text, stored: JSON.parse(text) as StoredEvent };
  }
  const data: Record<string, unknown> = {};
  for (const name of names.sort()) data[name] = event.data[name];
  const { body, id, position, recordedAt, revision, schema, source, stream, subject, time, type } = event;
  const stored = {
    body,
    data,
    id,
    position,
    recordedAt,
    revision,
    schema,
    source,
    stream,
    subject,
    ...(time === undefined ? {} : { time }),
    type,
  };
  return { text: JSON.stringify(stored), stored };
}

/** Whether a text is the RFC 8785 form of what it says, of whatever depth. */
export function isCanonical(text: string): boolean {
  const value: unknown = JSON.parse(text);
  // What JSON.stringify makes of sorted names is that form, but that names of digits come first: the library knows better.
  return (isSorted(value) && JSON.stringify(value) === text) || canonicalize(value) === text;
}

function isSorted(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (Array.isArray(value)) return value.every(isSorted);
  let before = '';
  for (const [name, member] of Object.entries(value)) {
    if (name < before || !isSorted(member)) return false;
    before = name;
  }
  return true;
}

/** A name of letters keeps its place in an object; one of digits would come first. */
function isFlat(name: string, value: unknown): boolean {
  return /^[A-Za-z]+$/.test(name) && (isPlain(value) || (Array.isArray(value) && value.every(isPlain)));
}

function isPlain(value: unknown): boolean {
  return typeof value === 'string' ? value.isWellFormed() : Number.isFinite(value);
}
