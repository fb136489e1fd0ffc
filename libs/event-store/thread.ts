import { extname } from 'node:path';
import { Worker, type ResourceLimits } from 'node:worker_threads';

/** `.ts` or `.js`: the file of a thread is compiled if this one is. */
const KIND = extname(__filename);

/** Starts a file as a thread, from source or compiled; `program`: its path without the ending. */
export function startThread(program: string, workerData: unknown, resourceLimits?: ResourceLimits): Worker {
  return new Worker(program + KIND, {
    workerData,
    ...(resourceLimits && { resourceLimits }),
    // From source, Node recognises an ES module only by its syntax, and would warn each time.
    ...(KIND === '.ts' && { execArgv: ['--disable-warning=MODULE_TYPELESS_PACKAGE_JSON'] }),
  });
}

/** For threads of which hardly anything lasts: what they make is garbage at once. */
export const LITTLE_LASTS: ResourceLimits = { maxYoungGenerationSizeMb: 6 };
