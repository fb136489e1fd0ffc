import { IsString } from 'class-validator';
import { JWK_SET } from '../media-types';
import type { Operations } from '../openapi/operation';

/** Any path is allowed: what is no tile is not found. It has slashes in it, and the document calls it `path`. */
export class TilePath {
  @IsString() readonly '*'!: string;
}

const NOTE = { 'text/plain': { text: 'A signed note, as C2SP signed-note has it' } };

export const PROOF_OPERATIONS: Operations = {
  'GET /checkpoint': {
    operationId: 'readCheckpoint',
    tag: 'Proof',
    summary: 'The last signed checkpoint',
    description:
      'Origin, size and root of the log as a tree (C2SP tlog-checkpoint), signed by the log and then by its witnesses. An event is covered a second after its 201 at the latest. The size never shrinks, whichever process answers, but after a `LogRestored`.',
    answers: { 200: { description: 'The checkpoint', content: NOTE } },
    codes: ['not-caught-up', 'unavailable'],
  },
  'GET /tile/{path}': {
    operationId: 'readTile',
    tag: 'Proof',
    summary: 'A tile of the tree, or a bundle of entries',
    description:
      'As C2SP tlog-tiles has them: `/tile/<level>/<index>` holds hashes, `/tile/entries/<index>` the stored events themselves, each after its length in two bytes; `.p/<width>` ends the address of a part of one. An index is written in groups of three digits, an `x` before each but the last: `x001/067`. What is given never changes. What the last checkpoint does not cover is not found.',
    answers: {
      200: { description: 'The tile', content: { 'application/octet-stream': { text: 'Bytes' } } },
    },
    codes: ['not-found', 'not-caught-up', 'unavailable'],
    parameters: {
      path: { description: 'Level and index; here with slashes in it', example: 'entries/000.p/1' },
    },
  },
  'GET /log-keys': {
    operationId: 'listLogKeys',
    tag: 'Proof',
    summary: 'Every key that the log ever had',
    description:
      'A signed note, a line for each key: `log <verifier key> <first size> <last size or ->`, and `receipt <thumbprint> <first size> <last size or ->`; the sizes are those of the checkpoints that a key signs, or that stand in the receipts that it signs. No line is ever taken away. Every log key that is still held has signed it, so that who trusts one follows to the next.',
    answers: { 200: { description: 'The list', content: NOTE } },
    codes: ['not-caught-up', 'unavailable'],
  },
  'GET /.well-known/jwks.json': {
    operationId: 'listReceiptKeys',
    tag: 'Proof',
    summary: 'The public keys of receipts',
    description:
      'All there ever were (RFC 7517), each called by its thumbprint (RFC 7638). A key is trusted because `/log-keys` names its thumbprint, and not because it stands here.',
    answers: {
      200: { description: 'The key set', content: { [JWK_SET]: { text: 'RFC 7517', type: 'object' } } },
    },
    codes: ['not-caught-up', 'unavailable'],
  },
};
