/// <reference types="jest" />
import { parse } from 'node-html-parser';
import { CommandLine } from './command-line';
import { accepted } from './refusal';

/** Who took whose place: in records, histories and searches, over HTTP, on pages and on the command line. */
const cli = CommandLine.ofThisFile();

const SCHOOL = 'urn:110001';
const ACADEMY = 'urn:110002';
const COLLEGE = 'ukprn:10110003';
const TRUST = 'ukprn:10110004';
const FURTHER = 'company:00110005';
const TRADER = 'ukprn:10110006';
const at: Record<string, string> = {};

const post = (type: string, subject: string, data: Readonly<Record<string, unknown>>) =>
  accepted(cli.register, { type, subject, data });
const read = async <T>(path: string) => {
  const { status, json, text } = await cli.register.ask(path);
  expect({ status, text }).toMatchObject({ status: 200 });
  return json as T;
};
const succession = (by: readonly string[], on: string, kind = 'conversion') => ({ by, on, kind });

beforeAll(async () => {
  const school = (name: string) => ({ name, phase: 'secondary', area: 'area:E10000014' });
  await post('SchoolRegistered', SCHOOL, school('Hillside School'));
  await post('SchoolRegistered', ACADEMY, school('Hilltop Academy'));
  await post('ProviderRegistered', COLLEGE, { name: 'Hilltown College', legalForm: 'college' });
  await post('ProviderRegistered', TRUST, { name: 'Upland Trust', legalForm: 'charity' });
  await post('ProviderIdentified', TRUST, { as: FURTHER });
  await post('ProviderRegistered', TRADER, { legalForm: 'sole-trader' });
  at['converted'] = await post('ProviderSucceeded', SCHOOL, succession([ACADEMY], '2020-08-31'));
  at['split'] = await post(
    'ProviderSucceeded',
    ACADEMY,
    succession([FURTHER, TRADER], '2026-07-31', 'split'),
  );
  at['merged'] = await post('ProviderMerged', COLLEGE, { into: TRUST, on: '2026-12-31' });
});

describe('a record', () => {
  test('says by whom a provider was succeeded, and whom it succeeds', async () => {
    expect(await read(`/v1/providers/${SCHOOL}`)).toMatchObject({
      openUntil: '2020-08-31',
      succeededBy: [{ by: [ACADEMY], on: '2020-08-31', kind: 'conversion', position: at['converted'] }],
      succeeds: [],
      mergedInto: [],
    });
    expect(await read(`/v1/providers/${ACADEMY}`)).toMatchObject({
      succeededBy: [{ by: [TRUST, TRADER], on: '2026-07-31', kind: 'split', position: at['split'] }],
      succeeds: [{ provider: SCHOOL, on: '2020-08-31', kind: 'conversion', position: at['converted'] }],
    });
    expect(await read(`/v1/providers/${FURTHER}`)).toMatchObject({
      openUntil: null,
      succeededBy: [],
      succeeds: [
        { provider: ACADEMY, on: '2026-07-31', kind: 'split', position: at['split'] },
        { provider: COLLEGE, on: '2026-12-31', kind: 'merger', position: at['merged'] },
      ],
    });
  });

  test('tells a merger as one too', async () => {
    expect(await read(`/v1/providers/${COLLEGE}`)).toMatchObject({
      succeededBy: [{ by: [TRUST], on: '2026-12-31', kind: 'merger', position: at['merged'] }],
      mergedInto: [{ key: TRUST, on: '2026-12-31', position: at['merged'] }],
    });
  });

  test('says so as it was known', async () => {
    const before = String(Number(at['converted']) - 1);
    expect(await read(`/v1/providers/${ACADEMY}?knownAt=${before}`)).toMatchObject({ succeeds: [] });
    expect(await read(`/v1/providers/${SCHOOL}?knownAt=${before}`)).toMatchObject({
      succeededBy: [],
    });
  });
});

test('a history has the successions of those whose place the provider took, and what became of them', async () => {
  const positions = async (key: string) => {
    const { events } = await read<{ readonly events: readonly { readonly position: string }[] }>(
      `/v1/providers/${key}/history`,
    );
    return events.map(({ position }) => position);
  };
  expect(await positions(SCHOOL)).toContain(at['converted']);
  expect(await positions(ACADEMY)).toEqual(expect.arrayContaining([at['converted'], at['split']]));
  expect(await positions(TRUST)).toEqual(expect.arrayContaining([at['split'], at['merged']]));
  expect(await positions(TRADER)).not.toContain(at['merged']);
  const disputed = await post('DisputeOpened', COLLEGE, { event: at['merged'], reason: 'not-agreed' });
  expect(await positions(TRUST)).toContain(disputed);
  const closed = await post('DisputeClosed', COLLEGE, { event: at['merged'], outcome: 'dismissed' });
  expect((await positions(TRUST)).slice(-2)).toEqual([disputed, closed]);
});

describe('a search still finds who has closed, and says who is there now', () => {
  const found = (q: string) =>
    read<{ readonly providers: readonly { readonly key: string; readonly now?: unknown }[] }>(
      `/v1/providers?q=${encodeURIComponent(q)}`,
    );
  const NOW = [
    { key: TRUST, name: 'Upland Trust' },
    { key: TRADER, name: null },
  ];

  test('over those that have closed since, by first key', async () => {
    expect((await found('Hillside School')).providers[0]).toMatchObject({ key: SCHOOL, now: NOW });
    expect((await found(ACADEMY)).providers[0]).toMatchObject({ key: ACADEMY, now: NOW });
  });

  test('not of who is open yet, or was never closed', async () => {
    const [college, trust] = [await found('Hilltown College'), await found(TRUST)];
    expect(college.providers[0]).toMatchObject({ key: COLLEGE });
    expect([college.providers[0], trust.providers[0]].map((one) => one && 'now' in one)).toEqual([
      false,
      false,
    ]);
  });

  test('on the page, each leading to the question about it', async () => {
    const { text } = await cli.register.ask('/?provider=Hill&setting=private&on=2026-09-01', {
      headers: { accept: 'text/html' },
    });
    const choices = parse(text.replaceAll('><', '> <')).querySelectorAll('.choices li');
    const words = choices.map((one) => one.text.replace(/\s+/g, ' ').trim());
    expect(words.find((one) => one.startsWith('Hillside School'))).toMatch(
      `Now: Upland Trust (${TRUST}), ${TRADER}`,
    );
    expect(words.find((one) => one.startsWith('Hilltown College'))).not.toMatch('Now:');
    const links = choices.flatMap((one) =>
      one.querySelectorAll('a').map((link) => link.getAttribute('href')),
    );
    expect(links.some((link) => link?.includes(`provider=${TRUST}&setting=private`))).toBe(true);
  });

  test('on the command line', async () => {
    const { code, stderr } = await cli.client(['check', 'Hillside School', '--setting', 'private']);
    expect(code).toBe(2);
    expect(stderr).toContain(`\n  ${SCHOOL}  Hillside School  Now: Upland Trust (${TRUST}), ${TRADER}\n`);
  });
});

test('an answer on the command line names who took the provider’s place', async () => {
  const { code, stdout } = await cli.client(['check', ACADEMY, '--setting', 'private', '--on', '2026-09-01']);
  expect(code).toBe(1);
  expect(stdout).toContain(
    `${TRUST} and ${TRADER} have taken its place: ask about them too, for nothing passes to them by itself (event ${at['split'] ?? ''}).`,
  );
});
