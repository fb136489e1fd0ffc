/** Which edition of a policy: its number, its first day, and the digest of its document (specification, section 6). */
export interface EditionName {
  readonly edition: number;
  readonly effectiveFrom: string;
  readonly digest: string;
}

/**
 * The editions of one policy that a register may still be given, in their order; none if it has all of them. Or the
 * edition that hinders it: one of the same number stands there and `differs`, or it is `missing` there although a
 * later one stands.
 */
export type FurtherEditions<T> =
  | { readonly editions: readonly T[] }
  | { readonly hindrance: 'differs' | 'missing'; readonly edition: number };

/**
 * What of a policy's editions, in the order of their numbers, a register may be given in which some stand
 * (specification, section 6): those that are later than all of these, by number and by first day. A day would
 * otherwise be decided by another edition than the one that its first day promises.
 */
export function furtherEditions<T extends EditionName>(
  ours: readonly T[],
  standing: readonly EditionName[],
): FurtherEditions<T> {
  const further: T[] = [];
  for (const one of ours) {
    const same = standing.find(({ edition }) => edition === one.edition);
    if (same && (same.digest !== one.digest || same.effectiveFrom !== one.effectiveFrom))
      return { hindrance: 'differs', edition: one.edition };
    if (same) continue;
    if (!standing.every((other) => isLater(one, other)))
      return { hindrance: 'missing', edition: one.edition };
    further.push(one);
  }
  return { editions: further };
}

function isLater(one: EditionName, other: EditionName): boolean {
  return one.edition > other.edition && one.effectiveFrom > other.effectiveFrom;
}
