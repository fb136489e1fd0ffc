/**
 * Puts an apostrophe before a text that a spreadsheet would take for a formula, so that it stays a text:
 * someone else wrote it, and whoever opens the table trusts it. Programs skip blanks before a formula, and
 * some read the wide characters of East Asia as the plain ones.
 */
export function inert(text: string): string {
  return FORMULA.test(text) ? `'${text}` : text;
}

const FORMULA = /^(?:[\t\r\n]|\s*[=+\-@＝＋－＠])/;
