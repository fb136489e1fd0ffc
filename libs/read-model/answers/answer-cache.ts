import {
  eligibleDays,
  resolveQuestion,
  evaluateRequirements,
  verdictOf,
  type Question,
  type ResolvedQuestion,
  type Outcome,
} from '@app/domain/evaluation/v1/resolved-question';
import { answering } from '@app/domain/evaluation/v1/answer';
import { answerWithRoute } from '@app/domain/route/answer-with-route';
import { momentOf, type Answer, type MomentOfAnswer } from '@app/domain/evaluation/v1/answer-shape';
import type { Day } from '@app/domain/values/day';
import { isRefusal, type Refusal } from '@app/domain/values/problem';
import type { Truth } from '@app/domain/values/timeline';
import { jsonInPieces, type Work } from '@app/domain/values/work';
import { TrackedView, type Dependencies } from './tracked-view';
import type { EventIndex } from '../index/event-index';

/** What a brief answer says: outcome and horizon (specification, section 7, `brief`). */
export type Verdict = ReturnType<typeof verdictOf>;

/** The most bytes that the cache keeps, counting everything that it keeps alive. */
const ROOM = { days: 256 * 1024 * 1024, answers: 128 * 1024 * 1024 };

/**
 * An answer as it is sent. Its bytes are kept, because they never change; the other members are for callers
 * who do not read them.
 */
export interface WrittenAnswer {
  /** The {@link Answer} as JSON. */
  readonly text: string;
  readonly outcome: Outcome;
  readonly knownAt: MomentOfAnswer;
  readonly policy: { readonly id: string };
}

/** A result, what it was found from, and the range of positions in which nothing of that has changed. */
interface Kept {
  readonly sources: Dependencies;
  readonly since: number;
  until: number;
}

interface KeptDays extends Kept {
  readonly days: Truth;
}

/**
 * A kept answer, with the day on which the provider had the name in it, and its text without the moment of
 * knowledge, which each use adds.
 */
interface KeptAnswer extends Kept {
  readonly today: Day | undefined;
  readonly outcome: Outcome;
  /** Its text before the moment of knowledge, and after it. */
  readonly before: string;
  readonly after: string;
}

/**
 * Answers at any position, brief and whole. A result about a provider is kept with the names of everything it
 * was found from. It is used again only for positions between which none of that has changed, so that no
 * answer ever differs from a newly computed one.
 */
export class AnswerCache {
  readonly #register: EventIndex;
  /** By policy and setting, and by provider. */
  readonly #days: Recent<KeptDays>;
  /** By policy, setting and window, and by provider. */
  readonly #answers: Recent<KeptAnswer>;

  constructor(register: EventIndex, room = ROOM) {
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

  /**
   * The outcome for the days of a question as known at a position, and how long it lasts; a work if it is not
   * kept.
   */
  verdict(question: Question, position: number): Verdict | Work<Verdict> | Refusal {
    const group = `${question.policy} ${question.setting}`;
    const kept = question.advisers.length === 0 ? this.#days.get(group, question.provider) : undefined;
    if (kept && this.#holds(kept, position)) return verdictOf(kept.days, question.from, question.until);
    const reads = new TrackedView(this.#register.at(position));
    const found = resolveQuestion(reads, question);
    return isRefusal(found) ? found : this.#freshVerdict(found, reads, group);
  }

  *#freshVerdict(found: ResolvedQuestion, reads: TrackedView, group: string): Work<Verdict> {
    const { question } = found;
    const { position } = reads;
    yield* evaluateRequirements(found, 'must');
    const days = eligibleDays(found);
    // Days of an old position would displace those of the head, and are asked for less often.
    if (question.advisers.length === 0 && position >= this.#register.head)
      this.#days.keep(group, question.provider, { days, ...(yield* this.#kept(reads)) });
    return verdictOf(days, question.from, question.until);
  }

  /** The whole answer to a question as known at a position; a work if it is not kept. */
  answer(question: Question, position: number): WrittenAnswer | Work<WrittenAnswer> | Refusal {
    const kept = this.kept(question, position);
    if (kept) return kept;
    // Few ask about the same named advisers.
    if (question.advisers.length > 0) {
      const found = resolveQuestion(this.#register.at(position), question);
      return isRefusal(found) ? found : written(answering(found, this.#register.recordedAt(position) ?? ''));
    }
    const reads = new TrackedView(this.#register.at(position));
    const found = resolveQuestion(reads, question);
    return isRefusal(found) ? found : this.#freshAnswer(found, reads);
  }

  /** The answer if it is kept; undefined if it has to be found. */
  kept(question: Question, position: number): WrittenAnswer | undefined {
    if (question.advisers.length > 0) return undefined;
    const kept = this.#keptAnswer(question, position, this.#register.todayAt(position));
    return kept && this.#asKnown(kept, question, position);
  }

  #asKnown(
    { outcome, before, after, today }: Omit<KeptAnswer, keyof Kept>,
    { policy }: Question,
    position: number,
  ): WrittenAnswer {
    const knownAt = momentOf({ position, today }, this.#register.recordedAt(position) ?? '');
    return { text: before + JSON.stringify(knownAt) + after, outcome, knownAt, policy: { id: policy } };
  }

  /**
   * The answer with a route. Nothing of it is kept, because the route is found in what may be posted next.
   */
  withRoute(question: Question, position: number): Work<WrittenAnswer> | Refusal {
    const found = resolveQuestion(this.#register.at(position), question);
    return isRefusal(found)
      ? found
      : written(answerWithRoute(found, this.#register.recordedAt(position) ?? ''));
  }

  #keptAnswer(question: Question, position: number, today: Day | undefined): KeptAnswer | undefined {
    for (const group of this.#groupsOf(question, position)) {
      const kept = this.#answers.get(group, question.provider);
      if (kept && kept.today === today && this.#holds(kept, position)) return kept;
    }
    return undefined;
  }

  *#freshAnswer(found: ResolvedQuestion, reads: TrackedView): Work<WrittenAnswer> {
    const { question } = found;
    const { position, today } = reads;
    const fresh = yield* answering(found, this.#register.recordedAt(position) ?? '');
    const knownAt = JSON.stringify(fresh.knownAt);
    // Within a string its quotes would be escaped, so this text occurs only once.
    const text = yield* jsonInPieces(fresh);
    const place = text.indexOf(knownAt);
    const [before, after] = [text.slice(0, place), text.slice(place + knownAt.length)];
    const answer = { outcome: fresh.outcome, before, after, today };
    if (this.#answers.hasRoomFor(text.length)) {
      const { sources, since, until } = yield* this.#kept(reads);
      this.#answers.keep(this.#groupsOf(question, position).at(-1) ?? '', question.provider, {
        outcome: fresh.outcome,
        before,
        after,
        today,
        sources,
        since,
        until,
      });
    }
    return this.#asKnown(answer, question, position);
  }

  /**
   * The groups in which an answer may be kept: past answers separately from present ones if something has
   * changed since.
   */
  #groupsOf({ policy, setting, from, until }: Question, position: number): readonly string[] {
    const group = `${policy} ${setting} ${from} ${until}`;
    return position < this.#register.head ? [group, `${group} ${position}`] : [group];
  }

  *#kept(reads: TrackedView): Work<Kept> {
    const { position } = reads;
    const sources = yield* reads.sources(this.#register);
    return { sources, since: sources.lastChange(position, this.#register), until: position };
  }

  /** Whether a kept result is still what would be found at a position; remembers how far it holds. */
  #holds(kept: Kept, position: number): boolean {
    if (position < kept.since) return false;
    if (position <= kept.until) return true;
    if (!kept.sources.unchangedAfter(kept.until, this.#register)) return false;
    kept.until = Math.max(position, this.#register.head);
    return true;
  }
}

function* written(answering: Work<Answer>): Work<WrittenAnswer> {
  const answer = yield* answering;
  const { outcome, knownAt, policy } = answer;
  return { text: yield* jsonInPieces(answer), outcome, knownAt, policy };
}

/** The bytes of a text in memory: one for each character, or two for each if any character needs two. */
function bytesOf(text: string): number {
  return /[^\0-\xff]/.test(text) ? 2 * text.length : text.length;
}

/** The bytes that each entry takes besides. */
const OVERHEAD = 512;

/**
 * The most recently used entries, by group and name, within a bound: when there is no room, the older half is
 * dropped at once. Asking for ever new things only makes others compute again. An entry that would take more
 * than a tenth of the room, such as the answer about a provider with a hundred thousand advisers, is not
 * kept.
 */
class Recent<T> {
  readonly #room: number;
  readonly #sizeOf: (thing: T) => number;
  #young = new Map<string, Map<string, T>>();
  #old: ReadonlyMap<string, ReadonlyMap<string, T>> = new Map();
  #taken = 0;

  /** `room` and `sizeOf`: in bytes, approximately. */
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

  /** Whether an entry of about this many bytes is kept at all. */
  hasRoomFor(size: number): boolean {
    return size * 10 <= this.#room;
  }

  keep(group: string, name: string, thing: T): void {
    const size = this.#sizeOf(thing) + OVERHEAD;
    if (!this.hasRoomFor(size)) return;
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
