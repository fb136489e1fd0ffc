import type { RegisterEvent } from '@app/domain/log/event-catalogue';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { AsOfResolver } from '@app/read-model/as-of';

/** What an event that an answer names says, as last corrected, and who posted it. */
export interface EvidenceEvent {
  readonly position: string;
  readonly type: RegisterEvent['type'];
  readonly subject: string;
  readonly body: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** The events at these positions, as known at a position; positions without an event are left out. */
export class ReadEvidence extends Query<ReadonlyMap<string, EvidenceEvent>> {
  constructor(
    readonly positions: readonly string[],
    readonly position: number,
  ) {
    super();
  }
}

@QueryHandler(ReadEvidence)
export class ReadEvidenceHandler implements IQueryHandler<ReadEvidence> {
  constructor(private readonly reader: AsOfResolver) {}

  execute({ positions, position }: ReadEvidence): Promise<ReadonlyMap<string, EvidenceEvent>> {
    const known = this.reader.index.at(position);
    const events = [...new Set(positions)].flatMap((one): [string, EvidenceEvent][] => {
      const event = known.find(Number(one))?.event;
      if (!event) return [];
      const { type, subject, body, data } = event;
      return [[one, { position: one, type, subject, body, data: { ...data } }]];
    });
    return Promise.resolve(new Map(events));
  }
}
