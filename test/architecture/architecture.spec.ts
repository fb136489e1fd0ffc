/// <reference types="jest" />
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { impurities, importsOf, wrongWay } from './imports';

const ROOT = join(__dirname, '..', '..');
const FILES = ['libs', 'apps'].flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name) && !/\.(?:spec|contract)\.tsx?$/.test(name))
    .map((name) => join(folder, name)),
);
const textOf = (file: string) => readFileSync(join(ROOT, file), 'utf8');

function faultsOf(file: string, text: string): string[] {
  return importsOf(file, text).flatMap((one) => wrongWay(one) ?? []);
}

describe('the layout', () => {
  test('has every import point one way', () => {
    expect(FILES.length).toBeGreaterThan(40);
    expect(FILES.flatMap((file) => faultsOf(file, textOf(file)))).toEqual([]);
  });

  test('keeps the domain and the transparency log pure', () => {
    expect(FILES.flatMap((file) => impurities(file, textOf(file)))).toEqual([]);
  });
});

describe('the test of the layout finds', () => {
  test.each([
    [
      'the domain importing the read model',
      'libs/domain/log/grants.ts',
      `import { EventIndex } from '@app/read-model/index/event-index';`,
    ],
    [
      'the domain importing a framework',
      'libs/domain/log/grants.ts',
      `import { Injectable } from '@nestjs/common';`,
    ],
    [
      'the domain importing a file system',
      'libs/domain/log/grants.ts',
      `import { readFileSync } from 'node:fs';`,
    ],
    [
      'the event store importing the domain',
      'libs/event-store/memory.ts',
      `import type { Day } from '@app/domain/values/day';`,
    ],
    [
      'the transparency log importing the domain',
      'libs/transparency/tree.ts',
      `import type { Day } from '@app/domain/values/day';`,
    ],
    [
      'the transparency log importing a library of signatures',
      'libs/transparency/receipt.ts',
      `import { compactVerify } from 'jose';`,
    ],
    [
      'the read model importing a framework',
      'libs/read-model/index/event-index.ts',
      `import { Injectable } from '@nestjs/common';`,
    ],
    [
      'the read model importing the application',
      'libs/read-model/index/event-index.ts',
      `import { Writer } from '../../application/posting/writer';`,
    ],
    [
      'the service importing more than types of the domain',
      'apps/registry/main.ts',
      `import { refuse, type Refusal } from '@app/domain/values/problem';`,
    ],
    [
      'the service importing the event store',
      'apps/registry/main.ts',
      `import type { EventLog } from '@app/event-store/event-log';`,
    ],
    [
      'the auditor importing the application',
      'apps/auditor/verify.ts',
      `import { LogTree } from '@app/application/proofs/log-tree';`,
    ],
    [
      'an export that passes on what may not be imported',
      'libs/domain/log/grants.ts',
      `export * from '@app/application/posting/writer';`,
    ],
    [
      'an import at run time',
      'libs/domain/log/grants.ts',
      `const store = await import('@app/event-store/memory');`,
    ],
  ])('%s', (_, file, text) => {
    expect(faultsOf(file, text)).toHaveLength(1);
  });

  test.each(['libs/domain/values/day.ts', 'libs/transparency/tree.ts'])('a clock in %s', (file) => {
    expect(impurities(file, 'const today = Date.now();')).toHaveLength(1);
    expect(impurities('libs/read-model/clock.ts', 'const today = Date.now();')).toEqual([]);
  });

  test.each([
    [
      'the service importing types of the domain',
      'apps/registry/main.ts',
      `import type { Refusal } from '@app/domain/values/problem';`,
    ],
    [
      'the service importing only types, name by name',
      'apps/registry/main.ts',
      `import { type Refusal } from '@app/domain/values/problem';`,
    ],
    ['the transparency log hashing', 'libs/transparency/tree.ts', `import { hash } from 'node:crypto';`],
    [
      'the application importing everything below it',
      'libs/application/posting/writer.ts',
      `import { EventIndex } from '@app/read-model/index/event-index';`,
    ],
  ])('nothing wrong with %s', (_, file, text) => {
    expect(faultsOf(file, text)).toEqual([]);
  });
});
