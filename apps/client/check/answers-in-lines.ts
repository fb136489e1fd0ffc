import type { Answer } from '@app/domain/evaluation/v1/answer-shape';
import type { Policy } from '@app/domain/subjects/policy-document';
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

/**
 * The answers to one question, one for each policy, in lines for people: what each says, then why, policy by
 * policy. `decidingIn`: the editions that decide the days of an answer.
 */
export function answersInLines(
  answers: readonly Answer[],
  decidingIn: (answer: Answer) => readonly Deciding[],
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
      ...groundsInLines(answer),
      ...(isOne ? [''] : []),
      knownInWords(answer),
      ...notCoveredInLines(answer, decidingIn(answer)),
    ]),
  ];
}

/** What each policy says, in a line each. */
function saidInLines(answers: readonly Answer[]): readonly string[] {
  return answers.map((answer) =>
    answers.length === 1 ? verdictInWords(answer) : `Under ${answer.policy.id}: ${verdictInWords(answer)}`,
  );
}

/** Why, what is encouraged and not met, and what is worth knowing besides. */
function groundsInLines(answer: Answer): readonly string[] {
  return [
    ...reasonsInWords(answer),
    ...answer.advice.map(
      ({ requirement, reason, evidence, ...days }) =>
        `Encouraged, and not met ${daysInWords(days)}: that ${requirementInWords(answer, requirement)}, because ${reasonInWords(reason)}${shownBy(evidence)}.`,
    ),
    ...answer.warnings.map(
      ({ code, evidence }) => `${capitalised(warningInWords(code))}${shownBy(evidence)}.`,
    ),
  ];
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
