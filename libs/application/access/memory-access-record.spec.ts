/// <reference types="jest" />
import { accessRecordContract } from './access-record.contract';
import { MemoryAccessRecord } from './memory-access-record';

accessRecordContract('an access record in memory', () => {
  const record = new MemoryAccessRecord();
  return { record, done: () => record.close() };
});
