import { createReadStream } from 'node:fs';
import { Ending, EXIT } from '../exit-codes';
import { arrayLoad, linesLoad } from './events-load';
import { type Upload } from './upload-source';
import { lookupIn } from '../check/lookup';
import { survey } from './sniff';
import { tableFile } from './table-file';
import { ownColumns, sourceOf, tableLoad } from './table-load';
import type { DayForm } from '@app/tables/days';

/** How a file is to be read and taken, as far as somebody said it. */
export interface UploadOptions {
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
}

/** What is in the file, and how the register is to take it. `plan`: what will be done, in whole sentences. */
export async function uploadOf(
  file: string,
  options: UploadOptions,
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
