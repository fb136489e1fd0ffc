import { refuse, type Refusal } from '@app/domain/values/problem';
import { Logger } from '@nestjs/common';
import { VaultUnavailable } from './vault';

const logger = new Logger('vault');

/**
 * The result of a call to the vault, or the refusal if the vault is unavailable. The message to the operator
 * names no one.
 */
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
