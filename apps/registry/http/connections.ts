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
 * All connections of a server, with bounds on their number and duration. A stranger cannot exclude others by
 * opening many: idle connections are closed for new ones, first those of whoever has most.
 */
export class Connections {
  /** Milliseconds, as of the last check. */
  now = performance.now();
  /** How many connections came up to now. */
  came = 0;
  readonly #logger = new Logger('http');
  readonly #open = new Set<Connection>();
  readonly #networks = new Map<string, Network>();
  readonly #isProxy: (address: string | undefined) => boolean;
  /** Whether all of them are those of this register’s readers. */
  readonly #areReaders: boolean;
  /** Connections that brought more than their turn could parse. */
  readonly #waiting = new Set<Connection>();
  /** The end of the present turn for parsing in this round of the event loop; undefined if there is none. */
  #turn: number | undefined;
  #waryUntil = -Infinity;
  #spare = 0;
  #hasTold = false;

  /**
   * `isProxy`: whether an address is a trusted proxy’s, through which everybody may come. `areReaders`: whether
   * no one but this register’s readers can connect.
   */
  constructor(isProxy: (address: string | undefined) => boolean, areReaders = false) {
    this.#isProxy = isProxy;
    this.#areReaders = areReaders;
  }

  /** How many are open. */
  get count(): number {
    return this.#open.size;
  }

  /** Makes a server that answers one request at a time on each connection. */
  serve(handler: Handler, options: ServerOptions, keepAliveTimeout: number): Server {
    const server = createServer(
      {
        ...options,
        headersTimeout: LONGEST_HEAD,
        // Node’s own timeout would end every body, even one that is streamed for hours.
        requestTimeout: 0,
        // No one waits for the end of an empty body.
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
   * Called if more connections came than there is room for, or more requests or pieces of a body in one
   * packet than clients send. For a while all connections are then parsed in small pieces, also those that
   * are there already, whose packets may have come together with that one. Each round of the event loop
   * accepts one connection, so rounds must be short.
   */
  beWary(): void {
    const isNew = this.now > this.#waryUntil;
    this.#waryUntil = this.now + LONGEST_WARINESS;
    if (isNew) for (const connection of this.#open) connection.slice();
  }

  /** Whether this turn has time for more than a little of a connection’s input. */
  hasTime(): boolean {
    if (this.#turn === undefined) {
      this.#turn = endOfTurn();
      afterOthers(this.#next);
    }
    return performance.now() < this.#turn;
  }

  /** Parses the rest of a connection’s input after others had their turn. */
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
    const connection = new Connection(this, socket, networks, { isSpare, isReader: this.#areReaders });
    this.#open.add(connection);
    if (this.now <= this.#waryUntil) connection.slice();
    (socket as Known)[CONNECTION] = connection;
    for (const network of networks) {
      network.open++;
      this.#networks.set(network.name, network);
    }
    // Reading the body would make Node resume reading: see there.
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

  /** The first of some networks that has no room for one more connection, or `all`. */
  #full(networks: readonly Network[]): Network | 'all' | undefined {
    const [narrow, wide] = networks;
    if (narrow && narrow.open >= MOST_OF_AN_ADDRESS) return narrow;
    if (wide && wide.open >= MOST_OF_A_SITE) return wide;
    return this.#open.size - this.#spare >= MOST_CONNECTIONS ? 'all' : undefined;
  }

  /**
   * Closes a connection of a network, of all, or of the spare ones; false if none can be closed. First come
   * those without a request, then those whose sender or reader has taken long, and last the new ones, whose
   * request may have arrived already; among these, the oldest of whoever has most. The last {@link
   * LEAST_HEARD} are never closed: their requests may be on their way.
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
      // Most are answered before the next check, and need no timer.
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

/** The answer to a request that is being answered. */
export function answerOf(request: IncomingMessage): ServerResponse | undefined {
  return connectionOf(request)?.answer;
}

/** Whether a request came on a connection beyond the bounds. */
export function isSpare(request: IncomingMessage): boolean {
  return knownBy(request.socket)?.isSpare === true;
}

/** Whether one of this register’s readers handed a request on. */
export function isByReader(request: IncomingMessage): boolean {
  return knownBy(request.socket)?.isReader === true;
}

/** Lets the reader of a body know if it does not come in time. */
export function awaitBody(request: IncomingMessage, body: AwaitedBody): void {
  const connection = connectionOf(request);
  if (!connection) return;
  connection.body = body;
  if (connection.isBroken && !request.complete) body.fail(UNREADABLE);
}

/** Says that more of a body is held than is wanted at the moment, or that it is wanted again. */
export function holdBack(request: IncomingMessage, isFull: boolean): void {
  const connection = connectionOf(request);
  if (connection) connection.isFull = isFull;
}

/** Limits the duration of a request to a number of milliseconds from its beginning. */
export function endWithin(request: IncomingMessage, milliseconds: number): void {
  const connection = connectionOf(request);
  if (connection) connection.until = connection.since + milliseconds;
}

/** Requires an answer that is held whole to be read within {@link LONGEST_READING}. */
export function readInTime(request: IncomingMessage): void {
  const connection = connectionOf(request);
  if (connection) connection.until = performance.now() + LONGEST_READING;
}

/**
 * Ends the connection with the answer to this request; for a while, what is still being sent is thrown away.
 */
export function leaveAfter(request: IncomingMessage): void {
  connectionOf(request)?.leave();
}

/** Tells a client that sends no HTTP why nothing more is answered, after the answers that are due. */
export function breakOff(error: Error & { readonly code?: string }, socket: Socket, words: string): void {
  const connection = knownBy(socket);
  if (error.code === 'ECONNRESET' || !connection || !socket.writable) {
    socket.destroy(error);
    return;
  }
  if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    // While requests wait in line nothing is read, not even the rest of a head.
    if (connection.request) return;
    TALLIES.late.add();
    if (socket.bytesRead === 0) {
      socket.destroy();
      return;
    }
  }
  connection.breakOff(words);
}
