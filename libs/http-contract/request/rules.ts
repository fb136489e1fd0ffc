import { parseDay } from '@app/domain/values/day';
import { ANY_KEY, nameFault } from '@app/domain/values/keys';
import { isMoment } from '@app/read-model/as-of';
import { IsIn, ValidateBy } from 'class-validator';

/** The pattern of a key, and the message for a text that does not fit it. */
export function said({
  pattern,
  description,
}: {
  readonly pattern: string;
  readonly description: string;
}): [RegExp, { message: string }] {
  return [new RegExp(pattern), { message: description }];
}

export function IsDay(): PropertyDecorator {
  return ValidateBy({
    name: 'isDay',
    validator: {
      validate: (value) => typeof value === 'string' && parseDay(value) !== undefined,
      defaultMessage: () => 'A day is written YYYY-MM-DD, from 1900-01-01 to 9999-12-31',
    },
  });
}

/** A position or an RFC 3339 instant, said to people. */
export function IsMoment(): PropertyDecorator {
  return ValidateBy({
    name: 'isMoment',
    validator: {
      validate: (value) => typeof value === 'string' && isMoment(value),
      defaultMessage: () => 'Give a position, such as 4182, or a moment, such as 2026-09-01T12:00:00Z',
    },
  });
}

/** The most items wanted: a number from 1, without leading zeros. */
export function IsLimit(most: number): PropertyDecorator {
  return ValidateBy({
    name: 'isLimit',
    constraints: [most],
    validator: {
      validate: (value) => typeof value === 'string' && /^[1-9][0-9]*$/.test(value) && Number(value) <= most,
      defaultMessage: () => `$property is a number from 1 to ${most}`,
    },
  });
}

export function IsTrueOrFalse(): PropertyDecorator {
  return IsIn(['true', 'false'], { message: '$property is true or false' });
}

/** A text under the same rules as a name (specification, section 3). */
export function IsLikeName(most: number): PropertyDecorator {
  return ValidateBy({
    name: 'isLikeName',
    validator: {
      validate: (value) => typeof value === 'string' && nameFault(value, most) === undefined,
      defaultMessage: (of) => {
        const sent: unknown = of?.value;
        return (
          (typeof sent === 'string' ? nameFault(sent, most) : undefined) ??
          `$property is a text of 1–${most} characters`
        );
      },
    },
  });
}

/** The most characters of a contact. */
export const LONGEST_CONTACT = 500;

/** A text that can be searched for: more than spaces. */
export const SEARCHABLE = /^(?=[^]*\S)[^]{1,200}$/u;

export const A_KEY = new RegExp(ANY_KEY.anyOf.map(({ pattern }) => pattern).join('|'));

export const SOURCE = /^[!-~]{1,256}$/;

export const SOURCE_SAID =
  'source is a URI reference of at most 256 printable ASCII characters, as it was posted';

/**
 * Parameters of a table: where a field comes from, which column is left out, and in which form its days are.
 */
export const MAP = /^[A-Za-z]+=[^]{0,1000}$/;

export const MAP_SAID =
  'map is the name of a field, =, and a text of at most 1,000 characters in which {Column} stands for a cell';

export const IGNORE = /^[^]{1,1000}$/;

export const IGNORE_SAID = 'ignore is the name of a column, or * for all from which nothing comes';

export const DATES_SAID =
  'dates is iso (days like 2026-02-28) or dmy (day first, like 28/02/2026); both are read without it';

/** The most advisers that one question may name (specification, section 7). */
export const MOST_ADVISERS = 50;

export const TOO_MANY_ADVISERS = `At most ${MOST_ADVISERS} advisers are asked about at once: name those who are to come, or ask in several questions`;

/** The most policies that one question may name: each has an answer of its own. `all` asks under as many as there are. */
export const MOST_POLICIES = 50;

export const TOO_MANY_POLICIES = `At most ${MOST_POLICIES} policies are named at once: use all, or ask in several questions`;
