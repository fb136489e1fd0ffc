import type { SignedReceipt } from '@app/application/proofs/ask-receipt';
import { JOSE } from '@app/http-contract/media-types';
import type { FastifyReply } from 'fastify';
import { keep } from './conventions';

/** Says of an answer that it is a receipt, to be kept as a file, and returns the text of it. */
export function asReceipt(reply: FastifyReply, { jws, position }: SignedReceipt): string {
  keep(reply);
  void reply
    .header('content-type', JOSE)
    .header('content-disposition', `attachment; filename="receipt-${position}.jws"`);
  return jws;
}
