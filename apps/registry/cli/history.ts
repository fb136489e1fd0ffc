import type { StoredEvent } from '@app/domain/submission';
import { instantInWords } from '../web/words';
import { once, pathOf } from './check';
import { RegisterAt } from './register';

export interface HistoryOptions {
  readonly knownAt?: string;
  readonly json?: boolean;
  readonly url: string;
  readonly key?: string;
}

type Told = Readonly<Record<string, unknown>>;

/** An event of a history: what was stored, and what became of it. Registers may tell more of it than is known here. */
type HistoryEvent = StoredEvent & {
  readonly stands: boolean;
  readonly corrected?: Told & { readonly data: Told };
  readonly retracted?: Told;
  readonly disputes?: readonly Told[];
  readonly appealed?: Told;
  readonly repeats?: string;
};

interface Page {
  readonly events: readonly HistoryEvent[];
}

/** Prints the events about a provider or an adviser, each when it comes. */
export async function history(key: string, options: HistoryOptions, signal: AbortSignal): Promise<number> {
  const register = new RegisterAt(options.url, options.key);
  const query = new URLSearchParams({
    limit: '100',
    ...(options.knownAt === undefined ? {} : { knownAt: options.knownAt }),
  });
  const list = key.startsWith('adviser:') ? 'advisers' : 'providers';
  let next: string | undefined = `/v1/${list}/${pathOf(key)}/history?${query.toString()}`;
  while (next !== undefined) {
    const address: string = next;
    const { text, headers } = await once(() => register.text(address, undefined, signal));
    for (const event of (JSON.parse(text) as Page).events)
      process.stdout.write(
        options.json === true ? `${JSON.stringify(event)}\n` : `${inWords(event).join('\n')}\n\n`,
      );
    next = /<([^>]+)>;\s*rel="next"/.exec(String(headers['link'] ?? ''))?.[1];
  }
  return 0;
}

function inWords(event: HistoryEvent): readonly string[] {
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

/** Those data of a correction that are other than they were; all of them where nothing is. */
function changed(before: Told, after: Told): Told {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return Object.fromEntries(
    [...names]
      .filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]))
      .map((name) => [name, after[name] ?? 'none']),
  );
}

/** What is said of a correction or retraction beside its data. */
function by({ data: _data, ...rest }: Told): string {
  const told = fieldsInWords(rest);
  return told === '' ? '' : ` (${told})`;
}

function fieldsInWords(fields: Told): string {
  return Object.entries(fields)
    .map(([name, value]) => `${name} ${valueInWords(value)}`)
    .join(', ');
}

function valueInWords(value: unknown): string {
  if (Array.isArray(value)) return value.map(valueInWords).join(' and ');
  if (typeof value === 'object' && value !== null) return `[${fieldsInWords(value as Told)}]`;
  if (typeof value !== 'string') return JSON.stringify(value);
  return INSTANT.test(value) ? instantInWords(value) : value;
}

/** As the register writes instants. No code, reference or day has this form. */
const INSTANT = /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?Z$/;
