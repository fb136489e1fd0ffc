/// <reference types="jest" />
/** Timers pass when they are told to, so that minutes of waiting take no time. The clock of the machine decides nothing. */
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
