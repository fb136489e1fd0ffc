import { isRefusal } from '@app/http-contract/problem/refusal-error';
import { stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Lifecycle } from '@app/application/lifecycle';
import type { PostResult } from '@app/application/posting/pending-append';
import type { Telemetry } from '@app/application/telemetry';
import { Nothing } from '@app/http-contract/request/shared-questions';
import { Timekeeper } from '@app/application/posting/timekeeper';
import { Writer } from '@app/application/posting/writer';
import type { Outcome } from '@app/domain/evaluation/v1/resolved-question';
import type { ProblemCode, Refusal } from '@app/domain/values/problem';
import type { FollowerState } from '@app/read-model/follower';
import { Controller, Get, Query, Res } from '@nestjs/common';
import type { FastifyInstance, FastifyReply } from 'fastify';
import {
  AggregatorRegistry,
  collectDefaultMetrics,
  Counter,
  Gauge,
  Histogram,
  Registry,
  type Aggregator,
} from 'prom-client';
import { version } from '../../../package.json';
import { Gives } from './media-types';
import { PLAIN_ID } from './conventions';
import { contextOf } from './request-context';
import { BUDGETS, TALLIES } from './budgets';
import type { Connections } from './connections';
import type { Measured } from '../readers/messages';
import type { ReaderProcesses } from '../readers/reader-processes';
import type { Settings } from '../settings';

/** An answered request. Except for the id, it contains nothing that its sender chose. */
export interface AnsweredRequest {
  readonly method: string;
  /** The pattern of its route, such as `/v1/providers/:key`; `none` if there is no such route. */
  readonly route: string;
  readonly status: number;
  readonly ms: number;
  /** Its `X-Request-Id`, from the sender or from the register; left out if it is no plain id. */
  readonly id?: string;
}

const FOLLOWER: readonly FollowerState[] = ['starting', 'caught-up', 'lost', 'stopped'];
const POSTED: readonly PostResult['outcome'][] = ['accepted', 'duplicate', 'refused'];
const ANSWERED: readonly Outcome[] = ['eligible', 'not-eligible', 'indeterminate', 'silent'];
const NO_ROUTE = 'none';

/**
 * Seconds: an answer from memory takes a fraction of a millisecond, a long batch or one at its limits many
 * seconds.
 */
const ANSWER_SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];
/** Seconds: a flush of a good disk takes a fraction of a millisecond, one of a spinning disk ten. */
const APPEND_SECONDS = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.5, 2.5];
const GROUP_EVENTS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000];

/** How what several processes measure becomes one figure, where that is not the greatest. */
const OF_PROCESSES: Readonly<Partial<Record<string, Aggregator>>> = {
  connections: 'sum',
  held: 'sum',
  held_limit: 'sum',
  ready: 'min',
};

/**
 * Counts and measures a running register. A hook of the server supplies requests, the application’s telemetry
 * supplies posts, appends and answers, and the rest is measured when it is asked for. Labels only take values
 * from the code: nothing that anybody sends, no key and no subject, becomes one.
 */
export class Metrics implements Telemetry {
  readonly #registry = new Registry();
  readonly #settings: Settings;
  readonly #open: Pick<Connections, 'count'>;
  readonly #readers: Pick<ReaderProcesses, 'measured' | 'answering'> | undefined;

  readonly #requests = new Histogram({
    name: 'register_http_request_duration_seconds',
    help: 'From a request to the end of its answer, by the pattern of its route and the class of its status',
    labelNames: ['method', 'route', 'status'],
    buckets: ANSWER_SECONDS,
    registers: [this.#registry],
  });
  readonly #problems = this.#counter(
    'http_problems',
    'Requests answered with a problem, by its code',
    'code',
  );
  readonly #posted = this.#counter(
    'posted_events',
    'Events posted and judged, by what became of them; those that the register itself posts count too, dry runs do not',
    'outcome',
  );
  readonly #refused = this.#counter(
    'refused_events',
    'Events refused, by the code of the problem: each event of a batch for itself',
    'code',
  );
  readonly #answers = this.#counter(
    'eligibility_answers',
    'Answers to the main question, those to many in one request each for itself',
    'outcome',
  );
  readonly #unanswered = this.#counter(
    'unanswered_questions',
    'Of many questions in one request, those that have a problem in the place of an answer, by its code',
    'code',
  );

  readonly #appends = new Histogram({
    name: 'register_append_duration_seconds',
    help: 'How long the log took over an append, by what it said',
    labelNames: ['outcome'],
    buckets: APPEND_SECONDS,
    registers: [this.#registry],
  });
  readonly #groups = new Histogram({
    name: 'register_append_events',
    help: 'How many events were appended together, of appends that the log took',
    buckets: GROUP_EVENTS,
    registers: [this.#registry],
  });

  readonly #events = this.#gauge('log_events', 'Events in the log, absent where it does not say');
  readonly #fileBytes = this.#gauge(
    'log_file_bytes',
    'Size of the files of the log, where it is in files: database, and what is still ahead of it (wal)',
    'file',
  );
  readonly #freeBytes = this.#gauge('log_free_bytes', 'Room that is left on the disk of the log');
  readonly #lag = this.#gauge(
    'read_model_lag_events',
    'Events of the log that this process has not read yet, absent where the log does not answer',
  );
  readonly #daysBehind = this.#gauge(
    'days_behind',
    'Days from the log’s today to today in London by the clock, absent where no day was ever opened',
  );
  readonly #follower = this.#gauge(
    'follower_state',
    '1 for the state in which this process follows the log, else 0',
    'state',
  );
  readonly #ready = this.#gauge('ready', 'Whether /health/ready says so');
  readonly #clockBehind = this.#gauge(
    'clock_behind',
    'Whether the clock is too far behind the log for this process to write',
  );
  readonly #clockDoubted = this.#gauge(
    'clock_doubted',
    'Whether the clock is not believed, so that this process opens and writes nothing',
  );

  readonly #answering = this.#gauge('readers', 'Processes that answer questions beside the one that writes');
  readonly #connections = this.#gauge('connections', 'Connections that are open');
  readonly #held = this.#gauge('held', 'What is held of a budget of the process, in its unit', 'budget');
  readonly #limits = this.#gauge('held_limit', 'The most that is held of it', 'budget');

  /** `readers`: whose figures are added to those of this process. */
  constructor(
    settings: Settings,
    connections: Pick<Connections, 'count'>,
    readers?: Pick<ReaderProcesses, 'measured' | 'answering'>,
  ) {
    this.#settings = settings;
    this.#open = connections;
    this.#readers = readers;
    const bounded = new Counter({
      name: 'register_bounded_total',
      help: 'How often something was refused, or a connection closed, because a bound was reached',
      labelNames: ['bound'],
      registers: [],
      collect() {
        this.reset();
        for (const [bound, budget] of Object.entries(BUDGETS)) this.inc({ bound }, budget.refused);
        for (const [bound, tally] of Object.entries(TALLIES)) this.inc({ bound }, tally.count);
      },
    });
    this.#registry.registerMetric(bounded);
    for (const outcome of POSTED) this.#posted.inc({ outcome }, 0);
    for (const outcome of ANSWERED) this.#answers.inc({ outcome }, 0);
    this.#gauge(
      'build_info',
      'Always 1, with the release of the register and that of Node as labels',
      'release',
      'node',
    ).set({ release: version, node: process.versions.node }, 1);
    collectDefaultMetrics({ register: this.#registry });
  }

  #counter<L extends string>(name: string, help: string, label: L): Counter<L> {
    return new Counter({
      name: `register_${name}_total`,
      help,
      labelNames: [label],
      registers: [this.#registry],
    });
  }

  #gauge<L extends string>(name: string, help: string, ...labelNames: L[]): Gauge<L> {
    const gauge = new Gauge({
      name: `register_${name}`,
      help,
      labelNames,
      registers: [this.#registry],
      aggregator: OF_PROCESSES[name] ?? 'max',
    });
    // Else it would say 0 for what is not known yet.
    if (labelNames.length === 0) gauge.remove();
    return gauge;
  }

  /** Measures every request that a server answers from now on, and tells `tell` of it. */
  watch(server: FastifyInstance, tell?: (request: AnsweredRequest) => void): void {
    server.addHook('onResponse', (request, reply, done) => {
      const { problem: code, isHandedOn } = contextOf(request);
      if (isHandedOn) {
        done();
        return;
      }
      const { method, id } = request;
      const { statusCode, elapsedTime } = reply;
      const route = request.routeOptions.url ?? NO_ROUTE;
      const status = `${Math.floor(statusCode / 100)}xx`;
      this.#requests.observe({ method, route, status }, elapsedTime / 1_000);
      if (code !== undefined) this.#problems.inc({ code });
      tell?.({
        method,
        route,
        status: statusCode,
        ms: Math.round(elapsedTime * 1_000) / 1_000,
        ...(PLAIN_ID.test(id) ? { id } : {}),
      });
      done();
    });
  }

  appended(events: number, outcome: string, milliseconds: number): void {
    this.#appends.observe({ outcome }, milliseconds / 1_000);
    if (outcome === 'appended') this.#groups.observe(events);
  }

  judged(answer: readonly PostResult[] | Refusal, events: number): void {
    if (isRefusal(answer)) {
      this.#posted.inc({ outcome: 'refused' }, events);
      this.#refused.inc({ code: answer.code }, events);
      return;
    }
    const refused = answer.flatMap((result) => (result.outcome === 'refused' ? [result.refusal] : []));
    for (const { code } of refused) this.#refused.inc({ code });
    if (refused.length > 0) this.#posted.inc({ outcome: 'refused' }, refused.length);
    else for (const { outcome } of answer) this.#posted.inc({ outcome });
  }

  answered(outcome: Outcome): void {
    this.#answers.inc({ outcome });
  }

  unanswered(code: ProblemCode): void {
    this.#unanswered.inc({ code });
  }

  /** The media type of {@link text}, with its parameters. */
  get type(): string {
    return this.#registry.contentType;
  }

  /** All of it as it is now, of this process and its readers, in the text format of Prometheus. */
  async text(operation: Lifecycle, writer: Writer, time: Timekeeper): Promise<string> {
    await this.#measure(operation, writer, time);
    if (!this.#readers) return this.#registry.metrics();
    this.#answering.set(this.#readers.answering);
    const own = (await this.#registry.getMetricsAsJSON()) as Measured;
    return AggregatorRegistry.aggregate([own, ...(await this.#readers.measured())]).metrics();
  }

  /** What is counted and measured of this process alone, to be added to that of others. */
  async measured(operation: Lifecycle, writer: Writer, time: Timekeeper): Promise<Measured> {
    await this.#measure(operation, writer, time);
    return await this.#registry.getMetricsAsJSON();
  }

  async #measure(operation: Lifecycle, writer: Writer, time: Timekeeper): Promise<void> {
    const { ready, position, head, daysBehind, follower } = await operation.status();
    if (head === null) {
      this.#events.remove();
      this.#lag.remove();
    } else {
      this.#events.set(head + 1);
      this.#lag.set(Math.max(0, head - position));
    }
    if (daysBehind !== null) this.#daysBehind.set(daysBehind);
    for (const state of FOLLOWER) this.#follower.set({ state }, state === follower ? 1 : 0);
    this.#ready.set(ready ? 1 : 0);
    this.#clockBehind.set(writer.clockBehind ? 1 : 0);
    this.#clockDoubted.set(time.doubt() ? 1 : 0);
    this.#connections.set(this.#open.count);
    for (const [budget, { held, limit }] of Object.entries(BUDGETS)) {
      this.#held.set({ budget }, held);
      this.#limits.set({ budget }, limit);
    }
    await this.#measureFiles();
  }

  /**
   * Asks only the file system. Opening and closing the file would release the locks that SQLite holds on it.
   */
  async #measureFiles(): Promise<void> {
    const { store } = this.#settings;
    if (store.kind !== 'sqlite') return;
    const sizeOf = async (path: string) => (await stat(path).catch(() => undefined))?.size ?? 0;
    this.#fileBytes.set({ file: 'database' }, await sizeOf(store.file));
    this.#fileBytes.set({ file: 'wal' }, await sizeOf(`${store.file}-wal`));
    const disk = await statfs(dirname(store.file)).catch(() => undefined);
    if (disk) this.#freeBytes.set(disk.bavail * disk.bsize);
    else this.#freeBytes.remove();
  }
}

/**
 * For the operator’s own monitoring: it needs no key, and is not meant for everybody who may ask the
 * register.
 */
@Controller('metrics')
export class MetricsController {
  constructor(
    private readonly metrics: Metrics,
    private readonly operation: Lifecycle,
    private readonly writer: Writer,
    private readonly time: Timekeeper,
  ) {}

  @Get()
  @Gives('text/plain')
  async read(@Query() _query: Nothing, @Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    void reply.header('content-type', this.metrics.type).header('cache-control', 'no-store');
    return this.metrics.text(this.operation, this.writer, this.time);
  }
}
