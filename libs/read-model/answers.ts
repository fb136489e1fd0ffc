import { eligibleDays, openCase, verdictOn, type Question } from '@app/domain/case';
import type { Known } from '@app/domain/known';
import { isRefusal, type Refusal } from '@app/domain/problem';
import type { Truth } from '@app/domain/timeline';
import type { Register } from './register';

/** What a brief answer says: outcome and horizon (design, section 7, `brief`). */
export type Verdict = ReturnType<typeof verdictOn>;

/** So many providers’ days are kept at the least, for each setting of each policy, before those nobody asked for are let go. */
const KEPT = 100_000;

/** Days found once, and from which position to which nothing has changed that they were found from. */
interface Found {
  readonly days: Truth;
  readonly reads: Reads;
  readonly since: number;
  until: number;
}

/**
 * Brief answers at any position. The days on which a provider is eligible are found once, with the names of all that
 * they were found from; they are used again only for positions between which none of that has changed, so that no
 * answer ever differs from one worked out anew.
 */
export class Answers {
  readonly #register: Register;
  readonly #young = new Map<string, Map<string, Found>>();
  readonly #old = new Map<string, Map<string, Found>>();

  constructor(register: Register) {
    this.#register = register;
  }

  /** The outcome for the days of a question as known at a position, and how long it lasts. */
  verdict(question: Question, position: number): Verdict | Refusal {
    const found =
      question.advisers.length === 0 ? this.#days(question, position) : this.#find(question, position);
    return isRefusal(found) ? found : verdictOn(found.days, question.from, question.until);
  }

  #days(question: Question, position: number): Found | Refusal {
    const name = `${question.policy} ${question.setting}`;
    const found = this.#kept(name, question.provider);
    if (found && position >= found.since && (position <= found.until || this.#stillHolds(found, position)))
      return found;
    const fresh = this.#find(question, position);
    // Days of an old position would drive out those of the head, and be asked for less.
    if (isRefusal(fresh) || position < this.#register.head) return fresh;
    this.#keep(name, question.provider, fresh);
    return fresh;
  }

  #kept(name: string, provider: string): Found | undefined {
    const young = this.#young.get(name)?.get(provider);
    if (young) return young;
    const old = this.#old.get(name)?.get(provider);
    if (old) this.#keep(name, provider, old);
    return old;
  }

  #keep(name: string, provider: string, found: Found): void {
    let young = this.#young.get(name);
    if (!young || young.size >= KEPT) {
      if (young) this.#old.set(name, young);
      young = new Map<string, Found>();
      this.#young.set(name, young);
    }
    young.set(provider, found);
  }

  #find(question: Question, position: number): Found | Refusal {
    const reads = new Reads(this.#register.at(position));
    const found = openCase(reads, question);
    if (isRefusal(found)) return found;
    const days = eligibleDays(found);
    return { days, reads, since: reads.last(this.#register, position), until: position };
  }

  /** Whether nothing that was read has changed up to a position; if so it is remembered. */
  #stillHolds(found: Found, position: number): boolean {
    if (!found.reads.unchanged(this.#register, found.until)) return false;
    found.until = Math.max(position, this.#register.head);
    return true;
  }
}

/** What is known at a position, and the names of all that was asked of it. */
class Reads implements Known {
  readonly #streams = new Set<string>();
  readonly #keys = new Map<string, number>();
  #known: Known | undefined;
  readonly position: number;
  readonly today: Known['today'];

  constructor(known: Known) {
    this.#known = known;
    this.position = known.position;
    this.today = known.today;
  }

  #of(stream?: string): Known {
    if (stream !== undefined) this.#streams.add(stream);
    if (!this.#known) throw new Error('nothing more may be asked');
    return this.#known;
  }

  stream(name: string) {
    return this.#of(name).stream(name);
  }

  recorded(stream: string) {
    return this.#of(stream).recorded(stream);
  }

  disputed(stream: string) {
    return this.#of(stream).disputed(stream);
  }

  streamsAbout(key: string) {
    const streams = this.#of().streamsAbout(key);
    this.#keys.set(key, streams.length);
    return streams;
  }

  identityStreams(key: string) {
    this.streamsAbout(key);
    return this.#of().identityStreams(key);
  }

  find(position: number) {
    const found = this.#of().find(position);
    if (found) this.#streams.add(found.event.stream);
    return found;
  }

  bodies(): readonly string[] {
    throw new Error('the days of a provider do not depend on who may post');
  }

  /** The last position up to one at which anything that was read changed. Nothing more may be asked afterwards. */
  last(register: Register, position: number): number {
    this.#known = undefined;
    let last = -1;
    for (const stream of this.#streams) {
      const changed = register.lastOf(stream);
      if (changed > position) return position;
      last = Math.max(last, changed);
    }
    return last;
  }

  /** Whether nothing that was read has changed after a position. */
  unchanged(register: Register, position: number): boolean {
    for (const stream of this.#streams) if (register.lastOf(stream) > position) return false;
    for (const [key, streams] of this.#keys) if (register.countAbout(key) !== streams) return false;
    return true;
  }
}
