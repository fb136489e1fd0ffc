import { isRefusal, type Refusal } from '@app/domain/problem';
import type { Known } from '@app/domain/known';
import {
  adviserRecord,
  knownAt,
  policyRecord,
  providerRecord,
  type AdviserRecord,
  type KnownAt,
  type PolicyRecord,
  type ProviderRecord,
} from '@app/read-model/records';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { Reader, type Moment } from './reader';

/** A record, and the moment as of which it is. */
export type AsOf<T> = T & { readonly knownAt: KnownAt };

/** A record as of a moment, with the moment written in it. */
export async function recordAt<T extends object>(
  reader: Reader,
  moment: Moment,
  record: (known: Known) => T | Refusal,
): Promise<AsOf<T> | Refusal> {
  const position = await reader.position(moment);
  if (typeof position !== 'number') return position;
  const known = reader.register.at(position);
  const found = record(known);
  return isRefusal(found)
    ? found
    : { ...found, knownAt: knownAt(known, reader.register.recordedAt(position)) };
}

export class ReadProvider extends Query<AsOf<ProviderRecord> | Refusal> {
  constructor(
    readonly key: string,
    readonly moment: Moment,
  ) {
    super();
  }
}

@QueryHandler(ReadProvider)
export class ReadProviderHandler implements IQueryHandler<ReadProvider> {
  constructor(private readonly reader: Reader) {}

  execute({ key, moment }: ReadProvider) {
    return recordAt(this.reader, moment, (known) => providerRecord(known, key));
  }
}

export class ReadAdviser extends Query<AsOf<AdviserRecord> | Refusal> {
  constructor(
    readonly key: string,
    readonly moment: Moment,
  ) {
    super();
  }
}

@QueryHandler(ReadAdviser)
export class ReadAdviserHandler implements IQueryHandler<ReadAdviser> {
  constructor(private readonly reader: Reader) {}

  execute({ key, moment }: ReadAdviser) {
    return recordAt(this.reader, moment, (known) => adviserRecord(known, key));
  }
}

/** The policies of which an edition stands. */
export class ReadPolicies extends Query<AsOf<{ readonly policies: readonly PolicyRecord[] }> | Refusal> {
  constructor(readonly moment: Moment) {
    super();
  }
}

@QueryHandler(ReadPolicies)
export class ReadPoliciesHandler implements IQueryHandler<ReadPolicies> {
  constructor(private readonly reader: Reader) {}

  execute({ moment }: ReadPolicies) {
    return recordAt(this.reader, moment, (known) => {
      const records = this.reader.register.policies().map((id) => policyRecord(known, id));
      return { policies: records.filter((record): record is PolicyRecord => !isRefusal(record)) };
    });
  }
}

export class ReadPolicy extends Query<AsOf<PolicyRecord> | Refusal> {
  constructor(
    readonly id: string,
    readonly moment: Moment,
  ) {
    super();
  }
}

@QueryHandler(ReadPolicy)
export class ReadPolicyHandler implements IQueryHandler<ReadPolicy> {
  constructor(private readonly reader: Reader) {}

  execute({ id, moment }: ReadPolicy) {
    return recordAt(this.reader, moment, (known) => policyRecord(known, id));
  }
}
