import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { Dice } from '@app/synthetic/prng';
import { CONNECTIONS, load, type Load } from './load';
import { median, report, whole } from './measure';
import { startRegister } from './register-process';
import { expectAgreement, startUsual } from './usual';
import { providersIn, textsIn, worldOf } from './world';

/** Some four thousand providers, about as many as England has. */
const EVENTS = 200_000;
const REQUESTS = 20_000;
/** The database answers fewer. */
const REQUESTS_OF_USUAL = 10_000;
const ROUNDS = 7;
/** So many providers are asked about both here and there, to see that the two say the same. */
const COMPARED = 500;
const WINDOW = { setting: 'school-commissioned', from: '2026-09-01', until: '2027-07-20' };

/**
 * Single answers over HTTP, random providers, one setting and school year: at the head, and as known when the log was
 * half as long. Each server is a process of its own, and this one asks; the peers are node:http by itself, sending as
 * many bytes, and the usual answer, which holds the same facts as rows in PostgreSQL.
 */
export async function http(): Promise<void> {
  const { file, providers } = await worldOf(EVENTS);
  const texts = await textsIn(file);
  const half = texts.length >> 1;
  const early = providersIn(texts.slice(0, half));
  const register = await startRegister(`sqlite:${file}`);
  const paths = {
    head: asked(providers, pathOf),
    old: asked(early, (provider) => `${pathOf(provider)}&knownAt=${half}`),
  };
  const { bytes } = await load(register.port, [...providers.map(pathOf), ...paths.head]);
  const first = await load(
    register.port,
    early.map((provider) => `${pathOf(provider)}&knownAt=${half - 1}`),
  );
  await load(register.port, paths.old);
  const bare = fork(join(__dirname, 'bare-server.js'), [String(Math.round(bytes))]);
  const [barePort] = (await once(bare, 'message')) as [number];
  await load(barePort, paths.head);
  const usual = await startUsual(texts, async (one) => (await load(one.port, pathsOf(one, providers))).rate);
  if ('port' in usual) {
    await expectAgreement(
      providers
        .slice(0, COMPARED)
        .map((provider) => [
          `http://127.0.0.1:${register.port}${pathOf(provider)}`,
          `http://127.0.0.1:${usual.port}${usual.path(provider, WINDOW)}`,
        ]),
    );
  }

  const found: Record<'bare' | 'head' | 'old' | 'usual', Load[]> = { bare: [], head: [], old: [], usual: [] };
  let processor = 0;
  for (let round = 0; round < ROUNDS; round++) {
    found.bare.push(await load(barePort, paths.head));
    const before = await register.usage();
    found.head.push(await load(register.port, paths.head));
    processor += (await register.usage()).processor - before.processor;
    found.old.push(await load(register.port, paths.old));
    if ('port' in usual) found.usual.push(await load(usual.port, pathsOf(usual, providers)));
  }
  if ('port' in usual) await usual.stop();
  bare.disconnect();
  await Promise.all([once(bare, 'exit'), register.stop()]);

  const rates = (name: keyof typeof found) => median(found[name].map(({ rate }) => rate));
  const ratio = (of: keyof typeof found, to: keyof typeof found, figure: 'rate' | 'p99') =>
    median(found[of].map((one, i) => one[figure] / (found[to][i]?.[figure] ?? NaN)));
  report(
    `answers a second of ${whole(bytes)} bytes, node:http by itself`,
    whole(rates('bare')),
    'the peer',
    true,
  );
  report(`answers a second over HTTP, ${CONNECTIONS} connections`, whole(rates('head')), '', true);
  const part = ratio('head', 'bare', 'rate');
  report('  as a part of node:http by itself', part.toFixed(2), 'at least 0.25', part >= 0.25);
  const slow = ratio('head', 'bare', 'p99');
  report('  its 99th percentile, as a multiple', slow.toFixed(1), 'at most 2', slow <= 2);
  const microseconds = (processor / (ROUNDS * REQUESTS)) * 1e6;
  report('  processor time of each, in microseconds', whole(microseconds), '', true);
  if ('port' in usual) {
    report(
      `answers a second, Fastify and PostgreSQL (${usual.connections} connections)`,
      whole(rates('usual')),
      'the peer',
      true,
    );
    const multiple = ratio('head', 'usual', 'rate');
    report('  ours, as a multiple of those', multiple.toFixed(1), 'at least 2.5', multiple >= 2.5);
  } else report('ours, as a multiple of Fastify and PostgreSQL', '', `skipped: ${usual.missing}`, true);
  const times = 1 / ratio('old', 'head', 'rate');
  report('time of an answer at an old position, × at the head', times.toFixed(2), 'at most 2', times <= 2);
  report('  where each is asked about the first time', (rates('head') / first.rate).toFixed(2), '', true);
}

function pathOf(provider: string): string {
  return `/v1/providers/${provider}/eligibility?${new URLSearchParams(WINDOW).toString()}`;
}

function asked(providers: readonly string[], path: (provider: string) => string, count = REQUESTS): string[] {
  const dice = new Dice(11, 'questions', 0);
  return Array.from({ length: count }, () => path(dice.one(providers)));
}

function pathsOf(
  usual: { path(provider: string, question: typeof WINDOW): string },
  providers: readonly string[],
): string[] {
  return asked(providers, (provider) => usual.path(provider, WINDOW), REQUESTS_OF_USUAL);
}
