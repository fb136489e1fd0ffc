/// <reference types="jest" />
import { LogEnd } from './log-end';

test('of many who ask at once each is told where the log ended after they asked, by two questions to the store', async () => {
  const answers: ((head: number) => void)[] = [];
  const end = new LogEnd({ head: () => new Promise((resolve) => answers.push(resolve)) });
  const first = end.position();
  const others = [end.position(), end.position(), end.position()];
  answers[0]?.(4);
  expect(await first).toBe(4);
  await Promise.resolve();
  answers[1]?.(7);
  expect(await Promise.all(others)).toEqual([7, 7, 7]);
  expect(answers).toHaveLength(2);
});

test('a store that fails is asked again by whoever comes next', async () => {
  let times = 0;
  const end = new LogEnd({
    head: () => (times++ === 0 ? Promise.reject(new Error('gone')) : Promise.resolve(3)),
  });
  const [failed, next] = await Promise.allSettled([end.position(), end.position()]);
  expect(failed.status).toBe('rejected');
  expect(next).toEqual({ status: 'fulfilled', value: 3 });
  expect(await end.position()).toBe(3);
});
