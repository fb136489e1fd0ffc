import { once } from 'node:events';
import { connect } from 'node:net';

export const CONNECTIONS = 32;

export interface Load {
  /** Requests a second. */
  readonly rate: number;
  /** The time that half of them take no longer than, in milliseconds. */
  readonly p50: number;
  /** The time that 99 of 100 take no longer than, in milliseconds. */
  readonly p99: number;
  /** The mean length of an answer’s body. */
  readonly bytes: number;
}

/** Asks for one of the paths after another on each of many connections that stay open, until all are answered. */
export function load(port: number, paths: readonly string[], accept = '*/*'): Promise<Load> {
  const requests = paths.map((path) => `GET ${path} HTTP/1.1\r\nHost: register\r\nAccept: ${accept}\r\n\r\n`);
  return exchanged(port, requests, 200, CONNECTIONS);
}

/** As {@link load}, for bodies that are posted, each of which is to be answered by 201. */
export function posted(
  port: number,
  head: string,
  bodies: readonly string[],
  connections = CONNECTIONS,
): Promise<Load> {
  const requests = bodies.map(
    (body) => `POST ${head}\r\nHost: register\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
  return exchanged(port, requests, 201, connections);
}

async function exchanged(
  port: number,
  requests: readonly string[],
  status: number,
  connections: number,
): Promise<Load> {
  const times: number[] = [];
  let [sent, bytes] = [0, 0];
  const begin = performance.now();
  await Promise.all(
    Array.from({ length: connections }, async () => {
      const socket = connect({ port, host: '127.0.0.1', noDelay: true });
      let began = 0;
      const next = () => {
        began = performance.now();
        if (sent < requests.length) socket.write(requests[sent++] ?? '');
        else socket.end();
      };
      let [text, length] = ['', 0];
      socket.on('connect', next);
      socket.on('data', (chunk: Buffer) => {
        text += chunk.toString('latin1');
        if (length === 0) {
          const head = text.indexOf('\r\n\r\n');
          if (head < 0) return;
          if (!text.startsWith(`HTTP/1.1 ${status} `)) throw new Error(`a request was refused: ${text}`);
          const body = Number(/\r\ncontent-length: ([0-9]+)\r\n/i.exec(text)?.[1]);
          length = head + 4 + body;
          bytes += body;
        }
        if (text.length < length) return;
        [text, length] = ['', 0];
        times.push(performance.now() - began);
        next();
      });
      await once(socket, 'close');
    }),
  );
  const seconds = (performance.now() - begin) / 1000;
  times.sort((a, b) => a - b);
  return {
    rate: requests.length / seconds,
    p50: times[times.length >> 1] ?? NaN,
    p99: times[Math.floor(times.length * 0.99)] ?? NaN,
    bytes: bytes / requests.length,
  };
}
