/// <reference types="jest" />
import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Question } from '@app/domain/evaluation/v1/resolved-question';
import { dayOf } from '@app/domain/values/day';
import { REGISTRAR } from '@app/domain/log/event-catalogue';
import { isRefusal } from '@app/domain/values/problem';
import { AnswerCache } from '@app/read-model/answers/answer-cache';
import type { EventIndex } from '@app/read-model/index/event-index';
import cmqa from '../../libs/domain/policies/cmqa-2017.json';
import { logOf, registerOf } from './logs';
import { worked } from '../worked';

const PROVIDER = 'ukprn:10000001';
const MIB = 1024 * 1024;
const ROOM = { days: 2 * MIB, answers: 2 * MIB };

/** A provider with a name that no byte a character holds, and advisers who are qualified from different days on. */
function providerWith(advisers: number): EventIndex {
  const posted = (type: string, subject: string, data: object) => ({
    body: REGISTRAR,
    source: '/example',
    id: `${type} ${subject}`.replaceAll(/[^A-Za-z0-9]/g, '-'),
    type,
    subject,
    data,
  });
  const people = Array.from({ length: advisers }, (_, i) => `adviser:example${String(i).padStart(8, '0')}`);
  const engagement = { provider: PROVIDER, from: '2020-01-01', basis: 'employed' };
  return registerOf(
    logOf([
      posted('DayOpened', 'calendar:england', { date: '2026-09-01' }),
      posted('PolicyEditionPublished', 'policy:cmqa-2017', {
        edition: 1,
        effectiveFrom: '2017-10-01',
        policy: cmqa,
      }),
      posted('ProviderRegistered', PROVIDER, { name: 'Guidance → Ō', legalForm: 'company' }),
      ...people.flatMap((person) => [
        posted('AdviserRegistered', person, {}),
        posted('EngagementStarted', person, engagement),
      ]),
    ]),
  );
}

const day = (number: number) => dayOf('2020-01-01') + number;
const question = (number: number): Question => ({
  provider: PROVIDER,
  setting: 'school-commissioned',
  policy: 'cmqa-2017',
  from: day(number),
  until: day(number + 30),
  advisers: [],
});

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
/**
 * What is held in memory once all is let go that nothing needs, in bytes. What tests before left in this process goes over
 * several turns: it is waited for until nothing more does.
 */
async function held(): Promise<number> {
  for (let before = Infinity; ;) {
    collect();
    await setImmediate();
    collect();
    const { heapUsed } = process.memoryUsage();
    if (heapUsed > before - 16 * 1024) return heapUsed;
    before = heapUsed;
  }
}

describe('what is kept of answers', () => {
  test.each([
    [1, 3_000],
    [50, 500],
    [400, 80],
  ])(
    'takes no more memory than it has room for, about a provider with %i advisers',
    async (advisers, windows) => {
      const register = providerWith(advisers);
      const asking = (answers: AnswerCache) => (number: number) => {
        const written = worked(answers.answer(question(number), register.head));
        if (isRefusal(written)) throw new Error(written.detail);
        return written.text.length;
      };
      // What the register decodes is its own, and there before; what the engine makes of code that runs often is too.
      const others = asking(new AnswerCache(register, ROOM));
      for (let number = 0; number < windows; number++) others(number);
      const answers = new AnswerCache(register, ROOM);
      const ask = asking(answers);
      const before = await held();
      let asked = 0;
      for (let number = 1; number <= windows; number++) asked += ask(number);
      const grown = (await held()) - before;
      // More was asked than there is room for, and what is kept is not much less than there is.
      expect(asked).toBeGreaterThan(1.5 * ROOM.answers);
      expect(grown).toBeGreaterThan(ROOM.answers / 8);
      expect(grown).toBeLessThan(1.5 * ROOM.answers);
      expect(worked(answers.answer(question(1), register.head))).toHaveProperty('text');
    },
  );

  test('is nothing of an answer that would take the room of many others', async () => {
    const register = providerWith(1_500);
    const answers = new AnswerCache(register, ROOM);
    const ask = (number: number) => worked(answers.answer(question(number), register.head));
    ask(0);
    const before = await held();
    for (let number = 1; number <= 8; number++) ask(number);
    expect((await held()) - before).toBeLessThan(ROOM.answers / 4);
  });
});
