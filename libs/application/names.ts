import { bodyName, bodyStream } from '@app/domain/body';
import { keysOf, together } from '@app/domain/known';
import { nameOn, providerStreams } from '@app/domain/provider';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { Reader } from './reader';

/**
 * What providers and bodies are called, as known at a position: by key those that have a name in the log. Persons have
 * none there, and what the vault keeps of them is not looked at.
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
  constructor(private readonly reader: Reader) {}

  execute({ keys, position }: ReadNames): Promise<ReadonlyMap<string, string>> {
    const known = this.reader.register.at(position);
    const named = [...new Set(keys)].flatMap((key): [string, string][] => {
      const name = key.startsWith('body:')
        ? bodyName(known.stream(bodyStream(key)))
        : nameOn(together(known, providerStreams(keysOf(known, key))), known.today ?? -Infinity);
      return name == null ? [] : [[key, name]];
    });
    return Promise.resolve(new Map(named));
  }
}
