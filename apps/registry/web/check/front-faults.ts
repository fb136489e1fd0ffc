import { keysTyped } from '@app/http-contract/typed';
import type { Refusal } from '@app/domain/values/problem';
import { problemOf } from '@app/http-contract/problem/problems';
import { type Shown } from './front-page';
import { FIELDS, type FormFault, type Field, type Typed } from './form-fields';
import { notReached } from '../layout/moment';
import { visible } from '@app/phrases/words';

export type ShownFaults = Extract<Shown, { kind: 'faults' }>;

export function isNotFound(shown: Shown): boolean {
  return shown.kind === 'faults' && shown.status === 404;
}

/** What an earlier moment did not know that is known now. */
const LATER: Readonly<Partial<Record<Refusal['code'], string>>> = {
  'unknown-provider': 'this provider',
  'unknown-adviser': 'all of these advisers',
  'unknown-policy': 'this policy',
};

/**
 * Of what is known now, and was not at the moment asked for, the moment is at fault; undefined if it is another fault. A
 * log begins with its policies: where every policy is asked and there is none, the provider is not there either.
 */
export function notYetKnown(refusal: Refusal, isEvery: boolean): ShownFaults | undefined {
  const what = LATER[isEvery && refusal.code === 'unknown-policy' ? 'unknown-provider' : refusal.code];
  if (what === undefined) return undefined;
  const fault: FormFault = { field: 'knownAt', detail: notKnownThen(what) };
  return { kind: 'faults', status: problemOf(refusal).status, faults: [fault] };
}

/** That the register does not hold the school that asks, or did not at the moment asked for. */
export function noSchool(key: string, isKnownNow: boolean): ShownFaults {
  const fault: FormFault = isKnownNow
    ? { field: 'knownAt', detail: notKnownThen('this school') }
    : {
        field: 'school',
        detail: `This register holds no school under ${visible(key)}: check the number, or leave this empty, and independence is not checked`,
      };
  return { kind: 'faults', status: 404, faults: [fault] };
}

function notKnownThen(what: string): string {
  return `At that moment the register did not know ${what} yet: give a later one, or leave this empty to ask as known now`;
}

/** That the register holds no one of that name or number. */
export function noOne(typed: string): ShownFaults {
  const keys = keysTyped(typed) ?? [];
  const read = keys.map(({ key }) => key).join(' or ');
  const detail =
    read === '' || read === typed
      ? `This register holds no one under “${visible(typed)}”`
      : `This register holds no one under “${visible(typed)}”, read as ${read}`;
  return { kind: 'faults', status: 404, faults: [{ field: 'provider', detail }], unknown: typed };
}

/** That a key was typed of what is no provider. */
export function noProvider(key: string, kind: string): ShownFaults {
  const what =
    kind === 'adviser' ? 'an adviser' : kind === 'body' ? 'a body' : kind === 'area' ? 'an area' : 'a policy';
  const instead =
    kind === 'adviser'
      ? 'Type the provider that the adviser works for here, and this key under “With named advisers”'
      : kind === 'area'
        ? 'There is no search by area yet: type the name or the number of a provider'
        : 'Type the name or the number of a provider';
  const detail = `“${visible(key)}” is the key of ${what}, and no provider. ${instead}`;
  return {
    kind: 'faults',
    status: 400,
    faults: [{ field: 'provider', detail }],
    ...(kind === 'adviser' ? { adviser: key.toLowerCase() } : {}),
  };
}

/** What a page says of a field otherwise than the API, which speaks of parameters. Each has only this left to be wrong. */
export const SAID: Readonly<Partial<Record<Field, string>>> = {
  setting: 'No policy that is asked has this setting: choose one from the list, or ask under all of them',
  until: 'The last day is before the first: correct one of them, or exchange them',
};

/** The field to which a refusal belongs that names none. */
const FIELD_OF: Readonly<Partial<Record<Refusal['code'], Field>>> = {
  'unknown-provider': 'provider',
  'unknown-adviser': 'adviser',
  'unknown-policy': 'policy',
  'not-caught-up': 'knownAt',
  'no-day-opened': 'from',
};

function noToday({ knownAt }: Typed): string {
  const then =
    knownAt === ''
      ? 'The register has not opened its first day yet, so that it knows no today'
      : 'At that moment the register had not opened its first day yet, so that it knew no today';
  return `${then}: give the days that you ask about`;
}

/** What a page says of a refusal that names no field, given what was typed and what the API says. */
const SAID_OF: Readonly<Partial<Record<Refusal['code'], (typed: Typed, detail: string) => string>>> = {
  'no-day-opened': noToday,
  'not-caught-up': ({ knownAt }) => notReached(knownAt),
  'unknown-adviser': (_, detail) =>
    `The register knows no adviser under ${/^adviser:\S+/.exec(detail)?.[0] ?? 'this key'}: ask the adviser, or the provider, for the key. Advisers are not listed by name`,
};

/** A refusal as the page shows it: beside the fields that it is about. */
export function faultsOf(
  refusal: Refusal,
  typed: Typed,
  said: Readonly<Partial<Record<Field, string>>> = {},
): ShownFaults {
  const { code, detail, errors } = refusal;
  const { status } = problemOf(refusal);
  if (errors === undefined) {
    const field = FIELD_OF[code];
    // A register that has not read its log yet is no fault of a moment that no one asked for.
    const isNobodys = field === 'knownAt' && typed.knownAt === '';
    const fault: FormFault = {
      field: isNobodys ? undefined : field,
      detail: SAID_OF[code]?.(typed, detail) ?? detail,
    };
    return { kind: 'faults', status, faults: [fault] };
  }
  const faults = errors.map(({ pointer, detail }): FormFault => {
    const name = pointer.slice(1);
    const field = FIELDS.find((one) => one === name);
    return field ? { field, detail: said[field] ?? detail } : { field, detail: `${name}: ${detail}` };
  });
  return { kind: 'faults', status, faults };
}
