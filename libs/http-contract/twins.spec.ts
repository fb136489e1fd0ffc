/// <reference types="jest" />
import * as fc from 'fast-check';
import { twinIn } from './twins';

const twin = (text: string) => twinIn(text, JSON.parse(text));

describe('a member that stands twice', () => {
  test.each([
    ['side by side', '{"a":1,"a":1}', '/a'],
    ['apart', '{"until":"2027-08-31","b":{},"until":"2099-08-31"}', '/until'],
    ['inside of another', '{"data":{"until":1,"from":2,"until":3}}', '/data/until'],
    ['in an object of a list', '[{"a":1},{"b":[0,{"c":1,"c":2}]}]', '/1/b/1/c'],
    ['written in two ways', String.raw`{"a":1,"\u0061":2}`, '/a'],
    ['with an empty name', '{"":1,"":2}', '/'],
    ['with a name that a pointer escapes', '{"a/b~":1,"a/b~":2}', '/a~1b~0'],
    ['with the name of something every object has', '{"__proto__":1,"__proto__":2}', '/__proto__'],
    ['with colons and quotes in its name', String.raw`{":\"{":1,":\"{":2}`, '/:"{'],
    ['with a backslash at the end of its name', String.raw`{"a\\":1,"a\\":2}`, '/a\\'],
    ['whose first value has members of its own', '{"a":{"b":1},"a":{"c":1}}', '/a'],
    ['with white space around', '{ "a" : 1 ,\r\n\t"a" : 2 }', '/a'],
  ])('%s is found', (_, text, pointer) => {
    expect(twin(text)).toBe(pointer);
  });

  test.each([
    'null',
    '"a:b"',
    '[]',
    '{}',
    '{"a":{"a":{"a":1}}}',
    '[{"a":1},{"a":1}]',
    '{"a":"\\"a\\":1,\\"a\\":2"}',
    String.raw`{"a":"\\","b":"a\":1"}`,
    '{"A":1,"a":2}',
    '{"time":"2026-09-01T09:00:00Z","source":"https://matrix.example:8080/"}',
    '{"1":"a","0":"b"}',
  ])('is none of %s', (text) => {
    expect(twin(text)).toBeUndefined();
  });

  test('is found at any depth and in a text of any size', () => {
    const deep = 20_000;
    expect(twin(`${'{"a":'.repeat(deep)}{"b":1,"b":2}${'}'.repeat(deep)}`)).toBe(`${'/a'.repeat(deep)}/b`);
    const long = `{"a":"${String.raw`\\\"`.repeat(500_000)}","b":1`;
    expect(twin(`${long}}`)).toBeUndefined();
    expect(twin(`${long},"b":2}`)).toBe('/b');
  });

  test('is in no text that a program writes, and in every one in which a member is written once more', () => {
    const name = fc.string({ unit: fc.constantFrom('a', ':', '"', '\\', '{', '/', 'é', '\n'), maxLength: 3 });
    const object = fc.dictionary(name, fc.jsonValue({ maxDepth: 3 }), { minKeys: 1, noNullPrototype: true });
    fc.assert(
      fc.property(object, fc.nat(), (value, at) => {
        const text = JSON.stringify(value);
        expect(twin(text)).toBeUndefined();
        const names = Object.keys(value);
        const again = names[at % names.length] ?? '';
        const pointer = `/${again.replaceAll('~', '~0').replaceAll('/', '~1')}`;
        expect(twin(`${text.slice(0, -1)},${JSON.stringify(again)}:0}`)).toBe(pointer);
      }),
      { numRuns: 1_000 },
    );
  });
});
