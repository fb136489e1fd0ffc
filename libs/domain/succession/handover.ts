import type { DataOf, EventOf, RegisterEvent } from '../log/event-catalogue';
import { counts, holds, type Grant } from '../log/grants';
import { isRegistered, persons } from '../log/identity';
import { together, type LogView } from '../log/log-view';
import { accreditationStreams, awardsByReference, standardIn } from '../subjects/accreditation';
import { contractedDays, contractsIn, contractStream, eventsOf, referencesOf } from '../subjects/contract';
import { engagements, engagementStreams, everEngaged } from '../subjects/engagement';
import { providerStreams } from '../subjects/provider';
import {
  careersLeaders,
  commissioners,
  commissions,
  programmes,
  type SchoolRecord,
} from '../subjects/school';
import { dayOf, formatDay, LAST_DAY, type Day } from '../values/day';
import { includes, type Days } from '../values/timeline';
import { flatMapped, mapped, sorted, type Work } from '../values/work';

type HandedOver =
  | 'EngagementStarted'
  | 'EngagementEnded'
  | 'AccreditationAwarded'
  | 'CommissionAgreed'
  | 'CareersLeaderAppointed'
  | 'CareersLeaderEnded'
  | 'ProgrammeMapped'
  | 'ContractAwarded';

/** What a successor would post in the place of what the provider had. */
export type HandoverPosting = {
  [T in HandedOver]: { readonly type: T; readonly subject: string; readonly data: DataOf<T> };
}[HandedOver];

/** A provider that has closed and one that took its place, by all their keys, and the day after the one’s last. */
export interface Handover {
  readonly known: LogView;
  readonly from: readonly string[];
  readonly to: readonly string[];
  readonly day: Day;
}

/** Something that the provider had on the day. */
export interface HandoverItem {
  /** Position of the grant. */
  readonly position: number;
  /** Whether the successor has the same on that day. */
  readonly isThere: boolean;
  /** What the successor would post: the grant, and its end where it has one of its own. Empty of a school’s, if the successor is none. */
  readonly postings: readonly HandoverPosting[];
}

/**
 * All that the provider had on the day, with its other fields as they stand then: advisers, awards, what schools
 * commissioned, its own careers leaders and programmes as a school, and contracts. Of each kind in log order.
 */
export function* itemsOf(handover: Handover): Work<readonly HandoverItem[]> {
  return [
    yield* engagementsOf(handover),
    yield* awardsOf(handover),
    yield* commissionsOf(handover),
    careersLeadersOf(handover),
    programmesOf(handover),
    yield* contractsOf(handover),
  ].flat();
}

/** The grants that count on the day, each with the last day on which it does. */
function heldOn<E>(day: Day, grants: readonly Grant<E>[]) {
  return grants.flatMap((grant) => {
    const days = counts(grant);
    return includes(days, day) ? [{ event: grant.event, last: days.at(-1) ?? day }] : [];
  });
}

function inLogOrder(items: readonly HandoverItem[]): Work<readonly HandoverItem[]> {
  return sorted(items, (a, b) => a.position - b.position);
}

/** The end of something, where it has one that is known or was given. */
function ending(last: Day, data: object): { readonly until?: string } {
  return last < LAST_DAY || 'until' in data ? { until: formatDay(last) } : {};
}

function* engagementsOf({ known, from, to, day }: Handover): Work<readonly HandoverItem[]> {
  const [provider = ''] = to;
  const everyone = yield* persons(known, yield* everEngaged(known, from));
  const found = yield* flatMapped(everyone, (person) => {
    const [subject = ''] = person;
    const of = (keys: readonly string[]) => engagements(together(known, engagementStreams(person, keys)));
    const held = heldOn(day, of(from));
    if (held.length === 0) return [];
    const own = holds(of(to));
    return held.map(({ event, last }): HandoverItem => {
      const { basis } = event.data;
      const start = { provider, from: formatDay(day), basis };
      return {
        position: event.position,
        isThere: includes(own, day) || isCutShort(own, last),
        postings: [
          { type: 'EngagementStarted', subject, data: start },
          ...(last < LAST_DAY
            ? [{ type: 'EngagementEnded' as const, subject, data: { provider, on: formatDay(last) } }]
            : []),
        ],
      };
    });
  });
  return yield* inLogOrder(found);
}

/**
 * Whether an end after a last day would take days from what the successor has of its own from a later day on: then
 * nothing is to be posted, for an end bears on all that stands before it.
 */
function isCutShort(own: Days, last: Day): boolean {
  return last < LAST_DAY && (own.at(-1) ?? last) > last;
}

/** The standards in which the provider ever had dealings. */
function* standardsOf({ known, from }: Handover): Work<readonly string[]> {
  const streams = from.flatMap((key) => known.streamsAbout(key));
  const standards = yield* mapped(streams, standardIn);
  return [...new Set(standards)].filter((standard) => standard !== undefined);
}

function* awardsOf(handover: Handover): Work<readonly HandoverItem[]> {
  const { known, from, to, day } = handover;
  const [subject = ''] = to;
  const found = yield* flatMapped(yield* standardsOf(handover), (standard) => {
    const of = (keys: readonly string[]) =>
      awardsByReference(together(known, accreditationStreams(keys, standard)));
    const own = of(to);
    return [...of(from)].flatMap(([reference, { grants }]) =>
      heldOn(day, grants).map(({ event: { position, data }, last }): HandoverItem => {
        const { from: _, until: __, ...rest } = data;
        return {
          position,
          isThere: includes(holds(own.get(reference)?.grants ?? []), day),
          postings: [
            {
              type: 'AccreditationAwarded',
              subject,
              data: { ...rest, from: formatDay(day), ...ending(last, data), kind: 'transfer' },
            },
          ],
        };
      }),
    );
  });
  return yield* inLogOrder(found);
}

/** The events of a school’s own life, under all its keys. */
function schoolOf(known: LogView, keys: readonly string[]): readonly RegisterEvent[] {
  return together(known, providerStreams(keys));
}

function isHeldOn(day: Day, { event, until }: SchoolRecord): boolean {
  return dayOf(event.data.from) <= day && day <= until;
}

/** The key under which the successor posts as a school, a registered one where it has any; undefined if it is none. */
function schoolKeyOf({ known, to }: Handover): string | undefined {
  const keys = to.filter((key) => key.startsWith('urn:'));
  return keys.find((key) => isRegistered(known, key)) ?? keys[0];
}

type Commission = SchoolRecord<EventOf<'CommissionAgreed'>>;

/** The commissions of the provider as a school, and those of other schools with it. */
function* commissionsOf(handover: Handover): Work<readonly HandoverItem[]> {
  const { known, from, to, day } = handover;
  const [successor = ''] = to;
  const heldBy = (keys: readonly string[]) =>
    commissions(schoolOf(known, keys)).filter((one) => isHeldOn(day, one));
  const passedOn = (
    one: Commission,
    subject: string | undefined,
    there: readonly Commission[],
  ): HandoverItem => {
    const { position, data } = one.event;
    const provider = from.includes(data.provider) ? successor : data.provider;
    const days = { from: formatDay(day), until: formatDay(one.until) };
    return {
      position,
      isThere: there.some(({ event }) => event.data.reference === data.reference),
      postings:
        subject === undefined
          ? []
          : [{ type: 'CommissionAgreed', subject, data: { ...data, provider, ...days } }],
    };
  };
  const there = heldBy(to);
  const own = heldBy(from).map((one) => passedOn(one, schoolKeyOf(handover), there));
  const schools = yield* persons(known, commissioners(known, from));
  const others = yield* flatMapped(schools, (school) => {
    if (school.some((key) => from.includes(key))) return [];
    const held = heldBy(school);
    const withAny = (keys: readonly string[]) =>
      held.filter(({ event }) => keys.includes(event.data.provider));
    return withAny(from).map((one) => passedOn(one, one.event.subject, withAny(to)));
  });
  return yield* inLogOrder([...own, ...others]);
}

function careersLeadersOf(handover: Handover): readonly HandoverItem[] {
  const { known, from, to, day } = handover;
  const subject = schoolKeyOf(handover);
  const there = careersLeaders(schoolOf(known, to));
  return careersLeaders(schoolOf(known, from))
    .filter((one) => isHeldOn(day, one))
    .map(({ event: { position, data }, until }): HandoverItem => {
      const { appointment } = data;
      const same = there.filter(({ event }) => event.data.appointment === appointment);
      const isCut = until < LAST_DAY && same.some((one) => one.until > until);
      return {
        position,
        isThere: isCut || same.some((one) => isHeldOn(day, one)),
        postings:
          subject === undefined
            ? []
            : [
                { type: 'CareersLeaderAppointed', subject, data: { appointment, from: formatDay(day) } },
                ...(until < LAST_DAY
                  ? [
                      {
                        type: 'CareersLeaderEnded' as const,
                        subject,
                        data: { appointment, on: formatDay(until) },
                      },
                    ]
                  : []),
              ],
      };
    });
}

function programmesOf(handover: Handover): readonly HandoverItem[] {
  const { known, from, to, day } = handover;
  const subject = schoolKeyOf(handover);
  const heldBy = (keys: readonly string[]) =>
    programmes(schoolOf(known, keys)).filter((one) => isHeldOn(day, one));
  const there = heldBy(to);
  return heldBy(from).map(({ event: { position, data }, until }): HandoverItem => {
    const { framework, ages } = data;
    return {
      position,
      isThere: there.some(
        ({ event }) => event.data.framework === framework && event.data.ages.join() === ages.join(),
      ),
      postings:
        subject === undefined
          ? []
          : [
              {
                type: 'ProgrammeMapped',
                subject,
                data: { framework, ages, from: formatDay(day), ...ending(until, data) },
              },
            ],
    };
  });
}

function* contractsOf({ known, from, to, day }: Handover): Work<readonly HandoverItem[]> {
  const [subject = ''] = to;
  const found = yield* flatMapped(yield* referencesOf(known, from), (reference) => {
    const all = known.stream(contractStream(reference));
    const held = heldOn(day, contractsIn(eventsOf(all, from)));
    const isThere = held.length > 0 && includes(contractedDays(all, to), day);
    return held.map(({ event: { position, data }, last }): HandoverItem => ({
      position,
      isThere,
      postings: [
        {
          type: 'ContractAwarded',
          subject,
          data: { ...data, from: formatDay(day), until: formatDay(last) },
        },
      ],
    }));
  });
  return yield* inLogOrder(found);
}
