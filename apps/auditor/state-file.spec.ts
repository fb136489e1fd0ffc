/// <reference types="jest" />
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { logLine, logSigner, ORIGIN, receiptLine } from '../../test/proofs/signers';
import {
  headOfEntries,
  keyListNote,
  noteOf,
  published,
  SIGNER,
  sourceIn,
  type PublicLog,
} from '../../test/auditor/public-log';
import { TOLD } from '../../test/auditor/told-log';
import { sound } from '../../test/acceptance/auditor';
import { temporaryFolder } from '../../test/acceptance/process';
import { AUDITOR_EXIT } from './exit-codes';
import { StateFile, usualStateFile } from './state-file';
import { openHead } from './trust';
import { trustFor } from './trust-options';

let folder: string;
let remove: () => void;
let file: string;
beforeEach(() => {
  ({ path: folder, remove } = temporaryFolder());
  file = join(folder, 'kept', 'state.json');
});
afterEach(() => {
  remove();
});

const LOG = published(TOLD.slice(0, 20));
const headOf = async (log: PublicLog, key = SIGNER.verifier) =>
  sound(await openHead(sourceIn(log), { key, witnesses: [], seen: undefined }));

async function keep(log: PublicLog = LOG, key = SIGNER.verifier): Promise<void> {
  await (await StateFile.read(file)).keep(await headOf(log, key), key);
}

describe('the state of an auditor', () => {
  test('is empty before anything was seen', async () => {
    const state = await StateFile.read(file);
    expect([state.keyOf(ORIGIN), state.seenOf(ORIGIN), state.keysOf(ORIGIN)]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('has of each log what was seen last, for its owner alone', async () => {
    await keep();
    await keep({ ...published(TOLD.slice(0, 30)) });
    const state = await StateFile.read(file);
    expect(sound(state.seenOf(ORIGIN))?.checkpoint.size).toBe(30);
    expect(sound(state.keyOf(ORIGIN))?.vkey).toBe(SIGNER.verifier.vkey);
    expect(sound(state.keysOf(ORIGIN))?.receiptKeys).toHaveLength(1);
    expect(state.seenOf('other.example')).toBeUndefined();
    expect(state.seenOf('__proto__')).toBeUndefined();
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, 'kept')).mode & 0o777).toBe(0o700);
    expect(readdirSync(join(folder, 'kept'))).toEqual(['state.json']);
  });

  test('keeps what another run has written meanwhile', async () => {
    const other = await StateFile.read(file);
    await keep();
    writeFileSync(file, readFileSync(file, 'utf8').replace(`"${ORIGIN}": {`, `"other.example": {`));
    await other.keep(await headOf(LOG), SIGNER.verifier);
    expect(Object.keys((JSON.parse(readFileSync(file, 'utf8')) as { logs: object }).logs)).toEqual([
      'other.example',
      ORIGIN,
    ]);
  });

  test('trusts, once a key is given up, one that it led to', async () => {
    const next = logSigner('next');
    const lines = [logLine(SIGNER, 0, 19), logLine(next, 10), receiptLine('receipts')];
    const rotated = {
      ...LOG,
      checkpoint: noteOf(headOfEntries(LOG.entries), next),
      keyList: keyListNote(lines, SIGNER, next),
    };
    await keep(rotated);
    expect(sound((await StateFile.read(file)).keyOf(ORIGIN))?.vkey).toBe(SIGNER.verifier.vkey);
    const seen = sound((await StateFile.read(file)).seenOf(ORIGIN));
    const later = { ...rotated, keyList: keyListNote(lines, next) };
    const head = sound(await openHead(sourceIn(later), { key: SIGNER.verifier, witnesses: [], seen }));
    await (await StateFile.read(file)).keep(head, SIGNER.verifier);
    const state = await StateFile.read(file);
    expect(sound(state.keyOf(ORIGIN))?.vkey).toBe(next.verifier.vkey);
    expect(sound(state.seenOf(ORIGIN))?.checkpoint.size).toBe(20);
  });

  test.each<[string, (text: string) => string]>([
    ['its checkpoint', (text) => text.replace('\\n20\\n', '\\n19\\n')],
    ['its list of keys', (text) => text.replace(' 0 -', ' 1 -')],
    ['its verifier key', (text) => text.replace(/"key": "[^+]+/, '"key": "other.example')],
    ['its key set', (text) => text.replace('"jwks": "', '"jwks": "x')],
  ])('is found to be changed where %s was', async (what, change) => {
    await keep();
    const text = readFileSync(file, 'utf8');
    expect(change(text)).not.toBe(text);
    writeFileSync(file, change(text));
    const seen = (await StateFile.read(file)).seenOf(ORIGIN);
    expect(seen).toMatchObject({ code: 'changed-state', detail: expect.stringContaining(what) as string });
  });

  test.each([
    '',
    '{',
    '[]',
    'null',
    '{"version":2,"logs":{}}',
    '{"version":1}',
    '{"version":1,"logs":{"x":null}}',
    '{"version":1,"logs":{"x":{"key":1}}}',
  ])('is not read where it is none: %j', async (text) => {
    await keep();
    writeFileSync(file, text);
    await expect(StateFile.read(file)).rejects.toMatchObject({ code: AUDITOR_EXIT.unreadable });
  });

  test('ends the program where it cannot be read or written', async () => {
    await expect(StateFile.read(folder)).rejects.toMatchObject({ code: AUDITOR_EXIT.unreadable });
    const state = await StateFile.read(file);
    writeFileSync(join(folder, 'kept'), 'a file where the folder should be');
    const head = await headOf(LOG);
    const inWords = { message: expect.stringContaining('a part of its path is no folder') as string };
    await expect(state.keep(head, SIGNER.verifier)).rejects.toMatchObject(inWords);
    await expect(StateFile.read(file)).rejects.toMatchObject(inWords);
  });

  test('is where states are kept', () => {
    expect(usualStateFile({ XDG_STATE_HOME: '/states' })).toBe(
      '/states/guidance-auditor/guidance-auditor.json',
    );
    expect(usualStateFile({})).toBe(
      join(homedir(), '.local', 'state', 'guidance-auditor', 'guidance-auditor.json'),
    );
  });
});

describe('a key is trusted', () => {
  const options = { witness: [] };
  const trusted = async (given: object) => trustFor(sourceIn(LOG), { ...options, state: file, ...given });

  test('that is given, else that is kept, else the log’s own where that is asked for', async () => {
    await expect(trusted({})).rejects.toMatchObject({
      code: AUDITOR_EXIT.usage,
      message: expect.stringContaining(ORIGIN) as string,
    });
    expect(await trusted({ trustFirst: true })).toMatchObject({
      key: SIGNER.verifier,
      isFirstUse: true,
      seen: undefined,
    });
    const { vkey } = SIGNER.verifier;
    expect(await trusted({ key: ` ${vkey}\n`, state: false })).toMatchObject({
      key: SIGNER.verifier,
      isFirstUse: false,
      state: undefined,
    });
    await keep();
    expect(await trusted({})).toMatchObject({
      key: { vkey },
      isFirstUse: false,
      seen: { checkpoint: { size: 20 } },
    });
    expect(await trusted({ forget: true })).toMatchObject({ key: { vkey }, seen: undefined });
    await expect(trusted({ state: false })).rejects.toMatchObject({ code: AUDITOR_EXIT.usage });
  });

  test('that is one', async () => {
    for (const given of [{ key: 'x' }, { witness: ['x'] }])
      await expect(trusted({ trustFirst: true, ...given })).rejects.toMatchObject({
        code: AUDITOR_EXIT.usage,
      });
  });
});
