import { type Deciders, needsGrant } from '../log/decider';
import { define } from '../log/event-definition';
import type { EventOf, RegisterEvent } from '../log/event-catalogue';
import { factKind } from '../log/effects';
import type { Grant } from '../log/grants';
import { ADVISER_KEY, DAY, fields, PROVIDER_KEY } from '../values/keys';
import { together, type LogView } from '../log/log-view';
import { keysOf } from '../log/identity';
import { choice, described } from '../values/meaning';
import { A_PIECE, type Work } from '../values/work';

const PREFIX = 'engagement-';
const stream = (subject: string, { provider }: { provider: string }) =>
  `${PREFIX}${subject.slice('adviser:'.length)}-${provider}`;
const about = {
  subject: ADVISER_KEY,
  stream,
  needs: ['subject', 'provider'],
  about: ({ provider }: { provider: string }) => [provider],
} as const;

export const events = {
  EngagementStarted: define({
    ...about,
    meaning:
      'An adviser works for a provider from a day on, until an `EngagementEnded`. Where a question names no adviser, those engaged on the day are asked about; where it names some, each has to be engaged.',
    effect: { kind: 'grant', fact: 'engagement', from: 'from' },
    data: fields({
      provider: described(PROVIDER_KEY, 'The registered provider for which the adviser works.'),
      from: described(DAY, 'The first day of the engagement; it is covered.'),
      basis: choice('How the adviser works for the provider.', {
        employed: 'As an employee.',
        contracted: 'Under a contract for services.',
        self: 'On the adviser’s own account: the provider is the adviser.',
      }),
    }),
  }),
  EngagementEnded: define({
    ...about,
    meaning:
      'The adviser has ceased to work for the provider: the engagements before it do not count after a last day.',
    effect: { kind: 'block', fact: 'engagement', after: 'on' },
    data: fields({
      provider: described(PROVIDER_KEY, 'The provider for which the adviser worked.'),
      on: described(DAY, 'The last day of the engagement; it is still covered.'),
    }),
  }),
};

const engagement = factKind(events, 'engagement');
const isStart = (event: RegisterEvent) => engagement.isGrant(event);

/** The streams of one person's engagement with one provider, for all keys of both. */
export function engagementStreams(
  adviser: readonly string[],
  provider: readonly string[],
): readonly string[] {
  return adviser.flatMap((subject) => provider.map((key) => stream(subject, { provider: key })));
}

/** The keys of the advisers whom an effective event ever engaged with a provider, under any of its keys. */
export function* everEngaged(known: LogView, provider: readonly string[]): Work<readonly string[]> {
  const engaged = new Set<string>();
  let lookedAt = 0;
  for (const key of provider)
    for (const name of known.streamsAbout(key)) {
      if (++lookedAt % A_PIECE === 0) yield A_PIECE;
      if (name.startsWith(PREFIX) && known.stream(name).some(isStart))
        engaged.add(`adviser:${name.slice(PREFIX.length, name.indexOf('-', PREFIX.length))}`);
    }
  return [...engaged];
}

/**
 * The key of the provider that engages an adviser by the effective events of a stream; undefined for other
 * streams.
 */
export function engagerIn(name: string): string | undefined {
  return name.startsWith(PREFIX) ? name.slice(name.indexOf('-', PREFIX.length) + 1) : undefined;
}

/**
 * The keys of the providers that an effective event ever engaged an adviser with, under any of the adviser’s
 * keys.
 */
export function everEngagedWith(known: LogView, adviser: readonly string[]): readonly string[] {
  const engagers = adviser.flatMap((key) =>
    known.streamsAbout(key).flatMap((name) => {
      const provider = engagerIn(name);
      const engaged = provider !== undefined && known.stream(name).some(isStart);
      return engaged ? [provider] : [];
    }),
  );
  return [...new Set(engagers)];
}

/** Those engagements, with everything that ended them, in which the person is the provider’s employee. */
export function employments(all: readonly RegisterEvent[]): readonly Grant<EventOf<'EngagementStarted'>>[] {
  return engagements(all).filter(({ event }) => event.data.basis === 'employed');
}

/**
 * The engagements of one person with one provider, with everything that ended them (specification, section
 * 4).
 */
export function engagements(all: readonly RegisterEvent[]): readonly Grant<EventOf<'EngagementStarted'>>[] {
  return engagement.only(all).grants;
}

export const decide: Deciders<keyof typeof events> = {
  EngagementEnded(event, known) {
    const streams = engagementStreams(keysOf(known, event.subject), keysOf(known, event.data.provider));
    const found = together(known, streams).some(isStart);
    return needsGrant(
      found,
      '/data/provider',
      `engagement with ${event.data.provider}`,
      'post its start first, or correct the provider or the adviser',
    );
  },
};
