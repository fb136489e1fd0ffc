/// <reference types="jest" />
import { REGISTRAR_KEY, RegisterProcess, type Reply } from './process';
import { accepted, endSound, expectRefusal, keyOf, openDay, submission, type Written } from './refusal';

/** What a body is told of a posting that is taken and probably wrong, and in which words it is refused one that is not. */
let register: RegisterProcess;
let position: string;
const P = 'ukprn:10000001';
const A = 'adviser:k7m2p4q8';
const AWARD: Written = {
  type: 'AccreditationAwarded',
  subject: P,
  data: { standard: 'matrix', reference: 'M-1', from: '2026-01-01', until: '2026-12-31', kind: 'initial' },
};
const award = (data: object): Written => ({ ...AWARD, data: { ...AWARD.data, ...data } });
const certificate = (awardedOn: string, qualification = 'l6-dcgd'): Written => ({
  type: 'QualificationAwarded',
  subject: A,
  data: { qualification, awardedOn, certificate: `C-${awardedOn}` },
});

beforeAll(async () => {
  register = await RegisterProcess.start();
  await openDay(register, '2026-09-01');
  await accepted(register, {
    type: 'ProviderRegistered',
    subject: P,
    data: { name: 'One', legalForm: 'company' },
  });
  await accepted(register, { type: 'AdviserRegistered', subject: A, data: {} });
  position = await accepted(register, AWARD);
});
afterAll(() => endSound(register));

interface Warned {
  readonly warnings: readonly { readonly code: string; readonly pointer?: string; readonly detail: string }[];
}
const told = (answer: unknown) =>
  (answer as Warned).warnings.map(({ code, pointer }) =>
    pointer === undefined ? code : `${code} ${pointer}`,
  );
const detailOf = (reply: Reply) => (reply.json as { readonly detail: string }).detail;

const send = (type: string, body: string, path = '/v1/events', accept = 'application/x-ndjson') =>
  register.ask(path, {
    method: 'POST',
    headers: { authorization: `Bearer ${REGISTRAR_KEY}`, 'content-type': type, accept },
    body,
  });
const linesOf = ({ text }: Reply) =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);

describe('a posting is warned about', () => {
  test('by itself, in a dry run and when it is posted again', async () => {
    const event = submission(award({ standard: 'martix' }));
    const tried = await register.post(event, { query: '?dryRun=true' });
    const posted = await register.post(event);
    const again = await register.post(event);
    expect([tried.status, posted.status, again.status]).toEqual([200, 201, 200]);
    for (const { json } of [tried, posted, again]) {
      expect(told(json)).toEqual(['unknown-standard /data/standard']);
      expect((json as Warned).warnings[0]?.detail).toContain('did you mean matrix?');
    }
  });

  test('in a batch and a table, each line for itself', async () => {
    const events = [
      certificate('2026-09-02'),
      certificate('2026-09-01'),
      certificate('2020-01-01', 'l6-dcg'),
    ];
    const lines = events.map((event) => JSON.stringify({ specversion: '1.0', ...submission(event) }));
    expect(linesOf(await send('application/x-ndjson', lines.join('\n'))).map(told)).toEqual([
      ['future-date /data/awardedOn'],
      [],
      ['unknown-qualification /data/qualification'],
    ]);
    const table = `id,subject,register,from\nr1,${A},uk-registr,2026-01-01\nr2,${A},uk-register,2026-01-01\n`;
    const reply = await send('text/csv', table, '/v1/events/csv?type=RegistrationGranted&source=/t');
    expect(linesOf(reply).map(told)).toEqual([['unknown-register /data/register'], []]);
  });

  test('by the policies as they are known: what one names is known from then on', async () => {
    const applied: Written = {
      type: 'AccreditationApplied',
      subject: P,
      data: { standard: 'new-mark', on: '2026-01-01' },
    };
    const warned = async () =>
      told((await register.post(submission(applied), { query: '?dryRun=true' })).json);
    expect(await warned()).toEqual(['unknown-standard /data/standard']);
    await accepted(register, {
      type: 'PolicyEditionPublished',
      subject: 'policy:new',
      data: {
        edition: 1,
        effectiveFrom: '2030-01-01',
        policy: {
          title: 'New',
          strength: 'guidance',
          purposes: {},
          settings: {
            s: [{ id: 'r', of: 'provider', binding: 'must', test: { any: [{ applied: 'new-mark' }] } }],
          },
        },
      },
    });
    expect(await warned()).toEqual([]);
  });

  test('where an appeal is decided before it was lodged, or lodged after today', async () => {
    const against = await accepted(register, {
      type: 'AccreditationSuspended',
      subject: P,
      data: {
        standard: 'matrix',
        reference: 'M-1',
        from: '2026-06-01',
        reason: 'conduct',
        onAppeal: 'stays',
      },
    });
    const lodged = submission({ type: 'AppealLodged', subject: P, data: { against, on: '2026-12-05' } });
    expect(told((await register.post(lodged)).json)).toEqual(['future-date /data/on']);
    const decided = {
      type: 'AppealDecided',
      subject: P,
      data: { against, on: '2026-08-28', outcome: 'dismissed' },
    };
    expect(told((await register.post(submission(decided))).json)).toEqual(['decided-before-lodged /data/on']);
  });

  test('a correction as a posting of its target with the new data', async () => {
    const event = await accepted(register, certificate('2019-01-01'));
    const correction = submission({
      type: 'EventCorrected',
      subject: A,
      data: { event, data: certificate('2031-07-01').data, kind: 'clerical', reason: 'typing-mistake' },
    });
    expect(told((await register.post(correction)).json)).toEqual(['future-date /data/data/awardedOn']);
  });

  test('again where it was taken and does not count any more: retracted, or disputed and that upheld', async () => {
    const [one, other] = [submission(award({ reference: 'M-8' })), submission(award({ reference: 'M-9' }))];
    const [first, second] = [await accepted(register, one), await accepted(register, other)];
    await accepted(register, {
      type: 'EventRetracted',
      subject: P,
      data: { event: first, reason: 'mistake' },
    });
    await accepted(register, {
      type: 'DisputeOpened',
      subject: P,
      data: { event: second, reason: 'mistake' },
    });
    await accepted(register, {
      type: 'DisputeClosed',
      subject: P,
      data: { event: second, outcome: 'upheld' },
    });
    const again = [one, other].map((event) => JSON.stringify({ specversion: '1.0', ...event })).join('\n');
    for (const query of ['', '?dryRun=true'])
      expect(linesOf(await send('application/x-ndjson', again, `/v1/events${query}`)).map(told)).toEqual([
        ['retracted'],
        ['dispute-upheld'],
      ]);
  });
});

describe('a refusal says', () => {
  test('which event has the id, and what to do where another one was meant', async () => {
    const first = submission(award({ reference: 'M-20' }));
    const at = await accepted(register, first);
    const other = { ...first, data: award({ reference: 'M-20', until: '2027-12-31' }).data };
    const reply = await register.post(other);
    expectRefusal(reply, { status: 409, code: 'same-id-different-content', pointers: ['/id'] });
    expect(detailOf(reply)).toMatch(new RegExp(`at position ${at} .*EventCorrected.*new id`));
  });

  test('no position of what only is being tried', async () => {
    const first = submission(award({ reference: 'M-21' }));
    const other = { ...first, data: award({ reference: 'M-21', until: '2027-12-31' }).data };
    const both = [first, other].map((event) => JSON.stringify({ specversion: '1.0', ...event })).join('\n');
    for (const query of ['?dryRun=true', '?atomic=true']) {
      const [, refused] = linesOf(await send('application/x-ndjson', both, `/v1/events${query}`));
      expect(refused).toMatchObject({ code: 'same-id-different-content' });
      expect((refused as { detail: string }).detail).toContain('was sent before this one');
    }
  });

  test('on which day a body is not recognised, and from when it is', async () => {
    await accepted(register, {
      type: 'BodyRecognised',
      subject: 'body:matrix',
      data: { name: 'Example Assessors', mayPost: [{ types: '*' }], from: '2026-01-01' },
    });
    const key = await keyOf(register, 'matrix');
    const reply = await register.post(submission(award({ reference: 'M-30', from: '2025-02-01' })), { key });
    expectRefusal(reply, { status: 403, code: 'not-recognised' });
    expect(detailOf(reply)).toContain('from 2026-01-01 on, and not on 2025-02-01');
    expect(detailOf(reply)).not.toContain('2026-09-01');
  });

  test('that a provider and a person are not merged into themselves, nor an award transferred to its holder', async () => {
    const B = 'adviser:b7m2p4q8';
    await accepted(register, { type: 'ProviderIdentified', subject: P, data: { as: 'company:IP00123R' } });
    await accepted(register, { type: 'AdviserRegistered', subject: B, data: {} });
    await accepted(register, { type: 'AdviserMerged', subject: B, data: { into: A } });
    const same: readonly (readonly [Written, string])[] = [
      [
        { type: 'ProviderMerged', subject: P, data: { into: 'company:IP00123R', on: '2026-08-31' } },
        '/data/into',
      ],
      [{ type: 'AdviserMerged', subject: A, data: { into: B } }, '/data/into'],
      [
        {
          type: 'AccreditationTransferred',
          subject: 'company:IP00123R',
          data: { standard: 'matrix', reference: 'M-1', to: P, from: '2026-08-31' },
        },
        '/data/to',
      ],
    ];
    for (const [event, pointer] of same) {
      const reply = await register.post(submission(event));
      expectRefusal(reply, { status: 422, code: 'same-subject', pointers: [pointer] });
    }
    const correction = submission({
      type: 'EventCorrected',
      subject: P,
      data: { event: position, data: AWARD.data, kind: 'clerical', reason: 'typing-mistake' },
    });
    expect((await register.post(correction)).status).toBe(201);
  });
});
