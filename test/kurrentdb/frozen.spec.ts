/// <reference types="jest" />
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { inStream, RegisterProcess, type Reply } from '../acceptance/process';

/** A real server, such as `kurrentdb://127.0.0.1:2113?tls=false`. Each test writes a stream of its own, and leaves it there. */
const SERVER = process.env['KURRENTDB_URL'] ?? '';
/** With 60 the server, the client and every limit of the register have long given up what was under way. */
const FROZEN_SECONDS = Number(process.env['FROZEN_SECONDS'] ?? 5);

const FIRST_DAY = Date.UTC(2026, 8, 1);
const QUESTIONS = 500;
const POSTERS = 4;

interface Posting {
  readonly id: string;
  readonly type: string;
  readonly subject: string;
  readonly data: object;
}

const provider = (number: number) => `ukprn:${10_000_000 + number}`;
const registered = (number: number): Posting => ({
  id: `provider-${number}`,
  type: 'ProviderRegistered',
  subject: provider(number),
  data: { name: `Provider ${number}`, legalForm: 'company' },
});
const day = (number: number) => new Date(FIRST_DAY + number * 86_400_000).toISOString().slice(0, 10);
const opened = (number: number): Posting => ({
  id: `day-${number}`,
  type: 'DayOpened',
  subject: 'calendar:england',
  data: { date: day(number) },
});

(SERVER === '' ? test.skip : test)(
  'a replica that stands still while the other one posts catches up, and what was posted to it meanwhile is in the log once: set KURRENTDB_URL',
  async () => {
    const store = inStream(SERVER, `frozen-${randomUUID()}`);
    const start = () => RegisterProcess.start({ REGISTER_STORE: store, REGISTER_CALENDAR: 'manual' });
    const [frozen, other] = [await start(), await start()];
    /** What has been acknowledged, by id: its position. */
    const acknowledged = new Map<string, string>();

    /** What is posted and not waited for yet. */
    const underway: Promise<unknown>[] = [];
    const begin = (posted: Promise<unknown>) => {
      // Told at the end, where all are waited for.
      posted.catch(() => undefined);
      underway.push(posted);
    };

    /** Posts the same until somebody says what became of it; it must be the same whoever says so. */
    async function post(replica: RegisterProcess, posting: Posting): Promise<Reply> {
      for (;;) {
        const reply = await replica.post({ source: 'https://frozen.example/feed', ...posting });
        if (reply.status === 503) {
          await sleep(100);
          continue;
        }
        expect([200, 201]).toContain(reply.status);
        const { position } = reply.json as { readonly position: string };
        expect(acknowledged.get(posting.id) ?? position).toBe(position);
        acknowledged.set(posting.id, position);
        return reply;
      }
    }

    try {
      let providers = 0;
      let days = 0;
      await post(other, opened(days++));
      const ending = new AbortController();
      for (let poster = 0; poster < POSTERS; poster++)
        begin(
          (async () => {
            while (!ending.signal.aborted)
              await post(poster % 2 === 0 ? frozen : other, registered(providers++));
          })(),
        );
      while (providers < 100) await sleep(10);
      // In the midst of it: the first posters wait for its answers from here on.
      process.kill(frozen.pid, 'SIGSTOP');
      const until = performance.now() + FROZEN_SECONDS * 1_000;
      while (performance.now() < until) {
        const [next, one] = [opened(days++), registered(providers++)];
        begin(post(frozen, next));
        begin(post(frozen, one));
        await post(other, next);
        await post(other, one);
        await sleep(FROZEN_SECONDS * 20);
      }
      const last = registered(providers++);
      const { position } = (await post(other, last)).json as { readonly position: string };
      process.kill(frozen.pid, 'SIGCONT');

      // By what whoever asks has seen, it answers right or not at all.
      for (;;) {
        const seen = await frozen.ask(`/v1/providers/${last.subject}?knownAt=${position}`);
        if (seen.status === 200) break;
        expect(seen.json).toMatchObject({ status: 503, code: 'not-caught-up' });
      }
      await post(frozen, registered(providers++));
      ending.abort();
      await Promise.all(underway);

      const logs = await Promise.all([frozen, other].map((replica) => replica.log()));
      expect(logs[0]).toEqual(logs[1]);
      const events = (logs[0] ?? []).map(
        (line) => JSON.parse(line) as { position: string; id: string; type: string; data: { date?: string } },
      );
      const byId = new Map(events.map(({ id, position }) => [id, position]));
      expect(byId.size).toBe(events.length);
      for (const [id, position] of acknowledged) expect(byId.get(id)).toBe(position);
      expect(events.flatMap(({ type, data }) => (type === 'DayOpened' ? [data.date] : []))).toEqual(
        Array.from({ length: days }, (_, number) => day(number)),
      );

      const K = events.at(-1)?.position ?? '';
      const questions = Array.from({ length: QUESTIONS }, (_, number) =>
        JSON.stringify({
          provider: provider(number % (providers + 5)),
          setting: 'publicly-funded',
          from: '2026-09-01',
          until: '2027-07-15',
          knownAt: K,
        }),
      ).join('\n');
      const answers = await Promise.all(
        [frozen, other].map((replica) =>
          replica.ask('/v1/eligibility', {
            method: 'POST',
            headers: { 'content-type': 'application/x-ndjson', accept: 'application/x-ndjson' },
            body: questions,
          }),
        ),
      );
      expect(answers[0]?.text.trim().split('\n')).toHaveLength(QUESTIONS);
      expect(answers[0]?.text).toBe(answers[1]?.text);
    } finally {
      await Promise.all([frozen, other].map((replica) => replica.stop('SIGKILL')));
    }
  },
);
