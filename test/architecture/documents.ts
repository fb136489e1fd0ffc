const STATUS = /^\*\*Status:\*\* (?:accepted|superseded by \d+) · \*\*Date:\*\* (\d{4}-\d{2}-\d{2})$/;

/** What is wrong with the record of a decision; `name`: that of its file. */
export function faultsOfDecision(name: string, text: string): readonly string[] {
  const [title = '', , status = ''] = text.split('\n');
  const number = /^(\d{4})-[a-z0-9-]+\.md$/.exec(name)?.[1];
  const date = STATUS.exec(status)?.[1];
  const faults: string[] = [];
  if (number === undefined || !title.startsWith(`# ${Number(number)}. `))
    faults.push(`${name}: begin with "# ${Number(number)}. " and the title`);
  if (date === undefined)
    faults.push(`${name}: write "**Status:** accepted · **Date:** YYYY-MM-DD" as its third line`);
  else if (!isDay(date)) faults.push(`${name}: ${date} is no day`);
  return faults;
}

function isDay(text: string): boolean {
  const instant = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(instant) && new Date(instant).toISOString().startsWith(text);
}

/**
 * The links of a page that lead nowhere. `read` gives the text of a file that a link names, relative to the page and '' for
 * the page itself; undefined if there is no such file or folder.
 */
export function brokenLinks(text: string, read: (target: string) => string | undefined): readonly string[] {
  return [...withoutCode(text).matchAll(/\]\(([^()\s]+)\)/g)]
    .map(([, link = '']) => link)
    .filter((link) => !/^[a-z]+:/i.test(link))
    .filter((link) => {
      const [target = '', anchor] = link.split('#');
      const found = target === '' ? text : read(target);
      if (found === undefined) return true;
      return anchor !== undefined && !anchorsOf(found).has(anchor);
    });
}

function withoutCode(text: string): string {
  return text.replace(/^```[^]*?^```/gm, '').replace(/`[^`\n]*`/g, '`');
}

/** The anchors that GitHub gives the headings of a page, each with the number that tells equal ones apart. */
function anchorsOf(text: string): ReadonlySet<string> {
  const anchors = new Set<string>();
  const counts = new Map<string, number>();
  for (const [, heading = ''] of text.replace(/^```[^]*?^```/gm, '').matchAll(/^#{1,6} (.+)$/gm)) {
    const anchor = heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-');
    const count = counts.get(anchor) ?? 0;
    counts.set(anchor, count + 1);
    anchors.add(count === 0 ? anchor : `${anchor}-${count}`);
  }
  return anchors;
}
