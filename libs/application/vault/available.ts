import { refuse, type Refusal } from '@app/domain/values/problem';
import { Logger } from '@nestjs/common';
import { VaultUnavailable } from './vault';

const logger = new Logger('vault');

/** What the vault did, or the refusal where it cannot be had. What is told to the operator names no one. */
export async function available<T>(doing: Promise<T>): Promise<T | Refusal> {
  try {
    return await doing;
  } catch (error) {
    if (!(error instanceof VaultUnavailable)) throw error;
    if (error.isMissing) return refuse('unavailable', error.message);
    logger.error(error);
    return refuse('unavailable', 'The vault does not answer: send the same again a while later');
  }
}
