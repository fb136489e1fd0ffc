import { DRAWN_REMEMBERED_MS, type DrawnKey, type DrawnKeys, type NamedRequest } from './drawn-keys';

/** The most that are remembered, some 500 bytes each: a further one replaces the oldest. */
const MOST_REMEMBERED = 10_000;

/** Drawn keys of one process, which nothing outside it knows. */
export class MemoryDrawnKeys implements DrawnKeys {
  /** The oldest first. */
  readonly #remembered = new Map<string, { readonly drawn: DrawnKey; readonly until: number }>();

  drawn({ name }: NamedRequest, secret: string): Promise<DrawnKey> {
    this.#forgetOld();
    const before = this.#remembered.get(name);
    if (before) return Promise.resolve(before.drawn);
    return Promise.resolve(this.#remember(name, { secret }));
  }

  issued({ name }: NamedRequest, drawn: Required<DrawnKey>): Promise<void> {
    this.#remembered.delete(name);
    this.#remember(name, drawn);
    return Promise.resolve();
  }

  close(): Promise<void> {
    this.#remembered.clear();
    return Promise.resolve();
  }

  #remember(name: string, drawn: DrawnKey): DrawnKey {
    this.#remembered.set(name, { drawn, until: performance.now() + DRAWN_REMEMBERED_MS });
    return drawn;
  }

  /** Forgets what is older than ten minutes, and the oldest if a further one would be too many. */
  #forgetOld(): void {
    const now = performance.now();
    for (const [name, { until }] of this.#remembered) {
      if (until > now && this.#remembered.size < MOST_REMEMBERED) return;
      this.#remembered.delete(name);
    }
  }
}
