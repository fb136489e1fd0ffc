/// <reference types="jest" />
import { MemoryVault } from './memory-vault';
import { vaultContract } from './vault.contract';

vaultContract('a vault in memory', () => {
  const vault = new MemoryVault();
  return Promise.resolve({ vault, done: () => vault.close() });
});

vaultContract('a vault in memory that is shared', () => {
  const vault = new MemoryVault({ isShared: true });
  return Promise.resolve({ vault, done: () => vault.close() });
});
