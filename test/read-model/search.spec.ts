/// <reference types="jest" />
import { PendingAppend, headOf } from '@app/application/posting/pending-append';
import { REGISTRAR, type EventType } from '@app/domain/log/event-catalogue';
import { isRegistered, keysOf } from '@app/domain/log/identity';
import { isRefusal } from '@app/domain/values/problem';
import { readSubmission } from '@app/domain/log/cloud-event';
import { providerRecord } from '@app/read-model/records/records';
import type { EventIndex } from '@app/read-model/index/event-index';
import { ProviderSearch, type PublicName } from '@app/read-model/search/provider-search';
import fc from 'fast-check';
import { Dice } from '../dice';
import { randomLog, registerOf } from './logs';
import { worked } from '../worked';

const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8];

/** What every history is searched for: keys, their beginnings, and words of its names with their faults. */
function searched(texts: readonly string[]): readonly string[] {
  const words = new Set<string>();
  for (const text of texts) {
    const { data, subject } = JSON.parse(text) as { data: { name?: string }; subject: string };
    words.add(subject).add(subject.slice(0, -2));
    for (const word of data.name?.split(' ') ?? []) words.add(word).add(word.slice(1)).add(`${word}x`);
  }
  return [...words];
}

/** A search that has taken all that a register holds. */
function searchOf(register: EventIndex, publicName?: PublicName): ProviderSearch {
  const search = new ProviderSearch(register, publicName);
  register.replay(search);
  return search;
}

function everything(search: ProviderSearch, queries: readonly (string | undefined)[]): unknown {
  return queries.map((text) => [text, search.find({ text, limit: 100 })]);
}

function providersIn(register: EventIndex, texts: readonly string[]): string[] {
  const known = register.at(register.head);
  const keys = texts.flatMap((text) => {
    const { subject, data } = JSON.parse(text) as { subject: string; data: { as?: string } };
    return [subject, data.as ?? subject];
  });
  const providers = [...new Set(keys)].filter((key) => !/^(?:adviser|body|area|policy|calendar):/.test(key));
  return [
    ...new Set(providers.filter((key) => isRegistered(known, key)).map((key) => keysOf(known, key)[0] ?? '')),
  ].sort();
}

describe('an index', () => {
  test.each(SEEDS)('that was searched all along is the same as one made at the end (history %i)', (seed) => {
    const texts = randomLog(seed);
    const register = registerOf([]);
    const running = new ProviderSearch(register);
    const queries = [undefined, ...searched(texts)];
    for (const [i, text] of texts.entries()) {
      running.apply(i, text, register.apply(text));
      if (i % 7 === 0) running.find({ limit: 1 });
    }
    expect(everything(running, queries)).toEqual(everything(searchOf(register), queries));
  });

  test.each(SEEDS)(
    'that was told of each public name that came and went is the same as one made at the end (history %i)',
    (seed) => {
      const [texts, dice, register] = [randomLog(seed), new Dice(seed), registerOf([])];
      const names = new Map<string, string>();
      const publicName = (keys: readonly string[]) =>
        keys.map((key) => names.get(key)).find((name) => name !== undefined);
      const running = new ProviderSearch(register, publicName);
      const given: string[] = [];
      const providers: string[] = [];
      for (const [i, text] of texts.entries()) {
        running.apply(i, text, register.apply(text));
        const { type, subject } = JSON.parse(text) as { type: string; subject: string };
        if (type === 'ProviderRegistered') providers.push(subject);
        if (dice.chance(0.5) || providers.length === 0) continue;
        const key = dice.one(providers);
        const name = `Exampler ${String.fromCharCode(97 + given.length)}`;
        given.push(name);
        if (dice.chance(0.7)) names.set(key, name);
        else names.delete(key);
        running.renew(key);
        if (dice.chance(0.2)) running.find({ limit: 1 });
      }
      const queries = [undefined, 'exampler', ...given, ...searched(texts)];
      const made = searchOf(register, publicName);
      expect(everything(running, queries)).toEqual(everything(made, queries));
      for (const name of given.filter((one) => ![...names.values()].includes(one)))
        expect(JSON.stringify(running.find({ text: 'exampler', limit: 100 }))).not.toContain(`"${name}"`);
      names.clear();
      for (const text of ['exampler', ...given])
        expect(JSON.stringify(running.find({ text, limit: 100 }))).not.toContain('Exampler');
    },
  );

  test.each(SEEDS)(
    'lists the providers that are registered, as their records say (history %i)',
    async (seed) => {
      const texts = randomLog(seed);
      const register = registerOf(texts);
      const search = searchOf(register);
      await search.catchUp();
      const page = search.find({ limit: 10_000 });
      if (isRefusal(page)) throw new Error(page.detail);
      expect(page.providers.map(({ key }) => key)).toEqual(providersIn(register, texts));
      for (const { key, keys, name } of page.providers) {
        const record = worked(providerRecord(register.at(register.head), key));
        expect(record).toMatchObject({ provider: { key, name }, keys });
      }
    },
  );
});

/** Posts what is accepted of this, one after the other. */
function post(register: EventIndex, type: EventType, subject: string, data: object): void {
  const at = register.head + 1;
  const draft = new PendingAppend(
    headOf(register),
    new Date(Date.UTC(2026, 8, 1, 0, 0, at)).toISOString(),
    undefined,
  );
  const event = { specversion: '1.0', source: '/keys', id: `no-${at}`, type, subject, data };
  draft.take(readSubmission(REGISTRAR, event));
  for (const text of draft.texts) register.apply(text);
}

describe('providers that come to have keys in common, and cease to', () => {
  const keys = Array.from({ length: 5 }, (_, i) => `ukprn:1000000${i}`);
  const key = fc.constantFrom(...keys);
  const which = fc.nat();
  /** A registration, a further key, and what may be done to the event at a place in the log. */
  const deed = fc.oneof(
    fc.record({ does: fc.constant('register' as const), key }),
    fc.record({ does: fc.constant('identify' as const), key, as: key }),
    fc.record({ does: fc.constant('identify' as const), key, as: key }),
    fc.record({ does: fc.constant('correct' as const), which, as: key }),
    fc.record({ does: fc.constant('retract' as const), which }),
    fc.record({ does: fc.constant('search' as const) }),
    fc.record({ does: fc.constant('search' as const) }),
  );

  test('are found as they are by an index that was made anew, whatever was posted and undone', () => {
    fc.assert(
      fc.property(fc.array(deed, { minLength: 10, maxLength: 40 }), (deeds) => {
        const register = registerOf([]);
        const running = new ProviderSearch(register);
        for (const done of deeds) {
          register.replay(running);
          if (done.does === 'search') running.find({ limit: 1 });
          else if (done.does === 'register')
            post(register, 'ProviderRegistered', done.key, {
              legalForm: 'company',
              name: `Exampler ${done.key}`,
            });
          else if (done.does === 'identify') post(register, 'ProviderIdentified', done.key, { as: done.as });
          else if (register.head >= 0) {
            const position = done.which % (register.head + 1);
            const { subject } = JSON.parse(register.text(position)) as { subject: string };
            const named = { event: String(position), reason: 'mistake' };
            if (done.does === 'retract') post(register, 'EventRetracted', subject, named);
            else
              post(register, 'EventCorrected', subject, {
                ...named,
                kind: 'clerical',
                data: { as: done.as },
              });
          }
        }
        register.replay(running);
        const queries = [undefined, 'exampler', ...keys];
        const known = register.at(register.head);
        expect(everything(running, queries)).toEqual(everything(searchOf(register), queries));
        const page = running.find({ limit: 100 });
        if (isRefusal(page)) throw new Error(page.detail);
        expect(page.providers.map((one) => one.keys)).toEqual(
          page.providers.map((one) => keysOf(known, one.key)),
        );
      }),
      { numRuns: 500 },
    );
  });
});
