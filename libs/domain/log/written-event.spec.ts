/// <reference types="jest" />
import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { writtenIn } from './written-event';

const EVENT = {
  body: 'body:matrix',
  data: { standard: 'matrix', note: 'a ",\\"id\\":\\"b" and },"id":"c', nested: { id: 'd' } },
  id: 'an-id',
  position: '17',
  recordedAt: '2026-09-01T00:00:00.000Z',
  revision: 3,
  schema: 1,
  source: 'https://matrix.example/feed',
  stream: 'accreditation-matrix-ukprn:10001816',
  subject: 'ukprn:10001816',
  type: 'AccreditationAwarded',
};

function canonical(value: object): string {
  return canonicalize(value) ?? '';
}

function reads(value: object): unknown {
  return writtenIn(canonical(value))?.stored();
}

describe('an event that is cut out of its text', () => {
  test('is what a reading as JSON finds', () => {
    expect(reads(EVENT)).toEqual(EVENT);
    const timed = { ...EVENT, time: '2026-09-01T00:00:00Z' };
    expect(reads(timed)).toEqual(timed);
    expect(writtenIn(canonical(EVENT))?.data).toEqual(EVENT.data);
  });

  test('is what a reading as JSON finds, whatever its members say', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('","data":{', '","id":"', '\\', '"}'),
    );
    const member = fc.constantFrom('body', 'id', 'recordedAt', 'source', 'stream', 'subject', 'time');
    fc.assert(
      fc.property(fc.dictionary(member, text), fc.jsonValue(), fc.nat(), (some, data, number) => {
        const event = { ...EVENT, ...some, data: { data }, position: String(number), revision: number };
        const cut = reads(event);
        if (cut !== undefined) expect(cut).toEqual(JSON.parse(canonical(event)));
        if (Object.keys(some).length === 0) expect(cut).toBeDefined();
      }),
    );
  });

  test('is never what a reading as JSON does not find, however its text was changed', () => {
    const whole = canonical(EVENT);
    const pieces = whole.split(/(?<=[",:{}])/);
    fc.assert(
      fc.property(
        fc.nat(pieces.length - 1),
        fc.nat(pieces.length - 1),
        fc.constantFrom('', ' ', '\\', ...pieces),
        (at, from, other) => {
          const changed = pieces.with(at, other || (pieces[from] ?? '')).join('');
          const cut = writtenIn(changed)?.stored();
          if (cut === undefined) return;
          expect(cut).toEqual(JSON.parse(changed));
        },
      ),
      { numRuns: 2_000 },
    );
  });

  test.each([
    ['written twice', (text: string) => text.replace('"id":"an', '"body":"body:other","data":{},"id":"an')],
    ['in another order', (text: string) => text.replace(/("revision":3),("schema":1)/, '$2,$1')],
    ['with an escape', (text: string) => text.replace('an-id', 'an\\u002did')],
    ['with a blank', (text: string) => text.replace('"schema":1', '"schema": 1')],
    ['of a type that is none', (text: string) => text.replace('AccreditationAwarded', 'constructor')],
  ])('is left to a reading as JSON where its text is %s', (_, changed) => {
    expect(writtenIn(changed(canonical(EVENT)))?.stored()).toBeUndefined();
  });
});
