/// <reference types="jest" />
import { isFinding } from '@app/transparency/finding';
import { answerFrom } from '../../apps/auditor/answer';
import { AuditEnd, AUDITOR_EXIT } from '../../apps/auditor/exit-codes';
import { Asked } from '../frozen/asked';
import { history, questions } from '../oracle/histories';
import { logOf, registerOf } from '../read-model/logs';
import { checkpointOf, sourceOf } from './texts-source';
import { isRefusal } from '@app/domain/values/problem';
import type { Question } from '../oracle/oracle';

const untold = () => undefined;
const QUESTIONS = 10;

/** The same question as an address, and as options. */
function asked(question: Question, head: number) {
  const { provider, setting, from, until, advisers = [], school, knownAt = head, policy = [] } = question;
  const policies = [policy].flat();
  const query = new URLSearchParams([
    ['setting', setting],
    ['from', from],
    ['until', until],
    ...advisers.map((one) => ['adviser', one]),
    ...(school === undefined ? [] : [['school', school]]),
    ...policies.map((one) => ['policy', one]),
    ['knownAt', String(knownAt)],
  ]);
  return {
    address: `/v1/providers/${provider}/eligibility?${query.toString()}`,
    options: {
      provider,
      setting,
      from: from,
      until: until,
      adviser: advisers,
      ...(school === undefined ? {} : { school }),
      policy: policies,
      at: String(knownAt),
      json: true,
    },
  };
}

describe('what the auditor recomputes', () => {
  test.each([11, 12, 13, 14])(
    'is byte for byte what a register says that has read on, on the history of seed %i',
    async (seed) => {
      const postings = history(seed);
      const texts = logOf(postings);
      const checkpoint = checkpointOf(texts);
      const register = new Asked(registerOf(texts));
      const head = texts.length - 1;
      for (const question of questions(seed, QUESTIONS, postings, head)) {
        const { address, options } = asked(question, head);
        const said = register.text(address);
        const told = await answerFrom(sourceOf(texts), checkpoint, options, untold);
        if (isFinding(told)) throw new Error(told.detail);
        if (isRefusal(said)) {
          const { code, detail, errors: [error] = [] } = said;
          expect(JSON.parse(told.text)).toEqual({
            problem: { code, detail, ...(error ? { pointer: error.pointer } : {}) },
          });
          continue;
        }
        expect(told.text).toBe(said);
      }
    },
  );

  const texts = logOf(history(11));
  const checkpoint = checkpointOf(texts);
  const options = {
    provider: 'ukprn:10000001',
    setting: 'publicly-funded',
    adviser: [],
    policy: [],
    on: '2020-01-01',
  };
  const ending = async (work: Promise<unknown>) => {
    try {
      await work;
      return undefined;
    } catch (error) {
      return error instanceof AuditEnd ? error.code : error;
    }
  };

  test('is told in words, with an exit code for scripts', async () => {
    const told = await answerFrom(sourceOf(texts), checkpoint, { ...options, policy: ['all'] }, untold);
    if (isFinding(told)) throw new Error(told.detail);
    expect(told.text).toMatch(/Under cmqa-2017:/);
    expect(Object.values(AUDITOR_EXIT)).toContain(told.code);
  });

  test('needs the log that the checkpoint commits to, also where what differs comes after the moment', async () => {
    const changed = texts.with(-1, (texts.at(-1) ?? '').replace('2026-09-01T00', '2026-09-01T01'));
    expect(await answerFrom(sourceOf(changed), checkpoint, { ...options, at: '20' }, untold)).toMatchObject({
      code: 'wrong-root',
    });
    expect(
      await answerFrom(sourceOf(texts.slice(0, -1)), checkpoint, { ...options, at: '20' }, untold),
    ).toMatchObject({ code: 'dropped-event', position: texts.length - 1 });
  });

  test('needs the log to go on from what was seen before', async () => {
    const before = (seen: readonly string[]) =>
      answerFrom(sourceOf(texts), { ...checkpoint, seen: checkpointOf(seen) }, options, untold);
    const changed = texts.with(20, (texts[20] ?? '').replace('2026-09-01T00', '2026-09-01T01'));
    expect(isFinding(await before(texts.slice(0, 30)))).toBe(false);
    expect(isFinding(await before(texts))).toBe(false);
    expect(await before(changed.slice(0, 30))).toMatchObject({ code: 'fork' });
  });

  test('is of the last event that was recorded at an instant or before', async () => {
    const at = async (moment: string) => {
      const told = await answerFrom(
        sourceOf(texts),
        checkpoint,
        { ...options, at: moment, json: true },
        untold,
      );
      return isFinding(told)
        ? told.code
        : (JSON.parse(told.text) as { knownAt?: { position: string } }).knownAt;
    };
    expect(await at('2026-09-01T00:00:30.500Z')).toMatchObject({ position: '30' });
    expect(await at('2026-09-01T00:00:30Z')).toMatchObject({ position: '30' });
    expect(await at('30')).toEqual(await at('2026-09-01T00:00:30Z'));
    // Each of these events is recorded a second after the one before it.
    expect(await ending(at('2026-10-01T00:00:00Z'))).toBe(AUDITOR_EXIT.untold);
    expect(await ending(at(String(texts.length)))).toBe(AUDITOR_EXIT.untold);
    expect(await ending(at('yesterday'))).toBe(AUDITOR_EXIT.usage);
  });

  test('is of the log that the digits after a position are of', async () => {
    const register = registerOf(texts);
    const digits = register.hash(30).slice(0, 8);
    const at = (moment: string) =>
      answerFrom(sourceOf(texts), checkpoint, { ...options, at: moment }, untold);
    expect(isFinding(await at(`30-${digits}`))).toBe(false);
    expect(await at(`30-${digits === '00000000' ? '11111111' : '00000000'}`)).toMatchObject({
      code: 'fork',
      position: 30,
    });
  });

  test.each([
    ['a key that is none', { provider: 'ukprn:1' }],
    ['a day that is none', { on: '2026-02-30' }],
    ['half a window', { on: undefined, from: '2026-01-01' }],
    ['a day and a window', { from: '2026-01-01', until: '2026-01-02' }],
    ['an adviser who is no key', { adviser: ['Ada'] }],
  ])('is not sought for %s', async (_, wrong) => {
    const { on, ...rest } = { ...options, ...wrong };
    const given = on === undefined ? rest : { ...rest, on };
    expect(await ending(answerFrom(sourceOf(texts), checkpoint, given, untold))).toBe(AUDITOR_EXIT.usage);
  });
});
