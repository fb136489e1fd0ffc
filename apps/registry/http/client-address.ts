import { BlockList, isIP, isIPv6 } from 'node:net';
import { hash } from 'node:crypto';
import { Logger } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

/**
 * Reads an address as proxies and sockets write it: without a port, brackets, quotes and zone. An IPv4
 * address within IPv6 (mapped, or by NAT64) becomes plain IPv4. Undefined if the text is no address.
 */
export function readAddress(written: string | undefined): string | undefined {
  if (written === undefined) return undefined;
  if (isIP(written) === 4) return written;
  const bare = written.trim().replace(/^"(.*)"$/, '$1');
  const address =
    /^\[([^\]]*)\](?::[0-9]{1,5})?$/.exec(bare)?.[1] ?? bare.replace(/^([0-9.]+):[0-9]{1,5}$/, '$1');
  const kind = isIP(address);
  if (kind === 4) return address;
  return kind === 6 ? (withinIPv6(address) ?? address.replace(/%.*$/, '').toLowerCase()) : undefined;
}

/** The eight groups of an IPv6 address. */
export function groupsOf(address: string): readonly number[] {
  const [plain = ''] = address.split('%');
  const dotted = /[0-9.]+$/.exec(plain)?.[0] ?? '';
  const [a = 0, b = 0, c = 0, d = 0] = dotted.split('.').map(Number);
  const hex = dotted.includes('.')
    ? `${plain.slice(0, -dotted.length)}${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`
    : plain;
  const [head = [], tail = []] = hex.split('::').map((part) => part.split(':').filter(Boolean));
  const between = Array<string>(8 - head.length - tail.length).fill('0');
  return [...head, ...between, ...tail].map((group) => Number.parseInt(group, 16));
}

/** The prefixes of IPv4 addresses mapped into IPv6, and of NAT64 (RFC 6052, RFC 8215). */
const BEFORE_IPV4 = ['0:0:0:0:0:ffff', '64:ff9b:0:0:0:0', '64:ff9b:1:0:0:0'];

function withinIPv6(address: string): string | undefined {
  const groups = groupsOf(address);
  const before = groups.slice(0, 6).map((group) => group.toString(16));
  if (!BEFORE_IPV4.includes(before.join(':'))) return undefined;
  return groups
    .slice(6)
    .flatMap((group) => [group >> 8, group & 255])
    .join('.');
}

/** The named networks that an operator can use. */
const NETWORKS: Readonly<Record<string, readonly string[]>> = {
  loopback: ['127.0.0.0/8', '::1/128'],
  linklocal: ['169.254.0.0/16', 'fe80::/10'],
  uniquelocal: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'],
};

/**
 * Makes a function that tells whether an address, in any spelling, is one of the trusted proxies, named as in
 * the settings.
 */
export function trusted(proxies: readonly string[]): (written: string | undefined) => boolean {
  const list = new BlockList();
  for (const proxy of proxies.flatMap((one) => NETWORKS[one] ?? one)) {
    const [address = '', bits] = proxy.split('/');
    const read = bits === undefined ? (readAddress(address) ?? address) : address;
    const kind = isIPv6(read) ? 'ipv6' : 'ipv4';
    if (bits === undefined) list.addAddress(read, kind);
    else list.addSubnet(read, Number(bits), kind);
  }
  return (written) => {
    const address = readAddress(written);
    return address !== undefined && list.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
  };
}

/**
 * The address that a request comes from: the other end of its connection or, behind trusted proxies, the
 * first one before them. If a proxy passed on something that is no address, the proxy’s.
 */
export function clientAddressOf({ ip, socket: { remoteAddress } }: FastifyRequest): string {
  return readAddress(ip) ?? readAddress(remoteAddress) ?? '';
}

/**
 * Names, addresses of either kind, and a port: what a browser sends, and nothing that would mislead on paper.
 */
const HOST = /^(?:[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?|\[[0-9a-f:.]{2,45}\])(?::[0-9]{1,5})?$/i;
/** A proxy may pass on what a client wrote. */
const SCHEME = /^https?$/;
/** The headers that proxies add to a request. */
const PASSED_ON = ['forwarded', 'via', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto'];

/**
 * Scheme and host of the register’s address: as a trusted proxy says them, or the register’s own address if
 * the request came to that without a proxy. Undefined if only the client says them, who may say anything.
 */
export function originOf(
  { headers, protocol, host, socket }: FastifyRequest,
  isProxy: (address: string | undefined) => boolean,
): string {
  const { localAddress, localPort, remoteAddress } = socket;
  if (isProxy(remoteAddress)) return HOST.test(host) && SCHEME.test(protocol) ? `${protocol}://${host}` : '';
  const own = readAddress(localAddress) ?? '';
  const names = [
    own.includes(':') ? `[${own}]` : own,
    ...(own === '127.0.0.1' || own === '::1' ? ['localhost'] : []),
  ];
  const isOwn = names.some((name) => host === `${name}:${localPort}` || (localPort === 80 && host === name));
  return isOwn && !PASSED_ON.some((name) => name in headers) ? `http://${host}` : '';
}

/**
 * The name under which a request is counted: its IPv4 address, or the first 64 bits of its IPv6 address,
 * because whoever has one such address has all of them. If a proxy wrote something that is no address, that
 * text is counted itself, so that different texts do not share a count; equal texts do, and the operator is
 * told once.
 */
export function countedAs(request: FastifyRequest): string {
  const { ip, socket } = request;
  const address = readAddress(ip);
  if (address !== undefined) return networkOf(address);
  // A client whose connection is gone has no address, and receives no answer.
  if (ip === socket.remoteAddress) return '';
  tellOfUnreadable(clientAddressOf(request));
  return `${UNREADABLE} ${hash('sha256', ip)}`;
}

/** The network by which an address is counted. */
export function networkOf(address: string): string {
  return address.includes(':') ? prefixOf(address, 64) : address;
}

/**
 * The networks by which connections from an address are counted: its own, and for IPv6 also that of a
 * customer.
 */
export function networksOf(address: string): readonly string[] {
  return address.includes(':') ? [prefixOf(address, 64), prefixOf(address, 48)] : [address];
}

/** The network of the first `bits` bits of an IPv6 address; a multiple of 8. */
function prefixOf(address: string, bits: number): string {
  const groups = groupsOf(address).slice(0, Math.ceil(bits / 16));
  const last = bits % 16 === 0 ? 0xffff : 0xff00;
  const kept = groups.map((group, i) => (i === groups.length - 1 ? group & last : group).toString(16));
  return `${kept.join(':')}::/${bits}`;
}

/**
 * The lengths of the wider networks around an address, by kind, as they are assigned to customers and to
 * providers.
 */
const WIDER: Readonly<Record<4 | 6, readonly number[]>> = { 4: [24, 16, 8], 6: [56, 48, 32, 16] };

/**
 * The next wider network around a counted address or network; undefined around the widest, and around what is
 * no address. So clients without a count of their own share one with their neighbours, and not with
 * everybody.
 */
export function widerNetwork(network: string): string | undefined {
  const [address = '', length] = network.split('/');
  if (isIP(address) === 6) {
    const bits = WIDER[6].find((one) => one < Number(length ?? 128));
    return bits === undefined ? undefined : prefixOf(address, bits);
  }
  if (isIP(address) !== 4) return network === UNREADABLE ? undefined : UNREADABLE;
  const bits = WIDER[4].find((one) => one < Number(length ?? 32));
  if (bits === undefined) return undefined;
  const bytes = address.split('.').map((byte, i) => (i < bits / 8 ? byte : '0'));
  return `${bytes.join('.')}/${bits}`;
}

const UNREADABLE = 'unreadable';

let told = false;

/** Does not repeat what the proxy wrote, which may be anything. */
function tellOfUnreadable(proxy: string): void {
  if (told) return;
  told = true;
  new Logger('http').warn(
    `the proxy ${proxy} wrote something into X-Forwarded-For that is no address: such requests are counted by what it wrote, all that have the same as one. Have the proxy write addresses (this is said once)`,
  );
}
