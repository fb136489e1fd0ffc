import { PROVIDER_KEY } from '@app/domain/values/keys';
import { isRefusal } from '@app/domain/values/problem';
import type { StoredEvent } from '@app/domain/log/stored-event';
import { eventInLines } from '@app/phrases/event-in-lines';
import { history } from '@app/read-model/records/history';
import { finding, isFinding, type Finding } from '@app/transparency/finding';
import { HASH_BYTES, hashLeaf } from '@app/transparency/hashes';
import { readCommitted, type Commitment, type ProgressOfReading } from './committed-log';
import { AuditEnd, AUDITOR_EXIT } from './exit-codes';
import { holdLog } from './held-log';
import { EndOfLog, firstIn, momentIn, type SoughtMoment } from './moments';
import { formOf } from './questions';
import type { LogSource } from './source';

export interface ReplayOptions {
  /** The first event; unless given, that at position 0. */
  readonly from?: string;
  /** The last event; unless given, the last one that the checkpoint covers. */
  readonly to?: string;
  /** Only what was recorded about these. */
  readonly provider: readonly string[];
  readonly json?: boolean;
}

/**
 * What happened between two moments, both included, event by event in the order of the log: as the stored bytes, or in lines.
 * Nothing is given before the tree of the whole log was compared with the checkpoint. A finding, after which it ends: those of {@link readCommitted}; `changed-event` if
 * the source gives another event when it is read again.
 */
export async function* replayed(
  source: LogSource,
  checkpoint: Commitment,
  { from, to, provider, json = false }: ReplayOptions,
  told: ProgressOfReading,
): AsyncGenerator<string | Finding> {
  for (const key of provider) formOf('--provider', key, PROVIDER_KEY);
  const first = from === undefined ? undefined : firstIn('--from', from);
  const last = to === undefined ? new EndOfLog() : momentIn('--to', to);
  const events =
    provider.length > 0
      ? eventsAbout(source, checkpoint, first, last, provider, told)
      : eventsBetween(source, checkpoint, first, last, told);
  for await (const text of events) {
    if (isFinding(text)) yield text;
    else if (json) yield `${text}\n`;
    else yield `${eventInLines(JSON.parse(text) as StoredEvent).join('\n')}\n`;
  }
}

/** The stored events about some providers. */
async function* eventsAbout(
  source: LogSource,
  checkpoint: Commitment,
  first: SoughtMoment | undefined,
  last: SoughtMoment,
  providers: readonly string[],
  told: ProgressOfReading,
): AsyncGenerator<string | Finding> {
  const held = await holdLog(source, checkpoint, first ? [last, first] : [last], told);
  if (isFinding(held)) {
    yield held;
    return;
  }
  const {
    register,
    positions: [until = -1, since = 0],
  } = held;
  const found = new Set<number>();
  for (const key of providers) {
    const told = history(register, until, key, { after: -1, limit: Infinity });
    if (isRefusal(told)) throw new AuditEnd(AUDITOR_EXIT.untold, told.detail);
    for (const { position } of told.events) found.add(Number(position));
  }
  for (const position of [...found].sort((a, b) => a - b))
    if (position >= since) yield register.text(position);
}

/**
 * The stored events, of which none is held: the log is read twice, and the second time each event is compared with the hash that
 * it had the first time.
 */
async function* eventsBetween(
  source: LogSource,
  checkpoint: Commitment,
  first: SoughtMoment | undefined,
  last: SoughtMoment,
  told: ProgressOfReading,
): AsyncGenerator<string | Finding> {
  const hashes: Uint8Array[] = [];
  const hashed = (batch: Uint8Array) => hashes.push(batch);
  const moments = first ? [last, first] : [last];
  const positions = await readCommitted(source, checkpoint, { moments, told, hashed });
  if (isFinding(positions)) {
    yield positions;
    return;
  }
  const [until = -1, since = 0] = positions;
  const leaves = Buffer.concat(hashes);
  let position = 0;
  for await (const entries of source.bundles(checkpoint.size)) {
    if (isFinding(entries)) {
      yield entries;
      return;
    }
    for (const entry of entries) {
      if (position > until) return;
      const hash = leaves.subarray(position * HASH_BYTES, (position + 1) * HASH_BYTES);
      if (!hashLeaf(entry).equals(hash)) {
        yield finding('changed-event', `Event ${position} has other bytes when it is read again`, position);
        return;
      }
      if (position >= since) yield entry.toString('utf8');
      position++;
    }
  }
}
