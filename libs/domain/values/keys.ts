import { Type, type TSchema, type TString } from 'typebox';

/**
 * The shapes of keys, codes and references (specification, section 2), as JSON Schemas. The patterns are strict:
 * a wrong key is refused, never guessed at.
 */
const pattern = (regex: string, description: string) =>
  Type.String({ pattern: regex, description }) as TString & {
    readonly pattern: string;
    readonly description: string;
  };

const UKPRN = 'ukprn:1[0-9]{7}';
const COMPANY = 'company:[A-Z0-9]{2}[0-9]{3}[A-Z0-9]{3}';
const CHARITY = 'charity:(?:[0-9]{6,7}|SC[0-9]{6}|NIC[0-9]{6})';
const SCHOOL = 'urn:[0-9]{6}';
const SLUG = '[a-z0-9][a-z0-9-]{0,63}';

const CODE_FORM = 'a–z, 0–9 and hyphens, at most 64 characters, no hyphen first';
const ORGANISATION_FORM =
  'ukprn: and 8 digits, the first of them 1 (ukprn:10012345); company: and the 8 characters of the Companies House number, with its zeros and in capitals: two letters or digits, three digits, three letters or digits (company:01234567, company:SC123456, company:IP00123R); charity: and 6 or 7 digits, or SC and 6, or NIC and 6 (charity:1012345, charity:SC012345, charity:NIC100123)';
const SCHOOL_FORM = 'urn: and 6 digits (urn:123456)';

export const CODE = pattern(`^${SLUG}$`, `A code: ${CODE_FORM}`);
export const REFERENCE = pattern(
  '^[A-Za-z0-9][A-Za-z0-9._/-]{0,63}$',
  'A reference: letters, digits, dot, underscore, slash and hyphen, at most 64 characters, a letter or digit first',
);
export const PROVIDER_KEY = pattern(
  `^(?:${UKPRN}|${COMPANY}|${CHARITY}|${SCHOOL})$`,
  `A provider: ${ORGANISATION_FORM}; or a school’s ${SCHOOL_FORM}`,
);
export const ORGANISATION_KEY = pattern(
  `^(?:${UKPRN}|${COMPANY}|${CHARITY})$`,
  `A provider that is no school: ${ORGANISATION_FORM}`,
);
export const SCHOOL_KEY = pattern(`^${SCHOOL}$`, `A school or college: ${SCHOOL_FORM}`);
export const ADVISER_KEY = pattern(
  '^adviser:[a-z0-9]{8,32}$',
  'An adviser: adviser: and 8–32 of a–z and 0–9, never a name (adviser:k7m2p9x4)',
);
export const BODY_KEY = pattern(`^body:${SLUG}$`, `A body: body: and a code (body:matrix): ${CODE_FORM}`);
export const AREA_KEY = pattern(
  '^area:[A-Z][0-9]{8}$',
  'An area: area: and the official code, a capital and 8 digits (area:E10000014)',
);
export const POLICY_KEY = pattern(
  `^policy:${SLUG}$`,
  `A policy: policy: and a code (policy:cmqa-2017): ${CODE_FORM}`,
);
export const CALENDAR_KEY = pattern('^calendar:england$', 'The calendar: calendar:england');
export const LOG_KEY = pattern('^log:register$', 'The log itself: log:register');
export const ANY_KEY = Type.Union(
  [PROVIDER_KEY, ADVISER_KEY, BODY_KEY, AREA_KEY, POLICY_KEY, CALENDAR_KEY, LOG_KEY],
  {
    description: 'The subject of the event that is named, as that event has it',
  },
);

export const DAY = Type.String({
  format: 'day',
  description: 'A day, YYYY-MM-DD, from 1900-01-01 to 9999-12-31',
});
/** The most characters of a name. */
export const LONGEST_NAME = 200;
export const NAME = Type.String({
  format: 'name',
  description:
    'A name of 1–200 characters in Unicode form NFC, a letter or digit among them; no white space at either end, no control characters, and nothing that is not seen',
});

/**
 * Whether a text is a line of 1 to `most` characters in Unicode form NFC, without control characters and lone
 * surrogates.
 */
export function isLine(text: string, most: number): boolean {
  return (
    text.isWellFormed() &&
    text.normalize('NFC') === text &&
    !/\p{Cc}/u.test(text) &&
    text.length > 0 &&
    Array.from(text).length <= most
  );
}

const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}\p{Default_Ignorable_Code_Point}\p{Cs}]/u;
const AT_AN_END = /^\p{White_Space}|\p{White_Space}$/u;
const LETTER_OR_DIGIT = /[\p{L}\p{N}]/u;

/**
 * Why a text cannot be a name, in words that say how to correct it; undefined if it can: a line that looks
 * like what it is, of at most `most` characters.
 */
export function nameFault(text: string, most = LONGEST_NAME): string | undefined {
  const unseen = UNSEEN.exec(text);
  if (unseen) {
    const code = unseen[0].codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0');
    const place = Array.from(text.slice(0, unseen.index)).length + 1;
    return `Take out character ${place}, U+${code}: it is not seen, or is no character`;
  }
  if (!LETTER_OR_DIGIT.test(text)) return 'Give at least one letter or digit';
  if (AT_AN_END.test(text)) return 'Take out the white space at the beginning or the end';
  if (text.normalize('NFC') !== text)
    return 'Write it in Unicode form NFC: é is one character, and not an e and an accent';
  const length = Array.from(text).length;
  return length > most ? `Shorten it: it has ${length} characters, and may have ${most}` : undefined;
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
