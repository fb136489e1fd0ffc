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
 * What is held of the room for bodies, for as long as a request is answered. Who brings a key in force shares it with the
 * others who do, everybody else with everybody else.
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

  /** Holds so many bytes from now on. Throws the refusal where there is no room for them; a little there always is. */
  hold(bytes: number): void {
    if (!this.#share.hold(bytes <= FREE_OF_A_BODY ? 0 : bytes)) throw new Refused(NO_ROOM);
  }
}

/**
 * A body as it comes: whole, or in pieces of what has come since the last. It takes its bytes over at once, so that those
 * that came one by one take no more room than others.
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

  /** `check` throws where so many bytes, in room for so many, are not taken; without it the body is streamed. */
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

  /** What still comes is let by. */
  #leave(): void {
    this.#isLeft = true;
    this.#bytes.take();
    holdBack(this.#request, false);
  }

  /** Waits for something to happen. */
  #next(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = () => {
        this.#wake = undefined;
        resolve();
      };
    });
  }

  /** All of it. Rejects where it never is there. */
  async whole(): Promise<Buffer> {
    for (;;) {
      if (this.#failure) throw this.#failure;
      if (this.#hasEnded) return this.#bytes.take();
      await this.#next();
    }
  }

  /** Left early, it is let by, so that the reason can still be answered. */
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

/** All of a body, of at most so many bytes. Rejects with `tooLarge` where it has more, and where it never is there. */
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
