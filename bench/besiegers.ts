import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** Requests in one packet: as many as one reading of a socket takes in. */
const IN_A_PACKET = 2_000;
const HOST = 'Host: register\r\n';

/** Besieges a register until its parent disconnects: with all sorts of attacks at once, or with those that are named. */
process.once(
  'message',
  ({ port, providers }: { readonly port: number; readonly providers: readonly string[] }) => {
    let end = false;
    process.once('disconnect', () => {
      end = true;
    });
    const going = () => !end;
    const sorts: Readonly<Record<string, () => readonly Promise<void>[]>> = {
      packets: () => [
        ...many(4, () => packets(port, '/v1/log?limit=10000', going)),
        ...many(2, () => packets(port, '/docs/swagger-ui-bundle.js', going)),
        ...many(2, () => packets(port, `/v1/providers/${providers[0] ?? ''}`, going)),
      ],
      chunks: () => [
        ...many(4, () => tinyChunks(port, '/v1/eligibility', 'application/json', going)),
        ...many(4, () => tinyChunks(port, '/v1/events', 'application/cloudevents-batch+json', going)),
        ...many(2, () => tinyChunks(port, '/v1/eligibility', 'application/x-ndjson', going)),
      ],
      stalls: () => [...many(40, () => stalled(port, going)), ...many(40, () => silent(port, going))],
      questions: () => many(4, () => questions(port, providers, going)),
    };
    const named = (process.argv[2] ?? '').split(',').filter(Boolean);
    const all = Object.entries(sorts).flatMap(([name, begin]) =>
      named.length === 0 || named.includes(name) ? begin() : [],
    );
    void Promise.all(all).then(() => process.exit());
  },
);

function many<T>(count: number, make: () => T): T[] {
  return Array.from({ length: count }, make);
}

/** A connection on which something is done until it is closed; then the next one. */
async function again(
  port: number,
  going: () => boolean,
  act: (socket: Socket) => Promise<unknown> | undefined,
): Promise<void> {
  while (going()) {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    socket.on('error', () => undefined);
    const closed = new Promise((resolve) => socket.once('close', resolve));
    const ended = (async () => {
      while (going() && !socket.closed) await sleep(200);
      socket.destroy();
    })();
    await Promise.all([act(socket), closed, ended]);
    await sleep(20);
  }
}

/** Requests in one packet, of which no answer is read. */
function packets(port: number, path: string, going: () => boolean): Promise<void> {
  return again(port, going, (socket) => {
    socket.pause();
    socket.write(`GET ${path} HTTP/1.1\r\n${HOST}\r\n`.repeat(IN_A_PACKET));
    return undefined;
  });
}

/** A body of one byte a chunk, as fast as it goes. */
function tinyChunks(port: number, path: string, type: string, going: () => boolean): Promise<void> {
  const chunks = Buffer.from('1\r\n \r\n'.repeat(10_000));
  return again(port, going, async (socket) => {
    socket.resume();
    socket.write(
      `POST ${path} HTTP/1.1\r\n${HOST}Content-Type: ${type}\r\nTransfer-Encoding: chunked\r\n\r\n`,
    );
    const isOpen = () => going() && !socket.destroyed && socket.writable;
    while (isOpen()) {
      socket.write(chunks);
      while (isOpen() && socket.writableNeedDrain) await sleep(5);
    }
  });
}

/** Half a body, and no more of it. */
function stalled(port: number, going: () => boolean): Promise<void> {
  return again(port, going, (socket) => {
    socket.resume();
    socket.write(
      `POST /v1/eligibility HTTP/1.1\r\n${HOST}Content-Type: application/json\r\nContent-Length: 1000000\r\n\r\n${' '.repeat(500_000)}`,
    );
    return undefined;
  });
}

/** A connection on which nothing is said, or the half of a head. */
function silent(port: number, going: () => boolean): Promise<void> {
  return again(port, going, (socket) => {
    socket.resume();
    if (Math.random() < 0.5) socket.write('GET / HTTP/1.1\r\nHo');
    return undefined;
  });
}

/** Sound questions, and as many as one body holds. */
async function questions(port: number, providers: readonly string[], going: () => boolean): Promise<void> {
  const body = JSON.stringify(
    providers.slice(0, 5_000).map((provider) => ({
      provider,
      setting: 'school-commissioned',
      from: '2026-09-01',
      until: '2027-07-20',
    })),
  );
  while (going()) {
    await fetch(`http://127.0.0.1:${port}/v1/eligibility?brief=true`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    })
      .then((response) => response.text())
      .catch(() => undefined);
    await fetch(`http://127.0.0.1:${port}/v1/compare?before=10000&limit=100`)
      .then((response) => response.text())
      .catch(() => undefined);
  }
}
