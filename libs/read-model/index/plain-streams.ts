import type { RegisterEvent } from '@app/domain/log/event-catalogue';
import { registers } from '@app/domain/log/identity';
import { mayIdentify } from '@app/domain/log/overlay-view';
import type { SavedSections, Savable, Section, Sections } from '../snapshot/sections';
import { grown } from './grown';

/**
 * The streams that begin with the registration of their subject, and in which nothing else says who is who: whether a key is
 * registered, and which keys its subject has, is asked of nearly every event and answer, and needs no event of such a stream.
 */
export class PlainStreams implements Savable {
  /** By stream number: the position of the registration plus one; 0 for a stream that is not plain. */
  #registered: Uint32Array = new Uint32Array(1024);
  #streams = 0;

  /** Adds an event to the stream that has a number. */
  add(event: RegisterEvent, stream: number, begins: boolean): void {
    while (stream >= this.#registered.length) this.#registered = grown(this.#registered);
    this.#streams = Math.max(this.#streams, stream + 1);
    if (mayIdentify(event)) this.#registered[stream] = 0;
    else if (begins && registers(event) === event.subject) this.#registered[stream] = event.position + 1;
  }

  /** Position of the registration with which a plain stream begins; undefined for any other stream. */
  registration(stream: number): number | undefined {
    const after = this.#registered[stream] ?? 0;
    return after === 0 ? undefined : after - 1;
  }

  save(): Sections {
    return new Map<string, Section>([['registered', this.#registered.slice(0, this.#streams)]]);
  }

  load(saved: SavedSections): void {
    this.#streams = saved.exactly('registered').length;
    this.#registered = saved.numbers('registered', this.#streams);
  }
}
