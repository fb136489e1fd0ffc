import { together, type LogView } from '@app/domain/log/log-view';
import { isRefusal, type Refusal } from '@app/domain/values/problem';
import { isSoleTrader, providerStreams } from '@app/domain/subjects/provider';
import {
  adviserRecord,
  knownAt,
  policyRecord,
  providerRecord,
  type AdviserRecord,
  type KnownAt,
  type PolicyRecord,
  type ProviderRecord,
} from '@app/read-model/records/records';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { QuestionLine } from '../question-lines';
import { AsOfResolver, type Moment } from '@app/read-model/as-of';
import { rest } from '../cooperative';
import { Persons } from '../vault/persons';
import { registeredKeys } from '../vault/registered';
import type { PublicPerson } from '../vault/vault';

/** A record, and the moment that it describes. */
export type AsOf<T> = T & { readonly knownAt: KnownAt };

/**
 * A record with what is public of the person: only at the head, because an answer pinned to a position is
 * kept permanently (specification, section 9).
 */
export type Named<T> = T & { readonly person?: PublicPerson };

/** A record at a moment, with the moment in it. */
export async function recordAt<T extends object>(
  reader: AsOfResolver,
  moment: Moment,
  record: (known: LogView) => T | Refusal | Promise<T | Refusal>,
): Promise<AsOf<T> | Refusal> {
  const position = await reader.position(moment);
  if (isRefusal(position)) return position;
  await rest();
  const known = reader.index.at(position);
  const found = await record(known);
  return isRefusal(found) ? found : { ...found, knownAt: knownAt(known, reader.index.recordedAt(position)) };
}

export class ReadProvider extends Query<AsOf<Named<ProviderRecord>> | Refusal> {
  constructor(
    readonly key: string,
    readonly moment: Moment,
  ) {
    super();
  }
}

@QueryHandler(ReadProvider)
export class ReadProviderHandler implements IQueryHandler<ReadProvider> {
  constructor(
    private readonly reader: AsOfResolver,
    private readonly persons: Persons,
    private readonly questions: QuestionLine,
  ) {}

  execute({ key, moment }: ReadProvider) {
    return recordAt(this.reader, moment, async (known) => {
      const work = providerRecord(known, key);
      const record = isRefusal(work) ? work : await this.questions.begin(work);
      if (isRefusal(record) || !isSoleTrader(together(known, providerStreams(record.keys)))) return record;
      return named(known, record, moment, this.persons);
    });
  }
}

export class ReadAdviser extends Query<AsOf<Named<AdviserRecord>> | Refusal> {
  constructor(
    readonly key: string,
    readonly moment: Moment,
  ) {
    super();
  }
}

@QueryHandler(ReadAdviser)
export class ReadAdviserHandler implements IQueryHandler<ReadAdviser> {
  constructor(
    private readonly reader: AsOfResolver,
    private readonly persons: Persons,
  ) {}

  execute({ key, moment }: ReadAdviser) {
    return recordAt(this.reader, moment, (known) => {
      const record = adviserRecord(known, key);
      return isRefusal(record) ? record : named(known, record, moment, this.persons);
    });
  }
}

function named<T extends { readonly keys: readonly string[] }>(
  known: LogView,
  record: T,
  { knownAt }: Moment,
  persons: Persons,
): Named<T> {
  const person = knownAt === undefined ? persons.shown(registeredKeys(known, record.keys)) : undefined;
  return person ? { ...record, person } : record;
}

/** The policies that have an effective edition. */
export class ReadPolicies extends Query<AsOf<{ readonly policies: readonly PolicyRecord[] }> | Refusal> {
  constructor(readonly moment: Moment) {
    super();
  }
}

@QueryHandler(ReadPolicies)
export class ReadPoliciesHandler implements IQueryHandler<ReadPolicies> {
  constructor(private readonly reader: AsOfResolver) {}

  execute({ moment }: ReadPolicies) {
    return recordAt(this.reader, moment, (known) => {
      const records = known.policies().map((id) => policyRecord(known, id));
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
  constructor(private readonly reader: AsOfResolver) {}

  execute({ id, moment }: ReadPolicy) {
    return recordAt(this.reader, moment, (known) => policyRecord(known, id));
  }
}
