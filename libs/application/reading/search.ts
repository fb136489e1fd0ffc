import { isRefusal, type Refusal } from '@app/domain/values/problem';
import { knownAt } from '@app/read-model/records/records';
import { ProviderSearch, type FoundProviders, type Search } from '@app/read-model/search/provider-search';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { AsOfResolver, type Moment } from '@app/read-model/as-of';
import type { AsOf } from './records';
import { rest } from '../cooperative';

/** The providers of a key or a name, as known at the head: to find whom to ask about, not evidence of anything. */
export class SearchProviders extends Query<AsOf<FoundProviders> | Refusal> {
  constructor(
    readonly search: Search,
    readonly moment: Pick<Moment, 'atLeast'>,
  ) {
    super();
  }
}

@QueryHandler(SearchProviders)
export class SearchProvidersHandler implements IQueryHandler<SearchProviders> {
  constructor(
    private readonly reader: AsOfResolver,
    private readonly providers: ProviderSearch,
  ) {}

  async execute({ search, moment }: SearchProviders): Promise<AsOf<FoundProviders> | Refusal> {
    const position = await this.reader.position(moment);
    if (isRefusal(position)) return position;
    await this.providers.catchUp();
    await rest();
    const found = this.providers.find(search);
    if (isRefusal(found)) return found;
    const { index: register } = this.reader;
    return {
      providers: found.providers,
      namesPerson: found.namesPerson,
      knownAt: knownAt(register.at(register.head), register.recordedAt(register.head)),
      next: found.next,
    };
  }
}
