import { isRefusal, type Refusal } from '@app/domain/values/problem';

// The programs import no values of the domain: they make refusals, and ask for them, by way of the contract.
export { isRefusal, refuse } from '@app/domain/values/problem';

/** Carries a refusal out of the handling of a request, to the one place where it becomes an answer. */
export class Refused extends Error {
  override readonly name = 'Refused';

  constructor(readonly refusal: Refusal) {
    super(refusal.detail);
  }
}

/** The value, unless it is a refusal: that is thrown as {@link Refused}. */
export function unwrap<T>(value: T): Exclude<T, Refusal> {
  if (isRefusal(value)) throw new Refused(value);
  return value as Exclude<T, Refusal>;
}
