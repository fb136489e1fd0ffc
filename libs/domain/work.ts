/**
 * A long work that others may interrupt: wherever it comes to a rest it says how much it has looked at since the last
 * time, in single values or what takes about as long. Whoever stops asking it on ends it.
 */
export type Work<T> = Generator<number, T, void>;
