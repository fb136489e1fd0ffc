/// <reference types="jest" />
import { finding, isFinding } from './finding';
import { parseNote } from './signed-note';

test('a finding that quotes a megabyte is short enough to be read', () => {
  const found = parseNote(`text\n\n${'x'.repeat(1 << 20)}\n`);
  expect(isFinding(found) && found.detail).toMatch(/^This is no signed note: "x{900,}…$/);
  expect(isFinding(found) && found.detail.length).toBeLessThan(1_100);
});

test('a finding is cut between characters', () => {
  expect(finding('malformed-note', `${'x'.repeat(999)}\u{1f600}`).detail.isWellFormed()).toBe(true);
  expect(finding('malformed-note', 'x'.repeat(1_000), 7)).toMatchObject({
    detail: 'x'.repeat(1_000),
    position: 7,
  });
});
