/// <reference types="jest" />
import { settingsFrom, unknownSettings } from './settings';

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

describe('the room for what is kept of answers', () => {
  test('is 256 MB unless it is set, from 16 MB to 64 GB', () => {
    expect(settingsFrom({}).cacheBytes).toBe(256 * 1024 * 1024);
    for (const megabytes of [16, 512, 65_536])
      expect(settingsFrom({ REGISTER_CACHE_MB: String(megabytes) }).cacheBytes).toBe(megabytes * 1024 * 1024);
  });

  test.each(['15', '65537', '0', '016', '-64', '64.5', '1e3', '256MB'])(
    'is no other number, such as %s',
    (value) => {
      expect(() => settingsFrom({ REGISTER_CACHE_MB: value })).toThrow(
        'REGISTER_CACHE_MB must be a whole number of megabytes from 16 to 65536',
      );
    },
  );
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

describe('a setting that cannot be', () => {
  test.each([
    ['PORT', '80 80', 'a number from 0 to 65535'],
    ['REGISTER_CALENDAR', 'always', 'auto or manual'],
    ['REGISTER_STORE', 'register.db', 'sqlite:data/register.db'],
    ['REGISTER_POLICY', 'CMQA 2017', 'such as cmqa-2017'],
    ['REGISTER_REGISTRAR_KEY', 'a secret with a space in it', 'none of them a space'],
  ])('is refused with how to correct it: %s=%s', (name, value, hint) => {
    expect(() => settingsFrom({ [name]: value })).toThrow(name);
    expect(() => settingsFrom({ [name]: value })).toThrow(hint);
  });

  test('is not shown where it is a secret', () => {
    const secret = 'a secret with a space in it';
    expect(() => settingsFrom({ REGISTER_REGISTRAR_KEY: secret })).not.toThrow(secret);
  });
});

describe('until when days are opened, however many', () => {
  test('is not said unless it is set, and is a day of the register', () => {
    expect(settingsFrom({}).openUntil).toBeUndefined();
    expect(settingsFrom({ REGISTER_OPEN_UNTIL: '2036-11-29' }).openUntil).toBe('2036-11-29');
    expect(settingsFrom({ REGISTER_OPEN_UNTIL: '9999-12-31' }).openUntil).toBe('9999-12-31');
  });

  test.each(['2026-02-29', '29/11/2036', '1899-12-31', '10000-01-01', '2036-11-29T00:00', 'today'])(
    'is never %s',
    (value) => {
      expect(() => settingsFrom({ REGISTER_OPEN_UNTIL: value })).toThrow('REGISTER_OPEN_UNTIL must be a day');
    },
  );
});

describe('a setting that no one reads', () => {
  test.each([
    ['REGISTER_OPEN_UNTILL', 'did you mean REGISTER_OPEN_UNTIL?'],
    ['REGISTER_REGISTRAR_KEYFILE', 'did you mean REGISTER_REGISTRAR_KEY_FILE?'],
    ['REGISTER_STOREFILE', 'did you mean REGISTER_STORE_FILE?'],
    ['REGISTER_POLICY_FILE', 'is no setting of this release'],
  ])('is told: %s %s', (name, said) => {
    expect(unknownSettings({ [name]: 'never shown' })).toEqual([expect.stringContaining(said)]);
    expect(unknownSettings({ [name]: 'never shown' }).join()).not.toContain('never shown');
  });

  test('is none of those that it has', () => {
    const known = ['REGISTER_OPEN_UNTIL', 'REGISTER_REGISTRAR_KEY_FILE', 'REGISTER_STORE_FILE'];
    expect(unknownSettings(Object.fromEntries(known.map((name) => [name, 'x'])))).toEqual([]);
  });
});

describe('the origin', () => {
  test.each([
    'register.example',
    'register.example:8443',
    'www.example.org/careers/register',
    'unnamed.invalid/0123',
  ])('is a public address without its scheme: %s', (origin) => {
    expect(settingsFrom({ REGISTER_ORIGIN: origin }).origin).toBe(origin);
  });

  test.each([
    'https://register.example',
    'register.example/',
    'register example',
    'a+b',
    'a\nb',
    'a'.repeat(201),
  ])('is not %j', (origin) => {
    expect(() => settingsFrom({ REGISTER_ORIGIN: origin })).toThrow('without its scheme');
  });

  test('need not be set', () => {
    expect(settingsFrom({ REGISTER_ORIGIN: '' }).origin).toBeUndefined();
  });
});
