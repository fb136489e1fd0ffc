/// <reference types="jest" />
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { run, type Running } from './program';

/** The address at which the README finds the demo. */
const THERE = 'http://127.0.0.1:3000';

const README = readFileSync(join(__dirname, '..', '..', 'README.md'), 'utf8');

interface Step {
  readonly says: string;
  readonly command: string;
  readonly shown: unknown;
}

/** The commands of a section, each with the answer that is shown after it. */
function stepsIn(title: string): readonly Step[] {
  const section = README.split(/^## /m).find((one) => one.startsWith(`${title}\n`)) ?? '';
  return [...section.matchAll(/\*\*(.+?)\*\*(?:(?!\*\*)[^])*?```sh\n([^]+?)```\s+```json\n([^]+?)```/g)].map(
    ([, says = '', command = '', shown = '']) => ({ says, command, shown: JSON.parse(shown) as unknown }),
  );
}

const TOUR = stepsIn('Five minutes with curl');
const testWithCurl = spawnSync('curl', ['--version']).error === undefined ? test : test.skip;

let demo: Running;
let url: string;

beforeAll(async () => {
  demo = run('tools/demo', [], { PORT: '0' });
  await demo.until(/Ctrl-C/);
  url = /(http:\S+)\/docs/.exec(demo.printed.stdout)?.[1] ?? '';
});
afterAll(async () => {
  demo.kill('SIGTERM');
  await demo.ended;
});

describe('the tour of the README', () => {
  test('has an answer after each of its commands', () => {
    expect(TOUR.length).toBeGreaterThan(5);
    expect(TOUR).toHaveLength(README.split(/^curl /m).length - 1);
  });

  // One after the other: what is posted is asked about later.
  testWithCurl.each(TOUR)('$says', ({ command, shown }) => {
    const { stdout, stderr } = spawnSync('sh', ['-c', command.replaceAll(THERE, url)], { encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toMatchObject(shown as object);
  });
});

test('the first example of the README is what the demo says of it', async () => {
  const [, example = ''] = /```json\n([^]+?)```/.exec(README) ?? [];
  const year = 'setting=school-commissioned&from=2026-09-01&until=2027-07-20';
  const answer: unknown = await (
    await fetch(`${url}/v1/providers/ukprn:10000001/eligibility?${year}`)
  ).json();
  expect(answer).toMatchObject(JSON.parse(example) as object);
});
