/// <reference types="jest" />
import { writeFileSync } from 'node:fs';
import { SmallLog } from './damage';

/**
 * What a disk, or somebody with the file, may do to a log: it is refused, or every event is as it was. With EVERY_FLIP=yes
 * each single bit of the file is turned, which takes some minutes; else one of a hundred.
 */
const STEP = process.env['EVERY_FLIP'] === 'yes' ? 1 : 101;

let log: SmallLog;
beforeAll(async () => {
  log = await SmallLog.make();
});
beforeEach(() => {
  log.restore();
});
afterAll(() => {
  log.remove();
});

test('a small log has ten events on several pages, and is read as it was made', async () => {
  expect(log.texts).toHaveLength(10);
  expect(log.bytes.length).toBeGreaterThan(10 * 512);
  expect(await log.outcome()).toBe('harmless');
});

test('no flipped bit of the log alters an event', async () => {
  const found = { refused: 0, harmless: 0 };
  const altered: string[] = [];
  for (let bit = 0; bit < log.bytes.length * 8; bit += STEP) {
    log.restore();
    const flipped = Buffer.from(log.bytes);
    flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    writeFileSync(log.file, flipped);
    const outcome = await log.outcome();
    if (outcome === 'altered') altered.push(`bit ${bit & 7} of byte ${bit >> 3}`);
    else found[outcome]++;
  }
  expect(altered).toEqual([]);
  expect(found.refused).toBeGreaterThan(found.harmless);
  if (STEP === 1) process.stdout.write(`${JSON.stringify(found)}\n`);
}, 3_600_000);

test('no flipped bit of the head makes another log of it', async () => {
  for (let bit = 0; bit < log.headBytes.length * 8; bit += 7) {
    const flipped = Buffer.from(log.headBytes);
    flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    writeFileSync(log.head, flipped);
    expect([bit, await log.outcome()]).toEqual([bit, 'refused']);
  }
});

const SWAP = `
  UPDATE log SET position = -1 WHERE position = 4;
  UPDATE log SET position = 4 WHERE position = 5;
  UPDATE log SET position = 5 WHERE position = -1;`;
/** With its position, and the hash of what it is then: only what follows from the rest tells. */
const edited = (position: number, from: string, to: string) =>
  `UPDATE log SET event = replace(event, '${from}', '${to}') WHERE position = ${position};
   UPDATE log SET hash = leaf(event);`;

test.each([
  [
    'an event edited',
    `UPDATE log SET event = replace(event, 'College 3', 'College 9') WHERE position = 3`,
    'what stands at 3 is not what was written',
  ],
  [
    'a hash edited',
    `UPDATE log SET hash = zeroblob(32) WHERE position = 6`,
    'what stands at 6 is not what was written',
  ],
  [
    'a hash taken away',
    `UPDATE log SET hash = NULL WHERE position = 6`,
    'what stands at 6 is not what was written',
  ],
  ['two rows swapped', SWAP, 'The event at 4 cannot stand there: it says that it is the event at 5'],
  ['a row deleted from the midst', 'DELETE FROM log WHERE position = 4', 'events are missing'],
  [
    'a row before the first',
    'INSERT INTO log SELECT -1, event, hash FROM log WHERE position = 3',
    'a row stands in it at -1',
  ],
  ['rows deleted from the end', 'DELETE FROM log WHERE position >= 8', 'it ends at 7, and'],
  ['all rows deleted', 'DELETE FROM log', 'it ends at -1, and'],
  [
    'a row in the place of another',
    `UPDATE log SET (event, hash) = (SELECT event, hash FROM log WHERE position = 2) WHERE position = 3`,
    'The event at 3 cannot stand there: it says that it is the event at 2',
  ],
  [
    'a row put behind the end again',
    `INSERT INTO log SELECT 10, event, hash FROM log WHERE position = 9`,
    'The event at 10 cannot stand there: it says that it is the event at 9',
  ],
  ['another stream', edited(3, '"stream":"provider-', '"stream":"profider-'), 'it says that its stream is'],
  [
    'another subject',
    edited(3, '"subject":"ukprn:10000003"', '"subject":"ukprn:10000009"'),
    'it says that its stream is',
  ],
  [
    'another revision',
    edited(8, '"revision":2', '"revision":3'),
    'it says that 3 events stand before it in its stream, and 2 do',
  ],
  ['recordedAt gone back', edited(8, '"recordedAt":"2026', '"recordedAt":"2025'), 'recorded before'],
  ['recordedAt a century ahead', edited(4, '"recordedAt":"2026', '"recordedAt":"2126'), 'recorded before'],
  ['a hole in the days', edited(8, '"date":"2024-10-06"', '"date":"2025-10-06"'), 'it opens 2025-10-06'],
  [
    'another order of fields',
    edited(3, '"id":"3","position":"3"', '"position":"3","id":"3"'),
    'not in the form',
  ],
  ['the last event edited', edited(9, '"id":"day-', '"id":"dax-'), 'another event stands in it at 9'],
  [
    'a trigger',
    'CREATE TRIGGER bend AFTER INSERT ON log BEGIN DELETE FROM log; END',
    'it has a trigger bend',
  ],
  ['a view', 'CREATE VIEW logs AS SELECT * FROM log', 'it has a view logs'],
  ['an index', 'CREATE INDEX by_event ON log (event)', 'it has an index by_event'],
  ['a layout that its table does not fit', 'PRAGMA user_version = 1', 'its table log is not as'],
])('%s is refused, and said', async (_, sql, says) => {
  log.change(sql);
  await expect(log.read()).rejects.toThrow(says);
  expect(await log.outcome()).toBe('refused');
});
