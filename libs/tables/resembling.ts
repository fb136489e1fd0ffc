import { resembling } from '@app/domain/values/resemblance';

/** How a name resembles that of a field. */
export interface Resemblance {
  readonly field: string;
  /**
   * `form`: equal except for case, blanks, hyphens and underscores; `singular`, `plural`: equal in this way
   * with an s less or more; `spelling`: different by a few letters, which is a hint and proves nothing.
   */
  readonly by: 'form' | 'singular' | 'plural' | 'spelling';
}

/** The field whose name a name resembles most; undefined if it resembles none. */
export function resemblanceOf(name: string, fields: readonly string[]): Resemblance | undefined {
  const form = folded(name);
  if (form === '') return undefined;
  const found = (by: Resemblance['by'], is: (field: string) => boolean): Resemblance[] => {
    const field = fields.find(is);
    return field === undefined ? [] : [{ field, by }];
  };
  const [first] = [
    ...found('form', (field) => folded(field) === form),
    ...found('singular', (field) => folded(field) === `${form}s`),
    ...found('plural', (field) => `${folded(field)}s` === form),
  ];
  const near = first ? undefined : resembling(form, fields);
  return first ?? (near === undefined ? undefined : { field: near, by: 'spelling' });
}

/**
 * Removes differences that people do not see: case, widths, blanks, characters without a width, hyphens,
 * dashes and underscores.
 */
function folded(name: string): string {
  return name
    .normalize('NFKC')
    .replace(/[\s\p{Pd}\p{Pc}\p{Cf}\p{Default_Ignorable_Code_Point}]/gu, '')
    .toLowerCase();
}
