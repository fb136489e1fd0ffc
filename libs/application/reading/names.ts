import { bodyName, bodyStream } from '@app/domain/subjects/body';
import { together } from '@app/domain/log/log-view';
import { keysOf } from '@app/domain/log/identity';
import { isSoleTrader, nameOn, providerStreams } from '@app/domain/subjects/provider';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { AsOfResolver } from '@app/read-model/as-of';
import { Persons } from '../vault/persons';
import { registeredKeys } from '../vault/registered';

/**
 * The names of providers and bodies, as known at a position: by key, those that have a name in the log.
 * Persons have none there, and the vault is not read.
 */
export class ReadNames extends Query<ReadonlyMap<string, string>> {
  constructor(
    readonly keys: readonly string[],
    readonly position: number,
  ) {
    super();
  }
}

@QueryHandler(ReadNames)
export class ReadNamesHandler implements IQueryHandler<ReadNames> {
  constructor(private readonly reader: AsOfResolver) {}

  execute({ keys, position }: ReadNames): Promise<ReadonlyMap<string, string>> {
    const known = this.reader.index.at(position);
    const named = [...new Set(keys)].flatMap((key): [string, string][] => {
      const name = key.startsWith('body:')
        ? bodyName(known.stream(bodyStream(key)))
        : nameOn(together(known, providerStreams(keysOf(known, key))), known.today ?? -Infinity);
      return name == null ? [] : [[key, name]];
    });
    return Promise.resolve(new Map(named));
  }
}

/**
 * The public names of the sole traders among these keys, as the vault has them now: by key, those that have
 * one. They may be erased at any time, so no answer that shows one is kept (specification, section 9).
 */
export class ReadPublicNames extends Query<ReadonlyMap<string, string>> {
  constructor(readonly keys: readonly string[]) {
    super();
  }
}

@QueryHandler(ReadPublicNames)
export class ReadPublicNamesHandler implements IQueryHandler<ReadPublicNames> {
  constructor(
    private readonly reader: AsOfResolver,
    private readonly persons: Persons,
  ) {}

  execute({ keys }: ReadPublicNames): Promise<ReadonlyMap<string, string>> {
    const { index: register } = this.reader;
    const known = register.at(register.head);
    const named = [...new Set(keys)].flatMap((key): [string, string][] => {
      const all = keysOf(known, key);
      if (!isSoleTrader(together(known, providerStreams(all)))) return [];
      const name = this.persons.shown(registeredKeys(known, all))?.name;
      return name === undefined ? [] : [[key, name]];
    });
    return Promise.resolve(new Map(named));
  }
}
