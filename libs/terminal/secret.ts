import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * An environment with the values of those settings that come from files, which `<NAME>_FILE` names, without a
 * line end at the end. `warnings`: sentences for the operator. Throws, and says how to correct it, if a file
 * cannot be read or a setting is given twice. No sentence contains the content of a file.
 */
export function withSecrets(
  environment: Environment,
  names: readonly string[],
): { readonly environment: Environment; readonly warnings: readonly string[] } {
  const read: Record<string, string> = {};
  const warnings: string[] = [];
  for (const name of names) {
    const file = environment[fileSetting(name)];
    if (file === undefined || file === '') continue;
    if (environment[name] !== undefined && environment[name] !== '')
      throw new Error(`${name} and ${fileSetting(name)} are both set: leave one of them out`);
    const { text, isOpen } = contentOf(fileSetting(name), file);
    if (text === '')
      throw new Error(
        `The file of ${fileSetting(name)}, ${file}, is empty, or a pipe into which no one writes`,
      );
    if (/[\r\n]/.test(text))
      throw new Error(`The file of ${fileSetting(name)}, ${file}, has more than one line`);
    if (isOpen)
      warnings.push(
        `${file}, the file of ${fileSetting(name)}, can be read by others than its owner: chmod 600 it`,
      );
    read[name] = text;
  }
  return { environment: { ...environment, ...read }, warnings };
}

/** The setting that names the file of a setting. */
export function fileSetting(name: string): string {
  return `${name}_FILE`;
}

/** More bytes than any secret has: a longer file was not meant. */
const LONGEST = 65_536;
/** All permissions of anybody but the owner. Windows has no such bits, and reports all of them. */
const OTHERS = 0o077;

function contentOf(setting: string, path: string): { readonly text: string; readonly isOpen: boolean } {
  const { bytes, mode } = read(setting, path);
  if (bytes.length > LONGEST)
    throw new Error(`The file of ${setting}, ${path}, has more than ${LONGEST} bytes: it is no secret’s`);
  return {
    // A file from Windows may begin with a byte-order mark.
    text: bytes
      .toString('utf8')
      .replace(/^\uFEFF/, '')
      .replace(/\r?\n$/, ''),
    isOpen: process.platform !== 'win32' && (mode & OTHERS) !== 0,
  };
}

function read(setting: string, path: string): { readonly bytes: Buffer; readonly mode: number } {
  try {
    // Opening a pipe without this flag would wait silently until somebody writes into it. (Windows has
    // neither.)
    const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      return { mode: fstatSync(file).mode, bytes: beginningOf(file) };
    } finally {
      closeSync(file);
    }
  } catch (error) {
    const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
    throw new Error(`The file of ${setting}, ${path}, cannot be read: ${WHY_NOT[code] ?? String(error)}`, {
      cause: error,
    });
  }
}

/** The content of a file, up to one byte more than the longest secret: a device may never end. */
function beginningOf(file: number): Buffer {
  const bytes = Buffer.alloc(LONGEST + 1);
  let length = 0;
  for (;;) {
    try {
      const more = readSync(file, bytes, length, bytes.length - length, null);
      length += more;
      if (more === 0 || length === bytes.length) return bytes.subarray(0, length);
    } catch (error) {
      // A pipe that somebody is about to write into, such as one from a program that fetches the secret.
      if ((error as { readonly code?: unknown }).code !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LOOK_EVERY_MS);
    }
  }
}

/** The milliseconds between two looks into a pipe. */
const LOOK_EVERY_MS = 20;

const WHY_NOT: Readonly<Partial<Record<string, string>>> = {
  ENOENT: 'there is no such file',
  EACCES: 'the user that this runs as may not read it',
  EISDIR: 'it is a folder',
};
