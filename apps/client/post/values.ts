import { columnsCalled } from '@app/tables/mapping';
import { Ending, EXIT } from '../exit-codes';

/** A column that is added to a table: another column with some of its values replaced. */
export interface Derived {
  /** The text that names it in the map: `Type|Reaccreditation=review`. */
  readonly name: string;
  readonly from: number;
  readonly of: (text: string) => string;
}

/**
 * The columns that mappings such as `kind={Type|Reaccreditation=review|First=initial}` add to those that
 * there are. The name before the first bar is a column; each of its values that is named, in any case,
 * becomes what follows its `=`. Other values stay.
 */
export function derivedIn(map: readonly string[], columns: readonly string[]): readonly Derived[] {
  const wanted = map.flatMap((one) =>
    [...one.matchAll(/\{([^{}]*\|[^{}]*)\}/g)].map(([, name = '']) => name),
  );
  return [...new Set(wanted)].flatMap((name) => {
    if (columnsCalled(name, columns).length > 0) return [];
    const [column = '', ...pairs] = name.split('|');
    const [from, twin] = columnsCalled(column, columns);
    if (from === undefined || twin !== undefined)
      throw new Ending(
        EXIT.usage,
        `${twin === undefined ? 'There is no column' : 'Two columns are called'} ${column}: the table has ${columns.filter((one) => one !== '').join(', ')}`,
      );
    const values = new Map(
      pairs.map((pair): [string, string] => {
        const [, value = '', other] = /^([^=]*)=([^]*)$/.exec(pair) ?? [];
        if (other === undefined)
          throw new Ending(
            EXIT.usage,
            `{${name}}: write ${pair} as value=other, as in {Type|Reaccreditation=review}`,
          );
        return [folded(value), other.trim()];
      }),
    );
    return [{ name, from, of: (text: string) => values.get(folded(text)) ?? text }];
  });
}

function folded(text: string): string {
  return text.normalize('NFC').trim().toLowerCase();
}
