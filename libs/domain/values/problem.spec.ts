/// <reference types="jest" />
import { isRefusal, refuse } from './problem';

describe('a refusal', () => {
  const refusal = refuse('invalid-interval', 'Too early', '/data/until');

  test('is known as one, and so is a copy of it', () => {
    expect(isRefusal(refusal)).toBe(true);
    expect(isRefusal({ ...refusal, detail: 'Told in other words' })).toBe(true);
  });

  test('is told in JSON by its code, its detail and its errors alone', () => {
    expect(JSON.stringify(refusal)).toBe(
      '{"code":"invalid-interval","detail":"Too early","errors":[{"pointer":"/data/until","code":"invalid-interval","detail":"Too early"}]}',
    );
    expect(Object.keys(refuse('not-found', 'Nothing here'))).toEqual(['code', 'detail']);
  });

  test.each([
    ['what was sent in its form', JSON.parse(JSON.stringify(refusal))],
    ['one broken field', refusal.errors?.[0]],
    ['a number', 0],
    ['a text', 'invalid-interval'],
    ['nothing', undefined],
    ['null', null],
  ])('is not %s', (_, value: unknown) => {
    expect(isRefusal(value)).toBe(false);
  });
});
