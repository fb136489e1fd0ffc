import { hash } from 'node:crypto';
import type { EventData, RecordedEvent } from '@kurrent/kurrentdb-client';

/** The type of what is no JSON object with a type of its own. */
const NO_TYPE = 'text';

/**
 * An event of the log as the engine keeps it. Its type is the event’s own, and its data the event as JSON, so that the engine’s
 * projections and browser read both. Text that JSON would not give back byte by byte is kept as bytes. Metadata has none: all
 * is in the data.
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

/** The text of an event that the engine gave; undefined if it is not the one that was appended. */
export function textOf({
  id,
  isJson,
  data,
}: Pick<RecordedEvent, 'id' | 'isJson' | 'data'>): string | undefined {
  const text = isJson ? JSON.stringify(data) : Buffer.from(data as Uint8Array).toString();
  return engineIdOf(text) === id ? text : undefined;
}

/** The JSON object that a text is, if the client, which writes it anew, writes these very bytes. */
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
 * takes only the very same bytes for a repetition, and whoever reads an event can hold it against its id.
 */
export function engineIdOf(text: string): string {
  const hex = hash('sha256', text);
  const variant = ((parseInt(hex.charAt(16), 16) & 0x3) | 0x8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
