import { OverlayView, EMPTY_VIEW } from '@app/domain/log/overlay-view';
import { answer } from '@app/domain/evaluation/v1/answer';
import { resolveQuestion } from '@app/domain/evaluation/v1/resolved-question';
import { type Answer } from '@app/domain/evaluation/v1/answer-shape';
import { REGISTRAR, type RegisterEvent } from '@app/domain/log/event-catalogue';
import { judge, type Judgement } from '@app/domain/admission/judge';
import type { LogView } from '@app/domain/log/log-view';
import { dayOf } from '@app/domain/values/day';
import policy2017 from '@app/domain/policies/cmqa-2017.json';
import { isRefusal, type Warning } from '@app/domain/values/problem';
import { readSubmission } from '@app/domain/log/cloud-event';

export type Data = Readonly<Record<string, unknown>>;

/** What somebody posts: the registrar from `/rules`, under an id of its own, if nothing else is said. */
export interface Posting {
  readonly type: string;
  readonly subject: string;
  readonly data: Data;
  readonly body?: string;
  readonly source?: string;
  readonly id?: string;
}

export interface Asked {
  readonly provider?: string;
  readonly setting?: string;
  readonly policy?: string;
  readonly from: string;
  readonly until?: string;
  readonly advisers?: readonly string[];
  readonly school?: string;
  /** As known at this position, else at the head. */
  readonly knownAt?: number;
}

/** A log that begins with what is given, and what comes of posting to it and asking it. */
class World {
  readonly #events: RegisterEvent[] = [];
  readonly #submitted = new Map<string, RegisterEvent>();
  #known = new OverlayView(EMPTY_VIEW);

  get events(): readonly RegisterEvent[] {
    return this.#events;
  }

  get head(): number {
    return this.#events.length - 1;
  }

  known(position = this.head): LogView {
    return new OverlayView(EMPTY_VIEW, this.#events.slice(0, position + 1));
  }

  /** Judges a posting and leaves the log as it is. */
  judged(posting: Posting): Judgement {
    const { body = REGISTRAR, source = '/rules', id = `no-${this.#events.length}`, ...event } = posting;
    const submission = readSubmission(body, { specversion: '1.0', source, id, ...event });
    if (isRefusal(submission)) return { verdict: 'refused', refusal: submission };
    const submitted = (...name: string[]) => this.#submitted.get(name.join('\n'));
    const judgement = judge(submission, { known: this.#known, submitted });
    return judgement;
  }

  /** Posts one event after another, each of which must be accepted. */
  and(...postings: readonly Posting[]): this {
    for (const posting of postings) {
      const judgement = this.judged(posting);
      if (judgement.verdict !== 'accepted')
        throw new Error(`${JSON.stringify(posting)}: ${JSON.stringify(judgement)}`);
      const { body = REGISTRAR, source = '/rules', id = `no-${this.#events.length}` } = posting;
      this.#submitted.set([body, source, id].join('\n'), judgement.event);
      this.#events.push(judgement.event);
      this.#known.add(judgement.event);
    }
    return this;
  }

  /** `accepted`, `duplicate` or the code of the refusal. */
  when(posting: Posting): string {
    const judgement = this.judged(posting);
    return judgement.verdict === 'refused' ? judgement.refusal.code : judgement.verdict;
  }

  /** The pointers of the fields that a refusal blames, or the codes of the warnings of what is not refused. */
  remarks(posting: Posting): readonly string[] {
    const judgement = this.judged(posting);
    return judgement.verdict === 'refused'
      ? (judgement.refusal.errors ?? []).map(({ pointer }) => pointer)
      : judgement.warnings.map(({ code }) => code);
  }

  /**
   * What a posting is told, with the fields that are blamed: `accepted`, `accepted: future-date /data/on` where it is warned
   * of something, `duplicate`, or the code of the refusal, as in `no-such-award /data/reference`.
   */
  told(posting: Posting): string {
    const judgement = this.judged(posting);
    if (judgement.verdict === 'refused') {
      const { code, errors = [] } = judgement.refusal;
      return [code, ...errors.map(({ pointer }) => pointer)].join(' ');
    }
    const warned = judgement.warnings.map(({ code, pointer }) => [code, pointer ?? []].flat().join(' '));
    return [judgement.verdict, warned.join(', ')].filter(Boolean).join(': ');
  }

  /** In which words a posting is refused; undefined if it is not. */
  detail(posting: Posting): string | undefined {
    const judgement = this.judged(posting);
    return judgement.verdict === 'refused' ? judgement.refusal.detail : undefined;
  }

  /** What is warned of at a posting that is not refused. */
  warnings(posting: Posting): readonly Warning[] {
    const judgement = this.judged(posting);
    return judgement.verdict === 'refused' ? [] : judgement.warnings;
  }

  /** The covered days of an answer, each run as `2026-01-01 to 2026-06-30`. */
  covered(asked: Asked): readonly string[] {
    return this.ask(asked).covered.map(({ from, until }) => `${from} to ${until}`);
  }

  ask({ from, until = from, knownAt, ...asked }: Asked): Answer {
    const question = { provider: P, setting: 'publicly-funded', policy: 'cmqa-2017', advisers: [], ...asked };
    const found = resolveQuestion(this.known(knownAt), {
      ...question,
      from: dayOf(from),
      until: dayOf(until),
    });
    if (isRefusal(found)) throw new Error(`${found.code}: ${found.detail}`);
    return answer(found, '2026-09-01T00:00:00.000Z');
  }
}

export type { World };

/** The log that holds `events`; those that name no body are the registrar’s. */
export function given(...events: readonly Posting[]): World {
  return new World().and(...events);
}

/** A provider and an adviser to tell rules of. */
export const P = 'ukprn:10000001';
export const A = 'adviser:aaaaaaaa';

export const today = (date: string): Posting => ({
  type: 'DayOpened',
  subject: 'calendar:england',
  data: { date },
});
export const edition = (number: number, effectiveFrom: string, policy: Data = policy2017): Posting => ({
  type: 'PolicyEditionPublished',
  subject: 'policy:cmqa-2017',
  data: { edition: number, effectiveFrom, policy },
});
/** A policy that accepts `qcg` and `l6-dcgd` for the purpose `any`, and whose settings have these requirements, all binding. */
export const policyOf = (settings: Readonly<Record<string, readonly Data[]>>): Data => ({
  title: 'A policy',
  strength: 'guidance',
  purposes: { any: ['qcg', 'l6-dcgd'] },
  settings: Object.fromEntries(
    Object.entries(settings).map(([setting, requirements]) => [
      setting,
      requirements.map((one, i) => ({ id: `r${i}`, binding: 'must', ...one })),
    ]),
  ),
});
/** The first edition of the policy, with these settings in the place of the built-in ones. */
export const asking = (settings: Readonly<Record<string, readonly Data[]>>): Posting =>
  edition(1, '2000-01-01', policyOf(settings));
export const organisation = (subject = P, name = 'Guidance Ltd'): Posting => ({
  type: 'ProviderRegistered',
  subject,
  data: { legalForm: 'company', name },
});
export const person = (subject = A): Posting => ({ type: 'AdviserRegistered', subject, data: {} });
export const school = (subject: string): Posting => ({
  type: 'SchoolRegistered',
  subject,
  data: { name: 'A School', phase: 'secondary', area: 'area:E10000014' },
});
/** Something about an award of the matrix Standard. */
export const matrix = (verb: string, data: Data, subject = P): Posting => ({
  type: `Accreditation${verb}`,
  subject,
  data: { standard: 'matrix', ...(verb === 'Applied' ? {} : { reference: 'M-1' }), ...data },
});
export const awarded = (from: string, until?: string, data: Data = {}, subject = P): Posting =>
  matrix('Awarded', { kind: 'initial', from, ...(until === undefined ? {} : { until }), ...data }, subject);
export const contract = (subject: string, reference: string, above?: string, data: Data = {}): Posting => ({
  type: 'ContractAwarded',
  subject,
  data: {
    reference,
    programme: 'ncs',
    services: ['skills'],
    clientGroups: ['adults'],
    from: '2026-01-01',
    until: '2026-12-31',
    ...(above === undefined ? {} : { subcontractorOf: above }),
    ...data,
  },
});
export const qualification = (awardedOn: string, data: Data = {}, subject = A): Posting => ({
  type: 'QualificationAwarded',
  subject,
  data: { qualification: 'l6-dcgd', awardedOn, certificate: 'C-1', ...data },
});
export const engagement = (from: string, provider = P, subject = A): Posting => ({
  type: 'EngagementStarted',
  subject,
  data: { provider, from, basis: 'employed' },
});

type About =
  'EventCorrected' | 'EventRetracted' | 'DisputeOpened' | 'DisputeClosed' | 'AppealLodged' | 'AppealDecided';
/** An event about the event at a position. */
export function about(type: About, position: number, data: Data = {}, subject = P): Posting {
  const named = type.startsWith('Appeal') ? { against: String(position) } : { event: String(position) };
  const reason = type === 'EventRetracted' || type === 'DisputeOpened' ? { reason: 'mistake' } : {};
  return { type, subject, data: { ...named, ...reason, ...data } };
}
export const corrected = (position: number, data: Data, subject = P): Posting =>
  about('EventCorrected', position, { data, kind: 'clerical', reason: 'mistake' }, subject);
export const recognised = (subject: string, from: string, mayPost: readonly Data[]): Posting => ({
  type: 'BodyRecognised',
  subject,
  data: { name: 'A body', from, mayPost },
});
