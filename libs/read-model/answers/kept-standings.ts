import { namedStandingOf, standingWith, type NamedStanding } from '@app/domain/evaluation/v1/named-standing';
import {
  questionAbout,
  type Asking,
  type Question,
  type ResolvedQuestion,
} from '@app/domain/evaluation/v1/resolved-question';
import { flatStanding, type FlatStanding } from '@app/domain/evaluation/v1/flat-standing';
import { standingOn } from '@app/domain/evaluation/v1/standing';
import type { LogView } from '@app/domain/log/log-view';
import { ALL_DAYS } from '@app/domain/values/timeline';
import { finished, type Work } from '@app/domain/values/work';
import { LRUCache } from 'lru-cache';
import type { EventIndex } from '../index/event-index';
import { boundsOf, Epochs } from './epochs';
import { sizeOfNamed, sizeOfStanding } from './standing-size';
import { TrackedView } from './tracked-view';

/** What holds for a question, whatever days it is about. */
export interface KeptStanding {
  readonly standing: FlatStanding;
  /**
   * Whether an edition in force has the setting. If none has, the question is answered or refused by what other policies are
   * asked with it.
   */
  readonly speaks: boolean;
  /** The bytes of the standing, approximately. */
  readonly size: number;
}

/** The part of the room for what is kept of each adviser who is named. */
const ROOM_FOR_NAMED = 1 / 8;
/** That for what was put together about several. */
const ROOM_FOR_TOGETHER = 1 / 4;

/** The bytes of an entry of these besides what holds, and its key: an estimate on the high side. */
const AN_ENTRY = 256;

/** What is made out of a larger standing, in bytes, is a work that rests; out of a smaller one it takes microseconds. */
export const SMALL = 64 * 1024;

/** What holds of a provider with some advisers, and the numbers of what it was put together from. */
interface Together {
  readonly parts: readonly number[];
  readonly whole: KeptStanding;
}

/** With a number that no other has. */
type Numbered<T> = T & { readonly number: number };

/**
 * What policies say of providers on all days, and what they ask of each adviser whom questions name: it holds as long as
 * nothing changes that it was found from.
 */
export class KeptStandings {
  readonly #register: EventIndex;
  /** By policy and setting, and by provider, where the question names no adviser. */
  readonly #standings: Epochs<Numbered<KeptStanding>>;
  /** By policy, setting and provider, and by adviser. */
  readonly #named: Epochs<Numbered<NamedStanding>>;
  /** By policy, setting, provider and advisers: it holds as long as each of its parts does. */
  readonly #together: LRUCache<string, Together>;
  #made = 0;

  /** `room`: the bytes that it may keep. */
  constructor(register: EventIndex, room: number) {
    this.#register = register;
    this.#named = new Epochs<Numbered<NamedStanding>>(register, room * ROOM_FOR_NAMED, sizeOfNamed);
    this.#standings = new Epochs<Numbered<KeptStanding>>(
      register,
      room * (1 - ROOM_FOR_NAMED - ROOM_FOR_TOGETHER),
      ({ size }) => size,
    );
    this.#together = new LRUCache<string, Together>({
      ...boundsOf(room * ROOM_FOR_TOGETHER),
      sizeCalculation: ({ parts, whole: { size } }, key) =>
        Math.ceil(size + AN_ENTRY + key.length + 8 * parts.length),
    });
  }

  /** What holds for a question, if it is kept, or put together at once from what is. */
  at(question: Question, position: number): KeptStanding | undefined {
    const { provider, advisers, school } = question;
    if (school !== undefined) return undefined;
    const group = groupOf(question);
    const kept = this.#standings.at(group, provider, position);
    if (advisers.length === 0 || !kept) return kept;
    const named: Numbered<NamedStanding>[] = [];
    for (const adviser of advisers) {
      const one = this.#named.at(`${group} ${provider}`, adviser, position);
      if (!one) return undefined;
      named.push(one);
    }
    const whole = this.#wholeBefore(question, kept, named);
    if (whole || kept.size > SMALL) return whole;
    return finished(this.#whole(question, kept, named));
  }

  /** What was put together of a provider and of advisers, if that still holds. */
  #wholeBefore(
    question: Question,
    kept: Numbered<KeptStanding>,
    named: readonly Numbered<NamedStanding>[],
  ): KeptStanding | undefined {
    const before = this.#together.get(togetherKey(question));
    return before && partsOf(kept, named).every((part, i) => part === before.parts[i])
      ? before.whole
      : undefined;
  }

  /** Puts together what holds of a provider and of advisers; undefined if it cannot be. */
  *#whole(
    question: Question,
    kept: Numbered<KeptStanding>,
    named: readonly Numbered<NamedStanding>[],
  ): Work<KeptStanding | undefined> {
    const standing = yield* standingWith(kept.standing, onceEach(named));
    if (!standing) return undefined;
    const whole = { standing, size: sizeOfStanding(standing), speaks: kept.speaks };
    this.#together.set(togetherKey(question), { parts: partsOf(kept, named), whole });
    return whole;
  }

  /**
   * Finds what is not kept, and keeps it; undefined if what holds for a question cannot be kept or put together from what is.
   * `reads`: the view in which it was found.
   */
  *find(found: ResolvedQuestion, reads: LogView): Work<KeptStanding | undefined> {
    const { question } = found;
    const { provider, advisers, school } = question;
    if (school !== undefined) return undefined;
    if (reads instanceof TrackedView) return yield* this.#keep(found, reads);
    const group = groupOf(question);
    const { position } = reads;
    const tracked = () => new TrackedView(this.#register.at(position), this.#register);
    const about = (named: readonly string[], view: TrackedView) =>
      questionAbout(view, { ...question, advisers: named });
    let kept = this.#standings.at(group, provider, position);
    if (!kept) {
      const view = tracked();
      kept = yield* this.#keep(about([], view), view);
    }
    const named: Numbered<NamedStanding>[] = [];
    for (const adviser of advisers) {
      let one = this.#named.at(`${group} ${provider}`, adviser, position);
      if (!one) {
        const view = tracked();
        one = { ...(yield* namedStandingOf(about([adviser], view))), number: this.#made++ };
        yield* this.#named.keep(`${group} ${provider}`, adviser, one, view);
      }
      named.push(one);
    }
    return this.#wholeBefore(question, kept, named) ?? (yield* this.#whole(question, kept, named));
  }

  *#keep(found: ResolvedQuestion, reads: TrackedView): Work<Numbered<KeptStanding>> {
    const { question } = found;
    const standing = yield* flatStanding(yield* standingOn(found, ALL_DAYS));
    const kept = {
      standing,
      size: sizeOfStanding(standing),
      speaks: speaks(found),
      number: this.#made++,
    };
    yield* this.#standings.keep(groupOf(question), question.provider, kept, reads);
    return kept;
  }
}

function togetherKey(question: Question): string {
  return `${groupOf(question)} ${question.provider} ${question.advisers.join(' ')}`;
}

function partsOf(kept: Numbered<KeptStanding>, named: readonly Numbered<NamedStanding>[]): readonly number[] {
  return [kept.number, ...named.map(({ number }) => number)];
}

/** Whether what a question is answered from is kept as it is: that for each school is not, that for named advisers is put together. */
export function isCommon({ advisers, school }: Asking): boolean {
  return advisers.length === 0 && school === undefined;
}

/** Whether an edition in force has the setting. */
export function speaks({ reigns }: ResolvedQuestion): boolean {
  return reigns.some(({ requirements }) => requirements !== undefined);
}

/** A policy and a setting: with a provider, they name what is kept. */
export function groupOf({ policy, setting }: Question): string {
  return `${policy} ${setting}`;
}

/** Those named, by key; who is named by two keys counts once. */
function onceEach(named: readonly NamedStanding[]): readonly NamedStanding[] {
  if (named.length < 2) return named;
  const each = new Map(named.map((one) => [one.key, one]));
  return [...each.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
}
