import { Type } from 'typebox';
import { type Deciders, needsGrant, only } from '../log/decider';
import { define } from '../log/event-definition';
import type { EventOf, RegisterEvent } from '../log/event-catalogue';
import { dayIn } from '../log/effects';
import {
  ADVISER_KEY,
  AREA_KEY,
  CODE,
  DAY,
  fields,
  NAME,
  PROVIDER_KEY,
  REFERENCE,
  SCHOOL_KEY,
} from '../values/keys';
import { together, type LogView } from '../log/log-view';
import { keysOf, registeredOnce } from '../log/identity';
import { described } from '../values/meaning';
import { dayOf, LAST_DAY, type Day } from '../values/day';
import { providerIn, providerStreams } from './provider';

const about = {
  subject: SCHOOL_KEY,
  stream: (subject: string) => `school-${subject.slice('urn:'.length)}`,
} as const;
/**
 * The key under which the schools are found that have commissioned a provider: under the provider’s own, each question
 * about it would pass over all of them.
 */
const commissioned = (provider: string) => `commissioned:${provider}`;
const AGE = Type.Integer({ minimum: 0, maximum: 150, description: 'An age in whole years' });
const reference = described(REFERENCE, 'The reference of the commission, under which it is ended.');
const appointment = described(
  REFERENCE,
  'What the appointment is called, to end it by. It never says who the person is.',
);

export const events = {
  SchoolRegistered: define({
    ...about,
    meaning:
      'A school or college opens, under this key, to posting and asking. It is a provider too: of the guidance that it gives itself.',
    frames: true,
    data: fields({
      name: described(NAME, 'The name by which the school is found and shown.'),
      phase: described(
        CODE,
        'The phase of education, such as `secondary`. A record, which changes no answer.',
      ),
      area: described(AREA_KEY, 'The area in which the school lies. A record, which changes no answer.'),
    }),
  }),
  CommissionAgreed: define({
    ...about,
    meaning: 'The school has commissioned guidance from a provider. A record, which changes no answer.',
    needs: ['subject', 'provider', 'advisers'],
    about: ({ provider }) => [commissioned(provider)],
    data: fields({
      reference,
      provider: described(PROVIDER_KEY, 'The registered provider that is to deliver the guidance.'),
      setting: described(
        CODE,
        'The setting in which it is delivered, by its name in the policies, such as `school-commissioned`.',
      ),
      from: described(DAY, 'The first day of the commission; it is covered.'),
      until: described(DAY, 'The last day of the commission; it is covered too.'),
      advisers: Type.Optional(
        described(
          Type.Array(ADVISER_KEY, { minItems: 1, description: 'A list of one or more keys of advisers' }),
          'The registered advisers who are to deliver it. Absent: none is named.',
        ),
      ),
    }),
  }),
  CommissionEnded: define({
    ...about,
    meaning: 'A commission has ended. A record, which changes no answer.',
    needs: ['subject'],
    ends: true,
    data: fields({ reference, on: described(DAY, 'The day on which it ended.') }),
  }),
  CareersLeaderAppointed: define({
    ...about,
    meaning: 'The school has a careers leader. A record, which changes no answer.',
    needs: ['subject'],
    data: fields({ appointment, from: described(DAY, 'The first day of the appointment.') }),
  }),
  CareersLeaderEnded: define({
    ...about,
    meaning: 'The appointment of a careers leader has ended. A record, which changes no answer.',
    needs: ['subject'],
    ends: true,
    data: fields({ appointment, on: described(DAY, 'The day on which it ended.') }),
  }),
  ProgrammeMapped: define({
    ...about,
    meaning: 'The school has mapped its careers programme to a framework. A record, which changes no answer.',
    needs: ['subject'],
    data: fields({
      framework: described(CODE, 'The framework, such as `cdi`.'),
      ages: described(
        Type.Tuple([AGE, AGE], { description: 'Two ages, the lower one first' }),
        'The pupils’ ages that it covers, in whole years, both included: `[11, 16]`.',
      ),
      from: described(DAY, 'The first day on which the mapping holds.'),
      until: Type.Optional(
        described(DAY, 'The last day on which the mapping holds; it is covered too. Absent: it never ends.'),
      ),
    }),
    check: (_subject, { ages: [from, to] }) =>
      to < from ? [{ pointer: '/data/ages', detail: 'Give the lower age first' }] : [],
  }),
};

type Begun = EventOf<'CommissionAgreed' | 'CareersLeaderAppointed' | 'ProgrammeMapped'>;
type Ended = EventOf<'CommissionEnded' | 'CareersLeaderEnded'>;

/** A record of a school, and the last day on which it holds; before its first if that is no day. */
export interface SchoolRecord<E extends Begun = Begun> {
  readonly event: E;
  /** Its own `until`, or the day of the earliest end that was posted after it and names the same, if that is before. */
  readonly until: Day;
}

function recordsIn<E extends Begun>(
  begun: readonly E[],
  ends: readonly Ended[] = [],
): readonly SchoolRecord<E>[] {
  const earliest = new Map<string, Day>();
  let next = ends.length - 1;
  const records = begun.toReversed().map((event) => {
    for (let end = ends[next]; end && end.position > event.position; end = ends[--next]) {
      const name = nameOf(end.data);
      earliest.set(name, Math.min(dayOf(end.data.on), earliest.get(name) ?? LAST_DAY));
    }
    const ended = earliest.get(nameOf(event.data)) ?? LAST_DAY;
    return { event, until: Math.min(dayIn(event.data, 'until'), ended) };
  });
  return records.reverse();
}

/** What an end names. */
function nameOf(data: (Begun | Ended)['data']): string {
  return 'reference' in data ? data.reference : 'appointment' in data ? data.appointment : '';
}

/** The commissions of a school, from its own events. */
export function commissions(
  own: readonly RegisterEvent[],
): readonly SchoolRecord<EventOf<'CommissionAgreed'>>[] {
  return recordsIn(only(own, 'CommissionAgreed'), only(own, 'CommissionEnded'));
}

/** The careers leaders of a school, from its own events. */
export function careersLeaders(
  own: readonly RegisterEvent[],
): readonly SchoolRecord<EventOf<'CareersLeaderAppointed'>>[] {
  return recordsIn(only(own, 'CareersLeaderAppointed'), only(own, 'CareersLeaderEnded'));
}

/** The programmes of a school, from its own events. */
export function programmes(
  own: readonly RegisterEvent[],
): readonly SchoolRecord<EventOf<'ProgrammeMapped'>>[] {
  return recordsIn(only(own, 'ProgrammeMapped'));
}

/** The keys of the schools that ever commissioned a provider, under any of its keys. */
export function commissioners(known: LogView, provider: readonly string[]): readonly string[] {
  const streams = provider.flatMap((key) => known.streamsAbout(commissioned(key)));
  return [...new Set(streams.flatMap((stream) => providerIn(stream) ?? []))];
}

function ofSchool(subject: string, known: LogView) {
  return together(known, providerStreams(keysOf(known, subject)));
}

export const decide: Deciders<keyof typeof events> = {
  SchoolRegistered: registeredOnce,
  CommissionEnded({ subject, data: { reference } }, known) {
    const found = only(ofSchool(subject, known), 'CommissionAgreed').some(
      ({ data }) => data.reference === reference,
    );
    return needsGrant(
      found,
      '/data/reference',
      `commission ${reference}`,
      'post its agreement first, or correct the reference',
    );
  },
  CareersLeaderEnded({ subject, data: { appointment } }, known) {
    const found = only(ofSchool(subject, known), 'CareersLeaderAppointed').some(
      ({ data }) => data.appointment === appointment,
    );
    return needsGrant(
      found,
      '/data/appointment',
      `appointment ${appointment}`,
      'post the appointment first, or correct its name',
    );
  },
};
