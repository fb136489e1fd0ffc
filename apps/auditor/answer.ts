import { isRefusal, type Refusal } from '@app/domain/values/problem';
import { isFinding, type Finding } from '@app/transparency/finding';
import { LogAnswers } from './log-answers';
import { visible } from '@app/phrases/words';
import type { Commitment, ProgressOfReading } from './committed-log';
import { AUDITOR_EXIT } from './exit-codes';
import { holdLog } from './held-log';
import { EndOfLog, momentIn } from './moments';
import { questionIn, type QuestionOptions } from './questions';
import type { LogSource } from './source';

export interface AnswerOptions extends QuestionOptions {
  /** As known then; unless given, at the end of what the checkpoint covers. */
  readonly at?: string;
  readonly json?: boolean;
}

/** What is to be printed, and the exit code. */
export interface Printed {
  readonly text: string;
  readonly code: number;
}

/**
 * The answer to a question as known at a position of a log that a checkpoint commits to: in lines, or as JSON the very bytes
 * that the register gives. Finding: those of {@link holdLog}.
 */
export async function answerFrom(
  source: LogSource,
  checkpoint: Commitment,
  { at, json = false, ...options }: AnswerOptions,
  told: ProgressOfReading,
): Promise<Printed | Finding> {
  const asked = questionIn(options);
  const moment = at === undefined ? new EndOfLog() : momentIn('--at', at);
  const held = await holdLog(source, checkpoint, [moment], told);
  if (isFinding(held)) return held;
  const {
    register,
    positions: [position = -1],
  } = held;
  const answers = new LogAnswers(register);
  const found = answers.at(position, asked);
  if (isRefusal(found)) return { text: problemText(found, json), code: exitOfProblem(found) };
  return {
    text: json ? found.text : answers.inLines(found.answers).map(visible).join('\n'),
    code: exitOf(found.answers.map(({ outcome }) => outcome)),
  };
}

/** As in a receipt: the words of the detail are compared by no one. */
function problemText({ code, detail, errors = [] }: Refusal, json: boolean): string {
  if (!json) return `${detail}.`;
  const [error] = errors;
  return JSON.stringify({ problem: { code, detail, ...(error ? { pointer: error.pointer } : {}) } });
}

function exitOfProblem({ code }: Refusal): number {
  return code === 'invalid-question' ? AUDITOR_EXIT.usage : AUDITOR_EXIT.untold;
}

/** The exit code for some outcomes: a no is worse than what cannot be said, and that than a yes. */
function exitOf(outcomes: readonly string[]): number {
  if (outcomes.includes('not-eligible')) return AUDITOR_EXIT.found;
  return outcomes.every((outcome) => outcome === 'eligible') ? AUDITOR_EXIT.sound : AUDITOR_EXIT.untold;
}
