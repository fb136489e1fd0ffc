/// <reference types="jest" />
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, normalize } from 'node:path';
import { EVENTS } from '@app/domain/log/event-catalogue';
import { PROBLEM_CODES } from '@app/domain/values/problem';
import { REASONS } from '@app/domain/evaluation/v1/reason';
import { ANSWER_WARNINGS, POSTING_WARNINGS } from '@app/domain/values/warning';
import { brokenLinks, faultsOfDecision } from './documents';

const ROOT = join(__dirname, '..', '..');
const textOf = (file: string) => readFileSync(join(ROOT, file), 'utf8');
const pagesIn = (folder: string) =>
  readdirSync(join(ROOT, folder), { encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name));

const DECISIONS = pagesIn('docs/adr').filter((page) => basename(page) !== 'README.md');
const PAGES = ['.', '.github', 'docs', 'docs/adr', 'examples', 'test/vectors'].flatMap(pagesIn);

describe('the specification names', () => {
  const specification = textOf('docs/specification.md');

  test.each([
    ['every type of event', Object.keys(EVENTS)],
    ['every code of a refusal', [...PROBLEM_CODES]],
    ['every reason', [...REASONS]],
    ['every warning', [...Object.keys(POSTING_WARNINGS), ...Object.keys(ANSWER_WARNINGS)]],
  ])('%s', (_, names) => {
    expect(names.filter((name) => !specification.includes(`\`${name}\``))).toEqual([]);
  });

  test('the reasons in the order in which the first is given', () => {
    const list = specification.split(/^### /m).find((one) => one.startsWith('4.9 ')) ?? '';
    const places = REASONS.map((reason) => list.indexOf(`\`${reason}\``));
    expect(places).toEqual(places.toSorted((a, b) => a - b));
  });
});

describe('the decisions', () => {
  test('have each a number, a status and a date', () => {
    expect(DECISIONS.length).toBeGreaterThan(15);
    expect(DECISIONS.flatMap((page) => faultsOfDecision(basename(page), textOf(page)))).toEqual([]);
  });

  test('are all in the list', () => {
    const list = textOf('docs/adr/README.md');
    expect(DECISIONS.filter((page) => !list.includes(`](${basename(page)})`))).toEqual([]);
  });
});

describe('the test of decisions finds', () => {
  const sound = '# 3. Something\n\n**Status:** accepted · **Date:** 2026-11-24\n\nBecause.\n';

  test('nothing wrong with a sound one', () => {
    expect(faultsOfDecision('0003-something.md', sound)).toEqual([]);
    expect(faultsOfDecision('0003-something.md', sound.replace('accepted', 'superseded by 16'))).toEqual([]);
  });

  test.each([
    ['another number', sound.replace('# 3.', '# 4.')],
    ['no status', sound.replace('**Status:** accepted · ', '')],
    ['a status that there is not', sound.replace('accepted', 'perhaps')],
    ['no date', sound.replace(' · **Date:** 2026-11-24', '')],
    ['a day that does not exist', sound.replace('2026-11-24', '2026-11-31')],
  ])('%s', (_, text) => {
    expect(faultsOfDecision('0003-something.md', text)).toHaveLength(1);
  });
});

describe('the links between pages', () => {
  const linksOf = (page: string, text: string) =>
    brokenLinks(text, (target) => {
      const file = normalize(target === '' ? page : join(dirname(page), target));
      if (!existsSync(join(ROOT, file))) return undefined;
      return file.endsWith('.md') ? textOf(file) : '';
    });

  test('lead somewhere', () => {
    expect(PAGES.length).toBeGreaterThan(25);
    expect(PAGES.flatMap((page) => linksOf(page, textOf(page)).map((link) => `${page}: ${link}`))).toEqual(
      [],
    );
  });

  test.each([
    ['a page that is not there', '[one](docs/none.md)'],
    ['a heading that is not there', '[one](README.md#no-such-heading)'],
    ['a heading of the same page that is not there', '# One\n\n[one](#two)'],
  ])('are found to be broken: %s', (_, text) => {
    expect(linksOf('README.md', text)).toHaveLength(1);
  });

  test('are not looked for in code, nor outside of the project', () => {
    expect(
      linksOf('README.md', '`[one](none.md)`\n\n```\n[one](none.md)\n```\n[one](https://example.org/)'),
    ).toEqual([]);
  });
});
