/// <reference types="jest" />
import { DEFAULT_STREAM, engineAddress, isEngineAddress, withoutPassword } from './address';

describe('the address of an engine', () => {
  it.each([
    ['kurrentdb://127.0.0.1:2113?tls=false', 'kurrentdb://127.0.0.1:2113?tls=false', DEFAULT_STREAM],
    ['kurrentdb://10.0.0.5:2113', 'kurrentdb://10.0.0.5:2113', DEFAULT_STREAM],
    ['kurrentdb://10.0.0.5:2113/', 'kurrentdb://10.0.0.5:2113', DEFAULT_STREAM],
    ['esdb://10.0.0.5:2113/?tls=false', 'kurrentdb://10.0.0.5:2113?tls=false', DEFAULT_STREAM],
    ['kurrentdb+discover://engine.example:2113', 'kurrentdb+discover://engine.example:2113', DEFAULT_STREAM],
    ['esdb+discover://engine.example', 'kurrentdb+discover://engine.example', DEFAULT_STREAM],
    ['kurrentdb://a:2113,b:2113?tls=false&stream=north', 'kurrentdb://a:2113,b:2113?tls=false', 'north'],
    ['kurrentdb://a?stream=north&tls=false', 'kurrentdb://a?tls=false', 'north'],
    ['kurrentdb://a?stream=north%2Deast', 'kurrentdb://a', 'north-east'],
    ['kurrentdb://admin:a%40b@a:2113', 'kurrentdb://admin:a%40b@a:2113', DEFAULT_STREAM],
    [
      'kurrentdb://a?defaultDeadline=500&tlsCAFile=/etc/ca.crt',
      'kurrentdb://a?defaultDeadline=500&tlsCAFile=/etc/ca.crt',
      DEFAULT_STREAM,
    ],
  ])('%s', (setting, connection, stream) => {
    expect(isEngineAddress(setting)).toBe(true);
    expect(engineAddress(setting)).toEqual({ connection, stream });
  });

  it.each([
    '',
    'kurrentdb:',
    'kurrentdb://',
    'kurrentdb://?tls=false',
    'sqlite:data/register.db',
    'postgres://a/b',
    'http://a:2113',
    ' kurrentdb://a',
    'KURRENTDB://a',
    'kurrentdb://a?stream=',
    'kurrentdb://a?stream=$all',
    'kurrentdb://a?stream=%24streams',
    'kurrentdb://a?stream=a%20b',
    `kurrentdb://a?stream=${'x'.repeat(129)}`,
    'kurrentdb://a?stream=north&stream=south',
  ])('is not %p: the error says how one is written', (setting) => {
    expect(() => engineAddress(setting)).toThrow('is written kurrentdb://HOST:2113?tls=false');
  });

  it('does not appear with its password in the error', () => {
    expect(() => engineAddress('kurrentdb://admin:swordfish@a?stream=$all')).toThrow(
      expect.not.objectContaining({ message: expect.stringContaining('swordfish') as string }) as Error,
    );
  });

  it.each([
    ['kurrentdb://admin:swordfish@a:2113?tls=false', 'kurrentdb://a:2113?tls=false'],
    ['kurrentdb+discover://admin:sword%40fish@a', 'kurrentdb+discover://a'],
    ['kurrentdb://a:2113', 'kurrentdb://a:2113'],
    ['kurrentdb://admin:sword@fish@a:2113', 'kurrentdb://a:2113'],
    ['kurrentdb://admin:sword/fish?@a:2113', 'kurrentdb://a:2113'],
  ])('%s is shown to people as %s', (setting, shown) => {
    expect(withoutPassword(setting)).toBe(shown);
  });
});
