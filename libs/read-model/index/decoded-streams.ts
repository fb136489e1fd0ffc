import type { RegisterEvent } from '@app/domain/log/event-catalogue';
import { DecodedStream } from './decoded-stream';

/** So many decoded events are kept at the least before the streams that no one asked for are let go. */
const DECODED_KEPT = 60_000;
/** No more are kept once they were decoded from so many bytes: events may be large. */
const DECODED_BYTES = 128 * 1024 * 1024;

/** A stream as it stands at the head, and from how many bytes it was decoded. */
export interface Decoded {
  readonly stream: DecodedStream;
  readonly bytes: number;
}

/** The streams that were decoded lately, by number. */
export class DecodedStreams {
  /** Those lately asked for and those asked for before them. */
  #young = new Map<number, DecodedStream>();
  #old = new Map<number, DecodedStream>();
  #youngEvents = 0;
  #youngBytes = 0;

  constructor(private readonly decode: (stream: number) => Decoded) {}

  /** A stream as it stands at the head. */
  get(stream: number): DecodedStream {
    const young = this.#young.get(stream);
    if (young) return young;
    const decoded = this.#old.get(stream) ?? this.#decoded(stream);
    this.#makeRoom();
    this.#young.set(stream, decoded);
    this.#youngEvents += decoded.count;
    return decoded;
  }

  /** What is posted about next is, as a rule, what was posted just now: a new stream is there without being decoded. */
  begin(stream: number, event: RegisterEvent): void {
    this.#makeRoom();
    this.#young.set(stream, new DecodedStream([event], true));
    this.#youngEvents++;
  }

  /** A stream that was decoded goes on without being decoded anew. */
  keepUp(stream: number, event: RegisterEvent): void {
    this.#old.delete(stream);
    const decoded = this.#young.get(stream);
    if (!decoded) return;
    decoded.add(event);
    this.#youngEvents++;
  }

  /** A stream is decoded anew when it is asked for next. */
  forget(stream: number): void {
    this.#old.delete(stream);
    this.#young.delete(stream);
  }

  #decoded(stream: number): DecodedStream {
    const { stream: decoded, bytes } = this.decode(stream);
    this.#youngBytes += bytes;
    return decoded;
  }

  #makeRoom(): void {
    if (this.#youngEvents <= DECODED_KEPT && this.#youngBytes <= DECODED_BYTES) return;
    this.#old = this.#young;
    this.#young = new Map();
    this.#youngEvents = 0;
    this.#youngBytes = 0;
  }
}
