import { randomInt } from 'node:crypto';
import { OWN_SOURCE, REGISTRAR } from '@app/domain/log/event-catalogue';
import { isRefusal, refuse, type Refusal } from '@app/domain/values/problem';
import type { Submission } from '@app/domain/log/cloud-event';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { hashOfSecret, type Credential } from '../access/credential';
import { ownSubmission } from '../posting/registrar-postings';
import { available } from './available';
import { Persons } from './persons';
import { mintingId } from './registered';
import { Writer } from '../posting/writer';

/**
 * An adviser to whom the register gave a key, and the position of the registration; `first`: whether this
 * very request made it.
 */
export interface MintedAdviser {
  readonly key: string;
  readonly position: number;
  readonly recordedAt: string;
  readonly first: boolean;
}

/**
 * Registers a new adviser under a key that the register makes and that says nothing of the person. A body may
 * ask for one if it may post `AdviserRegistered` today, and the person is that body’s. `idempotencyKey`: what
 * the body calls this request; asking again with the same one, even after years, gives the same adviser.
 */
export class MintAdviser extends Command<MintedAdviser | Refusal> {
  constructor(
    readonly credential: Credential,
    readonly idempotencyKey: string | undefined,
  ) {
    super();
  }
}

/**
 * Writes to the vault for whom the key is minted before the log learns of the adviser. If it is interrupted
 * between the two, the same request goes on with the same key. Without an idempotency key, the minted key
 * then belongs to no one, and the log never holds it.
 */
@CommandHandler(MintAdviser)
export class MintAdviserHandler implements ICommandHandler<MintAdviser> {
  constructor(
    private readonly writer: Writer,
    private readonly persons: Persons,
  ) {}

  async execute({ credential, idempotencyKey }: MintAdviser): Promise<MintedAdviser | Refusal> {
    const { body } = credential;
    const request = idempotencyKey === undefined ? undefined : hashOfSecret(idempotencyKey);
    // Earlier releases took the quotes of a structured header for part of the key.
    const formerly = idempotencyKey === undefined ? undefined : hashOfSecret(JSON.stringify(idempotencyKey));
    const trial = await this.writer.trial();
    if (isRefusal(trial)) return trial;

    const before = await available(this.#minted(body, [request, formerly]));
    if (isRefusal(before)) return before;
    const stored = before && trial.submitted(REGISTRAR, OWN_SOURCE, mintingId(before));
    if (before !== undefined && stored)
      return { key: before, position: Number(stored.position), recordedAt: stored.recordedAt, first: false };

    const fresh = newAdviserKey();
    const posting = trial.take({ ...registration(fresh), body });
    if (posting !== 'full' && posting.outcome === 'refused') return posting.refusal;

    const key = await available(this.persons.mint(fresh, body, request));
    if (isRefusal(key)) return key;
    const answer = await this.writer.post(credential, [registration(key)]);
    if (isRefusal(answer)) return answer;
    const [result] = answer;
    if (!result || result.outcome === 'refused')
      return result?.refusal ?? refuse('internal', 'The adviser was not registered');
    const { position, recordedAt, outcome } = result;
    return { key, position, recordedAt, first: outcome === 'accepted' };
  }

  /** The key that was minted for a body under the first of these requests that has one. */
  async #minted(body: string, requests: readonly (string | undefined)[]): Promise<string | undefined> {
    for (const request of requests) {
      const key = request === undefined ? undefined : await this.persons.minted(body, request);
      if (key !== undefined) return key;
    }
    return undefined;
  }
}

function registration(key: string): Submission {
  return ownSubmission(mintingId(key), 'AdviserRegistered', key, {});
}

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789';
/** The length of 124 random bits: no one guesses such a key, and no two are equal. */
const LENGTH = 24;

function newAdviserKey(): string {
  const letters = Array.from({ length: LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]);
  return `adviser:${letters.join('')}`;
}
