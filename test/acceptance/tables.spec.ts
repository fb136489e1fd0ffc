/// <reference types="jest" />
import { request as send } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { parse } from 'csv-parse/sync';
import { REGISTRAR_KEY, RegisterProcess, type Reply } from './process';
import { accepted, endSound, expectProblem, expectRefusal, headOf, openDay } from './refusal';

/** Tables of events and of questions, as spreadsheets save them: `POST /v1/events/csv` and `POST /v1/eligibility`. */
let register: RegisterProcess;
beforeAll(async () => {
  register = await RegisterProcess.start();
  await openDay(register, '2026-09-01');
});
afterAll(() => endSound(register));

interface Sent {
  readonly query?: Readonly<Record<string, string | readonly string[]>>;
  readonly type?: string;
  readonly accept?: string;
  readonly key?: string;
}

const SOURCE = 'https://example.org/table';

function addressed(path: string, query: NonNullable<Sent['query']>): string {
  const pairs = Object.entries(query).flatMap(([name, values]) =>
    [values].flat().map((value) => [name, value]),
  );
  return `${path}?${new URLSearchParams(pairs).toString()}`;
}

function post(path: string, table: string | Buffer, sent: Sent = {}): Promise<Reply> {
  const { query = {}, type = 'text/csv', accept, key = REGISTRAR_KEY } = sent;
  return register.ask(addressed(path, query), {
    method: 'POST',
    headers: {
      'content-type': type,
      ...(key === '' ? {} : { authorization: `Bearer ${key}` }),
      ...(accept === undefined ? {} : { accept }),
    },
    body: typeof table === 'string' ? table : new Uint8Array(table),
  });
}

const postRegistrations = (table: string | Buffer, { query, ...sent }: Sent = {}) =>
  post('/v1/events/csv', table, { query: { type: 'ProviderRegistered', source: SOURCE, ...query }, ...sent });

/** A table of registrations, of providers that no other test has. */
let next = 20_000_000;
function registrations(count: number): { readonly keys: readonly string[]; readonly table: string } {
  const keys = Array.from({ length: count }, () => `ukprn:1${String(next++ % 10_000_000).padStart(7, '0')}`);
  const rows = keys.map((key, i) => `r-${key.slice(6)},${key},Example ${i},company`);
  return { keys, table: ['id,subject,name,legalForm', ...rows, ''].join('\n') };
}

const answerOf = ({ status, json, text }: Reply) => {
  expect({ status, text }).toMatchObject({ status: 200 });
  return json as {
    readonly accepted: number;
    readonly duplicates: number;
    readonly refused: number;
    readonly rejected: readonly { readonly line: number; readonly problem: { readonly detail: string } }[];
    readonly lastPosition: string | null;
  };
};

const isThere = async (key: string) => (await register.ask(`/v1/providers/${key}`)).status === 200;

describe('A table of events', () => {
  test('is taken row by row, and posted again does nothing', async () => {
    const { keys, table } = registrations(3);
    const head = await headOf(register);
    expect(answerOf(await postRegistrations(table))).toEqual({
      accepted: 3,
      duplicates: 0,
      rejected: [],
      refused: 0,
      warned: 0,
      warnings: [],
      lastPosition: String(head + 3),
      unknownColumns: [],
      missingColumns: [],
    });
    expect(answerOf(await postRegistrations(table))).toMatchObject({ accepted: 0, duplicates: 3 });
    expect(await headOf(register)).toBe(head + 3);
    const stored = JSON.parse((await register.log(head))[0] ?? '') as object;
    expect(stored).toMatchObject({
      type: 'ProviderRegistered',
      subject: keys[0],
      body: 'body:registrar',
      source: SOURCE,
      data: { name: 'Example 0', legalForm: 'company' },
    });
  });

  test('tells of a wrong row the line, the column, what stands there and how to correct it, and takes the others', async () => {
    const [a, b] = registrations(2).keys;
    const table = `id,subject,name,legalForm\n1,${a},Example,company\n2,${b},Example,firm\n3,ukprn:123,"Exam\nple",other\n`;
    const answer = answerOf(await postRegistrations(table, { query: { source: '/wrong-rows' } }));
    expect(answer).toMatchObject({ accepted: 1, refused: 2 });
    expect(answer.rejected.map(({ line }) => line)).toEqual([3, 4]);
    expect(answer.rejected[0]?.problem).toMatchObject({
      code: 'invalid-event',
      status: 400,
      detail: 'Correct legalForm on line 3, and post the table again',
      errors: [{ pointer: '/data/legalForm', column: 'legalForm', value: 'firm' }],
    });
    expect(answer.rejected[1]?.problem).toMatchObject({
      errors: [
        { pointer: '/subject', column: 'subject', value: 'ukprn:123' },
        { pointer: '/data/name', column: 'name', value: 'Exam\nple' },
      ],
    });
    const corrected = table.replace('firm', 'charity');
    expect(answerOf(await postRegistrations(corrected, { query: { source: '/wrong-rows' } }))).toMatchObject({
      accepted: 1,
      duplicates: 1,
      refused: 1,
    });
  });

  test('has what the rules say of a row beside its line', async () => {
    const { table } = registrations(1);
    expect(answerOf(await postRegistrations(table))).toMatchObject({ accepted: 1 });
    const again = answerOf(await postRegistrations(table, { query: { source: '/another' } }));
    expect(again.rejected).toHaveLength(1);
    expect(again.rejected[0]).toMatchObject({
      line: 2,
      problem: { code: 'already-registered', errors: [{ pointer: '/subject', column: 'subject' }] },
    });
  });

  test('may have other columns, which are mapped or named in the answer', async () => {
    const [key = ''] = registrations(1).keys;
    const table = `Remarks;UKPRN;Organisation;\r\nnone;${key.slice(6)};Example Careers;\r\n`;
    const map = ['id={UKPRN}', 'subject=ukprn:{UKPRN}', 'name={Organisation}', 'legalForm=charity'];
    expect(answerOf(await postRegistrations(table, { query: { map, source: '/mapped' } }))).toMatchObject({
      accepted: 1,
      unknownColumns: ['Remarks'],
      missingColumns: [],
    });
    expect((await register.ask(`/v1/providers/${key}`)).json).toMatchObject({ legalForm: 'charity' });
  });

  test('is refused where a column may be meant that is not read, and says how to go on', async () => {
    const [key = ''] = registrations(1).keys;
    const table = `id,subject,standard,reference,from,Until,kind\nu1,${key},matrix,UN-1,2026-09-01,2027-08-31,initial\n`;
    const awards = (query: Record<string, string | readonly string[]> = {}, sent: Sent = {}) =>
      postRegistrations(table, {
        query: { type: 'AccreditationAwarded', source: '/awards', ...query },
        ...sent,
      });
    const head = await headOf(register);
    for (const accept of ['application/json', 'application/x-ndjson'])
      for (const query of [{}, { dryRun: 'true' }, { atomic: 'true' }, { map: 'kind=initial' }]) {
        const reply = await awards(query, { accept });
        expectRefusal(reply, { status: 400, code: 'malformed', pointers: ['/Until'] });
        for (const said of ['Until resembles until', 'map=until={Until}', 'ignore=Until'])
          expect((reply.json as { detail: string }).detail).toContain(said);
      }
    for (const query of [{ ignore: 'until' }, { map: ['kind=initial', 'kind=review'] }])
      expect((await awards(query)).status).toBe(400);
    expectRefusal(await awards({ Until: '2027-08-31' }), { status: 400, code: 'invalid-question' });
    expect(await headOf(register)).toBe(head);
    await postRegistrations(`id,subject,name,legalForm\n${key.slice(6)},${key},Example,company\n`);
    expect(answerOf(await awards({ map: 'until={Until}', dryRun: 'true' }))).toMatchObject({ accepted: 1 });
    expect(answerOf(await awards({ ignore: 'Until', dryRun: 'true' }))).toMatchObject({
      accepted: 1,
      unknownColumns: ['Until'],
    });
    const lines = await awards({ ignore: '*', dryRun: 'true' }, { accept: 'application/x-ndjson' });
    expect(JSON.parse(lines.text)).toMatchObject({ line: 2, unknownColumns: ['Until'] });
    expect(lines.headers.get('register-unknown-columns')).toBe('Until');
    const stored = await awards({ map: 'until={Until}' });
    expect(answerOf(stored)).toMatchObject({ accepted: 1, unknownColumns: [] });
    expect((await register.log((await headOf(register)) - 1))[0]).toContain('"until":"2027-08-31"');
  });

  test('is read day first, and not at all from a row on whose day can only have the month first', async () => {
    const { keys } = registrations(4);
    const [a, b, c, d] = keys;
    expect(
      answerOf(
        await postRegistrations(
          `id,subject,name,legalForm\n${keys.map((key) => `${key},${key},Example,company`).join('\n')}\n`,
        ),
      ),
    ).toMatchObject({ accepted: 4 });
    const table = [
      'id,subject,on,reason',
      `${a},${a},3 Apr 2026,merger`,
      `${b},${b},31/04/2026,merger`,
      `${c},${c},08/31/2026,merger`,
      `${d},${d},03/04/2026,merger`,
      '',
    ].join('\n');
    const closings = async (query: Record<string, string>) =>
      answerOf(
        await postRegistrations(table, { query: { type: 'ProviderClosed', source: '/closings', ...query } }),
      );
    const head = await headOf(register);
    expect(await closings({ atomic: 'true' })).toMatchObject({ accepted: 0, refused: 3, lastPosition: null });
    expect(await headOf(register)).toBe(head);
    const rehearsed = await closings({ dryRun: 'true' });
    const posted = await closings({});
    for (const answer of [rehearsed, posted]) {
      expect(answer).toMatchObject({ accepted: 1, refused: 3 });
      expect(answer.rejected).toMatchObject([
        { line: 3, problem: { code: 'invalid-event', errors: [{ column: 'on', value: '31/04/2026' }] } },
        {
          line: 4,
          problem: { code: 'invalid-event', errors: [{ pointer: '/data/on', value: '08/31/2026' }] },
        },
        { line: 5, problem: { code: 'malformed' } },
      ]);
      expect(answer.rejected[2]?.problem.detail).toContain('line 4');
    }
    expect(await headOf(register)).toBe(head + 1);
    expect(await closings({ dates: 'iso' })).toMatchObject({ accepted: 0, duplicates: 0, refused: 4 });
    expectRefusal(await postRegistrations(table, { query: { type: 'ProviderClosed', dates: 'mdy' } }), {
      status: 400,
      code: 'invalid-question',
      pointers: ['/dates'],
    });
  });

  test('says of a row that was posted before and retracted that it counts for nothing', async () => {
    const { keys, table } = registrations(2);
    const position = answerOf(await postRegistrations(table)).lastPosition;
    await accepted(register, {
      type: 'EventRetracted',
      subject: keys[1] ?? '',
      data: { event: position, reason: 'posted-in-error' },
    });
    for (const query of [{}, { dryRun: 'true' }, { atomic: 'true' }])
      expect(answerOf(await postRegistrations(table, { query }))).toMatchObject({
        accepted: 0,
        duplicates: 2,
        warned: 1,
        warnings: [{ line: 3, warnings: [{ code: 'retracted' }] }],
      });
  });

  test('is answered line by line where that is asked for', async () => {
    const { table } = registrations(1);
    const reply = await postRegistrations(`${table}\nx,ukprn:1,Example,company\n`, {
      accept: 'application/x-ndjson',
    });
    expect(reply.headers.get('content-type')).toBe('application/x-ndjson');
    const lines = reply.text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as object);
    expect(lines).toMatchObject([
      { line: 2, position: expect.any(String) as string },
      { line: 4, code: 'invalid-event' },
    ]);
  });

  test('is judged without being written in a dry run, and all or none where it is atomic', async () => {
    const { keys, table } = registrations(2);
    const head = await headOf(register);
    expect(answerOf(await postRegistrations(table, { query: { dryRun: 'true' } }))).toMatchObject({
      accepted: 2,
      lastPosition: null,
    });
    const broken = `${table}x,ukprn:1,Example,company\n`;
    expect(answerOf(await postRegistrations(broken, { query: { atomic: 'true' } }))).toMatchObject({
      accepted: 0,
      duplicates: 0,
      refused: 1,
      lastPosition: null,
    });
    expect(await headOf(register)).toBe(head);
    expect(answerOf(await postRegistrations(table, { query: { atomic: 'true' } }))).toMatchObject({
      accepted: 2,
    });
    expect(await Promise.all(keys.map(isThere))).toEqual([true, true]);
  });

  test.each([
    ['UTF-8 with a mark', (text: string) => Buffer.from(`\uFEFF${text}`), 'text/csv'],
    ['UTF-16', (text: string) => Buffer.from(`\uFEFF${text}`, 'utf16le'), 'text/csv'],
    ['old Windows', (text: string) => Buffer.from(text, 'latin1'), 'text/csv; charset=windows-1252'],
    [
      'tabs and Mac line ends',
      (text: string) => Buffer.from(text.replaceAll(',', '\t').replaceAll('\n', '\r')),
      'text/csv',
    ],
  ])('is read as it was saved: %s', async (_, saved, type) => {
    const { keys, table } = registrations(1);
    expect(
      answerOf(await postRegistrations(saved(table.replace('Example 0', 'Café Careers')), { type })),
    ).toMatchObject({
      accepted: 1,
    });
    expect((await register.ask(`/v1/providers/${keys[0] ?? ''}`)).json).toMatchObject({
      provider: { name: 'Café Careers' },
    });
  });

  test('broken off in the middle of a row leaves what was answered before it, and posted again does the rest', async () => {
    const { keys, table } = registrations(1_500);
    const bytes = Buffer.from(table);
    const begun = send(
      register.url + addressed('/v1/events/csv', { type: 'ProviderRegistered', source: SOURCE }),
      {
        method: 'POST',
        headers: { 'content-type': 'text/csv', authorization: `Bearer ${REGISTRAR_KEY}` },
      },
    );
    begun.on('error', () => undefined);
    const head = await headOf(register);
    begun.write(bytes.subarray(0, bytes.length - 15));
    while ((await headOf(register)) < head + 500) await wait(20);
    const ended = new Promise((resolve) => begun.on('close', resolve));
    begun.destroy();
    await ended;
    const stood = (await headOf(register)) - head;
    expect(stood).toBeLessThan(1_500);
    const answer = answerOf(await postRegistrations(table));
    expect(answer.accepted + answer.duplicates).toBe(1_500);
    expect(await headOf(register)).toBe(head + 1_500);
    expect(await isThere(keys.at(-1) ?? '')).toBe(true);
  });

  test('that is no table to its end is taken up to where it breaks', async () => {
    const [a, b] = registrations(2).keys;
    const table = `id,subject,name,legalForm\nq1,${a},Example,company\nq2,${b},Exa"mple,company\nq3,x,y,z\n`;
    const answer = answerOf(await postRegistrations(table));
    expect(answer).toMatchObject({ accepted: 1, refused: 1 });
    expect(answer.rejected).toMatchObject([{ line: 3 }]);
    expectProblem(answer.rejected[0]?.problem, { status: 400, code: 'malformed' });
  });

  test.each([
    ['without a type', { type: '', source: '/x' }, '/type'],
    ['of a type that no one knows', { type: 'ProviderRegisterd', source: '/x' }, '/type'],
    ['of a type that does not fit into cells', { type: 'EventCorrected', source: '/x' }, '/type'],
    ['without a source', { type: 'ProviderRegistered', source: '' }, '/source'],
  ])('%s is refused', async (_, query, pointer) => {
    const given = Object.fromEntries(Object.entries(query).filter(([, value]) => value !== ''));
    const reply = await post('/v1/events/csv', registrations(1).table, { query: given });
    expectRefusal(reply, { status: 400, code: 'invalid-event', pointers: [pointer] });
  });

  test('without a header is no table, and one of which no column is known is refused before its rows', async () => {
    expectRefusal(await postRegistrations('\n\n'), { status: 400, code: 'malformed' });
    expectRefusal(await postRegistrations('a,b\n1,2\n'), {
      status: 400,
      code: 'malformed',
      pointers: ['/a', '/b'],
    });
    expectRefusal(await postRegistrations('a,b\n1,2\n', { query: { ignore: '*' } }), {
      status: 400,
      code: 'invalid-event',
    });
    expectRefusal(await postRegistrations('id\n1\n', { query: { map: ['name={Title}'] } }), {
      status: 400,
      code: 'invalid-event',
      pointers: ['/map'],
    });
    expectRefusal(await postRegistrations('id\n1\n', { query: { map: ['name'] } }), {
      status: 400,
      code: 'invalid-question',
      pointers: ['/map'],
    });
  });

  test('needs a key, and to be a table', async () => {
    const { table } = registrations(1);
    expectRefusal(await postRegistrations(table, { key: '' }), { status: 401, code: 'no-key' });
    expectRefusal(await postRegistrations(table, { type: 'application/json' }), {
      status: 415,
      code: 'unsupported-media-type',
    });
  });

  test('has a template for each type', async () => {
    const reply = await register.ask('/v1/events/csv/template?type=AccreditationAwarded');
    expect(reply.text).toBe('id,subject,standard,reference,from,until,kind,scope,conditions\r\n');
    expect(reply.headers.get('content-type')).toBe('text/csv; charset=utf-8; header=present');
    expect(reply.headers.get('content-disposition')).toBe('attachment; filename="AccreditationAwarded.csv"');
    expectRefusal(await register.ask('/v1/events/csv/template'), { status: 400, code: 'invalid-event' });
    expectRefusal(await register.ask('/v1/events/csv/template?type=BodyRecognised'), {
      status: 400,
      code: 'invalid-event',
    });
  });
});

describe('A table of questions', () => {
  const ask = (table: string | Buffer, sent: Sent = {}) =>
    post('/v1/eligibility', table, { key: '', ...sent });
  let key = '';
  beforeAll(async () => {
    [key = ''] = registrations(1).keys;
    answerOf(await postRegistrations(`id,subject,name,legalForm\nq-1,${key},"Example, Asked",company\n`));
  });

  test('comes back with the answers beside its rows, in its own order and form', async () => {
    const table = `\uFEFFOffice;UKPRN;From;Until\nNorth;${key.slice(6)};01/09/2026;31/08/2027\nSouth;19999999;;\n"Ea""st";${key.slice(6)};31/09/2026;31/08/2027\n`;
    const map = ['provider=ukprn:{UKPRN}', 'setting=school-commissioned', 'from={From}', 'until={Until}'];
    const reply = await ask(table, { query: { map } });
    expect(reply.status).toBe(200);
    expect(reply.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    const position = await headOf(register);
    const [header, north, south, east] = reply.text.split('\r\n');
    expect(header).toBe(
      'Office;UKPRN;From;Until;outcome;eligibleUntil;gapFrom;gapUntil;requirement;reason;gaps;registeredName;knownAtPosition;problem',
    );
    expect(north).toBe(
      `North;${key.slice(6)};01/09/2026;31/08/2027;not-eligible;;2026-09-01;2027-08-31;adviser-qualified;no-adviser-engaged;"2026-09-01/2027-08-31 adviser-qualified no-adviser-engaged; 2026-09-01/2027-08-31 matrix-accredited accreditation-never-awarded";Example, Asked;${position};`,
    );
    expect(south).toMatch(/^South;19999999;;;;;;;;;;;;unknown-provider: ukprn:19999999 is not registered/);
    expect(east).toMatch(
      /^"Ea""st";\d+;31\/09\/2026;31\/08\/2027;;;;;;;;;;invalid-question: From \(31\/09\/2026\): A day/,
    );
  });

  test('is answered briefly, as lines or as JSON where that is asked for', async () => {
    const table = `provider,setting,on\n${key},private,2026-09-01\nnobody,private,\n1,2\n`;
    const brief = await ask(table, { query: { brief: 'true' } });
    expect(brief.text.split('\r\n').slice(0, 2)).toEqual([
      'provider,setting,on,outcome,eligibleUntil,problem',
      `${key},private,2026-09-01,eligible,9999-12-31,`,
    ]);
    const lines = await ask(table, { query: { brief: 'true' }, accept: 'application/x-ndjson' });
    expect(
      lines.text
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown),
    ).toMatchObject([
      { outcome: 'eligible', eligibleUntil: '9999-12-31' },
      { code: 'invalid-question' },
      { code: 'malformed' },
    ]);
    expect((await ask(table, { accept: 'application/json' })).json).toHaveLength(3);
  });

  test('has no formula in it that another party wrote', async () => {
    const [trap = ''] = registrations(1).keys;
    answerOf(await postRegistrations(`id,subject,name,legalForm\ntrap,${trap},=1+1,company\n`));
    const reply = await ask(`provider,setting\n${trap},private\n`);
    expect(reply.text).toContain(",'=1+1,");
  });

  test('that was answered before is answered anew, and never grows', async () => {
    for (const brief of ['true', 'false']) {
      const first = await ask(`outcome,provider,setting,reason\nboard,${key},private,new site\n`, {
        query: { brief },
      });
      expect(first.text).toMatch(/^outcome \(yours\),provider,setting,reason/);
      expect(first.text).toMatch(/\r\nboard,[^,]*,private,new site,eligible,9999-12-31,/);
      const again = await ask(first.text, { query: { brief } });
      expect(again.text).toBe(first.text);
    }
  });

  test('is refused where a column resembles what can be asked, lest another question is answered', async () => {
    const table = `provider,setting,On,contact\n${key},private,2026-09-01,office\n`;
    expectRefusal(await ask(table), { status: 400, code: 'malformed', pointers: ['/On'] });
    expectRefusal(await ask(`provider,setting,adviser\n${key},private,\n`), {
      status: 400,
      code: 'malformed',
      pointers: ['/adviser'],
    });
    const mapped = await ask(table, { query: { map: 'on={On}', brief: 'true' } });
    expect(mapped.headers.get('register-unknown-columns')).toBe('contact');
    expect(mapped.text).toBe(
      `provider,setting,On,contact,outcome,eligibleUntil,problem\r\n${key},private,2026-09-01,office,eligible,9999-12-31,\r\n`,
    );
    expect((await ask(table, { query: { ignore: 'On', brief: 'true' } })).text).toContain(
      ',office,eligible,',
    );
  });

  test('has no answer where a row and what is said of all rows differ, and none from a month first on', async () => {
    const table = `provider,setting,from,until\n${key},,09/01/2026,07/02/2027\n${key},publicly-funded,,\n${key},,09/01/2026,07/20/2027\n${key},,2026-01-09,2027-02-07\n`;
    const reply = await ask(table, { query: { map: 'setting=private' }, accept: 'application/json' });
    expect(reply.json).toMatchObject([
      { from: '2026-01-09', until: '2027-02-07', outcome: 'eligible' },
      {
        code: 'invalid-question',
        errors: [{ pointer: '/setting', column: 'setting', value: 'publicly-funded' }],
      },
      { code: 'invalid-question', errors: [{ pointer: '/until', column: 'until', value: '07/20/2027' }] },
      { code: 'malformed' },
    ]);
    const answered = (await ask(table, { query: { map: 'setting=private' } })).text.split('\r\n');
    expect(answered[2]).toContain(
      'setting (publicly-funded): The column of this name says publicly-funded, and map says private',
    );
    expect(answered[4]).toContain('malformed: Nothing of the table is read from line 4 on');
  });

  test('says where a parameter of the single question belongs', async () => {
    const reply = await ask(`provider\n${key}\n`, { query: { setting: 'private', on: '2026-09-01' } });
    expectRefusal(reply, { status: 400, code: 'invalid-question', pointers: ['/on', '/setting'] });
    for (const said of ['map=setting=', 'map=on=']) expect(reply.text).toContain(said);
  });

  test('needs to say whom it asks about', async () => {
    expectRefusal(await ask('UKPRN\n10000001\n'), { status: 400, code: 'invalid-question' });
    expectRefusal(await ask(''), { status: 400, code: 'malformed' });
    const ofTables = { map: 'provider={a}', ignore: 'a', dates: 'iso', policy: 'cmqa-2017' };
    for (const [name, said] of Object.entries(ofTables))
      expectRefusal(await ask('[]', { type: 'application/json', query: { [name]: said } }), {
        status: 400,
        code: 'invalid-question',
        pointers: [`/${name}`],
      });
  });

  describe('under several policies', () => {
    const SCHOOL = 'urn:100001';
    const PERSON = 'adviser:t4b1e5q8';
    beforeAll(async () => {
      const school = { name: 'North School', phase: 'secondary', area: 'area:E10000014' };
      await accepted(register, { type: 'SchoolRegistered', subject: SCHOOL, data: school });
      await accepted(register, { type: 'AdviserRegistered', subject: PERSON, data: {} });
      for (const provider of [SCHOOL, key])
        await accepted(register, {
          type: 'EngagementStarted',
          subject: PERSON,
          data: { provider, from: '2026-01-01', basis: 'employed' },
        });
    });

    const cellsOf = (text: string): Partial<Record<string, string>>[] => parse(text, { columns: true });
    const HEAD = 'provider,setting,on';
    const asked = (setting: string) => `${HEAD}\n${key},${setting},2026-09-01\n`;

    test('has each column once for each, as the answers to the question come', async () => {
      const policy = ['cmqa-2017', 'england-statute'];
      const brief = await ask(asked('school-commissioned'), { query: { policy, brief: 'true' } });
      expect(brief.text).toBe(
        [
          `${HEAD},outcome.england-statute,outcome.cmqa-2017,eligibleUntil.england-statute,eligibleUntil.cmqa-2017,problem.england-statute,problem.cmqa-2017`,
          `${key},school-commissioned,2026-09-01,eligible,not-eligible,9999-12-31,,,`,
          '',
        ].join('\r\n'),
      );
      const [row = {}] = cellsOf(
        (await ask(asked('school-commissioned'), { query: { policy: 'all' } })).text,
      );
      const answers = await register.ask(
        `/v1/providers/${key}/eligibility?setting=school-commissioned&on=2026-09-01&policy=all`,
      );
      const told = (answers.json as { answers: { policy: { id: string }; outcome: string }[] }).answers.map(
        ({ policy: { id }, outcome }) => [`outcome.${id}`, outcome],
      );
      expect(Object.entries(row).filter(([name]) => name.startsWith('outcome'))).toEqual(told);
      expect(told.map(([name]) => name)).toEqual([
        'outcome.england-statute',
        'outcome.england-funding',
        'outcome.england-guidance',
        'outcome.cmqa-2017',
      ]);
      expect(row).toMatchObject({
        'outcome.england-funding': 'silent',
        'reason.england-funding': 'no-policy-in-force',
        'reason.england-guidance': 'no-qualified-adviser',
      });
    });

    test('and each is what it is under that policy alone', async () => {
      const [several = {}] = cellsOf(
        (await ask(asked('school-commissioned'), { query: { policy: 'all' } })).text,
      );
      for (const policy of ['england-statute', 'england-guidance', 'cmqa-2017']) {
        const [alone = {}] = cellsOf((await ask(asked('school-commissioned'), { query: { policy } })).text);
        for (const [name, cell] of Object.entries(alone))
          if (!HEAD.includes(name)) expect([name, several[`${name}.${policy}`]]).toEqual([name, cell]);
      }
    });

    test('is answered as lines and as JSON too, with an answer for each', async () => {
      const query = { policy: 'all', brief: 'true' };
      const lines = await ask(asked('private'), { query, accept: 'application/x-ndjson' });
      expect(JSON.parse(lines.text)).toMatchObject({
        answers: [
          { policy: { id: 'england-statute' }, outcome: 'silent', eligibleUntil: null },
          { policy: { id: 'england-funding' }, outcome: 'silent' },
          { policy: { id: 'england-guidance' }, outcome: 'silent' },
          { policy: { id: 'cmqa-2017' }, outcome: 'eligible' },
        ],
      });
      const list = await ask(asked('private'), { query: { policy: 'all' }, accept: 'application/json' });
      const alone = await register.ask(
        `/v1/providers/${key}/eligibility?setting=private&on=2026-09-01&policy=all`,
      );
      expect(list.json).toEqual([alone.json]);
    });

    test('leaves the columns of a policy empty at a moment at which no edition of it stood', async () => {
      const before = await headOf(register);
      const document = {
        title: 'A later one',
        strength: 'proposal',
        purposes: {},
        settings: { private: [] },
      };
      const edition = await accepted(register, {
        type: 'PolicyEditionPublished',
        subject: 'policy:a-later-one',
        data: { edition: 1, effectiveFrom: '2026-01-01', policy: document },
      });
      const table = `${HEAD},knownAt\n${['', before]
        .map((knownAt) => `${key},private,2026-09-01,${knownAt}\n`)
        .join('')}`;
      const query = { policy: ['a-later-one', 'cmqa-2017'] };
      const rows = cellsOf((await ask(table, { query })).text);
      expect(rows.map((row) => row['outcome.cmqa-2017'])).toEqual(['eligible', 'eligible']);
      const [now = [], then = []] = rows.map((row) =>
        Object.entries(row).flatMap(([name, cell]) => (name.endsWith('.a-later-one') ? [cell] : [])),
      );
      expect(now).toContain('eligible');
      expect(new Set(then)).toEqual(new Set(['']));
      const lines = await ask(table, { query, accept: 'application/json' });
      expect((lines.json as { answers: unknown[] }[]).map(({ answers }) => answers.length)).toEqual([2, 1]);
      const alone = cellsOf((await ask(table, { query: { policy: 'a-later-one' } })).text);
      expect(alone.map((row) => row['outcome'])).toEqual(['eligible', '']);
      expect(alone[1]?.['problem']).toMatch(/^unknown-policy: /);
      const retraction = { event: edition, reason: 'test' };
      await accepted(register, {
        type: 'EventRetracted',
        subject: 'policy:a-later-one',
        data: retraction,
      });
    });

    test('has a problem under each where a question has no answer', async () => {
      const table = `${HEAD}\nukprn:19999999,private,2026-09-01\n${key},prison,2026-09-01\n`;
      const rows = cellsOf((await ask(table, { query: { policy: 'all' } })).text);
      for (const policy of ['england-statute', 'cmqa-2017']) {
        expect(rows[0]?.[`problem.${policy}`]).toMatch(/^unknown-provider: /);
        expect(rows[1]?.[`problem.${policy}`]).toMatch(/^invalid-question: setting \(prison\)/);
      }
    });

    test('that was answered before, under these or others or one, is answered anew, and never grows', async () => {
      let text = asked('private');
      const queries = [
        { policy: 'all' },
        { policy: ['cmqa-2017', 'england-statute'], brief: 'true' },
        { policy: 'cmqa-2017' },
        { policy: 'all' },
      ];
      const [first, ...others] = await Promise.all(queries.map((query) => ask(asked('private'), { query })));
      for (const [i, query] of queries.entries()) {
        ({ text } = await ask(text, { query }));
        expect(text).toBe([first, ...others][i]?.text);
      }
    });

    test('does not answer a row that says another policy, or more than one', async () => {
      const table = `${HEAD},policy\n${['', 'cmqa-2017', 'england-guidance', 'all', 'a;b']
        .map((policy) => `${key},school-in-house,2026-09-01,${policy}\n`)
        .join('')}`;
      const outcomes = async (query: Sent['query']) =>
        cellsOf((await ask(table, { query: { ...query, brief: 'true' } })).text).map(
          ({ outcome = '', problem = '' }) => outcome || problem.replace(/: .*/, ''),
        );
      const refused = 'invalid-question';
      expect(await outcomes({})).toEqual(['not-eligible', 'not-eligible', 'not-eligible', refused, refused]);
      expect(await outcomes({ policy: 'cmqa-2017' })).toEqual([
        'not-eligible',
        'not-eligible',
        refused,
        refused,
        refused,
      ]);
      const several = cellsOf((await ask(table, { query: { policy: 'all' } })).text);
      expect(several.map((row) => row['outcome.cmqa-2017'])).toEqual(['not-eligible', '', '', '', '']);
      expect(several[1]?.['problem.england-statute']).toContain('policy (cmqa-2017): The row says cmqa-2017');
      const left = await ask(table, { query: { policy: 'all', ignore: 'policy' } });
      expect(cellsOf(left.text).map((row) => row['outcome.cmqa-2017'])).toEqual(
        Array.from({ length: 5 }, () => 'not-eligible'),
      );
    });

    test('is refused where one that is named does not stand, or is no code', async () => {
      const query = { policy: ['cmqa-2017', 'nothing'] };
      expectRefusal(await ask(asked('private'), { query }), { status: 404, code: 'unknown-policy' });
      expectRefusal(await ask(asked('private'), { query: { policy: ['cmqa-2017', 'CMQA'] } }), {
        status: 400,
        code: 'invalid-question',
        pointers: ['/policy'],
      });
    });

    test('asks about the school of a row', async () => {
      const table = `${HEAD},advisers,school\n${key},school-commissioned,2026-09-01,${PERSON},${SCHOOL}\n${key},school-commissioned,2026-09-01,${PERSON},\n${key},school-commissioned,2026-09-01,${PERSON},100001\n`;
      const [hers, none, wrong] = cellsOf((await ask(table, { query: { policy: 'england-statute' } })).text);
      expect(hers).toMatchObject({ outcome: 'not-eligible', reason: 'adviser-not-independent' });
      expect(none).toMatchObject({ outcome: 'eligible' });
      expect(wrong?.['problem']).toContain('write urn:100001');
      expectRefusal(await ask(`provider,setting,School\n${key},private,${SCHOOL}\n`), {
        status: 400,
        code: 'malformed',
        pointers: ['/School'],
      });
    });
  });
});
