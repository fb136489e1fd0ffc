import { REGISTRAR } from '@app/domain/log/event-catalogue';
import { refuse, type Refusal } from '@app/domain/values/problem';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { Credential } from './credential';
import { AccessUnavailable, type AttemptsAsked, type KeptAttempt } from './access-record';
import { Attempts } from './attempts';

/**
 * A page of the access record; `next`: the number after which the next page begins, undefined on the last
 * page.
 */
export interface AttemptsPage {
  readonly attempts: readonly KeptAttempt[];
  readonly next: number | undefined;
}

/** Refused attempts, the newest first: for the registrar. */
export class ReadAttempts extends Query<AttemptsPage | Refusal> {
  constructor(
    readonly credential: Credential,
    readonly asked: AttemptsAsked,
  ) {
    super();
  }
}

@QueryHandler(ReadAttempts)
export class ReadAttemptsHandler implements IQueryHandler<ReadAttempts> {
  constructor(private readonly attempts: Attempts) {}

  async execute({ credential, asked }: ReadAttempts): Promise<AttemptsPage | Refusal> {
    if (credential.body !== REGISTRAR)
      return refuse('not-recognised', 'Only the registrar reads the access record');
    try {
      const found = await this.attempts.asked({ ...asked, limit: asked.limit + 1 });
      const attempts = found.slice(0, asked.limit);
      return { attempts, next: found.length > asked.limit ? attempts.at(-1)?.number : undefined };
    } catch (error) {
      if (!(error instanceof AccessUnavailable)) throw error;
      return refuse('unavailable', 'The access record cannot be read at the moment: ask again');
    }
  }
}
