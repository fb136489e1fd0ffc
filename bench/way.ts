import { once } from 'node:events';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { Dice } from '@app/synthetic/prng';
import { load } from './load';
import { median, report, whole } from './measure';
import { processorOf } from './processor';
import { freshPaths } from './questions';
import { MAIN, spawnRegister, started } from './register-process';
import { worldOf } from './world';

const EVENTS = 10_000;
const FLAGS = ['--max-semi-space-size=16'];
/** Until the engine has made of the code what it makes of it. */
const TO_WARM_UP = 30_000;
const REQUESTS = 10_000;
const ROUNDS = 5;
const PROGRAM = join(__dirname, 'left-out-server.js');

/**
 * What each part of the way of a question through HTTP costs, found by leaving it out: the difference in processor time
 * of an answer, in the same rounds, to the register with all parts.
 */
export async function way(): Promise<void> {
  const { file, providers } = await worldOf(EVENTS);
  const folder = mkdtempSync(join(tmpdir(), 'register-bench-'));
  // Each register has a file of its own.
  const [store, other] = ['all.db', 'without.db'].map((name) => {
    copyFileSync(file, join(folder, name));
    return `sqlite:${join(folder, name)}`;
  }) as [string, string];
  const parts = await partsOf(other);
  const paths = (count: number, dice: Dice) => freshPaths(providers, count, dice);
  const dice = new Dice(19, 'way', 0);
  const costs: (readonly [string, number])[] = [];
  let ofAll = NaN;
  for (const part of parts) {
    const children = [
      spawnRegister(MAIN, store, FLAGS),
      spawnRegister(PROGRAM, other, FLAGS, { LEFT_OUT: part }),
    ];
    const [all, without] = await Promise.all(children.map(started));
    if (!all || !without) return;
    const cost = async (one: typeof all, pid: number | undefined, count: number) => {
      const before = processorOf([pid]);
      await load(one.port, paths(count, dice));
      return ((processorOf([pid]) - before) / count) * 1e6;
    };
    await cost(all, children[0]?.pid, TO_WARM_UP);
    await cost(without, children[1]?.pid, TO_WARM_UP);
    await sleep(500);
    const [own, others]: [number[], number[]] = [[], []];
    for (let round = 0; round < ROUNDS; round++) {
      own.push(await cost(all, children[0]?.pid, REQUESTS));
      others.push(await cost(without, children[1]?.pid, REQUESTS));
    }
    ofAll = median(own);
    costs.push([part, median(own.map((figure, i) => figure - (others[i] ?? NaN)))]);
    await Promise.all([all.stop(), without.stop()]);
  }
  rmSync(folder, { recursive: true });
  report('microseconds of processor time of an answer, all parts', whole(ofAll), '', true);
  for (const [part, cost] of costs.toSorted(([, a], [, b]) => b - a))
    report(`  ${part}`, cost.toFixed(1), '', true);
}

/** The parts that can be left out, as the program names them. */
async function partsOf(store: string): Promise<readonly string[]> {
  const child = spawnRegister(PROGRAM, store, FLAGS, { LEFT_OUT: '?' });
  const parts: string[] = [];
  if (!child.stdout) throw new Error('the register says nothing');
  for await (const line of createInterface({ input: child.stdout })) {
    const part = /^part: (.*)$/.exec(line)?.[1];
    if (part !== undefined) parts.push(part);
    if (line.includes('listening on')) break;
  }
  child.kill();
  await once(child, 'exit');
  return parts;
}
