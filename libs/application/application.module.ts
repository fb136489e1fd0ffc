import { setTimeout as sleep } from 'node:timers/promises';
import { bodyStream, isInForce, keysOfBody } from '@app/domain/body';
import { formatDay } from '@app/domain/day';
import { REGISTRAR } from '@app/domain/event';
import { editionsOf } from '@app/domain/policy';
import type { EventLog } from '@app/event-store/event-log';
import { Answers } from '@app/read-model/answers';
import { Follower } from '@app/read-model/follower';
import { Register } from '@app/read-model/register';
import { ProviderSearch } from '@app/read-model/search';
import { Logger, Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { MintAdviserHandler } from './advisers';
import type { AccessRecord } from './access/access-record';
import { Attempts } from './access/attempts';
import { ReadAttemptsHandler } from './access/read-attempts';
import { ReadBodiesHandler, ReadBodyHandler } from './bodies';
import { Calendar } from './calendar';
import { londonDay, type Clock } from './clock';
import { hashOfSecret } from './credential';
import { CompareHandler } from './compare';
import { FindEffectsHandler } from './effects';
import { AskEligibilityHandler } from './eligibility';
import { firstStart } from './first-start';
import { ReadEvidenceHandler } from './evidence';
import { ReadEventHistoryHandler, ReadHistoryHandler } from './history';
import { FindImpactHandler } from './impact';
import { IssueKeyHandler, ListKeysHandler, RevokeKeyHandler } from './keys';
import { ReadEventHandler, ReadLogHandler } from './log';
import { AnswerManyHandler } from './many-questions';
import { FindPositionHandler } from './moment';
import { ReadNamesHandler, ReadPublicNamesHandler } from './names';
import { NOBODY, OBSERVER, type Observer } from './observer';
import { PostEventsHandler, TryEventsHandler } from './post-events';
import { Reader } from './reader';
import { ReadAdviserHandler, ReadPoliciesHandler, ReadPolicyHandler, ReadProviderHandler } from './records';
import { PlanRetractionHandler } from './retractions';
import { SearchProvidersHandler } from './search';
import { AskStandingHandler } from './standing';
import { ReadSubmissionsHandler } from './submissions';
import {
  ErasePersonHandler,
  ExportPersonHandler,
  PutPersonHandler,
  ReadPersonHandler,
} from './vault/personal-data';
import { Persons } from './vault/persons';
import { registeredKeys } from './vault/registered';
import type { Vault } from './vault/vault';
import { Writer } from './writer';

export interface ApplicationOptions {
  readonly log: EventLog;
  readonly vault: Vault;
  readonly access: AccessRecord;
  readonly clock: Clock;
  readonly calendar: 'auto' | 'manual';
  /** The policy of a question that names none: where no edition of it stands, this process is not ready. */
  readonly policy?: string | undefined;
  /** A secret of the registrar’s, brought by the operator; without one a first start makes one. */
  readonly registrarKey?: string | undefined;
  /** Is told the secret that a first start made. It is nowhere else. */
  readonly showSecret: (secret: string) => void;
  readonly observer?: Observer;
}

/** Everything of the register but HTTP: the log followed, the vault, the access record, the writer, the calendar, and the commands and queries. */
@Module({})
export class ApplicationModule {
  static of(options: ApplicationOptions): DynamicModule {
    const { log, vault, access, clock, calendar, observer = NOBODY } = options;
    const registrarKey = options.registrarKey === undefined ? undefined : hashOfSecret(options.registrarKey);
    return {
      module: ApplicationModule,
      imports: [CqrsModule.forRoot()],
      providers: [
        { provide: OBSERVER, useValue: observer },
        Register,
        {
          provide: Follower,
          useFactory: (register: Register) => new Follower(log, register),
          inject: [Register],
        },
        {
          provide: Writer,
          useFactory: (register: Register, follower: Follower) =>
            new Writer(log, register, follower, { clock, calendar, registrarKey, observer }),
          inject: [Register, Follower],
        },
        {
          provide: Reader,
          useFactory: (register: Register, follower: Follower) => new Reader(register, follower, clock),
          inject: [Register, Follower],
        },
        {
          provide: Calendar,
          useFactory: (writer: Writer, register: Register) => new Calendar(writer, register, clock),
          inject: [Writer, Register],
        },
        {
          provide: Operation,
          useFactory: (
            register: Register,
            follower: Follower,
            writer: Writer,
            days: Calendar,
            search: ProviderSearch,
            attempts: Attempts,
          ) => new Operation(options, register, follower, writer, days, search, attempts),
          inject: [Register, Follower, Writer, Calendar, ProviderSearch, Attempts],
        },
        {
          provide: Answers,
          useFactory: (register: Register) => new Answers(register),
          inject: [Register],
        },
        { provide: Attempts, useFactory: () => Attempts.of(access, clock) },
        PostEventsHandler,
        TryEventsHandler,
        FindEffectsHandler,
        IssueKeyHandler,
        RevokeKeyHandler,
        ListKeysHandler,
        ReadAttemptsHandler,
        ReadBodiesHandler,
        ReadBodyHandler,
        AskEligibilityHandler,
        AnswerManyHandler,
        ReadEventHandler,
        ReadLogHandler,
        ReadProviderHandler,
        ReadAdviserHandler,
        ReadPoliciesHandler,
        ReadPolicyHandler,
        { provide: Persons, useFactory: () => Persons.of(vault, clock) },
        PutPersonHandler,
        ReadPersonHandler,
        ExportPersonHandler,
        ErasePersonHandler,
        MintAdviserHandler,
        {
          provide: ProviderSearch,
          useFactory: (register: Register, persons: Persons) =>
            new ProviderSearch(
              register,
              (keys) => persons.shown(registeredKeys(register.at(register.head), keys))?.name,
            ),
          inject: [Register, Persons],
        },
        SearchProvidersHandler,
        ReadHistoryHandler,
        ReadEventHistoryHandler,
        ReadNamesHandler,
        ReadPublicNamesHandler,
        ReadEvidenceHandler,
        FindPositionHandler,
        ReadSubmissionsHandler,
        PlanRetractionHandler,
        AskStandingHandler,
        CompareHandler,
        FindImpactHandler,
      ],
      exports: [CqrsModule, Operation, Reader, Writer, Attempts],
    };
  }
}

/** So often, in milliseconds, it is looked at whether the log can be read and written. */
const LOOK_EVERY = 1_000;
const SHOW_PROGRESS_EVERY = 100_000;
/** A log that does not say what became of an append keeps a stopping register no longer. */
const LONGEST_WAIT = 10_000;

/** What a running register does by itself: it follows the log, starts a new one, opens the days, and stops in order. */
export class Operation implements OnApplicationShutdown {
  readonly #logger = new Logger('register');
  readonly #options: ApplicationOptions;
  readonly #register: Register;
  readonly #follower: Follower;
  readonly #writer: Writer;
  readonly #calendar: Calendar;
  readonly #search: ProviderSearch;
  readonly #attempts: Attempts;
  #started = false;
  #stopping = false;
  #isNew = false;
  #looking: NodeJS.Timeout | undefined;
  /** Whether it was told that the log cannot be written or read. */
  #failing = false;

  constructor(
    options: ApplicationOptions,
    register: Register,
    follower: Follower,
    writer: Writer,
    calendar: Calendar,
    search: ProviderSearch,
    attempts: Attempts,
  ) {
    this.#options = options;
    this.#register = register;
    this.#follower = follower;
    this.#writer = writer;
    this.#calendar = calendar;
    this.#search = search;
    this.#attempts = attempts;
  }

  /**
   * Reads the log up to its head, telling how far it is, and begins what the register does by itself. Resolves to false
   * where it was stopped before; rejects where the log cannot be read or begun.
   */
  async start(): Promise<boolean> {
    const head = await this.#options.log.head();
    void this.#follow();
    for (let shown = SHOW_PROGRESS_EVERY; shown <= head; shown += SHOW_PROGRESS_EVERY) {
      if (await this.#follower.reached(shown)) this.#logger.log(`read ${shown} of ${head + 1} events`);
    }
    await this.#follower.reached(head);
    if (!this.#goesOn()) return false;
    if (this.#follower.state === 'stopped') throw this.#follower.failure;
    const { clock, calendar, registrarKey, showSecret } = this.#options;
    if (head < 0) {
      this.#isNew = true;
      const secret = await firstStart(this.#writer, {
        day: calendar === 'auto' ? londonDay(clock()) : undefined,
        makeKey: registrarKey === undefined,
      });
      if (typeof secret === 'string') showSecret(secret);
      else if (secret !== undefined) throw new Error(notBegun(secret.detail));
    }
    if (calendar === 'auto') {
      await this.#calendar.open();
      if (this.#goesOn()) this.#calendar.start();
    }
    this.#started = true;
    this.#looking = setInterval(() => void this.#look(), LOOK_EVERY).unref();
    void this.#prepareSearch();
    return this.#goesOn();
  }

  /** Whether the log had no event before this start. */
  get isNew(): boolean {
    return this.#isNew;
  }

  /** Whether anybody can act as the registrar: by a key that the operator brings, or by one in the log that is in force. */
  get hasRegistrarKey(): boolean {
    if (this.#options.registrarKey !== undefined) return true;
    const known = this.#register.at(this.#register.head);
    return keysOfBody(known.stream(bodyStream(REGISTRAR))).some((key) => isInForce(key, known.today));
  }

  /** That no edition of the policy stands that is asked where none is named, and which ones do; nothing where one does. */
  get missingPolicy(): string | undefined {
    const { policy } = this.#options;
    const known = this.#register.at(this.#register.head);
    const stands = (id: string) => editionsOf(known, id).length > 0;
    if (policy === undefined || stands(policy)) return undefined;
    const standing = known.policies().filter(stands);
    return `No edition of the policy ${policy} stands in the log; there ${standing.length === 1 ? 'stands' : 'stand'} ${standing.join(', ') || 'none'}. Set REGISTER_POLICY to one that stands, or publish an edition of ${policy}`;
  }

  /** Tells once that the log cannot be written or read, and why, and once that it can again. */
  async #look(): Promise<void> {
    await this.#writer.tryAgain();
    const { fault } = this.#writer;
    const found = fault?.detail ?? (this.#follower.state === 'lost' ? await this.#whyLost() : undefined);
    if ((found !== undefined) === this.#failing || !this.#goesOn()) return;
    this.#failing = found !== undefined;
    if (found === undefined) this.#logger.log('the log can be read and written again');
    else this.#logger.error(`${found}. The register is not ready until it can be again`);
  }

  async #whyLost(): Promise<string> {
    return this.#options.log.head().then(
      () => 'The log is not followed at the moment',
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    );
  }

  /** Whether the log has been read, and a new one begun. */
  get started(): boolean {
    return this.#started;
  }

  /** Reads for the search what it will need, so that nobody’s first search waits for it. Without that a search does it. */
  async #prepareSearch(): Promise<void> {
    await this.#search.catchUp().catch((error: unknown) => {
      this.#logger.error(error);
    });
  }

  #goesOn(): boolean {
    return !this.#stopping;
  }

  /** Follows the log to the end. Why that came before its time is told by {@link start}, and here once it has started. */
  async #follow(): Promise<void> {
    await this.#follower.run().catch(() => undefined);
    if (this.#started && this.#follower.failure !== undefined) this.#logger.error(this.#follower.failure);
  }

  /** How far this process is, for those who watch it. */
  async status(): Promise<{
    readonly ready: boolean;
    /** Why it is not ready, in words for anybody; nothing where it is. */
    readonly detail: string | undefined;
    readonly position: number;
    readonly head: number | null;
    /** The day that is open, `YYYY-MM-DD`; null before the first. */
    readonly today: string | null;
    /** Days from it to the present one in London, by the clock. */
    readonly daysBehind: number | null;
    readonly follower: string;
  }> {
    const position = this.#register.head;
    const head = await this.#options.log.head().catch(() => null);
    const { today } = this.#register.at(position);
    const detail = this.#notReady(head);
    return {
      ready: detail === undefined,
      detail,
      position,
      head,
      today: today === undefined ? null : formatDay(today),
      daysBehind: today === undefined ? null : londonDay(this.#options.clock()) - today,
      follower: this.#follower.state,
    };
  }

  #notReady(head: number | null): string | undefined {
    const { fault, clockBehind } = this.#writer;
    if (this.#follower.state === 'stopped')
      return 'This process does not follow the log any more: start it again';
    if (!this.#started) return 'The register is starting';
    if (this.#follower.state !== 'caught-up' || head === null) return 'The log cannot be read at the moment';
    if (fault !== undefined)
      return `The log cannot be written: ${fault.why ?? 'its store does not take what is written'}`;
    if (clockBehind) return 'The clock of this process is behind the log’s';
    return this.missingPolicy;
  }

  /** Lets what is in flight be answered, then lets go of the log and of what is kept beside it. */
  async onApplicationShutdown(): Promise<void> {
    this.#stopping = true;
    clearInterval(this.#looking);
    this.#calendar.stop();
    await Promise.race([this.#writer.idle(), sleep(LONGEST_WAIT, undefined, { ref: false })]);
    this.#follower.stop();
    await this.#options.log.close();
    await this.#options.vault.close();
    await this.#attempts.close();
  }
}

function notBegun(why: string): string {
  return `The new log could not be begun. ${why}. Start the register again; if it then shows no key, bring one in REGISTER_REGISTRAR_KEY`;
}
