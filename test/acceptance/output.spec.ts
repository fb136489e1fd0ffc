/// <reference types="jest" />
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort, RegisterProcess, type Reply } from './process';

/** The answer of a register that may not listen yet. */
async function once200(register: RegisterProcess, path: string): Promise<Reply> {
  for (;;) {
    const reply = await register.ask(path).catch(() => undefined);
    if (reply?.status === 200) return reply;
    await Promise.race([
      sleep(50),
      register.ended.then(() => {
        throw new Error(`the register has ended: ${register.stderr}`);
      }),
    ]);
  }
}

test('a register whose lines no disk takes any more serves on', async () => {
  const register = RegisterProcess.launch({ PORT: await freePort(), LOG_LEVEL: 'debug' }, 'exec > /dev/full');
  await once200(register, '/health/ready');
  for (let asked = 0; asked < 20; asked++) expect((await register.ask('/v1/policies')).status).toBe(200);
  expect(
    (
      await register.post({
        source: '/t',
        id: '1',
        type: 'AdviserRegistered',
        subject: 'adviser:k7m2p9qx',
        data: {},
      })
    ).status,
  ).toBe(201);
  expect(await register.stop()).toBe(0);
  expect(register.stderr).toBe('');
});
