import { isRefusal } from '@app/http-contract/problem/refusal-error';
import { createReadStream } from 'node:fs';
import { readText } from '@app/tables/text';
import { Ending, EXIT, unreadable } from '../exit-codes';
import { mendOf, type UploadItem, type Upload } from './upload-source';
import { linesIn } from '../register';

/** Events in a file, one a line. */
export function linesLoad(file: string, count: number, encoding?: string): Upload {
  return load(count, () => itemsIn(file, encoding));
}

/** Events in a file that is one JSON text, an array of them or a single one. It is read whole. */
export async function arrayLoad(file: string, encoding?: string): Promise<Upload> {
  const parts: Buffer[] = [];
  for await (const part of decoded(file, encoding)) parts.push(part);
  const text = Buffer.concat(parts).toString();
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Ending(EXIT.usage, `${file} is not JSON: ${error instanceof Error ? error.message : ''}`);
  }
  const items = (Array.isArray(value) ? (value as unknown[]) : [value]).map((event, i): UploadItem => {
    const line = JSON.stringify(event);
    return { line: i + 1, text: line, cells: [line] };
  });
  return load(items.length, async function* () {
    yield await Promise.resolve(items);
  });
}

function load(count: number, items: () => AsyncGenerator<readonly UploadItem[]>): Upload {
  return {
    path: '/v1/events',
    type: 'application/x-ndjson',
    header: '',
    columns: [],
    count,
    items,
    problems: { ending: '.ndjson', header: '', written },
  };
}

async function* itemsIn(file: string, encoding?: string): AsyncGenerator<readonly UploadItem[]> {
  let line = 0;
  const itemOf = (text: string): UploadItem[] => {
    line++;
    return text.trim() === '' ? [] : [{ line, text, cells: [text] }];
  };
  for await (const lines of linesIn(endedWell(decoded(file, encoding))))
    yield lines.flatMap((text) => itemOf(text.replace(/\r$/, '')));
}

/** A file as UTF-8, whatever its encoding: PowerShell writes UTF-16. */
async function* decoded(file: string, encoding?: string): AsyncGenerator<Buffer> {
  try {
    const text = await readText(createReadStream(file) as AsyncIterable<Buffer>, encoding);
    if (isRefusal(text)) throw new Ending(EXIT.usage, `${file}: ${text.detail}`);
    yield* text.chunks;
  } catch (error) {
    throw error instanceof Ending ? error : unreadable(file, error);
  }
}

/** The same chunks, with a line break after the last line if it has none. */
async function* endedWell(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  yield* chunks;
  yield Buffer.from('\n');
}

/**
 * Writes an event for the file of problems, with further attributes that the register ignores, so that the
 * event can be corrected and posted as it is.
 */
function written(
  { line, cells: [text = ''] }: UploadItem,
  fault: Parameters<Upload['problems']['written']>[1],
): string {
  const said = { line, reason: fault.code, mend: mendOf(fault) };
  try {
    const event: unknown = JSON.parse(text);
    if (typeof event === 'object' && event !== null && !Array.isArray(event))
      return `${JSON.stringify({ ...event, ...said })}\n`;
  } catch {
    // A line that is not JSON is written as text.
  }
  return `${JSON.stringify({ ...said, text })}\n`;
}
