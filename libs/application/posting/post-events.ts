import { definitionOf, OWN_SOURCE } from '@app/domain/log/event-catalogue';
import { isRefusal, refuse, type ProblemCode, type Refusal } from '@app/domain/values/problem';
import { readSubmission, tooDeep } from '@app/domain/log/cloud-event';
import { storedFieldErrors } from '@app/domain/log/event-schemas';
import { MOST_BYTES_AN_EVENT } from '@app/event-store/event-log';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Attempts } from '../access/attempts';
import type { Credential } from '../access/credential';
import type { PendingPost, PostResult } from './pending-append';
import { DryRun } from './dry-run';
import { Writer } from './writer';

/** What a body sent as one event: its JSON value and at most how many bytes it took, or why there is none. */
export type SentEvent = { readonly value: unknown; readonly bytes: number } | Refusal;

function candidate({ body }: Credential, sent: SentEvent): PendingPost {
  if (!('value' in sent)) return sent;
  const large = sent.bytes > MOST_BYTES_AN_EVENT ? tooLarge(sent.value) : undefined;
  if (large) return large;
  const read = readSubmission(body, sent.value);
  // A recorded event may be posted again whatever the rules were when it was taken: that changes nothing.
  if (!isRefusal(read)) {
    if (definitionOf(read.type).registerOnly) return { ...read, fault: BY_ITSELF };
    return read.source === OWN_SOURCE ? { ...read, fault: OURS } : read;
  }
  const former = readSubmission(body, sent.value, storedFieldErrors);
  return isRefusal(former) ? read : { ...former, fault: read };
}

/**
 * Under its own source the register posts each thing once. If a body took one of those ids, it would keep the
 * register from posting.
 */
const OURS = refuse(
  'invalid-event',
  `The source ${OWN_SOURCE} is the register’s own: give one of yours, such as the address of your system`,
  '/source',
);

const BY_ITSELF = refuse(
  'invalid-event',
  'The register posts this by itself, and takes it from no one',
  '/type',
);

/** Refuses data that is larger than any stored event, before its fields are checked. */
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

/** Posts events, each judged in order and by itself or, if `atomic`, all or none. */
export class PostEvents extends Command<readonly PostResult[] | Refusal> {
  constructor(
    readonly credential: Credential,
    readonly events: readonly SentEvent[],
    readonly atomic: boolean,
  ) {
    super();
  }
}

@CommandHandler(PostEvents)
export class PostEventsHandler implements ICommandHandler<PostEvents> {
  constructor(
    private readonly writer: Writer,
    private readonly attempts: Attempts,
  ) {}

  async execute({ credential, events, atomic }: PostEvents): Promise<readonly PostResult[] | Refusal> {
    const answer = await this.#posted(credential, events, atomic);
    recordRefusals(this.attempts, credential, answer);
    return answer;
  }

  async #posted(
    credential: Credential,
    events: readonly SentEvent[],
    atomic: boolean,
  ): Promise<readonly PostResult[] | Refusal> {
    const candidates = events.map((sent) => candidate(credential, sent));
    return atomic ? this.writer.post(credential, candidates) : this.writer.postEach(credential, candidates);
  }
}

/**
 * Judges events without writing them, on top of those tried before: `trial` is the one from the answer
 * before, or undefined at first.
 */
export class TryEvents extends Command<
  { readonly results: readonly PostResult[]; readonly trial: DryRun } | Refusal
> {
  constructor(
    readonly credential: Credential,
    readonly events: readonly SentEvent[],
    readonly atomic: boolean,
    readonly trial?: DryRun,
  ) {
    super();
  }
}

@CommandHandler(TryEvents)
export class TryEventsHandler implements ICommandHandler<TryEvents> {
  constructor(
    private readonly writer: Writer,
    private readonly attempts: Attempts,
  ) {}

  async execute({ credential, events, atomic, trial: before }: TryEvents) {
    const draft = before?.draft ?? (await this.writer.trial());
    if (isRefusal(draft)) return draft;
    const trial = before ?? new DryRun(draft);
    const candidates = events.map((sent) => candidate(credential, sent));
    const results = trial.take(candidates, atomic);
    recordRefusals(this.attempts, credential, results);
    return isRefusal(results) ? results : { results, trial };
  }
}

/** Records each code once, with the number of events that it refuses. */
function recordRefusals(
  attempts: Attempts,
  credential: Credential,
  answer: readonly PostResult[] | Refusal,
): void {
  const counts = new Map<ProblemCode, number>();
  const count = ({ code }: Refusal) => counts.set(code, (counts.get(code) ?? 0) + 1);
  if (isRefusal(answer)) count(answer);
  else for (const result of answer) if (result.outcome === 'refused') count(result.refusal);
  for (const [code, events] of counts) attempts.refused(credential, code, events);
}
