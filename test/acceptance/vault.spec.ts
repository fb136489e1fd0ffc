/// <reference types="jest" />
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SqliteVault } from '@app/application/vault/sqlite-vault';
import { REGISTRAR_KEY, RegisterProcess, temporaryFolder, type Reply } from './process';
import { accepted, endSound, expectRefusal, keyOf, openDay } from './refusal';

/** The vault over HTTP (specification, section 9): who keeps what of whom, who is shown it, and what is left when it is erased. */
const folder = temporaryFolder();
const FILE = join(folder.path, 'register.db');
const ENVIRONMENT = { REGISTER_STORE: `sqlite:${FILE}` };

const BODY = 'body:example-assessors';
const ADVISER = 'adviser:example0001';
const OTHER_ADVISER = 'adviser:example0002';
const TRADER = 'ukprn:10000001';
const COMPANY = 'ukprn:10000002';
const NAME = 'Example Person Zebedee';
const PUBLIC = { name: NAME, contact: 'zebedee@example.org', public: true };
const PRIVATE = { ...PUBLIC, public: false };
const { public: _, ...SHOWN } = PUBLIC;

let register: RegisterProcess;
let key: string;
let otherKey: string;

beforeAll(async () => {
  register = await RegisterProcess.start(ENVIRONMENT);
  await openDay(register, '2026-09-01');
  for (const subject of [BODY, 'body:other-assessors'])
    await accepted(register, {
      type: 'BodyRecognised',
      subject,
      data: { name: 'Example Assessors', mayPost: [{ types: '*' }], from: '2017-01-01' },
    });
  key = await keyOf(register, 'example-assessors');
  otherKey = await keyOf(register, 'other-assessors');
  await accepted(register, { type: 'AdviserRegistered', subject: ADVISER, data: {} }, key);
  await accepted(register, { type: 'AdviserRegistered', subject: OTHER_ADVISER, data: {} }, otherKey);
  await registerProvider(TRADER, { legalForm: 'sole-trader' });
  await registerProvider(COMPANY, { legalForm: 'company', name: 'Example Guidance' });
});
afterAll(async () => {
  await endSound(register);
  folder.remove();
});

const registerProvider = (subject: string, data: Readonly<Record<string, unknown>>, by = key) =>
  accepted(register, { type: 'ProviderRegistered', subject, data }, by);

const kindOf = (subject: string) => (subject.startsWith('adviser:') ? 'advisers' : 'providers');
const addressOf = (subject: string) => `/v1/${kindOf(subject)}/${subject}/person`;
const authorised = (by: string) => ({ authorization: `Bearer ${by}` });

const send = (subject: string, text: string, by = key) =>
  register.ask(addressOf(subject), {
    method: 'PUT',
    headers: { ...authorised(by), 'content-type': 'application/json' },
    body: text,
  });
const put = (subject: string, person: object, by = key) => send(subject, JSON.stringify(person), by);
const read = (subject: string, by = key) => register.ask(addressOf(subject), { headers: authorised(by) });
const erase = (subject: string, by = key) =>
  register.ask(addressOf(subject), { method: 'DELETE', headers: authorised(by) });
const kept = async (subject: string, person: object, by = key) => {
  const reply = await put(subject, person, by);
  expect([201, 204]).toContain(reply.status);
};
const erased = async (subject: string, by = key) => {
  expect((await erase(subject, by)).status).toBe(204);
};

const recordOf = (subject: string, query = '') => register.ask(`/v1/${kindOf(subject)}/${subject}${query}`);
const personShown = async (subject: string) =>
  ((await recordOf(subject)).json as { readonly person?: object }).person;
interface Found {
  readonly key: string;
  readonly name: string | null;
  readonly matched: string | null;
}
const found = async (q: string) => {
  const reply = await register.ask(`/v1/providers?q=${encodeURIComponent(q)}`);
  return (reply.json as { readonly providers: readonly Found[] }).providers;
};
const headOf = async () =>
  ((await register.ask('/health/ready')).json as { readonly position: string }).position;

/** Opens the vault itself, as an operator would, while the register runs. */
async function inVault<T>(look: (vault: SqliteVault) => Promise<T>): Promise<T> {
  const vault = SqliteVault.open(join(folder.path, 'register.vault.db'));
  try {
    return await look(vault);
  } finally {
    await vault.close();
  }
}

describe.each([
  ['an adviser', ADVISER],
  ['a sole trader', TRADER],
])('what is kept of %s', (_, subject) => {
  afterEach(() => erased(subject));

  test('is made once, then replaced, read as it was put, and erased', async () => {
    const made = await put(subject, PRIVATE);
    expect([made.status, made.headers.get('location'), made.text]).toEqual([201, addressOf(subject), '']);
    expect((await put(subject, PRIVATE)).status).toBe(204);
    expect((await read(subject)).json).toEqual(PRIVATE);
    await kept(subject, { name: 'Another Example', public: false });
    expect((await read(subject)).json).toEqual({ name: 'Another Example', public: false });
    await erased(subject);
    expectRefusal(await read(subject), { status: 404, code: 'not-found' });
    await erased(subject);
    expect((await put(subject, PRIVATE)).status).toBe(201);
  });

  test('is kept by no one between', async () => {
    const replies = [await put(subject, PUBLIC), await put(subject, PUBLIC), await read(subject)];
    replies.push(await read(subject, otherKey), await erase(subject), await read(subject));
    for (const { headers } of replies) {
      expect(headers.get('cache-control')).toBe('no-store');
      expect([headers.has('etag'), headers.has('content-location')]).toEqual([false, false]);
    }
  });

  test('is for the body that registered the person, and for the registrar', async () => {
    for (const by of [key, REGISTRAR_KEY]) {
      await kept(subject, PUBLIC, by);
      expect((await read(subject, by)).json).toEqual(PUBLIC);
      await erased(subject, by);
    }
  });

  test('is not for another body, which is not even told whether it is there', async () => {
    const refused = { status: 403, code: 'not-recognised' };
    const all = async () => [
      await put(subject, PRIVATE, otherKey),
      await read(subject, otherKey),
      await erase(subject, otherKey),
    ];
    const without = await all();
    await kept(subject, PUBLIC);
    const withIt = await all();
    for (const reply of [...without, ...withIt]) expectRefusal(reply, refused);
    expect(withIt.map(({ text }) => text)).toEqual(without.map(({ text }) => text));
    expect((await read(subject)).json).toEqual(PUBLIC);
  });

  test('is for a body that has succeeded the other without a limit, and for it as long as that stands', async () => {
    const succeeded = (data: object) =>
      accepted(register, {
        type: 'BodySucceeded',
        subject: BODY,
        data: { by: 'body:other-assessors', from: '2026-09-01', ...data },
      });
    const refused = { status: 403, code: 'not-recognised' };
    await kept(subject, PRIVATE);
    await succeeded({ standards: ['matrix'], qualifications: ['l6-dcgd'] });
    await succeeded({ from: '2026-09-02' });
    expectRefusal(await read(subject, otherKey), refused);
    const succession = await succeeded({});
    expect((await read(subject, otherKey)).json).toEqual(PRIVATE);
    expect((await put(subject, PUBLIC, otherKey)).status).toBe(204);
    expect((await read(subject)).json).toEqual(PUBLIC);
    await erased(subject, otherKey);
    await accepted(register, {
      type: 'EventRetracted',
      subject: BODY,
      data: { event: succession, reason: 'error' },
    });
    expectRefusal(await read(subject, otherKey), refused);
    expect((await inVault((vault) => vault.readings([subject]))).items.at(-2)).toMatchObject({
      body: 'body:other-assessors',
    });
  });

  test('is for no one without a key', async () => {
    const asked = (method: string, headers: Record<string, string> = {}): Promise<Reply> =>
      register.ask(addressOf(subject), {
        method,
        headers: { ...headers, 'content-type': 'application/json' },
        ...(method === 'PUT' ? { body: JSON.stringify(PRIVATE) } : {}),
      });
    for (const method of ['PUT', 'GET', 'DELETE']) {
      expectRefusal(await asked(method), { status: 401, code: 'no-key' });
      expectRefusal(await asked(method, authorised('not-a-key')), { status: 401, code: 'bad-key' });
    }
  });

  test('is shown with the record at the head, where it is public, and there alone', async () => {
    const before = await recordOf(subject);
    const pinned = before.headers.get('content-location') ?? '';
    await kept(subject, PRIVATE);
    expect((await recordOf(subject)).text).toBe(before.text);
    await kept(subject, PUBLIC);
    const shown = await recordOf(subject);
    expect(shown.json).toEqual({ ...(before.json as object), person: SHOWN });
    expect(shown.headers.get('cache-control')).toBe('no-store');
    for (const header of ['content-location', 'etag']) expect(shown.headers.has(header)).toBe(false);
    expect((await register.ask(pinned)).text).toBe(before.text);
    expect((await recordOf(subject, `?knownAt=${new Date().toISOString()}`)).text).toBe(before.text);
    expect((await recordOf(subject, '/history')).text).not.toContain(NAME);
    await kept(subject, { name: NAME, public: true });
    expect(await personShown(subject)).toEqual({ name: NAME });
    await erased(subject);
    const after = await recordOf(subject);
    expect([after.text, after.headers.get('content-location')]).toEqual([before.text, pinned]);
  });

  test('touches neither the log nor anything that is printed', async () => {
    const head = await headOf();
    const output = register.output.length;
    await kept(subject, PUBLIC);
    await read(subject);
    await erased(subject);
    expect(await headOf()).toBe(head);
    expect((await register.log()).join('\n')).not.toMatch(/zebedee/i);
    expect(register.output.slice(output)).toEqual([]);
    expect((await register.ask('/metrics')).text).not.toMatch(/zebedee|adviser:|ukprn:/i);
  });

  test('is recorded as read, before it is given: by whom, whose, when', async () => {
    const readings = () => inVault(async (vault) => (await vault.readings([subject])).items);
    const before = (await readings()).length;
    await kept(subject, PRIVATE);
    await read(subject);
    await read(subject, REGISTRAR_KEY);
    await read(subject, otherKey);
    await recordOf(subject);
    const made = (await readings()).slice(before);
    expect(made.map(({ key, body }) => [key, body])).toEqual([
      [subject, BODY],
      [subject, 'body:registrar'],
    ]);
    for (const { at } of made) expect(new Date(at).toISOString()).toBe(at);
  });

  test('leaves behind, when it is erased, that it was, and no more', async () => {
    await kept(subject, PUBLIC);
    await erased(subject);
    const [left, erasures] = await inVault(async (vault) => [
      await vault.kept(),
      await vault.erasures([subject]),
    ]);
    expect(left).toEqual([]);
    expect(erasures.at(-1)).toEqual({ key: subject, at: expect.stringMatching(/^20.+Z$/) as unknown });
  });
});

describe('a sole trader', () => {
  afterEach(() => erased(TRADER));

  test('is found by its public name, and shown with it', async () => {
    expect(await found('zebede')).toEqual([]);
    await kept(TRADER, PUBLIC);
    expect(await found('zebede')).toEqual([{ key: TRADER, keys: [TRADER], name: NAME, matched: NAME }]);
    expect(await found(TRADER)).toMatchObject([{ name: NAME, matched: TRADER }]);
  });

  test.each([
    ['once it is private', () => kept(TRADER, PRIVATE)],
    ['once it is erased', () => erased(TRADER)],
    ['once it has another name', () => kept(TRADER, { name: 'Quite Different', public: true })],
  ])('is not found by its name any more %s', async (_, change) => {
    await kept(TRADER, PUBLIC);
    expect(await found('Zebedee')).toHaveLength(1);
    await change();
    expect(await found('Zebedee')).toEqual([]);
    expect((await register.ask(`/v1/providers?q=${TRADER}`)).text).not.toContain(NAME);
    expect((await found(TRADER)).map(({ key }) => key)).toEqual([TRADER]);
  });

  test('has no name of the vault in an answer about eligibility', async () => {
    await kept(TRADER, PUBLIC);
    const { json } = await register.ask(
      `/v1/providers/${TRADER}/eligibility?setting=publicly-funded&on=2026-09-01`,
    );
    expect((json as { provider: object }).provider).toEqual({ key: TRADER, name: null });
  });

  test('cannot be named in the log', async () => {
    expectRefusal(
      await register.post({
        source: '/tests',
        id: 'renaming-a-person',
        type: 'ProviderRenamed',
        subject: TRADER,
        data: { name: NAME, from: '2026-09-01' },
      }),
      { status: 400, code: 'invalid-event', pointers: ['/data/name'] },
    );
  });

  test('is that only as long as its registration says so: what was kept is not shown then, and can still be erased', async () => {
    const subject = 'ukprn:10000005';
    const event = await registerProvider(subject, { legalForm: 'sole-trader' });
    await kept(subject, PUBLIC);
    await accepted(
      register,
      {
        type: 'EventCorrected',
        subject,
        data: {
          event,
          data: { legalForm: 'other', name: 'Quokka Advice' },
          kind: 'clerical',
          reason: 'form',
        },
      },
      key,
    );
    expect(await found('Zebedee')).toEqual([]);
    expect(await found('Quokka')).toMatchObject([{ key: subject, name: 'Quokka Advice' }]);
    expect(await personShown(subject)).toBeUndefined();
    expectRefusal(await put(subject, PUBLIC), { status: 404, code: 'not-found' });
    await erased(subject);
    expectRefusal(await read(subject), { status: 404, code: 'not-found' });
  });
});

describe('all keys of a person lead to the same', () => {
  test('of a sole trader, a further key', async () => {
    const further = 'company:00000006';
    await registerProvider('ukprn:10000006', { legalForm: 'sole-trader' });
    await kept('ukprn:10000006', PUBLIC);
    await accepted(
      register,
      { type: 'ProviderIdentified', subject: 'ukprn:10000006', data: { as: further } },
      key,
    );
    expect((await read(further)).json).toEqual(PUBLIC);
    expect(await personShown(further)).toEqual(SHOWN);
    expect(await found('Zebedee')).toMatchObject([{ keys: ['ukprn:10000006', further], name: NAME }]);
    expect((await put(further, { ...PUBLIC, name: 'Numbat Example' })).status).toBe(204);
    expect((await read('ukprn:10000006')).json).toMatchObject({ name: 'Numbat Example' });
    expect(await found('Zebedee')).toEqual([]);
    expect(await found('Numbat')).toHaveLength(1);
    await erased(further);
    expect(await found('Numbat')).toEqual([]);
    expectRefusal(await read('ukprn:10000006'), { status: 404, code: 'not-found' });
  });

  test('of a sole trader, also once a further key is the person’s no more', async () => {
    const [subject, further] = ['ukprn:10000008', 'company:00000008'];
    await registerProvider(subject, { legalForm: 'sole-trader' });
    const event = await accepted(
      register,
      { type: 'ProviderIdentified', subject, data: { as: further } },
      key,
    );
    await kept(further, PUBLIC);
    await accepted(register, { type: 'EventRetracted', subject, data: { event, reason: 'mistake' } }, key);
    expect((await read(subject)).json).toEqual(PUBLIC);
    expect(await personShown(subject)).toEqual(SHOWN);
    await registerProvider(further, { legalForm: 'sole-trader' }, otherKey);
    expectRefusal(await read(further, otherKey), { status: 404, code: 'not-found' });
    expect(await personShown(further)).toBeUndefined();
    await erased(subject);
  });
});

describe('a body that posts that two are one person', () => {
  const OTHER = { name: 'Other Name', public: true };
  const mergedInto = async (subject: string, into: string) => {
    await accepted(register, { type: 'AdviserMerged', subject, data: { into } }, otherKey);
  };
  const registerAdviser = (subject: string, by: string) =>
    accepted(register, { type: 'AdviserRegistered', subject, data: {} }, by);

  test('reads, replaces and erases what it put, and nothing of another body’s', async () => {
    const [victim, own] = ['adviser:victim0001', 'adviser:merging0001'];
    await registerAdviser(victim, key);
    await registerAdviser(own, otherKey);
    await kept(victim, PUBLIC);
    await mergedInto(own, victim);
    for (const subject of [victim, own]) {
      expectRefusal(await read(subject, otherKey), { status: 404, code: 'not-found' });
      expect(await personShown(subject)).toEqual(SHOWN);
    }
    expect((await put(victim, OTHER, otherKey)).status).toBe(201);
    for (const subject of [victim, own]) {
      expect((await read(subject, otherKey)).json).toEqual(OTHER);
      expect((await read(subject)).json).toEqual(PUBLIC);
      expect((await read(subject, REGISTRAR_KEY)).json).toEqual(PUBLIC);
      expect(await personShown(subject)).toEqual(SHOWN);
    }
    expect((await put(own, { ...OTHER, public: false }, otherKey)).status).toBe(204);
    await erased(victim, otherKey);
    expect((await read(victim)).json).toEqual(PUBLIC);
    expect(await personShown(victim)).toEqual(SHOWN);
    await kept(victim, OTHER, otherKey);
    await erased(victim, REGISTRAR_KEY);
    for (const by of [key, otherKey])
      expectRefusal(await read(victim, by), { status: 404, code: 'not-found' });
  });

  test('publishes nothing that another body keeps private', async () => {
    const [victim, own] = ['adviser:victim0002', 'adviser:merging0002'];
    await registerAdviser(victim, key);
    await registerAdviser(own, otherKey);
    await kept(victim, PRIVATE);
    await kept(own, OTHER, otherKey);
    await mergedInto(victim, own);
    expect(await personShown(victim)).toBeUndefined();
    expect((await read(own, otherKey)).json).toEqual(OTHER);
    expect((await read(own)).json).toEqual(PRIVATE);
    await erased(own, REGISTRAR_KEY);
  });

  test('gains nothing where it registered neither', async () => {
    const [victim, second] = ['adviser:victim0003', 'adviser:victim0004'];
    await registerAdviser(victim, key);
    await registerAdviser(second, key);
    await kept(victim, PRIVATE);
    await mergedInto(victim, second);
    for (const subject of [victim, second])
      for (const reply of [
        await put(subject, OTHER, otherKey),
        await read(subject, otherKey),
        await erase(subject, otherKey),
      ])
        expectRefusal(reply, { status: 403, code: 'not-recognised' });
    expect((await read(second)).json).toEqual(PRIVATE);
    await erased(victim);
  });

  test('nor by a further key that it gave to another’s sole trader', async () => {
    const [subject, further] = ['ukprn:10000009', 'company:00000009'];
    await registerProvider(subject, { legalForm: 'sole-trader' });
    await kept(subject, PRIVATE);
    await accepted(register, { type: 'ProviderIdentified', subject, data: { as: further } }, otherKey);
    for (const one of [subject, further]) {
      expectRefusal(await read(one, otherKey), { status: 403, code: 'not-recognised' });
      expectRefusal(await put(one, OTHER, otherKey), { status: 403, code: 'not-recognised' });
    }
    expect((await read(further)).json).toEqual(PRIVATE);
    await erased(further);
  });
});

describe.each([
  ['an adviser', 'adviser:example0008', 'AdviserRegistered', {}],
  ['a sole trader', 'ukprn:10000010', 'ProviderRegistered', { legalForm: 'sole-trader' }],
])('the key of %s that another body registers anew', (_, subject, type, data) => {
  test('leads to nothing that was kept for whoever had it before', async () => {
    const event = await accepted(register, { type, subject, data }, key);
    await kept(subject, PUBLIC);
    await accepted(register, { type: 'EventRetracted', subject, data: { event, reason: 'mistake' } }, key);
    const anew = await accepted(register, { type, subject, data }, otherKey);
    for (const by of [otherKey, REGISTRAR_KEY])
      expectRefusal(await read(subject, by), { status: 404, code: 'not-found' });
    expectRefusal(await read(subject), { status: 403, code: 'not-recognised' });
    expect(await personShown(subject)).toBeUndefined();
    expect(await found('Zebedee')).toEqual([]);
    const other = { name: 'Wombat Example', public: true };
    expect((await put(subject, other, otherKey)).status).toBe(201);
    expect(await personShown(subject)).toEqual({ name: other.name });
    await accepted(
      register,
      { type: 'EventRetracted', subject, data: { event: anew, reason: 'mistake' } },
      otherKey,
    );
    await accepted(register, { type, subject, data }, key);
    expectRefusal(await read(subject), { status: 404, code: 'not-found' });
    expect(await personShown(subject)).toBeUndefined();
    expect(await found('Wombat')).toEqual([]);
    await erased(subject, REGISTRAR_KEY);
    expect((await inVault((vault) => vault.kept())).map((one) => one.key)).not.toContain(subject);
  });
});

describe('a key that no one registered', () => {
  test.each([
    ['adviser:nobody0001', 'unknown-adviser'],
    ['ukprn:10000099', 'unknown-provider'],
  ])('%s leads to nothing', async (subject, code) => {
    for (const by of [key, REGISTRAR_KEY])
      for (const reply of [await put(subject, PUBLIC, by), await read(subject, by), await erase(subject, by)])
        expectRefusal(reply, { status: 404, code });
  });

  test('any more leads no one but the registrar to what is left, to erase it', async () => {
    const subject = 'adviser:example0007';
    const event = await accepted(register, { type: 'AdviserRegistered', subject, data: {} }, key);
    await kept(subject, PUBLIC);
    await accepted(register, { type: 'EventRetracted', subject, data: { event, reason: 'mistake' } }, key);
    const gone = { status: 404, code: 'unknown-adviser' };
    expectRefusal(await recordOf(subject), gone);
    expectRefusal(await read(subject, REGISTRAR_KEY), gone);
    expectRefusal(await erase(subject), gone);
    await erased(subject, REGISTRAR_KEY);
    expect(await inVault((vault) => vault.kept())).toEqual([]);
    expectRefusal(await erase(subject, REGISTRAR_KEY), gone);
  });

  test('as a person, being an organisation’s, takes none', async () => {
    for (const by of [key, REGISTRAR_KEY])
      expectRefusal(await put(COMPANY, PUBLIC, by), { status: 404, code: 'not-found' });
    expectRefusal(await read(COMPANY), { status: 404, code: 'not-found' });
    expectRefusal(await put('urn:100001', PUBLIC), { status: 404, code: 'unknown-provider' });
  });
});

describe('a person is put with', () => {
  test.each([
    ['a name', { public: true }, ['/name']],
    ['whether it is public', { name: NAME }, ['/public']],
    ['a name that has characters', { name: '', public: true }, ['/name']],
    ['a name of 200 at the most', { name: 'x'.repeat(201), public: true }, ['/name']],
    ['a name without line breaks', { name: 'Example\nPerson', public: true }, ['/name']],
    ['a name in form NFC', { name: 'E\u0301xample', public: true }, ['/name']],
    ['a name that is text', { name: 1, public: true }, ['/name']],
    ['a name without white space at its ends', { name: `${NAME} `, public: true }, ['/name']],
    ['a name with a letter', { name: '—', public: true }, ['/name']],
    ['a name that is seen', { name: '\u200b', public: true }, ['/name']],
    ['a name that runs one way', { name: `${NAME}\u202e`, public: true }, ['/name']],
    ['a contact that is seen', { ...PUBLIC, contact: '\u3164' }, ['/contact']],
    ['a contact that is not null', { ...PUBLIC, contact: null }, ['/contact']],
    ['nothing that is null', { name: null, contact: null, public: null }, ['/name', '/contact', '/public']],
    ['a contact that has characters', { ...PUBLIC, contact: '' }, ['/contact']],
    ['a contact that is text', { ...PUBLIC, contact: { email: 'x' } }, ['/contact']],
    ['a contact of 500 at the most', { ...PUBLIC, contact: 'x'.repeat(501) }, ['/contact']],
    ['true or false', { ...PUBLIC, public: 'true' }, ['/public']],
    ['no other field', { ...PUBLIC, born: '1970-01-01' }, ['/born']],
  ])('%s', async (_, person, pointers) => {
    expectRefusal(await put(ADVISER, person), { status: 400, code: 'invalid-question', pointers });
    expectRefusal(await read(ADVISER), { status: 404, code: 'not-found' });
  });

  test('a body that is JSON', async () => {
    for (const [text, says] of [
      ['{"name":', 'This is not JSON, it ends too early'],
      [`{"name": ${NAME}, "public": true}`, 'This is not JSON: correct it'],
      [`{"name": "${NAME}"\n, public: true}`, 'This is not JSON at line 2, character 3: correct it'],
      [`{"name": "${NAME}" in JSON at position 3`, 'This is not JSON at line 1, character '],
    ] as const) {
      const reply = await send(ADVISER, text);
      expectRefusal(reply, { status: 400, code: 'malformed' });
      expect((reply.json as { readonly detail: string }).detail).toContain(says);
      expect(reply.text).not.toMatch(/zebedee|exampl|person/i);
    }
    const twice = await send(ADVISER, `{"name": "${NAME}", "public": false, "public": true}`);
    expectRefusal(twice, { status: 400, code: 'malformed', pointers: ['/public'] });
    expectRefusal(await send(ADVISER, '[]'), { status: 400, code: 'invalid-question' });
    expectRefusal(
      await register.ask(addressOf(ADVISER), { method: 'PUT', headers: authorised(key), body: 'x' }),
      { status: 415, code: 'unsupported-media-type' },
    );
  });

  test('names of 200 and contacts of 500 characters, whatever their bytes, and no contact', async () => {
    const longest = { name: '𝒜'.repeat(200), contact: 'é'.repeat(500), public: false };
    await kept(ADVISER, longest);
    expect((await read(ADVISER)).json).toEqual(longest);
    await kept(ADVISER, { name: NAME, public: false });
    expect((await read(ADVISER)).json).toEqual({ name: NAME, public: false });
    await erased(ADVISER);
  });

  test('nothing in the query', async () => {
    const reply = await register.ask(`${addressOf(ADVISER)}?public=true`, { headers: authorised(key) });
    expectRefusal(reply, { status: 400, code: 'invalid-question', pointers: ['/public'] });
  });
});

test('a restart keeps all of it, and shows what is public at once', async () => {
  await kept(TRADER, PUBLIC);
  await kept(ADVISER, PRIVATE);
  expect(await register.stop()).toBe(0);
  register = await RegisterProcess.start(ENVIRONMENT);
  expect(await found('Zebedee')).toMatchObject([{ key: TRADER, name: NAME }]);
  expect(await personShown(TRADER)).toEqual(SHOWN);
  expect((await read(ADVISER)).json).toEqual(PRIVATE);
  await erased(TRADER);
  expect(await register.stop('SIGKILL')).toBeNull();
  register = await RegisterProcess.start(ENVIRONMENT);
  expect(await found('Zebedee')).toEqual([]);
  expect(await personShown(TRADER)).toBeUndefined();
  expect((await read(ADVISER)).json).toEqual(PRIVATE);
});

test('a damaged vault keeps a register from being started, which says so', async () => {
  const other = temporaryFolder();
  writeFileSync(join(other.path, 'register.vault.db'), 'no vault');
  const failing = RegisterProcess.launch({ REGISTER_STORE: `sqlite:${join(other.path, 'register.db')}` });
  expect(await failing.ended).toBe(1);
  expect(failing.stderr).toContain(`The vault ${join(other.path, 'register.vault.db')} is not whole`);
  other.remove();
});
