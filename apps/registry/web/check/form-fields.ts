/** What the form asks, in the order in which it asks it. */
export const FIELDS = [
  'provider',
  'setting',
  'from',
  'until',
  'school',
  'policy',
  'adviser',
  'knownAt',
] as const;

/** Those that an address may give several times; a form has them in one field, with blanks between. */
export const LISTS = ['adviser', 'policy'] as const;

export type Field = (typeof FIELDS)[number];

/** What was typed, as it was typed; empty where nothing was. */
export type Typed = Readonly<Record<Field, string>>;

/** What is wrong, and how to correct it, beside its field where it has one. */
export interface FormFault {
  readonly field: Field | undefined;
  readonly detail: string;
}
