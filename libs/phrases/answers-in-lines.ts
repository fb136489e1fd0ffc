import type { Answer } from '@app/domain/evaluation/v1/answer-shape';
import { answersInWords, besideOf, butInWords } from './answers-in-words';
import { listInWords, takenPlaceInWords } from './evidence-words';
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
} from './words';
import { textsIn } from './policy-texts';

/** The editions that decide the days of an answer. */
export type Deciding = Parameters<typeof textsIn>[0];

/** What one policy says, and the same as if every adviser who is named were engaged. */
export interface ToldAnswer {
  readonly answer: Answer;
  readonly asked: Answer;
}

/** By position, the keys of those that took the provider’s place by an event of which an answer warns. */
export type Successors = ReadonlyMap<string, readonly string[]>;

/**
 * The answers to one question, one for each policy, in lines for people: what each says, then why, policy by
 * policy. That a named adviser is engaged the register asks itself, so that what a policy asks is told as if she were,
 * and beside it that she is not. `decidingIn`: the editions that decide the days of an answer.
 */
export function answersInLines(
  told: readonly ToldAnswer[],
  decidingIn: (answer: Answer) => Deciding,
  successors: Successors = new Map(),
): readonly string[] {
  const [first] = told;
  if (!first) return [];
  const isOne = told.length === 1;
  return [
    questionInWords(first.answer),
    '',
    ...saidInLines(told),
    ...told.flatMap(({ answer, asked }) => [
      ...(isOne ? [] : ['', `Under ${answer.policy.id}:`]),
      ...groundsInLines(answer, asked, successors),
      ...(isOne ? [''] : []),
      knownInWords(answer),
      ...textsInLines(answer, decidingIn(answer)),
    ]),
  ];
}

/**
 * Whether answers by themselves tell what the policies ask of whoever is named, because that a named adviser is engaged makes no
 * difference in them.
 */
export function tellWhatIsAsked(answers: readonly Answer[]): boolean {
  return answers.every(
    ({ advisers, uncertain, gaps }) =>
      advisers.length === 0 ||
      (uncertain.length === 0 && gaps.every(({ reason }) => reason !== 'adviser-not-engaged')),
  );
}

/** What the policies say: of several in a sentence that can be quoted. */
function saidInLines(told: readonly ToldAnswer[]): readonly string[] {
  const [answers, asked] = [told.map(({ answer }) => answer), told.map((one) => one.asked)];
  if (told.length > 1) return [answersInWords(answers, asked)];
  // That the provider is not open stands among the reasons.
  const beside = besideOf(answers, asked).filter(({ about }) => about === 'engaged');
  return [...asked.map((answer) => verdictInWords(answer)), ...butInWords(beside)];
}

/** Why, what is encouraged and not met, and what is worth knowing besides. */
function groundsInLines(answer: Answer, asked: Answer, successors: Successors): readonly string[] {
  return [
    ...reasonsInWords(asked),
    ...asked.advice.map(
      ({ requirement, reason, evidence, ...days }) =>
        `Encouraged, and not met ${daysInWords(days)}: that ${requirementInWords(asked, requirement)}, because ${reasonInWords(reason)}${shownBy(evidence)}.`,
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

/** In the policy’s own words, what it does not cover and how it is read. */
function textsInLines({ policy: { id } }: Answer, deciding: Deciding): readonly string[] {
  const under = (heading: string, texts: readonly string[]) =>
    texts.length === 0 ? [] : [heading, ...texts.map((text) => `- ${text}`)];
  return [
    ...under(`Not covered by ${id}, and to be seen to elsewhere:`, textsIn(deciding, 'notCovered')),
    ...under(`How ${id} is read where its source is silent:`, textsIn(deciding, 'readings')),
  ];
}
