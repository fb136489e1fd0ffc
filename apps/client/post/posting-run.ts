import { isFallen, type PostTally } from './post-outcome';
import { readableNumber } from '@app/terminal/progress';
import { type Effects } from './effects-in-words';
import { Lines, type UploadFault, type UploadItem, type Upload } from '../upload/upload-source';
import { patiently, type Patience } from '../retry';
import { asText, type RegisterAt } from '../register';
import { Sending, type Warned } from '../upload/upload';

/** The register’s answer to a batch, as far as it is shown. */
export interface SentBatch {
  readonly accepted: number;
  readonly duplicates: number;
  readonly refused: number;
  readonly lastPosition: string | null;
  readonly rejected: readonly (Place & { readonly problem: UploadFault })[];
  readonly warnings?: readonly (Place & { readonly warnings: readonly Warned[] })[];
  readonly effects?: Effects | null;
}

type Place = { readonly line: number } | { readonly index: number };

/** A file that is being posted, and what has become of it so far. */
export interface PostingRun {
  readonly register: RegisterAt;
  readonly load: Upload;
  readonly query: string;
  readonly patience: Patience;
  readonly tally: PostTally;
  readonly refuse: (item: UploadItem, fault: UploadFault) => void;
  /** Tells how many have been sent. */
  readonly tell: (sent: number) => void;
}

/** Has the key, the options and the columns looked at before any event is sent. */
export async function lookFirst({ register, load, query, patience }: PostingRun): Promise<void> {
  await patiently(
    () =>
      register.text(
        `${load.path}?dryRun=true&${query}`,
        { type: load.type, accept: 'application/json', body: asText(`${load.header}\n`) },
        patience.signal,
      ),
    patience,
  );
}

/** Sends all of it, and goes on where it was broken off. */
export async function sendAll({
  register,
  load,
  query,
  patience,
  tally,
  refuse,
  tell,
}: PostingRun): Promise<void> {
  const head = await headOf(register, patience);
  let done = 0;
  const sending = new Sending(register, `${load.path}?${query}`, load, (item, answer) => {
    if ('code' in answer) refuse(item, answer);
    else tally.take(item, answer, head);
    tell(++done);
  });
  await patiently(
    () => sending.attempt(patience.signal),
    patience,
    () => sending.answered,
  );
}

/**
 * Position of the last event of the log before anything is sent: what stands after it has come in by this sending, also
 * where its answer did not come through.
 */
async function headOf(register: RegisterAt, patience: Patience): Promise<number> {
  const { text } = await patiently(() => register.text('/v1/policies', undefined, patience.signal), patience);
  return Number((JSON.parse(text) as { knownAt: { position: string } }).knownAt.position);
}

/** Has all of it judged, and nothing written. */
export async function tryAll({
  register,
  load,
  query,
  patience,
  tally,
  refuse,
  tell,
}: PostingRun): Promise<SentBatch['effects']> {
  const { text } = await patiently(
    () =>
      register.text(
        `${load.path}?dryRun=true&${query}`,
        { type: load.type, accept: 'application/json', body: laidOut(load, tell) },
        patience.signal,
      ),
    patience,
  );
  const batch = JSON.parse(text) as SentBatch;
  const numbered = (place: Place) => ('line' in place ? place.line : place.index);
  const rejected = new Map(batch.rejected.map((one) => [numbered(one), one.problem]));
  const warned = new Map((batch.warnings ?? []).map((one) => [numbered(one), one.warnings]));
  for await (const { item, place = -1 } of placed(load)) {
    const fault = item.fault ?? rejected.get(place);
    if (fault) refuse(item, fault);
    const warnings = warned.get(place) ?? [];
    if (isFallen(warnings)) tally.fallen++;
    tally.warn(item, warnings);
  }
  Object.assign(tally, { accepted: batch.accepted, there: Math.max(batch.duplicates - tally.fallen, 0) });
  const untold = batch.refused - batch.rejected.length;
  tally.refused += untold;
  if (untold > 0)
    process.stderr.write(
      `Of those that are refused only the first ${readableNumber(batch.rejected.length)} are told.\n`,
    );
  return batch.effects;
}

async function* laidOut(load: Upload, tell: (sent: number) => void): AsyncGenerator<string> {
  const lines = new Lines();
  let sent = 0;
  if (load.header !== '') yield lines.put(load.header).text;
  for await (const part of load.items()) {
    sent += part.length;
    yield part.map(({ text, line, fault }) => (fault ? '' : lines.put(text, line).text)).join('');
    tell(sent);
  }
}

/** Every item with its place as the register names it: its line in a table, else its number among those sent. */
async function* placed(load: Upload): AsyncGenerator<{ readonly item: UploadItem; readonly place?: number }> {
  const lines = new Lines();
  let index = 0;
  if (load.header !== '') lines.put(load.header);
  for await (const part of load.items()) {
    for (const item of part) {
      if (item.fault) yield { item };
      else if (load.type === 'text/csv') yield { item, place: lines.put(item.text, item.line).line };
      else yield { item, place: index++ };
    }
  }
}
