import { once as heard } from 'node:events';
import { request as overHttp, type IncomingMessage } from 'node:http';
import { request as overHttps } from 'node:https';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Refusal as Refused } from '@app/domain/values/problem';
import { BrokenOff, codeOf, Ending, EXIT } from './exit-codes';

/** A key as part of a path. */
export function pathOf(key: string): string {
  return encodeURIComponent(key).replaceAll('%3A', ':');
}

/** Asks once; a failure of the connection becomes {@link BrokenOff}. */
export async function once<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof BrokenOff) throw new Ending(EXIT.later, `${error.message}. Ask again a while later`);
    throw error;
  }
}

/** A refusal as the register answers it; a newer register may use codes that this release does not know. */
export type Problem = Pick<Refused, 'detail' | 'errors'> & { readonly status: number; readonly code: string };

/** Ends the program because the register refuses what was asked or posted: it says why, and what is wrong with each field. */
export class RegisterRefusal extends Ending {
  constructor(readonly problem: Problem) {
    const { status } = problem;
    super(
      status === 403 ? EXIT.key : status === 409 || status === 422 ? EXIT.refused : EXIT.usage,
      inWords(problem),
    );
  }
}

/**
 * What is wrong with each field, a line each. The detail alone if no field is at fault, or if the only fault
 * says the same.
 */
function inWords({ code, detail, errors = [] }: Problem): string {
  if (errors.every((error) => error.detail === detail)) return `${code}: ${detail}`;
  const faults = errors.map(
    (error) => `  ${error.pointer.replace(/^\/(?:data\/)*/, '') || 'event'}: ${error.detail}`,
  );
  return [`${code}: correct what follows, and give the same command again`, ...faults].join('\n');
}

/** What is sent with a body, which is given to the register as it takes it. */
export interface RequestBody {
  readonly type: string;
  readonly accept: string;
  readonly body: AsyncIterable<string | Uint8Array>;
}

/** An answer whose body is still coming. */
export interface Reply {
  readonly headers: IncomingMessage['headers'];
  readonly chunks: AsyncIterable<Buffer>;
}

/** The milliseconds of silence after which a request is broken off. */
const LONGEST_SILENCE = 120_000;

/** The statuses after which a later attempt may succeed. */
const PASSING = [429, 502, 503, 504];
const UNREACHABLE = [
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ETIMEDOUT',
  'EPROTO',
];

/** A register at an address, as a client sees it. */
export class RegisterAt {
  #reached = false;

  /** Ends the program if a header cannot carry the key: the message does not show the key. */
  constructor(
    readonly url: string,
    private readonly key?: string,
  ) {
    if (key !== undefined && /^(["']).*\1$/.test(key))
      throw new Ending(
        EXIT.usage,
        'The key, in GUIDANCE_REGISTER_KEY or as --key, stands in quotes, which belong to no key: leave them out',
      );
    if (key !== undefined && key !== '' && !/^[!-~]+$/.test(key))
      throw new Ending(
        EXIT.usage,
        'The key, in GUIDANCE_REGISTER_KEY or as --key, has a character that no key has, such as a blank, a line break or a letter with an accent: copy it anew, and it alone',
      );
  }

  /**
   * Resolves to a successful answer. Otherwise rejects: with {@link BrokenOff} if a later attempt may
   * succeed, else with an {@link Ending}.
   */
  async ask(path: string, sent?: RequestBody, signal?: AbortSignal): Promise<Reply> {
    const response = await this.#exchange(path, sent, signal);
    this.#reached = true;
    if (response.statusCode === 200) return { headers: response.headers, chunks: whole(response) };
    throw await failureOf(response, this.url);
  }

  /** The same, and the whole of the body as text. */
  async text(path: string, sent?: RequestBody, signal?: AbortSignal): Promise<{ text: string } & Reply> {
    const reply = await this.ask(path, sent, signal);
    return { ...reply, text: await textOf(reply.chunks) };
  }

  /** The events of a list, page after page, each with what its page says besides. */
  async *events<T>(path: string, signal?: AbortSignal): AsyncGenerator<T> {
    let next: string | undefined = path;
    while (next !== undefined) {
      const { text, headers }: { text: string } & Reply = await this.text(next, undefined, signal);
      yield* (JSON.parse(text) as { readonly events: readonly T[] }).events;
      next = /<([^>]+)>;\s*rel="next"/.exec(headers['link']?.toString() ?? '')?.[1];
    }
  }

  /** Whose key it is: `body:` and a slug; undefined if the register’s release does not say. */
  async whose(signal?: AbortSignal): Promise<string | undefined> {
    const batch = {
      type: 'application/cloudevents-batch+json',
      accept: 'application/json',
      body: asText('[]'),
    };
    const { headers } = await this.text('/v1/events?dryRun=true', batch, signal);
    return headers['register-body']?.toString();
  }

  /**
   * Whether the register refuses a row that contradicts an option. Earlier releases answer by the option;
   * they are known by the positions in the addresses of their answers, which have no digits of the log.
   */
  async heedsRows(signal?: AbortSignal): Promise<boolean> {
    const { headers } = await this.text('/v1/policies', undefined, signal);
    return /knownAt=[0-9]+-[0-9a-f]{8}/.test(headers['content-location'] ?? '');
  }

  /** Posts one event. `isNew`: the log did not hold it before. */
  async submit(
    event: object,
    query: string,
    signal?: AbortSignal,
  ): Promise<{ readonly isNew: boolean; readonly answer: unknown }> {
    const body = asText(JSON.stringify(event));
    const sent = { type: 'application/cloudevents+json', accept: 'application/json', body };
    const response = await this.#exchange(`/v1/events${query}`, sent, signal);
    this.#reached = true;
    if (response.statusCode !== 200 && response.statusCode !== 201) throw await failureOf(response, this.url);
    return { isNew: response.statusCode === 201, answer: JSON.parse(await textOf(whole(response))) };
  }

  async #exchange(
    path: string,
    sent: RequestBody | undefined,
    signal?: AbortSignal,
  ): Promise<IncomingMessage> {
    const address = new URL(this.url + path);
    const request = (address.protocol === 'https:' ? overHttps : overHttp)(address, {
      method: sent ? 'POST' : 'GET',
      headers: {
        ...(this.key === undefined || this.key === '' ? {} : { authorization: `Bearer ${this.key}` }),
        ...(sent ? { 'content-type': sent.type, accept: sent.accept } : {}),
      },
      ...(signal ? { signal } : {}),
    });
    request.setTimeout(LONGEST_SILENCE, () => request.destroy(new Error('nothing is heard')));
    try {
      const answered = heard(request, 'response') as Promise<[IncomingMessage]>;
      // If the body breaks off, the answer or its absence tells.
      request.on('error', () => undefined);
      if (sent) pipeline(Readable.from(sent.body), request).catch(() => undefined);
      else request.end();
      const [response] = await answered;
      return response;
    } catch (error) {
      if (signal?.aborted === true) throw error;
      const why = `${this.url} cannot be reached: ${whyIn(error)}`;
      if (this.#reached || !(UNREACHABLE.includes(codeOf(error)) || /CERT|SSL/.test(codeOf(error))))
        throw new BrokenOff(why);
      throw new Ending(
        EXIT.unreachable,
        `${why}. Is the register running? Say where with --url or GUIDANCE_REGISTER_URL`,
      );
    }
  }
}

function whyIn(error: unknown): string {
  if (codeOf(error) === 'EPROTO') return 'what answers there does not speak https';
  return error instanceof Error ? error.message || codeOf(error) : '';
}

/** A text as the body of a request. */
export async function* asText(text: string): AsyncGenerator<string> {
  yield await Promise.resolve(text);
}

async function* whole(response: IncomingMessage): AsyncGenerator<Buffer> {
  try {
    yield* response as AsyncIterable<Buffer>;
  } catch (error) {
    throw new BrokenOff(`the connection broke (${codeOf(error)})`);
  }
}

async function textOf(chunks: AsyncIterable<Buffer>): Promise<string> {
  const parts: Buffer[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  return Buffer.concat(parts).toString();
}

async function failureOf(response: IncomingMessage, url: string): Promise<Error> {
  const text = await textOf(whole(response)).catch(() => '');
  response.destroy();
  const status = response.statusCode ?? 0;
  return failure(problemIn(text, status), url, response.headers['retry-after']);
}

/** The error to throw if the register refuses a whole request. */
export function failure(problem: Problem, url: string, after?: string): Error {
  const { status, code, detail } = problem;
  if (PASSING.includes(status)) return new BrokenOff(`${code}: ${detail}`, (Number(after) || 0) * 1_000);
  if (status === 401) return new Ending(EXIT.key, `The key is refused: ${detail}`);
  if (code !== '' && status >= 400 && status < 500) return new RegisterRefusal(problem);
  return new Ending(EXIT.unreachable, `${url} answers ${status} ${code}: ${detail || 'is this a register?'}`);
}

function problemIn(text: string, status: number): Problem {
  try {
    const value = JSON.parse(text) as Partial<Problem>;
    if (typeof value.code === 'string' && typeof value.detail === 'string')
      return { ...(value as Problem), status };
  } catch {
    // A text that is not JSON is not from the register.
  }
  return { status, code: '', detail: '' };
}

/** The lines of a text as they come; an unfinished last line is left out. */
export async function* linesIn(chunks: AsyncIterable<Buffer>): AsyncGenerator<readonly string[]> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of chunks) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    if (lines.length > 0) yield lines;
  }
}
