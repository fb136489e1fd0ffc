/// <reference types="jest" />
import { gzipSync } from 'node:zlib';
import { REGISTRAR_KEY, RegisterProcess, type Reply } from './process';
import { accepted, endSound, expectProblem, headOf, openDay } from './refusal';
import { bytesOf, say, type Wire } from './socket';

/**
 * What people and machines send wrong, and some of what looks wrong and is not. Whatever it is, it is answered, by no
 * 5xx, and what is refused has changed nothing.
 */
let register: RegisterProcess;

const PROVIDER = 'ukprn:10000001';
const ADVISER = 'adviser:example01';

beforeAll(async () => {
  register = await RegisterProcess.start();
  await openDay(register, '2026-09-01');
  const data = { name: 'Example Careers', legalForm: 'company' };
  await accepted(register, { type: 'ProviderRegistered', subject: PROVIDER, data });
  await accepted(register, { type: 'AdviserRegistered', subject: ADVISER, data: {} });
});
afterAll(() => endSound(register));

// --- How they are written ---

const AUTHORIZED = ['Authorization', `Bearer ${REGISTRAR_KEY}`] as const;
const ONE = 'application/cloudevents+json';
const BATCH = 'application/cloudevents-batch+json';
const NDJSON = 'application/x-ndjson';

type Body = string | Buffer;
type Header = readonly [name: string, value: string];

/** A body of a type, sent by who may. */
function send(type: string, body: Body, target = '/v1/events', ...more: readonly Header[]): Wire {
  return { method: 'POST', target, headers: [AUTHORIZED, ['Content-Type', type], ...more], body };
}
const get = (target: string, ...headers: readonly Header[]): Wire => ({ target, headers });
const json = (body: Body, target = '/v1/events', ...more: readonly Header[]) =>
  send(ONE, body, target, ...more);
const batch = (body: Body) => send(BATCH, body);
const lines = (body: Body) => send(NDJSON, body);
const table = (body: Body, query = 'type=ProviderRegistered&source=/table', type = 'text/csv') =>
  send(type, body, `/v1/events/csv?${query}`);
const questions = (body: Body, type = 'application/json') => send(type, body, '/v1/eligibility');
const keep = (body: Body, key = ADVISER): Wire => ({
  ...send('application/json', body, `/v1/advisers/${key}/person`),
  method: 'PUT',
});
const issue = (body: Body, slug = 'registrar') => send('application/json', body, `/v1/bodies/${slug}/keys`);
const eligibility = (query: string, key = PROVIDER) =>
  get(`/v1/providers/${key}/eligibility?setting=private&${query}`);

let number = 0;
/** A good registration that no one has posted yet, with other text in the place of some of it. */
function registration(from: string | RegExp = '', to: string | Buffer = ''): Buffer {
  number++;
  const text = `{"specversion":"1.0","source":"/mutated","id":"m-${number}","type":"ProviderRegistered","subject":"ukprn:1${String(number).padStart(7, '5')}","data":{"name":"NAME","legalForm":"company"}}`;
  const [before = '', ...after] = from === '' ? [text] : text.split(from);
  if (from !== '' && after.length === 0) throw new Error(`nothing is ${String(from)} in ${text}`);
  return from === ''
    ? Buffer.from(text)
    : Buffer.concat([Buffer.from(before), Buffer.from(to), Buffer.from(after.join(String(from)))]);
}
const named = (name: string | Buffer) => json(registration('NAME', name));

/** An award with one field as given. */
function award(data: object): Wire {
  const good = { standard: 'matrix', reference: `M-${++number}`, from: '2026-09-01', kind: 'initial' };
  const event = { specversion: '1.0', source: '/mutated', id: `a-${number}`, type: 'AccreditationAwarded' };
  return json(
    JSON.stringify({ ...event, subject: PROVIDER, data: { ...good, until: '2029-08-31', ...data } }),
  );
}
/** A registration with one attribute as given. */
const attributed = (attributes: object) =>
  json(JSON.stringify({ ...(JSON.parse(registration().toString()) as object), ...attributes }));

const nested = (depth: number, open: string, close: string) => open.repeat(depth) + close.repeat(depth);
const HEADER = 'id,subject,name,legalForm';
const row = () => `r-${++number},ukprn:1${String(number).padStart(7, '5')},Example,company`;

/** A kind of what is sent, how it is written, and what is answered: a status, and the code of a problem or how many were refused. */
type Kind = readonly [kind: string, wire: () => Wire | readonly (Buffer | string | number)[], answer: string];

/** One kind of each text, with its answer. */
function each(
  texts: readonly (readonly [text: string, answer: string])[],
  kind: (text: string, answer: string) => Kind,
): readonly Kind[] {
  return texts.map(([text, answer]) => kind(text, answer));
}

const JSON_KINDS: readonly Kind[] = [
  ['nothing at all', () => json(''), '400 malformed'],
  ['nothing but space', () => json('  \n '), '400 malformed'],
  ['an opened brace', () => json('{'), '400 malformed'],
  ['an event cut off in its middle', () => json(registration().subarray(0, 90)), '400 malformed'],
  ['an event without its last brace', () => json(registration().subarray(0, -1)), '400 malformed'],
  ['null', () => json('null'), '400 invalid-event'],
  ['a list', () => json('[]'), '400 invalid-event'],
  ['a text', () => json('"event"'), '400 invalid-event'],
  ['a number', () => json('0'), '400 invalid-event'],
  [
    'a comma too many',
    () => json(registration('"legalForm":"company"', '"legalForm":"company",')),
    '400 malformed',
  ],
  ['single quotes', () => json(registration().toString().replaceAll('"', "'")), '400 malformed'],
  ['a comment', () => json(`/* new */${registration().toString()}`), '400 malformed'],
  ['NaN', () => json(registration('"NAME"', 'NaN')), '400 malformed'],
  [
    'two events, one after the other',
    () => json(Buffer.concat([registration(), registration()])),
    '400 malformed',
  ],
  [
    'two events with a line end between them',
    () => json(`${registration().toString()}\n${registration().toString()}`),
    '400 malformed',
  ],
  ['a form', () => json('type=AdviserRegistered&subject=adviser%3Aexample02'), '400 malformed'],
  [
    'XML',
    () => json('<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'),
    '400 malformed',
  ],
  [
    'a byte-order mark before the JSON',
    () => json(Buffer.concat([Buffer.from('\uFEFF'), registration()])),
    '201',
  ],
  [
    'UTF-16 with a mark',
    () => json(Buffer.from(`\uFEFF${registration().toString()}`, 'utf16le')),
    '400 malformed',
  ],
  ['UTF-16 without a mark', () => json(Buffer.from(registration().toString(), 'utf16le')), '400 malformed'],
  ['old Windows', () => named(Buffer.from('Café', 'latin1')), '400 malformed'],
  ['a slash in an overlong encoding', () => named(Buffer.from([0xc0, 0xaf])), '400 malformed'],
  ['half a pair of UTF-16 in UTF-8', () => named(Buffer.from([0xed, 0xa0, 0x80])), '400 malformed'],
  ['a character that ends too early', () => named(Buffer.from([0xe2, 0x82])), '400 malformed'],
  ['a character beyond Unicode', () => named(Buffer.from([0xf4, 0x90, 0x80, 0x80])), '400 malformed'],
  ['half a pair of UTF-16, escaped', () => named('\\ud800'), '400 invalid-event'],
  ['NUL', () => named('A\0B'), '400 malformed'],
  ['NUL, escaped', () => named('A\\u0000B'), '400 invalid-event'],
  ['a line end in a name', () => named('A\\nB'), '400 invalid-event'],
  ['a text that runs backwards (U+202E)', () => named('\u202Eecnadiug'), '400 invalid-event'],
  ['a space of no width alone', () => named('\u200B'), '400 invalid-event'],
  ['a space alone', () => named(' '), '400 invalid-event'],
  ['an accent that stands by itself (no NFC)', () => named('Cafe\u0301'), '400 invalid-event'],
  ['a name of 201 characters', () => named('n'.repeat(201)), '400 invalid-event'],
  ['a name of 200 characters beyond the sixteen bits', () => named(`N${'😀'.repeat(199)}`), '201'],
  ['a name that looks like markup', () => named('<script>alert(1)</script>'), '201'],
  ['a name that looks like SQL', () => named("'; DROP TABLE log; --"), '201'],
  ['a name that looks like a formula', () => named('=HYPERLINK(1)'), '201'],
  ['a hundred thousand lists in one another', () => json(nested(100_000, '[', ']')), '400 invalid-event'],
  [
    'a hundred thousand objects in one another',
    () => json(nested(100_000, '{"a":', '}').replace(':}', ':1}')),
    '400 invalid-event',
  ],
  [
    'data nested a thousand deep',
    () => json(registration('"NAME"', nested(1_000, '[', ']'))),
    '400 invalid-event',
  ],
  [
    'data nested a hundred thousand deep',
    () => json(registration('"NAME"', nested(100_000, '[', ']'))),
    '413 too-large',
  ],
  [
    'an attribute of no concern, nested ten thousand deep',
    () => json(registration('"data"', `"extra":${nested(10_000, '[', ']')},"data"`)),
    '201',
  ],
  [
    'a mebibyte of space',
    () => json(Buffer.concat([Buffer.alloc(1024 * 1024, 0x20), registration()])),
    '413 too-large',
  ],
  ['a name of a hundred thousand characters', () => named('n'.repeat(100_000)), '413 too-large'],
  [
    'a list of fifty thousand',
    () => json(registration('"legalForm"', `"services":[${'"a",'.repeat(50_000)}"a"],"legalForm"`)),
    '413 too-large',
  ],
  ['one attribute twice', () => json(registration('"id"', '"id":"earlier","id"')), '400 malformed'],
  ['one field twice', () => json(registration('"name"', '"name":1,"name"')), '400 malformed'],
  [
    'one field twice, once with an escape',
    () => json(registration('"name"', '"n\\u0061me":1,"name"')),
    '400 malformed',
  ],
  [
    'one attribute of no concern twice',
    () => json(registration('"id"', '"x":1,"x":1,"id"')),
    '400 malformed',
  ],
  [
    'attributes that are null',
    () => attributed({ time: null, datacontenttype: null, dataschema: null }),
    '201',
  ],
  ['a type of data in capitals', () => attributed({ datacontenttype: 'APPLICATION/JSON' }), '201'],
  [
    '__proto__ as an attribute, which is ignored like any unknown one',
    () => json(registration('"data"', '"__proto__":{"data":1},"data"')),
    '201',
  ],
  [
    '__proto__ as a field',
    () => json(registration('"name"', '"__proto__":{"a":1},"name"')),
    '400 invalid-event',
  ],
  [
    'constructor as a field',
    () => json(registration('"name"', '"constructor":{"prototype":{"a":1}},"name"')),
    '400 invalid-event',
  ],
  ['toString as a field', () => json(registration('"name"', '"toString":1,"name"')), '400 invalid-event'],
  [
    '__proto__ with the fields in it',
    () =>
      json(
        registration('"name":"NAME","legalForm":"company"', '"__proto__":{"name":"A","legalForm":"company"}'),
      ),
    '400 invalid-event',
  ],
  ['__proto__ as an id, which is one', () => json(registration(/m-\d+/, '__proto__')), '201'],
  ['constructor as an id, which is one', () => json(registration(/m-\d+/, 'constructor')), '201'],
  ['__proto__ as a source, which is one', () => json(registration('/mutated', '__proto__')), '201'],
  ['__proto__ as a type', () => attributed({ type: '__proto__' }), '400 invalid-event'],
  ['constructor as a type', () => attributed({ type: 'constructor' }), '400 invalid-event'],
  ['toString as a type', () => attributed({ type: 'toString' }), '400 invalid-event'],
  ['__proto__ as a subject', () => attributed({ subject: '__proto__' }), '400 invalid-event'],
  ['constructor as a standard, which is a code', () => award({ standard: 'constructor' }), '201'],
  ['an id of 128 characters', () => json(registration(/m-\d+/, 'i'.repeat(128))), '201'],
  ['an id of 129 characters', () => json(registration(/m-\d+/, 'i'.repeat(129))), '400 invalid-event'],
  ['an id of ten thousand characters', () => attributed({ id: 'i'.repeat(10_000) }), '400 invalid-event'],
  ['an id with a line end', () => attributed({ id: 'a\r\nX-Header: b' }), '400 invalid-event'],
  ['an id with an address', () => attributed({ id: 'someone@example.org' }), '400 invalid-event'],
  ['a source of 257 characters', () => attributed({ source: `/${'s'.repeat(256)}` }), '400 invalid-event'],
  ['a source with a broken percent', () => attributed({ source: '/a%zz' }), '400 invalid-event'],
  ['a source with a space', () => attributed({ source: '/a b' }), '400 invalid-event'],
  ['a key in capitals', () => attributed({ subject: 'UKPRN:10000099' }), '400 invalid-event'],
  ['a key with space around it', () => attributed({ subject: ' ukprn:10000099' }), '400 invalid-event'],
  [
    'a key with digits of another script',
    () => attributed({ subject: 'ukprn:1000009９' }),
    '400 invalid-event',
  ],
  ['a key with a line end after it', () => attributed({ subject: 'ukprn:10000099\n' }), '400 invalid-event'],
  ['a number too large for any number', () => json(registration('"NAME"', '1e999')), '400 invalid-event'],
  [
    'a number of ten thousand digits',
    () => json(registration('"NAME"', '9'.repeat(10_000))),
    '400 invalid-event',
  ],
  ['minus zero where a number is wanted', () => award({ month: -0 }), '400 invalid-event'],
  [
    'an attribute that no number can be, and that is of no concern',
    () => json(registration('"data"', '"extra":1e999,"data"')),
    '201',
  ],
];

const WRONG = [null, 0, -0, 1.5, true, '', [], {}, [null], 'x'.repeat(300)] as const;
const ATTRIBUTES = ['specversion', 'id', 'source', 'type', 'subject', 'data', 'time'] as const;
const FIELDS = ['standard', 'reference', 'from', 'until', 'kind', 'scope', 'conditions'] as const;

/** Each attribute and each field with values that it cannot have. */
const WRONG_TYPES: readonly Kind[] = [
  ...ATTRIBUTES.map((name, i): Kind => {
    const value = WRONG[(i * 3) % WRONG.length];
    return [`${name} is ${JSON.stringify(value)}`, () => attributed({ [name]: value }), '400 invalid-event'];
  }),
  ...ATTRIBUTES.filter((name) => name !== 'data').map((name): Kind => [
    `${name} is an object`,
    () => attributed({ [name]: { a: 1 } }),
    '400 invalid-event',
  ]),
  ...FIELDS.flatMap((name, i): Kind[] =>
    [WRONG[i % WRONG.length], WRONG[(i + 5) % WRONG.length]].map((value) => [
      `${name} of an award is ${JSON.stringify(value).slice(0, 20)}`,
      () => award({ [name]: value }),
      '400 invalid-event',
    ]),
  ),
  ...[
    '0000-01-01',
    '1899-12-31',
    '10000-01-01',
    '2023-02-29',
    '2026-13-01',
    '2026-00-10',
    '2026-9-1',
    '20260901',
    '2026-09-01T00:00:00Z',
    ' 2026-09-01',
    '2026-09-01\n',
    '２０２６-09-01',
    '-2026-09-01',
    '01/09/2026',
    '2026-W36-2',
  ].map((day): Kind => [`the day ${JSON.stringify(day)}`, () => award({ from: day }), '400 invalid-event']),
  ['the last day that there is', () => award({ from: '9999-12-31', until: '9999-12-31' }), '201'],
  [
    'the first day that there is',
    () => award({ from: '1900-01-01', until: '1900-01-01', standard: 'first' }),
    '201',
  ],
  ['a leap day', () => award({ from: '2024-02-29', until: '2024-02-29', standard: 'leap' }), '201'],
  ['a time that is none', () => attributed({ time: '2026-02-30T10:00:00Z' }), '400 invalid-event'],
  ['a time beyond all time', () => attributed({ time: '+275760-09-13T00:00:00Z' }), '400 invalid-event'],
];

const policy = (text: string, id = 'mutated') =>
  json(
    `{"specversion":"1.0","source":"/mutated","id":"p-${++number}","type":"PolicyEditionPublished","subject":"policy:${id}","data":{"edition":1,"effectiveFrom":"2026-09-01","policy":${text}}}`,
  );
const about = (type: string, data: object, subject = ADVISER) =>
  json(JSON.stringify({ specversion: '1.0', source: '/mutated', id: `e-${++number}`, type, subject, data }));

const EVENT_KINDS: readonly Kind[] = [
  ['a policy that is empty', () => policy('{}'), '400 invalid-event'],
  ['a policy that is a list', () => policy('[]'), '400 invalid-event'],
  ['a policy nested too deep', () => policy(nested(200, '{"any":[', ']}')), '400 invalid-event'],
  ['a policy of __proto__', () => policy('{"__proto__":{"settings":{}}}'), '400 invalid-event'],
  ['a policy called constructor that is none', () => policy('{}', 'constructor'), '400 invalid-event'],
  [
    'an edition of 1e999',
    () =>
      about(
        'PolicyEditionPublished',
        { edition: 1e21, effectiveFrom: '2026-09-01', policy: {} },
        'policy:mutated',
      ),
    '400 invalid-event',
  ],
  [
    'a retraction of position -1',
    () => about('EventRetracted', { event: '-1', reason: 'mistake' }),
    '400 invalid-event',
  ],
  [
    'a retraction of position 2^53',
    () => about('EventRetracted', { event: '9007199254740992', reason: 'mistake' }),
    '422 no-such-event',
  ],
  [
    'a retraction of position 00',
    () => about('EventRetracted', { event: '00', reason: 'mistake' }),
    '400 invalid-event',
  ],
  [
    'a retraction of a number',
    () => about('EventRetracted', { event: 1, reason: 'mistake' }),
    '400 invalid-event',
  ],
  [
    'a retraction of what is to come',
    () => about('EventRetracted', { event: '99999', reason: 'mistake' }),
    '422 no-such-event',
  ],
  [
    'a retraction of an id that no one has',
    () => about('EventRetracted', { event: 'id:__proto__x', reason: 'mistake' }),
    '422 no-such-event',
  ],
  [
    'a reason in words',
    () => about('EventRetracted', { event: '2', reason: 'It was a mistake.' }),
    '400 invalid-event',
  ],
  [
    'a correction whose data is null',
    () => about('EventCorrected', { event: '3', kind: 'clerical', reason: 'mistake', data: null }),
    '400 invalid-event',
  ],
  [
    'a correction of data nested too deep',
    () =>
      json(
        `{"specversion":"1.0","source":"/mutated","id":"deep","type":"EventCorrected","subject":"${ADVISER}","data":{"event":"3","kind":"clerical","reason":"mistake","data":{"a":${nested(5_000, '[', ']')}}}}`,
      ),
    '400 invalid-event',
  ],
  [
    'a correction of a correction within a correction',
    () =>
      about('EventCorrected', {
        event: '3',
        kind: 'clerical',
        reason: 'mistake',
        data: { event: '3', data: { event: '3' } },
      }),
    '400 invalid-event',
  ],
];

const MANY_KINDS: readonly Kind[] = [
  ['a batch that is an object', () => batch(registration()), '400 invalid-event'],
  ['a batch of things that are no events', () => batch('[1,null,"x",[],{},true]'), '200, 6 refused'],
  ['an empty batch', () => batch('[]'), '200'],
  ['a batch cut off', () => batch(`[${registration().toString()},{`), '400 malformed'],
  [
    'a batch of a hundred thousand lists in one another',
    () => batch(nested(100_000, '[', ']')),
    '200, 1 refused',
  ],
  ['a batch within a batch', () => batch(`[[${registration().toString()}]]`), '200, 1 refused'],
  ['no lines', () => lines(''), '200'],
  ['blank lines alone', () => lines('\n\r\n \n'), '200'],
  ['a line cut off', () => lines(registration().subarray(0, 100)), '200, 1 refused'],
  ['lines that are no events', () => lines('1\nnull\n"x"\n[]\n{}\nnonsense\n'), '200, 6 refused'],
  ['a line of NUL', () => lines('\0\0\0\n'), '200, 1 refused'],
  ['a line of more than a mebibyte', () => lines(`"${'x'.repeat(1024 * 1024)}"\n`), '200, 1 refused'],
  [
    'a line of a hundred thousand lists in one another',
    () => lines(`${nested(100_000, '[', ']')}\n`),
    '200, 1 refused',
  ],
  ['a line that is not UTF-8', () => lines(registration('NAME', Buffer.from([0xff]))), '200, 1 refused'],
  [
    'a pretty-printed event as lines',
    () => lines(JSON.stringify({ specversion: '1.0', id: '1' }, undefined, 1)),
    '200, 4 refused',
  ],
  [
    'lines in UTF-16',
    () => lines(Buffer.from(`\uFEFF${registration().toString()}\n`, 'utf16le')),
    '200, 1 refused',
  ],
  ['a line with a mark before it', () => lines(`\uFEFF${registration().toString()}\n`), '200'],
  ['lines of Windows', () => lines(`${registration().toString()}\r\n`), '200'],
  ['a line without an end', () => lines(registration()), '200'],
  ['a batch as lines', () => lines(`[${registration().toString()}]\n`), '200, 1 refused'],
  [
    'the same line twice',
    () => {
      const line = registration().toString();
      return lines(`${line}\n${line}\n`);
    },
    '200',
  ],
];

const TABLE_KINDS: readonly Kind[] = [
  ['no table', () => table(''), '400 malformed'],
  ['a header alone', () => table(`${HEADER}\n`), '200'],
  ['a header without a line end', () => table(HEADER), '200'],
  ['a row of too few cells', () => table(`${HEADER}\nr-1,ukprn:10000099\n`), '200, 1 refused'],
  ['a row of too many cells', () => table(`${HEADER}\n${row()},more,and more\n`), '200, 1 refused'],
  [
    'a quote that is never closed',
    () => table(`${HEADER}\nr-1,"ukprn:10000099,Example,company\n${row()}\n`),
    '200, 1 refused',
  ],
  [
    'a quote in the middle of a cell',
    () => table(`${HEADER}\nr-1,ukprn:10000099,Ex"ample,company\n`),
    '200, 1 refused',
  ],
  ['a header whose quote is never closed', () => table(`"${HEADER}\n${row()}\n`), '400 malformed'],
  [
    'a cell of a million characters',
    () => table(`${HEADER}\nr-1,ukprn:10000099,${'n'.repeat(1_000_000)},company\n`),
    '200, 1 refused',
  ],
  [
    'a row of two million characters',
    () => table(`${HEADER}\nr-1,ukprn:10000099,${'n'.repeat(2_000_000)},company\n`),
    '200, 1 refused',
  ],
  ['one column of a million characters', () => table(`${'c'.repeat(1_000_000)}\nx\n`), '400 malformed'],
  [
    'ten thousand columns',
    () =>
      table(
        `${HEADER},${Array.from({ length: 10_000 }, (_, i) => `c${i}`).join()}\n${row()}${','.repeat(10_000)}\n`,
      ),
    '400 malformed',
  ],
  [
    'ten thousand columns without a name',
    () => table(`${HEADER}${','.repeat(10_000)}\n${row()}\n`),
    '400 malformed',
  ],
  ['fifty thousand blank lines', () => table(`${HEADER}\n${'\n'.repeat(50_000)}${row()}\n`), '200'],
  ['a million commas', () => table(','.repeat(1_000_000)), '400 malformed'],
  ['a hundred thousand quotes', () => table('"'.repeat(100_000)), '400 malformed'],
  ['the column id twice', () => table(`id,${HEADER}\n1,${row()}\n`), '400 invalid-event'],
  [
    'columns __proto__ and constructor',
    () => table(`__proto__,constructor,${HEADER}\na,b,${row()}\n`),
    '400 malformed',
  ],
  [
    'columns __proto__ and constructor that are left out',
    () =>
      table(
        `__proto__,constructor,${HEADER}\na,b,${row()}\n`,
        'type=ProviderRegistered&source=/table&ignore=__proto__&ignore=constructor',
      ),
    '200',
  ],
  ['only columns that no one knows', () => table('__proto__,toString\n1,2\n'), '400 malformed'],
  ['three hundred columns without a name', () => table(`${HEADER}${','.repeat(300)}\n${row()}\n`), '200'],
  ['NUL in a cell', () => table(`${HEADER}\nr-1,ukprn:10000099,A\0B,company\n`), '200, 1 refused'],
  [
    'old Windows that does not say so',
    () => table(Buffer.from(`${HEADER}\nr-1,ukprn:10000099,Café,company\n`, 'latin1')),
    '200, 1 refused',
  ],
  [
    'an encoding that there is not',
    () => table(`${HEADER}\n`, undefined, 'text/csv; charset=klingon'),
    '400 malformed',
  ],
  [
    'an encoding that no longer is one',
    () => table(`${HEADER}\n`, undefined, 'text/csv; charset=utf-7'),
    '400 malformed',
  ],
  ['half a character of UTF-16', () => table(Buffer.from([0xff, 0xfe, 0x69])), '400 malformed'],
  ['a byte-order mark alone', () => table('\uFEFF'), '400 malformed'],
  [
    'a spreadsheet’s own file',
    () => table(Buffer.from([0x50, 0x4b, 3, 4, 20, 0, 6, 0, 8, 0, 0, 0, 0x21, 0])),
    '400 malformed',
  ],
  ['JSON as a table', () => table(registration()), '400 malformed'],
  [
    'a formula in a cell, which is a name like others',
    () => table(`${HEADER}\nr-${++number},ukprn:10000098,"=cmd|' /C calc'!A0",company\n`),
    '200',
  ],
  [
    'a formula in the place of an id',
    () => table(`${HEADER}\n=1+1,ukprn:1,Example,company\n`),
    '200, 1 refused',
  ],
  ['no type', () => table(`${HEADER}\n`, 'source=/table'), '400 invalid-event'],
  [
    'type twice',
    () => table(`${HEADER}\n`, 'type=ProviderRegistered&type=AdviserRegistered&source=/table'),
    '400 invalid-question',
  ],
  ['the type __proto__', () => table(`${HEADER}\n`, 'type=__proto__&source=/table'), '400 invalid-event'],
  ['the type constructor', () => table(`${HEADER}\n`, 'type=constructor&source=/table'), '400 invalid-event'],
  [
    'a source that is none',
    () => table(`${HEADER}\n`, 'type=ProviderRegistered&source=a%0Ab'),
    '400 invalid-event',
  ],
  [
    'a mapping of nothing',
    () => table(`${HEADER}\n`, 'type=ProviderRegistered&source=/table&map='),
    '400 invalid-question',
  ],
  [
    'a mapping that is an opened brace',
    () => table(`${HEADER}\n`, 'type=ProviderRegistered&source=/table&map={'),
    '400 invalid-question',
  ],
  [
    'a mapping of two columns that are not there',
    () => table(`${HEADER}\n`, 'type=ProviderRegistered&source=/table&map=id={a}{b}'),
    '400 invalid-event',
  ],
  [
    'a mapping with braces in braces',
    () => table(`${HEADER}\nr-1,a,b,c\n`, 'type=ProviderRegistered&source=/table&map=id={{id}}'),
    '400 invalid-event',
  ],
  [
    'a mapping of __proto__',
    () => table(`${HEADER}\n`, 'type=ProviderRegistered&source=/table&map=__proto__={id}'),
    '400 invalid-question',
  ],
  [
    'a mapping from __proto__',
    () => table(`${HEADER}\n`, 'type=ProviderRegistered&source=/table&map=id={__proto__}'),
    '400 invalid-event',
  ],
  [
    'a mapping that doubles each cell a thousand times',
    () =>
      table(
        `${HEADER}\nr-1,${'u'.repeat(10_000)},b,c\n`,
        `type=ProviderRegistered&source=/table&map=name=${'{subject}'.repeat(1_000)}`,
      ),
    '400 invalid-question',
  ],
  [
    'five hundred mappings',
    () =>
      table(
        `${HEADER}\n${row()}\n`,
        `type=ProviderRegistered&source=/table${'&map=name={name}'.repeat(500)}`,
      ),
    '400 invalid-event',
  ],
];

const QUESTION_KINDS: readonly Kind[] = [
  ['questions that are an object', () => questions('{}'), '400 invalid-question'],
  ['questions that are cut off', () => questions('[{"provider":'), '400 malformed'],
  ['a question that is null', () => questions('[null]'), '200'],
  [
    'questions of wrong types',
    () => questions('[{"provider":1,"setting":[]},{"provider":{},"setting":null},[],0]'),
    '200',
  ],
  [
    'a question with __proto__',
    () => questions(`[{"__proto__":{"provider":"${PROVIDER}"},"setting":"private"}]`),
    '200',
  ],
  [
    'a question of the setting constructor',
    () => questions(`[{"provider":"${PROVIDER}","setting":"constructor"}]`),
    '200',
  ],
  [
    'a question of a day that is a number',
    () => questions(`[{"provider":"${PROVIDER}","setting":"private","on":20260901}]`),
    '200',
  ],
  ['a question nested deep', () => questions(nested(100_000, '[', ']')), '200'],
  ['questions as lines that are none', () => questions('{\n]\nnull\n', NDJSON), '200'],
  [
    'a table of questions without a provider',
    () => questions('setting,on\nprivate,2026-09-01\n', 'text/csv'),
    '400 invalid-question',
  ],
  [
    'a table of questions with a quote unclosed',
    () => questions(`provider,setting\n"${PROVIDER},private\n`, 'text/csv'),
    '200',
  ],
  [
    'questions with formulas beside them',
    () => questions(`provider,setting,note\n${PROVIDER},private,=1+1\n`, 'text/csv'),
    '200',
  ],
  ['no setting', () => get(`/v1/providers/${PROVIDER}/eligibility`), '400 invalid-question'],
  ['the setting twice', () => eligibility('setting=private'), '400 invalid-question'],
  [
    'the setting as a list',
    () => get(`/v1/providers/${PROVIDER}/eligibility?setting[]=private`),
    '400 invalid-question',
  ],
  [
    'the setting as an object',
    () => get(`/v1/providers/${PROVIDER}/eligibility?setting[a]=private`),
    '400 invalid-question',
  ],
  [
    'the setting __proto__',
    () => get(`/v1/providers/${PROVIDER}/eligibility?setting=__proto__`),
    '400 invalid-question',
  ],
  [
    'the setting constructor',
    () => get(`/v1/providers/${PROVIDER}/eligibility?setting=constructor`),
    '400 invalid-question',
  ],
  ['__proto__ as a parameter', () => eligibility('__proto__=1'), '400 invalid-question'],
  ['__proto__ as an object of parameters', () => eligibility('__proto__[a]=1'), '400 invalid-question'],
  ['constructor as a parameter', () => eligibility('constructor=1'), '400 invalid-question'],
  ['a parameter without a name', () => eligibility('=1'), '400 invalid-question'],
  ['a parameter in capitals', () => eligibility('On=2026-09-01'), '400 invalid-question'],
  ['ampersands alone', () => eligibility('&&&'), '200'],
  ['a thousand and one parameters', () => eligibility('x=1&'.repeat(1_001)), '400 invalid-question'],
  ['fifty advisers', () => eligibility(`adviser=${ADVISER}&`.repeat(50)), '200'],
  ['fifty-one advisers', () => eligibility(`adviser=${ADVISER}&`.repeat(51)), '400 invalid-question'],
  [
    'an adviser and __proto__',
    () => eligibility(`adviser=${ADVISER}&adviser=__proto__`),
    '400 invalid-question',
  ],
  ['a percent sign in a parameter', () => eligibility('on=%'), '400 invalid-question'],
  ['a broken percent in a parameter', () => eligibility('on=%zz'), '400 invalid-question'],
  ['no UTF-8 in a parameter', () => eligibility('on=%ff'), '400 invalid-question'],
  ['NUL in a parameter', () => eligibility('on=2026-09-01%00'), '400 invalid-question'],
  [
    'a line end in a parameter',
    () => eligibility('on=2026-09-01%0d%0aX-Header:%20a'),
    '400 invalid-question',
  ],
  ['an overlong encoding in a parameter', () => eligibility('on=%c0%af'), '400 invalid-question'],
  [
    'on and from and until',
    () => eligibility('on=2026-09-01&from=2026-09-01&until=2026-09-02'),
    '400 invalid-question',
  ],
  ['until before from', () => eligibility('from=2026-09-02&until=2026-09-01'), '400 invalid-question'],
  ['the whole of time', () => eligibility('from=1900-01-01&until=9999-12-31'), '200'],
  ['a day of the year 0', () => eligibility('on=0000-01-01'), '400 invalid-question'],
  ['a day of the year 10000', () => eligibility('on=10000-01-01'), '400 invalid-question'],
  ['the 29th of February of 2023', () => eligibility('on=2023-02-29'), '400 invalid-question'],
  ...each(
    [
      ['-1', '400 invalid-question'],
      ['-2', '400 invalid-question'],
      ['01', '400 invalid-question'],
      ['+1', '400 invalid-question'],
      ['1.0', '400 invalid-question'],
      ['1e1', '400 invalid-question'],
      ['0x1', '400 invalid-question'],
      ['NaN', '400 invalid-question'],
      ['', '400 invalid-question'],
      [' 1', '400 invalid-question'],
      ['%EF%BC%91', '400 invalid-question'],
      ['1%00', '400 invalid-question'],
      ['10000000000000000', '503 not-caught-up'],
      ['100000000000000000000', '400 invalid-question'],
      ['1-1A2B3C4D', '400 invalid-question'],
      ['1-1a2b3c4', '400 invalid-question'],
      ['1-', '400 invalid-question'],
      ['2026-09-01', '400 invalid-question'],
      ['2026-09-01T24:00:00Z', '400 invalid-question'],
      ['2026-09-01T00:00:00', '400 invalid-question'],
      ['2026-09-01T00:00:00%2B24:00', '400 invalid-question'],
      ['0000-01-01T00:00:00Z', '404 unknown-provider'],
      ['1969-12-31T23:59:59Z', '404 unknown-provider'],
      ['2016-12-31T23:59:60Z', '404 unknown-provider'],
      ['-271821-04-20T00:00:00Z', '400 invalid-question'],
    ],
    (knownAt, answer) => [
      `as known at ${JSON.stringify(knownAt)}`,
      () => eligibility(`knownAt=${knownAt}`),
      answer,
    ],
  ),
  ...each(
    [
      ['-2', '400 invalid-question'],
      ['01', '400 invalid-question'],
      ['1e9', '400 invalid-question'],
      ['99999999999999999999', '503 not-caught-up'],
      ['999999999999999999999', '400 invalid-question'],
      ['-1-1a2b3c4d', '400 invalid-question'],
      ['x', '400 invalid-question'],
    ],
    (after, answer) => [`the log after ${after}`, () => get(`/v1/log?after=${after}`), answer],
  ),
  ...each(
    [
      ['0', '400 invalid-question'],
      ['-1', '400 invalid-question'],
      ['10001', '400 invalid-question'],
      ['1e3', '400 invalid-question'],
      ['', '400 invalid-question'],
      ['1&limit=2', '400 invalid-question'],
    ],
    (limit, answer) => [`the log in pages of ${limit}`, () => get(`/v1/log?limit=${limit}`), answer],
  ),
  ...each(
    [
      ['-1', '400 invalid-question'],
      ['9007199254740992', '404 unknown-event'],
      ['100000000000000000000', '400 invalid-question'],
      ['1e16', '400 invalid-question'],
      ['00', '400 invalid-question'],
      ['999999', '404 unknown-event'],
      ['__proto__', '400 invalid-question'],
      ['%2e', '400 invalid-question'],
    ],
    (position, answer) => [`the event at ${position}`, () => get(`/v1/events/${position}`), answer],
  ),
  ['a search for nothing', () => get('/v1/providers?q='), '400 invalid-question'],
  ['a search for a pattern', () => get('/v1/providers?q=%28.%2A%29%2B%24'), '200'],
  ['a search for 201 characters', () => get(`/v1/providers?q=${'q'.repeat(201)}`), '400 invalid-question'],
  ['a search for NUL', () => get('/v1/providers?q=%00'), '200'],
  ['a search for __proto__', () => get('/v1/providers?q=__proto__'), '200'],
  ['a search for half a character', () => get('/v1/providers?q=%ed%a0%80'), '200'],
  [
    'a page with markup in its question',
    () => get('/?provider=%3Cscript%3Ealert(1)%3C/script%3E&setting=private'),
    '200',
  ],
];

const OTHER_KINDS: readonly Kind[] = [
  ['a person who is null', () => keep('null'), '400 invalid-question'],
  ['a person without a name', () => keep('{"public":true}'), '400 invalid-question'],
  [
    'a person of wrong types',
    () => keep('{"name":["A"],"contact":1,"public":"yes"}'),
    '400 invalid-question',
  ],
  [
    'a person with __proto__',
    () => keep('{"__proto__":{"name":"A"},"public":false}'),
    '400 invalid-question',
  ],
  [
    'a person with a field that no one knows',
    () => keep('{"name":"A","public":false,"constructor":1}'),
    '400 invalid-question',
  ],
  [
    'a person of a thousand letters',
    () => keep(`{"name":"${'n'.repeat(1_000)}","public":false}`),
    '400 invalid-question',
  ],
  ['a person on two lines', () => keep('{"name":"A\\nB","public":false}'), '400 invalid-question'],
  ['a person of half a pair', () => keep('{"name":"\\udfff","public":false}'), '400 invalid-question'],
  [
    'a person whom no one registered',
    () => keep('{"name":"A","public":false}', 'adviser:constructor'),
    '404 unknown-adviser',
  ],
  ['a key that is a list', () => issue('[]'), '400 invalid-question'],
  ['a key called 1', () => issue('{"key":1}'), '400 invalid-question'],
  ['a key called __proto__', () => issue('{"key":"__proto__"}'), '400 invalid-question'],
  ['a key until never', () => issue('{"key":"never","until":"2023-02-29"}'), '400 invalid-question'],
  ['a key of a body that is none', () => issue('{}', 'constructor'), '404 unknown-body'],
  ['a key of __proto__', () => issue('{}', '__proto__'), '400 invalid-question'],
];

const HTTP_KINDS: readonly Kind[] = [
  ...each(
    [
      ['/v1/../v1/log', '404 not-found'],
      ['/v1/%2e%2e/health/live', '404 not-found'],
      ['/v1/events/..%2f..%2fetc%2fpasswd', '400 invalid-question'],
      ['/docs/..%2f..%2fpackage.json', '404 not-found'],
      ['/docs/%2e%2e%2fpackage.json', '404 not-found'],
      ['/v1/events%2f0', '404 not-found'],
      ['/v1/providers/ukprn%3A10000001', '200'],
      ['/v1/providers/ukprn:10000001%2fhistory', '400 invalid-question'],
      ['/v1/providers/%00', '400 invalid-question'],
      ['/v1/providers/%', '400 invalid-question'],
      ['/v1/providers/%zz', '400 invalid-question'],
      ['/v1/providers/%c0%af', '400 invalid-question'],
      ['/v1/providers/%ff', '400 invalid-question'],
      ['/v1/providers/__proto__', '400 invalid-question'],
      ['/v1/advisers/constructor', '400 invalid-question'],
      ['/v1/policies/constructor', '404 unknown-policy'],
      ['/v1/policies/__proto__', '400 invalid-question'],
      ['/problems/constructor', '404 not-found'],
      ['/problems/__proto__', '404 not-found'],
      ['/v1//log', '404 not-found'],
      ['/v1/log/', '404 not-found'],
      ['/v1/log;a=b', '404 not-found'],
      ['/v1/log%3F', '404 not-found'],
      ['/v1/log#head', '400 invalid-question'],
      ['/V1/LOG', '404 not-found'],
      ['\\v1\\log', '400 invalid-question'],
      ['/v1/providers/ukprn:１0000001', '400 invalid-question'],
    ],
    (target, answer) => [`the address ${target}`, () => get(target), answer],
  ),
  [
    'a key of fifteen thousand characters in the address',
    () => get(`/v1/providers/${'k'.repeat(15_000)}`),
    '400 invalid-question',
  ],
  [
    'an address of a hundred thousand characters',
    () => get(`/v1/providers/${'k'.repeat(100_000)}`),
    '400 invalid-question',
  ],
  ['an address with its host in it', () => get('http://register/v1/policies'), '200'],
  ['an address of another host', () => get('http://elsewhere.example/v1/policies'), '200'],
  ['an address that is a star', () => ({ method: 'OPTIONS', target: '*' }), '404 not-found'],
  ['CONNECT', () => ({ method: 'CONNECT', target: 'register:80' }), 'hung up'],
  ['TRACE', () => ({ method: 'TRACE', target: '/v1/log' }), '405 method-not-allowed'],
  ['PROPFIND', () => ({ method: 'PROPFIND', target: '/v1/log' }), '405 method-not-allowed'],
  ['a method in small letters', () => ({ method: 'get', target: '/v1/log' }), '400 invalid-question'],
  ['no method', () => ['/v1/log HTTP/1.1\r\nHost: a\r\n\r\n'], '400 invalid-question'],
  ['HTTP/0.9', () => ['GET /v1/log\r\n\r\n'], '200'],
  ['HTTP/1.0', () => ({ ...get('/v1/policies'), version: 'HTTP/1.0' }), '200'],
  ['HTTP/1.2', () => ({ ...get('/v1/policies'), version: 'HTTP/1.2' }), '400 invalid-question'],
  ['HTTP/2 by itself', () => ['PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'], '400 invalid-question'],
  ['TLS', () => [Buffer.from([0x16, 3, 1, 0, 0xa5, 1, 0, 0, 0xa1, 3, 3])], '400 invalid-question'],
  [
    'bytes of chance',
    () => [Buffer.from(Array.from({ length: 500 }, (_, i) => (i * 97) % 256))],
    '400 invalid-question',
  ],
  ['no host', () => ['GET /v1/policies HTTP/1.1\r\nConnection: close\r\n\r\n'], '400 invalid-question'],
  ['two hosts', () => get('/v1/policies', ['Host', 'a'], ['Host', 'b']), '400 invalid-question'],
  ['a host that is an address of a page', () => get('/v1/policies', ['Host', 'a/b?c@d']), '200'],
  ['a space before a colon', () => ['GET /v1/policies HTTP/1.1\r\nHost : a\r\n\r\n'], '400 invalid-question'],
  ['a header without a name', () => get('/v1/policies', ['', 'a']), '400 invalid-question'],
  [
    'a header over two lines',
    () => ['GET /v1/policies HTTP/1.1\r\nHost: a\r\nX-A: b\r\n c\r\nConnection: close\r\n\r\n'],
    '400 invalid-question',
  ],
  ['NUL in a header', () => get('/v1/policies', ['X-A', 'a\0b']), '400 invalid-question'],
  ['a bare line end in a header', () => get('/v1/policies', ['X-A', 'a\nX-B: c']), '400 invalid-question'],
  [
    'a header of twenty thousand characters',
    () => get('/v1/policies', ['X-A', 'a'.repeat(20_000)]),
    '400 invalid-question',
  ],
  [
    'five hundred headers',
    () => get('/v1/policies', ...Array.from({ length: 500 }, (_, i) => [`X-${i}`, 'a'] as const)),
    '200',
  ],
  ['__proto__ as a header', () => get('/v1/policies', ['__proto__', 'a'], ['constructor', 'b']), '200'],
  ['a line end in the address', () => ['GET /v1/policies\r\nX: a HTTP/1.1\r\nHost: a\r\n\r\n'], '200'],
  ['a space in the address', () => get('/v1/providers?q=a b'), '400 invalid-question'],
  ['bytes that are no ASCII in the address', () => get('/v1/providers?q=\xff\xfe'), '400 invalid-question'],
  [
    'a request id with another header in it',
    () => get('/v1/policies', ['X-Request-Id', 'a%0d%0aSet-Cookie: b']),
    '200',
  ],
  ['a tag that is none', () => get('/v1/policies', ['If-None-Match', '"(((((']), '200'],
  ['a range', () => get('/v1/log', ['Range', 'bytes=0-0,1-1,2-2']), '200'],
  ['another method in a header', () => get('/v1/policies', ['X-HTTP-Method-Override', 'DELETE']), '200'],
  [
    'an Accept of ten thousand types',
    () => get('/v1/policies', ['Accept', 'a/b,'.repeat(3_000)]),
    '406 not-acceptable',
  ],
  ['an Accept that is none', () => get('/v1/policies', ['Accept', ';;;q=,,,/']), '406 not-acceptable'],
  [
    'a weight that is none',
    () => get('/v1/policies', ['Accept', 'application/json;q=NaN']),
    '406 not-acceptable',
  ],
  [
    'an encoding that there is not',
    () => get('/v1/policies', ['Accept-Encoding', 'zip, __proto__;q=9']),
    '200',
  ],
  [
    'an upgrade to a socket',
    () =>
      get(
        '/v1/policies',
        ['Connection', 'Upgrade, close'],
        ['Upgrade', 'websocket'],
        ['Sec-WebSocket-Key', 'AAAA'],
      ),
    '200',
  ],
  [
    'an upgrade to HTTP/2',
    () =>
      get(
        '/v1/policies',
        ['Connection', 'Upgrade, HTTP2-Settings, close'],
        ['Upgrade', 'h2c'],
        ['HTTP2-Settings', ''],
      ),
    '200',
  ],
  [
    'no key',
    () => ({ method: 'POST', target: '/v1/events', headers: [['Content-Type', ONE]], body: registration() }),
    '401 no-key',
  ],
  [
    'two keys',
    () => ({
      ...json(registration()),
      headers: [['Authorization', 'Bearer nobody'], AUTHORIZED, ['Content-Type', ONE]],
    }),
    '401 bad-key',
  ],
  [
    'a key of ten thousand characters',
    () => ({
      ...json(registration()),
      headers: [
        ['Authorization', `Bearer ${'k'.repeat(10_000)}`],
        ['Content-Type', ONE],
      ],
    }),
    '401 bad-key',
  ],
  [
    'the key __proto__',
    () => ({
      ...json(registration()),
      headers: [
        ['Authorization', 'Bearer __proto__'],
        ['Content-Type', ONE],
      ],
    }),
    '401 bad-key',
  ],
  [
    'two types of a body',
    () => ({
      ...json(registration()),
      headers: [AUTHORIZED, ['Content-Type', ONE], ['Content-Type', NDJSON]],
    }),
    '201',
  ],
  [
    'a type of a body that is __proto__',
    () => send('__proto__', registration()),
    '415 unsupported-media-type',
  ],
  ['a type of a body with parameters that are none', () => send(`${ONE};;;=;charset`, registration()), '201'],
  ['an event that says it is UTF-16', () => send(`${ONE}; charset=utf-16`, registration()), '201'],
  [
    'a body that is a bomb',
    () => send(ONE, gzipSync(Buffer.alloc(10_000_000)), '/v1/events', ['Content-Encoding', 'gzip']),
    '415 unsupported-media-type',
  ],
  [
    'lines that are a bomb',
    () => send(NDJSON, gzipSync(Buffer.alloc(10_000_000)), '/v1/events', ['Content-Encoding', 'gzip, gzip']),
    '415 unsupported-media-type',
  ],
  [
    'a body in a coding that there is not',
    () => json(registration(), undefined, ['Content-Encoding', '__proto__']),
    '415 unsupported-media-type',
  ],
  [
    'a body that is in no coding, and says so',
    () => json(registration(), undefined, ['Content-Encoding', 'identity']),
    '201',
  ],
  [
    'two lengths',
    () => json(registration(), undefined, ['Content-Length', '5'], ['Content-Length', '6']),
    '400 invalid-question',
  ],
  [
    'two lengths in one',
    () => json(registration(), undefined, ['Content-Length', '5, 5']),
    '400 invalid-question',
  ],
  [
    'a length below nothing',
    () => json(registration(), undefined, ['Content-Length', '-1']),
    '400 invalid-question',
  ],
  [
    'a length in hexadecimal',
    () => json(registration(), undefined, ['Content-Length', '0x10']),
    '400 invalid-question',
  ],
  [
    'a length beyond all numbers',
    () => json(registration(), undefined, ['Content-Length', '9'.repeat(30)]),
    '400 invalid-question',
  ],
  [
    'a length too small, the rest being taken for a request',
    () => json(registration(), undefined, ['Content-Length', '20']),
    '400 malformed',
  ],
  [
    'a length and chunks',
    () => json(registration(), undefined, ['Content-Length', '5'], ['Transfer-Encoding', 'chunked']),
    '400 invalid-question',
  ],
  [
    'chunks of no size',
    () => json('zz\r\n{}\r\n0\r\n\r\n', undefined, ['Transfer-Encoding', 'chunked']),
    '400 invalid-question',
  ],
  [
    'chunks beyond all numbers',
    () => json(`${'f'.repeat(20)}\r\n{}`, undefined, ['Transfer-Encoding', 'chunked']),
    '400 invalid-question',
  ],
  [
    'a coding of the transfer that there is not',
    () => json(registration(), undefined, ['Transfer-Encoding', 'xchunked']),
    '400 invalid-question',
  ],
  [
    'chunks that are not the last coding',
    () => json(registration(), undefined, ['Transfer-Encoding', 'chunked, gzip']),
    '400 invalid-question',
  ],
  [
    'chunks with extensions and trailers',
    () => {
      const event = registration();
      return json(
        Buffer.concat([
          Buffer.from(`${event.length.toString(16)};a=b\r\n`),
          event,
          Buffer.from('\r\n0\r\nX-Trailer: a\r\n\r\n'),
        ]),
        undefined,
        ['Transfer-Encoding', 'chunked'],
        ['Trailer', 'X-Trailer'],
      );
    },
    '201',
  ],
  ['an expectation to go on', () => json(registration(), undefined, ['Expect', '100-continue']), '201'],
  ['an expectation of something else', () => json(registration(), undefined, ['Expect', 'tea']), '201'],
  [
    'a body that a reading does not have',
    () => ({ ...get('/v1/policies'), headers: [['Content-Type', 'application/json']], body: '{}' }),
    '200',
  ],
  ['a body of a reading that has no type', () => ({ ...get('/v1/policies'), body: 'nonsense' }), '200'],
  [
    'a deletion with a body',
    () => ({ ...send('text/plain', 'x', '/v1/bodies/registrar/keys/nothing'), method: 'DELETE' }),
    '415 unsupported-media-type',
  ],
  [
    'a body that comes byte by byte',
    () => [...bytesOf(json(registration()))].map((byte) => Buffer.of(byte)),
    '201',
  ],
  [
    'a body that comes slowly',
    () => {
      const bytes = bytesOf(json(registration()));
      return [bytes.subarray(0, 250), 40, bytes.subarray(250, 300), 40, bytes.subarray(300)];
    },
    '201',
  ],
];

/** Sends it, and resolves to the last answer; the heads before it were those of the same connection. */
async function answerTo(wire: Wire | readonly (Buffer | string | number)[]): Promise<Reply | undefined> {
  return (await say(register.url, 'length' in wire ? wire : [bytesOf(wire)])).at(-1);
}

/** What was answered in the words of the lists above, refusals held against the contract. */
function wordsOf(reply: Reply | undefined): string {
  if (reply === undefined) return 'hung up';
  const { status, headers, text } = reply;
  if (status >= 400 && headers.get('content-type')?.startsWith('text/html') !== true) {
    expect(headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    const { code } = reply.json as { readonly code: string };
    expectProblem(reply.json, { status, code });
    return `${status} ${code}`;
  }
  const [, count] = /"refused":(\d+)/.exec(text) ?? [];
  return count === undefined || count === '0' ? String(status) : `${status}, ${count} refused`;
}

interface Document {
  readonly paths: Readonly<
    Record<string, Readonly<Record<string, { readonly requestBody?: { readonly content: object } }>>>
  >;
}

/** Every operation of the document: what is asked for in its path is there, or looks as if it were. */
async function operations(): Promise<
  readonly { readonly method: string; readonly path: string; readonly types: readonly string[] }[]
> {
  const { paths } = (await register.ask('/openapi.json')).json as Document;
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { requestBody }]) => ({
      method: method.toUpperCase(),
      path: path
        .replace(/(advisers\/)\{key\}/, `$1${ADVISER}`)
        .replace(/(providers\/)\{key\}/, `$1${PROVIDER}`)
        .replace('{position}', '0')
        .replace('{slug}', 'registrar')
        .replace(/\{\w+\}/g, 'mutated'),
      types: Object.keys(requestBody?.content ?? {}),
    })),
  );
}

/** One thing wrong with a request to any operation. */
type Mutation = (operation: {
  readonly method: string;
  readonly path: string;
  readonly type: string;
}) => Wire;

const asked: Mutation = ({ method, path, type }) => ({
  method,
  target: path,
  headers: type === '' ? [AUTHORIZED] : [AUTHORIZED, ['Content-Type', type]],
  ...(type === '' ? {} : { body: '{}' }),
});

const EVERYWHERE: readonly (readonly [string, Mutation])[] = [
  ...[
    'unheard=of',
    '__proto__=1',
    '__proto__[a]=1',
    'constructor=1',
    'limit=1&limit=2',
    'knownAt=-1',
    'atLeast=1e9',
    'after=%00',
    'key=%ff',
    'type=%zz',
    '=',
    `x=${'x'.repeat(5_000)}`,
    'a[b][c]=d',
    'dryRun=maybe',
    'limit=',
  ].map((query): readonly [string, Mutation] => [
    `asked with ?${query.slice(0, 40)}`,
    (operation) => ({ ...asked(operation), target: `${operation.path}?${query}` }),
  ]),
  ...[
    '',
    '{',
    '[',
    'null',
    '[null]',
    '0',
    '"',
    '\0',
    '\uFEFF',
    '{"__proto__":{"a":1}}',
    '{"constructor":1,"key":{},"name":[],"source":1}',
    nested(50_000, '[', ']'),
    '"'.repeat(999),
    ',;\t\n',
  ].map((body): readonly [string, Mutation] => [
    `with the body ${JSON.stringify(body.slice(0, 45))}`,
    (operation) => ({ ...asked(operation), body }),
  ]),
  [
    'with a body that is not UTF-8',
    (operation) => ({ ...asked(operation), body: Buffer.from([0x22, 0xff, 0xfe, 0xc0, 0xaf, 0x22]) }),
  ],
  [
    'with a body of a type that there is not',
    (operation) => ({ ...asked({ ...operation, type: '__proto__/constructor' }) }),
  ],
  [
    'without a key',
    (operation) => ({
      ...asked(operation),
      headers: operation.type === '' ? [] : [['Content-Type', operation.type]],
    }),
  ],
  ['by a method that it has not', (operation) => ({ ...asked(operation), method: 'PATCH' })],
  ['by TRACE', (operation) => ({ method: 'TRACE', target: operation.path })],
  ['with a slash after it', (operation) => ({ ...asked(operation), target: `${operation.path}/` })],
  ['with dots after it', (operation) => ({ ...asked(operation), target: `${operation.path}/..%2f..` })],
  ['with NUL after it', (operation) => ({ ...asked(operation), target: `${operation.path}%00` })],
  ['with a broken percent after it', (operation) => ({ ...asked(operation), target: `${operation.path}%` })],
  [
    'with ten thousand letters after it',
    (operation) => ({ ...asked(operation), target: operation.path + 'x'.repeat(10_000) }),
  ],
  [
    'for who accepts nothing',
    (operation) => ({
      ...asked(operation),
      headers: [...(asked(operation).headers ?? []), ['Accept', 'x/y']],
    }),
  ],
];

test.each(EVERYWHERE)('every operation %s is answered, and by no 5xx', async (_, mutation) => {
  for (const { types, ...operation } of await operations()) {
    for (const type of types.length > 0 ? types : ['']) {
      const before = await headOf(register);
      const reply = await answerTo(mutation({ ...operation, type }));
      const about = `${operation.method} ${operation.path} ${type}: ${reply?.text.slice(0, 300) ?? ''}`;
      const words = wordsOf(reply);
      expect({ about, words }).toEqual({ about, words: expect.stringMatching(/^[234]/) as string });
      if (words.startsWith('4')) expect(await headOf(register)).toBe(before);
    }
  }
});

describe.each([
  ['events as JSON', JSON_KINDS],
  ['fields', WRONG_TYPES],
  ['events of every kind', EVENT_KINDS],
  ['many events', MANY_KINDS],
  ['tables', TABLE_KINDS],
  ['questions', QUESTION_KINDS],
  ['persons and keys', OTHER_KINDS],
  ['HTTP itself', HTTP_KINDS],
])('%s', (_, kinds) => {
  test.each(kinds)('%s', async (kind, wire, answer) => {
    const before = await headOf(register);
    const words = wordsOf(await answerTo(wire()));
    expect({ kind, words }).toEqual({ kind, words: answer });
    if (words.startsWith('4') || words === 'hung up') expect(await headOf(register)).toBe(before);
  });
});
