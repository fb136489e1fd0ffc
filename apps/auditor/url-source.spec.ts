/// <reference types="jest" />
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { formatBundle } from '@app/transparency/entry-bundle';
import { isFinding } from '@app/transparency/finding';
import { AuditEnd, AUDITOR_EXIT } from './exit-codes';
import type { Entries } from './source';
import { UrlSource } from './url-source';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

let server: Server;
let url: string;
let answer: Answer;
const asked: string[] = [];
const RETRIES = { attempts: 3, pauseMs: 1, longestPauseMs: 1_500, timeoutMs: 400 };

beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push(request.url ?? '');
    answer(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  asked.length = 0;
});

const sourceAt = (address = url, signal = new AbortController().signal) =>
  new UrlSource(address, signal, RETRIES);
const giving =
  (status: number, body: string | Buffer = '', headers: Readonly<Record<string, string>> = {}): Answer =>
  (_request, response) =>
    response.writeHead(status, headers).end(body);
/** Each answer once, in their order; the last one from then on. */
function inTurn(...answers: readonly Answer[]): Answer {
  let next = 0;
  return (request, response) => answers[Math.min(next++, answers.length - 1)]?.(request, response);
}

async function ending(work: Promise<unknown>): Promise<{ code: number; message: string }> {
  try {
    await work;
  } catch (error) {
    if (error instanceof AuditEnd) return { code: error.code, message: error.message };
    throw error;
  }
  throw new Error('it did not end the program');
}

async function read(size: number): Promise<(Entries | string)[]> {
  const found: (Entries | string)[] = [];
  for await (const entries of sourceAt().bundles(size))
    found.push(isFinding(entries) ? `${entries.code}@${entries.position}` : entries);
  return found;
}

describe('a register at an address', () => {
  test('is asked for what anybody may read, below a path too', async () => {
    answer = giving(200, 'a note');
    const source = sourceAt(`${url}/below/`);
    expect(await source.checkpoint()).toBe('a note');
    expect(await source.keyList()).toBe('a note');
    expect(await source.jwks()).toBe('a note');
    expect(asked).toEqual(['/below/checkpoint', '/below/log-keys', '/below/.well-known/jwks.json']);
    expect(source).toMatchObject({ describe: `${url}/below`, isPresent: true });
  });

  test('is asked for no compression where it is on this machine, and may compress all the same', async () => {
    const encodings: unknown[] = [];
    answer = (request, response) => {
      encodings.push(request.headers['accept-encoding']);
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('a note'));
    };
    expect(await sourceAt().checkpoint()).toBe('a note');
    expect(encodings).toEqual(['identity']);
  });

  test('gives its bundles in order, whichever comes first, some ahead and not all', async () => {
    const entry = (position: number) => Buffer.from(`event ${position}`);
    let [open, most] = [0, 0];
    answer = (request, response) => {
      most = Math.max(most, ++open);
      const index = Number(/entries\/(\d+)/.exec(request.url ?? '')?.[1]);
      const width = Number(/\.p\/(\d+)/.exec(request.url ?? '')?.[1] ?? 256);
      setTimeout(
        () => {
          open--;
          response.end(formatBundle(Array.from({ length: width }, (_, i) => entry(index * 256 + i))));
        },
        (20 - index) % 5,
      );
    };
    const bundles = await read(20 * 256 + 3);
    expect(bundles.flat().map(String)).toEqual(Array.from({ length: 20 * 256 + 3 }, (_, i) => `event ${i}`));
    expect(bundles).toHaveLength(21);
    expect(asked.at(-1)).toBe('/tile/entries/020.p/3');
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(6);
    expect(await read(0)).toEqual([]);
  });

  test('is found to withhold what it does not give, and to garble what is no bundle or no tile', async () => {
    const whole = giving(200, formatBundle(Array.from({ length: 256 }, () => 'x')));
    answer = (request, response) => {
      (request.url === '/tile/entries/000' ? whole : giving(404))(request, response);
    };
    const withheld = await read(600);
    expect(withheld.slice(1)).toEqual(['missing-bundle@256']);
    answer = giving(200, formatBundle(['x', 'y']));
    expect(await read(3)).toEqual(['malformed-bundle@0']);
    const tile = { level: 1, index: 2, width: 7 };
    answer = giving(404);
    expect(await sourceAt().tile(tile)).toMatchObject({ code: 'missing-tile', position: 2 * 256 ** 2 });
    answer = giving(200, Buffer.alloc(224));
    expect(await sourceAt().tile(tile)).toHaveLength(224);
  });

  test('that answers without an end is read no further than any register answers', async () => {
    answer = (_request, response) => {
      response.on('error', () => undefined);
      const more = () => {
        while (response.write(Buffer.alloc(65_536))) if (response.destroyed) return;
        response.once('drain', more);
      };
      more();
    };
    expect(await sourceAt().checkpoint()).toHaveLength(1 << 20);
    expect(await sourceAt().tile({ level: 0, index: 0, width: 256 })).toHaveLength(256 * 32 + 1);
  });

  test('that is busy is asked again, after as long as it says', async () => {
    answer = inTurn(giving(503), giving(429, '', { 'retry-after': '1' }), giving(200, 'a note'));
    const began = performance.now();
    expect(await sourceAt().checkpoint()).toBe('a note');
    expect(performance.now() - began).toBeGreaterThan(950);
    expect(asked).toHaveLength(3);
  });

  test.each<[string, Answer, number, string]>([
    ['is busy all the time', giving(503), 3, 'it answers 503'],
    [
      'asks to wait for longer than anybody waits',
      giving(503, '', { 'retry-after': '3600' }),
      1,
      'it answers 503',
    ],
    ['refuses', giving(403), 1, 'it answers 403'],
    ['is none', giving(404), 1, 'is this a register'],
    ['breaks off', (request) => request.socket.destroy(), 3, 'cannot be read'],
    ['is silent', () => undefined, 3, 'cannot be read'],
  ])('that %s ends the program', async (_, given, times, words) => {
    answer = given;
    const { code, message } = await ending(sourceAt().checkpoint());
    expect(code).toBe(AUDITOR_EXIT.unreadable);
    expect(message).toContain(words);
    expect(asked).toHaveLength(times);
  });

  test('is not there, in words', async () => {
    const gone = createServer().listen(0, '127.0.0.1');
    await once(gone, 'listening');
    const { port } = gone.address() as AddressInfo;
    gone.close();
    await once(gone, 'close');
    const { message } = await ending(sourceAt(`http://127.0.0.1:${port}`).checkpoint());
    expect(message).toBe(`http://127.0.0.1:${port}/checkpoint cannot be read: nothing listens there`);
  });

  test('is no longer waited for once the work is stopped', async () => {
    const stop = new AbortController();
    answer = () => {
      stop.abort();
    };
    await expect(sourceAt(url, stop.signal).checkpoint()).rejects.toThrow('aborted');
  });

  test.each(['http://', 'https://register.example/?a=b', 'http://register.example/#x'])(
    'has an address, which %s is not',
    (address) => {
      expect(() => sourceAt(address)).toThrow('is no address of a register');
    },
  );
});
