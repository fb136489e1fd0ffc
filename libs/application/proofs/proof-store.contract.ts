/// <reference types="jest" />
import { firstRing, rotated } from './key-ring';
import type { ProofStore } from './proof-store';

/** A store that was empty when it was opened. */
export interface Opened {
  readonly store: ProofStore;
  /** Closes a store that outlives its handles, and opens it again. */
  reopened?(): Promise<ProofStore>;
  done(): Promise<void>;
}

const seeds = (byte: number) => [Buffer.alloc(32, byte), Buffer.alloc(32, byte + 1)] as const;
const KEYS = firstRing('register.example', 'a'.repeat(64), seeds(1));
const CHECKPOINT = 'register.example\n1\nAAAA\n\n— register.example AAAA\n';

/** The contract of every store of proofs, wherever it keeps them. */
export function proofStoreContract(name: string, open: () => Promise<Opened>): void {
  describe(`${name} keeps the contract of a store of proofs`, () => {
    let opened: Opened;
    beforeEach(async () => {
      opened = await open();
    });
    afterEach(async () => {
      await opened.done();
    });

    it('holds nothing at first', async () => {
      const { version: _, ...state } = await opened.store.read();
      expect(Object.values(state).filter((one) => one !== undefined)).toEqual([]);
    });

    it('gives what was kept, whole, and forgets what was left out', async () => {
      const { store } = opened;
      const givenUp = { checkpoint: CHECKPOINT, reason: 'restored' };
      const keys = rotated(KEYS, seeds(3), 5, 1_000);
      expect(await store.keep({ keys, checkpoint: CHECKPOINT, givenUp }, (await store.read()).version)).toBe(
        true,
      );
      expect(await store.read()).toMatchObject({ keys, checkpoint: CHECKPOINT, givenUp });
      await store.keep({ keys }, (await store.read()).version);
      const { checkpoint, givenUp: left } = await store.read();
      expect([checkpoint, left]).toEqual([undefined, undefined]);
    });

    it('keeps nothing in the place of what the keeper has not read', async () => {
      const { store } = opened;
      const { version } = await store.read();
      expect(await store.keep({ keys: KEYS }, version)).toBe(true);
      expect(await store.keep({ keys: KEYS, checkpoint: CHECKPOINT }, version)).toBe(false);
      expect((await store.read()).checkpoint).toBeUndefined();
    });

    it('outlives its handle, where it is meant to', async () => {
      const { store } = opened;
      await store.keep({ keys: KEYS, checkpoint: CHECKPOINT }, (await store.read()).version);
      if (!opened.reopened) return;
      const again = await opened.reopened();
      expect(await again.read()).toMatchObject({ keys: KEYS, checkpoint: CHECKPOINT });
    });
  });
}
