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
 * The circles of imports, those of types among them, that are left without `hub`: the one file that may name what imports it,
 * and run none of it.
 */
export function circlesBeside(hub: string, sources: Sources): readonly string[] {
  const beside = arrowsOf(sources).filter(({ from, to }) => from !== hub && to !== hub);
  return circlesAmong(beside).map((one) => one.join(' – '));
}
