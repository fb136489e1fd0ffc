import { isFinding, type Finding } from '@app/transparency/finding';
import { parseVerifierKey, type VerifierKey } from '@app/transparency/note-keys';
import { AuditEnd, AUDITOR_EXIT } from './exit-codes';
import type { LogSource } from './source';
import { StateFile, usualStateFile } from './state-file';
import { claimedLog, type Trust } from './trust';

/** Whom to trust, and what was seen before, as options say it. */
export interface TrustOptions {
  readonly key?: string;
  readonly trustFirst?: boolean;
  /** A file, or `false` for none. */
  readonly state?: string | false;
  /** Leaves aside what was seen before. */
  readonly forget?: boolean;
  readonly witness: readonly string[];
}

/** What a log is held against, and where what is seen of it is kept. */
export interface Trusting extends Trust {
  readonly state: StateFile | undefined;
  /** Whether the key is that of the log itself, taken on first use. */
  readonly isFirstUse: boolean;
}

/** The state that options name. */
export async function stateOf({ state }: Pick<TrustOptions, 'state'>): Promise<StateFile | undefined> {
  return state === false ? undefined : StateFile.read(state ?? usualStateFile());
}

/**
 * What a source is held against: the key that is given, else the one that is kept of its log, else, if that is asked for, its own.
 * Finding: `changed-state`, and those of `claimedLog`. Ends the program if no key is known.
 */
export async function trustFor(source: LogSource, options: TrustOptions): Promise<Trusting | Finding> {
  const state = await stateOf(options);
  const witnesses = options.witness.map((vkey) => keyIn(vkey, '--witness'));
  const chosen = await chosenKey(source, state, options);
  if (isFinding(chosen)) return chosen;
  const seen = options.forget === true ? undefined : state?.seenOf(chosen.key.name);
  return isFinding(seen) ? seen : { ...chosen, witnesses, seen, state };
}

async function chosenKey(
  source: LogSource,
  state: StateFile | undefined,
  { key: given, trustFirst = false }: TrustOptions,
): Promise<Pick<Trusting, 'key' | 'isFirstUse'> | Finding> {
  if (given !== undefined) return { key: keyIn(given, '--key or GUIDANCE_AUDITOR_KEY'), isFirstUse: false };
  const claimed = await claimedLog(source);
  if (isFinding(claimed)) return claimed;
  const kept = state?.keyOf(claimed.origin);
  if (isFinding(kept)) return kept;
  if (kept) return { key: kept, isFirstUse: false };
  if (!trustFirst) throw noKeyOf(claimed.origin);
  return { key: claimed.key, isFirstUse: true };
}

/** Ends the program because no key of a log is known. */
export function noKeyOf(origin: string): AuditEnd {
  return new AuditEnd(
    AUDITOR_EXIT.usage,
    `No verifier key of ${origin} is known here. Give the one that its operator publishes, not one from the register itself, as GUIDANCE_AUDITOR_KEY or --key; with --trust-first the register’s own is taken, unproven, and kept`,
  );
}

/** A verifier key that is given. Ends the program if it is none. */
export function keyIn(vkey: string, where: string): VerifierKey {
  const key = parseVerifierKey(vkey.trim());
  if (!isFinding(key)) return key;
  throw new AuditEnd(
    AUDITOR_EXIT.usage,
    `${where}: ${key.detail}. It is written such as register.example+ccaefe4d+AT04…`,
  );
}
