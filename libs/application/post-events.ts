import { isRefusal, refuse, type Refusal } from '@app/domain/problem';
import { readSubmission, tooDeep } from '@app/domain/submission';
import { MOST_BYTES_AN_EVENT } from '@app/event-store/event-log';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Credential } from './credential';
import type { Candidate, Result } from './draft';
import { Trial } from './trial';
import { Writer } from './writer';

/** What a body sent as one event: its JSON value and at most how many bytes it took, or why there is none. */
export type Sent = { readonly value: unknown; readonly bytes: number } | Refusal;

function candidate({ body }: Credential, sent: Sent): Candidate {
  if (!('value' in sent)) return sent;
  return (
    (sent.bytes > MOST_BYTES_AN_EVENT ? tooLarge(sent.value) : undefined) ?? readSubmission(body, sent.value)
  );
}

/** Refuses data that no stored event has room for, before it is looked into field by field. */
function tooLarge(value: unknown): Refusal | undefined {
  if (typeof value !== 'object' || value === null || !('data' in value)) return undefined;
  try {
    const bytes = Buffer.byteLength(JSON.stringify(value.data));
    return bytes > MOST_BYTES_AN_EVENT
      ? refuse(
          'too-large',
          `The data takes ${bytes} bytes, and a stored event may take ${MOST_BYTES_AN_EVENT} in all: shorten its lists`,
        )
      : undefined;
  } catch {
    return tooDeep('/data');
  }
}

/** Posts what happened, each judged in order and on its own or, where `atomic`, all or none. */
export class PostEvents extends Command<readonly Result[] | Refusal> {
  constructor(
    readonly credential: Credential,
    readonly events: readonly Sent[],
    readonly atomic: boolean,
  ) {
    super();
  }
}

@CommandHandler(PostEvents)
export class PostEventsHandler implements ICommandHandler<PostEvents> {
  constructor(private readonly writer: Writer) {}

  async execute({ credential, events, atomic }: PostEvents): Promise<readonly Result[] | Refusal> {
    const candidates = events.map((sent) => candidate(credential, sent));
    return atomic ? this.writer.post(credential, candidates) : this.writer.postEach(credential, candidates);
  }
}

/**
 * Judges what would be posted, without the writing, on top of what was tried before it: `trial` is that of the answer
 * before, or nothing at the beginning.
 */
export class TryEvents extends Command<
  { readonly results: readonly Result[]; readonly trial: Trial } | Refusal
> {
  constructor(
    readonly credential: Credential,
    readonly events: readonly Sent[],
    readonly atomic: boolean,
    readonly trial?: Trial,
  ) {
    super();
  }
}

@CommandHandler(TryEvents)
export class TryEventsHandler implements ICommandHandler<TryEvents> {
  constructor(private readonly writer: Writer) {}

  async execute({ credential, events, atomic, trial: before }: TryEvents) {
    const draft = before?.draft ?? (await this.writer.trial());
    if (isRefusal(draft)) return draft;
    const trial = before ?? new Trial(draft);
    const candidates = events.map((sent) => candidate(credential, sent));
    const results = trial.take(candidates, atomic);
    return 'code' in results ? results : { results, trial };
  }
}
