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
  test.each(['Until', 'FROM', 'adviser', 'Adviser', 'known at', 'Known_At', 'o-n', 'Set ting'])(
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

  test('has what is wrong of it in the words of its cells, and how to correct it', () => {
    const sheet = sound(['UKPRN', 'setting', 'on'], { map: ['provider={UKPRN}'] });
    const told = (provider: string, on = '') => {
      const its = row(provider, 'private', on);
      const wrong = refuse('invalid-question', 'A wrong key', '/provider');
      const errors = [
        ...(wrong.errors ?? []),
        { pointer: '/on', code: 'invalid-question', detail: 'A string' },
      ];
      return sheet.answered(its, sheet.explained({ ...wrong, errors }, its));
    };
    expect(told('10000001', '31/04/2026')).toMatch(
      /invalid-question: UKPRN \(10000001\): .*ukprn:10000001.*; on \(31\/04\/2026\): A day that exists/,
    );
    expect(told('Example Careers')).toContain('UKPRN (Example Careers): This is no key but perhaps a name');
    expect(told('')).toContain('UKPRN: The cell is empty');
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
    expect(sheet.header).toBe(
      'provider,setting,outcome,eligibleUntil,gapFrom,gapUntil,requirement,reason,gaps,registeredName,knownAtPosition,problem\r\n',
    );
    expect(sheet.answered(row('ukprn:10000001', 'private'), ANSWER)).toBe(
      'ukprn:10000001,private,not-eligible,,2026-09-01,2026-09-30,matrix-accredited,accreditation-transferred,2026-09-01/2026-09-30 matrix-accredited accreditation-transferred; 2026-10-01/2027-08-31 provider-open closed,Example,7,\r\n',
    );
  });

  test('leave the asker’s columns of the same names in their places, as the asker’s', () => {
    const sheet = sound(['outcome', 'provider', 'problem', 'setting', 'reason'], { brief: true });
    expect(sheet.header).toBe(
      'outcome (yours),provider,problem (yours),setting,reason,outcome,eligibleUntil,problem\r\n',
    );
    const cells = row('awaiting board', 'ukprn:10000001', 'none', 'private', 'new site');
    expect(sheet.answered(cells, { outcome: 'eligible', eligibleUntil: '9999-12-31' })).toBe(
      'awaiting board,ukprn:10000001,none,private,new site,eligible,9999-12-31,\r\n',
    );
  });

  test('take the place of those of before, however often a table is asked, briefly or not', () => {
    const OWN = ['outcome', 'reason', 'gaps', 'problem', 'eligibleUntil', 'outcome (yours)', 'Note', ''];
    const headerOf = (columns: readonly string[], brief: boolean) =>
      sound(columns, { brief }).header.trim().split(',');
    fc.assert(
      fc.property(
        fc.shuffledSubarray(OWN),
        fc.array(fc.boolean(), { minLength: 2, maxLength: 5 }),
        (own, asked) => {
          const columns = [...own, 'provider', 'setting'];
          let header: readonly string[] = columns;
          for (const brief of asked) header = headerOf(header, brief);
          const once = headerOf(columns, asked.at(-1) ?? false);
          expect(header.slice(columns.length)).toEqual(once.slice(columns.length));
          expect(header.slice(0, columns.length).map((name) => name.replace(' (yours)', ''))).toEqual(
            columns.map((name) => name.replace(' (yours)', '')),
          );
        },
      ),
    );
  });

  test('are not taken for those of before where a question is made of them', () => {
    const sheet = sound(['provider', 'setting', 'outcome', 'eligibleUntil', 'problem'], {
      brief: true,
      map: ['on={eligibleUntil}'],
    });
    expect(sheet.header).toBe(
      'provider,setting,outcome (yours),eligibleUntil (yours),problem (yours),outcome,eligibleUntil,problem\r\n',
    );
  });
});
