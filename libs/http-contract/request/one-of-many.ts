import { ADVISER_KEY, CODE, PROVIDER_KEY } from '@app/domain/values/keys';
import { type FieldError } from '@app/domain/values/problem';
import { insteadOf } from '@app/domain/values/resemblance';
import { escaped } from '@app/domain/log/schema-errors';
import { MOST_ADVISERS, MOST_POLICIES, TOO_MANY_ADVISERS, TOO_MANY_POLICIES } from './rules';

/**
 * A question as it is sent (specification, section 7). It is no class of class-validator’s, as other requests are: questions
 * come by the thousand in one request, one is checked in the time in which it is answered from what is kept, and its faults
 * are told as those of a JSON document, by pointer and in the order in which it has its fields.
 */
export interface OneOfMany {
  readonly provider: string;
  readonly setting: string;
  readonly on?: string;
  readonly from?: string;
  readonly until?: string;
  readonly advisers?: readonly string[];
  readonly knownAt?: string;
  readonly school?: string;
  readonly policy?: string | readonly string[];
}

/** What is wrong with a field; undefined if it is sound. */
type Check = (value: unknown) => string | undefined;

function fits({ pattern, description }: { readonly pattern: string; readonly description: string }): Check {
  const form = new RegExp(pattern);
  return (value) => (typeof value === 'string' && form.test(value) ? undefined : description);
}

const isText: Check = (value) => (typeof value === 'string' ? undefined : 'This is a string');

const isAdviser = fits(ADVISER_KEY);
const isPolicy = fits(CODE);

/** By name of a field. What a day and a moment have to look like is said where they are read, for all who ask. */
const CHECKS: ReadonlyMap<string, Check> = new Map<keyof OneOfMany, Check>([
  ['provider', fits(PROVIDER_KEY)],
  ['setting', fits(CODE)],
  ['on', isText],
  ['from', isText],
  ['until', isText],
  [
    'advisers',
    (value) =>
      !Array.isArray(value)
        ? `A list of keys. ${ADVISER_KEY.description}`
        : value.length > MOST_ADVISERS
          ? TOO_MANY_ADVISERS
          : value.every((one) => isAdviser(one) === undefined)
            ? undefined
            : `A list of keys. ${ADVISER_KEY.description}`,
  ],
  ['knownAt', isText],
  ['school', fits(PROVIDER_KEY)],
  [
    'policy',
    (value) =>
      !Array.isArray(value)
        ? isPolicy(value) && `${CODE.description}; or a list of them`
        : value.length > MOST_POLICIES
          ? TOO_MANY_POLICIES
          : value.length > 0 && value.every((one) => isPolicy(one) === undefined)
            ? undefined
            : `A list of one or more. ${CODE.description}`,
  ],
]);

const REQUIRED = ['provider', 'setting'];

const NULL = 'null is no value: leave it out';

const NONE: readonly FieldError[] = [];

export function faultsOfQuestion(sent: unknown): readonly FieldError[] {
  if (typeof sent !== 'object' || sent === null || Array.isArray(sent))
    return [fault('', 'A question is a JSON object')];
  let faults: FieldError[] | undefined;
  for (const [name, value] of Object.entries(sent)) {
    const check = CHECKS.get(name);
    const detail = check
      ? value === null && !REQUIRED.includes(name)
        ? NULL
        : check(value)
      : `There is no such field: ${insteadOf(name, CHECKS.keys())}`;
    if (detail !== undefined) (faults ??= []).push(fault(`/${escaped(name)}`, detail));
  }
  for (const name of REQUIRED)
    if (!Object.hasOwn(sent, name)) (faults ??= []).push(fault(`/${name}`, `A question has a ${name}`));
  return faults ?? NONE;
}

function fault(pointer: string, detail: string): FieldError {
  return { pointer, code: 'invalid-question', detail };
}
