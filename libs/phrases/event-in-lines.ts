import type { StoredEvent } from '@app/domain/log/stored-event';
import { fieldInWords, fieldsInOrder, heldInWords, textInWords, titleOf } from './event-words';
import { instantInWords, listed, visible } from './words';

type Fields = Readonly<Record<string, unknown>>;

/** An event as it was recorded, in lines for people: what happened to whom, who posted it when, and what it says. */
export function eventInLines({
  position,
  type,
  subject,
  body,
  recordedAt,
  data,
}: StoredEvent): readonly string[] {
  const held = heldInWords(type, data);
  const said = fieldsInWords(data);
  return [
    `${position}  ${titleOf(type)}: ${subject}${held === undefined ? '' : `, ${held}`}`,
    `    posted by ${body}, ${instantInWords(recordedAt)}`,
    ...(said === '' ? [] : [`    ${said}`]),
  ].map(visible);
}

/** Besides the days, which are told by themselves. */
function fieldsInWords(fields: Fields): string {
  return fieldsInOrder(Object.keys(fields))
    .filter((field) => !TOLD_AS_DAYS.includes(field))
    .map((field) => `${fieldInWords(field)}: ${valueInWords(field, fields[field])}`)
    .join('; ');
}

const TOLD_AS_DAYS = ['from', 'until', 'on', 'date', 'awardedOn', 'expectedEnd', 'effectiveFrom'];

function valueInWords(field: string, value: unknown): string {
  if (typeof value === 'string') return textInWords(field, value);
  if (Array.isArray(value)) return listed(value.map((one) => valueInWords(field, one)));
  if (typeof value !== 'object' || value === null) return String(value);
  const fields = value as Fields;
  // A policy is too long to be told here: its title says which it is.
  const { title } = fields;
  if (field === 'policy' && typeof title === 'string') return title;
  return `(${Object.entries(fields)
    .map(([name, one]) => `${fieldInWords(name)}: ${valueInWords(name, one)}`)
    .join('; ')})`;
}
