import type { Static, TSchema } from 'typebox';

/** What section 4 makes of an event, in words for whoever posts it. Only what has an effect may be disputed. */
export const EFFECT_MEANINGS = {
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

/** What a fact is named by: a field of the event’s own data, or its subject. A fact of which a stream tells one has no name. */
interface OfFact<F extends string> {
  readonly fact: string;
  readonly of?: F | 'subject';
}

/** Days from one that a field names, or from the day after one. */
type Since<F extends string> =
  { readonly from: F; readonly after?: undefined } | { readonly after: F; readonly from?: undefined };

/**
 * What section 4 makes of an event, as data that `effects.ts` reads. The names `from`, `after` and `until` are those of the
 * fields that give the first day, the last day before, and the last day. An event whose data have a field `onAppeal` loses
 * the days that its appeal takes.
 */
export type Effect<F extends string = string> =
  | (OfFact<F> & { readonly kind: 'grant'; readonly from: F; readonly until?: F })
  | (OfFact<F> & { readonly kind: 'extension'; readonly until: F })
  | (OfFact<F> & { readonly kind: 'block' } & Since<F>)
  /** `lifts`: the types of the blocks that it ends. */
  | (OfFact<F> & { readonly kind: 'lift'; readonly from: F; readonly lifts: readonly string[] })
  | (OfFact<F> & { readonly kind: 'voiding' })
  | { readonly kind: 'application'; readonly from: F }
  | { readonly kind: 'closing'; readonly after: F };

/** The effects that bear on the grants of a fact. */
export type FactEffect = Extract<Effect, { readonly fact: string }>;

type FieldsOf<D extends TSchema> = Extract<keyof Static<D>, string>;

/** All that is fixed about a type of event before the log is looked at. */
export interface EventDefinition<
  D extends TSchema = TSchema,
  E extends Effect | undefined = Effect | undefined,
> {
  /** What it tells, and what that decides, in words for whoever posts it. */
  readonly meaning: string;
  readonly data: D;
  /** The shape of its subject's key. */
  readonly subject: TSchema;
  /** The stream it belongs to; an event about an event belongs to that event's, and has none of its own. */
  stream?(this: void, subject: string, data: Static<D>): string;
  readonly effect?: E;
  /** It ends, corrects, retracts or decides something, and has no effect by which that is known. */
  readonly ends?: true;
  /** It gives and takes no day by itself, and yet decides answers: it says whose the days of others are, or what is asked. */
  readonly frames?: true;
  /** Only `body:registrar` posts it. */
  readonly registrarOnly?: true;
  /** What must be registered before: its subject, and the subjects that these fields of its data name. */
  readonly needs?: readonly ('subject' | (string & {}))[];
  /** Further keys under which the stream is found, beside the subject. */
  about?(this: void, data: Static<D>): readonly (string | undefined)[];
  /** What a schema cannot say of the fields. */
  check?(this: void, subject: string, data: Static<D>): readonly { pointer: string; detail: string }[];
}

export function define<D extends TSchema, const E extends Effect<FieldsOf<D>> | undefined = undefined>(
  definition: EventDefinition<D, E>,
): EventDefinition<D, E> {
  return definition;
}
