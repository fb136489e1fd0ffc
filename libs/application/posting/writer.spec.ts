import { isRefusal } from '@app/domain/values/problem';
import type { Submission } from '@app/domain/log/cloud-event';
import { MOST_BYTES_AN_APPEND } from '@app/event-store/event-log';
import { MemoryLog } from '@app/event-store/memory';
import { Follower } from '@app/read-model/follower';
import { EventIndex } from '@app/read-model/index/event-index';
import { hashOfSecret } from '../access/credential';
import type { PostResult } from './pending-append';
import { dayOpened, ownSubmission } from './registrar-postings';
import { NO_TELEMETRY } from '../telemetry';
import { Writer } from './writer';

const KEY = hashOfSecret('the-key-of-the-tests');
const REGISTRAR = { body: 'body:registrar', hash: KEY };

/** The number of events of each append. */
const appends: number[] = [];
/** The time by which turns end, in milliseconds: it passes only where a test says so, however busy the machine is. */
let time = 0;
/** How much later it is at each look at the time. */
let eachLook = 0;
jest.spyOn(performance, 'now').mockImplementation(() => (time += eachLook));
const log = new MemoryLog();
const register = new EventIndex();
const follower = new Follower(log, register);
const writer = new Writer(log, register, follower, {
  clock: Date.now,
  calendar: 'manual',
  patience: Infinity,
  telemetry: {
    ...NO_TELEMETRY,
    appended: (events) => {
      appends.push(events);
    },
  },
});
const following = follower.run();
afterAll(async () => {
  await writer.idle();
  follower.stop();
  await following;
});
beforeAll(() => writer.post('register', [dayOpened(20_000), issued('registrar', 'first', KEY)]));

function issued(slug: string, key: string, hash: string): Submission {
  return ownSubmission(`key-${slug}-${key}`, 'BodyKeyIssued', `body:${slug}`, { key, hash });
}

let next = 0;
function registration(data: object = {}): Submission {
  const number = String(next++).padStart(7, '0');
  return {
    body: 'body:registrar',
    source: '/writer',
    id: number,
    type: 'ProviderRegistered',
    subject: `ukprn:1${number}`,
    data: { name: `Example ${number}`, legalForm: 'company', ...data },
  };
}

const outcomes = (answer: Awaited<ReturnType<Writer['postEach']>>) => {
  if (isRefusal(answer)) throw new Error(answer.detail);
  return answer.map((result: PostResult) => result.outcome);
};

describe('Several events posted together', () => {
  test('are appended together, and each is answered for itself and in order', async () => {
    appends.length = 0;
    const one = registration();
    const answer = await writer.postEach(REGISTRAR, [
      one,
      one,
      { ...one, id: 'registered-twice' },
      registration(),
    ]);
    expect(outcomes(answer)).toEqual(['accepted', 'duplicate', 'refused', 'accepted']);
    expect(appends).toEqual([2]);
  });

  test('that do not fit into one append go into as many as it takes, in order', async () => {
    appends.length = 0;
    const long = { name: 'x'.repeat(200) };
    const count = Math.ceil((MOST_BYTES_AN_APPEND / 500) * 2.5);
    const answer = await writer.postEach(
      REGISTRAR,
      Array.from({ length: count }, () => registration(long)),
    );
    expect(outcomes(answer)).toEqual(Array.from({ length: count }, () => 'accepted'));
    const positions = isRefusal(answer) ? [] : answer.map((one) => ('position' in one ? one.position : NaN));
    expect(positions).toEqual(positions.toSorted((a, b) => a - b));
    expect(appends.length).toBeGreaterThan(1);
    expect(appends.reduce((sum, events) => sum + events, 0)).toBe(count);
  });

  test('that are all refused, and take longer than a turn, leave others their turns between', async () => {
    const one = registration();
    await writer.postEach(REGISTRAR, [one]);
    // Each look at the time finds that a turn is over.
    eachLook = 1_000;
    let answered = false;
    let turns = 0;
    const others = () => {
      if (answered) return;
      turns++;
      setImmediate(others);
    };
    setImmediate(others);
    const again = Array.from({ length: 5 }, (_, i) => ({ ...one, id: `again-${i}` }));
    const answer = await writer.postEach(REGISTRAR, again);
    answered = true;
    eachLook = 0;
    expect(outcomes(answer)).toEqual(again.map(() => 'refused'));
    expect(turns).toBeGreaterThanOrEqual(again.length - 1);
  });

  test('stand up to the one that revokes the key with which they are posted', async () => {
    const hash = hashOfSecret('a-key-that-ends');
    await writer.post('register', [issued('registrar', 'short', hash)]);
    const [before, after] = [registration(), registration()];
    const revoked = ownSubmission('revoked-registrar-short', 'BodyKeyRevoked', 'body:registrar', {
      key: 'short',
    });
    const answer = await writer.postEach({ body: 'body:registrar', hash }, [before, revoked, after]);
    expect(answer).toMatchObject({ code: 'bad-key' });
    expect(outcomes(await writer.postEach(REGISTRAR, [before, revoked, after]))).toEqual([
      'duplicate',
      'duplicate',
      'accepted',
    ]);
  });
});

describe('What this process has just written', () => {
  test('is known in it as whoever reads the log anew knows it', async () => {
    const subject = registration();
    await writer.postEach(REGISTRAR, [
      subject,
      {
        ...subject,
        id: 'awarded',
        type: 'AccreditationAwarded',
        // In another order than in the stored bytes.
        data: {
          until: '2030-12-31',
          standard: 'matrix',
          scope: ['b', 'a'],
          reference: 'M-1',
          kind: 'initial',
          from: '2020-01-01',
        },
      },
    ]);
    const rebuilt = new EventIndex();
    for (let position = 0; position <= register.head; position++) rebuilt.apply(register.text(position));
    const stream = `accreditation-matrix-${subject.subject}`;
    const known = (one: EventIndex) => JSON.stringify(one.at(one.head).stream(stream));
    expect(known(register)).toBe(known(rebuilt));
  });

  test('is read and checked where other bytes stand in its place', () => {
    const own = new EventIndex();
    const text = register.text(0);
    const stored = JSON.parse(text) as never;
    own.expect(0, [
      { text: `${text} `, stored, event: { type: 'DayOpened', data: { date: 'never' } } as never },
    ]);
    own.apply(text);
    expect(own.todayAt(0)).toBe(20_000);
  });
});

describe('Two processes that write to one log', () => {
  const shared = new MemoryLog();
  const ended: (() => Promise<void>)[] = [];
  afterAll(() => Promise.all(ended.map((end) => end())));

  /** A process, and for how many milliseconds it has paused. */
  function process() {
    const log = new MemoryLog(shared);
    const register = new EventIndex();
    const follower = new Follower(log, register);
    const pauses: number[] = [];
    const outcomes: string[] = [];
    const writer = new Writer(log, register, follower, {
      clock: Date.now,
      calendar: 'manual',
      registrarKey: KEY,
      pause: (milliseconds) => {
        pauses.push(milliseconds);
        return Promise.resolve();
      },
      telemetry: {
        ...NO_TELEMETRY,
        appended: (_, outcome) => {
          outcomes.push(outcome);
        },
      },
    });
    const following = follower.run();
    ended.push(async () => {
      await writer.idle();
      follower.stop();
      await following;
    });
    return { log, writer, follower, pauses, outcomes };
  }

  test('leave each other a turn after an append, but no one who writes alone waits', async () => {
    const [one, other] = [process(), process()];
    const post = async ({ writer }: typeof one) => {
      expect(outcomes(await writer.postEach(REGISTRAR, [registration()]))).toEqual(['accepted']);
      await Promise.all([one, other].map(async ({ follower }) => follower.reached(await shared.head())));
      await writer.idle();
    };
    await one.writer.post('register', [dayOpened(20_000)]);
    await post(one);
    await post(one);
    expect(one.pauses).toEqual([]);
    await post(other);
    await post(other);
    expect(other.pauses).toHaveLength(1);
    await post(one);
    await post(one);
    expect(one.pauses).toHaveLength(1);
    for (const pause of [...one.pauses, ...other.pauses]) expect(pause).toBeLessThanOrEqual(50);
  });

  test('judge again what came second, without reading the log but by following it', async () => {
    const [one, other] = [process(), process()];
    await Promise.all([one, other].map(async ({ follower }) => follower.reached(await shared.head())));
    const readings = [one, other].map(({ log }) => jest.spyOn(log, 'read'));
    const both = await Promise.all(
      [one, other].map(({ writer }) => writer.postEach(REGISTRAR, [registration()])),
    );
    expect(both.map(outcomes)).toEqual([['accepted'], ['accepted']]);
    expect([...one.outcomes, ...other.outcomes].toSorted()).toEqual(['appended', 'appended', 'moved']);
    for (const reading of readings) expect(reading).not.toHaveBeenCalled();
  });
});
