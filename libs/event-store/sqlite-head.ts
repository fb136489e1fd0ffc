import { rmSync } from 'node:fs';
import { format, parse } from 'node:path';
import { readSummed, writeSummed, type KeptObject } from './summed-file';

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
 * The head that was kept beside a log. `missing`: none was kept, or its file was lost by a loss of power. `damaged`: the file
 * is not what was written.
 */
export function readHead(log: string): Head | 'missing' | 'damaged' {
  const content = readSummed(headFileOf(log));
  if (typeof content === 'string') return content;
  const head = content['head'] as Readonly<Record<'position' | 'hash', string>> | undefined;
  return head === undefined ? 'missing' : { position: Number(head.position), hash: head.hash };
}

/**
 * Keeps how far a log has come, beside it. The file is not flushed, so that after a crash it may be behind the log, but never
 * ahead.
 */
export function writeHead(log: string, { position, hash }: Head): void {
  keepBeside(log, { head: { position: String(position), hash } });
}

/** Removes the head: a log without events has none. What else is kept in its file stays. */
export function removeHead(log: string): void {
  keepBeside(log, { head: undefined });
}

/** What else is kept in the file of the head; none of it if the file is missing or damaged. */
export function keptBeside(log: string): KeptObject {
  const content = readSummed(headFileOf(log));
  return typeof content === 'string' ? {} : content;
}

/** Replaces members of the file of the head, and leaves its others as they are; undefined takes a member away. */
export function keepBeside(log: string, members: KeptObject): void {
  const { format: _, ...kept } = keptBeside(log);
  const content = Object.entries({ ...kept, ...members }).filter(([, member]) => member !== undefined);
  if (content.length > 0) writeSummed(headFileOf(log), { format: 1, ...Object.fromEntries(content) });
  else rmSync(headFileOf(log), { force: true });
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
