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
  /** The results of the first of them, if the rest did not fit into the same append. */
  results: readonly PostResult[];
  readonly settle: (answer: readonly PostResult[] | Refusal) => void;
  settled: boolean;
  /** The head of the log at some moment after this was posted. */
  stood?: number;
}

/** The milliseconds for which a turn judges. The rest of a post waits for the next turn, so that others are answered in between. */
const LONGEST_TURN = 100;

function bodyOf(credential: Credential | 'register'): string {
  return credential === 'register' ? credential : credential.body;
}

/** Whether a unit is answered completely by this answer. */
export function isAnsweredWhole(unit: Unit, answer: readonly PostResult[] | Refusal): boolean {
  return isRefusal(answer) || unit.atomic || unit.results.length + answer.length === unit.candidates.length;
}

/** One turn of the writer: what it has judged so far, and whose keys are in force in it. */
export class Turn {
  /** The end of the turn, in milliseconds of `performance.now()`. */
  readonly #end = performance.now() + LONGEST_TURN;
  /** The holders of keys, by hash. */
  readonly #holders = new Map<string, string | undefined>();

  /** `failed`: makes the refusal of a post whose judging threw. */
  constructor(
    readonly draft: PendingAppend,
    private readonly registrarKey: string | undefined,
    private readonly failed: (error: unknown) => Refusal,
  ) {}

  get isOver(): boolean {
    return performance.now() > this.#end;
  }

  /** Refuses a unit whose judging threw: the units behind it must not wait for it. */
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

  /** Judges as many candidates as fit, from the first that was not judged yet. */
  #judgeEach({ credential, candidates, results: before }: Unit): readonly PostResult[] | Refusal | 'full' {
    const results: PostResult[] = [];
    for (const candidate of candidates.slice(before.length)) {
      const result = this.#take(candidate);
      if (result === 'full') return results.length > 0 ? results : 'full';
      results.push(result);
      if (this.isOver) return results;
      if (result.outcome !== 'accepted' || !result.stream.startsWith('body-')) continue;
      // This event may have issued or revoked a key, even the poster’s.
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

  /** The holder of a key, looked up once in a turn as long as that issues and revokes no key. */
  #holder(credential: Credential | 'register'): string | undefined {
    if (credential === 'register') return bodyOf(credential);
    const { hash } = credential;
    if (!this.#holders.has(hash))
      this.#holders.set(hash, holderOf(this.draft.known, hash, this.registrarKey));
    return this.#holders.get(hash);
  }
}
