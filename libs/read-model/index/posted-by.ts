import type { Savable, SavedSections, Section, Sections } from '../snapshot/sections';
import { ownCopy } from './own-copy';
import { PositionList } from './position-list';

const NONE = new PositionList();

/** The positions of what each body posted. */
export class PostedBy implements Savable {
  readonly #bodies = new Map<string, PositionList>();

  add(body: string, position: number): void {
    let positions = this.#bodies.get(body);
    if (!positions) this.#bodies.set(ownCopy(body), (positions = new PositionList()));
    positions.push(position);
  }

  of(body: string): Pick<PositionList, 'at' | 'countUpTo'> {
    return this.#bodies.get(body) ?? NONE;
  }

  save(): Sections {
    const bodies = [...this.#bodies.keys()];
    const lists = [...this.#bodies.values()].map(({ all }, i) => [String(i), all] as const);
    return new Map<string, Section>([['bodies', { texts: bodies, count: bodies.length }], ...lists]);
  }

  load(saved: SavedSections): void {
    for (const [i, body] of saved.texts('bodies').entries())
      this.#bodies.set(body, PositionList.of(saved.exactly(String(i))));
  }
}
