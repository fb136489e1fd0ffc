import { connect } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import type { Reply } from './process';

/** A request as it goes over the wire: what no client would send can be written too. */
export interface Wire {
  readonly method?: string;
  readonly target?: string;
  readonly version?: string;
  /** Beside `Host` and `Connection: close`, and a `Content-Length` where there is a body and nothing else says where it ends. */
  readonly headers?: readonly (readonly [name: string, value: string])[];
  readonly body?: string | Buffer;
}

export function bytesOf({
  method = 'GET',
  target = '/',
  version = 'HTTP/1.1',
  headers = [],
  body,
}: Wire): Buffer {
  const has = (name: string) => headers.some(([one]) => one.toLowerCase() === name);
  const payload = Buffer.from(body ?? '');
  const lines = [
    `${method} ${target} ${version}`,
    ...(has('host') ? [] : ['Host: register']),
    ...(has('connection') ? [] : ['Connection: close']),
    ...(body === undefined || has('content-length') || has('transfer-encoding')
      ? []
      : [`Content-Length: ${payload.length}`]),
    ...headers.map(([name, value]) => `${name}: ${value}`),
  ];
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), payload]);
}

/** Who has been told nothing for so long, in milliseconds, hangs up. */
const PATIENCE = 60_000;

/**
 * Sends bytes as they are, waiting so many milliseconds where a number stands between them, and resolves to all answers
 * once the register hangs up. `hangUp`: the sender’s side is closed after the last byte.
 */
export async function say(
  url: string,
  parts: readonly (Buffer | string | number)[],
  hangUp = false,
): Promise<Reply[]> {
  const { hostname, port } = new URL(url);
  const socket = connect({ port: Number(port), host: hostname, noDelay: true });
  const heard: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => heard.push(chunk));
  socket.on('error', () => undefined);
  socket.setTimeout(PATIENCE, () => socket.destroy());
  const closed = new Promise((resolve) => socket.once('close', resolve));
  for (const part of parts) {
    if (typeof part === 'number') await wait(part);
    else if (socket.writable) socket.write(typeof part === 'string' ? Buffer.from(part, 'latin1') : part);
  }
  if (hangUp) socket.end();
  await closed;
  return repliesIn(Buffer.concat(heard));
}

function repliesIn(bytes: Buffer): Reply[] {
  const replies: Reply[] = [];
  for (let rest = bytes; rest.length > 0;) {
    const end = rest.indexOf('\r\n\r\n');
    const [first = '', ...lines] = rest.toString('latin1', 0, end < 0 ? rest.length : end).split('\r\n');
    const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(first)?.[1] ?? NaN);
    const headers = new Headers(
      lines.map((line): [string, string] => {
        const colon = line.indexOf(':');
        return [line.slice(0, colon), line.slice(colon + 1).trim()];
      }),
    );
    const [body, after] = bodyIn(rest.subarray(end + 4), headers, status);
    rest = end < 0 ? Buffer.alloc(0) : after;
    const text = body.toString();
    if (status >= 200)
      replies.push({
        status,
        headers,
        text,
        get json(): unknown {
          return JSON.parse(text) as unknown;
        },
      });
  }
  return replies;
}

function bodyIn(bytes: Buffer, headers: Headers, status: number): [body: Buffer, rest: Buffer] {
  const length = headers.get('content-length');
  if (status < 200 || status === 204 || status === 304) return [Buffer.alloc(0), bytes];
  if (length !== null) return [bytes.subarray(0, Number(length)), bytes.subarray(Number(length))];
  if (headers.get('transfer-encoding') !== 'chunked') return [bytes, Buffer.alloc(0)];
  const chunks: Buffer[] = [];
  let at = 0;
  for (;;) {
    const end = bytes.indexOf('\r\n', at);
    const size = parseInt(bytes.toString('latin1', at, end), 16);
    if (end < 0 || !(size > 0))
      return [Buffer.concat(chunks), bytes.subarray(end < 0 ? bytes.length : end + 4)];
    chunks.push(bytes.subarray(end + 2, end + 2 + size));
    at = end + 2 + size + 2;
  }
}
