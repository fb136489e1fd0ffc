/// <reference types="jest" />
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hashOfSecret } from '@app/application/access/credential';
import { SqliteVault } from '@app/application/vault/sqlite-vault';
import { REGISTRAR_KEY, RegisterProcess, temporaryFolder, type Reply } from './process';
import { accepted, endSound, expectRefusal, headOf, keyOf, openDay } from './refusal';

/** Keys of advisers that the register makes (specification, section 7), whose the persons are, and all that is held of one. */
const folder = temporaryFolder();
const ENVIRONMENT = { REGISTER_STORE: `sqlite:${join(folder.path, 'register.db')}` };

const BODY = 'body:example-assessors';
const PERSON = { name: 'Example Person Quillfeather', contact: 'quillfeather@example.org', public: false };

let register: RegisterProcess;
let key: string;
let otherKey: string;
let awardsOnly: string;

const recognise = (subject: string, types: readonly string[] | '*') =>
  accepted(register, {
    type: 'BodyRecognised',
    subject,
    data: { name: 'Example Body', mayPost: [{ types }], from: '2017-01-01' },
  });

beforeAll(async () => {
  register = await RegisterProcess.start(ENVIRONMENT);
  for (const subject of [BODY, 'body:other-assessors']) await recognise(subject, '*');
  await recognise('body:awards-only', ['QualificationAwarded']);
  key = await keyOf(register, 'example-assessors');
  otherKey = await keyOf(register, 'other-assessors');
  awardsOnly = await keyOf(register, 'awards-only');
});
afterAll(async () => {
  await endSound(register);
  folder.remove();
});

const mint = (by: string, request?: string, body?: string) =>
  register.ask('/v1/advisers', {
    method: 'POST',
    headers: {
      authorization: `Bearer ${by}`,
      ...(request === undefined ? {} : { 'idempotency-key': request }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body }),
  });
interface Minted {
  readonly key: string;
  readonly position: string;
  readonly recordedAt: string;
}
const minted = (reply: Reply): Minted => {
  expect({ status: reply.status, text: reply.text }).toMatchObject({ status: 201 });
  return reply.json as Minted;
};
const asked = (subject: string, what: string, by: string, init: RequestInit = {}) =>
  register.ask(`/v1/advisers/${subject}/person${what}`, {
    ...init,
    headers: { authorization: `Bearer ${by}`, 'content-type': 'application/json' },
  });
const put = (subject: string, by: string, person: object = PERSON) =>
  asked(subject, '', by, { method: 'PUT', body: JSON.stringify(person) });
const read = (subject: string, by: string) => asked(subject, '', by);
const erase = (subject: string, by: string) => asked(subject, '', by, { method: 'DELETE' });
const NOT_YOURS = { status: 403, code: 'not-recognised' };

test('before the first day a body gets no adviser, and the registrar does', async () => {
  expectRefusal(await mint(key), { status: 422, code: 'no-day-opened' });
  minted(await mint(REGISTRAR_KEY));
  await openDay(register, '2026-09-01');
});

describe('an adviser whose key the register makes', () => {
  test('is registered by the register, under a key that says nothing, at its own address', async () => {
    const reply = await mint(key);
    const { key: subject, position, recordedAt } = minted(reply);
    expect(Object.keys(reply.json as object)).toEqual(['key', 'position', 'recordedAt']);
    expect(subject).toMatch(/^adviser:[a-z0-9]{20,26}$/);
    expect(reply.headers.get('location')).toBe(`/v1/advisers/${subject}`);
    expect(reply.headers.get('cache-control')).toBe('no-store');
    expect((await register.ask(`/v1/events/${position}`)).json).toEqual({
      position,
      stream: subject.replace(':', '-'),
      revision: 0,
      type: 'AdviserRegistered',
      schema: 1,
      subject,
      body: 'body:registrar',
      source: '/register',
      id: subject.replace(':', '-'),
      recordedAt,
      data: {},
    });
    expect((await register.ask(`/v1/advisers/${subject}`)).status).toBe(200);
  });

  test('is another one each time', async () => {
    const keys = await Promise.all(Array.from({ length: 8 }, () => mint(key)));
    expect(new Set(keys.map((reply) => minted(reply).key)).size).toBe(8);
  });

  test('is none that is asked for under an empty Idempotency-Key, which everybody would share', async () => {
    for (const request of ['', '  ', '""', 'k'.repeat(257), 'clé'])
      expectRefusal(await mint(key, request), { status: 400, code: 'invalid-question' });
  });

  test('is the same one whether its Idempotency-Key is in quotes or not', async () => {
    const first = minted(await mint(key, 'row "18"'));
    const again = await mint(key, String.raw`"row \"18\""`);
    expect([again.status, again.json]).toEqual([200, first]);
  });

  test('is the same one where the same body asks again under the same Idempotency-Key, also after a restart', async () => {
    const first = await mint(key, 'a persons row 17');
    const again = await mint(key, 'a persons row 17');
    expect([again.status, again.json, again.headers.get('location')]).toEqual([
      200,
      minted(first),
      first.headers.get('location'),
    ]);
    expect(minted(await mint(otherKey, 'a persons row 17')).key).not.toBe(minted(first).key);
    expect(minted(await mint(key, 'a persons row 18')).key).not.toBe(minted(first).key);
    expect(await register.stop('SIGKILL')).toBeNull();
    register = await RegisterProcess.start(ENVIRONMENT);
    const head = await headOf(register);
    const later = await mint(key, 'a persons row 17');
    expect([later.status, later.json]).toEqual([200, first.json]);
    expect(await headOf(register)).toBe(head);
  });

  test('is one where it is asked for several times at once', async () => {
    const replies = await Promise.all(Array.from({ length: 8 }, () => mint(key, 'at-once')));
    expect(replies.map(({ status }) => status).sort()).toEqual([...Array<number>(7).fill(200), 201]);
    expect(new Set(replies.map(({ text }) => text)).size).toBe(1);
  });

  test('is the one whose key was made before a crash kept it from being registered', async () => {
    const before = 'adviser:abcdefghijklmnopqrst0001';
    const hash = hashOfSecret('cut-short');
    const vault = SqliteVault.open(join(folder.path, 'register.vault.db'));
    await vault.mint({ key: before, body: BODY, at: '2026-09-01T12:00:00.000Z' }, hash);
    await vault.close();
    expect(minted(await mint(key, 'cut-short')).key).toBe(before);
    expect((await mint(key, 'cut-short')).status).toBe(200);
    expect((await put(before, key)).status).toBe(201);
    expect((await erase(before, key)).status).toBe(204);
  });

  test('may be asked for with an empty body, and with nothing in it', async () => {
    minted(await mint(key, undefined, '{}'));
    for (const [body, status, code] of [
      ['{"name":"Example Person"}', 400, 'invalid-question'],
      ['[]', 400, 'invalid-question'],
      ['{', 400, 'malformed'],
    ] as const)
      expectRefusal(await mint(key, undefined, body), { status, code });
    expectRefusal(
      await register.ask('/v1/advisers?key=mine', {
        method: 'POST',
        headers: { authorization: `Bearer ${key}` },
      }),
      { status: 400, code: 'invalid-question' },
    );
  });

  test('is refused to who may not post AdviserRegistered, or has no key, and nothing is written', async () => {
    const head = await headOf(register);
    expectRefusal(await mint(awardsOnly, 'refused'), NOT_YOURS);
    expectRefusal(await mint('not-a-key'), { status: 401, code: 'bad-key' });
    expectRefusal(await register.ask('/v1/advisers', { method: 'POST' }), { status: 401, code: 'no-key' });
    expect(await headOf(register)).toBe(head);
  });
});

describe('the person of a key that the register made', () => {
  test('is the body’s that asked for it, and the registrar’s, as if the body had registered it', async () => {
    const subject = minted(await mint(key)).key;
    expect((await put(subject, key)).status).toBe(201);
    for (const by of [key, REGISTRAR_KEY]) expect((await read(subject, by)).json).toEqual(PERSON);
    for (const reply of [
      await put(subject, otherKey),
      await read(subject, otherKey),
      await asked(subject, '/export', otherKey),
      await erase(subject, otherKey),
    ])
      expectRefusal(reply, NOT_YOURS);
    expect((await erase(subject, key)).status).toBe(204);
    expectRefusal(await read(subject, key), { status: 404, code: 'not-found' });
    expect((await put(subject, key)).status).toBe(201);
    expect((await erase(subject, key)).status).toBe(204);
  });

  test('is no other body’s where that posts that it is one of its own', async () => {
    const [subject, own] = [minted(await mint(key)).key, minted(await mint(otherKey)).key];
    await put(subject, key);
    await accepted(register, { type: 'AdviserMerged', subject: own, data: { into: subject } }, otherKey);
    expectRefusal(await read(subject, otherKey), { status: 404, code: 'not-found' });
    expect((await put(subject, otherKey, { name: 'Other', public: false })).status).toBe(201);
    expect((await read(own, key)).json).toEqual(PERSON);
    expect((await erase(own, otherKey)).status).toBe(204);
    expect((await read(own, key)).json).toEqual(PERSON);
    expect((await erase(own, key)).status).toBe(204);
  });

  test('is not the body’s any more once the key is another person’s', async () => {
    const { key: subject, position } = minted(await mint(key));
    await put(subject, key);
    await accepted(register, {
      type: 'EventRetracted',
      subject,
      data: { event: position, reason: 'mistake' },
    });
    await accepted(register, { type: 'AdviserRegistered', subject, data: {} });
    expectRefusal(await read(subject, key), NOT_YOURS);
    expectRefusal(await read(subject, REGISTRAR_KEY), { status: 404, code: 'not-found' });
    expect((await erase(subject, REGISTRAR_KEY)).status).toBe(204);
  });

  test('is forgotten with the Idempotency-Key when it is erased, which may have been the person’s address', async () => {
    const request = 'quillfeather@example.org';
    const subject = minted(await mint(key, request)).key;
    await put(subject, key);
    await erase(subject, key);
    const files = readdirSync(folder.path);
    const holds = (name: string, text: string) => readFileSync(join(folder.path, name)).includes(text);
    const hash = hashOfSecret(request);
    for (const one of ['Quillfeather', request, hash])
      expect(files.filter((name) => holds(name, one))).toEqual([]);
    expect(minted(await mint(key, request)).key).not.toBe(subject);
  });
});

describe('all that is held of a person', () => {
  interface Held {
    readonly keys: readonly string[];
    readonly entries: readonly object[];
    readonly readings: readonly { readonly key: string; readonly body: string; readonly at: string }[];
    readonly erasures: readonly { readonly key: string; readonly at: string }[];
    readonly minted: readonly { readonly key: string; readonly body: string }[];
    readonly events: readonly { readonly type: string }[];
  }
  const exported = async (subject: string, by = key, kind = 'advisers') => {
    const reply = await register.ask(`/v1/${kind}/${subject}/person/export`, {
      headers: { authorization: `Bearer ${by}` },
    });
    expect([reply.status, reply.headers.get('cache-control')]).toEqual([200, 'no-store']);
    expect([reply.headers.has('etag'), reply.headers.has('content-location')]).toEqual([false, false]);
    return reply.json as Held;
  };

  test('is what is kept, who was given it, what was erased, who asked for the key, and the log under all keys', async () => {
    const subject = minted(await mint(key)).key;
    const second = minted(await mint(key)).key;
    await accepted(
      register,
      {
        type: 'QualificationAwarded',
        subject: second,
        data: { qualification: 'l6-dcgd', awardedOn: '2019-07-01', certificate: 'C-export' },
      },
      key,
    );
    await put(subject, key);
    await erase(subject, key);
    await put(subject, key);
    await put(second, key, { name: 'Example Person', public: true });
    await read(subject, REGISTRAR_KEY);
    await accepted(register, { type: 'AdviserMerged', subject: second, data: { into: subject } }, key);
    for (const one of [subject, second]) {
      const { keys, entries, readings, erasures, minted, events } = await exported(one);
      expect(keys).toEqual([subject, second]);
      expect(entries).toEqual([
        { key: subject, ...PERSON },
        { key: second, name: 'Example Person', public: true },
      ]);
      expect(readings.slice(0, 3).map(({ key, body }) => [key, body])).toEqual([
        [subject, 'body:registrar'],
        [subject, BODY],
        [second, BODY],
      ]);
      expect(erasures.map((erasure) => erasure.key)).toEqual([subject]);
      expect(minted.map(({ key, body }) => [key, body]).sort()).toEqual(
        [
          [subject, BODY],
          [second, BODY],
        ].sort(),
      );
      expect(events.map(({ type }) => type)).toEqual([
        'AdviserRegistered',
        'AdviserRegistered',
        'QualificationAwarded',
        'AdviserMerged',
      ]);
    }
    await erase(subject, key);
  });

  test('of a body is what is kept under its own keys, and of the registrar all of it', async () => {
    const [subject, theirs] = [minted(await mint(key)).key, minted(await mint(otherKey)).key];
    await put(subject, key);
    await put(theirs, otherKey, { name: 'Other', public: false });
    await accepted(register, { type: 'AdviserMerged', subject: theirs, data: { into: subject } }, otherKey);
    expect((await exported(theirs)).entries).toEqual([{ key: subject, ...PERSON }]);
    expect((await exported(theirs)).minted).toMatchObject([{ key: subject, body: BODY }]);
    expect((await exported(subject, otherKey)).readings.map((reading) => reading.key)).toEqual([theirs]);
    expect((await exported(subject, REGISTRAR_KEY)).entries).toHaveLength(2);
    await erase(subject, REGISTRAR_KEY);
  });

  test('is told also where nothing is kept, which is no reading', async () => {
    const subject = minted(await mint(key)).key;
    expect(await exported(subject)).toMatchObject({ entries: [], readings: [], erasures: [] });
    expect((await exported(subject)).readings).toEqual([]);
  });

  test('is there of a sole trader, and of no organisation', async () => {
    const [trader, company] = ['ukprn:10000001', 'ukprn:10000002'];
    await accepted(
      register,
      { type: 'ProviderRegistered', subject: trader, data: { legalForm: 'sole-trader' } },
      key,
    );
    await accepted(
      register,
      { type: 'ProviderRegistered', subject: company, data: { legalForm: 'company', name: 'Example' } },
      key,
    );
    const held = await exported(trader, key, 'providers');
    expect(held).toMatchObject({ keys: [trader], entries: [], events: [{ type: 'ProviderRegistered' }] });
    for (const [subject, code] of [
      [company, 'not-found'],
      ['ukprn:10000099', 'unknown-provider'],
    ] as const)
      expectRefusal(
        await register.ask(`/v1/providers/${subject}/person/export`, {
          headers: { authorization: `Bearer ${key}` },
        }),
        { status: 404, code },
      );
    expectRefusal(await register.ask(`/v1/providers/${trader}/person/export`), {
      status: 401,
      code: 'no-key',
    });
  });
});

test('one certificate for two people is warned of over HTTP, at a repetition too', async () => {
  const award = (subject: string, id: string) => ({
    source: '/tests',
    id,
    type: 'QualificationAwarded',
    subject,
    data: { qualification: 'l6-dcgd', awardedOn: '2020-07-01', certificate: 'C-shared' },
  });
  const [one, other] = [minted(await mint(key)).key, minted(await mint(key)).key];
  const first = await register.post(award(one, 'award-one'), { key });
  const second = await register.post(award(other, 'award-other'), { key });
  const { position } = first.json as { readonly position: string };
  const { warnings } = second.json as { readonly warnings: readonly { readonly detail: string }[] };
  expect(warnings).toMatchObject([{ code: 'certificate-of-another', pointer: '/data/certificate' }]);
  expect(warnings[0]?.detail).toContain(`at ${position} `);
  expect(warnings[0]?.detail).not.toContain(one);
  expect((first.json as { readonly warnings: object }).warnings).toEqual([]);
  for (const [event, before] of [
    [award(one, 'award-one'), first],
    [award(other, 'award-other'), second],
  ] as const)
    expect((await register.post(event, { key })).json).toEqual(before.json);
});
