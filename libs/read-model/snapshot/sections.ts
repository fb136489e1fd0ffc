/** A list of texts of which the first `count` are meant: it may grow afterwards, and they never change. None has a line break. */
export interface Texts {
  readonly texts: readonly string[];
  readonly count: number;
}

/** What is saved under a name. Whoever gives numbers changes them no more. */
export type Section = Uint32Array | Float64Array | Texts;

/** What a part of the read model saves, by name. */
export type Sections = ReadonlyMap<string, Section>;

/** A snapshot that does not hold what it should: it is not used, and the log is read. */
export class UnfitSnapshot extends Error {
  override readonly name = 'UnfitSnapshot';
}

/** Something that can be saved with a snapshot, and loaded at a start in the place of the events up to its position. */
export interface Savable {
  /** What it holds at this moment. */
  save(): Sections;
  /** Takes what was saved at a position; it has received nothing before. Throws {@link UnfitSnapshot}. */
  load(saved: SavedSections, position: number): void;
}

/** The sections of one part, as they were read. */
export class SavedSections {
  readonly #sections: Sections;

  constructor(sections: Sections) {
    this.#sections = sections;
  }

  /** What sections there are, and of which kinds, leaving aside those of which there may be any number. */
  get shape(): string {
    return shapeOf(this.#sections);
  }

  /** The sections of a part of this part. */
  of(name: string): SavedSections {
    const prefix = `${name}/`;
    return new SavedSections(
      new Map(
        [...this.#sections].flatMap(([key, section]) =>
          key.startsWith(prefix) ? [[key.slice(prefix.length), section]] : [],
        ),
      ),
    );
  }

  /** A copy of whole numbers, of this length if one is given, with room to grow. */
  numbers(name: string, length?: number): Uint32Array {
    const section = this.#sections.get(name);
    if (!(section instanceof Uint32Array)) throw new UnfitSnapshot(`it has no whole numbers ${name}`);
    const numbers = new Uint32Array(roomFor(mustBe(name, section.length, length)));
    numbers.set(section);
    return numbers;
  }

  /** The whole numbers themselves, which the caller does not keep. */
  exactly(name: string, length?: number): Uint32Array {
    const section = this.#sections.get(name);
    if (!(section instanceof Uint32Array)) throw new UnfitSnapshot(`it has no whole numbers ${name}`);
    mustBe(name, section.length, length);
    return section;
  }

  /** As {@link numbers}, of numbers with fractions. */
  fractions(name: string, length?: number): Float64Array {
    const section = this.#sections.get(name);
    if (!(section instanceof Float64Array)) throw new UnfitSnapshot(`it has no numbers ${name}`);
    const numbers = new Float64Array(roomFor(mustBe(name, section.length, length)));
    numbers.set(section);
    return numbers;
  }

  texts(name: string): readonly string[] {
    const section = this.#sections.get(name);
    if (section === undefined || !('texts' in section)) throw new UnfitSnapshot(`it has no texts ${name}`);
    return section.texts;
  }
}

/** What sections these are, and of which kinds, leaving aside those of which there may be any number. */
export function shapeOf(sections: Sections): string {
  const named = [...sections].filter(([name]) => !/\/\d+$/.test(name));
  return named.map(([name, section]) => `${name} ${section.constructor.name}`).join('\n');
}

/** So many elements take an array that grows: never none, for it grows by a multiple. */
function roomFor(length: number): number {
  return Math.max(1024, Math.ceil(length * 1.125));
}

function mustBe(name: string, length: number, wanted = length): number {
  if (length !== wanted) throw new UnfitSnapshot(`it has ${length} ${name}, and should have ${wanted}`);
  return length;
}
