/// <reference types="jest" />
import { eventLogContract, eventsOf } from './event-log.contract';
import { MemoryLog } from './memory';

eventLogContract('a log in memory', () => {
  const log = new MemoryLog();
  const handles = [log];
  return Promise.resolve({
    log,
    writers: 'many',
    another: () => {
      const handle = new MemoryLog(log);
      handles.push(handle);
      return Promise.resolve(handle);
    },
    done: async () => {
      for (const handle of handles) await handle.close();
    },
  });
});

describe('a log in memory', () => {
  it('is one of its own unless it is opened as another handle', async () => {
    const log = new MemoryLog();
    await log.append(['a'], -1);
    expect(await eventsOf(new MemoryLog())).toEqual([]);
    expect(await eventsOf(new MemoryLog(log))).toEqual(['a']);
  });

  it('lives as long as a handle to it', async () => {
    const log = new MemoryLog();
    const other = new MemoryLog(log);
    await log.append(['a'], -1);
    await log.close();
    expect(await other.append(['b'], 0)).toEqual({ outcome: 'appended' });
    expect(await eventsOf(other)).toEqual(['a', 'b']);
  });
});
