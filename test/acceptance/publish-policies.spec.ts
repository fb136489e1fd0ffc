/// <reference types="jest" />
import { join } from 'node:path';
import { importHistory, type DatedPosting } from '@app/application/posting/history-import';
import { builtInPolicies, dayOpened } from '@app/application/posting/registrar-postings';
import { openLog } from '@app/application/stores/open';
import { REGISTRAR } from '@app/domain/log/event-catalogue';
import { dayOf } from '@app/domain/values/day';
import { Host } from './host';
import { REGISTRAR_KEY, RegisterProcess, temporaryFolder } from './process';
import { accepted, endSound } from './refusal';

const SCHOOL = 'urn:100001';
const PROVIDER = 'ukprn:10000001';
const ADVISER = 'adviser:example0001';

/** What an earlier release began a register with: one policy, and a provider with an adviser who is employed by the school that asks. */
const OLDER: readonly DatedPosting[] = [
  ...builtInPolicies().slice(0, 1),
  dayOpened(dayOf('2026-09-01')),
  ...(
    [
      ['ProviderRegistered', PROVIDER, { name: 'Example Guidance', legalForm: 'company' }],
      ['SchoolRegistered', SCHOOL, { name: 'Example School', phase: 'secondary', area: 'area:E10000099' }],
      ['AdviserRegistered', ADVISER, {}],
      ['EngagementStarted', ADVISER, { provider: SCHOOL, from: '2026-01-01', basis: 'employed' }],
      ['EngagementStarted', ADVISER, { provider: PROVIDER, from: '2026-01-01', basis: 'contracted' }],
    ] as const
  ).map(([type, subject, data], i) => ({
    body: REGISTRAR,
    source: '/older',
    id: `older-${i}`,
    type,
    subject,
    data,
  })),
].map((posting) => ({ at: Date.parse('2026-09-01T08:00:00Z'), ...posting }));

interface Given {
  readonly register: RegisterProcess;
  readonly client: (...args: readonly string[]) => ReturnType<Host['run']>;
}

let host: Host;
let folder: ReturnType<typeof temporaryFolder>;
const running: RegisterProcess[] = [];
beforeAll(() => {
  host = new Host('client/main');
  folder = temporaryFolder();
});
afterEach(async () => {
  for (const register of running.splice(0)) await endSound(register);
});
afterAll(() => {
  host.end();
  folder.remove();
});

/** A register that an earlier release began, which this one now runs, and the command line beside it. */
async function olderRegister(name: string): Promise<Given> {
  const file = join(folder.path, `${name}.db`);
  await (await importHistory(await openLog({ kind: 'sqlite', file }), OLDER)).close();
  const register = await RegisterProcess.start({ REGISTER_STORE: `sqlite:${file}` });
  running.push(register);
  const environment = { GUIDANCE_REGISTER_URL: register.url, GUIDANCE_REGISTER_KEY: REGISTRAR_KEY };
  return { register, client: (...args) => host.run(['publish-policies', ...args], environment) };
}

async function editionsIn(register: RegisterProcess): Promise<readonly string[]> {
  const { json } = await register.ask('/v1/policies');
  const { policies } = json as { policies: { id: string; editions: { edition: number }[] }[] };
  return policies.flatMap(({ id, editions }) => editions.map(({ edition }) => `${id} ${edition}`));
}

async function answersOf(register: RegisterProcess) {
  const address = `/v1/providers/${PROVIDER}/eligibility?setting=school-commissioned&adviser=${ADVISER}&school=${SCHOOL}&policy=all`;
  const { answers } = (await register.ask(address)).json as {
    answers: { policy: { id: string }; outcome: string; gaps: { reason: string }[] }[];
  };
  return answers.map(({ policy: { id }, outcome, gaps }) => [id, outcome, gaps[0]?.reason]);
}

/** Publishes an edition of the registrar’s own. */
function ownEdition(register: RegisterProcess, id: string, edition: number, effectiveFrom: string) {
  const policy = { title: 'Its own', strength: 'guidance', purposes: {}, settings: {} };
  const data = { edition, effectiveFrom, policy };
  return accepted(register, { type: 'PolicyEditionPublished', subject: `policy:${id}`, data });
}

test('an older register is given the editions that it lacks, once, and then answers by all of them', async () => {
  const { register, client } = await olderRegister('older');
  expect(await editionsIn(register)).toEqual(['cmqa-2017 1']);
  const length = (await register.log()).length;

  const dry = await client('--dry-run');
  expect(dry).toMatchObject({ code: 0, stderr: '' });
  expect(dry.stdout).toContain('cmqa-2017: nothing to publish, every edition stands\n');
  expect(dry.stdout).toContain(
    'england-statute: edition 1 is to be published, in force from 1 September 2012\n',
  );
  expect(dry.stdout).toContain('would be published: 9\n');
  expect(dry.stdout).toContain('answers that would change');

  // Nobody is at a terminal to be asked.
  const unsaid = await client();
  expect(unsaid).toMatchObject({ code: 2 });
  expect(unsaid.stderr).toContain('--yes');
  expect(await register.log()).toHaveLength(length);

  const published = await client('--yes');
  expect(published).toMatchObject({ code: 0, stderr: '' });
  expect(published.stdout).toContain('\npublished: 9\n');
  expect(await register.log()).toHaveLength(length + 9);
  expect(await editionsIn(register)).toEqual([
    'cmqa-2017 1',
    'england-funding 1',
    'england-funding 2',
    'england-funding 3',
    'england-funding 4',
    'england-guidance 1',
    'england-guidance 2',
    'england-statute 1',
    'england-statute 2',
    'england-statute 3',
  ]);
  expect(await answersOf(register)).toEqual([
    ['england-statute', 'not-eligible', 'adviser-not-independent'],
    ['england-funding', 'silent', 'no-policy-in-force'],
    ['england-guidance', 'not-eligible', 'no-qualification'],
    ['cmqa-2017', 'not-eligible', 'no-qualification'],
  ]);

  const again = await client('--yes');
  expect(again).toMatchObject({ code: 0, stderr: '' });
  expect(again.stdout).not.toContain('published: ');
  expect(await register.log()).toHaveLength(length + 9);
});

test('where other editions stand in the way, nothing of that policy is published, and it is said', async () => {
  const { register, client } = await olderRegister('own');
  await ownEdition(register, 'england-statute', 1, '2012-09-01');
  await ownEdition(register, 'england-funding', 7, '2026-01-01');
  const said = await client('--yes');
  expect(said.code).toBe(1);
  expect(said.stdout).toContain(
    'england-statute: nothing is published, because the edition 1 that stands differs',
  );
  expect(said.stdout).toContain('england-funding: nothing is published, because edition 1 is missing');
  expect(said.stdout).toContain('\npublished: 2\n');
  expect(await editionsIn(register)).toEqual([
    'cmqa-2017 1',
    'england-funding 7',
    'england-guidance 1',
    'england-guidance 2',
    'england-statute 1',
  ]);
});

test('an edition that was published and retracted is not published again, and it is said', async () => {
  const { register, client } = await olderRegister('retracted');
  const first = await client('--yes', '--json');
  const { published, lastPosition, policies } = JSON.parse(first.stdout) as {
    published: number;
    lastPosition: string;
    policies: unknown[];
  };
  expect(published).toBe(9);
  expect(policies).toHaveLength(4);
  const data = { event: lastPosition, reason: 'not-wanted' };
  await accepted(register, { type: 'EventRetracted', subject: 'policy:england-statute', data });
  const length = (await register.log()).length;
  const again = await client('--yes');
  expect(again.code).toBe(1);
  expect(again.stdout).toContain('retracted before: 1 (');
  expect(await register.log()).toHaveLength(length);
});

test('only the registrar’s key publishes', async () => {
  const { register } = await olderRegister('key');
  const settings = { GUIDANCE_REGISTER_URL: register.url, GUIDANCE_REGISTER_KEY: 'grk_none' };
  expect(await host.run(['publish-policies', '--yes'], settings)).toMatchObject({ code: 77 });
  expect(await host.run(['publish-policies'], { GUIDANCE_REGISTER_URL: register.url })).toMatchObject({
    code: 2,
  });
  expect(await editionsIn(register)).toEqual(['cmqa-2017 1']);
});
