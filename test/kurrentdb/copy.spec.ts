/// <reference types="jest" />
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { eventsOf } from '@app/event-store/event-log.contract';
import type { EventLog } from '@app/event-store/event-log';
import { engineAddress } from '@app/event-store/kurrentdb/address';
import { KurrentLog } from '@app/event-store/kurrentdb/kurrent-log';
import { SqliteLog } from '@app/event-store/sqlite';
import { Host } from '../acceptance/host';
import { inStream, temporaryFolder } from '../acceptance/process';

/** A real server, as in `server.spec.ts`. */
const SERVER = process.env['KURRENTDB_URL'] ?? '';
const EVENTS = [
  ...Array.from({ length: 2_000 }, (_, position) =>
    JSON.stringify({ position: String(position), type: 'Südöst' }),
  ),
  '{"2":0,"1":0}',
];

async function whole(log: EventLog): Promise<readonly string[]> {
  try {
    return await eventsOf(log);
  } finally {
    await log.close();
  }
}

(SERVER === '' ? test.skip : test)(
  'a log moves into a real KurrentDB and back out of it, byte for byte: set KURRENTDB_URL',
  async () => {
    const folder = temporaryFolder();
    const host = new Host('tools/copy');
    try {
      const stream = `copy-${randomUUID()}`;
      const engine = inStream(SERVER, stream);
      const [from, back] = [join(folder.path, 'from.db'), join(folder.path, 'back.db')];
      const log = await SqliteLog.open(from);
      for (let at = 0; at < EVENTS.length; at += 400) await log.append(EVENTS.slice(at, at + 400), at - 1);
      await log.close();
      // A copy that was cut short left these.
      const begun = await KurrentLog.open(engineAddress(engine));
      expect(await begun.append(EVENTS.slice(0, 300), -1)).toEqual({ outcome: 'appended' });
      await begun.close();

      const into = await host.run(['--from', `sqlite:${from}`, '--to', engine], {});
      expect(into).toMatchObject({
        code: 0,
        stdout: expect.stringContaining('1701 events were copied') as string,
      });
      expect(into.stdout).toContain(`REGISTER_VAULT=sqlite:${from}`);
      const outOf = await host.run(['--from', engine, '--to', `sqlite:${back}`], {});
      expect(outOf).toMatchObject({ code: 0 });
      expect(await whole(await KurrentLog.open(engineAddress(engine)))).toEqual(EVENTS);
      expect(await whole(await SqliteLog.open(back, { readOnly: true }))).toEqual(EVENTS);
    } finally {
      host.end();
      folder.remove();
    }
  },
);
