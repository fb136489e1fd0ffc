/// <reference types="jest" />
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'node-html-parser';
import { CommandLine } from './command-line';
import type { ProblemCode } from '@app/domain/values/problem';
import { accepted, expectRefusal, keyOf } from './refusal';

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

describe('what to post for a successor', () => {
  const ENGAGED = 'adviser:succession1';
  const proposal = async (key: string, query = '') =>
    cli.register.ask(`/v1/providers/${key}/succession${query}`);
  let engaged: string;
  let gone: string;

  beforeAll(async () => {
    await post('BodyRecognised', 'body:staff', {
      name: 'Staff',
      mayPost: [{ types: ['EngagementStarted', 'EngagementEnded'] }],
      from: '2020-01-01',
    });
    await post('AdviserRegistered', ENGAGED, {});
    engaged = await post('EngagementStarted', ENGAGED, {
      provider: ACADEMY,
      from: '2024-09-01',
      basis: 'employed',
    });
    gone = await post('CareersLeaderAppointed', ACADEMY, { appointment: 'CL-1', from: '2024-09-01' });
  });

  test('is proposed, and what is left out is said, with an address at which it stays', async () => {
    const reply = await proposal(ACADEMY, `?to=${FURTHER}`);
    expect(reply.status).toBe(200);
    expect(reply.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(reply.json).toEqual({
      from: ACADEMY,
      to: TRUST,
      on: '2026-07-31',
      events: [
        {
          type: 'EngagementStarted',
          subject: ENGAGED,
          data: { provider: TRUST, from: '2026-08-01', basis: 'employed' },
          by: ['body:staff'],
        },
      ],
      leftOut: [{ position: gone, reason: 'no-school' }],
    });
    const pinned = reply.headers.get('content-location') ?? '';
    expect(pinned).toMatch(
      new RegExp(`^/v1/providers/${ACADEMY}/succession\\?to=${FURTHER}&knownAt=${gone}-[0-9a-f]{8}$`),
    );
    const kept = await cli.register.ask(pinned);
    expect(kept.text).toBe(reply.text);
    const before = await proposal(ACADEMY, `?to=${TRUST}&knownAt=${Number(engaged) - 1}`);
    expect(before.json).toMatchObject({ events: [], leftOut: [] });
  });

  test('is accepted in a dry run, and as its body posts it', async () => {
    const { json } = await proposal(ACADEMY, `?to=${TRADER}`);
    const { events } = json as { readonly events: readonly { readonly by: readonly string[] }[] };
    const batch = events.map(({ by: _, ...event }, i) => ({
      specversion: '1.0',
      source: '/succession',
      id: `no-${i}`,
      ...event,
    }));
    const tried = await cli.register.ask('/v1/events?dryRun=true', {
      method: 'POST',
      headers: {
        authorization: `Bearer ${await keyOf(cli.register, 'staff')}`,
        'content-type': 'application/cloudevents-batch+json',
      },
      body: JSON.stringify(batch),
    });
    expect(tried.json).toMatchObject({ accepted: 1, refused: 0 });
  });

  test.each<
    [what: string, key: string, query: string, status: number, code: ProblemCode, pointers: string[]]
  >([
    ['of several none is named', ACADEMY, '', 400, 'invalid-question', ['/to']],
    ['one is named that did not take its place', ACADEMY, `?to=${COLLEGE}`, 404, 'not-found', []],
    ['nobody took its place', TRUST, '', 404, 'not-found', []],
    ['nobody is registered', 'ukprn:19999999', '', 404, 'unknown-provider', []],
    ['it was not yet', SCHOOL, '?knownAt=0', 404, 'unknown-provider', []],
    ['the key is malformed', 'urn:1', '', 400, 'invalid-question', ['/key']],
    ['the successor’s key is malformed', ACADEMY, '?to=urn:1', 400, 'invalid-question', ['/to']],
    ['a parameter is mistyped', ACADEMY, `?too=${TRUST}`, 400, 'invalid-question', ['/too']],
  ])('is refused where %s', async (_, key, query, status, code, pointers) => {
    expectRefusal(await proposal(key, query), { status, code, pointers });
  });

  test('is shown on the command line, with whoever posts it', async () => {
    const { code, stdout } = await cli.client(['succession', ACADEMY, '--to', FURTHER]);
    expect(code).toBe(0);
    expect(stdout.split('\n')).toEqual([
      `Upland Trust (${TRUST}) takes the place of Hilltop Academy (${ACADEMY}) after 31 July 2026. Nothing passes over by itself.`,
      '',
      'Proposed, in this order, each for whoever posts it to look at:',
      '  adviser:succession1 is engaged by Upland Trust from 1 August 2026 on: to be recorded by body:staff.',
      '',
      'Left out:',
      `  Event ${gone}: it is a school’s, and the successor is none.`,
      '',
      'Nothing was posted. Each body posts its own: body:staff 1.',
      'With --body BODY --output FILE.ndjson those of one body are written, for post FILE.ndjson --dry-run.',
      '',
    ]);
    const other = await cli.client(['succession', ACADEMY, '--to', FURTHER, '--body', 'body:matrix']);
    expect(other.stdout).toContain('There is nothing to propose that body:matrix may record.');
    const json = await cli.client(['succession', ACADEMY, '--to', FURTHER, '--json']);
    expect(JSON.parse(json.stdout)).toEqual((await proposal(ACADEMY, `?to=${TRUST}`)).json);
  });

  test('is asked for by one of several, and of whoever was succeeded', async () => {
    const several = await cli.client(['succession', ACADEMY]);
    expect(several).toMatchObject({ code: 2, stdout: '' });
    expect(several.stderr).toContain(`name one of ${TRUST}, ${TRADER}`);
    expect(await cli.client(['succession', TRUST])).toMatchObject({ code: 2, stdout: '' });
  });

  test.each(['ndjson', 'json'])(
    'is written as a file (.%s) that post takes, and posts nothing',
    async (ending) => {
      const file = join(cli.folder, `succession.${ending}`);
      const write = [
        'succession',
        ACADEMY,
        '--to',
        TRADER,
        '-o',
        file,
        '--source',
        '/moves',
        '--ids',
        'move-',
      ];
      expect(await cli.client(write)).toMatchObject({ code: 0 });
      const text = readFileSync(file, 'utf8');
      const events = (ending === 'json' ? JSON.parse(text) : [JSON.parse(text)]) as readonly object[];
      expect(events).toEqual([
        {
          specversion: '1.0',
          source: '/moves',
          id: expect.stringMatching(/^move-EngagementStarted-[0-9a-f]{20}$/) as unknown,
          type: 'EngagementStarted',
          subject: ENGAGED,
          data: { provider: TRADER, from: '2026-08-01', basis: 'employed' },
        },
      ]);
      expect((await cli.standing('/moves')).events).toBe(0);
      const again = await cli.client(write);
      expect(again).toMatchObject({ code: 2, stdout: '' });
      expect(again.stderr).toContain('--force');
      expect(await cli.client([...write, '--force'])).toMatchObject({ code: 0 });
      expect(readFileSync(file, 'utf8')).toBe(text);
      const staff = cli.environment(undefined, await keyOf(cli.register, 'staff'));
      const tried = await cli.client(['post', file, '--dry-run', '--json'], staff);
      expect(tried.code).toBe(0);
      expect(JSON.parse(tried.stdout)).toMatchObject({ accepted: 1, refused: 0 });
    },
  );

  test('is written by no name that post would take for a table', async () => {
    const named = await cli.client(['succession', ACADEMY, '--to', TRADER, '-o', join(cli.folder, 'x.csv')]);
    expect(named).toMatchObject({ code: 2, stdout: '' });
  });
});
