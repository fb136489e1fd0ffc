import canonicalize from 'canonicalize';
import { signBytes } from './ed25519';
import { fromBase64, fromBase64Url, fromDecimal, fromUtf8, toBase64, toBase64Url } from './encodings';
import { finding, isFinding, type Finding } from './finding';
import { HASH_BYTES } from './hashes';
import type { TreeHead } from './proof';
import type { ReceiptSigner } from './receipt-keys';

/**
 * A receipt: a question and its answer, and what ties both to the log, in one signed text. A compact JWS (RFC
 * 7515) whose payload is in RFC 8785 form.
 */

/**
 * That a key of the question is registered nowhere, in the place of an answer. `detail` is words, which no
 * one compares.
 */
export interface ReceiptProblem {
  readonly code: string;
  readonly detail: string;
  readonly pointer?: string;
}

/** What is known of the question without the rules: the last position that the answer knows. */
export interface ReceiptQuestion {
  readonly knownAt: string;
  readonly [field: string]: unknown;
}

export interface ReceiptPayload {
  readonly version: 1;
  readonly origin: string;
  readonly question: ReceiptQuestion;
  /** Either this or `problem`. */
  readonly answer?: object;
  readonly problem?: ReceiptProblem;
  /** The tree of the events up to and including `knownAt`. */
  readonly tree: { readonly size: string; readonly root: string };
  /** A signed note, byte for byte, of that size or a later one. */
  readonly checkpoint: string;
  /** The proof from `tree` to the checkpoint. */
  readonly consistency: readonly string[];
}

/** What is said of a log in a receipt, before anything is signed. */
export interface ReceiptStatement {
  readonly origin: string;
  readonly question: ReceiptQuestion;
  readonly outcome: { readonly answer: object } | { readonly problem: ReceiptProblem };
  readonly tree: TreeHead;
  readonly checkpoint: string;
  readonly consistency: readonly Uint8Array[];
}

/** A receipt as it is read, nothing of which is to be believed yet. */
export interface Receipt {
  /** The thumbprint of the key that has signed it. */
  readonly kid: string;
  readonly payload: ReceiptPayload;
  readonly tree: TreeHead;
  readonly consistency: readonly Uint8Array[];
  /** What is signed, and the signature. */
  readonly signed: string;
  readonly signature: Uint8Array;
}

/** The protected header: these three members and no others, in this form. */
function headerOf(kid: string): string {
  return JSON.stringify({ alg: 'EdDSA', kid, typ: 'guidance-receipt' });
}

export function signReceipt(statement: ReceiptStatement, signer: ReceiptSigner): string {
  const { origin, question, outcome, tree, checkpoint, consistency } = statement;
  const payload: ReceiptPayload = {
    version: 1,
    origin,
    question,
    ...outcome,
    tree: { size: String(tree.size), root: toBase64(tree.root) },
    checkpoint,
    consistency: consistency.map(toBase64),
  };
  const parts = [headerOf(signer.verifier.kid), canonicalize(payload) ?? ''];
  const signed = parts.map((part) => toBase64Url(Buffer.from(part, 'utf8'))).join('.');
  return `${signed}.${toBase64Url(signBytes(signer.key, signed))}`;
}

/** Finding: `malformed-receipt`. A newline after it, as a file has one, is not part of it and not taken. */
export function parseReceipt(jws: string): Receipt | Finding {
  // A fourth part is one too many, and the rest of millions is not looked at.
  const parts = jws.split('.', 4);
  const [header, payload, signature] = parts.map(fromBase64Url);
  if (parts.length !== 3 || !header || !payload || !signature) return malformed('it is no compact JWS');
  const [, kid] =
    /^\{"alg":"EdDSA","kid":"([\w-]{43})","typ":"guidance-receipt"\}$/.exec(fromUtf8(header) ?? '') ?? [];
  if (kid === undefined) return malformed('its header is another');
  const claims = canonicalJson(payload);
  if (claims === undefined) return malformed('its payload is not in RFC 8785 form');
  const read = readPayload(claims);
  if (isFinding(read)) return read;
  return { kid, ...read, signed: parts.slice(0, 2).join('.'), signature };
}

function malformed(why: string): Finding {
  return finding('malformed-receipt', `This is no receipt: ${why}`);
}

function canonicalJson(bytes: Uint8Array): unknown {
  const text = fromUtf8(bytes);
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return canonicalize(value) === text ? value : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function hasOnly(value: unknown, members: readonly string[]): value is Readonly<Record<string, unknown>> {
  return isObject(value) && Object.keys(value).sort().join() === members.toSorted().join();
}

function readPayload(claims: unknown): Pick<Receipt, 'payload' | 'tree' | 'consistency'> | Finding {
  const outcome = isObject(claims) && 'problem' in claims ? 'problem' : 'answer';
  const members = ['version', 'origin', 'question', outcome, 'tree', 'checkpoint', 'consistency'];
  if (!hasOnly(claims, members)) return malformed('its payload has other members');
  if (claims['version'] !== 1) return malformed('its version is not 1');
  if (typeof claims['origin'] !== 'string' || typeof claims['checkpoint'] !== 'string')
    return malformed('the origin or the checkpoint is no text');
  if (outcome === 'answer' ? !isObject(claims['answer']) : !isProblem(claims['problem']))
    return malformed(`the ${outcome} has another form`);
  const tree = readTree(claims['tree']);
  if (!tree) return malformed('the tree is not a size of at least 1 and a root');
  if (!isObject(claims['question']) || claims['question']['knownAt'] !== String(tree.size - 1))
    return malformed('the question is not as of the last position of the tree');
  const hashes = Array.isArray(claims['consistency']) ? claims['consistency'].map(readHash) : [undefined];
  const consistency = hashes.flatMap((one) => one ?? []);
  if (consistency.length < hashes.length) return malformed('the proof is no list of hashes');
  return { payload: claims as unknown as ReceiptPayload, tree, consistency };
}

function isProblem(value: unknown): boolean {
  if (!isObject(value)) return false;
  const members = 'pointer' in value ? ['code', 'detail', 'pointer'] : ['code', 'detail'];
  return hasOnly(value, members) && Object.values(value).every((one) => typeof one === 'string');
}

function readTree(value: unknown): TreeHead | undefined {
  if (!hasOnly(value, ['size', 'root']) || typeof value['size'] !== 'string') return undefined;
  const [size, root] = [fromDecimal(value['size']), readHash(value['root'])];
  return size !== undefined && size > 0 && root ? { size, root } : undefined;
}

function readHash(value: unknown): Buffer | undefined {
  const bytes = typeof value === 'string' ? fromBase64(value) : undefined;
  return bytes?.byteLength === HASH_BYTES ? bytes : undefined;
}
