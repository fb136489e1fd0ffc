/// <reference types="jest" />
import { join } from 'node:path';
import { openCheckpoint } from '@app/transparency/checkpoint';
import { openReceipt } from '@app/transparency/genuine';
import type { VerifierKey } from '@app/transparency/note-keys';
import { parseJwks } from '@app/transparency/receipt-keys';
import { startWitness, type WitnessServer } from '../proofs/witness-server';
import { Auditor, printedKey, sound } from './auditor';
import { RegisterProcess, temporaryFolder } from './process';
import { accepted, endSound, openDay } from './refusal';

/** Witnesses that cosign what a running register signs, and one that never answers. */

const folder = temporaryFolder();
let key: VerifierKey;
let register: RegisterProcess;
let witness: WitnessServer;
let silent: WitnessServer;

beforeAll(async () => {
  const store = {
    REGISTER_STORE: `sqlite:${join(folder.path, 'register.db')}`,
    REGISTER_ORIGIN: 'register.example',
  };
  // A witness is told the key of a log by its operator, after the first start.
  const first = await RegisterProcess.start(store);
  key = printedKey(first);
  await endSound(first);
  witness = await startWitness('witness.example/w1', () => [key]);
  silent = await startWitness('witness.example/silent', () => [key]);
  silent.instead = () => undefined;
  register = await RegisterProcess.start({
    ...store,
    REGISTER_WITNESSES: [silent, witness].map((one) => `${one.key.vkey} ${one.url}`).join(', '),
  });
});
afterAll(async () => {
  await witness.stop();
  await silent.stop();
  folder.remove();
});

/** Asks until a checkpoint of at least so many events is cosigned. */
async function cosigned(size: number) {
  for (;;) {
    const { text } = await register.ask('/checkpoint');
    const checkpoint = sound(openCheckpoint(text, [key, witness.key]));
    if (checkpoint.size >= size && checkpoint.verified.length > 1) return { ...checkpoint, text };
  }
}

test('a checkpoint has the line of the log, and then that of the witness with its time', async () => {
  const { verified, text } = await cosigned(1);
  expect(verified.map((one) => one.key.vkey)).toEqual([key.vkey, witness.key.vkey]);
  expect(Math.abs((verified[1]?.cosignedAtSeconds ?? 0) - Date.now() / 1_000)).toBeLessThan(60);
  expect(text).toMatch(/\n\n— register\.example .+\n— witness\.example\/w1 .+\n$/);
});

test('so has the next, and the receipts that it stands in', async () => {
  await openDay(register, '2026-09-01');
  const position = await accepted(register, {
    type: 'AdviserRegistered',
    subject: 'adviser:aaaaaaaa',
    data: {},
  });
  const { text } = await cosigned(Number(position) + 1);
  const asked = `/v1/providers/ukprn:10000001/eligibility?setting=private&knownAt=${position}`;
  const jws = (await register.ask(asked, { headers: { accept: 'application/jose' } })).text;
  const receiptKeys = sound(parseJwks((await register.ask('/.well-known/jwks.json')).text));
  const list = await new Auditor(register, key).keys();
  const receipt = sound(openReceipt(jws, { list, receiptKeys, witnesses: [witness.key] }));
  expect(receipt.payload.checkpoint).toBe(text);
  expect(receipt.commitment.verified.map((one) => one.key.name)).toContain('witness.example/w1');
});

test('a register that has a witness which never answers ends in time, and with everything signed', async () => {
  await accepted(register, { type: 'AdviserRegistered', subject: 'adviser:bbbbbbbb', data: {} });
  const since = performance.now();
  await endSound(register);
  expect(performance.now() - since).toBeLessThan(5_000);
});

test('a setting that cannot be read is refused, and says how to correct it', async () => {
  const refused = RegisterProcess.launch({ REGISTER_WITNESSES: 'https://witness.example' });
  expect(await refused.ended).toBe(1);
  expect(refused.stderr + refused.stdout).toContain(
    'Give each as its verifier key and its address, a space between, and a comma before the next',
  );
});
