/// <reference types="jest" />
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { exampleOf } from '@app/http-contract/openapi/schemas';
import { EVENTS, type EventType } from '@app/domain/log/event-catalogue';
import { isRefusal } from '@app/domain/values/problem';
import { readSubmission } from '@app/domain/log/cloud-event';
import { madePage, RECORDING } from '../made-page';
import { KINDS, partsOfThePage } from './events-page';

const FILE = join(__dirname, '..', '..', 'docs', 'events.md');

test('the page of events says what the definitions say', () => {
  const page = readFileSync(FILE, 'utf8');
  const asMade = madePage(FILE, page, 'made from the definitions', partsOfThePage());
  if (RECORDING) writeFileSync(FILE, asMade);
  // To write it anew: RECORD_EXAMPLES=yes npx jest test/architecture/events-page.spec.ts
  else expect(page).toBe(asMade);
});

test('the page of events has every type once', () => {
  expect(
    Object.values(KINDS)
      .flatMap((events) => Object.keys(events))
      .sort(),
  ).toEqual(Object.keys(EVENTS).sort());
});

test.each(Object.keys(EVENTS) as EventType[])('the example of %s could be posted', (type) => {
  const read = readSubmission('body:registrar', exampleOf(type));
  expect(isRefusal(read) ? read : { ...read }).toMatchObject({ type });
});
