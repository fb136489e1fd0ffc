/// <reference types="jest" />
import type { AsOf } from '@app/application/reading/records';
import type { HistoryEvent } from '@app/read-model/records/history';
import type { Submissions } from '@app/read-model/records/submissions';
import { REGISTRAR_KEY, RegisterProcess, type Reply } from './process';
import { accepted, endSound, expectRefusal, expectRefused, headOf, keyOf, openDay } from './refusal';

/** What bodies read back of what they have posted, and take back when it was a mistake. */
let register: RegisterProcess;
let key = '';
let other = '';

beforeAll(async () => {
  register = await RegisterProcess.start();
  await openDay(register, '2026-09-01');
  for (const [slug, name] of [
    ['assessors', 'Example Assessors'],
    ['others', 'Other Assessors'],
  ] as const)
    await accepted(register, {
      type: 'BodyRecognised',
      subject: `body:${slug}`,
      data: { name, mayPost: [{ types: '*' }], from: '2017-01-01' },
    });
  key = await keyOf(register, 'assessors');
  other = await keyOf(register, 'others');
});
afterAll(() => endSound(register));

let providers = 10_000_000;
/** The key of a provider that no one else in these tests has. */
const unused = () => `ukprn:${++providers}`;
const registration = (subject: string) => ({
  type: 'ProviderRegistered',
  subject,
  data: { name: 'Example Guidance', legalForm: 'company' },
});
const award = (subject: string, until = '2029-08-31') => ({
  type: 'AccreditationAwarded',
  subject,
  data: { standard: 'matrix', reference: 'M-1', from: '2026-09-01', until, kind: 'initial' },
});
const correction = (event: string, subject: string, until: string, reason = 'typing') => ({
  type: 'EventCorrected',
  subject,
  data: { event, data: award(subject, until).data, kind: 'clerical', reason },
});
const retraction = (event: string, subject: string) => ({
  type: 'EventRetracted',
  subject,
  data: { event, reason: 'mistake' },
});

function read(reply: Reply): unknown {
  expect({ status: reply.status, text: reply.text }).toMatchObject({ status: 200 });
  return reply.json;
}

describe('the history of one event', () => {
  const story: Record<string, string> = {};
  const subject = unused();
  const history = async (event: string, query = '') =>
    read(await register.ask(`/v1/events/${event}/history${query}`)) as AsOf<{ event: HistoryEvent }>;

  beforeAll(async () => {
    const post = async (name: string, event: Parameters<typeof accepted>[1], by = key) => {
      story[name] = await accepted(register, event, by);
    };
    await post('registered', registration(subject));
    await post('awarded', award(subject));
    const awarded = story['awarded'] ?? '';
    await post('first', correction(awarded, subject, '2028-08-31', 'typing'));
    await post('second', correction(awarded, subject, '2027-08-31', 'misread'));
    await post('third', correction(awarded, subject, '2026-12-31', 'guessed'));
    await post('fallen', retraction(story['third'] ?? '', subject));
    await post('suspended', {
      type: 'AccreditationSuspended',
      subject,
      data: { standard: 'matrix', reference: 'M-1', from: '2026-10-01', reason: 'review', onAppeal: 'stays' },
    });
    const against = story['suspended'];
    await post('lodged', { type: 'AppealLodged', subject, data: { against, on: '2026-10-05' } }, other);
    await post('decided', {
      type: 'AppealDecided',
      subject,
      data: { against, on: '2026-11-01', outcome: 'dismissed' },
    });
  });

  test('shows every version that it ever had, by whom, when and why, and which counts', async () => {
    const { event, knownAt } = await history(story['awarded'] ?? '');
    expect(knownAt.position).toBe(String(await headOf(register)));
    expect(event).toMatchObject({
      data: { until: '2029-08-31' },
      stands: true,
      corrected: { by: story['second'], body: 'body:assessors', reason: 'misread', kind: 'clerical' },
    });
    expect(
      event.corrections?.map(({ by, data, reason, stands }) => [by, data['until'], reason, stands]),
    ).toEqual([
      [story['first'], '2028-08-31', 'typing', true],
      [story['second'], '2027-08-31', 'misread', true],
      [story['third'], '2026-12-31', 'guessed', false],
    ]);
    for (const { recordedAt } of event.corrections ?? []) expect(recordedAt).toMatch(/^\d{4}-.*Z$/);
  });

  test('with one correction that counts needs no list of them', async () => {
    const { event } = await history(story['awarded'] ?? '', `?knownAt=${story['first'] ?? ''}`);
    expect(event.corrected).toMatchObject({ by: story['first'] });
    expect(event).not.toHaveProperty('corrections');
  });

  test('as known before a correction knows nothing of it', async () => {
    const reply = await register.ask(
      `/v1/events/${story['awarded'] ?? ''}/history?knownAt=${story['awarded'] ?? ''}`,
    );
    const { event } = read(reply) as { event: HistoryEvent };
    expect(event).not.toHaveProperty('corrected');
    expect(event).not.toHaveProperty('corrections');
    expect(reply.headers.get('cache-control')).toBe('no-cache');
  });

  test('shows an appeal, lodged and decided, by whom and when', async () => {
    const { event } = await history(story['suspended'] ?? '');
    expect(event.appealed).toMatchObject({
      lodging: { by: story['lodged'], body: 'body:others', on: '2026-10-05' },
      decision: { by: story['decided'], body: 'body:assessors', on: '2026-11-01', outcome: 'dismissed' },
    });
    const then = await history(story['suspended'] ?? '', `?knownAt=${story['lodged'] ?? ''}`);
    expect(then.event.appealed).not.toHaveProperty('decision');
  });

  test('is the same as within the history of its subject', async () => {
    const { events } = read(await register.ask(`/v1/providers/${subject}/history`)) as {
      events: HistoryEvent[];
    };
    for (const one of events) expect((await history(one.position)).event).toEqual(one);
  });

  test.each([
    ['of an event that is not there', '/v1/events/999999/history', 404, 'unknown-event'],
    ['of one that was not there then', '/v1/events/5/history?knownAt=4', 404, 'unknown-event'],
    ['of what is no position', '/v1/events/five/history', 400, 'invalid-question'],
    ['as known at no moment', '/v1/events/5/history?knownAt=now', 400, 'invalid-question'],
  ])('is refused %s', async (_, path, status, code) => {
    expectRefusal(await register.ask(path), { status, code });
  });
});

describe('what a body posted', () => {
  const ask = async (slug: string, query = '') =>
    read(await register.ask(`/v1/bodies/${slug}/events${query}`)) as AsOf<Submissions>;

  /** All pages, from the first on. */
  async function all(slug: string, query: string): Promise<HistoryEvent[]> {
    const events: HistoryEvent[] = [];
    for (let next: string | undefined = `/v1/bodies/${slug}/events?${query}`; next !== undefined;) {
      const reply = await register.ask(next);
      const page = read(reply) as AsOf<Submissions>;
      events.push(...page.events);
      next = /<([^>]+)>; rel="next"/.exec(reply.headers.get('link') ?? '')?.[1];
      expect(next === undefined).toBe(page.next === null);
    }
    return events;
  }

  test('is that of this body alone, in log order, each with what has become of it', async () => {
    const own = await all('assessors', 'limit=3');
    const stored = (await register.log()).map((line) => JSON.parse(line) as HistoryEvent);
    expect(own.map(({ position }) => position)).toEqual(
      stored.filter(({ body }) => body === 'body:assessors').map(({ position }) => position),
    );
    expect(own.some(({ corrected }) => corrected)).toBe(true);
    expect((await all('others', '')).map(({ type }) => type)).toEqual(['AppealLodged']);
    expect((await all('registrar', 'limit=100')).map(({ type }) => type)).toContain('DayOpened');
  });

  test('is found by type, by the key under which it was posted, and by source', async () => {
    const [one, further] = [unused(), unused()];
    await accepted(register, { ...registration(one), source: '/found' }, key);
    await accepted(register, { type: 'ProviderIdentified', subject: one, data: { as: further } }, key);
    const awarded = await accepted(register, { ...award(further), source: '/found' }, key);
    const types = async (query: string) => (await all('assessors', query)).map(({ type }) => type);
    expect(await types(`subject=${one}`)).toEqual(['ProviderRegistered', 'ProviderIdentified']);
    expect(await types(`subject=${further}`)).toEqual(['AccreditationAwarded']);
    expect(await types('source=/found')).toEqual(['ProviderRegistered', 'AccreditationAwarded']);
    expect(await types('source=/found&type=ProviderRegistered')).toEqual(['ProviderRegistered']);
    expect(await types(`source=/found&type=ProviderRegistered&subject=${further}`)).toEqual([]);
    expect(await types(`subject=${further}&after=${awarded}`)).toEqual([]);
    expect(await types(`subject=${further}&knownAt=${Number(awarded) - 1}`)).toEqual([]);
  });

  test('goes on as known at the moment of its first page', async () => {
    const subject = unused();
    await accepted(register, { ...registration(subject), source: '/pages' }, key);
    const awarded = await accepted(register, { ...award(subject), source: '/pages' }, key);
    const first = await register.ask('/v1/bodies/assessors/events?source=/pages&limit=1');
    await accepted(register, retraction(awarded, subject), key);
    const next = /<([^>]+)>; rel="next"/.exec(first.headers.get('link') ?? '')?.[1] ?? '';
    expect((read(await register.ask(next)) as Submissions).events).toMatchObject([
      { position: awarded, stands: true },
    ]);
  });

  test.each([
    ['a body that no one recognised', '/v1/bodies/nobody/events', 404, 'unknown-body'],
    ['a body as known before its recognition', '/v1/bodies/assessors/events?knownAt=0', 404, 'unknown-body'],
    ['what is no type', '/v1/bodies/assessors/events?type=Nothing', 400, 'invalid-question'],
    ['what is no key', '/v1/bodies/assessors/events?subject=Example', 400, 'invalid-question'],
    ['an empty source', '/v1/bodies/assessors/events?source=', 400, 'invalid-question'],
    ['what nothing is known of', '/v1/bodies/assessors/events?provider=x', 400, 'invalid-question'],
  ])('is refused of %s', async (_, path, status, code) => {
    expectRefusal(await register.ask(path), { status, code });
  });

  test('of which little is wanted comes in pages that may be empty, and all of it comes', async () => {
    const [before, after] = [unused(), unused()];
    await accepted(register, { ...registration(before), source: '/seldom' }, key);
    for (let part = 0; part < 3; part++)
      await register.postLines(
        Array.from({ length: 7_000 }, (_, i) => ({
          ...registration(unused()),
          source: '/bulk',
          id: `${part}-${i}`,
        })),
        { key },
      );
    await accepted(register, { ...registration(after), source: '/seldom' }, key);
    expect((await all('assessors', 'source=/seldom')).map(({ subject }) => subject)).toEqual([before, after]);
    const page = await ask('assessors', '?source=/seldom');
    expect(page.next).not.toBeNull();
    expect(page.events).toHaveLength(1);
    expect((await ask('assessors', `?subject=${after}`)).events).toHaveLength(1);
  });
});

interface Retracted {
  readonly body: string;
  readonly source: string;
  readonly upTo: string;
  readonly effects?: unknown;
  readonly accepted: number;
  readonly duplicates: number;
  readonly refused: number;
  readonly rejected: readonly { readonly position: string; readonly problem: { readonly code: string } }[];
  readonly lastPosition: string | null;
}

describe('the retraction of a load', () => {
  const send = (asked: unknown, { slug = 'assessors', by = key, query = '' } = {}) =>
    register.ask(`/v1/bodies/${slug}/retractions${query}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${by}`, 'content-type': 'application/json' },
      body: typeof asked === 'string' ? asked : JSON.stringify(asked),
    });
  const retract = async (asked: object, options = {}) => read(await send(asked, options)) as Retracted;
  const stands = async (...positions: string[]) => {
    const found: boolean[] = [];
    for (const position of positions) {
      const { event } = read(await register.ask(`/v1/events/${position}/history`)) as { event: HistoryEvent };
      found.push(event.stands);
    }
    return found;
  };

  let sources = 0;
  /** A load of providers with their awards, posted from a source of its own; the positions in order. */
  async function load(count = 2): Promise<{ source: string; positions: string[]; subjects: string[] }> {
    const source = `/loads/${++sources}`;
    const subjects = Array.from({ length: count }, unused);
    const positions: string[] = [];
    for (const event of subjects.flatMap((subject) => [registration(subject), award(subject)]))
      positions.push(await accepted(register, { ...event, source }, key));
    return { source, positions, subjects };
  }

  test('takes out all that stands of it, the newest first, by events of a source of its own', async () => {
    const { source, positions, subjects } = await load();
    const before = await headOf(register);
    const done = await retract({ source, reason: 'wrong-file' });
    expect(done).toMatchObject({
      body: 'body:assessors',
      upTo: String(before),
      accepted: 4,
      duplicates: 0,
      refused: 0,
      rejected: [],
      lastPosition: String(before + 4),
    });
    expect(await stands(...positions)).toEqual([false, false, false, false]);
    const posted = (await register.log(before)).map((line) => JSON.parse(line) as HistoryEvent);
    expect(posted.map(({ type, data }) => [type, data['event'], data['reason']])).toEqual(
      positions.toReversed().map((position) => ['EventRetracted', position, 'wrong-file']),
    );
    expect(new Set(posted.map((event) => event.source))).toEqual(new Set([done.source]));
    expectRefusal(await register.ask(`/v1/providers/${subjects[0] ?? ''}`), {
      status: 404,
      code: 'unknown-provider',
    });
  });

  test('asked for again changes nothing, and does what is missing', async () => {
    const { source, positions } = await load();
    const first = await retract({ source, reason: 'wrong-file', types: ['AccreditationAwarded'] });
    expect(first).toMatchObject({ accepted: 2, duplicates: 0 });
    expect(await retract({ source, reason: 'wrong-file' })).toMatchObject({ accepted: 2, duplicates: 2 });
    const head = await headOf(register);
    expect(await retract({ source, reason: 'wrong-file' })).toMatchObject({
      accepted: 0,
      duplicates: 4,
      refused: 0,
      lastPosition: String(head),
    });
    expect(await retract({ source, reason: 'another-reason' })).toMatchObject({ accepted: 0, duplicates: 0 });
    expect(await headOf(register)).toBe(head);
    expect(await stands(...positions)).toEqual([false, false, false, false]);
  });

  test('is undone by retracting the load of its retractions', async () => {
    const { source, positions } = await load();
    const done = await retract({ source, reason: 'wrong-file' });
    expect(await retract({ source: done.source, reason: 'was-right' })).toMatchObject({ accepted: 4 });
    expect(await stands(...positions)).toEqual([true, true, true, true]);
    const again = await retract({ source, reason: 'wrong-file' });
    expect(again).toMatchObject({ accepted: 0, duplicates: 4 });
    expect(await stands(...positions)).toEqual([true, true, true, true]);
  });

  test('says how many events stand again, which another reason retracts anew', async () => {
    const { source, positions, subjects } = await load(1);
    const asked = { source, reason: 'wrong-file' };
    expect(await retract(asked)).toMatchObject({ accepted: 2, restored: 0, warnings: [] });
    expect(await retract(asked)).toMatchObject({ duplicates: 2, restored: 0, warnings: [] });
    const [first = ''] = subjects;
    const undone = String(await headOf(register));
    await accepted(register, retraction(undone, first), key);
    for (const query of ['?dryRun=true', ''])
      expect(await retract(asked, { query })).toMatchObject({
        accepted: 0,
        duplicates: 2,
        restored: 1,
        warnings: [{ code: 'restored', detail: expect.stringContaining('another reason') as unknown }],
      });
    expect(await stands(...positions)).toEqual([true, false]);
    const anew = await retract({ ...asked, reason: 'wrong-after-all' });
    expect(anew).toMatchObject({ accepted: 1, duplicates: 0, restored: 0, warnings: [] });
    expect(await stands(...positions)).toEqual([false, false]);
  });

  test('warns where the body posted nothing that it could retract', async () => {
    const { source } = await load(1);
    const nothing = [{ code: 'nothing-posted', detail: expect.stringMatching(/\S/) as unknown }];
    for (const asked of [{ source: '/loads/never' }, { source, types: ['ProviderClosed'] }])
      expect(await retract({ ...asked, reason: 'wrong-file' })).toMatchObject({
        accepted: 0,
        restored: 0,
        warnings: nothing,
      });
  });

  test('leaves what came from the same source later, where it is told up to where', async () => {
    const { source, positions } = await load(1);
    const { upTo } = await retract({ source, reason: 'wrong-file' }, { query: '?dryRun=true' });
    const later = await accepted(register, { ...registration(unused()), source }, key);
    const done = await retract({ source, reason: 'wrong-file', upTo });
    expect(done).toMatchObject({ accepted: 2, upTo });
    expect(await stands(...positions, later)).toEqual([false, false, true]);
    const { recordedAt } = (await register.ask(`/v1/events/${later}`)).json as HistoryEvent;
    expect(await retract({ source, reason: 'wrong-file', after: recordedAt })).toMatchObject({ accepted: 0 });
    expect(await retract({ source, reason: 'wrong-file', after: upTo })).toMatchObject({ accepted: 1 });
  });

  test('leaves a correction of its own alone, which goes with its event, and takes one of another load', async () => {
    const good = await load(1);
    const [, awarded = ''] = good.positions;
    const [subject = ''] = good.subjects;
    const bad = await load(1);
    const [, own = ''] = bad.positions;
    const post = (event: object) =>
      accepted(register, { ...(event as ReturnType<typeof award>), source: bad.source }, key);
    const ofAnother = await post(correction(awarded, subject, '2027-01-01'));
    const ofItsOwn = await post(correction(own, bad.subjects[0] ?? '', '2027-01-01'));
    const gone = await post(retraction(good.positions[0] ?? '', subject));
    expect(await retract({ source: bad.source, reason: 'wrong-file' })).toMatchObject({ accepted: 4 });
    expect(await stands(...good.positions, ...bad.positions)).toEqual([true, true, false, false]);
    expect(await stands(ofAnother, ofItsOwn, gone)).toEqual([false, true, false]);
    const { event } = read(await register.ask(`/v1/events/${awarded}/history`)) as { event: HistoryEvent };
    expect(event).not.toHaveProperty('corrected');
  });

  test('passes over what does not stand any more, and over days and keys', async () => {
    const { source, positions, subjects } = await load(1);
    await accepted(register, retraction(positions[1] ?? '', subjects[0] ?? ''), key);
    expect(await retract({ source, reason: 'wrong-file' })).toMatchObject({ accepted: 1, refused: 0 });
    const days = { source: '/days', type: 'DayOpened', subject: 'calendar:england' };
    const day = await accepted(register, { ...days, data: { date: '2026-09-02' } });
    const registrar = { slug: 'registrar', by: REGISTRAR_KEY };
    expect(await retract({ source: '/days', reason: 'wrong-file' }, registrar)).toMatchObject({
      accepted: 0,
    });
    expect(await stands(day)).toEqual([true]);
  });

  test('is the registrar’s too, and no one else’s', async () => {
    const { source, positions } = await load(1);
    const asked = { source, reason: 'wrong-file' };
    await expectRefused(register, () => send(asked, { by: other }), { status: 403, code: 'not-your-event' });
    expect(await retract(asked, { by: REGISTRAR_KEY })).toMatchObject({
      body: 'body:registrar',
      accepted: 2,
    });
    expect(await stands(...positions)).toEqual([false, false]);
  });

  test('has nothing of another body’s from a source of the same name', async () => {
    const { source } = await load(1);
    const theirs = await accepted(register, { ...registration(unused()), source }, other);
    expect(await retract({ source, reason: 'wrong-file' })).toMatchObject({ accepted: 2 });
    expect(await stands(theirs)).toEqual([true]);
  });

  test('is refused event by event where the body may not retract them any more', async () => {
    await accepted(register, {
      type: 'BodyRecognised',
      subject: 'body:limited',
      data: {
        name: 'Limited Assessors',
        mayPost: [
          { types: ['AccreditationAwarded'] },
          { types: ['EventRetracted'], standards: ['quality-in-careers'] },
        ],
        from: '2017-01-01',
      },
    });
    const by = await keyOf(register, 'limited');
    const { subjects } = await load(1);
    const position = await accepted(
      register,
      { ...award(subjects[0] ?? ''), source: '/limited', data: { ...award('').data, reference: 'M-2' } },
      by,
    );
    const asked = { source: '/limited', reason: 'wrong-file' };
    for (const query of ['', '?dryRun=true', '?atomic=true'])
      expect(await retract(asked, { slug: 'limited', by, query })).toMatchObject({
        accepted: 0,
        refused: 1,
        rejected: [{ position, problem: { code: 'not-recognised' } }],
        lastPosition: null,
      });
  });

  test('is tried without the writing, and says what it would do', async () => {
    const { source, positions } = await load();
    const before = await headOf(register);
    const tried = await retract({ source, reason: 'wrong-file' }, { query: '?dryRun=true' });
    expect(tried).toMatchObject({ accepted: 4, duplicates: 0, refused: 0, lastPosition: null });
    expect(await headOf(register)).toBe(before);
    expect(await stands(...positions)).toEqual([true, true, true, true]);
    const done = await retract({ source, reason: 'wrong-file', upTo: tried.upTo });
    const { effects, ...rest } = tried;
    expect(done).toEqual({ ...rest, lastPosition: String(before + 4) });
    // Two providers that may do nothing any more where no adviser is asked for: in one setting under the law, in
    // one under the conditions of funding, and in two under the proposals.
    const proposals = { policy: 'cmqa-2017', after: null };
    expect(effects).toMatchObject({
      changed: 8,
      providers: Array.from({ length: 2 }, () => [
        { policy: 'england-statute', after: null },
        { policy: 'england-funding', after: null },
        proposals,
        proposals,
      ]).flat(),
    });
  });

  test('at once takes all, or is too large and takes nothing', async () => {
    const { source } = await load();
    const query = '?atomic=true';
    expect(await retract({ source, reason: 'wrong-file' }, { query })).toMatchObject({ accepted: 4 });
    expect(await retract({ source: '/none', reason: 'wrong-file' }, { query })).toMatchObject({
      accepted: 0,
    });
    await expectRefused(register, () => send({ source: '/bulk', reason: 'wrong-file' }, { query }), {
      status: 413,
      code: 'too-large',
    });
  });

  test('of many thousands goes part by part, and lets others post between', async () => {
    const state = { done: false };
    const whole = retract({ source: '/bulk', reason: 'wrong-file' }).finally(() => (state.done = true));
    const between: string[] = [];
    while (!state.done) between.push(await accepted(register, registration(unused()), other));
    expect(await whole).toMatchObject({ accepted: 21_000, duplicates: 0, refused: 0 });
    expect(between.length).toBeGreaterThan(1);
    const seen = read(
      await register.ask('/v1/bodies/assessors/events?source=/bulk&limit=100'),
    ) as Submissions;
    expect(seen.events.map((event) => event.stands)).not.toContain(true);
  });

  const sound = { source: '/x', reason: 'wrong-file' };
  test.each<[string, unknown, string[]]>([
    ['no source', { reason: 'wrong-file' }, ['/source']],
    ['a source with a space in it', { ...sound, source: 'a b' }, ['/source']],
    ['no reason', { source: '/x' }, ['/reason']],
    ['a reason in free text', { ...sound, reason: 'We made a mistake' }, ['/reason']],
    ['a type that there is not', { ...sound, types: ['Nothing'] }, ['/types']],
    ['no moment', { ...sound, upTo: 'yesterday' }, ['/upTo']],
    ['a field that there is not', { ...sound, subject: 'ukprn:10000001' }, ['/subject']],
  ])('is refused with %s', async (_, asked, pointers) => {
    await expectRefused(register, () => send(asked), { status: 400, code: 'invalid-question', pointers });
  });

  test('is refused where nothing can be read of it, of a body that is not known, or up to what is not there', async () => {
    await expectRefused(register, () => send('{'), { status: 400, code: 'malformed' });
    await expectRefused(register, () => send(sound, { slug: 'nobody', by: REGISTRAR_KEY }), {
      status: 404,
      code: 'unknown-body',
    });
    await expectRefused(register, () => send({ ...sound, upTo: '999999999' }), {
      status: 503,
      code: 'not-caught-up',
    });
    await expectRefused(register, () => send(sound, { query: '?dry=true' }), {
      status: 400,
      code: 'invalid-question',
    });
  });
});
