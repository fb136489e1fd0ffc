/**
 * A text that a spreadsheet would take for a formula, as the text that it is, behind an apostrophe: it is another’s, and
 * whoever opens the table trusts this one. Programs pass over blanks before a formula, and some read the wide characters of
 * East Asia as the plain ones.
 */
export function inert(text: string): string {
  return FORMULA.test(text) ? `'${text}` : text;
}

const FORMULA = /^(?:[\t\r\n]|\s*[=+\-@＝＋－＠])/;
