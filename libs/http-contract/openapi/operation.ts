import type { ProblemCode } from '@app/domain/values/problem';
import { JSON_TYPE } from '../media-types';

/** What reflection cannot find out about an operation: its purpose, its answers, and its own refusals. */
export interface Operation {
  readonly operationId: string;
  readonly tag: keyof typeof TAGS;
  readonly summary: string;
  readonly description: string;
  /** The shape of the body in each media type that it takes: `one` of a named schema, `lines` of named schemas, or `text`. */
  readonly body?: Readonly<Record<string, Content>>;
  readonly answers: Readonly<Record<number, Answers>>;
  /** Its own refusals; those of its guards and parameters are added. */
  readonly codes?: readonly ProblemCode[];
  /** Other words for parameters that have a special meaning here. */
  readonly parameters?: Readonly<Record<string, { readonly description: string; readonly example?: string }>>;
  /** Its own request headers, by name; those that follow from its kind are added. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The requests of the story that are its examples (`story.ts`). */
  readonly examples?: readonly Example[];
}

/** Operations by method and path. */
export type Operations = Readonly<Record<string, Operation>>;

/** Shapes by their names in the document. */
export type Shapes = Readonly<Record<string, object>>;

export type Content =
  | { readonly one: string }
  | { readonly lines: readonly string[] }
  | { readonly text: string; readonly type?: 'object' };

export interface Answers {
  readonly description: string;
  readonly content?: Readonly<Record<string, Content>>;
}

/** One request of the story that the examples tell. */
export interface Example {
  readonly name: string;
  readonly summary: string;
  /** The address asked. */
  readonly address: string;
  /** The body: a value, or a line for each of several. */
  readonly body?:
    | { readonly type: string; readonly value: unknown }
    | { readonly type: string; readonly lines: readonly object[] }
    | { readonly type: string; readonly text: string };
  readonly accept?: string;
  /** What the sender calls the request: its `Idempotency-Key`. */
  readonly request?: string;
  /** Whether it is sent without the key that writing needs. */
  readonly anonymous?: true;
}

export const TAGS = {
  Questions: 'What is asked of the register. No key is needed.',
  Records: 'What is known of a provider or an adviser.',
  Events: 'What happened: posted by bodies, with a key.',
  Log: 'The history itself, as it was written.',
  Proof: 'What proves the log and its answers to whoever does not trust the register.',
  Policies: 'The rules by which questions are answered.',
  Persons:
    'Who an adviser or a sole trader is: names and contact details, kept beside the log so that they can be erased.',
  Bodies: 'Who may post what.',
  Keys: 'With what they post, and what was refused.',
  Operation: 'How the register is, and how it is spoken to.',
} as const;

/** An answer in JSON, with a named shape. */
export const one = (schema: string): Readonly<Record<string, Content>> => ({ [JSON_TYPE]: { one: schema } });
