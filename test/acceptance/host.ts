import { fork, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { COMPILED } from './process';

/** What a program printed, and with what it ended. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a program that was built many times in one process, one after the other, without a terminal: each time it begins
 * anew with its own arguments, environment and output, and is over when it has nothing left to do or ends itself. To load
 * its parts takes longer than most of what it does, and is done once. What a signal, a terminal or standard input has to
 * do with is not for this: `run` gives a program a process of its own.
 */
export class Host {
  readonly #child: ChildProcess;
  #last: Promise<unknown> = Promise.resolve();

  constructor(name: string) {
    const file = join(__dirname, '..', '..', 'dist', 'apps', `${name}.js`);
    if (!existsSync(file)) throw new Error('Build the register first: npm run build');
    this.#child = fork(join(__dirname, 'hosted.cjs'), [file], {
      env: { PATH: process.env['PATH'], NODE_COMPILE_CACHE: COMPILED },
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    this.#child.setMaxListeners(0);
  }

  run(args: readonly string[], environment: Readonly<Record<string, string>>): Promise<Ended> {
    const ended = this.#last.then(
      () =>
        new Promise<Ended>((resolve, reject) => {
          const gone = () => {
            reject(new Error('the process that runs the program is gone'));
          };
          this.#child.once('exit', gone).once('message', (message) => {
            this.#child.off('exit', gone);
            resolve(message as Ended);
          });
          this.#child.send({ args, environment });
        }),
    );
    this.#last = ended.catch(() => undefined);
    return ended;
  }

  end(): void {
    this.#child.kill('SIGKILL');
  }
}
