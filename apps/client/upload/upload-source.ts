import type { Problem } from '../register';

/** Why something is not taken, as far as the client has to know. */
export type UploadFault = Pick<Problem, 'code' | 'detail' | 'errors'>;

/** An event as it is sent. */
export interface UploadItem {
  /** On which line of the file it begins, the first being 1. */
  readonly line: number;
  readonly text: string;
  /** What cannot be read is not sent: why not. */
  readonly fault?: UploadFault;
  /** As it stands in the file. */
  readonly cells: readonly string[];
}

/** What is to be posted: a file as the register takes it, from its beginning as often as it is wanted. */
export interface Upload {
  readonly path: '/v1/events' | '/v1/events/csv';
  readonly type: 'application/x-ndjson' | 'text/csv';
  /** What is sent before the first event. */
  readonly header: string;
  /** The columns of the file itself. */
  readonly columns: readonly string[];
  /** About how many events there are. */
  readonly count: number;
  items(): AsyncIterable<readonly UploadItem[]>;
  /** How those that are refused are written, so that they can be corrected and posted in that form. */
  readonly problems: {
    readonly ending: string;
    readonly header: string;
    written(item: UploadItem, fault: UploadFault): string;
  };
}

/** How to correct what is refused, a sentence for each column where they are known, and none twice. */
export function mendOf({ detail, errors = [] }: UploadFault): string {
  const said = errors.map((error) => {
    const where = columnOf(error) ?? error.pointer.replace(/^\/(?:data\/)?/, '');
    const cell = 'value' in error && typeof error.value === 'string' ? error.value : undefined;
    const value = cell === undefined ? '' : ` (${cell})`;
    const hint = KEYS.test(error.pointer) && /^[0-9]{5,7}$/.test(cell ?? '') ? LOST_ZEROS : '';
    return `${where === '' ? '' : `${where}${value}: `}${error.detail}${hint}`;
  });
  return inOptions(said.length > 0 ? [...new Set(said)].join('; ') : detail);
}

/** The fields that name someone by a number. */
const KEYS = /^\/(?:subject|provider|data\/(?:provider|to|into|as|by))$/;
const LOST_ZEROS =
  '. Perhaps zeros in front were lost, as in the numbers of a spreadsheet: format the column as text';

/** The register’s words, which speak of HTTP, in terms of the command line. */
export function inOptions(text: string): string {
  return text
    .replaceAll(/\b(map|ignore|dates)=/g, '--$1 ')
    .replace(/ as charset$/, ' with --encoding')
    .replace(
      /save the table as UTF-8, or say in which encoding it is \(Content-Type: [^)]*\), and post it again/,
      'correct the cell or, where the whole file is in another encoding, say which: --encoding windows-1252, or macintosh for an old Mac',
    );
}

/** The columns that are to be corrected. */
export function columnsOf({ errors = [] }: UploadFault): string {
  return [...new Set(errors.flatMap((error) => columnOf(error) ?? []))].join(', ');
}

function columnOf(error: object): string | undefined {
  return 'column' in error && typeof error.column === 'string' ? error.column : undefined;
}

/**
 * Keeps each event on the line number that it has in the file. Blank lines, which mean nothing, are sent for
 * what is left out, so that the register names the lines of the file even if sending resumes in the middle.
 */
export class Lines {
  #next = 1;

  /** The text with the blank lines before it. */
  put(text: string, line = this.#next): { readonly text: string; readonly line: number } {
    const missing = Math.max(line - this.#next, 0);
    const at = this.#next + missing;
    this.#next = at + text.split(/\r\n|\r|\n/).length;
    return { text: `${'\n'.repeat(missing)}${text}\n`, line: at };
  }
}
