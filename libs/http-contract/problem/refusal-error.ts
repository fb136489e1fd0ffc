import { isRefusal, type Refusal } from '@app/domain/values/problem';

// The programs import no values of the domain: the contract hands them these functions.
export { invalidQuestion, isRefusal, refuse } from '@app/domain/values/problem';

/** Carries a refusal from the handling of a request to the place where it becomes an answer. */
export class Refused extends Error {
  override readonly name = 'Refused';

  constructor(readonly refusal: Refusal) {
    super(refusal.detail);
  }
}

/** Returns the value; if it is a refusal, throws it as {@link Refused}. */
export function unwrap<T>(value: T): Exclude<T, Refusal> {
  if (isRefusal(value)) throw new Refused(value);
  return value as Exclude<T, Refusal>;
}
