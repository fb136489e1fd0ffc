import { refuse } from '@app/http-contract/problem/refusal-error';
import { type IncomingMessage, type ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { Refusal } from '@app/domain/values/problem';
import {
  LEAST_PIECE,
  LONGEST_BODY,
  LONGEST_FAREWELL,
  LONGEST_PIECE,
  LONGEST_SILENCE,
  MOST_DISCARDED,
  MOST_IN_LINE,
  MOST_OF_A_PIECE,
  MOST_PIECES,
  MOST_SILENCES,
  PIECE_OF_HEADS,
  TALLIES,
} from './budgets';
import type { Connections } from './connections';

/** Milliseconds between two checks for what takes too long. One check serves all connections. */
export const LOOK_EVERY = 1_000;

export type Handler = (request: IncomingMessage, answer: ServerResponse) => void;

/** A body that somebody is reading. */
export interface AwaitedBody {
  /** Whether its sender is the one to act next. */
  readonly isAwaited: boolean;
  /** Whether it is read whole, before anything is done with it. */
  readonly isWhole: boolean;
  /** Tells its reader why it does not come. */
  fail(refusal: Refusal): void;
}

const TOO_SLOW: Refusal = refuse(
  'malformed',
  `The body did not come to its end in time. One that is read whole has ${LONGEST_BODY / 1_000} s; of any other something has to come every ${(MOST_SILENCES * LONGEST_SILENCE) / 1_000} s: send the same again`,
);

export const UNREADABLE: Refusal = refuse(
  'invalid-question',
  'The request cannot be read: correct its address or its headers',
);

/** The property by which a socket knows its connection, which each request reads several times. */
export const CONNECTION = Symbol('connection');

export type Known = Socket & { [CONNECTION]?: Connection };

export function knownBy(socket: Known): Connection | undefined {
  return socket[CONNECTION];
}

/** An address, or a wider network, and the number of its open connections. */
export interface Network {
  readonly name: string;
  open: number;
}

/** One connection: what happens on it, one request after the other, and its deadline. */
export class Connection {
  readonly socket: Socket;
  /** The networks that count it, the narrowest first; none for a trusted proxy. */
  readonly networks: readonly Network[];
  /** Whether it is beyond the bounds: then it only gets the state of the register. */
  readonly isSpare: boolean;
  /** Whether it is one of this register’s readers, which hands on what others ask. */
  readonly isReader: boolean;
  /** The number of connections up to and including this one. */
  readonly number: number;
  /** The request that is being answered. */
  request: IncomingMessage | undefined;
  answer: ServerResponse | undefined;
  body: AwaitedBody | undefined;
  /** Whether it ever brought a request. */
  hasAsked = false;
  /** The beginning and the deadline of its present activity, on the clock of {@link Connections}. */
  since: number;
  until = Infinity;
  /** Its client was told why, its input is ignored, and it only finishes. */
  isLeaving = false;
  /** Its last input cannot be parsed. */
  isBroken = false;
  /** What to write after the last answer; undefined if nothing. */
  lastWords: string | undefined;
  bytesAtSilence = -1;
  silences = 0;
  /** Whether it is told when nothing is sent and nothing read. */
  isTimed = false;
  /** Whether its input is to be parsed in small pieces once reading resumes. */
  willSlice = false;
  readonly #connections: Connections;
  readonly #line: { readonly request: IncomingMessage; readonly answer: ServerResponse }[] = [];
  /** Input that was read but not parsed yet. */
  #unread: Buffer | undefined;
  /** The bytes of a body that are parsed at once. */
  #piece = LEAST_PIECE;
  #parse: ((bytes: Buffer) => void) | undefined;
  #isFull = false;
  #isHeld = false;
  #handler: Handler | undefined;

  constructor(
    connections: Connections,
    socket: Socket,
    networks: readonly Network[],
    { isSpare, isReader }: Pick<Connection, 'isSpare' | 'isReader'>,
  ) {
    this.#connections = connections;
    this.socket = socket;
    this.networks = networks;
    this.isSpare = isSpare;
    this.isReader = isReader;
    this.number = connections.came;
    this.since = connections.now;
  }

  /**
   * From now on parses its input in small pieces. Node parses all that was read at once: two thousand
   * requests of one packet, or ten thousand pieces of a body. Node’s way is a tenth faster, so all other
   * connections keep it.
   */
  slice(): void {
    const { socket } = this;
    const [parse] = socket.listeners('data') as ((bytes: Buffer) => void)[];
    if (this.#parse || !parse || socket.destroyed) return;
    // While nothing is read, Node would not resume reading; so this waits until something is read.
    this.willSlice = this.#isHeld || socket.isPaused();
    if (this.willSlice) return;
    this.#parse = parse;
    socket.removeListener('data', parse);
    socket.on('data', (bytes: Buffer) => {
      this.#unread = this.#unread ? Buffer.concat([this.#unread, bytes]) : bytes;
      // A new connection does not wait for others’ packets: only one is accepted in each round of the loop.
      if (!this.hasAsked || this.#connections.hasTime()) {
        this.parse();
        return;
      }
      this.#connections.parseLater(this);
      this.#hold();
    });
  }

  /**
   * Parses a little of what was read, and more if others need not wait for that: connections with much input
   * take turns with those with little. Parses nothing while a request waits in line.
   */
  parse(): void {
    const { socket } = this;
    while (this.#parse && this.#unread && !this.#isFull && this.#line.length === 0 && !socket.destroyed) {
      // Node waits for its own answer to be read.
      if (Reflect.get(socket, '_paused') === true) break;
      const isBody = this.request?.complete === false;
      const most = isBody ? this.#piece : PIECE_OF_HEADS;
      const piece = this.#unread.length <= most ? this.#unread : this.#unread.subarray(0, most);
      this.#unread = piece.length < this.#unread.length ? this.#unread.subarray(most) : undefined;
      const begin = performance.now();
      this.#parse(piece);
      if (isBody) this.#fit(performance.now() - begin);
      if (this.#unread && !this.#connections.hasTime()) {
        this.#connections.parseLater(this);
        break;
      }
    }
    this.#hold();
  }

  /**
   * Chooses the size of the next piece of a body so that parsing it is short: more bytes of large chunks than
   * of tiny ones.
   */
  #fit(took: number): void {
    if (took > LONGEST_PIECE) this.#piece = LEAST_PIECE;
    else if (took * 4 < LONGEST_PIECE) this.#piece = Math.min(MOST_OF_A_PIECE, this.#piece * 2);
  }

  /**
   * Takes a request. Requests are answered one at a time, so that a connection that no one reads holds one
   * answer. Others that came with it wait in line, and meanwhile nothing more is read.
   */
  take(request: IncomingMessage, answer: ServerResponse, handler: Handler): void {
    if (this.isLeaving) return;
    this.#handler = handler;
    if (isChunked(request)) this.#watchPieces(request);
    if (!this.request) {
      this.#begin(request, answer);
      return;
    }
    this.#line.push({ request, answer });
    if (!this.#parse && this.#line.length > MOST_IN_LINE) this.#connections.beWary();
    this.#hold();
  }

  /**
   * Parses a body in small pieces if its sender chose tiny chunks, whether anybody reads it or not. Any other
   * body comes in the pieces in which it was read. Pieces that came with the head are being parsed already:
   * if there are more than real clients send, all connections are watched.
   */
  #watchPieces(request: IncomingMessage): void {
    if (this.#parse) return;
    this.slice();
    const push = request.push.bind(request);
    let pieces = 0;
    request.push = (...piece) => {
      if (++pieces > MOST_PIECES) {
        request.push = push;
        this.#connections.beWary();
      }
      return push(...piece);
    };
    setImmediate(() => {
      request.push = push;
    });
  }

  #begin(request: IncomingMessage, answer: ServerResponse): void {
    this.hasAsked = true;
    this.request = request;
    this.answer = answer;
    this.since = this.#connections.now;
    this.until = Infinity;
    answer.on('close', this.#ended);
    this.#handler?.(request, answer);
  }

  readonly #ended = () => {
    const { request } = this;
    this.request = this.answer = this.body = undefined;
    this.isTimed = false;
    this.since = this.#connections.now;
    // The rest of a body that no one reads is thrown away, within a bound.
    this.until = request && !request.complete ? this.since + LONGEST_FAREWELL : Infinity;
    if (this.socket.destroyed) return;
    const next = this.#line.shift();
    if (next) this.#begin(next.request, next.answer);
    else if (this.lastWords !== undefined) this.#say(this.lastWords);
    else if (this.isBroken) this.socket.destroySoon();
    if (this.#unread) this.parse();
    else this.#hold();
  };

  /** The last request that was parsed on it. */
  get lastRequest(): IncomingMessage | undefined {
    return this.#line.at(-1)?.request ?? this.request;
  }

  /** Whether more of the body is held than is wanted at the moment. */
  set isFull(isFull: boolean) {
    if (isFull === this.#isFull) return;
    this.#isFull = isFull;
    if (isFull) this.#hold();
    else if (this.#unread) this.#connections.parseLater(this);
    else this.#hold();
  }

  get isHeld(): boolean {
    return this.#isHeld;
  }

  get hasUnread(): boolean {
    return this.#unread !== undefined;
  }

  #hold(): void {
    const isHeld = this.#isFull || this.#line.length > 0 || this.#unread !== undefined;
    if (isHeld === this.#isHeld) return;
    this.#isHeld = isHeld;
    if (isHeld) this.socket.pause();
    else this.socket.resume();
  }

  /** Writes the last words, and closes the connection. */
  #say(words: string): void {
    this.isLeaving = true;
    this.until = this.#connections.now + LONGEST_FAREWELL;
    this.socket.end(words);
    setTimeout(() => this.socket.destroy(), LOOK_EVERY).unref();
  }

  /**
   * Tells a client whose input cannot be parsed why, after all earlier answers, and closes the connection. It
   * does so once, however much follows.
   */
  breakOff(words: string): void {
    if (this.isBroken || this.isLeaving) return;
    this.isBroken = true;
    const { lastRequest } = this;
    if (!lastRequest) this.#say(words);
    // In the middle of a body, the answer to its request tells this.
    else if (lastRequest.complete) this.lastWords = words;
    else this.body?.fail(UNREADABLE);
  }

  /** Ends the connection with the present answer, and throws away what is still being sent. */
  leave(): void {
    const { socket, request } = this;
    if (this.isLeaving || !request) return;
    this.isLeaving = true;
    this.until = this.#connections.now + LONGEST_FAREWELL;
    let discarded = 0;
    request.on('data', (chunk: Buffer) => {
      discarded += chunk.length;
      if (discarded > MOST_DISCARDED) socket.destroy();
    });
    this.isFull = false;
    const end = () => {
      Socket.prototype.destroySoon.call(socket);
    };
    // Node would destroy the socket with its unread input, and the sender would only see that.
    socket.destroySoon = () => {
      if (request.complete) end();
      else {
        socket.end();
        request.once('end', end);
      }
    };
  }

  /** It took too long: tells its reader if there is one, and else closes the connection. */
  late(): void {
    TALLIES.late.add();
    if (!this.body?.isAwaited) {
      this.socket.destroy();
      return;
    }
    this.until = this.#connections.now + LONGEST_FAREWELL;
    this.body.fail(TOO_SLOW);
  }

  /** Starts to watch for silence. */
  time(): void {
    this.isTimed = true;
    this.bytesAtSilence = -1;
    this.silences = 0;
    this.socket.setTimeout(LONGEST_SILENCE);
  }

  /** Nothing was sent and nothing read for {@link LONGEST_SILENCE}. */
  silent(): void {
    const { socket, body, request } = this;
    if (!request) socket.destroy();
    else if (socket.writableLength > 0) {
      TALLIES.unread.add();
      socket.destroy();
    } else if (body?.isAwaited) {
      this.silences = this.bytesAtSilence === socket.bytesRead ? this.silences + 1 : 1;
      this.bytesAtSilence = socket.bytesRead;
      if (this.silences >= MOST_SILENCES) this.late();
      else socket.setTimeout(LONGEST_SILENCE);
    }
  }
}

function isChunked({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined;
}
