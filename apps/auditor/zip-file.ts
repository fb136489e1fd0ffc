import { open, type FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { createInflateRaw, crc32 } from 'node:zlib';

/** The file is no ZIP, or is damaged. */
export class DamagedZip extends Error {
  override readonly name = 'DamagedZip';
}

interface Member {
  readonly method: number;
  readonly crc: number;
  readonly packedBytes: number;
  readonly bytes: number;
  /** Where its local header begins. */
  readonly at: number;
}

const END_SIGNATURE = 0x06054b50;
const END_BYTES = 22;
const LONGEST_COMMENT_BYTES = 0xffff;
const CENTRAL_SIGNATURE = 0x02014b50;
const CENTRAL_BYTES = 46;
const LOCAL_SIGNATURE = 0x04034b50;
const LOCAL_BYTES = 30;
const STORED = 0;
const DEFLATED = 8;
const ENCRYPTED = 1;
/** A number that stands elsewhere: the extension for more than 4 GiB is not read. */
const ELSEWHERE = 0xffffffff;
/** Longer than the list of any export’s files, and short enough to hold. */
const MOST_CENTRAL_BYTES = 1 << 24;

/**
 * A ZIP file that is read from its list of files, so that whatever tool wrote it, each file is found and streamed by itself.
 * (A reader from the beginning would have to guess where a file ends whose length stands after it.) Nothing in it is trusted:
 * a file that is longer than it says, or has another sum, is refused.
 */
export class ZipFile {
  readonly #handle: FileHandle;
  readonly #members: ReadonlyMap<string, Member>;

  private constructor(handle: FileHandle, members: ReadonlyMap<string, Member>) {
    this.#handle = handle;
    this.#members = members;
  }

  /** Rejects as the system does if the file cannot be read, and with {@link DamagedZip}. */
  static async open(file: string): Promise<ZipFile> {
    const handle = await open(file);
    try {
      return new ZipFile(handle, await membersIn(handle));
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  has(name: string): boolean {
    return this.#members.has(name);
  }

  close(): Promise<void> {
    return this.#handle.close();
  }

  /** The whole of a file. Rejects with {@link DamagedZip}, also if it is longer than `most` bytes. */
  async read(name: string, most: number): Promise<Buffer> {
    const parts: Buffer[] = [];
    if (this.#member(name).bytes > most) throw new DamagedZip(`${name} has more than ${most} bytes`);
    for await (const part of this.stream(name)) parts.push(part);
    return Buffer.concat(parts);
  }

  /** The bytes of a file as they come; rejects with {@link DamagedZip} at the end if it is another than was written. */
  async *stream(name: string): AsyncGenerator<Buffer> {
    const member = this.#member(name);
    let [crc, bytes] = [0, 0];
    for await (const part of unpacked(member, this.#packed(name, member))) {
      bytes += part.byteLength;
      if (bytes > member.bytes) throw new DamagedZip(`${name} is longer than it says`);
      crc = crc32(part, crc);
      yield part;
    }
    if (bytes !== member.bytes || crc !== member.crc)
      throw new DamagedZip(`${name} has another sum than it says`);
  }

  #member(name: string): Member {
    const member = this.#members.get(name);
    if (!member) throw new DamagedZip(`it has no ${name}`);
    return member;
  }

  async *#packed(name: string, { at, packedBytes }: Member): AsyncGenerator<Buffer> {
    const header = await readAt(this.#handle, at, LOCAL_BYTES);
    if (header?.readUInt32LE(0) !== LOCAL_SIGNATURE)
      throw new DamagedZip(`${name} does not begin where it says`);
    let from = at + LOCAL_BYTES + header.readUInt16LE(26) + header.readUInt16LE(28);
    for (const end = from + packedBytes; from < end;) {
      const part = await readAt(this.#handle, from, Math.min(PART_BYTES, end - from));
      if (!part) throw new DamagedZip(`it ends within ${name}`);
      from += part.byteLength;
      yield part;
    }
  }
}

const PART_BYTES = 1 << 18;

async function* unpacked({ method }: Member, packed: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  if (method === STORED) {
    yield* packed;
    return;
  }
  const inflate = createInflateRaw({ chunkSize: PART_BYTES });
  const source = Readable.from(packed);
  source.on('error', (error) => inflate.destroy(error));
  try {
    yield* source.pipe(inflate) as AsyncIterable<Buffer>;
  } catch (error) {
    if (String((error as NodeJS.ErrnoException).code).startsWith('Z_'))
      throw new DamagedZip('what it has packed cannot be unpacked');
    throw error;
  } finally {
    source.destroy();
  }
}

/** Undefined beyond the end of the file. */
async function readAt(handle: FileHandle, from: number, length: number): Promise<Buffer | undefined> {
  const buffer = Buffer.allocUnsafe(length);
  let got = 0;
  while (got < length) {
    const { bytesRead } = await handle.read(buffer, got, length - got, from + got);
    if (bytesRead === 0) return undefined;
    got += bytesRead;
  }
  return buffer;
}

async function membersIn(handle: FileHandle): Promise<ReadonlyMap<string, Member>> {
  const { size } = await handle.stat();
  const tailBytes = Math.min(size, END_BYTES + LONGEST_COMMENT_BYTES);
  const tail = (await readAt(handle, size - tailBytes, tailBytes)) ?? Buffer.alloc(0);
  let end = tail.byteLength - END_BYTES;
  while (end >= 0 && tail.readUInt32LE(end) !== END_SIGNATURE) end--;
  if (end < 0) throw new DamagedZip('it is no ZIP, or its end is missing');
  const count = tail.readUInt16LE(end + 10);
  const [length, at] = [tail.readUInt32LE(end + 12), tail.readUInt32LE(end + 16)];
  if (length > MOST_CENTRAL_BYTES) throw new DamagedZip('its list of files is too long');
  const central = await readAt(handle, at, length);
  if (!central) throw new DamagedZip('its list of files is not where it says');
  return listed(central, count);
}

function listed(central: Buffer, count: number): ReadonlyMap<string, Member> {
  const members = new Map<string, Member>();
  for (let i = 0, at = 0; i < count; i++) {
    if (at + CENTRAL_BYTES > central.byteLength || central.readUInt32LE(at) !== CENTRAL_SIGNATURE)
      throw new DamagedZip('its list of files is not whole');
    const nameBytes = central.readUInt16LE(at + 28);
    const name = central.toString('utf8', at + CENTRAL_BYTES, at + CENTRAL_BYTES + nameBytes);
    const member: Member = {
      method: central.readUInt16LE(at + 10),
      crc: central.readUInt32LE(at + 16),
      packedBytes: central.readUInt32LE(at + 20),
      bytes: central.readUInt32LE(at + 24),
      at: central.readUInt32LE(at + 42),
    };
    const isRead =
      (member.method === STORED || member.method === DEFLATED) &&
      (central.readUInt16LE(at + 8) & ENCRYPTED) === 0 &&
      Math.max(member.packedBytes, member.bytes, member.at) < ELSEWHERE;
    if (!isRead) throw new DamagedZip(`${name} is encrypted, packed in another way, or larger than 4 GiB`);
    if (members.has(name)) throw new DamagedZip(`it has ${name} twice`);
    members.set(name, member);
    at += CENTRAL_BYTES + nameBytes + central.readUInt16LE(at + 30) + central.readUInt16LE(at + 32);
  }
  return members;
}
