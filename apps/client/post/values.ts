import { columnsCalled } from '@app/tables/mapping';
import { Ending, EXIT } from '../exit-codes';

/** A column that a table gets beside its own: what another says, with some values put in other words. */
export interface Derived {
  /** As it is called in the template: `Type|Reaccreditation=review`. */
  readonly name: string;
  readonly from: number;
  readonly of: (text: string) => string;
}

/**
 * The columns that templates such as `kind={Type|Reaccreditation=review|First=initial}` want beside those that there are: the
 * column before the first bar, in which each value that is named, in whatever case, is what stands after its =. Other values stay.
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
