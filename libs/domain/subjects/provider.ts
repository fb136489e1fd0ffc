import { Type } from 'typebox';
import { type Deciders, isAnother, only } from '../log/decider';
import { define } from '../log/event-definition';
import type { RegisterEvent } from '../log/event-catalogue';
import { AREA_KEY, CODES, DAY, fields, NAME, ORGANISATION_KEY, PROVIDER_KEY } from '../values/keys';
import { dayIn, effectIn } from '../log/effects';
import { together, type LogView } from '../log/log-view';
import { isRegistered, keysOf, registeredAlready, registeredOnce, tooManyKeys } from '../log/identity';
import { choice, described, OWN_REASON } from '../values/meaning';
import { refuse, type Refusal } from '../values/problem';
import { dayOf, FIRST_DAY, LAST_DAY, type Day } from '../values/day';
import { span, type Days } from '../values/timeline';

const stream = (subject: string) => `provider-${subject}`;

/**
 * The key under which a stream is found that says whom this provider has succeeded. Under the provider’s own key it
 * would be read for each posting about the provider, because it may say which keys belong together.
 */
export const succeeding = (key: string) => `succeeding:${key}`;

function otherThanSubject(pointer: string, subject: string, key: string) {
  return key === subject ? [{ pointer, detail: 'Name another key than the subject’s own' }] : [];
}

export const events = {
  ProviderRegistered: define({
    meaning:
      'An organisation or a sole trader opens, under this key, to posting and asking. A school or college is registered by `SchoolRegistered`.',
    subject: ORGANISATION_KEY,
    stream,
    frames: true,
    data: fields({
      name: Type.Optional(
        described(
          NAME,
          'The name by which the provider is found and shown. It is required. Absent only of a sole trader, whose name is personal data and never stands in the log.',
        ),
      ),
      legalForm: choice('What kind of provider it is. It decides only whether its name stands in the log.', {
        company: 'A company, or another body that Companies House registers.',
        charity: 'A charity.',
        college: 'A college.',
        'local-authority': 'A local authority.',
        'sole-trader': 'One person who trades alone. The name is left out.',
        other: 'None of these.',
      }),
      services: Type.Optional(
        described(
          CODES,
          'What it offers, such as `personal-guidance`. A record, which changes no answer. Absent: nothing is said of it.',
        ),
      ),
      clientGroups: Type.Optional(
        described(
          CODES,
          'Whom it serves, such as `young-people`. A record, which changes no answer. Absent: nothing is said of it.',
        ),
      ),
      area: Type.Optional(
        described(
          AREA_KEY,
          'The area in which it is based. A record, which changes no answer. Absent: nothing is said of it.',
        ),
      ),
    }),
    check(_subject, { name, legalForm }) {
      const pointer = '/data/name';
      if (legalForm === 'sole-trader') {
        const detail = 'A sole trader’s name is personal data and never stands in the log: leave it out';
        return name === undefined ? [] : [{ pointer, detail }];
      }
      return name === undefined ? [{ pointer, detail: 'Give the organisation’s name' }] : [];
    },
  }),
  ProviderRenamed: define({
    meaning:
      'The provider has another name from a day on. It is never posted of a sole trader, whose name does not stand in the log.',
    subject: PROVIDER_KEY,
    stream,
    needs: ['subject'],
    data: fields({
      name: described(NAME, 'The new name.'),
      from: described(
        DAY,
        'The first day on which it has this name. Of several names, answers show the one that began last, today at the latest.',
      ),
    }),
  }),
  ProviderIdentified: define({
    meaning:
      'A further key means the same provider: from this event on either key finds it, and what was posted under both is told of one provider.',
    subject: PROVIDER_KEY,
    stream,
    needs: ['subject'],
    about: ({ as }) => [as],
    frames: true,
    data: fields({
      as: described(PROVIDER_KEY, 'The further key. It is new to the register.'),
    }),
    check: (subject, { as }) => otherThanSubject('/data/as', subject, as),
  }),
  ProviderMerged: define({
    meaning:
      'The provider has merged into another one and has closed. Nothing passes over: the other one needs awards, engagements and contracts of its own.',
    subject: PROVIDER_KEY,
    stream,
    effect: { kind: 'closing', after: 'on' },
    needs: ['subject', 'into'],
    about: ({ into }) => [succeeding(into)],
    data: fields({
      into: described(PROVIDER_KEY, 'The registered provider into which it has merged.'),
      on: described(DAY, 'The last day on which it is open; it is still open on that day.'),
    }),
    check: (subject, { into }) => otherThanSubject('/data/into', subject, into),
  }),
  ProviderSucceeded: define({
    meaning:
      'The provider has closed, and others have taken its place: a school has become an academy, or several have become one. Nothing passes over: those that take its place need engagements, awards, commissions and contracts of their own.',
    subject: PROVIDER_KEY,
    stream,
    effect: { kind: 'closing', after: 'on' },
    needs: ['subject', 'by'],
    about: ({ by }) => by.map(succeeding),
    data: fields({
      by: described(
        Type.Array(PROVIDER_KEY, {
          minItems: 1,
          maxItems: 16,
          description: 'A list of 1 to 16 keys of providers, none of them twice',
        }),
        'The registered providers that have taken its place; schools are providers too. None of them is the provider itself.',
      ),
      on: described(DAY, 'The last day on which it is open; it is still open on that day.'),
      kind: choice('How they took its place. It changes no answer.', {
        conversion: 'It goes on as another: a school that becomes an academy.',
        merger: 'It has gone into one that was there before.',
        amalgamation: 'It has gone, with others, into a new one.',
        split: 'Several have taken over a part of it each.',
      }),
    }),
    check: (subject, { by }) =>
      by.flatMap((key, i) => [
        ...otherThanSubject(`/data/by/${i}`, subject, key),
        ...(by.indexOf(key) < i
          ? [{ pointer: `/data/by/${i}`, detail: `Name ${key} once: it stands in the list already` }]
          : []),
      ]),
  }),
  ProviderClosed: define({
    meaning: 'The provider has closed: after its last day it is eligible in no setting.',
    subject: PROVIDER_KEY,
    stream,
    effect: { kind: 'closing', after: 'on' },
    needs: ['subject'],
    data: fields({
      on: described(DAY, 'The last day on which it is open; it is still open on that day.'),
      reason: OWN_REASON,
    }),
  }),
};

/** The streams of a provider's own events. */
export function providerStreams(keys: readonly string[]): readonly string[] {
  return keys.flatMap((key) => [stream(key), ...(key.startsWith('urn:') ? [`school-${key.slice(4)}`] : [])]);
}

/** The key of the provider whose own events a stream holds; undefined for other streams. */
export function providerIn(name: string): string | undefined {
  if (name.startsWith('provider-')) return name.slice('provider-'.length);
  return name.startsWith('school-') ? `urn:${name.slice('school-'.length)}` : undefined;
}

/** The closing that counts among the effective ones: the one with the earliest last day. */
export function closing(all: readonly RegisterEvent[]) {
  let earliest: { readonly position: number; readonly on: Day } | undefined;
  for (const event of all) {
    const effect = effectIn(events, event);
    if (effect?.kind !== 'closing') continue;
    const on = dayIn(event.data, effect.after);
    if (earliest === undefined || on < earliest.on) earliest = { position: event.position, on };
  }
  return earliest;
}

/** The days on which the provider is open: up to the earliest `on` of its closings (specification, section 4, “Open”). */
export function openDays(events: readonly RegisterEvent[]): Days {
  return span(FIRST_DAY, closing(events)?.on ?? LAST_DAY);
}

/**
 * Whether a registration among the provider's own events says that it is a person, whose name is personal
 * data.
 */
export function isSoleTrader(events: readonly RegisterEvent[]): boolean {
  return only(events, 'ProviderRegistered').some(({ data }) => data.legalForm === 'sole-trader');
}

/**
 * Every name in the provider's own events, with the day from which it holds; none for a sole trader. The name
 * at registration holds from the first day.
 */
export function namesIn(
  events: readonly RegisterEvent[],
): readonly { readonly name: string; readonly from: Day }[] {
  if (isSoleTrader(events)) return [];
  return only(events, 'ProviderRegistered', 'SchoolRegistered', 'ProviderRenamed').flatMap((event) => {
    const from = event.type === 'ProviderRenamed' ? dayOf(event.data.from) : -Infinity;
    return event.data.name === undefined ? [] : [{ name: event.data.name, from }];
  });
}

/**
 * The name in force on a day, from the provider's own events; null for a sole trader (specification, section
 * 7).
 */
export function nameOn(events: readonly RegisterEvent[], day: Day): string | null {
  return nameAmong(namesIn(events), day);
}

/** As {@link nameOn}, from all names of the provider in the order in which they were posted. */
export function nameAmong(
  names: readonly { readonly name: string; readonly from: Day }[],
  day: Day,
): string | null {
  let named: { name: string; from: Day } | undefined;
  for (const one of names) if (one.from <= day && one.from >= (named?.from ?? -Infinity)) named = one;
  return named?.name ?? null;
}

/**
 * Refuses a renaming that would put a person's name into the log, where no one can erase it (specification,
 * section 9). It decides by the effective events at the head, also when a correction would change an earlier
 * renaming.
 */
export function namesPerson(
  event: RegisterEvent,
  target: RegisterEvent | undefined,
  known: LogView,
): Refusal | undefined {
  const renaming = event.type === 'EventCorrected' ? target : event;
  if (renaming?.type !== 'ProviderRenamed') return undefined;
  const { subject } = renaming;
  return isSoleTrader(together(known, providerStreams(keysOf(known, subject))))
    ? refuse(
        'invalid-event',
        `${subject} is a sole trader, whose name is personal data and never stands in the log: give it to the vault instead, at /v1/providers/${subject}/person; a renaming that stands is retracted`,
        event === renaming ? '/data/name' : '/data/data/name',
      )
    : undefined;
}

export const decide: Deciders<keyof typeof events> = {
  ProviderRegistered: registeredOnce,
  ProviderIdentified: ({ subject, data: { as } }, known) =>
    isRegistered(known, as)
      ? registeredAlready(as, 'a further key must be new to the register', '/data/as')
      : tooManyKeys(subject, new Set([...keysOf(known, subject), as]).size, '/data/as'),
  ProviderMerged: (event, known) => isAnother(event, 'into', event.data.into, known),
  ProviderSucceeded(event, known) {
    for (const key of event.data.by) {
      const refusal = isAnother(event, 'by', key, known);
      if (refusal) return refusal;
    }
    return undefined;
  },
};
