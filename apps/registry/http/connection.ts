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

/** So often, in milliseconds, it is looked at what takes too long. One look serves all connections. */
export const LOOK_EVERY = 1_000;

export type Handler = (request: IncomingMessage, answer: ServerResponse) => void;

/** A body that somebody is reading. */
export interface AwaitedBody {
  /** Whether it is for its sender to go on. */
  readonly isAwaited: boolean;
  /** Whether it is read whole, before anything is done with it. */
  readonly isWhole: boolean;
  /** Has its reader hear why it does not come. */
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

/** Under which a socket knows its connection: it is looked for several times in each request. */
export const CONNECTION = Symbol('connection');

export type Known = Socket & { [CONNECTION]?: Connection };

export function knownBy(socket: Known): Connection | undefined {
  return socket[CONNECTION];
}

/** An address, or a wider network of addresses, and how many connections of it are open. */
export interface Network {
  readonly name: string;
  open: number;
}

/** One connection: what is done on it, one request after the other, and until when. */
export class Connection {
  readonly socket: Socket;
  /** The networks that it counts to, the narrowest first; none of a trusted proxy. */
  readonly networks: readonly Network[];
  /** Whether it is one too many: then it is answered how the register is, and nothing else. */
  readonly isSpare: boolean;
  /** How many had come with it. */
  readonly number: number;
  /** What is being answered. */
  request: IncomingMessage | undefined;
  answer: ServerResponse | undefined;
  body: AwaitedBody | undefined;
  /** Whether anything was ever asked on it. */
  hasAsked = false;
  /** Since when it does what it does now, and until when it may, on the clock of {@link Connections}. */
  since: number;
  until = Infinity;
  /** No more is heard of it: it was told why, and is only let finish. */
  isLeaving = false;
  /** What was sent last cannot be read. */
  isBroken = false;
  /** What is to be written after the last answer, where something is. */
  lastWords: string | undefined;
  bytesAtSilence = -1;
  silences = 0;
  /** Whether it is told where nothing is sent and nothing read. */
  isTimed = false;
  /** Whether it is to be looked at a little at a time once it is read again. */
  willSlice = false;
  readonly #connections: Connections;
  readonly #line: { readonly request: IncomingMessage; readonly answer: ServerResponse }[] = [];
  /** What was read and is not looked at yet; and how it is. */
  #unread: Buffer | undefined;
  /** Bytes that are looked at at once of a body. */
  #piece = LEAST_PIECE;
  #parse: ((bytes: Buffer) => void) | undefined;
  #isFull = false;
  #isHeld = false;
  #handler: Handler | undefined;

  constructor(connections: Connections, socket: Socket, networks: readonly Network[], isSpare: boolean) {
    this.#connections = connections;
    this.socket = socket;
    this.networks = networks;
    this.isSpare = isSpare;
    this.number = connections.came;
    this.since = connections.now;
  }

  /**
   * Has what it brings looked at a little at a time from now on. Node parses at once all that was read at once: two thousand
   * requests of one packet, or ten thousand pieces of a body. It does so a tenth faster, so that others are left to it.
   */
  slice(): void {
    const { socket } = this;
    const [parse] = socket.listeners('data') as ((bytes: Buffer) => void)[];
    if (this.#parse || !parse || socket.destroyed) return;
    // Of one on which nothing is read Node would not begin to read again: it waits until something is.
    this.willSlice = this.#isHeld || socket.isPaused();
    if (this.willSlice) return;
    this.#parse = parse;
    socket.removeListener('data', parse);
    socket.on('data', (bytes: Buffer) => {
      this.#unread = this.#unread ? Buffer.concat([this.#unread, bytes]) : bytes;
      // Whoever has only just come waits for no one’s packets: of these one comes each time round.
      if (!this.hasAsked || this.#connections.hasTime()) {
        this.parse();
        return;
      }
      this.#connections.parseLater(this);
      this.#hold();
    });
  }

  /**
   * Looks at a little of what was read, and at more of it where others need not wait for that: a connection that brings
   * much is looked at in turn with those that bring little. Nothing is looked at while a request waits in line.
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

  /** Has the next piece of a body be one that takes a moment: of large chunks that is more than of tiny ones. */
  #fit(took: number): void {
    if (took > LONGEST_PIECE) this.#piece = LEAST_PIECE;
    else if (took * 4 < LONGEST_PIECE) this.#piece = Math.min(MOST_OF_A_PIECE, this.#piece * 2);
  }

  /**
   * Takes a request: one is answered at a time, so that a connection on which no one reads holds one answer. What came with
   * it waits in line, and meanwhile nothing more is read.
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
   * Has a body that comes in pieces of its sender’s choice looked at a little at a time, whether anybody reads it or not. Of any
   * other body as much comes in one piece as was read at once. What was read with its head is being parsed already: where
   * that is more pieces than clients send, everybody’s bodies are watched.
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
    // The rest of a body that no one read is let by, and not without end.
    this.until = request && !request.complete ? this.since + LONGEST_FAREWELL : Infinity;
    if (this.socket.destroyed) return;
    const next = this.#line.shift();
    if (next) this.#begin(next.request, next.answer);
    else if (this.lastWords !== undefined) this.#say(this.lastWords);
    else if (this.isBroken) this.socket.destroySoon();
    if (this.#unread) this.parse();
    else this.#hold();
  };

  /** The last request that was heard on it. */
  get lastRequest(): IncomingMessage | undefined {
    return this.#line.at(-1)?.request ?? this.request;
  }

  /** Whether more of the body is held than is wanted just now. */
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

  /** Writes the last there is to say, and hangs up. */
  #say(words: string): void {
    this.isLeaving = true;
    this.until = this.#connections.now + LONGEST_FAREWELL;
    this.socket.end(words);
    setTimeout(() => this.socket.destroy(), LOOK_EVERY).unref();
  }

  /** Says to who cannot be understood, after all answers before it, why not, and hangs up. Said once, however much follows. */
  breakOff(words: string): void {
    if (this.isBroken || this.isLeaving) return;
    this.isBroken = true;
    const { lastRequest } = this;
    if (!lastRequest) this.#say(words);
    // In the middle of a body it is for the answer of its request to say so.
    else if (lastRequest.complete) this.lastWords = words;
    else this.body?.fail(UNREADABLE);
  }

  /** Has the connection end with the answer that is being given, and lets by what is still being sent. */
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
    // Node would destroy it with what is unread, and who is sending would hear of that and of nothing else.
    socket.destroySoon = () => {
      if (request.complete) end();
      else {
        socket.end();
        request.once('end', end);
      }
    };
  }

  /** It took too long: its reader hears so where there is one, and else it is hung up on. */
  late(): void {
    TALLIES.late.add();
    if (!this.body?.isAwaited) {
      this.socket.destroy();
      return;
    }
    this.until = this.#connections.now + LONGEST_FAREWELL;
    this.body.fail(TOO_SLOW);
  }

  /** Begins to look for silence. */
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
