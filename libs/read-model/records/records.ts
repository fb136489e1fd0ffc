import { unknownAdviser, unknownPolicy, unknownProvider } from '@app/domain/values/refusals';
import { awardsByReference } from '@app/domain/subjects/accreditation';
import { applications } from '@app/domain/subjects/applications';
import { adviserFacts, adviserStreams } from '@app/domain/subjects/adviser';
import { contractedDays, contractStream, eventsOf, referencesOf } from '@app/domain/subjects/contract';
import { formatDay } from '@app/domain/values/day';
import { only } from '@app/domain/log/decider';
import { engagements, engagementStreams, everEngaged } from '@app/domain/subjects/engagement';
import { counts, holds } from '@app/domain/log/grants';
import { together, type LogView } from '@app/domain/log/log-view';
import { isRegistered, keysOf, persons, registrationOf } from '@app/domain/log/identity';
import { digestOf, editionsOf, periodsOf } from '@app/domain/subjects/policy';
import { type Policy } from '@app/domain/subjects/policy-document';
import { type Refusal } from '@app/domain/values/problem';
import { closing, nameOn, providerStreams } from '@app/domain/subjects/provider';
import { firstKeys, successionsOf, successionsTo, type Succession } from '@app/domain/succession/successions';
import { NO_DAYS, type Days } from '@app/domain/values/timeline';
import { mapped, type Work } from '@app/domain/values/work';
import { writtenRuns, type Run } from '@app/domain/values/written-run';

/** A provider as known at a position: who it is, and the days of each fact about it, disputed events counting. */
export interface ProviderRecord {
  readonly provider: { readonly key: string; readonly name: string | null };
  /** All its keys, the one registered first in front. */
  readonly keys: readonly string[];
  /** Position of its registration. */
  readonly registered: string;
  readonly legalForm: string | null;
  readonly phase: string | null;
  readonly services: readonly string[];
  readonly clientGroups: readonly string[];
  readonly area: string | null;
  /** The last day on which it is open; null if no closing is known. */
  readonly openUntil: string | null;
  /**
   * The providers that it merged into, by representative key, from the day after `on`; nothing passes to them
   * by the merger itself.
   */
  readonly mergedInto: readonly { readonly key: string; readonly on: string; readonly position: string }[];
  /** The providers that took its place by a merger or a succession, by first keys; `on` is its own last day by that. */
  readonly succeededBy: readonly {
    readonly by: readonly string[];
    readonly on: string;
    readonly kind: Succession['kind'];
    readonly position: string;
  }[];
  /** The providers whose place it took, by first key; `on` is their last day by that. */
  readonly succeeds: readonly {
    readonly provider: string;
    readonly on: string;
    readonly kind: Succession['kind'];
    readonly position: string;
  }[];
  readonly accreditations: readonly {
    readonly standard: string;
    readonly reference: string;
    readonly days: readonly Run[];
    /** Positions of its awards. */
    readonly awards: readonly string[];
  }[];
  readonly applications: readonly {
    readonly standard: string;
    readonly on: string;
    /** The days on which it counts, for however few months a policy lets it. */
    readonly days: readonly Run[];
    readonly position: string;
  }[];
  readonly engaged: readonly { readonly adviser: string; readonly days: readonly Run[] }[];
  readonly contracts: readonly {
    readonly reference: string;
    readonly days: readonly Run[];
    readonly subcontractorOf: readonly string[];
  }[];
}

/**
 * The record of the provider with this key. It is a work, because there may be very many advisers or
 * contracts.
 */
export function providerRecord(known: LogView, key: string): Work<ProviderRecord> | Refusal {
  if (!isRegistered(known, key)) {
    return unknownProvider(key, known.position);
  }
  return recordOf(known, key);
}

function* recordOf(known: LogView, key: string): Work<ProviderRecord> {
  const keys = keysOf(known, key);
  const own = together(known, providerStreams(keys));
  const registration = only(own, 'ProviderRegistered', 'SchoolRegistered')[0];
  const { data } = registration ?? {};
  const last = closing(own);
  return {
    provider: { key: keys[0] ?? key, name: nameOn(own, known.today ?? -Infinity) },
    keys,
    registered: String(registrationOf(known, keys[0] ?? key)),
    legalForm: data && 'legalForm' in data ? data.legalForm : null,
    phase: data && 'phase' in data ? data.phase : null,
    services: (data && 'services' in data ? data.services : undefined) ?? [],
    clientGroups: (data && 'clientGroups' in data ? data.clientGroups : undefined) ?? [],
    area: data?.area ?? null,
    openUntil: last ? formatDay(last.on) : null,
    mergedInto: only(own, 'ProviderMerged').map(({ position, data: { into, on } }) => ({
      key: keysOf(known, into)[0] ?? into,
      on,
      position: String(position),
    })),
    succeededBy: successionsOf(known, keys).map(({ by, on, kind, position }) => ({
      by: firstKeys(known, by),
      on: formatDay(on),
      kind,
      position: String(position),
    })),
    succeeds: yield* mapped(yield* successionsTo(known, keys), ({ provider, on, kind, position }) => ({
      provider: keysOf(known, provider)[0] ?? provider,
      on: formatDay(on),
      kind,
      position: String(position),
    })),
    ...accreditationsOf(known, keys),
    engaged: yield* mapped(yield* persons(known, yield* everEngaged(known, keys)), (person) => ({
      adviser: person[0] ?? '',
      days: writtenRuns(holds(engagements(together(known, engagementStreams(person, keys))))),
    })),
    contracts: yield* mapped((yield* referencesOf(known, keys)).toSorted(), (reference) => {
      const events = known.stream(contractStream(reference));
      const held = only(eventsOf(events, keys), 'ContractAwarded');
      const above = held
        .map(({ data: { subcontractorOf } }) => subcontractorOf)
        .filter((one) => one !== undefined);
      return {
        reference,
        days: writtenRuns(contractedDays(events, keys)),
        subcontractorOf: [...new Set(above)].sort(),
      };
    }),
  };
}

function accreditationsOf(
  known: LogView,
  keys: readonly string[],
): Pick<ProviderRecord, 'accreditations' | 'applications'> {
  const streams = [...new Set(keys.flatMap((key) => known.streamsAbout(key)))].filter((name) =>
    name.startsWith('accreditation-'),
  );
  const events = together(known, streams);
  // A stream is about one standard, which events about events do not name.
  const standards = new Map(
    events.flatMap(({ stream, data }) => ('standard' in data ? [[stream, data.standard]] : [])),
  );
  const byStandard = Map.groupBy(events, ({ stream }) => standards.get(stream) ?? '');
  const counting = new Map(
    [...byStandard.values()]
      .flatMap((its) => applications(its).counting)
      .flatMap(({ days, evidence }) => evidence.map((position) => [position, days])),
  );
  return {
    accreditations: [...byStandard]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .flatMap(([standard, its]) =>
        [...awardsByReference(its)]
          .filter(([, { grants }]) => grants.length > 0)
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([reference, { grants }]) => ({
            standard,
            reference,
            days: writtenRuns(holds(grants)),
            awards: grants.map(({ event }) => String(event.position)),
          })),
      ),
    applications: only(events, 'AccreditationApplied').map(({ position, data: { standard, on } }) => ({
      standard,
      on,
      days: writtenRuns(counting.get(position) ?? NO_DAYS),
      position: String(position),
    })),
  };
}

/** An adviser as known at a position: the days of each fact about the person, and no personal data. */
export interface AdviserRecord {
  readonly adviser: string;
  readonly keys: readonly string[];
  readonly registered: string;
  readonly qualifications: readonly {
    readonly qualification: string;
    readonly certificate: string;
    readonly days: readonly Run[];
    readonly award: string;
  }[];
  readonly claims: readonly {
    readonly qualification: string;
    readonly awardedOn: string;
    readonly position: string;
  }[];
  readonly enrolments: readonly {
    readonly qualification: string;
    readonly days: readonly Run[];
    readonly start: string;
  }[];
  readonly registrations: readonly {
    readonly register: string;
    readonly days: readonly Run[];
    readonly grant: string;
  }[];
  readonly sanctioned: readonly Run[];
}

/** The record of the person with this key. */
export function adviserRecord(known: LogView, key: string): AdviserRecord | Refusal {
  if (!isRegistered(known, key)) {
    return unknownAdviser(key, known.position);
  }
  const keys = keysOf(known, key);
  const facts = adviserFacts(together(known, adviserStreams(keys)));
  return {
    adviser: keys[0] ?? key,
    keys,
    registered: String(registrationOf(known, keys[0] ?? key)),
    qualifications: facts.certificates
      .flatMap(({ grants }) => grants)
      .map((grant) => {
        const { qualification, certificate } = grant.event.data;
        return {
          qualification,
          certificate,
          days: writtenRuns(counts(grant)),
          award: String(grant.event.position),
        };
      }),
    claims: facts.claims.map(({ position, data: { qualification, awardedOn } }) => ({
      qualification,
      awardedOn,
      position: String(position),
    })),
    enrolments: facts.enrolments
      .flatMap(({ grants }) => grants)
      .map((grant) => ({
        qualification: grant.event.data.qualification,
        days: writtenRuns(counts(grant)),
        start: String(grant.event.position),
      })),
    registrations: facts.registrations
      .flatMap(({ grants }) => grants)
      .map((grant) => ({
        register: grant.event.data.register,
        days: writtenRuns(counts(grant)),
        grant: String(grant.event.position),
      })),
    sanctioned: writtenRuns(holds(facts.sanctions)),
  };
}

/** An edition of a policy, with its document and the days that it decides. */
export interface EditionRecord {
  readonly edition: number;
  readonly position: string;
  readonly effectiveFrom: string;
  readonly digest: string;
  readonly days: readonly Run[];
  readonly policy: Policy;
}

export interface PolicyRecord {
  readonly id: string;
  readonly editions: readonly EditionRecord[];
}

/** The effective editions of a policy, in log order. */
export function policyRecord(known: LogView, id: string): PolicyRecord | Refusal {
  const editions = editionsOf(known, id);
  if (editions.length === 0) return unknownPolicy(id, known.position);
  const decided = new Map<number, Days>(
    periodsOf(editions).map(({ edition, days }) => [edition.position, days]),
  );
  return {
    id,
    editions: editions.map(({ edition, position, effectiveFrom, policy }) => ({
      edition,
      position: String(position),
      effectiveFrom,
      digest: digestOf(policy),
      days: writtenRuns(decided.get(position) ?? []),
      policy,
    })),
  };
}

/** The form of a moment of knowledge in an answer. */
export interface KnownAt {
  readonly position: string;
  /** Null before the first event. */
  readonly recordedAt: string | null;
  /** Null before the first day. */
  readonly today: string | null;
}

export function knownAt(known: LogView, recordedAt: string | undefined): KnownAt {
  return {
    position: String(known.position),
    recordedAt: recordedAt ?? null,
    today: known.today === undefined ? null : formatDay(known.today),
  };
}
