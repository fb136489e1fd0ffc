/// <reference types="jest" />
import { REGISTRAR_KEY, RegisterProcess, type Reply } from './process';
import { expectRefused, endSound, headOf, openDay, submission, type Written } from './refusal';

/** The form of one event: what is wrong in it is refused before anything of the log is looked at. */
let register: RegisterProcess;

beforeAll(async () => {
  register = await RegisterProcess.start();
  await openDay(register, '2026-09-01');
});
afterAll(() => endSound(register));

const PROVIDER: Written = {
  type: 'ProviderRegistered',
  subject: 'ukprn:10012345',
  data: { name: 'Bright Futures', legalForm: 'company' },
};
const AWARD: Written = {
  type: 'AccreditationAwarded',
  subject: 'ukprn:10012345',
  data: { standard: 'matrix', reference: 'M-1', from: '2026-09-01', until: '2029-08-31', kind: 'initial' },
};
const SUSPENSION: Written = {
  type: 'AccreditationSuspended',
  subject: 'ukprn:10012345',
  data: { standard: 'matrix', reference: 'M-1', from: '2026-09-01', reason: 'complaint', onAppeal: 'stays' },
};
const SUCCESSION: Written = {
  type: 'ProviderSucceeded',
  subject: 'ukprn:10012345',
  data: { by: ['ukprn:10012346'], on: '2026-09-01', kind: 'merger' },
};
const TRANSFER: Written = {
  type: 'AccreditationTransferred',
  subject: 'ukprn:10012345',
  data: { standard: 'matrix', reference: 'M-1', to: 'ukprn:10012346', from: '2026-09-01' },
};
const CHECK: Written = {
  type: 'ImprovementCheckCompleted',
  subject: 'ukprn:10012345',
  data: { standard: 'matrix', reference: 'M-1', month: 12, on: '2026-09-01' },
};
const ADVISER: Written = { type: 'AdviserRegistered', subject: 'adviser:k7m2p4q8', data: {} };
const CERTIFICATE: Written = {
  type: 'QualificationAwarded',
  subject: 'adviser:k7m2p4q8',
  data: { qualification: 'l6-dcgd', awardedOn: '2020-07-01', certificate: 'C-1' },
};
const ENROLMENT_END: Written = {
  type: 'EnrolmentEnded',
  subject: 'adviser:k7m2p4q8',
  data: { qualification: 'l6-dcgd', on: '2026-07-01', outcome: 'completed' },
};
const ENGAGEMENT: Written = {
  type: 'EngagementStarted',
  subject: 'adviser:k7m2p4q8',
  data: { provider: 'ukprn:10012345', from: '2026-09-01', basis: 'employed' },
};
const SCHOOL: Written = {
  type: 'SchoolRegistered',
  subject: 'urn:123456',
  data: { name: 'Hill School', phase: 'secondary', area: 'area:E10000014' },
};
const COMMISSION: Written = {
  type: 'CommissionAgreed',
  subject: 'urn:123456',
  data: {
    reference: 'C-1',
    provider: 'ukprn:10012345',
    setting: 'school-commissioned',
    from: '2026-09-01',
    until: '2027-07-20',
  },
};
const PROGRAMME: Written = {
  type: 'ProgrammeMapped',
  subject: 'urn:123456',
  data: { framework: 'cdi', ages: [11, 18], from: '2026-09-01' },
};
const COORDINATOR: Written = {
  type: 'CoordinatorAssigned',
  subject: 'area:E10000014',
  data: { coordinator: 'adviser:k7m2p4q8', role: 'enterprise', from: '2026-09-01' },
};
const CONTRACT: Written = {
  type: 'ContractAwarded',
  subject: 'ukprn:10012345',
  data: {
    reference: 'NCS-1',
    programme: 'ncs',
    services: ['skills'],
    clientGroups: ['adults'],
    from: '2026-09-01',
    until: '2027-08-31',
  },
};
const BODY: Written = {
  type: 'BodyRecognised',
  subject: 'body:matrix',
  data: {
    name: 'The matrix Standard',
    mayPost: [{ types: ['AccreditationAwarded'], standards: ['matrix'] }],
    from: '2026-01-01',
  },
};
const KEY: Written = {
  type: 'BodyKeyIssued',
  subject: 'body:matrix',
  data: { key: 'first', hash: `sha256:${'0'.repeat(64)}` },
};
const DAY: Written = { type: 'DayOpened', subject: 'calendar:england', data: { date: '2026-09-02' } };
const CORRECTION: Written = {
  type: 'EventCorrected',
  subject: 'policy:cmqa-2017',
  data: { event: '0', data: {}, kind: 'clerical', reason: 'typing-mistake' },
};
const REQUIREMENT = { id: 'qualified', of: 'some-adviser', binding: 'must', test: { qualified: 'guidance' } };
const DOCUMENT = {
  title: 'A policy',
  strength: 'proposal',
  purposes: { guidance: ['l6-dcgd'] },
  settings: { private: [REQUIREMENT] },
};
const POLICY: Written = {
  type: 'PolicyEditionPublished',
  subject: 'policy:ours',
  data: { edition: 1, effectiveFrom: '2026-09-01', policy: DOCUMENT },
};

/** The event with other fields; one that is undefined is left out. */
const having = (event: Written, data: Readonly<Record<string, unknown>>): Written => ({
  ...event,
  data: { ...event.data, ...data },
});
const about = (event: Written, subject: string): Written => ({ ...event, subject });
const requiring = (requirement: object): Written =>
  having(POLICY, { policy: { ...DOCUMENT, settings: { private: [{ ...REQUIREMENT, ...requirement }] } } });
const testing = (test: unknown, of = 'some-adviser'): Written => requiring({ of, test });

const tested = '/data/policy/settings/private/0/test';

type Row = readonly [rule: string, event: Written, ...pointers: string[]];

/** Checks each row: the event is refused as `invalid-event`, for exactly these fields. */
function refuses(rows: readonly Row[]): void {
  test.each(rows.map(([rule, event, ...pointers]) => [rule, event, pointers] as const))(
    '%s',
    async (_, event, pointers) => {
      await expectRefused(register, () => register.post(submission(event)), {
        status: 400,
        code: 'invalid-event',
        pointers,
      });
    },
  );
}

describe('an event whose fields are sound', () => {
  const sound = [
    PROVIDER,
    ...['ukprn:10000000', 'ukprn:19999999', 'company:01234567', 'company:SC123456', 'company:OC301234'].map(
      (key) => about(PROVIDER, key),
    ),
    // Registered societies and some partnerships.
    ...['company:IP00123R', 'company:SL00911A', 'company:IP000CUS'].map((key) => about(PROVIDER, key)),
    ...['charity:123456', 'charity:1012345', 'charity:SC012345', 'charity:NIC100123'].map((key) =>
      about(PROVIDER, key),
    ),
    having(PROVIDER, { name: 'é'.normalize('NFC').repeat(200) }),
    having(PROVIDER, { name: '𝒩'.repeat(200) }),
    having(PROVIDER, { name: '7' }),
    having(PROVIDER, { name: 'Careers\u00a0& Co. 🚀' }),
    having(PROVIDER, {
      name: undefined,
      legalForm: 'sole-trader',
      services: ['skills'],
      clientGroups: ['neet'],
      area: 'area:E10000014',
    }),
    ADVISER,
    about(ADVISER, `adviser:${'a'.repeat(32)}`),
    SCHOOL,
    about(BODY, `body:${'a'.repeat(64)}`),
    having(BODY, { mayPost: [] }),
    having(BODY, { mayPost: [{ types: '*' }] }),
    having(BODY, { from: '1900-01-01' }),
    having(BODY, { from: '9999-12-31' }),
    having(BODY, { from: '2024-02-29' }),
    POLICY,
    testing({ any: [{ registered: 'cdi' }, { all: [{ workingTowards: 'guidance', withinMonths: 24 }] }] }),
    testing({ applied: 'matrix', withinMonths: 1 }, 'subcontractors'),
    testing({ accredited: 'matrix', scope: 'personal-guidance' }, 'provider'),
    testing({ contracted: 'national-careers-service' }, 'provider'),
    testing({ any: [{ contracted: 'ncs' }, { accredited: 'matrix' }] }, 'subcontractors'),
  ];
  test.each(sound.map((event) => [JSON.stringify(event).slice(0, 100), event] as const))(
    'is good: %s',
    async (_, event) => {
      const before = await headOf(register);
      const reply = await register.post(submission(event), { query: '?dryRun=true' });
      expect({ status: reply.status, text: reply.text }).toMatchObject({ status: 200 });
      expect(reply.json).toMatchObject({ position: null, warnings: [] });
      expect(await headOf(register)).toBe(before);
    },
  );
});

describe('the key of a subject', () => {
  refuses([
    ['a UKPRN begins with 1', about(PROVIDER, 'ukprn:20012345'), '/subject'],
    ['a UKPRN has 8 digits, not 7', about(PROVIDER, 'ukprn:1001234'), '/subject'],
    ['a UKPRN has 8 digits, not 9', about(PROVIDER, 'ukprn:100123456'), '/subject'],
    ['a UKPRN has ASCII digits', about(PROVIDER, 'ukprn:1٠٠١٢٣٤٥'), '/subject'],
    ['a UKPRN ends where it ends', about(PROVIDER, 'ukprn:10012345\n'), '/subject'],
    ['a company number is in capitals', about(PROVIDER, 'company:sc123456'), '/subject'],
    ['a company number is zero-padded', about(PROVIDER, 'company:1234567'), '/subject'],
    ['a company number has 8 characters, not 9', about(PROVIDER, 'company:012345678'), '/subject'],
    ['a company number has digits in its middle', about(PROVIDER, 'company:SCA23456'), '/subject'],
    ['a charity number has 6 or 7 digits, not 5', about(PROVIDER, 'charity:12345'), '/subject'],
    ['a charity number has 6 or 7 digits, not 8', about(PROVIDER, 'charity:12345678'), '/subject'],
    ['a Scottish charity has SC and 6 digits', about(PROVIDER, 'charity:SC12345'), '/subject'],
    ['a charity of Northern Ireland has NIC and 6 digits', about(PROVIDER, 'charity:NI100123'), '/subject'],
    ['a key says of what kind it is', about(PROVIDER, '10012345'), '/subject'],
    ['a kind of key that no one knows', about(PROVIDER, 'duns:123456789'), '/subject'],
    ['a kind is in lower case', about(PROVIDER, 'UKPRN:10012345'), '/subject'],
    ['an empty key', about(PROVIDER, ''), '/subject'],
    ['a provider registered by ProviderRegistered is no school', about(PROVIDER, 'urn:123456'), '/subject'],
    ['a school has 6 digits', about(SCHOOL, 'urn:12345'), '/subject'],
    ['a school is no UKPRN', about(SCHOOL, 'ukprn:10012345'), '/subject'],
    ['an adviser has 8 characters or more', about(ADVISER, 'adviser:k7m2p4q'), '/subject'],
    ['an adviser has 32 characters at most', about(ADVISER, `adviser:${'a'.repeat(33)}`), '/subject'],
    ['an adviser is no e-mail address', about(ADVISER, 'adviser:jane@example.org'), '/subject'],
    ['an adviser is in lower case', about(ADVISER, 'adviser:K7M2P4Q8'), '/subject'],
    ['a body is a code', about(BODY, 'body:Matrix'), '/subject'],
    ['a body has 64 characters at most', about(BODY, `body:${'a'.repeat(65)}`), '/subject'],
    ['a body does not begin with a hyphen', about(BODY, 'body:-matrix'), '/subject'],
    ['an area is an official code', about(COORDINATOR, 'area:E1000014'), '/subject'],
    ['an area is in capitals', about(COORDINATOR, 'area:e10000014'), '/subject'],
    ['a policy is a code', about(POLICY, 'policy:our policy'), '/subject'],
    ['there is one calendar', about(DAY, 'calendar:scotland'), '/subject'],
    ['an event about an event has the key of some subject', about(CORRECTION, 'nobody'), '/subject'],
  ]);
});

describe('keys in the data', () => {
  refuses([
    [
      'a provider that an adviser is engaged with',
      having(ENGAGEMENT, { provider: 'adviser:k7m2p4q8' }),
      '/data/provider',
    ],
    ['a commissioned provider', having(COMMISSION, { provider: 'ukprn:20012345' }), '/data/provider'],
    [
      'an adviser of a commission',
      having(COMMISSION, { advisers: ['adviser:k7m2p4q8', 'Jane'] }),
      '/data/advisers/1',
    ],
    ['a coordinator', having(COORDINATOR, { coordinator: 'ukprn:10012345' }), '/data/coordinator'],
    ['an area', having(SCHOOL, { area: 'E10000014' }), '/data/area'],
    ['whom an award is transferred to', having(TRANSFER, { to: 'company:1' }), '/data/to'],
    ['whom an award is transferred to is another', having(TRANSFER, { to: TRANSFER.subject }), '/data/to'],
    [
      'a further key is another',
      { type: 'ProviderIdentified', subject: 'ukprn:10012345', data: { as: 'ukprn:10012345' } },
      '/data/as',
    ],
    [
      'a provider merges into another',
      {
        type: 'ProviderMerged',
        subject: 'ukprn:10012345',
        data: { into: 'ukprn:10012345', on: '2026-09-01' },
      },
      '/data/into',
    ],
    ['others take a provider’s place', having(SUCCESSION, { by: [SUCCESSION.subject] }), '/data/by/0'],
    [
      'others take a provider’s place, each named once',
      having(SUCCESSION, { by: ['ukprn:10012346', 'urn:123456', 'ukprn:10012346'] }),
      '/data/by/2',
    ],
    ['who takes a provider’s place is a provider', having(SUCCESSION, { by: ['body:matrix'] }), '/data/by/0'],
    ['somebody takes a provider’s place', having(SUCCESSION, { by: [] }), '/data/by'],
    [
      'a provider’s place is taken in one of four ways',
      having(SUCCESSION, { kind: 'takeover' }),
      '/data/kind',
    ],
    [
      'an adviser merges into another',
      { type: 'AdviserMerged', subject: 'adviser:k7m2p4q8', data: { into: 'adviser:k7m2p4q8' } },
      '/data/into',
    ],
    ['the hash of a key is not the key', having(KEY, { hash: 'secret' }), '/data/hash'],
  ]);
});

describe('codes and references', () => {
  refuses([
    ['a code is in lower case', having(AWARD, { standard: 'Matrix' }), '/data/standard'],
    ['a code has no spaces', having(SUSPENSION, { reason: 'a long story' }), '/data/reason'],
    ['a code has a character', having(SUSPENSION, { reason: '' }), '/data/reason'],
    ['a code has 64 characters at most', having(SUSPENSION, { reason: 'a'.repeat(65) }), '/data/reason'],
    ['a code does not begin with a hyphen', having(PROGRAMME, { framework: '-cdi' }), '/data/framework'],
    ['a code is text', having(SCHOOL, { phase: 11 }), '/data/phase'],
    ['a reference does not begin with a dot', having(AWARD, { reference: '.M-1' }), '/data/reference'],
    ['a reference has no spaces', having(AWARD, { reference: 'M 1' }), '/data/reference'],
    [
      'a reference has 64 characters at most',
      having(AWARD, { reference: 'M'.repeat(65) }),
      '/data/reference',
    ],
    ['a certificate is a reference', having(CERTIFICATE, { certificate: 'No. 1' }), '/data/certificate'],
    ['a contract above is a reference', having(CONTRACT, { subcontractorOf: '#1' }), '/data/subcontractorOf'],
    ['a kind of award is one of three', having(AWARD, { kind: 'renewal' }), '/data/kind'],
    ['an appeal stays or stands', having(SUSPENSION, { onAppeal: 'waits' }), '/data/onAppeal'],
    ['a legal form is one of six', having(PROVIDER, { legalForm: 'Company' }), '/data/legalForm'],
    [
      'an enrolment ends in one of three ways',
      having(ENROLMENT_END, { outcome: 'expelled' }),
      '/data/outcome',
    ],
    ['a basis is one of three', having(ENGAGEMENT, { basis: 'volunteer' }), '/data/basis'],
    ['a role is one of two', having(COORDINATOR, { role: 'careers-leader' }), '/data/role'],
    ['a check is of month 12 or 24', having(CHECK, { month: 18 }), '/data/month'],
    ['a month is a number', having(CHECK, { month: '12' }), '/data/month'],
  ]);
});

describe('lists of codes', () => {
  refuses([
    ['are not empty: scope', having(AWARD, { scope: [] }), '/data/scope'],
    ['are not empty: conditions', having(AWARD, { conditions: [] }), '/data/conditions'],
    ['are not empty: services', having(CONTRACT, { services: [] }), '/data/services'],
    ['are not empty: clientGroups', having(CONTRACT, { clientGroups: [] }), '/data/clientGroups'],
    ['are not empty: advisers', having(COMMISSION, { advisers: [] }), '/data/advisers'],
    [
      'hold codes',
      having(AWARD, { scope: ['skills', 'Personal Guidance', 3] }),
      '/data/scope/1',
      '/data/scope/2',
    ],
    ['are lists', having(AWARD, { scope: 'skills' }), '/data/scope'],
  ]);
});

describe('dates', () => {
  const from = (day: unknown, ...pointers: string[]): Row => [
    String(day),
    having(AWARD, { from: day }),
    ...(pointers.length > 0 ? pointers : ['/data/from']),
  ];
  refuses([
    from('1899-12-31'),
    from('2026-02-29'),
    from('2100-02-29'),
    from('2026-13-01'),
    from('2026-00-10'),
    from('2026-04-31'),
    from('10000-01-01'),
    from('0000-01-01'),
    from('2026-9-1'),
    from('2026-09-01T00:00:00Z'),
    from('2026-09-01 '),
    from('01/09/2026'),
    from('20260901'),
    from('２０２６-09-01'),
    from(''),
    from(null),
    from(20260901),
    ['an end is a date too', having(AWARD, { until: 'never' }), '/data/until'],
    ['an end that is null is not one that is absent', having(AWARD, { until: null }), '/data/until'],
    ['every broken date is told', having(AWARD, { from: 'then', until: 'now' }), '/data/from', '/data/until'],
    ['the day of a certificate', having(CERTIFICATE, { awardedOn: '2020' }), '/data/awardedOn'],
    ['the day opened', having(DAY, { date: '2026-09-31' }), '/data/date'],
    ['the first day of an edition', having(POLICY, { effectiveFrom: 'now' }), '/data/effectiveFrom'],
  ]);
});

describe('names', () => {
  const named = (rule: string, name: unknown): Row => [rule, having(PROVIDER, { name }), '/data/name'];
  refuses([
    named('are not empty', ''),
    named('have 200 characters at most', 'a'.repeat(201)),
    named('are in Unicode form NFC', 'Cafe\u0301 Careers'),
    named('have no line breaks', 'Bright\nFutures'),
    named('have no tabs', 'Bright\tFutures'),
    named('have no NUL', 'Bright\0Futures'),
    named('have no C1 controls', 'Bright\u0085Futures'),
    named('have no DEL', 'Bright\u007fFutures'),
    named('have no lone high surrogate', 'Bright \ud83d'),
    named('have no lone low surrogate', '\ude00 Bright'),
    named('are text', ['Bright Futures']),
    named('have a letter or digit', '— & —'),
    named('are not white space alone', ' '),
    named('are not a no-break space alone', '\u00a0'),
    named('have no white space in front', ' Bright Futures'),
    named('have no white space behind', 'Bright Futures\u2003'),
    named('are not of no width', '\u200b'),
    named('are not a letter that fills', '\u3164'),
    named('do not run backwards', 'Careers \u202edtL'),
    named('have no soft hyphens', 'Bright\u00adFutures'),
    named('have no byte order mark', '\ufeffBright Futures'),
    named('have no line separators', 'Bright\u2028Futures'),
    named('have no non-characters', 'Bright\uffff'),
    named('have no variation selectors', 'Bright\ufe0f'),
    [
      'a renaming gives one',
      { type: 'ProviderRenamed', subject: PROVIDER.subject, data: { name: ' x ', from: '2026-09-01' } },
      '/data/name',
    ],
    ['a school’s is seen', having(SCHOOL, { name: '\u200b' }), '/data/name'],
    ['a body’s is seen', having(BODY, { name: 'x\u2066' }), '/data/name'],
    ['an organisation has one', having(PROVIDER, { name: undefined }), '/data/name'],
    ['a sole trader’s is personal data', having(PROVIDER, { legalForm: 'sole-trader' }), '/data/name'],
    ['a school has one', having(SCHOOL, { name: undefined }), '/data/name'],
    ['a body’s is a name', having(BODY, { name: '' }), '/data/name'],
  ]);
});

describe('numbers and ages', () => {
  refuses([
    ['an edition is from 1', having(POLICY, { edition: 0 }), '/data/edition'],
    ['an edition is whole', having(POLICY, { edition: 1.5 }), '/data/edition'],
    ['an edition is a number', having(POLICY, { edition: '1' }), '/data/edition'],
    ['an edition is no larger than what is exact', having(POLICY, { edition: 2 ** 53 }), '/data/edition'],
    ['ages are two', having(PROGRAMME, { ages: [11] }), '/data/ages'],
    ['ages are not three', having(PROGRAMME, { ages: [11, 16, 18] }), '/data/ages'],
    ['ages are from 0', having(PROGRAMME, { ages: [-1, 18] }), '/data/ages/0'],
    ['ages are whole', having(PROGRAMME, { ages: [11, 18.5] }), '/data/ages/1'],
    ['the lower age comes first', having(PROGRAMME, { ages: [18, 11] }), '/data/ages'],
    ['ages are a list', having(PROGRAMME, { ages: { from: 11, to: 18 } }), '/data/ages'],
  ]);
});

describe('what a body may post', () => {
  const mayPost = (value: unknown) => having(BODY, { mayPost: value });
  refuses([
    ['is a list', mayPost({ types: '*' }), '/data/mayPost'],
    ['names types', mayPost([{}]), '/data/mayPost/0/types'],
    [
      'names types of this register',
      mayPost([{ types: ['AccreditationAwarded', 'CertificateIssued'] }]),
      '/data/mayPost/0/types/1',
    ],
    ['names a type or more', mayPost([{ types: [] }]), '/data/mayPost/0/types'],
    ['knows one wildcard', mayPost([{ types: 'Accreditation*' }]), '/data/mayPost/0/types'],
    [
      'names standards as codes',
      mayPost([{ types: '*', standards: ['Matrix'] }]),
      '/data/mayPost/0/standards/0',
    ],
    ['names a standard or more', mayPost([{ types: '*', standards: [] }]), '/data/mayPost/0/standards'],
    [
      'names a qualification or more',
      mayPost([{ types: '*', qualifications: [] }]),
      '/data/mayPost/0/qualifications',
    ],
    ['knows no other field', mayPost([{ types: '*', providers: '*' }]), '/data/mayPost/0/providers'],
  ]);
});

describe('a policy document', () => {
  const policy = (document: unknown) => having(POLICY, { policy: document });
  const nested = (depth: number): unknown =>
    depth === 0 ? { qualified: 'guidance' } : { any: [nested(depth - 1)] };
  const deepest = (pointer: string) => `${pointer}${'/any/0'.repeat(17)}`;
  refuses([
    ['is an object', policy([]), '/data/policy'],
    [
      'has a title, strength, purposes and settings',
      policy({}),
      ...['title', 'strength', 'purposes', 'settings'].map((field) => `/data/policy/${field}`),
    ],
    ['has no other field', policy({ ...DOCUMENT, author: 'us' }), '/data/policy/author'],
    ['is of one of four strengths', policy({ ...DOCUMENT, strength: 'law' }), '/data/policy/strength'],
    ['has readings that are text', policy({ ...DOCUMENT, readings: [1] }), '/data/policy/readings/0'],
    ['has whole characters in its title', policy({ ...DOCUMENT, title: '\ud800' }), '/data/policy/title'],
    [
      'has purposes that are codes',
      policy({ ...DOCUMENT, purposes: { guidance: ['L6'] } }),
      '/data/policy/purposes/guidance/0',
    ],
    [
      'names its purposes by codes',
      policy({ ...DOCUMENT, purposes: { ...DOCUMENT.purposes, Other: [] } }),
      '/data/policy/purposes/Other',
    ],
    [
      'names its settings by codes',
      policy({ ...DOCUMENT, settings: { 'In House': [] } }),
      '/data/policy/settings/In House',
    ],
    [
      'escapes what a pointer must escape',
      policy({ ...DOCUMENT, settings: { 'a/b~c': [] } }),
      '/data/policy/settings/a~1b~0c',
    ],
    ['knows no other `of`', requiring({ of: 'any-adviser' }), '/data/policy/settings/private/0/of'],
    ['knows no other binding', requiring({ binding: 'should' }), '/data/policy/settings/private/0/binding'],
    [
      'has requirements whose ids are codes',
      requiring({ id: 'Qualified' }),
      '/data/policy/settings/private/0/id',
    ],
    ['has requirements with tests', requiring({ test: undefined }), tested],
    [
      'uses an id once in a setting',
      policy({ ...DOCUMENT, settings: { private: [REQUIREMENT, REQUIREMENT] } }),
      '/data/policy/settings/private/1/id',
    ],
    [
      'does not use the id provider-open',
      requiring({ id: 'provider-open' }),
      '/data/policy/settings/private/0/id',
    ],
    [
      'does not use the id policy-in-force',
      requiring({ id: 'policy-in-force' }),
      '/data/policy/settings/private/0/id',
    ],
    ['uses a purpose of its own: qualified', testing({ qualified: 'information' }), `${tested}/qualified`],
    [
      'uses a purpose of its own: workingTowards',
      testing({ workingTowards: 'constructor' }),
      `${tested}/workingTowards`,
    ],
    ['knows no other test', testing({ experienced: 'guidance' }), tested],
    ['knows no test that every object has', testing({ constructor: 'guidance' }), tested],
    ['asks something', testing({}), tested],
    ['asks in one way', testing({ qualified: 'guidance', registered: 'cdi' }), `${tested}/registered`],
    ['does not ask an adviser for an accreditation', testing({ accredited: 'matrix' }), tested],
    ['does not ask a provider for a qualification', testing({ qualified: 'guidance' }, 'provider'), tested],
    [
      'does not ask a subcontractor for a registration',
      testing({ registered: 'cdi' }, 'subcontractors'),
      tested,
    ],
    [
      'does not ask so in a part of a test either',
      testing({ all: [{ qualified: 'guidance' }, { applied: 'matrix' }] }),
      `${tested}/all/1`,
    ],
    ['has parts in an any', testing({ any: [] }), `${tested}/any`],
    ['has parts in an all', testing({ all: [] }), `${tested}/all`],
    ['has a list of parts', testing({ any: { qualified: 'guidance' } }), `${tested}/any`],
    [
      'has nothing beside an any',
      testing({ any: [{ qualified: 'guidance' }], all: [{ qualified: 'guidance' }] }),
      tested,
    ],
    [
      'counts months from 1',
      testing({ workingTowards: 'guidance', withinMonths: 0 }),
      `${tested}/withinMonths`,
    ],
    [
      'counts whole months',
      testing({ workingTowards: 'guidance', withinMonths: 1.5 }),
      `${tested}/withinMonths`,
    ],
    ['has a test that is an object', testing('qualified'), tested],
    ['nests its tests 16 deep at most', testing(nested(17)), deepest(tested)],
  ]);
});

describe('the fields of an event', () => {
  refuses([
    [
      'are all there',
      { ...AWARD, data: {} },
      ...['standard', 'reference', 'from', 'kind'].map((field) => `/data/${field}`),
    ],
    ['are no others', having(AWARD, { level: 'gold' }), '/data/level'],
    ['are not those of another event', having(ADVISER, { name: 'Jane' }), '/data/name'],
    [
      'are not what every object has',
      having(AWARD, { constructor: 'x', toString: 'y' }),
      '/data/constructor',
      '/data/toString',
    ],
    [
      'are not `__proto__`',
      { ...AWARD, data: JSON.parse('{"__proto__":{"x":1},"standard":"matrix"}') as Written['data'] },
      ...['__proto__', 'reference', 'from', 'kind'].map((field) => `/data/${field}`),
    ],
    ['name an event by a position', having(CORRECTION, { event: '007' }), '/data/event'],
    ['name an event by a position that is text', having(CORRECTION, { event: 0 }), '/data/event'],
    ['name an event by an id without @', having(CORRECTION, { event: 'id:a@b' }), '/data/event'],
    [
      'of a correction are those of its target',
      having(CORRECTION, { data: { edition: 1 } }),
      '/data/data/effectiveFrom',
      '/data/data/policy',
    ],
    ['of a correction are an object', having(CORRECTION, { data: [] }), '/data/data'],
  ]);
});

describe('the attributes of an event', () => {
  const attribute = (rule: string, attributes: object, ...pointers: string[]) =>
    [rule, attributes, pointers] as const;
  test.each([
    attribute('specversion is 1.0, not 0.3', { specversion: '0.3' }, '/specversion'),
    attribute('specversion is text', { specversion: 1.0 }, '/specversion'),
    attribute('specversion is there', { specversion: undefined }, '/specversion'),
    attribute('id is there', { id: undefined }, '/id'),
    attribute('id is not empty', { id: '' }, '/id'),
    attribute('id has no @', { id: 'jane@example.org' }, '/id'),
    attribute('id has no space', { id: 'award 1' }, '/id'),
    attribute('id is ASCII', { id: 'award-é' }, '/id'),
    attribute('id has 128 characters at most', { id: 'a'.repeat(129) }, '/id'),
    attribute('id is text', { id: 17 }, '/id'),
    attribute('source is there', { source: undefined }, '/source'),
    attribute('source is not empty', { source: '' }, '/source'),
    attribute('source has no spaces', { source: '/our feed' }, '/source'),
    attribute('source is ASCII', { source: 'https://exämple.org/' }, '/source'),
    attribute('source has 256 characters at most', { source: `/${'a'.repeat(256)}` }, '/source'),
    attribute('source has sound percent-encoding', { source: '/100%' }, '/source'),
    attribute('type is there', { type: undefined }, '/type'),
    attribute('type is one of the register’s', { type: 'CertificateIssued' }, '/type'),
    attribute('type is not what every object has', { type: 'constructor' }, '/type'),
    attribute('type is not `__proto__`', { type: '__proto__' }, '/type'),
    attribute('type is written as the register writes it', { type: 'providerRegistered' }, '/type'),
    attribute('subject is there', { subject: undefined }, '/subject'),
    attribute('subject is text', { subject: 10012345 }, '/subject'),
    attribute('time is a date and a time', { time: '2026-09-01' }, '/time'),
    attribute('time has a zone', { time: '2026-09-01T09:00:00' }, '/time'),
    attribute('time is one that there is', { time: '2026-09-01T24:00:00Z' }, '/time'),
    attribute('time is of a day that there is', { time: '2026-02-29T09:00:00Z' }, '/time'),
    attribute('data are JSON', { datacontenttype: 'text/xml' }, '/datacontenttype'),
    attribute('data are there', { data: undefined }, '/data'),
    attribute('data are not null', { data: null }, '/data'),
    attribute('data are not a list', { data: [] }, '/data'),
    attribute('data are not text', { data: '{}' }, '/data'),
    attribute('id is not null', { id: null }, '/id'),
    attribute('data are not base64', { data: undefined, data_base64: 'e30=' }, '/data_base64'),
    attribute('data are not base64 beside others', { data_base64: 'e30=' }, '/data_base64'),
    attribute('data are not base64 where they are null', { data: null, data_base64: 'e30=' }, '/data_base64'),
    attribute('every broken one is told', { id: '', source: ' ', time: 'now' }, '/id', '/source', '/time'),
    attribute(
      'what is broken in the data is told at the same time',
      { id: 'a@b', subject: 'ukprn:1', data: { ...PROVIDER.data, legalForm: 'plc' } },
      '/id',
      '/subject',
      '/data/legalForm',
    ),
  ])('%s', async (_, attributes, pointers) => {
    const event = { ...submission(PROVIDER), ...attributes };
    await expectRefused(register, () => register.post(event), {
      status: 400,
      code: 'invalid-event',
      pointers,
    });
  });

  test('unknown ones are ignored, whatever their names are', async () => {
    const event = {
      ...submission(PROVIDER),
      traceparent: '00-1',
      constructor: 'x',
      datacontenttype: 'application/json; charset=utf-8',
    };
    expect((await register.post(event, { query: '?dryRun=true' })).status).toBe(200);
  });

  test.each([
    [
      'one that is null is absent',
      { time: null, datacontenttype: null, data_base64: null, dataschema: null, x: null },
    ],
    ['the type of the data is written in any letters', { datacontenttype: 'Application/JSON;Charset=UTF-8' }],
  ])('%s', async (_, attributes) => {
    const event = { ...submission(PROVIDER), ...attributes };
    expect((await register.post(event, { query: '?dryRun=true' })).status).toBe(200);
  });

  test('of an unknown type it is said which one resembles it, and of several events how they are posted', async () => {
    const detail = (reply: Reply) => (reply.json as { readonly detail: string }).detail;
    const typo = await register.post({ ...submission(PROVIDER), type: 'ProviderRegistred' });
    expect(detail(typo)).toContain('did you mean ProviderRegistered?');
    const list = await register.ask('/v1/events', {
      method: 'POST',
      headers: { authorization: `Bearer ${REGISTRAR_KEY}`, 'content-type': 'application/cloudevents+json' },
      body: JSON.stringify([{ specversion: '1.0', ...submission(PROVIDER) }]),
    });
    expect(detail(list)).toContain('application/cloudevents-batch+json');
    const base64 = await register.post({ ...submission(PROVIDER), data_base64: 'e30=' });
    expect(detail(base64)).toContain('as a JSON object in data');
  });
});

describe('the bytes of a body', () => {
  const send = (body: string | Uint8Array<ArrayBuffer>): Promise<Reply> =>
    register.ask('/v1/events', {
      method: 'POST',
      headers: { authorization: `Bearer ${REGISTRAR_KEY}`, 'content-type': 'application/cloudevents+json' },
      body,
    });
  const good = JSON.stringify({ specversion: '1.0', ...submission(PROVIDER) });
  const withData = (data: string) =>
    JSON.stringify({ specversion: '1.0', ...submission(CORRECTION) }).replace(
      /"data":\{"event.*\}$/,
      `"data":${data}}`,
    );
  const DEEP = 10_000;
  const malformed = { status: 400, code: 'malformed', pointers: [] };
  const invalid = (...pointers: string[]) => ({ status: 400, code: 'invalid-event', pointers });

  test.each([
    ['an empty one', '', malformed],
    ['white space', ' \n', malformed],
    ['JSON that ends early', good.slice(0, -2), malformed],
    ['JSON with something after it', `${good},`, malformed],
    ['two values', `${good}\n${good}`, malformed],
    ['JavaScript', "{specversion:'1.0'}", malformed],
    ['a number that JSON does not have', good.replace('"Bright Futures"', 'NaN'), malformed],
    ['a raw line break in a string', good.replace('Bright Futures', 'Bright\nFutures'), malformed],
    ['bytes that are not UTF-8', Uint8Array.from([0x22, 0xff, 0x22]), malformed],
    ['UTF-8 that is too long for its character', Uint8Array.from([0x22, 0xc0, 0xaf, 0x22]), malformed],
    ['UTF-8 that ends early', Uint8Array.from([0x22, 0xe2, 0x82]), malformed],
    ['UTF-16', new Uint8Array(Buffer.from(good, 'utf16le')), malformed],
    ['two byte order marks', `\ufeff\ufeff${good}`, malformed],
    ['nesting without an end', '['.repeat(DEEP), malformed],
    [
      'a field that stands twice',
      good.replace('"name"', '"name":"Another","name"'),
      { ...malformed, pointers: ['/data/name'] },
    ],
    [
      'a field that stands twice, in two ways of writing',
      good.replace('"name"', String.raw`"n\u0061me":"Another","name"`),
      { ...malformed, pointers: ['/data/name'] },
    ],
    [
      'an attribute that stands twice',
      good.replace('"id"', '"id":"x","id"'),
      { ...malformed, pointers: ['/id'] },
    ],
    [
      'a member that stands twice deep inside',
      withData('{"event":"4000","kind":"clerical","reason":"x","data":{"a":[{"b":1,"b":1}]}}'),
      { ...malformed, pointers: ['/data/data/a/0/b'] },
    ],
    ['nesting 10,000 deep', '['.repeat(DEEP) + ']'.repeat(DEEP), invalid('')],
    ['a list of one event', `[${good}]`, invalid('')],
    ['null', 'null', invalid('')],
    ['text', '"ProviderRegistered"', invalid('')],
    ['a number', '1e400', invalid('')],
    [
      'data that nest 10,000 deep',
      withData(`${'{"a":'.repeat(DEEP)}1${'}'.repeat(DEEP)}`),
      invalid('/data/a', '/data/event', '/data/data', '/data/kind', '/data/reason'),
    ],
    [
      'a correction whose data nest 10,000 deep',
      withData(
        `{"event":"4000","kind":"clerical","reason":"x","data":{"a":${'['.repeat(DEEP)}${']'.repeat(DEEP)}}}`,
      ),
      invalid(`/data/data/a${'/0'.repeat(62)}`),
    ],
    [
      'a correction with a number that is too large',
      withData('{"event":"4000","kind":"clerical","reason":"x","data":{"a":[1e999]}}'),
      invalid('/data/data/a/0'),
    ],
    [
      'a correction with a lone surrogate',
      withData(String.raw`{"event":"4000","kind":"clerical","reason":"x","data":{"a":"\ud800"}}`),
      invalid('/data/data/a'),
    ],
  ] as const)('%s', async (_, body, expected) => {
    await expectRefused(register, () => send(body), expected);
  });

  test('one byte order mark is passed over', async () => {
    expect(
      (await send(`\ufeff${JSON.stringify({ specversion: '1.0', ...submission(ADVISER) })}`)).status,
    ).toBe(201);
  });

  test('as many brackets as an event may have bytes', async () => {
    const half = 512 * 1024;
    await expectRefused(register, () => send('['.repeat(half) + ']'.repeat(half)), invalid(''));
  });

  test('data of as many empty fields as an event may have bytes', async () => {
    const body = withData(`{"scope":[${Array.from({ length: 500_000 }, () => '1').join()}]}`);
    await expectRefused(register, () => send(body), { status: 413, code: 'too-large', pointers: [] });
  });
});
