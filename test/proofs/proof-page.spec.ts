/// <reference types="jest" />
import 'reflect-metadata';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isFinding } from '@app/transparency/finding';
import { openReceipt } from '@app/transparency/genuine';
import { openKeyList } from '@app/transparency/key-list';
import { parseVerifierKey } from '@app/transparency/note-keys';
import { parseJwks } from '@app/transparency/receipt-keys';
import { madePage, RECORDING } from '../made-page';
import { partsOfProofPage } from './proof-page';
import { workedExample, type WorkedExample } from './worked-example';

const ROOT = join(__dirname, '..', '..');
const PAGE = join(ROOT, 'docs', 'proof.md');
const EXAMPLES = join(ROOT, 'examples', 'proof');
const PROGRAMS = ['verify.py', 'tree.py', 'ed25519.py'];

let example: WorkedExample;
beforeAll(async () => {
  example = await workedExample();
});

function made(page: string): string {
  const programs = Object.fromEntries(
    PROGRAMS.map((name) => [name, readFileSync(join(EXAMPLES, name), 'utf8')]),
  );
  return madePage(PAGE, page, 'computed', partsOfProofPage(example, programs));
}

// To write both anew: RECORD_EXAMPLES=yes npx jest test/proofs/proof-page.spec.ts
test('the page of proofs shows what a register of three events answers, and the programs as they are', () => {
  const page = readFileSync(PAGE, 'utf8');
  const asMade = made(page);
  if (RECORDING) writeFileSync(PAGE, asMade);
  else expect(page).toBe(asMade);
});

test('the files of the example are those answers, byte for byte', () => {
  for (const [name, text] of Object.entries(example.files)) {
    const file = join(EXAMPLES, 'register', name);
    if (RECORDING) {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
    } else expect({ name, text: readFileSync(file, 'utf8') }).toEqual({ name, text });
  }
});

test('the receipts of the example are genuine by its verifier key', () => {
  const key = parseVerifierKey(example.vkey);
  const receiptKeys = parseJwks(example.files['.well-known/jwks.json'] ?? '');
  if (isFinding(key) || isFinding(receiptKeys)) throw new Error('the keys cannot be read');
  const list = openKeyList(example.files['log-keys'] ?? '', [key]);
  if (isFinding(list)) throw new Error(list.detail);
  const sizes = ['receipt-1.jws', 'receipt-2.jws'].map((name) => {
    const receipt = openReceipt(example.files[name] ?? '', { list, receiptKeys });
    return isFinding(receipt) ? receipt : [receipt.tree.size, receipt.consistency.length];
  });
  expect(sizes).toEqual([
    [2, 1],
    [3, 0],
  ]);
});
