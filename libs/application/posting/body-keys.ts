import { hash } from 'node:crypto';
import { bodyStream, issuedUnder, revokedUnder } from '@app/domain/subjects/body';
import { dayOf, formatDay } from '@app/domain/values/day';
import { REGISTRAR } from '@app/domain/log/event-catalogue';
import { isRegistered } from '@app/domain/log/identity';
import { isRefusal, refuse, type Refusal } from '@app/domain/values/problem';
import { EventIndex } from '@app/read-model/index/event-index';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { hashOfSecret, type Credential } from '../access/credential';
import { keyIssued, keyRevoked, newSecret } from './registrar-postings';
import { Writer } from './writer';

const ONLY_REGISTRAR = refuse('not-recognised', 'Only the registrar issues and revokes keys');

/** A new key of a body. Its secret is given once, and only its hash is kept (specification, section 7). */
export class IssueKey extends Command<
  { readonly key: string; readonly secret: string; readonly position: number } | Refusal
> {
  /**
   * `key`: its name; by default it gets one. `until`: its last day, by the log’s today. `idempotencyKey`:
   * asking again with the same one within ten minutes gives the same answer, because the first may have been
   * lost on its way.
   */
  constructor(
    readonly credential: Credential,
    readonly slug: string,
    readonly key: string | undefined,
    readonly until: string | undefined,
    readonly idempotencyKey: string | undefined,
  ) {
    super();
  }
}

type Issued = { readonly key: string; readonly secret: string; readonly position: number } | Refusal;

/**
 * The milliseconds for which the answer can be given again, from memory alone: a secret is kept nowhere else.
 */
const REMEMBERED_MS = 10 * 60_000;
/**
 * The most answers that are remembered at once, about 500 bytes each; the oldest is forgotten to make room.
 */
const MOST_REMEMBERED = 10_000;

@CommandHandler(IssueKey)
export class IssueKeyHandler implements ICommandHandler<IssueKey> {
  /** The oldest first. */
  readonly #remembered = new Map<string, { readonly issued: Promise<Issued>; readonly until: number }>();

  constructor(
    private readonly writer: Writer,
    private readonly register: EventIndex,
  ) {}

  execute(asked: IssueKey): Promise<Issued> {
    const { credential, slug, idempotencyKey, key = nameFor(slug, idempotencyKey), until } = asked;
    // Nothing is remembered for someone who may not issue a key.
    if (idempotencyKey === undefined || credential.body !== REGISTRAR)
      return this.#issue(credential, slug, key, until);
    const name = hash('sha256', JSON.stringify([credential.hash, slug, key, until, idempotencyKey]));
    this.#forgetOld();
    const before = this.#remembered.get(name);
    if (before) return before.issued;
    const issued = this.#issue(credential, slug, key, until);
    this.#remembered.set(name, { issued, until: performance.now() + REMEMBERED_MS });
    const forget = () => {
      this.#remembered.delete(name);
    };
    // A refusal is not remembered: it may be granted when it is asked again.
    void issued.then((answer) => {
      if (isRefusal(answer)) forget();
    }, forget);
    return issued;
  }

  /** Forgets answers that are too old, and the oldest if there is no room for one more. */
  #forgetOld(): void {
    const now = performance.now();
    for (const [name, { until }] of this.#remembered) {
      if (until > now && this.#remembered.size < MOST_REMEMBERED) return;
      this.#remembered.delete(name);
    }
  }

  async #issue(
    credential: Credential,
    slug: string,
    key: string,
    until: string | undefined,
  ): Promise<Issued> {
    const refusal = unknownBody(this.register, slug) ?? isOver(this.register, until);
    if (refusal) return refusal;
    if (credential.body !== REGISTRAR) return ONLY_REGISTRAR;
    const secret = newSecret();
    const answer = await this.writer.post(credential, [keyIssued(slug, key, secret, until)]);
    if (isRefusal(answer)) return answer;
    const [result] = answer;
    if (result?.outcome !== 'accepted') {
      return result?.outcome === 'refused'
        ? issuedBefore(result.refusal, key)
        : refuse('internal', 'The key was not issued');
    }
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
