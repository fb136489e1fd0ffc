import { isRefusal } from '@app/http-contract/problem/refusal-error';
import { headerOf } from '@app/tables/event-sheet';
import type { EventType } from '@app/domain/log/event-catalogue';
import { Ending, EXIT } from '../exit-codes';
import { fieldsOf, flatType, FLAT_TYPES } from '@app/tables/fields';

/** How to post the types of event that do not fit into a table. */
const INSTEAD: Readonly<Record<string, string>> = {
  EventCorrected:
    'A correction has the data of another event, which fit into no cell: say guidance-register correct EVENT --until 31/01/2028 --reason wrong-end, with only what is to be changed; or post such events as JSON',
  BodyRecognised:
    'What a body may post is a list of lists, which fits into no cell: post the event as JSON, as docs/operating.md shows',
  PolicyEditionPublished: 'A policy is a document, which fits into no cell: post the event as JSON',
};

/**
 * Prints the header of a table of events of a type, or the list of the types. Ends the program if a type has
 * none.
 */
export function template(type: string | undefined, json: boolean): string {
  if (type === undefined) return json ? `${JSON.stringify(FLAT_TYPES.map(described))}\n` : list();
  const instead = Object.hasOwn(INSTEAD, type) ? INSTEAD[type] : undefined;
  if (instead !== undefined) throw new Ending(EXIT.usage, instead);
  const header = headerOf(type);
  const known = flatType(type);
  if (isRefusal(header) || !known)
    throw new Ending(
      EXIT.usage,
      `${isRefusal(header) ? header.detail : type}. guidance-register template lists the types`,
    );
  return json ? `${JSON.stringify(described(known))}\n` : `${header.join(',')}\r\n`;
}

function described(type: EventType): object {
  const fields = fieldsOf(type).map(({ name, isRequired, description, choices }) => ({
    name,
    required: isRequired,
    ...(description === '' ? {} : { description }),
    ...(choices.length === 0 ? {} : { choices }),
  }));
  const header = headerOf(type);
  return { type, columns: isRefusal(header) ? [] : header, fields };
}

function list(): string {
  const width = Math.max(...FLAT_TYPES.map((type) => type.length));
  const types = FLAT_TYPES.map((type) => {
    const fields = fieldsOf(type).map(({ name, isRequired }) => (isRequired ? name : `${name}?`));
    return `${type.padEnd(width)}  ${fields.join(', ')}`;
  });
  return [
    'Each row has an id and a subject, and these fields; ? may be empty.',
    '',
    ...types,
    '',
    `No tables: ${Object.keys(INSTEAD).join(', ')}. What to do instead: guidance-register template EventCorrected`,
    '',
  ].join('\n');
}
