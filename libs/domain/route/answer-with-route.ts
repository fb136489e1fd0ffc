import { type Answer } from '../evaluation/v1/answer-shape';
import { type ResolvedQuestion } from '../evaluation/v1/resolved-question';
import { routeTo } from './route';
import { type Work } from '../values/work';
import { span } from '../values/timeline';
import { answering } from '../evaluation/v1/answer';

/** The answer with its route. The route takes longer than everything else, so this work rests often. */
export function* answerWithRoute(found: ResolvedQuestion, recordedAt: string): Work<Answer> {
  const plain = yield* answering(found, recordedAt);
  const { from, until } = found.question;
  return {
    ...plain,
    route: plain.outcome === 'not-eligible' ? yield* routeTo(found, span(from, until)) : [],
  };
}
