import { Type, type TEnum, type TSchema } from 'typebox';
import { CODE } from './keys';

/*
 * What a field means to those who post, besides its form. The `description` of a schema is the form (“A day,
 * YYYY-MM-DD”), which a refusal repeats; its meaning is a sentence about this field. The API’s document and
 * docs/events.md are made of both.
 */

/** The meaning of a schema: a sentence and, for a fixed list, the meaning of each value. */
export interface Meaning {
  readonly sentence: string;
  readonly values: Readonly<Record<string, string>>;
}

// It is no keyword of JSON Schema, so validators never see it; typebox keeps its own properties in the same
// way.
const MEANING = '~meaning';

/**
 * The schema with a meaning. The meaning says whether the end of days is included, and what it means if the
 * field is absent.
 */
export function described<T extends TSchema>(schema: T, sentence: string, values: Meaning['values'] = {}): T {
  const value: Meaning = { sentence, values };
  // A spread would lose whether the field is optional.
  const properties = { ...Object.getOwnPropertyDescriptors(schema), [MEANING]: { value } };
  return Object.defineProperties({}, properties) as T;
}

/** A fixed list of codes, each with its meaning. `form`: what a refusal says of them besides their names. */
export function choice<const Code extends string>(
  sentence: string,
  values: Readonly<Record<Code, string>>,
  form?: string,
): TEnum<Code[]> {
  const codes = Object.keys(values) as Code[];
  return described(Type.Enum(codes, form === undefined ? {} : { description: form }), sentence, values);
}

/** The meaning of a schema; undefined if it has only a form. */
export function meaningOf(schema: object): Meaning | undefined {
  return (schema as { readonly [MEANING]?: Meaning })[MEANING];
}

export const OWN_REASON = described(
  CODE,
  'Why, as a code of your own such as `review-overdue`, for no free text stands in the log. It is shown, and decides nothing.',
);

/** What an appeal does to an event until it is decided (specification, section 3). */
export const ON_APPEAL = choice(
  'What an appeal against this event does to it until the appeal is decided. If the appeal is upheld, the event counts on no day, whichever this is.',
  {
    stays: 'An appeal suspends its effect until the appeal is decided.',
    stands: 'The effect stands meanwhile.',
  },
  'stays: an appeal suspends its effect until the appeal is decided; stands: the effect stands meanwhile',
);
