import { Module } from '@nestjs/common';
import { PostingModule } from '../posting/posting.module';
import { MintAdviserHandler } from './mint-adviser';
import {
  ErasePersonHandler,
  ExportPersonHandler,
  PutPersonHandler,
  ReadPersonHandler,
} from './personal-data';

/** Personal data, kept beside the log so that they can be erased. */
@Module({
  imports: [PostingModule],
  providers: [
    PutPersonHandler,
    ReadPersonHandler,
    ExportPersonHandler,
    ErasePersonHandler,
    MintAdviserHandler,
  ],
})
export class VaultModule {}
