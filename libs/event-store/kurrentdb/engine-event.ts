import { hash } from 'node:crypto';
import type { EventData, RecordedEvent } from '@kurrent/kurrentdb-client';

/** The type of a text that is no JSON object, or one that names no type. */
const NO_TYPE = 'text';

/**
 * An event of the log as the engine keeps it. Its type is the event’s own, and its data is the event as JSON, so that the
 * engine’s projections and browser can read both. A text that JSON would not reproduce byte by byte is kept as bytes. The
 * metadata is empty.
 */
export function engineEvent(text: string): EventData {
  const id = engineIdOf(text);
  const data = exactJson(text);
  if (data === undefined)
    return {
      id,
      type: NO_TYPE,
      contentType: 'application/octet-stream',
      data: Buffer.from(text),
      metadata: undefined,
    };
  const { type: own } = data;
  const type = typeof own === 'string' && own !== '' ? own : NO_TYPE;
  return { id, type, contentType: 'application/json', data, metadata: undefined };
}

/** The text of an event that the engine returned; undefined if its id is not that of its bytes. */
export function textOf({
  id,
  isJson,
  data,
}: Pick<RecordedEvent, 'id' | 'isJson' | 'data'>): string | undefined {
  const text = isJson ? JSON.stringify(data) : Buffer.from(data as Uint8Array).toString();
  return engineIdOf(text) === id ? text : undefined;
}

/** The JSON object that a text is; undefined if the client, which serialises it again, would write other bytes. */
function exactJson(text: string): { readonly type?: unknown } | undefined {
  if (!text.startsWith('{')) return undefined;
  try {
    const data = JSON.parse(text) as { readonly type?: unknown };
    return JSON.stringify(data) === text ? data : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The engine’s id of an event: a UUID of version 8 (RFC 9562) with the first bits of the SHA-256 of its bytes. So the engine
 * takes only the same bytes for a repetition, and every reader can check an event against its id.
 */
export function engineIdOf(text: string): string {
  const hex = hash('sha256', text);
  const variant = ((parseInt(hex.charAt(16), 16) & 0x3) | 0x8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
