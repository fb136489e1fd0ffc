import { isRefusal, refuse, type FieldError, type Refusal } from '@app/domain/values/problem';
import { escaped } from '@app/domain/log/schema-errors';
import {
  columnsCalled,
  columnsInWords,
  noColumn,
  readMapping,
  type AskedCode,
  type Mapping,
} from './mapping';
import { resemblanceOf, type Resemblance } from './resembling';

/** What the user says of the columns of a table. */
export interface Said {
  /** Where fields come from, each as `field=template`. */
  readonly map: readonly string[];
  /** The columns to leave out; `*` for all that no field comes from. */
  readonly ignore: readonly string[];
}

/** A column that no field comes from, and that no one left out. */
export interface OtherColumn {
  readonly name: string;
  /** The field that it resembles; undefined if there is none. */
  readonly resembles: Resemblance | undefined;
  /** Whether the table is refused until this column is mapped or left out. */
  readonly isDoubtful: boolean;
}

/** What the header of a table says. */
export interface HeaderSurvey {
  /** Where each field comes from. */
  readonly mapping: Mapping;
  /** The columns that fields come from. */
  readonly used: readonly string[];
  /** Those that were left out by `ignore=`. */
  readonly ignored: readonly string[];
  /** All other columns, except those without a name. */
  readonly others: readonly OtherColumn[];
  /** The numbers of the columns without a name whose content may have been meant. */
  readonly nameless: readonly number[];
}

/** What is wanted from a table. */
interface Wanted {
  readonly fields: readonly string[];
  readonly code: AskedCode;
  /** Whether a table is refused for a column that no field comes from. */
  readonly isDoubtful: (resembles: Resemblance | undefined) => boolean;
}

/**
 * Finds the role of each column of a header, so that none is ignored that may have been meant. It refuses
 * mappings to columns that do not exist, or that exist twice.
 */
export function surveyColumns(
  columns: readonly string[],
  { map, ignore }: Said,
  { fields, code, isDoubtful }: Wanted,
): HeaderSurvey | Refusal {
  const named = ignore.filter((name) => name !== ALL);
  const absent = named.find((name) => columnsCalled(name, columns).length === 0);
  if (absent !== undefined) return refuse(code, noColumn(absent, columns), '/ignore');
  const ignored = new Set(named.flatMap((name) => columnsCalled(name, columns)));
  const mapping = readMapping(map, fields, columns, ignored, code);
  if (isRefusal(mapping)) return mapping;
  const used = new Set(
    [...mapping.values()]
      .flatMap(({ template, own }) => [...template, own])
      .filter((part) => typeof part === 'number'),
  );
  const rest = columns.flatMap((name, i) => (used.has(i) || ignored.has(i) ? [] : [{ name, i }]));
  const all = ignore.includes(ALL);
  const left = rest.filter(({ name }) => name !== '');
  return {
    mapping,
    used: columns.filter((_, i) => used.has(i)),
    ignored: columns.filter((name, i) => ignored.has(i) || (all && name !== '' && !used.has(i))),
    others: (all ? [] : left).map(({ name }) => {
      const resembles = resemblanceOf(name, fields);
      return { name, resembles, isDoubtful: isDoubtful(resembles) };
    }),
    nameless: all ? [] : rest.flatMap(({ name, i }) => (name === '' ? [i] : [])),
  };
}

const ALL = '*';

/** Refuses a table for its doubtful columns, each with what it resembles and how to go on; undefined if it has none. */
export function refusalOf({ others }: HeaderSurvey, of: string): Refusal | undefined {
  const doubtful = others.filter(({ isDoubtful }) => isDoubtful);
  const [first] = doubtful;
  if (!first) return undefined;
  const are = doubtful.length === 1 ? 'this column is no field' : 'these columns are no fields';
  return refuse(
    'malformed',
    `${columnsInWords(doubtful.map(({ name }) => name))}: ${are} of ${of}, and nothing of the table is read, lest what is meant is lost. ${doubtful.map(doubtIn).join('. ')}. Or leave out all that are no fields with ignore=*`,
    doubtful.map((column): FieldError => ({
      pointer: `/${escaped(column.name)}`,
      code: 'malformed',
      detail: doubtIn(column),
    })),
  );
}

/** What a column resembles, and how to continue. */
function doubtIn({ name, resembles }: OtherColumn): string {
  const is = resembles ? `resembles ${resembles.field}` : 'resembles no field';
  return `${name} ${is}: ${resembles ? 'name it so, ' : ''}map it (map=${resembles?.field ?? 'field'}={${name}}), or leave it out (ignore=${name})`;
}
