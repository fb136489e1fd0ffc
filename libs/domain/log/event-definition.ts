import type { Static, TSchema } from 'typebox';

/** What section 4 makes of an event, in words for whoever posts it. Only what has an effect may be disputed. */
export const EFFECTS = {
  grant:
    'It gives days: what it says holds on each of them, unless something posted after it takes the day away.',
  extension: 'It moves the end of what was given last before it to a later day.',
  block:
    'It takes days away from what stands before it in the log; what is posted after it, it leaves alone.',
  lift: 'It gives back, from its day on, the days that were taken away before it.',
  voiding: 'What it names, as far as it stands before it in the log, counts on no day at all.',
  application: 'It counts from its day on, wherever a policy takes an application.',
  closing: 'The provider is open on its last day, and on none after it.',
} as const;

export type Effect = keyof typeof EFFECTS;

/** All that is fixed about a type of event before the log is looked at. */
export interface EventDefinition<D extends TSchema = TSchema> {
  /** What it tells, and what that decides, in words for whoever posts it. */
  readonly meaning: string;
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
