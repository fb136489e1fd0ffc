import { eligibleDays, openCase, verdictOn, type Case, type Question } from '@app/domain/case';
import { answer, momentOf, type Answer } from '@app/domain/eligibility';
import type { Known } from '@app/domain/known';
import type { Day } from '@app/domain/day';
import { isRefusal, type Refusal } from '@app/domain/problem';
import type { Truth } from '@app/domain/timeline';
import type { Register } from './register';

/** What a brief answer says: outcome and horizon (design, section 7, `brief`). */
export type Verdict = ReturnType<typeof verdictOn>;

/** So many providers’ days are kept at the least, for each setting of each policy, before those nobody asked for are let go. */
const KEPT = 100_000;

/** So many opened cases are kept, those asked for last; each takes some twenty kilobytes, so that all take a hundred megabytes at the most. */
const KEPT_OPEN = 4_096;

/** A case opened once, with the values found in it so far, and up to which position nothing it read has changed. */
interface Opened {
  readonly found: Case;
  readonly reads: Reads;
  readonly since: number;
  until: number;
  /** The last answer, and for which days and on which today: many ask about the same school year. */
  last?: { readonly question: Question; readonly today: Day | undefined; readonly answer: Answer };
}

/** Days found once, and from which position to which nothing has changed that they were found from. */
interface Found {
  readonly days: Truth;
  readonly reads: Reads;
  readonly since: number;
  until: number;
}

/**
 * Answers at any position, brief and whole. What is found about a provider is kept, with the names of all that it was
 * found from; it is used again only for positions between which none of that has changed, so that no answer ever
 * differs from one worked out anew.
 */
export class Answers {
  readonly #register: Register;
  readonly #young = new Map<string, Map<string, Found>>();
  readonly #old = new Map<string, Map<string, Found>>();
  /** By policy, setting and provider, in the order in which they were last asked for. */
  readonly #opened = new Map<string, Opened>();

  constructor(register: Register) {
    this.#register = register;
  }

  /** The outcome for the days of a question as known at a position, and how long it lasts. */
  verdict(question: Question, position: number): Verdict | Refusal {
    const found =
      question.advisers.length === 0 ? this.#days(question, position) : this.#find(question, position);
    return isRefusal(found) ? found : verdictOn(found.days, question.from, question.until);
  }

  /** The whole answer to a question as known at a position. */
  answer(question: Question, position: number, withRoute: boolean): Answer | Refusal {
    const recordedAt = this.#register.recordedAt(position) ?? '';
    // A route is looked for in what may be posted next, and named advisers are asked about by few.
    if (withRoute || question.advisers.length > 0 || position < this.#register.head) {
      const found = openCase(this.#register.at(position), question);
      return isRefusal(found) ? found : answer(found, recordedAt, withRoute);
    }
    const name = `${question.policy} ${question.setting} ${question.provider}`;
    const kept = this.#opened.get(name);
    if (kept && this.#isGood(kept)) {
      this.#keepOpen(name, kept);
      kept.reads.goTo(position, this.#register.todayAt(position));
      const { last, reads } = kept;
      if (
        last?.today === reads.today &&
        last?.question.from === question.from &&
        last.question.until === question.until
      )
        return { ...last.answer, knownAt: momentOf(reads, recordedAt) };
      const again = answer({ ...kept.found, question }, recordedAt, false);
      // Other days may have needed more than was read before, and that may have changed in the meantime.
      if (reads.unchanged(this.#register, kept.since)) {
        kept.last = { question, today: reads.today, answer: again };
        return again;
      }
    }
    const reads = new Reads(this.#register.at(position));
    const found = openCase(reads, question);
    if (isRefusal(found)) return found;
    const fresh = answer(found, recordedAt, false);
    const last = { question, today: reads.today, answer: fresh };
    this.#keepOpen(name, { found, reads, since: position, until: position, last });
    return fresh;
  }

  #isGood(kept: Opened): boolean {
    const { head } = this.#register;
    if (kept.until === head) return true;
    if (!kept.reads.unchanged(this.#register, kept.since)) return false;
    kept.until = head;
    return true;
  }

  #keepOpen(name: string, opened: Opened): void {
    this.#opened.delete(name);
    this.#opened.set(name, opened);
    if (this.#opened.size <= KEPT_OPEN) return;
    const [oldest = ''] = this.#opened.keys();
    this.#opened.delete(oldest);
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
  position: number;
  today: Known['today'];

  constructor(known: Known) {
    this.#known = known;
    this.position = known.position;
    this.today = known.today;
  }

  /** The same as known at a later position, up to which nothing that is read has changed. */
  goTo(position: number, today: Known['today']): void {
    this.position = position;
    this.today = today;
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
