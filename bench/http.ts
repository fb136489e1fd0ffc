import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { isRefusal } from '@app/domain/values/problem';
import { finished } from '@app/domain/values/work';
import { EventIndex } from '@app/read-model/index/event-index';
import { providerRecord } from '@app/read-model/records/records';
import { Dice } from '@app/synthetic/prng';
import { CONNECTIONS, load, type Load } from './load';
import { median, report, whole } from './measure';
import { pathOf, SETTING, windowBy, type Window } from './questions';
import { startRegister, type RegisterProcess } from './register-process';
import { expectAgreement, startUsual, type Usual } from './usual';
import { providersIn, textsIn, worldOf } from './world';

/** Some four thousand providers, about as many as England has. */
const EVENTS = Number(process.env['EVENTS'] ?? 200_000);
const REQUESTS = 20_000;
/** The database answers fewer. */
const REQUESTS_OF_USUAL = 10_000;
const ROUNDS = 5;
/** So many questions are asked both here and there, to see that the two say the same. */
const COMPARED = 500;

/** The figures of one kind of questions, round by round. */
interface Figures {
  readonly loads: Load[];
  /** Processor time of each answer, in microseconds. */
  readonly processor: number[];
}

/**
 * Single answers over HTTP, random providers and random days, so that no question is asked twice: at the head, with named
 * advisers, and as known at a random position in the later half of the log; then one school year, which is asked again and again.
 * Each server is a process of its own, and this one asks. The peers are node:http by itself, sending as many bytes, and the
 * usual answer, which holds the same facts as rows in PostgreSQL and is asked the same questions. The register is one process,
 * as it starts by default; since the usual answer is several, it is also measured with a reader, afterwards.
 */
export async function http(): Promise<void> {
  const { file, providers } = await worldOf(EVENTS);
  const texts = await textsIn(file);
  const half = texts.length >> 1;
  const early = providersIn(texts.slice(0, half));
  const engaged = engagedBy(texts, providers);
  const register = await startRegister(`sqlite:${file}`);
  const dice = new Dice(11, 'questions', 0);
  const several = (count: number, question: () => string) => Array.from({ length: count }, question);
  const asking = {
    fresh: () => pathOf(dice.one(providers), windowBy(dice)),
    named: () => {
      const provider = dice.one(providers);
      const named = (engaged.get(provider) ?? []).slice(0, 2).map((adviser) => ['adviser', adviser] as const);
      return pathOf(provider, windowBy(dice), named);
    },
    old: () =>
      pathOf(dice.one(early), windowBy(dice), [['knownAt', String(half + dice.below(texts.length - half))]]),
    all: () => pathOf(dice.one(providers), windowBy(dice), [['policy', 'all']]),
    again: () => pathOf(dice.one(providers), SCHOOL_YEAR),
  };
  // What is kept of each provider is found once; no question of these is asked again.
  const warm = (path: (provider: string) => string) => load(register.port, providers.map(path));
  const { bytes } = await warm((provider) => pathOf(provider, windowBy(dice)));
  await warm((provider) => pathOf(provider, windowBy(dice), [['policy', 'all']]));
  await load(register.port, several(REQUESTS, asking.fresh));
  await load(register.port, several(REQUESTS, asking.old));
  const bare = fork(join(__dirname, 'bare-server.js'), [String(Math.round(bytes))]);
  const [barePort] = (await once(bare, 'message')) as [number];
  const askUsual = (usual: Usual) => (count: number) =>
    load(
      usual.port,
      several(count, () => usual.path(dice.one(providers), { setting: SETTING, ...windowBy(dice) })),
    );
  const usual = await startUsual(texts, async (one) => (await askUsual(one)(REQUESTS_OF_USUAL)).rate);
  if ('port' in usual)
    await expectAgreement(
      Array.from({ length: COMPARED }, () => {
        const [provider, window] = [dice.one(providers), windowBy(dice)];
        return [
          `http://127.0.0.1:${register.port}${pathOf(provider, window)}`,
          `http://127.0.0.1:${usual.port}${usual.path(provider, { setting: SETTING, ...window })}`,
        ] as const;
      }),
    );

  const figures = (): Figures => ({ loads: [], processor: [] });
  const found = {
    bare: figures(),
    usual: figures(),
    fresh: figures(),
    both: figures(),
    named: figures(),
    old: figures(),
    all: figures(),
    again: figures(),
  };
  for (let round = 0; round < ROUNDS; round++) {
    found.bare.loads.push(await load(barePort, several(REQUESTS, asking.again)));
    for (const kind of ['fresh', 'named', 'old', 'all', 'again'] as const)
      await measured(register, found[kind], several(REQUESTS, asking[kind]));
    if (!('port' in usual)) continue;
    const before = usual.processor();
    found.usual.loads.push(await askUsual(usual)(REQUESTS_OF_USUAL));
    found.usual.processor.push(((usual.processor() - before) / REQUESTS_OF_USUAL) * 1e6);
  }
  const { resident } = await register.usage();
  bare.disconnect();
  await Promise.all([once(bare, 'exit'), register.stop()]);
  const both = await startRegister(`sqlite:${file}`, undefined, { REGISTER_READERS: '1' });
  for (let i = 0; i < 4; i++) await load(both.port, several(REQUESTS, asking.fresh));
  const twice: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const one = await load(both.port, several(REQUESTS, asking.fresh));
    found.both.loads.push(one);
    if ('port' in usual) twice.push(one.rate / (await askUsual(usual)(REQUESTS_OF_USUAL)).rate);
  }
  await both.stop();
  if ('port' in usual) await usual.stop();

  type Kind = keyof typeof found;
  const ratio = (of: Kind, to: Kind, figure: 'rate' | 'p99') =>
    median(found[of].loads.map((one, i) => one[figure] / (found[to].loads[i]?.[figure] ?? NaN)));
  const cost = (kind: Kind) => median(found[kind].processor);
  const line = (what: string, kind: Kind) => {
    const figure = (name: keyof Load) => median(found[kind].loads.map((one) => one[name]));
    const times = `p50 ${figure('p50').toFixed(1)} ms, p99 ${figure('p99').toFixed(1)} ms`;
    const processor = found[kind].processor.length > 0 ? `, ${whole(cost(kind))} µs of processor time` : '';
    report(what, whole(figure('rate')), `${times}${processor}`, true);
  };
  const atMost = (what: string, figure: number, most: number, digits = 2) => {
    report(what, figure.toFixed(digits), `at most ${most}`, figure <= most);
  };
  const atLeast = (what: string, figure: number, least: number) => {
    report(what, figure.toFixed(2), `at least ${least}`, figure >= least);
  };
  line(`answers a second of ${whole(bytes)} bytes, node:http by itself`, 'bare');
  if ('port' in usual)
    line(`answers a second, Fastify and PostgreSQL (${usual.connections} connections)`, 'usual');
  line(`answers a second, ${CONNECTIONS} connections, no question twice`, 'fresh');
  atLeast('  as a part of node:http by itself', ratio('fresh', 'bare', 'rate'), 0.2);
  if ('port' in usual) {
    atLeast('  as a multiple of Fastify and PostgreSQL', ratio('fresh', 'usual', 'rate'), 2);
    atMost('  its 99th percentile, as a multiple of theirs', ratio('fresh', 'usual', 'p99'), 3);
  } else report('  as a multiple of Fastify and PostgreSQL', '', `skipped: ${usual.missing}`, true);
  atMost('  microseconds of processor time of each', cost('fresh'), 90, 0);
  line('  by two processes, as the usual answer has them (REGISTER_READERS=1)', 'both');
  if ('port' in usual)
    report('  as a multiple of Fastify and PostgreSQL', median(twice).toFixed(2), '', true);
  line('  with named advisers', 'named');
  atMost('  microseconds of processor time of each', cost('named'), 120, 0);
  line('  as known at an old position', 'old');
  atMost('  processor time, as a multiple of that at the head', cost('old') / cost('fresh'), 2);
  line('  under all policies', 'all');
  atMost('  processor time, as a multiple of that of one', cost('all') / cost('fresh'), 1.6);
  line('  one school year, asked again and again', 'again');
  atMost('megabytes resident after all these questions', resident / 1e6, 250, 0);
}

const SCHOOL_YEAR: Window = { from: '2026-09-01', until: '2027-07-20' };

async function measured(
  register: RegisterProcess,
  { loads, processor }: Figures,
  paths: readonly string[],
): Promise<void> {
  const before = await register.usage();
  loads.push(await load(register.port, paths));
  const after = await register.usage();
  processor.push(((after.processor - before.processor) / paths.length) * 1e6);
}

/** The advisers of each provider. */
function engagedBy(
  texts: readonly string[],
  providers: readonly string[],
): ReadonlyMap<string, readonly string[]> {
  const register = new EventIndex();
  for (const text of texts) register.apply(text);
  const known = register.at(register.head);
  return new Map(
    providers.map((provider) => {
      const work = providerRecord(known, provider);
      const engaged = isRefusal(work) ? [] : finished(work).engaged;
      return [provider, engaged.map(({ adviser }) => adviser)];
    }),
  );
}
