/// <reference types="jest" />
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { isRefusal } from '@app/domain/values/problem';
import { registerOf } from '../read-model/logs';
import { Asked } from './asked';

const FOLDER = join(__dirname, 'evaluator-1');
const LOGS = readdirSync(FOLDER).flatMap((name) => /^(.+)\.ndjson\.gz$/.exec(name)?.[1] ?? []);

/** An answer as it was recorded whole, for a person who has to see what changed. */
interface RecordedWhole {
  readonly address: string;
  readonly answer: unknown;
}

const recorded = (name: string) => readFileSync(join(FOLDER, name));
const linesOf = (bytes: Buffer) => bytes.toString('utf8').split('\n').slice(0, -1);

/** An answer as a line of the record tells it: the digest of its bytes, its outcomes, and the address that gives it. */
function inOneLine(asked: Asked, address: string): string {
  const text = asked.text(address);
  if (isRefusal(text)) {
    const [error] = text.errors ?? [];
    return `- ${text.code}${error ? `:${error.pointer}` : ''} ${address}`;
  }
  const told = JSON.parse(text) as { outcome: string; answers?: readonly { outcome: string }[] };
  const outcomes = new Set((told.answers ?? [told]).map(({ outcome }) => outcome));
  return `${createHash('sha256').update(text).digest('hex')} ${[...outcomes].join(',')} ${address}`;
}

/** Read libs/domain/evaluation/v1/README.md before you think of changing what is recorded. */
describe.each(LOGS)('evaluator 1, asked of the recorded log %s,', (log) => {
  const asked = new Asked(registerOf(linesOf(gunzipSync(recorded(`${log}.ndjson.gz`)))));

  test('gives the answers that were recorded whole', () => {
    const wholes = JSON.parse(recorded(`${log}.whole.json`).toString('utf8')) as readonly RecordedWhole[];
    expect(wholes.length).toBeGreaterThan(0);
    for (const { address, answer } of wholes) {
      const text = asked.text(address);
      expect({ address, answer: isRefusal(text) ? text : (JSON.parse(text) as unknown) }).toEqual({
        address,
        answer,
      });
    }
  });

  test('gives the very bytes of which the digests were recorded, and the problems', () => {
    const lines = linesOf(recorded(`${log}.answers.txt`));
    expect(lines.length).toBeGreaterThan(60);
    expect(lines.map((line) => inOneLine(asked, line.slice(line.lastIndexOf(' ') + 1)))).toEqual(lines);
  });
});

test('seven logs are recorded', () => {
  expect(LOGS).toHaveLength(7);
});
