import { eligibleDays, openCase, verdictOn, type Question } from '@app/domain/case';
import {
  answer,
  answerWithRoute,
  momentOf,
  type Answer,
  type Case,
  type MomentOfAnswer,
  type Outcome,
} from '@app/domain/eligibility';
import type { Day } from '@app/domain/day';
import { isRefusal, type Refusal } from '@app/domain/problem';
import type { Truth } from '@app/domain/timeline';
import type { Work } from '@app/domain/work';
import { Reads, type Sources } from './reads';
import type { Register } from './register';

/** What a brief answer says: outcome and horizon (design, section 7, `brief`). */
export type Verdict = ReturnType<typeof verdictOn>;

/** What is kept takes so many bytes at the most, counted with all that it keeps alive. */
const ROOM = { days: 256 * 1024 * 1024, answers: 128 * 1024 * 1024 };

/**
 * An answer as it is sent: its bytes are what is kept, for they are the same for ever. Beside them stands what those
 * need who do not read it.
 */
export interface WrittenAnswer {
  /** The {@link Answer} as JSON. */
  readonly text: string;
  readonly outcome: Outcome;
  readonly knownAt: MomentOfAnswer;
  readonly policy: { readonly id: string };
}

/** What was found once, what it was found from, and from which position to which nothing of that has changed. */
interface Kept {
  readonly sources: Sources;
  readonly since: number;
  until: number;
}

interface KeptDays extends Kept {
  readonly days: Truth;
}

/** An answer says what a provider is called, which depends on the day, and as known when. */
interface KeptAnswer extends Kept {
  readonly today: Day | undefined;
  readonly outcome: Outcome;
  /** Its text before the moment of knowledge, and after it. */
  readonly before: string;
  readonly after: string;
}

/**
 * Answers at any position, brief and whole. What is found about a provider is kept, with the names of all that it was
 * found from; it is used again only for positions between which none of that has changed, so that no answer ever
 * differs from one worked out anew.
 */
export class Answers {
  readonly #register: Register;
  /** By policy and setting, and by provider. */
  readonly #days: Recent<KeptDays>;
  /** By policy, setting and window, and by provider. */
  readonly #answers: Recent<KeptAnswer>;

  constructor(register: Register, room = ROOM) {
    this.#days = new Recent(
      room.days,
      ({ sources, days }) => sources.size + 8 * (days.certain.length + days.possible.length),
    );
    this.#answers = new Recent(
      room.answers,
      ({ sources, before, after }) => sources.size + bytesOf(before) + bytesOf(after),
    );
    this.#register = register;
  }

  /** The outcome for the days of a question as known at a position, and how long it lasts. */
  verdict(question: Question, position: number): Verdict | Refusal {
    const days =
      question.advisers.length === 0 ? this.#daysOf(question, position) : this.#find(question, position);
    return isRefusal(days) ? days : verdictOn(days.days, question.from, question.until);
  }

  /** The whole answer to a question as known at a position. */
  answer(question: Question, position: number): WrittenAnswer | Refusal {
    // Named advisers are asked about by few.
    if (question.advisers.length > 0) {
      const found = openCase(this.#register.at(position), question);
      return isRefusal(found) ? found : written(answer(found, this.#register.recordedAt(position) ?? ''));
    }
    const today = this.#register.todayAt(position);
    const found = this.#keptAnswer(question, position, today) ?? this.#freshAnswer(question, position, today);
    return isRefusal(found) ? found : this.#asKnown(found, question, position);
  }

  /** The same where it is kept; nothing where it has to be found. */
  kept(question: Question, position: number): WrittenAnswer | undefined {
    if (question.advisers.length > 0) return undefined;
    const kept = this.#keptAnswer(question, position, this.#register.todayAt(position));
    return kept && this.#asKnown(kept, question, position);
  }

  #asKnown(
    { outcome, before, after, today }: KeptAnswer,
    { policy }: Question,
    position: number,
  ): WrittenAnswer {
    const knownAt = momentOf({ position, today }, this.#register.recordedAt(position) ?? '');
    return { text: before + JSON.stringify(knownAt) + after, outcome, knownAt, policy: { id: policy } };
  }

  /** The same with a route, of which nothing is kept: it is looked for in what may be posted next. */
  withRoute(question: Question, position: number): Work<WrittenAnswer> | Refusal {
    const found = openCase(this.#register.at(position), question);
    return isRefusal(found) ? found : writtenWithRoute(found, this.#register.recordedAt(position) ?? '');
  }

  #keptAnswer(question: Question, position: number, today: Day | undefined): KeptAnswer | undefined {
    for (const group of this.#groupsOf(question, position)) {
      const kept = this.#answers.get(group, question.provider);
      if (kept && kept.today === today && this.#holds(kept, position)) return kept;
    }
    return undefined;
  }

  #freshAnswer(question: Question, position: number, today: Day | undefined): KeptAnswer | Refusal {
    const reads = new Reads(this.#register.at(position));
    const found = openCase(reads, question);
    if (isRefusal(found)) return found;
    const fresh = answer(found, this.#register.recordedAt(position) ?? '');
    const knownAt = JSON.stringify(fresh.knownAt);
    // Within a string its quotes would be escaped, so that it stands in one place only.
    const [before = '', after = ''] = JSON.stringify(fresh).split(knownAt);
    const kept = { outcome: fresh.outcome, before, after, today, ...this.#kept(reads, position) };
    this.#answers.keep(this.#groupsOf(question, position).at(-1) ?? '', question.provider, kept);
    return kept;
  }

  /** Where an answer may be kept: where something has changed since, what was known is kept beside what is. */
  #groupsOf({ policy, setting, from, until }: Question, position: number): readonly string[] {
    const group = `${policy} ${setting} ${from} ${until}`;
    return position < this.#register.head ? [group, `${group} ${position}`] : [group];
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
    const sources = reads.sources(this.#register);
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

function written(answer: Answer): WrittenAnswer {
  const { outcome, knownAt, policy } = answer;
  return { text: JSON.stringify(answer), outcome, knownAt, policy };
}

function* writtenWithRoute(found: Case, recordedAt: string): Work<WrittenAnswer> {
  return written(yield* answerWithRoute(found, recordedAt));
}

/** What a text takes in memory: a byte a character, two of all where one needs it. */
function bytesOf(text: string): number {
  return /[^\0-\xff]/.test(text) ? 2 * text.length : text.length;
}

/** What each thing takes besides, in bytes. */
const OVERHEAD = 512;

/**
 * What was asked for last, by a group and a name, as far as there is room: of what nobody asks for the oldest is let go,
 * half of all at once. Who asks for ever other things only drives out what others asked for; one that would take more than
 * a tenth of the room, such as the answer about a provider with a hundred thousand advisers, is not kept.
 */
class Recent<T> {
  readonly #room: number;
  readonly #sizeOf: (thing: T) => number;
  #young = new Map<string, Map<string, T>>();
  #old: ReadonlyMap<string, ReadonlyMap<string, T>> = new Map();
  #taken = 0;

  /** `room` and `sizeOf` in bytes, about. */
  constructor(room: number, sizeOf: (thing: T) => number) {
    this.#room = room;
    this.#sizeOf = sizeOf;
  }

  get(group: string, name: string): T | undefined {
    const young = this.#young.get(group)?.get(name);
    if (young !== undefined) return young;
    const old = this.#old.get(group)?.get(name);
    if (old !== undefined) this.keep(group, name, old);
    return old;
  }

  keep(group: string, name: string, thing: T): void {
    const size = this.#sizeOf(thing) + OVERHEAD;
    if (size * 10 > this.#room) return;
    if ((this.#taken + size) * 2 > this.#room) {
      this.#old = this.#young;
      this.#young = new Map();
      this.#taken = 0;
    }
    const things = this.#young.get(group) ?? new Map<string, T>();
    this.#young.set(group, things);
    things.set(name, thing);
    this.#taken += size;
  }
}
