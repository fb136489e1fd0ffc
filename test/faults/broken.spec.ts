/// <reference types="jest" />
import { BROKEN_LOGS, BROKEN_STARTS, BROKEN_WRITERS, withSmallWriter, type WriterDefect } from './broken';
import { BROKEN_ADAPTERS, withSmallAdapter, type AdapterDefect } from './broken-adapters';
import { RULES, type Breach } from './rules';
import { schedule, SOUND, type Parts } from './schedule';
import { useVirtualTime } from './virtual-time';

const MOST_SEEDS = 400;
const SEEDS_OF_THE_SOUND = 100;

/** The first seed whose schedule breaks the rule. */
async function found(parts: Parts, rule: Breach['rule']): Promise<number | undefined> {
  for (let seed = 1; seed <= MOST_SEEDS; seed++) {
    const { breaches } = await schedule(seed, parts);
    if (breaches.some((breach) => breach.rule === rule)) return seed;
  }
  return undefined;
}

describe('every defect is found', () => {
  useVirtualTime();

  test('and the least writer without a defect keeps every rule', async () => {
    for (let seed = 1; seed <= SEEDS_OF_THE_SOUND; seed++) {
      const { breaches } = await schedule(seed, withSmallWriter());
      expect({ seed, breaches }).toEqual({ seed, breaches: [] });
    }
  });

  test.each(Object.entries(BROKEN_WRITERS))('a writer that %s: %s', async (defect, rule) => {
    expect(await found(withSmallWriter(defect as WriterDefect), rule)).toBeDefined();
  });

  test.each(Object.entries(BROKEN_LOGS))('a log that %s', async (_, { breaks, log }) => {
    expect(await found({ ...SOUND, log }, breaks)).toBeDefined();
  });

  test('and the least adapter of an engine without a defect keeps every rule', async () => {
    for (let seed = 1; seed <= SEEDS_OF_THE_SOUND; seed++) {
      const { breaches } = await schedule(seed, withSmallAdapter());
      expect({ seed, breaches }).toEqual({ seed, breaches: [] });
    }
  });

  test.each(Object.entries(BROKEN_ADAPTERS))('an adapter that %s: %s', async (defect, rule) => {
    expect(await found(withSmallAdapter(defect as AdapterDefect), rule)).toBeDefined();
  });

  test.each(Object.entries(BROKEN_STARTS))('a first start that %s', async (_, { breaks, firstStart }) => {
    expect(await found({ ...SOUND, firstStart }, breaks)).toBeDefined();
  });

  test('and some defect breaks each rule', () => {
    const broken = [
      ...Object.values(BROKEN_WRITERS),
      ...Object.values(BROKEN_ADAPTERS),
      ...[...Object.values(BROKEN_LOGS), ...Object.values(BROKEN_STARTS)].map(({ breaks }) => breaks),
    ];
    expect([...new Set(broken)].sort()).toEqual([...RULES].sort());
  });
});
