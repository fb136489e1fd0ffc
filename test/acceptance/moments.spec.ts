/// <reference types="jest" />
import { hash } from 'node:crypto';
import { join } from 'node:path';
import { RegisterProcess, temporaryFolder, type Reply } from './process';
import { run } from './program';
import { accepted, endSound, expectRefusal, openDay } from './refusal';

/** Moments of knowledge: how they are named, of which log they are, and what is said of one that is not there. */

const ONE = 'ukprn:10000001';
const TWO = 'ukprn:10000002';
const ADVISER = 'adviser:k7m2p4q8';
const BEYOND = '9007199254740993';
const header = (reply: Reply, name: string) => reply.headers.get(name);
const at = (path: string, query: string) => `${path}${path.includes('?') ? '&' : '?'}${query}`;

/** All that is asked as known at a moment. */
const AS_KNOWN = [
  `/v1/providers/${ONE}/eligibility?setting=publicly-funded&on=2026-09-01`,
  `/v1/providers/${ONE}`,
  `/v1/providers/${ONE}/history`,
  `/v1/advisers/${ADVISER}`,
  `/v1/advisers/${ADVISER}/history`,
  `/v1/advisers/${ADVISER}/eligibility?purpose=personal-guidance&on=2026-09-01`,
  '/v1/policies',
  '/v1/policies/cmqa-2017',
  '/v1/bodies',
  '/v1/bodies/registrar/events',
  '/v1/events/11/history',
  '/events/11',
  `/?provider=${ONE}&setting=publicly-funded&from=2026-09-01`,
];

async function begin(register: RegisterProcess): Promise<void> {
  await openDay(register, '2026-09-01');
  await accepted(register, {
    type: 'ProviderRegistered',
    subject: ONE,
    data: { name: 'One', legalForm: 'company' },
  });
  await accepted(register, { type: 'AdviserRegistered', subject: ADVISER, data: {} });
}

const award = (register: RegisterProcess, subject: string, reference: string) =>
  accepted(register, {
    type: 'AccreditationAwarded',
    subject,
    data: { standard: 'matrix', reference, from: '2026-01-01', until: '2028-12-31', kind: 'initial' },
  });

/** How a position is written where it is said of which log it is, worked out from the bytes of the log. */
async function momentOf(register: RegisterProcess, position: number): Promise<string> {
  const [line = ''] = await register.log(position - 1);
  return `${position}-${hash('sha256', line).slice(0, 8)}`;
}

describe('a moment', () => {
  let register: RegisterProcess;
  beforeAll(async () => {
    register = await RegisterProcess.start();
    await begin(register);
  });
  afterAll(() => endSound(register));

  test.each(AS_KNOWN)(
    'may say of which log it is, and is refused where it is of another: %s',
    async (path) => {
      const moment = await momentOf(register, 12);
      const digits = moment.slice(3);
      const said = await register.ask(at(path, `knownAt=${moment}`));
      expect(said.status).toBe(200);
      if (path.startsWith('/v1')) expect(said.text).toBe((await register.ask(at(path, 'knownAt=12'))).text);
      const reply = await register.ask(
        at(path, `knownAt=12-${digits === '00000000' ? '11111111' : '00000000'}`),
      );
      expect(reply.status).toBe(409);
      for (const words of [moment, 'restored', 'another register']) expect(reply.text).toContain(words);
      if (path.startsWith('/v1'))
        expectRefusal(reply, { status: 409, code: 'other-log', pointers: ['/knownAt'] });
    },
  );

  test.each([
    '3-',
    '3-1a2b',
    '3-1a2b3c4d5',
    '3-1A2B3C4D',
    '3-1a2b3c4g',
    '03-1a2b3c4d',
    '-1-1a2b3c4d',
    '-1',
    '3.0',
    `${BEYOND}99999`,
  ])('is written in one way alone: %s is none', async (moment) => {
    const expected = (name: string) => ({ status: 400, code: 'invalid-question', pointers: [`/${name}`] });
    expectRefusal(await register.ask(`/v1/policies?knownAt=${moment}`), expected('knownAt'));
    expectRefusal(await register.ask(`/v1/policies?atLeast=${moment}`), expected('atLeast'));
    expectRefusal(await register.ask(`/v1/compare?before=${moment}`), expected('before'));
    expectRefusal(await register.ask(`/v1/compare?before=0&after=${moment}`), expected('after'));
    if (moment !== '-1') expectRefusal(await register.ask(`/v1/log?after=${moment}`), expected('after'));
  });

  test('is the same as atLeast, before and after, and in the log', async () => {
    const moment = await momentOf(register, 11);
    for (const query of [
      `policies?atLeast=${moment}`,
      `compare?before=${moment}&after=${moment}`,
      `log?after=${moment}`,
    ])
      expect((await register.ask(`/v1/${query}`)).status).toBe(200);
    const wrong = `${moment.slice(0, -1)}${moment.endsWith('0') ? '1' : '0'}`;
    for (const [query, name] of [
      [`policies?atLeast=${wrong}`, 'atLeast'],
      [`compare?before=${wrong}`, 'before'],
      [`compare?before=0&after=${wrong}`, 'after'],
      [`log?after=${wrong}`, 'after'],
    ] as const)
      expectRefusal(await register.ask(`/v1/${query}`), {
        status: 409,
        code: 'other-log',
        pointers: [`/${name}`],
      });
  });

  test('is the same in questions that are posted', async () => {
    const moment = await momentOf(register, 12);
    const question = { provider: ONE, setting: 'publicly-funded', on: '2026-09-01' };
    const reply = await register.ask('/v1/eligibility', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(
        ['12', moment, '12-00000000', '12-12', BEYOND].map((knownAt) => ({ ...question, knownAt })),
      ),
    });
    const answers = reply.json as readonly { readonly code?: string; readonly outcome?: string }[];
    expect(answers.map(({ code, outcome }) => code ?? outcome)).toEqual([
      ...['not-eligible', 'not-eligible', 'other-log', 'invalid-question', 'not-caught-up'],
    ]);
    expect(answers[1]).toEqual(answers[0]);
  });

  test.each(['13', '13-1a2b3c4d', '999999', BEYOND, '18446744073709551615'])(
    'beyond the end of the log is not there yet: %s',
    async (moment) => {
      const [position = ''] = moment.split('-');
      for (const query of [
        `policies?knownAt=${moment}`,
        `compare?before=${moment}`,
        `compare?before=0&after=${moment}`,
        `log?after=${moment}`,
      ]) {
        const reply = await register.ask(`/v1/${query}`);
        expectRefusal(reply, { status: 503, code: 'not-caught-up' });
        expect(header(reply, 'retry-after')).toMatch(/^[0-9]+$/);
        expect(reply.text).toContain(`ends at 12, and position ${position} is beyond`);
      }
    },
  );

  test('that has not come yet is said to be so', async () => {
    const reply = await register.ask('/v1/policies?knownAt=2999-01-01T00:00:00Z');
    expectRefusal(reply, { status: 503, code: 'not-caught-up' });
    expect(reply.text).toContain('The moment 2999-01-01T00:00:00Z has not come yet');
  });

  test('before the first event knows nothing', async () => {
    const then = 'knownAt=2000-01-01T00:00:00Z';
    expect((await register.ask(`/v1/policies?${then}`)).json).toEqual({
      policies: [],
      knownAt: { position: '-1', recordedAt: null, today: null },
    });
    expectRefusal(await register.ask(`/v1/providers/${ONE}?${then}`), {
      status: 404,
      code: 'unknown-provider',
    });
  });

  test('at the end of the log has nothing after it, said with 200', async () => {
    for (const after of ['12', await momentOf(register, 12)]) {
      const reply = await register.ask(`/v1/log?after=${after}`);
      expect([reply.status, reply.text, header(reply, 'link')]).toEqual([200, '', null]);
    }
  });

  test('leads from page to page of the log, each saying of which log the next is', async () => {
    const lines: string[] = [];
    const nexts: string[] = [];
    for (let next: string | undefined = '/v1/log?after=-1&limit=1'; next !== undefined;) {
      const reply = await register.ask(next);
      lines.push(reply.text);
      next = /<([^>]+)>; rel="next"/.exec(header(reply, 'link') ?? '')?.[1];
      if (next !== undefined) nexts.push(new URL(next, register.url).searchParams.get('after') ?? '');
    }
    expect(lines).toEqual((await register.log()).map((line) => `${line}\n`));
    expect(nexts).toEqual(
      await Promise.all(
        Array.from({ length: 12 }, (_, i) => i).map((position) => momentOf(register, position)),
      ),
    );
  });

  test('a position so far on that no number holds it is unknown, and said so truly', async () => {
    for (const path of [`/v1/events/${BEYOND}`, `/v1/events/${BEYOND}/history`]) {
      const reply = await register.ask(path);
      expectRefusal(reply, { status: 404, code: 'unknown-event' });
      expect(reply.text).toContain('No event stands so far on yet: the last one is 12');
    }
    const reply = await register.ask(`/v1/events/${'9'.repeat(21)}`);
    expectRefusal(reply, { status: 400, code: 'invalid-question', pointers: ['/position'] });
    expect(reply.text).toContain('at most 20 digits');
  });
});

describe('two moments of one provider', () => {
  let register: RegisterProcess;
  beforeAll(async () => {
    register = await RegisterProcess.start();
    await begin(register);
    await accepted(register, {
      type: 'ProviderRegistered',
      subject: TWO,
      data: { name: 'Two', legalForm: 'company' },
    });
    await award(register, ONE, 'M-1');
    await award(register, TWO, 'M-2');
    await accepted(register, { type: 'ProviderIdentified', subject: TWO, data: { as: 'company:01234567' } });
  });
  afterAll(() => endSound(register));
  const compare = (query: string) => register.ask(`/v1/compare?setting=publicly-funded&${query}`);
  const keys = (reply: Reply) =>
    (reply.json as { providers: { provider: { key: string }; because: string[] }[] }).providers.map(
      ({ provider, because }) => [provider.key, because.join()],
    );

  test('are compared by any of its keys, and of no other', async () => {
    expect(keys(await compare('before=13'))).toEqual([
      [ONE, '14'],
      [TWO, '15,16'],
    ]);
    expect(keys(await compare(`before=13&provider=${ONE}`))).toEqual([[ONE, '14']]);
    for (const key of [TWO, 'company:01234567'])
      expect(keys(await compare(`before=13&provider=${key}`))).toEqual([[TWO, '15,16']]);
    expect(keys(await compare(`before=14&provider=${ONE}`))).toEqual([]);
    expect(keys(await compare(`before=10&provider=${ONE}`))).toEqual([[ONE, '11,14']]);
  });

  test('need it to be registered at one of them', async () => {
    for (const query of ['before=0&provider=ukprn:19999999', `before=10&after=12&provider=${TWO}`])
      expectRefusal(await compare(query), { status: 404, code: 'unknown-provider' });
    expectRefusal(await compare('before=0&provider=One'), {
      status: 400,
      code: 'invalid-question',
      pointers: ['/provider'],
    });
  });

  test('lead from page to page, also from before the first event', async () => {
    for (const before of ['2000-01-01T00:00:00Z', '1']) {
      const first = await compare(`before=${before}&limit=1`);
      expect(keys(first).map(([key]) => key)).toEqual([ONE]);
      const next = /<([^>]+)>/.exec(header(first, 'link') ?? '')?.[1] ?? '';
      expect(new URL(next, register.url).searchParams.get('after')).toBe(await momentOf(register, 16));
      expect(keys(await register.ask(next)).map(([key]) => key)).toEqual([TWO]);
    }
  });
});

describe('a register that was restored from a backup', () => {
  const folder = temporaryFolder();
  const REGISTER_STORE = `sqlite:${join(folder.path, 'register.db')}`;
  let register: RegisterProcess;
  const command = async (name: string, ...args: readonly string[]) => {
    const program = run(`tools/${name}`, args, { REGISTER_STORE });
    expect([await program.ended, program.printed.stderr]).toEqual([0, expect.any(String)]);
    return program.printed.stdout;
  };
  const start = async () => (register = await RegisterProcess.start({ REGISTER_STORE }));
  /** What was answered before, by its address: with the tag that a cache keeps. */
  const kept = new Map<string, { readonly tag: string; readonly text: string }>();
  let said = '';
  /** What pages at such addresses say while the log is still shorter than it was. */
  const shorter: Reply[] = [];

  beforeAll(async () => {
    await start();
    await begin(register);
    await command('backup', join(folder.path, 'backup'));
    await award(register, ONE, 'M-1');
    await accepted(register, {
      type: 'ProviderRegistered',
      subject: TWO,
      data: { name: 'Two', legalForm: 'company' },
    });
    const moment = await momentOf(register, 13);
    // At 13 the register tells that it was restored, as soon as it starts.
    const beyond = await momentOf(register, 14);
    const addresses = [
      ...AS_KNOWN.flatMap((path) => [path, at(path, 'knownAt=13'), at(path, `knownAt=${moment}`)]),
      '/v1/compare?before=12&after=13',
      `/v1/compare?before=12&after=${moment}`,
      `/v1/providers?q=Two`,
      '/v1/log',
      '/v1/log?after=12&limit=1',
      '/v1/events/13',
    ];
    for (const path of addresses) {
      const reply = await register.ask(path);
      expect([path, reply.status]).toEqual([path, 200]);
      kept.set(path, { tag: header(reply, 'etag') ?? '', text: reply.text });
      const pinned = header(reply, 'content-location');
      if (pinned === null) continue;
      const own = await register.ask(pinned);
      expect(pinned).toMatch(/^[^?]+\?[^&]/);
      kept.set(pinned, { tag: header(own, 'etag') ?? '', text: own.text });
    }
    await register.stop();
    said = await command('restore', join(folder.path, 'backup'), '--replaced', join(folder.path, 'replaced'));
    await start();
    for (const path of AS_KNOWN.filter((one) => !one.startsWith('/v1')))
      shorter.push(await register.ask(at(path, `knownAt=${beyond}`), { headers: { accept: 'text/html' } }));
    // The same positions are given again, to other events.
    await accepted(register, {
      type: 'ProviderClosed',
      subject: ONE,
      data: { on: '2026-08-31', reason: 'closed' },
    });
    await accepted(register, { type: 'AdviserRegistered', subject: 'adviser:other0001', data: {} });
  });
  afterAll(async () => {
    await endSound(register);
    folder.remove();
  });

  test('says 304 to no tag that was given before, and at no address the answer of before', async () => {
    expect(kept.size).toBeGreaterThan(50);
    for (const [path, { tag }] of kept) {
      for (const had of [tag, `W/${tag}`, tag.replace(/"$/, '-br"')]) {
        const reply = await register.ask(path, { headers: { 'if-none-match': had } });
        // A page of the log before the backup, or a list that nothing came into, may be the very same.
        if (reply.status === 304)
          expect([path, (await register.ask(path)).text]).toEqual([path, kept.get(path)?.text]);
        else expect([path, [200, 404, 409].includes(reply.status)]).toEqual([path, true]);
      }
    }
    const tags = AS_KNOWN.map(
      (path) => [path, kept.get(path)?.tag, kept.get(at(path, 'knownAt=13'))?.tag] as const,
    );
    for (const [path, ...had] of tags)
      for (const tag of had)
        expect([
          path,
          (await register.ask(at(path, 'knownAt=13'), { headers: { 'if-none-match': tag ?? '' } })).status,
        ]).toEqual([path, 200]);
  });

  test('answers 409 at every address that was given out as that of an answer', async () => {
    const pinned = [...kept.keys()].filter((path) => /(?:knownAt|after)=13-[0-9a-f]{8}/.test(path));
    expect(pinned.length).toBeGreaterThan(AS_KNOWN.length);
    for (const path of pinned)
      for (const headers of [{}, { 'if-none-match': kept.get(path)?.tag ?? '' }, { 'if-none-match': '*' }])
        expect([path, (await register.ask(path, { headers })).status]).toEqual([path, 409]);
  });

  test('says on a page, before the position is given again, that it may have been restored', () => {
    expect(shorter).toHaveLength(2);
    for (const { status, text } of shorter) {
      expect(status).toBe(503);
      expect(text).toMatch(/has no event 14\. .*the register was restored/);
    }
  });

  test('tells a mirror that follows the log', async () => {
    const moment = /knownAt=(13-[0-9a-f]{8})/.exec([...kept.keys()].join())?.[1] ?? '';
    expectRefusal(await register.ask(`/v1/log?after=${moment}`), { status: 409, code: 'other-log' });
    expectRefusal(await register.ask(`/v1/policies?atLeast=${moment}`), { status: 409, code: 'other-log' });
  });

  test('is what the restore says of the addresses that were given out', () => {
    expect(said).toContain('409');
    expect(said).toMatch(/position 12/);
  });
});
