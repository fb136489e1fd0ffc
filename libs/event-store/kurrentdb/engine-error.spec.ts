/// <reference types="jest" />
import { outcomeOf, typeOf, wordsOf } from './engine-error';

/** An error as the client throws it. */
function failure(type: string, message = ''): Error {
  return Object.assign(new Error(message), { type });
}

describe('an append that failed', () => {
  it('found the head moved if the engine expected another revision', () => {
    expect(outcomeOf(failure('wrong-expected-version'))).toBe('moved');
  });

  it.each([
    failure('access-denied'),
    failure('stream-deleted'),
    failure('stream-tombstoned'),
    failure('maximum-append-size-exceeded'),
    failure('append-record-size-exceeded'),
    failure('not-leader'),
    failure('no-stream'),
    failure('unknown', 'Server Is Not Ready'),
    failure('unavailable', 'client error (Connect)'),
    new Error('14 UNAVAILABLE: No connection established. Last error: connect ECONNREFUSED 127.0.0.1:2113'),
    new Error('getaddrinfo ENOTFOUND engine.example'),
    new Error('getaddrinfo EAI_AGAIN engine.example'),
    new Error('connect EHOSTUNREACH 10.0.0.5:2113'),
    new Error('connect ENETUNREACH 10.0.0.5:2113'),
    new Error('Failed to discover after 10 attempts.'),
    new Error('14 UNAVAILABLE: Name resolution failed for target dns:engine.example'),
  ])('has certainly written nothing: %p', (error) => {
    expect(outcomeOf(error)).toBe('unavailable');
  });

  it.each([
    failure('deadline-exceeded'),
    failure('unavailable'),
    failure('cancelled'),
    failure('timeout'),
    failure('unknown'),
    failure('a kind that the client may get one day'),
    new Error('14 UNAVAILABLE: Connection dropped'),
    new Error('no answer within 5000 ms'),
    new Error('ECONNRESET'),
    { type: 7 },
    'a text',
    null,
    undefined,
  ])('may have written nevertheless: %p', (error) => {
    expect(outcomeOf(error)).toBe('unknown');
  });
});

describe('an error of the client’s', () => {
  it.each([
    [failure('unavailable'), 'unavailable', 'unavailable'],
    [failure('unknown', 'Server Is Not Ready'), 'unknown', 'unknown: Server Is Not Ready'],
    [new Error('14 UNAVAILABLE: Connection dropped'), undefined, '14 UNAVAILABLE: Connection dropped'],
    [new Error(''), undefined, ''],
    ['a text', undefined, 'a text'],
    [null, undefined, 'null'],
    [{ type: 7 }, undefined, '[object Object]'],
  ])('%p has a kind or none, and tells it with its message', (error, type, words) => {
    expect(typeOf(error)).toBe(type);
    expect(wordsOf(error)).toBe(words);
  });
});
