import { PassThrough } from 'node:stream';
import type { EventData, ResolvedEvent } from '@kurrent/kurrentdb-client';
import { engineEvent } from '@app/event-store/kurrentdb/engine-event';
import type { EngineClient } from '@app/event-store/kurrentdb/engine-client';
import type { EventLog } from '@app/event-store/event-log';
import type { Dice } from '../dice';
import { wait, type Sequence, type Weather } from './faulty-log';
import { SOUND, type Parts } from './schedule';

/**
 * A KurrentDB and its client, with the behaviour that was measured, over a sequence that several processes share. The dice
 * decide what happens of this:
 *
 * - The engine takes an append at the revision that the append names. It answers a repetition of the same bytes there like the
 *   first try; a repetition during the first try ends at its deadline. The client ignores an option of another name, and then
 *   names any revision.
 * - A failed append was written, was not, or will be later; its call ends in one of many errors, or never. With
 *   `throwOnAppendFailure: false`, an append at another revision ends in an answer, whose next revision is always 1.
 * - A client whose reading failed never reads again, though it appends and subscribes.
 * - A subscription ends in two errors, one after the other, or without notice; it never resumes. An error without a listener
 *   would end the process.
 * - `fromRevision` names the first event that a reading returns, and the last one that a subscription omits.
 * - Only the leader knows where the log ends: another node may lag behind for a while, in readings and in subscriptions.
 */
export class MeasuredEngine {
  readonly #sequence: Sequence;
  readonly #weather: Weather;
  readonly #dice: Dice;
  readonly #uncaught: (error: unknown) => void;
  /** The appends that are under way, and may still land. */
  readonly #underway = new Set<string>();
  /** Where the log ends for a node that lags behind; undefined if none does. */
  #behind: number | undefined;
  #cut = false;

  /** `uncaught` receives each error without a listener. */
  constructor(sequence: Sequence, weather: Weather, dice: Dice, uncaught: (error: unknown) => void) {
    this.#sequence = sequence;
    this.#weather = weather;
    this.#dice = dice;
    this.#uncaught = uncaught;
  }

  /** The process that uses it dies: it neither answers nor takes calls, but an append that is under way may land. */
  cut(): void {
    this.#cut = true;
  }

  readonly connect = (): EngineClient => {
    let readsNoMore = false;
    const read = async function* (
      this: MeasuredEngine,
      { direction, fromRevision, maxCount = Infinity, requiresLeader = false }: ReadOptions,
    ): AsyncGenerator<ResolvedEvent, void, undefined> {
      await this.#step();
      if (this.#happens(this.#weather.unreadable)) readsNoMore = true;
      if (readsNoMore) throw await this.#failure();
      const end = requiresLeader || this.#calm() ? this.#sequence.events.length : this.#anEnd();
      if (end === 0) throw error('stream-not-found');
      const first = direction === 'backwards' ? end - 1 : Number(fromRevision);
      const last = direction === 'backwards' ? end : Math.min(end, first + maxCount);
      for (let position = first; position < last; position++) yield this.#resolved(position);
    }.bind(this);
    return {
      appendToStream: (_stream: string, events: EventData | EventData[], options: AppendOptions) =>
        this.#append([events].flat(), options),
      readStream: (_stream: string, options: ReadOptions) => read(options),
      subscribeToStream: (_stream: string, { fromRevision }: ReadOptions) => this.#subscribe(fromRevision),
      dispose: () => Promise.resolve(),
    } as unknown as EngineClient;
  };

  async #append(
    events: readonly EventData[],
    { streamState, throwOnAppendFailure = true }: AppendOptions,
  ): Promise<unknown> {
    const texts = events.map(textIn);
    await this.#step();
    if (this.#happens(this.#weather.refused))
      throw new Error(
        '14 UNAVAILABLE: No connection established. Last error: connect ECONNREFUSED 127.0.0.1:2113',
      );
    const head =
      streamState === undefined
        ? this.#sequence.head
        : Number(streamState === 'no_stream' ? -1 : streamState);
    if (this.#happens(this.#weather.lost)) {
      const fate = this.#dice.one(['written', 'never', 'later']);
      if (fate === 'written') this.#land(texts, head);
      if (fate === 'later') void this.#landLater(texts, head);
      await this.#step();
      throw await this.#failure();
    }
    // The engine would answer after the first try, but the deadline comes before.
    if (this.#underway.has(JSON.stringify([head, texts]))) throw error('deadline-exceeded');
    const isTaken = this.#land(texts, head);
    await (this.#happens(this.#weather.late) ? this.#step(4_000) : this.#step());
    if (!isTaken && throwOnAppendFailure) throw error('wrong-expected-version');
    return { success: isTaken, nextExpectedRevision: 1n };
  }

  /** Whether the log holds these events there now, by this append or by an earlier one of the same bytes. */
  #land(texts: readonly string[], head: number): boolean {
    return (
      this.#sequence.land(texts, head) ||
      (head < this.#sequence.head && texts.every((text, i) => this.#sequence.events[head + 1 + i] === text))
    );
  }

  async #landLater(texts: readonly string[], head: number): Promise<void> {
    const name = JSON.stringify([head, texts]);
    this.#underway.add(name);
    this.#sequence.underway++;
    await wait(this.#dice.below(this.#weather.underway));
    this.#land(texts, head);
    this.#sequence.underway--;
    this.#underway.delete(name);
  }

  #subscribe(fromRevision: ReadOptions['fromRevision']): PassThrough {
    const stream = new PassThrough({ objectMode: true });
    const ends = new AbortController();
    const unsubscribe = () => {
      ends.abort();
      return Promise.resolve();
    };
    void this.#give(stream, fromRevision === 'start' ? 0 : Number(fromRevision) + 1, ends.signal);
    return Object.assign(stream, { unsubscribe });
  }

  async #give(stream: PassThrough, from: number, signal: AbortSignal): Promise<void> {
    let next = from;
    while (!signal.aborted) {
      await this.#step();
      if (this.#happens(this.#weather.outOfTouch)) {
        // An end without notice looks like a log without new events.
        if (this.#dice.chance(0.5)) return;
        for (const failure of [error('unavailable'), new Error('AbortError')]) {
          if (stream.listenerCount('error') > 0) stream.emit('error', failure);
          else if (!this.#cut) this.#uncaught(failure);
        }
        return;
      }
      const end = this.#calm() ? this.#sequence.events.length : this.#anEnd();
      for (; next < end; next++) stream.write(this.#resolved(next));
      if (next >= this.#sequence.events.length) await this.#sequence.bell.wait(signal, 2_000);
    }
  }

  #resolved(position: number): ResolvedEvent {
    const { id, type, contentType, data } = engineEvent(this.#sequence.events[position] ?? '');
    const isJson = contentType === 'application/json';
    const event = { id, type, isJson, data, revision: BigInt(position), streamId: '', metadata: undefined };
    return { event } as unknown as ResolvedEvent;
  }

  /** How far a node other than the leader has come: it may lack the last appends for a while. */
  #anEnd(): number {
    const { landed, events } = this.#sequence;
    if (this.#behind === undefined && this.#happens(this.#weather.unreadable)) {
      this.#behind = landed.at(-1 - this.#dice.below(2))?.first ?? 0;
      void wait(this.#dice.below(this.#weather.outage)).then(() => (this.#behind = undefined));
    }
    return this.#behind ?? events.length;
  }

  #calm(): boolean {
    return this.#sequence.calm;
  }

  /** One of the client’s many errors; never resolves for a frozen server. */
  async #failure(): Promise<unknown> {
    const kind = this.#dice.one([
      'unavailable',
      'unknown',
      'cancelled',
      'deadline-exceeded',
      'plain',
      'frozen',
    ]);
    if (kind === 'frozen') return new Promise<never>(() => undefined);
    await this.#step();
    return kind === 'plain' ? new Error('14 UNAVAILABLE: Connection dropped') : error(kind);
  }

  #happens(probability: number): boolean {
    return !this.#sequence.calm && this.#dice.chance(probability);
  }

  async #step(atMost = this.#weather.delay): Promise<void> {
    if (!this.#cut) await wait(this.#dice.below(this.#calm() ? 5 : atMost));
    if (this.#cut) await new Promise<never>(() => undefined);
  }
}

/** Gives each process an adapter over an engine as it was measured. */
export function overEngine(log: (connect: () => EngineClient) => EventLog): Parts {
  return {
    ...SOUND,
    own: ({ sequence, weather, breaches }, dice) => {
      const engine = new MeasuredEngine(sequence, weather, dice, (error) => {
        breaches.push({ rule: 'no process ends by an error that no one listens for', detail: String(error) });
      });
      return {
        log: log(engine.connect),
        cut: () => {
          engine.cut();
        },
      };
    },
  };
}

interface ReadOptions {
  readonly direction?: 'forwards' | 'backwards';
  readonly fromRevision?: bigint | 'start' | 'end';
  readonly maxCount?: number;
  readonly requiresLeader?: boolean;
}

interface AppendOptions {
  readonly streamState?: 'no_stream' | bigint;
  readonly throwOnAppendFailure?: boolean;
}

/** The client’s own errors have a type, and hardly ever a message. */
function error(type: string): Error {
  return Object.assign(new Error(''), { type });
}

/** The text of an event that the client was given. */
function textIn({ contentType, data }: EventData): string {
  return contentType === 'application/json' ? JSON.stringify(data) : Buffer.from(data).toString();
}
