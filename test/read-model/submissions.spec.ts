/// <reference types="jest" />
import { PendingAppend, headOf } from '@app/application/posting/pending-append';
import { dayOf } from '@app/domain/values/day';
import { answer } from '@app/domain/evaluation/v1/answer';
import { resolveQuestion } from '@app/domain/evaluation/v1/resolved-question';
import { isRefusal } from '@app/domain/values/problem';
import { readSubmission } from '@app/domain/log/cloud-event';
import { type StoredEvent } from '@app/domain/log/stored-event';
import type { EventIndex } from '@app/read-model/index/event-index';
import { loaded, submissions, type Wanted } from '@app/read-model/records/submissions';
import fc from 'fast-check';
import { history } from '../oracle/histories';
import { randomLog, registerOf } from './logs';

const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8];
const stored = (text: string) => JSON.parse(text) as StoredEvent;

describe('what a body posted', () => {
  test.each(SEEDS)('is what a reading of the whole log finds, page by page (history %i)', (seed) => {
    const texts = randomLog(seed);
    const register = registerOf(texts);
    const events = texts.map(stored);
    const some = <T>(values: readonly T[]) => fc.constantFrom(...new Set(values));
    fc.assert(
      fc.property(
        some(events.map(({ body }) => body)),
        fc.option(some(events.map(({ type }) => type)), { nil: undefined }),
        fc.option(some(events.map(({ subject }) => subject)), { nil: undefined }),
        fc.option(some(events.map(({ source }) => source)), { nil: undefined }),
        fc.integer({ min: 0, max: events.length - 1 }),
        fc.integer({ min: 1, max: 7 }),
        (body, type, subject, source, position, limit) => {
          const wanted: Wanted = { body, type, subject, source };
          const found: string[] = [];
          for (let after: string | null = '-1'; after !== null;) {
            const page = submissions(register, position, wanted, { after: Number(after), limit });
            expect(page.events.length).toBeLessThanOrEqual(limit);
            found.push(...page.events.map((event) => event.position));
            after = page.next;
          }
          const expected = events.filter(
            (event) =>
              Number(event.position) <= position &&
              event.body === body &&
              event.type === (type ?? event.type) &&
              event.subject === (subject ?? event.subject) &&
              event.source === (source ?? event.source),
          );
          expect(found).toEqual(expected.map((event) => event.position));
        },
      ),
      { numRuns: 40, seed },
    );
  });
});

const BODY = 'body:registrar';
const LOAD = '/mistaken-load';

const retractionOf = ({ position, subject }: { readonly position: unknown; readonly subject: string }) => ({
  type: 'EventRetracted',
  subject,
  data: { event: String(position), reason: 'mistake' },
});

/** Posts to a register; the position where it is accepted. */
function post(register: EventIndex, event: object): number | undefined {
  const submission = readSubmission(BODY, { specversion: '1.0', ...event });
  if (isRefusal(submission)) return undefined;
  const at = new Date(Date.UTC(2027, 0, 1, 0, 0, register.head)).toISOString();
  const draft = new PendingAppend(headOf(register), at, undefined);
  const result = draft.take(submission);
  for (const text of draft.texts) register.apply(text);
  return result !== 'full' && result.outcome === 'accepted' ? result.position : undefined;
}

/**
 * The effective events of every stream, and the answers to every question about eligibility, without the
 * position and the time.
 */
function said(register: EventIndex, before: number, subjects: readonly string[], streams: readonly string[]) {
  const known = register.at(register.head);
  const isOfBefore = ({ position }: { readonly position: number }) => position <= before;
  return {
    standing: streams.map((stream) => known.stream(stream).filter(isOfBefore)),
    answers: subjects
      .filter((subject) => /^(?:ukprn|company|charity|urn):/.test(subject))
      .map((provider) => {
        const found = resolveQuestion(known, {
          provider,
          setting: 'publicly-funded',
          policy: 'cmqa-2017',
          from: dayOf('2019-06-01'),
          until: dayOf('2021-05-31'),
          advisers: [],
        });
        if (isRefusal(found)) return found.code;
        const { knownAt: _, ...rest } = answer(found, '');
        return rest;
      }),
  };
}

describe('a load that was posted by mistake, and retracted', () => {
  test.each(SEEDS)('leaves the register as if it had never been posted (history %i)', (seed) => {
    const register = registerOf(randomLog(seed));
    const texts = Array.from({ length: register.head + 1 }, (_, position) => register.text(position));
    const streams = [...new Set(texts.map((text) => stored(text).stream))];
    const subjects = [...new Set(texts.map((text) => stored(text).subject))];
    const before = register.head;
    const untouched = said(register, before, subjects, streams);

    // What another history has to say of the same subjects, and retractions of what was there.
    const postings = [
      ...history(seed + 100).filter(({ type }) => type !== 'DayOpened' && !type.startsWith('BodyKey')),
      ...texts.filter((_, i) => i % 5 === seed % 5).map((text) => retractionOf(stored(text))),
    ];
    for (const [i, { type, subject, data }] of postings.entries())
      post(register, { type, subject, data, source: LOAD, id: `load-${i}` });
    // The load is no harmless one.
    expect(said(register, before, subjects, streams)).not.toEqual(untouched);

    const load = { body: BODY, source: LOAD, after: -1, upTo: register.head };
    for (let at: number | undefined = register.head + 1; at !== undefined;) {
      const part = loaded(register, load, at);
      for (const { position, subject, stands } of part.events) {
        if (!stands) continue;
        const done = post(register, {
          ...retractionOf({ position, subject }),
          source: '/undo',
          id: `u-${position}`,
        });
        expect(done).toBeDefined();
      }
      at = part.before;
    }
    expect(said(register, before, subjects, streams)).toEqual(untouched);
  });
});
