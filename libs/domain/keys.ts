import { Type, type TSchema, type TString } from 'typebox';

/**
 * The shapes of keys, codes and references (design, section 2), as JSON Schemas. The patterns are strict:
 * a wrong key is refused, never guessed at.
 */
const pattern = (regex: string, description: string) =>
  Type.String({ pattern: regex, description }) as TString & {
    readonly pattern: string;
    readonly description: string;
  };

const UKPRN = 'ukprn:1[0-9]{7}';
const COMPANY = 'company:[A-Z0-9]{2}[0-9]{6}';
const CHARITY = 'charity:(?:[0-9]{6,7}|SC[0-9]{6}|NIC[0-9]{6})';
const SCHOOL = 'urn:[0-9]{6}';
const SLUG = '[a-z0-9][a-z0-9-]{0,63}';

export const CODE = pattern(`^${SLUG}$`, 'A code: a–z, 0–9 and hyphens, at most 64 characters');
export const REFERENCE = pattern(
  '^[A-Za-z0-9][A-Za-z0-9._/-]{0,63}$',
  'A reference: letters, digits, dot, underscore, slash and hyphen, at most 64 characters',
);
export const PROVIDER_KEY = pattern(
  `^(?:${UKPRN}|${COMPANY}|${CHARITY}|${SCHOOL})$`,
  'A provider: ukprn: and 8 digits beginning with 1, company: and 8 characters, charity: and a number, or urn: and 6 digits',
);
export const ORGANISATION_KEY = pattern(
  `^(?:${UKPRN}|${COMPANY}|${CHARITY})$`,
  'A provider that is no school: ukprn: and 8 digits beginning with 1, company: and 8 characters, or charity: and a number',
);
export const SCHOOL_KEY = pattern(`^${SCHOOL}$`, 'A school or college: urn: and 6 digits');
export const ADVISER_KEY = pattern(
  '^adviser:[a-z0-9]{8,32}$',
  'An adviser: adviser: and 8–32 of a–z and 0–9',
);
export const BODY_KEY = pattern(`^body:${SLUG}$`, 'A body: body: and a code');
export const AREA_KEY = pattern(
  '^area:[A-Z][0-9]{8}$',
  'An area: area: and an official code such as E10000014',
);
export const POLICY_KEY = pattern(`^policy:${SLUG}$`, 'A policy: policy: and a code');
export const CALENDAR_KEY = pattern('^calendar:england$', 'The calendar: calendar:england');
export const ANY_KEY = Type.Union([PROVIDER_KEY, ADVISER_KEY, BODY_KEY, AREA_KEY, POLICY_KEY, CALENDAR_KEY], {
  description: 'The subject of the event that is named',
});

export const DAY = Type.String({
  format: 'day',
  description: 'A day, YYYY-MM-DD, from 1900-01-01 to 9999-12-31',
});
/** So many characters has a name at the most. */
export const LONGEST_NAME = 200;
export const NAME = Type.String({
  format: 'name',
  description: 'A name of 1–200 characters in Unicode form NFC, without control characters',
});

/** Whether a text is a line of 1 to so many characters in Unicode form NFC, without control characters and lone surrogates. */
export function isLine(text: string, most: number): boolean {
  return (
    text.isWellFormed() &&
    text.normalize('NFC') === text &&
    !/\p{Cc}/u.test(text) &&
    text.length > 0 &&
    Array.from(text).length <= most
  );
}

export const CODES = Type.Array(CODE, { minItems: 1, description: 'A list of one or more codes' });
export const WHOLE_NUMBER = Type.Integer({
  minimum: 1,
  maximum: Number.MAX_SAFE_INTEGER,
  description: 'A whole number from 1',
});

/** A position in the log, or `id:` and the id of an event of the same body and source. */
export const EVENT_REFERENCE = pattern(
  '^(?:0|[1-9][0-9]{0,15}|id:[!-?A-~]{1,128})$',
  'An event: its position ("4182"), or id: and the id under which the same body posted it from the same source',
);

/** An object with exactly these fields. */
export function fields<T extends Record<string, TSchema>>(properties: T) {
  return Type.Object(properties, { additionalProperties: false });
}
