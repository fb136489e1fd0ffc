/// <reference types="jest" />
import { join } from 'node:path';
import { SqliteLog } from '@app/event-store/sqlite';
import { Host } from './host';
import { RegisterProcess, temporaryFolder } from './process';
import { run } from './program';

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => {
  folder.remove();
});

const storeIn = (name: string) => `sqlite:${join(folder.path, name)}`;

let host: Host | undefined;
afterAll(() => host?.end());

const generate = (...args: readonly string[]) => (host ??= new Host('tools/generate')).run(args, {});

async function texts(name: string): Promise<string[]> {
  const log = await SqliteLog.open(join(folder.path, name));
  const all: string[] = [];
  for await (const { events } of log.read(-1)) all.push(...events);
  await log.close();
  return all;
}

describe('npm run generate', () => {
  test('writes exactly so many events, the same bytes for the same seed, and others for another', async () => {
    for (const [name, seed] of [
      ['one.db', '7'],
      ['same.db', '7'],
      ['other.db', '8'],
    ] as const) {
      const { code, stdout } = await generate('--events', '4321', '--seed', seed, '--store', storeIn(name));
      expect(code).toBe(0);
      expect(stdout).toContain('4,321 events');
      expect(stdout).toMatch(/\d+ providers/);
      expect(stdout).toContain(`REGISTER_STORE=${storeIn(name)} REGISTER_CALENDAR=manual npm start`);
    }
    const [one, same, other] = [await texts('one.db'), await texts('same.db'), await texts('other.db')];
    expect(one).toHaveLength(4_321);
    expect(same).toEqual(one);
    expect(other).toHaveLength(4_321);
    expect(other).not.toEqual(one);
  });

  test('a register is served on what it wrote, and finds nothing to do at its start', async () => {
    await generate('--events', '1500', '--store', storeIn('served.db'));
    const register = await RegisterProcess.start({ REGISTER_STORE: storeIn('served.db') });
    expect((await register.log()).length).toBe(1_500);
    const found = await register.ask('/v1/providers/ukprn:10000001');
    expect(found.status).toBe(200);
    expect(await register.stop()).toBe(0);
  });

  test('refuses a store that has events, says what to do, and leaves it as it is', async () => {
    await generate('--events', '100', '--store', storeIn('full.db'));
    const before = await texts('full.db');
    const { code, stdout, stderr } = await generate('--events', '200', '--store', storeIn('full.db'));
    expect(code).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toContain('100 events already');
    expect(stderr).toContain('--store');
    expect(await texts('full.db')).toEqual(before);
  });

  test.each([
    [[], '--events'],
    [['--events', '0'], 'whole number'],
    [['--events', '1e6'], 'whole number'],
    [['--events', '10', '--seed', '-1'], 'whole number'],
    [['--events', '10', '--store', 'generated.db'], 'sqlite:data/generated.db'],
    [['--events', '10', '--colour', 'red'], '--colour'],
  ])('%j is wrong usage', async (args, hint) => {
    const { code, stdout, stderr } = await generate(...args);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain(hint);
  });

  test('tells how it is used', async () => {
    const { code, stdout } = await generate('--help');
    expect(code).toBe(0);
    for (const option of ['--events', '--seed', '--store']) expect(stdout).toContain(option);
  });

  test('stops in order where it is told to, and says how many events stand', async () => {
    const generating = run('tools/generate', ['--events', '400000', '--store', storeIn('stopped.db')]);
    await generating.until(/of 400,000 events/);
    generating.kill('SIGINT');
    expect(await generating.ended).toBe(1);
    const said = /Stopped: ([\d,]+) of 400,000 events/.exec(generating.printed.stdout)?.[1] ?? '';
    expect(await texts('stopped.db')).toHaveLength(Number(said.replaceAll(',', '')));
  });
});
