/** How many are asked for before the first of them is looked at. */
const MOST = 6;

/**
 * Asks for each of some items and yields the answers in their order, a few of them always on their way. Rejects with the
 * first failure that is come to; who ends early hears of no later one.
 */
export async function* askedAhead<T, R>(items: Iterable<T>, ask: (item: T) => Promise<R>): AsyncGenerator<R> {
  const asked: Promise<R>[] = [];
  for (const item of items) {
    const answer = ask(item);
    answer.catch(() => undefined);
    asked.push(answer);
    if (asked.length >= MOST) for (const first of asked.splice(0, 1)) yield await first;
  }
  for (const answer of asked) yield await answer;
}
