import { setTimeout as sleep } from 'node:timers/promises';
import { parseBundle } from '@app/transparency/entry-bundle';
import { finding, isFinding, type Finding } from '@app/transparency/finding';
import { HASH_BYTES } from '@app/transparency/hashes';
import {
  formatTilePath,
  TILE_WIDTH,
  widthAt,
  type HashTile,
  type TileAddress,
} from '@app/transparency/tiles';
import { askedAhead } from './ahead';
import { AuditEnd, AUDITOR_EXIT, cannotBe, reasonIn } from './exit-codes';
import { MOST_NOTE_BYTES, type Entries, type LogSource } from './source';

/** More bytes than any honest register answers: what it says is not trusted, its length included. */
const MOST_BUNDLE_BYTES = TILE_WIDTH * (2 + 0xffff);

/** How often, and when, something is asked again. */
export interface Retries {
  readonly attempts: number;
  /** Before the second attempt, and doubled before each further one. */
  readonly pauseMs: number;
  /** A `Retry-After` beyond it is not waited for. */
  readonly longestPauseMs: number;
  readonly timeoutMs: number;
}

const USUAL: Retries = { attempts: 4, pauseMs: 500, longestPauseMs: 60_000, timeoutMs: 60_000 };

/** The statuses after which a later attempt may succeed. */
const PASSING = [429, 500, 502, 503, 504];

/** A register at an address, of which only what anybody may read is read. */
export class UrlSource implements LogSource {
  readonly describe: string;
  readonly isPresent = true;
  readonly #url: string;
  readonly #signal: AbortSignal;
  readonly #retries: Retries;
  /** Compressing costs a register on this machine more than it saves. */
  readonly #headers: Readonly<Record<string, string>>;

  constructor(url: string, signal: AbortSignal, retries = USUAL) {
    const told = URL.canParse(url) ? new URL(url) : undefined;
    if (told?.search !== '' || told.hash !== '')
      throw new AuditEnd(
        AUDITOR_EXIT.usage,
        `${url} is no address of a register: give one such as https://register.example, without ? and #`,
      );
    this.#url = url.replace(/\/+$/, '');
    this.describe = this.#url;
    this.#signal = signal;
    this.#retries = retries;
    const isHere = ['localhost', '127.0.0.1', '[::1]'].includes(told.hostname);
    this.#headers = { 'accept-encoding': isHere ? 'identity' : 'gzip' };
  }

  checkpoint(): Promise<string> {
    return this.#text('checkpoint');
  }

  keyList(): Promise<string> {
    return this.#text('log-keys');
  }

  jwks(): Promise<string> {
    return this.#text('.well-known/jwks.json');
  }

  async *bundles(size: number): AsyncGenerator<Entries | Finding> {
    for await (const entries of askedAhead(bundlesOf(size), (address) => this.#bundle(address))) {
      yield entries;
      if (isFinding(entries)) return;
    }
  }

  async #bundle(address: TileAddress): Promise<Entries | Finding> {
    const position = address.index * TILE_WIDTH;
    const bytes = await this.#bytes(formatTilePath(address), MOST_BUNDLE_BYTES);
    if (bytes === undefined)
      return finding(
        'missing-bundle',
        `The register does not give the events from ${position} on, which its checkpoint covers`,
        position,
      );
    const entries = parseBundle(bytes, address.width);
    return isFinding(entries) ? finding(entries.code, entries.detail, position) : entries;
  }

  async tile(address: HashTile): Promise<Buffer | Finding> {
    // A byte more, so that a tile that is too long is seen to be.
    const bytes = await this.#bytes(formatTilePath(address), TILE_WIDTH * HASH_BYTES + 1);
    return (
      bytes ??
      finding(
        'missing-tile',
        `The register does not give tile ${address.index} of level ${address.level}, which its checkpoint covers`,
        address.index * TILE_WIDTH ** (address.level + 1),
      )
    );
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  async #text(path: string): Promise<string> {
    const bytes = await this.#bytes(path, MOST_NOTE_BYTES);
    if (bytes === undefined)
      throw new AuditEnd(
        AUDITOR_EXIT.unreadable,
        `${this.#url} has no /${path}: is this a register, of release 0.7 or later?`,
      );
    // What is not UTF-8 becomes what no signature is of.
    return bytes.toString('utf8');
  }

  /** What is at a path; undefined if it is not found. Asks again a bounded number of times. */
  async #bytes(path: string, most: number): Promise<Buffer | undefined> {
    const { attempts, pauseMs, longestPauseMs } = this.#retries;
    for (let attempt = 1; ; attempt++) {
      const got = await this.#once(path, most);
      if (!(got instanceof Passing)) return got;
      const pause = Math.max(got.afterMs, pauseMs * 2 ** (attempt - 1));
      if (attempt === attempts || pause > longestPauseMs)
        throw cannotBe('read', `${this.#url}/${path}`, got.why);
      await sleep(pause, undefined, { signal: this.#signal });
    }
  }

  async #once(path: string, most: number): Promise<Buffer | undefined | Passing> {
    const url = `${this.#url}/${path}`;
    try {
      const signal = AbortSignal.any([this.#signal, AbortSignal.timeout(this.#retries.timeoutMs)]);
      const response = await fetch(url, { headers: this.#headers, signal });
      const { status } = response;
      if (status === 200) return await bodyOf(response, most);
      await response.body?.cancel();
      if (status === 404) return undefined;
      const why = `it answers ${status}`;
      if (PASSING.includes(status)) return new Passing(why, afterIn(response.headers.get('retry-after')));
      throw new AuditEnd(AUDITOR_EXIT.unreadable, `${url} cannot be read: ${why}`);
    } catch (error) {
      this.#signal.throwIfAborted();
      if (error instanceof AuditEnd) throw error;
      return new Passing(reasonIn(error), 0);
    }
  }
}

function* bundlesOf(size: number): Generator<TileAddress> {
  for (let index = 0; index * TILE_WIDTH < size; index++)
    yield { level: 'entries', index, width: widthAt('entries', index, size) };
}

/** A failure after which a later attempt may succeed. */
class Passing {
  constructor(
    readonly why: string,
    readonly afterMs: number,
  ) {}
}

/** What a `Retry-After` asks to wait: seconds, or a date. */
function afterIn(header: string | null): number {
  if (header === null) return 0;
  const ms = /^[0-9]+$/.test(header) ? Number(header) * 1_000 : Date.parse(header) - Date.now();
  return ms > 0 ? ms : 0;
}

/** The body of a response, cut off where it gets longer than it may be. */
async function bodyOf(response: Response, most: number): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    parts.push(part);
    length += part.byteLength;
    if (length > most) break;
  }
  return Buffer.concat(parts, Math.min(length, most));
}
