import { setTimeout as sleep } from 'node:timers/promises';
import { fromDecimal } from '@app/transparency/encodings';
import { isFinding } from '@app/transparency/finding';
import { parseVerifierKey, type VerifierKey } from '@app/transparency/note-keys';
import { MOST_SIGNATURES } from '@app/transparency/signed-note';
import { formatWitnessRequest, withCosignatures } from '@app/transparency/witness';
import { Logger } from '@nestjs/common';
import { MOST_IN_USE } from './key-ring';
import type { LogTree } from './log-tree';

/** Who cosigns the checkpoints of this log (C2SP tlog-witness). */
export interface Witness {
  readonly key: VerifierKey;
  /** The address under which `/add-checkpoint` is, without a slash at its end. */
  readonly url: string;
}

/** How long a witness may take over an answer, and how long one that has not cosigned is left alone. */
const PATIENCE = { answerMs: 10_000, tryAgainMs: 60_000 };
const LONGEST_ANSWER_BYTES = 16_384;
/** A witness that names another size each time it is asked is not asked for ever. */
const MOST_SIZES = 3;

/** A checkpoint that is to be cosigned: a signed note, byte for byte. */
export interface Cosignable {
  readonly note: string;
  readonly size: number;
}

/** Takes the lines of a witness for a checkpoint; they are verified. May reject: then the witness is asked again later. */
export type TakeCosignature = (checkpoint: Cosignable, lines: string, by: VerifierKey) => Promise<void>;

/**
 * Asks the witnesses of a log, in the background: each for one checkpoint at a time, and then for the newest that there is.
 * One that does not answer holds up neither the others nor anything else.
 */
export class Witnesses {
  readonly #asked: readonly AskedWitness[];
  readonly #stop = new AbortController();

  constructor(
    witnesses: readonly Witness[],
    tree: Pick<LogTree, 'consistency'>,
    take: TakeCosignature,
    patience = PATIENCE,
  ) {
    this.#asked = witnesses.map((one) => new AskedWitness(one, tree, take, patience, this.#stop.signal));
  }

  ask(checkpoint: Cosignable): void {
    for (const one of this.#asked) one.ask(checkpoint);
  }

  stop(): void {
    this.#stop.abort();
  }
}

class AskedWitness {
  readonly #witness: Witness;
  readonly #tree: Pick<LogTree, 'consistency'>;
  readonly #take: TakeCosignature;
  readonly #patience: typeof PATIENCE;
  readonly #stop: AbortSignal;
  readonly #logger = new Logger('proofs');
  /** What it cosigned last, as far as this process knows: the witness says otherwise if it is wrong. */
  #seenSize = 0;
  #wanted: Cosignable | undefined;
  #isAsking = false;
  #trouble: string | undefined;

  constructor(
    witness: Witness,
    tree: Pick<LogTree, 'consistency'>,
    take: TakeCosignature,
    patience: typeof PATIENCE,
    stop: AbortSignal,
  ) {
    this.#witness = witness;
    this.#tree = tree;
    this.#take = take;
    this.#patience = patience;
    this.#stop = stop;
  }

  ask(checkpoint: Cosignable): void {
    this.#wanted = checkpoint;
    if (!this.#isAsking) void this.#askOn();
  }

  /** Never rejects. */
  async #askOn(): Promise<void> {
    this.#isAsking = true;
    while (this.#wanted && this.#goesOn()) {
      const checkpoint = this.#wanted;
      try {
        await this.#cosign(checkpoint);
        this.#tell(undefined);
      } catch (error) {
        if (!this.#goesOn()) break;
        this.#tell(this.#whyOf(error));
        await sleep(this.#patience.tryAgainMs, undefined, { ref: false, signal: this.#stop }).catch(
          () => undefined,
        );
        continue;
      }
      // Another may be wanted meanwhile.
      if (this.#wanted === checkpoint) this.#wanted = undefined;
    }
    this.#isAsking = false;
  }

  #goesOn(): boolean {
    return !this.#stop.aborted;
  }

  async #cosign(checkpoint: Cosignable): Promise<void> {
    const { key } = this.#witness;
    const { note, size } = checkpoint;
    for (let tries = 0; tries < MOST_SIZES; tries++) {
      const { status, text } = await this.#send(checkpoint);
      if (status === 200) {
        const cosigned = withCosignatures(note, text, [key]);
        if (isFinding(cosigned)) throw new Error(cosigned.detail);
        this.#seenSize = size;
        await this.#take(checkpoint, text, key);
        return;
      }
      const seen = status === 409 ? fromDecimal(text.trimEnd()) : undefined;
      if (seen === undefined) throw new Error(`it answers with status ${status}${MEANING[status] ?? ''}`);
      if (seen > size)
        throw new Error(
          `it has cosigned a checkpoint of ${seen} events, and the present one has ${size}: another process has signed it, or the log was restored`,
        );
      if (seen === this.#seenSize)
        throw new Error(
          `it has cosigned ${seen} events as this register has said, and refuses that it has: of this size it has seen another root`,
        );
      this.#seenSize = seen;
    }
    throw new Error('it names another size whenever it is asked');
  }

  async #send({ note, size }: Cosignable): Promise<{ readonly status: number; readonly text: string }> {
    // Of a smaller checkpoint than it has seen, such as after a restore, it is to say so itself.
    const old = Math.min(this.#seenSize, size);
    const proof = old === 0 ? [] : this.#tree.consistency(old, size);
    const response = await fetch(`${this.#witness.url}/add-checkpoint`, {
      method: 'POST',
      body: formatWitnessRequest(old, proof, note),
      headers: { 'content-type': 'text/plain; charset=utf-8' },
      redirect: 'error',
      signal: AbortSignal.any([AbortSignal.timeout(this.#patience.answerMs), this.#stop]),
    });
    return { status: response.status, text: await textOf(response) };
  }

  #whyOf(error: unknown): string {
    const { name, message, cause } = error as Partial<Error>;
    if (name === 'TimeoutError')
      return `it has not answered within ${this.#patience.answerMs / 1_000} seconds`;
    const why = (cause as Partial<Error> | undefined)?.message;
    return [message ?? String(error), ...(why === undefined ? [] : [why])].join(': ');
  }

  /** Says once what keeps the witness from cosigning, and once that it is over. */
  #tell(trouble: string | undefined): void {
    const { name } = this.#witness.key;
    if (trouble !== undefined && trouble !== this.#trouble)
      this.#logger.warn(`the witness ${name} does not cosign: ${trouble}`);
    if (trouble === undefined && this.#trouble !== undefined)
      this.#logger.log(`the witness ${name} cosigns again`);
    this.#trouble = trouble;
  }
}

const MEANING: Readonly<Partial<Record<number, string>>> = {
  403: ': it does not have the present verifier key of this log',
  404: ': it does not know this origin',
  422: ': the checkpoint does not go on from the one that it has seen',
};

/** The body of an answer. Rejects if it is longer than any answer of a witness. */
async function textOf({ body }: Response): Promise<string> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  // Leaving the loop cancels the rest.
  for await (const part of (body ?? []) as AsyncIterable<Uint8Array>) {
    bytes += part.byteLength;
    if (bytes > LONGEST_ANSWER_BYTES) throw new Error('its answer is too long for one of a witness');
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

/** What a note has room for beside the signatures of the log. */
const MOST_WITNESSES = MOST_SIGNATURES - MOST_IN_USE;

const HOW = 'Give each as its verifier key and its address, a space between, and a comma before the next';

/** The witnesses of a setting: `<vkey> <address>, <vkey> <address>`. Throws, and says how to correct it. */
export function witnessesOf(setting: string): readonly Witness[] {
  const pairs = setting
    .split(',')
    .map((pair) => pair.trim())
    .filter((pair) => pair !== '');
  if (pairs.length > MOST_WITNESSES)
    throw new Error(`REGISTER_WITNESSES names more than ${MOST_WITNESSES} witnesses`);
  const witnesses = pairs.map((pair) => {
    const [vkey = '', address = '', ...rest] = pair.split(/\s+/);
    const key = parseVerifierKey(vkey);
    const url = URL.parse(address);
    if (isFinding(key)) throw new Error(`REGISTER_WITNESSES: ${key.detail}. ${HOW}`);
    if (key.type !== 'cosignature')
      throw new Error(`REGISTER_WITNESSES: ${vkey} is a key of a log, and not of a witness. ${HOW}`);
    const isPlain = url && /^https?:$/.test(url.protocol) && url.href === `${url.origin}${url.pathname}`;
    if (!isPlain || rest.length > 0)
      throw new Error(`REGISTER_WITNESSES: the witness ${key.name} has no address. ${HOW}`);
    return { key, url: url.href.replace(/\/+$/, '') };
  });
  if (new Set(witnesses.map(({ key }) => key.vkey)).size < witnesses.length)
    throw new Error('REGISTER_WITNESSES names a witness twice');
  return witnesses;
}
