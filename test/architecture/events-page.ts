import * as accreditation from '@app/domain/subjects/accreditation';
import * as adviser from '@app/domain/subjects/adviser';
import * as annotation from '@app/domain/subjects/events-about-events';
import * as area from '@app/domain/subjects/area';
import * as body from '@app/domain/subjects/body';
import { isEnd, rowOf } from '@app/domain/log/event-rows';
import { BOUNDS, TIMES_MORE_ENDS } from '@app/domain/admission/subject-bounds';
import * as calendar from '@app/domain/subjects/calendar';
import * as contract from '@app/domain/subjects/contract';
import { EFFECT_MEANINGS } from '@app/domain/log/event-definition';
import * as engagement from '@app/domain/subjects/engagement';
import { definitionOf, type EventType } from '@app/domain/log/event-catalogue';
import * as keys from '@app/domain/values/keys';
import { MOST_KEYS } from '@app/domain/log/identity';
import { meaningOf } from '@app/domain/values/meaning';
import * as log from '@app/domain/subjects/log';
import * as policy from '@app/domain/subjects/policy';
import * as provider from '@app/domain/subjects/provider';
import * as school from '@app/domain/subjects/school';
import { ATTRIBUTES } from '@app/domain/log/cloud-event';
import { POSTING_WARNINGS } from '@app/domain/values/warning';
import { exampleOf } from '@app/http-contract/openapi/schemas';

/*
 * The parts of docs/events.md that follow from the definitions of the events, in Markdown.
 */

/** The events by the subject of which they tell, each kind in the order of its file. */
export const KINDS: Readonly<Record<string, object>> = {
  'A provider': provider.events,
  'Accreditation of a provider': accreditation.events,
  'An adviser': adviser.events,
  'An adviser’s engagement with a provider': engagement.events,
  'A school or college': school.events,
  'An area': area.events,
  'A contract of a provider': contract.events,
  'A body': body.events,
  'A policy': policy.events,
  'The calendar': calendar.events,
  'The log': log.events,
  'An event': annotation.events,
};

/** The forms that fields share, by the name under which the page refers to them. */
const FORMS: Readonly<Record<string, object>> = {
  code: keys.CODE,
  codes: keys.CODES,
  reference: keys.REFERENCE,
  day: keys.DAY,
  name: keys.NAME,
  'whole number': keys.WHOLE_NUMBER,
  'provider key': keys.PROVIDER_KEY,
  'adviser key': keys.ADVISER_KEY,
  'area key': keys.AREA_KEY,
  'event reference': keys.EVENT_REFERENCE,
};
const formNames = new Map(Object.entries(FORMS).map(([name, schema]) => [JSON.stringify(schema), name]));

interface Shape {
  readonly description?: string;
  readonly const?: unknown;
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly required?: readonly string[];
  readonly items?: Shape;
  readonly anyOf?: readonly Shape[];
  readonly patternProperties?: Readonly<Record<string, Shape>>;
}

/** The text between two marks on the page, by the name of the marks. */
export function partsOfThePage(): Readonly<Record<string, string>> {
  return {
    attributes: listed(ATTRIBUTES),
    effects: listed(EFFECT_MEANINGS),
    forms: Object.entries(FORMS)
      .map(([name, schema]) => `- **${name}**: ${(schema as Shape).description}`)
      .join('\n'),
    contents: Object.entries(KINDS)
      .map(([kind, events]) => `- ${kind}: ${typesOf(events).map(linked).join(' · ')}`)
      .join('\n'),
    events: Object.entries(KINDS)
      .map(([kind, events]) => [`### ${kind}`, ...typesOf(events).map(eventInWords)].join('\n\n'))
      .join('\n\n'),
    bounds: boundsInWords(),
    warnings: listed(POSTING_WARNINGS),
  };
}

/** The bounds of each kind of which bodies post. */
function boundsInWords(): string {
  const rows = Object.entries(KINDS).flatMap(([kind, events]) => {
    const types = typesOf(events).filter((type) => rowOf(type) !== undefined);
    const row = types[0] && rowOf(types[0]);
    if (!row) return [];
    const ends = types.filter(isEnd).map((type) => `\`${type}\``);
    const most = BOUNDS[row];
    return [
      `- ${row === 'annotation' ? 'What is posted about its events' : kind}: ${most}; apart from them ${most * TIMES_MORE_ENDS} of ${ends.join(', ')}.`,
    ];
  });
  return [
    ...rows,
    `- One provider, or one adviser, has ${MOST_KEYS} keys at the most; a chain of \`subcontractorOf\` has ${contract.LONGEST_CHAIN} links.`,
  ].join('\n');
}

function typesOf(events: object): readonly EventType[] {
  return Object.keys(events) as EventType[];
}

function linked(type: EventType): string {
  return `[\`${type}\`](#${type.toLowerCase()})`;
}

function listed(table: Readonly<Record<string, string>>): string {
  return Object.entries(table)
    .map(([code, sentence]) => `- \`${code}\`: ${sentence}`)
    .join('\n');
}

function eventInWords(type: EventType): string {
  const { meaning, data, subject, effect } = definitionOf(type);
  const fields = fieldsInWords(data, '');
  return [
    `#### \`${type}\``,
    meaning,
    [
      ...(effect === undefined ? [] : [`- **Effect**: ${effect.kind}. ${EFFECT_MEANINGS[effect.kind]}`]),
      `- **Subject**: ${formOf(subject)}`,
      `- **Posted by**: ${posters(type)}`,
      ...(fields.length > 0 ? ['- **Data**:', ...fields.map((line) => `  ${line}`)] : ['- **Data**: none']),
    ].join('\n'),
    ['```json', JSON.stringify(exampleOf(type), null, 2), '```'].join('\n'),
  ].join('\n\n');
}

function posters(type: EventType): string {
  const { data, registrarOnly, registerOnly } = definitionOf(type);
  if (registerOnly) return 'the register alone';
  if (registrarOnly) return 'the registrar alone';
  const { properties = {} } = data as Shape;
  const matter =
    'standard' in properties
      ? ' and for the standard'
      : 'qualification' in properties || 'certificate' in properties
        ? ' and for the qualification'
        : type in annotation.events
          ? ' and for the standard or qualification of the event that it names'
          : '';
  return `a body recognised for it${matter}, or the registrar`;
}

/** A line for each field, and under it one for each value of a fixed list and each field within. */
function fieldsInWords({ properties = {}, required = [] }: Shape, indent: string): readonly string[] {
  return Object.entries(properties).flatMap(([name, schema]) => {
    const { sentence = '', values = {} } = meaningOf(schema) ?? {};
    const said = Object.entries({ ...values, ...numbersIn(schema) });
    const form = said.length > 0 ? 'one of these' : formOf(schema);
    const needed = required.includes(name) ? '' : ', may be absent';
    return [
      `${indent}- \`${name}\` (${form}${needed}): ${sentence}`,
      ...said.map(([value, means]) => `${indent}  - \`${value}\`: ${means}`),
      ...within(schema).flatMap((one) => fieldsInWords(one, `${indent}  `)),
    ];
  });
}

function numbersIn({ anyOf = [] }: Shape): Readonly<Record<string, string>> {
  return Object.fromEntries(
    anyOf.flatMap((one) =>
      typeof one.const === 'number' ? [[one.const, meaningOf(one)?.sentence ?? '']] : [],
    ),
  );
}

/** The objects in a field. */
function within(schema: Shape): readonly Shape[] {
  const { properties, items, patternProperties = {} } = schema;
  const inside = [items ?? [], Object.values(patternProperties)].flat();
  return properties ? [schema] : inside.flatMap(within);
}

function formOf(schema: Shape): string {
  const { description, items, properties, patternProperties } = schema;
  const name = formNames.get(JSON.stringify(schema));
  if (name !== undefined) return name;
  if (description !== undefined) return description.charAt(0).toLowerCase() + description.slice(1);
  if (properties) return 'an object of the fields below';
  if (patternProperties) return 'an object whose names are codes';
  return items ? `a list: ${formOf(items)}` : 'a value';
}
