/** What an export says of itself, to whoever opens it with whatever tool. */
export const README = `The public log of a guidance register
=====================================

This file is what anybody may read of a register of careers guidance, as it was
when the file was written. It holds all that is needed to check the log, and
nothing in it has to be believed: only one verifier key of the register, which
its operator publishes elsewhere.

checkpoint      A signed note (C2SP signed-note, tlog-checkpoint): the origin,
                the number of events, and the root of their Merkle tree (RFC 6962,
                SHA-256) in base64; a blank line; the signatures.
log-keys        A signed note: every key that the log ever had, and from which
                number of events to which it signed.
jwks.json       The public keys of receipts (RFC 7517). Those are the register's
                whose thumbprint log-keys names.
log.ndjson      The events, one a line, in order. Event N is line N + 1. The bytes
                of a line without its line feed are a leaf of the tree: its hash
                is SHA-256(0x00, bytes), and that of two neighbours
                SHA-256(0x01, left, right).
leaf-hashes     The hashes of the leaves as the register published them, 32 bytes
                each, in order. By them can be told which event was changed,
                where the root is another than that of the checkpoint.
policies/       The editions of each policy that the log published, to read. The
                same stands in log.ndjson, which alone counts.

To check it, in a checkout of the register's program after "npm ci":

    npx --no guidance-auditor verify FILE.zip --key VERIFIER-KEY

To check it without that program: docs/proof.md in the checkout says how, byte by
byte.
`;
