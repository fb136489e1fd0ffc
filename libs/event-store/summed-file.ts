import { hash } from 'node:crypto';
import { readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { flush, OWN_FILE } from './sqlite-file';

/** What a small file holds: one JSON object. */
export type KeptObject = Readonly<Record<string, unknown>>;

/**
 * The object in a file that {@link writeSummed} wrote. `missing`: the file does not exist, is empty, or holds zeros, as a
 * loss of power may leave one that was not flushed. `damaged`: the file is not what was written.
 */
export function readSummed(file: string): KeptObject | 'missing' | 'damaged' {
  const found = statSync(file, { throwIfNoEntry: false });
  if (found === undefined) return 'missing';
  // Opening a pipe would wait until somebody writes into it.
  if (!found.isFile()) return 'damaged';
  const text = readFileSync(file, 'utf8');
  if (/^\0*$/.test(text)) return 'missing';
  const [, content = '', sum] = /^(\{.*\})\n([0-9a-f]{64})\n$/s.exec(text) ?? [];
  return sum === undefined || sum !== hash('sha256', content)
    ? 'damaged'
    : (JSON.parse(content) as KeptObject);
}

/**
 * Writes one JSON object, and a line with the SHA-256 of its bytes, into a file for its own user alone. The file is whole at
 * any time. `flushed`: it is on the disk before this returns.
 */
export function writeSummed(
  file: string,
  content: KeptObject,
  { flushed = false }: { readonly flushed?: boolean } = {},
): void {
  const text = JSON.stringify(content);
  writeFileSync(`${file}-new`, `${text}\n${hash('sha256', text)}\n`, { mode: OWN_FILE });
  if (flushed) flush(`${file}-new`);
  renameSync(`${file}-new`, file);
}
