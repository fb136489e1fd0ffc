import { isFinding, type Finding } from '@app/transparency/finding';
import type { EntryBatch, Flaw } from './form-check';
import { formChecker, type FormChecker } from './form-checker';
import type { Entries, LogSource } from './source';

/** What reads a log, event by event, in order. */
export interface LogReader {
  /** The leaf hashes of the next events. */
  hashed(hashes: Uint8Array): void;
  /** The next event, whose form is sound; not called any more after a flaw. Returns what is wrong with it. */
  take(text: string, position: number): Flaw | undefined;
  /** How many events were read. */
  told(done: number): void;
}

/** The most events of a batch: enough that handing it to another thread costs nothing. */
const BATCH = 2_048;
/** How many batches another thread may be ahead. */
const AHEAD = 3;

interface Given {
  readonly entries: Entries;
  readonly first: number;
  readonly checked: ReturnType<FormChecker['check']>;
}

/**
 * Reads the first `size` events of a source to the end, also if one is flawed: its hashes say what was done. Returns the first
 * flaw of an event, and what the source withholds or garbles.
 */
export async function readLog(
  source: LogSource,
  size: number,
  reader: LogReader,
): Promise<{ readonly flaw: Flaw | undefined; readonly withheld: Finding | undefined }> {
  const checker = formChecker(size);
  const given: Given[] = [];
  let flaw: Flaw | undefined;
  let [read, batch, length]: [number, Buffer[], number] = [0, [], 0];
  const settle = async ({ entries, first, checked }: Given) => {
    const { hashes, flaw: inForm } = await checked;
    reader.hashed(hashes);
    const sound = inForm ? inForm.position - first : entries.length;
    for (let i = 0; i < sound && !flaw; i++)
      flaw = reader.take(entries[i]?.toString('utf8') ?? '', first + i);
    flaw ??= inForm;
    reader.told(first + entries.length);
  };
  const give = () => {
    if (batch.length === 0) return;
    given.push({ entries: batch, first: read, checked: checker.check(packed(batch, length, read)) });
    read += batch.length;
    [batch, length] = [[], 0];
  };
  try {
    let withheld: Finding | undefined;
    for await (const entries of source.bundles(size)) {
      if (isFinding(entries)) {
        withheld = entries;
        break;
      }
      for (const entry of entries) length += entry.byteLength;
      batch.push(...entries);
      if (batch.length < BATCH) continue;
      give();
      if (given.length > AHEAD) for (const first of given.splice(0, 1)) await settle(first);
    }
    give();
    for (const one of given) await settle(one);
    return { flaw, withheld };
  } finally {
    await checker.close();
  }
}

function packed(entries: Entries, length: number, first: number): EntryBatch {
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const entry of entries) {
    bytes.set(entry, at);
    at += entry.byteLength;
  }
  return { first, bytes, lengths: Uint16Array.from(entries, ({ byteLength }) => byteLength) };
}
