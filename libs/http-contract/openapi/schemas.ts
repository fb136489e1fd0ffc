import { EFFECT_MEANINGS } from '@app/domain/log/event-definition';
import * as keys from '@app/domain/values/keys';
import { definitionOf, EVENTS, type EventType } from '@app/domain/log/event-catalogue';
import { choice, described, meaningOf } from '@app/domain/values/meaning';
import { POLICY } from '@app/domain/subjects/policy-document';
import { ATTRIBUTES } from '@app/domain/log/cloud-event';
import { ENVELOPE } from '@app/domain/log/envelope';
import { STORED } from '@app/domain/log/stored-event';
import { SHAPES } from './operations';
import type { Shapes } from './operation';
import { withMeanings } from '../response/shapes';
import { EVENT_EXAMPLES } from './event-examples';

const TYPES = Object.keys(EVENTS) as EventType[];

/** A JSON Schema in the form of OpenAPI 3.1. */
export type Schema = Readonly<Record<string, unknown>>;

/** The shapes of the domain that have a name in the document. */
const OF_THE_DOMAIN: Readonly<Record<string, object>> = {
  Code: keys.CODE,
  Reference: keys.REFERENCE,
  ProviderKey: keys.PROVIDER_KEY,
  OrganisationKey: keys.ORGANISATION_KEY,
  SchoolKey: keys.SCHOOL_KEY,
  AdviserKey: keys.ADVISER_KEY,
  BodyKey: keys.BODY_KEY,
  AreaKey: keys.AREA_KEY,
  PolicyKey: keys.POLICY_KEY,
  CalendarKey: keys.CALENDAR_KEY,
  LogKey: keys.LOG_KEY,
  AnyKey: keys.ANY_KEY,
  Day: keys.DAY,
  Name: keys.NAME,
  Codes: keys.CODES,
  EventReference: keys.EVENT_REFERENCE,
  EventType: ENVELOPE.properties.type,
  Policy: POLICY,
};

/** The order in which the document shows the shapes. Others come last, so that a new one moves nothing. */
const IN_ORDER: readonly string[] = [
  'Position',
  'Instant',
  'Days',
  'Reason',
  'Policy',
  'KnownAt',
  'Eligibility',
  'ProviderRecord',
  'AdviserRecord',
  'PolicyRecord',
  'Policies',
  'Standing',
  'Verdict',
  'Question',
  'Questions',
  'OneOfMany',
  'ManyAnswers',
  'SearchPage',
  'ProviderHistory',
  'AdviserHistory',
  'Effects',
  'Comparison',
  'DraftEdition',
  'Impact',
  'EventHistory',
  'Submissions',
  'Load',
  'RetractedLoad',
  'Posted',
  'PostedOrBatch',
  'BatchResult',
  'TableResult',
  'PersonToKeep',
  'Person',
  'PublicPerson',
  'PersonExport',
  'NoFields',
  'MintedAdviser',
  'Bodies',
  'BodyRecord',
  'MayPost',
  'Keys',
  'Attempts',
  'NewKey',
  'IssuedKey',
  'Live',
  'Ready',
  'Problem',
  'ProblemPage',
];

/** The shapes that have a name in the document. */
const NAMED: Shapes = Object.fromEntries(
  Object.entries({ ...OF_THE_DOMAIN, ...SHAPES }).sort(([a], [b]) => placeOf(a) - placeOf(b)),
);

function placeOf(name: string): number {
  const place = IN_ORDER.indexOf(name);
  if (place >= 0) return place;
  return name in OF_THE_DOMAIN ? -1 : IN_ORDER.length;
}

const names = new Map(Object.entries(NAMED).map(([name, schema]) => [JSON.stringify(schema), name]));

export function referenceTo(name: string): Schema {
  return { $ref: `#/components/schemas/${name}` };
}

/** The register’s own formats, in terms that other programs know. */
const FORMATS: Readonly<Record<string, Schema>> = {
  day: { format: 'date' },
  instant: { format: 'date-time' },
  name: { minLength: 1, maxLength: 200 },
  'event-type': { enum: TYPES },
  text: {},
  'json-media-type': {},
};

/**
 * A schema of the code as the document shows it: named shapes by reference, formats in terms that others
 * know. The meaning of a field comes before its form.
 */
export function published(schema: object, top = false): Schema {
  const name = names.get(JSON.stringify(schema));
  if (name !== undefined && !top) {
    const isItsOwn = meaningOf(schema) === meaningOf(NAMED[name] ?? {});
    return { ...referenceTo(name), ...(isItsOwn ? {} : explained(schema)) };
  }
  return { ...inItsForm(schema), ...explained(schema, 'description' in schema ? schema.description : '') };
}

/**
 * The meaning of a schema as its description: the sentence, the form, and each value of a fixed list;
 * undefined if it has only a form.
 */
function explained(schema: object, form: unknown = ''): Schema {
  const meaning = meaningOf(schema);
  if (!meaning) return {};
  const values = Object.entries(meaning.values).map(([value, means]) => `- \`${value}\`: ${means}`);
  const said = values.length > 0 ? ['', ...values].join('\n') : form === '' ? '' : ` ${String(form)}.`;
  return { description: `${meaning.sentence}${values.length > 0 ? '\n' : ''}${said}` };
}

function inItsForm(schema: object): Schema {
  const closed = 'additionalProperties' in schema;
  return Object.fromEntries(
    Object.entries(schema).flatMap(([keyword, value]): [string, unknown][] => {
      if (keyword === 'enum' && (value as unknown[]).every((one) => typeof one === 'string'))
        return [
          ['type', 'string'],
          ['enum', value],
        ];
      // Writes tuples and free objects as JSON Schema 2020-12 does.
      if (keyword === 'items' && Array.isArray(value))
        return [
          ['prefixItems', within(value)],
          // No item follows these, but some programs ask of every list what its items are.
          ['items', within(value[0])],
          ['maxItems', value.length],
        ];
      if (keyword === 'additionalItems') return [];
      if (keyword === 'properties' && Object.keys(value as object).length === 0 && !closed)
        return [['additionalProperties', true]];
      if (keyword === 'format') {
        const known = FORMATS[String(value)];
        return known ? Object.entries(known) : [[keyword, value]];
      }
      return [[keyword, within(value)]];
    }),
  );
}

function within(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(within);
  return typeof value === 'object' && value !== null ? published(value) : value;
}

/** An event of a type as a body posts it. */
export function exampleOf(type: EventType): Schema {
  const { subject, data } = EVENT_EXAMPLES[type];
  return { specversion: '1.0', id: '2026-0142', source: 'https://example.org/feed', type, subject, data };
}

function whoAlonePosts(type: EventType): readonly string[] {
  const { registrarOnly, registerOnly } = definitionOf(type);
  if (registerOnly) return ['The register alone posts it, by itself.'];
  return registrarOnly ? ['The registrar alone posts it.'] : [];
}

/** All schemas of the document: keys and answers, and for each type of event its data and its CloudEvent. */
export function componentSchemas(): Readonly<Record<string, Schema>> {
  const { type: _type, subject: _subject, data: _data, ...attributes } = withMeanings(ENVELOPE.properties);
  const { type: _stored, data: _fields, ...recorded } = withMeanings(STORED.properties);
  const events = TYPES.flatMap((type): [string, Schema][] => {
    const { meaning, data, subject, effect } = definitionOf(type);
    const says = [
      meaning,
      ...(effect === undefined ? [] : [EFFECT_MEANINGS[effect.kind]]),
      ...whoAlonePosts(type),
    ];
    return [
      [`${type}Data`, { ...published(data), description: `The fields of \`${type}\`` }],
      [
        type,
        {
          type: 'object',
          description: says.join(' '),
          examples: [exampleOf(type)],
          required: [...ENVELOPE.required],
          properties: {
            ...published(attributes),
            type: { const: type, description: ATTRIBUTES.type },
            subject: published(described(subject, ATTRIBUTES.subject)),
            data: { ...referenceTo(`${type}Data`), description: ATTRIBUTES.data },
          },
        },
      ],
    ];
  });
  return {
    Event: {
      description: 'A CloudEvent 1.0 in structured mode. Attributes that are not here are passed over',
      oneOf: TYPES.map((type) => referenceTo(type)),
      discriminator: {
        propertyName: 'type',
        mapping: Object.fromEntries(TYPES.map((type) => [type, `#/components/schemas/${type}`])),
      },
    },
    Batch: {
      type: 'array',
      description: 'Events, each judged in order, on top of those before it',
      items: referenceTo('Event'),
    },
    StoredEvent: {
      type: 'object',
      description:
        'An event as it stands in the log, permanently. References to events are positions. Its text is the RFC 8785 form of it, the same bytes everywhere',
      required: [...STORED.required],
      properties: {
        ...published(recorded),
        type: { ...referenceTo('EventType'), description: ATTRIBUTES.type },
        data: { type: 'object', additionalProperties: true, description: ATTRIBUTES.data },
      },
      additionalProperties: false,
      oneOf: TYPES.map((type) => ({
        title: type,
        required: ['type', 'data'],
        properties: { type: { const: type }, data: referenceTo(`${type}Data`) },
      })),
    },
    ...Object.fromEntries(Object.entries(NAMED).map(([name, schema]) => [name, published(schema, true)])),
    EventType: published(
      choice('What happened.', Object.fromEntries(TYPES.map((type) => [type, definitionOf(type).meaning]))),
    ),
    ...Object.fromEntries(events),
  };
}
