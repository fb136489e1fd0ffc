import { toBase64 } from '@app/transparency/encodings';
import type { Checkpoint } from '@app/transparency/checkpoint';
import { isFinding, type Finding } from '@app/transparency/finding';
import { readableNumber } from '@app/terminal/progress';
import { AUDITOR_EXIT } from './exit-codes';
import type { ReceiptVerdict } from './receipt';
import type { TrustedHead } from './trust';
import type { Trusting } from './trust-options';
import type { Verification } from './verify';

/** What is to be printed to standard output, and the exit code. */
export interface Report {
  readonly text: string;
  readonly code: number;
}

interface Reported {
  readonly findings: readonly Finding[];
  readonly untold: string | undefined;
}

/** The exit code: what is wrong is worse than what cannot be told. */
function exitOf({ findings, untold }: Reported): number {
  if (findings.length > 0) return AUDITOR_EXIT.found;
  return untold === undefined ? AUDITOR_EXIT.sound : AUDITOR_EXIT.untold;
}

function headOf(head: TrustedHead | undefined) {
  if (!head) return {};
  const { origin, size, root } = head.checkpoint;
  return { origin, size, root: toBase64(root) };
}

/** What became of checking a log, as one JSON document or in words. */
export function verificationReport(
  source: string,
  { key, seen, isFirstUse }: Trusting,
  { head, findings, notes, untold }: Verification,
  json: boolean,
): Report {
  const told = untold && `Event ${untold.position} was written by a later release: ${untold.detail}`;
  const code = exitOf({ findings, untold: told });
  if (json)
    return {
      code,
      text: document({
        sound: code === AUDITOR_EXIT.sound,
        source,
        key: key.vkey,
        isFirstUse,
        ...headOf(head),
        seenBefore: seen ? seen.checkpoint.size : null,
        findings: findings.map(plain),
        notes,
        ...(told === undefined ? {} : { untold: told }),
      }),
    };
  const of = head ? `${head.checkpoint.origin}, ${events(head.checkpoint.size)}` : key.name;
  const lines = [
    `${VERDICTS[code] ?? ''} the log of ${of}, as ${source} gives it.`,
    ...findings.map(inWords),
  ];
  if (head) lines.push(`Root ${toBase64(head.checkpoint.root)}, signed by a key that ${key.vkey} leads to.`);
  if (isFirstUse)
    lines.push('That key is the log’s own word, taken on first use: compare it with one from elsewhere.');
  if (code === AUDITOR_EXIT.sound && head)
    lines.push(
      seen && seen.checkpoint.size <= head.checkpoint.size
        ? `It goes on from the ${events(seen.checkpoint.size)} that were seen before.`
        : 'Nothing that was seen before is compared with it.',
    );
  if (told !== undefined) lines.push(`${told}. Take a later release of this program.`);
  if (notes.count > 0) lines.push(`Notes: ${readableNumber(notes.count)}`);
  for (const note of notes.first.slice(0, MOST_NOTES_SHOWN)) lines.push(inWords(note));
  if (notes.count > MOST_NOTES_SHOWN) lines.push('  … (--json has more of them)');
  return { code, text: `${lines.map(visible).join('\n')}\n` };
}

const MOST_NOTES_SHOWN = 10;

const VERDICTS: Readonly<Record<number, string>> = {
  [AUDITOR_EXIT.sound]: 'Sound:',
  [AUDITOR_EXIT.found]: 'NOT sound:',
  [AUDITOR_EXIT.untold]: 'It cannot be told whether it is sound:',
};

/** What became of checking a receipt. `source`: what it was held against; undefined if nothing but keys that were seen before. */
export function receiptReport(
  source: string | undefined,
  { receipt, head, findings, untold }: ReceiptVerdict,
  json: boolean,
): Report {
  const code = exitOf({ findings, untold });
  const isCompared = code === AUDITOR_EXIT.sound && source !== undefined;
  if (json)
    return {
      code,
      text: document({
        sound: code === AUDITOR_EXIT.sound,
        isGenuine: receipt !== undefined,
        saysWhatTheLogSays: isCompared,
        ...(source === undefined ? {} : { source }),
        ...headOf(head),
        ...(receipt ? { question: receipt.payload.question, ...outcomeOf(receipt.payload) } : {}),
        findings: findings.map(plain),
        ...(untold === undefined ? {} : { untold }),
      }),
    };
  const lines: string[] = [];
  if (receipt) {
    const { question, answer, problem } = receipt.payload;
    lines.push(
      `Genuine: ${receipt.payload.origin} gave this receipt, as known at position ${question.knownAt}.`,
    );
    lines.push(`  asked: ${JSON.stringify(question)}`);
    lines.push(`  answered: ${problem ? problem.code : outcomesIn(answer).join(', ')}`);
  }
  for (const finding of findings) lines.push(`NOT sound: ${inWords(finding).trim()}`);
  if (isCompared && head)
    lines.push(
      `It says what the log says: the rules, applied to the events that it knows, give its answer. The log has ${events(head.checkpoint.size)}.`,
    );
  if (source === undefined && code === AUDITOR_EXIT.sound)
    lines.push(
      'Whether the log says so is not told: name the register, or an export of it, to have it compared.',
    );
  if (untold !== undefined) lines.push(`It cannot be told: ${untold}.`);
  return { code, text: `${lines.map(visible).join('\n')}\n` };
}

/** What is told if not even the head of a log is sound. */
export function findingReport(source: string, finding: Finding, json: boolean): Report {
  const code = AUDITOR_EXIT.found;
  if (json) return { code, text: document({ sound: false, source, findings: [plain(finding)] }) };
  return { code, text: `NOT sound: the log that ${source} gives.\n${visible(inWords(finding))}\n` };
}

/** What became of writing an export. */
export function exportReport(
  source: string,
  file: string,
  exported: Checkpoint | Finding,
  json: boolean,
): Report {
  if (isFinding(exported)) return findingReport(source, exported, json);
  const { origin, size, root } = exported;
  const code = AUDITOR_EXIT.sound;
  if (json)
    return { code, text: document({ source, file, origin, size, root: toBase64(root), findings: [] }) };
  const text = `${file} has the log of ${origin}, ${events(size)}, as ${source} gave it. Whether it is sound: guidance-auditor verify ${file}`;
  return { code, text: `${visible(text)}\n` };
}

function outcomeOf({ answer, problem }: { readonly answer?: object; readonly problem?: object }) {
  return problem ? { problem } : { answer };
}

function outcomesIn(answer: object | undefined): readonly string[] {
  const { answers = [answer] } = Object(answer) as { readonly answers?: unknown };
  return [answers].flat().map((one) => String((Object(one) as { readonly outcome?: unknown }).outcome));
}

function document(value: object): string {
  return `${JSON.stringify(value)}\n`;
}

/** Without the mark by which the program knows a finding. */
function plain({ code, detail, position }: Finding): object {
  return { code, detail, ...(position === undefined ? {} : { position }) };
}

function inWords({
  code,
  detail,
  position,
}: Pick<Finding, 'detail' | 'position'> & { readonly code: string }): string {
  return `  ${code}${position === undefined ? '' : ` at ${position}`}: ${detail}`;
}

function events(count: number): string {
  return `${readableNumber(count)} event${count === 1 ? '' : 's'}`;
}

/** With no character in it by which what a log says could steer a terminal. */
function visible(line: string): string {
  return line.replace(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    (sign) => `\\u{${sign.codePointAt(0)?.toString(16) ?? ''}}`,
  );
}
