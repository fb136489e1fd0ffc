import { isKey } from '@app/http-contract/typed';
import type { StoredEvent } from '@app/domain/log/stored-event';
import { instantInWords } from '@app/phrases/words';
import { inert } from '@app/tables/inert';
import { lineOf } from '@app/tables/table';
import { Ending, EXIT } from './exit-codes';
import { once, pathOf, RegisterAt } from './register';
import { providerMeant } from './whom';

export interface HistoryOptions {
  readonly mine?: boolean;
  readonly type?: string;
  readonly source?: string;
  readonly knownAt?: string;
  readonly json?: boolean;
  readonly csv?: boolean;
  readonly url: string;
  readonly key?: string;
}

type Told = Readonly<Record<string, unknown>>;

/** An event of a history: what was stored, and what became of it. Registers may tell more of it than is known here. */
export type ReceivedHistoryEvent = StoredEvent & {
  readonly stands: boolean;
  readonly corrected?: Told & { readonly data: Told; readonly by: string };
  readonly retracted?: Told;
  readonly disputes?: readonly Told[];
  readonly appealed?: Told;
  readonly repeats?: string;
};

/**
 * Prints the events about a provider or an adviser, or those that a body posted, each as it comes. Without a
 * `key` it prints those of one’s own body.
 */
export async function printHistory(
  key: string | undefined,
  options: HistoryOptions,
  signal: AbortSignal,
): Promise<number> {
  const register = new RegisterAt(options.url, options.key);
  const { type, source, knownAt, json = false, csv = false } = options;
  return once(async () => {
    const whose =
      key === undefined
        ? await own(register, signal)
        : key.startsWith('body:') || isKey(key)
          ? key
          : await providerMeant(register, key, signal);
    const said = Object.entries({ type, source, knownAt }).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value] as [string, string]],
    );
    const query = new URLSearchParams([['limit', '100'], ...said]).toString();
    const body = /^body:([^]*)$/.exec(whose)?.[1];
    if (body === undefined && (type !== undefined || source !== undefined))
      throw new Ending(
        EXIT.usage,
        '--type and --source are for what a body posted: say --mine, or a body such as body:matrix',
      );
    const list = whose.startsWith('adviser:') ? 'advisers' : 'providers';
    const path =
      body === undefined ? `/v1/${list}/${pathOf(whose)}/history` : `/v1/bodies/${pathOf(body)}/events`;
    const events = register.events<ReceivedHistoryEvent>(`${path}?${query}`, signal);
    if (csv) await asTable(events);
    else
      for await (const event of events)
        process.stdout.write(json ? `${JSON.stringify(event)}\n` : `${inWords(event).join('\n')}\n\n`);
    return EXIT.done;
  });
}

async function own(register: RegisterAt, signal: AbortSignal): Promise<string> {
  const body = await register.whose(signal);
  if (body !== undefined) return body;
  throw new Ending(
    EXIT.usage,
    'This register does not say whose key it is: name the body, as in history body:matrix',
  );
}

/**
 * Prints events as a table: a row each, with a column for each field of any of their types, in its present
 * value. It is printed once all events are there, because only then the columns are known.
 */
async function asTable(events: AsyncIterable<ReceivedHistoryEvent>): Promise<void> {
  const all: ReceivedHistoryEvent[] = [];
  for await (const event of events) all.push(event);
  const now = ({ corrected, data }: ReceivedHistoryEvent): Told => corrected?.data ?? data;
  const fields = [...new Set(all.flatMap((event) => Object.keys(now(event))))];
  const columns = [
    'position',
    'recordedAt',
    'body',
    'type',
    'source',
    'id',
    'subject',
    'stands',
    'correctedBy',
  ];
  // A field with the name of another column gets a name of its own.
  const headed = fields.map((name) => (columns.includes(name) ? `data.${name}` : name));
  process.stdout.write(`${lineOf([...columns, ...headed], ',')}\r\n`);
  for (const event of all) {
    const { position, recordedAt, body, type, source, id, subject, stands, corrected } = event;
    const data = now(event);
    const cells = [
      position,
      recordedAt,
      body,
      type,
      source,
      id,
      subject,
      stands ? 'yes' : 'no',
      corrected?.by ?? '',
    ];
    const line = [...cells, ...fields.map((name) => cellOf(data[name]))];
    process.stdout.write(`${lineOf(line.map(inert), ',')}\r\n`);
  }
}

/** A value as a table of events has it. */
function cellOf(value: unknown): string {
  if (value === undefined) return '';
  if (typeof value === 'string') return value;
  if (Array.isArray(value) && value.every((item) => typeof item !== 'object')) return value.join(';');
  return JSON.stringify(value);
}

function inWords(event: ReceivedHistoryEvent): readonly string[] {
  const { position, recordedAt, body, type, subject, data, stands } = event;
  const { corrected, retracted, disputes = [], appealed, repeats } = event;
  const indented = [
    fieldsInWords(data),
    ...(corrected ? [`corrected: ${fieldsInWords(changed(data, corrected.data))}${by(corrected)}`] : []),
    ...(retracted ? [`retracted${by(retracted)}`] : []),
    ...disputes.map((dispute) => `disputed (${fieldsInWords(dispute)})`),
    ...(appealed ? [`appealed (${fieldsInWords(appealed)})`] : []),
    ...(repeats === undefined ? [] : [`repeats ${repeats}`]),
    ...(stands ? [] : ['does not count']),
  ];
  return [
    `${position}  ${instantInWords(recordedAt)}, ${body}`,
    `  ${type} of ${subject}`,
    ...indented.filter((line) => line !== '').map((line) => `    ${line}`),
  ];
}

/** The data that a correction changed; all of them if it changed nothing. */
function changed(before: Told, after: Told): Told {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return Object.fromEntries(
    [...names]
      .filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]))
      .map((name) => [name, after[name] ?? 'none']),
  );
}

/** What is said of a correction or retraction besides its data. */
function by({ data: _data, ...rest }: Told): string {
  const told = fieldsInWords(rest);
  return told === '' ? '' : ` (${told})`;
}

export function fieldsInWords(fields: Told): string {
  return Object.entries(fields)
    .map(([name, value]) => `${name} ${valueInWords(value)}`)
    .join(', ');
}

export function valueInWords(value: unknown): string {
  if (Array.isArray(value)) return value.map(valueInWords).join(' and ');
  if (typeof value === 'object' && value !== null) return `[${fieldsInWords(value as Told)}]`;
  if (typeof value !== 'string') return JSON.stringify(value);
  return INSTANT.test(value) ? instantInWords(value) : value;
}

/** As the register writes instants. No code, reference or day has this form. */
const INSTANT = /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?Z$/;
