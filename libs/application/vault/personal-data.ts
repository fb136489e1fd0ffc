import { REGISTRAR } from '@app/domain/event';
import { isRegistered, keysOf, together, type Known } from '@app/domain/known';
import { refuse, type Refusal } from '@app/domain/problem';
import { isSoleTrader, providerStreams } from '@app/domain/provider';
import { Register } from '@app/read-model/register';
import { ProviderSearch } from '@app/read-model/search';
import { Logger } from '@nestjs/common';
import {
  Command,
  CommandHandler,
  Query,
  QueryHandler,
  type ICommandHandler,
  type IQueryHandler,
} from '@nestjs/cqrs';
import type { Credential } from '../credential';
import { Persons } from './persons';
import { registeredKeys, type Registered } from './registered';
import { VaultUnavailable, type Person } from './vault';

/**
 * What is kept of an adviser or a sole trader (design, section 9), put, read and erased. Any key of the person leads to
 * it. It is kept under a key that a body registered, and is for that body and the registrar: a body that registered one of
 * a person’s keys has nothing to do with what is kept under another’s, for any body may post that the two are one person.
 * Whoever registered none is refused alike, whether anything is kept or not. Nothing of it touches the log.
 */
export class PutPerson extends Command<{ readonly first: boolean } | Refusal> {
  constructor(
    readonly credential: Credential,
    readonly key: string,
    readonly person: Person,
  ) {
    super();
  }
}

@CommandHandler(PutPerson)
export class PutPersonHandler implements ICommandHandler<PutPerson> {
  constructor(
    private readonly register: Register,
    private readonly persons: Persons,
    private readonly providers: ProviderSearch,
  ) {}

  async execute({ credential, key, person }: PutPerson) {
    const known = this.register.at(this.register.head);
    if (!isRegistered(known, key)) return unknown(key);
    const keys = keysOf(known, key);
    if (isProvider(key) && !isSoleTrader(together(known, providerStreams(keys)))) return noPerson(key);
    const [first, ...others] = ownOf(known, keys, credential);
    if (first === undefined) return NOT_YOURS;
    const made = await available(this.persons.put(first, others, person));
    if (isProvider(key)) this.providers.renew(key);
    return typeof made === 'boolean' ? { first: made } : made;
  }
}

/** It is recorded who reads before anything is given. */
export class ReadPerson extends Query<Person | Refusal> {
  constructor(
    readonly credential: Credential,
    readonly key: string,
  ) {
    super();
  }
}

@QueryHandler(ReadPerson)
export class ReadPersonHandler implements IQueryHandler<ReadPerson> {
  constructor(
    private readonly register: Register,
    private readonly persons: Persons,
  ) {}

  async execute({ credential, key }: ReadPerson) {
    const known = this.register.at(this.register.head);
    if (!isRegistered(known, key)) return unknown(key);
    const own = ownOf(known, keysOf(known, key), credential);
    if (own.length === 0 && credential.body !== REGISTRAR) return NOT_YOURS;
    const person = await available(this.persons.read(own, credential.body));
    return person ?? refuse('not-found', `Nothing is kept of ${key}: put it first`);
  }
}

/** Doing it twice is done once, but for the record of it. */
export class ErasePerson extends Command<{ readonly keys: readonly string[] } | Refusal> {
  constructor(
    readonly credential: Credential,
    readonly key: string,
  ) {
    super();
  }
}

@CommandHandler(ErasePerson)
export class ErasePersonHandler implements ICommandHandler<ErasePerson> {
  constructor(
    private readonly register: Register,
    private readonly persons: Persons,
    private readonly providers: ProviderSearch,
  ) {}

  async execute({ credential, key }: ErasePerson) {
    const known = this.register.at(this.register.head);
    const keys = keysOf(known, key);
    // What was put must stay in reach where the registration was retracted since; its legal form is not looked at either.
    const isLeft = credential.body === REGISTRAR && this.persons.holds(keys);
    if (!isRegistered(known, key) && !isLeft) return unknown(key);
    const own =
      credential.body === REGISTRAR
        ? keys
        : ownOf(known, keys, credential).map((registered) => registered.key);
    if (own.length === 0) return NOT_YOURS;
    const refusal = await available(this.persons.erase(own));
    if (isProvider(key)) this.providers.renew(key);
    return refusal ?? { keys: own };
  }
}

function isProvider(key: string): boolean {
  return !key.startsWith('adviser:');
}

/** Those of a person’s registered keys that the body registered; all of them for the registrar. */
function ownOf(known: Known, keys: readonly string[], { body }: Credential): readonly Registered[] {
  const registered = registeredKeys(known, keys);
  return body === REGISTRAR ? registered : registered.filter((one) => one.body === body);
}

const NOT_YOURS = refuse(
  'not-recognised',
  'Only the body that registered the person, and the registrar, put, read and erase what is kept: ask that body',
);

function unknown(key: string): Refusal {
  return isProvider(key)
    ? refuse('unknown-provider', `${key} is not registered: register it first, or mend the key`)
    : refuse('unknown-adviser', `${key} is not registered: register the adviser first, or mend the key`);
}

function noPerson(key: string): Refusal {
  return refuse(
    'not-found',
    `${key} is not a sole trader, so there is no person to name: the name of an organisation stands in the log, post ProviderRenamed to change it`,
  );
}

const logger = new Logger('vault');

/** What the vault did, or the refusal where it cannot be had. What is told to the operator names nobody. */
async function available<T>(doing: Promise<T>): Promise<T | Refusal> {
  try {
    return await doing;
  } catch (error) {
    if (!(error instanceof VaultUnavailable)) throw error;
    logger.error(error);
    return refuse('unavailable', 'The vault does not answer: send the same again a while later');
  }
}
