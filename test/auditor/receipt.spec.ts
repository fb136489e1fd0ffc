/// <reference types="jest" />
import canonicalize from 'canonicalize';
import { readCheckpoint } from '@app/transparency/checkpoint';
import { openKeyList } from '@app/transparency/key-list';
import { signReceipt, type ReceiptPayload } from '@app/transparency/receipt';
import { consistencyProof } from '@app/transparency/tree';
import { checkReceipt, type ReceiptVerdict } from '../../apps/auditor/receipt';
import type { Trust } from '../../apps/auditor/trust';
import { sound } from '../acceptance/auditor';
import { Asked } from '../frozen/asked';
import { FIRST_EDITIONS } from '../oracle/histories';
import { logSigner, ORIGIN, signerOfReceipts, witnessOf } from '../proofs/signers';
import { logOf, registerOf } from '../read-model/logs';
import {
  headOfEntries,
  noteOf,
  published,
  rewritten,
  SIGNER,
  sourceIn,
  treeOf,
  type PublicLog,
} from './public-log';

const P = 'ukprn:10000001';
let id = 0;
const posted = (type: string, subject: string, data: object) => ({
  body: 'body:registrar',
  source: '/receipts',
  id: `no-${id++}`,
  type,
  subject,
  data,
});
const TEXTS = logOf([
  ...FIRST_EDITIONS.map((edition) => ({ ...edition, body: 'body:registrar', source: '/register' })),
  posted('DayOpened', 'calendar:england', { date: '2026-09-01' }),
  posted('ProviderRegistered', P, { name: 'Example Guidance', legalForm: 'company' }),
  posted('AccreditationAwarded', P, {
    standard: 'matrix',
    reference: 'M-1',
    from: '2024-01-01',
    until: '2027-03-14',
    kind: 'initial',
  }),
  ...Array.from({ length: 290 }, (_, i) =>
    posted('AdviserRegistered', `adviser:load${String(i).padStart(6, '0')}`, {}),
  ),
]);
const LOG = published(TEXTS);
const SIZE = TEXTS.length;
const ASKED = new Asked(registerOf(TEXTS));
const WITNESS = witnessOf('witness.example');

const DAYS = { from: '2026-09-01', until: '2027-07-20' };
const QUESTION = { provider: P, setting: 'private', ...DAYS, advisers: [], policy: 'cmqa-2017' };

/** What the register answers, or what stands in the place of that. */
function outcomeOf(question: Readonly<Record<string, unknown>>, knownAt: number): object {
  const query = new URLSearchParams({
    setting: String(question['setting']),
    ...DAYS,
    knownAt: String(knownAt),
  });
  for (const policy of [question['policy']].flat()) query.append('policy', String(policy));
  const said = ASKED.text(`/v1/providers/${String(question['provider'])}/eligibility?${query.toString()}`);
  if (typeof said === 'string') return { answer: JSON.parse(said) as object };
  const { code, detail, errors: [error] = [] } = said;
  return { problem: { code, detail, ...(error ? { pointer: error.pointer } : {}) } };
}

interface Given {
  readonly question?: Readonly<Record<string, unknown>>;
  readonly knownAt?: number;
  readonly log?: PublicLog;
  readonly outcome?: object;
  readonly signer?: string;
  readonly checkpoint?: string;
}

/** A receipt as the register signs it, with what somebody would rather have in it. */
function receipt({
  question = QUESTION,
  knownAt = SIZE - 1,
  log = LOG,
  outcome,
  signer = 'receipts',
  checkpoint = log.checkpoint,
}: Given = {}): string {
  const tree = treeOf(log.entries);
  const size = knownAt + 1;
  const beginning = treeOf(log.entries.slice(0, size));
  const { size: committed } = sound(readCheckpoint(checkpoint));
  return signReceipt(
    {
      origin: ORIGIN,
      question: { ...question, knownAt: String(knownAt) },
      outcome: (outcome ?? outcomeOf(question, knownAt)) as { answer: object },
      tree: { size, root: beginning.root() },
      checkpoint,
      consistency: sound(consistencyProof(tree, size, committed)),
    },
    signerOfReceipts(signer),
  );
}

const checked = (
  jws: string,
  trust: Partial<Trust> = {},
  log = LOG,
  isPresent = true,
): Promise<ReceiptVerdict> =>
  checkReceipt(
    jws,
    sourceIn(log, isPresent),
    { key: SIGNER.verifier, witnesses: [], seen: undefined, ...trust },
    () => undefined,
  );

async function found(jws: string, trust: Partial<Trust> = {}, log = LOG): Promise<readonly string[]> {
  const { findings, untold } = await checked(jws, trust, log);
  return [...findings.map(({ code }) => code), ...(untold === undefined ? [] : ['untold'])];
}

/** The receipt with another payload, under its old signature. */
function altered(
  jws: string,
  change: (payload: { -readonly [K in keyof ReceiptPayload]: ReceiptPayload[K] }) => void,
): string {
  const [header = '', payload = '', signature = ''] = jws.split('.');
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as ReceiptPayload;
  change(claims);
  return [header, Buffer.from(canonicalize(claims) ?? '').toString('base64url'), signature].join('.');
}

describe('a receipt of the register is sound', () => {
  test.each<[string, Given]>([
    ['of now', {}],
    ['of an earlier moment', { knownAt: 20 }],
    ['of a moment before the award', { knownAt: SIZE - 292 }],
    [
      'under several policies',
      { question: { ...QUESTION, setting: 'school-commissioned', policy: ['england-funding', 'cmqa-2017'] } },
    ],
    ['that says that no one is registered', { question: { ...QUESTION, provider: 'ukprn:19999999' } }],
  ])('%s', async (_, given) => {
    const { receipt: genuine, findings, untold } = await checked(receipt(given));
    expect(findings).toEqual([]);
    expect(untold).toBeUndefined();
    expect(genuine?.payload.question).toMatchObject(given.question ?? QUESTION);
  });

  test('whose problem has other words', async () => {
    const question = { ...QUESTION, provider: 'ukprn:19999999' };
    const outcome = { problem: { code: 'unknown-provider', detail: 'Other words' } };
    expect(outcomeOf(question, SIZE - 1)).not.toEqual(outcome);
    expect(await found(receipt({ question, outcome }))).toEqual([]);
  });
});

const ANSWER = outcomeOf(QUESTION, SIZE - 1) as { answer: Record<string, unknown> };
const answering = (change: object) => ({ outcome: { answer: { ...ANSWER.answer, ...change } } });

describe('of a receipt, it finds', () => {
  const other = published(
    LOG.entries.with(
      12,
      rewritten(LOG.entries[12], (event) => (event['id'] = 'another')),
    ),
  );
  const shorter = published(TEXTS.slice(0, 100));
  test.each<[string, string, readonly string[]]>([
    ['that it is none', 'no.receipt.', ['malformed-receipt']],
    ['a line break after it', `${receipt()}\n`, ['malformed-receipt']],
    [
      'another answer under its old signature',
      altered(receipt(), (one) => (one.answer = { ...one.answer, outcome: 'not-eligible' })),
      ['bad-signature'],
    ],
    [
      'another question',
      altered(receipt(), (one) => (one.question = { ...one.question, setting: 'publicly-funded' })),
      ['bad-signature'],
    ],
    ['a member more', altered(receipt(), (one) => Object.assign(one, { more: 1 })), ['malformed-receipt']],
    [
      'a question of another moment',
      altered(receipt(), (one) => (one.question = { ...one.question, knownAt: '3' })),
      ['malformed-receipt'],
    ],
    [
      'another header',
      receipt().replace(/^[^.]+/, Buffer.from('{"alg":"none"}').toString('base64url')),
      ['malformed-receipt'],
    ],
    ['another signature', `${receipt().slice(0, -86)}${'A'.repeat(86)}`, ['bad-signature']],
    ['a stranger who signed', receipt({ signer: 'stranger' }), ['unknown-key']],
    ['another answer, signed', receipt(answering({ outcome: 'not-eligible' })), ['wrong-answer']],
    [
      'an answer that lasts longer, signed',
      receipt(answering({ eligibleUntil: '2030-12-31' })),
      ['wrong-answer'],
    ],
    ['an answer with a member more, signed', receipt(answering({ more: 1 })), ['wrong-answer']],
    [
      'an answer to another question, signed',
      receipt({ ...answering({}), question: { ...QUESTION, setting: 'publicly-funded' } }),
      ['wrong-answer'],
    ],
    [
      'several answers where one was asked, signed',
      receipt({ outcome: { answer: { answers: [ANSWER.answer] } } }),
      ['wrong-answer'],
    ],
    [
      'no provider where one is registered, signed',
      receipt({ outcome: { problem: { code: 'unknown-provider', detail: 'x' } } }),
      ['wrong-answer'],
    ],
    [
      'an answer where no provider is registered, signed',
      receipt({ ...answering({}), question: { ...QUESTION, provider: 'ukprn:19999999' } }),
      ['wrong-answer'],
    ],
    [
      'another problem, signed',
      receipt({
        question: { ...QUESTION, provider: 'ukprn:19999999' },
        outcome: { problem: { code: 'unknown-adviser', detail: 'x' } },
      }),
      ['wrong-answer'],
    ],
    [
      'a question that is none, signed',
      receipt({ ...answering({}), question: { ...QUESTION, provider: 7 } }),
      ['malformed-receipt'],
    ],
    [
      'a question with a member more, to which nothing answers, signed',
      receipt({ question: { ...QUESTION, provider: 'ukprn:19999999', name: 'Example Guidance' } }),
      ['malformed-receipt'],
    ],
    ['an evaluator that this release does not have', receipt(answering({ evaluator: '2' })), ['untold']],
    [
      'answers that are no objects, signed',
      receipt({ outcome: { answer: { answers: [null, 7] } } }),
      ['wrong-answer'],
    ],
    ['the tree of another log, signed', receipt({ log: other }), ['fork']],
    [
      'a checkpoint that no one signed',
      receipt({ checkpoint: noteOf(headOfEntries(LOG.entries), logSigner('stranger')) }),
      ['unknown-key'],
    ],
    [
      'a checkpoint that was changed',
      altered(
        receipt(),
        (one) => (one.checkpoint = one.checkpoint.replace(`\n${SIZE}\n`, `\n${SIZE + 1}\n`)),
      ),
      ['bad-signature'],
    ],
    [
      'a tree that does not lead to its checkpoint',
      receipt({ knownAt: 20, checkpoint: other.checkpoint }),
      ['fork'],
    ],
  ])('%s', async (_, jws, codes) => {
    expect(await found(jws)).toEqual(codes);
  });

  test('events that the log does not have any more, or a file does not have yet', async () => {
    expect(await found(receipt(), {}, shorter)).toEqual(['rollback']);
    const { findings, untold } = await checked(receipt(), {}, shorter, false);
    expect(findings).toEqual([]);
    expect(untold).toContain('ends after 100 events');
  });

  test('that the log does not go on from what was seen of it', async () => {
    const list = sound(openKeyList(LOG.keyList, [SIGNER.verifier]));
    const seen = (log: PublicLog) => ({ seen: { list, checkpoint: sound(readCheckpoint(log.checkpoint)) } });
    expect(await found(receipt(), seen(shorter))).toEqual([]);
    expect(await found(receipt(), seen(other))).toEqual(['fork']);
    expect(await found(receipt({ log: shorter, knownAt: 20 }), seen(LOG), shorter)).toEqual(['rollback']);
  });

  test('that its log is not what the checkpoint commits to, or its keys are not trusted', async () => {
    const changed = { ...LOG, entries: other.entries };
    expect(await found(receipt(), {}, changed)).toEqual(['wrong-root']);
    expect(await found(receipt(), { key: logSigner('stranger').verifier })).toEqual(['unknown-key']);
  });

  test('that a witness who must have cosigned has not', async () => {
    const trust = { witnesses: [WITNESS.verifier] };
    const head = headOfEntries(LOG.entries);
    const cosigned = noteOf(head, SIGNER, WITNESS.cosign(head, 1_790_000_000));
    expect(await found(receipt({ checkpoint: cosigned }), trust)).toEqual([]);
    expect(await found(receipt(), trust)).toEqual(['not-cosigned']);
  });

  test('where an answer differs first, in words', async () => {
    const { findings } = await checked(receipt(answering({ eligibleUntil: '2030-12-31' })));
    expect(findings[0]?.detail).toMatch(
      /^The log gives another answer \(\S+ under cmqa-2017\): they differ at \/eligibleUntil$/,
    );
  });
});
