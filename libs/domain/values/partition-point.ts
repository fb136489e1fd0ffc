/**
 * How many of the numbers 0 … count − 1 satisfy `holds`, which must be true up to some number and false from
 * there on.
 */
export function partitionPoint(count: number, holds: (index: number) => boolean): number {
  let [low, high] = [0, count];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}
