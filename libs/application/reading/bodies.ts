import type { Refusal } from '@app/domain/values/problem';
import { bodyRecord, bodyRecords, type BodyRecord } from '@app/read-model/records/bodies';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { AsOfResolver, type Moment } from '@app/read-model/as-of';
import { recordAt, type AsOf } from './records';

/** Every body that is or was recognised, and the registrar. */
export class ReadBodies extends Query<AsOf<{ readonly bodies: readonly BodyRecord[] }> | Refusal> {
  constructor(readonly moment: Moment) {
    super();
  }
}

@QueryHandler(ReadBodies)
export class ReadBodiesHandler implements IQueryHandler<ReadBodies> {
  constructor(private readonly reader: AsOfResolver) {}

  execute({ moment }: ReadBodies) {
    return recordAt(this.reader, moment, (known) => ({ bodies: bodyRecords(known) }));
  }
}

export class ReadBody extends Query<AsOf<BodyRecord> | Refusal> {
  constructor(
    readonly slug: string,
    readonly moment: Moment,
  ) {
    super();
  }
}

@QueryHandler(ReadBody)
export class ReadBodyHandler implements IQueryHandler<ReadBody> {
  constructor(private readonly reader: AsOfResolver) {}

  execute({ slug, moment }: ReadBody) {
    return recordAt(this.reader, moment, (known) => bodyRecord(known, `body:${slug}`));
  }
}
