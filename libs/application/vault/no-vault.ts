import { VaultUnavailable, type Erasure, type Kept, type Minting, type Vault } from './vault';

const HOW = 'This register has no vault. Set REGISTER_VAULT to one, and start it again';

/**
 * The vault of a register that was given none: nothing is kept of persons, and nothing can be. What can be told without one
 * is told; everything else rejects with {@link VaultUnavailable}, and says which setting gives a vault.
 */
export class NoVault implements Vault {
  put = none<boolean>;
  read = none<undefined>;
  readAll = none<never>;
  mint = none<string>;
  minted = none<undefined>;
  readings = none<never>;
  erase = none<undefined>;

  mintings(): Promise<readonly Minting[]> {
    return Promise.resolve([]);
  }

  kept(): Promise<readonly Kept[]> {
    return Promise.resolve([]);
  }

  erasures(): Promise<readonly Erasure[]> {
    return Promise.resolve([]);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

function none<T>(): Promise<T> {
  return Promise.reject(new VaultUnavailable(HOW, { isMissing: true }));
}
