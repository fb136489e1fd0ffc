/// <reference types="jest" />
import { MemoryLog } from '@app/event-store/memory';
import type { RegisterEvent } from '@app/domain/log/event-catalogue';
import { registerOf } from '../../test/read-model/logs';
import { Follower } from './follower';
import { EventIndex } from './index/event-index';
import type { Projection } from './projection';
import type { SavedSections, Sections } from './snapshot/sections';

const PROVIDER = { legalForm: 'company', name: 'Guidance Ltd' };

/** The stored bytes of a registration at each position; the third repeats the second. */
const TEXTS = ['a', 'b', 'b', 'c'].map((id, position) => {
  const subject = `ukprn:1000000${id === 'a' ? 1 : id === 'b' ? 2 : 3}`;
  return JSON.stringify({
    body: 'body:registrar',
    data: PROVIDER,
    id,
    position: String(position),
    recordedAt: '2026-09-01T00:00:00.000Z',
    revision: position === 2 ? 1 : 0,
    schema: 1,
    source: '/feed',
    stream: `provider-${subject}`,
    subject,
    type: 'ProviderRegistered',
  });
});

class Heard implements Projection {
  readonly name = 'heard';
  readonly heard: [number, string, RegisterEvent][] = [];
  position: number;

  constructor(position = -1) {
    this.position = position;
  }

  apply(position: number, text: string, event: RegisterEvent): void {
    this.position = position;
    this.heard.push([position, text, event]);
  }

  save(): Sections {
    return new Map();
  }

  load(_saved: SavedSections, position: number): void {
    this.position = position;
  }
}

/** What a projection receives of a log that grows while it is followed. */
async function followed(index: EventIndex, projections: readonly Heard[]): Promise<void> {
  const log = new MemoryLog();
  await log.append(TEXTS.slice(0, 3), -1);
  const follower = new Follower(log, index, projections);
  const running = follower.run();
  await follower.reached(2);
  await log.append(TEXTS.slice(3), 2);
  await follower.reached(3);
  follower.stop();
  await running;
}

describe('a follower', () => {
  test('feeds every projection each event once, in order, as stored and as rules see it', async () => {
    const projections = [new Heard(), new Heard()];
    await followed(new EventIndex(), projections);
    for (const { heard, position } of projections) {
      expect(position).toBe(3);
      expect(heard.map(([at, text]) => [at, text])).toEqual([...TEXTS.entries()]);
      expect(heard.map(([, , event]) => [event.position, event.subject, event.repeats])).toEqual([
        [0, 'ukprn:10000001', undefined],
        [1, 'ukprn:10000002', undefined],
        [2, 'ukprn:10000002', true],
        [3, 'ukprn:10000003', undefined],
      ]);
    }
  });

  test('gives a projection that is behind the index what it lacks, the same events', async () => {
    const [whole, behind, late] = [new Heard(), new Heard(0), new Heard()];
    await followed(new EventIndex(), [whole]);
    await followed(registerOf(TEXTS.slice(0, 2)), [behind, late]);
    expect(late.heard).toEqual(whole.heard);
    expect(behind.heard).toEqual(whole.heard.slice(1));
  });

  test('stops where a projection fails, for what it would answer is not what the log says', async () => {
    const failing = new Heard();
    failing.apply = () => {
      throw new Error('no room');
    };
    const log = new MemoryLog();
    await log.append(TEXTS, -1);
    const follower = new Follower(log, new EventIndex(), [failing]);
    await expect(follower.run()).rejects.toThrow('no room');
    expect([follower.state, follower.failure]).toEqual([
      'stopped',
      expect.objectContaining({ message: 'no room' }),
    ]);
  });
});
