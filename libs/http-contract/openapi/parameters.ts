import { getMetadataStorage } from 'class-validator';
import type { ValidationMetadata } from 'class-validator/types/metadata/ValidationMetadata';
import { DAY } from '@app/domain/values/keys';
import { POSITION_OF_LOG } from '@app/read-model/as-of';
import { published, type Schema } from './schemas';

/** A class of what may be asked: its fields are parameters, their rules its decorators. */
export type ParameterClass = abstract new () => object;

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query';
  readonly required: boolean;
  readonly description: string;
  readonly schema: Schema;
  readonly example?: string;
}

const A_MOMENT: Schema = {
  anyOf: [
    { type: 'string', pattern: POSITION_OF_LOG.source },
    { type: 'string', format: 'date-time' },
  ],
};

/**
 * The meaning of each parameter that several routes have. Operations describe the parameters that one route
 * alone has.
 */
const MEANINGS: Readonly<
  Record<string, { readonly description: string; readonly example?: string; readonly schema?: Schema }>
> = {
  key: { description: 'The key of the subject; of a key of a body’s, its name' },
  body: { description: 'The key of a body', example: 'body:example-assessors' },
  slug: { description: 'The slug of a body: its key without `body:`', example: 'example-assessors' },
  code: { description: 'The code of a refusal', example: 'overlapping-award' },
  position: { description: 'The place of an event in the log, from 0', example: '4' },
  atLeast: {
    description:
      'A position that the answer must know, with or without the digits that say of which log (as in `knownAt`): it waits two seconds at the most, and is refused with `not-caught-up` then. So you see your own posting, whichever process you ask',
    schema: { type: 'string', pattern: POSITION_OF_LOG.source },
  },
  knownAt: {
    description:
      'As known when: a position, or an RFC 3339 instant (the last event recorded at or before it). The head of the log unless given. After a position, `-` and the first 8 hexadecimal digits of the SHA-256 of the stored event there say which log is meant, `4182-1a2b3c4d`: where another event stands there, because the register was restored from a backup, it is refused with `other-log`',
    schema: A_MOMENT,
  },
  setting: { description: 'In which setting of the policy', example: 'school-commissioned' },
  on: {
    description: 'The one day asked about. Give `on`, or both `from` and `until`; without them it is today',
    schema: published(DAY),
  },
  from: { description: 'The first day asked about', schema: published(DAY) },
  until: { description: 'The last day asked about, included', schema: published(DAY) },
  adviser: {
    description: 'An adviser who is to deliver the guidance; give it once for each, at most 50 times',
  },
  policy: {
    description:
      'Under which policy; the operator’s own unless given. Where it may repeat: under several, once for each, or `all` for every policy of which an edition stands',
    example: 'cmqa-2017',
  },
  school: {
    description:
      'The school that asks, by any of its keys: of advisers whom it employs a policy may say that they are not independent of it',
    example: 'urn:100001',
  },
  route: { description: '`true`: say also what would make the answer `eligible`' },
  after: {
    description:
      'The position after which to begin; −1 for the start of the log. Of the log and of a comparison it is a moment, and may say of which log it is, `4182-1a2b3c4d`, as `knownAt`',
    example: '-1',
  },
  limit: { description: 'At most so many', example: '1000' },
  atomic: { description: '`true`: take all of the batch, or nothing where anything is refused' },
  dryRun: { description: '`true`: judge and answer, and write nothing' },
  type: { description: 'The type of the events', example: 'AccreditationAwarded' },
  source: { description: 'The source of the events, a URI reference', example: 'https://example.org/feed' },
  map: {
    description:
      'Where a field comes from, as `field=text`, in which `{Column}` stands for the cell of that column: `subject=ukprn:{UKPRN}`. Without it a field comes from the column of its name. Where both say something of a row and differ, that row is refused. Give it once for each',
  },
  ignore: {
    description:
      'A column that is left out, by its name, or `*` for all from which nothing comes. Give it once for each',
  },
  dates: {
    description:
      'In which form the days of the table are: `iso` (`2026-02-28`, `2026/02/28`) or `dmy` (day first: `28/02/2026`, with `/`, `.` or `-`, or `28 Feb 2026`); both unless given. A day that can only have the month first ends the table at its row',
  },
};

/** The parameters that a question has, in the order in which it declares them. */
export function parametersOf(place: 'path' | 'query', question: ParameterClass): readonly Parameter[] {
  const rules = Map.groupBy(
    getMetadataStorage().getTargetValidationMetadatas(question, '', true, false),
    ({ propertyName }) => propertyName,
  );
  return [...rules].map(([name, its]) => {
    const meaning = MEANINGS[name];
    const each = its.some(({ each }) => each);
    const rules = Object.assign({}, ...its.map(shapeOf)) as Schema;
    const one = { type: 'string', ...meaning?.schema, ...rules };
    return {
      name,
      in: place,
      required: place === 'path' || !its.some(({ name }) => name === 'isOptional'),
      description: meaning?.description ?? '',
      schema: plain(each ? { type: 'array', items: one } : one),
      ...(meaning?.example === undefined ? {} : { example: meaning.example }),
    };
  });
}

/** A schema that is a choice or a reference states its type itself. */
function plain({ type, ...schema }: Schema): Schema {
  return 'anyOf' in schema || '$ref' in schema ? schema : { type, ...schema };
}

function shapeOf({ name, constraints }: ValidationMetadata): Schema {
  const [first] = (constraints as unknown[] | undefined) ?? [];
  if (name === 'matches' && first instanceof RegExp) return { pattern: first.source };
  if (name === 'isIn' && Array.isArray(first))
    return first.includes('true') ? { type: 'boolean' } : { enum: first };
  if (name === 'isLimit') return { type: 'integer', minimum: 1, maximum: first };
  return name === 'isDay' ? published(DAY) : {};
}
