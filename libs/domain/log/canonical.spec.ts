import type { StoredEvent } from './stored-event';
import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { canonical } from './canonical';

const plain = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);
const name = fc.oneof(
  fc.stringMatching(/^[A-Za-z]{1,9}$/),
  fc.string({ maxLength: 4 }),
  fc.nat(20).map(String),
);
const data = fc.oneof(
  fc.dictionary(fc.stringMatching(/^[A-Za-z]{1,9}$/), fc.oneof(plain, fc.array(plain, { maxLength: 3 }))),
  fc.dictionary(name, fc.jsonValue({ maxDepth: 3 })),
);

const event = fc.record(
  {
    position: fc.nat().map(String),
    stream: fc.string(),
    revision: fc.nat(),
    type: fc.constant('AdviserRegistered' as const),
    schema: fc.constant(1 as const),
    subject: fc.string(),
    body: fc.string(),
    source: fc.string(),
    id: fc.string(),
    time: fc.string(),
    recordedAt: fc.string(),
    data,
  },
  {
    noNullPrototype: true,
    requiredKeys: [
      'position',
      'stream',
      'revision',
      'type',
      'schema',
      'subject',
      'body',
      'source',
      'id',
      'recordedAt',
      'data',
    ],
  },
);

describe('The bytes of a stored event', () => {
  test('are its RFC 8785 form, whatever its data are', () => {
    fc.assert(
      fc.property(event, (stored: StoredEvent) => {
        expect(canonical(stored).text).toBe(canonicalize(stored));
      }),
    );
  });

  test('are read as the very event that this process goes on with, the order of its fields included', () => {
    fc.assert(
      fc.property(event, (stored: StoredEvent) => {
        const written = canonical(stored);
        expect(JSON.stringify(written.stored)).toBe(JSON.stringify(JSON.parse(written.text)));
      }),
    );
  });
});
