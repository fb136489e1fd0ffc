import { Module } from '@nestjs/common';
import { AskReceiptHandler } from './ask-receipt';
import {
  ListLogKeysHandler,
  ListReceiptKeysHandler,
  ReadCheckpointHandler,
  ReadTileHandler,
} from './read-proofs';

/** What proves the log and its answers: checkpoints, tiles, keys and receipts. */
@Module({
  providers: [
    AskReceiptHandler,
    ListLogKeysHandler,
    ListReceiptKeysHandler,
    ReadCheckpointHandler,
    ReadTileHandler,
  ],
})
export class ProofsModule {}
