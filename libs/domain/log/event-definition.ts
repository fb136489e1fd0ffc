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

/**
 * The name of a fact: a field of the event’s own data, or its subject. A fact has no name if its stream is
 * about no other.
 */
interface OfFact<F extends string> {
  readonly fact: string;
  readonly of?: F | 'subject';
}

/** Days from the day of a field on, or from the day after it. */
type Since<F extends string> =
  { readonly from: F; readonly after?: undefined } | { readonly after: F; readonly from?: undefined };

/**
 * What an event does by section 4, as data that `effects.ts` reads. `from`, `after` and `until` name the
 * fields with the first day, the last day before it, and the last day. If the data have a field `onAppeal`,
 * an appeal takes days from the event.
 */
export type Effect<F extends string = string> =
  | (OfFact<F> & { readonly kind: 'grant'; readonly from: F; readonly until?: F })
  | (OfFact<F> & { readonly kind: 'extension'; readonly until: F })
  | (OfFact<F> & { readonly kind: 'block' } & Since<F>)
  /** `lifts`: the types of the blocks that it ends. */
  | (OfFact<F> & { readonly kind: 'lift'; readonly from: F; readonly lifts: readonly string[] })
  | (OfFact<F> & { readonly kind: 'voiding' })
  | { readonly kind: 'application'; readonly from: F }
  | { readonly kind: 'block'; readonly blocks: 'applications'; readonly after: F }
  | { readonly kind: 'closing'; readonly after: F };

/** The effects that bear on the grants of a fact. */
export type FactEffect = Extract<Effect, { readonly fact: string }>;

type FieldsOf<D extends TSchema> = Extract<keyof Static<D>, string>;

export type Data = Readonly<Record<string, unknown>>;

/** The form that the data of a type had in an earlier version. It stays as long as a log may hold such an event. */
interface EarlierForm {
  readonly data: TSchema;
  /** Returns data of this form in the form of the next version. It is pure, and rejects none of them. */
  next(this: void, data: Data): Data;
}

/** Everything that is fixed about a type of event, before the log is read. */
export interface EventDefinition<
  D extends TSchema = TSchema,
  E extends Effect | undefined = Effect | undefined,
> {
  /** What it tells, and what that decides, in words for those who post it. */
  readonly meaning: string;
  readonly data: D;
  /**
   * The forms of its data in versions 1, 2 and so on; its present version is the one after them. The log keeps
   * what was written; rules see only the present form.
   */
  readonly earlier?: readonly EarlierForm[];
  /** The shape of its subject's key. */
  readonly subject: TSchema;
  /**
   * The stream of an event. An event about an event belongs to the stream of its target, and has none of its
   * own.
   */
  stream?(this: void, subject: string, data: Static<D>): string;
  readonly effect?: E;
  /** It ends, corrects, retracts or decides something, and its effect does not already say so. */
  readonly ends?: true;
  /**
   * It gives and takes no days itself and still decides answers: it says whose days the days of others are,
   * or what a policy asks.
   */
  readonly frames?: true;
  /** Only `body:registrar` posts it. */
  readonly registrarOnly?: true;
  /** The register posts it by itself, and takes it from no one. */
  readonly registerOnly?: true;
  /** The subjects that must be registered before: its own, and those that these fields of its data name. */
  readonly needs?: readonly ('subject' | (string & {}))[];
  /** Further keys under which the stream is found, besides the subject. */
  about?(this: void, data: Static<D>): readonly (string | undefined)[];
  /** Checks on the fields that a schema cannot express. */
  check?(this: void, subject: string, data: Static<D>): readonly { pointer: string; detail: string }[];
}

export function define<D extends TSchema, const E extends Effect<FieldsOf<D>> | undefined = undefined>(
  definition: EventDefinition<D, E>,
): EventDefinition<D, E> {
  return definition;
}
