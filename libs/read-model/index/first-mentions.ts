import type { EventType, RegisterEvent } from '@app/domain/log/event-catalogue';
import type { Projection } from '../projection';
import type { SavedSections, Section, Sections } from '../snapshot/sections';

/** The subjects of the events of one type, each known from its first event on, effective or not. */
export class FirstMentions implements Projection {
  readonly name: string;
  readonly #type: EventType;
  readonly #first = new Map<string, number>();
  #position = -1;

  constructor(type: EventType) {
    this.name = `first-mentions-${type}`;
    this.#type = type;
  }

  get position(): number {
    return this.#position;
  }

  apply(position: number, _text: string, { type, subject, repeats }: RegisterEvent): void {
    this.#position = position;
    if (type === this.#type && !repeats && !this.#first.has(subject)) this.#first.set(subject, position);
  }

  /** The subjects mentioned at or before a position, sorted. */
  at(position: number): readonly string[] {
    return [...this.#first].flatMap(([subject, first]) => (first <= position ? [subject] : [])).sort();
  }

  save(): Sections {
    const subjects = [...this.#first.keys()];
    return new Map<string, Section>([
      ['subjects', { texts: subjects, count: subjects.length }],
      ['positions', Uint32Array.from(this.#first.values())],
    ]);
  }

  load(saved: SavedSections, position: number): void {
    const subjects = saved.texts('subjects');
    const positions = saved.exactly('positions', subjects.length);
    for (const [i, subject] of subjects.entries()) this.#first.set(subject, positions[i] ?? 0);
    this.#position = position;
  }
}
