/// <reference types="jest" />
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withSecrets } from './secret';

const SECRET = 'a-secret-that-nobody-is-told';
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'secret-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** A file with this content, readable by its owner alone unless another mode is given. */
function file(content: string, mode = 0o600): string {
  const path = join(folder, 'secret');
  writeFileSync(path, content);
  chmodSync(path, mode);
  return path;
}

const read = (path: string, more: Readonly<Record<string, string>> = {}) =>
  withSecrets({ A_KEY_FILE: path, ...more }, ['A_KEY']);

describe('a secret in a file', () => {
  test.each([
    ['with a line end', `${SECRET}\n`],
    ['with a line end of Windows', `${SECRET}\r\n`],
    ['without one', SECRET],
    ['behind a mark of the encoding', `\uFEFF${SECRET}`],
  ])('is read %s as if it were set', (_, content) => {
    expect(read(file(content))).toMatchObject({ environment: { A_KEY: SECRET }, warnings: [] });
  });

  test('keeps the blanks that belong to it', () => {
    expect(read(file(' a b \n')).environment['A_KEY']).toBe(' a b ');
  });

  test('is not looked for where no file is named, and what else is set stays', () => {
    const environment = { A_KEY: 'set', A_KEY_FILE: '', OTHER: 'x' };
    expect(withSecrets(environment, ['A_KEY']).environment).toEqual(environment);
  });

  test.each([0o640, 0o604, 0o644, 0o620, 0o666, 0o610])(
    'that others may have, mode %o, is warned of',
    (mode) => {
      const { environment, warnings } = read(file(SECRET, mode));
      expect(environment['A_KEY']).toBe(SECRET);
      expect(warnings).toEqual([
        `${join(folder, 'secret')}, the file of A_KEY_FILE, can be read by others than its owner: chmod 600 it`,
      ]);
    },
  );

  test.each([
    ['is empty', '\n', 'is empty'],
    ['has several lines', `${SECRET}\n${SECRET}\n`, 'has more than one line'],
    ['is far too long', SECRET.repeat(3_000), 'has more than 65536 bytes'],
  ])('is refused where the file %s, and is not shown', (_, content, why) => {
    expect(() => read(file(content))).toThrow(why);
    expect(() => read(file(content))).not.toThrow(SECRET);
  });

  test('is read from a pipe as it comes; into which no one writes, is refused and not waited for', async () => {
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    expect(() => read(pipe)).toThrow('is empty, or a pipe into which no one writes');
    // Open for both, so that there is a writer before there is a reader.
    const writer = openSync(pipe, 'r+');
    writeSync(writer, `${SECRET}\n`);
    const late = spawn('sh', ['-c', 'sleep 0.2'], { stdio: ['ignore', writer, 'ignore'] });
    const ended = once(late, 'exit');
    closeSync(writer);
    expect(read(pipe).environment['A_KEY']).toBe(SECRET);
    await ended;
  });

  test('is not read to the end where that never comes', () => {
    expect(() => read('/dev/zero')).toThrow('has more than 65536 bytes');
  });

  test('is refused where it is set besides', () => {
    expect(() => read(file(SECRET), { A_KEY: 'other-one' })).toThrow(
      'A_KEY and A_KEY_FILE are both set: leave one of them out',
    );
  });

  test('is refused where there is no such file, or it is a folder, in words', () => {
    expect(() => read(join(folder, 'none'))).toThrow('there is no such file');
    mkdirSync(join(folder, 'made'));
    expect(() => read(join(folder, 'made'))).toThrow('it is a folder');
  });
});
