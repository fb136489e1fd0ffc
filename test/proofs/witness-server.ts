import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { openCheckpoint, type Checkpoint } from '@app/transparency/checkpoint';
import { fromBase64 } from '@app/transparency/encodings';
import { isFinding } from '@app/transparency/finding';
import type { VerifierKey } from '@app/transparency/note-keys';
import { isConsistent } from '@app/transparency/proof';
import { formatNote, parseNote } from '@app/transparency/signed-note';
import { witnessOf } from './signers';

/** A witness, as C2SP tlog-witness has it, of one log: it remembers the last checkpoint, and cosigns what goes on from it. */
export interface WitnessServer {
  readonly key: VerifierKey;
  readonly url: string;
  /** Of each request: the status, and what it said of the old size. */
  readonly asked: { readonly status: number; readonly old: string }[];
  /** What it does in the place of its work. */
  instead: ((request: IncomingMessage, response: ServerResponse) => void) | undefined;
  /** Does it. */
  work(request: IncomingMessage, response: ServerResponse): void;
  stop(): Promise<void>;
}

/** `log`: the keys of the log that it knows; undefined: any log that is asked for first. */
export async function startWitness(
  name: string,
  log: (note: string) => readonly VerifierKey[],
): Promise<WitnessServer> {
  const { verifier, cosign } = witnessOf(name);
  let seen: Checkpoint | undefined;
  const add = (body: string): readonly [status: number, text: string] => {
    const end = body.indexOf('\n\n');
    const [first = '', ...lines] = body.slice(0, end).split('\n');
    const old = Number(/^old ([0-9]+)$/.exec(first)?.[1] ?? Number.NaN);
    const proof = lines.map((line) => fromBase64(line) ?? Buffer.of());
    const note = body.slice(end + 2);
    const checkpoint = openCheckpoint(note, log(note));
    if (isFinding(checkpoint)) return [403, checkpoint.detail];
    if (!(old <= checkpoint.size)) return [400, 'old'];
    if (old !== (seen?.size ?? 0)) return [409, `${seen?.size ?? 0}\n`];
    if (seen && !isConsistent(seen, checkpoint, proof)) return [422, 'proof'];
    seen = checkpoint;
    const read = parseNote(note);
    if (isFinding(read)) throw new Error(read.detail);
    const signatures = [cosign(read.text, Math.floor(Date.now() / 1_000))];
    return [200, formatNote({ text: read.text, signatures }).slice(read.text.length + 1)];
  };
  const server = createServer((request, response) => {
    (witness.instead ?? work)(request, response);
  }).listen(0, '127.0.0.1');
  const work = (request: IncomingMessage, response: ServerResponse) => {
    void text(request).then((body) => {
      const isKnown = request.method === 'POST' && request.url === '/log/add-checkpoint';
      const [status, said] = isKnown ? add(body) : ([404, ''] as const);
      witness.asked.push({ status, old: /^old ([0-9]+)/.exec(body)?.[1] ?? '' });
      response.writeHead(status).end(said);
    });
  };
  await once(server, 'listening');
  const witness: WitnessServer = {
    key: verifier,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/log`,
    asked: [],
    instead: undefined,
    work,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return witness;
}
