import { TYPED_POSITION } from '@app/http-contract/typed';
import { isRefusal } from '@app/http-contract/problem/refusal-error';
import { createHash } from 'node:crypto';
import { readDay } from '@app/tables/days';
import { eventSheet } from '@app/tables/event-sheet';
import type { EventType } from '@app/domain/log/event-catalogue';
import { effectsInWords, type Effects } from './effects-in-words';
import { BrokenOff, Ending, EXIT } from '../exit-codes';
import { fieldsOf, namingField } from '@app/tables/fields';
import { fieldsInWords, valueInWords, type ReceivedHistoryEvent } from '../history';
import { RegisterAt } from '../register';

export interface DeedOptions {
  readonly source?: string;
  readonly id?: string;
  readonly dryRun?: boolean;
  readonly json?: boolean;
  readonly url: string;
  readonly key: string;
}

/** The source of events that are posted one by one by a command. */
export const BY_COMMAND = '/command-line';

type Data = Readonly<Record<string, unknown>>;

/** The register’s answer to an event. */
interface Posted {
  readonly id: string;
  readonly position: string | null;
  readonly warnings: readonly { readonly code: string; readonly detail: string }[];
  readonly effects?: Effects | null;
}

interface Draft {
  readonly type: EventType;
  readonly subject: string;
  readonly data: Data;
}

/**
 * Posts an event of a type about a subject or, if its type is about another event, about that event. Resolves
 * to the exit code. `said`: its fields as somebody writes them.
 */
export async function deed(
  type: EventType,
  target: string,
  said: ReadonlyMap<string, string>,
  options: DeedOptions,
  signal: AbortSignal,
): Promise<number> {
  const naming = namingField(type);
  const lacking = fieldsOf(type).filter(
    ({ name, isRequired }) => isRequired && name !== naming && !said.has(name),
  );
  if (lacking.length > 0)
    throw new Ending(
      EXIT.usage,
      `${/^[AEIOU]/.test(type) ? 'An' : 'A'} ${type} needs more:\n${lacking.map(({ flag, description, choices }) => `  --${flag}  ${[description, ...(choices.length > 0 ? [`one of ${choices.join(', ')}`] : [])].filter((text) => text !== '').join(': ')}`).join('\n')}`,
    );
  const register = new RegisterAt(options.url, options.key);
  return recorded(async () => {
    const about = naming === undefined ? undefined : await eventNamed(register, target, options, signal);
    const subject = about?.subject ?? target;
    const data = {
      ...(about && naming ? { [naming]: about.position } : {}),
      ...dataIn(type, subject, said),
    };
    const named = about
      ? `, which is the ${about.type} ${fieldsInWords(about.corrected?.data ?? about.data)}`
      : '';
    const words = `${type} of ${subject}: ${fieldsInWords(data)}${named}`;
    return submitted(register, { type, subject, data }, words, '', options, signal);
  });
}

/** What is to be changed of an event. */
export interface EventChange {
  readonly set: ReadonlyMap<string, string>;
  /** The fields to remove. */
  readonly unset: readonly string[];
  readonly kind: string;
  readonly reason: string;
}

/** Corrects an event; fields that are not named keep their present value. Resolves to the exit code. */
export async function correct(
  target: string,
  { set, unset, kind, reason }: EventChange,
  options: DeedOptions,
  signal: AbortSignal,
): Promise<number> {
  const register = new RegisterAt(options.url, options.key);
  return recorded(async () => {
    const event = await eventNamed(register, target, options, signal);
    const type = event.type;
    const fields = fieldsOf(type);
    const strange = [...set.keys(), ...unset].filter((name) => fields.every((field) => field.name !== name));
    if (strange.length > 0)
      throw new Ending(
        EXIT.usage,
        `Event ${event.position} is ${/^[AEIOU]/.test(type) ? 'an' : 'a'} ${type}, which has no field ${strange.join(', ')}, but ${fields.map(({ name }) => name).join(', ')}`,
      );
    const before: Data = event.corrected?.data ?? event.data;
    const changed = { ...before, ...(set.size > 0 ? dataIn(type, event.subject, set) : {}) };
    const after = Object.fromEntries(Object.entries(changed).filter(([name]) => !unset.includes(name)));
    const names = fields.map(({ name }) => name).filter((name) => !isSame(before[name], after[name]));
    const it = `${type} of ${event.subject} (event ${event.position})`;
    if (names.length === 0) {
      process.stdout.write(`${it} says so already: there is nothing to correct.\n`);
      return EXIT.done;
    }
    const change = names.map((name) => `${name} ${shown(before[name])} → ${shown(after[name])}`);
    const data = { event: event.position, data: after, kind, reason };
    const words = `${it}: ${change.join(', ')}; ${kind}, ${reason}`;
    // Correcting an event back to an earlier value is a new correction, and so needs another id than the
    // first.
    const basis = event.corrected?.by ?? event.position;
    const draft: Draft = { type: 'EventCorrected', subject: event.subject, data };
    return submitted(register, draft, words, basis, options, signal);
  });
}

function shown(value: unknown): string {
  return value === undefined ? 'none' : valueInWords(value);
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** Tells what broke off, and that the same command can be given again. */
async function recorded(work: () => Promise<number>): Promise<number> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof BrokenOff)
      throw new Ending(
        EXIT.later,
        `${error.message}. Give the same command again a while later: it is recorded once only`,
      );
    throw error;
  }
}

/** Data as the cells of a table say them: days day first or year first, lists with `;`. */
function dataIn(type: EventType, subject: string, said: ReadonlyMap<string, string>): Data {
  const columns = ['subject', ...said.keys()];
  const sheet = eventSheet(type, BY_COMMAND, columns, { map: [], ignore: [] });
  if (isRefusal(sheet)) throw new Ending(EXIT.usage, sheet.detail);
  const sent = sheet.eventIn({ line: 1, cells: [subject, ...said.values()] });
  if (isRefusal(sent)) throw new Ending(EXIT.usage, sent.detail);
  const { data } = sent.value as { readonly data: Data };
  for (const { name, flag } of fieldsOf(type)) {
    const text = said.get(name);
    const read = data[name] === false && text !== undefined ? readDay(text, undefined) : undefined;
    if (read && 'fault' in read)
      throw new Ending(
        EXIT.usage,
        `--${flag} ${text ?? ''}: give a day that exists, like 2026-09-01 or, day first, 01/09/2026`,
      );
  }
  return data;
}

/** Finds an event by its position, or by its id among those that this body has posted. */
async function eventNamed(
  register: RegisterAt,
  text: string,
  { source }: DeedOptions,
  signal: AbortSignal,
): Promise<ReceivedHistoryEvent> {
  const position = TYPED_POSITION.test(text)
    ? text
    : await positionOf(register, text.replace(/^id:/, ''), source, signal);
  const { text: found } = await register.text(`/v1/events/${position}/history`, undefined, signal);
  return (JSON.parse(found) as { readonly event: ReceivedHistoryEvent }).event;
}

async function positionOf(
  register: RegisterAt,
  id: string,
  source: string | undefined,
  signal: AbortSignal,
): Promise<string> {
  const body = await register.whose(signal);
  if (body === undefined)
    throw new Ending(
      EXIT.usage,
      'This register does not say whose key it is: name the event by its position',
    );
  const its: ReceivedHistoryEvent[] = [];
  const query = new URLSearchParams({ limit: '100', ...(source === undefined ? {} : { source }) });
  const path = `/v1/bodies/${body.replace('body:', '')}/events?${query.toString()}`;
  for await (const event of register.events<ReceivedHistoryEvent>(path, signal)) {
    if (event.id === id && event.repeats === undefined) its.push(event);
  }
  const [only] = its;
  if (!only)
    throw new Ending(
      EXIT.refused,
      `${body} has posted no event under the id ${id}${source === undefined ? '' : ` of the source ${source}`}: history --mine lists what it has`,
    );
  if (its.length > 1)
    throw new Ending(
      EXIT.usage,
      `${body} has posted several events under the id ${id}: name one by its position, or its source with --source.\n${its.map((event) => `  ${event.position}  ${event.type} of ${event.subject}, source ${event.source}`).join('\n')}`,
    );
  return only.position;
}

/** Posts an event, or only has it judged, and tells what became of it. */
async function submitted(
  register: RegisterAt,
  { type, subject, data }: Draft,
  words: string,
  basis: string,
  { source = BY_COMMAND, id, dryRun = false, json = false }: DeedOptions,
  signal: AbortSignal,
): Promise<number> {
  const event = {
    specversion: '1.0',
    type,
    source,
    id: id ?? commandId(type, subject, data, basis),
    subject,
    data,
  };
  const { isNew, answer } = await register.submit(event, dryRun ? '?dryRun=true' : '', signal);
  const { position, warnings, effects } = answer as Posted;
  const isFallen = warnings.some(({ code }) => FALLEN.includes(code));
  if (json) process.stdout.write(`${JSON.stringify(answer)}\n`);
  else {
    const said = isFallen
      ? `Not recorded anew: it stands at position ${position ?? ''} and was retracted. Give it another id with --id, or retract the retraction`
      : becameInWords(position, isNew, dryRun, `under the id ${event.id} of the source ${source}`);
    const told = warnings
      .filter(({ code }) => !FALLEN.includes(code))
      .map(({ code, detail }) => `Warning ${code}: ${detail}`);
    process.stdout.write(`${[words, `${said}.`, ...told].join('\n')}\n`);
    if (effects) process.stdout.write(effectsInWords(effects));
  }
  return isFallen ? EXIT.refused : EXIT.done;
}

function becameInWords(position: string | null, isNew: boolean, dryRun: boolean, as: string): string {
  if (position === null) return 'Would be recorded';
  if (isNew) return `Recorded at position ${position}, ${as}`;
  return dryRun
    ? `Stands already, at position ${position}: nothing would be recorded anew`
    : `Stood already, at position ${position}: nothing was recorded anew. To record it once more, give it another id with --id`;
}

/** The warnings that say that an event was posted before and no longer counts. */
export const FALLEN: readonly string[] = ['retracted', 'dispute-upheld'];

/** An id that the same command gives each time, so that repeating a command records nothing twice. */
export function commandId(type: EventType, subject: string, data: Data, basis: string): string {
  const said = JSON.stringify([type, subject, sorted(data), basis]);
  return `${type}-${createHash('sha256').update(said).digest('hex').slice(0, 20)}`;
}

function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.entries(value)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, its]): unknown => [name, sorted(its)]);
}
