import { isRefusal } from '@app/http-contract/problem/refusal-error';
import type { OtherColumn, HeaderSurvey } from '@app/tables/columns';
import type { DayCell } from '@app/tables/cells';
import { judgeDays, type DayForm, type JudgedDays } from '@app/tables/days';
import type { Refusal } from '@app/domain/values/problem';
import { readableNumber } from '@app/terminal/progress';
import { dayInWords } from '@app/phrases/words';
import { decided, type Way } from '../asking';
import { Ending, EXIT } from '../exit-codes';
import { inOptions } from '../upload/upload-source';

/** What options say of a table: where its fields come from, and which of its columns are left out. */
export interface SaidOfTable {
  readonly map: readonly string[];
  readonly ignore: readonly string[];
  readonly dates?: DayForm | undefined;
}

/**
 * Maps the columns of a table to fields. Each column that resembles a field but is not read must be mapped or
 * left out: by an option, or by the person at the terminal. `missing`: what to say if these fields are not
 * enough.
 */
export async function columnsDecided(
  file: string,
  said: SaidOfTable,
  survey: (said: SaidOfTable) => HeaderSurvey | Refusal,
  isDoubtful: (column: OtherColumn) => boolean,
  missing: (fields: readonly string[]) => string | undefined,
): Promise<{ readonly said: SaidOfTable; readonly survey: HeaderSurvey }> {
  const found = survey(said);
  if (isRefusal(found)) throw new Ending(EXIT.usage, inOptions(found.detail));
  const doubtful = found.others.filter(isDoubtful);
  const lacking = missing([
    ...found.mapping.keys(),
    ...doubtful.flatMap(({ resembles }) =>
      resembles && resembles.by !== 'spelling' ? [resembles.field] : [],
    ),
  ]);
  if (lacking !== undefined) throw new Ending(EXIT.usage, lacking);
  if (doubtful.length === 0) return { said, survey: found };
  const one = doubtful.length === 1;
  const names = doubtful.map(({ name }) => name).join(', ');
  const resembling = doubtful.flatMap(({ name, resembles }) =>
    resembles && resembles.by !== 'spelling' ? [`${resembles.field}={${name}}`] : [],
  );
  const hints = doubtful.flatMap(({ name, resembles }) =>
    resembles ? [`${name} resembles ${resembles.field}`] : [],
  );
  const [first] = doubtful;
  const ways: Way<SaidOfTable>[] = [
    ...(resembling.length === 0
      ? []
      : [
          {
            value: { ...said, map: [...said.map, ...resembling] },
            label: `Read ${resembling.map((map) => map.replace(/^(.*)=\{(.*)\}$/, '$2 as $1')).join(', ')}`,
          },
        ]),
    {
      value: { ...said, ignore: [...said.ignore, ...doubtful.map(({ name }) => name)] },
      label: `Leave ${names} out`,
    },
  ];
  const chosen = await decided(
    `Nothing is taken from the ${one ? 'column' : 'columns'} ${names}${hints.length === 0 ? '' : ` (${hints.join(', ')})`}.`,
    ways,
    `${file}: nothing would be taken from the ${one ? 'column' : 'columns'} ${names}${hints.length === 0 ? '' : ` (${hints.join(', ')})`}, and nothing was sent. Say what ${one ? 'it is' : 'each is'}: --map '${first?.resembles?.field ?? 'field'}={${first?.name ?? ''}}' reads it, --ignore '${first?.name ?? ''}' leaves it out, --ignore '*' all that are not read`,
  );
  return columnsDecided(file, chosen, survey, isDoubtful, missing);
}

/** The days of a table by column, as they are seen row after row. */
export class SeenDays {
  readonly #columns = new Map<string, JudgedDays>();
  readonly #lines = new Map<string, number>();

  take(days: readonly DayCell[], line: number): void {
    for (const { column, text } of days) {
      const judged = judgeDays([text]);
      const before = this.#columns.get(column);
      this.#columns.set(column, {
        monthFirst: before?.monthFirst ?? judged.monthFirst,
        dayFirst: before?.dayFirst ?? judged.dayFirst,
        ambiguous: before?.ambiguous ?? judged.ambiguous,
        unreadable: before?.unreadable ?? judged.unreadable,
      });
      if (judged.monthFirst !== undefined && before?.monthFirst === undefined) this.#lines.set(column, line);
    }
  }

  /**
   * Ends the program if a day can only have the month first: then no other day of that column can be trusted.
   */
  refuse(file: string): void {
    for (const [column, { monthFirst, ambiguous }] of this.#columns) {
      if (monthFirst === undefined) continue;
      const other =
        ambiguous === undefined ? '' : `, and ${ambiguous} would be taken for ${this.#asRead(ambiguous)}`;
      throw new Ending(
        EXIT.usage,
        `${file}, line ${this.#lines.get(column) ?? ''}: ${monthFirst} in the column ${column} can only have the month first${other}. Days are read day first or year first, so nothing was sent. Write the whole column like 2026-09-01 (then --dates iso takes no others) or, day first, like 01/09/2026 (--dates dmy)`,
      );
    }
  }

  /** How days are read that could be read in two ways; undefined if there are none. */
  inWords(): string | undefined {
    const [ambiguous] = [...this.#columns.values()].flatMap((judged) => judged.ambiguous ?? []);
    return ambiguous === undefined
      ? undefined
      : `Days are read day first: ${ambiguous} is ${this.#asRead(ambiguous)}.`;
  }

  #asRead(text: string): string {
    const [day = '', month = '', year = ''] = text.split(/[/.-]/);
    return dayInWords(`${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`);
  }
}

/** The first few of some line numbers, in words. */
export function linesInWords(lines: readonly number[]): string {
  const most = 5;
  const more = lines.length - most;
  return `${lines.length === 1 ? 'line' : 'lines'} ${lines.slice(0, most).join(', ')}${more > 0 ? ` and ${readableNumber(more)} more` : ''}`;
}
