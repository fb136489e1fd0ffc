/// <reference types="jest" />
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { temporaryFolder } from './process';

const ROOT = join(__dirname, '..', '..');
const [, image = ''] =
  /^(?:[^]*\n)?FROM [^\n]+\n([^]*)$/.exec(readFileSync(join(ROOT, 'Dockerfile'), 'utf8')) ?? [];

/** The arguments of an instruction of the image, each time that it is given. */
function instructions(name: string): string[] {
  const whole = image.replaceAll('\\\n', ' ');
  return [...whole.matchAll(new RegExp(`^\\s*${name} (.+)$`, 'gm'))].map(([, rest = '']) => rest.trim());
}

function command(text: string): string[] {
  return JSON.parse(text.slice(text.indexOf('['))) as string[];
}

/** What is removed again of the packages: the Node that npm brings elsewhere. */
const REMOVED = [...readFileSync(join(ROOT, 'Dockerfile'), 'utf8').matchAll(/node_modules\/[a-z.]\S*/g)]
  .map(([path]) => path)
  .filter((path) => path.endsWith('*'))
  .map((path) => new RegExp(`^${path.replace('*', '.*')}$`));

/** Lays a folder out as the image has its own: what was built, and of the packages those that run it. */
function layOut(folder: string): void {
  for (const copied of instructions('COPY')) {
    const [from, ...words] = copied.startsWith('--from=') ? copied.split(' ') : ['', ...copied.split(' ')];
    if (from === '--from=dependencies') continue;
    const target = words.pop() ?? '';
    for (const source of words) {
      const path = source.replace('/register/', '');
      const into = target.endsWith('/') ? join(target, basename(path)) : target;
      cpSync(join(ROOT, path), join(folder, into), { recursive: true });
    }
  }
  const { packages } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { dev?: boolean }>;
  };
  for (const [path, { dev }] of Object.entries(packages)) {
    const isOwn = path.lastIndexOf('node_modules/') === 0;
    const isInstalled = existsSync(join(ROOT, path));
    if (!isOwn || !isInstalled || dev === true || REMOVED.some((name) => name.test(path))) continue;
    mkdirSync(join(folder, dirname(path)), { recursive: true });
    symlinkSync(join(ROOT, path), join(folder, path));
  }
}

/** Has Node look for packages where the links are, and not where they lead. */
const NO_LINKS = ['--preserve-symlinks', '--preserve-symlinks-main'];

test('the image has all that the register needs to run, and is healthy then', async () => {
  const { path: folder, remove } = temporaryFolder();
  layOut(folder);
  // Of a package that was left out nothing is found beside the others.
  const whole = [...NO_LINKS, '-e', "require('@kurrent/kurrentdb-client')"];
  expect(spawnSync(process.execPath, whole, { cwd: folder, encoding: 'utf8' }).stderr).toBe('');
  expect(readdirSync(join(folder, 'node_modules')).filter((name) => name.startsWith('node-linux-'))).toEqual(
    [],
  );
  const environment = {
    ...Object.fromEntries(
      instructions('ENV')
        .flatMap((line) => line.split(' '))
        .map((one) => one.split('=') as [string, string]),
    ),
    HOST: '127.0.0.1',
    PORT: '0',
    REGISTER_STORE: `sqlite:${join(folder, 'data', 'register.db')}`,
  };
  const [, ...run] = command(instructions('CMD').at(-1) ?? '');
  const register = spawn(process.execPath, run, {
    cwd: folder,
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let faults = '';
  register.stderr.on('data', (text: Buffer) => (faults += text.toString()));
  let port: string | undefined;
  for await (const line of createInterface({ input: register.stdout })) {
    port = /listening on [^"]+:([0-9]+)"/.exec(line)?.[1];
    if (port !== undefined) break;
  }
  expect(faults).toBe('');
  const [, ...check] = command(instructions('HEALTHCHECK')[0] ?? '');
  const checked = spawnSync(process.execPath, check, { env: { ...environment, PORT: port } });
  expect(checked.status).toBe(0);
  expect((await fetch(`http://127.0.0.1:${port ?? ''}/openapi.json`)).status).toBe(200);
  register.kill();
  await once(register, 'close');
  expect(spawnSync(process.execPath, check, { env: { ...environment, PORT: port } }).status).toBe(1);
  remove();
});
