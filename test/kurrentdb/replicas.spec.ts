/// <reference types="jest" />
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { BUILT_IN } from '@app/domain/policies/built-in';
import { inStream, REGISTRAR_KEY, RegisterProcess, type Reply } from '../acceptance/process';

/** A real server, such as `kurrentdb://127.0.0.1:2113?tls=false`. The tests write new streams, and leave them there. */
const SERVER = process.env['KURRENTDB_URL'] ?? '';

const PROVIDERS = 60;
const QUESTIONS = 10_000;
const FROZEN_FOR = 8_000;

if (SERVER === '') {
  test.skip('three replicas on a real KurrentDB: set KURRENTDB_URL, and run npm run test:kurrentdb', () =>
    undefined);
} else {
  describe('three replicas on a real KurrentDB', () => {
    let replicas: RegisterProcess[];
    const store = inStream(SERVER, `replicas-${randomUUID()}`);
    const start = () => RegisterProcess.start({ REGISTER_STORE: store, REGISTER_CALENDAR: 'manual' });

    beforeAll(async () => {
      replicas = await Promise.all([start(), start(), start()]);
    });
    afterAll(async () => {
      await Promise.all(replicas.map((replica) => replica.stop('SIGKILL')));
    });

    /** The ids of acknowledged events, by position. */
    const acknowledged = new Map<string, string>();

    async function post(
      replica: RegisterProcess,
      event: { readonly id: string; readonly type: string; readonly subject: string; readonly data: object },
    ): Promise<Reply> {
      for (;;) {
        const reply = await replica.post({ source: 'https://replicas.example/feed', ...event });
        if (reply.status !== 503) {
          if (reply.status > 201) throw new Error(reply.text);
          acknowledged.set((reply.json as { readonly position: string }).position, event.id);
          return reply;
        }
        await sleep(100);
      }
    }

    const one = (number: number) => {
      const replica = replicas[number % replicas.length];
      if (!replica) throw new Error('there is none');
      return replica;
    };
    const key = (number: number) => `ukprn:${10_000_000 + number}`;
    const registered = (number: number) => ({
      id: `provider-${number}`,
      type: 'ProviderRegistered',
      subject: key(number),
      data: { name: `Provider ${number}`, legalForm: 'company' },
    });
    const awarded = (number: number) => ({
      id: `award-${number}`,
      type: 'AccreditationAwarded',
      subject: key(number),
      data: {
        standard: 'matrix',
        reference: `AA/00${String(number).padStart(4, '0')}`,
        from: '2026-01-01',
        until: '2028-12-31',
        kind: 'initial',
      },
    });
    const heads = () =>
      Promise.all(
        replicas.map(
          async (replica) =>
            (await replica.ask('/health/ready')).json as { position: string; ready: boolean },
        ),
      );

    async function allCaughtUp(): Promise<void> {
      const last = Math.max(...[...acknowledged.keys()].map(Number));
      while (!(await heads()).every(({ position, ready }) => ready && Number(position) >= last))
        await sleep(50);
    }

    test('began their log once', async () => {
      const ids = (await wholeLog(one(0))).map((line) => (JSON.parse(line) as { readonly id: string }).id);
      expect(ids).toEqual(BUILT_IN.map(({ id, edition }) => `policy-${id}-${edition}`));
    });

    test('take posts at the same time, and each replica has those of the others by their positions', async () => {
      const post1 = await post(one(0), {
        id: 'day',
        type: 'DayOpened',
        subject: 'calendar:england',
        data: { date: '2026-09-01' },
      });
      expect(post1.status).toBe(201);
      await Promise.all(
        Array.from({ length: PROVIDERS }, async (_, number) => {
          await post(one(number), registered(number));
          const { headers } = await post(one(number + 1), awarded(number));
          const token = headers.get('register-position') ?? '';
          const seen = await one(number + 2).ask(`/v1/events/${token}`, {
            headers: { 'register-position': token },
          });
          expect(seen.status).toBe(200);
        }),
      );
      await allCaughtUp();
    });

    test('answer ten thousand questions as known at one position with the same bytes', async () => {
      const [head] = await heads();
      const K = head?.position;
      const settings = ['publicly-funded', 'school-commissioned', 'college-delivered'];
      const lines = Array.from({ length: QUESTIONS }, (_, number) =>
        JSON.stringify({
          provider: key(number % (PROVIDERS + 5)),
          setting: settings[number % settings.length],
          from: `2026-${String(1 + (number % 12)).padStart(2, '0')}-01`,
          until: `2027-${String(1 + (number % 7)).padStart(2, '0')}-15`,
          knownAt: K,
        }),
      ).join('\n');
      const answers = await Promise.all(
        replicas.map(async (replica) => {
          const { status, text } = await replica.ask('/v1/eligibility', {
            method: 'POST',
            headers: { 'content-type': 'application/x-ndjson', accept: 'application/x-ndjson' },
            body: lines,
          });
          expect(status).toBe(200);
          return text;
        }),
      );
      expect(answers[0]?.trim().split('\n')).toHaveLength(QUESTIONS);
      expect(answers[1]).toBe(answers[0]);
      expect(answers[2]).toBe(answers[0]);
    });

    test('lose and repeat no event while one is frozen and one is killed, and both catch up by themselves', async () => {
      const [frozen, killed] = replicas;
      if (!frozen || !killed) throw new Error('there are none');
      process.kill(frozen.pid, 'SIGSTOP');
      const posting = (async () => {
        for (let number = PROVIDERS; number < PROVIDERS + 200; number++)
          await post(one(2), registered(number));
      })();
      await sleep(500);
      await killed.stop('SIGKILL');
      await posting;
      await sleep(FROZEN_FOR);
      process.kill(frozen.pid, 'SIGCONT');
      replicas = [frozen, await start(), one(2)];
      await allCaughtUp();
      const logs = await Promise.all(replicas.map(async (replica) => wholeLog(replica)));
      expect(logs[1]).toEqual(logs[0]);
      expect(logs[2]).toEqual(logs[0]);
      const ids = new Map(
        logs[0]
          ?.map((line) => JSON.parse(line) as { position: string; id: string })
          .map((event) => [event.position, event.id]),
      );
      for (const [position, id] of acknowledged) expect(ids.get(position)).toBe(id);
      expect(new Set(ids.values()).size).toBe(ids.size);
    });

    test('accept a key that another one issued, and refuse it once another one has revoked it', async () => {
      const headers = { authorization: `Bearer ${REGISTRAR_KEY}` };
      const issued = await one(0).ask('/v1/bodies/registrar/keys', { method: 'POST', headers });
      const { key: name, secret } = issued.json as { readonly key: string; readonly secret: string };
      const token = (reply: Reply) => ({ 'register-position': reply.headers.get('register-position') ?? '' });
      const asked = (replica: RegisterProcess, known: Record<string, string>) =>
        replica.ask('/v1/bodies/registrar/keys', {
          headers: { authorization: `Bearer ${secret}`, ...known },
        });
      expect((await asked(one(1), token(issued))).status).toBe(200);
      const revoked = await one(2).ask(`/v1/bodies/registrar/keys/${name}`, { method: 'DELETE', headers });
      expect(revoked.status).toBe(204);
      await allCaughtUp();
      expect((await asked(one(1), token(revoked))).status).toBe(401);
    });
  });
}

async function wholeLog(replica: RegisterProcess): Promise<readonly string[]> {
  const lines: string[] = [];
  for (;;) {
    const { text } = await replica.ask(`/v1/log?limit=1000&after=${lines.length - 1}`);
    if (text === '') return lines;
    lines.push(...text.trimEnd().split('\n'));
  }
}
