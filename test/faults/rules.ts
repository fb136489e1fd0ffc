import { BUILT_IN } from '@app/domain/policies/built-in';
import { hashOfSecret, holderOf } from '@app/application/access/credential';
import { PendingAppend, type PostResult } from '@app/application/posting/pending-append';
import { dayOf } from '@app/domain/values/day';
import { OWN_SOURCE, REGISTRAR } from '@app/domain/log/event-catalogue';
import { isRefusal } from '@app/domain/values/problem';
import type { Submission } from '@app/domain/log/cloud-event';
import type { StoredEvent } from '@app/domain/log/stored-event';
import { EventIndex } from '@app/read-model/index/event-index';
import canonicalize from 'canonicalize';
import { REGISTRAR_HASH, type Attempt, type Told, type World } from './schedule';

/** The rules that a sound register keeps in every schedule, whatever the log does. */
export const RULES = [
  'one append at a time',
  'while an outcome is unknown, only the same again',
  'no one writes whose clock is far behind',
  'no day is opened before it begins',
  'what is acknowledged is durable',
  'what is acknowledged is in the read model',
  'nothing acknowledged is lost',
  'what is told is what stands there',
  'a duplicate is told only of what was posted before',
  'nothing stands twice',
  'what is refused stands nowhere',
  'an answer is true of the log that it is told of',
  'each event was judged where it stands',
  'positions and revisions count up',
  'one time of recording for an append, later than the one before',
  'a batch is taken whole and in one append',
  'no one posts with a key that is not in force',
  'the register is begun once, and one process has its secret',
  'days open once and in order',
  'all read models are the log',
  'all is settled once the log is calm',
  'over a calm log no one waits in vain',
  'no process ends by an error that no one listens for',
] as const;

export interface Breach {
  readonly rule: (typeof RULES)[number];
  readonly detail: string;
}

/** The end of a schedule: everything that was answered in it, and what the log holds. */
export class Hindsight {
  readonly #world: World;
  readonly #texts: readonly string[];
  readonly #stored: readonly StoredEvent[];
  /** Built from the log alone; ends before an event that cannot be read. */
  readonly #rebuilt = new EventIndex();
  readonly #positions = new Map<string, number[]>();
  readonly #breaches: Breach[] = [];

  constructor(world: World) {
    this.#world = world;
    this.#texts = world.sequence.events;
    this.#stored = this.#texts.map((text) => JSON.parse(text) as StoredEvent);
    for (const [position, { body, source, id }] of this.#stored.entries()) {
      const name = nameOf({ body, source, id });
      this.#positions.set(name, [...(this.#positions.get(name) ?? []), position]);
    }
    try {
      for (const text of this.#texts) this.#rebuilt.apply(text);
    } catch (error) {
      this.#breach('positions and revisions count up', String(error));
    }
  }

  breaches(): readonly Breach[] {
    this.#order();
    this.#appends();
    this.#judgements();
    for (const attempt of this.#world.attempts) {
      this.#whole(attempt);
      if (attempt.told) this.#answer(attempt, attempt.told);
    }
    this.#beginning();
    this.#readModels();
    return this.#breaches;
  }

  #breach(rule: Breach['rule'], detail: string): void {
    this.#breaches.push({ rule, detail });
  }

  #order(): void {
    const revisions = new Map<string, number>();
    let day: number | undefined;
    for (const [position, stored] of this.#stored.entries()) {
      const revision = revisions.get(stored.stream) ?? 0;
      revisions.set(stored.stream, revision + 1);
      if (stored.position !== String(position) || stored.revision !== revision) {
        this.#breach('positions and revisions count up', `${this.#texts[position]} at ${position}`);
      }
      if (stored.type === 'DayOpened') {
        const next = dayOf(stored.data['date'] as string);
        if (day !== undefined && next !== day + 1)
          this.#breach('days open once and in order', JSON.stringify(stored));
        day = next;
      }
    }
    for (const [name, positions] of this.#positions) {
      if (positions.length > 1) this.#breach('nothing stands twice', `${name} at ${positions.join(' and ')}`);
    }
  }

  #appends(): void {
    let before = '';
    for (const { first, events } of this.#world.sequence.landed) {
      const times = new Set(events.map((text) => (JSON.parse(text) as StoredEvent).recordedAt));
      const [time = ''] = times;
      if (times.size > 1 || time <= before) {
        this.#breach(
          'one time of recording for an append, later than the one before',
          `${[...times].join()} at ${first}, after ${before}`,
        );
      }
      before = time;
    }
  }

  /** Judges each event again by the log before it, which must give the same bytes. */
  #judgements(): void {
    for (const [
      position,
      { body, source, id, time, type, subject, data, recordedAt },
    ] of this.#stored.entries()) {
      if (position > this.#rebuilt.head) break;
      const draft = new PendingAppend(this.#base(position - 1), recordedAt, undefined);
      const result = draft.take({
        body,
        source,
        id,
        type,
        subject,
        data,
        ...(time === undefined ? {} : { time }),
      });
      const again = draft.texts[0] ?? result;
      if (again !== this.#texts[position]) {
        this.#breach(
          'each event was judged where it stands',
          `${JSON.stringify(again)} instead of ${this.#texts[position]}`,
        );
      }
    }
  }

  #base(position: number): ConstructorParameters<typeof PendingAppend>[0] {
    return {
      known: this.#rebuilt.at(position),
      submitted: (body, source, id) => {
        const first = this.#positions.get(nameOf({ body, source, id }))?.[0];
        return first === undefined || first > position ? undefined : this.#stored[first];
      },
    };
  }

  /**
   * If a batch was not refused, the log holds all of it, consecutively and from one append, unless all of it was there
   * before.
   */
  #whole({ submissions, told }: Attempt): void {
    if (submissions.length < 2 || !told || isRefusal(told.answer)) return;
    const positions = told.answer.flatMap((result) =>
      result.outcome === 'accepted' ? [result.position] : [],
    );
    const [first = -1] = positions;
    const landed = this.#world.sequence.landed.findLast((one) => one.first <= first);
    const together = positions.every((position, i) => position === first + i);
    const within = landed === undefined || first + positions.length <= landed.first + landed.events.length;
    if (isTaken(told.answer) && positions.length > 0 && !(together && within)) {
      this.#breach('a batch is taken whole and in one append', JSON.stringify(told.answer));
    }
  }

  #answer(attempt: Attempt, told: Told): void {
    const { answer } = told;
    if (isRefusal(answer) && answer.code === 'unavailable') return;
    if (isRefusal(answer) || !isTaken(answer)) this.#refused(attempt, told);
    else {
      for (const [i, result] of answer.entries()) {
        const submission = attempt.submissions[i];
        if (result.outcome !== 'refused' && submission) this.#taken(attempt, told, submission, result);
      }
    }
    this.#true(attempt, told);
  }

  #taken(
    attempt: Attempt,
    { head }: Told,
    submission: Submission,
    told: Exclude<PostResult, { outcome: 'refused' }>,
  ): void {
    const detail = `${JSON.stringify(told)} was told of ${JSON.stringify(submission)}`;
    const stored = this.#stored[told.position];
    if (this.#positions.get(nameOf(submission)) === undefined)
      this.#breach('nothing acknowledged is lost', detail);
    const { id, position, stream, revision, recordedAt } = told;
    const where = canonicalize({ id, position: String(position), stream, revision, recordedAt });
    const stands =
      stored &&
      canonicalize({
        id: stored.id,
        position: stored.position,
        stream: stored.stream,
        revision: stored.revision,
        recordedAt: stored.recordedAt,
      });
    if (
      where !== stands ||
      !this.#isContent(stored, submission) ||
      (told.outcome === 'accepted' && stored.time !== submission.time)
    ) {
      this.#breach(
        'what is told is what stands there',
        `${detail}, and there stands ${this.#texts[told.position] ?? 'nothing'}`,
      );
    }
    const posted = told.outcome === 'duplicate' ? this.#world.timesPosted(submission) : Infinity;
    if (posted < 2) this.#breach('a duplicate is told only of what was posted before', detail);
    if (told.outcome === 'accepted' && told.position <= this.#rebuilt.head && head >= told.position) {
      const { credential } = attempt;
      const known = this.#rebuilt.at(told.position - 1);
      if (credential !== 'register' && holderOf(known, credential.hash, REGISTRAR_HASH) !== credential.body) {
        this.#breach('no one posts with a key that is not in force', detail);
      }
    }
  }

  /** The log holds no refused event, unless that was also posted another time and not refused. */
  #refused({ submissions }: Attempt, { answer }: Told): void {
    for (const [i, submission] of submissions.entries()) {
      // If a batch is refused, the log still holds the events that would have been duplicates.
      if (!isRefusal(answer) && answer[i]?.outcome === 'duplicate') continue;
      const position = this.#positions
        .get(nameOf(submission))
        ?.find((one) => this.#isContent(this.#stored[one], submission));
      if (position === undefined) continue;
      const stored = this.#stored[position];
      const another = this.#world.attempts.some(
        ({ submissions, told }) =>
          !(told && isRefused(told.answer)) && submissions.some((again) => this.#isContent(stored, again)),
      );
      if (!another)
        this.#breach('what is refused stands nowhere', `${JSON.stringify(submission)} at ${position}`);
    }
  }

  #isContent(
    stored: StoredEvent | undefined,
    { body, source, id, type, subject, data }: Submission,
  ): stored is StoredEvent {
    if (stored?.body !== body || stored.source !== source || stored.id !== id) return false;
    const { event } = data;
    const named =
      typeof event === 'string' && event.startsWith('id:')
        ? this.#positions.get(nameOf({ body, source, id: event.slice(3) }))?.[0]
        : undefined;
    const resolved = named === undefined ? data : { ...data, event: String(named) };
    return (
      stored.type === type &&
      stored.subject === subject &&
      canonicalize(stored.data) === canonicalize(resolved)
    );
  }

  /**
   * An answer is true of some log that has every event of which anybody was told before the post, and none that came after
   * the answer. If events were taken, that is the log right before them.
   */
  #true(attempt: Attempt, told: Told): void {
    const { answer, head, latestDay } = told;
    const taken =
      isRefusal(answer) || !isTaken(answer)
        ? undefined
        : answer.find(({ outcome }) => outcome === 'accepted');
    const from =
      taken && taken.outcome !== 'refused' ? taken.position - 1 : Math.min(head, this.#rebuilt.head);
    const down = taken ? from : attempt.floor;
    const wanted = signature(answer);
    for (let position = from; position >= down; position--) {
      // A day may have begun while the post waited.
      for (let day = attempt.latestDay; day <= latestDay && position <= this.#rebuilt.head; day++) {
        if (signature(this.#judged(attempt, position, day)) === wanted) return;
      }
    }
    this.#breach(
      'an answer is true of the log that it is told of',
      `${wanted} was told of ${JSON.stringify(attempt.submissions)} between ${down} and ${from}`,
    );
  }

  #judged(
    { credential, submissions }: Attempt,
    position: number,
    latestDay: number,
  ): readonly PostResult[] | { readonly code: string } {
    const base = this.#base(position);
    if (
      credential !== 'register' &&
      holderOf(base.known, credential.hash, REGISTRAR_HASH) !== credential.body
    ) {
      return { code: 'bad-key' };
    }
    const draft = new PendingAppend(base, '2026-01-01T00:00:00.000Z', latestDay);
    const [only, ...more] = submissions;
    const results = only && more.length === 0 ? [draft.take(only)] : draft.takeAll(submissions);
    return results === 'full'
      ? { code: 'full' }
      : results.flatMap((result) => (result === 'full' ? [] : [result]));
  }

  #beginning(): void {
    const { secrets, deaths, begun: before } = this.#world;
    const keys = this.#stored.filter(
      ({ type, subject }) => type === 'BodyKeyIssued' && subject === REGISTRAR,
    );
    const begun = this.#stored.filter(
      ({ source, type }) => source === OWN_SOURCE && type === 'PolicyEditionPublished',
    );
    const known = secrets.filter((secret) => keys.some(({ data }) => data['hash'] === hashOfSecret(secret)));
    const shown = before ? secrets.length === 0 : secrets.length === 1 || (deaths && secrets.length === 0);
    if (
      keys.length !== 1 ||
      begun.length !== (before ? 1 : BUILT_IN.length) ||
      !shown ||
      known.length !== secrets.length
    ) {
      this.#breach(
        'the register is begun once, and one process has its secret',
        `${keys.length} keys, ${secrets.length} secrets shown, ${begun.length} policies`,
      );
    }
  }

  #readModels(): void {
    const whole = snapshot(this.#rebuilt);
    for (const [i, { register, follower }] of this.#world.processes.entries()) {
      const same =
        register.head === this.#texts.length - 1 &&
        this.#texts.every((text, position) => register.text(position) === text);
      if (!same || snapshot(register) !== whole) {
        this.#breach(
          'all read models are the log',
          `process ${i} is at ${register.head} of ${this.#texts.length - 1}: ${String(follower.failure)}`,
        );
      }
    }
  }
}

/** Everything that a register knows at its head, and what it knew at positions before. */
function snapshot(register: EventIndex): string {
  const { head } = register;
  const streams = new Set(Array.from({ length: head + 1 }, (_, position) => register.streamAt(position)));
  const keys = [
    'body:matrix',
    'ukprn:10000000',
    'ukprn:10000001',
    'ukprn:10000002',
    hashOfSecret('matrix-a'),
  ];
  return JSON.stringify([
    [...streams].map((name) => [name, register.lastOf(name), register.decoded(name)]),
    keys.map((key) => register.streamsAbout(key)),
    Array.from({ length: head + 1 }, (_, position) => [
      register.recordedAt(position),
      register.todayAt(position),
      register.bodiesAt(position),
      register.policiesAt(position),
    ]),
    register.at(head).stream('body-matrix'),
  ]);
}

/** Whether no event was refused: of a batch with a refused event, none was taken. */
function isTaken(answer: readonly PostResult[]): boolean {
  return answer.every(({ outcome }) => outcome !== 'refused');
}

/** Whether an answer says finally that no event was taken. */
function isRefused(answer: Told['answer']): boolean {
  return isRefusal(answer) ? answer.code !== 'unavailable' : !isTaken(answer);
}

/** What an answer says, without its words and its time. */
function signature(answer: readonly PostResult[] | { readonly code: string }): string {
  if ('code' in answer) return answer.code;
  const whole = isTaken(answer);
  return answer
    .map((result) => {
      if (result.outcome === 'refused') return result.refusal.code;
      return whole
        ? `${result.outcome} ${result.position} ${result.stream} ${result.revision}`
        : result.outcome;
    })
    .join();
}

export function nameOf({
  body,
  source,
  id,
}: {
  readonly body: string;
  readonly source: string;
  readonly id: string;
}): string {
  return `${body}\n${source}\n${id}`;
}
