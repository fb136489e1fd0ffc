import { EVALUATOR } from '@app/domain/evaluation/v1/answer-shape';
import { OWN_SOURCE, REGISTRAR } from '@app/domain/log/event-catalogue';
import type { LogView } from '@app/domain/log/log-view';
import { digestOf, editionsOf } from '@app/domain/subjects/policy';
import { isRefusal, refuse, type FieldError, type Refusal } from '@app/domain/values/problem';
import { readSubmission } from '@app/domain/log/cloud-event';
import { escaped, invalid } from '@app/domain/log/schema-errors';
import { Comparison, drafted } from '@app/read-model/answers/comparison';
import { endOfSchoolYear, impactOn, type Impact } from '@app/read-model/answers/impact';
import { knownAt, type KnownAt } from '@app/read-model/records/records';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { PendingAppend, headOf } from '../posting/pending-append';
import { RegisterLine } from '../question-lines';
import { AsOfResolver, type Moment } from '@app/read-model/as-of';

/**
 * What a draft edition would change if it were published now: in the answers of today and of the school
 * year’s last day.
 */
export interface PolicyImpact {
  readonly policy: {
    readonly id: string;
    readonly edition: number;
    readonly effectiveFrom: string;
    readonly digest: string;
  };
  readonly knownAt: KnownAt;
  readonly evaluator: string;
  readonly today: Impact;
  readonly endOfSchoolYear: Impact;
}

/** Finds the impact of a draft edition, sent as `{policy, edition?, effectiveFrom, document}`. */
export class FindImpact extends Query<PolicyImpact | Refusal> {
  constructor(
    readonly sent: unknown,
    readonly moment: Pick<Moment, 'atLeast'>,
    /** Ends the work if no one waits for it any more. */
    readonly signal?: AbortSignal,
  ) {
    super();
  }
}

@QueryHandler(FindImpact)
export class FindImpactHandler implements IQueryHandler<FindImpact> {
  constructor(
    private readonly reader: AsOfResolver,
    private readonly line: RegisterLine,
  ) {}

  async execute({ sent, moment, signal }: FindImpact): Promise<PolicyImpact | Refusal> {
    const head = await this.reader.position(moment);
    if (isRefusal(head)) return head;
    const { index: register } = this.reader;
    const { known } = headOf(register);
    const event = publication(sent, known);
    if (isRefusal(event)) return event;
    const submission = readSubmission(REGISTRAR, event);
    if (isRefusal(submission)) return asSent(submission);
    // A draft has no id under which it might have been posted before.
    const draft = new PendingAppend(
      { known, submitted: () => undefined },
      new Date(0).toISOString(),
      undefined,
    );
    const result = draft.take(submission);
    if (result === 'full') throw new Error('an append cannot hold an event that is not too large');
    if (result.outcome === 'refused') return asSent(result.refusal);
    if (known.today === undefined) {
      return refuse(
        'no-day-opened',
        'The register has not opened its first day, so that it knows no today: ask again once it has',
      );
    }
    const id = event.subject.slice('policy:'.length);
    const published = editionsOf(draft.known, id).at(-1);
    if (!published) throw new Error('an edition that was accepted stands');
    const { edition, effectiveFrom, policy } = published;
    const comparison = new Comparison(drafted(register, known, draft.after), [id]);
    const days = [known.today, endOfSchoolYear(known.today)];
    const impacts = await this.line.answer(impactOn(comparison, days), signal);
    if (isRefusal(impacts)) return impacts;
    const [today, atTheEnd] = impacts;
    if (!today || !atTheEnd) throw new Error('two days have two impacts');
    return {
      policy: { id, edition, effectiveFrom, digest: digestOf(policy) },
      knownAt: knownAt(known, register.recordedAt(known.position)),
      evaluator: EVALUATOR,
      today,
      endOfSchoolYear: atTheEnd,
    };
  }
}

const FIELDS = ['policy', 'edition', 'effectiveFrom', 'document'];

/**
 * The event by which the registrar would publish what was sent, its number the next unless it says one. What is in it, the
 * schema of that event checks: here is only what it takes to make an event, and what no event has a place for.
 */
function publication(sent: unknown, known: LogView) {
  if (typeof sent !== 'object' || sent === null || Array.isArray(sent))
    return invalid([wrong('', 'Send a JSON object')]);
  const unknown = Object.keys(sent).filter((name) => !FIELDS.includes(name));
  if (unknown.length > 0)
    return invalid(unknown.map((name) => wrong(`/${escaped(name)}`, 'There is no such field: leave it out')));
  const { policy: id, edition, effectiveFrom, document }: Readonly<Record<string, unknown>> = { ...sent };
  if (typeof id !== 'string') return invalid([wrong('/policy', 'Give the id of the policy')]);
  const next = 1 + Math.max(0, ...editionsOf(known, id).map((one) => one.edition));
  return {
    specversion: '1.0',
    source: OWN_SOURCE,
    id: 'draft',
    type: 'PolicyEditionPublished',
    subject: `policy:${id}`,
    data: {
      edition: edition === undefined ? next : edition,
      ...(effectiveFrom === undefined ? {} : { effectiveFrom }),
      ...(document === undefined ? {} : { policy: document }),
    },
  };
}

function wrong(pointer: string, detail: string): FieldError {
  return { pointer, code: 'invalid-event', detail };
}

/** A refusal of the event, with its fields renamed to those of the request. */
function asSent({ errors, ...refusal }: Refusal): Refusal {
  if (!errors) return refusal;
  const named = errors.map((error) => ({
    ...error,
    pointer: error.pointer
      .replace(/^\/subject$/, '/policy')
      .replace(/^\/data\/policy/, '/document')
      .replace(/^\/data\//, '/'),
  }));
  return refusal.code === 'invalid-event' ? invalid(named) : { ...refusal, errors: named };
}
