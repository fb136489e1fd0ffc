import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { COMPILED } from './process';

/** A program of the project that was built, as its users run it. */
export interface Running {
  /** What it has printed so far. */
  readonly printed: { readonly stdout: string; readonly stderr: string };
  /** Resolves once it has printed this; rejects with what it printed where it ends before. */
  until(printed: RegExp): Promise<void>;
  readonly ended: Promise<number | null>;
  kill(signal: NodeJS.Signals): void;
}

/** Runs `dist/apps/<name>.js`, without a terminal. */
export function run(
  name: string,
  args: readonly string[] = [],
  environment: Readonly<Record<string, string>> = {},
): Running {
  const file = join(__dirname, '..', '..', 'dist', 'apps', `${name}.js`);
  if (!existsSync(file)) throw new Error('Build the register first: npm run build');
  const child = spawn(process.execPath, [file, ...args], {
    env: { PATH: process.env['PATH'], NODE_COMPILE_CACHE: COMPILED, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const printed = { stdout: '', stderr: '' };
  const read = (stream: NodeJS.ReadableStream, into: keyof typeof printed) => {
    stream.setEncoding('utf8').on('data', (text: string) => {
      printed[into] += text;
      child.emit('printed');
    });
  };
  read(child.stdout, 'stdout');
  read(child.stderr, 'stderr');
  let isOver = false;
  // Only now is all that it printed here: it may have gone before that.
  const ended = once(child, 'close').then(() => {
    isOver = true;
    return child.exitCode;
  });
  return {
    printed,
    ended,
    async until(wanted) {
      const seen = () => wanted.test(printed.stdout) || wanted.test(printed.stderr);
      while (!seen()) {
        await Promise.race([once(child, 'printed'), ended]);
        if (isOver && !seen())
          throw new Error(`${name} ended with ${child.exitCode}: ${printed.stdout}${printed.stderr}`);
      }
    },
    kill: (signal) => child.kill(signal),
  };
}
