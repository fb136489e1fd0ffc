/// <reference types="jest" />
import { randomUUID } from 'node:crypto';
import { eventLogContract } from '@app/event-store/event-log.contract';
import { engineAddress } from '@app/event-store/kurrentdb/address';
import { KurrentLog } from '@app/event-store/kurrentdb/kurrent-log';

/** A real server, such as `kurrentdb://127.0.0.1:2113?tls=false`. The tests write new streams, and leave them there. */
const SERVER = process.env['KURRENTDB_URL'];

if (SERVER === undefined || SERVER === '') {
  test.skip('a log in a real KurrentDB: set KURRENTDB_URL, and run npm run test:kurrentdb', () => undefined);
} else {
  eventLogContract('a log in a real KurrentDB', () => open(SERVER));
}

async function open(server: string) {
  const address = { ...engineAddress(server), stream: `contract-${randomUUID()}` };
  const handles: KurrentLog[] = [];
  const opened = async () => {
    const log = await KurrentLog.open(address);
    handles.push(log);
    return log;
  };
  const close = async () => {
    await Promise.all(handles.splice(0).map((handle) => handle.close()));
  };
  return {
    log: await opened(),
    another: opened,
    writers: 'many' as const,
    reopened: async () => {
      await close();
      return opened();
    },
    done: close,
  };
}
