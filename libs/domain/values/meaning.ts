import { Type, type TEnum, type TSchema } from 'typebox';
import { CODE } from './keys';

/*
 * What a field says to whoever posts, beside its form. The `description` of a schema is the form (“A day, YYYY-MM-DD”),
 * which a refusal repeats; its meaning is a sentence of the field’s own. The API’s document and docs/events.md are made of
 * both.
 */

/** What a schema means: in a sentence, and of a fixed list what each of its values means. */
export interface Meaning {
  readonly sentence: string;
  readonly values: Readonly<Record<string, string>>;
}

// No keyword of JSON Schema, so no validator meets it; typebox keeps what is its own in the same way.
const MEANING = '~meaning';

/** The same schema with a meaning. It says whether the end of days is included, and what it means that the field is absent. */
export function described<T extends TSchema>(schema: T, sentence: string, values: Meaning['values'] = {}): T {
  const value: Meaning = { sentence, values };
  // A spread would lose whether the field may be absent.
  const properties = { ...Object.getOwnPropertyDescriptors(schema), [MEANING]: { value } };
  return Object.defineProperties({}, properties) as T;
}

/** A fixed list of codes, each with its meaning. `form`: what a refusal says of them beside their names. */
export function choice<const Code extends string>(
  sentence: string,
  values: Readonly<Record<Code, string>>,
  form?: string,
): TEnum<Code[]> {
  const codes = Object.keys(values) as Code[];
  return described(Type.Enum(codes, form === undefined ? {} : { description: form }), sentence, values);
}

/** What a schema means; undefined if it has only a form. */
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
