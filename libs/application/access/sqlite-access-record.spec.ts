/// <reference types="jest" />
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createWhole } from '@app/event-store/sqlite-file';
import Database from 'better-sqlite3';
import { AccessUnavailable } from './access-record';
import { ATTEMPT, accessRecordContract } from './access-record.contract';
import { AccessDamaged, SqliteAccessRecord } from './sqlite-access-record';

const directories: string[] = [];
const handles: SqliteAccessRecord[] = [];

function newFile(): string {
  const directory = mkdtempSync(join(tmpdir(), 'access-'));
  directories.push(directory);
  return join(directory, 'register.access.db');
}

function opened(file: string): SqliteAccessRecord {
  const record = SqliteAccessRecord.open(file);
  handles.push(record);
  return record;
}

async function closeAll(): Promise<void> {
  for (const handle of handles.splice(0)) await handle.close();
}

afterEach(closeAll);
afterAll(() => {
  for (const directory of directories) rmSync(directory, { recursive: true, force: true });
});

accessRecordContract('an access record in SQLite', () => {
  const file = newFile();
  return {
    record: opened(file),
    reopened: async () => {
      await closeAll();
      return opened(file);
    },
    done: closeAll,
  };
});

describe('an access record in SQLite', () => {
  test('makes the file, and the directories to it, for the eyes of its own user alone', async () => {
    const file = join(newFile(), '..', 'a', 'register.access.db');
    await opened(file).add([ATTEMPT], [], 10);
    const names = readdirSync(join(file, '..'));
    expect(names.sort()).toEqual(['register.access.db', 'register.access.db-shm', 'register.access.db-wal']);
    for (const name of names) expect(statSync(join(file, '..', name)).mode & 0o077).toBe(0);
  });

  test.each([
    [
      'no database',
      (file: string) => {
        writeFileSync(file, 'nothing of the kind'.repeat(300));
      },
      'is not a database',
    ],
    [
      'another kind of file',
      (file: string) => {
        createWhole(file, { applicationId: 1, layout: 1, tables: '' });
      },
      'it is not the access record of a register',
    ],
    [
      'of a later layout',
      (file: string) => {
        createWhole(file, { applicationId: 0x47416363, layout: 99, tables: '' });
      },
      'its layout is one that this release does not know',
    ],
  ])('is not opened where it is %s, and says what to do', (_, make, said) => {
    const file = newFile();
    make(file);
    expect(() => opened(file)).toThrow(AccessDamaged);
    expect(() => opened(file)).toThrow(said);
    expect(() => opened(file)).toThrow('Move it away');
  });

  test('rejects what it cannot add, as a whole, while another program has the file, and takes it later', async () => {
    const file = newFile();
    const record = opened(file);
    const other = new Database(file);
    other.exec('BEGIN IMMEDIATE');
    await expect(record.add([ATTEMPT], [], 10)).rejects.toBeInstanceOf(AccessUnavailable);
    other.exec('ROLLBACK');
    other.close();
    await record.add([ATTEMPT], [], 10);
    expect(await record.attempts({ limit: 10 })).toHaveLength(1);
  });
});
