import type { EventLog } from '@app/event-store/event-log';
import type { AccessRecord } from './access/access-record';
import { type Clock } from '@app/read-model/clock';
import type { DrawnKeys } from './posting/drawn-keys';
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
  /** The policy of a question that names none: where no edition of it stands, this process is not ready. */
  readonly policy?: string | undefined;
  /** A secret of the registrar’s, brought by the operator; without one a first start makes one. */
  readonly registrarKey?: string | undefined;
  /** Is told the secret that a first start made. It is nowhere else. */
  readonly showSecret: (secret: string) => void;
  /** Ends the process, which has served what is found only now to be no whole log. */
  readonly end?: (why: unknown) => void;
  readonly telemetry?: Telemetry;
}

/** Under which every module finds what the application was started with. */
export const OPTIONS = Symbol('options');
