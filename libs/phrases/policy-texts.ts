import type { Policy } from '@app/domain/subjects/policy-document';

/** What a policy says in its own words, beside what it asks. */
export type PolicyTexts = Pick<Policy, 'readings' | 'notCovered'>;

/** An edition that decides some of the days; `document`: undefined where it cannot be shown. */
interface Deciding {
  readonly edition: number;
  readonly document: PolicyTexts | undefined;
}

/** The texts of the editions that decide, each once, and by which editions where others lack it. */
export function textsIn(editions: readonly Deciding[], of: keyof PolicyTexts): readonly string[] {
  const all = editions.flatMap(({ edition, document }) =>
    (document?.[of] ?? []).map((text) => ({ text, edition })),
  );
  return [...Map.groupBy(all, ({ text }) => text)].map(([text, its]) =>
    its.length === editions.length
      ? text
      : `${text} (edition ${its.map(({ edition }) => edition).join(', ')})`,
  );
}
