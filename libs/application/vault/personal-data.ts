import { REGISTRAR } from '@app/domain/log/event-catalogue';
import { together } from '@app/domain/log/log-view';
import { isRegistered, keysOf } from '@app/domain/log/identity';
import { isRefusal, refuse, type Refusal } from '@app/domain/values/problem';
import { actsFor, type Matter } from '@app/domain/subjects/body';
import { isSoleTrader, providerStreams } from '@app/domain/subjects/provider';
import { history, type HistoryEvent } from '@app/read-model/records/history';
import { knownAt, type KnownAt } from '@app/read-model/records/records';
import { EventIndex } from '@app/read-model/index/event-index';
import {
  Command,
  CommandHandler,
  Query,
  QueryHandler,
  type ICommandHandler,
  type IQueryHandler,
} from '@nestjs/cqrs';
import type { Credential } from '../access/credential';
import { rest } from '../cooperative';
import { available } from './available';
import { Persons } from './persons';
import { ownedKeys, registeredKeys, type Registered } from './registered';
import type { Entry, Erasure, Minting, VaultPage, Person, Reading } from './vault';

/**
 * What is kept of an adviser or a sole trader (specification, section 9): put, read and erased. Any key of
 * the person leads to it. It is kept under a key that a body registered, and is for that body, those that have
 * succeeded it without a limit, and the registrar alone. A body that registered one of a person’s keys gets nothing that is kept under another’s,
 * because any body may post that the two are one person. A body that registered none is refused in the same
 * way whether anything is kept or not. Nothing of it touches the log.
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
    private readonly register: EventIndex,
    private readonly persons: Persons,
  ) {}

  async execute({ credential, key, person }: PutPerson) {
    const known = this.register.at(this.register.head);
    if (!isRegistered(known, key)) return unknown(key);
    const keys = keysOf(known, key);
    if (isProvider(key) && !isSoleTrader(together(known, providerStreams(keys)))) return noPerson(key);
    const own = await ownOf(this.register, this.persons, keys, credential);
    if (isRefusal(own)) return own;
    const [first, ...others] = own;
    if (first === undefined) return NOT_YOURS;
    const made = await available(this.persons.put(first, others, person));
    return isRefusal(made) ? made : { first: made };
  }
}

/** The reader is recorded before anything is given. */
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
    private readonly register: EventIndex,
    private readonly persons: Persons,
  ) {}

  async execute({ credential, key }: ReadPerson) {
    const known = this.register.at(this.register.head);
    if (!isRegistered(known, key)) return unknown(key);
    const own = await ownOf(this.register, this.persons, keysOf(known, key), credential);
    if (isRefusal(own)) return own;
    if (own.length === 0 && credential.body !== REGISTRAR) return NOT_YOURS;
    const person = await available(this.persons.read(own, credential.body));
    return person ?? refuse('not-found', `Nothing is kept of ${key}: put it first`);
  }
}

/** Erasing twice has the effect of erasing once. */
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
    private readonly register: EventIndex,
    private readonly persons: Persons,
  ) {}

  async execute({ credential, key }: ErasePerson) {
    const known = this.register.at(this.register.head);
    const keys = keysOf(known, key);
    // What was put must stay in reach if the registration was retracted since; nor does the legal form matter
    // here.
    const isLeft = credential.body === REGISTRAR && this.persons.holds(keys);
    if (!isRegistered(known, key) && !isLeft) return unknown(key);
    const registered = await ownOf(this.register, this.persons, keys, credential);
    if (isRefusal(registered)) return registered;
    const own = credential.body === REGISTRAR ? keys : registered.map((one) => one.key);
    if (own.length === 0) return NOT_YOURS;
    const refusal = await available(this.persons.erase(own));
    return refusal ?? { keys: own };
  }
}

/**
 * All that is held of a person, for the person: the vault’s part, which the body may see, and the log’s,
 * which is public.
 */
export interface PersonExport {
  /** All keys of the person, the one registered first in front. */
  readonly keys: readonly string[];
  /** What the vault keeps; undefined if nothing was put, or it was erased. */
  readonly entries: readonly Entry[];
  /** Who was given it, and when, with this export. */
  readonly readings: readonly Reading[];
  readonly erasures: readonly Erasure[];
  /** Which of the keys the register minted, and for whom. */
  readonly minted: readonly Minting[];
  /** Every event in the log about the person, under all keys, in order. They are public. */
  readonly events: readonly HistoryEvent[];
  readonly knownAt: KnownAt;
}

/** The same export as it is given: lists without a bound come in parts, each found when it is asked for. */
export type PersonInParts = Omit<PersonExport, 'readings' | 'events'> & {
  readonly readings: AsyncIterable<readonly Reading[]>;
  readonly events: AsyncIterable<readonly HistoryEvent[]>;
};

/** The number of events of a person that are found at once. */
const EVENTS_A_PART = 1_000;

/**
 * What {@link ReadPerson} gives, with all that is known of it. Each entry is recorded as read before it is
 * given.
 */
export class ExportPerson extends Query<PersonInParts | Refusal> {
  constructor(
    readonly credential: Credential,
    readonly key: string,
  ) {
    super();
  }
}

@QueryHandler(ExportPerson)
export class ExportPersonHandler implements IQueryHandler<ExportPerson> {
  constructor(
    private readonly register: EventIndex,
    private readonly persons: Persons,
  ) {}

  async execute({ credential, key }: ExportPerson): Promise<PersonInParts | Refusal> {
    const { register, persons } = this;
    const position = register.head;
    const known = register.at(position);
    if (!isRegistered(known, key)) return unknown(key);
    const keys = keysOf(known, key);
    const own = await ownOf(register, persons, keys, credential);
    if (isRefusal(own)) return own;
    if (own.length === 0 && credential.body !== REGISTRAR) return NOT_YOURS;
    const names = own.map((one) => one.key);
    const isPerson = !isProvider(key) || isSoleTrader(together(known, providerStreams(keys)));
    if (!isPerson && !persons.holds(names)) return noPerson(key);
    const found = history(register, position, key, { after: -1, limit: EVENTS_A_PART });
    if (isRefusal(found)) return found;
    const entries = await available(persons.readAll(own, credential.body));
    if (isRefusal(entries)) return entries;
    const told = await available(
      Promise.all([persons.readings(names), persons.erasures(names), persons.mintings(names)]),
    );
    if (isRefusal(told)) return told;
    const [readings, erasures, minted] = told;
    return {
      keys,
      entries,
      readings: inParts(readings, (after) => persons.readings(names, after)),
      erasures,
      minted,
      events: inParts({ items: found.events, next: numbered(found.next) }, async (after) => {
        await rest();
        const more = history(register, position, key, { after, limit: EVENTS_A_PART });
        return isRefusal(more) ? NOTHING : { items: more.events, next: numbered(more.next) };
      }),
      knownAt: knownAt(known, register.recordedAt(position)),
    };
  }
}

const NOTHING = { items: [], next: null };

/** The items of a first page and of those that follow it. */
async function* inParts<T>(
  first: VaultPage<T>,
  after: (last: number) => Promise<VaultPage<T>>,
): AsyncGenerator<readonly T[]> {
  for (let page = first; ; page = await after(page.next)) {
    yield page.items;
    if (page.next === null) return;
  }
}

function numbered(next: string | null): number | null {
  return next === null ? null : Number(next);
}

function isProvider(key: string): boolean {
  return !key.startsWith('adviser:');
}

/** A person is of no standard and no qualification: who has succeeded a body in some alone has nothing of it. */
const PERSONS: Matter = { of: 'neither' };

/**
 * Those of a person’s registered keys that the body, or one that it has succeeded without a limit, registered or had
 * minted; all of them for the registrar.
 */
async function ownOf(
  register: EventIndex,
  persons: Persons,
  keys: readonly string[],
  { body }: Credential,
): Promise<readonly Registered[] | Refusal> {
  const known = register.at(register.head);
  const registered = registeredKeys(known, keys);
  if (body === REGISTRAR) return registered;
  const mintings = await available(persons.mintings(keys));
  if (isRefusal(mintings)) return mintings;
  return ownedKeys(register, registered, mintings).filter((one) => actsFor(known, body, one.body, PERSONS));
}

const NOT_YOURS = refuse(
  'not-recognised',
  'Only the body that registered the person, one that has succeeded it without a limit, and the registrar put, read and erase what is kept: ask that body',
);

function unknown(key: string): Refusal {
  return isProvider(key)
    ? refuse('unknown-provider', `${key} is not registered: register it first, or correct the key`)
    : refuse('unknown-adviser', `${key} is not registered: register the adviser first, or correct the key`);
}

function noPerson(key: string): Refusal {
  return refuse(
    'not-found',
    `${key} is not a sole trader, so there is no person to name: the name of an organisation stands in the log, post ProviderRenamed to change it`,
  );
}
