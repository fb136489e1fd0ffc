/// <reference types="jest" />
import { MemoryLog } from '@app/event-store/memory';
import { ProviderSearch } from '@app/read-model/search/provider-search';
import { Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { QueryBus } from '@nestjs/cqrs';
import { MemoryAccessRecord } from './access/memory-access-record';
import { ApplicationModule } from './application.module';
import { Lifecycle } from './lifecycle';
import type { Readers } from './readers';
import { SearchProviders } from './reading/search';
import { MemoryVault } from './vault/memory-vault';
import { Writer } from './posting/writer';

const PROVIDER = 'ukprn:10000001';
const REGISTERED = JSON.stringify({
  body: 'body:registrar',
  data: { legalForm: 'company', name: 'Example Guidance' },
  id: 'e1',
  position: '0',
  recordedAt: '2026-09-01T09:00:00.000Z',
  revision: 0,
  schema: 1,
  source: '/tests',
  stream: `provider-${PROVIDER}`,
  subject: PROVIDER,
  type: 'ProviderRegistered',
});

/** The register without HTTP, over a log in which one provider is registered. */
async function application(readers?: Readers) {
  const log = new MemoryLog();
  await log.append([REGISTERED], -1);
  const vault = new MemoryVault();
  const options = {
    log,
    vault,
    access: new MemoryAccessRecord(),
    clock: Date.now,
    sinceBoot: () => performance.now(),
    calendar: 'manual',
    showSecret: () => undefined,
    readers,
  } as const;
  const app = await NestFactory.createApplicationContext(ApplicationModule.of(options), { logger: false });
  const operation = app.get(Lifecycle);
  return {
    operation,
    search: app.get(ProviderSearch),
    writer: app.get(Writer),
    find: () => app.get(QueryBus).execute(new SearchProviders({ text: 'exmaple', limit: 10 }, {})),
    close: () => app.close(),
  };
}

describe('a register that has read its log', () => {
  test('reads on for the search, before anybody searches', async () => {
    const { operation, search, close } = await application();
    const catchUp = jest.spyOn(search, 'catchUp');
    expect(await operation.start()).toBe(true);
    expect(catchUp).toHaveBeenCalledTimes(1);
    await close();
  });

  test('goes on where that fails, and searches all the same', async () => {
    const { operation, search, find, close } = await application();
    jest.spyOn(search, 'catchUp').mockRejectedValueOnce(new Error('no room'));
    expect(await operation.start()).toBe(true);
    expect(await operation.status()).toMatchObject({ ready: true, position: 0 });
    expect(await find()).toMatchObject({ providers: [{ key: PROVIDER, name: 'Example Guidance' }] });
    await close();
  });

  test('goes on where it fails at looking after itself, and says so', async () => {
    const { operation, writer, close } = await application();
    const told = jest.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
    jest.spyOn(writer, 'tryAgain').mockRejectedValue(new Error('no room'));
    expect(await operation.start()).toBe(true);
    expect(told).toHaveBeenCalledWith(expect.stringMatching(/cannot look after itself: .*no room/));
    expect(await operation.status()).toMatchObject({ ready: true });
    await close();
  });
});

test('a register with readers is ready once one of them answers, and while one does', async () => {
  const done = () => Promise.resolve();
  const readers = { answering: 0, hold: done, look: done, stop: done };
  const { operation, close } = await application(readers);
  expect(await operation.start()).toBe(true);
  expect(await operation.status()).toMatchObject({ ready: false, detail: 'The register is starting' });
  readers.answering = 1;
  expect(await operation.status()).toMatchObject({ ready: true, detail: undefined });
  await close();
});
