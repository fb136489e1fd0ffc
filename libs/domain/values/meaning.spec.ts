/// <reference types="jest" />
import { Type } from 'typebox';
import { EFFECT_MEANINGS } from '../log/event-definition';
import { definitionOf, EVENTS, type EventType } from '../log/event-catalogue';
import { DAY } from './keys';
import { choice, described, meaningOf, ON_APPEAL } from './meaning';
import { isRefusal } from './problem';
import { REASON_MEANINGS } from '../evaluation/v1/reason';
import { ATTRIBUTES, readSubmission } from '../log/cloud-event';
import { ANSWER_WARNINGS, LOAD_WARNINGS, POSTING_WARNINGS } from './warning';

/** What a body reads before it posts: a whole sentence about everything that it can post or be told. */
const SENTENCE = /^[A-Z`].*\.$/;

interface Shape {
  readonly description?: string;
  readonly enum?: readonly string[];
  readonly const?: unknown;
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly required?: readonly string[];
  readonly items?: Shape | readonly Shape[];
  readonly anyOf?: readonly Shape[];
  readonly patternProperties?: Readonly<Record<string, Shape>>;
}

/** Every field within a schema, at any depth, and whether it may be absent. */
function fieldsIn(schema: Shape, at: string): { at: string; field: Shape; optional: boolean }[] {
  const { properties = {}, required = [], items = [], anyOf = [], patternProperties = {} } = schema;
  const inside = [...[items].flat(), ...anyOf, ...Object.values(patternProperties)] as Shape[];
  return [
    ...Object.entries(properties).flatMap(([name, field]) => [
      { at: `${at}.${name}`, field, optional: !required.includes(name) },
      ...fieldsIn(field, `${at}.${name}`),
    ]),
    ...inside.flatMap((one) => fieldsIn(one, at)),
  ];
}

const TYPES = Object.keys(EVENTS) as EventType[];
const FIELDS = TYPES.flatMap((type) => fieldsIn(definitionOf(type).data as Shape, type));

test('there are the fields of every type', () => {
  expect(FIELDS.length).toBeGreaterThan(150);
  expect(FIELDS.map(({ at }) => at)).toEqual(
    expect.arrayContaining([
      'AccreditationAwarded.until',
      'BodyRecognised.mayPost.types',
      'PolicyEditionPublished.policy.settings.of',
    ]),
  );
});

test('every type of event says what it tells', () => {
  expect(TYPES.filter((type) => !SENTENCE.test(definitionOf(type).meaning))).toEqual([]);
  const said = TYPES.map((type) => definitionOf(type).meaning);
  expect(new Set(said).size).toBe(said.length);
});

test('every field has a sentence of its own, which is not its form', () => {
  const silent = FIELDS.filter(({ field }) => {
    const said = meaningOf(field)?.sentence ?? '';
    return !SENTENCE.test(said) || said === field.description;
  });
  expect(silent.map(({ at }) => at)).toEqual([]);
});

test('a field that may be absent says what it means that it is', () => {
  const silent = FIELDS.filter(
    ({ field, optional }) => optional && !/ Absent\b/.test(meaningOf(field)?.sentence ?? ''),
  );
  expect(silent.map(({ at }) => at)).toEqual([]);
});

test('the last day of something says that it is covered', () => {
  const silent = FIELDS.filter(
    ({ at, field }) =>
      /\.(?:until|expectedEnd)$/.test(at) &&
      !/ (?:covered too|on that day)\b/.test(meaningOf(field)?.sentence ?? ''),
  );
  expect(silent.map(({ at }) => at)).toEqual([]);
});

test('every value of a fixed list has a sentence of its own', () => {
  const silent = FIELDS.flatMap(({ at, field }) => {
    const values = meaningOf(field)?.values ?? {};
    const numbers = (field.anyOf ?? []).every((one) => 'const' in one) ? (field.anyOf ?? []) : [];
    return [
      ...(field.enum ?? []).filter((value) => !SENTENCE.test(values[value] ?? '')),
      ...numbers
        .filter((one) => !SENTENCE.test(meaningOf(one)?.sentence ?? ''))
        .map((one) => String(one.const)),
    ].map((value) => `${at} ${value}`);
  });
  expect(silent).toEqual([]);
});

test.each(
  Object.entries({
    EFFECTS: EFFECT_MEANINGS,
    ATTRIBUTES,
    REASON_MEANINGS,
    POSTING_WARNINGS,
    LOAD_WARNINGS,
    ANSWER_WARNINGS,
  }),
)('every code of %s has a sentence of its own', (_, table: Readonly<Record<string, string>>) => {
  const said = Object.values(table);
  expect(said.filter((one) => !SENTENCE.test(one))).toEqual([]);
  expect(new Set(said).size).toBe(said.length);
});

describe('a refusal', () => {
  const EVENT = {
    specversion: '1.0',
    id: '1',
    source: '/feed',
    type: 'AccreditationSuspended',
    subject: 'ukprn:10012345',
  };
  const SUSPENSION = { standard: 'matrix', reference: 'M-1', from: '2026-09-01', reason: 'review-overdue' };
  const said = (type: EventType, data: object) => {
    const read = readSubmission('body:matrix', { ...EVENT, type, data });
    return isRefusal(read) ? (read.errors ?? []) : [];
  };
  const APPEALABLE = TYPES.filter(
    (type) => 'onAppeal' in ((definitionOf(type).data as Shape).properties ?? {}),
  );

  test.each(APPEALABLE)('of a missing or wrong onAppeal of %s says what its values mean', (type) => {
    for (const data of [{}, { onAppeal: 'stay' }, { onAppeal: null }]) {
      const error = said(type, data).find(({ pointer }) => pointer === '/data/onAppeal');
      expect(error?.detail).toMatch(
        /one of stays, stands\. stays: an appeal suspends its effect until the appeal is decided; stands: the effect stands meanwhile$/i,
      );
    }
  });

  test('of a missing field of a fixed list names the values', () => {
    expect(said('AccreditationAwarded', { ...SUSPENSION, reason: undefined })).toContainEqual({
      pointer: '/data/kind',
      code: 'invalid-event',
      detail: 'This field is missing: one of initial, review, transfer',
    });
  });

  test('goes on saying the form of a field', () => {
    const suspended = { ...SUSPENSION, onAppeal: 'stays', from: 'tomorrow' };
    expect(said('AccreditationSuspended', suspended)).toEqual([
      { pointer: '/data/from', code: 'invalid-event', detail: (DAY as Shape).description },
    ]);
  });
});

describe('a schema with a meaning', () => {
  test('is checked and referred to as the schema itself', () => {
    const meant = described(DAY, 'The first day.');
    expect(JSON.stringify(meant)).toBe(JSON.stringify(DAY));
    expect(meaningOf(meant)).toEqual({ sentence: 'The first day.', values: {} });
    expect(meaningOf(DAY)).toBeUndefined();
  });

  test('may be absent where the schema may be', () => {
    const { required } = Type.Object({
      needed: described(DAY, 'It is needed.'),
      free: described(Type.Optional(DAY), 'It may be absent.'),
      freed: Type.Optional(described(DAY, 'It may be absent.')),
    }) as { required?: readonly string[] };
    expect(required).toEqual(['needed']);
  });

  test('of a fixed list takes exactly what it explains', () => {
    expect(choice('What it is.', { one: 'The one.', other: 'The other.' }).enum).toEqual(['one', 'other']);
    expect(Object.keys(meaningOf(ON_APPEAL)?.values ?? {})).toEqual(ON_APPEAL.enum);
  });
});
