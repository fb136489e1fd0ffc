/// <reference types="jest" />
import { drawnKeysContract } from './drawn-keys.contract';
import { MemoryDrawnKeys } from './memory-drawn-keys';
import { sealed, sealingKey, unsealed } from './sealed';

drawnKeysContract('memory', () => {
  const keys = new MemoryDrawnKeys();
  return { keys, others: [], close: () => keys.close() };
});

const request = (i: number) => ({ name: `request-${i}`, sealing: Buffer.alloc(32) });

describe('in memory', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  test('a secret is remembered for ten minutes, and for ten more once its key is issued', async () => {
    const keys = new MemoryDrawnKeys();
    await keys.drawn(request(1), 'first');
    jest.advanceTimersByTime(599_999);
    expect(await keys.drawn(request(1), 'second')).toEqual({ secret: 'first' });
    await keys.issued(request(1), { secret: 'first', position: 3 });
    jest.advanceTimersByTime(599_999);
    expect(await keys.drawn(request(1), 'third')).toEqual({ secret: 'first', position: 3 });
    jest.advanceTimersByTime(1);
    expect(await keys.drawn(request(1), 'fourth')).toEqual({ secret: 'fourth' });
  });

  test('a secret too many replaces the oldest', async () => {
    const keys = new MemoryDrawnKeys();
    for (let i = 0; i <= 10_000; i++) await keys.drawn(request(i), `secret-${i}`);
    expect(await keys.drawn(request(10_000), 'anew')).toEqual({ secret: 'secret-10000' });
    expect(await keys.drawn(request(0), 'anew')).toEqual({ secret: 'anew' });
  });
});

describe('what is sealed', () => {
  const key = sealingKey('grk_secret', 'once');
  const bytes = sealed('grk_drawn', key, 'name');

  test('opens with the same secret, request and name', () => {
    expect(unsealed(bytes, sealingKey('grk_secret', 'once'), 'name')).toBe('grk_drawn');
    expect(bytes.includes('grk_drawn')).toBe(false);
    expect(sealed('grk_drawn', key, 'name').equals(bytes)).toBe(false);
  });

  test.each([
    ['another secret', sealingKey('grk_other', 'once'), 'name', bytes],
    ['another Idempotency-Key', sealingKey('grk_secret', 'twice'), 'name', bytes],
    ['another name', key, 'other', bytes],
    ['another bit', key, 'name', Buffer.from(bytes.map((byte, i) => (i === 30 ? byte ^ 1 : byte)))],
    ['a part missing', key, 'name', bytes.subarray(0, -1)],
  ])('does not open with %s', (_, other, name, tried) => {
    expect(() => unsealed(tried, other, name)).toThrow();
  });
});
