import type { Answer } from '@app/domain/evaluation/v1/answer-shape';
import type { Policy } from '@app/domain/subjects/policy-document';
import { answersInWords } from '@app/phrases/answers-in-words';
import { listInWords, takenPlaceInWords } from '@app/phrases/evidence-words';
import {
  capitalised,
  daysInWords,
  eventsInWords,
  knownInWords,
  questionInWords,
  reasonInWords,
  reasonsInWords,
  requirementInWords,
  verdictInWords,
  warningInWords,
} from '@app/phrases/words';

/** An edition that decides a day of an answer: what it does not cover, whoever asks must see to elsewhere. */
export type Deciding = Pick<Policy, 'notCovered'>;

/** By position, the keys of those that took the provider’s place by an event of which an answer warns. */
export type Successors = ReadonlyMap<string, readonly string[]>;

/**
 * The answers to one question, one for each policy, in lines for people: what each says, then why, policy by
 * policy. `decidingIn`: the editions that decide the days of an answer.
 */
export function answersInLines(
  answers: readonly Answer[],
  decidingIn: (answer: Answer) => readonly Deciding[],
  successors: Successors = new Map(),
): readonly string[] {
  const [first] = answers;
  if (!first) return [];
  const isOne = answers.length === 1;
  return [
    questionInWords(first),
    '',
    ...saidInLines(answers),
    ...answers.flatMap((answer) => [
      ...(isOne ? [] : ['', `Under ${answer.policy.id}:`]),
      ...groundsInLines(answer, successors),
      ...(isOne ? [''] : []),
      knownInWords(answer),
      ...notCoveredInLines(answer, decidingIn(answer)),
    ]),
  ];
}

/** What the policies say: of several in a sentence that can be quoted. */
function saidInLines(answers: readonly Answer[]): readonly string[] {
  return answers.length === 1 ? answers.map((answer) => verdictInWords(answer)) : [answersInWords(answers)];
}

/** Why, what is encouraged and not met, and what is worth knowing besides. */
function groundsInLines(answer: Answer, successors: Successors): readonly string[] {
  return [
    ...reasonsInWords(answer),
    ...answer.advice.map(
      ({ requirement, reason, evidence, ...days }) =>
        `Encouraged, and not met ${daysInWords(days)}: that ${requirementInWords(answer, requirement)}, because ${reasonInWords(reason)}${shownBy(evidence)}.`,
    ),
    ...answer.warnings.map((warning) => warnedInWords(warning, successors)),
  ];
}

function warnedInWords({ code, evidence }: Answer['warnings'][number], successors: Successors): string {
  const taken =
    code === 'provider-succeeded' ? evidence.flatMap((position) => successors.get(position) ?? []) : [];
  const words =
    taken.length > 0
      ? `${listInWords(taken)} ${takenPlaceInWords(taken.length)}`
      : capitalised(warningInWords(code));
  return `${words}${shownBy(evidence)}.`;
}

function shownBy(evidence: readonly string[]): string {
  return evidence.length === 0 ? '' : ` (${eventsInWords(evidence)})`;
}

function notCoveredInLines({ policy }: Answer, deciding: readonly Deciding[]): readonly string[] {
  const texts = [...new Set(deciding.flatMap(({ notCovered = [] }) => notCovered))];
  return texts.length === 0
    ? []
    : [`Not covered by ${policy.id}, and to be seen to elsewhere:`, ...texts.map((text) => `- ${text}`)];
}
