import type { Refusal } from '@app/domain/problem';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Settings } from '../settings';
import { lookAtKey, type CredentialOf } from './asker';
import { isLimited } from './routes';
import { countedAs } from './whence';

const A_MINUTE = 60_000;
/** So many keys, and so many addresses, are told apart in a minute; those that come after them are counted as one. */
const MOST_TOLD_APART = 50_000;

/** The route of every `OPTIONS`. */
const ANY = '*';

/** How often each of some was counted in the present minute, in a space that is bounded whatever is counted. */
export class MinuteCounts {
  #counts = new Map<string, { count: number }>();
  #others = { count: 0 };
  #end = 0;

  /** `most`: so many are told apart; all that come after them are counted as one. */
  constructor(private readonly most: number) {}

  /** Counts one more, and says how many it makes. */
  count(name: string, now: number): number {
    if (now >= this.#end || this.#end - now > A_MINUTE) {
      this.#end = now + A_MINUTE;
      this.#counts = new Map();
      this.#others = { count: 0 };
    }
    let found = this.#counts.get(name);
    if (!found) {
      found = this.#counts.size < this.most ? { count: 0 } : this.#others;
      if (found !== this.#others) this.#counts.set(name, found);
    }
    return ++found.count;
  }

  /** Seconds until it begins anew, at least one. */
  left(now: number): number {
    return Math.ceil((this.#end - now) / 1_000);
  }
}

const tooMuch = new WeakMap<FastifyRequest, Refusal>();

/**
 * Counts the requests of a minute by the key that they bring, where it is in force, and else by the address that they
 * come from; and says with each answer how many are left. Nothing is refused here, for
 * other refusals come first: see {@link asksTooMuch}.
 */
export function countRequests(
  server: FastifyInstance,
  { limitPerKey, limitPerAddress }: Pick<Settings, 'limitPerKey' | 'limitPerAddress'>,
  credentialOf: CredentialOf,
): void {
  const [ofKeys, ofAddresses] = [new MinuteCounts(MOST_TOLD_APART), new MinuteCounts(MOST_TOLD_APART)];
  server.addHook('onRequest', (request, reply, done) => {
    // By the route where there is one of its own: an address can be written in several ways.
    const { url = ANY } = request.routeOptions;
    if (!isLimited(url === ANY ? request.url : url)) {
      done();
      return;
    }
    const credential =
      request.headers.authorization === undefined ? undefined : lookAtKey(request, credentialOf);
    const [counts, most] = credential ? [ofKeys, limitPerKey] : [ofAddresses, limitPerAddress];
    const now = Date.now();
    const count = counts.count(credential ? credential.hash : countedAs(request), now);
    const left = counts.left(now);
    void reply
      .header('ratelimit-limit', most)
      .header('ratelimit-remaining', Math.max(0, most - count))
      .header('ratelimit-reset', left);
    if (count > most) {
      const by = credential ? 'with this key' : 'from this address';
      tooMuch.set(request, {
        code: 'slow-down',
        detail: `More than ${most} requests came ${by} within a minute: wait ${left} s, and send the same again`,
      });
    }
    done();
  });
}

/** Why a request is one too many; nothing where it is not. */
export function asksTooMuch(request: FastifyRequest): Refusal | undefined {
  return tooMuch.get(request);
}
