import { validateSync } from 'class-validator';
import fc from 'fast-check';
import { questionOf } from './question-pipe';
import { NewKey } from '../routes/keys';
import { LogPage } from '../routes/log';
import { SheetPosting } from '../routes/tables';
import { Posting } from '../routes/events';
import { ProviderSearchQuestion } from '../routes/providers';
import { EligibilityQuestion } from '../routes/eligibility';
import { EventPath, HistoryQuestion, Nothing, ProviderPath } from './shared-questions';
import { Refused } from '../problem/refusal-error';

const CLASSES = [
  EligibilityQuestion,
  EventPath,
  HistoryQuestion,
  LogPage,
  NewKey,
  Nothing,
  Posting,
  ProviderPath,
  ProviderSearchQuestion,
];

const names = fc.constantFrom(
  'setting',
  'on',
  'from',
  'until',
  'adviser',
  'policy',
  'route',
  'knownAt',
  'atLeast',
  'key',
  'q',
  'limit',
  'after',
  'position',
  'atomic',
  'sittting',
);
const texts = fc.constantFrom(
  'school-commissioned',
  'ukprn:10000001',
  'ukprn:1',
  'adviser:example0001',
  '2026-09-01',
  '2026-02-30',
  'true',
  'maybe',
  '20',
  '101',
  '-1',
  '',
  'Ä',
);
const values = fc.oneof(
  texts,
  fc.array(texts, { maxLength: 3 }),
  fc.constantFrom(undefined, null, 1, true, {}, [[]]),
);

function isTaken(type: (typeof CLASSES)[number], sent: object): boolean {
  try {
    questionOf<object>(type, sent);
    return true;
  } catch (error) {
    if (error instanceof Refused && error.refusal.code === 'invalid-question') return false;
    throw error;
  }
}

describe('what is asked', () => {
  test('is taken just where class-validator finds nothing wrong with it, and no parameter is null', () => {
    fc.assert(
      fc.property(fc.constantFrom(...CLASSES), fc.dictionary(names, values, { maxKeys: 4 }), (type, sent) => {
        const listed: Record<string, unknown> = { ...sent };
        for (const name of type === EligibilityQuestion ? ['adviser', 'policy'] : [])
          if (sent[name] !== undefined) listed[name] = [sent[name]].flat();
        const wrong = validateSync(Object.assign(new type(), listed), {
          whitelist: true,
          forbidNonWhitelisted: true,
          forbidUnknownValues: false,
        });
        const hasNull = Object.values(sent).includes(null);
        expect(isTaken(type, sent)).toBe(wrong.length === 0 && !hasNull);
      }),
      { numRuns: 2_000, examples: [[EligibilityQuestion, { policy: 'cmqa-2017', setting: 'private' }]] },
    );
  });

  test('has every adviser that is named, also one alone', () => {
    const question = { setting: 'private', adviser: 'adviser:example0001' };
    expect(questionOf(EligibilityQuestion, question).adviser).toEqual(['adviser:example0001']);
    expect(questionOf(EligibilityQuestion, { setting: 'private' }).adviser).toBeUndefined();
  });

  test.each([
    [Posting, 'dryrun', 'did you mean dryRun?'],
    [EligibilityQuestion, 'FROM', 'did you mean from?'],
    [EligibilityQuestion, 'advisers', 'did you mean adviser?'],
    [NewKey, 'util', 'did you mean until?'],
    [Posting, 'colour', 'leave it out'],
    [SheetPosting, 'dryrun', 'did you mean dryRun?'],
    [SheetPosting, 'standard', 'leave it out, or say of all rows of a table what it says as map=standard=…'],
  ])('has another parameter for one that is misspelt: %p, %s', (type, name, instead) => {
    const asked = () => questionOf<object>(type, { [name]: 'true' });
    expect(asked).toThrow(Refused);
    try {
      asked();
    } catch (error) {
      const { refusal } = error as Refused;
      const detail = `There is no such parameter: ${instead}`;
      expect(refusal.errors).toContainEqual({ pointer: `/${name}`, code: 'invalid-question', detail });
      expect(refusal.detail).toContain(`/${name} (${detail})`);
    }
  });

  test.each(['__proto__', 'constructor', 'toString'])('has no parameter %s', (name) => {
    expect(isTaken(Nothing, JSON.parse(`{"${name}":"x"}`) as object)).toBe(false);
  });
});
