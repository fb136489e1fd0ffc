/// <reference types="jest" />
import { isFinding } from '@app/transparency/finding';
import { openKeyList } from '@app/transparency/key-list';
import { keysIn, rotateKeys } from './change-keys';
import { BOTH_SIGN_MS, firstRing, retired } from './key-ring';
import { MemoryProofStore } from './memory-proof-store';

const SEEDS = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)] as const;
const FIRST = firstRing('register.example', 'ab'.repeat(32), SEEDS);
const NOW = Date.parse('2026-09-01T09:00:00Z');

test('keys are rotated only as often as one list and one checkpoint have room for their signatures', async () => {
  const store = new MemoryProofStore();
  await store.keep({ keys: FIRST }, (await store.read()).version);
  const before = await keysIn(store);
  let done = 0;
  let refused: unknown;
  while (refused === undefined && done < 20)
    await rotateKeys(store, NOW + done).then(
      () => done++,
      (error: unknown) => (refused = error),
    );
  expect(done).toBe(7);
  expect(String(refused)).toContain('retires with the first checkpoint after 2026-10-01');
  const ring = await keysIn(store);
  const list = openKeyList(ring?.keyList ?? '', before?.logSigners.map(({ verifier }) => verifier) ?? []);
  expect(isFinding(list) ? list.detail : list.signedBy).toHaveLength(8);

  const { keys, version } = await store.read();
  if (!keys) throw new Error('there are keys');
  await store.keep({ keys: retired(keys, 40, NOW + BOTH_SIGN_MS) }, version);
  expect((await rotateKeys(store, NOW + BOTH_SIGN_MS)).logSigners).toHaveLength(8);
});
