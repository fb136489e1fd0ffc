import { Module } from '@nestjs/common';
import { ReadBodiesHandler, ReadBodyHandler } from './bodies';
import { ReadEvidenceHandler } from './evidence';
import { ReadEventHistoryHandler, ReadHistoryHandler } from './history';
import { ReadEventHandler, ReadLogHandler } from './log';
import { FindPositionHandler } from './moment';
import { ReadNamesHandler, ReadPublicNamesHandler } from './names';
import { ReadAdviserHandler, ReadPoliciesHandler, ReadPolicyHandler, ReadProviderHandler } from './records';
import { SearchProvidersHandler } from './search';
import { ReadSubmissionsHandler } from './submissions';

/** What the log says: records, histories, the log itself, and the search by name. */
@Module({
  providers: [
    FindPositionHandler,
    ReadAdviserHandler,
    ReadBodiesHandler,
    ReadBodyHandler,
    ReadEventHandler,
    ReadEventHistoryHandler,
    ReadEvidenceHandler,
    ReadHistoryHandler,
    ReadLogHandler,
    ReadNamesHandler,
    ReadPoliciesHandler,
    ReadPolicyHandler,
    ReadProviderHandler,
    ReadPublicNamesHandler,
    ReadSubmissionsHandler,
    SearchProvidersHandler,
  ],
})
export class ReadingModule {}
