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
const RUNTIME_CIRCLES: Exceptions = {};
const TYPE_CIRCLES: Exceptions = {
  'apps/registry/http/connection.ts – apps/registry/http/connections.ts':
    'one connection tells all of them that it has ended',
  'libs/domain/log/annotation-target.ts – libs/domain/log/annotations.ts – libs/domain/log/appeals.ts – libs/domain/subjects/events-about-events.ts':
    'events about events are told by their definitions, which say what they name',
  'libs/http-contract/openapi/document.ts – libs/http-contract/openapi/headers.ts':
    'a route has headers, which depend on the route',
  'libs/read-model/index/event-index.ts – libs/read-model/index/snapshot-view.ts':
    'a view of the index at a position reads the index',
};

const LONG_FILES: Exceptions = {
  'libs/application/vault/vault-file.ts': 'one file on disk and the thread that holds it',
  'libs/domain/route/route.ts': 'a question told as a problem of planning, and the plan told as postings',
  'libs/domain/subjects/adviser.ts': 'one subject: fourteen types of event',
  'libs/http-contract/problem/problems.ts': 'one table, which is data',
  'libs/phrases/words.ts': 'sentences, which are data',
  'libs/synthetic/simulation.ts': 'one simulation, whose order of dice is its seed',
};
const LONG_FUNCTIONS: Exceptions = {
  'libs/domain/evaluation/v1/ways-out.ts dominatorsFrom':
    'an algorithm of Lengauer and Tarjan, as it is known',
  'libs/read-model/index/sip-hash.ts hash': 'SipHash, unrolled because it runs for each id',
  'libs/synthetic/simulation.ts accreditation': 'one life, whose order of dice is its seed',
};

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

const SHARED_NAMES: Exceptions = {
  decide: 'each subject has its own',
  events: 'each subject has its own',
};

test('no name is exported by two files, but for those named', () => {
  expect(sharedNames(SOURCES)).toEqual(Object.keys(SHARED_NAMES).sort());
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

// ---------------------------------------------------------------------------------------------------------------
// Each check finds what it is for
// ---------------------------------------------------------------------------------------------------------------

const sources = (files: Readonly<Record<string, string>>) => new Map(Object.entries(files));
const [A, B, C] = ['libs/x/a.ts', 'libs/x/b.ts', 'libs/x/c.ts'] as const;

describe('the test of circles finds', () => {
  test.each<[string, Readonly<Record<string, string>>, readonly string[]]>([
    [
      'two files that run each other',
      { [A]: `import { b } from './b';`, [B]: `import { a } from './a';` },
      [`${A} – ${B}`],
    ],
    [
      'a longer way round',
      { [A]: `import { b } from './b';`, [B]: `export * from '@app/x/c';`, [C]: `import('./a');` },
      [`${A} – ${B} – ${C}`],
    ],
    ['a file that runs itself', { [A]: `import { a } from './a';` }, [A]],
    [
      'a page written as markup',
      { [A]: `import { b } from './b';`, 'libs/x/b.tsx': `import { a } from './a';` },
      [`${A} – libs/x/b.tsx`],
    ],
    [
      'two circles',
      { [A]: `import './b'; import './c';`, [B]: `import './b';`, [C]: `import './c';` },
      [B, C],
    ],
    [
      'nothing where one way is of types',
      { [A]: `import type { B } from './b';`, [B]: `import { a } from './a';` },
      [],
    ],
    [
      'nothing where two come to one',
      { [A]: `import './b'; import './c';`, [B]: `import './c';`, [C]: '' },
      [],
    ],
  ])('%s', (_, files, circles) => {
    expect(runtimeCircles(sources(files))).toEqual(circles);
  });

  test('a circle of types, but not one that the hub alone closes', () => {
    const files = sources({
      [A]: `import type { B } from './b';`,
      [B]: `import type { A } from './a'; import type { C } from './c';`,
      [C]: `import { b } from './b'; import { a } from './a';`,
    });
    expect(circlesBeside([C], files)).toEqual([`${A} – ${B}`]);
    expect(circlesBeside([A], files)).toEqual([`${B} – ${C}`]);
    expect(circlesBeside([A, C], files)).toEqual([]);
  });
});

describe('the test of rooms', () => {
  const fault = (from: string, line: string) =>
    importsOf(`libs/domain/${from}`, line).flatMap((one) => wrongRoom(one) ?? []);
  test.each([
    ['values importing the log', 'values/day.ts', `import { only } from '../log/decider';`],
    ['values importing types of the log', 'values/day.ts', `import type { LogView } from '../log/log-view';`],
    ['the log importing values of a subject', 'log/decider.ts', `import { events } from '../subjects/area';`],
    ['a subject importing admission', 'subjects/area.ts', `import { judge } from '../admission/judge';`],
    [
      'a subject importing types of the evaluator',
      'subjects/area.ts',
      `import type { Reason } from '../evaluation/v1/reason';`,
    ],
    [
      'admission importing the evaluator',
      'admission/judge.ts',
      `import { answer } from '@app/domain/evaluation/v1/answer';`,
    ],
    [
      'the evaluator importing admission',
      'evaluation/v1/answer.ts',
      `import { judge } from '../../admission/judge';`,
    ],
    [
      'the evaluator importing the route',
      'evaluation/v1/answer.ts',
      `import { routeTo } from '../../route/route';`,
    ],
  ])('finds %s', (_, from, line) => {
    expect(fault(from, line)).toHaveLength(1);
  });
  test.each([
    [
      'the log importing types of a subject',
      'log/decider.ts',
      `import type { events } from '../subjects/area';`,
    ],
    ['a subject importing the log', 'subjects/area.ts', `import { only } from '../log/decider';`],
    [
      'the evaluator importing a type of the route',
      'evaluation/v1/answer-shape.ts',
      `import { type RouteStep } from '../../route/route';`,
    ],
    ['the route importing all', 'route/route.ts', `import { answer } from '../evaluation/v1/answer';`],
    ['a room importing itself', 'log/decider.ts', `import { keysOf } from './identity';`],
  ])('finds nothing wrong with %s', (_, from, line) => {
    expect(fault(from, line)).toEqual([]);
  });
});

describe('the test of length finds', () => {
  const lines = (n: number, line = 'call();') => Array.from({ length: n }, () => line).join('\n');
  test('a file of more than 400 lines, its last line break not counted', () => {
    expect([isLongFile(`${lines(400)}\n`), isLongFile(lines(401))]).toEqual([false, true]);
  });
  test.each([
    ['a function', (body: string) => `function f() {\n${body}\n}`, 'f'],
    ['a generator', (body: string) => `export function* f() {\n${body}\n}`, 'f'],
    ['a method', (body: string) => `class K {\nf() {\n${body}\n}\n}`, 'f'],
    ['a constructor', (body: string) => `class K {\nconstructor() {\n${body}\n}\n}`, 'without a name'],
    ['an arrow that has a name', (body: string) => `const f = () => {\n${body}\n};`, 'f'],
    ['an arrow without one', (body: string) => `call(() => {\n${body}\n});`, 'without a name'],
  ])('%s of more than 70', (_, of, name) => {
    expect(longFunctions(A, of(lines(68)))).toEqual([]);
    expect(longFunctions(A, of(lines(69)))).toEqual([`${A} ${name}`]);
  });
  test('no function by the lines of its comment', () => {
    expect(longFunctions(A, `/**\n${lines(80, ' * words')}\n */\nfunction f() {}`)).toEqual([]);
  });
});

test('the test of names finds each way to export, and no name that is passed on or kept', () => {
  const files = sources({
    [A]: `export const one = 1, two = 2; export function three() {} export class Four {} export interface Five {} const kept = 1;`,
    [B]: `export const two = 2; export type Five = 5; export async function* three() {} export enum Four {} const kept = 2;`,
    [C]: `export { one } from './a'; export * from './b';`,
  });
  expect(sharedNames(files)).toEqual(['Five', 'Four', 'three', 'two']);
});

describe('the test of citations', () => {
  const specification =
    '## 1. Time\n\n### 1.1 Two kinds\n\n1. **Named `so`.** Words.\n\n## 2. Keys\n\n**Bold at first** and on.\n';
  test.each([
    'specification, section 1',
    'specification, section 1, “Two kinds”',
    'specification, section 1, "Named so"',
    'specification, section 2,\n * “Bold at first”',
    'specification, section 2, `code` that is no heading',
    'section 2 of the specification',
  ])('follows %j', (text) => {
    expect(lostCitations(`/** (${text}) */`, specification)).toEqual([]);
  });
  test.each([
    'specification, section 3',
    'specification, section 11',
    'specification, section 2, “Two kinds”',
    'specification,\n * section 1, “Three kinds”',
    'specification, section 1, "Named"',
    'section 3 of the specification',
  ])('finds that %j leads nowhere', (text) => {
    expect(lostCitations(`/** (${text}) */`, specification)).toHaveLength(1);
  });
});

test.each([
  ['no header', undefined],
  ['another title', '# x/other\n\nWords.\nWords.\n'],
  ['a title alone', '# x\n'],
  ['one line', '# x\n\nWords.\n'],
  ['a page of its own', `# x\n\n${'Words.\n'.repeat(7)}`],
])('the test of headers finds %s', (_, text) => {
  expect(faultOfHeader('x', text)).toBeDefined();
  expect(faultOfHeader('x', '# x\n\nWords.\nWords.\n')).toBeUndefined();
});
