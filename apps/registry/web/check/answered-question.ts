import type { EvidenceEvent } from '@app/application/reading/evidence';
import type { FoundProvider } from '@app/read-model/search/provider-search';
import type { PolicyRecord } from '@app/read-model/records/records';
import type { Answer } from '@app/domain/evaluation/v1/answer-shape';
import type { Requirement } from '@app/domain/subjects/policy-document';
import { calledIn, visible, type Stretch } from '@app/phrases/words';

/** What one policy says. */
export interface PolicyAnswer {
  readonly answer: Answer;
  /** The same as if every adviser who is named were engaged: what the policy itself asks is told by it. */
  readonly asked: Answer;
  /** Those of `asked`. */
  readonly stretches: readonly Stretch[];
  /** The policy, where its document can be shown. */
  readonly policy: PolicyRecord | undefined;
  /** What would have to be recorded for a yes, in order; empty where it is one, or nothing would do. */
  readonly route: NonNullable<Answer['route']>;
}

/** One question, what each policy says that was asked, and how the provider was found. */
export interface AnsweredQuestion {
  readonly question: SharedQuestion;
  /** By strength, then id; there is one at least. */
  readonly answers: readonly PolicyAnswer[];
  /** The policies as an address names them: `all`, or their ids. */
  readonly policies: string | readonly string[];
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
  /** By position, what the events say that the answers name. */
  readonly evidence: ReadonlyMap<string, EvidenceEvent>;
  /** By key, what providers and bodies are called, sole traders where everybody may see it. */
  readonly names: ReadonlyMap<string, string>;
}

/** What all answers to a question have in common: all but what their policies say. */
export type SharedQuestion = Pick<
  Answer,
  'provider' | 'setting' | 'from' | 'until' | 'advisers' | 'school' | 'knownAt' | 'evaluator'
>;

/** The question, and what is shown of every answer to it. */
export type Shared = Omit<AnsweredQuestion, 'answers'>;

/** By what the provider is called, where it has a name that everybody may see. */
export function nameIn(question: Pick<SharedQuestion, 'provider'>, names: AnsweredQuestion['names']): string {
  return visible(names.get(question.provider.key) ?? calledIn(question));
}

/** Whether a yes says only that some adviser is qualified, and not the one who comes. */
export function asksWhoComes({ outcome, advisers, requirements }: Answer): boolean {
  const some = requirements.some(({ of, binding }) => of === 'some-adviser' && binding === 'must');
  return outcome === 'eligible' && advisers.length === 0 && some;
}

/** Whether a requirement asks something of advisers. */
export function asksOfAdvisers({ of }: { readonly of: Requirement['of'] }): boolean {
  return of !== 'provider' && of !== 'subcontractors';
}

/** What a question about another provider has in common with that of the answers. */
export function sameOfOthers({
  question: { setting, from, until, school },
  policies,
  knownAt,
}: Pick<Shared, 'question' | 'policies' | 'knownAt'>) {
  return { setting, from, until, school, policy: policies, knownAt };
}
