import { createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { readableNumber, teller } from '@app/terminal/progress';
import { effectsInWords, type Effects } from './effects-in-words';
import { Ending, EXIT } from '../exit-codes';
import { endAsJson, endInWords, goOnInWords, PostTally } from './post-outcome';
import { lookFirst, sendAll, tryAll, type PostingRun } from './posting-run';
import type { Patience } from '../retry';
import { ProblemsFile } from '../upload/problems-file';
import { RegisterAt } from '../register';
import { originalNameOf } from '../upload/table-load';
import { uploadOf, type UploadOptions } from '../upload/upload-of-file';

export interface PostOptions extends UploadOptions {
  readonly json?: boolean;
  readonly url: string;
  readonly key: string;
  readonly dryRun?: boolean;
  /** In seconds. */
  readonly patience: number;
}

const STDIN = '-';

/** Posts a file of events; resolves to the exit code. */
export async function post(file: string, options: PostOptions, signal: AbortSignal): Promise<number> {
  if (file !== STDIN) return postFile(file, originalNameOf(file), options, signal);
  if (options.type !== undefined && options.source === undefined)
    throw new Ending(EXIT.usage, 'What comes from standard input has no name: say --source');
  // A file that is examined before it is sent must be there as a whole.
  const folder = mkdtempSync(join(tmpdir(), 'guidance-register-'));
  try {
    const kept = join(folder, options.type === undefined ? 'stdin.ndjson' : 'stdin.csv');
    await pipeline(process.stdin, createWriteStream(kept), { signal });
    return await postFile(kept, 'stdin', options, signal);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function postFile(
  file: string,
  beside: string,
  options: PostOptions,
  signal: AbortSignal,
): Promise<number> {
  const { dryRun = false, json = false } = options;
  const register = new RegisterAt(options.url, options.key);
  const { load, query, plan } = await uploadOf(file, options);
  if (plan.length > 0) process.stderr.write(`${plan.join(' ')}\n`);
  const began = performance.now();
  const told = teller(load.count, `${readableNumber(load.count)} events`);
  const patience: Patience = { longest: options.patience * 1_000, signal, say: told.say };
  const problems = new ProblemsFile(beside, file, load.problems);
  const tally = new PostTally();
  const run: PostingRun = {
    register,
    load,
    query,
    patience,
    tally,
    refuse: (item, fault) => {
      tally.refuse(item, fault);
      problems.add(item, fault);
    },
    tell: (done) => {
      told.tell(done, () => {
        const rate = Math.round((done * 1_000) / (performance.now() - began + 1));
        return `${readableNumber(done)} of ${readableNumber(load.count)} sent, ${readableNumber(tally.refused)} refused, ${readableNumber(rate)} a second`;
      });
    },
  };
  const print = (effects?: Effects | null, least = '') => {
    const name = problems.name;
    process.stdout.write(
      json
        ? `${JSON.stringify(endAsJson(tally, name, effects))}\n`
        : endInWords(tally, { beside, problems: name, dryRun, least }) +
            (effects ? effectsInWords(effects) : ''),
    );
  };
  let effects: Effects | null | undefined;
  try {
    await lookFirst(run);
    if (dryRun) effects = await tryAll(run);
    else await sendAll(run);
  } catch (error) {
    told.end();
    problems.close(false);
    if (maySucceedLater(error, signal)) print(undefined, 'at least ');
    throw saidToGoOn(error, signal);
  }
  told.end();
  problems.close(!dryRun);
  if (tally.refused === 0 && !dryRun) problems.dispose();
  print(effects);
  if (problems.name !== undefined && !dryRun)
    process.stderr.write(`${goOnInWords(tally.codes, problems.name).join('\n')}\n`);
  return tally.refused > 0 || tally.fallen > 0 ? EXIT.refused : EXIT.done;
}

/** Whether the same command may succeed later. */
function maySucceedLater(error: unknown, signal: AbortSignal): boolean {
  return signal.aborted || (error instanceof Ending && error.code === EXIT.later);
}

/** What ended it too early; where the same command may succeed later, it says so. */
function saidToGoOn(error: unknown, signal: AbortSignal): unknown {
  const goOn = 'To go on, give the same command again: what stands already is not posted twice';
  if (signal.aborted) return new Ending(EXIT.interrupted, `Stopped. ${goOn}`);
  if (error instanceof Ending && error.code === EXIT.later)
    return new Ending(EXIT.later, `${error.message}. ${goOn}`);
  return error;
}
