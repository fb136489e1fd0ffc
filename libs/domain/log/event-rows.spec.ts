/// <reference types="jest" />
import {
  A,
  about,
  awarded,
  engagement,
  given,
  organisation,
  P,
  person,
  qualification,
  today,
} from '../../../test/rules/given';
import { definitionOf } from './event-catalogue';
import { mayHold, rowOf, type EventRow } from './event-rows';

const ROWS: readonly EventRow[] = [
  'provider',
  'accreditation',
  'adviser',
  'engagement',
  'school',
  'area',
  'contract',
  'annotation',
];

test('the events of a row about a subject are looked for where they stand', () => {
  const { events } = given(
    today('2026-09-01'),
    organisation(),
    person(),
    awarded('2026-01-01'),
    qualification('2020-01-01'),
    engagement('2026-01-01'),
    about('DisputeOpened', 3),
    about('DisputeOpened', 4, {}, A),
  );
  const counted = events.flatMap(({ type, subject, stream }) => {
    const row = rowOf(type);
    return row === undefined ? [] : [{ row, subject, stream }];
  });
  expect(counted.map(({ row }) => row)).toEqual([
    'provider',
    'adviser',
    'accreditation',
    'adviser',
    'engagement',
    'annotation',
    'annotation',
  ]);
  for (const { row, subject, stream } of counted) expect(mayHold(stream, row, subject)).toBe(true);
});

test('a row other than that of the events about events is in its own streams alone', () => {
  const stream = definitionOf('AdviserRegistered').stream?.(A, {}) ?? '';
  expect(ROWS.filter((row) => mayHold(stream, row, A))).toEqual(['adviser', 'annotation']);
  expect(mayHold('engagement-of-someone', 'annotation', P)).toBe(false);
});
