import { resembling } from '@app/domain/values/resemblance';

/** How a name resembles that of a field. */
export interface Resemblance {
  readonly field: string;
  /**
   * `form`: they are the same but for case, blanks, hyphens and underscores; `singular`, `plural`: so is the field’s with
   * an s less or more; `spelling`: a few letters are to be changed, which is a hint and proves nothing.
   */
  readonly by: 'form' | 'singular' | 'plural' | 'spelling';
}

/** The field whose name a name resembles most, where it resembles any. */
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

/** What people see no difference in: case, widths, blanks, what has no width, hyphens, dashes and underscores. */
function folded(name: string): string {
  return name
    .normalize('NFKC')
    .replace(/[\s\p{Pd}\p{Pc}\p{Cf}\p{Default_Ignorable_Code_Point}]/gu, '')
    .toLowerCase();
}
