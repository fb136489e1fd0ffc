import type { IncomingMessage } from 'node:http';
import { refuse, Refused } from '@app/http-contract/problem/refusal-error';
import type { Refusal } from '@app/domain/values/problem';
import type { FastifyRequest } from 'fastify';
import { BUDGETS, FREE_OF_A_BODY, MOST_UNREAD, Share } from './budgets';
import { answerOf, awaitBody, holdBack } from './connections';
import { type AwaitedBody } from './connection';
import { credentialBy } from './caller';
import { Growing } from './growing-buffer';
import { countedAs } from './client-address';

const NO_ROOM: Refusal = refuse(
  'unavailable',
  'The register holds as many bodies as it has room for, or as many of yours as it holds for one: send the same again a while later',
);

/**
 * A request’s share of the room for bodies, for as long as it is answered. Requests with a key in force share
 * one room, all others another.
 */
export class Room {
  readonly #share: Share;

  constructor(request: FastifyRequest) {
    const credential = credentialBy(request);
    this.#share = credential
      ? new Share(BUDGETS.bodies, credential.hash)
      : new Share(BUDGETS.public_bodies, countedAs(request));
    answerOf(request.raw)?.once('close', () => {
      this.#share.release();
    });
  }

  /**
   * Reserves this many bytes in all. Throws the refusal if there is no room for them; a small amount is
   * always granted.
   */
  hold(bytes: number): void {
    if (!this.#share.hold(bytes <= FREE_OF_A_BODY ? 0 : bytes)) throw new Refused(NO_ROOM);
  }
}

/**
 * A body as it comes: whole, or in pieces of what has arrived since the last. It copies its bytes at once, so
 * that bytes that arrive one by one take no more room than others.
 */
class Arriving implements AwaitedBody {
  readonly isWhole: boolean;
  readonly #request: IncomingMessage;
  readonly #bytes = new Growing();
  readonly #take: (chunk: Buffer) => void;
  #hasEnded = false;
  #isLeft = false;
  #failure: Error | undefined;
  #wake: (() => void) | undefined;

  /** `check` throws if a length, or the room for it, is not granted; without it the body is streamed. */
  constructor(request: IncomingMessage, check?: (length: number, room: number) => void) {
    this.isWhole = check !== undefined;
    this.#request = request;
    this.#take = (chunk) => {
      if (this.#isLeft) return;
      try {
        check?.(this.#bytes.length + chunk.length, this.#bytes.roomWith(chunk.length));
        this.#bytes.append(chunk);
      } catch (error) {
        this.#end(error);
      }
      if (this.isWhole) return;
      if (this.#bytes.length >= MOST_UNREAD) holdBack(request, true);
      this.#wake?.();
    };
    request.on('data', this.#take);
    request.once('end', () => {
      this.#hasEnded = true;
      this.#wake?.();
    });
    const gone = () => {
      if (!this.#hasEnded) this.#end(new Error('the sender has hung up'));
    };
    request.once('error', gone);
    request.once('close', gone);
    awaitBody(request, this);
  }

  get isAwaited(): boolean {
    return this.#wake !== undefined && !this.#hasEnded && !this.#isLeft;
  }

  fail(refusal: Refusal): void {
    this.#end(new Refused(refusal));
  }

  #end(error: unknown): void {
    this.#failure ??= error instanceof Error ? error : new Error(String(error));
    this.#leave();
    this.#wake?.();
  }

  /** Reads the rest without keeping it. */
  #leave(): void {
    this.#isLeft = true;
    this.#bytes.take();
    holdBack(this.#request, false);
  }

  /** Waits until something happens. */
  #next(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = () => {
        this.#wake = undefined;
        resolve();
      };
    });
  }

  /** The whole body. Rejects if it never arrives. */
  async whole(): Promise<Buffer> {
    for (;;) {
      if (this.#failure) throw this.#failure;
      if (this.#hasEnded) return this.#bytes.take();
      await this.#next();
    }
  }

  /**
   * If its reader leaves early, the rest is read without keeping it, so that the reason can still be
   * answered.
   */
  async *pieces(): AsyncGenerator<Buffer, void, undefined> {
    try {
      for (;;) {
        if (this.#failure) throw this.#failure;
        if (this.#bytes.length > 0) {
          const piece = this.#bytes.take();
          holdBack(this.#request, false);
          yield piece;
        } else if (this.#hasEnded) return;
        else await this.#next();
      }
    } finally {
      this.#leave();
    }
  }
}

/**
 * A whole body of at most `most` bytes. Rejects with `tooLarge` if it has more, and also if it never arrives.
 */
export function wholeBody(request: FastifyRequest, most: number, tooLarge: Refusal): Promise<Buffer> {
  const room = new Room(request);
  return new Arriving(request.raw, (length, size) => {
    if (length > most) throw new Refused(tooLarge);
    room.hold(size);
  }).whole();
}

/** A body in pieces, as they come. */
export function piecesOf(request: FastifyRequest): AsyncIterable<Buffer> {
  return new Arriving(request.raw).pieces();
}
