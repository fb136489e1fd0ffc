import { dayOf, type Day } from '@app/domain/values/day';
import { type SubmissionName } from '@app/domain/log/stored-event';
import { parseInstant } from '@app/domain/values/instant';
import { flawInWords, misplaced } from './stored-place';
import { UnreadableEvent, type Checked } from './checked-event';

/**
 * Checks the events of a log one after the other, as an {@link EventIndex} does, and keeps only what the
 * checks need.
 */
export class Sequence {
  /** The numbers of the streams by name, and the number of events in each. */
  readonly #numbers = new Map<string, number>();
  readonly #names: string[] = [];
  readonly #inStream: number[] = [];
  /** The stream number of each event, by position. */
  readonly #streams: number[] = [];
  readonly #days = new Set<string>();
  #recordedAt = -Infinity;
  #today: Day | undefined;

  /** Checks the event of the next position. Throws {@link UnreadableEvent} if it cannot be there. */
  check({ stored, event }: Checked): void {
    const number = this.#numbers.get(event.stream) ?? this.#names.length;
    const recordedAt = parseInstant(stored.recordedAt) ?? NaN;
    const inStream = this.#inStream[number] ?? 0;
    const flaw = misplaced(stored, event, recordedAt, {
      inStream,
      recordedAt: this.#recordedAt,
      today: this.#today,
      streamAt: (position) => this.#names[this.#streams[position] ?? NaN] ?? '',
      has: (day) => this.#days.has(nameOf(day)),
    });
    if (flaw !== undefined) throw new UnreadableEvent(flawInWords(this.#streams.length, flaw.words));
    this.#recordedAt = recordedAt;
    if (number === this.#names.length) {
      this.#numbers.set(event.stream, number);
      this.#names.push(event.stream);
    }
    this.#inStream[number] = inStream + 1;
    this.#streams.push(number);
    if (event.type === 'DayOpened' && !this.#days.has(nameOf(stored))) {
      this.#days.add(nameOf(stored));
      this.#today = dayOf(event.data.date);
    }
  }
}

function nameOf({ body, source, id }: SubmissionName): string {
  return `${body}\n${source}\n${id}`;
}
