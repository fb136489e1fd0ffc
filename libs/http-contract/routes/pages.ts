import { ADVISER_KEY, CODE, PROVIDER_KEY } from '@app/domain/values/keys';
import { ArrayMaxSize, IsOptional, IsString, Matches } from 'class-validator';
import { Type } from 'typebox';
import { JOSE, JSON_TYPE } from '../media-types';
import type { Operations, Shapes } from '../openapi/operation';
import { PROBLEM } from '../problem/problem-shape';
import {
  IsDay,
  MOST_ADVISERS,
  MOST_POLICIES,
  said,
  SEARCHABLE,
  TOO_MANY_ADVISERS,
  TOO_MANY_POLICIES,
} from '../request/rules';
import { answerShape } from '../response/shapes';

/** The main question as a page asks it: the provider by its name or key, and messages for people. */
export class PageQuestion {
  @Matches(SEARCHABLE, {
    message: 'Type a name or a number, of at most 200 characters',
  })
  readonly provider!: string;
  @Matches(said(CODE)[0], { message: 'Choose one from the list' }) readonly setting!: string;
  @IsOptional() @IsDay() readonly from?: string;
  @IsOptional() @IsDay() readonly until?: string;
  @IsOptional()
  @Matches(said(ADVISER_KEY)[0], {
    message:
      'A key is adviser: and 8 to 32 of a–z and 0–9; leave a space before the next. Advisers are not listed by name: ask the adviser, or the provider, for the key',
    each: true,
  })
  @ArrayMaxSize(MOST_ADVISERS, { message: TOO_MANY_ADVISERS })
  readonly adviser?: string[];
  @IsOptional() @Matches(...said(PROVIDER_KEY)) readonly school?: string;
  @IsOptional()
  @Matches(said(CODE)[0], { ...said(CODE)[1], each: true })
  @ArrayMaxSize(MOST_POLICIES, { message: TOO_MANY_POLICIES })
  readonly policy?: string[];
}

/** Any name is allowed; the answer says if there is nothing under it. */
export class ProblemPath {
  @IsString() readonly code!: string;
}

/** Any name is allowed, as for a problem. */
export class FilePath {
  @IsString() readonly file!: string;
}

export const PROBLEM_PAGE = answerShape(
  {
    code: PROBLEM.properties.code,
    status: PROBLEM.properties.status,
    title: Type.String(),
    refused: Type.String({ description: 'What is refused, and why there is such a rule' }),
    example: Type.String({ description: 'A case of it' }),
    mend: Type.String({ description: 'What to do about it' }),
  },
  'What a refusal means, in plain words',
);

export const PAGE_OPERATIONS: Operations = {
  'GET /': {
    operationId: 'checkProvider',
    tag: 'Operation',
    summary: 'The main question, asked and answered on a page',
    description:
      'For people. A form asks `provider` (a name or a number), `setting`, `from`, `until`, `school` (the school that asks, by its number or key), `policy` (every policy unless given; it may repeat), `adviser` (keys, a space between them) and `knownAt`. Days are taken as people write them, and of `knownAt` a day by its end. The address of a page is its question: other parameters are passed over, by a redirection to the address without them, but what resembles one of these is read as it or refused. Whatever is wrong is said on the page.',
    answers: {
      200: {
        description: 'The form, the answer, or the providers to choose from',
        content: { 'text/html': { text: 'A page' } },
      },
      400: { description: 'The form, and how to correct it', content: { 'text/html': { text: 'A page' } } },
      404: {
        description: 'The form, and who or what is not known',
        content: { 'text/html': { text: 'A page' } },
      },
      422: {
        description: 'The form, and that its days must be given',
        content: { 'text/html': { text: 'A page' } },
      },
      503: { description: 'The form, and that it must wait', content: { 'text/html': { text: 'A page' } } },
    },
    codes: [
      'invalid-question',
      'unknown-provider',
      'unknown-adviser',
      'unknown-policy',
      'not-caught-up',
      'no-day-opened',
    ],
  },
  'GET /receipt': {
    operationId: 'downloadReceipt',
    tag: 'Operation',
    summary: 'The receipt of an answer, for who has it on a page',
    description:
      'As `/v1/providers/{key}/eligibility` gives it to whoever accepts `application/jose`, which a link cannot do. It asks what `GET /` asks, by the same parameters, but that `provider` is a key. The page of an answer leads here, as known at its position. What is refused is said on a page to a browser.',
    answers: {
      200: {
        description: 'The receipt; also that nothing is registered under a key',
        content: {
          [JOSE]: { text: 'A receipt: a compact JWS (RFC 7515) of question, answer and checkpoint' },
        },
      },
    },
    codes: [
      'invalid-question',
      'unknown-policy',
      'other-log',
      'no-day-opened',
      'not-caught-up',
      'unavailable',
    ],
  },
  'GET /events/{position}': {
    operationId: 'showEvent',
    tag: 'Operation',
    summary: 'An event, as a page',
    description:
      'For people: what was posted, by whom and when, for which days it holds, how it counts, and what was done to it by whom, when and why. The evidence on the page of an answer leads here.',
    answers: {
      200: { description: 'The page', content: { 'text/html': { text: 'A page' } } },
      400: { description: 'What is wrong with the moment', content: { 'text/html': { text: 'A page' } } },
      404: { description: 'That there is no such event', content: { 'text/html': { text: 'A page' } } },
      503: { description: 'That it must wait', content: { 'text/html': { text: 'A page' } } },
    },
    codes: ['invalid-question', 'unknown-event', 'not-caught-up'],
  },
  'GET /problems/{code}': {
    operationId: 'explainProblem',
    tag: 'Operation',
    summary: 'What a refusal means',
    description:
      'The page to which the `type` of a refusal leads: what is refused, an example, and how to correct it.',
    answers: {
      200: {
        description: 'The page, for people or for programs',
        content: { 'text/html': { text: 'A page' }, [JSON_TYPE]: { one: 'ProblemPage' } },
      },
      404: {
        description: 'That there is no such page',
        content: { 'text/html': { text: 'A page' } },
      },
    },
    codes: ['not-found'],
    examples: [
      {
        name: 'problem-page',
        summary: 'For programs',
        address: '/problems/overlapping-award',
        accept: 'application/json',
      },
    ],
  },
  'GET /robots.txt': {
    operationId: 'readRobots',
    tag: 'Operation',
    summary: 'What search engines are to leave alone',
    description:
      'Who stands in the register is looked up in the register: public names may be erased from it.',
    answers: { 200: { description: 'The text', content: { 'text/plain': { text: 'RFC 9309' } } } },
  },
  'GET /favicon.ico': {
    operationId: 'readIcon',
    tag: 'Operation',
    summary: 'The icon of the pages',
    description: 'Browsers ask for one by themselves.',
    answers: { 200: { description: 'The icon', content: { 'image/svg+xml': { text: 'An image' } } } },
  },
  'GET /openapi.json': {
    operationId: 'readDescription',
    tag: 'Operation',
    summary: 'This document',
    description: 'OpenAPI 3.1, generated from the code that answers.',
    answers: {
      200: { description: 'The document', content: { [JSON_TYPE]: { text: 'OpenAPI 3.1', type: 'object' } } },
    },
  },
  'GET /docs': {
    operationId: 'showDescription',
    tag: 'Operation',
    summary: 'This document, as a page',
    description: 'Shows the document and lets you try it. Everything that the page needs comes from here.',
    answers: { 200: { description: 'The page', content: { 'text/html': { text: 'A page' } } } },
  },
  'GET /docs/{file}': {
    operationId: 'readDescriptionFile',
    tag: 'Operation',
    summary: 'A file of that page',
    description: 'Its scripts and its style.',
    answers: {
      200: {
        description: 'The file',
        content: { 'text/css': { text: 'A style' }, 'text/javascript': { text: 'A script' } },
      },
    },
    codes: ['not-found'],
    parameters: { file: { description: 'A file of the page of documentation', example: 'swagger-ui.css' } },
  },
};

export const PAGE_SHAPES: Shapes = { ProblemPage: PROBLEM_PAGE };
