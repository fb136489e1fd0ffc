/// <reference types="jest" />
import { BUILT_IN } from '@app/domain/policies/built-in';
import { importHistory, withDays, type DatedPosting } from './history-import';
import { bootstrap } from './bootstrap';
import { Writer } from './writer';
import type { StoredEvent } from '@app/domain/log/stored-event';
import { MemoryLog } from '@app/event-store/memory';
import { Follower } from '@app/read-model/follower';
import { EventIndex } from '@app/read-model/index/event-index';

const REGISTRAR = 'body:registrar';
const MATRIX = 'body:matrix';
const P = 'ukprn:10000001';

let posted = 0;
function posting(
  at: string,
  type: DatedPosting['type'],
  subject: string,
  data: DatedPosting['data'],
  body = REGISTRAR,
): DatedPosting {
  return { at: Date.parse(at), body, source: '/tests', id: `no-${posted++}`, type, subject, data };
}

const recognised = (at: string) =>
  posting(at, 'BodyRecognised', MATRIX, {
    name: 'Example Assessors',
    mayPost: [{ types: ['AccreditationAwarded'], standards: ['matrix'] }],
    from: '2017-01-01',
  });
const organisation = (at: string, subject = P) =>
  posting(at, 'ProviderRegistered', subject, { name: 'Example Guidance', legalForm: 'company' });
const awarded = (at: string, standard = 'matrix', from = '2018-01-01', body = MATRIX) =>
  posting(
    at,
    'AccreditationAwarded',
    P,
    { standard, reference: 'M-1', from, until: '2020-12-31', kind: 'initial' },
    body,
  );

async function stored(log: MemoryLog): Promise<StoredEvent[]> {
  const events: StoredEvent[] = [];
  for await (const page of log.read(-1))
    events.push(...page.events.map((text) => JSON.parse(text) as StoredEvent));
  return events;
}

async function recorded(postings: Iterable<DatedPosting>): Promise<StoredEvent[]> {
  const log = new MemoryLog();
  await importHistory(log, postings);
  return stored(log);
}

test('every event is recorded at its own time, and those of one instant at the same', async () => {
  const events = await recorded(
    withDays([
      recognised('2018-03-01T09:00:00Z'),
      organisation('2018-03-01T09:00:00Z'),
      awarded('2018-03-02T10:30:00.250Z'),
    ]),
  );
  expect(events.map(({ type, recordedAt }) => [type, recordedAt])).toEqual([
    ...BUILT_IN.map(() => ['PolicyEditionPublished', '2018-03-01T00:00:00.000Z']),
    ['DayOpened', '2018-03-01T00:00:00.000Z'],
    ['BodyRecognised', '2018-03-01T09:00:00.000Z'],
    ['ProviderRegistered', '2018-03-01T09:00:00.000Z'],
    ['DayOpened', '2018-03-02T00:00:00.000Z'],
    ['AccreditationAwarded', '2018-03-02T10:30:00.250Z'],
  ]);
});

test('a day opens as it begins in London, in summer an hour before it does in Greenwich', async () => {
  const events = await recorded(
    withDays([organisation('2018-03-24T12:00:00Z'), organisation('2018-03-26T12:00:00Z', 'ukprn:10000002')]),
  );
  const days = events.filter(({ type }) => type === 'DayOpened');
  expect(days.map(({ id, recordedAt }) => [id, recordedAt])).toEqual([
    ['day-2018-03-24', '2018-03-24T00:00:00.000Z'],
    ['day-2018-03-25', '2018-03-25T00:00:00.000Z'],
    ['day-2018-03-26', '2018-03-25T23:00:00.000Z'],
  ]);
});

test('a register that is started on a recorded log finds nothing to do', async () => {
  const log = new MemoryLog();
  await importHistory(log, withDays([organisation('2018-03-01T09:00:00Z')]));
  const register = new EventIndex();
  const follower = new Follower(log, register);
  const following = follower.run();
  await follower.reached(await log.head());
  const clock = () => Date.parse('2018-03-01T12:00:00Z');
  const writer = new Writer(log, register, follower, { clock, calendar: 'auto', patience: Infinity });
  const { today } = register.at(register.head);
  await bootstrap(writer, { day: today, makeKey: false });
  expect(await log.head()).toBe(BUILT_IN.length + 1);
  follower.stop();
  await following;
});

test.each([
  ['form', posting('2018-03-01T10:00:00Z', 'ProviderClosed', P, { on: '2018-13-01' }), 'invalid-event'],
  ['authority', awarded('2018-03-01T10:00:00Z', 'quality-in-careers'), 'not-recognised'],
  ['first day', awarded('2018-03-01T10:00:00Z', 'matrix', '2016-12-31'), 'not-recognised'],
  [
    'truth',
    posting('2018-03-01T10:00:00Z', 'AdviserMerged', 'adviser:aaaaaaaa', { into: 'adviser:bbbbbbbb' }),
    'unknown-subject',
  ],
])(
  'a posting that is refused for its %s ends the recording, named with the refusal',
  async (_, wrong, code) => {
    const log = new MemoryLog();
    const history = [
      recognised('2018-03-01T09:00:00Z'),
      organisation('2018-03-01T09:30:00Z'),
      wrong,
      organisation('2018-03-01T11:00:00Z', 'ukprn:10000002'),
    ];
    const failing = importHistory(log, withDays(history));
    await expect(failing).rejects.toThrow(code);
    await expect(failing).rejects.toThrow(`${wrong.type} of ${wrong.subject}`);
    await expect(failing).rejects.toThrow('2018-03-01T10:00:00.000Z');
    expect((await stored(log)).map(({ type }) => type)).toEqual([
      ...BUILT_IN.map(() => 'PolicyEditionPublished'),
      'DayOpened',
      'BodyRecognised',
      'ProviderRegistered',
    ]);
  },
);

test('what is posted twice, or before what stands, is no history', async () => {
  const once = organisation('2018-03-01T09:00:00Z');
  await expect(recorded([once, once])).rejects.toThrow('posted before');
  await expect(recorded([once, organisation('2018-02-01T09:00:00Z', 'ukprn:10000002')])).rejects.toThrow(
    'before what stands',
  );
});

test('more than one append holds of one instant is recorded all the same', async () => {
  const groups = Array.from({ length: 60 }, (_, n) => `a-rather-long-name-of-a-group-of-clients-${n}`);
  const many = Array.from({ length: 400 }, (_, n) =>
    posting('2018-03-01T09:00:00Z', 'ProviderRegistered', `ukprn:${10_000_001 + n}`, {
      name: 'Example Guidance',
      legalForm: 'company',
      clientGroups: groups,
    }),
  );
  const events = await recorded(many);
  expect(events.map(({ subject }) => subject)).toEqual(many.map(({ subject }) => subject));
  expect(new Set(events.map(({ recordedAt }) => recordedAt.slice(0, 20)))).toEqual(
    new Set(['2018-03-01T09:00:00.']),
  );
});

test('it goes on from what stands, and ends between two instants where it is told to', async () => {
  const log = new MemoryLog();
  await importHistory(log, [organisation('2018-03-01T09:00:00Z')]);
  const stop = new AbortController();
  function* history(): Generator<DatedPosting> {
    yield organisation('2018-03-02T09:00:00Z', 'ukprn:10000002');
    yield organisation('2018-03-03T09:00:00Z', 'ukprn:10000003');
    stop.abort();
    yield organisation('2018-03-04T09:00:00Z', 'ukprn:10000004');
  }
  const told: number[] = [];
  await importHistory(log, history(), { signal: stop.signal, told: (events) => told.push(events) });
  const subjects = (await stored(log)).map(({ subject }) => subject);
  expect(subjects).toEqual(['ukprn:10000001', 'ukprn:10000002'].concat(subjects.slice(2)));
  expect(subjects).not.toContain('ukprn:10000004');
  expect(told.at(-1)).toBe(subjects.length);
});
