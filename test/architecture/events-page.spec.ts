/// <reference types="jest" />
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { exampleOf } from '@app/http-contract/openapi/schemas';
import { EVENTS, type EventType } from '@app/domain/log/event-catalogue';
import { isRefusal } from '@app/domain/values/problem';
import { readSubmission } from '@app/domain/log/cloud-event';
import { KINDS, partsOfThePage } from './events-page';

const ROOT = join(__dirname, '..', '..');
const FILE = join(ROOT, 'docs', 'events.md');

/** Where a definition is meant to have changed: the page is written anew, for you to look at the difference. */
const RECORDING = process.env['RECORD_EXAMPLES'] === 'yes';

/** The page with its parts made from the definitions, each between the marks of its name. */
function made(page: string): string {
  const whole = Object.entries(partsOfThePage()).reduce((text, [name, part]) => {
    const marks = new RegExp(`(<!-- ${name}: made from the definitions -->)[^]*?(<!-- end -->)`);
    if (!marks.test(text)) throw new Error(`docs/events.md has no marks around its ${name}`);
    return text.replace(marks, (_, begin: string, end: string) => `${begin}\n\n${part}\n\n${end}`);
  }, page);
  const formatter = join(ROOT, 'node_modules', 'prettier', 'bin', 'prettier.cjs');
  return execFileSync(process.execPath, [formatter, '--stdin-filepath', FILE], {
    cwd: ROOT,
    input: whole,
    encoding: 'utf8',
  });
}

test('the page of events says what the definitions say', () => {
  const page = readFileSync(FILE, 'utf8');
  const asMade = made(page);
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
