/// <reference types="jest" />
import { MemoryVault } from './memory-vault';
import { vaultContract } from './vault.contract';

vaultContract('a vault in memory', () => {
  const vault = new MemoryVault();
  return Promise.resolve({ vault, done: () => vault.close() });
});
