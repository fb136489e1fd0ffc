import { PendingAppend, headOf } from '@app/application/posting/pending-append';
import { isRefusal } from '@app/domain/values/problem';
import { readSubmission } from '@app/domain/log/cloud-event';
import { EventIndex } from '@app/read-model/index/event-index';
import { history } from '../oracle/histories';

/** The stored bytes of a random history, as text. */
export function randomLog(seed: number): readonly string[] {
  return logOf(history(seed));
}

/** The stored bytes, as text, of what is accepted of some postings, a second apart. */
export function logOf(postings: Iterable<{ readonly body: string }>): readonly string[] {
  const register = new EventIndex();
  const texts: string[] = [];
  for (const { body, ...posting } of postings) {
    const submission = readSubmission(body, { specversion: '1.0', ...posting });
    if (isRefusal(submission)) continue;
    const draft = new PendingAppend(
      headOf(register),
      new Date(Date.UTC(2026, 8, 1, 0, 0, texts.length)).toISOString(),
      undefined,
    );
    draft.take(submission);
    for (const text of draft.texts) {
      register.apply(text);
      texts.push(text);
    }
  }
  return texts;
}

/** A register that holds these events. */
export function registerOf(texts: readonly string[]): EventIndex {
  const register = new EventIndex();
  for (const text of texts) register.apply(text);
  return register;
}
