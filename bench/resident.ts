import { setTimeout as sleep } from 'node:timers/promises';
import type { RegisterProcess } from './register-process';

const LOOK_EVERY = 100;

/** The memory of a register that is resident, in bytes, looked at now and then while something goes on. */
export async function residentWhile(
  register: RegisterProcess,
  work: () => Promise<unknown>,
): Promise<number[]> {
  const resident: number[] = [];
  let working = true;
  const look = async () => {
    while (working) {
      resident.push((await register.usage()).resident);
      await sleep(LOOK_EVERY);
    }
  };
  const looking = look();
  await work();
  working = false;
  await looking;
  return resident;
}
