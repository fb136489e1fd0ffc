import type { EvidenceEvent } from '@app/application/reading/evidence';
import type { FoundProvider } from '@app/read-model/search/provider-search';
import type { PolicyRecord } from '@app/read-model/records/records';
import type { Answer } from '@app/domain/evaluation/v1/answer-shape';
import { calledIn, visible } from '@app/phrases/words';

/** The answer, the policy by which it was given where its document can be shown, and how the provider was found. */
export interface AnsweredQuestion {
  readonly answer: Answer;
  readonly policy: PolicyRecord | undefined;
  readonly typed: string;
  /** Who was taken for what was typed, and who else was found by it; absent where a key was typed. */
  readonly found?:
    { readonly provider: FoundProvider; readonly others: readonly FoundProvider[] } | undefined;
  /** The moment of knowledge that was asked for, a position or an instant; absent where no one asked for one. */
  readonly knownAt: string | undefined;
  /** The moment of the answer, as a position of this log: `4182-1a2b3c4d`. */
  readonly pinned: string;
  /** Scheme and host under which the page was asked for; empty where they are nothing to put on paper. */
  readonly origin: string;
  /** Which of the two days were given. */
  readonly days: 'both' | 'first' | 'last' | 'none';
  /** By position, what the events say that the answer names. */
  readonly evidence: ReadonlyMap<string, EvidenceEvent>;
  /** What would have to be recorded for a yes, in order; empty where it is one, or nothing would do. */
  readonly route: NonNullable<Answer['route']>;
  /** By key, what providers and bodies are called, sole traders where everybody may see it. */
  readonly names: ReadonlyMap<string, string>;
}

/** By what the provider is called, where it has a name that everybody may see. */
export function nameIn({ answer, names }: Pick<AnsweredQuestion, 'answer' | 'names'>): string {
  return visible(names.get(answer.provider.key) ?? calledIn(answer));
}

/** Whether a yes says only that some adviser is qualified, and not the one who comes. */
export function asksWhoComes({ outcome, advisers, requirements }: Answer): boolean {
  const some = requirements.some(({ of, binding }) => of === 'some-adviser' && binding === 'must');
  return outcome === 'eligible' && advisers.length === 0 && some;
}

/** What a question about another provider has in common with that of the answer. */
export function sameOfOthers({ setting, from, until, policy }: Answer, knownAt: string | undefined) {
  return { setting, from, until, policy: policy.id, knownAt };
}
