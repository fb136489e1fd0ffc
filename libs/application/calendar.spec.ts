/// <reference types="jest" />
import { Calendar } from '@app/application/calendar';
import { Writer } from '@app/application/writer';
import { formatDay } from '@app/domain/day';
import { MemoryLog } from '@app/event-store/memory';
import { Follower } from '@app/read-model/follower';
import { Register } from '@app/read-model/register';

const NOON = Date.UTC(2026, 8, 1, 12);
const DAY = 86_400_000;

test('days are left until later, and not asked for over and over, where the clock is set back while they are opened', async () => {
  const log = new MemoryLog();
  const register = new Register();
  const follower = new Follower(log, register);
  const following = follower.run();
  let now = NOON;
  const writer = new Writer(log, register, follower, { clock: () => now, calendar: 'auto' });
  const calendar = new Calendar(writer, register, () => now);
  await calendar.open();

  let posted = 0;
  const post = writer.post.bind(writer);
  writer.post = async (...what) => {
    // Two days have begun when the calendar looks, and one of them only when its posts are judged.
    if (++posted > 3) throw new Error('the calendar asks over and over');
    now = NOON + DAY;
    return post(...what);
  };
  now = NOON + 2 * DAY;
  await calendar.open();
  expect(posted).toBe(1);
  const { today } = register.at(register.head);
  expect(today === undefined ? undefined : formatDay(today)).toBe('2026-09-01');

  await calendar.open();
  expect(register.head).toBe(1);

  follower.stop();
  await following;
});
