import { refuse } from '@app/http-contract/problem/refusal-error';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { LEAST_LOOKS, MOST_TOLD_APART } from './budgets';
import type { Settings } from '../settings';
import { lookAtKey, type CredentialOf } from './caller';
import { costOf, isAlwaysAnswered, isForOperators, isLimited } from './route-costs';
import { countedAs, widerNetwork } from './client-address';
import { note } from './request-context';

const A_MINUTE = 60_000;

/** The route of every `OPTIONS`. */
const ANY = '*';

/**
 * What each client has used in the present minute, in bounded space whatever is counted. Clients without a
 * count of their own share one with their neighbours.
 */
export class MinuteCounts {
  /** The counts by width of what is counted, the narrowest first. */
  #counts: Map<string, { used: number }>[] = [];
  #end = 0;

  /**
   * `most`: the number of counts of each width. `wider`: what is counted instead; undefined for the widest.
   */
  constructor(
    private readonly most: number,
    private readonly wider: (name: string) => string | undefined,
  ) {}

  /** Takes a cost from a limit, and says how much is left; if the cost exceeds that, nothing is taken. */
  take(
    name: string,
    cost: number,
    limit: number,
    now: number,
  ): { readonly taken: boolean; readonly left: number } {
    if (now >= this.#end || this.#end - now > A_MINUTE) {
      this.#end = now + A_MINUTE;
      this.#counts = [];
    }
    const count = this.#countOf(name);
    // A cost above the whole limit takes all of it.
    const taken = count.used + Math.min(cost, limit) <= limit;
    if (taken) count.used += Math.min(cost, limit);
    return { taken, left: Math.max(0, limit - count.used) };
  }

  #countOf(name: string): { used: number } {
    for (let level = 0; ; level++) {
      const counts = (this.#counts[level] ??= new Map<string, { used: number }>());
      const found = counts.get(name);
      if (found) return found;
      const wider = counts.size < this.most ? undefined : this.wider(name);
      if (wider === undefined) {
        const count = { used: 0 };
        counts.set(name, count);
        return count;
      }
      name = wider;
    }
  }

  /** Seconds until the next minute, at least one. */
  secondsLeft(now: number): number {
    return Math.ceil((this.#end - now) / 1_000);
  }
}

/**
 * Counts the costs of requests by the minute, by their key if it is in force, otherwise by their address, and
 * tells in each answer how much is left. It refuses nothing, because other refusals come first: see
 * `LimitGuard`. Requests for the state of the register are counted separately, so that other requests from
 * the same place do not block monitoring; the check that it lives is never counted.
 */
export function countRequests(
  server: FastifyInstance,
  { limitPerKey, limitPerAddress }: Pick<Settings, 'limitPerKey' | 'limitPerAddress'>,
  credentialOf: CredentialOf,
): void {
  const ofKeys = new MinuteCounts(MOST_TOLD_APART, () => undefined);
  const ofAddresses = new MinuteCounts(MOST_TOLD_APART, widerNetwork);
  const ofLooks = new MinuteCounts(MOST_TOLD_APART, widerNetwork);
  const mostLooks = Math.max(limitPerAddress, LEAST_LOOKS);
  const known = new Map<string, ReturnType<typeof howCounted>>();
  const remember = (route: string) => {
    const how = howCounted(route);
    known.set(route, how);
    return how;
  };
  server.addHook('onRequest', (request, reply, done) => {
    // By the route if there is one: an address can be written in several ways.
    const { url = ANY } = request.routeOptions;
    const address = url === ANY ? request.url : url;
    const now = Date.now();
    const how = url === ANY ? howCounted(address) : (known.get(url) ?? remember(url));
    if (how !== 'limited') {
      if (how === 'looks' && !ofLooks.take(countedAs(request), 1, mostLooks, now).taken)
        markTooMuch(request, mostLooks, 'from this address', 1, 0, ofLooks.secondsLeft(now));
      done();
      return;
    }
    const credential =
      request.headers.authorization === undefined ? undefined : lookAtKey(request, credentialOf);
    const [counts, most] = credential ? [ofKeys, limitPerKey] : [ofAddresses, limitPerAddress];
    const cost = costOf(request.method, address, request.query);
    const { taken, left } = counts.take(credential ? credential.hash : countedAs(request), cost, most, now);
    const seconds = counts.secondsLeft(now);
    void reply
      .header('ratelimit-limit', most)
      .header('ratelimit-remaining', left)
      .header('ratelimit-reset', seconds);
    if (!taken)
      markTooMuch(request, most, credential ? 'with this key' : 'from this address', cost, left, seconds);
    done();
  });
}

/** How to count requests to an address; decided once for each route. */
function howCounted(address: string): 'limited' | 'looks' | 'not' {
  if (isLimited(address)) return 'limited';
  return isForOperators(address) && !isAlwaysAnswered(address) ? 'looks' : 'not';
}

function markTooMuch(
  request: FastifyRequest,
  most: number,
  by: string,
  cost: number,
  left: number,
  seconds: number,
): void {
  const why =
    left === 0
      ? `More than ${most} requests came ${by} within a minute`
      : `This counts as ${cost} requests, and of the ${most} that may come ${by} within a minute ${left} are left`;
  const tooMuch = refuse('slow-down', `${why}: wait ${seconds} s, and send the same again`);
  note(request, { tooMuch });
}
