/// <reference types="jest" />
import type { AsOf } from '@app/application/reading/records';
import type { StoredEvent } from '@app/domain/log/stored-event';
import type { History } from '@app/read-model/records/history';
import { RegisterProcess, type Reply } from './process';
import { accepted, endSound, expectRefusal, headOf, openDay } from './refusal';

let register: RegisterProcess;

const ONE = 'ukprn:10000001';
const FURTHER = 'charity:1012345';
const OTHER = 'ukprn:10000002';
const SCHOOL = 'urn:100001';
const PERSON = 'adviser:k7m2p4q8';
const OLD = 'adviser:a1b2c3d4';

/** The positions of what was posted, by a name that only this page knows. */
const at: Record<string, string> = {};

beforeAll(async () => {
  register = await RegisterProcess.start();
  const post = async (name: string, type: string, subject: string, data: Record<string, unknown>) => {
    at[name] = await accepted(register, { type, subject, data });
  };
  await openDay(register, '2026-09-01');
  await post('registered', 'ProviderRegistered', ONE, { name: 'Bright Futures', legalForm: 'company' });
  await post('other', 'ProviderRegistered', OTHER, { name: 'Waymark', legalForm: 'company' });
  await post('school', 'SchoolRegistered', SCHOOL, {
    name: 'Hill School',
    phase: 'secondary',
    area: 'area:E10000014',
  });
  await post('person', 'AdviserRegistered', PERSON, {});
  await post('old', 'AdviserRegistered', OLD, {});
  await post('identified', 'ProviderIdentified', ONE, { as: FURTHER });
  await post('awarded', 'AccreditationAwarded', FURTHER, {
    standard: 'matrix',
    reference: 'M-1',
    from: '2026-09-01',
    until: '2029-08-31',
    kind: 'initial',
  });
  await post('engaged', 'EngagementStarted', PERSON, {
    provider: ONE,
    from: '2026-09-01',
    basis: 'employed',
  });
  await post('contract', 'ContractAwarded', ONE, {
    reference: 'C-1',
    programme: 'ncs',
    services: ['skills'],
    clientGroups: ['adults'],
    from: '2026-09-01',
    until: '2027-08-31',
  });
  await post('sameContract', 'ContractAwarded', OTHER, {
    reference: 'C-1',
    programme: 'ncs',
    services: ['skills'],
    clientGroups: ['adults'],
    from: '2026-09-01',
    until: '2027-08-31',
  });
  await post('commission', 'CommissionAgreed', SCHOOL, {
    reference: 'K-1',
    provider: ONE,
    setting: 'school-commissioned',
    from: '2026-09-01',
    until: '2027-07-20',
  });
  await post('corrected', 'EventCorrected', FURTHER, {
    event: at['awarded'],
    data: {
      standard: 'matrix',
      reference: 'M-1',
      from: '2026-09-01',
      until: '2028-08-31',
      kind: 'initial',
    },
    kind: 'clerical',
    reason: 'typing',
  });
  await post('disputed', 'DisputeOpened', FURTHER, { event: at['awarded'], reason: 'wrong-holder' });
  await post('dismissed', 'DisputeClosed', FURTHER, { event: at['awarded'], outcome: 'dismissed' });
  await post('retracted', 'EventRetracted', PERSON, { event: at['engaged'], reason: 'wrong-person' });
  await post('merged', 'AdviserMerged', OLD, { into: PERSON });
  await post('certified', 'QualificationAwarded', OLD, {
    qualification: 'l6-dcgd',
    awardedOn: '2020-07-01',
    certificate: 'Z-1',
  });
});
afterAll(() => endSound(register));

const read = (reply: Reply) => {
  expect({ status: reply.status, text: reply.text }).toMatchObject({ status: 200 });
  return reply.json as AsOf<History>;
};
const history = async (key: string, query = '') =>
  read(
    await register.ask(`/v1/${key.startsWith('adviser:') ? 'advisers' : 'providers'}/${key}/history${query}`),
  );
const positions = ({ events }: History) => events.map(({ position }) => position);
const event = async (key: string, name: string, query = '') =>
  (await history(key, query)).events.find(({ position }) => position === at[name]);
const mark = async (name: string) => {
  const position = at[name] ?? '';
  const { body, recordedAt } = (await register.ask(`/v1/events/${position}`)).json as StoredEvent;
  return { by: position, body, recordedAt };
};
const named = (...names: string[]) => names.map((name) => at[name]);

describe('a history', () => {
  const ALL = [
    'registered',
    'identified',
    'awarded',
    'engaged',
    'contract',
    'corrected',
    'disputed',
    'dismissed',
    'retracted',
  ];

  test('of a provider has what was posted under all its keys and what names it, in log order', async () => {
    const found = await history(ONE);
    expect(positions(found)).toEqual(named(...ALL));
    expect(found).toMatchObject({
      provider: { key: ONE, name: 'Bright Futures' },
      keys: [ONE, FURTHER],
      knownAt: { position: String(await headOf(register)), today: '2026-09-01' },
      next: null,
    });
  });

  test('is the same under each of its keys', async () => {
    expect(await history(FURTHER)).toEqual(await history(ONE));
  });

  test('leaves out what others have under the same reference', async () => {
    expect(positions(await history(OTHER))).toEqual(named('other', 'sameContract'));
  });

  test('of a school has its commissions', async () => {
    expect(positions(await history(SCHOOL))).toEqual(named('school', 'commission'));
  });

  test('of an adviser has the person’s life under both keys, and the engagements', async () => {
    const found = await history(OLD);
    expect(positions(found)).toEqual(named('person', 'old', 'engaged', 'retracted', 'merged', 'certified'));
    expect(found).toMatchObject({ adviser: PERSON, keys: [PERSON, OLD] });
    expect(await history(PERSON)).toEqual(found);
  });

  test('gives every event as it is stored, with both times, and says what has become of it', async () => {
    const stored = (await register.ask(`/v1/events/${at['registered'] ?? ''}`)).json as object;
    expect(await event(ONE, 'registered')).toEqual({ ...stored, stands: true });
  });

  test('shows a correction beside what was posted', async () => {
    expect(await event(ONE, 'awarded')).toMatchObject({
      data: { until: '2029-08-31' },
      stands: true,
      corrected: { data: { until: '2028-08-31' }, by: at['corrected'] },
    });
  });

  test('shows disputes, the closed ones too', async () => {
    expect(await event(ONE, 'awarded')).toMatchObject({
      disputes: [{ opened: at['disputed'], closed: at['dismissed'], outcome: 'dismissed' }],
    });
    const open = (await event(ONE, 'awarded', `?knownAt=${at['disputed'] ?? ''}`))?.disputes;
    expect(open).toEqual([
      { opened: at['disputed'], opening: { ...(await mark('disputed')), reason: 'wrong-holder' } },
    ]);
    const [closed] = (await event(ONE, 'awarded'))?.disputes ?? [];
    expect(closed?.closing).toEqual(await mark('dismissed'));
  });

  test('says of a correction and a retraction who posted it, when and why', async () => {
    const { data, ...done } = (await event(ONE, 'awarded'))?.corrected ?? {};
    expect(data).toMatchObject({ until: '2028-08-31' });
    expect(done).toEqual({ ...(await mark('corrected')), kind: 'clerical', reason: 'typing' });
    expect((await event(ONE, 'engaged'))?.retracted).toEqual({
      ...(await mark('retracted')),
      reason: 'wrong-person',
    });
  });

  test('shows what was retracted, and by what', async () => {
    expect(await event(ONE, 'engaged')).toMatchObject({ stands: false, retractedBy: at['retracted'] });
    expect(await event(ONE, 'retracted')).toMatchObject({ stands: true });
  });

  test('shows of what was retracted and brought back by whom, when and why', async () => {
    const subject = 'ukprn:10000019';
    const retract = (event: string | undefined, reason: string) =>
      accepted(register, { type: 'EventRetracted', subject, data: { event, reason } });
    const data = { name: 'Brought Back', legalForm: 'company' };
    at['back'] = await accepted(register, { type: 'ProviderRegistered', subject, data });
    at['out'] = await retract(at['back'], 'twice');
    at['undone'] = await retract(at['out'], 'was-right');
    const fallen = {
      ...{ ...(await mark('out')), reason: 'twice', stands: false },
      retracted: { ...(await mark('undone')), reason: 'was-right' },
    };
    const broughtBack = await event(subject, 'back');
    expect(broughtBack).toMatchObject({ stands: true, retractions: [fallen] });
    expect(broughtBack).not.toHaveProperty('retracted');
    expect(await event(subject, 'out')).toMatchObject({ stands: false, retractedBy: at['undone'] });
    at['again'] = await retract(at['back'], 'twice-after-all');
    const again = { ...(await mark('again')), reason: 'twice-after-all' };
    const gone = await event(subject, 'back');
    expect(gone).toMatchObject({ stands: false, retractedBy: at['again'], retracted: again });
    expect(gone?.retractions).toEqual([fallen, { ...again, stands: true }]);
    expect(await event(subject, 'back', `?knownAt=${at['out'] ?? ''}`)).not.toHaveProperty('retractions');
  });

  test('of an earlier moment knows nothing of what came later', async () => {
    const before = await history(ONE, `?knownAt=${at['awarded'] ?? ''}`);
    expect(positions(before)).toEqual(named('registered', 'identified', 'awarded'));
    expect(before.events.at(-1)).not.toHaveProperty('corrected');
    expect(before.events.at(-1)).toMatchObject({ stands: true });
    expect((await history(OLD, `?knownAt=${at['retracted'] ?? ''}`)).keys).toEqual([OLD]);
  });

  test('has what named a key only for a while, through a correction', async () => {
    const [subject, wrong, right] = ['ukprn:10000007', 'company:00000007', 'company:00000070'];
    const registration = { name: 'Long Road', legalForm: 'company' };
    await accepted(register, { type: 'ProviderRegistered', subject, data: registration });
    const same = await accepted(register, { type: 'ProviderIdentified', subject, data: { as: wrong } });
    const correction = await accepted(register, {
      type: 'EventCorrected',
      subject,
      data: { event: same, data: { as: right }, kind: 'clerical', reason: 'typing' },
    });
    expect((await history(right)).keys).toEqual([subject, right]);
    const retraction = await accepted(register, {
      type: 'EventRetracted',
      subject,
      data: { event: correction, reason: 'typing' },
    });
    const found = await history(right);
    expect(found.keys).toEqual([right]);
    expect(positions(found)).toEqual([same, correction, retraction]);
  });

  test('goes on where a registration is retracted, for that is what it is read for', async () => {
    const subject = 'ukprn:10000009';
    const registration = await accepted(register, {
      type: 'ProviderRegistered',
      subject,
      data: { name: 'Mistake', legalForm: 'company' },
    });
    const retraction = await accepted(register, {
      type: 'EventRetracted',
      subject,
      data: { event: registration, reason: 'typing' },
    });
    const { events, provider } = await history(subject);
    expect(events).toMatchObject([
      { position: registration, stands: false, retractedBy: retraction },
      { position: retraction, stands: true },
    ]);
    expect(provider).toEqual({ key: subject, name: null });
  });

  test('shows an upheld dispute, after which the event does not stand', async () => {
    const subject = 'ukprn:10000008';
    await accepted(register, {
      type: 'ProviderRegistered',
      subject,
      data: { name: 'Closing', legalForm: 'company' },
    });
    const closed = await accepted(register, {
      type: 'ProviderClosed',
      subject,
      data: { on: '2026-09-01', reason: 'ceased' },
    });
    const opened = await accepted(register, {
      type: 'DisputeOpened',
      subject,
      data: { event: closed, reason: 'untrue' },
    });
    const upheld = await accepted(register, {
      type: 'DisputeClosed',
      subject,
      data: { event: closed, outcome: 'upheld' },
    });
    expect((await history(subject)).events[1]).toMatchObject({
      position: closed,
      stands: false,
      disputes: [{ opened, closed: upheld, outcome: 'upheld' }],
    });
  });

  test('comes in pages of one moment, which make up the whole', async () => {
    for (const limit of [1, 2, 4]) {
      const whole = await history(ONE);
      const events: unknown[] = [];
      for (
        let next: string | undefined = `/v1/providers/${ONE}/history?limit=${limit}`;
        next !== undefined;
      ) {
        const reply = await register.ask(next);
        const page = read(reply);
        expect(page.events.length).toBeLessThanOrEqual(limit);
        expect(page.knownAt).toEqual(whole.knownAt);
        events.push(...page.events);
        if (events.length === limit)
          await accepted(register, {
            type: 'ProviderRenamed',
            subject: OTHER,
            data: { name: 'Waymark', from: '2026-09-01' },
          });
        next = /<([^>]+)>; rel="next"/.exec(reply.headers.get('link') ?? '')?.[1];
        expect(next === undefined).toBe(page.next === null);
      }
      expect(events).toEqual(whole.events);
    }
  });
});

describe('refused', () => {
  test.each([
    ['a provider of whom nothing is recorded', '/v1/providers/ukprn:19999999/history', 'unknown-provider'],
    [
      'a provider of whom nothing was recorded then',
      `/v1/providers/${ONE}/history?knownAt=0`,
      'unknown-provider',
    ],
    ['an adviser of whom nothing is recorded', '/v1/advisers/adviser:zzzzzzzz/history', 'unknown-adviser'],
  ])('%s', async (_, path, code) => {
    expectRefusal(await register.ask(path), { status: 404, code });
  });

  test.each([
    ['a provider is a key', '/v1/providers/Bright/history', '/key'],
    ['an adviser is no provider', `/v1/advisers/${ONE}/history`, '/key'],
    ['a page has an event or more', `/v1/providers/${ONE}/history?limit=0`, '/limit'],
    ['a page has 100 at most', `/v1/providers/${ONE}/history?limit=101`, '/limit'],
    ['a page begins after a position', `/v1/providers/${ONE}/history?after=-1`, '/after'],
    ['a position has no leading zero', `/v1/advisers/${PERSON}/history?after=00`, '/after'],
    ['a page begins once', `/v1/advisers/${PERSON}/history?after=1&after=2`, '/after'],
    ['a moment is a position or an instant', `/v1/providers/${ONE}/history?knownAt=today`, '/knownAt'],
    ['atLeast is a position', `/v1/advisers/${PERSON}/history?atLeast=now`, '/atLeast'],
    ['unknown parameters are not passed over', `/v1/providers/${ONE}/history?from=2026-09-01`, '/from'],
  ])('%s: %s', async (_, path, pointer) => {
    expectRefusal(await register.ask(path), { status: 400, code: 'invalid-question', pointers: [pointer] });
  });

  test('what is not there yet', async () => {
    expectRefusal(await register.ask(`/v1/providers/${ONE}/history?knownAt=999999`), {
      status: 503,
      code: 'not-caught-up',
    });
  });
});
