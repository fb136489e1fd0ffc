/// <reference types="jest" />
import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { Auditor, printedKey } from './auditor';
import { REGISTRAR_KEY, RegisterProcess, temporaryFolder } from './process';

let folder: ReturnType<typeof temporaryFolder>;
let register: RegisterProcess;

beforeAll(async () => {
  folder = temporaryFolder();
  register = await RegisterProcess.start({
    REGISTER_STORE: `sqlite:${join(folder.path, 'register.db')}`,
    REGISTER_READERS: '2',
  });
  await allAnswer();
});
afterAll(async () => {
  await register.stop('SIGKILL');
  folder.remove();
});

/** The processes that the register started, by their numbers. */
function readers(of = register.pid): readonly number[] {
  const children = readFileSync(`/proc/${of}/task/${of}/children`, 'utf8');
  return children.split(' ').filter(Boolean).map(Number);
}

/** Whether a process has been stopped by a signal. */
function isStopped(pid: number): boolean {
  return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.startsWith('T') === true;
}

async function allAnswer(): Promise<void> {
  await until(async () => (await register.ask('/metrics')).text.includes('register_readers 2\n'));
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await sleep(20);
}

interface Asked {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
  readonly signal?: AbortSignal;
}

/** Asks on a connection of its own: each may come to another reader. Rejects if the connection is cut. */
function askAnew(path: string, { body, ...asked }: Asked = {}): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const asking = request(register.url + path, { agent: false, ...asked }, (answer) => {
      let text = '';
      answer
        .setEncoding('utf8')
        .on('data', (part: string) => (text += part))
        .once('end', () => {
          resolve({ status: answer.statusCode ?? 0, text });
        });
    });
    asking.once('error', reject).end(body);
  });
}

/** The status of an answer on a connection of its own. */
const statusOf = async (path: string) => (await askAnew(path)).status;

/** Whether a post on a connection of its own was taken, now or before. Rejects if the connection is cut, or the signal aborts. */
async function postAnew(event: object, signal: AbortSignal): Promise<boolean> {
  const { status } = await askAnew('/v1/events', {
    method: 'POST',
    headers: {
      authorization: `Bearer ${REGISTRAR_KEY}`,
      'content-type': 'application/cloudevents+json',
    },
    body: JSON.stringify({ specversion: '1.0', ...event }),
    signal,
  });
  return status === 200 || status === 201;
}

const adviser = (number: number) => ({
  id: `adviser-${number}`,
  source: 'https://readers.example/feed',
  type: 'AdviserRegistered',
  subject: `adviser:reader${String(number).padStart(4, '0')}`,
  data: {},
});

test('what is proven comes from the process that writes, whichever reader is asked', async () => {
  const auditor = new Auditor(register, printedKey(register));
  const { size } = await auditor.checkpoint();
  for (let asked = 0; asked < 6; asked++) {
    expect((await askAnew('/checkpoint')).status).toBe(200);
    expect((await askAnew('/tile/0/000.p/1')).status).toBe(200);
    const receipt = await askAnew('/v1/providers/ukprn:19999999/eligibility?setting=private&on=2026-09-01', {
      headers: { accept: 'application/jose' },
    });
    expect((await auditor.receipt(receipt.text)).commitment.size).toBeGreaterThanOrEqual(size);
  }
});

describe('a register with two readers', () => {
  test('has what was posted in the next answer, whichever of its processes gives it', async () => {
    for (let number = 0; number < 12; number++) {
      const { status, headers, json } = await register.post(adviser(number));
      const { position } = json as { readonly position: string };
      expect([status, headers.get('register-position')]).toEqual([201, position]);
      const asked = Array.from({ length: 6 }, () => statusOf(`/v1/events/${position}/history`));
      expect(new Set(await Promise.all(asked))).toEqual(new Set([200]));
    }
  });

  test('shows a public name in every answer from when it was kept, and in none from when it was erased', async () => {
    await register.post(adviser(20));
    const headers = { authorization: `Bearer ${REGISTRAR_KEY}`, 'content-type': 'application/json' };
    const path = '/v1/advisers/adviser:reader0020';
    const body = JSON.stringify({ name: 'Example Person Zebedee', public: true });
    for (let round = 0; round < 3; round++) {
      expect((await register.ask(`${path}/person`, { method: 'PUT', headers, body })).status).toBe(201);
      const shown = await Promise.all(Array.from({ length: 6 }, async () => (await askAnew(path)).text));
      for (const text of shown) expect(text).toContain('Zebedee');
      expect((await register.ask(`${path}/person`, { method: 'DELETE', headers })).status).toBe(204);
      const after = await Promise.all(Array.from({ length: 6 }, async () => (await askAnew(path)).text));
      for (const text of after) expect(text).not.toContain('Zebedee');
    }
  });

  test('answers lines of events as they come, and says from where a key was refused', async () => {
    const lines = await register.postLines(
      Array.from({ length: 300 }, (_, number) => adviser(1000 + number)),
    );
    expect(lines.json).toMatchObject({ accepted: 300 });
    expect((await register.post(adviser(50), { key: 'no-key-of-anybody' })).status).toBe(401);
    const { json } = await register.ask('/v1/access', {
      headers: { authorization: `Bearer ${REGISTRAR_KEY}` },
    });
    expect((json as { readonly attempts: readonly unknown[] }).attempts[0]).toMatchObject({
      code: 'bad-key',
      address: '127.0.0.1',
      route: '/v1/events',
    });
  });

  test('says why a post is refused whose body it has not read', async () => {
    for (let i = 0; i < 60; i++) {
      const reply = await register.ask('/v1/events', {
        method: 'POST',
        headers: { authorization: `Bearer ${REGISTRAR_KEY}`, 'content-type': 'text/xml' },
        body: '<a/>',
      });
      expect(reply.status).toBe(415);
    }
  });

  test('adds up in its metrics what all of its processes answered, each answer once', async () => {
    const counted = async () => {
      const { text } = await register.ask('/metrics');
      expect(text).toContain('register_readers 2\n');
      const of = (method: string, route: string) =>
        Number(
          text
            .split(`duration_seconds_count{method="${method}",route="${route}",status="2xx"} `)[1]
            ?.split('\n')[0] ?? 0,
        );
      return { asked: of('GET', '/v1/advisers/:key'), posted: of('POST', '/v1/events') };
    };
    const before = await counted();
    await register.post(adviser(30));
    for (let i = 0; i < 8; i++) await statusOf('/v1/advisers/adviser:reader0030');
    const added = { asked: before.asked + 8, posted: before.posted + 1 };
    // What a reader does not say within a second is in the next metrics.
    await until(async () => isDeepStrictEqual(await counted(), added));
  });

  test('starts a reader again that was killed, and answers meanwhile', async () => {
    const [first = 0] = readers();
    await register.post(adviser(40));
    process.kill(first, 'SIGKILL');
    await until(() => !readers().includes(first));
    expect(await statusOf('/v1/advisers/adviser:reader0040')).toBe(200);
    await allAnswer();
    await register.post(adviser(41));
    expect(await statusOf('/v1/advisers/adviser:reader0041')).toBe(200);
  });

  test('answers whoever connects while a reader is frozen, and ends this one before it acknowledges anything that it does not hold', async () => {
    await register.post(adviser(60));
    const [frozen = 0] = readers();
    process.kill(frozen, 'SIGSTOP');
    await until(() => isStopped(frozen));
    const soon = AbortSignal.timeout(60_000);
    const asked = Array.from({ length: 8 }, () =>
      askAnew('/v1/advisers/adviser:reader0060', { signal: soon }),
    );
    expect((await Promise.all(asked)).map(({ status }) => status)).toEqual(asked.map(() => 200));
    expect(await postAnew(adviser(61), soon)).toBe(true);
    expect(readers()).not.toContain(frozen);
    await allAnswer();
    expect(await statusOf('/v1/advisers/adviser:reader0061')).toBe(200);
  });

  test('stops with all of its processes, and readers end with the process that writes', async () => {
    const before = readers();
    expect(await register.stop()).toBe(0);
    for (const reader of before) expect(() => process.kill(reader, 0)).toThrow('ESRCH');
    register = await RegisterProcess.start({
      REGISTER_STORE: `sqlite:${join(folder.path, 'register.db')}`,
      REGISTER_READERS: '1',
    });
    const after = readers();
    await register.stop('SIGKILL');
    for (const reader of after)
      await until(() => {
        try {
          return !process.kill(reader, 0);
        } catch {
          return true;
        }
      });
  });
});
