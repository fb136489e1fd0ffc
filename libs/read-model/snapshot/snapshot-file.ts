import { createHash, hash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { SavedSections, UnfitSnapshot, type Section, type Sections } from './sections';

/** Of the file, and of what any part saves: whoever changes either counts on. */
const FORMAT = 1;

/** No snapshot is larger, in bytes: some 20 million events. */
const MOST_BYTES = 2 ** 31 - 1;
/** The most bytes of the line that says what follows. */
const LONGEST_HEAD = 1024 * 1024;
/** So many bytes are written, and texts encoded, before others have a turn. */
const PIECE = 1024 * 1024;
const TEXTS_A_PIECE = 10_000;
/** Numbers begin at a multiple of so many bytes. */
const ALIGNED = 8;
/** The checksum, in hexadecimal, and a line break. */
const END = 65;

/** What a snapshot is of. */
export interface Origin {
  /** Whose rules the parts were built by: another release may find more in the same events. */
  readonly release: string;
  /** The leaf hash of the first event, which tells a log from any other. */
  readonly log: string;
  readonly position: number;
  /** The leaf hash of the event at that position. */
  readonly leaf: string;
  /** Over the leaf hashes of all events up to it. */
  readonly digest: string;
}

export interface Snapshot {
  readonly origin: Origin;
  readonly saved: SavedSections;
}

type Kind = 'numbers' | 'fractions' | 'texts';

interface Described {
  readonly name: string;
  readonly kind: Kind;
  readonly bytes: number;
  readonly count: number;
}

/**
 * Writes a snapshot in the place of the one before: all of it or nothing, whatever happens meanwhile. It gives others their
 * turns. Resolves to its bytes; rejects if it would be too large, or as the file system does.
 */
export async function writeSnapshot(file: string, origin: Origin, sections: Sections): Promise<number> {
  const contents: (readonly Buffer[])[] = [];
  const described: Described[] = [];
  for (const [name, section] of sections) {
    const content = await encoded(section);
    const bytes = content.reduce((sum, { length }) => sum + length, 0);
    contents.push(content);
    described.push({ name, kind: kindOf(section), bytes, count: countOf(section) });
  }
  const head = headLine(origin, described);
  const size = described.reduce((sum, { bytes }) => sum + aligned(bytes), head.length + END);
  if (size > MOST_BYTES) throw new RangeError(`a snapshot of ${size} bytes is too large`);
  const made = `${file}-new`;
  try {
    const handle = await open(made, 'w', 0o600);
    try {
      const sum = createHash('sha256');
      const write = async (bytes: Buffer) => {
        for (let at = 0; at < bytes.length; at += PIECE) {
          const piece = bytes.subarray(at, at + PIECE);
          sum.update(piece);
          await handle.writeFile(piece);
        }
      };
      await write(head);
      for (const [i, content] of contents.entries()) {
        for (const bytes of content) await write(bytes);
        const { bytes = 0 } = described[i] ?? {};
        await write(Buffer.alloc(aligned(bytes) - bytes));
      }
      await handle.writeFile(`${sum.digest('hex')}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(made, file);
  } catch (error) {
    await rm(made, { force: true });
    throw error;
  }
  await flushed(dirname(file));
  return size;
}

/** Else a loss of power may leave the one before in its place, which is a snapshot too: where it cannot be done, it need not. */
async function flushed(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}

/** Reads a snapshot; undefined if there is none. Throws {@link UnfitSnapshot} if it is not whole, or of another format. */
export function readSnapshot(file: string): Snapshot | undefined {
  const content = contentOf(file);
  if (content === undefined) return undefined;
  const { length } = content;
  const headEnd = content.subarray(0, LONGEST_HEAD).indexOf('\n') + 1;
  if (headEnd === 0 || headEnd % ALIGNED !== 0 || length < headEnd + END)
    throw new UnfitSnapshot('it is not whole');
  const sum = content.toString('latin1', length - END);
  if (sum !== `${hash('sha256', content.subarray(0, length - END))}\n`)
    throw new UnfitSnapshot('its checksum is wrong');
  // Nothing that was written by a register has another form once its checksum is right.
  const head = JSON.parse(content.toString('utf8', 0, headEnd)) as Origin & {
    readonly format: number;
    readonly sections: readonly Described[];
  };
  if (head.format !== FORMAT)
    throw new UnfitSnapshot(`it has format ${head.format}, and this release writes ${FORMAT}`);
  const sections = new Map<string, Section>();
  let at = headEnd;
  for (const section of head.sections) {
    sections.set(section.name, decoded(content, at, section));
    at += aligned(section.bytes);
  }
  if (at + END !== length) throw new UnfitSnapshot('it has another length than it says');
  const { release, log, position, leaf, digest } = head;
  return { origin: { release, log, position, leaf, digest }, saved: new SavedSections(sections) };
}

/** The bytes of a file in memory of their own, which begins at a multiple of what numbers need; undefined if there is none. */
function contentOf(file: string): Buffer | undefined {
  let handle: number;
  try {
    handle = openSync(file, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new UnfitSnapshot(`it cannot be read (${String(error)})`);
  }
  try {
    const found = fstatSync(handle);
    if (!found.isFile() || found.size > MOST_BYTES) throw new UnfitSnapshot('it is no snapshot');
    const content = Buffer.allocUnsafeSlow(found.size);
    for (let at = 0; at < content.length;) {
      const read = readSync(handle, content, at, Math.min(content.length - at, 64 * PIECE), at);
      if (read === 0) throw new UnfitSnapshot('it is not whole');
      at += read;
    }
    return content;
  } catch (error) {
    throw error instanceof UnfitSnapshot ? error : new UnfitSnapshot(`it cannot be read (${String(error)})`);
  } finally {
    closeSync(handle);
  }
}

/** One line, which blanks before its end bring to a multiple of what numbers need. */
function headLine(origin: Origin, sections: readonly Described[]): Buffer {
  const line = JSON.stringify({ format: FORMAT, ...origin, sections });
  const length = Buffer.byteLength(line) + 1;
  return Buffer.from(`${line}${' '.repeat(aligned(length) - length)}\n`);
}

function aligned(bytes: number): number {
  return Math.ceil(bytes / ALIGNED) * ALIGNED;
}

function kindOf(section: Section): Kind {
  if (section instanceof Uint32Array) return 'numbers';
  return section instanceof Float64Array ? 'fractions' : 'texts';
}

function countOf(section: Section): number {
  return 'texts' in section ? section.count : section.length;
}

async function encoded(section: Section): Promise<readonly Buffer[]> {
  if (!('texts' in section)) return [Buffer.from(section.buffer, section.byteOffset, section.byteLength)];
  const pieces: Buffer[] = [];
  for (let at = 0; at < section.count; at += TEXTS_A_PIECE) {
    const texts = section.texts.slice(at, Math.min(section.count, at + TEXTS_A_PIECE));
    pieces.push(Buffer.from(`${texts.join('\n')}\n`));
    await setImmediate();
  }
  return pieces;
}

function decoded(content: Buffer, at: number, { name, kind, bytes, count }: Described): Section {
  const from = content.byteOffset + at;
  switch (kind) {
    case 'numbers':
      return new Uint32Array(content.buffer, from, count);
    case 'fractions':
      return new Float64Array(content.buffer, from, count);
    case 'texts': {
      const texts = count === 0 ? [] : content.toString('utf8', at, at + bytes - 1).split('\n');
      if (texts.length !== count) throw new UnfitSnapshot(`it has not the ${count} ${name} that it says`);
      return { texts, count };
    }
  }
}
