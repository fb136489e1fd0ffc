import { hash } from 'node:crypto';
import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { format, parse } from 'node:path';
import { OWN_FILE } from './sqlite-file';

/** How far a log has come: the position of an event, and the leaf hash of the bytes there, in hexadecimal. */
export interface Head {
  readonly position: number;
  readonly hash: string;
}

/** `register.head` beside `register.db`. */
export function headFileOf(log: string): string {
  const { dir, name } = parse(log);
  return format({ dir, name, ext: '.head' });
}

/**
 * The head that was kept beside a log. `missing`: the file does not exist, is empty, or holds zeros, as a
 * loss of power may leave it, because it is not flushed. `damaged`: the file is not what was written.
 */
export function readHead(log: string): Head | 'missing' | 'damaged' {
  const found = statSync(headFileOf(log), { throwIfNoEntry: false });
  if (found === undefined) return 'missing';
  // Opening a pipe would wait until somebody writes into it.
  if (!found.isFile()) return 'damaged';
  const text = readFileSync(headFileOf(log), 'latin1');
  if (/^\0*$/.test(text)) return 'missing';
  const [, content = '', sum] = /^(\{.*\})\n([0-9a-f]{64})\n$/s.exec(text) ?? [];
  if (sum === undefined || sum !== hash('sha256', content)) return 'damaged';
  const { position, hash: leaf } = (
    JSON.parse(content) as { readonly head: Record<'position' | 'hash', string> }
  ).head;
  return { position: Number(position), hash: leaf };
}

/**
 * Keeps how far a log has come, beside it: one JSON object, to which later releases may add, and a line with
 * the SHA-256 of its bytes. The file is whole at any time. It is not flushed, so that after a crash it may be
 * behind the log, but never ahead.
 */
export function writeHead(log: string, { position, hash: leaf }: Head): void {
  const content = JSON.stringify({ format: 1, head: { position: String(position), hash: leaf } });
  const file = headFileOf(log);
  writeFileSync(`${file}-new`, `${content}\n${hash('sha256', content)}\n`, { mode: OWN_FILE });
  renameSync(`${file}-new`, file);
}

/** Removes the head: a log without events has none. */
export function removeHead(log: string): void {
  rmSync(headFileOf(log), { force: true });
}

/** How often, in milliseconds, the head is kept beside the log at the most: the first append after a pause at once. */
const KEEP_HEAD_EVERY = 800;

/** Keeps how far a log has come beside it. */
export class HeadKeeper {
  #tip: { readonly position: number; readonly hash: () => string } | undefined;
  /** When a head was kept last, by the clock of the process. */
  #kept = -Infinity;
  #keeping: NodeJS.Timeout | undefined;

  constructor(private readonly log: string) {}

  /** Keeps a head now or, where one was kept just now, a moment later. `hash`: of the event there, worked out then. */
  keep(position: number, hash: () => string): void {
    this.#tip = { position, hash };
    if (this.#keeping !== undefined) return;
    const wait = this.#kept + KEEP_HEAD_EVERY - performance.now();
    if (wait > 0)
      this.#keeping = setTimeout(() => {
        this.keepNow();
      }, wait).unref();
    else this.keepNow();
  }

  /** Keeps the head that was told last, if it has not been kept. */
  keepNow(): void {
    clearTimeout(this.#keeping);
    this.#keeping = undefined;
    if (this.#tip === undefined) return;
    this.#kept = performance.now();
    try {
      const { position, hash } = this.#tip;
      writeHead(this.log, { position, hash: hash() });
      this.#tip = undefined;
    } catch {
      // Where there is no room the former one stays, which is as true; the next append tries again.
    }
  }
}
