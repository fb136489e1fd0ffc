/// <reference types="jest" />
import { Logger } from '@nestjs/common';
import { REGISTRAR } from '@app/domain/log/event-catalogue';
import { isRefusal } from '@app/domain/values/problem';
import { MemoryLog } from '@app/event-store/memory';
import { Follower } from '@app/read-model/follower';
import { EventIndex } from '@app/read-model/index/event-index';
import { hashOfSecret } from '../access/credential';
import { NO_TELEMETRY } from '../telemetry';
import { IssueKey, IssueKeyHandler } from './body-keys';
import { DrawnKeysUnavailable } from './drawn-keys';
import { MemoryDrawnKeys } from './memory-drawn-keys';
import { dayOpened, keyIssued, ownSubmission } from './registrar-postings';
import { sealingKey } from './sealed';
import { Writer } from './writer';

const SECRET = 'the-key-of-the-tests';
const CREDENTIAL = { body: REGISTRAR, hash: hashOfSecret(SECRET) };
const log = new MemoryLog();
const drawnKeys = new MemoryDrawnKeys();

/** A register of its own on the one log. */
function replica() {
  const register = new EventIndex();
  const follower = new Follower(log, register);
  const writer = new Writer(log, register, follower, {
    clock: Date.now,
    calendar: 'manual',
    patience: Infinity,
    telemetry: NO_TELEMETRY,
  });
  const following = follower.run();
  return {
    writer,
    handler: new IssueKeyHandler(writer, register, drawnKeys),
    stop: async () => {
      await writer.idle();
      follower.stop();
      await following;
    },
  };
}

const replicas = [replica(), replica(), replica()];
beforeAll(async () => {
  const recognised = { name: 'Example', mayPost: [{ types: '*' }], from: '2020-01-01' };
  await replicas[0]?.writer.post('register', [
    dayOpened(20_000),
    keyIssued('registrar', 'first', SECRET),
    ownSubmission('example', 'BodyRecognised', 'body:example', recognised),
  ]);
  // Each has read so far.
  for (const { writer } of replicas) await writer.post('register', [dayOpened(20_000)]);
});
afterAll(async () => {
  for (const { stop } of replicas) await stop();
});
afterEach(() => {
  jest.restoreAllMocks();
});

const issue = (named: string, on: (typeof replicas)[number] | undefined = replicas[0]) => {
  const asked = { idempotencyKey: named, sealing: sealingKey(SECRET, named) };
  const handler = on?.handler;
  if (!handler) throw new Error('there is one');
  return handler.execute(new IssueKey(CREDENTIAL, 'example', undefined, undefined, asked));
};
const eventsWith = async (key: string) => {
  const found: string[] = [];
  for await (const { events } of log.read(-1))
    found.push(...events.filter((text) => text.includes(`"${key}"`)));
  return found;
};

describe('a key that is asked for twice under one Idempotency-Key', () => {
  test('on several replicas at the same moment is issued once, and all give the same answer', async () => {
    const answers = await Promise.all([...replicas, ...replicas].map((one) => issue('at once', one)));
    const [first] = answers;
    if (first === undefined || isRefusal(first)) throw new Error(first?.detail);
    expect(answers).toEqual(answers.map(() => first));
    const [event, ...more] = await eventsWith(first.key);
    expect(event).toContain(hashOfSecret(first.secret));
    expect(more).toEqual([]);
  });

  test('and whose answer was lost with its process is given by another', async () => {
    jest.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
    jest.spyOn(drawnKeys, 'issued').mockRejectedValueOnce(new DrawnKeysUnavailable('The server is gone.'));
    const first = await issue('lost');
    expect(isRefusal(first)).toBe(false);
    expect(await issue('lost', replicas[1])).toEqual(first);
  });

  test('is refused, and not issued, where no one can say whether it was asked for', async () => {
    jest.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
    jest.spyOn(drawnKeys, 'drawn').mockRejectedValueOnce(new DrawnKeysUnavailable('The server is gone.'));
    expect(await issue('unknown')).toMatchObject({ code: 'unavailable' });
    const issued = await issue('unknown');
    if (isRefusal(issued)) throw new Error(issued.detail);
    expect(await eventsWith(issued.key)).toHaveLength(1);
  });
});
