/// <reference types="jest" />
import { accessRecordContract } from '@app/application/access/access-record.contract';
import { PostgresAccessRecord } from '@app/application/access/postgres-access-record';
import { drawnKeysContract } from '@app/application/posting/drawn-keys.contract';
import { PostgresDrawnKeys } from '@app/application/posting/postgres-drawn-keys';
import { PostgresProofStore } from '@app/application/proofs/postgres-proof-store';
import { proofStoreContract } from '@app/application/proofs/proof-store.contract';
import { PostgresVault } from '@app/application/vault/postgres-vault';
import { vaultContract } from '@app/application/vault/vault.contract';
import { startServer, whyNoServer, type Server } from './server';

const missing = whyNoServer();
if (missing !== undefined) test.skip(`what is kept in PostgreSQL: ${missing}`, () => undefined);
else {
  let server: Server;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server.stop());

  /** A handle on new tables, which can be reopened. */
  const handles = <T extends { close(): Promise<void> }>(open: (address: string) => T) => {
    const address = server.newAddress();
    let handle = open(address);
    return {
      handle,
      reopened: async () => {
        await handle.close();
        return (handle = open(address));
      },
      done: () => handle.close(),
    };
  };

  vaultContract('a vault in PostgreSQL', () => {
    const { handle: vault, ...more } = handles((address) => PostgresVault.open(address));
    return Promise.resolve({ vault, ...more });
  });
  accessRecordContract('an access record in PostgreSQL', () => {
    const { handle: record, ...more } = handles((address) => PostgresAccessRecord.open(address));
    return { record, ...more };
  });
  proofStoreContract('a store in PostgreSQL', () => {
    const { handle: store, ...more } = handles((address) => PostgresProofStore.open(address));
    return Promise.resolve({ store, ...more });
  });
  drawnKeysContract('PostgreSQL', () => {
    const address = server.newAddress();
    const [keys, ...others] = [1, 2, 3].map(() => PostgresDrawnKeys.open(address));
    if (keys === undefined) throw new Error('there is one');
    return {
      keys,
      others,
      close: async () => {
        for (const one of [keys, ...others]) await one.close();
      },
    };
  });
}
