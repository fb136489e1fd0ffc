import { parentPort } from 'node:worker_threads';
import { checkBatch, type EntryBatch } from './form-check';

parentPort?.on('message', (batch: EntryBatch) => {
  const checked = checkBatch(batch);
  parentPort?.postMessage(checked, [checked.hashes.buffer as ArrayBuffer]);
});
