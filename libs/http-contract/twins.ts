import { escaped } from '@app/domain/log/schema-errors';

/**
 * The place of the first object in a JSON text that has two members of one name, as a JSON Pointer (RFC
 * 6901); undefined if there is none. A parser silently keeps the last of them, which may not be the one that
 * was meant. `value`: what the text was parsed to. Nearly every text has as many names as its value has
 * members, and is then examined no further. If names contain escapes, V8’s parser sometimes keeps both
 * members under one name, so such texts are always read through.
 */
export function twinIn(text: string, value: unknown): string | undefined {
  return !text.includes('\\') && namesIn(text) === membersOf(value) ? undefined : findTwin(text);
}

/** The number of member names in a JSON text without escapes: one before each colon outside strings. */
function namesIn(text: string): number {
  let names = 0;
  let quote = text.indexOf('"');
  let colon = text.indexOf(':');
  while (colon >= 0) {
    if (quote < 0 || colon < quote) {
      names++;
      colon = text.indexOf(':', colon + 1);
    } else {
      const end = text.indexOf('"', quote + 1);
      quote = text.indexOf('"', end + 1);
      if (colon < end) colon = text.indexOf(':', end);
    }
  }
  return names;
}

/** The number of members at any depth. */
function membersOf(value: unknown): number {
  let members = 0;
  const within = [value];
  while (within.length > 0) {
    const one = within.pop();
    if (typeof one !== 'object' || one === null) continue;
    const inside: readonly unknown[] = Object.values(one);
    if (!Array.isArray(one)) members += inside.length;
    for (const part of inside) if (typeof part === 'object' && part !== null) within.push(part);
  }
  return members;
}

/** An object or list on the way of the walk: the names met in it, and the present name or index. */
interface Level {
  readonly names: Set<string> | undefined;
  step: string | number;
}

/** The index right after a string whose opening quote is at an index. */
function endOfString(text: string, quote: number): number {
  for (let end = text.indexOf('"', quote + 1); ; end = text.indexOf('"', end + 1)) {
    let escape = end;
    while (text[escape - 1] === '\\') escape--;
    if ((end - escape) % 2 === 0) return end + 1;
  }
}

function findTwin(text: string): string | undefined {
  const levels: Level[] = [];
  const sign = /["[\]{}:,]/g;
  let name = '';
  for (let found = sign.exec(text); found; found = sign.exec(text)) {
    const level = levels.at(-1);
    switch (found[0]) {
      case '"':
        sign.lastIndex = endOfString(text, found.index);
        name = text.slice(found.index, sign.lastIndex);
        break;
      case '{':
        levels.push({ names: new Set(), step: '' });
        break;
      case '[':
        levels.push({ names: undefined, step: 0 });
        break;
      case ',':
        if (typeof level?.step === 'number') level.step++;
        break;
      case ':':
        if (!level?.names) break;
        // One name may be written in several ways.
        level.step = JSON.parse(name) as string;
        if (level.names.has(level.step)) return levels.map(({ step }) => `/${escaped(step)}`).join('');
        level.names.add(level.step);
        break;
      default:
        levels.pop();
    }
  }
  return undefined;
}
