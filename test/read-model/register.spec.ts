/// <reference types="jest" />
import { answer } from '@app/domain/evaluation/v1/answer';
import {
  policiesInOrder,
  resolveQuestion,
  resolveUnderSeveral,
  type Asking,
} from '@app/domain/evaluation/v1/resolved-question';
import { dayOf } from '@app/domain/values/day';
import { isRefusal, type Refusal } from '@app/domain/values/problem';
import type { StoredEvent } from '@app/domain/log/stored-event';
import { AnswerCache } from '@app/read-model/answers/answer-cache';
import { EventIndex } from '@app/read-model/index/event-index';
import { flawOf } from '@app/read-model/index/form-flaw';
import { UnreadableEvent } from '@app/read-model/index/checked-event';
import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { everything, SETTINGS, subjectsOf } from './everything';
import { randomLog, registerOf } from './logs';
import { worked } from '../worked';

const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8];
describe('a register', () => {
  test.each(SEEDS)(
    'that has been asked at every step is the same as one rebuilt from nothing (history %i)',
    (seed) => {
      const texts = randomLog(seed);
      const running = registerOf([]);
      for (const [i, text] of texts.entries()) {
        running.apply(text);
        if (i % 25 === 0) everything(running, running.head, texts);
      }
      expect(everything(running, running.head, texts)).toEqual(
        everything(registerOf(texts), texts.length - 1, texts),
      );
    },
  );

  test.each(SEEDS)('says of an earlier position what it said when that was its head (history %i)', (seed) => {
    const texts = randomLog(seed);
    const whole = registerOf(texts);
    for (let position = 5; position < texts.length; position += 29) {
      const before = registerOf(texts.slice(0, position + 1));
      expect(everything(whole, position, texts)).toEqual(everything(before, position, texts));
    }
  });

  test('finds what was posted under an id, and nothing else', () => {
    const texts = randomLog(3);
    const register = registerOf(texts);
    for (const [position, text] of texts.entries()) {
      const { body, source, id } = JSON.parse(text) as StoredEvent;
      expect(register.submitted(body, source, id)).toBe(position);
      expect(register.submitted(body, source, `${id}-other`)).toBeUndefined();
    }
  });

  test('knows the last event recorded at or before an instant', () => {
    const register = registerOf(randomLog(1));
    const first = Date.UTC(2026, 8, 1);
    expect(register.positionAt(first - 1)).toBe(-1);
    expect(register.positionAt(first)).toBe(0);
    expect(register.positionAt(first + 1_999)).toBe(1);
    expect(register.positionAt(first + 10_000_000)).toBe(register.head);
  });

  test('passes over what stands in the log a second time under one id', () => {
    const texts = randomLog(4);
    const events = texts.map((text) => JSON.parse(text) as StoredEvent);
    const lengthOf = (name: string) => events.filter(({ stream }) => stream === name).length;
    const again = events.map((event, i) => ({
      ...event,
      position: String(texts.length + i),
      revision: event.revision + lengthOf(event.stream),
      recordedAt: events.at(-1)?.recordedAt,
    }));
    const register = registerOf([...texts, ...again.map((event) => JSON.stringify(event))]);
    expect(register.head).toBe(texts.length * 2 - 1);
    const known = [register.at(texts.length - 1), register.at(register.head)] as const;
    for (const text of texts) {
      const { stream, position } = JSON.parse(text) as StoredEvent;
      expect(known[1].stream(stream)).toEqual(known[0].stream(stream));
      expect(known[1].recorded(stream)).toHaveLength(2 * known[0].recorded(stream).length);
      expect(known[1].find(Number(position) + texts.length)).toBeUndefined();
    }
  });

  test('refuses to go on over a correction that makes of an event what is none', () => {
    const texts = randomLog(5);
    const events = texts.map((text) => JSON.parse(text) as StoredEvent);
    const target = events.find(({ type }) => type === 'AccreditationAwarded');
    const register = registerOf(texts);
    const correction = {
      ...target,
      revision: events.filter(({ stream }) => stream === target?.stream).length,
      recordedAt: events.at(-1)?.recordedAt,
      position: String(texts.length),
      id: 'a-correction-of-nothing',
      type: 'EventCorrected',
      data: { event: target?.position, data: {}, kind: 'clerical', reason: 'typing-mistake' },
    };
    expect(() => {
      register.apply(JSON.stringify(correction));
    }).toThrow(UnreadableEvent);
    register.apply(JSON.stringify({ ...correction, data: { ...correction.data, data: target?.data } }));
    expect(register.head).toBe(texts.length);
  });

  test('refuses to go on over what it cannot read, and is left as it was', () => {
    const texts = randomLog(2);
    const register = registerOf(texts.slice(0, 10));
    const next = JSON.parse(texts[10] ?? '') as StoredEvent;
    for (const wrong of [
      '{',
      '{}',
      texts[11] ?? '',
      texts[9] ?? '',
      JSON.stringify({ ...next, schema: 2 }),
      JSON.stringify({ ...next, type: 'SomethingNew' }),
      JSON.stringify({ ...next, more: true }),
      JSON.stringify({ ...next, data: { ...next.data, more: true } }),
    ]) {
      expect(() => {
        register.apply(wrong);
      }).toThrow(UnreadableEvent);
      expect(register.head).toBe(9);
    }
    for (const text of texts.slice(10)) register.apply(text);
    expect(register.head).toBe(texts.length - 1);
  });
});

describe('a register whose events are checked elsewhere', () => {
  const FAULTS: readonly ((event: StoredEvent) => unknown)[] = [
    (event) => ({ ...event, schema: 2 }),
    (event) => ({ ...event, more: true }),
    (event) => ({ ...event, data: { ...event.data, more: true } }),
    (event) => ({ ...event, data: [] }),
    (event) => ({ ...event, revision: event.revision + 1 }),
    (event) => ({ ...event, position: String(Number(event.position) + 1) }),
    (event) => ({ ...event, subject: `${event.subject}0` }),
    (event) => ({ ...event, stream: `${event.stream}0`, revision: 0 }),
    (event) => ({ ...event, recordedAt: '2025-01-01T00:00:00.000Z' }),
    (event) => ({ ...event, time: 'soon' }),
    (event) => ({ ...event, type: 'SomethingNew' }),
  ];
  const written = (event: unknown) => canonicalize(event) ?? '';

  test.each(SEEDS)('is the same as one that has checked them itself (history %i)', (seed) => {
    const texts = randomLog(seed);
    const register = new EventIndex();
    for (const text of texts) register.applyUnchecked(text);
    expect(texts.map(flawOf).filter((flaw) => flaw !== undefined)).toEqual([]);
    expect(everything(register, register.head, texts)).toEqual(
      everything(registerOf(texts), register.head, texts),
    );
    for (const text of texts) {
      const { body, source, id, position } = JSON.parse(text) as StoredEvent;
      expect(register.submitted(body, source, id)).toBe(Number(position));
    }
  });

  test('leaves no fault to be found by no one, and finds it in the same words', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...SEEDS),
        fc.nat(),
        fc.oneof(fc.constantFrom(...FAULTS), fc.string()),
        (seed, at, fault) => {
          const texts = randomLogs.get(seed) ?? randomLog(seed);
          randomLogs.set(seed, texts);
          const position = at % texts.length;
          const event = JSON.parse(texts[position] ?? '') as StoredEvent;
          // A text for the data makes of the whole what is no JSON.
          const wrong =
            typeof fault === 'string'
              ? (texts[position] ?? '').replace(/"data":\{/, () => `"data":{${fault}`)
              : written(fault(event));
          if (wrong === texts[position]) return;
          const saysOf = (attempt: () => unknown) => {
            try {
              attempt();
              return undefined;
            } catch (error) {
              if (error instanceof UnreadableEvent) return error.message;
              throw error;
            }
          };
          const checkedHere = registerOf(texts.slice(0, position));
          const here = saysOf(() => checkedHere.apply(wrong));
          const register = registerOf(texts.slice(0, position));
          const there = saysOf(() => {
            register.applyUnchecked(wrong);
          });
          expect(flawOf(wrong, position) ?? there).toBe(here);
        },
      ),
      { numRuns: 300 },
    );
  });

  test('says what is wrong with an earlier event where a later one needs it', () => {
    const texts = randomLog(3);
    const events = texts.map((text) => JSON.parse(text) as StoredEvent);
    const [correction] = events.filter(({ type }) => type === 'EventCorrected');
    const target = Number(correction?.data['event']);
    const register = new EventIndex();
    expect(() => {
      for (const [position, text] of texts.entries())
        register.applyUnchecked(position === target ? text.replace('"data":{', '"data":{{') : text);
    }).toThrow(`The event at ${target} cannot stand there: it is not JSON.`);
  });
});

describe('answers that are kept', () => {
  test('are at every position what is worked out anew, whole and in brief, however appends and questions follow each other', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...SEEDS),
        fc.array(
          fc.record({
            read: fc.nat(6),
            provider: fc.nat(30),
            setting: fc.nat(4),
            // The head, a position shortly before it, or any.
            back: fc.oneof(fc.nat(40), fc.nat(40), fc.nat(400)),
            begin: fc.oneof(fc.constant(700), fc.nat(2_500)),
            length: fc.oneof(fc.constant(365), fc.nat(500)),
            // Few of them, so that the same is asked again and again; or any.
            few: fc.oneof(fc.constant(true), fc.boolean()),
            // No adviser, or some, perhaps the same one twice.
            named: fc.oneof(fc.constant<number[]>([]), fc.array(fc.nat(8), { maxLength: 3 })),
            asked: fc.constantFrom(
              ['whole'],
              ['brief'],
              ['whole', 'brief'],
              ['brief', 'whole'],
              ['several', 'whole'],
              ['brief', 'several'],
            ),
          }),
          { minLength: 30, maxLength: 90 },
        ),
        (seed, steps) => {
          const texts = randomLogs.get(seed) ?? randomLog(seed);
          randomLogs.set(seed, texts);
          const subjects = subjectsOf(texts).filter((key) => /^(?:ukprn|company|charity|urn):/.test(key));
          const people = subjectsOf(texts).filter((key) => key.startsWith('adviser:'));
          const register = registerOf(texts.slice(0, 40));
          // With hardly any room most of what is kept is let go before it is asked for again.
          const answers = new AnswerCache(register, ...(seed % 2 === 0 ? [16_000] : []));
          for (const { read, provider, setting, back, begin, length, few, named, asked } of steps) {
            for (const text of texts.slice(register.head + 1, register.head + 1 + read)) register.apply(text);
            const position = Math.max(-1, register.head - Math.max(0, back - 20));
            const from = dayOf('2018-01-01') + begin;
            const question = {
              provider: subjects[(few ? provider % 5 : provider) % subjects.length] ?? '',
              setting: SETTINGS[setting] ?? '',
              policy: 'cmqa-2017',
              from,
              until: from + length,
              advisers: named.map((one) => people[one % people.length] ?? ''),
            };
            const found = resolveQuestion(register.at(position), question);
            const anew = isRefusal(found) ? found : answer(found, register.recordedAt(position) ?? '');
            const brief = isRefusal(anew)
              ? anew
              : { outcome: anew.outcome, eligibleUntil: anew.eligibleUntil };
            for (const how of asked) {
              if (how === 'brief') {
                expect(worked(answers.verdict(question, position))).toEqual(brief);
                continue;
              }
              if (how === 'several') {
                const all = worked(answers.answers(question, 'all', position));
                expect(isRefusal(all) ? all : all.text).toEqual(underAll(register, question, position));
                continue;
              }
              const written = worked(answers.answer(question, position));
              expect(isRefusal(written) ? written : written.text).toEqual(
                isRefusal(anew) ? anew : JSON.stringify(anew),
              );
            }
          }
        },
      ),
      { numRuns: 100 },
    );
  });
});

/** The answers under all policies, each worked out anew by itself. */
function underAll(register: EventIndex, asking: Asking, position: number): string | Refusal {
  const known = register.at(position);
  const policies = policiesInOrder(known, 'all');
  if (isRefusal(policies)) return policies;
  const found = resolveUnderSeveral(known, asking, policies);
  if (isRefusal(found)) return found;
  const each = found.map((one) => answer(one, register.recordedAt(position) ?? ''));
  return JSON.stringify({ answers: each });
}

const randomLogs = new Map<number, readonly string[]>();
