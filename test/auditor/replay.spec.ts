/// <reference types="jest" />
import { isRefusal } from '@app/domain/values/problem';
import { history } from '@app/read-model/records/history';
import { isFinding, type Finding } from '@app/transparency/finding';
import { changedAnswers } from '../../apps/auditor/diff';
import { AuditEnd, AUDITOR_EXIT } from '../../apps/auditor/exit-codes';
import { replayed, type ReplayOptions } from '../../apps/auditor/replay';
import { logOf, randomLog, registerOf } from '../read-model/logs';
import { awarded, organisation, P, today } from '../rules/given';
import { checkpointOf, sourceOf } from './texts-source';
import { FIRST_EDITIONS } from '../oracle/histories';

const untold = () => undefined;
const texts = randomLog(21);
const checkpoint = checkpointOf(texts);

async function all(given: AsyncIterable<string | Finding>): Promise<readonly (string | Finding)[]> {
  const found: (string | Finding)[] = [];
  for await (const one of given) found.push(one);
  return found;
}

const joined = (found: readonly (string | Finding)[]) =>
  found.map((one) => (isFinding(one) ? one.code : one)).join('');

const replay = (options: Partial<ReplayOptions>, source = sourceOf(texts)) =>
  all(replayed(source, checkpoint, { provider: [], ...options }, untold));

describe('a replay', () => {
  test('gives the stored bytes of every event between two moments, both included', async () => {
    expect(await replay({ json: true })).toEqual(texts.map((text) => `${text}\n`));
    expect(await replay({ json: true, from: '10', to: '12' })).toEqual(
      texts.slice(10, 13).map((text) => `${text}\n`),
    );
  });

  test('begins with the first event at an instant or later, and ends with the last one at an instant or before', async () => {
    const positions = async (from: string, to: string) =>
      (await replay({ json: true, from, to })).map((text) =>
        isFinding(text) ? text.code : (JSON.parse(text) as { position: string }).position,
      );
    // Each of these events is recorded a second after the one before it.
    expect(await positions('2026-09-01T00:00:10Z', '2026-09-01T00:00:12Z')).toEqual(['10', '11', '12']);
    expect(await positions('2026-09-01T00:00:09.5Z', '2026-09-01T00:00:12.5Z')).toEqual(['10', '11', '12']);
  });

  test('tells in lines what happened to whom, who posted it and when', async () => {
    const [, , first] = logOf([
      { body: 'body:registrar', source: '/t', id: '1', ...today('2026-09-01') },
      { body: 'body:registrar', source: '/t', id: '2', ...organisation() },
      { body: 'body:registrar', source: '/t', id: '3', ...awarded('2026-01-01', '2026-12-31') },
    ]);
    const log = [first ?? ''].map((text) => text.replace('"position":"2"', '"position":"0"'));
    const lines = await all(replayed(sourceOf(log), checkpointOf(log), { provider: [] }, untold));
    expect(lines).toEqual([
      '0  Accreditation awarded: ukprn:10000001, from 1 January to 31 December 2026\n' +
        '    posted by body:registrar, 1 September 2026 at 01:00 (London time)\n' +
        '    Reference: M-1; Standard: matrix; Kind: initial\n',
    ]);
  });

  test('of a provider has what was recorded about it', async () => {
    const register = registerOf(texts);
    const whole = history(register, register.head, P, { after: -1, limit: Infinity });
    if (isRefusal(whole)) throw new Error(whole.detail);
    const due = whole.events.map(({ position }) => `${register.text(Number(position))}\n`);
    expect(due.length).toBeGreaterThan(3);
    expect(await replay({ json: true, provider: [P] })).toEqual(due);
    const from = whole.events[2]?.position ?? '';
    expect(await replay({ json: true, provider: [P], from })).toEqual(due.slice(2));
  });

  test('tells nothing of a log that is not the one that the checkpoint commits to', async () => {
    const changed = sourceOf(texts.with(-1, (texts.at(-1) ?? '').replace('2026-09-01T00', '2026-09-01T01')));
    expect(await replay({ to: '5' }, changed)).toEqual([expect.objectContaining({ code: 'wrong-root' })]);
  });

  test('stops at an event that is another one when it is read again', async () => {
    const changed = texts.with(3, (texts[3] ?? '').replace('2026-09-01T00', '2026-09-01T01'));
    const found = await replay({ json: true }, sourceOf(texts, changed));
    expect(found).toHaveLength(4);
    expect(found.at(-1)).toMatchObject({ code: 'changed-event', position: 3 });
  });
});

describe('a comparison', () => {
  const log = logOf([
    ...FIRST_EDITIONS.map((one) => ({ body: 'body:registrar', source: '/t', ...one })),
    ...[
      today('2026-09-01'),
      organisation(),
      awarded('2026-01-01', '2026-09-02'),
      today('2026-09-02'),
      today('2026-09-03'),
    ].map((one, i) => ({ body: 'body:registrar', source: '/t', id: `no-${i}`, ...one })),
  ]);
  const first = FIRST_EDITIONS.length;
  const compared = (before: number, after: number, json: boolean) =>
    all(
      changedAnswers(
        sourceOf(log),
        checkpointOf(log),
        [String(before), String(after)],
        { provider: [], setting: ['publicly-funded'], policy: ['cmqa-2017'], json },
        untold,
      ),
    );
  const said = (one: object) => expect.objectContaining(one) as unknown;

  test('says which answers changed, and by which events, days that opened among them', async () => {
    const text = joined(await compared(first + 1, first + 4, true));
    expect(JSON.parse(text)).toEqual({
      evaluator: '1',
      knownAt: {
        before: said({ position: String(first + 1), today: '2026-09-01' }),
        after: said({ position: String(first + 4), today: '2026-09-03' }),
      },
      changed: [
        {
          provider: { key: P, name: 'Guidance Ltd' },
          setting: 'publicly-funded',
          policy: { id: 'cmqa-2017' },
          before: said({ outcome: 'not-eligible' }),
          after: said({ outcome: 'not-eligible' }),
          by: [
            said({
              position: String(first + 2),
              said: said({ outcome: 'eligible', eligibleUntil: '2026-09-02' }),
            }),
            said({ position: String(first + 4), said: said({ outcome: 'not-eligible' }) }),
          ],
        },
      ],
    });
  });

  test('says in lines that nothing changed, or what did', async () => {
    expect(joined(await compared(first + 2, first + 3, false))).toMatch(/Nothing changed\.\n$/);
    const text = joined(await compared(first + 3, first + 4, false));
    expect(text).toMatch(/ukprn:10000001, Guidance Ltd: publicly-funded, by cmqa-2017/);
    expect(text).toMatch(/Day opened: calendar:england, on 3 September 2026/);
  });

  test('goes from before the first event, when nothing was known', async () => {
    const found = changedAnswers(
      sourceOf(log),
      checkpointOf(log),
      ['2020-01-01T00:00:00Z', String(first + 2)],
      { provider: [], setting: ['publicly-funded'], policy: [], on: '2026-09-01', json: true },
      untold,
    );
    expect(JSON.parse(joined(await all(found)))).toMatchObject({
      knownAt: { before: { position: '-1', recordedAt: null, today: null } },
      changed: [
        {
          provider: { key: P },
          before: { problem: 'unknown-provider' },
          after: { outcome: 'eligible' },
          by: [
            { type: 'ProviderRegistered', said: { outcome: 'not-eligible' } },
            { type: 'AccreditationAwarded', said: { outcome: 'eligible' } },
          ],
        },
      ],
    });
  });

  test('has the earlier moment first', async () => {
    await expect(compared(first + 3, first, false)).rejects.toMatchObject({ code: AUDITOR_EXIT.usage });
    await expect(compared(first, first + 9, false)).rejects.toBeInstanceOf(AuditEnd);
  });
});
