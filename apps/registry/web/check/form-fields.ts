/** What the form asks, in the order in which it asks it. `policy` is in no field: an address may name it. */
export const FIELDS = ['provider', 'setting', 'from', 'until', 'adviser', 'knownAt', 'policy'] as const;

export type Field = (typeof FIELDS)[number];

/** What was typed, as it was typed; empty where nothing was. */
export type Typed = Readonly<Record<Field, string>>;

/** What is wrong, and how to correct it, beside its field where it has one. */
export interface FormFault {
  readonly field: Field | undefined;
  readonly detail: string;
}
