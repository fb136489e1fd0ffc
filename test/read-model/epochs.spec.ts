/// <reference types="jest" />
import { answer } from '@app/domain/evaluation/v1/answer';
import { resolveQuestion, type Question } from '@app/domain/evaluation/v1/resolved-question';
import { REGISTRAR } from '@app/domain/log/event-catalogue';
import { dayOf } from '@app/domain/values/day';
import { isRefusal } from '@app/domain/values/problem';
import { AnswerCache } from '@app/read-model/answers/answer-cache';
import fc from 'fast-check';
import { logOf, registerOf } from './logs';
import { worked } from '../worked';

const PROVIDER = 'ukprn:10000001';
const QUESTION: Question = {
  provider: PROVIDER,
  setting: 'private',
  policy: 'example',
  from: dayOf('2026-09-01'),
  until: dayOf('2027-08-31'),
  advisers: [],
};
const AWARD = { standard: 'matrix', reference: 'M-1' };

const posted = (type: string, subject: string, data: object, id = type) => ({
  body: REGISTRAR,
  source: '/example',
  id,
  type,
  subject,
  data,
});
const BEFORE = [
  posted('DayOpened', 'calendar:england', { date: '2026-09-01' }),
  posted('PolicyEditionPublished', 'policy:example', {
    edition: 1,
    effectiveFrom: '2020-01-01',
    policy: {
      title: 'An example',
      strength: 'guidance',
      purposes: {},
      settings: {
        private: [{ id: 'quality', of: 'provider', binding: 'must', test: { accredited: AWARD.standard } }],
      },
    },
  }),
  posted('ProviderRegistered', PROVIDER, { name: 'Guidance', legalForm: 'company' }),
];
/** What changes the answer, one after the other; the first begins a stream about the provider. */
const CHANGES = [
  posted('AccreditationAwarded', PROVIDER, { ...AWARD, kind: 'initial', from: '2026-01-01' }),
  posted('AccreditationSurrendered', PROVIDER, { ...AWARD, from: '2027-01-01' }),
  posted('ProviderRenamed', PROVIDER, { name: 'Careers', from: '2026-09-01' }),
];
/** So many others are registered before each change, and after the last. */
const OTHERS = 20;

const others = (stretch: number) =>
  Array.from({ length: OTHERS }, (_, i) => `ukprn:${10_001_000 + OTHERS * stretch + i}`).map((key) =>
    posted('ProviderRegistered', key, { name: 'Other', legalForm: 'company' }, key.replace(':', '-')),
  );
const TEXTS = logOf([...BEFORE, ...others(0), ...CHANGES.flatMap((change, i) => [change, ...others(i + 1)])]);

/** The stretch of positions between two changes in which a position lies, counted from 0. */
const stretchOf = (position: number) => Math.floor((position - BEFORE.length + 1) / (OTHERS + 1));

const WHOLE = registerOf(TEXTS);
/** The answers as they are worked out at each position. */
const ANEW = TEXTS.map((_, position) => {
  const found = resolveQuestion(WHOLE.at(position), QUESTION);
  return isRefusal(found) ? undefined : JSON.stringify(answer(found, WHOLE.recordedAt(position) ?? ''));
});

describe('what was found at a position', () => {
  test('is kept for all positions between the last change before it and the next one after it, and for no other', () => {
    const first = BEFORE.length - 1;
    expect(TEXTS).toHaveLength(first + (CHANGES.length + 1) * (OTHERS + 1));
    fc.assert(
      fc.property(
        fc.array(fc.record({ read: fc.nat(30), back: fc.oneof(fc.constant(0), fc.nat(90)) }), {
          maxLength: 12,
        }),
        (steps) => {
          const register = registerOf(TEXTS.slice(0, BEFORE.length));
          const answers = new AnswerCache(register);
          /** By stretch that was asked about, the position up to which it is known not to have ended. */
          const reach = new Map<number, number>();
          for (const { read, back } of steps) {
            for (const text of TEXTS.slice(register.head + 1, register.head + 1 + read)) register.apply(text);
            const position = Math.max(first, register.head - back);
            const stretch = stretchOf(position);
            if (position <= (reach.get(stretch) ?? -1))
              expect(answers.kept(QUESTION, position)?.text).toBe(ANEW[position]);
            else reach.set(stretch, register.head);
            expect(worked(answers.answer(QUESTION, position))).toHaveProperty('text', ANEW[position]);
          }
          for (let position = first; position <= register.head; position++) {
            const stretch = stretchOf(position);
            const known = stretch === stretchOf(register.head) ? register.head : reach.get(stretch);
            const isKept = reach.has(stretch) && position <= (known ?? -1);
            expect([position, answers.kept(QUESTION, position)?.text]).toEqual([
              position,
              isKept ? ANEW[position] : undefined,
            ]);
          }
        },
      ),
      { numRuns: 40 },
    );
  });
});
