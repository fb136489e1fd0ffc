import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

/** The registrar’s key of every register that is started here. */
export const KEY = 'the-registrar-of-the-benches';

/** The register as a process of its own. */
export interface RegisterProcess {
  readonly port: number;
  /**
   * Processor time that it has used, in seconds; the memory that is resident, in bytes; and for how long at most, in seconds,
   * its event loop did not come round since this was asked last.
   */
  usage(): Promise<{ readonly processor: number; readonly resident: number; readonly stall: number }>;
  stop(): Promise<void>;
}

export const MAIN = join(__dirname, '..', 'apps', 'registry', 'main.js');

/** Starts a program that is the register on a store. */
export function spawnRegister(
  program: string,
  store: string,
  flags: readonly string[],
  environment: NodeJS.ProcessEnv = {},
): ChildProcess {
  return spawn(process.execPath, [...flags, program], {
    env: {
      PATH: process.env['PATH'],
      PORT: '0',
      REGISTER_STORE: store,
      REGISTER_CALENDAR: 'manual',
      REGISTER_REGISTRAR_KEY: KEY,
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

/** Starts the register on a store, and waits until it listens and has read its log; `flags` are those of its Node. */
export function startRegister(
  store: string,
  flags: readonly string[] = ['--max-semi-space-size=16'],
  environment: NodeJS.ProcessEnv = {},
): Promise<RegisterProcess> {
  return started(spawnRegister(MAIN, store, flags, environment));
}

/** Waits until it answers questions. */
export async function started(child: ChildProcess): Promise<RegisterProcess> {
  const port = await portOf(child);
  // Its readers, if it has some, may still be reading.
  while (!(await fetch(`http://127.0.0.1:${port}/health/ready`)).ok) await sleep(100);
  return {
    port,
    async usage() {
      const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
      const figure = (name: string) => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(metrics)?.[1]);
      return {
        processor: figure('process_cpu_seconds_total'),
        resident: figure('process_resident_memory_bytes'),
        stall: figure('nodejs_eventloop_lag_max_seconds'),
      };
    },
    async stop() {
      child.kill();
      await once(child, 'exit');
    },
  };
}

async function portOf({ stdout }: ChildProcess): Promise<number> {
  if (!stdout) throw new Error('the register says nothing');
  for await (const line of createInterface({ input: stdout })) {
    const port = /listening on [^"]+:([0-9]+)"/.exec(line)?.[1];
    if (port === undefined) continue;
    stdout.resume();
    return Number(port);
  }
  throw new Error('the register did not start');
}
