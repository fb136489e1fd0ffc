/// <reference types="jest" />
import { lstatSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import {
  jwksOf,
  published,
  rewritten,
  SIGNER,
  sourceIn,
  type PublicLog,
} from '../../test/auditor/public-log';
import { AT, TOLD } from '../../test/auditor/told-log';
import { temporaryFolder } from '../../test/acceptance/process';
import { FIRST_EDITIONS } from '../../test/oracle/histories';
import { logOf } from '../../test/read-model/logs';
import { AUDITOR_EXIT } from './exit-codes';
import { exportLog } from './export';
import { EXPORTED, ExportSource } from './export-source';
import { verifyLog } from './verify';

let folder: string;
let remove: () => void;
let file: string;
beforeEach(() => {
  ({ path: folder, remove } = temporaryFolder());
  file = join(folder, 'log.zip');
});
afterEach(() => {
  remove();
});

const LOG = published(TOLD);
const untold = () => undefined;
const exported = (log: PublicLog = LOG, options = {}) =>
  exportLog(sourceIn(log), file, { told: untold, ...options });

async function found(): Promise<readonly string[]> {
  const source = await ExportSource.open(file);
  const { findings } = await verifyLog(
    source,
    { key: SIGNER.verifier, witnesses: [], seen: undefined },
    untold,
  );
  await source.close();
  return findings.map(({ code, position }) => (position === undefined ? code : `${code}@${position}`));
}

/** Packs it anew, as any tool would, with other files in it. */
function repacked(change: (files: Record<string, Uint8Array>) => void): void {
  const files = unzipSync(readFileSync(file));
  change(files);
  writeFileSync(file, zipSync(files));
}

const lines = (files: Record<string, Uint8Array>) =>
  strFromU8(files[EXPORTED.log] ?? new Uint8Array()).split('\n');

describe('an export', () => {
  test('is sound where its log is, and has what the source gave, byte for byte', async () => {
    const told: number[] = [];
    expect(await exported(LOG, { told: (done: number) => told.push(done) })).toMatchObject({ size: 600 });
    expect(told).toEqual([256, 512, 600]);
    expect(await found()).toEqual([]);
    const files = unzipSync(readFileSync(file));
    expect(Object.keys(files)).toEqual(Object.values(EXPORTED));
    expect(lines(files)).toEqual([...TOLD, '']);
    expect(strFromU8(files['checkpoint'] ?? new Uint8Array())).toBe(LOG.checkpoint);
    expect(strFromU8(files['README.txt'] ?? new Uint8Array())).toContain('guidance-auditor verify');
    expect(readdirSync(folder)).toEqual(['log.zip']);
  });

  test('has the same bytes whenever it is written, and of an export too', async () => {
    await exported();
    const bytes = readFileSync(file);
    const source = await ExportSource.open(file);
    const copy = join(folder, 'copy.zip');
    await exportLog(source, copy, { told: untold });
    await source.close();
    expect(readFileSync(copy)).toEqual(bytes);
    await exported(LOG, { force: true });
    expect(readFileSync(file)).toEqual(bytes);
  });

  test('has the policies that the log published, to read', async () => {
    const texts = logOf(
      FIRST_EDITIONS.map((one) => ({ ...one, body: 'body:registrar', source: '/register' })),
    );
    await exported(published(texts));
    const files = unzipSync(readFileSync(file));
    const editions = JSON.parse(strFromU8(files['policies/cmqa-2017.json'] ?? new Uint8Array())) as unknown;
    expect(editions).toMatchObject([
      { position: '0', edition: 1, policy: { settings: expect.anything() as unknown } },
    ]);
    expect(Object.keys(files).filter((name) => name.startsWith('policies/'))).toHaveLength(4);
  });

  test('leaves a policy that is none among the events, however deep it is', async () => {
    const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;
    const none = `{"data":{"a":${deep}},"position":"0","subject":"policy:cmqa-2017","type":"PolicyEditionPublished"}`;
    expect(await exported(published([none]))).toMatchObject({ size: 1 });
    const files = unzipSync(readFileSync(file));
    expect(lines(files)).toEqual([none, '']);
    expect(Object.keys(files)).toEqual(Object.values(EXPORTED));
  });

  test('replaces no file unless that is asked for, and leaves nothing behind where it fails', async () => {
    writeFileSync(file, 'mine');
    await expect(exported()).rejects.toMatchObject({ code: AUDITOR_EXIT.usage });
    const broken = { ...LOG, tile: () => undefined };
    expect(await exported(broken, { force: true })).toMatchObject({ code: 'missing-tile' });
    expect(readFileSync(file, 'utf8')).toBe('mine');
    expect(readdirSync(folder)).toEqual(['log.zip']);
    const nowhere = exportLog(sourceIn(LOG), join(folder, 'none', 'log.zip'), { told: untold });
    await expect(nowhere).rejects.toMatchObject({ code: AUDITOR_EXIT.unreadable });
  });

  test('is written through no link that somebody laid in its way', async () => {
    const other = join(folder, 'other');
    writeFileSync(other, 'mine');
    symlinkSync(other, `${file}.unfinished`);
    expect(await exported()).toMatchObject({ size: 600 });
    expect(readFileSync(other, 'utf8')).toBe('mine');
    expect(lstatSync(file).isFile()).toBe(true);
  });

  test('is of what is shown, sound or not', async () => {
    const other = rewritten(TOLD[AT.award], (event) => (event['id'] = 'another'));
    await exported({ ...LOG, entries: LOG.entries.with(AT.award, other) });
    expect(await found()).toEqual(['changed-event@5']);
    const torn = { ...LOG, entries: LOG.entries.with(300, Buffer.from('{}\n{}')) };
    expect(await exported(torn, { force: true })).toMatchObject({ code: 'malformed-event', position: 300 });
    expect(await exported({ ...LOG, checkpoint: 'no note' }, { force: true })).toMatchObject({
      code: 'malformed-note',
    });
  });
});

describe('of an export that was changed, it is found that', () => {
  beforeEach(() => exported());

  test.each<[string, (files: Record<string, Uint8Array>) => void, readonly string[]]>([
    [
      'nothing was, where only the order and the packing are others',
      (files) => Object.assign(files, { more: strToU8('x') }),
      [],
    ],
    [
      'an event was',
      (files) =>
        (files[EXPORTED.log] = strToU8(
          lines(files)
            .with(5, String(rewritten(TOLD[5], (event) => (event['id'] = 'x'))))
            .join('\n'),
        )),
      ['changed-event@5'],
    ],
    [
      'the last event is missing',
      (files) => (files[EXPORTED.log] = strToU8(`${lines(files).slice(0, 599).join('\n')}\n`)),
      ['dropped-event@599'],
    ],
    [
      'there is one more',
      (files) => (files[EXPORTED.log] = strToU8(`${lines(files).slice(0, 600).join('\n')}\n{}\n`)),
      ['inserted-event@600'],
    ],
    [
      'its last line does not end',
      (files) => (files[EXPORTED.log] = strToU8(lines(files).slice(0, 600).join('\n'))),
      ['malformed-export@599'],
    ],
    [
      'a line is longer than any event',
      (files) => (files[EXPORTED.log] = strToU8(`${'x'.repeat(65_536)}\n`)),
      ['malformed-export@0'],
    ],
    ['the log is missing', (files) => Reflect.deleteProperty(files, EXPORTED.log), ['malformed-export@0']],
    [
      'there are more leaf hashes than events, so that no more of them are unpacked than there may be',
      (files) => (files[EXPORTED.leafHashes] = new Uint8Array(601 * 32)),
      ['malformed-export'],
    ],
    [
      'the checkpoint is missing',
      (files) => Reflect.deleteProperty(files, EXPORTED.checkpoint),
      ['malformed-export'],
    ],
    [
      'the checkpoint is not UTF-8',
      (files) => (files[EXPORTED.checkpoint] = Uint8Array.of(0xff)),
      ['malformed-export'],
    ],
    [
      'the checkpoint is as long as a book',
      (files) => (files[EXPORTED.checkpoint] = new Uint8Array(2 << 20)),
      ['malformed-export'],
    ],
    [
      'the list of keys is missing',
      (files) => Reflect.deleteProperty(files, EXPORTED.keyList),
      ['malformed-export'],
    ],
    [
      'the key set is another',
      (files) => (files[EXPORTED.jwks] = strToU8(jwksOf('others'))),
      ['missing-key'],
    ],
    [
      'a hash of a leaf is another',
      (files) => files[EXPORTED.leafHashes]?.set([1], 32 * 300),
      ['changed-tile@300'],
    ],
    [
      'hashes of leaves are missing',
      (files) => (files[EXPORTED.leafHashes] = (files[EXPORTED.leafHashes] ?? new Uint8Array()).subarray(32)),
      ['changed-tile@0'],
    ],
  ])('%s', async (_, change, codes) => {
    repacked(change);
    expect(await found()).toEqual(codes);
  });

  test.each<[string, (bytes: Buffer) => Buffer]>([
    ['it is cut off', (bytes) => bytes.subarray(0, -30)],
    ['its beginning is missing', (bytes) => bytes.subarray(1_000)],
    ['it is empty', () => Buffer.alloc(0)],
    ['it is a text', () => Buffer.from('no ZIP')],
    [
      'its list of files is another',
      (bytes) => Buffer.from(bytes).fill(0, bytes.length - 60, bytes.length - 30),
    ],
  ])('%s', async (_, change) => {
    writeFileSync(file, change(readFileSync(file)));
    expect(await found()).toEqual(['malformed-export']);
  });

  test('any of its bytes was', async () => {
    const bytes = readFileSync(file);
    // Of the names, times and versions beside a file nothing is read, and of the text for people neither.
    const { length } = bytes;
    const missed: number[] = [];
    for (let at = 1_300; at < length - 1_000; at += 1_999) {
      const other = Buffer.from(bytes);
      other.writeUInt8(other.readUInt8(at) ^ 0x10, at);
      writeFileSync(file, other);
      if ((await found()).length === 0) missed.push(at);
    }
    expect(missed).toEqual([]);
  });
});

test('a file that is not there, or a folder, ends the program in words', async () => {
  await expect(ExportSource.open(join(folder, 'none.zip'))).rejects.toMatchObject({
    code: AUDITOR_EXIT.unreadable,
    message: expect.stringContaining('there is no such file') as string,
  });
  await expect(ExportSource.open(folder)).rejects.toMatchObject({
    message: expect.stringContaining('it is a folder') as string,
  });
});
