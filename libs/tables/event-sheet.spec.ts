import { EVENTS, type EventType } from '@app/domain/log/event-catalogue';
import { isRefusal, refuse } from '@app/domain/values/problem';
import { readSubmission } from '@app/domain/log/cloud-event';
import fc from 'fast-check';
import { eventSheet, headerOf, surveyEvents, type EventSheetSaid } from './event-sheet';

const NOTHING = { map: [], ignore: [] };

/** What a row of a table with these columns says, or why it is refused. */
function said(
  type: EventType,
  columns: readonly string[],
  cells: readonly string[],
  options: Partial<EventSheetSaid> = {},
): unknown {
  const sheet = eventSheet(type, '/table', columns, { ...NOTHING, ...options });
  if (isRefusal(sheet)) return sheet;
  const row = { line: 2, cells };
  const sent = sheet.eventIn(row);
  if (!('value' in sent)) return sent;
  const read = readSubmission('body:example', sent.value);
  return isRefusal(read) ? sheet.explained(read, row) : read;
}

const AWARD = ['id', 'subject', 'standard', 'reference', 'from', 'until', 'kind', 'scope'];
const award = (...cells: string[]) => said('AccreditationAwarded', AWARD, cells);

describe('A row of a table', () => {
  test('is an event, a cell a field, and an empty cell none', () => {
    expect(award('1', 'ukprn:10000001', 'matrix', 'M-1', '2026-09-01', '', 'initial', 'a; b;')).toEqual({
      body: 'body:example',
      source: '/table',
      id: '1',
      type: 'AccreditationAwarded',
      subject: 'ukprn:10000001',
      data: { standard: 'matrix', reference: 'M-1', from: '2026-09-01', kind: 'initial', scope: ['a', 'b'] },
    });
  });

  test('may have its days as the British write them, day and month first', () => {
    expect(
      award('1', 'ukprn:10000001', 'matrix', 'M-1', '03/04/2026', '28/02/2028', 'initial', ''),
    ).toMatchObject({
      data: { from: '2026-04-03', until: '2028-02-28' },
    });
    expect(
      award('1', 'ukprn:10000001', 'matrix', 'M-1', '3/4/2026', '9/12/2028', 'initial', ''),
    ).toMatchObject({ data: { from: '2026-04-03', until: '2028-12-09' } });
  });

  test('has each day in a form that can be read in one way only', () => {
    for (const day of ['2026-04-03', '2026/04/03', '03.04.2026', '3-4-2026', '3 Apr 2026', '03 April 2026'])
      expect(award('1', 'ukprn:10000001', 'matrix', 'M-1', day, '', 'initial', '')).toMatchObject({
        data: { from: '2026-04-03' },
      });
  });

  test.each([
    ['13/25/2026', 'no month 25'],
    ['03/14/2026', 'month first'],
    ['01/09/26', 'four digits'],
    ['46054', 'spreadsheet keeps'],
    ['2026-09-01 00:00', 'time of day'],
    ['31/04/2026', '01/09/2026'],
    ['soon', '01/09/2026'],
  ])('has no day in %s, and is not guessed at', (day, hint) => {
    expect(award('1', 'ukprn:10000001', 'matrix', 'M-1', day, '', 'initial', '')).toMatchObject({
      code: 'invalid-event',
      detail: 'Correct from on line 2, and post the table again',
      errors: [
        {
          pointer: '/data/from',
          column: 'from',
          value: day,
          detail: expect.stringContaining(hint) as string,
        },
      ],
    });
  });

  test('has its days in one form alone where that is said', () => {
    const days = ['id', 'subject', 'from', 'standard', 'reference', 'reason'];
    const lapsed = (from: string, dates: 'iso' | 'dmy') =>
      said('AccreditationLapsed', days, ['1', 'ukprn:10000001', from, 'matrix', 'M-1', 'expired'], { dates });
    expect(lapsed('2026-09-01', 'iso')).toMatchObject({ data: { from: '2026-09-01' } });
    expect(lapsed('01/09/2026', 'dmy')).toMatchObject({ data: { from: '2026-09-01' } });
    for (const refused of [lapsed('01/09/2026', 'iso'), lapsed('2026-09-01', 'dmy')])
      expect(refused).toHaveProperty(
        'errors.0',
        expect.objectContaining({
          pointer: '/data/from',
          detail: expect.stringContaining('dates=') as string,
        }),
      );
  });

  test('has a word of a fixed list in whatever case', () => {
    expect(award('1', 'ukprn:10000001', 'matrix', 'M-1', '2026-09-01', '', 'Initial', '')).toMatchObject({
      data: { kind: 'initial' },
    });
    expect(award('1', 'ukprn:10000001', 'matrix', 'M-1', '2026-09-01', '', 'Initially', '')).toHaveProperty(
      'errors.0',
      expect.objectContaining({ pointer: '/data/kind', value: 'Initially' }),
    );
  });

  test('has numbers and pairs of them', () => {
    const columns = ['id', 'subject', 'framework', 'ages', 'from'];
    expect(
      said('ProgrammeMapped', columns, ['1', 'urn:100001', 'cdi', '11; 16', '2026-09-01']),
    ).toMatchObject({ data: { ages: [11, 16] } });
    expect(
      said('ProgrammeMapped', columns, ['1', 'urn:100001', 'cdi', '11-16', '2026-09-01']),
    ).toHaveProperty(
      'errors.0',
      expect.objectContaining({ pointer: '/data/ages', column: 'ages', value: '11-16' }),
    );
    const check = ['id', 'subject', 'standard', 'reference', 'month', 'on'];
    expect(
      said('ImprovementCheckMissed', check, ['1', 'ukprn:10000001', 'matrix', 'M-1', '12', '2026-09-01']),
    ).toMatchObject({ data: { month: 12 } });
  });

  test('has its fields from columns in any order, and from those that are mapped', () => {
    expect(
      said(
        'ProviderRegistered',
        ['Remarks', 'UKPRN', 'Organisation\r\nname'],
        ['none', '10000001', 'Example Careers'],
        { map: ['id={UKPRN}', 'subject=ukprn:{UKPRN}', 'name={Organisation name}', 'legalForm=company'] },
      ),
    ).toMatchObject({
      id: '10000001',
      subject: 'ukprn:10000001',
      data: { name: 'Example Careers', legalForm: 'company' },
    });
  });

  describe('of which a field is made of a text and a cell', () => {
    const lapsed = (until: string, ...cells: string[]) =>
      said(
        'AccreditationAwarded',
        ['No', 'Year', 'Month', ...(cells.length > 2 ? ['until'] : [])],
        ['7', ...cells],
        {
          map: [
            'id={No}',
            'subject=ukprn:10000001',
            'standard=matrix',
            'reference=M-{No}',
            'from=2026-01-01',
            'kind=initial',
            `until=${until}`,
          ],
        },
      );

    test('says it where both are there', () => {
      expect(lapsed('{Year}-{Month}-31', '2026', '12')).toMatchObject({ data: { until: '2026-12-31' } });
    });

    test.each([
      ['{Year}-12-31', ''],
      ['{Year}-{Month}-31', '2026'],
      ['{Year}{Month}', '2026'],
    ])(
      'is refused where a cell is empty, lest half of it is made up or an end is lost: %s',
      (until, year) => {
        expect(lapsed(until, year, '')).toMatchObject({
          code: 'invalid-event',
          errors: [{ pointer: '/data/until', detail: expect.stringContaining('fill it in') as string }],
        });
      },
    );

    test('says nothing where a column stands alone and is empty', () => {
      expect(lapsed('{Year}', '', '')).toMatchObject({ data: { from: '2026-01-01' } });
      expect(lapsed('{Year}', '', '')).not.toHaveProperty('data.until');
    });

    test('says it where the column of the field’s own name says nothing, or the same in other words', () => {
      expect(lapsed('{Year}', '2026-12-31', '', '')).toMatchObject({ data: { until: '2026-12-31' } });
      expect(lapsed('{Year}', '', '', '31/12/2027')).toMatchObject({ data: { until: '2027-12-31' } });
      expect(lapsed('{Year}', '2026-12-31', '', '31/12/2026')).toMatchObject({
        data: { until: '2026-12-31' },
      });
    });

    test('is refused where the column of the field’s own name says something else', () => {
      expect(lapsed('{Year}', '2026-12-31', '', '2029-12-31')).toMatchObject({
        code: 'invalid-event',
        errors: [
          {
            pointer: '/data/until',
            column: 'Year, until',
            detail: expect.stringContaining('ignore=') as string,
          },
        ],
      });
    });

    test('has a list of several cells, of which some are empty', () => {
      expect(
        said('AccreditationApplied', ['id', 'A', 'B'], ['1', 'x', ''], {
          map: ['subject=ukprn:10000001', 'standard=matrix', 'on=2026-01-01', 'scope={A}; {B}'],
        }),
      ).toMatchObject({ data: { scope: ['x'] } });
    });
  });

  test('has the end of an application, of one reference or of all, and its outcome in any case', () => {
    const row = (...cells: readonly string[]) =>
      said(
        'AccreditationApplicationEnded',
        ['id', 'subject', 'standard', 'reference', 'on', 'outcome'],
        cells,
      );
    expect(row('1', 'ukprn:10000001', 'matrix', 'A-1', '31/08/2026', 'Refused')).toMatchObject({
      data: { standard: 'matrix', reference: 'A-1', on: '2026-08-31', outcome: 'refused' },
    });
    const ofAll = row('1', 'ukprn:10000001', 'matrix', '', '2026-08-31', 'awarded');
    expect((ofAll as { readonly data: object }).data).toEqual({
      standard: 'matrix',
      on: '2026-08-31',
      outcome: 'awarded',
    });
  });

  test('is told which column it lacks', () => {
    expect(said('AdviserMerged', ['id', 'subject'], ['1', 'adviser:example1'])).toMatchObject({
      errors: [{ pointer: '/data/into', detail: expect.stringContaining('No column') as string }],
    });
  });

  test('keeps what a rule says of it', () => {
    const sheet = eventSheet('AdviserMerged', '/table', ['id', 'subject', 'into'], NOTHING);
    if (isRefusal(sheet)) throw new Error(sheet.detail);
    const row = { line: 9, cells: ['1', 'adviser:example1', 'adviser:example2'] };
    const refusal = refuse('unknown-subject', 'adviser:example2 is not registered', '/data/into');
    expect(sheet.explained(refusal, row)).toEqual({
      ...refusal,
      errors: [{ ...refusal.errors?.[0], column: 'into', value: 'adviser:example2' }],
    });
  });
});

describe('A day that can only have the month first', () => {
  const COLUMNS = ['id', 'subject', 'provider', 'on'];
  const taken = (...days: string[]) => {
    const sheet = eventSheet('EngagementEnded', '/table', COLUMNS, NOTHING);
    if (isRefusal(sheet)) throw new Error(sheet.detail);
    return days.map((day, i) => {
      const cells = [String(i), 'adviser:example1', 'ukprn:10000001', day];
      const sent = sheet.eventIn({ line: i + 2, cells });
      const read = 'value' in sent ? readSubmission('body:example', sent.value) : sent;
      return isRefusal(read) ? read.code : 'taken';
    });
  };

  test.each(['08/31/2026', '8-31-2026', '08.31.2026', '8/31/26', '8/31/2026 12:00 AM', 'August 31, 2026'])(
    'ends a table at its row, for who knows what the others mean: %s',
    (day) => {
      expect(taken('03/04/2026', '2026-05-01', day, '03/04/2026', '2026-05-01')).toEqual([
        'taken',
        'taken',
        'invalid-event',
        'malformed',
        'malformed',
      ]);
    },
  );

  test.each(['31/08/26', '46054', '31/13/2026', '02/30/2026'])(
    'is none in %s, which refuses its row alone',
    (day) => {
      expect(taken('03/04/2026', day, '2026-05-01')).toEqual(['taken', 'invalid-event', 'taken']);
    },
  );
});

describe('The columns of a table', () => {
  const LAPSED = ['id', 'subject', 'from', 'standard', 'reference', 'reason'];

  test('that are missing are named, and those that are left out', () => {
    expect(
      eventSheet('AccreditationLapsed', '/table', ['id', 'subject', 'Note', '', 'from'], {
        map: [],
        ignore: ['Note'],
      }),
    ).toMatchObject({
      unknownColumns: ['Note'],
      missingColumns: ['standard', 'reference', 'reason'],
    });
  });

  test.each([
    'Until',
    'UNTIL',
    'un til',
    'un_til',
    'un-til',
    'until\u200b',
    'ｕｎｔｉｌ',
    'untill',
    'End',
    'Remarks',
  ])('are all read, or the table is refused: %s might have been the end of an award', (column) => {
    const columns = [...LAPSED.filter((name) => name !== 'reason'), 'kind', column];
    expect(eventSheet('AccreditationAwarded', '/table', columns, NOTHING)).toMatchObject({
      code: 'malformed',
      detail: expect.stringContaining(column) as string,
      errors: [{ pointer: `/${column}`, code: 'malformed' }],
    });
    for (const ignore of [[column], ['*']])
      expect(eventSheet('AccreditationAwarded', '/table', columns, { map: [], ignore })).toMatchObject({
        unknownColumns: [column],
      });
  });

  test('whose name is a field’s but for its form refuse a table that is mapped, too, and no others do', () => {
    const refused = (column: string, map = ['reason=expired']) =>
      isRefusal(
        eventSheet('AccreditationLapsed', '/table', [...LAPSED.slice(0, -1), column], { map, ignore: [] }),
      );
    expect(['From', 'REFERENCE', 'Stand ard', 'fro-m'].filter((column) => !refused(column))).toEqual([]);
    expect(['Remarks', 'references', 'form', 'End', ''].filter((column) => refused(column))).toEqual([]);
    expect(refused('Reason', ['reason={Reason}'])).toBe(false);
  });

  test('without a name are nothing as long as nothing stands in them', () => {
    const sheet = (ignore: readonly string[]) => {
      const found = eventSheet('AdviserRegistered', '/table', ['id', 'subject', ''], { map: [], ignore });
      if (isRefusal(found)) throw new Error(found.detail);
      return found;
    };
    const row = (text: string) => ({ line: 2, cells: ['1', 'adviser:example1', text] });
    expect(sheet([]).eventIn(row(''))).toHaveProperty('value');
    expect(sheet([]).eventIn(row('2027-08-31'))).toMatchObject({ code: 'malformed' });
    expect(sheet(['*']).eventIn(row('2027-08-31'))).toHaveProperty('value');
  });

  test('are each read, left out or told of, whatever they are called: none is passed over unsaid', () => {
    const name = fc.oneof(
      fc.constantFrom(...LAPSED, 'Until', 'From', 'Notes', 'refrence', '', 'Start'),
      fc.string({ unit: 'grapheme', maxLength: 8 }).map((text) => text.normalize('NFC').trim()),
    );
    fc.assert(
      fc.property(
        fc.array(name, { maxLength: 10 }),
        fc.subarray(['reason=expired', 'from={Start}', 'reference={refrence}']),
        fc.subarray(['Notes', 'Until', '*']),
        (columns, map, ignore) => {
          const survey = surveyEvents('AccreditationLapsed', columns, { map, ignore });
          if (isRefusal(survey)) return;
          const { used, ignored, others, nameless } = survey;
          expect([...used, ...ignored, ...others.map((other) => other.name)].toSorted()).toEqual(
            columns.filter((_, i) => !nameless.includes(i) && columns[i] !== '').toSorted(),
          );
          const sheet = eventSheet('AccreditationLapsed', '/table', columns, { map, ignore });
          const isDoubtful = others.some((other) => other.isDoubtful);
          if (map.length === 0) expect(isDoubtful).toBe(others.length > 0);
          if (isDoubtful) expect(sheet).toMatchObject({ code: 'malformed' });
          else if (!isRefusal(sheet))
            expect(sheet.unknownColumns.toSorted()).toEqual(
              [...ignored, ...others.map((other) => other.name)].toSorted(),
            );
        },
      ),
    );
  });

  test('are surveyed in values, for who asks before anything is sent', () => {
    expect(
      surveyEvents('AccreditationLapsed', [...LAPSED, 'Until', 'refrence', 'Notes', 'Internal'], {
        map: ['reference={reference}'],
        ignore: ['Internal'],
      }),
    ).toMatchObject({
      used: LAPSED,
      ignored: ['Internal'],
      others: [
        { name: 'Until', resembles: undefined, isDoubtful: false },
        { name: 'refrence', resembles: { field: 'reference', by: 'spelling' }, isDoubtful: false },
        { name: 'Notes', resembles: undefined, isDoubtful: false },
      ],
    });
  });

  test.each<[string, string | undefined, string | undefined, string[], string[], string[]?]>([
    ['no type', undefined, '/table', ['id'], []],
    ['a type that no one knows', 'AccreditationAwardedd', '/table', ['id'], []],
    ['a type whose fields do not fit into cells', 'EventCorrected', '/table', ['id'], []],
    ['no source', 'AdviserRegistered', undefined, ['id'], []],
    ['a source that is none', 'AdviserRegistered', 'not a source', ['id'], []],
    ['no column that is known', 'AdviserRegistered', '/table', ['Nr', 'Code'], [], ['*']],
    ['a column that is known, twice', 'AdviserRegistered', '/table', ['id', 'id', 'subject'], []],
    ['the same where it is mapped', 'AdviserRegistered', '/table', ['id', 'id', 'No'], ['id={No}']],
    [
      'a column that is mapped, twice',
      'AdviserRegistered',
      '/table',
      ['id', 'Key', 'Key'],
      ['subject={Key}'],
    ],
    ['a field that is mapped twice', 'AdviserRegistered', '/table', ['A', 'B'], ['id={A}', 'id={B}']],
    ['a mapping of a field that the type lacks', 'AdviserRegistered', '/table', ['id'], ['name={id}']],
    ['a mapping to nothing', 'AdviserRegistered', '/table', ['id'], ['subject=']],
    ['a brace that stands alone', 'AdviserRegistered', '/table', ['id'], ['subject={id']],
    [
      'a mapping of more columns than any field is made of',
      'AdviserRegistered',
      '/table',
      ['id'],
      [`subject=${'{id}'.repeat(33)}`],
    ],
    ['a mapping from a column that is not there', 'AdviserRegistered', '/table', ['id'], ['subject={Code}']],
    ['a mapping from one without a name', 'AdviserRegistered', '/table', ['id', ''], ['subject={}']],
    ['leaving out a column that is not there', 'AdviserRegistered', '/table', ['id'], [], ['Id']],
    [
      'leaving out a column that is mapped',
      'AdviserRegistered',
      '/table',
      ['id', 'K'],
      ['subject={K}'],
      ['K'],
    ],
  ])('are refused before any row: %s', (_, type, source, columns, map, ignore = []) => {
    expect(eventSheet(type, source, columns, { map, ignore })).toMatchObject({ code: 'invalid-event' });
  });
});

test.each(Object.keys(EVENTS))(
  'A table of %s has a template, unless its fields do not fit into cells',
  (type) => {
    const header = headerOf(type);
    if (isRefusal(header))
      expect(['BodyRecognised', 'PolicyEditionPublished', 'EventCorrected']).toContain(type);
    else expect(header.slice(0, 2)).toEqual(['id', 'subject']);
  },
);
