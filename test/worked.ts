import { finished, isWork, type Work } from '@app/domain/values/work';

/** What is found, all of what is still to be worked out at once. */
export function worked<T extends object, R extends object = never>(found: T | Work<T> | R): T | R {
  return isWork<T | R>(found) ? finished(found) : found;
}
