import canonicalize from 'canonicalize';
import cmqa2017 from '@app/domain/cmqa-2017.json';
import { definitionOf, REGISTRAR, type EventType } from '@app/domain/event';
import { formatDay, dayOf } from '@app/domain/day';
import { SqliteLog } from '@app/event-store/sqlite';

/** An event of the invented world: plainly nobody’s, and the same for the same seed. */
export interface WorldEvent {
  readonly id: string;
  readonly type: EventType;
  readonly subject: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** mulberry32: the same numbers on every machine. */
export function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** The key of the n-th provider, and of the n-th adviser, of the world. */
export function providerKey(n: number): string {
  return `ukprn:1${String(n).padStart(7, '0')}`;
}
function adviserKey(n: number): string {
  return `adviser:w${String(n).padStart(9, '0')}`;
}

const BEGIN = dayOf('2017-01-02');

/** Events of a provider after the other, about twenty each: awards in a row, a suspension now and then, three advisers. */
export function* world(count: number, seed = 1): Generator<WorldEvent> {
  const roll = dice(seed);
  let made = 0;
  const event = (type: EventType, subject: string, data: WorldEvent['data']): WorldEvent => ({
    id: `w${made}`,
    type,
    subject,
    data,
  });
  yield event('PolicyEditionPublished', 'policy:cmqa-2017', {
    edition: 1,
    effectiveFrom: '2017-10-01',
    policy: cmqa2017,
  });
  made++;
  yield event('DayOpened', 'calendar:england', { date: '2026-09-01' });
  made++;
  for (let p = 0; made < count; p++) {
    for (const [type, subject, data] of provider(p, roll)) {
      if (made >= count) return;
      yield event(type, subject, data);
      made++;
    }
  }
}

function* provider(p: number, roll: () => number): Generator<[EventType, string, WorldEvent['data']]> {
  const key = providerKey(p);
  const day = (offset: number) => formatDay(BEGIN + Math.floor(offset));
  yield ['ProviderRegistered', key, { name: `Invented Guidance ${p}`, legalForm: 'company' }];
  let from = roll() * 700;
  for (let award = 0; award < 3; award++) {
    const reference = `M-${p}`;
    yield [
      'AccreditationAwarded',
      key,
      {
        standard: 'matrix',
        reference,
        from: day(from),
        until: day(from + 1094),
        kind: award === 0 ? 'initial' : 'review',
      },
    ];
    if (roll() < 0.1) {
      yield [
        'AccreditationSuspended',
        key,
        {
          standard: 'matrix',
          reference,
          from: day(from + 200),
          reason: 'review-overdue',
          onAppeal: 'stands',
        },
      ];
      yield ['AccreditationReinstated', key, { standard: 'matrix', reference, from: day(from + 260) }];
    }
    from += 1095 + (roll() < 0.2 ? roll() * 90 : 0);
  }
  for (let a = 0; a < 3; a++) {
    const adviser = adviserKey(p * 3 + a);
    yield ['AdviserRegistered', adviser, {}];
    if (roll() < 0.85) {
      yield [
        'QualificationAwarded',
        adviser,
        {
          qualification: roll() < 0.8 ? 'l6-dcgd' : 'l4-dcia',
          awardedOn: day(-900 + roll() * 1500),
          certificate: `C-${p}-${a}`,
        },
      ];
    } else
      yield [
        'EnrolmentStarted',
        adviser,
        { qualification: 'l6-dcgd', from: day(roll() * 2000), expectedEnd: day(2100 + roll() * 900) },
      ];
    yield ['EngagementStarted', adviser, { provider: key, from: day(roll() * 600), basis: 'employed' }];
    if (roll() < 0.2) yield ['EngagementEnded', adviser, { provider: key, on: day(1500 + roll() * 1500) }];
  }
}

/** The stored bytes of such events, as text, a millisecond apart. */
export function* worldLog(count: number, seed = 1): Generator<string> {
  const revisions = new Map<string, number>();
  let position = 0;
  for (const { id, type, subject, data } of world(count, seed)) {
    const stream = definitionOf(type).stream?.(subject, data) ?? '';
    const revision = revisions.get(stream) ?? 0;
    revisions.set(stream, revision + 1);
    const recordedAt = new Date(Date.UTC(2026, 8, 1) + position).toISOString();
    const stored = {
      position: String(position++),
      stream,
      revision,
      type,
      schema: 1,
      subject,
      body: REGISTRAR,
      source: 'https://world.example/feed',
      id,
      recordedAt,
      data,
    };
    yield canonicalize(stored) ?? '';
  }
}

/** Writes the world into a file, as a register would have. */
export async function writeWorld(file: string, count: number): Promise<void> {
  const log = await SqliteLog.open(file);
  let [head, batch] = [-1, [] as string[]];
  const append = async () => {
    const { outcome } = await log.append(batch, head);
    if (outcome !== 'appended') throw new Error(`the log was not written: ${outcome}`);
    head += batch.length;
    batch = [];
  };
  for (const text of worldLog(count)) if (batch.push(text) === 1_000) await append();
  if (batch.length > 0) await append();
  await log.close();
}
