import { isRefusal } from '@app/http-contract/problem/refusal-error';
import { open, rename, rm, stat } from 'node:fs/promises';
import { PassThrough } from 'node:stream';
import { answersAtEnd } from '@app/tables/answer-columns';
import { questionDaysIn, surveyQuestions } from '@app/tables/question-sheet';
import { lineOf, readTable } from '@app/tables/table';
import { readableNumber } from '@app/terminal/progress';
import { daysOfOptions, type CheckOptions } from './check';
import { BrokenOff, Ending, EXIT, exitOf } from '../exit-codes';
import { inOptions, Lines } from '../upload/upload-source';
import { columnsDecided, linesInWords, SeenDays, type SaidOfTable } from '../post/look';
import type { HeaderSurvey } from '@app/tables/columns';
import type { Mapping } from '@app/tables/mapping';
import { unwritable } from '../upload/problems-file';
import { linesIn, once, RegisterAt } from '../register';
import { tableFile, type TableFile } from '../upload/table-file';
import { quoted } from '../upload/table-load';
import { MERGED } from '../upload/workbook';

/** The delimiters that the register recognises by itself. */
const USUAL = [',', ';', '\t'];

/**
 * Asks about every row of a table, and writes the table with an answer beside each row. Resolves to the exit
 * code.
 */
export async function checkTable(file: string, options: CheckOptions, signal: AbortSignal): Promise<number> {
  const { setting, knownAt, adviser, school, policy, output, json = false } = options;
  const { encoding, delimiter, sheet, dates } = options;
  if (output !== undefined) await mayWrite(output, file, options.force === true);
  const table = await tableFile(file, { encoding, delimiter, sheet });
  if (table.broken.length > 0)
    throw new Ending(
      EXIT.usage,
      `${file} is UTF-8, but for bytes on ${linesInWords(table.broken)}, which could not be given back as they are: correct them there, and save the file as CSV UTF-8`,
    );
  const fixed = { setting, ...daysOfOptions(options), knownAt, school, advisers: adviser.join(';') };
  const map = [
    ...options.map,
    ...Object.entries(fixed).flatMap(([name, value]) =>
      value === undefined || value === '' ? [] : [`${name}=${value}`],
    ),
  ];
  const own = table.columns.slice(0, table.columns.length - answersAtEnd(table.columns, () => false));
  const { said, survey } = await columnsOfQuestions(file, table.columns, own, {
    map,
    ignore: options.ignore,
    dates,
  });
  const { days, otherwise } = await lookedThrough(file, table, survey);
  days.refuse(file);
  const unused = survey.others.map(({ name }) => name).filter((name) => own.includes(name));
  const plan = [
    ...table.said,
    ...(unused.length === 0
      ? []
      : [
          `Nothing is taken from the ${unused.length === 1 ? 'column' : 'columns'} ${unused.join(', ')}: given back as it is.`,
        ]),
    ...[days.inWords() ?? []].flat(),
  ];
  if (plan.length > 0) process.stderr.write(`${plan.join(' ')}\n`);
  const query = new URLSearchParams([
    ...said.map.map((one): [string, string] => ['map', one]),
    ...said.ignore.map((one): [string, string] => ['ignore', one]),
    ...(dates === undefined ? [] : [['dates', dates] as [string, string]]),
    ...policy.map((one): [string, string] => ['policy', one]),
  ]);
  const register = new RegisterAt(options.url, options.key);
  if (otherwise.length > 0 && !(await once(() => register.heedsRows(signal))))
    throw new Ending(
      EXIT.usage,
      `${file}, ${linesInWords(otherwise)}: the row says another thing than an option or --map, and this register, which is of an earlier release, would answer the option. Nothing was asked: leave the option out, or the column with --ignore`,
    );
  const { chunks } = await once(() =>
    register.ask(
      `/v1/eligibility?${query.toString()}`,
      {
        type: 'text/csv; charset=utf-8',
        accept: json ? 'application/x-ndjson' : 'text/csv',
        body: textOf(table, survey.mapping),
      },
      signal,
    ),
  );
  const tally = await givenBack(chunks, output, json, table.isMarked && !json);
  process.stderr.write(`${tallyInWords(tally)}${output === undefined ? '' : `: ${output}`}\n`);
  return exitOf([...tally.values()].flatMap((outcomes) => [...outcomes.keys()]));
}

/** Which columns say what, once that is decided. `own`: those that are not of the answers of an earlier time. */
function columnsOfQuestions(
  file: string,
  columns: readonly string[],
  own: readonly string[],
  said: SaidOfTable,
) {
  return columnsDecided(
    file,
    said,
    (one) => surveyQuestions(columns, one),
    ({ isDoubtful }) => isDoubtful,
    (there) => {
      const missing = ['provider', 'setting'].filter((field) => !there.includes(field));
      return missing.length === 0
        ? undefined
        : `${file} has no column ${missing.join(' and no column ')}, but ${own.filter((name) => name !== '').join(', ')}. Say ${missing.map((field) => MISSING[field]).join(', and ')}`;
    },
  );
}

/** The days in the rows of a table, and the lines of those that say another thing than an option. Ends the program where a row cannot be read. */
async function lookedThrough(file: string, table: TableFile, survey: HeaderSurvey) {
  const days = new SeenDays();
  const otherwise: number[] = [];
  for await (const part of table.rows()) {
    for (const row of part) {
      if (saysOtherwise(survey.mapping, row.cells)) otherwise.push(row.line);
      if (!('refusal' in row)) days.take(questionDaysIn(survey, table.columns, row), row.line);
      else if (row.cells.length === 0)
        throw new Ending(EXIT.usage, `${file}, line ${row.line}: ${inOptions(row.refusal.detail)}`);
    }
  }
  return { days, otherwise };
}

/**
 * How many rows have which outcome, by policy where several are asked; without a policy: where one is asked,
 * and rows that were not answered.
 */
type Tally = ReadonlyMap<string | undefined, ReadonlyMap<string, number>>;

function tallyInWords(tally: Tally): string {
  const told = [...tally].map(([policy, outcomes]) => {
    const counts = [...outcomes].map(([outcome, rows]) => `${outcome} ${readableNumber(rows)}`).join(', ');
    return policy === undefined ? counts : `${policy}: ${counts}`;
  });
  return told.length === 0 ? 'no rows' : told.join('; ');
}

/** Writes the answers as they come; how many of them have which outcome. */
async function givenBack(
  chunks: AsyncIterable<Buffer>,
  output: string | undefined,
  json: boolean,
  marked: boolean,
): Promise<Tally> {
  const copy = new PassThrough();
  const tally = json ? talliedLines(copy) : tallied(copy);
  const written = copied(chunks, copy);
  await once(() => (output === undefined ? toStdout(written) : toFile(output, written, marked)));
  return tally;
}

async function* copied(chunks: AsyncIterable<Buffer>, copy: PassThrough): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    if (!copy.write(chunk)) await new Promise((resolve) => copy.once('drain', resolve));
    yield chunk;
  }
  copy.end();
}

/**
 * A table as it is sent: in UTF-8, each row on its own line number. A row is not sent if a cell that the
 * question needs is merged with others. In a column that is only given back, such a cell is empty, as it is
 * in the file.
 */
async function* textOf(table: TableFile, mapping: Mapping): AsyncGenerator<string> {
  const { columns, delimiter } = table;
  const used = new Set([...mapping.values()].flatMap(({ template, own }) => [...template, own]));
  const asGiven = (cells: readonly string[]) =>
    cells.map((cell, i) => (cell === MERGED && !used.has(i) ? '' : cell));
  const between = USUAL.includes(delimiter) ? delimiter : ';';
  const lines = new Lines();
  yield lines.put(columns.map((name) => quoted([name])).join(between)).text;
  for await (const part of table.rows())
    yield part.map(({ line, cells }) => lines.put(lineOf(asGiven(cells), between), line).text).join('');
}

/** Whether a row says a field itself, and says it differently from the option or the map of that field. */
function saysOtherwise(mapping: Mapping, cells: readonly string[]): boolean {
  return [...mapping.values()].some(({ template, own }) => {
    const its = own === undefined ? '' : (cells[own] ?? '');
    const said = template.map((part) => (typeof part === 'number' ? (cells[part] ?? '') : part)).join('');
    return its !== '' && said !== '' && said !== its;
  });
}

const MISSING: Readonly<Record<string, string>> = {
  provider: "where the key of the provider comes from, as --map 'provider=ukprn:{UKPRN}'",
  setting: 'how guidance is delivered, as --setting school-commissioned',
};

const PROBLEM = 'not answered';

/** An outcome that a row has, under a policy where several are asked. */
interface Outcome {
  readonly policy?: string | undefined;
  readonly outcome: string;
}

class Counts {
  readonly tally = new Map<string | undefined, Map<string, number>>();

  /** Counts a row with its outcomes; one without any was not answered. */
  add(outcomes: readonly Outcome[]): void {
    for (const { policy, outcome } of outcomes.length === 0 ? [{ outcome: PROBLEM }] : outcomes) {
      const counts = this.tally.get(policy) ?? new Map<string, number>();
      this.tally.set(policy, counts.set(outcome, (counts.get(outcome) ?? 0) + 1));
    }
  }
}

/** Counts the lines of answers by outcome. */
async function talliedLines(source: AsyncIterable<Buffer>): Promise<Tally> {
  const counts = new Counts();
  for await (const lines of linesIn(source)) {
    for (const line of lines) {
      const { outcome, answers } = JSON.parse(line) as ToldLine;
      const alone = outcome === undefined ? [] : [{ outcome }];
      counts.add(answers?.map(({ policy, ...one }) => ({ policy: policy.id, ...one })) ?? alone);
    }
  }
  return counts.tally;
}

interface ToldLine {
  readonly outcome?: string;
  readonly answers?: readonly { readonly policy: { readonly id: string }; readonly outcome: string }[];
}

/** Counts the rows of an answered table by outcome. */
async function tallied(source: AsyncIterable<Buffer>): Promise<Tally> {
  const counts = new Counts();
  const table = await readTable(source);
  if (isRefusal(table)) return counts.tally;
  const first = table.columns.length - answersAtEnd(table.columns, () => false);
  const columns = table.columns.flatMap((name, i) => {
    const outcome = /^outcome(?:\.(.+))?$/.exec(name);
    return outcome && i >= first ? [{ i, policy: outcome[1] }] : [];
  });
  for await (const rows of table.rows)
    for (const { cells } of rows)
      counts.add(
        columns.flatMap(({ i, policy }) => {
          const outcome = cells[i] ?? '';
          return outcome === '' ? [] : [{ policy, outcome }];
        }),
      );
  return counts.tally;
}

async function toStdout(chunks: AsyncIterable<Buffer>): Promise<void> {
  for await (const chunk of chunks)
    if (!process.stdout.write(chunk)) await new Promise((resolve) => process.stdout.once('drain', resolve));
}

/** Ends the program if the answers would overwrite the table itself, or another file without `--force`. */
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
 * Writes a file as a whole: until all is written, what was there before stays. `marked`: the file begins with
 * a byte-order mark, which spreadsheets need to take it for UTF-8, if the table came from one of them.
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
