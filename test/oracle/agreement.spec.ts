/// <reference types="jest" />
import { PendingAppend, headOf } from '@app/application/posting/pending-append';
import type { Bounds } from '@app/domain/admission/subject-bounds';
import { answer } from '@app/domain/evaluation/v1/answer';
import {
  policiesInOrder,
  resolveQuestion,
  resolveUnderSeveral,
  type ResolvedQuestion,
} from '@app/domain/evaluation/v1/resolved-question';
import { isSeveral } from '@app/domain/subjects/policy';
import { windowOf } from '@app/domain/evaluation/v1/question-window';
import { isRefusal } from '@app/domain/values/problem';
import { isEventType } from '@app/domain/log/event-catalogue';
import { readSubmission } from '@app/domain/log/cloud-event';
import { type StoredEvent } from '@app/domain/log/stored-event';
import { EventIndex } from '@app/read-model/index/event-index';
import { history, questions } from './histories';
import { EVENT_TYPES, Oracle, WARNINGS, type Posting, type Question, type Verdict } from './oracle';

const SEEDS = Number(process.env['ORACLE_SEEDS'] ?? 50);
const FIRST_SEED = Number(process.env['ORACLE_FIRST_SEED'] ?? 1);
const QUESTIONS = 12;

/** The bounds of events about one subject: in some histories so low that bodies reach them, in others those of a register. */
function boundsOf(seed: number): Bounds | undefined {
  if (seed % 4 !== 0) return undefined;
  const most = (place: number) => 1 + ((seed + place) % 5);
  return {
    provider: most(0),
    accreditation: most(1),
    adviser: most(2),
    engagement: most(3),
    school: most(4),
    area: most(5),
    contract: most(6),
    annotation: most(7),
  };
}

/** A register that keeps its log only in memory. */
function post(
  register: EventIndex,
  { body, ...posting }: Posting,
  bounds: Bounds | undefined,
): Verdict | { kind: 'refused'; code: string } {
  const submission = readSubmission(body, { specversion: '1.0', ...posting });
  if (isRefusal(submission)) return { kind: 'refused', code: submission.code };
  const draft = new PendingAppend(
    { ...headOf(register), bounds },
    new Date(Date.UTC(2026, 8, 1) + register.head).toISOString(),
    undefined,
  );
  const result = draft.take(submission);
  if (result === 'full') throw new Error('an event filled an append');
  if (result.outcome === 'refused') return { kind: 'refused', code: result.refusal.code };
  const codes = new Set(result.warnings.map(({ code }) => code).filter((code) => WARNINGS.includes(code)));
  const warnings = [...codes].sort();
  if (result.outcome === 'duplicate') return { kind: 'duplicate', position: result.position, warnings };
  for (const text of draft.texts) register.apply(text);
  const { recordedAt: _, ...stored } = JSON.parse(register.text(result.position)) as StoredEvent;
  return { kind: 'accepted', position: result.position, stored: { ...stored, schema: 1 }, warnings };
}

function ask(register: EventIndex, { policy = 'cmqa-2017', ...question }: Question) {
  const { knownAt = register.head, advisers = [], ...asked } = question;
  if (knownAt > register.head) return { code: 'not-caught-up' };
  const known = register.at(knownAt);
  const window = windowOf(asked, known.today);
  if (isRefusal(window)) return { code: window.code };
  const asking = { ...asked, ...window, advisers };
  if (!isSeveral(policy)) {
    const found = resolveQuestion(known, { ...asking, policy });
    return isRefusal(found) ? { code: found.code } : toldBy(found);
  }
  const policies = policiesInOrder(known, policy);
  if (isRefusal(policies)) return { code: policies.code };
  const found = resolveUnderSeveral(known, asking, policies);
  return isRefusal(found) ? { code: found.code } : { answers: found.map(toldBy) };
}

function toldBy(found: ResolvedQuestion) {
  const { knownAt: _, evaluator: __, ...rest } = answer(found, '');
  return rest;
}

/** Where the register is still without some type of event there is nothing to compare. */
const whereComplete = EVENT_TYPES.every(isEventType) ? describe : describe.skip;

whereComplete('the register and the oracle agree', () => {
  const seeds = Array.from({ length: SEEDS }, (_, i) => FIRST_SEED + i);
  test.each(seeds)('on the history of seed %i', (seed) => {
    const bounds = boundsOf(seed);
    const [oracle, register] = [new Oracle(bounds), new EventIndex()];
    const postings = history(seed);
    for (const [i, posting] of postings.entries()) {
      const mine = post(register, posting, bounds);
      // With so many refusals, a position in a correction may name an event of another type, and the oracle knows no shapes.
      if (bounds && posting.type === 'EventCorrected' && 'code' in mine && mine.code === 'invalid-event')
        continue;
      const verdict = oracle.post(posting);
      const about = `posting ${i} of seed ${seed}: ${JSON.stringify(posting)}`;
      if (verdict.kind === 'refused') {
        // The oracle knows no shapes: in a correction with data of another type it finds only the other faults.
        if (posting.type === 'EventCorrected' && 'code' in mine && mine.code === 'invalid-event') continue;
        expect({
          about,
          refusedAs: 'code' in mine && verdict.codes.has(mine.code) ? [...verdict.codes] : mine,
        }).toEqual({ about, refusedAs: [...verdict.codes] });
      } else expect({ about, ...mine }).toEqual({ about, ...verdict });
    }
    const asked = questions(seed, QUESTIONS, postings, oracle.head());
    for (const question of asked) {
      const told = oracle.ask(question);
      const mine = ask(register, question);
      const about = `seed ${seed}: ${JSON.stringify(question)}`;
      if ('status' in told) {
        expect({
          about,
          refusedAs: 'code' in mine && told.codes.has(mine.code) ? [...told.codes] : mine,
        }).toEqual({ about, refusedAs: [...told.codes] });
      } else expect({ about, ...mine }).toEqual({ about, ...told });
    }
  });
});
