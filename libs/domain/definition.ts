import type { Static, TSchema } from 'typebox';

/** What section 4 makes of an event. Only what has an effect may be disputed. */
export type Effect = 'grant' | 'extension' | 'block' | 'lift' | 'voiding' | 'application' | 'closing';

/** All that is fixed about a type of event before the log is looked at. */
export interface EventDefinition<D extends TSchema = TSchema> {
  readonly data: D;
  /** The shape of its subject's key. */
  readonly subject: TSchema;
  /** The stream it belongs to; an event about an event belongs to that event's, and has none of its own. */
  stream?(this: void, subject: string, data: Static<D>): string;
  readonly effect?: Effect;
  /** Only `body:registrar` posts it. */
  readonly registrarOnly?: true;
  /** What must be registered before: its subject, and the subjects that these fields of its data name. */
  readonly needs?: readonly ('subject' | (string & {}))[];
  /** Further keys under which the stream is found, beside the subject. */
  about?(this: void, data: Static<D>): readonly (string | undefined)[];
  /** What a schema cannot say of the fields. */
  check?(this: void, subject: string, data: Static<D>): readonly { pointer: string; detail: string }[];
}

export function define<D extends TSchema>(definition: EventDefinition<D>): EventDefinition<D> {
  return definition;
}
