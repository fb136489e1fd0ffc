import { refuse } from '@app/http-contract/problem/refusal-error';
import { ONE_EVENT, BATCH, NDJSON, JSON_TYPE, CSV } from '@app/http-contract/media-types';
import { twinIn } from '@app/http-contract/twins';
import type { Refusal } from '@app/domain/values/problem';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { LARGEST_ATOMIC, LARGEST_BATCH, LARGEST_EVENT } from './budgets';
import { piecesOf, Room, wholeBody } from './arriving-body';
import { Growing } from './growing-buffer';

/** The most bytes of a body that is read whole, by its type. */
const LARGEST: Readonly<Partial<Record<string, number>>> = {
  [ONE_EVENT]: LARGEST_EVENT,
  [JSON_TYPE]: LARGEST_EVENT,
  [BATCH]: LARGEST_BATCH,
};

/**
 * Accepts each body as its bytes, NDJSON and tables as they come, and no other type. A body that no route
 * accepts is not read.
 */
export function takeBodies(server: FastifyInstance, isTaken: (request: FastifyRequest) => boolean): void {
  server.removeAllContentTypeParsers();
  server.addContentTypeParser(Object.keys(LARGEST), async (request: FastifyRequest) => {
    if (!isTaken(request) || !bringsBody(request)) return NONE;
    const most = largestOf(request);
    return wholeBody(request, most, tooLarge(most));
  });
  server.addContentTypeParser([NDJSON, CSV], (request, _payload, done) => {
    done(null, isTaken(request) && bringsBody(request) ? piecesOf(request) : nothing());
  });
}

const NONE = Buffer.alloc(0);

async function* nothing(): AsyncGenerator<Buffer> {
  // A body without a byte.
}

/** Whether a request says that it has a body, even an empty one. */
export function bringsBody({ headers }: FastifyRequest): boolean {
  const length = headers['content-length'];
  return headers['transfer-encoding'] !== undefined || (length !== undefined && length !== '0');
}

/** The most bytes of a body; no limit for a streamed one. */
function largestOf(request: FastifyRequest): number {
  const type = mediaTypeOf(request);
  const { atomic } = request.query as { readonly atomic?: unknown };
  return type === BATCH && atomic === 'true' ? LARGEST_ATOMIC : (LARGEST[type] ?? Infinity);
}

function tooLarge(most: number): Refusal {
  const way =
    most === LARGEST_ATOMIC
      ? 'split the batch, or post it without atomic'
      : `post several events as ${NDJSON}, which has no limit`;
  return refuse('too-large', `The body has more than ${most} bytes: ${way}`);
}

/** Why a body is not read at all, by the length that its sender states; undefined if it may be read. */
export function tooLong(request: FastifyRequest): Refusal | undefined {
  const most = largestOf(request);
  return Number(request.headers['content-length'] ?? 0) > most ? tooLarge(most) : undefined;
}

/** A body that was read whole; empty if there is none. */
export function bodyOf({ body }: FastifyRequest): Buffer {
  return (body as Buffer | undefined) ?? NONE;
}

/** The type of a request’s body, without its parameters. */
export function mediaTypeOf(request: FastifyRequest): string {
  const [type = ''] = (request.headers['content-type'] ?? '').split(';');
  return type.trim().toLowerCase();
}

/** The encoding that a body states; undefined if it states none. */
export function charsetOf(request: FastifyRequest): string | undefined {
  return /;\s*charset\s*=\s*"?([^\s";]+)/i.exec(request.headers['content-type'] ?? '')?.[1];
}

/**
 * A streamed body, as its bytes come. If the reader leaves early, the rest is thrown away, so that the reason
 * can still be answered.
 */
export function chunksOf(request: FastifyRequest): AsyncIterable<Buffer> {
  return request.body as AsyncIterable<Buffer>;
}

/** The header that names the columns of a table from which nothing is taken. */
export const UNKNOWN_COLUMNS = 'Register-Unknown-Columns';
/** Clients limit the length of headers. */
const LONGEST_LIST = 2_000;

/** Names, in a header, the columns of a table from which nothing is taken, if there are any. */
export function tellUnknown(reply: FastifyReply, columns: readonly string[]): void {
  let list = '';
  for (const name of columns.map((column) => encodeURIComponent(column.toWellFormed()))) {
    const longer = list === '' ? name : `${list}, ${name}`;
    if (longer.length <= LONGEST_LIST) list = longer;
  }
  if (list !== '') void reply.header(UNKNOWN_COLUMNS, list);
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** The JSON value of some bytes (RFC 8259) and their number, or `malformed`, also if a member is repeated. */
export function jsonOf(bytes: Uint8Array): { readonly value: unknown; readonly bytes: number } | Refusal {
  if (isUtf16(bytes)) return UTF_16;
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    return refuse('malformed', 'This is not UTF-8: write the JSON in UTF-8');
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return refuse(
      'malformed',
      `This is not JSON${placeOf(error, text)}: correct it, RFC 8259 says how it is written`,
    );
  }
  const pointer = twinIn(text, value);
  if (pointer === undefined) return { value, bytes: bytes.byteLength };
  const detail = `${pointer} stands twice in one object, and it cannot be told which is meant: leave one out`;
  return refuse('malformed', detail, pointer);
}

const UTF_16: Refusal = refuse(
  'malformed',
  'This is UTF-16, as some shells save what they print: JSON is sent in UTF-8. Save it so (in PowerShell: Out-File -Encoding utf8), and send it again',
);

/**
 * Whether bytes are UTF-16, from the beginning or from within: one of the first two is zero, or both are its
 * mark.
 */
function isUtf16([first, second]: Uint8Array): boolean {
  return (
    first === 0 || second === 0 || (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)
  );
}

/**
 * Where a text ceases to be JSON, as far as the parser says. The rest of its message is dropped: it quotes
 * the text, which may be personal data, and refusals end up in logs.
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
 * The lines of a streamed body as they come, without blank ones; a line that is too long comes as its
 * refusal. Throws if the body breaks off; then it never gives an unfinished last line.
 */
export async function* linesOf(request: FastifyRequest): AsyncGenerator<(Buffer | Refusal)[]> {
  const room = new Room(request);
  const begun = new Growing();
  let length = 0;
  const finished = (end: Buffer): (Buffer | Refusal)[] => {
    length += end.length;
    const isTooLong = length > LARGEST_EVENT;
    length = 0;
    if (isTooLong) {
      begun.take();
      return [TOO_LONG];
    }
    if (begun.length > 0) begun.append(end);
    const line = begun.length > 0 ? begun.take() : end;
    return isBlank(line) ? [] : [line];
  };
  for await (const chunk of chunksOf(request)) {
    const lines: (Buffer | Refusal)[] = [];
    let start = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
      lines.push(...finished(chunk.subarray(start, end)));
      start = end + 1;
    }
    const rest = chunk.subarray(start);
    length += rest.length;
    if (length <= LARGEST_EVENT) {
      room.hold(begun.roomWith(rest.length));
      begun.append(rest);
    } else begun.take();
    if (lines.length > 0) yield lines;
  }
  // Half of the last line end of UTF-16 is left over, which is no line.
  const last = finished(NONE).filter((line) => !Buffer.isBuffer(line) || !line.equals(HALF_AN_END));
  if (last.length > 0) yield last;
}

const HALF_AN_END = Buffer.of(0);
const TOO_LONG: Refusal = refuse('too-large', `A line has at most ${LARGEST_EVENT} bytes`);

function isBlank(line: Buffer): boolean {
  return line.every((byte) => byte === 0x20 || byte === 0x09 || byte === 0x0d);
}
