import { eligibleDays, openCase, verdictOn, type Question } from '@app/domain/case';
import { answer, momentOf, type Answer } from '@app/domain/eligibility';
import type { Known } from '@app/domain/known';
import type { Day } from '@app/domain/day';
import { isRefusal, type Refusal } from '@app/domain/problem';
import type { Truth } from '@app/domain/timeline';
import type { Register } from './register';

/** What a brief answer says: outcome and horizon (design, section 7, `brief`). */
export type Verdict = ReturnType<typeof verdictOn>;

/** Days of so many providers, each in one setting of one policy, are kept: those asked for last. */
const MOST_DAYS = 1_000_000;

/** So many whole answers are kept; each takes some four kilobytes, so that all take a hundred and thirty megabytes at the most. */
const MOST_ANSWERS = 32_768;

/** What was found once, what it was found from, and from which position to which nothing of that has changed. */
interface Kept {
  readonly sources: Sources;
  readonly since: number;
  until: number;
}

interface KeptDays extends Kept {
  readonly days: Truth;
}

/** An answer says what a provider is called, which depends on the day. */
interface KeptAnswer extends Kept {
  readonly today: Day | undefined;
  readonly answer: Answer;
}

/**
 * Answers at any position, brief and whole. What is found about a provider is kept, with the names of all that it was
 * found from; it is used again only for positions between which none of that has changed, so that no answer ever
 * differs from one worked out anew.
 */
export class Answers {
  readonly #register: Register;
  /** By policy and setting, and by provider. */
  readonly #days = new Recent<KeptDays>(MOST_DAYS);
  /** By policy, setting and window, and by provider. */
  readonly #answers = new Recent<KeptAnswer>(MOST_ANSWERS);

  constructor(register: Register) {
    this.#register = register;
  }

  /** The outcome for the days of a question as known at a position, and how long it lasts. */
  verdict(question: Question, position: number): Verdict | Refusal {
    const days =
      question.advisers.length === 0 ? this.#daysOf(question, position) : this.#find(question, position);
    return isRefusal(days) ? days : verdictOn(days.days, question.from, question.until);
  }

  /** The whole answer to a question as known at a position. */
  answer(question: Question, position: number, withRoute: boolean): Answer | Refusal {
    const recordedAt = this.#register.recordedAt(position) ?? '';
    // A route is looked for in what may be posted next, and named advisers are asked about by few.
    if (withRoute || question.advisers.length > 0) {
      const found = openCase(this.#register.at(position), question);
      return isRefusal(found) ? found : answer(found, recordedAt, withRoute);
    }
    const { policy, setting, from, until, provider } = question;
    const today = this.#register.todayAt(position);
    const group = `${policy} ${setting} ${from} ${until}`;
    // Where something has changed since, what was known is kept beside what is.
    const groups = position < this.#register.head ? [group, `${group} ${position}`] : [group];
    for (const one of groups) {
      const kept = this.#answers.get(one, provider);
      if (kept && kept.today === today && this.#holds(kept, position))
        return { ...kept.answer, knownAt: momentOf({ position, today }, recordedAt) };
    }
    const reads = new Reads(this.#register.at(position));
    const found = openCase(reads, question);
    if (isRefusal(found)) return found;
    const fresh = answer(found, recordedAt, false);
    this.#answers.keep(groups.at(-1) ?? group, provider, {
      answer: fresh,
      today,
      ...this.#kept(reads, position),
    });
    return fresh;
  }

  #daysOf(question: Question, position: number): KeptDays | Refusal {
    const group = `${question.policy} ${question.setting}`;
    const kept = this.#days.get(group, question.provider);
    if (kept && this.#holds(kept, position)) return kept;
    const fresh = this.#find(question, position);
    // Days of an old position would drive out those of the head, and be asked for less.
    if (isRefusal(fresh) || position < this.#register.head) return fresh;
    this.#days.keep(group, question.provider, fresh);
    return fresh;
  }

  #find(question: Question, position: number): KeptDays | Refusal {
    const reads = new Reads(this.#register.at(position));
    const found = openCase(reads, question);
    return isRefusal(found) ? found : { days: eligibleDays(found), ...this.#kept(reads, position) };
  }

  #kept(reads: Reads, position: number): Kept {
    const sources = reads.sources();
    return { sources, since: sources.lastChange(position, this.#register), until: position };
  }

  /** Whether what was kept is what would be found at a position; how far it holds is remembered. */
  #holds(kept: Kept, position: number): boolean {
    if (position < kept.since) return false;
    if (position <= kept.until) return true;
    if (!kept.sources.unchangedAfter(kept.until, this.#register)) return false;
    kept.until = Math.max(position, this.#register.head);
    return true;
  }
}

/** At the most so many things, by a group and a name; of those that nobody asks for the oldest are let go, half of all at once. */
class Recent<T> {
  readonly #most: number;
  #young = new Map<string, Map<string, T>>();
  #old: ReadonlyMap<string, ReadonlyMap<string, T>> = new Map();
  #size = 0;

  constructor(most: number) {
    this.#most = most;
  }

  get(group: string, name: string): T | undefined {
    const young = this.#young.get(group)?.get(name);
    if (young !== undefined) return young;
    const old = this.#old.get(group)?.get(name);
    if (old !== undefined) this.keep(group, name, old);
    return old;
  }

  keep(group: string, name: string, thing: T): void {
    if (this.#size * 2 >= this.#most) {
      this.#old = this.#young;
      this.#young = new Map();
      this.#size = 0;
    }
    const things = this.#young.get(group) ?? new Map<string, T>();
    this.#young.set(group, things);
    if (!things.has(name)) this.#size++;
    things.set(name, thing);
  }
}

/** What is known at a position, and the names of all that was asked of it. */
class Reads implements Known {
  readonly #known: Known;
  readonly #streams = new Set<string>();
  readonly #keys = new Map<string, number>();

  constructor(known: Known) {
    this.#known = known;
  }

  get position() {
    return this.#known.position;
  }

  get today() {
    return this.#known.today;
  }

  stream(name: string) {
    this.#streams.add(name);
    return this.#known.stream(name);
  }

  recorded(stream: string) {
    this.#streams.add(stream);
    return this.#known.recorded(stream);
  }

  disputed(stream: string) {
    this.#streams.add(stream);
    return this.#known.disputed(stream);
  }

  streamsAbout(key: string) {
    const streams = this.#known.streamsAbout(key);
    this.#keys.set(key, streams.length);
    return streams;
  }

  identityStreams(key: string) {
    this.streamsAbout(key);
    return this.#known.identityStreams(key);
  }

  find(position: number) {
    const found = this.#known.find(position);
    if (found) this.#streams.add(found.event.stream);
    return found;
  }

  bodies(): readonly string[] {
    throw new Error('the days of a provider do not depend on who may post');
  }

  /** All that was asked until now. */
  sources(): Sources {
    return new Sources([...this.#streams], [...this.#keys.keys()], [...this.#keys.values()]);
  }
}

/** The streams that something was found from, and keys with the number of streams that were about each of them. */
class Sources {
  readonly #streams: readonly string[];
  readonly #keys: readonly string[];
  readonly #counts: readonly number[];

  constructor(streams: readonly string[], keys: readonly string[], counts: readonly number[]) {
    this.#streams = streams;
    this.#keys = keys;
    this.#counts = counts;
  }

  /** The last position up to one at which any of them changed; that one itself where they went on after it. */
  lastChange(position: number, register: Register): number {
    let last = -1;
    for (const stream of this.#streams) {
      const changed = register.lastOf(stream);
      if (changed > position) return position;
      last = Math.max(last, changed);
    }
    return last;
  }

  /** Whether nothing of them has changed after a position. */
  unchangedAfter(position: number, register: Register): boolean {
    return (
      this.#streams.every((stream) => register.lastOf(stream) <= position) &&
      this.#keys.every((key, i) => register.countAbout(key) === this.#counts[i])
    );
  }
}
