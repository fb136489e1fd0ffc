/// <reference types="jest" />
import { eventLogContract } from '@app/event-store/event-log.contract';
import { KurrentLog } from '@app/event-store/kurrentdb/kurrent-log';
import { Dice } from '../dice';
import { Sequence, type Weather } from './faulty-log';
import { MeasuredEngine, overEngine } from './measured-engine';
import { schedule } from './schedule';
import { useVirtualTime } from './virtual-time';

const SCHEDULES = Number(process.env['FAULT_SCHEDULES'] ?? 150);
const FIRST_SEED = Number(process.env['FAULT_FIRST_SEED'] ?? 1);
const AT_ONCE = 100;

const KURRENT = overEngine((connect) => new KurrentLog(connect, 'log'));

const FAIR: Weather = {
  refused: 0,
  lost: 0,
  underway: 0,
  late: 0,
  unreadable: 0,
  outOfTouch: 0,
  outage: 0,
  delay: 0,
};

eventLogContract('a log in an engine as it was measured', () => {
  const sequence = new Sequence();
  const handles: KurrentLog[] = [];
  const opened = () => {
    const engine = new MeasuredEngine(sequence, FAIR, new Dice(1), (error) => {
      throw error;
    });
    const log = new KurrentLog(engine.connect, 'log', { quiet: 50 });
    handles.push(log);
    return log;
  };
  return Promise.resolve({
    log: opened(),
    another: () => Promise.resolve(opened()),
    writers: 'many' as const,
    reopened: async () => {
      await Promise.all(handles.map((handle) => handle.close()));
      return opened();
    },
    done: async () => {
      await Promise.all(handles.map((handle) => handle.close()));
    },
  });
});

describe('several processes over an engine as it was measured lose no acknowledged event, repeat none, and read the same', () => {
  useVirtualTime();

  const firsts = Array.from({ length: Math.ceil(SCHEDULES / AT_ONCE) }, (_, i) => FIRST_SEED + i * AT_ONCE);
  test.each(firsts)('in the hundred schedules from seed %i', async (first) => {
    for (let seed = first; seed < Math.min(first + AT_ONCE, FIRST_SEED + SCHEDULES); seed++) {
      const { breaches } = await schedule(seed, KURRENT);
      expect({ seed, breaches }).toEqual({ seed, breaches: [] });
    }
  });
});
