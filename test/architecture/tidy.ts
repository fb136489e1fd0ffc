import ts from 'typescript';
import { importsOf, type Import } from './imports';

/** The source files by their path from the root of the project. */
export type Sources = ReadonlyMap<string, string>;

/** Which file imports which, and whether that is gone at run time. */
interface Arrow {
  readonly from: string;
  readonly to: string;
  readonly typeOnly: boolean;
}

/** The imports among the files themselves. */
function arrowsOf(sources: Sources): readonly Arrow[] {
  return [...sources].flatMap(([file, text]) =>
    importsOf(file, text).flatMap(({ target, typeOnly }) => {
      const to = fileOf(target, sources);
      return to === undefined ? [] : [{ from: file, to, typeOnly }];
    }),
  );
}

function fileOf(target: string, sources: Sources): string | undefined {
  return [target, `${target}.ts`, `${target}.tsx`, `${target}/index.ts`].find((path) => sources.has(path));
}

/** The groups of files that import each other in a circle (Tarjan). Each is told in the order of its names. */
function circlesAmong(arrows: readonly Arrow[]): readonly (readonly string[])[] {
  const next = new Map<string, Set<string>>();
  for (const { from, to } of arrows) next.set(from, (next.get(from) ?? new Set()).add(to));
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const open: string[] = [];
  const circles: string[][] = [];
  const visit = (file: string): number => {
    const own = order.size;
    order.set(file, own);
    open.push(file);
    let low = own;
    for (const other of next.get(file) ?? []) {
      if (!order.has(other)) low = Math.min(low, visit(other));
      else if (open.includes(other)) low = Math.min(low, lowest.get(other) ?? order.get(other) ?? own);
    }
    lowest.set(file, low);
    if (low === own) {
      const circle = open.splice(open.indexOf(file));
      if (circle.length > 1 || next.get(file)?.has(file)) circles.push(circle.sort());
    }
    return low;
  };
  for (const file of next.keys()) if (!order.has(file)) visit(file);
  return circles.sort();
}

/** The circles of imports that are there at run time. */
export function runtimeCircles(sources: Sources): readonly string[] {
  return circlesAmong(arrowsOf(sources).filter(({ typeOnly }) => !typeOnly)).map((one) => one.join(' – '));
}

/**
 * The circles of imports, those of types among them, that are left without `hubs`: the files that may name what imports them,
 * and of which what imports them runs nothing.
 */
export function circlesBeside(hubs: readonly string[], sources: Sources): readonly string[] {
  const beside = arrowsOf(sources).filter(({ from, to }) => !hubs.includes(from) && !hubs.includes(to));
  return circlesAmong(beside).map((one) => one.join(' – '));
}

// ---------------------------------------------------------------------------------------------------------------
// The rooms of the domain
// ---------------------------------------------------------------------------------------------------------------

const ROOMS = [
  'values',
  'policies',
  'log',
  'subjects',
  'admission',
  'evaluation',
  'route',
  'succession',
] as const;
type Room = (typeof ROOMS)[number];

/** What each room of the domain may import of the others (docs/architecture.md). */
const ROOM_MAY_IMPORT: Readonly<Record<Room, readonly Room[]>> = {
  values: [],
  policies: [],
  log: ['values'],
  subjects: ['values', 'log'],
  admission: ['values', 'log', 'subjects', 'policies'],
  evaluation: ['values', 'log', 'subjects', 'policies'],
  route: ['values', 'log', 'subjects', 'admission', 'evaluation'],
  succession: ['values', 'log', 'subjects', 'admission'],
};
/** What it may import of them as types alone: an event is typed by its subject, an answer shows a route. */
const ROOM_TYPES_TOO: Partial<Record<Room, readonly Room[]>> = { log: ['subjects'], evaluation: ['route'] };

function roomOf(path: string): Room | undefined {
  const [, room] = /^libs\/domain\/([a-z]+)\//.exec(path) ?? [];
  return ROOMS.find((one) => one === room);
}

/** What is wrong with an import within the domain; undefined if it points the right way. */
export function wrongRoom({ file, line, target, typeOnly }: Import): string | undefined {
  const [from, to] = [roomOf(file), roomOf(target)];
  if (!from || !to || from === to || ROOM_MAY_IMPORT[from].includes(to)) return undefined;
  if (typeOnly && ROOM_TYPES_TOO[from]?.includes(to)) return undefined;
  return `${file}:${line} imports ${typeOnly ? 'types' : 'values'} of ${to}`;
}

// ---------------------------------------------------------------------------------------------------------------
// Length
// ---------------------------------------------------------------------------------------------------------------

export const LONGEST_FILE_LINES = 400;
export const LONGEST_FUNCTION_LINES = 70;

export function isLongFile(text: string): boolean {
  return text.trimEnd().split('\n').length > LONGEST_FILE_LINES;
}

/** The names of the functions and methods of a file that have too many lines, their comments left out. */
export function longFunctions(file: string, text: string): readonly string[] {
  const source = parsed(file, text);
  const lineAt = (position: number) => source.getLineAndCharacterOfPosition(position).line;
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) && lineAt(node.end) - lineAt(node.getStart()) >= LONGEST_FUNCTION_LINES)
      found.push(`${file} ${nameOfFunction(node)}`);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function nameOfFunction(node: ts.SignatureDeclaration): string {
  if (node.name) return node.name.getText();
  return ts.isVariableDeclaration(node.parent) ? node.parent.name.getText() : 'without a name';
}

function parsed(file: string, text: string): ts.SourceFile {
  return ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
}

// ---------------------------------------------------------------------------------------------------------------
// Names
// ---------------------------------------------------------------------------------------------------------------

/** The names that several files define and export. What is passed on from another file is defined there. */
export function sharedNames(sources: Sources): readonly string[] {
  const files = new Map<string, Set<string>>();
  for (const [file, text] of sources)
    for (const name of exportedNames(parsed(file, text)))
      files.set(name, (files.get(name) ?? new Set()).add(file));
  return [...files].flatMap(([name, those]) => (those.size > 1 ? [name] : [])).sort();
}

function exportedNames(source: ts.SourceFile): readonly string[] {
  return source.statements.flatMap((statement) => {
    const isExported =
      ts.canHaveModifiers(statement) &&
      ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
    if (!isExported) return [];
    if (ts.isVariableStatement(statement))
      return statement.declarationList.declarations.map(({ name }) => name.getText());
    const { name } = statement as ts.DeclarationStatement;
    return name ? [name.getText()] : [];
  });
}

// ---------------------------------------------------------------------------------------------------------------
// Citations
// ---------------------------------------------------------------------------------------------------------------

const CITATION =
  /specification\**, section (\d+)(?:, ?(?:“([^”]+)”|"([^"]+)"))?|section (\d+) of the specification/g;

/** The citations of a file that lead to no heading of the specification, nor to what begins a paragraph there in bold. */
export function lostCitations(text: string, specification: string): readonly string[] {
  const sections = sectionsOf(specification);
  const running = text.replace(/\s*\n\s*(?:\*|\/\/|#)?\s*/g, ' ');
  return [...running.matchAll(CITATION)].flatMap(([cited, first, curly, straight, last]) => {
    const headings = sections.get(first ?? last ?? '');
    const heading = curly ?? straight;
    return headings && (heading === undefined || headings.has(plain(heading))) ? [] : [cited];
  });
}

/** By its number, the headings within each section. */
function sectionsOf(specification: string): ReadonlyMap<string, ReadonlySet<string>> {
  return new Map(
    specification
      .split(/^## (?=\d+\. )/m)
      .slice(1)
      .map((section) => {
        const [number = ''] = /^\d+/.exec(section) ?? [];
        const headings = [...section.matchAll(/^### [\d.]+ (.+)$|^(?:\d+\. )? *\*\*([^*]+)\*\*/gm)];
        return [number, new Set(headings.map(([, heading, bold]) => plain(heading ?? bold ?? '')))];
      }),
  );
}

function plain(heading: string): string {
  return heading.replaceAll('`', '').replace(/\.$/, '').toLowerCase();
}

// ---------------------------------------------------------------------------------------------------------------
// Headers
// ---------------------------------------------------------------------------------------------------------------

/** What is wrong with the README.md of a folder of libs: a title that names the folder, and two to six lines that say what is in it. */
export function faultOfHeader(folder: string, text: string | undefined): string | undefined {
  if (text === undefined) return `${folder} has no README.md`;
  const [title, empty, ...lines] = text.trimEnd().split('\n');
  if (title !== `# ${folder}` || empty !== '') return `${folder}/README.md does not begin with "# ${folder}"`;
  return lines.length < 2 || lines.length > 6
    ? `${folder}/README.md has ${lines.length} lines below its title, and not 2 to 6`
    : undefined;
}
