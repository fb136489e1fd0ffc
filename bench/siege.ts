import { fork } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request as ask, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Besieged } from './besiegers';
import { median, report } from './measure';
import { startRegister, type RegisterProcess } from './register-process';
import { worldOf } from './world';

const EVENTS = 100_000;
/** As the register is started, and what is said besides: to write a profile, `--cpu-prof`. */
const FLAGS = ['--max-semi-space-size=16', ...(process.env['FLAGS'] ?? '').split(' ').filter(Boolean)];
/** How long, in seconds, and after how many more the memory is looked at again. */
const SECONDS = Number(process.env['SECONDS'] ?? 60);
const AFTER = Number(process.env['AFTER'] ?? 120);
/** Questions that were asked before, some seconds of a busy register. */
const ORDINARY = 50_000;
/** Whoever watches looks so often, in milliseconds, on a connection of its own each time. */
const LOOK_EVERY = 50;
const LONGEST_LOOK = 10_000;

/**
 * A stranger's worst, all of it at once: requests in one packet whose answers no one reads, bodies of one byte a chunk, bodies
 * and heads that stall, silent connections, and sound questions that are heavy. Meanwhile somebody asks whether the process
 * lives; before and after it is looked at how much memory it takes.
 */
export async function siege(): Promise<void> {
  const { file, providers, advisers } = await worldOf(EVENTS);
  const register = await startRegister(`sqlite:${file}`, FLAGS);
  await asked(register.port, providers);
  const before = (await register.usage()).resident;
  const besiegers = fork(join(__dirname, 'besiegers.js'), [process.env['SORTS'] ?? '']);
  besiegers.send({ port: register.port, providers, advisers } satisfies Besieged);
  let end = false;
  const going = () => !end;
  let most = 0;
  const stalls: number[] = [];
  const watching = (async () => {
    const times: number[] = [];
    while (going()) {
      times.push(await look(register.port));
      await sleep(LOOK_EVERY);
    }
    return times.sort((a, b) => a - b);
  })();
  const measuring = (async () => {
    while (going()) {
      const { resident = 0, stall } = await usage(register);
      most = Math.max(most, resident);
      if (stall !== undefined) stalls.push(stall * 1_000);
      await sleep(500);
    }
  })();
  await sleep(SECONDS * 1_000);
  end = true;
  const times = await watching;
  await measuring;
  besiegers.disconnect();
  await once(besiegers, 'exit');
  const metrics = await (await fetch(`http://127.0.0.1:${register.port}/metrics`)).text();
  await sleep(AFTER * 1_000);
  const after = (await register.usage()).resident;
  await register.stop();

  const at = (part: number) => times[Math.floor(times.length * part)] ?? NaN;
  const milliseconds = (time: number) => `${time.toFixed(0)} ms`;
  const mebibytes = (bytes: number) => `${(bytes / 1_048_576).toFixed(0)} MiB`;
  report(`/health/live under siege for ${SECONDS} s, median`, milliseconds(at(0.5)), '', true);
  report('  its 99th percentile', milliseconds(at(0.99)), 'less than 250 ms', at(0.99) < 250);
  report('  the longest', milliseconds(times.at(-1) ?? NaN), '', true);
  stalls.sort((a, b) => a - b);
  report('  its event loop, longest in half a second, median', milliseconds(median(stalls)), '', true);
  report('  the longest of all', milliseconds(stalls.at(-1) ?? NaN), '', true);
  report('memory before', mebibytes(before), '', true);
  report('  the most, as a multiple', (most / before).toFixed(2), 'at most 1.5', most <= 1.5 * before);
  report(`  after ${AFTER} s`, (after / before).toFixed(2), 'at most 1.2', after <= 1.2 * before);
  for (const [, bound, count] of metrics.matchAll(/^register_bounded_total\{bound="([^"]+)"\} ([0-9]+)$/gm))
    report(`  refused or closed for ${bound ?? ''}`, count ?? '', '', true);
}

/**
 * What anybody asks, for long enough that the process has grown as it does in ordinary use: what is kept for it is there, and the
 * room for what is new is as large as it becomes.
 */
async function asked(port: number, providers: readonly string[]): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 16 });
  const paths = [
    ...Array.from({ length: ORDINARY }, (_, i) => pathOf(providers[i % providers.length] ?? '')),
    '/v1/log?limit=10000',
    '/openapi.json',
    '/docs/swagger-ui-bundle.js',
  ];
  await Promise.all(
    paths.map(async (path) => {
      const sent = ask({ port, host: '127.0.0.1', path, agent }).end();
      const [response] = (await once(sent, 'response')) as [IncomingMessage];
      response.resume();
      await once(response, 'end');
    }),
  );
  agent.destroy();
}

function pathOf(provider: string): string {
  return `/v1/providers/${provider}/eligibility?setting=school-commissioned&from=2026-09-01&until=2027-07-20`;
}

/** How long it takes until somebody hears that the process lives, on a connection of their own; {@link LONGEST_LOOK} where they never do. */
async function look(port: number): Promise<number> {
  const begin = performance.now();
  const asked = ask({ port, host: '127.0.0.1', path: '/health/live', agent: false, timeout: LONGEST_LOOK });
  try {
    asked.on('timeout', () => asked.destroy()).end();
    const [response] = (await once(asked, 'response')) as [IncomingMessage];
    await once(response.resume(), 'end');
    return performance.now() - begin;
  } catch {
    return LONGEST_LOOK;
  }
}

/** How it is; undefined if it does not say so. */
async function usage(
  register: RegisterProcess,
): Promise<Partial<Awaited<ReturnType<RegisterProcess['usage']>>>> {
  return register.usage().catch(() => ({}));
}
