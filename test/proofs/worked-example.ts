import { hash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { MemoryAccessRecord } from '@app/application/access/memory-access-record';
import { ApplicationModule } from '@app/application/application.module';
import { Lifecycle } from '@app/application/lifecycle';
import { AskReceipt } from '@app/application/proofs/ask-receipt';
import { firstRing } from '@app/application/proofs/key-ring';
import { MemoryProofStore } from '@app/application/proofs/memory-proof-store';
import { ListLogKeys, ListReceiptKeys, ReadCheckpoint } from '@app/application/proofs/read-proofs';
import { MemoryVault } from '@app/application/vault/memory-vault';
import { isRefusal, type Refusal } from '@app/domain/values/problem';
import { MemoryLog } from '@app/event-store/memory';
import { SEED_BYTES } from '@app/transparency/ed25519';
import { signerKey } from '@app/transparency/note-keys';
import { NestFactory } from '@nestjs/core';
import { QueryBus } from '@nestjs/cqrs';

/** The worked example of docs/proof.md: a register of three events, and what it signs with keys that everybody knows. */

export const ORIGIN = 'register.example';
const LOG_SEED = Buffer.alloc(SEED_BYTES, 1);
const RECEIPT_SEED = Buffer.alloc(SEED_BYTES, 2);
const [PROVIDER, DAY] = ['ukprn:10012345', '2026-09-01'];

const POLICY = {
  title: 'An example of a policy',
  strength: 'proposal',
  purposes: {},
  settings: {
    'school-commissioned': [
      { id: 'matrix-accredited', of: 'provider', binding: 'must', test: { accredited: 'matrix' } },
    ],
  },
};

const EVENTS = [
  event(0, {
    type: 'PolicyEditionPublished',
    stream: 'policy-example',
    subject: 'policy:example',
    id: 'policy-example-1',
    data: { edition: 1, effectiveFrom: DAY, policy: POLICY },
  }),
  event(1, {
    type: 'DayOpened',
    stream: 'calendar',
    subject: 'calendar:england',
    id: `day-${DAY}`,
    data: { date: DAY },
  }),
  event(2, {
    type: 'ProviderRegistered',
    stream: `provider-${PROVIDER}`,
    subject: PROVIDER,
    id: 'provider-1',
    data: { name: 'Example Guidance', legalForm: 'company' },
  }),
];

/** The bytes of an event as the registrar has posted it, a second after the one before. */
function event(position: number, said: Readonly<Record<string, unknown>>): string {
  const stored = {
    ...said,
    position: String(position),
    revision: 0,
    schema: 1,
    body: 'body:registrar',
    source: '/desk',
    recordedAt: `${DAY}T09:00:0${position}.000Z`,
  };
  return canonicalize(stored) ?? '';
}

export interface WorkedExample {
  readonly vkey: string;
  /** The private keys: that of the log as notes write it, and the seeds of both in hexadecimal. */
  readonly secrets: { readonly skey: string; readonly logSeed: string; readonly receiptSeed: string };
  readonly events: readonly string[];
  /** What the register answers, byte for byte, by the path of its address. */
  readonly files: Readonly<Record<string, string>>;
}

/** Has a register read the three events, sign them, and answer two questions: before the provider was registered, and after. */
export async function workedExample(): Promise<WorkedExample> {
  const log = new MemoryLog();
  await log.append(EVENTS, -1);
  const proofs = new MemoryProofStore();
  const keys = firstRing(ORIGIN, hash('sha256', EVENTS[0] ?? ''), [LOG_SEED, RECEIPT_SEED]);
  await proofs.keep({ keys }, '0');
  const options = {
    log,
    vault: new MemoryVault(),
    access: new MemoryAccessRecord(),
    clock: () => Date.parse(`${DAY}T09:01:00Z`),
    sinceBoot: () => 0,
    calendar: 'manual',
    policy: 'example',
    proofs,
    origin: ORIGIN,
    showSecret: () => undefined,
  } as const;
  const app = await NestFactory.createApplicationContext(ApplicationModule.of(options), { logger: false });
  await app.get(Lifecycle).start();
  const queries = app.get(QueryBus);
  const receiptAt = async (knownAt: string) => {
    const asked = {
      provider: PROVIDER,
      setting: 'school-commissioned',
      policy: 'example',
      on: DAY,
      from: undefined,
      until: undefined,
      advisers: [],
      school: undefined,
    };
    return certain(await queries.execute(new AskReceipt(asked, { knownAt }))).jws;
  };
  const files = {
    'v1/log': EVENTS.map((one) => `${one}\n`).join(''),
    checkpoint: certain(await queries.execute(new ReadCheckpoint())),
    'log-keys': certain(await queries.execute(new ListLogKeys())),
    '.well-known/jwks.json': certain(await queries.execute(new ListReceiptKeys())),
    'receipt-1.jws': await receiptAt('1'),
    'receipt-2.jws': await receiptAt('2'),
  };
  await app.close();
  const { skey, verifier } = signerKey(ORIGIN, LOG_SEED);
  return {
    vkey: verifier.vkey,
    secrets: { skey, logSeed: LOG_SEED.toString('hex'), receiptSeed: RECEIPT_SEED.toString('hex') },
    events: EVENTS,
    files,
  };
}

function certain<T>(given: T | Refusal): T {
  if (isRefusal(given)) throw new Error(given.detail);
  return given;
}
