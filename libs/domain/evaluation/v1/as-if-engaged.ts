import { isOfAdvisers, type Requirement } from '../../subjects/policy-document';
import type { ResolvedQuestion } from './resolved-question';

/**
 * The same question, as if every adviser whom it names were engaged. That they are the register asks itself
 * (specification, section 7, “In words”), and an answer gives it as the reason before all others of an adviser.
 * So what a policy asks of them is told by this answer, in which `of` is `known-adviser`, and never by the other.
 */
export function asIfEngaged(found: ResolvedQuestion): ResolvedQuestion {
  if (found.named.length === 0) return found;
  const reigns = found.reigns.map(({ requirements, ...reign }) => ({
    ...reign,
    requirements: requirements?.map((one): Requirement =>
      isOfAdvisers(one) ? { ...one, of: 'known-adviser' } : one,
    ),
  }));
  return { ...found, reigns };
}
