import { dirname, join, normalize } from 'node:path';
import ts from 'typescript';

/** An import of a file, as the compiler reads it. */
export interface Import {
  /** Path of the file from the root of the project. */
  readonly file: string;
  readonly line: number;
  /** What is imported: a path from the root of the project, or the name of a package. */
  readonly target: string;
  /** Whether it is gone at run time. */
  readonly typeOnly: boolean;
}

/** All imports of a file, those of types and those at run time (`import()`, `require`) among them. */
export function importsOf(file: string, text: string): Import[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const found: Import[] = [];
  const add = (node: ts.Node, specifier: ts.Node, typeOnly: boolean) => {
    if (!ts.isStringLiteral(specifier)) return;
    const line = source.getLineAndCharacterOfPosition(node.getStart()).line + 1;
    found.push({ file, line, target: resolved(file, specifier.text), typeOnly });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) add(node, node.moduleSpecifier, isTypeOnly(node));
    else if (ts.isExportDeclaration(node) && node.moduleSpecifier)
      add(node, node.moduleSpecifier, node.isTypeOnly);
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument))
      add(node, node.argument.literal, true);
    else if (
      ts.isCallExpression(node) &&
      (node.expression.kind === ts.SyntaxKind.ImportKeyword || node.expression.getText() === 'require')
    ) {
      const [specifier] = node.arguments;
      if (specifier) add(node, specifier, false);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** Type-only as a whole, or in each of its names. */
function isTypeOnly({ importClause }: ts.ImportDeclaration): boolean {
  if (!importClause) return false;
  if (importClause.phaseModifier === ts.SyntaxKind.TypeKeyword) return true;
  const { name, namedBindings } = importClause;
  return (
    !name &&
    namedBindings !== undefined &&
    ts.isNamedImports(namedBindings) &&
    namedBindings.elements.length > 0 &&
    namedBindings.elements.every((one) => one.isTypeOnly)
  );
}

function resolved(file: string, specifier: string): string {
  if (specifier.startsWith('@app/')) return `libs/${specifier.slice('@app/'.length)}`;
  return specifier.startsWith('.') ? normalize(join(dirname(file), specifier)) : specifier;
}

/** A part of the project, by its folder. */
const PARTS = [
  'libs/domain',
  'libs/event-store',
  'libs/transparency',
  'libs/read-model',
  'libs/terminal',
  'libs/tables',
  'libs/http-contract',
  'libs/phrases',
  'libs/application',
  'libs/synthetic',
  'apps/registry',
  'apps/client',
  'apps/tools',
  'apps/auditor',
] as const;
type Part = (typeof PARTS)[number];

/** What each part may import of the others (docs/architecture.md). */
const MAY_IMPORT: Readonly<Record<Part, readonly Part[]>> = {
  'libs/domain': [],
  'libs/event-store': [],
  'libs/transparency': [],
  'libs/read-model': ['libs/domain', 'libs/event-store'],
  'libs/terminal': [],
  'libs/tables': ['libs/domain'],
  'libs/http-contract': ['libs/domain', 'libs/read-model', 'libs/tables'],
  'libs/phrases': [],
  'libs/application': [
    'libs/domain',
    'libs/event-store',
    'libs/transparency',
    'libs/read-model',
    'libs/http-contract',
  ],
  'libs/synthetic': ['libs/application'],
  'apps/registry': ['libs/application', 'libs/http-contract', 'libs/phrases', 'libs/tables', 'libs/terminal'],
  'apps/client': ['libs/http-contract', 'libs/phrases', 'libs/tables', 'libs/terminal'],
  // The demonstration runs the service.
  'apps/tools': ['libs/application', 'libs/phrases', 'libs/synthetic', 'libs/terminal', 'apps/registry'],
  'apps/auditor': ['libs/transparency', 'libs/read-model', 'libs/domain', 'libs/phrases', 'libs/terminal'],
};
/** What it may import of them as types alone. */
const TYPES_TOO: Partial<Record<Part, readonly Part[]>> = {
  'libs/tables': ['libs/application'],
  'libs/http-contract': ['libs/application'],
  'libs/phrases': ['libs/domain', 'libs/read-model', 'libs/application'],
  'libs/synthetic': ['libs/domain'],
  'apps/registry': ['libs/domain', 'libs/read-model'],
  'apps/client': ['libs/domain'],
  'apps/tools': ['libs/domain'],
};
/** What every request asks for: which moment is meant, and what time it is. */
const OF_THE_MOMENT = ['libs/read-model/as-of', 'libs/read-model/clock'];

/** These are pure: no framework, no store, and of Node only what computes. They import these packages alone. */
const PURE: Partial<Record<Part, readonly string[]>> = {
  'libs/domain': ['typebox', 'ajv', 'canonicalize', 'node:crypto'],
  'libs/transparency': ['canonicalize', 'node:crypto'],
};
/** The notation of requests is class-validator’s; all else of the framework is where it is run. */
const WITH_FRAMEWORK: readonly Part[] = [
  'libs/application',
  'libs/http-contract',
  'apps/registry',
  'apps/tools',
];
const FRAMEWORK = /^(?:@nestjs\/|class-validator|class-transformer|reflect-metadata|rxjs|fastify)/;

function partOf(path: string): Part | undefined {
  return PARTS.find((part) => path.startsWith(`${part}/`));
}

/** What is wrong with an import; undefined if it points the right way. */
export function wrongWay({ file, line, target, typeOnly }: Import): string | undefined {
  const [from, to] = [partOf(file), partOf(target)];
  if (!from) return undefined;
  const at = `${file}:${line}`;
  if (to && to !== from) {
    if (MAY_IMPORT[from].includes(to)) return undefined;
    if (from === 'apps/registry' && OF_THE_MOMENT.includes(target)) return undefined;
    if (TYPES_TOO[from]?.includes(to)) return typeOnly ? undefined : `${at} imports more than types of ${to}`;
    return `${at} imports ${to}`;
  }
  if (to) return undefined;
  if (!target.startsWith('libs/') && PURE[from]?.includes(target) === false)
    return `${at} imports ${target} into ${from}, which is pure`;
  if (!WITH_FRAMEWORK.includes(from) && !typeOnly && FRAMEWORK.test(target))
    return `${at} imports the framework (${target})`;
  return undefined;
}

/** Words by which what is pure would read a clock or throw dice. */
const IMPURE =
  /\b(?:Date\.now|new Date\(\)|Math\.random|performance\.now|randomUUID|randomBytes|setTimeout|setInterval|process\.)/;

/** Where a pure part does something that is not a function of its arguments. */
export function impurities(file: string, text: string): string[] {
  const part = partOf(file);
  if (!part || !PURE[part]) return [];
  return text
    .split('\n')
    .flatMap((line, i) => (IMPURE.test(line) ? [`${file}:${i + 1} is not pure: ${line.trim()}`] : []));
}
