/// <reference types="jest" />
import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Question } from '@app/domain/evaluation/v1/resolved-question';
import { dayOf } from '@app/domain/values/day';
import { REGISTRAR } from '@app/domain/log/event-catalogue';
import { AnswerCache } from '@app/read-model/answers/answer-cache';
import type { EventIndex } from '@app/read-model/index/event-index';
import cmqa from '../../libs/domain/policies/cmqa-2017.json';
import { logOf, registerOf } from './logs';
import { worked } from '../worked';

const MIB = 1024 * 1024;
const ROOM = 3 * MIB;
/** Besides what brief answers need, what is kept of named advisers and put together about them, and what holds no longer. */
const ROOM_FOR_STANDINGS = (7 / 8) * (5 / 8) * (3 / 4) * ROOM;
const SETTINGS = ['school-in-house', 'school-commissioned', 'national-careers-service', 'publicly-funded'];

const keyOf = (provider: number) => `ukprn:${10_000_000 + provider}`;

/** Providers with a name that no byte a character holds, all with the same advisers. */
function providersWith(advisers: number, providers: number): EventIndex {
  const posted = (type: string, subject: string, data: object, id = `${type} ${subject}`) => ({
    body: REGISTRAR,
    source: '/example',
    id: id.replaceAll(/[^A-Za-z0-9]/g, '-'),
    type,
    subject,
    data,
  });
  const people = Array.from({ length: advisers }, (_, i) => `adviser:example${String(i).padStart(8, '0')}`);
  const keys = Array.from({ length: providers }, (_, i) => keyOf(i));
  return registerOf(
    logOf([
      posted('DayOpened', 'calendar:england', { date: '2026-09-01' }),
      posted('PolicyEditionPublished', 'policy:cmqa-2017', {
        edition: 1,
        effectiveFrom: '2017-10-01',
        policy: cmqa,
      }),
      ...keys.map((key) => posted('ProviderRegistered', key, { name: 'Guidance → Ō', legalForm: 'company' })),
      ...people.map((person) => posted('AdviserRegistered', person, {})),
      ...people.flatMap((person) =>
        keys.map((provider) =>
          posted(
            'EngagementStarted',
            person,
            { provider, from: '2020-01-01', basis: 'employed' },
            `${person} ${provider}`,
          ),
        ),
      ),
    ]),
  );
}

/** The questions about them, one for each provider and setting. */
function questionsAbout(providers: number): readonly Question[] {
  return Array.from({ length: providers }, (_, i) => keyOf(i)).flatMap((provider) =>
    SETTINGS.map((setting) => ({
      provider,
      setting,
      policy: 'cmqa-2017',
      from: dayOf('2020-01-01'),
      until: dayOf('2020-01-31'),
      advisers: [],
    })),
  );
}

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

/** The bytes by which what is held grows when a cache with some room is asked all questions. */
async function grownBy(room: number, register: EventIndex, questions: readonly Question[]): Promise<number> {
  const answers = new AnswerCache(register, room);
  const before = await held();
  for (const question of questions)
    expect(worked(answers.answer(question, register.head))).toHaveProperty('text');
  const grown = (await held()) - before;
  // It is not let go before it has been measured.
  for (const question of questions.slice(0, 1))
    expect(worked(answers.answer(question, register.head))).toHaveProperty('text');
  return grown;
}

describe('what is kept of answers', () => {
  test.each([
    [1, 300],
    [50, 60],
    [200, 20],
  ])(
    'takes no more memory than it has room for, about providers with %i advisers',
    async (advisers, providers) => {
      const register = providersWith(advisers, providers);
      const questions = questionsAbout(providers);
      // What the register decodes is its own, and there before; what the engine makes of code that runs often is too.
      await grownBy(ROOM, register, questions);
      const inAll = await grownBy(16 * ROOM, register, questions);
      const grown = await grownBy(ROOM, register, questions);
      // There is more than there is room for, and what is kept is not much less than there is.
      expect(inAll).toBeGreaterThan(1.5 * ROOM_FOR_STANDINGS);
      expect(grown).toBeGreaterThan(ROOM_FOR_STANDINGS / 2);
      expect(grown).toBeLessThan(1.5 * ROOM_FOR_STANDINGS);
    },
  );

  test('takes no more memory than it has room for, about each two of many advisers', async () => {
    const register = providersWith(16, 40);
    const people = Array.from({ length: 16 }, (_, i) => `adviser:example${String(i).padStart(8, '0')}`);
    const pairs = people.flatMap((one, i) => people.slice(i + 1).map((other) => [one, other]));
    const questions = questionsAbout(40)
      .filter(({ setting }) => setting === 'school-commissioned')
      .flatMap((question) => pairs.map((advisers) => ({ ...question, advisers })));
    await grownBy(ROOM, register, questions);
    expect(await grownBy(16 * ROOM, register, questions)).toBeGreaterThan(2 * ROOM);
    const grown = await grownBy(ROOM, register, questions);
    expect(grown).toBeGreaterThan(ROOM / 8);
    expect(grown).toBeLessThan(ROOM);
  });

  test('is nothing of an answer that would take the room of many others', async () => {
    const register = providersWith(1_500, 1);
    const questions = questionsAbout(1);
    await grownBy(ROOM, register, questions);
    expect(await grownBy(ROOM, register, questions)).toBeLessThan(ROOM_FOR_STANDINGS / 4);
  });
});
