import { BUILT_IN } from '@app/domain/policies/built-in';
import { furtherEditions, type FurtherEditions } from '@app/domain/policies/further-editions';
import { digestOf } from '@app/domain/subjects/policy';
import type { Policy } from '@app/domain/subjects/policy-document';
import type { PolicyRecord } from '@app/read-model/records/records';

/** A built-in edition that a register lacks, and the `PolicyEditionPublished` that its registrar posts to publish it. */
export interface Publication {
  readonly edition: number;
  readonly effectiveFrom: string;
  readonly digest: string;
  /** A CloudEvent but for its source. Its id is the same each time, so that it is recorded once. */
  readonly event: object;
}

/** What of a built-in policy a register may be given. */
export type PolicyPublications = { readonly id: string } & FurtherEditions<Publication>;

const OURS: readonly (Publication & { readonly of: string })[] = BUILT_IN.map(
  ({ id, edition, effectiveFrom, policy }) => ({
    of: id,
    edition,
    effectiveFrom,
    // The files beside the code hold policies; each is checked when it is published.
    digest: digestOf(policy as Policy),
    event: {
      specversion: '1.0',
      id: `policy-${id}-${edition}`,
      type: 'PolicyEditionPublished',
      subject: `policy:${id}`,
      data: { edition, effectiveFrom, policy },
    },
  }),
);

/** What a register may be given of each built-in policy, of which these policies have editions that stand. */
export function lackingPublications(standing: readonly PolicyRecord[]): readonly PolicyPublications[] {
  return [...new Set(OURS.map(({ of }) => of))].map((id) => ({
    id,
    ...furtherEditions(
      OURS.filter(({ of }) => of === id),
      standing.find((policy) => policy.id === id)?.editions ?? [],
    ),
  }));
}
