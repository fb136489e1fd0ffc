/// <reference types="jest" />
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readHead, writeHead } from '@app/event-store/sqlite-head';
import { firstRing } from './key-ring';
import { FileProofStore, keysFileOf } from './file-proof-store';
import { MemoryProofStore } from './memory-proof-store';
import { proofStoreContract } from './proof-store.contract';
import { ProofsDamaged } from './proof-store';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'proofs-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

proofStoreContract('a store in memory', () =>
  Promise.resolve({ store: new MemoryProofStore(), done: () => Promise.resolve() }),
);

proofStoreContract('a store in files', () => {
  const file = join(folder, 'register.db');
  return Promise.resolve({
    store: new FileProofStore(file),
    reopened: () => Promise.resolve(new FileProofStore(file)),
    done: () => Promise.resolve(),
  });
});

describe('a store in files', () => {
  const keys = firstRing('register.example', 'a'.repeat(64), [Buffer.alloc(32, 1), Buffer.alloc(32, 2)]);
  const kept = async () => {
    const file = join(folder, 'register.db');
    const store = new FileProofStore(file);
    await store.keep({ keys, checkpoint: 'signed' }, (await store.read()).version);
    return file;
  };

  it('keeps the keys beside the log, for its own user alone, and the checkpoint beside the head', async () => {
    const file = await kept();
    expect(keysFileOf(file)).toBe(join(folder, 'register.keys'));
    expect(statSync(keysFileOf(file)).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(folder, 'register.head'), 'utf8')).toContain('"checkpoint":"signed"');
    expect(readFileSync(join(folder, 'register.head'), 'utf8')).not.toContain('PRIVATE');
    writeHead(file, { position: 3, hash: 'ab' });
    expect((await new FileProofStore(file).read()).checkpoint).toBe('signed');
    expect(readHead(file)).toEqual({ position: 3, hash: 'ab' });
  });

  it('refuses keys of which a byte has changed, and says what to do', async () => {
    const file = keysFileOf(await kept());
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.replace('"firstSize":0', '"firstSize":1'));
    const read = () => new FileProofStore(join(folder, 'register.db')).read();
    await expect(read()).rejects.toThrow(ProofsDamaged);
    await expect(read()).rejects.toThrow('npm run keys -- begin');
    rmSync(file);
    expect((await read()).keys).toBeUndefined();
    expect(existsSync(file)).toBe(false);
  });
});
