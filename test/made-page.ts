import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

const FORMATTER = join(__dirname, '..', 'node_modules', 'prettier', 'bin', 'prettier.cjs');

/** Where what the pages show is meant to have changed: they are written anew, for you to look at the difference. */
export const RECORDING = process.env['RECORD_EXAMPLES'] === 'yes';

/**
 * The page of a file with its parts as they are made now, each between the mark of its name and the next `<!-- end -->`. `how`:
 * what a mark says after the name.
 */
export function madePage(
  file: string,
  page: string,
  how: string,
  parts: Readonly<Record<string, string>>,
): string {
  const whole = Object.entries(parts).reduce((text, [name, part]) => {
    const marks = new RegExp(`(<!-- ${name}: ${how} -->)[^]*?(<!-- end -->)`);
    if (!marks.test(text)) throw new Error(`${file} has no marks around its ${name}`);
    return text.replace(marks, (_, begin: string, end: string) => `${begin}\n\n${part}\n\n${end}`);
  }, page);
  return execFileSync(process.execPath, [FORMATTER, '--stdin-filepath', file], {
    input: whole,
    encoding: 'utf8',
  });
}
