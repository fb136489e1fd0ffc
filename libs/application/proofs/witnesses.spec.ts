/// <reference types="jest" />
import { setTimeout as sleep } from 'node:timers/promises';
import { formatCheckpoint } from '@app/transparency/checkpoint';
import { GrowingTree, MemoryTiles } from '@app/transparency/growing-tree';
import { hashLeaf } from '@app/transparency/hashes';
import { consistencyProof, rootAt } from '@app/transparency/tree';
import { isFinding, type Finding } from '@app/transparency/finding';
import { formatNote, openNote, signNote } from '@app/transparency/signed-note';
import { withCosignatures } from '@app/transparency/witness';
import { Logger } from '@nestjs/common';
import { logSigner, noteBy, ORIGIN, witnessOf } from '../../../test/proofs/signers';
import { startWitness, type WitnessServer } from '../../../test/proofs/witness-server';
import { MOST_IN_USE } from './key-ring';
import { Witnesses, witnessesOf, type Cosignable } from './witnesses';

const log = logSigner('log');
const NAME = 'witness.example/w1';

function sound<T>(found: T | Finding): T {
  if (isFinding(found)) throw new Error(found.detail);
  return found;
}

/** A log of events that are numbers, from `first` on. */
function logFrom(first: number, size = 20) {
  const tree = new GrowingTree(new MemoryTiles());
  for (let i = 0; i < size; i++) tree.append(hashLeaf(String(first + i)));
  const at = (count: number): Cosignable => {
    const text = formatCheckpoint({ origin: ORIGIN, size: count, root: sound(rootAt(tree, count)) });
    return { size: count, note: formatNote({ text, signatures: [signNote(text, log)] }) };
  };
  const consistency = (from: number, to: number) => sound(consistencyProof(tree, from, to));
  return { at, consistency };
}

const { at, consistency } = logFrom(0);
let server: WitnessServer;
let told: jest.SpiedFunction<Logger['warn']>;
const running: Witnesses[] = [];

beforeEach(async () => {
  server = await startWitness(NAME, () => [log.verifier]);
  told = jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
});
afterEach(async () => {
  for (const one of running.splice(0)) one.stop();
  await server.stop();
  jest.restoreAllMocks();
});

/** Asks servers, by a process that has just started. */
function asking(
  tree: { consistency: typeof consistency } = { consistency },
  servers: readonly Pick<WitnessServer, 'key' | 'url'>[] = [server],
  patience = { answerMs: 60_000, tryAgainMs: 60_000 },
) {
  const taken: [size: number, by: string][] = [];
  const witnesses = new Witnesses(
    servers.map(({ key, url }) => ({ key, url })),
    tree,
    ({ size }, _, { name }) => {
      taken.push([size, name]);
      return Promise.resolve();
    },
    patience,
  );
  running.push(witnesses);
  const until = async (holds: () => boolean) => {
    while (!holds()) await sleep(5);
  };
  return { witnesses, taken, until };
}

test('a witness cosigns one checkpoint after the other, each by the proof from what it has seen', async () => {
  const { witnesses, taken, until } = asking();
  for (const size of [3, 8, 20]) {
    witnesses.ask(at(size));
    await until(() => taken.at(-1)?.[0] === size);
  }
  expect(server.asked).toEqual([
    { status: 200, old: '0' },
    { status: 200, old: '3' },
    { status: 200, old: '8' },
  ]);
});

test('a process that starts hears from the witness what that has seen', async () => {
  const first = asking();
  first.witnesses.ask(at(5));
  await first.until(() => first.taken.length === 1);
  const second = asking();
  second.witnesses.ask(at(9));
  await second.until(() => second.taken.length === 1);
  expect(server.asked.slice(1)).toEqual([
    { status: 409, old: '0' },
    { status: 200, old: '5' },
  ]);
});

test('while it asks, the newest of those that come is kept for the next time', async () => {
  const { witnesses, taken, until } = asking();
  for (const size of [3, 4, 5, 6]) witnesses.ask(at(size));
  await until(() => taken.length === 2);
  expect(taken).toEqual([
    [3, NAME],
    [6, NAME],
  ]);
});

test('one that does not answer holds no other up, and a stop ends the waiting', async () => {
  server.instead = () => undefined;
  const other = await startWitness('witness.example/w2', () => [log.verifier]);
  const { witnesses, taken, until } = asking(undefined, [server, other]);
  for (const size of [3, 4]) {
    witnesses.ask(at(size));
    await until(() => taken.some(([one]) => one === size));
  }
  expect(taken.every(([, by]) => by === 'witness.example/w2')).toBe(true);
  witnesses.stop();
  expect(told).not.toHaveBeenCalled();
  await other.stop();
});

const SAID: readonly (readonly [
  what: string,
  instead: NonNullable<WitnessServer['instead']>,
  says: RegExp,
])[] = [
  ['does not know the log', (_, to) => to.writeHead(404).end(), /status 404: it does not know this origin/],
  [
    'does not know its key',
    (_, to) => to.writeHead(403).end(),
    /403: it does not have the present verifier key/,
  ],
  ['refuses the proof', (_, to) => to.writeHead(422).end(), /422: the checkpoint does not go on/],
  ['has seen more', (_, to) => to.writeHead(409).end('99\n'), /has cosigned a checkpoint of 99 events/],
  ['names no size', (_, to) => to.writeHead(409).end('many'), /status 409/],
  ['leads elsewhere', (_, to) => to.writeHead(307, { location: '/' }).end(), /redirect/],
  ['breaks off', (_, to) => to.destroy(), /fetch failed/],
  ['never ends', (_, to) => to.writeHead(200).end('x'.repeat(20_000)), /too long/],
  ['says no line', (_, to) => to.writeHead(200).end('ok'), /no signed note/],
];
test.each(SAID)('one that %s is told of, and nothing is taken from it', async (_, instead, says) => {
  server.instead = instead;
  const { witnesses, taken, until } = asking();
  witnesses.ask(at(3));
  await until(() => told.mock.calls.length > 0);
  expect(String(told.mock.calls[0]?.[0])).toMatch(says);
  expect(String(told.mock.calls[0]?.[0])).toContain(`the witness ${NAME} does not cosign: `);
  expect(taken).toEqual([]);
});

test('one that says nothing is left alone for a while, and then asked for the newest', async () => {
  server.instead = () => undefined;
  const { witnesses, taken, until } = asking(undefined, undefined, { answerMs: 50, tryAgainMs: 50 });
  const again = jest.spyOn(Logger.prototype, 'log').mockImplementation(() => undefined);
  witnesses.ask(at(3));
  await until(() => told.mock.calls.length > 0);
  expect(told.mock.calls[0]?.[0]).toContain('it has not answered within 0.05 seconds');
  witnesses.ask(at(4));
  server.instead = undefined;
  await until(() => taken.length > 0);
  expect([taken, server.asked]).toEqual([[[4, NAME]], [{ status: 200, old: '0' }]]);
  expect(told).toHaveBeenCalledTimes(1);
  expect(again).toHaveBeenCalledWith(`the witness ${NAME} cosigns again`);
});

test('a signature by another is not taken for one of the witness', async () => {
  const stranger = await startWitness('witness.example/other', () => [log.verifier]);
  const { witnesses, taken, until } = asking(undefined, [{ key: server.key, url: stranger.url }]);
  witnesses.ask(at(3));
  await until(() => told.mock.calls.length > 0);
  expect(told.mock.calls[0]?.[0]).toContain('No key that is trusted here has signed this note');
  expect(taken).toEqual([]);
  await stranger.stop();
});

test('a log that does not go on from what the witness has seen is cosigned by no witness', async () => {
  const first = asking();
  first.witnesses.ask(at(5));
  await first.until(() => first.taken.length === 1);
  const forked = logFrom(100);
  const second = asking(forked);
  second.witnesses.ask(forked.at(7));
  await second.until(() => told.mock.calls.length > 0);
  expect(told.mock.calls[0]?.[0]).toContain('422');
  expect(second.taken).toEqual([]);
});

describe('the setting', () => {
  const [one, two] = [witnessOf(NAME).verifier, witnessOf('witness.example/w2').verifier];

  test('names each by its key and its address', () => {
    expect(witnessesOf('')).toEqual([]);
    const read = witnessesOf(`${one.vkey} https://w1.example/, ${two.vkey}  http://127.0.0.1:1/log`);
    expect(read.map(({ key, url }) => [key.vkey, url])).toEqual([
      [one.vkey, 'https://w1.example'],
      [two.vkey, 'http://127.0.0.1:1/log'],
    ]);
  });

  test.each([
    ['no address', one.vkey],
    ['no key', 'https://w1.example'],
    ['another address', `${one.vkey} ftp://w1.example`],
    ['a question in the address', `${one.vkey} https://w1.example/?a=b`],
    ['a password in the address', `${one.vkey} https://a:b@w1.example/`],
    ['a key of a log', `${log.verifier.vkey} https://w1.example`],
    ['a key that is not whole', `${one.vkey.slice(0, -2)} https://w1.example`],
    ['no comma between two', `${one.vkey} https://w1.example ${two.vkey} https://w2.example`],
    ['one twice', `${one.vkey} https://w1.example, ${one.vkey} https://w2.example`],
  ])('is refused with %s', (_, setting) => {
    expect(() => witnessesOf(setting)).toThrow(/^REGISTER_WITNESSES/);
  });

  test('names no more than have room beside every key of the log that may be in use', () => {
    const named = Array.from({ length: 9 }, (_, i) => witnessOf(`witness.example/w${i}`));
    const settingOf = (witnesses: readonly ReturnType<typeof witnessOf>[]) =>
      witnesses.map(({ verifier }) => `${verifier.vkey} https://w.example`).join(', ');
    expect(() => witnessesOf(settingOf(named))).toThrow('names more than 8 witnesses');
    const witnesses = named.slice(0, witnessesOf(settingOf(named.slice(1))).length);
    const signers = Array.from({ length: MOST_IN_USE }, (_, i) => logSigner(`in use ${i}`));
    const text = formatCheckpoint({ origin: ORIGIN, size: 1, root: Buffer.alloc(32) });
    let note = noteBy(text, ...signers);
    for (const { verifier, cosign } of witnesses)
      note = sound(
        withCosignatures(note, formatNote({ text: '', signatures: [cosign(text, 1)] }).slice(1), [verifier]),
      );
    const opened = openNote(
      note,
      [...signers, ...witnesses].map(({ verifier }) => verifier),
    );
    expect(isFinding(opened) ? opened.detail : opened.verified).toHaveLength(16);
  });
});
