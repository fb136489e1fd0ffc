/// <reference types="jest" />
import fc from 'fast-check';
import { engineEvent, textOf } from './engine-event';

/** An event on its way through the client, which serialises and parses JSON, and leaves other bytes as they are. */
function wayThrough(text: string) {
  const { id, contentType, data } = engineEvent(text);
  const isJson = contentType === 'application/json';
  const bytes = Buffer.from(isJson ? JSON.stringify(data) : (data as Buffer));
  return {
    id,
    isJson,
    data: (isJson ? JSON.parse(bytes.toString()) : new Uint8Array(bytes)) as never,
  };
}

const KEYS = fc.oneof(
  fc.constantFrom(
    '0',
    '1',
    '10',
    '007',
    '4294967294',
    '4294967295',
    '-1',
    '__proto__',
    'constructor',
    'type',
    'toJSON',
    '',
  ),
  fc.string({ unit: 'binary' }),
);
/** Members in any order, also one in which JavaScript would not write them. */
const { object } = fc.letrec<{ object: string; value: string }>((tie) => ({
  object: fc
    .uniqueArray(fc.tuple(KEYS, tie('value')), { selector: ([key]) => key, maxLength: 5 })
    .map((members) => `{${members.map(([key, value]) => `${JSON.stringify(key)}:${value}`).join()}}`),
  value: fc.oneof(
    { depthSize: 'small' },
    fc.json(),
    fc.constantFrom('1e3', '0.10', '-0', '9007199254740993', '"\\u00e9"', '"\\/"', '1E400'),
    tie('object'),
  ),
}));

describe('an event as an engine keeps it', () => {
  it('comes back byte by byte, whatever well-formed text it is', () => {
    fc.assert(
      fc.property(fc.oneof(object, fc.json(), fc.string({ unit: 'binary' })), (text) => {
        fc.pre(text.isWellFormed());
        expect(textOf(wayThrough(text))).toBe(text);
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    ['integer-like members, which JavaScript would put first', '{"b":1,"2":0,"1":0}'],
    ['a number that JavaScript would write otherwise', '{"a":1.0}'],
    ['spaces', '{ "a": 1 }'],
    ['an escape that is not needed', '{"a":"\\u0041"}'],
    ['a member twice', '{"a":1,"a":2}'],
    ['no object', '["a"]'],
    ['no JSON', '{"a":'],
    ['nothing', ''],
    ['a byte order mark', '\ufeff{"a":1}'],
  ])('is kept as bytes if JSON would not reproduce it: %s', (_, text) => {
    expect(engineEvent(text)).toMatchObject({ type: 'text', contentType: 'application/octet-stream' });
    expect(textOf(wayThrough(text))).toBe(text);
  });

  it('is otherwise JSON with the event’s own type, which projections and the engine’s browser can read', () => {
    const event = { data: { name: 'Südöst' }, position: '7', type: 'ProviderRegistered' };
    expect(engineEvent(JSON.stringify(event))).toMatchObject({
      type: 'ProviderRegistered',
      contentType: 'application/json',
      data: event,
      metadata: undefined,
    });
  });

  it.each(['{}', '{"type":""}', '{"type":7}'])('has the type text if it names none: %s', (text) => {
    expect(engineEvent(text).type).toBe('text');
  });

  it('has an id that is a UUID of version 8 of its bytes: equal for equal bytes alone', () => {
    const ids = ['{"a":1}', '{"a":1}', '{"a":1} ', '{"a":2}', 'é', 'e\u0301'].map(
      (text) => engineEvent(text).id,
    );
    for (const id of ids)
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(ids[0]).toBe(ids[1]);
    expect(new Set(ids).size).toBe(5);
    // The first bits of the SHA-256 of no bytes, except for version and variant.
    expect(engineEvent('').id).toBe('e3b0c442-98fc-8c14-9afb-f4c8996fb924');
  });

  it('is not the register’s if its id is not that of its bytes', () => {
    const event = wayThrough('{"a":1}');
    expect(textOf({ ...event, data: { a: 2 } })).toBeUndefined();
    expect(
      textOf({ ...event, id: event.id.replace(/.$/, (last) => (last === '0' ? '1' : '0')) }),
    ).toBeUndefined();
  });
});
