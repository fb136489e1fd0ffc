/// <reference types="jest" />
/**
 * Fakes timers, so that a test decides when they fire and minutes of waiting take no time; and `performance`, by which turns
 * end, so that a busy machine changes nothing.
 */
export function useVirtualTime(): void {
  beforeAll(() => {
    jest.useFakeTimers({
      doNotFake: [
        'Date',
        'hrtime',
        'nextTick',
        'queueMicrotask',
        'requestAnimationFrame',
        'cancelAnimationFrame',
        'requestIdleCallback',
        'cancelIdleCallback',
        'setImmediate',
        'clearImmediate',
        'setInterval',
        'clearInterval',
      ],
    });
  });
  afterAll(() => {
    jest.useRealTimers();
  });
}
