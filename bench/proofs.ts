import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { providerKey } from '@app/synthetic/names';
import { Dice } from '@app/synthetic/prng';
import { formatCheckpoint } from '@app/transparency/checkpoint';
import { SEED_BYTES } from '@app/transparency/ed25519';
import { GrowingTree, MemoryTiles } from '@app/transparency/growing-tree';
import { hashLeaf } from '@app/transparency/hashes';
import { isFinding } from '@app/transparency/finding';
import { signerKey } from '@app/transparency/note-keys';
import { formatNote, signNote } from '@app/transparency/signed-note';
import { inclusionProof } from '@app/transparency/tree';
import { load, type Load } from './load';
import { median, report, whole } from './measure';
import { freshPaths } from './questions';
import { KEY, startRegister, type RegisterProcess } from './register-process';
import { textsIn, worldOf } from './world';

const EVENTS = Number(process.env['EVENTS'] ?? 1_000_000);
const AUDITOR = join(__dirname, '..', 'apps', 'auditor', 'main.js');
const ROUNDS = 3;
const APPENDS = 20;
const PROOFS = 1_000;
const ANSWERS = 3_000;

const SECONDS_TO_VERIFY = 15;
/** From a 201 to a checkpoint that covers the event (specification, section 11). */
const MILLISECONDS_TO_COVER = 1_000;
const MILLISECONDS = 5;
const AS_AN_ANSWER = 1.5;

/**
 * How long an auditor needs for a large log, by the real command over HTTP, beside one thread that parses and hashes each event
 * and does nothing else; how soon a checkpoint covers an append; and what a receipt takes beside its answer.
 */
export async function proofs(): Promise<void> {
  const { file, providers } = await worldOf(EVENTS);
  const own = `${file}.signed`;
  copyFileSync(file, own);
  const texts = await textsIn(file);
  const register = await startRegister(`sqlite:${own}`);
  const url = `http://127.0.0.1:${register.port}`;
  await covering(url, EVENTS);

  const [alone, verifying, replaying]: [number[], Audited[], Audited[]] = [[], [], []];
  for (let round = 0; round < ROUNDS; round++) {
    alone.push(parsedAndHashed(texts));
    verifying.push(await audited('verify', url, '--trust-first', '--no-state', '--json'));
    replaying.push(await audited('replay', url, '--trust-first', '--no-state', '--json'));
  }
  for (const [what, runs] of [
    [`verify ${whole(EVENTS)} events`, verifying],
    ['replay them', replaying],
  ] as const) {
    const seconds = median(runs.map((run) => run.seconds));
    report(
      `seconds to ${what}`,
      seconds.toFixed(1),
      `at most ${SECONDS_TO_VERIFY}`,
      seconds <= SECONDS_TO_VERIFY,
    );
    report('  as a multiple of parsing and hashing them', (seconds / median(alone)).toFixed(1), '', true);
    report('  megabytes resident', whole(median(runs.map((run) => run.resident)) / 1e6), '', true);
  }

  const appends: number[] = [];
  for (let i = 0; i < APPENDS; i++) appends.push(await coveredAfter(url, EVENTS + i));
  const covered = median(appends);
  report(
    'milliseconds from a 201 to its checkpoint',
    covered.toFixed(1),
    `at most ${MILLISECONDS_TO_COVER}`,
    covered <= MILLISECONDS_TO_COVER,
  );

  const tree = new GrowingTree(new MemoryTiles());
  for (const text of texts) tree.append(hashLeaf(Buffer.from(text)));
  for (const [what, milliseconds] of [
    ['milliseconds to find and sign the checkpoint of one event more', signingTime(tree)],
    ['milliseconds for the proof of one event', proofTime(tree)],
  ] as const)
    report(what, milliseconds.toFixed(3), `at most ${MILLISECONDS}`, milliseconds <= MILLISECONDS);

  await receipts(register, providers);
  await register.stop();
}

/** Processor time and size of receipts beside those of answers to questions of the same kind, of which none repeats. */
async function receipts(register: RegisterProcess, providers: readonly string[]): Promise<void> {
  const dice = new Dice(17, 'receipts', 0);
  const asked = async (accept: string) => {
    const before = await register.usage();
    const found = await load(register.port, freshPaths(providers, ANSWERS, dice), accept);
    return { found, processor: (((await register.usage()).processor - before.processor) / ANSWERS) * 1e6 };
  };
  const found = { answers: [] as Asked[], receipts: [] as Asked[] };
  // What is kept of each provider is found first.
  await load(register.port, freshPaths(providers, ANSWERS, dice));
  for (let round = 0; round < ROUNDS; round++) {
    found.answers.push(await asked('application/json'));
    found.receipts.push(await asked('application/jose'));
  }
  const of = (runs: readonly Asked[], choose: (run: Asked) => number) => median(runs.map(choose));
  const [answer, receipt] = [found.answers, found.receipts].map((runs) => of(runs, (run) => run.processor));
  const [short, long] = [found.answers, found.receipts].map((runs) => of(runs, (run) => run.found.bytes));
  const times = (receipt ?? NaN) / (answer ?? NaN);
  report(
    'microseconds of processor time of a receipt',
    whole(receipt ?? NaN),
    `an answer: ${whole(answer ?? NaN)}`,
    true,
  );
  report(
    '  as a multiple of that of its answer',
    times.toFixed(2),
    `at most ${AS_AN_ANSWER}`,
    times <= AS_AN_ANSWER,
  );
  report('bytes of a receipt', whole(long ?? NaN), `an answer: ${whole(short ?? NaN)}`, true);
}

interface Asked {
  readonly found: Load;
  readonly processor: number;
}

interface Audited {
  readonly seconds: number;
  /** At the most, in bytes, of all its threads. */
  readonly resident: number;
}

/** Runs the auditor as its users do; throws unless it finds the log sound. */
async function audited(...given: readonly string[]): Promise<Audited> {
  const began = performance.now();
  const child = spawn(process.execPath, [AUDITOR, ...given], { stdio: ['ignore', 'ignore', 'inherit'] });
  let resident = 0;
  const ended = once(child, 'exit');
  while (child.exitCode === null && child.signalCode === null) {
    await Promise.race([ended, sleep(20)]);
    resident = Math.max(resident, highest(child.pid));
  }
  if (child.exitCode !== 0) throw new Error(`the auditor ended with ${String(child.exitCode)}`);
  return { seconds: (performance.now() - began) / 1000, resident };
}

/** The most memory that a process has had resident so far; 0 once it is gone. */
function highest(pid: number | undefined): number {
  try {
    return (
      Number(/^VmHWM:\s+([0-9]+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024
    );
  } catch {
    return 0;
  }
}

/** In seconds. */
function parsedAndHashed(texts: readonly string[]): number {
  const began = performance.now();
  for (const text of texts) {
    if (typeof JSON.parse(text) !== 'object') throw new Error('this is no event');
    createHash('sha256').update(text).digest();
  }
  return (performance.now() - began) / 1000;
}

async function covering(url: string, size: number): Promise<void> {
  for (;;) {
    const [, given] = (await (await fetch(`${url}/checkpoint`)).text()).split('\n');
    if (Number(given) >= size) return;
    await sleep(1);
  }
}

/** The milliseconds from the 201 of one event more to a checkpoint that covers it. */
async function coveredAfter(url: string, size: number): Promise<number> {
  const response = await fetch(`${url}/v1/events`, {
    method: 'POST',
    headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/cloudevents+json' },
    body: JSON.stringify({
      specversion: '1.0',
      source: 'https://bench.example/proofs',
      id: `e${size}`,
      type: 'ProviderRegistered',
      subject: providerKey(5_000_000 + size),
      data: { name: `Invented Guidance ${size}`, legalForm: 'company' },
    }),
  });
  if (response.status !== 201) throw new Error(`an event was refused: ${await response.text()}`);
  const began = performance.now();
  await covering(url, size + 1);
  return performance.now() - began;
}

/** The median milliseconds that a checkpoint takes after an append. */
function signingTime(tree: GrowingTree): number {
  const origin = 'bench.example';
  const signer = signerKey(origin, Buffer.alloc(SEED_BYTES, 1));
  return median(
    Array.from({ length: PROOFS }, (_, i) => {
      const began = performance.now();
      tree.append(hashLeaf(Buffer.from(String(i))));
      const text = formatCheckpoint({ origin, size: tree.size, root: tree.root() });
      formatNote({ text, signatures: [signNote(text, signer)] });
      return performance.now() - began;
    }),
  );
}

/** The median milliseconds to find the proof that one event is in the log. */
function proofTime(tree: GrowingTree): number {
  const dice = new Dice(19, 'proofs', 0);
  return median(
    Array.from({ length: PROOFS }, () => {
      const index = dice.below(tree.size);
      const began = performance.now();
      if (isFinding(inclusionProof(tree, index, tree.size))) throw new Error('there is no proof');
      return performance.now() - began;
    }),
  );
}
