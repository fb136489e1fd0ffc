import Ajv from 'ajv';
import { Type, type Static } from 'typebox';
import type { KeyRing } from './key-ring';
import { ProofsDamaged } from './proof-store';

const SIZE = Type.Integer({ minimum: 0 });
const KEY = Type.Union([
  Type.Object({
    kind: Type.Literal('log'),
    skey: Type.String(),
    firstSize: SIZE,
    lastSize: Type.Optional(SIZE),
    givenUpSize: Type.Optional(SIZE),
    retiresAt: Type.Optional(Type.Number()),
  }),
  Type.Object({
    kind: Type.Literal('receipt'),
    seed: Type.String(),
    firstSize: SIZE,
    lastSize: Type.Optional(SIZE),
    givenUpSize: Type.Optional(SIZE),
  }),
]);
const RING = {
  origin: Type.String(),
  log: Type.String({ pattern: '^[0-9a-f]{64}$' }),
  keys: Type.Array(KEY),
};

/** How a ring is kept, in a file or a table. */
const KEPT = Type.Object({ format: Type.Literal(1), ...RING, former: Type.Array(Type.Object(RING)) });

/** Reads a ring as it is kept. Throws {@link ProofsDamaged} if it is none; `place`: where it was, for an operator. */
export function readKeys(content: unknown, place: string): KeyRing {
  if (!new Ajv().validate<Static<typeof KEPT>>(KEPT, content))
    throw new ProofsDamaged(
      `${place} holds no keys of this release: start the release that made it, or put back the copy that you have of it`,
    );
  const { format: _, ...ring } = content;
  return ring;
}
