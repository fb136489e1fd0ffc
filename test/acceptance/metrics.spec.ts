/// <reference types="jest" />
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { REGISTRAR_KEY, RegisterProcess, temporaryFolder } from './process';

interface Family {
  readonly type: string;
  /** By name and labels, as they are written. */
  readonly samples: Map<string, number>;
}

const NAME = '[a-zA-Z_:][a-zA-Z0-9_:]*';
const LABEL = '[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\\\\n]|\\\\["\\\\n])*"';
const HELP = new RegExp(`^# HELP (${NAME}) \\S`);
const TYPE = new RegExp(`^# TYPE (${NAME}) (counter|gauge|histogram|summary)$`);
const SAMPLE = new RegExp(`^(${NAME})(\\{${LABEL}(?:,${LABEL})*\\})? (\\S+)$`);
/** As Go’s ParseFloat reads it, which takes NaN and Inf in any case. */
const NUMBER = /^(?:[+-]?(?:[0-9]+(?:\.[0-9]+)?(?:e[+-]?[0-9]+)?|Inf)|NaN)$/i;

/** Reads the text format of Prometheus, and throws where anything in it is not as the format has it. */
function parsed(text: string): Map<string, Family> {
  if (!text.endsWith('\n')) throw new Error('the last line does not end');
  const families = new Map<string, Family>();
  let [helped, current] = ['', ''];
  for (const line of text.split('\n').slice(0, -1)) {
    const [help, type, sample] = [HELP.exec(line), TYPE.exec(line), SAMPLE.exec(line)];
    if (line === '') continue;
    else if (help) helped = help[1] ?? '';
    else if (type) {
      current = type[1] ?? '';
      if (helped !== current || families.has(current)) throw new Error(`${current} is not told of once`);
      families.set(current, { type: type[2] ?? '', samples: new Map() });
    } else if (sample) {
      const [, name = '', labels = '', value = ''] = sample;
      const family = families.get(current);
      const names =
        family?.type === 'histogram' ? ['_bucket', '_sum', '_count'].map((end) => current + end) : [current];
      if (!family || !names.includes(name)) throw new Error(`${name} stands among those of ${current}`);
      if (!NUMBER.test(value)) throw new Error(`${value} is no number`);
      if (family.samples.has(name + labels)) throw new Error(`${name}${labels} stands there twice`);
      family.samples.set(name + labels, Number(value.replace('Inf', 'Infinity')));
    } else throw new Error(`this is no line of the format: ${line}`);
  }
  return families;
}

/** Reads the metrics; a sample is found by its name and labels as they are written, 0 where it is not there yet. */
async function metrics(register: RegisterProcess) {
  const { text } = await register.ask('/metrics');
  const families = parsed(text);
  const samples = new Map([...families.values()].flatMap((family) => [...family.samples]));
  return { text, families, of: (sample: string) => samples.get(sample) ?? 0, has: samples.has.bind(samples) };
}

const adviser = (number: number) => ({
  source: '/tests',
  id: `adviser-${number}`,
  type: 'AdviserRegistered',
  subject: `adviser:${String(number).padStart(8, '0')}`,
  data: {},
});
const provider = {
  source: '/tests',
  id: 'provider',
  type: 'ProviderRegistered',
  subject: 'ukprn:10000001',
  data: { name: 'Invented Guidance', legalForm: 'company' },
};
const present = () => Temporal.Now.plainDateISO('Europe/London');
const day = (daysAgo: number) => ({
  source: '/tests',
  id: 'day',
  type: 'DayOpened',
  subject: 'calendar:england',
  data: { date: present().subtract({ days: daysAgo }).toString() },
});
const ELIGIBILITY = '/v1/providers/ukprn:10000001/eligibility?setting=school-commissioned&on=2026-09-01';

let register: RegisterProcess;
let folder: ReturnType<typeof temporaryFolder>;
beforeEach(async () => {
  folder = temporaryFolder();
  register = await RegisterProcess.start({
    REGISTER_STORE: `sqlite:${join(folder.path, 'register.db')}`,
    LOG_LEVEL: 'debug',
  });
});
afterEach(async () => {
  await register.stop('SIGKILL');
  folder.remove();
});

describe('the metrics', () => {
  test('are in the text format of Prometheus, and ask for no key', async () => {
    await register.post(adviser(1));
    const reply = await register.ask('/metrics');
    expect(reply.status).toBe(200);
    expect(reply.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    expect(reply.headers.get('cache-control')).toBe('no-store');
    const families = parsed(reply.text);
    expect([...families.keys()].filter((name) => /^(?:process|nodejs)_/.test(name)).length).toBeGreaterThan(
      10,
    );
    for (const [name, { type, samples }] of families) {
      if (!name.startsWith('register_')) continue;
      expect(name.endsWith('_total')).toBe(type === 'counter');
      if (type !== 'histogram') continue;
      for (const [sample, count] of samples) {
        if (!sample.includes('le="+Inf"')) continue;
        const labels = /,([^}]+)\}/.exec(sample)?.[1];
        expect(samples.get(`${name}_count${labels === undefined ? '' : `{${labels}}`}`)).toBe(count);
        const rising = [...samples]
          .filter(([each]) => each.startsWith(`${name}_bucket`) && each.includes(labels ?? ''))
          .map(([, value]) => value);
        expect(rising.toSorted((a, b) => a - b)).toEqual(rising);
      }
    }
  });

  test('are given as everything else is: 405, 406 and an unknown parameter are refused', async () => {
    const wrongMethod = await register.ask('/metrics', { method: 'POST' });
    expect(wrongMethod.status).toBe(405);
    expect(wrongMethod.headers.get('allow')).toBe('GET, HEAD');
    expect((await register.ask('/metrics', { headers: { accept: 'application/json' } })).status).toBe(406);
    expect((await register.ask('/metrics?since=1')).status).toBe(400);
    const scraper =
      'application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.4,*/*;q=0.1';
    expect((await register.ask('/metrics', { headers: { accept: scraper } })).status).toBe(200);
  });

  test('count what was posted by what became of it, and refusals by their code', async () => {
    const before = await metrics(register);
    await register.post(adviser(1));
    await register.post(adviser(1));
    await register.post({ ...adviser(1), id: 'another' });
    await register.postLines([
      adviser(2),
      { ...adviser(2), id: 'again' },
      { ...adviser(3), type: 'Nothing' },
    ]);
    await register.postLines([adviser(4), { ...adviser(4), id: 'again' }], { query: '?atomic=true' });
    await register.post(adviser(5), { query: '?dryRun=true' });
    await register.post(adviser(6), { key: 'no one-has-this-key' });
    const after = await metrics(register);
    const more = (sample: string) => after.of(sample) - before.of(sample);
    expect(more('register_posted_events_total{outcome="accepted"}')).toBe(2);
    expect(more('register_posted_events_total{outcome="duplicate"}')).toBe(1);
    expect(more('register_posted_events_total{outcome="refused"}')).toBe(4);
    expect(more('register_refused_events_total{code="already-registered"}')).toBe(3);
    expect(more('register_refused_events_total{code="invalid-event"}')).toBe(1);
    expect(more('register_http_problems_total{code="already-registered"}')).toBe(1);
    expect(more('register_http_problems_total{code="bad-key"}')).toBe(1);
    expect(more('register_log_events')).toBe(2);
    expect(more('register_append_events_sum')).toBe(2);
    expect(more('register_append_events_count')).toBe(2);
    expect(more('register_append_duration_seconds_count{outcome="appended"}')).toBe(2);
  });

  test('count what is no event at all among the refusals, in whatever form it is posted, each once', async () => {
    const send = (path: string, type: string, body: string) =>
      register.ask(path, {
        method: 'POST',
        headers: { authorization: `Bearer ${REGISTRAR_KEY}`, 'content-type': type },
        body,
      });
    const { of: before } = await metrics(register);
    await send('/v1/events', 'application/cloudevents+json', '{');
    await send('/v1/events', 'application/x-ndjson', '{\n[\n');
    await send('/v1/events?atomic=true', 'application/x-ndjson', '{\n');
    await send('/v1/events?dryRun=true', 'application/x-ndjson', '{\n');
    await send(
      '/v1/events/csv?type=AdviserRegistered&source=/rows',
      'text/csv',
      'id,subject\n1,adviser:00000001,more\n',
    );
    const { of: after } = await metrics(register);
    const more = (sample: string) => after(sample) - before(sample);
    expect(more('register_refused_events_total{code="malformed"}')).toBe(5);
    expect(more('register_posted_events_total{outcome="refused"}')).toBe(5);
    const { attempts } = (
      await register.ask('/v1/access?code=malformed', {
        headers: { authorization: `Bearer ${REGISTRAR_KEY}` },
      })
    ).json as { readonly attempts: readonly { readonly count: number }[] };
    // The dry run too: it was an attempt.
    expect(attempts.map(({ count }) => count)).toEqual([1, 1, 1, 2, 1]);
  });

  test('count answers by their outcome, and requests by route, method and class of status', async () => {
    await register.post(day(3));
    await register.post(provider);
    await register.ask(ELIGIBILITY);
    await register.ask(ELIGIBILITY.replace('10000001', '10000002'));
    await register.ask('/nowhere/in/particular');
    await register.ask('/v1/providers/%zz');
    const { of } = await metrics(register);
    const requests = (labels: string) => of(`register_http_request_duration_seconds_count{${labels}}`);
    expect(of('register_eligibility_answers_total{outcome="not-eligible"}')).toBe(1);
    expect(of('register_eligibility_answers_total{outcome="eligible"}')).toBe(0);
    expect(of('register_eligibility_answers_total{outcome="silent"}')).toBe(0);
    expect(requests('method="GET",route="/v1/providers/:key/eligibility",status="2xx"')).toBe(1);
    expect(requests('method="GET",route="/v1/providers/:key/eligibility",status="4xx"')).toBe(1);
    expect(requests('method="POST",route="/v1/events",status="2xx"')).toBe(2);
    expect(requests('method="GET",route="none",status="4xx"')).toBeGreaterThanOrEqual(1);
    expect(of('register_http_problems_total{code="unknown-provider"}')).toBe(1);
  });

  test('count of many questions each answer by its outcome, each problem by its code, and the request once', async () => {
    await register.post(day(3));
    await register.post(provider);
    const known = { provider: 'ukprn:10000001', setting: 'school-commissioned' };
    const askMany = (type: string, body: string, query = '') =>
      register.ask(`/v1/eligibility${query}`, { method: 'POST', headers: { 'content-type': type }, body });
    const lines = [
      JSON.stringify(known),
      JSON.stringify({ ...known, provider: 'ukprn:10000002' }),
      JSON.stringify({ ...known, on: 'today' }),
      JSON.stringify({ ...known, knownAt: '999999' }),
      'not JSON',
      JSON.stringify({ ...known, on: '2026-09-01' }),
    ];
    await askMany('application/x-ndjson', lines.join('\n'));
    await askMany('application/json', JSON.stringify([known, {}]), '?brief=true');
    await askMany('application/json', '{}');
    const { of, has } = await metrics(register);
    const requests = (status: string) =>
      of(
        `register_http_request_duration_seconds_count{method="POST",route="/v1/eligibility",status="${status}"}`,
      );
    expect(of('register_eligibility_answers_total{outcome="not-eligible"}')).toBe(3);
    const unanswered = (code: string) => of(`register_unanswered_questions_total{code="${code}"}`);
    expect(unanswered('unknown-provider')).toBe(1);
    expect(unanswered('invalid-question')).toBe(2);
    expect(unanswered('not-caught-up')).toBe(1);
    expect(unanswered('malformed')).toBe(1);
    expect([requests('2xx'), requests('4xx')]).toEqual([2, 1]);
    expect(of('register_http_problems_total{code="invalid-question"}')).toBe(1);
    expect(has('register_http_problems_total{code="unknown-provider"}')).toBe(false);
  });

  test('say how far the register is and what its files take', async () => {
    expect((await metrics(register)).has('register_days_behind')).toBe(false);
    const opened = day(3);
    const behind = () => present().since(opened.data.date).days;
    const least = behind();
    await register.post(opened);
    const { of } = await metrics(register);
    // Midnight may come between.
    expect([least, behind()]).toContain(of('register_days_behind'));
    expect(of('register_read_model_lag_events')).toBe(0);
    expect(of('register_log_events')).toBe((await register.log()).length);
    expect(of('register_ready')).toBe(1);
    expect(of('register_clock_behind')).toBe(0);
    const states = ['starting', 'caught-up', 'lost', 'stopped'];
    expect(states.map((state) => of(`register_follower_state{state="${state}"}`))).toEqual([0, 1, 0, 0]);
    const sizeOf = (name: string) => statSync(join(folder.path, name)).size;
    expect(of('register_log_file_bytes{file="database"}')).toBe(sizeOf('register.db'));
    expect(of('register_log_file_bytes{file="wal"}')).toBe(sizeOf('register.db-wal'));
    expect(of('register_log_free_bytes')).toBeGreaterThan(0);
  });

  test('of a log in memory have no files', async () => {
    const inMemory = await RegisterProcess.start();
    const { has } = await metrics(inMemory);
    await inMemory.stop();
    expect(has('register_log_file_bytes{file="database"}')).toBe(false);
    expect(has('register_log_free_bytes')).toBe(false);
  });
});

describe('whatever is sent', () => {
  const SECRET = 'Jane-Doe';
  const send = async () => {
    await register.post(provider);
    await register.ask(`/v1/providers/${SECRET}`);
    await register.ask(`/${SECRET}?name=${SECRET}`);
    await register.ask(`${ELIGIBILITY}&name=${SECRET}`, {
      headers: { 'x-request-id': `${SECRET} of Leeds` },
    });
    await register.ask('/health/live', { method: 'PROPFIND' });
    await register.post({ ...provider, type: SECRET, subject: SECRET, source: SECRET, id: SECRET });
    await register.post(adviser(1), { key: `${SECRET}-and-more-of-it` });
  };

  test('the labels take no more values than stand in the code', async () => {
    await send();
    const { text } = await metrics(register);
    expect(text).toMatch(/^register_build_info\{release="[0-9.]+",node="[0-9.]+"\} 1$/m);
    expect(text).not.toContain(SECRET);
    // The digits of a time may be those of a key: looked at are the names and the labels.
    expect(text.replace(/^([^#].*) \S+$/gm, '$1')).not.toContain('10000001');
    expect(text).not.toContain(REGISTRAR_KEY);
  });

  test('a request is one line at debug, without its query, its path or a key', async () => {
    await send();
    await register.ask(ELIGIBILITY, { headers: { 'x-request-id': 'trace-17' } });
    expect(await register.stop()).toBe(0);
    const lines = register.output.flatMap((line) =>
      line.includes('"msg":"answered"') ? [JSON.parse(line) as Record<string, unknown>] : [],
    );
    expect(lines.at(-1)).toEqual({
      level: 20,
      time: expect.any(Number) as number,
      context: 'http',
      method: 'GET',
      route: '/v1/providers/:key/eligibility',
      status: 200,
      ms: expect.any(Number) as number,
      id: 'trace-17',
      msg: 'answered',
    });
    expect(lines).toHaveLength(8);
    expect(register.output.join('\n')).not.toContain(SECRET);
    expect(register.output.join('\n')).not.toContain('10000001');
    expect(register.output.join('\n')).not.toContain(REGISTRAR_KEY);
  });
});

describe('LOG_LEVEL', () => {
  test('is info unless it is set: no request is a line', async () => {
    const quiet = await RegisterProcess.start({ REGISTER_STORE: 'memory:' });
    await quiet.ask('/health/live');
    await quiet.stop();
    expect(quiet.output.map((line) => (JSON.parse(line) as { readonly msg: string }).msg)).toEqual([
      expect.stringMatching(/^the log is signed from now on/),
      expect.stringMatching(/^release [0-9.]+: [0-9]+ events in memory/),
      expect.stringMatching(/^next, recognise a body/),
      expect.stringMatching(/^listening on /),
      'stopping',
      'stopped',
    ]);
  });

  test('of another name is refused with how to correct it', async () => {
    const loud = RegisterProcess.launch({ LOG_LEVEL: 'loud' });
    expect(await loud.ended).toBe(1);
    expect(loud.stderr).toContain('LOG_LEVEL must be one of fatal, error, warn, info, debug');
  });
});
