import { hash } from 'node:crypto';
import { bodyStream, issuedUnder, revokedUnder } from '@app/domain/subjects/body';
import { dayOf, formatDay } from '@app/domain/values/day';
import { REGISTRAR } from '@app/domain/log/event-catalogue';
import { isRegistered } from '@app/domain/log/identity';
import { isRefusal, refuse, type Refusal } from '@app/domain/values/problem';
import { EventIndex } from '@app/read-model/index/event-index';
import { Inject, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { hashOfSecret, type Credential } from '../access/credential';
import {
  DRAWN_KEYS,
  DrawnKeysUnavailable,
  type DrawnKey,
  type DrawnKeys,
  type NamedRequest,
} from './drawn-keys';
import { keyIssued, keyRevoked, newSecret } from './registrar-postings';
import { Writer } from './writer';

const ONLY_REGISTRAR = refuse('not-recognised', 'Only the registrar issues and revokes keys');

/** A new key of a body. Its secret is given once, and only its hash is kept (specification, section 7). */
export class IssueKey extends Command<
  { readonly key: string; readonly secret: string; readonly position: number } | Refusal
> {
  /**
   * `key`: its name; without one it gets one. `until`: its last day, by the log’s today. `named`: who asks again under the same
   * Idempotency-Key within ten minutes is given the same answer, for the first may have been lost on its way; `sealing` is
   * the key that {@link NamedRequest} has.
   */
  constructor(
    readonly credential: Credential,
    readonly slug: string,
    readonly key: string | undefined,
    readonly until: string | undefined,
    readonly named: { readonly idempotencyKey: string; readonly sealing: Buffer } | undefined,
  ) {
    super();
  }
}

type Issued = { readonly key: string; readonly secret: string; readonly position: number } | Refusal;

@CommandHandler(IssueKey)
export class IssueKeyHandler implements ICommandHandler<IssueKey>, OnApplicationShutdown {
  readonly #logger = new Logger('keys');

  constructor(
    private readonly writer: Writer,
    private readonly register: EventIndex,
    @Inject(DRAWN_KEYS) private readonly drawnKeys: DrawnKeys,
  ) {}

  async execute(asked: IssueKey): Promise<Issued> {
    const { credential, slug, named, key = nameFor(slug, named?.idempotencyKey), until } = asked;
    // Nothing is kept for whoever may not issue a key.
    if (named === undefined || credential.body !== REGISTRAR)
      return this.#issue(credential, slug, key, until, newSecret());
    const { idempotencyKey, sealing } = named;
    const name = hash('sha256', JSON.stringify([credential.hash, slug, key, until, idempotencyKey]));
    const drawn = await this.#drawn({ name, sealing });
    if (isRefusal(drawn)) return drawn;
    const { secret, position } = drawn;
    if (position !== undefined) return { key, secret, position };
    const issued = await this.#issue(credential, slug, key, until, secret);
    if (!isRefusal(issued)) await this.#remember({ name, sealing }, { secret, position: issued.position });
    return issued;
  }

  async #drawn(request: NamedRequest): Promise<DrawnKey | Refusal> {
    try {
      return await this.drawnKeys.drawn(request, newSecret());
    } catch (error) {
      if (!(error instanceof DrawnKeysUnavailable)) throw error;
      this.#logger.error(error);
      return refuse(
        'unavailable',
        'What the register remembers of such requests cannot be read: send the same again a while later',
      );
    }
  }

  /** Where that fails the secret is remembered all the same, and the log knows the key by it. */
  async #remember(request: NamedRequest, drawn: Required<DrawnKey>): Promise<void> {
    try {
      await this.drawnKeys.issued(request, drawn);
    } catch (error) {
      if (!(error instanceof DrawnKeysUnavailable)) throw error;
      this.#logger.error(error);
    }
  }

  async onApplicationShutdown(): Promise<void> {
    await this.drawnKeys.close();
  }

  async #issue(
    credential: Credential,
    slug: string,
    key: string,
    until: string | undefined,
    secret: string,
  ): Promise<Issued> {
    const refusal = unknownBody(this.register, slug) ?? isOver(this.register, until);
    if (refusal) return refusal;
    if (credential.body !== REGISTRAR) return ONLY_REGISTRAR;
    const answer = await this.writer.post(credential, [keyIssued(slug, key, secret, until)]);
    if (isRefusal(answer)) return answer;
    const [result] = answer;
    if (!result) return refuse('internal', 'The key was not issued');
    if (result.outcome === 'refused') return issuedBefore(result.refusal, key);
    // A duplicate has the same hash: another process issued it for the same request.
    return { key, secret, position: result.position };
  }
}

/**
 * A name for a key. The same idempotency key gives the same name, so that asking again never issues a second
 * key.
 */
function nameFor(slug: string, idempotencyKey: string | undefined): string {
  const seed = idempotencyKey === undefined ? newSecret() : `${slug}\n${idempotencyKey}`;
  return `k-${hashOfSecret(seed).slice('sha256:'.length, 'sha256:'.length + 12)}`;
}

/** Refuses a last day in the past: the key would open nothing. */
function isOver(register: EventIndex, until: string | undefined): Refusal | undefined {
  const { today } = register.at(register.head);
  return until !== undefined && today !== undefined && dayOf(until) < today
    ? refuse(
        'invalid-question',
        `A key until ${until} would open nothing, for today is ${formatDay(today)}: give that day or a later one, or leave until out`,
        '/until',
      )
    : undefined;
}

function issuedBefore(refusal: Refusal, key: string): Refusal {
  if (refusal.code !== 'same-id-different-content') return refusal;
  const detail = `A key ${key} of this body was issued already, and its secret is shown once only: issue one of another name, and revoke that one`;
  return refuse('same-id-different-content', detail, '/key');
}

/** Revokes a key at once, in every process. Revoking it again changes nothing. */
export class RevokeKey extends Command<{ readonly position: number } | Refusal> {
  constructor(
    readonly credential: Credential,
    readonly slug: string,
    readonly key: string,
  ) {
    super();
  }
}

@CommandHandler(RevokeKey)
export class RevokeKeyHandler implements ICommandHandler<RevokeKey> {
  constructor(
    private readonly writer: Writer,
    private readonly register: EventIndex,
  ) {}

  async execute({ credential, slug, key }: RevokeKey) {
    const unknown = unknownBody(this.register, slug);
    if (unknown) return unknown;
    const events = this.register.at(this.register.head).stream(bodyStream(`body:${slug}`));
    const revoked = revokedUnder(events, key);
    if (revoked === undefined && issuedUnder(events, key) === undefined)
      return refuse('not-found', `body:${slug} has no key ${key}`);
    if (credential.body !== REGISTRAR) return ONLY_REGISTRAR;
    if (revoked !== undefined) return { position: revoked };
    const answer = await this.writer.post(credential, [keyRevoked(slug, key)]);
    if (isRefusal(answer)) return answer;
    const [result] = answer;
    if (!result || result.outcome === 'refused')
      return result?.refusal ?? refuse('internal', 'The key was not revoked');
    return { position: result.position };
  }
}

/** The position of an event, and when it was recorded. */
export interface Stands {
  readonly position: string;
  readonly recordedAt: string;
}

export function unknownBody(register: EventIndex, slug: string): Refusal | undefined {
  return isRegistered(register.at(register.head), `body:${slug}`)
    ? undefined
    : refuse(
        'unknown-body',
        `body:${slug} is not recognised: post its BodyRecognised first, or correct the slug`,
      );
}
