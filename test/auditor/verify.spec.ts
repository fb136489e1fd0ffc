/// <reference types="jest" />
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatCheckpoint, readCheckpoint, type Checkpoint } from '@app/transparency/checkpoint';
import { toBase64 } from '@app/transparency/encodings';
import { FINDING_CODES } from '@app/transparency/finding';
import type { KeyLine } from '@app/transparency/key-list';
import { openKeyList } from '@app/transparency/key-list';
import { verifyLog, type Verification } from '../../apps/auditor/verify';
import type { Seen, Trust } from '../../apps/auditor/trust';
import { sound } from '../acceptance/auditor';
import { logLine, logSigner, ORIGIN, receiptLine, witnessOf } from '../proofs/signers';
import {
  headOfEntries,
  jwksOf,
  keyListNote,
  LINES,
  noteOf,
  published,
  rewritten,
  SIGNER,
  sourceIn,
  treeOf,
  turned,
  type PublicLog,
} from './public-log';
import { AT, AWARDS, MATRIX, P, TOLD } from './told-log';

/** What an auditor finds in what somebody shows, each finding with its position. Nothing of it is a register. */

const HONEST = published(TOLD);
const { entries } = HONEST;
const [SIZE, LAST] = [entries.length, entries.length - 1];
const HEAD = headOfEntries(entries);
const OTHER = logSigner('other');
const WITNESS = witnessOf('witness.example');
const TRUST: Trust = { key: SIGNER.verifier, witnesses: [], seen: undefined };

const verified = (log: PublicLog, trust: Partial<Trust> = {}, isPresent = true): Promise<Verification> =>
  verifyLog(sourceIn(log, isPresent), { ...TRUST, ...trust }, () => undefined);

async function found(log: PublicLog, trust: Partial<Trust> = {}): Promise<readonly string[]> {
  const { findings } = await verified(log, trust);
  return findings.map(({ code, position }) => (position === undefined ? code : `${code}@${position}`));
}

/** The honest log with other entries, and all else as it was published. */
const showing = (...changed: readonly Buffer[]): PublicLog => ({ ...HONEST, entries: changed });
const at = (position: number): Buffer => entries[position] ?? Buffer.alloc(0);
const withEntry = (position: number, entry: Buffer) => showing(...entries.with(position, entry));
const swapped = (one: number, other: number) => showing(...entries.with(one, at(other)).with(other, at(one)));
const ANOTHER = rewritten(at(LAST), (event) => {
  event['id'] = 'another';
});

test('every code of a finding, and of a note, is told in the documentation', () => {
  const page = readFileSync(join(__dirname, '..', '..', 'docs', 'proof.md'), 'utf8');
  const codes = [...FINDING_CODES, 'wider-rule', 'older-than-seen'];
  expect(codes.filter((code) => !page.includes(`\`${code}\``))).toEqual([]);
});

test('an honest log is sound, whatever of it was seen before', async () => {
  expect(SIZE).toBe(600);
  expect(await found(HONEST)).toEqual([]);
  for (const size of [1, 256, 257, 599, 600]) expect(await found(HONEST, { seen: seenAt(size) })).toEqual([]);
  const { notes, untold, head } = await verified(HONEST);
  expect(notes.count).toBe(0);
  expect(untold).toBeUndefined();
  expect(head?.checkpoint.size).toBe(SIZE);
});

describe('of entries that are not those that the checkpoint commits to, it finds', () => {
  const cases: readonly [string, PublicLog, readonly string[]][] = [
    [
      'one with another byte',
      withEntry(AT.award, Buffer.from(String(at(AT.award)).replace('M-1', 'M-2'))),
      ['changed-event@5'],
    ],
    [
      'the first changed',
      withEntry(
        0,
        rewritten(at(0), (one) => (one['id'] = 'x')),
      ),
      ['changed-event@0'],
    ],
    ['the last changed', withEntry(LAST, ANOTHER), ['changed-event@599']],
    [
      'one that is no JSON',
      withEntry(300, at(300).subarray(1)),
      ['changed-event@300', 'malformed-event@300'],
    ],
    [
      'one that is not UTF-8',
      withEntry(300, Buffer.concat([at(300), Buffer.of(0xff)])),
      ['changed-event@300', 'malformed-event@300'],
    ],
    [
      'one with a blank',
      withEntry(300, Buffer.from(String(at(300)).replace('":', '": '))),
      ['changed-event@300', 'not-canonical@300'],
    ],
    ['one dropped', showing(...entries.toSpliced(AT.award, 1)), ['dropped-event@5', 'wrong-position@5']],
    ['the last dropped', showing(...entries.slice(0, -1)), ['dropped-event@599']],
    ['half of them dropped', showing(...entries.slice(0, 256)), ['dropped-event@256']],
    ['all of them dropped', showing(), ['dropped-event@0']],
    [
      'one that stands twice',
      showing(...entries.toSpliced(300, 0, at(300))),
      ['doubled-event@301', 'wrong-position@301'],
    ],
    [
      'an early one that stands again',
      showing(...entries.toSpliced(500, 0, at(AT.award))),
      ['doubled-event@500', 'wrong-position@500'],
    ],
    [
      'one that is not of the log',
      showing(...entries.toSpliced(300, 0, ANOTHER)),
      ['inserted-event@300', 'wrong-position@300'],
    ],
    ['two neighbours swapped', swapped(300, 301), ['swapped-events@300', 'wrong-position@300']],
    ['two swapped across bundles', swapped(20, 590), ['swapped-events@20', 'wrong-position@20']],
  ];
  test.each(cases)('%s', async (_, log, codes) => {
    expect(await found(log)).toEqual(codes);
  });
});

describe('of tiles that are not those of the entries, it finds', () => {
  const withTile = (
    level: number,
    index: number,
    change: (tile: Buffer | undefined) => Buffer | undefined,
  ) => ({
    ...HONEST,
    tile: (address: Parameters<PublicLog['tile']>[0]) =>
      address.level === level && address.index === index
        ? change(HONEST.tile(address))
        : HONEST.tile(address),
  });
  test.each<[string, PublicLog, readonly string[]]>([
    ['a changed hash of a leaf', withTile(0, 1, (tile) => turned(tile, 3)), ['changed-tile@259']],
    ['a changed hash above', withTile(1, 0, (tile) => turned(tile, 1)), ['changed-tile@256']],
    [
      'both',
      {
        ...HONEST,
        tile: (address) => (address.index === 0 ? turned(HONEST.tile(address), 1) : HONEST.tile(address)),
      },
      ['changed-tile@1', 'changed-tile@256'],
    ],
    ['one cut off', withTile(0, 2, (tile) => tile?.subarray(1)), ['malformed-tile']],
    ['one withheld', withTile(1, 0, () => undefined), ['missing-tile@0']],
  ])('%s', async (_, log, codes) => {
    expect(await found(log)).toEqual(codes);
  });

  const other = published(entries.with(300, ANOTHER));
  test('tiles and entries that agree, and are not of the checkpoint', async () => {
    expect(await found({ ...other, checkpoint: HONEST.checkpoint })).toEqual([
      'wrong-root',
      'wrong-position@300',
    ]);
  });
  test('tiles and entries of which neither is of the checkpoint, and where they part', async () => {
    const third = { ...withEntry(AT.provider, ANOTHER), tile: other.tile };
    expect(await found(third)).toEqual(['wrong-root@3', 'wrong-position@3']);
  });
  test('a changed event, and a tile that is withheld', async () => {
    const log = { ...withEntry(AT.award, ANOTHER), tile: () => undefined };
    expect(await found(log)).toEqual(['wrong-root', 'missing-tile@0', 'wrong-position@5']);
  });
});

describe('of a checkpoint, it finds', () => {
  const cosigned = WITNESS.cosign(HEAD, 1_790_000_000);
  const checkpoint = (note: string) => ({ ...HONEST, checkpoint: note });
  const [first = '', ...rest] = HEAD.split('\n');
  test.each<[string, string, readonly string[]]>([
    [
      'another root',
      HONEST.checkpoint.replace(toBase64(treeOf(entries).root()), toBase64(Buffer.alloc(32))),
      ['bad-signature'],
    ],
    ['another size', HONEST.checkpoint.replace('\n600\n', '\n599\n'), ['bad-signature']],
    ['a stranger who signed', noteOf(HEAD, OTHER), ['unknown-key']],
    ['a witness alone who signed', noteOf(HEAD, cosigned), ['unknown-key']],
    ['another origin', noteOf(headOfEntries(entries, 'other.example'), SIGNER), ['foreign-log']],
    [
      'another origin and its key',
      noteOf([`${first}.other`, ...rest].join('\n'), logSigner('log', `${ORIGIN}.other`)),
      ['unknown-key'],
    ],
    ['a line more', noteOf(`${HEAD}more\n`, SIGNER), ['malformed-checkpoint']],
    [
      'a size with a zero before it',
      noteOf(HEAD.replace('\n600\n', '\n0600\n'), SIGNER),
      ['malformed-checkpoint'],
    ],
    ['no signature', HEAD, ['malformed-note']],
    [
      'more signatures than anybody reads',
      noteOf(HEAD, ...Array.from({ length: 17 }, () => SIGNER)),
      ['malformed-note'],
    ],
    [
      'a root that the log does not have, signed',
      noteOf(formatCheckpoint({ origin: ORIGIN, size: SIZE, root: Buffer.alloc(32) }), SIGNER),
      ['wrong-root'],
    ],
    [
      'a size that the log does not have, signed',
      noteOf(formatCheckpoint({ origin: ORIGIN, size: SIZE + 5, root: Buffer.alloc(32) }), SIGNER),
      ['dropped-event@600', 'malformed-tile'],
    ],
  ])('%s', async (_, note, codes) => {
    expect(await found(checkpoint(note))).toEqual(codes);
  });

  describe('where a witness must have cosigned it,', () => {
    const trust = { witnesses: [WITNESS.verifier] };
    const forged = { ...cosigned, signature: Buffer.from(cosigned.signature).fill(1, 10) };
    const later = WITNESS.cosign(HEAD, 1_790_000_001);
    const [moved] = [
      {
        ...cosigned,
        signature: Buffer.concat([
          Buffer.from(later.signature).subarray(0, 8),
          Buffer.from(cosigned.signature).subarray(8),
        ]),
      },
    ];
    test.each([
      ['nothing where it has', noteOf(HEAD, SIGNER, cosigned), []],
      ['that it has not', noteOf(HEAD, SIGNER), ['not-cosigned']],
      [
        'that another has',
        noteOf(HEAD, SIGNER, witnessOf('other.example').cosign(HEAD, 1)),
        ['not-cosigned'],
      ],
      ['a wrong cosignature', noteOf(HEAD, SIGNER, forged), ['bad-signature']],
      ['another time', noteOf(HEAD, SIGNER, moved), ['bad-signature']],
    ])('%s', async (_, note, codes) => {
      expect(await found(checkpoint(note), trust)).toEqual(codes);
    });
  });
});

describe('of the keys, it finds', () => {
  const keys = (lines: readonly KeyLine[], ...signers: Parameters<typeof noteOf>[1][]) => ({
    ...HONEST,
    keyList: keyListNote(lines, ...(signers as (typeof SIGNER)[])),
  });
  const retired = [logLine(SIGNER, 0, SIZE - 1), logLine(OTHER, SIZE), receiptLine('receipts')];
  test.each<[string, PublicLog, readonly string[]]>([
    [
      'a list that the trusted key has not signed',
      keys([logLine(OTHER), receiptLine('receipts')], OTHER),
      ['unknown-key'],
    ],
    ['a changed list', { ...HONEST, keyList: HONEST.keyList.replace(' 0 -', ' 1 -') }, ['bad-signature']],
    ['a key in use that has not signed', keys([...LINES, logLine(OTHER)], SIGNER), ['key-list-unsigned']],
    [
      'a signer that is not in it',
      keys([logLine(OTHER), receiptLine('receipts')], SIGNER, OTHER),
      ['key-removed'],
    ],
    [
      'a line that is none',
      { ...HONEST, keyList: noteOf(`${ORIGIN}/keys\nlog x\n`, SIGNER) },
      ['malformed-key-list'],
    ],
    ['no key in use', keys([logLine(SIGNER, 0, 5), receiptLine('receipts')]), ['malformed-key-list']],
    [
      'a list of another log',
      {
        ...HONEST,
        keyList: noteOf(
          `other.example/keys\nlog ${logSigner('log', 'other.example').verifier.vkey} 0 -\n`,
          logSigner('log', 'other.example'),
        ),
      },
      ['foreign-log'],
    ],
    [
      'a checkpoint of a size at which its key is no longer in use',
      keys(retired, SIGNER, OTHER),
      ['key-out-of-use'],
    ],
    ['a key set that is none', { ...HONEST, jwks: '{' }, ['malformed-jwks']],
    [
      'a key by another name',
      { ...HONEST, jwks: HONEST.jwks.replace(/"kid":"./, '"kid":"_') },
      ['malformed-jwks'],
    ],
    ['a receipt key that is not published', { ...HONEST, jwks: jwksOf() }, ['missing-key']],
    ['nothing in a key set that has more', { ...HONEST, jwks: jwksOf('receipts', 'others') }, []],
  ])('%s', async (_, log, codes) => {
    expect(await found(log)).toEqual(codes);
  });

  test('that they do not go on from those that were seen', async () => {
    const seen = seenAt(100);
    const rotated = [logLine(SIGNER, 0, 400), logLine(OTHER, 350), receiptLine('receipts')];
    const withOther = { ...HONEST, checkpoint: noteOf(HEAD, OTHER) };
    expect(await found({ ...withOther, keyList: keyListNote(rotated, SIGNER, OTHER) }, { seen })).toEqual([]);
    // The key that is trusted is given up and no longer signs: the one that it led to does.
    const led = {
      checkpoint: seen.checkpoint,
      list: sound(
        openKeyList(keyListNote([logLine(SIGNER), logLine(OTHER), receiptLine('receipts')], SIGNER, OTHER), [
          SIGNER.verifier,
        ]),
      ),
    };
    const later = {
      ...withOther,
      keyList: keyListNote([logLine(SIGNER, 0, 400), logLine(OTHER), receiptLine('receipts')], OTHER),
    };
    expect(await found(later, { seen: led })).toEqual([]);
    expect(await found(later)).toEqual(['unknown-key']);
    expect(await found({ ...HONEST, keyList: keyListNote([logLine(SIGNER)]) }, { seen })).toEqual([
      'key-removed',
    ]);
    expect(
      await found(
        { ...HONEST, keyList: keyListNote([logLine(SIGNER, 1), receiptLine('receipts')]) },
        { seen },
      ),
    ).toEqual(['key-changed']);
    // Who has a new key from elsewhere sees that the one before does not vouch for it.
    const unvouched = keyListNote([logLine(SIGNER, 0, 400), logLine(OTHER), receiptLine('receipts')], OTHER);
    expect(await found({ ...withOther, keyList: unvouched }, { seen, key: OTHER.verifier })).toEqual([
      'key-not-vouched-for',
    ]);
  });
});

/** What was seen of a log of these events, the honest ones unless said. */
function seenAt(size: number, of: readonly Buffer[] = entries, origin = ORIGIN): Seen {
  const checkpoint = sound(readCheckpoint(noteOf(headOfEntries(of.slice(0, size), origin), SIGNER)));
  return { checkpoint, list: sound(openKeyList(HONEST.keyList, [SIGNER.verifier])) };
}

describe('of a log that was seen before, it finds', () => {
  const forked = entries.with(40, ANOTHER);
  test.each<[string, Seen, readonly string[]]>([
    ['another one of the same size', seenAt(SIZE, forked), ['fork']],
    ['one that went another way', seenAt(300, forked), ['fork']],
    ['nothing where they part only later', seenAt(40, forked), []],
    ['a checkpoint of another log', seenAt(300, entries, 'other.example'), ['foreign-log']],
  ])('%s', async (_, seen, codes) => {
    expect(await found(HONEST, { seen })).toEqual(codes);
  });

  test('that it has become shorter, and who says why', async () => {
    const shorter = published(TOLD.slice(0, 300));
    const { findings } = await verified(shorter, { seen: seenAt(SIZE) });
    expect(findings).toMatchObject([{ code: 'rollback', position: 300 }]);
    expect(findings[0]?.detail).toContain('No event of it says why');
    const seen = seenAt(SIZE);
    const owned = published([...TOLD.slice(0, 300), restored(300, seen.checkpoint)]);
    const told = await verified(owned, { seen });
    expect(told.findings).toMatchObject([{ code: 'rollback', position: 301 }]);
    expect(told.findings[0]?.detail).toContain(
      'Its event 300 says that its operator gave the other up, because of disk-lost',
    );
  });

  test('that what was seen is among what an operator gave up, where more was signed after it', async () => {
    const owned = published([...TOLD.slice(0, 300), restored(300, seenAt(SIZE).checkpoint)]);
    const { findings } = await verified(owned, { seen: seenAt(400) });
    expect(findings).toMatchObject([{ code: 'rollback', position: 301 }]);
    expect(findings[0]?.detail).toContain(
      `Its event 300 says that its operator gave up a log of ${SIZE} events, because of disk-lost`,
    );
    const unlike = await verified(owned, { seen: seenAt(SIZE, forked) });
    expect(unlike.findings[0]?.detail).toContain('No event of it says why');
    const before = await verified(published([...owned.entries, ANOTHER]), { seen: seenAt(300, forked) });
    expect(before.findings[0]?.detail).toContain('No event of it says why');
  });

  test('nothing in a file that is older, but that it says nothing of what came after', async () => {
    const older = published(TOLD.slice(0, 300));
    const { findings, notes } = await verified(older, { seen: seenAt(SIZE) }, false);
    expect(findings).toEqual([]);
    expect(notes).toMatchObject({ count: 1, first: [{ code: 'older-than-seen' }] });
  });
});

function restored(position: number, { size, root }: Checkpoint): Buffer {
  return rewritten(TOLD[AT.secondDay], (event) => {
    Object.assign(event, {
      position: String(position),
      type: 'LogRestored',
      subject: 'log:register',
      stream: 'log',
      revision: 0,
      id: 'restored',
      source: '/register',
      recordedAt: '2026-09-02T00:00:00.000Z',
      data: { size: String(size), root: toBase64(root), reason: 'disk-lost' },
    });
  });
}

describe('of events that the register itself has signed, it finds', () => {
  const signed = (position: number, change: Parameters<typeof rewritten>[1]) =>
    published(entries.with(position, rewritten(at(position), change)));
  const by = (position: number, body: string) => signed(position, (event) => (event['body'] = body));
  const recognised = (change: (entry: Record<string, unknown>) => void, from?: string) =>
    signed(AT.matrixRecognised, ({ data }) => {
      change((data['mayPost'] as Record<string, unknown>[])[0] ?? {});
      if (from !== undefined) data['from'] = from;
    });
  test.each<[string, PublicLog, readonly string[]]>([
    ['a body that no one recognised', by(AT.award, 'body:nobody'), ['unauthorised-event@5']],
    ['one that is recognised for other things', by(AT.award, AWARDS), ['unauthorised-event@5']],
    ['a registrar’s event by another', by(AT.secondDay, MATRIX), ['unauthorised-event@10']],
    [
      'a recognition for another standard',
      recognised((one) => (one['standards'] = ['other'])),
      ['unauthorised-event@5'],
    ],
    [
      'a recognition for another type',
      recognised((one) => (one['types'] = ['AccreditationLapsed'])),
      ['unauthorised-event@5'],
    ],
    [
      'a recognition that began after the fact',
      recognised(() => undefined, '2024-01-15'),
      ['unauthorised-event@5'],
    ],
    ['nothing in one that began the day before', recognised(() => undefined, '2023-12-31'), []],
    [
      'a correction to what its body may not post',
      published(
        entries
          .with(
            AT.matrixRecognised,
            rewritten(at(AT.matrixRecognised), ({ data }) => (data['from'] = '2024-01-15')),
          )
          .with(
            AT.award,
            rewritten(at(AT.award), ({ data }) => (data['from'] = '2024-02-01')),
          )
          .with(
            AT.correction,
            rewritten(at(AT.correction), ({ data }) => {
              (data['data'] as Record<string, unknown>)['from'] = '2024-01-14';
            }),
          ),
      ),
      ['unauthorised-event@7'],
    ],
    ['a correction by another body', by(AT.correction, AWARDS), ['unauthorised-event@7']],
    ['a retraction of what another posted', by(AT.retraction, MATRIX), ['unauthorised-event@9']],
    [
      'a certificate of another qualification',
      signed(AT.qualification, ({ data }) => (data['qualification'] = 'qcg')),
      ['unauthorised-event@6'],
    ],
    [
      'a certificate that no one was awarded, which is of any',
      signed(AT.revocation, ({ data }) => (data['certificate'] = 'C-9')),
      [],
    ],
    [
      'a provider that is not registered',
      signed(AT.engagement, (event) => {
        event.data['provider'] = 'ukprn:10000009';
        event['stream'] = 'engagement-aaaaaaaa-ukprn:10000009';
      }),
      ['unregistered-subject@11'],
    ],
    [
      'an adviser who is not registered',
      signed(AT.engagement, (event) => {
        event['subject'] = 'adviser:bbbbbbbb';
        event['stream'] = `engagement-bbbbbbbb-${P}`;
      }),
      ['unregistered-subject@11'],
    ],
    [
      'an id that was posted under before',
      signed(300, (event) => (event['id'] = (JSON.parse(TOLD[299] ?? '') as { id: string }).id)),
      ['repeated-id@300'],
    ],
    ['another position', signed(300, (event) => (event['position'] = '301')), ['wrong-position@300']],
    ['another stream', signed(300, (event) => (event['stream'] = 'adviser-aaaaaaaa')), ['wrong-stream@300']],
    ['another revision', signed(300, (event) => (event['revision'] = 1)), ['wrong-revision@300']],
    [
      'a time that went back',
      signed(300, (event) => (event['recordedAt'] = '2026-08-01T00:00:00.000Z')),
      ['time-went-back@300'],
    ],
    [
      'a day that was left out',
      signed(AT.secondDay, ({ data }) => (data['date'] = '2026-09-03')),
      ['day-out-of-order@10'],
    ],
    ['a field that no type has', signed(AT.award, ({ data }) => (data['note'] = 'x')), ['malformed-event@5']],
    [
      'a day that does not exist',
      signed(AT.award, ({ data }) => (data['until'] = '2027-02-30')),
      ['malformed-event@5'],
    ],
    ['no body', signed(AT.award, (event) => delete event['body']), ['malformed-event@5']],
    [
      'an event about one that comes after it',
      signed(AT.retraction, ({ data }) => (data['event'] = '11')),
      ['malformed-event@9'],
    ],
    [
      'a correction to what is none',
      signed(AT.correction, ({ data }) => (data['data'] = { standard: 'matrix' })),
      ['malformed-event@7'],
    ],
    [
      'two members that changed places',
      published(
        entries.with(
          300,
          Buffer.from(String(at(300)).replace(/^\{("body":"[^"]*"),("data":\{\})/, '{$2,$1')),
        ),
      ),
      ['not-canonical@300'],
    ],
  ])('%s', async (_, log, codes) => {
    expect(await found(log)).toEqual(codes);
  });

  test('an award before the first day', async () => {
    const early = [1, 3, 5].map((position, i) =>
      rewritten(at(position), (event) => {
        event['position'] = String(i);
        event['recordedAt'] = '2026-09-01T00:00:00.000Z';
      }),
    );
    expect(await found(published(early))).toEqual(['unauthorised-event@2']);
  });

  test('only a note in what an earlier release took by a wider reading', async () => {
    const wide = published(
      entries.with(
        AT.awardsRecognised,
        rewritten(
          at(AT.awardsRecognised),
          ({ data }) => (data['mayPost'] = [{ types: '*', qualifications: ['l6-dcgd'] }]),
        ),
      ),
    );
    const { findings, notes } = await verified(wide);
    expect(findings).toEqual([]);
    expect(notes).toMatchObject({ count: 1, first: [{ code: 'wider-rule', position: AT.adviser }] });
    expect(notes.first[0]?.detail).toContain('AdviserRegistered by body:awards');
  });

  test.each<[string, number, Parameters<typeof rewritten>[1]]>([
    ['of a type', 300, (event) => (event['type'] = 'AdviserReplaced')],
    ['of a version', 300, (event) => (event['schema'] = 9)],
    ['a correction of a version', AT.correction, (event) => (event['schema'] = 9)],
  ])('that it cannot tell, where a later release wrote an event: %s', async (_, position, change) => {
    const { findings, untold } = await verified(signed(position, change));
    expect(findings).toEqual([]);
    expect(untold).toMatchObject({ code: 'later-release', position });
  });

  test('what became of the log, also where what it says is not told', async () => {
    const later = rewritten(at(300), (event) => (event['schema'] = 9));
    const log = {
      ...published(entries.with(300, later)),
      entries: entries.with(300, later).with(500, ANOTHER),
    };
    expect(await found(log)).toEqual(['changed-event@500']);
    expect(await found(showing(...entries.with(300, later)))).toEqual(['changed-event@300']);
  });
});

test('whose subjects are who is said by the log as it then stood', async () => {
  // The adviser’s registration is retracted before the provider engages her, and so are those who were found to be registered.
  const retraction = rewritten(at(AT.retraction), (event) => {
    event['body'] = 'body:registrar';
    event.data['event'] = String(AT.adviser);
  });
  const log = published(entries.with(AT.retraction, retraction));
  expect(await found(log)).toEqual([`unregistered-subject@${AT.engagement}`]);
});
