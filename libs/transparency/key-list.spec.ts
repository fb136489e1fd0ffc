/// <reference types="jest" />
import { isFinding, type Finding } from './finding';
import {
  formatKeyList,
  isInUseAt,
  logKeysOf,
  openKeyList,
  openListedCheckpoint,
  parseKeyList,
  successorFinding,
  type KeyLine,
} from './key-list';
import {
  checkpointBy,
  keyListBy,
  keyListOf,
  logLine,
  logSigner,
  noteBy,
  ORIGIN,
  receiptLine,
  witnessOf,
} from '../../test/proofs/signers';

const [first, second, third] = [logSigner('first'), logSigner('second'), logSigner('third')];
const codeOf = (found: object | undefined) => (isFinding(found) ? found.code : undefined);

describe('a list of keys', () => {
  test('is a line of the origin, and one for each key', () => {
    const list = keyListOf(
      logLine(first, 0, 900),
      logLine(second, 700),
      receiptLine('a', 0, 950),
      receiptLine('b', 900),
    );
    const text = formatKeyList(list);
    const kids = list.lines.flatMap((line) => (line.kind === 'receipt' ? [line.kid] : []));
    expect(text).toBe(
      `register.example/keys\nlog ${first.verifier.vkey} 0 900\nlog ${second.verifier.vkey} 700 -\n` +
        `receipt ${kids[0]} 0 950\nreceipt ${kids[1]} 900 -\n`,
    );
    const read = parseKeyList(text);
    expect(isFinding(read) || formatKeyList(read)).toBe(text);
    expect(isFinding(read) || logKeysOf(read).map(({ vkey }) => vkey)).toEqual([
      first.verifier.vkey,
      second.verifier.vkey,
    ]);
  });

  const { vkey } = first.verifier;
  const good = `register.example/keys\nlog ${vkey} 0 -\n`;
  const kid = 'kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k';
  test.each([
    ['no first line', `log ${vkey} 0 -\n`],
    ['another first line', `register.example\nlog ${vkey} 0 -\n`],
    ['an origin that is empty', `/keys\nlog ${vkey} 0 -\n`],
    ['no key', 'register.example/keys\n'],
    ['no key of the log in use', `register.example/keys\nlog ${vkey} 0 9\n`],
    ['only a receipt key in use', `register.example/keys\nlog ${vkey} 0 9\nreceipt ${kid} 0 -\n`],
    ['an empty line', `${good}\n`],
    ['a last line that is cut', good.slice(0, -1)],
    ['a key of another name', good.replace('register.example/keys', 'elsewhere.example/keys')],
    ['a key with a wrong id', good.replace(first.verifier.id, '00000000')],
    ['a key twice', `${good}log ${vkey} 5 -\n`],
    ['a receipt key twice', `${good}receipt ${kid} 0 -\nreceipt ${kid} 7 -\n`],
    ['a last size before the first', `${good}receipt ${kid} 7 6\n`],
    ['a size with a zero before it', `${good}receipt ${kid} 07 -\n`],
    ['no last size', `${good}receipt ${kid} 7\n`],
    ['something after the last size', `${good}receipt ${kid} 7 - \n`],
    ['another kind', `${good}vault ${kid} 7 -\n`],
    ['a thumbprint that is none', `${good}receipt ${kid.slice(1)} 7 -\n`],
    ['the key of a witness', `${good}log ${witnessOf('register.example').verifier.vkey} 0 -\n`],
  ])('with %s is none', (_, text) => {
    expect(parseKeyList(text)).toMatchObject({ code: 'malformed-key-list' });
  });

  test('has a key in use from its first size to its last, both included', () => {
    const isUsed = (size: number) => isInUseAt(receiptLine('a', 7, 9), size);
    expect([6, 7, 9, 10].map(isUsed)).toEqual([false, true, true, false]);
    expect(isInUseAt(receiptLine('a', 7), 2 ** 53 - 1)).toBe(true);
  });
});

describe('a signed list', () => {
  const both = keyListOf(logLine(first), logLine(second, 700));

  test('is signed by a trusted key, and by each that is in use', () => {
    const note = keyListBy(both, first, second);
    for (const trusted of [first, second])
      expect(openKeyList(note, [trusted.verifier])).toMatchObject({ origin: ORIGIN, signedBy: [{}, {}] });
  });

  test.each<[string, string, Finding['code']]>([
    ['no trusted key', keyListBy(keyListOf(logLine(second)), second), 'unknown-key'],
    [
      'a trusted key that it does not name',
      keyListBy(keyListOf(logLine(second)), first, second),
      'key-removed',
    ],
    ['one of two keys in use', keyListBy(both, first), 'key-list-unsigned'],
    [
      'a key that is no longer in use alone',
      keyListBy(keyListOf(logLine(first, 0, 9), logLine(second)), first),
      'key-list-unsigned',
    ],
    [
      'keys before it was changed',
      keyListBy(both, first, second).replace(' 700 -', ' 701 -'),
      'bad-signature',
    ],
  ])('by %s is refused', (_, note, code) => {
    expect(codeOf(openKeyList(note, [first.verifier]))).toBe(code);
  });

  test('with a wrong signature of a key that only the list names is refused', () => {
    const [good, other] = [keyListBy(both, first), keyListBy(keyListOf(logLine(second)), second)];
    const note = `${good}${other.split('\n\n')[1]}`;
    expect(codeOf(openKeyList(note, [first.verifier]))).toBe('bad-signature');
  });

  test('may be signed by a key that is no longer in use too', () => {
    const list = keyListOf(logLine(first, 0, 900), logLine(second, 700));
    expect(openKeyList(keyListBy(list, first, second), [second.verifier])).toMatchObject({
      signedBy: [{}, {}],
    });
    expect(openKeyList(keyListBy(list, second), [second.verifier])).toMatchObject({ signedBy: [{}] });
  });

  test('is a note, and a list', () => {
    expect(codeOf(openKeyList('text', [first.verifier]))).toBe('malformed-note');
    expect(codeOf(openKeyList(noteBy('text\n', first), [first.verifier]))).toBe('malformed-key-list');
  });
});

describe('a later list', () => {
  const wrong = (
    earlier: readonly KeyLine[],
    later: readonly KeyLine[],
    ...signers: readonly ReturnType<typeof logSigner>[]
  ) => {
    const trusted = later.flatMap((line) => (line.kind === 'log' ? [line.key] : []));
    const list = openKeyList(keyListBy(keyListOf(...later), ...signers), trusted);
    if (isFinding(list)) throw new Error(list.detail);
    return successorFinding(keyListOf(...earlier), list)?.code;
  };

  test('may be the same, add keys, and set last sizes', () => {
    const old = [logLine(first), receiptLine('a')];
    expect(wrong(old, old, first)).toBeUndefined();
    const added = [...old, logLine(second, 700), receiptLine('b', 800)];
    expect(wrong(old, added, first, second)).toBeUndefined();
    const ended = [
      logLine(first, 0, 900),
      receiptLine('a', 0, 950),
      logLine(second, 700),
      receiptLine('b', 800),
    ];
    expect(wrong(added, ended, second)).toBeUndefined();
    expect(wrong(ended, ended, second)).toBeUndefined();
  });

  test.each<[string, readonly KeyLine[]]>([
    ['a key of the log', [logLine(second, 700), receiptLine('a', 0, 900)]],
    ['a receipt key', [logLine(first), logLine(second, 700)]],
  ])('may not leave out %s', (_, later) => {
    const old = [logLine(first), logLine(second, 700), receiptLine('a', 0, 900)];
    expect(wrong(old, later, first, second)).toBe('key-removed');
  });

  test.each<[string, KeyLine]>([
    ['another first size', receiptLine('a', 1, 900)],
    ['another last size', receiptLine('a', 0, 901)],
    ['no last size any more', receiptLine('a', 0)],
  ])('may not give a key %s', (_, line) => {
    expect(wrong([logLine(first), receiptLine('a', 0, 900)], [logLine(first), line], first)).toBe(
      'key-changed',
    );
  });

  test('with a new key is signed by one that was in use before', () => {
    expect(wrong([logLine(first)], [logLine(first, 0, 9), logLine(second, 5)], second)).toBe(
      'key-not-vouched-for',
    );
    expect(
      wrong([logLine(first)], [logLine(first, 0, 9), logLine(second, 5)], first, second),
    ).toBeUndefined();
  });

  test('is not vouched for by a key that had ended before', () => {
    const old = [logLine(first, 0, 9), logLine(second, 5)];
    const later = [logLine(first, 0, 9), logLine(second, 5, 50), logLine(third, 40)];
    expect(wrong(old, later, first, third)).toBe('key-not-vouched-for');
    expect(wrong(old, later, second, third)).toBeUndefined();
  });

  test('is of the same origin', () => {
    const elsewhere = logSigner('first', 'elsewhere.example');
    const list = openKeyList(
      keyListBy({ origin: 'elsewhere.example', lines: [logLine(elsewhere)] }, elsewhere),
      [elsewhere.verifier],
    );
    if (isFinding(list)) throw new Error(list.detail);
    expect(successorFinding(keyListOf(logLine(first)), list)?.code).toBe('foreign-log');
  });
});

describe('a checkpoint, by the list', () => {
  const list = keyListOf(logLine(first, 0, 900), logLine(second, 700));
  const open = (size: number, ...signers: readonly ReturnType<typeof logSigner>[]) =>
    codeOf(
      openListedCheckpoint(checkpointBy({ origin: ORIGIN, size, root: Buffer.alloc(32) }, ...signers), list),
    );

  test('is signed by a key in use at its size', () => {
    expect([open(0, first), open(900, first), open(700, second), open(800, first, second)]).toEqual(
      Array.from({ length: 4 }, () => undefined),
    );
    expect(open(901, first)).toBe('key-out-of-use');
    expect(open(699, second)).toBe('key-out-of-use');
    expect(open(901, first, second)).toBeUndefined();
    expect(open(5, third)).toBe('unknown-key');
  });

  test('is of the origin of the list', () => {
    const elsewhere = logSigner('first', 'elsewhere.example');
    const note = checkpointBy({ origin: 'elsewhere.example', size: 1, root: Buffer.alloc(32) }, elsewhere);
    expect(codeOf(openListedCheckpoint(note, { ...list, lines: [logLine(elsewhere)] }))).toBe('foreign-log');
  });
});
