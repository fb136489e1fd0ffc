import type { EventLog } from '@app/event-store/event-log';
import type { AccessRecord } from './access/access-record';
import { type Clock } from '@app/read-model/clock';
import type { DrawnKeys } from './posting/drawn-keys';
import type { Readers } from './readers';
import type { ProofStore } from './proofs/proof-store';
import type { Witness } from './proofs/witnesses';
import { type Telemetry } from './telemetry';
import type { Vault } from './vault/vault';

export interface ApplicationOptions {
  readonly log: EventLog;
  readonly vault: Vault;
  readonly access: AccessRecord;
  /** Where several processes draw secrets for keys; without one this process remembers its own. */
  readonly drawnKeys?: DrawnKeys | undefined;
  /** What this machine says that the time is: believed as far as {@link Timekeeper} says. */
  readonly clock: Clock;
  /** As of {@link TimekeeperOptions}. */
  readonly sinceBoot: Clock;
  readonly calendar: 'auto' | 'manual';
  /** `YYYY-MM-DD`. In `auto` days up to and with it are opened, however many wait. */
  readonly openUntil?: string | undefined;
  /**
   * The policy of a question that names none. While it has no effective edition, this process is not ready.
   */
  readonly policy?: string | undefined;
  /** Where the read model is saved beside the log, and by which release; undefined if it is read from the log at each start. */
  readonly snapshot?: { readonly file: string; readonly release: string } | undefined;
  /** The bytes that what is kept of answers may take, in this process. */
  readonly cacheBytes?: number | undefined;
  /** A secret of the registrar that the operator brings; without one, a first start makes one. */
  readonly registrarKey?: string | undefined;
  /** Receives the secret that a first start made, which is kept nowhere else. */
  readonly showSecret: (secret: string) => void;
  /** Where keys and the last checkpoint are kept; undefined where there is no place for them, and then nothing is signed. */
  readonly proofs?: ProofStore | undefined;
  /** The name of the log in proofs; by default the kept one, or one made of its first event. */
  readonly origin?: string | undefined;
  /** Who is asked to cosign each checkpoint. */
  readonly witnesses?: readonly Witness[] | undefined;
  /** Receives the verifier key when the log is signed for the first time. */
  readonly showVerifierKey?: (vkey: string) => void;
  /** Ends the process, if an inspection finds that the log that it has served is not whole. */
  readonly end?: (why: unknown) => void;
  readonly telemetry?: Telemetry;
  /** The processes that read beside this one. */
  readonly readers?: Readers | undefined;
  /**
   * Of a process that reads beside the one that writes: it opens nothing and writes nothing. Asks to answer, and resolves to the
   * position that it has to hold before it does.
   */
  readonly admitted?: (() => Promise<number>) | undefined;
}

/** The injection token of the application’s options. */
export const OPTIONS = Symbol('options');
