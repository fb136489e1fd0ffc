/// <reference types="jest" />
import type { FastifyRequest } from 'fastify';
import { groupsOf, networkOf, originOf, readAddress, trusted } from './client-address';

describe('an address', () => {
  test.each([
    ['203.0.113.3', '203.0.113.3'],
    ['203.0.113.3:50000', '203.0.113.3'],
    [' 203.0.113.3 ', '203.0.113.3'],
    ['"203.0.113.3:443"', '203.0.113.3'],
    ['[203.0.113.3]:443', '203.0.113.3'],
    ['::ffff:203.0.113.3', '203.0.113.3'],
    ['::FFFF:cb00:7103', '203.0.113.3'],
    ['[::ffff:203.0.113.3]:50000', '203.0.113.3'],
    ['0:0:0:0:0:ffff:cb00:7103', '203.0.113.3'],
    ['64:ff9b::203.0.113.3', '203.0.113.3'],
    ['64:ff9b::cb00:7103', '203.0.113.3'],
    ['64:ff9b:1::cb00:7103', '203.0.113.3'],
    ['[64:ff9b::cb00:7103]:1', '203.0.113.3'],
    ['2001:db8::1', '2001:db8::1'],
    ['2001:DB8::1', '2001:db8::1'],
    ['[2001:db8::1]', '2001:db8::1'],
    ['[2001:db8::1]:443', '2001:db8::1'],
    ['"[2001:db8::1]:443"', '2001:db8::1'],
    ['fe80::1%eth0', 'fe80::1'],
    ['[fe80::1%25eth0]:443', 'fe80::1'],
    ['::1', '::1'],
    ['::', '::'],
  ])('written %s is %s', (written, address) => {
    expect(readAddress(written)).toBe(address);
  });

  test.each([
    '',
    ' ',
    'unknown',
    '_hidden',
    'localhost',
    '203.0.113',
    '203.0.113.999',
    '203.0.113.3:port',
    '[2001:db8::1',
    '2001:db8::1]',
    '2001:db8::g',
    'for=203.0.113.3',
    '203.0.113.3:50000:1',
  ])('is not what is written %j', (written) => {
    expect(readAddress(written)).toBeUndefined();
  });

  test('of IPv6 has eight groups, however short it is written', () => {
    expect(groupsOf('1::8')).toEqual([1, 0, 0, 0, 0, 0, 0, 8]);
    expect(groupsOf('::')).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
    expect(groupsOf('1:2:3:4:5:6:7::')).toEqual([1, 2, 3, 4, 5, 6, 7, 0]);
    expect(groupsOf('::ffff:203.0.113.3')).toEqual([0, 0, 0, 0, 0, 0xffff, 0xcb00, 0x7103]);
  });
});

test.each([
  ['192.0.2.7', '192.0.2.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['2001:0DB8:0:0::1', '2001:db8:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['::', '0:0:0:0::/64'],
  ['1::2:3:4:5:6:7', '1:0:2:3::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
])('of %s is counted %s', (address, network) => {
  expect(networkOf(address)).toBe(network);
});

describe('a proxy that is trusted', () => {
  const isTrusted = trusted([
    '10.0.0.7',
    '10.1.0.0/16',
    '::ffff:192.0.2.1',
    '2001:db8::/32',
    'loopback',
    'linklocal',
    'uniquelocal',
  ]);

  test.each([
    '10.0.0.7',
    '10.0.0.7:4321',
    '::ffff:10.0.0.7',
    '10.1.2.3',
    '192.0.2.1',
    '[2001:db8::7]:80',
    '127.0.0.1',
    '::1',
    '169.254.1.1',
    'fe80::1%eth0',
    '172.16.0.1',
    'fd00::1',
  ])('is known however its address is written: %s', (written) => {
    expect(isTrusted(written)).toBe(true);
  });

  test.each(['203.0.113.3', '2001:db9::1', 'unknown', '', '192.0.2.2'])('is not %j', (written) => {
    expect(isTrusted(written)).toBe(false);
  });

  test('is none where none is named', () => {
    expect(trusted([])('127.0.0.1')).toBe(false);
  });
});

describe('the address of the register', () => {
  const behind = trusted(['10.0.0.7']);
  const request = (remoteAddress: string, host: string, headers = {}, protocol = 'https') =>
    ({
      headers: { host, ...headers },
      host,
      protocol,
      socket: { localAddress: '::ffff:10.0.0.1', localPort: 3000, remoteAddress },
    }) as unknown as FastifyRequest;

  test('is what a trusted proxy says', () => {
    expect(originOf(request('::ffff:10.0.0.7', 'guidance.example'), behind)).toBe('https://guidance.example');
    expect(originOf(request('10.0.0.7', '[2001:db8::1]:8443'), behind)).toBe('https://[2001:db8::1]:8443');
  });

  test.each(['guidance.example/elsewhere', 'a@guidance.example', '"><b>', 'guidance example', ''])(
    'is none that would mislead on paper: %j',
    (host) => {
      expect(originOf(request('10.0.0.7', host), behind)).toBe('');
    },
  );

  test.each(['javascript', 'http, https', ''])('is none of a scheme that is not the web’s: %j', (scheme) => {
    expect(originOf(request('10.0.0.7', 'guidance.example', {}, scheme), behind)).toBe('');
  });

  test('is its own where it was asked by that, and no proxy is between', () => {
    const asked = (host: string, headers = {}) =>
      originOf(request('192.0.2.9', host, headers, 'http'), behind);
    expect(asked('10.0.0.1:3000')).toBe('http://10.0.0.1:3000');
    expect(asked('10.0.0.1:3000', { 'x-forwarded-host': 'guidance.example' })).toBe('');
    for (const host of ['guidance.example', '10.0.0.1', '10.0.0.1:30000', 'localhost:3000'])
      expect(asked(host)).toBe('');
  });
});
