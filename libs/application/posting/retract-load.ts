import { hash } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import { REGISTRAR, type EventType } from '@app/domain/log/event-catalogue';
import { isRefusal, refuse, type Refusal, type Warning } from '@app/domain/values/problem';
import type { LoadWarning } from '@app/domain/values/warning';
import { loaded, unknownSubmitter, type Load, type Loaded } from '@app/read-model/records/submissions';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { Credential } from '../access/credential';
import type { SentEvent } from './post-events';
import { AsOfResolver } from '@app/read-model/as-of';
import { Writer } from './writer';

/** The load to retract, and why: what was posted from a source, of these types and between these moments. */
export interface LoadToRetract {
  readonly source: string;
  readonly reason: string;
  readonly types?: readonly EventType[];
  /** Positions or instants: only events recorded after the first and not after the second. */
  readonly after?: string;
  readonly upTo?: string;
}

/** The retraction of one event, ready to be posted by whoever asked for it. */
export interface PlannedRetraction {
  /** Of the event that it retracts. */
  readonly position: string;
  readonly sent: SentEvent;
}

/** How to retract a load. */
export interface RetractionPlan {
  /** The body and source of the retractions: retracting that load in turn brings this one back. */
  readonly body: string;
  readonly source: string;
  /** The position up to which the load goes; later events from its source do not belong to it. */
  readonly upTo: string;
  /** What is to be posted, newest event first, in parts that are worked out when they are asked for. */
  parts(): AsyncIterable<readonly PlannedRetraction[]>;
  /** What there was to find, of the parts that were asked for. */
  found(): RetractionFindings;
}

/** What is to be known of a load besides what becomes of its retractions. */
export interface RetractionFindings {
  /** How many of its events stand again, for their retraction by the same request was retracted: they are left as they are. */
  readonly restored: number;
  /** `restored` if there are such events; `nothing-posted` if there is no such load. */
  readonly warnings: readonly Warning<LoadWarning>[];
}

/**
 * Plans the retraction of a load. The retraction of each of its effective events has an id that follows from
 * the target and the reason: asking for the same again, also after a broken connection, posts what is missing
 * and meets the rest as duplicates. Refused: `unknown-body`, `not-your-event` (only the body itself and the
 * registrar may).
 */
export class PlanRetraction extends Query<RetractionPlan | Refusal> {
  constructor(
    readonly credential: Credential,
    readonly slug: string,
    readonly load: LoadToRetract,
  ) {
    super();
  }
}

@QueryHandler(PlanRetraction)
export class PlanRetractionHandler implements IQueryHandler<PlanRetraction> {
  constructor(
    private readonly reader: AsOfResolver,
    private readonly writer: Writer,
  ) {}

  async execute({ credential, slug, load: asked }: PlanRetraction): Promise<RetractionPlan | Refusal> {
    // What other processes have posted up to now belongs to the load too.
    const trial = await this.writer.trial();
    if (isRefusal(trial)) return trial;
    const { known } = trial;
    const body = `body:${slug}`;
    const unknown = unknownSubmitter(known, body);
    if (unknown) return unknown;
    if (credential.body !== body && credential.body !== REGISTRAR) {
      return refuse(
        'not-your-event',
        `Only ${body} and the registrar retract what ${body} posted: ask one of them, or open disputes`,
      );
    }
    const after = asked.after === undefined ? -1 : this.reader.positionOf(asked.after);
    if (isRefusal(after)) return after;
    const upTo = asked.upTo === undefined ? known.position : this.reader.positionOf(asked.upTo);
    if (isRefusal(upTo)) return upTo;
    const { source, types } = asked;
    return this.#plan(credential.body, slug, asked.reason, { body, source, types, after, upTo });
  }

  #plan(body: string, slug: string, reason: string, load: Load): RetractionPlan {
    const { index: register } = this.reader;
    const source = `/retractions/${slug}/${hash('sha256', load.source).slice(0, 16)}`;
    const idOf = ({ position }: Loaded) => `${position}-${reason}`;
    let [events, restored] = [0, 0];
    return {
      body,
      source,
      upTo: String(load.upTo),
      async *parts() {
        for (let before: number | undefined = load.upTo + 1; before !== undefined;) {
          const part = loaded(register, load, before);
          events += part.events.length;
          const retractions: PlannedRetraction[] = [];
          for (const event of part.events) {
            const isRetracted = register.submitted(body, source, idOf(event)) !== undefined;
            if (isRetracted && event.stands) restored++;
            if (isRetracted || event.stands)
              retractions.push({
                position: String(event.position),
                sent: sent(source, idOf(event), event, reason),
              });
          }
          if (retractions.length > 0) yield retractions;
          // A dry run never waits for the disk, and so gives others no turn by itself.
          await turn();
          ({ before } = part);
        }
      },
      found: () => ({ restored, warnings: warningsOf(load, events, restored) }),
    };
  }
}

function warningsOf(
  { body, source }: Load,
  events: number,
  restored: number,
): readonly Warning<LoadWarning>[] {
  if (events === 0) {
    const detail = `${body} has posted nothing from ${source} that this request could retract: correct the source, the types or the moments. GET /v1/bodies/${body.slice('body:'.length)}/events says from which source each event came`;
    return [{ code: 'nothing-posted', detail }];
  }
  if (restored === 0) return [];
  const detail = `${restored} of these events stand, for their retraction was itself retracted, and are left so: to retract them anew, give another reason`;
  return [{ code: 'restored', detail }];
}

function sent(source: string, id: string, { position, subject }: Loaded, reason: string): SentEvent {
  const data = { event: String(position), reason };
  const value = { specversion: '1.0', source, id, type: 'EventRetracted', subject, data };
  return { value, bytes: Buffer.byteLength(JSON.stringify(value)) };
}
