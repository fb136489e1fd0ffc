/// <reference types="jest" />
import { inert } from './inert';

test.each([
  '=1+1',
  '+1',
  '-1',
  '@SUM(A1)',
  ' =1',
  '\u00a0\u3000=1',
  '\t=1',
  '\tx',
  '\rx',
  '\nx',
  '＝1',
  '＋1',
  '－1',
  '＠x',
  ' ＝1',
])('a cell %j is no formula', (text) => {
  expect(inert(text)).toBe(`'${text}`);
});

test.each(['', 'Example', '1-1', 'a=b', "'=1", ' Example', '2026-09-01', 'https://example.org/=x'])(
  'a cell %j stays as it is',
  (text) => {
    expect(inert(text)).toBe(text);
  },
);
