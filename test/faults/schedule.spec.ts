/// <reference types="jest" />
import { schedule } from './schedule';
import { useVirtualTime } from './virtual-time';

const SCHEDULES = Number(process.env['FAULT_SCHEDULES'] ?? 1_000);
const FIRST_SEED = Number(process.env['FAULT_FIRST_SEED'] ?? 1);
const AT_ONCE = 100;

describe('several processes over a faulty log lose no acknowledged event, repeat none, and read the same', () => {
  useVirtualTime();

  const firsts = Array.from({ length: Math.ceil(SCHEDULES / AT_ONCE) }, (_, i) => FIRST_SEED + i * AT_ONCE);
  test.each(firsts)('in the hundred schedules from seed %i', async (first) => {
    for (let seed = first; seed < Math.min(first + AT_ONCE, FIRST_SEED + SCHEDULES); seed++) {
      const { breaches } = await schedule(seed);
      expect({ seed, breaches }).toEqual({ seed, breaches: [] });
    }
  });
});
