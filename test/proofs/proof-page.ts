import { hashLeaf, hashNode } from '@app/transparency/hashes';
import { fromBase64Url, toBase64 } from '@app/transparency/encodings';
import type { WorkedExample } from './worked-example';

/** The parts of docs/proof.md that are computed or copied, in Markdown. */

/** `programs`: the text of each file, by its name. */
export function partsOfProofPage(
  example: WorkedExample,
  programs: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  return {
    example: exampleInFull(example),
    programs: Object.entries(programs)
      .map(([name, text]) => `\`${name}\`:\n\n${fenced('python', text)}`)
      .join('\n\n'),
  };
}

function exampleInFull({ vkey, secrets, events, files }: WorkedExample): string {
  const leaves = events.map(hashLeaf);
  const [a, b, c] = leaves as [Buffer, Buffer, Buffer];
  const inner = hashNode(a, b);
  const root = hashNode(inner, c);
  const file = (name: string) => files[name] ?? '';
  const payloadOf = (name: string) => fenced('json', readable(file(name)));
  return `
### The keys of the example

Everybody has their private halves, so what they sign proves nothing but that the arithmetic is right.

| | |
|---|---|
| **example key** of the log, private | seed \`${secrets.logSeed}\`, as notes write it \`${secrets.skey}\` |
| verifier key | \`${vkey}\` |
| **example key** of receipts, private | seed \`${secrets.receiptSeed}\` |

The list of keys (\`/log-keys\`), signed by that of the log:

${fenced('text', file('log-keys'))}

The public key of receipts (\`/.well-known/jwks.json\`); its thumbprint is the name in the list:

${fenced('text', file('.well-known/jwks.json'))}

### Three events

The registrar has published a policy, opened a day, and registered a provider. These are the bytes of the three leaves:

${events.map((one) => fenced('text', one)).join('\n\n')}

### Their tree

| | in hexadecimal |
|---|---|
${leaves.map((leaf, i) => `| leaf ${i}: SHA-256(0x00 ‖ bytes) | \`${leaf.toString('hex')}\` |`).join('\n')}
| node over leaves 0 and 1: SHA-256(0x01 ‖ leaf 0 ‖ leaf 1); it is the root at size 2 | \`${inner.toString('hex')}\` |
| root at size 3: SHA-256(0x01 ‖ node ‖ leaf 2) | \`${root.toString('hex')}\` |

In base64 the root is \`${toBase64(root)}\`, and the root at size 2 \`${toBase64(inner)}\`.

**The proof from size 2 to size 3** is one hash, that of leaf 2: \`["${toBase64(c)}"]\`. Whoever holds the root of two events
computes from both the root of three. The proof from 1 to 3 would be leaves 1 and 2, that from 3 to 3 nothing.

### The checkpoint

${fenced('text', file('checkpoint'))}

### A receipt

May \`ukprn:10012345\` deliver guidance that a school commissions, on 1 September 2026, as known at position 2?

${fenced('text', file('receipt-2.jws'))}

Its payload, for reading (what is signed is in RFC 8785 form, without spaces):

${payloadOf('receipt-2.jws')}

A no, for no accreditation stands in the log. \`tree\` and \`checkpoint\` are of the same size, so \`consistency\` is empty.

### A receipt of an earlier moment

The same question as known at position 1: the provider was not registered yet, and \`consistency\` leads from two events to the
checkpoint of three.

${fenced('text', file('receipt-1.jws'))}

${payloadOf('receipt-1.jws')}
`;
}

function readable(jws: string): string {
  const [, payload = ''] = jws.split('.');
  return JSON.stringify(JSON.parse(fromBase64Url(payload)?.toString('utf8') ?? ''), null, 2);
}

function fenced(language: string, text: string): string {
  return `\`\`\`${language}\n${text.trimEnd()}\n\`\`\``;
}
