import { open, rename, rm, stat } from 'node:fs/promises';
import { BrokenOff, Ending, EXIT } from './exit-codes';
import { unwritable } from './upload/problems-file';

/** Writes to standard output, as fast as it is taken. */
export async function toStdout(chunks: AsyncIterable<Buffer>): Promise<void> {
  for await (const chunk of chunks)
    if (!process.stdout.write(chunk)) await new Promise((resolve) => process.stdout.once('drain', resolve));
}

/** Ends the program if a file is there already that would be replaced without `--force`. */
export async function mayReplace(output: string, force: boolean): Promise<void> {
  if (force || !(await stat(output).catch(() => undefined))) return;
  throw new Ending(EXIT.usage, `${output} is there already: name another file, or say --force to replace it`);
}

const MARK = Buffer.from('\uFEFF');

/**
 * Writes a file as a whole: until all is written, what was there before stays. `marked`: the file begins with
 * a byte-order mark, which spreadsheets need to take it for UTF-8, if the table came from one of them.
 */
export async function toFile(file: string, chunks: AsyncIterable<Buffer>, marked: boolean): Promise<void> {
  const unfinished = `${file}.unfinished`;
  try {
    const handle = await open(unfinished, 'w');
    try {
      let isFirst = true;
      for await (const chunk of chunks) {
        if (isFirst && marked && !chunk.subarray(0, MARK.length).equals(MARK)) await handle.writeFile(MARK);
        isFirst = false;
        await handle.writeFile(chunk);
      }
    } finally {
      await handle.close();
    }
    await rename(unfinished, file);
  } catch (error) {
    await rm(unfinished, { force: true });
    if (error instanceof BrokenOff) throw error;
    throw unwritable(file, error);
  }
}
