import { createReadStream } from 'node:fs';
import { open, rename, rm, stat } from 'node:fs/promises';
import { PassThrough } from 'node:stream';
import { readTable } from '@app/application/spreadsheet/table';
import type { Answer } from '@app/domain/eligibility';
import { counted } from '../teller';
import {
  capitalised,
  daysInWords,
  eventsInWords,
  knownInWords,
  questionInWords,
  reasonInWords,
  reasonsInWords,
  requirementInWords,
  verdictInWords,
  warningInWords,
} from '../web/words';
import { BrokenOff, Ending, EXIT, unreadable } from './ending';
import { charsetOf } from './post';
import { unwritable } from './problems-file';
import { RegisterAt } from './register';
import { survey } from './survey';

export interface CheckOptions {
  readonly setting: string;
  readonly on?: string;
  readonly from?: string;
  readonly until?: string;
  readonly adviser: readonly string[];
  readonly knownAt?: string;
  readonly map: readonly string[];
  readonly encoding?: string;
  readonly output?: string;
  readonly json?: boolean;
  readonly force?: boolean;
  readonly url: string;
  readonly key?: string;
}

const ENDS: Readonly<Record<string, number>> = {
  eligible: EXIT.done,
  'not-eligible': EXIT.refused,
  indeterminate: EXIT.indeterminate,
};

/** Asks about one provider; resolves to the exit code. */
export async function checkProvider(
  key: string,
  options: CheckOptions,
  signal: AbortSignal,
): Promise<number> {
  const { setting, on, from, until, knownAt, adviser } = options;
  const query = new URLSearchParams([
    ['setting', setting],
    ...Object.entries({ on, from, until, knownAt }).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value]],
    ),
    ...adviser.map((one) => ['adviser', one]),
  ]);
  const path = `/v1/providers/${pathOf(key)}/eligibility?${query.toString()}`;
  const { text, headers } = await once(() =>
    new RegisterAt(options.url, options.key).text(path, undefined, signal),
  );
  const answer = JSON.parse(text) as Answer;
  const kept = options.url + (headers['content-location'] ?? path);
  process.stdout.write(options.json === true ? `${text}\n` : `${inWords(answer, kept).join('\n')}\n`);
  return ENDS[answer.outcome] ?? EXIT.refused;
}

/** A key as it stands in a path. */
export function pathOf(key: string): string {
  return encodeURIComponent(key).replaceAll('%3A', ':');
}

/** Asks once; what breaks off is for a while later. */
export async function once<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof BrokenOff) throw new Ending(EXIT.later, `${error.message}. Ask again a while later`);
    throw error;
  }
}

function inWords(answer: Answer, kept: string): readonly string[] {
  return [
    questionInWords(answer),
    '',
    verdictInWords(answer),
    ...reasonsInWords(answer),
    ...answer.advice.map(
      ({ requirement, reason, evidence, ...days }) =>
        `Encouraged, and not met ${daysInWords(days)}: that ${requirementInWords(answer, requirement)}, because ${reasonInWords(reason)}${evidence.length > 0 ? ` (${eventsInWords(evidence)})` : ''}.`,
    ),
    ...answer.warnings.map(
      ({ code, evidence }) => `${capitalised(warningInWords(code))} (${eventsInWords(evidence)}).`,
    ),
    '',
    knownInWords(answer),
    `To keep: ${kept}`,
  ];
}

/** Asks about every row of a table, and gives it back with the answers beside; resolves to the exit code. */
export async function checkTable(file: string, options: CheckOptions, signal: AbortSignal): Promise<number> {
  const { setting, on, from, until, knownAt, adviser, map, output } = options;
  const found = await survey(file);
  if (output !== undefined) await mayWrite(output, file, options.force === true);
  const charset = charsetOf(file, options.encoding, found.charset);
  const marked = found.isMarked || (charset !== undefined && !/^utf-?8$/i.test(charset));
  const fixed = { setting, on, from, until, knownAt, advisers: adviser.join(';') };
  const query = new URLSearchParams([
    ...map.map((one) => ['map', one]),
    ...Object.entries(fixed).flatMap(([name, value]) =>
      value === undefined || value === '' ? [] : [['map', `${name}=${value}`]],
    ),
  ]);
  const body = createReadStream(file) as AsyncIterable<Buffer>;
  const type = charset === undefined ? 'text/csv' : `text/csv; charset=${charset}`;
  const { chunks } = await once(() =>
    new RegisterAt(options.url, options.key).ask(
      `/v1/eligibility?${query.toString()}`,
      { type, accept: 'text/csv', body: readable(file, body) },
      signal,
    ),
  );
  const copy = new PassThrough();
  const tally = tallied(copy);
  const written = (async function* () {
    for await (const chunk of chunks) {
      if (!copy.write(chunk)) await new Promise((resolve) => copy.once('drain', resolve));
      yield chunk;
    }
    copy.end();
  })();
  await once(() => (output === undefined ? toStdout(written) : toFile(output, written, marked)));
  const outcomes = await tally;
  const told = [...outcomes].map(([outcome, rows]) => `${outcome} ${counted(rows)}`);
  process.stderr.write(`${told.join(', ') || 'no rows'}${output === undefined ? '' : `: ${output}`}\n`);
  if ([...outcomes.keys()].every((outcome) => outcome === 'eligible')) return EXIT.done;
  return outcomes.has('not-eligible') || outcomes.has(PROBLEM) ? EXIT.refused : EXIT.indeterminate;
}

const PROBLEM = 'not answered';

/** How many rows of an answered table have which outcome. */
async function tallied(source: AsyncIterable<Buffer>): Promise<ReadonlyMap<string, number>> {
  const outcomes = new Map<string, number>();
  const table = await readTable(source);
  if ('code' in table) return outcomes;
  const at = table.columns.lastIndexOf('outcome');
  for await (const rows of table.rows) {
    for (const { cells } of rows) {
      const outcome = cells[at] ?? '';
      const said = outcome === '' ? PROBLEM : outcome;
      outcomes.set(said, (outcomes.get(said) ?? 0) + 1);
    }
  }
  return outcomes;
}

async function* readable(file: string, chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  try {
    yield* chunks;
  } catch (error) {
    throw unreadable(file, error);
  }
}

async function toStdout(chunks: AsyncIterable<Buffer>): Promise<void> {
  for await (const chunk of chunks)
    if (!process.stdout.write(chunk)) await new Promise((resolve) => process.stdout.once('drain', resolve));
}

/** Ends the program where answers would be written over the table itself, or over another file unless that is forced. */
async function mayWrite(output: string, input: string, force: boolean): Promise<void> {
  const there = await stat(output).catch(() => undefined);
  if (!there) return;
  const { dev, ino } = await stat(input);
  if (there.dev === dev && there.ino === ino)
    throw new Ending(EXIT.usage, `${output} is the table itself: name another file with --output`);
  if (!force)
    throw new Ending(
      EXIT.usage,
      `${output} is there already: name another file, or say --force to replace it`,
    );
}

const MARK = Buffer.from('\uFEFF');

/**
 * The file is there once it is whole, and what was there before until then. `marked`: it begins with a byte-order mark, for
 * spreadsheets that would not take it for UTF-8 without, where the table came from one of those.
 */
async function toFile(file: string, chunks: AsyncIterable<Buffer>, marked: boolean): Promise<void> {
  const unfinished = `${file}.unfinished`;
  try {
    const handle = await open(unfinished, 'w');
    try {
      let isFirst = true;
      for await (const chunk of chunks) {
        if (isFirst && marked && !chunk.subarray(0, MARK.length).equals(MARK)) await handle.writeFile(MARK);
        isFirst = false;
        await handle.writeFile(chunk);
      }
    } finally {
      await handle.close();
    }
    await rename(unfinished, file);
  } catch (error) {
    await rm(unfinished, { force: true });
    if (error instanceof BrokenOff) throw error;
    throw unwritable(file, error);
  }
}
