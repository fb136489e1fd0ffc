/// <reference types="jest" />
import 'reflect-metadata';
import { once } from 'node:events';
import { connect, type AddressInfo } from 'node:net';
import type { Credential } from '@app/application/access/credential';
import type { FindEffects } from '@app/application/asking/dry-run-effects';
import type { DryRun } from '@app/application/posting/dry-run';
import type { CommandBus, QueryBus } from '@nestjs/cqrs';
import type { FastifyRequest } from 'fastify';
import { Connections } from '../http/connections';
import { PostingSessions } from './posting-session';

test('what a dry run would change is not looked for any more once the one who asked has hung up', async () => {
  const commands = { execute: () => Promise.resolve({ results: [], trial: {} as DryRun }) };
  const looking = Promise.withResolvers<AbortSignal | undefined>();
  const queries = {
    execute: ({ signal }: FindEffects) => {
      looking.resolve(signal);
      return new Promise((_, reject) => {
        signal?.addEventListener('abort', () => {
          reject(signal.reason as Error);
        });
      });
    },
  };
  const sessions = new PostingSessions(commands as unknown as CommandBus, queries as unknown as QueryBus);
  const asked = Promise.withResolvers<unknown>();
  const server = new Connections(() => false).serve(
    (raw) => {
      const mode = { dryRun: true, atomic: false };
      const session = sessions.of({ hash: 'any' } as Credential, mode, { raw } as FastifyRequest);
      asked.resolve(session.effects().catch((error: unknown) => error));
    },
    {},
    1_000,
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  socket.write('POST / HTTP/1.1\r\nHost: register\r\nContent-Length: 0\r\n\r\n');
  const signal = await looking.promise;
  expect(signal?.aborted).toBe(false);
  socket.destroy();
  expect(await asked.promise).toMatchObject({ name: 'AbortError' });
  server.close();
});
