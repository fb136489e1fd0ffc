/// <reference types="jest" />
import Ajv from 'ajv';
import { EVENTS } from './event-catalogue';
import { isRefusal, type Refusal } from '../values/problem';
import { readSubmission } from './cloud-event';
import { ENVELOPE } from './envelope';
import { readStored } from './stored-event';
import { fieldErrors } from './event-schemas';

test('every schema is one: no start looks at that', () => {
  const ajv = new Ajv();
  for (const { data, subject } of [...Object.values(EVENTS), { data: ENVELOPE, subject: ENVELOPE }])
    for (const schema of [data, subject])
      expect([schema, ajv.validateSchema(schema)]).toEqual([schema, true]);
});

const AWARD = {
  specversion: '1.0',
  id: '2026-0117',
  source: 'https://matrix.example/feed',
  type: 'AccreditationAwarded',
  subject: 'ukprn:10012345',
  data: { standard: 'matrix', reference: 'M-1042', from: '2026-09-01', kind: 'review' },
};
const { data } = AWARD;
function blamed(value: unknown): readonly string[] {
  const read = readSubmission('body:matrix', value);
  return isRefusal(read) ? (read.errors ?? []).map(({ pointer }) => pointer) : [];
}

describe('what a body posts', () => {
  test('is taken without the attributes that are not the register’s', () => {
    const { specversion: _, ...read } = AWARD;
    const posted = { ...AWARD, traceparent: '00-1', datacontenttype: 'application/json; charset=utf-8' };
    expect(readSubmission('body:matrix', posted)).toEqual({ body: 'body:matrix', ...read });
  });

  test.each([
    ['an id with an @, which an address would have', { id: 'a@b' }, ['/id']],
    ['an id with a space', { id: 'a b' }, ['/id']],
    ['no id', { id: undefined }, ['/id']],
    ['a source that is no URI reference', { source: 'a feed' }, ['/source']],
    ['a source of more than 256 characters', { source: `/${'s'.repeat(256)}` }, ['/source']],
    ['another version', { specversion: '0.3' }, ['/specversion']],
    ['a time that is none', { time: 'yesterday' }, ['/time']],
    ['data that are not JSON', { datacontenttype: 'text/xml' }, ['/datacontenttype']],
    ['an unknown type', { type: 'AccreditationForgotten' }, ['/type']],
    ['the name of something every object has', { type: 'constructor' }, ['/type']],
    ['a UKPRN that begins with 2', { subject: 'ukprn:20012345' }, ['/subject']],
    ['an adviser where a provider is due', { subject: 'adviser:aaaaaaaa' }, ['/subject']],
    ['an unknown field', { data: { ...data, note: 'x' } }, ['/data/note']],
    ['a missing field', { data: { ...data, kind: undefined } }, ['/data/kind']],
    ['an impossible date', { data: { ...data, from: '2026-02-29' } }, ['/data/from']],
    ['an empty list', { data: { ...data, scope: [] } }, ['/data/scope']],
    ['a code with a capital', { data: { ...data, scope: ['Adults'] } }, ['/data/scope/0']],
    [
      'several broken fields, one error each',
      { id: '', data: { ...data, from: 1, until: 2 } },
      ['/id', '/data/from', '/data/until'],
    ],
  ])('%s is refused, and named', (_, change, pointers) => {
    // As JSON has it: what is undefined is not there.
    expect(blamed(JSON.parse(JSON.stringify({ ...AWARD, ...change }))).toSorted()).toEqual(
      pointers.toSorted(),
    );
  });

  const named = (name: string, legalForm = 'company') =>
    blamed({ ...AWARD, type: 'ProviderRegistered', data: { legalForm, name } });
  test.each([
    ['of one character', 'Ä', []],
    ['of two hundred characters beyond the first plane', `a${'😀'.repeat(199)}`, []],
    ['of two hundred and one characters', 'a'.repeat(201), ['/data/name']],
    ['of none', '', ['/data/name']],
    ['that is not NFC', 'A\u0308', ['/data/name']],
    ['with a line break', 'A\nB', ['/data/name']],
    ['with half a character', '\ud83d', ['/data/name']],
    ['that no one sees', '\u200b', ['/data/name']],
  ])('a name %s', (_, name, pointers) => {
    expect(named(name)).toEqual(pointers);
  });

  test('attributes that are null are absent, and data that are null are not', () => {
    const { specversion: _, ...read } = AWARD;
    const unset = {
      time: null,
      datacontenttype: null,
      dataschema: null,
      data_base64: null,
      traceparent: null,
    };
    expect(readSubmission('body:matrix', { ...AWARD, ...unset })).toEqual({ body: 'body:matrix', ...read });
    expect(blamed({ ...AWARD, id: null, data: null })).toEqual(['/id', '/data']);
    expect(blamed({ ...AWARD, data: { ...data, until: null } })).toEqual(['/data/until']);
  });

  test('the type of the data is JSON, in whatever letters', () => {
    for (const datacontenttype of ['Application/JSON', 'APPLICATION/VND.MATRIX+JSON; charset=utf-8'])
      expect(blamed({ ...AWARD, datacontenttype })).toEqual([]);
    expect(blamed({ ...AWARD, datacontenttype: 'application/jsonx' })).toEqual(['/datacontenttype']);
  });

  test('data in base64 are not read, alone or beside others, and it is said so', () => {
    const { data: _, ...without } = AWARD;
    for (const event of [AWARD, without]) {
      const read = readSubmission('body:matrix', { ...event, data_base64: 'e30=' });
      expect(read).toMatchObject({ code: 'invalid-event', errors: [{ pointer: '/data_base64' }] });
      expect((read as Refusal).errors).toHaveLength(1);
      expect((read as Refusal).detail).toContain('as a JSON object in data');
    }
  });

  test('what is no object is no event; of a list it is said how several are posted', () => {
    for (const value of [[AWARD], [], 'ProviderRegistered', 1, null]) {
      const read = readSubmission('body:matrix', value);
      expect(read).toMatchObject({ code: 'invalid-event', errors: [{ pointer: '' }] });
      expect((read as Refusal).detail.includes('application/cloudevents-batch+json')).toBe(
        Array.isArray(value),
      );
    }
  });

  test('of an unknown type it is said which one resembles it', () => {
    const detail = (type: string) =>
      (readSubmission('body:matrix', { ...AWARD, type }) as Refusal).errors?.[0]?.detail;
    expect(detail('AcreditationAwarded')).toContain('did you mean AccreditationAwarded?');
    expect(detail('accreditationawarded')).toContain('did you mean AccreditationAwarded?');
    expect(detail('CertificateIssued')).not.toContain('did you mean');
  });

  test('of an unknown field it is said which one resembles it: left out, what it meant would be lost', () => {
    const detail = (field: string) =>
      (readSubmission('body:matrix', { ...AWARD, data: { ...data, [field]: '2027-08-31' } }) as Refusal)
        .errors?.[0]?.detail;
    expect(detail('Until')).toContain('did you mean until?');
    expect(detail('scopes')).toContain('did you mean scope?');
    expect(detail('colour')).toContain('leave it out');
  });

  test('the words of a refusal say of each field how to correct it', () => {
    const read = readSubmission('body:matrix', {
      ...AWARD,
      subject: 'company:1234567',
      data: { ...data, from: 1 },
    });
    expect((read as Refusal).detail).toMatch(/\/subject \(.*company:01234567.*\/data\/from \(.*YYYY-MM-DD/);
    const many = readSubmission('body:matrix', { ...AWARD, data: { a: 1, b: 2, c: 3, d: 4 } });
    expect((many as Refusal).detail).toContain('and 5 more');
  });

  test('a sole trader’s name never stands in the log, and no other organisation is without one', () => {
    expect(named('Jo Smith', 'sole-trader')).toEqual(['/data/name']);
    expect(blamed({ ...AWARD, type: 'ProviderRegistered', data: { legalForm: 'charity' } })).toEqual([
      '/data/name',
    ]);
  });

  test('a school registers as a school, and no key stands for its own subject’s other', () => {
    const organisation = { legalForm: 'college', name: 'A College' };
    expect(
      blamed({ ...AWARD, type: 'ProviderRegistered', subject: 'urn:123456', data: organisation }),
    ).toEqual(['/subject']);
    for (const [type, of] of [
      ['ProviderIdentified', { as: AWARD.subject }],
      ['ProviderMerged', { into: AWARD.subject, on: '2026-09-01' }],
    ] as const)
      expect(blamed({ ...AWARD, type, data: of })).toEqual([`/data/${Object.keys(of)[0] ?? ''}`]);
  });

  test('data that have no RFC 8785 form, or no end in sight, are refused', () => {
    const corrected = (inner: unknown) =>
      blamed({
        ...AWARD,
        type: 'EventCorrected',
        data: { event: '1', data: { x: inner }, kind: 'clerical', reason: 'x' },
      });
    let deep: unknown = 0;
    for (let i = 0; i < 10_000; i++) deep = [deep];
    expect(corrected(Infinity)).toEqual(['/data/data/x']);
    expect(corrected('\udc00')).toEqual(['/data/data/x']);
    expect(corrected(deep)).toHaveLength(1);
  });
});

const STORED = {
  position: '4182',
  stream: 'accreditation-matrix-ukprn:10012345',
  revision: 3,
  type: AWARD.type,
  schema: 1,
  subject: AWARD.subject,
  body: 'body:matrix',
  source: AWARD.source,
  id: AWARD.id,
  time: '2026-09-01T09:00:00Z',
  recordedAt: '2026-09-01T09:00:01.204Z',
  data: AWARD.data,
};

describe('what is read from a log', () => {
  test('is the stored event', () => {
    expect(readStored(STORED)).toBe(STORED);
  });

  test.each([
    ['a later schema', { schema: 2 }],
    ['an unknown type', { type: 'AccreditationForgotten' }],
    ['a field too many', { note: 'x' }],
    ['a position that is no decimal string', { position: '04182' }],
    ['a body that is none', { body: 'matrix' }],
    ['data of another shape', { data: { ...AWARD.data, from: '2026-02-29' } }],
    ['a subject of another kind', { subject: 'adviser:aaaaaaaa' }],
    [
      'what no schema says of it',
      { type: 'ProviderMerged', data: { into: AWARD.subject, on: '2026-09-01' } },
    ],
    [
      'a policy that no interpreter reads',
      {
        type: 'PolicyEditionPublished',
        subject: 'policy:p',
        data: {
          edition: 1,
          effectiveFrom: '2026-09-01',
          policy: {
            title: '',
            strength: 'guidance',
            purposes: {},
            settings: { s: [{ id: 'r', of: 'provider', binding: 'must', test: { any: 1 } }] },
          },
        },
      },
    ],
    [
      'a reference that is not resolved',
      { type: 'EventRetracted', data: { event: 'id:2026-0117', reason: 'x' } },
    ],
    ['an event about itself', { type: 'EventRetracted', data: { event: '4182', reason: 'x' } }],
    ['an event about a later one', { type: 'AppealLodged', data: { against: '4183', on: '2026-09-01' } }],
  ])('%s is refused', (_, change) => {
    expect(readStored({ ...STORED, ...change })).toMatchObject({ code: 'invalid-event' });
  });

  test.each([
    ['no one sees', '\u200b'],
    ['has white space at its ends', ' x '],
    ['reads from right to left', 'Careers \u202edtL'],
    ['has no letter', '—'],
    ['is of 200 characters beyond the first plane', '😀'.repeat(200)],
  ])('may have a name that %s, for it could be taken once', (_, name) => {
    const registration = { ...STORED, type: 'ProviderRegistered', data: { name, legalForm: 'company' } };
    expect(readStored(registration)).toBe(registration);
    expect(fieldErrors('ProviderRegistered', STORED.subject, registration.data)).toMatchObject([
      { pointer: '/data/name' },
    ]);
  });

  test.each([
    ['of two lines', 'a\nb'],
    ['of none', ''],
    ['that is too long', 'a'.repeat(201)],
    ['that is not NFC', 'A\u0308'],
  ])('has no name %s, which never could', (_, name) => {
    const registration = { ...STORED, type: 'ProviderRegistered', data: { name, legalForm: 'company' } };
    expect(readStored(registration)).toMatchObject({ code: 'invalid-event' });
  });

  test('names an event before it', () => {
    const retraction = { ...STORED, type: 'EventRetracted', data: { event: '4181', reason: 'x' } };
    expect(readStored(retraction)).toBe(retraction);
  });
});
