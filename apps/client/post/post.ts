import { createReadStream, createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { problemPage } from '@app/http-contract/problem/problems';
import type { DayForm } from '@app/tables/days';
import { readableNumber, teller } from '@app/terminal/progress';
import { effectsInWords, type Effects } from './effects-in-words';
import { Ending, EXIT } from '../exit-codes';
import { arrayLoad, linesLoad } from '../upload/events-load';
import { FALLEN } from './deeds';
import { Lines, mendOf, type UploadFault, type UploadItem, type Upload } from '../upload/upload-source';
import { lookupIn } from '../check/lookup';
import { patiently, type Patience } from '../retry';
import { ProblemsFile } from '../upload/problems-file';
import { asText, RegisterAt } from '../register';
import { Sending, type Taken, type Warned } from '../upload/upload';
import { survey } from '../upload/sniff';
import { tableFile } from '../upload/table-file';
import { originalNameOf, ownColumns, sourceOf, tableLoad } from '../upload/table-load';
import { Warnings } from './warnings';

export interface PostOptions {
  readonly type?: string;
  readonly source?: string;
  readonly map: readonly string[];
  readonly ignore: readonly string[];
  readonly dates?: DayForm;
  readonly with?: string;
  readonly on?: string;
  readonly encoding?: string;
  readonly delimiter?: string;
  readonly sheet?: string;
  readonly json?: boolean;
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
  readonly rejected: readonly (Place & { readonly problem: UploadFault })[];
  readonly warnings?: readonly (Place & { readonly warnings: readonly Warned[] })[];
  readonly effects?: Effects | null;
}

type Place = { readonly line: number } | { readonly index: number };

/** What became of all. */
interface Tally {
  accepted: number;
  there: number;
  /** What stood already and counts no more: it was retracted, or a dispute of it upheld. */
  fallen: number;
  refused: number;
  last: number;
  /** The first of those that are refused, to be shown. */
  readonly first: string[];
  /** The codes of all of them. */
  readonly codes: Set<string>;
  /** The first of each, as JSON tells it. */
  readonly rejected: object[];
  readonly warnings: Warnings;
}

/** So many of those that are refused are shown. */
const SHOWN = 5;
/** So many are told as JSON, of those that are refused and of the warnings. */
const TOLD = 1_000;
const STDIN = '-';

/** Posts a file of events; resolves to the exit code. */
export async function post(file: string, options: PostOptions, signal: AbortSignal): Promise<number> {
  if (file !== STDIN) return postFile(file, originalNameOf(file), options, signal);
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
  const { dryRun = false, json = false } = options;
  const register = new RegisterAt(options.url, options.key);
  const { load, query, plan } = await loadOf(file, options);
  if (plan.length > 0) process.stderr.write(`${plan.join(' ')}\n`);
  const words = { done: 0, refused: 0, began: performance.now() };
  const shown = () => {
    const rate = Math.round((words.done * 1_000) / (performance.now() - words.began + 1));
    return `${readableNumber(words.done)} of ${readableNumber(load.count)} sent, ${readableNumber(words.refused)} refused, ${readableNumber(rate)} a second`;
  };
  const told = teller(load.count, `${readableNumber(load.count)} events`);
  const patience: Patience = { longest: options.patience * 1_000, signal, say: told.say };
  const problems = new ProblemsFile(beside, file, load.problems);
  const tally: Tally = {
    accepted: 0,
    there: 0,
    fallen: 0,
    refused: 0,
    last: -1,
    first: [],
    codes: new Set(),
    rejected: [],
    warnings: new Warnings(),
  };
  const refuse = (item: UploadItem, fault: UploadFault) => {
    tally.refused++;
    words.refused++;
    tally.codes.add(fault.code);
    problems.add(item, fault);
    if (tally.first.length < SHOWN) tally.first.push(refusedInWords(item, fault));
    if (tally.rejected.length < TOLD) {
      const { code, detail, errors } = fault;
      tally.rejected.push({ line: item.line, code, detail, ...(errors ? { errors } : {}) });
    }
  };
  const print = (effects?: Effects | null, least = '') => {
    const name = problems.name;
    process.stdout.write(
      json
        ? `${JSON.stringify(endAsJson(tally, name, effects))}\n`
        : endInWords(tally, { beside, problems: name, dryRun, least }) +
            (effects ? effectsInWords(effects) : ''),
    );
  };
  let effects: Batch['effects'];
  try {
    await lookFirst(register, load, query, patience);
    if (dryRun) {
      const tell = (sent: number) => {
        words.done = sent;
        told.tell(sent, shown);
      };
      effects = await tryAll(register, load, query, patience, { tally, refuse, tell });
    } else {
      const head = await headOf(register, patience);
      const sending = new Sending(register, `${load.path}?${query}`, load, (item, answer) => {
        if ('code' in answer) refuse(item, answer);
        else take(item, answer, head, tally);
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
    problems.close(false);
    if (signal.aborted || (error instanceof Ending && error.code === EXIT.later))
      print(undefined, 'at least ');
    const goOn = 'To go on, give the same command again: what stands already is not posted twice';
    if (signal.aborted) throw new Ending(EXIT.interrupted, `Stopped. ${goOn}`);
    if (error instanceof Ending && error.code === EXIT.later)
      throw new Ending(EXIT.later, `${error.message}. ${goOn}`);
    throw error;
  }
  told.end();
  problems.close(!dryRun);
  if (tally.refused === 0 && !dryRun) problems.dispose();
  print(effects);
  if (problems.name !== undefined && !dryRun)
    process.stderr.write(`${goOnInWords(tally.codes, problems.name).join('\n')}\n`);
  return tally.refused > 0 || tally.fallen > 0 ? EXIT.refused : EXIT.done;
}

/** What is in the file, and how the register is to take it. `plan`: what will be done, in whole sentences. */
async function loadOf(
  file: string,
  options: PostOptions,
): Promise<{ readonly load: Upload; readonly query: string; readonly plan: readonly string[] }> {
  const { type, map, ignore, dates, encoding, sheet } = options;
  const delimiter = options.delimiter;
  if (/\.(?:ndjson|jsonl|json)$/i.test(file)) {
    const given = {
      '--type': type,
      '--source': options.source,
      '--map': map[0],
      '--ignore': ignore[0],
      '--dates': dates,
      '--with': options.with,
      '--delimiter': delimiter,
      '--sheet': sheet,
    };
    const needless = Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [name]));
    if (needless.length > 0)
      throw new Ending(EXIT.usage, `${needless.join(', ')}: events in JSON say that themselves`);
    const isLines = !/\.json$/i.test(file) && !(await beginsWith(file, '['));
    const load = isLines
      ? linesLoad(file, (await survey(file)).lines, encoding)
      : await arrayLoad(file, encoding);
    return { load, query: '', plan: [] };
  }
  if (type === undefined)
    throw new Ending(EXIT.usage, 'Say of which type the rows are: --type AccreditationAwarded, for example');
  const table = await tableFile(file, { encoding, delimiter, sheet });
  const source = options.source ?? sourceOf(file);
  const lookup =
    options.with === undefined || options.on === undefined
      ? undefined
      : await lookupIn(
          options.with,
          await tableFile(options.with, { isOther: true }),
          options.on,
          ownColumns(table.columns),
        );
  const { load, said, plan } = await tableLoad(file, table, type, { map, ignore, dates }, lookup);
  const query = new URLSearchParams([
    ['type', type],
    ['source', source],
    ...said.map.map((one): [string, string] => ['map', one]),
    ...(dates === undefined ? [] : [['dates', dates] as [string, string]]),
  ]);
  const from =
    options.source === undefined
      ? [
          `The source is ${source}, from the file’s name. By it a file is known when it is posted again or retracted: keep to it, or say --source. Source and ids are public permanently: let no names of people be in them.`,
        ]
      : [];
  return { load, query: query.toString(), plan: [...plan, ...from] };
}

async function beginsWith(file: string, wanted: string): Promise<boolean> {
  for await (const chunk of createReadStream(file, 'utf8') as AsyncIterable<string>) {
    const text = chunk.replace(/^\uFEFF/, '').trimStart();
    if (text !== '') return text.startsWith(wanted);
  }
  return false;
}

/** Has the key, the options and the columns looked at before any event is sent. */
async function lookFirst(
  register: RegisterAt,
  load: Upload,
  query: string,
  patience: Patience,
): Promise<void> {
  await patiently(
    () =>
      register.text(
        `${load.path}?dryRun=true&${query}`,
        { type: load.type, accept: 'application/json', body: asText(`${load.header}\n`) },
        patience.signal,
      ),
    patience,
  );
}

/**
 * Position of the last event of the log before anything is sent: what stands after it has come in by this sending, also
 * where its answer did not come through.
 */
async function headOf(register: RegisterAt, patience: Patience): Promise<number> {
  const { text } = await patiently(() => register.text('/v1/policies', undefined, patience.signal), patience);
  return Number((JSON.parse(text) as { knownAt: { position: string } }).knownAt.position);
}

function take(item: UploadItem, { position, warnings }: Taken, head: number, tally: Tally): void {
  const at = Number(position);
  if (at > head && at > tally.last) tally.accepted++;
  else if (isFallen(warnings)) tally.fallen++;
  else tally.there++;
  tally.last = Math.max(tally.last, at);
  warn(item, warnings, tally);
}

function isFallen(warnings: readonly Warned[]): boolean {
  return warnings.some(({ code }) => FALLEN.includes(code));
}

function warn({ line }: UploadItem, warnings: readonly Warned[], tally: Tally): void {
  tally.warnings.add(
    line,
    warnings.filter(({ code }) => !FALLEN.includes(code)),
  );
}

interface Trying {
  readonly tally: Tally;
  readonly refuse: (item: UploadItem, fault: UploadFault) => void;
  readonly tell: (sent: number) => void;
}

/** Has all of it judged, and nothing written. */
async function tryAll(
  register: RegisterAt,
  load: Upload,
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
  const numbered = (place: Place) => ('line' in place ? place.line : place.index);
  const rejected = new Map(batch.rejected.map((one) => [numbered(one), one.problem]));
  const warned = new Map((batch.warnings ?? []).map((one) => [numbered(one), one.warnings]));
  for await (const { item, place = -1 } of placed(load)) {
    const fault = item.fault ?? rejected.get(place);
    if (fault) refuse(item, fault);
    const warnings = warned.get(place) ?? [];
    if (isFallen(warnings)) tally.fallen++;
    warn(item, warnings, tally);
  }
  Object.assign(tally, { accepted: batch.accepted, there: Math.max(batch.duplicates - tally.fallen, 0) });
  const untold = batch.refused - batch.rejected.length;
  tally.refused += untold;
  if (untold > 0)
    process.stderr.write(
      `Of those that are refused only the first ${readableNumber(batch.rejected.length)} are told.\n`,
    );
  return batch.effects;
}

async function* laidOut(load: Upload, tell: (sent: number) => void): AsyncGenerator<string> {
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
async function* placed(load: Upload): AsyncGenerator<{ readonly item: UploadItem; readonly place?: number }> {
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

function refusedInWords({ line }: UploadItem, fault: UploadFault): string {
  return `  line ${line}: ${fault.code}. ${mendOf(fault)}`;
}

/** How to go on after a posting some of which is refused: rows are corrected where their form is wrong, else as the rule says. */
function goOnInWords(codes: ReadonlySet<string>, problems: string): readonly string[] {
  const rules = [...codes].filter((code) => !FORMS.includes(code));
  return [
    ...(rules.length < codes.size ? [`Correct the rows in ${problems} whose form is wrong.`] : []),
    ...rules.flatMap((code) => {
      const mend = problemPage(code)?.page.mend;
      return mend === undefined ? [] : [`${code}: ${mend.replaceAll('`', '')}`];
    }),
    ...(rules.some((code) => OF_WHAT_STANDS.includes(code))
      ? [
          'What stands already is passed over where it comes from the same source with the same ids: if this file had another name before, say --source as it was then.',
        ]
      : []),
    `Then post ${problems} with the same options: the ids in it are free.`,
  ];
}

/** The codes of what may have been posted before, under another source. */
const OF_WHAT_STANDS = ['overlapping-award', 'already-registered'];
/** The codes of what no register could take. */
const FORMS = ['malformed', 'invalid-event'];

interface Telling {
  readonly beside: string;
  readonly problems: string | undefined;
  readonly dryRun: boolean;
  /** What stands before numbers that may be higher by what was sent and not answered. */
  readonly least: string;
}

function endInWords(tally: Tally, { beside, problems, dryRun, least }: Telling): string {
  const { accepted, there, fallen, refused, last, first } = tally;
  const lines = [
    `${dryRun ? 'would be accepted' : 'accepted'}: ${least}${readableNumber(accepted)}`,
    `there already: ${least}${readableNumber(there)}`,
    ...(fallen === 0
      ? []
      : [`not taken, retracted before: ${readableNumber(fallen)} (give new ids, or retract the retraction)`]),
    `refused: ${least}${readableNumber(refused)}`,
    ...first,
    ...(refused > first.length && first.length > 0
      ? [`  and ${readableNumber(refused - first.length)} more`]
      : []),
    ...tally.warnings.inWords(dryRun ? 'would be taken' : 'taken', beside),
    ...(last < 0 ? [] : [`last position: ${last}`]),
    ...(problems === undefined ? [] : [`problems: ${problems}`]),
  ];
  return `${lines.join('\n')}\n`;
}

function endAsJson(tally: Tally, problems: string | undefined, effects: Effects | null | undefined): object {
  const { accepted, there, fallen, refused, rejected, warnings, last } = tally;
  return {
    accepted,
    duplicates: there,
    retracted: fallen,
    refused,
    rejected,
    warned: warnings.rows,
    warnings: warnings.first(TOLD),
    lastPosition: last < 0 ? null : String(last),
    problems: problems ?? null,
    ...(effects === undefined ? {} : { effects }),
  };
}
