import { isRefusal, type Refusal } from '@app/domain/values/problem';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { AsOfResolver, type Moment } from '@app/read-model/as-of';

/** The position at which a question is answered that names a moment of knowledge. */
export class FindPosition extends Query<{ readonly position: number } | Refusal> {
  constructor(readonly moment: Moment) {
    super();
  }
}

@QueryHandler(FindPosition)
export class FindPositionHandler implements IQueryHandler<FindPosition> {
  constructor(private readonly reader: AsOfResolver) {}

  async execute({ moment }: FindPosition): Promise<{ readonly position: number } | Refusal> {
    const position = await this.reader.position(moment);
    return isRefusal(position) ? position : { position };
  }
}
