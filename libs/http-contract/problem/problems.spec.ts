/// <reference types="jest" />
import { PROBLEM_CODES, refuse } from '@app/domain/values/problem';
import { codesWith, problemOf, problemPage, PROBLEMS } from './problems';

test('what is refused with each code is told in a sentence of its own', () => {
  const said = PROBLEM_CODES.map((code) => PROBLEMS[code].refused);
  expect(said.filter((one) => !/^[A-Z`].*\.$/.test(one))).toEqual([]);
  expect(new Set(said).size).toBe(said.length);
});

test('every status is that of a refusal', () => {
  expect(PROBLEM_CODES.filter((code) => PROBLEMS[code].status < 400)).toEqual([]);
  expect(PROBLEM_CODES.filter((code) => PROBLEMS[code].status >= 500)).toEqual([
    'internal',
    'unavailable',
    'not-caught-up',
  ]);
});

test('the codes that something brings with it come in the order of all codes', () => {
  expect(codesWith('a key')).toEqual(['no-key', 'bad-key', 'not-caught-up']);
  expect(codesWith('every address')).toEqual(['not-found', 'method-not-allowed', 'slow-down']);
});

test('problem details have nothing but the members of RFC 9457, the code and the errors', () => {
  expect(JSON.stringify(problemOf(refuse('not-found', 'Nothing here')))).toBe(
    '{"type":"/problems/not-found","title":"Not found","status":404,"detail":"Nothing here","code":"not-found"}',
  );
  expect(problemOf(refuse('invalid-interval', 'Too early', '/data/until')).errors).toEqual([
    { pointer: '/data/until', code: 'invalid-interval', detail: 'Too early' },
  ]);
});

test('there is no page of a code that does not exist', () => {
  expect(problemPage('constructor')).toBeUndefined();
  expect(problemPage('slow-down')).toMatchObject({ status: 429, title: 'Slow down' });
});
