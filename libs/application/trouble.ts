/**
 * Something that keeps the register from working. Each kind is told once, although its wording may change
 * from second to second.
 */
export interface Trouble {
  readonly kind: 'log' | 'clock' | 'days' | 'unforeseen';
  readonly says: string;
}

/** What is told once a trouble is over. */
export const OVER: Readonly<Record<Trouble['kind'], string>> = {
  log: 'the log can be read and written again',
  clock: 'the clock is believed again: days are opened and posts are taken',
  days: 'every day that has begun is open',
  unforeseen: 'the register looks after itself again',
};

export const CLOCK_BEHIND = 'The clock of this process is behind the log’s';

export const HOW_TO_OPEN =
  'As the registrar, post the DayOpened of that day from a source of your own: docs/operating.md, “Open a day by hand”';
