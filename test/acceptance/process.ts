import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setImmediate } from 'node:timers/promises';

const MAIN = join(__dirname, '..', '..', 'dist', 'apps', 'registry', 'main.js');
/** Where the code of the register is kept as compiled, for all processes of the tests. */
export const COMPILED = join(__dirname, '..', '..', 'node_modules', '.cache', 'compiled');

/** The registrar’s key in every test, unless the register is to make one of its own. */
export const REGISTRAR_KEY = 'the-registrar-of-the-tests';

/** The address of a log in a stream of a server. */
export function inStream(server: string, stream: string): string {
  return `${server}${server.includes('?') ? '&' : '?'}stream=${stream}`;
}

/** With `ACCEPTANCE_READERS` a register whose test names a file, or no store, has so many readers. */
const READERS = Number(process.env['ACCEPTANCE_READERS'] ?? 0);

/**
 * A store of its own for a register whose test names none: in memory or, with `ACCEPTANCE_STORE=kurrentdb`, a stream of the server
 * that `KURRENTDB_URL` names and a vault in a folder that `TMPDIR` holds.
 */
function usualStore(): Readonly<Record<string, string>> {
  if (READERS > 0)
    return { REGISTER_STORE: `sqlite:${join(tmpdir(), 'guidance-register-tests', `${randomUUID()}.db`)}` };
  const server = process.env['KURRENTDB_URL'] ?? '';
  if (process.env['ACCEPTANCE_STORE'] !== 'kurrentdb' || server === '') return { REGISTER_STORE: 'memory:' };
  const own = randomUUID();
  return {
    REGISTER_STORE: inStream(server, `acceptance-${own}`),
    REGISTER_VAULT: `sqlite:${join(tmpdir(), 'guidance-register-tests', `${own}.db`)}`,
  };
}

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body read as JSON. */
  readonly json: unknown;
}

/** The register as its users have it: a process of its own, spoken to over HTTP. */
export class RegisterProcess {
  readonly #child: ChildProcess;
  readonly #stdout: string[] = [];
  readonly #stderr: string[] = [];
  /** What it has printed, line by line. */
  readonly output: string[] = [];
  /** Resolves to the exit code, null where a signal has ended it, once it is gone and all that it printed is here. */
  readonly ended: Promise<number | null>;
  /** Resolves once it listens and has read its log; rejects with what it printed where it never does. */
  readonly listening: Promise<void>;
  url = '';

  private constructor(environment: Readonly<Record<string, string>>, before?: string) {
    if (!existsSync(MAIN)) throw new Error('Build the register first: npm run build');
    const limited = before === undefined ? [] : ['-c', `${before}; exec "$0" "$1"`, process.execPath];
    const child = spawn(before === undefined ? process.execPath : 'sh', [...limited, MAIN], {
      env: {
        PATH: process.env['PATH'],
        // Each test starts a register: compiling it once is enough.
        NODE_COMPILE_CACHE: COMPILED,
        PORT: '0',
        ...(environment['REGISTER_STORE'] === undefined ? usualStore() : {}),
        ...(READERS > 0 && environment['REGISTER_STORE'] !== 'memory:'
          ? { REGISTER_READERS: String(READERS) }
          : {}),
        REGISTER_CALENDAR: 'manual',
        REGISTER_REGISTRAR_KEY: REGISTRAR_KEY,
        ...environment,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    if (environment['PORT'] !== undefined) this.url = `http://127.0.0.1:${environment['PORT']}`;
    this.ended = once(child, 'close').then(() => child.exitCode);
    this.listening = new Promise((resolve, reject) => {
      const read = (stream: NodeJS.ReadableStream, lines: string[]) => {
        createInterface({ input: stream }).on('line', (line) => {
          lines.push(line);
          this.output.push(line);
          const listening = /"msg":"listening on ([^"]+)"/.exec(line)?.[1];
          if (listening === undefined) return;
          this.url = listening;
          resolve();
        });
      };
      read(child.stdout, this.#stdout);
      read(child.stderr, this.#stderr);
      void this.ended.then((code) => {
        reject(new Error(`the register ended with ${String(code)}: ${this.output.join('\n')}`));
      });
    });
    this.listening.catch(() => undefined);
  }

  /** Starts a register and waits until it listens; rejects with what it printed where it never does. */
  static async start(environment: Readonly<Record<string, string>> = {}): Promise<RegisterProcess> {
    const register = new RegisterProcess(environment);
    await register.listening;
    return register;
  }

  /**
   * Starts a register that may never listen, or not for a while; with a `PORT` it can be spoken to before. `before`: what a
   * shell does to itself first, such as to set a limit.
   */
  static launch(environment: Readonly<Record<string, string>> = {}, before?: string): RegisterProcess {
    return new RegisterProcess(environment, before);
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get stdout(): string {
    return this.#stdout.join('\n');
  }

  get stderr(): string {
    return this.#stderr.join('\n');
  }

  /** Ends it as an operator would; resolves to its exit code. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    this.#child.kill(signal);
    return this.ended;
  }

  async ask(path: string, init: RequestInit = {}): Promise<Reply> {
    // A test that was busy for long hears first which connections the register has closed meanwhile, and uses none of them.
    for (let turns = 0; turns < 2; turns++) await setImmediate();
    const response = await fetch(this.url + path, init);
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      text,
      get json(): unknown {
        return JSON.parse(text) as unknown;
      },
    };
  }

  /** Posts one event, as the registrar unless another key is given. */
  post(
    event: object,
    { key = REGISTRAR_KEY, query = '' }: { key?: string; query?: string } = {},
  ): Promise<Reply> {
    return this.ask(`/v1/events${query}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/cloudevents+json' },
      body: JSON.stringify({ specversion: '1.0', ...event }),
    });
  }

  /** Posts events as NDJSON, one a line. */
  postLines(
    events: readonly object[],
    { key = REGISTRAR_KEY, query = '' }: { key?: string; query?: string } = {},
  ): Promise<Reply> {
    return this.ask(`/v1/events${query}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/x-ndjson' },
      body: events.map((event) => `${JSON.stringify({ specversion: '1.0', ...event })}\n`).join(''),
    });
  }

  /** The lines of the log after a position, up to the head. */
  async log(after = -1): Promise<string[]> {
    const lines: string[] = [];
    for (let next: string | undefined = `/v1/log?after=${after}&limit=10000`; next !== undefined;) {
      const page = await this.ask(next);
      if (page.status !== 200) throw new Error(`the log was not given: ${page.text}`);
      lines.push(...page.text.split('\n').slice(0, -1));
      next = /<([^>]+)>; rel="next"/.exec(page.headers.get('link') ?? '')?.[1];
    }
    return lines;
  }
}

/** A port that is free. The system gives it to no program that asks for any: those are from 32768 on. */
export async function freePort(): Promise<string> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    const server = createServer().listen(port, '127.0.0.1');
    const isFree = await once(server, 'listening').then(
      () => true,
      () => false,
    );
    if (!isFree) continue;
    server.close();
    await once(server, 'close');
    return String(port);
  }
}

/** A folder of its own for a register’s file, and its end. */
export function temporaryFolder(): { readonly path: string; readonly remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'register-'));
  return {
    path,
    remove: () => {
      rmSync(path, { recursive: true, force: true });
    },
  };
}
