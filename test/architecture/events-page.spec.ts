/// <reference types="jest" />
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EVENTS } from '@app/domain/event';

const PAGE = readFileSync(join(__dirname, '..', '..', 'docs', 'events.md'), 'utf8');

/** The rows of the page’s table: type, fields and effect. */
const WRITTEN = [...PAGE.matchAll(/^\| +`(\w+)` +\| +(?:`([^`]*)`|none) +\| +(\w*) *\|/gm)].map(
  ([, type = '', fields = '', effect = '']) => ({
    type,
    fields: fields.split(', ').filter(Boolean),
    effect,
  }),
);

test('the page of events lists every type, with its fields and its effect', () => {
  const defined = Object.entries(EVENTS).map(([type, definition]) => {
    const { properties, required = [] } = definition.data as {
      properties: object;
      required?: readonly string[];
    };
    const fields = Object.keys(properties).map((name) => (required.includes(name) ? name : `${name}?`));
    return { type, fields, effect: ('effect' in definition ? definition.effect : undefined) ?? '' };
  });
  expect(WRITTEN).toEqual(defined);
});
