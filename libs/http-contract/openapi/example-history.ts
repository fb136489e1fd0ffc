/** Who and what the examples of the operations are about. No one in it exists. */
export const EXAMPLE_PROVIDER = 'ukprn:10000001';
export const EXAMPLE_SOLE_TRADER = 'ukprn:10000004';
export const EXAMPLE_ADVISER = 'adviser:example0001';

/** An event of the story, under an id of its source. */
export function exampleEvent(number: number, type: string, subject: string, data: object) {
  return {
    specversion: '1.0',
    source: 'https://example.org/feed',
    id: `2026-${number}`,
    type,
    subject,
    data,
  };
}

/** A load that is posted by mistake, and retracted. */
export const MISTAKEN_LOAD = { source: 'https://example.org/mistaken-load', reason: 'loaded-twice' };
