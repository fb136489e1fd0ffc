import canonicalize from 'canonicalize';
import { EVALUATOR, type Answer } from '@app/domain/evaluation/v1/answer-shape';
import { isRefusal, type Refusal } from '@app/domain/values/problem';
import type { Asked } from '@app/read-model/answers/asked-question';
import { finding, isFinding, type Finding } from '@app/transparency/finding';
import { openReceipt, receiptTreeFinding, type GenuineReceipt } from '@app/transparency/genuine';
import type { VerifierKey } from '@app/transparency/note-keys';
import { openKeyList } from '@app/transparency/key-list';
import { parseReceipt, type ReceiptPayload, type ReceiptProblem } from '@app/transparency/receipt';
import { LogAnswers, type Recomputed } from './log-answers';
import type { ProgressOfReading } from './committed-log';
import { AuditEnd, AUDITOR_EXIT } from './exit-codes';
import { holdLog } from './held-log';
import { momentIn } from './moments';
import type { LogSource } from './source';
import { commitmentIn } from './trusted-log';
import { TreeBeginning } from './tree-beginning';
import { keyIn, stateOf, type TrustOptions } from './trust-options';
import { openHead, silentAmong, type Trust, type TrustedHead, type TrustedKeys } from './trust';

/** What is said of a receipt. */
export interface ReceiptVerdict {
  /** Undefined if it is not genuine, or that cannot be told. */
  readonly receipt: GenuineReceipt | undefined;
  /** The head of the log that it was held against; undefined if it was held against none. */
  readonly head?: TrustedHead;
  readonly findings: readonly Finding[];
  /** What cannot be told, in words. */
  readonly untold?: string;
}

/** What a question has in a receipt. Of anything else it would seem that the log says so. */
const MEMBERS = ['provider', 'setting', 'from', 'until', 'advisers', 'school', 'knownAt', 'policy'];

/** The evaluators that this release has. */
const EVALUATORS: readonly string[] = [EVALUATOR];

/**
 * Whether a register gave a receipt, by the keys that were kept of its log, without a log to hold it against. Of a receipt key that
 * these do not have it cannot be told: the register may have it since. Ends the program if no keys are kept.
 */
export async function genuineReceipt(jws: string, options: TrustOptions): Promise<ReceiptVerdict> {
  const read = parseReceipt(jws);
  if (isFinding(read)) return { receipt: undefined, findings: [read] };
  const { origin } = read.payload;
  const keys = (await stateOf(options))?.keysOf(origin);
  if (keys === undefined)
    throw new AuditEnd(
      AUDITOR_EXIT.untold,
      `No keys of ${JSON.stringify(origin)} are kept here: verify its log first, or name the register, or an export of it`,
    );
  if (isFinding(keys)) return { receipt: undefined, findings: [keys] };
  const given = options.key === undefined ? undefined : keyIn(options.key, '--key or GUIDANCE_AUDITOR_KEY');
  const listed = given ? openKeyList(keys.listNote, [given]) : keys.list;
  if (isFinding(listed)) return { receipt: undefined, findings: [listed] };
  const receipt = opened(
    jws,
    keys,
    options.witness.map((vkey) => keyIn(vkey, '--witness')),
  );
  if (!isFinding(receipt)) return { receipt, findings: [] };
  if (receipt.code !== 'unknown-key') return { receipt: undefined, findings: [receipt] };
  return {
    receipt: undefined,
    findings: [],
    untold: `${receipt.detail}, as it was seen last: name the register, or an export of it, to see the present one`,
  };
}

function opened(
  jws: string,
  { list, receiptKeys }: TrustedKeys,
  witnesses: readonly VerifierKey[],
): GenuineReceipt | Finding {
  const receipt = openReceipt(jws, { list, receiptKeys, witnesses });
  if (isFinding(receipt)) return receipt;
  const silent = silentAmong(witnesses, receipt.commitment);
  return silent
    ? finding('not-cosigned', `The witness ${silent.name} has not cosigned the checkpoint of the receipt`)
    : receipt;
}

/**
 * Whether a receipt is genuine, and says what the log says: its tree is the beginning of the log’s, and the rules, applied to the
 * events of that tree, give its answer. The log is read as a whole, and compared with its own checkpoint.
 */
export async function checkReceipt(
  jws: string,
  source: LogSource,
  trust: Trust,
  told: ProgressOfReading,
): Promise<ReceiptVerdict> {
  const head = await openHead(source, { ...trust, witnesses: [] });
  if (isFinding(head)) return { receipt: undefined, findings: [head] };
  const receipt = opened(jws, head, trust.witnesses);
  if (isFinding(receipt)) return { receipt: undefined, head, findings: [receipt] };
  const { checkpoint } = head;
  const { tree, payload } = receipt;
  if (tree.size > checkpoint.size && !source.isPresent) {
    const untold = `${source.describe} ends after ${checkpoint.size} events, and the receipt knows ${tree.size}: name the register, or a later export`;
    return { receipt, head, findings: [], untold };
  }
  const beginning = new TreeBeginning(tree.size);
  const moment = momentIn('knownAt', payload.question.knownAt);
  const isBeyond = tree.size > checkpoint.size;
  const commitment = commitmentIn(checkpoint, trust.seen, source);
  if (isFinding(commitment)) return { receipt, head, findings: [commitment] };
  const held = await holdLog(source, commitment, isBeyond ? [] : [moment], told, beginning.add);
  if (isFinding(held)) return { receipt, head, findings: [held] };
  const parted = receiptTreeFinding(receipt, beginning.tree, checkpoint.size);
  if (parted) return { receipt, head, findings: [parted] };
  return { receipt, head, ...said(payload, new LogAnswers(held.register)) };
}

/** Whether the rules give what a receipt says. */
function said(payload: ReceiptPayload, answering: LogAnswers): Pick<ReceiptVerdict, 'findings' | 'untold'> {
  const asked = askedIn(payload.question);
  if (!asked) return { findings: [finding('malformed-receipt', 'This is no receipt: its question is none')] };
  const later = evaluatorsOf(payload.answer).find((evaluator) => !EVALUATORS.includes(evaluator));
  if (later !== undefined)
    return {
      findings: [],
      untold: `The answer was found by evaluator ${later}, which this release does not have: take a later one`,
    };
  const more = Object.keys(payload.question).find((name) => !MEMBERS.includes(name));
  if (more !== undefined)
    return {
      findings: [
        finding('malformed-receipt', `This is no receipt: its question has ${JSON.stringify(more)} in it`),
      ],
    };
  const found = answering.at(Number(payload.question.knownAt), asked);
  const wrong = payload.problem ? unlikeProblem(payload.problem, found) : unlikeAnswer(payload, found);
  return { findings: wrong === undefined ? [] : [finding('wrong-answer', wrong)] };
}

/** The evaluators that an answer names, or several answers do. */
function evaluatorsOf(answer: object | undefined): readonly string[] {
  const { answers = [answer] } = Object(answer) as { readonly answers?: unknown };
  return [answers].flat().flatMap((one) => {
    const { evaluator } = Object(one) as { readonly evaluator?: unknown };
    return isText(evaluator) ? [evaluator] : [];
  });
}

/** How a problem is not what the log says, in words; its own words are compared with none. */
function unlikeProblem({ code, pointer }: ReceiptProblem, found: Recomputed | Refusal): string | undefined {
  if (!isRefusal(found)) return `The receipt says ${code}, and the log gives an answer: ${outcomesOf(found)}`;
  const at = found.errors?.[0]?.pointer;
  if (found.code === code && at === pointer) return undefined;
  return `The receipt says ${code} of ${pointer ?? 'the whole'}, and by the log it is ${found.code} of ${at ?? 'the whole'}`;
}

function unlikeAnswer({ question, answer }: ReceiptPayload, found: Recomputed | Refusal): string | undefined {
  if (isRefusal(found)) return `The receipt has an answer, and by the log there is none: ${found.detail}`;
  const computed: unknown = JSON.parse(found.text);
  const at = firstDifference(answer, computed, '');
  if (at !== undefined) return `The log gives another answer (${outcomesOf(found)}): they differ at ${at}`;
  const [first] = found.answers;
  const { provider, setting, from, until, advisers, school } = first ?? ({} as Partial<Answer>);
  const ids = found.answers.map(({ policy }) => policy.id);
  const resolved = {
    provider: provider?.key,
    setting,
    from,
    until,
    advisers,
    ...(school === undefined ? {} : { school }),
    knownAt: question.knownAt,
    policy: Array.isArray(question['policy']) ? ids : ids[0],
  };
  return canonicalize(question) === canonicalize(resolved)
    ? undefined
    : 'The question of the receipt is not that of its answer';
}

function outcomesOf({ answers }: Recomputed): string {
  return answers.map(({ policy, outcome }) => `${outcome} under ${policy.id}`).join(', ');
}

/** The JSON Pointer of the first member in which two values differ; undefined if they are equal. */
function firstDifference(one: unknown, other: unknown, at: string): string | undefined {
  if (!isContainer(one) || !isContainer(other) || Array.isArray(one) !== Array.isArray(other))
    return Object.is(one, other) ? undefined : at === '' ? 'the whole' : at;
  for (const name of [...new Set([...Object.keys(one), ...Object.keys(other)])].sort()) {
    const place = `${at}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    if (Object.hasOwn(one, name) !== Object.hasOwn(other, name)) return place;
    const found = firstDifference(one[name], other[name], place);
    if (found !== undefined) return found;
  }
  return undefined;
}

function isContainer(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

/** The question of a receipt, as it can be asked; undefined if it is none. */
function askedIn(question: ReceiptPayload['question']): Asked | undefined {
  const { provider, setting, from, until, advisers, school, policy } = question as Readonly<
    Record<string, unknown>
  >;
  if (![provider, setting, from, until].every(isText)) return undefined;
  if (!isTexts(advisers) || (school !== undefined && !isText(school))) return undefined;
  if (!isText(policy) && !isTexts(policy)) return undefined;
  return { provider, setting, from, until, advisers, school, policy } as Asked;
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every(isText);
}
