/// <reference types="jest" />
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { run, type Running } from './program';

interface Answer {
  readonly provider: { readonly name: string | null };
  readonly outcome: string;
  readonly knownAt: { readonly position: string; readonly today: string };
  readonly gaps: readonly { readonly reason: string; readonly from: string; readonly until: string }[];
  readonly warnings: readonly { readonly code: string }[];
}

const launched: Running[] = [];
let demo: Running;
let url: string;
let lines: readonly string[];

async function demonstration(): Promise<{ demo: Running; url: string }> {
  const started = run('tools/demo', [], { PORT: '0' });
  launched.push(started);
  await started.until(/Ctrl-C/);
  return { demo: started, url: /(http:\S+)\/docs/.exec(started.printed.stdout)?.[1] ?? '' };
}

beforeAll(async () => {
  ({ demo, url } = await demonstration());
  lines = demo.printed.stdout.split('\n');
});
afterAll(() => {
  for (const one of launched) one.kill('SIGKILL');
});

const json = async <T>(address: string) => (await (await fetch(address)).json()) as T;

async function logOf(origin: string): Promise<string> {
  let log = '';
  for (let next: string | undefined = '/v1/log?limit=10000'; next !== undefined;) {
    const page: Response = await fetch(origin + next);
    log += await page.text();
    next = /<([^>]+)>; rel="next"/.exec(page.headers.get('link') ?? '')?.[1];
  }
  return log;
}

function eligibility(provider: number, query: string): Promise<Answer> {
  return json(`${url}/v1/providers/ukprn:${10_000_000 + provider}/eligibility?${query}`);
}

describe('npm run demo', () => {
  test('prints five questions, each with its answer in words and where to open it, in lines of at most 100', async () => {
    expect(lines.filter((line) => /^\d {2}\S/.test(line)).map(([number]) => number)).toEqual([
      '1',
      '2',
      '3',
      '4',
      '5',
    ]);
    expect(demo.printed.stdout.match(/^ {3}May [A-Z][^?]+\?$/gm)).toHaveLength(5);
    expect(demo.printed.stderr).toBe('');
    const [addresses, others] = [
      lines.filter((line) => line.includes('/?provider=ukprn:')),
      lines.filter((line) => !line.includes('http:')),
    ];
    expect(others.filter((line) => line.length > 100)).toEqual([]);
    const titles: string[] = [];
    for (const address of addresses) {
      const page = await (await fetch(address.trim())).text();
      titles.push(/<title>([^<]+)</.exec(page)?.[1] ?? '');
    }
    expect(titles).toEqual([
      expect.stringMatching(
        /^Example Guidance: The law: met, so far as can be said while no school is named\. /,
      ),
      expect.stringMatching(/^Clockwork Careers: .*The proposals of 2017: would be met\./),
      expect.stringMatching(
        /^Clockwork Careers: .*The proposals of 2017: would be met until 30 April 2026, then not\./,
      ),
      expect.stringMatching(
        /^Umbrella Advice: .*The proposals of 2017: would be met from 1 to 14 June 2026, would not be/,
      ),
      expect.stringMatching(/^Hot Air Balloon Services: .*The proposals of 2017: would not be met\./),
      expect.stringMatching(/^Weathervane Careers: .*The proposals of 2017: undecided, as a dispute is open/),
    ]);
  });

  test('names its sole trader beside the log, where a search finds the name, and not in it', async () => {
    const { providers } = await json<{ providers: { key: string; name: string }[] }>(
      `${url}/v1/providers?q=exampel+person`,
    );
    expect(providers[0]).toMatchObject({ key: 'ukprn:10000013', name: 'Example Person, Guidance' });
    expect(await logOf(url)).not.toContain('Example Person');
  });

  test('asks one question twice, and what was known before the correction differs from what is known now', async () => {
    const [then, now] = await Promise.all(
      ['&knownAt=2025-07-02T12:00:00Z', ''].map((known) =>
        eligibility(2, `setting=school-commissioned&from=2025-09-01&until=2026-07-20${known}`),
      ),
    );
    expect([then?.outcome, now?.outcome]).toEqual(['eligible', 'not-eligible']);
    expect([then?.knownAt.today, now?.knownAt.today]).toEqual(['2025-07-02', '2026-09-01']);
    expect(demo.printed.stdout).toContain(`event ${then?.knownAt.position ?? ''},`);
    expect(demo.printed.stdout).toContain(`event ${now?.knownAt.position ?? ''},`);
  });

  test('goes on to serve: pages, and posts with the key that it shows', async () => {
    expect((await fetch(`${url}/docs`)).status).toBe(200);
    expect((await fetch(`${url}/health/ready`)).status).toBe(200);
    const key = /The key to post with: +(\S+)/.exec(demo.printed.stdout)?.[1] ?? '';
    const tried = await fetch(`${url}/v1/events?dryRun=true`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/cloudevents+json' },
      body: JSON.stringify({
        specversion: '1.0',
        source: '/tests',
        id: '1',
        type: 'DayOpened',
        subject: 'calendar:england',
        data: { date: '2026-09-02' },
      }),
    });
    expect(tried.status).toBe(200);
  });

  test('has every case in its log that is not plain', async () => {
    const log = await logOf(url);
    for (const type of [
      'EventCorrected',
      'AccreditationSuspended',
      'AppealLodged',
      'AccreditationTransferred',
      'ProviderMerged',
      'DisputeOpened',
      'AccreditationLapsed',
      'QualificationClaimed',
      'QualificationRevoked',
      'ImprovementCheckMissed',
      'EventRetracted',
      'ProviderRenamed',
    ])
      expect(log).toContain(`"type":"${type}"`);
    expect(log).toContain('"subcontractorOf":"balloon-2026"');
    expect(log).toContain('"legalForm":"sole-trader"');
    expect(log).toContain('"kind":"substantive"');
    expect(log.match(/"type":"PolicyEditionPublished"/g)).toHaveLength(10);
  });

  test('is the same to the byte each time', async () => {
    const again = await demonstration();
    const [first, second] = await Promise.all([logOf(url), logOf(again.url)]);
    again.demo.kill('SIGINT');
    expect(await again.demo.ended).toBe(0);
    expect(second).toBe(first);
    expect(again.demo.printed.stdout.replaceAll(again.url, url)).toBe(demo.printed.stdout);
  });

  test('a port in use is named, with what to do about it', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const port = String((other.address() as AddressInfo).port);
    const refused = run('tools/demo', [], { PORT: port });
    expect(await refused.ended).toBe(1);
    other.close();
    expect(refused.printed.stderr).toContain(`port ${port}`);
    expect(refused.printed.stderr).toContain('set PORT to another');
  });
});

describe('the cast', () => {
  const YEAR = 'from=2026-09-01&until=2027-03-31';
  const publicly = `setting=publicly-funded&${YEAR}`;
  const commissioned = `setting=school-commissioned&${YEAR}`;

  test.each([
    ['a lapse', 7, publicly, 'accreditation-lapsed'],
    ['a qualification that is only claimed', 8, commissioned, 'no-qualified-adviser'],
    ['a qualification that was revoked', 9, commissioned, 'no-qualified-adviser'],
    [
      'a subcontractor without accreditation',
      10,
      `setting=national-careers-service&${YEAR}`,
      'subcontractor-fails',
    ],
    ['what was merged into another', 4, publicly, 'provider-closed'],
  ])('%s is a reason', async (_, provider, query, reason) => {
    const { outcome, gaps } = await eligibility(provider, query);
    expect(outcome).toBe('not-eligible');
    expect(gaps.map((gap) => gap.reason)).toContain(reason);
  });

  test.each([
    ['claimed', 'adviser:example0008', 'qualification-only-claimed'],
    ['revoked', 'adviser:example0009', 'qualification-revoked'],
  ])('the adviser’s standing says that the qualification is %s', async (_, adviser, reason) => {
    const { gaps } = await json<Answer>(
      `${url}/v1/advisers/${adviser}/eligibility?purpose=personal-guidance&${YEAR}`,
    );
    expect(gaps.map((gap) => gap.reason)).toEqual([reason]);
  });

  test('the suspension holds until the day of the appeal', async () => {
    const { gaps } = await eligibility(3, 'setting=publicly-funded&from=2026-06-01&until=2026-08-31');
    expect(gaps).toMatchObject([
      { reason: 'accreditation-suspended', from: '2026-06-15', until: '2026-06-28' },
    ]);
  });

  test('the accreditation passes on the day after the merger, without a day between', async () => {
    const [hare, tortoise] = await Promise.all([
      eligibility(4, 'setting=publicly-funded&from=2025-03-01&until=2025-03-31'),
      eligibility(5, 'setting=publicly-funded&from=2025-04-01&until=2025-04-30'),
    ]);
    expect([hare.outcome, tortoise.outcome]).toEqual(['eligible', 'eligible']);
    const log = await logOf(url);
    const merged = ['AccreditationTransferred', 'ProviderMerged'].map(
      (type) => new RegExp(`"recordedAt":"([^"]+)"[^\\n]*"type":"${type}"`).exec(log)?.[1],
    );
    expect(merged).toEqual(['2025-03-31T10:00:00.000Z', '2025-03-31T10:00:00.000Z']);
  });

  test('the missed improvement check is a warning and no more', async () => {
    const { outcome, warnings } = await eligibility(12, publicly);
    expect(outcome).toBe('eligible');
    expect(warnings.map(({ code }) => code)).toEqual(['improvement-check-missed']);
  });

  test('the sole trader has no name', async () => {
    const { outcome, provider } = await eligibility(13, commissioned);
    expect(outcome).toBe('eligible');
    expect(provider.name).toBeNull();
  });

  test('the withdrawal that was retracted hid a week, as was known then, and hides nothing now', async () => {
    const day = 'setting=publicly-funded&on=2026-04-22';
    const then = await eligibility(14, `${day}&knownAt=2026-04-23T12:00:00Z`);
    const now = await eligibility(14, day);
    expect([then.outcome, now.outcome]).toEqual(['not-eligible', 'eligible']);
  });

  test('a provider is found by the name that it had', async () => {
    const found = await (await fetch(`${url}/v1/providers?q=Old+Lamp`)).text();
    expect(found).toContain('ukprn:10000015');
    expect(found).toContain('Mirror Guidance');
  });
});
