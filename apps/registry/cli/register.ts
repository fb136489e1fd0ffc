import { once } from 'node:events';
import { request as overHttp, type IncomingMessage } from 'node:http';
import { request as overHttps } from 'node:https';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Refusal } from '@app/domain/problem';
import { BrokenOff, codeOf, Ending, EXIT } from './ending';

/** A refusal as the register answers it; of one that has a newer list of codes, too. */
export type Problem = Omit<Refusal, 'code'> & { readonly status: number; readonly code: string };

/** What is sent with a body, which is given to the register as it takes it. */
export interface Sent {
  readonly type: string;
  readonly accept: string;
  readonly body: AsyncIterable<string | Uint8Array>;
}

/** An answer whose body is still coming. */
export interface Reply {
  readonly headers: IncomingMessage['headers'];
  readonly chunks: AsyncIterable<Buffer>;
}

/** What nobody hears from for so many milliseconds is broken off. */
const LONGEST_SILENCE = 120_000;

/** Those for whom another attempt, a while later, may be answered. */
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

/** A register at an address, as one of its clients sees it. */
export class RegisterAt {
  #reached = false;

  constructor(
    readonly url: string,
    private readonly key?: string,
  ) {}

  /**
   * Resolves to the answer where it is a yes. Where not, rejects: with {@link BrokenOff} where it may be asked again,
   * else with the {@link Ending} that is due.
   */
  async ask(path: string, sent?: Sent, signal?: AbortSignal): Promise<Reply> {
    const response = await this.#exchange(path, sent, signal);
    this.#reached = true;
    if (response.statusCode === 200) return { headers: response.headers, chunks: whole(response) };
    throw await failureOf(response, this.url);
  }

  /** The same, and the whole of the body as text. */
  async text(path: string, sent?: Sent, signal?: AbortSignal): Promise<{ text: string } & Reply> {
    const reply = await this.ask(path, sent, signal);
    return { ...reply, text: await textOf(reply.chunks) };
  }

  async #exchange(path: string, sent: Sent | undefined, signal?: AbortSignal): Promise<IncomingMessage> {
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
      const answered = once(request, 'response') as Promise<[IncomingMessage]>;
      // A body that breaks off is told of by the answer, or by there being none.
      request.on('error', () => undefined);
      if (sent) pipeline(Readable.from(sent.body), request).catch(() => undefined);
      else request.end();
      const [response] = await answered;
      return response;
    } catch (error) {
      if (signal?.aborted === true) throw error;
      const why = `${this.url} cannot be reached: ${error instanceof Error ? error.message || codeOf(error) : ''}`;
      if (this.#reached || !(UNREACHABLE.includes(codeOf(error)) || /CERT|SSL/.test(codeOf(error))))
        throw new BrokenOff(why);
      throw new Ending(
        EXIT.unreachable,
        `${why}. Is the register running? Say where with --url or GUIDANCE_REGISTER_URL`,
      );
    }
  }
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

/** What is due where the register refuses a whole request. */
export function failure({ status, code, detail }: Problem, url: string, after?: string): Error {
  if (PASSING.includes(status)) return new BrokenOff(`${code}: ${detail}`, (Number(after) || 0) * 1_000);
  if (status === 401 || status === 403) return new Ending(EXIT.key, `The key is refused: ${detail}`);
  if (status >= 400 && status < 500 && code !== '') return new Ending(EXIT.usage, `${code}: ${detail}`);
  return new Ending(EXIT.unreachable, `${url} answers ${status} ${code}: ${detail || 'is this a register?'}`);
}

function problemIn(text: string, status: number): Problem {
  try {
    const value = JSON.parse(text) as Partial<Problem>;
    if (typeof value.code === 'string' && typeof value.detail === 'string')
      return { ...(value as Problem), status };
  } catch {
    // Whatever it is, it is no problem of the register’s.
  }
  return { status, code: '', detail: '' };
}

/** The lines of a text as they come; one that does not end is none. */
export async function* linesIn(chunks: AsyncIterable<Buffer>): AsyncGenerator<readonly string[]> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of chunks) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    if (lines.length > 0) yield lines;
  }
}
