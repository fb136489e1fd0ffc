import { isRefusal, refuse } from '@app/domain/values/problem';
import type { WrittenAnswer } from '@app/read-model/answers/answer-cache';
import fc from 'fast-check';
import { questionSheet, surveyQuestions, type QuestionSheet, type QuestionSheetSaid } from './question-sheet';

const NO_ROWS = (async function* () {
  await Promise.resolve();
})();

const sheetOf = (columns: readonly string[], said: Partial<QuestionSheetSaid> = {}) =>
  questionSheet(
    { columns, delimiter: ',', marked: false, rows: NO_ROWS },
    { map: [], ignore: [], brief: false, ...said },
  );

function sound(...given: Parameters<typeof sheetOf>): QuestionSheet {
  const sheet = sheetOf(...given);
  if (isRefusal(sheet)) throw new Error(sheet.detail);
  return sheet;
}

const row = (...cells: string[]) => ({ line: 2, cells });

describe('The columns of a table of questions', () => {
  test.each([
    'Until',
    'FROM',
    'School',
    'Policy',
    'adviser',
    'Adviser',
    'known at',
    'Known_At',
    'o-n',
    'Set ting',
  ])(
    'that resemble a field refuse it until they are mapped or left out, lest another question is answered: %s',
    (column) => {
      const columns = ['provider', 'setting', column];
      expect(sheetOf(columns)).toMatchObject({
        code: 'malformed',
        detail: expect.stringContaining(column) as string,
        errors: [{ pointer: `/${column}` }],
      });
      expect(sheetOf(columns, { ignore: [column] })).toMatchObject({ unknownColumns: [column] });
      expect(sheetOf(columns, { ignore: ['*'] })).toMatchObject({ unknownColumns: [column] });
    },
  );

  test('that are mapped are read, and those that only look a little like a field are the asker’s own', () => {
    expect(sound(['provider', 'setting', 'Adviser'], { map: ['advisers={Adviser}'] }).unknownColumns).toEqual(
      [],
    );
    const own = ['Contact', 'form', 'settings', 'Provider name', 'untill', ''];
    expect(sound(['provider', 'setting', ...own]).unknownColumns).toEqual(own.filter((name) => name !== ''));
  });

  test.each([
    ['a field twice', ['provider', 'provider', 'setting'], {}],
    ['one that is mapped, twice', ['A', 'A', 'setting'], { map: ['provider={A}'] }],
    ['none that says whom it is about', ['setting'], {}],
    ['none that is left out', ['provider', 'setting'], { ignore: ['From'] }],
    ['none that is mapped', ['provider', 'setting'], { map: ['on={Day}'] }],
  ])('refuse it where there is %s', (_, columns, said) => {
    expect(sheetOf(columns, said)).toMatchObject({ code: 'invalid-question' });
  });

  test('are surveyed in values', () => {
    expect(surveyQuestions(['provider', 'Until', 'adviser', 'Note'], { map: [], ignore: [] })).toMatchObject({
      used: ['provider'],
      others: [
        { name: 'Until', resembles: { field: 'until', by: 'form' }, isDoubtful: true },
        { name: 'adviser', resembles: { field: 'advisers', by: 'singular' }, isDoubtful: true },
        { name: 'Note', isDoubtful: false },
      ],
    });
  });
});

describe('A row of a table of questions', () => {
  const COLUMNS = ['provider', 'setting', 'from', 'until', 'advisers'];

  test('is a question, its days in any form, its advisers a list, and an empty cell no field', () => {
    expect(
      sound(COLUMNS).questionIn(
        row('ukprn:10000001', 'private', '1 Sep 2026', '31/08/2027', 'adviser:a; adviser:b;'),
      ),
    ).toEqual({
      value: {
        provider: 'ukprn:10000001',
        setting: 'private',
        from: '2026-09-01',
        until: '2027-08-31',
        advisers: ['adviser:a', 'adviser:b'],
      },
    });
    expect(sound(COLUMNS).questionIn(row('ukprn:10000001', 'private', '', '', ''))).toEqual({
      value: { provider: 'ukprn:10000001', setting: 'private' },
    });
  });

  test('is not asked after one whose day can only have the month first', () => {
    const sheet = sound(COLUMNS);
    const asked = (from: string) =>
      sheet.questionIn(row('ukprn:10000001', 'private', from, '2027-08-31', ''));
    expect(asked('03/04/2026')).toMatchObject({ value: { from: '2026-04-03' } });
    expect(asked('08/31/2026')).toMatchObject({ value: { from: false } });
    expect(asked('03/04/2026')).toMatchObject({ code: 'malformed' });
    expect(asked('2026-04-03')).toMatchObject({ code: 'malformed' });
  });

  test('is not asked where it says one thing and what is said of the whole table another', () => {
    const sheet = sound(COLUMNS, { map: ['setting=private', 'from=2026-09-01'] });
    const asked = (setting: string, from: string) =>
      sheet.questionIn(row('ukprn:10000001', setting, from, '2027-08-31', ''));
    expect(asked('', '01/09/2026')).toMatchObject({ value: { setting: 'private', from: '2026-09-01' } });
    expect(asked('private', '')).toMatchObject({ value: { setting: 'private', from: '2026-09-01' } });
    expect(asked('publicly-funded', '02/09/2026')).toMatchObject({ value: { setting: false, from: false } });
  });

  describe('and what is said of the policy', () => {
    const asked = (policy: string, said: Partial<QuestionSheetSaid>) =>
      sound(['provider', 'setting', 'policy'], said).questionIn(row('ukprn:10000001', 'private', policy));

    test.each<[row: string, policy: QuestionSheetSaid['policy'], read: unknown]>([
      ['', undefined, undefined],
      ['a', undefined, 'a'],
      ['', 'a', undefined],
      ['a', 'a', 'a'],
      ['a', 'b', false],
      ['', ['a', 'b'], undefined],
      ['a', ['a', 'b'], false],
      ['a', 'all', false],
      ['all', undefined, false],
      ['all', 'all', false],
      ['a; b', undefined, false],
    ])('“%s”, where %j is said of all rows, is %j', (policy, said, read) => {
      expect(asked(policy, { policy: said })).toEqual({
        value: {
          provider: 'ukprn:10000001',
          setting: 'private',
          ...(read === undefined ? {} : { policy: read }),
        },
      });
    });

    test('is told where both differ, and where a row holds more than one', () => {
      const sheet = sound(['provider', 'setting', 'policy'], { policy: ['a', 'b'] });
      const told = (policy: string) => {
        const its = row('ukprn:10000001', 'private', policy);
        return sheet
          .besides(['a', 'b'])
          .line(its, sheet.explained(refuse('invalid-question', 'A code', '/policy'), its));
      };
      expect(told('c')).toContain('policy (c): The row says c, and policy says a, b of the whole table');
      expect(told('all')).toContain('policy (all): A row holds the id of one policy');
    });
  });

  test('has what is wrong of it in the words of its cells, and how to correct it', () => {
    const sheet = sound(['UKPRN', 'setting', 'on'], { map: ['provider={UKPRN}'] });
    const told = (provider: string, on = '') => {
      const its = row(provider, 'private', on);
      const wrong = refuse('invalid-question', 'A wrong key', '/provider');
      const errors = [
        ...(wrong.errors ?? []),
        { pointer: '/on', code: 'invalid-question', detail: 'A string' },
      ];
      return sheet.besides(undefined).line(its, sheet.explained({ ...wrong, errors }, its));
    };
    expect(told('10000001', '31/04/2026')).toMatch(
      /invalid-question: UKPRN \(10000001\): .*ukprn:10000001.*; on \(31\/04\/2026\): A day that exists/,
    );
    expect(told('Example Careers')).toContain('UKPRN (Example Careers): This is no key but perhaps a name');
    expect(told('')).toContain('UKPRN: The cell is empty');
  });

  test('says of a school that is no key how a key is written', () => {
    const sheet = sound(['provider', 'setting', 'school']);
    const told = (school: string) => {
      const its = row('ukprn:10000001', 'private', school);
      return sheet
        .besides(undefined)
        .line(its, sheet.explained(refuse('invalid-question', 'A wrong key', '/school'), its));
    };
    expect(told('100001')).toContain('school (100001): A key says of what kind it is: write urn:100001');
    expect(told('North School')).toContain('school (North School): This is no key but perhaps a name');
    expect(told('12')).toContain('school (12): A wrong key');
  });
});

describe('The answers beside the rows', () => {
  const gap = (from: string, until: string, requirement: string, reason: string) => ({
    from,
    until,
    requirement,
    reason,
  });
  const ANSWER = {
    text: JSON.stringify({
      outcome: 'not-eligible',
      eligibleUntil: null,
      provider: { name: 'Example' },
      knownAt: { position: '7' },
      gaps: [
        gap('2026-09-01', '2026-09-30', 'matrix-accredited', 'accreditation-transferred'),
        gap('2026-10-01', '2027-08-31', 'provider-open', 'closed'),
      ],
    }),
    outcome: 'not-eligible',
  } as WrittenAnswer;

  test('tell of the first gap, and of all in one cell', () => {
    const sheet = sound(['provider', 'setting']);
    expect(sheet.besides(undefined).header).toBe(
      'provider,setting,outcome,eligibleUntil,gapFrom,gapUntil,requirement,reason,gaps,registeredName,knownAtPosition,problem\r\n',
    );
    expect(sheet.besides(undefined).line(row('ukprn:10000001', 'private'), ANSWER)).toBe(
      'ukprn:10000001,private,not-eligible,,2026-09-01,2026-09-30,matrix-accredited,accreditation-transferred,2026-09-01/2026-09-30 matrix-accredited accreditation-transferred; 2026-10-01/2027-08-31 provider-open closed,Example,7,\r\n',
    );
  });

  test('leave the asker’s columns of the same names in their places, as the asker’s', () => {
    const sheet = sound(['outcome', 'provider', 'problem', 'setting', 'reason'], { brief: true });
    expect(sheet.besides(undefined).header).toBe(
      'outcome (yours),provider,problem (yours),setting,reason,outcome,eligibleUntil,problem\r\n',
    );
    const cells = row('awaiting board', 'ukprn:10000001', 'none', 'private', 'new site');
    expect(sheet.besides(undefined).line(cells, { outcome: 'eligible', eligibleUntil: '9999-12-31' })).toBe(
      'awaiting board,ukprn:10000001,none,private,new site,eligible,9999-12-31,\r\n',
    );
  });

  describe('under several policies', () => {
    const POLICIES = ['england-statute', 'cmqa-2017'];

    test('have each column once for each, one beside the other, in their order', () => {
      const sheet = sound(['provider', 'setting'], { brief: true }).besides(POLICIES);
      expect(sheet.header).toBe(
        'provider,setting,outcome.england-statute,outcome.cmqa-2017,eligibleUntil.england-statute,eligibleUntil.cmqa-2017,problem.england-statute,problem.cmqa-2017\r\n',
      );
      const answers = [
        { policy: { id: 'cmqa-2017' }, outcome: 'silent', eligibleUntil: null },
        { policy: { id: 'england-statute' }, outcome: 'eligible', eligibleUntil: '9999-12-31' },
      ] as const;
      const cells = row('ukprn:10000001', 'private');
      expect(sheet.line(cells, { answers })).toBe('ukprn:10000001,private,eligible,silent,9999-12-31,,,\r\n');
      expect(sheet.line(cells, { answers: answers.slice(0, 1) })).toBe(
        'ukprn:10000001,private,,silent,,,,\r\n',
      );
    });

    test('tell a problem under each, and of a whole answer all that is told of one alone', () => {
      const sheet = sound(['provider', 'setting']).besides(POLICIES);
      const names = sheet.header.trim().split(',');
      const cellsOf = (text: string, policy: string) => {
        const cells = text.trimEnd().split(',');
        return names.flatMap((name, i) => (name.endsWith(`.${policy}`) ? [cells[i]] : []));
      };
      const its = row('ukprn:10000001', 'private');
      const alone = sound(['provider', 'setting']).besides(undefined);
      const answers = {
        text: '',
        knownAt: { position: '7', recordedAt: '', today: null },
        answers: [{ ...ANSWER, policy: { id: 'cmqa-2017' } }],
      };
      expect(cellsOf(sheet.line(its, answers), 'cmqa-2017')).toEqual(
        alone.line(its, ANSWER).trimEnd().split(',').slice(2),
      );
      expect(new Set(cellsOf(sheet.line(its, answers), 'england-statute'))).toEqual(new Set(['']));
      const problem = sheet.line(its, refuse('unknown-provider', 'No one'));
      for (const policy of POLICIES) expect(cellsOf(problem, policy).at(-1)).toBe('unknown-provider: No one');
    });
  });

  test('take the place of those of before, however often a table is asked, briefly or not, under whichever policies', () => {
    const OWN = [
      'outcome',
      'reason',
      'gaps',
      'problem',
      'eligibleUntil',
      'outcome (yours)',
      'outcome.a',
      'problem.b',
      'Note',
      '',
    ];
    const headerOf = (columns: readonly string[], brief: boolean, policies: readonly string[] | undefined) =>
      sound(columns, { brief }).besides(policies).header.trim().split(',');
    const plain = (columns: readonly string[]) => columns.map((name) => name.replaceAll(' (yours)', ''));
    const anAsking = fc.tuple(
      fc.boolean(),
      fc.option(fc.shuffledSubarray(['a', 'b', 'c'], { minLength: 1 }), { nil: undefined }),
    );
    fc.assert(
      fc.property(
        fc.shuffledSubarray(OWN),
        fc.array(anAsking, { minLength: 2, maxLength: 5 }),
        (own, askings) => {
          const columns = [...own, 'provider', 'setting'];
          let header: readonly string[] = columns;
          for (const asking of askings) header = headerOf(header, ...asking);
          const once = headerOf(columns, ...(askings.at(-1) ?? [false, undefined]));
          expect(header.slice(columns.length)).toEqual(once.slice(columns.length));
          expect(plain(header.slice(0, columns.length))).toEqual(plain(columns));
        },
      ),
    );
  });

  test('do not take the place of some of them, or of those that stand in another order', () => {
    const OWN = ['provider', 'setting'];
    for (const columns of [
      ['outcome.a', 'outcome.b', 'eligibleUntil.a', 'eligibleUntil.b', 'problem.a'],
      ['outcome.a', 'outcome.b', 'eligibleUntil.b', 'eligibleUntil.a', 'problem.a', 'problem.b'],
      ['outcome.a', 'eligibleUntil.a', 'problem.b'],
      ['outcome', 'problem', 'eligibleUntil'],
    ])
      expect(
        sound([...OWN, ...columns], { brief: true })
          .besides(['x'])
          .header.trim()
          .split(','),
      ).toEqual([...OWN, ...columns, 'outcome.x', 'eligibleUntil.x', 'problem.x']);
  });

  test('are not taken for those of before where a question is made of them', () => {
    const sheet = sound(['provider', 'setting', 'outcome', 'eligibleUntil', 'problem'], {
      brief: true,
      map: ['on={eligibleUntil}'],
    });
    expect(sheet.besides(undefined).header).toBe(
      'provider,setting,outcome (yours),eligibleUntil (yours),problem (yours),outcome,eligibleUntil,problem\r\n',
    );
  });
});
