import {
  LOOK_EVERY,
  type Handler,
  type AwaitedBody,
  UNREADABLE,
  CONNECTION,
  type Known,
  knownBy,
  type Network,
  Connection,
} from './connection';
import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerOptions,
  type ServerResponse,
} from 'node:http';
import type { Socket } from 'node:net';
import { afterOthers, endOfTurn, lettingIn } from '@app/application/cooperative';
import { Logger } from '@nestjs/common';
import { networksOf, readAddress } from './client-address';
import {
  LEAST_HEARD,
  LEAST_PATIENCE,
  LONGEST_BODY,
  LONGEST_HEAD,
  LONGEST_READING,
  LONGEST_WARINESS,
  MOST_CONNECTIONS,
  MOST_OF_AN_ADDRESS,
  MOST_OF_A_SITE,
  MOST_SPARE,
  TALLIES,
} from './budgets';

/**
 * All connections of a server, how many there may be, and for how long what. A stranger cannot keep others out by having
 * many: those that say nothing are closed for those that come, the first of them those of whoever has most.
 */
export class Connections {
  /** Milliseconds, as of the last look. */
  now = performance.now();
  /** How many came up to now. */
  came = 0;
  readonly #logger = new Logger('http');
  readonly #open = new Set<Connection>();
  readonly #networks = new Map<string, Network>();
  readonly #isProxy: (address: string | undefined) => boolean;
  /** Those that brought more than could be looked at in their turn. */
  readonly #waiting = new Set<Connection>();
  /** Until when it is looked at what connections brought, this time round the event loop; none, where it is not. */
  #turn: number | undefined;
  #waryUntil = -Infinity;
  #spare = 0;
  #hasTold = false;

  /** `isProxy`: whether an address is one of a trusted proxy, through which all the world may come. */
  constructor(isProxy: (address: string | undefined) => boolean) {
    this.#isProxy = isProxy;
  }

  /** How many are open. */
  get count(): number {
    return this.#open.size;
  }

  /** A server that has one request answered at a time on each of its connections. */
  serve(handler: Handler, options: ServerOptions, keepAliveTimeout: number): Server {
    const server = createServer(
      {
        ...options,
        headersTimeout: LONGEST_HEAD,
        // It would end every body, one that is streamed for hours too.
        requestTimeout: 0,
        // No one waits for the end of a body that there is not.
        optimizeEmptyRequests: true,
        connectionsCheckingInterval: LOOK_EVERY,
        keepAliveTimeout,
      },
      (request, answer) => knownBy(request.socket)?.take(request, answer, handler),
    );
    server.on('timeout', (socket: Socket) => {
      const connection = knownBy(socket);
      if (connection) connection.silent();
      else socket.destroy();
    });
    server.on('connection', (socket) => {
      this.#accept(socket);
    });
    const looking = setInterval(() => {
      this.#look();
    }, LOOK_EVERY).unref();
    server.on('close', () => {
      clearInterval(looking);
    });
    return server;
  }

  /**
   * More connections came than there is room for, or in one packet more requests, or pieces of a body, than clients send: for a
   * while everybody’s are looked at a little at a time, those that are there first, for their packets may have come with that
   * one. Each time round the event loop one connection is accepted, so that it has to come round soon.
   */
  beWary(): void {
    const isNew = this.now > this.#waryUntil;
    this.#waryUntil = this.now + LONGEST_WARINESS;
    if (isNew) for (const connection of this.#open) connection.slice();
  }

  /** Whether there is time in this turn of the process for more than a little of what a connection brings. */
  hasTime(): boolean {
    if (this.#turn === undefined) {
      this.#turn = endOfTurn();
      afterOthers(this.#next);
    }
    return performance.now() < this.#turn;
  }

  /** Has it looked at what a connection brought once others had their turn. */
  parseLater(connection: Connection): void {
    if (this.#waiting.size === 0) this.hasTime();
    this.#waiting.add(connection);
  }

  readonly #next = () => {
    this.#turn = undefined;
    const all = [...this.#waiting];
    this.#waiting.clear();
    for (const [i, connection] of all.entries()) {
      if (i > 0 && !this.hasTime()) this.#waiting.add(connection);
      else connection.parse();
    }
  };

  #accept(socket: Socket): void {
    this.came++;
    lettingIn();
    const { remoteAddress } = socket;
    const address = this.#isProxy(remoteAddress) ? undefined : readAddress(remoteAddress);
    const networks = address === undefined ? [] : networksOf(address).map((name) => this.#network(name));
    const full = this.#full(networks);
    if (full !== undefined) this.beWary();
    const isSpare = full !== undefined && !this.#evict(full);
    if (isSpare) {
      TALLIES.connections.add();
      this.#tell(full, remoteAddress);
      if (this.#spare >= MOST_SPARE && !this.#evict('spare')) {
        socket.destroy();
        return;
      }
      this.#spare++;
    }
    const connection = new Connection(this, socket, networks, isSpare);
    this.#open.add(connection);
    if (this.now <= this.#waryUntil) connection.slice();
    (socket as Known)[CONNECTION] = connection;
    for (const network of networks) {
      network.open++;
      this.#networks.set(network.name, network);
    }
    // Whoever reads would have Node go on: see there.
    socket.on('resume', () => {
      if (!connection.isHeld) {
        if (connection.willSlice) connection.slice();
        return;
      }
      socket.pause();
      if (connection.hasUnread) this.parseLater(connection);
    });
    socket.on('close', () => {
      this.#waiting.delete(connection);
      this.#open.delete(connection);
      if (isSpare) this.#spare--;
      for (const network of networks) if (--network.open === 0) this.#networks.delete(network.name);
    });
  }

  #network(name: string): Network {
    return this.#networks.get(name) ?? { name, open: 0 };
  }

  /** What has no room for one more of some networks: one of these, or all of it. */
  #full(networks: readonly Network[]): Network | 'all' | undefined {
    const [narrow, wide] = networks;
    if (narrow && narrow.open >= MOST_OF_AN_ADDRESS) return narrow;
    if (wide && wide.open >= MOST_OF_A_SITE) return wide;
    return this.#open.size - this.#spare >= MOST_CONNECTIONS ? 'all' : undefined;
  }

  /**
   * Closes one of a network’s, of all, or of those that are spare; false where none can be. First those on which nothing is
   * asked any more, then those whose sender or reader has been long about it, and last those that have only just come, whose
   * request may be there already; of these one of whoever has most, and that the oldest. Of the last {@link LEAST_HEARD}
   * none: what they ask may still be under way.
   */
  #evict(of: Network | 'all' | 'spare'): boolean {
    let [found, best]: [Connection | undefined, number] = [undefined, -Infinity];
    for (const connection of this.#open) {
      if (of === 'spare' ? !connection.isSpare : of !== 'all' && !connection.networks.includes(of)) continue;
      if (connection.socket.destroyed || connection.number > this.came - LEAST_HEARD) continue;
      const age = this.now - connection.since;
      const isIdle = !connection.request || connection.isLeaving;
      const isSlow =
        age > LEAST_PATIENCE && (connection.body?.isAwaited === true || connection.socket.writableLength > 0);
      if (!isIdle && !isSlow) continue;
      const isNew = isIdle && !connection.hasAsked && age < LEAST_PATIENCE;
      const [narrow] = connection.networks;
      const rank = (isNew ? -1e15 : isIdle ? 1e15 : 0) + (narrow?.open ?? 1) * 1e9 + Math.min(age, 1e8);
      if (rank > best) [found, best] = [connection, rank];
    }
    if (!found) return false;
    TALLIES.evicted.add();
    found.socket.destroy();
    return true;
  }

  #tell(of: Network | 'all', address = ''): void {
    if (this.#hasTold) return;
    this.#hasTold = true;
    this.#logger.warn(
      of === 'all'
        ? `there are ${MOST_CONNECTIONS} connections at once, and those that come now are refused (this is said once)`
        : `more connections come from ${address} at once than one address may have. If it is a proxy, name it in REGISTER_TRUST_PROXY (this is said once)`,
    );
  }

  #look(): void {
    this.now = performance.now();
    for (const connection of this.#open) {
      // Most are answered before anybody looks: they need no timer.
      if (connection.request && !connection.isTimed) connection.time();
      if (this.now > connection.until) connection.late();
      else if (
        connection.body?.isWhole &&
        this.now - connection.since > LONGEST_BODY &&
        connection.body.isAwaited
      )
        connection.late();
    }
  }
}

function connectionOf(request: IncomingMessage): Connection | undefined {
  const connection = knownBy(request.socket);
  return connection?.request === request ? connection : undefined;
}

/** The answer to a request, of those that are being answered. */
export function answerOf(request: IncomingMessage): ServerResponse | undefined {
  return connectionOf(request)?.answer;
}

/** Whether a request came on a connection that is one too many. */
export function isSpare(request: IncomingMessage): boolean {
  return knownBy(request.socket)?.isSpare === true;
}

/** Has a body’s reader hear where it does not come in time. */
export function awaitBody(request: IncomingMessage, body: AwaitedBody): void {
  const connection = connectionOf(request);
  if (!connection) return;
  connection.body = body;
  if (connection.isBroken && !request.complete) body.fail(UNREADABLE);
}

/** Says that more of a body is held than is wanted just now, or that it is wanted again. */
export function holdBack(request: IncomingMessage, isFull: boolean): void {
  const connection = connectionOf(request);
  if (connection) connection.isFull = isFull;
}

/** Has a request last no longer than so many milliseconds from its beginning on. */
export function endWithin(request: IncomingMessage, milliseconds: number): void {
  const connection = connectionOf(request);
  if (connection) connection.until = connection.since + milliseconds;
}

/** Has an answer that is held whole read within {@link LONGEST_READING}. */
export function readInTime(request: IncomingMessage): void {
  const connection = connectionOf(request);
  if (connection) connection.until = performance.now() + LONGEST_READING;
}

/** Has the connection end with the answer to this request: what is still being sent is let by, for a while. */
export function leaveAfter(request: IncomingMessage): void {
  connectionOf(request)?.leave();
}

/** Says to who sends what is no HTTP, after the answers that are still to be given, why nothing more is answered. */
export function breakOff(error: Error & { readonly code?: string }, socket: Socket, words: string): void {
  const connection = knownBy(socket);
  if (error.code === 'ECONNRESET' || !connection || !socket.writable) {
    socket.destroy(error);
    return;
  }
  if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    // While others wait in line nothing is read, a head that was begun neither.
    if (connection.request) return;
    TALLIES.late.add();
    if (socket.bytesRead === 0) {
      socket.destroy();
      return;
    }
  }
  connection.breakOff(words);
}
