import { createReadStream, createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { problemPage } from '@app/application/problem-pages';
import { counted, teller } from '../teller';
import { dayInWords, untilInWords } from '../web/words';
import { Ending, EXIT } from './ending';
import { arrayLoad, linesLoad } from './events-load';
import { Lines, mendOf, type Fault, type Item, type Load } from './load';
import { patiently, type Patience } from './patience';
import { ProblemsFile } from './problems-file';
import { RegisterAt } from './register';
import { Sending, type Taken } from './sending';
import { survey } from './survey';
import { columnsIn, lookupIn, nameOf, sourceOf, tableLoad } from './table-load';

export interface PostOptions {
  readonly type?: string;
  readonly source?: string;
  readonly map: readonly string[];
  readonly with?: string;
  readonly on?: string;
  readonly encoding?: string;
  readonly url: string;
  readonly key: string;
  readonly dryRun?: boolean;
  /** In seconds. */
  readonly patience: number;
}

/** The register’s answer to a batch, as far as it is shown. */
interface Batch {
  readonly accepted: number;
  readonly duplicates: number;
  readonly refused: number;
  readonly rejected: readonly ({ readonly problem: Fault } & (
    { readonly line: number } | { readonly index: number }
  ))[];
  readonly unknownColumns?: readonly string[];
  readonly missingColumns?: readonly string[];
  readonly effects?: {
    readonly on: string;
    readonly changed: number;
    readonly summary: readonly ({ readonly setting: string } & Readonly<Record<string, string | number>>)[];
    readonly providers: readonly Changed[];
  } | null;
}

/** A provider whose answer would change in a setting, from a day on. */
interface Changed {
  readonly provider: { readonly key: string; readonly name: string | null };
  readonly setting: string;
  readonly from: string;
  readonly before: Standing | null;
  readonly after: Standing | null;
}

interface Standing {
  readonly outcome: string;
  readonly eligibleUntil: string | null;
}

/** What became of all. */
interface Tally {
  accepted: number;
  there: number;
  refused: number;
  last: number;
  readonly warnings: Map<string, number>;
  /** The first of those that are refused, to be shown. */
  readonly first: string[];
  /** The codes of all of them. */
  readonly codes: Set<string>;
}

/** So many of those that are refused are shown. */
const SHOWN = 5;
/** So many of those whose answers would change. */
const CHANGED_SHOWN = 10;
const STDIN = '-';

/** Posts a file of events; resolves to the exit code. */
export async function post(file: string, options: PostOptions, signal: AbortSignal): Promise<number> {
  if (file !== STDIN) return postFile(file, nameOf(file), options, signal);
  if (options.type !== undefined && options.source === undefined)
    throw new Ending(EXIT.usage, 'What comes from standard input has no name: say --source');
  // What is looked through before it is sent has to be had whole.
  const folder = mkdtempSync(join(tmpdir(), 'guidance-register-'));
  try {
    const kept = join(folder, options.type === undefined ? 'stdin.ndjson' : 'stdin.csv');
    await pipeline(process.stdin, createWriteStream(kept), { signal });
    return await postFile(kept, 'stdin', options, signal);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function postFile(
  file: string,
  beside: string,
  options: PostOptions,
  signal: AbortSignal,
): Promise<number> {
  const register = new RegisterAt(options.url, options.key);
  const { load, query } = await loadOf(file, options);
  const words = { done: 0, refused: 0, began: performance.now() };
  const shown = () => {
    const rate = Math.round((words.done * 1_000) / (performance.now() - words.began + 1));
    return `${counted(words.done)} of ${counted(load.count)} sent, ${counted(words.refused)} refused, ${counted(rate)} a second`;
  };
  const told = teller(load.count, `${counted(load.count)} events`);
  const patience: Patience = { longest: options.patience * 1_000, signal, say: told.say };
  const problems = new ProblemsFile(beside, load.problems);
  const tally: Tally = {
    accepted: 0,
    there: 0,
    refused: 0,
    last: -1,
    warnings: new Map(),
    first: [],
    codes: new Set(),
  };
  const refuse = (item: Item, fault: Fault) => {
    tally.refused++;
    words.refused++;
    tally.codes.add(fault.code);
    problems.add(item, fault);
    if (tally.first.length < SHOWN) tally.first.push(refusedInWords(item, fault));
  };
  let effects: Batch['effects'];
  try {
    await lookFirst(register, load, query, patience);
    if (options.dryRun === true) {
      const tell = (sent: number) => {
        words.done = sent;
        told.tell(sent, shown);
      };
      effects = await tryAll(register, load, query, patience, { tally, refuse, tell });
    } else {
      const head = await headOf(register, patience);
      const sending = new Sending(register, `${load.path}?${query}`, load, (item, answer) => {
        if ('code' in answer) refuse(item, answer);
        else take(answer, head, tally);
        words.done++;
        told.tell(words.done, shown);
      });
      await patiently(
        () => sending.attempt(signal),
        patience,
        () => sending.answered,
      );
    }
  } catch (error) {
    told.end();
    problems.close();
    if (signal.aborted || (error instanceof Ending && error.code === EXIT.later))
      process.stdout.write(endInWords(tally, problems.name, options.dryRun === true, 'at least '));
    const goOn = 'To go on, give the same command again: what stands already is not posted twice';
    if (signal.aborted) throw new Ending(EXIT.interrupted, `Stopped. ${goOn}`);
    if (error instanceof Ending && error.code === EXIT.later)
      throw new Ending(EXIT.later, `${error.message}. ${goOn}`);
    throw error;
  }
  told.end();
  problems.close();
  process.stdout.write(endInWords(tally, problems.name, options.dryRun === true));
  if (effects) process.stdout.write(effectsInWords(effects));
  if (problems.name !== undefined && options.dryRun !== true)
    process.stderr.write(`${mendInWords(tally.codes, problems.name).join('\n')}\n`);
  return tally.refused > 0 ? EXIT.refused : EXIT.done;
}

/** What is in the file, and how the register is to take it. */
async function loadOf(
  file: string,
  options: PostOptions,
): Promise<{ readonly load: Load; readonly query: string }> {
  const { type, map, encoding } = options;
  const found = await survey(file);
  if (/\.(?:ndjson|jsonl|json)$/i.test(file)) {
    const given = [
      ...(type === undefined ? [] : ['--type']),
      ...(options.source === undefined ? [] : ['--source']),
      ...(map.length === 0 ? [] : ['--map']),
      ...(options.with === undefined ? [] : ['--with']),
    ];
    if (given.length > 0)
      throw new Ending(EXIT.usage, `${given.join(', ')}: events in JSON say that themselves`);
    const isLines = !/\.json$/i.test(file) && !(await beginsWith(file, '['));
    return { load: isLines ? linesLoad(file, found.lines) : await arrayLoad(file), query: '' };
  }
  if (type === undefined)
    throw new Ending(EXIT.usage, 'Say of which type the rows are: --type AccreditationAwarded, for example');
  const charset = charsetOf(file, encoding, found.charset);
  const source = options.source ?? sourceOf(file);
  if (options.source === undefined)
    process.stderr.write(
      `The source is ${source}, from the file’s name. By it a file is known when it is posted again or retracted: keep to it, or say --source. Source and ids are public for ever: let no names of people be in them.\n`,
    );
  const columns = await columnsIn(file, charset);
  const lookup =
    options.with === undefined || options.on === undefined
      ? undefined
      : await lookupIn(
          options.with,
          options.on,
          charsetOf(options.with, undefined, (await survey(options.with)).charset),
          columns,
        );
  const load = await tableLoad(file, charset, Math.max(found.lines - 1, 0), lookup);
  const query = new URLSearchParams([['type', type], ['source', source], ...map.map((one) => ['map', one])]);
  return { load, query: query.toString() };
}

async function beginsWith(file: string, wanted: string): Promise<boolean> {
  for await (const chunk of createReadStream(file, 'utf8') as AsyncIterable<string>) {
    const text = chunk.replace(/^\uFEFF/, '').trimStart();
    if (text !== '') return text.startsWith(wanted);
  }
  return false;
}

/** The encoding to read a table in, said where it had to be guessed. */
export function charsetOf(
  file: string,
  given: string | undefined,
  found: string | undefined,
): string | undefined {
  if (given === undefined && found !== undefined) {
    const why = found === 'macintosh' ? ', for its lines end as on an old Mac' : '';
    process.stderr.write(
      `${file} is neither UTF-8 nor UTF-16. It is read as ${found}${why}; where letters come out wrong, say --encoding.\n`,
    );
  }
  return given ?? found;
}

/** Has the key, the options and the columns looked at before anything is sent; says which columns mean nothing. */
async function lookFirst(register: RegisterAt, load: Load, query: string, patience: Patience): Promise<void> {
  const { text } = await patiently(
    () =>
      register.text(
        `${load.path}?dryRun=true&${query}`,
        { type: load.type, accept: 'application/json', body: asText(`${load.header}\n`) },
        patience.signal,
      ),
    patience,
  );
  const { unknownColumns = [], missingColumns = [] } = JSON.parse(text) as Batch;
  const unknown = unknownColumns.filter((name) => load.columns.includes(name));
  if (unknown.length > 0) process.stderr.write(`Nothing is taken from the columns ${unknown.join(', ')}.\n`);
  if (missingColumns.length === 0) return;
  throw new Ending(
    EXIT.usage,
    `No column has ${missingColumns.join(', ')}, which every such event has. Map them: --map '${missingColumns[0] ?? ''}={Column}', or text that is the same in every row`,
  );
}

async function* asText(text: string): AsyncGenerator<string> {
  yield await Promise.resolve(text);
}

/**
 * Position of the last event of the log before anything is sent: what stands after it has come in by this sending, also
 * where its answer did not come through.
 */
async function headOf(register: RegisterAt, patience: Patience): Promise<number> {
  const { text } = await patiently(() => register.text('/v1/policies', undefined, patience.signal), patience);
  return Number((JSON.parse(text) as { knownAt: { position: string } }).knownAt.position);
}

function take({ position, warnings }: Taken, head: number, tally: Tally): void {
  const at = Number(position);
  if (at > head && at > tally.last) tally.accepted++;
  else tally.there++;
  tally.last = Math.max(tally.last, at);
  for (const { code } of warnings) tally.warnings.set(code, (tally.warnings.get(code) ?? 0) + 1);
}

interface Trying {
  readonly tally: Tally;
  readonly refuse: (item: Item, fault: Fault) => void;
  readonly tell: (sent: number) => void;
}

/** Has all of it judged, and nothing written. */
async function tryAll(
  register: RegisterAt,
  load: Load,
  query: string,
  patience: Patience,
  { tally, refuse, tell }: Trying,
): Promise<Batch['effects']> {
  const { text } = await patiently(
    () =>
      register.text(
        `${load.path}?dryRun=true&${query}`,
        { type: load.type, accept: 'application/json', body: laidOut(load, tell) },
        patience.signal,
      ),
    patience,
  );
  const batch = JSON.parse(text) as Batch;
  Object.assign(tally, { accepted: batch.accepted, there: batch.duplicates });
  const rejected = new Map(batch.rejected.map((one) => ['line' in one ? one.line : one.index, one.problem]));
  for await (const { item, place } of placed(load)) {
    const fault = item.fault ?? (place === undefined ? undefined : rejected.get(place));
    if (fault) refuse(item, fault);
  }
  const untold = batch.refused - batch.rejected.length;
  tally.refused += untold;
  if (untold > 0)
    process.stderr.write(
      `Of those that are refused only the first ${counted(batch.rejected.length)} are told.\n`,
    );
  return batch.effects;
}

async function* laidOut(load: Load, tell: (sent: number) => void): AsyncGenerator<string> {
  const lines = new Lines();
  let sent = 0;
  if (load.header !== '') yield lines.put(load.header).text;
  for await (const part of load.items()) {
    sent += part.length;
    yield part.map(({ text, line, fault }) => (fault ? '' : lines.put(text, line).text)).join('');
    tell(sent);
  }
}

/** Every item with its place as the register names it: its line in a table, else its number among those sent. */
async function* placed(load: Load): AsyncGenerator<{ readonly item: Item; readonly place?: number }> {
  const lines = new Lines();
  let index = 0;
  if (load.header !== '') lines.put(load.header);
  for await (const part of load.items()) {
    for (const item of part) {
      if (item.fault) yield { item };
      else if (load.type === 'text/csv') yield { item, place: lines.put(item.text, item.line).line };
      else yield { item, place: index++ };
    }
  }
}

function refusedInWords({ line }: Item, fault: Fault): string {
  return `  line ${line}: ${fault.code}. ${mendOf(fault)}`;
}

/** How to go on after a posting some of which is refused: rows are mended where their form is wrong, else as the rule says. */
function mendInWords(codes: ReadonlySet<string>, problems: string): readonly string[] {
  const rules = [...codes].filter((code) => !FORMS.includes(code));
  return [
    ...(rules.length < codes.size ? [`Mend the rows in ${problems} whose form is wrong.`] : []),
    ...rules.flatMap((code) => {
      const mend = problemPage(code)?.page.mend;
      return mend === undefined ? [] : [`${code}: ${mend.replaceAll('`', '')}`];
    }),
    `Then post ${problems} with the same options: the ids in it are free.`,
  ];
}

/** The codes of what no register could take. */
const FORMS = ['malformed', 'invalid-event'];

/** `least`: stands before numbers that may be higher by what was sent and not answered. */
function endInWords(tally: Tally, problems: string | undefined, dryRun: boolean, least = ''): string {
  const { accepted, there, refused, last, warnings, first } = tally;
  const lines = [
    `${dryRun ? 'would be accepted' : 'accepted'}: ${least}${counted(accepted)}`,
    `there already: ${least}${counted(there)}`,
    `refused: ${least}${counted(refused)}`,
    ...first,
    ...(refused > first.length && first.length > 0 ? [`  and ${counted(refused - first.length)} more`] : []),
    ...[...warnings].map(([code, times]) => `taken with the warning ${code}: ${counted(times)}`),
    ...(last < 0 ? [] : [`last position: ${last}`]),
    ...(problems === undefined ? [] : [`problems: ${problems}`]),
  ];
  return `${lines.join('\n')}\n`;
}

/** What would change, setting by setting; settings in which nothing would are left out. */
function effectsInWords({ on, changed, summary, providers }: NonNullable<Batch['effects']>): string {
  const lines = summary.flatMap(({ setting, ...counts }) => {
    const told = Object.entries(counts).flatMap(([kind, count]) =>
      typeof count === 'number' && count > 0 ? [`${counted(count)} ${kind}`] : [],
    );
    return told.length === 0 ? [] : [`  ${setting}: ${told.join(', ')}`];
  });
  const first = providers
    .slice(0, CHANGED_SHOWN)
    .map(
      ({ provider: { key, name }, setting, from, before, after }) =>
        `  ${name ?? key}, ${setting}, from ${dayInWords(from)}: ${standingInWords(before)} → ${standingInWords(after)}`,
    );
  const more = changed - first.length;
  return `${[
    `answers that would change on ${on}: ${counted(changed)}`,
    ...lines,
    ...first,
    ...(more > 0 && first.length > 0 ? [`  and ${counted(more)} more`] : []),
  ].join('\n')}\n`;
}

function standingInWords(standing: Standing | null): string {
  if (standing === null) return 'not registered';
  const { outcome, eligibleUntil } = standing;
  if (outcome !== 'eligible' || eligibleUntil === null) return outcome;
  return `${outcome} ${untilInWords(eligibleUntil)}`;
}
