import type { StoredEvent } from './stored-event';
import canonicalize from 'canonicalize';

/**
 * The RFC 8785 form of a stored event as text, and the event as a reader of that text finds it, its fields in
 * that order. The form prescribes ECMAScript’s own numbers and strings (section 3.2.2), so for flat data,
 * which nearly all events have, only the fields need sorting; nested data goes through the library.
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

/** Whether a text is the RFC 8785 form of its value, at any depth. `value`: what it says, where that is read already. */
export function isCanonical(text: string, value: unknown = JSON.parse(text)): boolean {
  // With sorted names, JSON.stringify writes that form unless a name consists of digits, which would come
  // first: then the library decides.
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

/** A name of letters keeps its place in an object; a name of digits would come first. */
function isFlat(name: string, value: unknown): boolean {
  return /^[A-Za-z]+$/.test(name) && (isPlain(value) || (Array.isArray(value) && value.every(isPlain)));
}

function isPlain(value: unknown): boolean {
  return typeof value === 'string' ? value.isWellFormed() : Number.isFinite(value);
}
