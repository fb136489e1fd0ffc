import type { Work } from '@app/domain/work';

/** Does a work in one go; what it comes to. */
export function finished<T>(work: Work<T>): T {
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
  }
}
