import { isRefusal, refuse, type Refusal } from '@app/domain/values/problem';
import { holderOf, type Credential } from '../access/credential';
import type { PendingAppend, PendingPost, PostResult } from './pending-append';

/** The refusal of an atomic batch that no append can hold. */
export const TOO_LARGE = refuse(
  'too-large',
  'One append cannot hold this batch: split it, or post it without atomic',
);

/** One post, or several that were posted together. */
export interface Unit {
  readonly credential: Credential | 'register';
  readonly candidates: readonly PendingPost[];
  /** Whether all of them are to be taken or none. */
  readonly atomic: boolean;
  /** What became of the first of them, where the rest did not fit into the same append. */
  results: readonly PostResult[];
  readonly settle: (answer: readonly PostResult[] | Refusal) => void;
  settled: boolean;
  /** Where the log stood at some moment after this was posted. */
  stood?: number;
}

/** A turn judges for so many milliseconds: what is left of a post waits for the next one, and others are answered between. */
const LONGEST_TURN = 100;

function bodyOf(credential: Credential | 'register'): string {
  return credential === 'register' ? credential : credential.body;
}

/** Whether an answer is all that a unit waits for. */
export function isAnsweredWhole(unit: Unit, answer: readonly PostResult[] | Refusal): boolean {
  return isRefusal(answer) || unit.atomic || unit.results.length + answer.length === unit.candidates.length;
}

/** One turn of the writer: what it has judged so far, and whose key is whose in it. */
export class Turn {
  /** When it is to end, by the clock of the process. */
  readonly #end = performance.now() + LONGEST_TURN;
  /** Whose key is whose, by hash. */
  readonly #holders = new Map<string, string | undefined>();

  /** `failed`: the refusal of what cannot be judged. */
  constructor(
    readonly draft: PendingAppend,
    private readonly registrarKey: string | undefined,
    private readonly failed: (error: unknown) => Refusal,
  ) {}

  get isOver(): boolean {
    return performance.now() > this.#end;
  }

  /** What cannot be judged is refused by itself: it must not keep what waits behind it from being judged. */
  judged(unit: Unit): readonly PostResult[] | Refusal | 'full' {
    try {
      if (this.#holder(unit.credential) !== bodyOf(unit.credential))
        return refuse('bad-key', 'This key is not in force any more: ask the registrar for another');
      return unit.atomic ? this.#judgeAll(unit) : this.#judgeEach(unit);
    } catch (error) {
      return this.failed(error);
    }
  }

  #judgeAll({ candidates }: Unit): readonly PostResult[] | Refusal | 'full' {
    const results = this.draft.takeAll(candidates);
    this.#holders.clear();
    if (results !== 'full' || this.draft.taken.length > 0) return results;
    return TOO_LARGE;
  }

  /** As many as fit, from the first that was not judged yet. */
  #judgeEach({ credential, candidates, results: before }: Unit): readonly PostResult[] | Refusal | 'full' {
    const results: PostResult[] = [];
    for (const candidate of candidates.slice(before.length)) {
      const result = this.#take(candidate);
      if (result === 'full') return results.length > 0 ? results : 'full';
      results.push(result);
      if (this.isOver) return results;
      if (result.outcome !== 'accepted' || !result.stream.startsWith('body-')) continue;
      // A key may have been issued or revoked just now, the poster’s too.
      this.#holders.clear();
      if (this.#holder(credential) !== bodyOf(credential)) return results;
    }
    return results;
  }

  #take(candidate: PendingPost): PostResult | 'full' {
    try {
      return this.draft.take(candidate);
    } catch (error) {
      return { outcome: 'refused', refusal: this.failed(error) };
    }
  }

  /** Whose key it is, looked up once in a turn for as long as no key is issued or revoked in it. */
  #holder(credential: Credential | 'register'): string | undefined {
    if (credential === 'register') return bodyOf(credential);
    const { hash } = credential;
    if (!this.#holders.has(hash))
      this.#holders.set(hash, holderOf(this.draft.known, hash, this.registrarKey));
    return this.#holders.get(hash);
  }
}
