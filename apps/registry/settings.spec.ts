/// <reference types="jest" />
import { settingsFrom } from './settings';

describe('the limits', () => {
  test('are more than a process can answer, unless they are set', () => {
    expect(settingsFrom({})).toMatchObject({ limitPerKey: 2_000_000, limitPerAddress: 2_000_000 });
    expect(settingsFrom({ REGISTER_LIMIT_PER_KEY: '600', REGISTER_LIMIT_PER_ADDRESS: '60' })).toMatchObject({
      limitPerKey: 600,
      limitPerAddress: 60,
    });
  });

  test.each(['0', '-1', '1.5', 'none', '1e3', '12345678901'])('are whole numbers from 1, not %s', (value) => {
    for (const name of ['REGISTER_LIMIT_PER_KEY', 'REGISTER_LIMIT_PER_ADDRESS'])
      expect(() => settingsFrom({ [name]: value })).toThrow(`${name} must be a number`);
  });
});

describe('the proxies that are trusted', () => {
  test('are none unless they are named', () => {
    expect(settingsFrom({}).trustProxy).toEqual([]);
    expect(
      settingsFrom({ REGISTER_TRUST_PROXY: ' 10.0.0.7,10.0.0.0/8 , fd00::/8, ::1, loopback' }).trustProxy,
    ).toEqual(['10.0.0.7', '10.0.0.0/8', 'fd00::/8', '::1', 'loopback']);
  });

  test.each([
    'true',
    '1',
    '10.0.0',
    '10.0.0.0/33',
    'fd00::/129',
    '10.0.0.0/8/8',
    '10.0.0.0/',
    'loopback/8',
    'proxy.example',
  ])('are addresses and networks, not %s', (value) => {
    expect(() => settingsFrom({ REGISTER_TRUST_PROXY: value })).toThrow(
      'REGISTER_TRUST_PROXY must name proxies',
    );
  });
});
