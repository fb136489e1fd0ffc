import type { Readable } from 'node:stream';
import { Refused } from '@app/application/refused';
import { twinIn } from '@app/application/twins';
import type { Refusal } from '@app/domain/problem';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

export const ONE_EVENT = 'application/cloudevents+json';
export const BATCH = 'application/cloudevents-batch+json';
export const NDJSON = 'application/x-ndjson';
export const JSON_TYPE = 'application/json';
export const CSV = 'text/csv';

/** A batch that is read whole has at most so many bytes; more goes in as NDJSON. */
const LARGEST_BATCH = 16 * 1024 * 1024;
/** One event, or a line, has at most so many: many times what the log takes of it. */
const LARGEST_EVENT = 1024 * 1024;

/** Of a body that is too large so much is read and thrown away: who is hung up on while sending never hears why. */
const MOST_DISCARDED = 64 * 1024 * 1024;

/** Takes each body as its bytes, NDJSON and tables as their stream, and nothing of another type. */
export function takeBodies(server: FastifyInstance): void {
  server.removeAllContentTypeParsers();
  server.addContentTypeParser([ONE_EVENT, JSON_TYPE], (request: FastifyRequest, payload: Readable) =>
    wholeOf(request, payload, LARGEST_EVENT),
  );
  server.addContentTypeParser(BATCH, (request: FastifyRequest, payload: Readable) =>
    wholeOf(request, payload, LARGEST_BATCH),
  );
  server.addContentTypeParser([NDJSON, CSV], (_request, payload, done) => {
    done(null, payload);
  });
}

/**
 * A body that is too large is refused at once where its length was given; where it was not, after its type and its key were
 * looked at (design, section 3): then its refusal stands in its place.
 */
async function wholeOf(
  { headers }: FastifyRequest,
  payload: Readable,
  limit: number,
): Promise<Buffer | Refusal> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of payload as AsyncIterable<Buffer>) {
    length += part.length;
    if (length <= limit) parts.push(part);
    else parts.length = 0;
    if (length > MOST_DISCARDED) break;
  }
  if (length <= limit) return Buffer.concat(parts, length);
  const refusal: Refusal = {
    code: 'too-large',
    detail: `The body has more than ${limit} bytes: post several events as ${NDJSON}, which has no limit`,
  };
  if (headers['content-length'] !== undefined) throw new Refused(refusal);
  return refusal;
}

/** A body that was read whole, or why it was not; no bytes where there is none. */
export function bodyOf({ body }: FastifyRequest): Buffer | Refusal {
  return (body as Buffer | Refusal | undefined) ?? Buffer.alloc(0);
}

/** The type of a request’s body, without its parameters. */
export function mediaTypeOf(request: FastifyRequest): string {
  const [type = ''] = (request.headers['content-type'] ?? '').split(';');
  return type.trim().toLowerCase();
}

/** In which encoding a body says that it is, where it does. */
export function charsetOf(request: FastifyRequest): string | undefined {
  return /;\s*charset\s*=\s*"?([^\s";]+)/i.exec(request.headers['content-type'] ?? '')?.[1];
}

/** A body that is a stream, as its bytes come. Left early, it stays open, so that the reason can still be answered. */
export function chunksOf(request: FastifyRequest): AsyncIterable<Buffer> {
  return (request.body as Readable).iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
}

/** Names the columns of a table from which nothing is taken. */
export const UNKNOWN_COLUMNS = 'Register-Unknown-Columns';
/** Clients take no headers without end. */
const LONGEST_LIST = 2_000;

/** Says in a header from which columns of a table nothing is taken, where there are any. */
export function tellUnknown(reply: FastifyReply, columns: readonly string[]): void {
  let list = '';
  for (const name of columns.map((column) => encodeURIComponent(column.toWellFormed()))) {
    const longer = list === '' ? name : `${list}, ${name}`;
    if (longer.length <= LONGEST_LIST) list = longer;
  }
  if (list !== '') void reply.header(UNKNOWN_COLUMNS, list);
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * The value that bytes say in JSON (RFC 8259), and how many they are, or `malformed`: also where a member stands twice. In
 * the place of bytes that there are not their refusal may stand, and is given back.
 */
export function jsonOf(
  bytes: Uint8Array | Refusal,
): { readonly value: unknown; readonly bytes: number } | Refusal {
  if ('code' in bytes) return bytes;
  if (isUtf16(bytes)) return UTF_16;
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    return { code: 'malformed', detail: 'This is not UTF-8: write the JSON in UTF-8' };
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return {
      code: 'malformed',
      detail: `This is not JSON${placeOf(error, text)}: mend it, RFC 8259 says how it is written`,
    };
  }
  const pointer = twinIn(text, value);
  if (pointer === undefined) return { value, bytes: bytes.byteLength };
  const detail = `${pointer} stands twice in one object, and it cannot be told which is meant: leave one out`;
  return { code: 'malformed', detail, errors: [{ pointer, code: 'malformed', detail }] };
}

const UTF_16: Refusal = {
  code: 'malformed',
  detail:
    'This is UTF-16, as some shells save what they print: JSON is sent in UTF-8. Save it so (in PowerShell: Out-File -Encoding utf8), and send it again',
};

/** Whether bytes are those of UTF-16, from their beginning or from within: of the first two one is zero, or both are its mark. */
function isUtf16([first, second]: Uint8Array): boolean {
  return (
    first === 0 || second === 0 || (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)
  );
}

/**
 * Where a text ceases to be JSON, as far as the parser says so. What it says more is not passed on: it quotes the text,
 * which may be personal data, and refusals end up in logs.
 */
function placeOf(error: unknown, text: string): string {
  const message = error instanceof Error ? error.message : '';
  if (message === 'Unexpected end of JSON input') return ', it ends too early';
  const [, position] = /JSON at position (\d+)(?: \(line \d+ column \d+\))?$/.exec(message) ?? [];
  if (position === undefined) return '';
  const lines = text.slice(0, Number(position)).split('\n');
  return ` at line ${lines.length}, character ${Array.from(lines.at(-1) ?? '').length + 1}`;
}

/**
 * The lines of a stream as they come, without those that are blank; a line that is too long comes as its refusal. Throws
 * where the stream breaks off, and never gives its unfinished last line then.
 */
export async function* linesOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<(Buffer | Refusal)[]> {
  let parts: Buffer[] = [];
  let length = 0;
  const finished = (): (Buffer | Refusal)[] => {
    const line = length > LARGEST_EVENT ? TOO_LONG : Buffer.concat(parts);
    [parts, length] = [[], 0];
    return Buffer.isBuffer(line) && isBlank(line) ? [] : [line];
  };
  for await (const chunk of chunks) {
    const lines: (Buffer | Refusal)[] = [];
    let start = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
      parts.push(chunk.subarray(start, end));
      length += end - start;
      start = end + 1;
      lines.push(...finished());
    }
    length += chunk.length - start;
    if (length <= LARGEST_EVENT) parts.push(chunk.subarray(start));
    if (lines.length > 0) yield lines;
  }
  // Of the last line end of UTF-16 half is left: that is no line of its own.
  const last = finished().filter((line) => !Buffer.isBuffer(line) || !line.equals(HALF_AN_END));
  if (last.length > 0) yield last;
}

const HALF_AN_END = Buffer.of(0);
const TOO_LONG: Refusal = { code: 'too-large', detail: `A line has at most ${LARGEST_EVENT} bytes` };

function isBlank(line: Buffer): boolean {
  return line.every((byte) => byte === 0x20 || byte === 0x09 || byte === 0x0d);
}
