/// <reference types="jest" />
import { readdirSync, readFileSync, existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { importsOf } from './imports';
import {
  circlesBeside,
  faultOfHeader,
  isLongFile,
  longFunctions,
  lostCitations,
  runtimeCircles,
  sharedNames,
  wrongRoom,
} from './tidy';

const ROOT = join(__dirname, '..', '..');
const textOf = (file: string) => readFileSync(join(ROOT, file), 'utf8');
const namesIn = (folder: string) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name));
const CODE = ['libs', 'apps', 'test', 'bench'].flatMap(namesIn).filter((name) => /\.tsx?$/.test(name));
const SOURCES = new Map(
  CODE.filter((name) => /^(?:libs|apps)\//.test(name) && !/\.(?:spec|contract)\.tsx?$/.test(name)).map(
    (name) => [name, textOf(name)] as const,
  ),
);
const over = <T>(list: readonly T[], of: (one: T) => readonly string[] | string | undefined) =>
  list.flatMap((one) => of(one) ?? []);

/** An exception is named with its reason, and a test fails where it is none any more. */
type Exceptions = Readonly<Record<string, string>>;

describe('imports', () => {
  test('go round in no circle at run time', () => {
    expect(runtimeCircles(SOURCES)).toEqual(Object.keys(RUNTIME_CIRCLES));
  });

  test('go round in a circle of types only through the catalogue of events, which names every subject', () => {
    expect(circlesBeside(CATALOGUE, SOURCES)).toEqual(Object.keys(TYPE_CIRCLES));
  });

  test('within the domain point from each room to those below it', () => {
    const wrong = [...SOURCES].flatMap(([file, text]) =>
      importsOf(file, text).flatMap((one) => {
        const fault = wrongRoom(one);
        return fault === undefined || FILES_OF_ALL_SUBJECTS[file] !== undefined ? [] : [fault];
      }),
    );
    expect(wrong).toEqual([]);
    const needed = [...SOURCES].flatMap(([file, text]) =>
      importsOf(file, text).some((one) => wrongRoom(one) !== undefined) ? [file] : [],
    );
    expect(needed.sort()).toEqual(Object.keys(FILES_OF_ALL_SUBJECTS).sort());
  });
});

/** The files that import every subject: of these the subjects import types alone. */
const CATALOGUE = ['libs/domain/log/event-catalogue.ts', 'libs/domain/log/event-rows.ts'];
const FILES_OF_ALL_SUBJECTS: Exceptions = {
  'libs/domain/log/annotations.ts': 'knows the events about events from all others',
  'libs/domain/log/event-catalogue.ts': 'puts the events of all subjects together',
  'libs/domain/log/event-rows.ts': 'counts the events of each subject',
  'libs/domain/log/overlay-view.ts': 'asks adviser.ts how many streams are found under a certificate',
};
const RUNTIME_CIRCLES: Exceptions = {
  'apps/registry/http/caller.ts – apps/registry/http/problem-details.ts – apps/registry/http/rate-limit.ts':
    'what a request is told depends on whose it is, and is counted with it',
  'libs/domain/log/annotations.ts – libs/domain/subjects/events-about-events.ts':
    'events about events are told by their definitions, which say what they name',
};
const TYPE_CIRCLES: Exceptions = {
  'apps/registry/http/caller.ts – apps/registry/http/problem-details.ts – apps/registry/http/rate-limit.ts':
    'as above',
  'apps/registry/http/connection.ts – apps/registry/http/connections.ts':
    'one connection tells all of them that it has ended',
  'libs/domain/log/annotations.ts – libs/domain/subjects/events-about-events.ts': 'as above',
  'libs/http-contract/openapi/document.ts – libs/http-contract/openapi/headers.ts':
    'a route has headers, which depend on the route',
  'libs/read-model/index/event-index.ts – libs/read-model/index/snapshot-view.ts':
    'a view of the index at a position reads the index',
};

/** Longer than 400 lines. */
const LONG_FILES: Exceptions = {};
/** Longer than 70 lines. */
const LONG_FUNCTIONS: Exceptions = {};

describe('length', () => {
  test('no file is too long, but for those named', () => {
    const long = [...SOURCES].flatMap(([file, text]) => (isLongFile(text) ? [file] : []));
    expect(long.sort()).toEqual(Object.keys(LONG_FILES).sort());
  });

  test('no function is too long, but for those named', () => {
    const long = [...SOURCES].flatMap(([file, text]) => longFunctions(file, text));
    expect(long.sort()).toEqual(Object.keys(LONG_FUNCTIONS).sort());
  });
});

const SHARED_NAMES: readonly string[] = [];

test('no name is exported by two files, but for those named', () => {
  expect(sharedNames(SOURCES)).toEqual(SHARED_NAMES);
});

test('every citation of the specification leads to a section, and to the heading that it quotes', () => {
  const specification = textOf('docs/specification.md');
  const pages = ['README.md', 'CONTRIBUTING.md', ...namesIn('docs').filter((name) => name.endsWith('.md'))];
  const lost = over([...CODE, ...pages], (file) =>
    file.startsWith('test/architecture/tidy')
      ? undefined
      : lostCitations(textOf(file), specification).map((cited) => `${file}: ${cited}`),
  );
  expect(lost).toEqual([]);
});

test('every folder of libs says in its README.md what is in it', () => {
  const folders = namesIn('libs').filter((name) => !/\.[a-z]+$/.test(name));
  expect(folders.length).toBeGreaterThan(20);
  const faults = over(folders, (folder) => {
    const page = join(folder, 'README.md');
    return faultOfHeader(relative('libs', folder), existsSync(join(ROOT, page)) ? textOf(page) : undefined);
  });
  expect(faults).toEqual([]);
});
