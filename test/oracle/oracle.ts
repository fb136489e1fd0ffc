/**
 * The rules of the register, told a second time and as plainly as possible: every question is worked out from the
 * whole list of events, day by day. It shares no code with the register and is far too slow for anything but tests
 * that ask whether both say the same.
 */
import { createHash } from 'node:crypto';

export type Data = Record<string, unknown>;

export interface Posting {
  body: string;
  source: string;
  id: string;
  type: string;
  subject: string;
  data: Data;
  time?: string;
}

/** An event as the log keeps it, but for `recordedAt` (specification, section 3). */
export interface StoredEvent {
  position: string;
  stream: string;
  revision: number;
  type: string;
  schema: 1;
  subject: string;
  body: string;
  source: string;
  id: string;
  time?: string;
  data: Data;
}

export type Verdict =
  /** `warnings`: those of the codes that the oracle knows ({@link WARNINGS}), each once, sorted. */
  | { kind: 'accepted'; position: number; stored: StoredEvent; warnings: string[] }
  | { kind: 'duplicate'; position: number; warnings: string[] }
  | { kind: 'refused'; status: number; codes: ReadonlySet<string> };

export interface Question {
  provider: string;
  setting: string;
  from: string;
  until: string;
  advisers?: string[];
  /** Any key of the school that asks. */
  school?: string;
  knownAt?: number;
  /** An id; of several, a list of them or `all`. */
  policy?: string | string[];
}

/** For a question 400 and 404 rank alike: `codes` holds every code of both, `status` is that of the first. */
export interface Refused {
  status: number;
  codes: ReadonlySet<string>;
}

export interface Interval {
  from: string;
  until: string;
}
export interface Gap extends Interval {
  requirement: string;
  reason: string;
  evidence: string[];
}
export interface Uncertain extends Interval {
  requirement: string;
  evidence: string[];
}
export interface RequirementAnswer {
  id: string;
  of: string;
  binding: string;
  cites: string | null;
  covered: Interval[];
  gaps: Omit<Gap, 'requirement'>[];
  uncertain: Omit<Uncertain, 'requirement'>[];
  grounds?: Rested[];
}
export interface Rested extends Interval {
  evidence: string[];
}
export interface Presence {
  days: Interval[];
  gaps: (Interval & { reason: string })[];
  grounds: Rested[];
}
export interface Answer {
  provider: { key: string; name: string | null };
  setting: string;
  from: string;
  until: string;
  advisers: string[];
  school?: string;
  policy: { id: string; editions: { edition: number; digest: string; strength: string }[] };
  outcome: 'eligible' | 'silent' | 'indeterminate' | 'not-eligible';
  eligibleUntil: string | null;
  covered: Interval[];
  gaps: Gap[];
  uncertain: Uncertain[];
  requirements: RequirementAnswer[];
  engaged: ({ adviser: string } & Presence)[];
  subcontractors: ({ provider: string } & Presence)[];
  advice: Gap[];
  warnings: { code: string; evidence: string[] }[];
}
/** What several policies say, by strength, then id. */
export interface SeveralAnswers {
  answers: Answer[];
}

// ---------------------------------------------------------------------------------------------------------------
// Days
// ---------------------------------------------------------------------------------------------------------------

/** A civil day, counted from 1970-01-01. */
type Day = number;

const MILLISECONDS_A_DAY = 86_400_000;

/** Told once: the same few days are asked about a million times. */
const knownDays = new Map<string, Day>();

function dayOf(date: string): Day {
  const known = knownDays.get(date);
  if (known !== undefined) return known;
  const day = Date.parse(`${date}T00:00:00Z`) / MILLISECONDS_A_DAY;
  knownDays.set(date, day);
  return day;
}

function dateOf(day: Day): string {
  return new Date(day * MILLISECONDS_A_DAY).toISOString().slice(0, 10);
}

const LAST_DAY = dayOf('9999-12-31');

/** `months` later: the same day of that month, or the month's last (specification, section 4, "Tests that a policy can set"). */
function monthsLater(day: Day, months: number): Day {
  const date = new Date(day * MILLISECONDS_A_DAY);
  const year = date.getUTCFullYear();
  const month = date.getUTCMonth() + months;
  const daysInMonth = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  return Date.UTC(year, month, Math.min(date.getUTCDate(), daysInMonth)) / MILLISECONDS_A_DAY;
}

// ---------------------------------------------------------------------------------------------------------------
// Data of events
// ---------------------------------------------------------------------------------------------------------------

function isObject(value: unknown): value is Data {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function text(data: Data, field: string): string | undefined {
  const value = data[field];
  return typeof value === 'string' ? value : undefined;
}

function day(data: Data, field: string): Day | undefined {
  const value = text(data, field);
  return value === undefined ? undefined : dayOf(value);
}

function list(data: Data, field: string): unknown[] {
  const value = data[field];
  return Array.isArray(value) ? value : [];
}

/** JSON with sorted members, as RFC 8785 writes it. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const members = Object.keys(value)
    .sort()
    .map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`);
  return `{${members.join(',')}}`;
}

function unique<T>(values: Iterable<T>): T[] {
  return [...new Set(values)];
}

function ascending(positions: Iterable<number>): string[] {
  return unique(positions)
    .sort((a, b) => a - b)
    .map(String);
}

// ---------------------------------------------------------------------------------------------------------------
// What stands (specification, section 5)
// ---------------------------------------------------------------------------------------------------------------

/** An event that stands, with the data that its latest standing correction gives it, in its own place. */
interface Fact {
  position: number;
  type: string;
  subject: string;
  stream: string;
  body: string;
  data: Data;
}

/** The position that an event about another names. */
function named(event: { data: Data }): number | undefined {
  const reference = text(event.data, 'event') ?? text(event.data, 'against');
  return reference !== undefined && /^(0|[1-9][0-9]*)$/.test(reference) ? Number(reference) : undefined;
}

class Log {
  private readonly standing: (boolean | undefined)[] = [];
  /** Those that are about another event, in the order of the log, by the position of that one. */
  private readonly about = new Map<number, number[]>();

  constructor(readonly events: readonly StoredEvent[]) {
    for (const [later, event] of events.entries()) {
      const position = named(event);
      if (position === undefined) continue;
      const others = this.about.get(position);
      if (others) others.push(later);
      else this.about.set(position, [later]);
    }
  }

  private naming(position: number, types: string[]): number[] {
    return (this.about.get(position) ?? []).filter((later) => types.includes(this.events[later]?.type ?? ''));
  }

  /** An event stands unless a standing retraction names it or a standing closing upheld a dispute of it. */
  stands(position: number): boolean {
    const known = this.standing[position];
    if (known !== undefined) return known;
    const stands = !this.retracted(position) && !this.disputeUpheld(position);
    this.standing[position] = stands;
    return stands;
  }

  retracted(position: number): boolean {
    return this.naming(position, ['EventRetracted']).some((retraction) => this.stands(retraction));
  }

  /** A closing with no dispute open changes nothing. */
  disputeUpheld(position: number): boolean {
    let open = false;
    for (const later of this.naming(position, ['DisputeOpened', 'DisputeClosed'])) {
      const event = this.events[later];
      if (event === undefined || !this.stands(later)) continue;
      if (event.type === 'DisputeOpened') open = true;
      else {
        if (open && event.data['outcome'] === 'upheld') return true;
        open = false;
      }
    }
    return false;
  }

  /** The latest standing correction replaces the data, whole. */
  dataOf(position: number): Data {
    const latest = this.naming(position, ['EventCorrected'])
      .filter((correction) => this.stands(correction))
      .at(-1);
    const corrected = latest === undefined ? undefined : this.events[latest]?.data['data'];
    return isObject(corrected) ? corrected : (this.events[position]?.data ?? {});
  }

  facts(): Fact[] {
    const facts: Fact[] = [];
    this.events.forEach((event, position) => {
      if (!this.stands(position)) return;
      const { type, subject, stream, body } = event;
      facts.push({ position, type, subject, stream, body, data: this.dataOf(position) });
    });
    return facts;
  }
}

// ---------------------------------------------------------------------------------------------------------------
// Grants of days, hidden by blocks (specification, section 4, the table)
// ---------------------------------------------------------------------------------------------------------------

interface Row {
  grant: string;
  begins: string;
  ends?: string;
  /** The fields in which a block, a lift, an extension or a voiding agrees with the grant. */
  names: string[];
  /** A field in which it agrees with the grant too where it has that field: without it, it bears on all. */
  mayName?: string;
  extension?: string;
  /** From which day on each block hides the grant. */
  blocks: Record<string, 'from' | 'on' | 'the day after on'>;
  lift?: { type: string; lifts: string[] };
  voiding?: string;
}

const ACCREDITED: Row = {
  grant: 'AccreditationAwarded',
  begins: 'from',
  ends: 'until',
  names: ['standard', 'reference'],
  extension: 'AccreditationExtended',
  blocks: {
    AccreditationSuspended: 'from',
    AccreditationWithdrawn: 'from',
    AccreditationSurrendered: 'from',
    AccreditationLapsed: 'from',
    AccreditationTransferred: 'from',
  },
  lift: { type: 'AccreditationReinstated', lifts: ['AccreditationSuspended'] },
  voiding: 'AccreditationVoided',
};
const CERTIFIED: Row = {
  grant: 'QualificationAwarded',
  begins: 'awardedOn',
  names: ['certificate'],
  blocks: { QualificationRevoked: 'from' },
  voiding: 'QualificationVoided',
};
const ENROLLED: Row = {
  grant: 'EnrolmentStarted',
  begins: 'from',
  ends: 'expectedEnd',
  names: ['qualification'],
  extension: 'EnrolmentExtended',
  blocks: { EnrolmentEnded: 'on' },
};
const REGISTERED: Row = {
  grant: 'RegistrationGranted',
  begins: 'from',
  ends: 'until',
  names: ['register'],
  blocks: { RegistrationLapsed: 'from', RegistrationRemoved: 'from' },
  lift: { type: 'RegistrationRestored', lifts: ['RegistrationLapsed', 'RegistrationRemoved'] },
};
const ENGAGED: Row = {
  grant: 'EngagementStarted',
  begins: 'from',
  names: [],
  blocks: { EngagementEnded: 'the day after on' },
};
const CONTRACTED: Row = {
  grant: 'ContractAwarded',
  begins: 'from',
  ends: 'until',
  names: ['reference'],
  blocks: { ContractEnded: 'the day after on' },
};
const APPLIED: Row = {
  grant: 'AccreditationApplied',
  begins: 'on',
  names: ['standard'],
  mayName: 'reference',
  blocks: { AccreditationApplicationEnded: 'the day after on' },
};
const SANCTIONED: Row = { grant: 'SanctionImposed', begins: 'from', ends: 'until', names: [], blocks: {} };

const ROWS = [ACCREDITED, CERTIFIED, ENROLLED, REGISTERED, ENGAGED, CONTRACTED, APPLIED, SANCTIONED];

interface Grant {
  fact: Fact;
  from: Day;
  /** As extended; `Infinity` where it never ends. */
  until: Day;
  lastExtension: Fact | undefined;
}

/** Whether an act bears, by what it names, on a grant or on a block. */
function bearsOn(row: Row, act: Data, grant: Data): boolean {
  const { names, mayName } = row;
  const agree = (name: string): boolean => act[name] === grant[name];
  return names.every(agree) && (mayName === undefined || act[mayName] === undefined || agree(mayName));
}

/** Each later extension moves the end of the last grant before it. */
function grantsOf(row: Row, facts: readonly Fact[]): Grant[] {
  const grants: Grant[] = [];
  for (const fact of facts) {
    if (fact.type === row.grant) {
      const from = day(fact.data, row.begins) ?? -Infinity;
      const until = row.ends === undefined ? undefined : day(fact.data, row.ends);
      grants.push({ fact, from, until: until ?? Infinity, lastExtension: undefined });
    } else if (fact.type === row.extension && row.ends !== undefined) {
      const last = grants.filter((grant) => bearsOn(row, fact.data, grant.fact.data)).at(-1);
      if (last === undefined) continue;
      last.until = day(fact.data, row.ends) ?? last.until;
      last.lastExtension = fact;
    }
  }
  return grants;
}

function covers(grant: Grant, on: Day): boolean {
  return grant.from <= on && on <= grant.until;
}

/** The first lodging that stands counts, and the first decision after it (specification, section 4, "Appeals"). */
function setAsideByAppeal(event: Fact, facts: readonly Fact[], on: Day): boolean {
  if (event.data['onAppeal'] === undefined) return false;
  const against = (fact: Fact): boolean => named(fact) === event.position;
  const lodged = facts.find((fact) => fact.type === 'AppealLodged' && against(fact));
  if (lodged === undefined) return false;
  const decided = facts.find(
    (fact) => fact.type === 'AppealDecided' && against(fact) && fact.position > lodged.position,
  );
  if (decided?.data['outcome'] === 'upheld') return true;
  if (event.data['onAppeal'] !== 'stays') return false;
  const lodgedOn = day(lodged.data, 'on') ?? Infinity;
  const decidedOn = decided === undefined ? Infinity : (day(decided.data, 'on') ?? Infinity);
  return lodgedOn <= on && on < decidedOn;
}

function beginOfBlock(row: Row, block: Fact): Day {
  if (row.blocks[block.type] === 'from') return day(block.data, 'from') ?? Infinity;
  const on = day(block.data, 'on') ?? Infinity;
  return row.blocks[block.type] === 'on' ? on : on + 1;
}

/** A lift ends every such block standing before it, from the lift's `from` on. */
function lifted(row: Row, block: Fact, facts: readonly Fact[], on: Day): boolean {
  return facts.some(
    (fact) =>
      fact.type === row.lift?.type &&
      row.lift.lifts.includes(block.type) &&
      fact.position > block.position &&
      bearsOn(row, fact.data, block.data) &&
      (day(fact.data, 'from') ?? Infinity) <= on,
  );
}

/** The blocks in force on a day that bear on a grant: those of the same names that stand after it. */
function blocksOn(row: Row, grant: Grant, facts: readonly Fact[], on: Day): Fact[] {
  return facts.filter(
    (fact) =>
      fact.type in row.blocks &&
      fact.position > grant.fact.position &&
      bearsOn(row, fact.data, grant.fact.data) &&
      beginOfBlock(row, fact) <= on &&
      !lifted(row, fact, facts, on) &&
      !setAsideByAppeal(fact, facts, on),
  );
}

/** Whether, appeals left aside, a sanction covers a day, or a block would hide on it a grant that is not voided. */
function mattersOn(event: Fact, facts: readonly Fact[], on: Day): boolean {
  if (event.type === SANCTIONED.grant)
    return grantsOf(SANCTIONED, [event]).some((sanction) => covers(sanction, on));
  return ROWS.filter((row) => event.type in row.blocks).some(
    (row) =>
      beginOfBlock(row, event) <= on &&
      !lifted(row, event, facts, on) &&
      grantsOf(row, facts).some(
        (grant) =>
          grant.fact.position < event.position &&
          bearsOn(row, event.data, grant.fact.data) &&
          covers(grant, on) &&
          voidingsOf(row, grant, facts).length === 0,
      ),
  );
}

function voidingsOf(row: Row, grant: Grant, facts: readonly Fact[]): Fact[] {
  return facts.filter(
    (fact) =>
      fact.type === row.voiding &&
      fact.position > grant.fact.position &&
      bearsOn(row, fact.data, grant.fact.data),
  );
}

function counts(row: Row, grant: Grant, facts: readonly Fact[], on: Day): boolean {
  return (
    covers(grant, on) &&
    voidingsOf(row, grant, facts).length === 0 &&
    blocksOn(row, grant, facts, on).length === 0 &&
    !setAsideByAppeal(grant.fact, facts, on)
  );
}

/** Whether a grant counts on a day that is less than so many months after its first. */
function countsWithin(
  row: Row,
  grant: Grant,
  withinMonths: number | undefined,
  facts: readonly Fact[],
  on: Day,
): boolean {
  return (
    counts(row, grant, facts, on) &&
    (withinMonths === undefined || on < monthsLater(grant.from, withinMonths))
  );
}

// ---------------------------------------------------------------------------------------------------------------
// Policies (specification, section 6)
// ---------------------------------------------------------------------------------------------------------------

type Test =
  | { accredited: string; scope?: string }
  | { applied: string; withinMonths?: number }
  | { contracted: string }
  | { qualified: string }
  | { workingTowards: string; withinMonths?: number }
  | { registered: string }
  | { independent: true }
  | { any: Test[] }
  | { all: Test[] };

interface Requirement {
  id: string;
  of: 'provider' | 'some-adviser' | 'every-adviser' | 'known-adviser' | 'subcontractors';
  binding: 'must' | 'encouraged';
  cites: string | null;
  /** Absent for `provider-open`, which every setting has. */
  test?: Test;
}

interface Edition {
  position: number;
  edition: number;
  effectiveFrom: Day;
  digest: string;
  strength: string;
  purposes: Record<string, string[]>;
  settings: Record<string, Requirement[]>;
}

/** From the strongest to the weakest. */
const STRENGTHS = ['statute', 'funding-condition', 'guidance', 'proposal'];

const PROVIDER_OPEN: Requirement = { id: 'provider-open', of: 'provider', binding: 'must', cites: null };

/** By the document itself, which nothing changes: worked out once. */
const digests = new WeakMap<object, string>();

function digestOf(policy: object): string {
  let digest = digests.get(policy);
  if (digest === undefined) {
    digest = `sha256:${createHash('sha256').update(canonical(policy)).digest('hex')}`;
    digests.set(policy, digest);
  }
  return digest;
}

/** A published document has been checked when it was posted; its shape is trusted from there on. */
function editionOf(fact: Fact): Edition {
  const policy = fact.data['policy'] as {
    strength: string;
    purposes: Record<string, string[]>;
    settings: Record<string, Requirement[]>;
  };
  return {
    position: fact.position,
    edition: Number(fact.data['edition']),
    effectiveFrom: day(fact.data, 'effectiveFrom') ?? Infinity,
    digest: digestOf(policy),
    strength: policy.strength,
    purposes: policy.purposes,
    settings: Object.fromEntries(
      Object.entries(policy.settings).map(([setting, requirements]) => [
        setting,
        requirements.map((requirement) => ({ ...requirement, cites: requirement.cites ?? null })),
      ]),
    ),
  };
}

const ADVISER_OF = ['some-adviser', 'every-adviser', 'known-adviser'];
const PROVIDER_OF = ['provider', 'subcontractors'];

/** Whether a policy document is refused (specification, section 6, "Refused"). */
function policyIsBroken(policy: unknown): boolean {
  if (!isObject(policy) || !isObject(policy['settings']) || !isObject(policy['purposes'])) return true;
  const purposes = policy['purposes'];
  const testIsBroken = (test: unknown, ofProvider: boolean): boolean => {
    if (!isObject(test)) return true;
    for (const combination of ['any', 'all']) {
      if (!(combination in test)) continue;
      const parts = list(test, combination);
      return parts.length === 0 || parts.some((part) => testIsBroken(part, ofProvider));
    }
    if ('accredited' in test || 'applied' in test || 'contracted' in test) return !ofProvider;
    if ('registered' in test || test['independent'] === true) return ofProvider;
    const purpose = text(test, 'qualified') ?? text(test, 'workingTowards');
    return ofProvider || purpose === undefined || !(purpose in purposes);
  };
  return Object.values(policy['settings']).some((setting) => {
    if (!Array.isArray(setting)) return true;
    const ids = new Set<unknown>(['provider-open', 'policy-in-force']);
    return setting.some((requirement: unknown) => {
      if (!isObject(requirement) || ids.has(requirement['id'])) return true;
      ids.add(requirement['id']);
      const of = text(requirement, 'of') ?? '';
      if (!ADVISER_OF.includes(of) && !PROVIDER_OF.includes(of)) return true;
      return testIsBroken(requirement['test'], PROVIDER_OF.includes(of));
    });
  });
}

function leavesOf(test: Test): Test[] {
  if ('any' in test) return test.any.flatMap(leavesOf);
  if ('all' in test) return test.all.flatMap(leavesOf);
  return [test];
}

// ---------------------------------------------------------------------------------------------------------------
// Truth, and single values (specification, section 4, "Disputes")
// ---------------------------------------------------------------------------------------------------------------

type Truth = true | false | 'unknown';

function not(truth: Truth): Truth {
  return truth === 'unknown' ? 'unknown' : !truth;
}
function any(truths: readonly Truth[]): Truth {
  if (truths.includes(true)) return true;
  return truths.includes('unknown') ? 'unknown' : false;
}
function all(truths: readonly Truth[]): Truth {
  if (truths.includes(false)) return false;
  return truths.includes('unknown') ? 'unknown' : true;
}

/** What is tried for itself over the outcomes of the open disputes in its own streams. */
interface Value {
  streams: string[];
  /** Whether it holds on a day, from the standing events of its streams. */
  holds(facts: readonly Fact[], on: Day): boolean;
}

/** Tells a single value on the day in question. */
type Ask = (value: Value) => Truth;

interface Reason {
  reason: string;
  evidence: number[];
}

/** Where several reasons apply, the first of this list (specification, section 4, "Reasons"). */
const REASONS = [
  'provider-closed',
  'accreditation-voided',
  'accreditation-transferred',
  'accreditation-withdrawn',
  'accreditation-surrendered',
  'accreditation-lapsed',
  'accreditation-suspended',
  'accreditation-expired',
  'accreditation-not-started',
  'accreditation-never-awarded',
  'adviser-not-engaged',
  'adviser-sanctioned',
  'adviser-not-independent',
  'qualification-revoked',
  'qualification-voided',
  'enrolment-ended',
  'qualification-not-started',
  'qualification-only-claimed',
  'qualification-not-accepted',
  'no-qualification',
  'no-adviser-engaged',
  'no-qualified-adviser',
  'unqualified-adviser-engaged',
  'engaged-advisers-fail',
  'subcontractor-fails',
  'no-policy-in-force',
  'no-contract',
  'application-ended',
  'applied-not-met',
  'registered-not-met',
];

/** The first reason of the list, with the evidence of every part that gives it. */
function firstReason(reasons: readonly Reason[]): Reason {
  const first = REASONS.find((reason) => reasons.some((given) => given.reason === reason)) ?? 'no-reason';
  return {
    reason: first,
    evidence: unique(reasons.filter(({ reason }) => reason === first).flatMap(({ evidence }) => evidence)),
  };
}

function positionsOf(facts: readonly Fact[]): number[] {
  return facts.map(({ position }) => position);
}

/** The grants that begin first. */
function earliest(grants: readonly Grant[]): number[] {
  const first = Math.min(...grants.map(({ from }) => from));
  return positionsOf(grants.filter(({ from }) => from === first).map(({ fact }) => fact));
}

// --- The tests of providers ---

/** With a scope, only awards that have none or name it. */
function awardsOf(standard: string, scope: string | undefined, facts: readonly Fact[]): Grant[] {
  return grantsOf(ACCREDITED, facts).filter(
    ({ fact: { data } }) =>
      data['standard'] === standard &&
      (scope === undefined || data['scope'] === undefined || list(data, 'scope').includes(scope)),
  );
}

function accreditationReasons(
  standard: string,
  scope: string | undefined,
  facts: readonly Fact[],
  on: Day,
): Reason[] {
  const awards = awardsOf(standard, scope, facts).filter(({ from, until }) => from <= until);
  const reasons: Reason[] = [];
  for (const award of awards.filter((grant) => covers(grant, on))) {
    const voidings = voidingsOf(ACCREDITED, award, facts);
    if (voidings.length > 0)
      reasons.push({ reason: 'accreditation-voided', evidence: positionsOf(voidings) });
    for (const block of blocksOn(ACCREDITED, award, facts, on)) {
      const what = block.type.replace('Accreditation', '').toLowerCase();
      reasons.push({ reason: `accreditation-${what}`, evidence: [block.position] });
    }
  }
  const ended = awards.filter(({ until }) => until < on);
  if (ended.length > 0) {
    const lastDay = Math.max(...ended.map(({ until }) => until));
    const endedLast = ended.filter(({ until }) => until === lastDay);
    const evidence = endedLast.flatMap(({ fact, lastExtension }) =>
      positionsOf(lastExtension === undefined ? [fact] : [fact, lastExtension]),
    );
    reasons.push({ reason: 'accreditation-expired', evidence });
  }
  const toCome = awards.filter(({ from }) => on < from);
  if (toCome.length > 0) reasons.push({ reason: 'accreditation-not-started', evidence: earliest(toCome) });
  return reasons.length > 0 ? reasons : [{ reason: 'accreditation-never-awarded', evidence: [] }];
}

function applicationsFor(standard: string, facts: readonly Fact[]): Grant[] {
  return grantsOf(APPLIED, facts).filter(({ fact }) => fact.data['standard'] === standard);
}

function applicationReasons(standard: string, facts: readonly Fact[], on: Day): Reason[] {
  const ends = applicationsFor(standard, facts)
    .filter((application) => covers(application, on))
    .flatMap((application) => blocksOn(APPLIED, application, facts, on));
  const ended = ends.length === 0 ? [] : [{ reason: 'application-ended', evidence: positionsOf(ends) }];
  return [...ended, { reason: 'applied-not-met', evidence: [] }];
}

function contractsOf(programme: string, facts: readonly Fact[]): Grant[] {
  return grantsOf(CONTRACTED, facts).filter(({ fact }) => fact.data['programme'] === programme);
}

// --- The tests of advisers ---

function sanctionsOn(facts: readonly Fact[], on: Day): Fact[] {
  return grantsOf(SANCTIONED, facts)
    .filter((sanction) => counts(SANCTIONED, sanction, facts, on))
    .map(({ fact }) => fact);
}

function isSanctioned(facts: readonly Fact[], on: Day): boolean {
  return sanctionsOn(facts, on).length > 0;
}

function isAccepted(accepted: readonly string[], fact: Fact): boolean {
  return accepted.includes(text(fact.data, 'qualification') ?? '');
}

function isQualified(accepted: readonly string[], facts: readonly Fact[], on: Day): boolean {
  return grantsOf(CERTIFIED, facts).some(
    (award) => isAccepted(accepted, award.fact) && counts(CERTIFIED, award, facts, on),
  );
}

function isEnrolled(
  accepted: readonly string[],
  withinMonths: number | undefined,
  facts: readonly Fact[],
  on: Day,
): boolean {
  return grantsOf(ENROLLED, facts).some(
    (enrolment) =>
      isAccepted(accepted, enrolment.fact) && countsWithin(ENROLLED, enrolment, withinMonths, facts, on),
  );
}

function isRegistered(register: string, facts: readonly Fact[], on: Day): boolean {
  return grantsOf(REGISTERED, facts).some(
    (grant) => grant.fact.data['register'] === register && counts(REGISTERED, grant, facts, on),
  );
}

/** The engagements that hold in which somebody is employed. */
function employments(facts: readonly Fact[], on: Day): Fact[] {
  return grantsOf(ENGAGED, facts)
    .filter((grant) => grant.fact.data['basis'] === 'employed' && counts(ENGAGED, grant, facts, on))
    .map(({ fact }) => fact);
}

function sanctionReasons(facts: readonly Fact[], on: Day): Reason[] {
  const sanctions = sanctionsOn(facts, on);
  return sanctions.length === 0 ? [] : [{ reason: 'adviser-sanctioned', evidence: positionsOf(sanctions) }];
}

function qualificationReasons(accepted: readonly string[], facts: readonly Fact[], on: Day): Reason[] {
  const reasons = sanctionReasons(facts, on);
  const awards = grantsOf(CERTIFIED, facts);
  const acceptedAwards = awards.filter(({ fact }) => isAccepted(accepted, fact));
  for (const award of acceptedAwards.filter(({ from }) => from <= on)) {
    const revocations = blocksOn(CERTIFIED, award, facts, on);
    if (revocations.length > 0)
      reasons.push({ reason: 'qualification-revoked', evidence: positionsOf(revocations) });
    const voidings = voidingsOf(CERTIFIED, award, facts);
    if (voidings.length > 0)
      reasons.push({ reason: 'qualification-voided', evidence: positionsOf(voidings) });
  }
  const toCome = acceptedAwards.filter(({ from }) => on < from);
  if (toCome.length > 0) reasons.push({ reason: 'qualification-not-started', evidence: earliest(toCome) });
  const claims = facts.filter(
    (fact) =>
      fact.type === 'QualificationClaimed' &&
      isAccepted(accepted, fact) &&
      (day(fact.data, 'awardedOn') ?? Infinity) <= on,
  );
  if (claims.length > 0)
    reasons.push({ reason: 'qualification-only-claimed', evidence: positionsOf(claims) });
  const others = awards.filter(
    (award) => !isAccepted(accepted, award.fact) && counts(CERTIFIED, award, facts, on),
  );
  if (others.length > 0)
    reasons.push({
      reason: 'qualification-not-accepted',
      evidence: positionsOf(others.map(({ fact }) => fact)),
    });
  return [...reasons, { reason: 'no-qualification', evidence: [] }];
}

function enrolmentReasons(
  accepted: readonly string[],
  withinMonths: number | undefined,
  facts: readonly Fact[],
  on: Day,
): Reason[] {
  const reasons = sanctionReasons(facts, on);
  const enrolments = grantsOf(ENROLLED, facts).filter(({ fact }) => isAccepted(accepted, fact));
  const over = enrolments.filter(
    (enrolment) => enrolment.from <= on && !countsWithin(ENROLLED, enrolment, withinMonths, facts, on),
  );
  if (over.length > 0)
    reasons.push({ reason: 'enrolment-ended', evidence: positionsOf(over.map(({ fact }) => fact)) });
  const toCome = enrolments.filter(({ from }) => on < from);
  if (toCome.length > 0) reasons.push({ reason: 'qualification-not-started', evidence: earliest(toCome) });
  return [...reasons, { reason: 'no-qualification', evidence: [] }];
}

// ---------------------------------------------------------------------------------------------------------------
// The world as a list of standing events tells it
// ---------------------------------------------------------------------------------------------------------------

const REGISTRATIONS = ['ProviderRegistered', 'SchoolRegistered', 'AdviserRegistered'];

/** A provider or a person: all its keys, and the one that was registered first. */
interface Subject {
  key: string;
  keys: string[];
}

/** By what a test is read: what the edition accepts, and the school that asks, where one is named. */
interface Terms {
  purposes: Record<string, string[]>;
  school: Subject | undefined;
}

/** What a holder has under a reference below one parent, or below none. */
interface Contract {
  holder: Subject;
  reference: string;
  parent: string | undefined;
}

function byKey(a: Subject, b: Subject): number {
  return a.key < b.key ? -1 : a.key > b.key ? 1 : 0;
}

interface OpenDispute {
  event: number;
  stream: string;
}

class World {
  private readonly subjects = new Map<string, Subject>();
  private readonly disputes: OpenDispute[];
  private readonly trials = new Map<string, { disputed: number[]; outcomes: Fact[][] }>();

  constructor(readonly facts: readonly Fact[]) {
    this.disputes = this.openDisputes();
  }

  ofType(...types: string[]): Fact[] {
    return this.facts.filter((fact) => types.includes(fact.type));
  }

  /** The log's own day: the date of the last `DayOpened` (specification, section 1). */
  today(): Day | undefined {
    const last = this.ofType('DayOpened').at(-1);
    return last === undefined ? undefined : day(last.data, 'date');
  }

  // --- Keys (specification, sections 2 and 4) ---

  isRegistered(key: string): boolean {
    return (
      this.ofType(...REGISTRATIONS).some((fact) => fact.subject === key) ||
      this.ofType('ProviderIdentified').some((fact) => fact.data['as'] === key)
    );
  }

  /** All keys of one provider or one person: further keys and mergers of advisers join them. */
  subject(key: string): Subject {
    const known = this.subjects.get(key);
    if (known !== undefined) return known;
    const keys = new Set([key]);
    const links = this.ofType('ProviderIdentified', 'AdviserMerged').map((fact) => [
      fact.subject,
      text(fact.data, fact.type === 'AdviserMerged' ? 'into' : 'as') ?? fact.subject,
    ]);
    for (let before = 0; before < keys.size;) {
      before = keys.size;
      for (const link of links) if (link.some((end) => keys.has(end))) for (const end of link) keys.add(end);
    }
    const registered = this.ofType(...REGISTRATIONS, 'ProviderIdentified')
      .map((fact) => (fact.type === 'ProviderIdentified' ? text(fact.data, 'as') : fact.subject))
      .find((registration) => keys.has(registration ?? ''));
    const sorted = [...keys].sort();
    const subject = { key: registered ?? sorted[0] ?? key, keys: sorted };
    for (const each of keys) this.subjects.set(each, subject);
    return subject;
  }

  isSoleTrader(provider: Subject): boolean {
    return this.ofType('ProviderRegistered').some(
      (fact) => provider.keys.includes(fact.subject) && fact.data['legalForm'] === 'sole-trader',
    );
  }

  /** The name in force today: the latest `from` not after it, of one day the later posted; none of a sole trader. */
  nameOf(provider: Subject): string | null {
    const told = this.ofType('ProviderRegistered', 'SchoolRegistered', 'ProviderRenamed').filter((fact) =>
      provider.keys.includes(fact.subject),
    );
    if (this.isSoleTrader(provider)) return null;
    let name: string | undefined;
    let since = -Infinity;
    const today = this.today() ?? -Infinity;
    for (const fact of told) {
      const from = day(fact.data, 'from') ?? -Infinity;
      if (from > today || from < since) continue;
      name = text(fact.data, 'name');
      since = from;
    }
    return name ?? null;
  }

  // --- Streams ---

  accreditationStreams(holder: Subject, standard: string): string[] {
    return holder.keys.map((key) => `accreditation-${standard}-${key}`);
  }

  adviserStreams(adviser: Subject): string[] {
    return adviser.keys.map((key) => key.replace(':', '-'));
  }

  engagementStreams(adviser: Subject, provider: Subject): string[] {
    return adviser.keys.flatMap((key) =>
      provider.keys.map((employer) => `engagement-${key.slice('adviser:'.length)}-${employer}`),
    );
  }

  /** Those of all contracts that a provider ever held. */
  contractStreams(holder: Subject): string[] {
    const held = this.contractFacts(this.ofType('ContractAwarded'), holder);
    return unique(held.map(({ stream }) => stream)).sort();
  }

  inStreams(streams: readonly string[]): Fact[] {
    return this.facts.filter((fact) => streams.includes(fact.stream));
  }

  contractFacts(facts: readonly Fact[], holder: Subject): Fact[] {
    return facts.filter((fact) => holder.keys.includes(fact.subject));
  }

  // --- Disputes ---

  /** A dispute is open from a standing `DisputeOpened` to the next standing `DisputeClosed` of the same event, while that stands. */
  private openDisputes(): OpenDispute[] {
    let open: OpenDispute[] = [];
    for (const fact of this.ofType('DisputeOpened', 'DisputeClosed')) {
      const event = named(fact);
      if (event === undefined) continue;
      open = open.filter((dispute) => dispute.event !== event);
      const stands = this.facts.some(({ position }) => position === event);
      if (fact.type === 'DisputeOpened' && stands) open.push({ event, stream: fact.stream });
    }
    return open;
  }

  isDisputed(event: number): boolean {
    return this.disputes.some((dispute) => dispute.event === event);
  }

  openDisputesIn(streams: readonly string[]): number[] {
    return this.disputes.filter(({ stream }) => streams.includes(stream)).map(({ event }) => event);
  }

  /** The standing events of some streams, in each of the outcomes of the open disputes in them. */
  private outcomesOf(streams: readonly string[]): { disputed: number[]; outcomes: Fact[][] } {
    const name = streams.join(' ');
    const known = this.trials.get(name);
    if (known !== undefined) return known;
    const disputed = this.openDisputesIn(streams);
    const facts = this.inStreams(streams);
    const outcomes: Fact[][] = [];
    if (disputed.length <= 8)
      for (let outcome = 0; outcome < 2 ** disputed.length; outcome++) {
        const upheld = disputed.filter((_, index) => (outcome >> index) % 2 === 1);
        outcomes.push(facts.filter(({ position }) => !upheld.includes(position)));
      }
    const trial = { disputed, outcomes };
    this.trials.set(name, trial);
    return trial;
  }

  /** The log as it stands, disputed events counting. */
  asItStands(on: Day): Ask {
    return (value) =>
      value.holds(this.outcomesOf(value.streams).outcomes[0] ?? this.inStreams(value.streams), on);
  }

  /** Tried over all outcomes of the open disputes; `doubts` collects the disputed events behind what is unknown. */
  overAllOutcomes(on: Day, doubts: Set<number>): Ask {
    return (value) => {
      const { disputed, outcomes } = this.outcomesOf(value.streams);
      const [first, ...others] = outcomes.map((facts) => value.holds(facts, on));
      if (first !== undefined && others.every((other) => other === first)) return first;
      for (const event of disputed) doubts.add(event);
      return 'unknown';
    };
  }

  // --- Single values ---

  open(provider: Subject): Value {
    return {
      streams: provider.keys.map((key) => `provider-${key}`),
      holds: (facts, on) => {
        const closing = earliestClosing(facts);
        return closing === undefined || on <= closing.on;
      },
    };
  }

  engagement(adviser: Subject, provider: Subject): Value {
    return {
      streams: this.engagementStreams(adviser, provider),
      holds: (facts, on) => grantsOf(ENGAGED, facts).some((grant) => counts(ENGAGED, grant, facts, on)),
    };
  }

  contract({ holder, reference, parent }: Contract): Value {
    return {
      streams: [`contract-${reference}`],
      holds: (facts, on) => {
        const own = this.contractFacts(facts, holder);
        return grantsOf(CONTRACTED, own).some(
          (grant) =>
            text(grant.fact.data, 'subcontractorOf') === parent && counts(CONTRACTED, grant, own, on),
        );
      },
    };
  }

  /** One test other than `any` and `all` of one subject. */
  leaf(test: Test, { purposes, school }: Terms, subject: Subject): Value {
    if ('accredited' in test)
      return {
        streams: this.accreditationStreams(subject, test.accredited),
        holds: (facts, on) =>
          awardsOf(test.accredited, test.scope, facts).some((award) => counts(ACCREDITED, award, facts, on)),
      };
    if ('applied' in test)
      return {
        streams: this.accreditationStreams(subject, test.applied),
        holds: (facts, on) =>
          applicationsFor(test.applied, facts).some((application) =>
            countsWithin(APPLIED, application, test.withinMonths, facts, on),
          ),
      };
    if ('contracted' in test)
      return {
        streams: this.contractStreams(subject),
        holds: (facts, on) => {
          const own = this.contractFacts(facts, subject);
          return contractsOf(test.contracted, own).some((grant) => counts(CONTRACTED, grant, own, on));
        },
      };
    if ('independent' in test)
      return {
        streams: school === undefined ? [] : this.engagementStreams(subject, school),
        holds: (facts, on) => employments(facts, on).length === 0,
      };
    const streams = this.adviserStreams(subject);
    if ('qualified' in test) {
      const accepted = purposes[test.qualified] ?? [];
      return { streams, holds: (facts, on) => isQualified(accepted, facts, on) && !isSanctioned(facts, on) };
    }
    if ('workingTowards' in test) {
      const accepted = purposes[test.workingTowards] ?? [];
      return {
        streams,
        holds: (facts, on) => isEnrolled(accepted, test.withinMonths, facts, on) && !isSanctioned(facts, on),
      };
    }
    if ('registered' in test)
      return {
        streams,
        holds: (facts, on) => isRegistered(test.registered, facts, on) && !isSanctioned(facts, on),
      };
    throw new Error('A combination is not a single value');
  }

  passes(test: Test, terms: Terms, subject: Subject, ask: Ask): Truth {
    if ('any' in test) return any(test.any.map((part) => this.passes(part, terms, subject, ask)));
    if ('all' in test) return all(test.all.map((part) => this.passes(part, terms, subject, ask)));
    return ask(this.leaf(test, terms, subject));
  }

  /** Each test gives its reasons from its own facts; in `any` and `all`, those that fail. */
  reasonsOf(test: Test, terms: Terms, subject: Subject, on: Day): Reason[] {
    if (this.passes(test, terms, subject, this.asItStands(on)) === true) return [];
    if ('any' in test) return test.any.flatMap((part) => this.reasonsOf(part, terms, subject, on));
    if ('all' in test) return test.all.flatMap((part) => this.reasonsOf(part, terms, subject, on));
    const facts = this.inStreams(this.leaf(test, terms, subject).streams);
    if ('accredited' in test) return accreditationReasons(test.accredited, test.scope, facts, on);
    if ('applied' in test) return applicationReasons(test.applied, facts, on);
    if ('contracted' in test) return [{ reason: 'no-contract', evidence: [] }];
    if ('independent' in test)
      return [{ reason: 'adviser-not-independent', evidence: positionsOf(employments(facts, on)) }];
    if ('qualified' in test) return qualificationReasons(terms.purposes[test.qualified] ?? [], facts, on);
    if ('workingTowards' in test)
      return enrolmentReasons(terms.purposes[test.workingTowards] ?? [], test.withinMonths, facts, on);
    const reasons = sanctionReasons(facts, on);
    if (!isRegistered(test.registered, facts, on))
      reasons.push({ reason: 'registered-not-met', evidence: [] });
    return reasons;
  }

  /** What a test rests on, where it is true as the log stands: of `any` every part that is, with its last extensions. */
  groundsOf(test: Test, terms: Terms, subject: Subject, on: Day): number[] {
    if (this.passes(test, terms, subject, this.asItStands(on)) !== true) return [];
    if ('any' in test) return test.any.flatMap((part) => this.groundsOf(part, terms, subject, on));
    if ('all' in test) return test.all.flatMap((part) => this.groundsOf(part, terms, subject, on));
    const facts = this.inStreams(this.leaf(test, terms, subject).streams);
    const counting = (
      row: Row,
      grants: readonly Grant[],
      among: readonly Fact[] = facts,
      withinMonths?: number,
    ): number[] =>
      grants
        .filter((grant) => countsWithin(row, grant, withinMonths, among, on))
        .flatMap(({ fact, lastExtension }) =>
          positionsOf(lastExtension === undefined ? [fact] : [fact, lastExtension]),
        );
    if ('accredited' in test) return counting(ACCREDITED, awardsOf(test.accredited, test.scope, facts));
    if ('applied' in test)
      return counting(APPLIED, applicationsFor(test.applied, facts), facts, test.withinMonths);
    if ('contracted' in test) {
      const own = this.contractFacts(facts, subject);
      return counting(CONTRACTED, contractsOf(test.contracted, own), own);
    }
    if ('independent' in test) return [];
    const accepted = (row: Row, purpose: string): Grant[] =>
      grantsOf(row, facts).filter(({ fact }) => isAccepted(terms.purposes[purpose] ?? [], fact));
    if ('qualified' in test) return counting(CERTIFIED, accepted(CERTIFIED, test.qualified));
    if ('workingTowards' in test)
      return counting(ENROLLED, accepted(ENROLLED, test.workingTowards), facts, test.withinMonths);
    return counting(
      REGISTERED,
      grantsOf(REGISTERED, facts).filter(({ fact }) => fact.data['register'] === test.registered),
    );
  }

  engagementsOn(adviser: Subject, provider: Subject, on: Day): number[] {
    const facts = this.inStreams(this.engagementStreams(adviser, provider));
    return positionsOf(
      grantsOf(ENGAGED, facts)
        .filter((grant) => counts(ENGAGED, grant, facts, on))
        .map(({ fact }) => fact),
    );
  }

  /** Undecided appeals, in some streams, against what would matter on some of the days if there were no appeal. */
  undecidedIn(streams: readonly string[], days: readonly Day[]): { event: number; lodging: number }[] {
    const facts = this.inStreams(streams);
    return facts.flatMap((event) => {
      const against = (fact: Fact): boolean => named(fact) === event.position;
      const lodged = facts.find((fact) => fact.type === 'AppealLodged' && against(fact));
      if (event.data['onAppeal'] === undefined || lodged === undefined) return [];
      const isDecided = facts.some(
        (fact) => fact.type === 'AppealDecided' && against(fact) && fact.position > lodged.position,
      );
      if (isDecided || !days.some((on) => mattersOn(event, facts, on))) return [];
      return [{ event: event.position, lodging: lodged.position }];
    });
  }

  // --- Advisers ---

  /** Every adviser with a standing engagement by the provider, of whatever days. */
  everEngaged(provider: Subject): Subject[] {
    const advisers = this.ofType('EngagementStarted')
      .filter((fact) => provider.keys.includes(text(fact.data, 'provider') ?? ''))
      .map((fact) => this.subject(fact.subject));
    return unique(advisers).sort(byKey);
  }

  // --- Subcontractors ---

  /** What each holder has under a reference, below each parent that it names for itself. */
  private contractsUnder(reference: string): Contract[] {
    const contracts = this.ofType('ContractAwarded')
      .filter((fact) => fact.data['reference'] === reference)
      .map((fact) => ({
        holder: this.subject(fact.subject),
        reference,
        parent: text(fact.data, 'subcontractorOf'),
      }));
    return contracts.filter(
      (contract, i) =>
        contracts.findIndex(
          (other) => other.holder === contract.holder && other.parent === contract.parent,
        ) === i,
    );
  }

  /** The contracts of a reference from which a chain that never returns may lead up to one of the provider's. */
  private contractsTowards(top: Subject, reference: string | undefined, path: readonly string[]): Contract[] {
    if (reference === undefined || path.includes(reference)) return [];
    return this.contractsUnder(reference).filter(
      ({ holder, parent }) =>
        holder === top || this.contractsTowards(top, parent, [...path, reference]).length > 0,
    );
  }

  /** Whether a chain of contracts in force leads from a reference that is named up to a contract of the provider's. */
  private leadsUp(top: Subject, reference: string, path: readonly string[], ask: Ask): Truth {
    return any(
      this.contractsTowards(top, reference, path).map((contract) =>
        contract.holder === top || contract.parent === undefined
          ? ask(this.contract(contract))
          : all([
              ask(this.contract(contract)),
              this.leadsUp(top, contract.parent, [...path, reference], ask),
            ]),
      ),
    );
  }

  /** Each possible subcontractor, and whether it is one on the day. */
  subcontractors(top: Subject, ask: Ask): { holder: Subject; inForce: Truth }[] {
    const references = unique(
      this.ofType('ContractAwarded').flatMap((fact) => text(fact.data, 'reference') ?? []),
    );
    const below = references
      .flatMap((reference) => this.contractsUnder(reference))
      .filter(({ reference, parent }) => this.contractsTowards(top, parent, [reference]).length > 0);
    return unique(below.map(({ holder }) => holder))
      .sort(byKey)
      .map((holder) => ({
        holder,
        inForce: any(
          below
            .filter((contract) => contract.holder === holder)
            .map((contract) =>
              all([
                ask(this.contract(contract)),
                this.leadsUp(top, contract.parent ?? '', [contract.reference], ask),
              ]),
            ),
        ),
      }));
  }

  subcontractorsOn(top: Subject, on: Day): Subject[] {
    return this.subcontractors(top, this.asItStands(on))
      .filter(({ inForce }) => inForce === true)
      .map(({ holder }) => holder);
  }

  // --- Policy ---

  editions(policy: string): Edition[] {
    return this.ofType('PolicyEditionPublished')
      .filter((fact) => fact.subject === `policy:${policy}`)
      .map(editionOf);
  }

  /** Each policy that a question names once, those that stand first by strength of their last edition, then id. */
  policiesNamed(policy: string | readonly string[]): string[] {
    const all = this.ofType('PolicyEditionPublished').map(({ subject }) => subject.slice('policy:'.length));
    const rank = (id: string): number => STRENGTHS.indexOf(this.editions(id).at(-1)?.strength ?? '');
    return unique(policy === 'all' ? all : [policy].flat())
      .sort()
      .sort((a, b) => rank(a) - rank(b));
  }

  // --- Authority (specification, section 3, "Who may post what") ---

  mayPost(body: string, type: string, limit: Limit, on: Day): boolean {
    if (body === REGISTRAR) return true;
    if (REGISTRAR_ONLY.includes(type)) return false;
    const recognised = this.ofType('BodyRecognised')
      .filter((fact) => fact.subject === body && (day(fact.data, 'from') ?? Infinity) <= on)
      .at(-1);
    if (recognised === undefined) return false;
    const ended = this.ofType('BodyRecognitionEnded').some(
      (fact) =>
        fact.subject === body &&
        fact.position > recognised.position &&
        (day(fact.data, 'on') ?? Infinity) < on,
    );
    if (ended) return false;
    return list(recognised.data, 'mayPost').some((entry) => {
      if (!isObject(entry)) return false;
      const allows = (field: string, value: string | undefined): boolean =>
        entry[field] === undefined || value === undefined || list(entry, field).includes(value);
      const narrow = entry['standards'] !== undefined || entry['qualifications'] !== undefined;
      if (entry['types'] === '*' && narrow && !limit.isOfNothingKnown) {
        const field = limit.field;
        return field !== undefined && entry[field] !== undefined && allows(field, limit[FIELD_OF[field]]);
      }
      return (
        (entry['types'] === '*' || list(entry, 'types').includes(type)) &&
        allows('standards', limit.standard) &&
        allows('qualifications', limit.qualification)
      );
    });
  }

  /**
   * Whether a body is another or has succeeded it by now, through several successions too; one that names standards or
   * qualifications is of what carries one of them only (specification, section 5).
   */
  hasSucceeded(other: string, body: string, { standard, qualification }: Limit): boolean {
    const today = this.today() ?? -Infinity;
    const reached = new Set([other]);
    for (const each of reached)
      for (const { subject, data } of this.ofType('BodySucceeded')) {
        const isOfAll = data['standards'] === undefined && data['qualifications'] === undefined;
        const isOfThis =
          isOfAll ||
          list(data, 'standards').includes(standard) ||
          list(data, 'qualifications').includes(qualification);
        if (subject === each && isOfThis && (day(data, 'from') ?? Infinity) <= today)
          reached.add(text(data, 'by') ?? '');
      }
    return reached.has(body);
  }
}

/** The standard or the qualification that an event is of, as far as it has one. */
interface Limit {
  /** In which list of a recognition the event is looked for; in none where it carries neither. */
  field?: 'standards' | 'qualifications' | undefined;
  standard?: string | undefined;
  qualification?: string | undefined;
  /** It is about an event that is not there. */
  isOfNothingKnown?: boolean;
}

const FIELD_OF = { standards: 'standard', qualifications: 'qualification' } as const;

const CLOSINGS = ['ProviderClosed', 'ProviderMerged', 'ProviderSucceeded'];

/** A provider is closed on every day after the earliest `on` of its closings. */
function earliestClosing(facts: readonly Fact[]): { position: number; on: Day } | undefined {
  return facts
    .filter(({ type }) => CLOSINGS.includes(type))
    .map((fact) => ({ position: fact.position, on: day(fact.data, 'on') ?? Infinity }))
    .sort((a, b) => a.on - b.on || a.position - b.position)[0];
}

// ---------------------------------------------------------------------------------------------------------------
// Judging what is posted (specification, section 3)
// ---------------------------------------------------------------------------------------------------------------

const REGISTRAR = 'body:registrar';
const REGISTRAR_ONLY = [
  'BodyRecognised',
  'BodyRecognitionEnded',
  'BodySucceeded',
  'BodyKeyIssued',
  'BodyKeyRevoked',
  'PolicyEditionPublished',
  'DayOpened',
  'DisputeClosed',
];
const ABOUT_EVENTS = [
  'AppealLodged',
  'AppealDecided',
  'EventCorrected',
  'EventRetracted',
  'DisputeOpened',
  'DisputeClosed',
];
const PROVIDER_EVENTS = [
  'ProviderRegistered',
  'ProviderRenamed',
  'ProviderIdentified',
  'ProviderMerged',
  'ProviderSucceeded',
  'ProviderClosed',
];
const ACTS_ON_AWARD = [
  'AccreditationExtended',
  'AccreditationSuspended',
  'AccreditationReinstated',
  'AccreditationWithdrawn',
  'AccreditationSurrendered',
  'AccreditationLapsed',
  'AccreditationVoided',
  'AccreditationTransferred',
  'ImprovementCheckCompleted',
  'ImprovementCheckMissed',
];
const ACCREDITATION_EVENTS = [
  'AccreditationApplied',
  'AccreditationApplicationEnded',
  'AccreditationAwarded',
  ...ACTS_ON_AWARD,
];
const ENGAGEMENT_EVENTS = ['EngagementStarted', 'EngagementEnded'];
const SCHOOL_EVENTS = [
  'SchoolRegistered',
  'CommissionAgreed',
  'CommissionEnded',
  'CareersLeaderAppointed',
  'CareersLeaderEnded',
  'ProgrammeMapped',
];
const AREA_EVENTS = ['CoordinatorAssigned', 'CoordinatorEnded'];
const CONTRACT_EVENTS = ['ContractAwarded', 'ContractEnded'];
const BODY_EVENTS = [
  'BodyRecognised',
  'BodyRecognitionEnded',
  'BodySucceeded',
  'BodyKeyIssued',
  'BodyKeyRevoked',
];
const ADVISER_EVENTS = [
  'AdviserRegistered',
  'AdviserMerged',
  'QualificationClaimed',
  'QualificationAwarded',
  'QualificationRevoked',
  'QualificationVoided',
  'EnrolmentStarted',
  'EnrolmentExtended',
  'EnrolmentEnded',
  'RegistrationGranted',
  'RegistrationLapsed',
  'RegistrationRemoved',
  'RegistrationRestored',
  'SanctionImposed',
];

/** Every type of event there is. */
export const EVENT_TYPES: readonly string[] = [
  ...PROVIDER_EVENTS,
  ...ACCREDITATION_EVENTS,
  ...ADVISER_EVENTS,
  ...ENGAGEMENT_EVENTS,
  ...SCHOOL_EVENTS,
  ...AREA_EVENTS,
  ...CONTRACT_EVENTS,
  ...BODY_EVENTS,
  'PolicyEditionPublished',
  'DayOpened',
  ...ABOUT_EVENTS,
];

/** Grants, blocks, lifts, extensions, voidings, applications and closings of section 4. */
const DISPUTABLE = [
  ...ROWS.flatMap((row) => [
    row.grant,
    ...Object.keys(row.blocks),
    ...[row.lift?.type, row.extension, row.voiding].filter((type) => type !== undefined),
  ]),
  ...CLOSINGS,
];
const NOT_CORRECTED = [
  'EventCorrected',
  'EventRetracted',
  'DisputeOpened',
  'DisputeClosed',
  'DayOpened',
  'BodyKeyIssued',
  'BodyKeyRevoked',
];
const NOT_RETRACTED = ['DayOpened', 'BodyKeyIssued', 'BodyKeyRevoked'];

/** What ends, corrects, retracts, lifts or decides something: counted apart (specification, section 3, `too-many`). */
const ENDS = [
  ...CLOSINGS,
  'AccreditationApplicationEnded',
  'AccreditationSuspended',
  'AccreditationReinstated',
  'AccreditationWithdrawn',
  'AccreditationSurrendered',
  'AccreditationLapsed',
  'AccreditationVoided',
  'AccreditationTransferred',
  'QualificationRevoked',
  'QualificationVoided',
  'EnrolmentEnded',
  'RegistrationLapsed',
  'RegistrationRemoved',
  'RegistrationRestored',
  'EngagementEnded',
  'CommissionEnded',
  'CareersLeaderEnded',
  'CoordinatorEnded',
  'ContractEnded',
  'AppealDecided',
  'EventCorrected',
  'EventRetracted',
];
/** The rows of section 3 of which bodies post, by the name under which their bounds are given. */
const BOUNDED: Record<string, readonly string[]> = {
  provider: PROVIDER_EVENTS,
  accreditation: ACCREDITATION_EVENTS,
  adviser: ADVISER_EVENTS,
  engagement: ENGAGEMENT_EVENTS,
  school: SCHOOL_EVENTS,
  area: AREA_EVENTS,
  contract: CONTRACT_EVENTS,
  annotation: ABOUT_EVENTS,
};

/** Whether a body has posted as many events of a row about a subject as it may (specification, section 3, `too-many`). */
function isTooMany(
  { type, subject }: Submission,
  body: string,
  log: Log,
  bounds: Readonly<Record<string, number>>,
): boolean {
  if (REGISTRAR_ONLY.includes(type)) return false;
  const [row, types] = Object.entries(BOUNDED).find(([, all]) => all.includes(type)) ?? ['', []];
  const ends = ENDS.includes(type);
  const posted = log.events.filter(
    (event) =>
      event.body === body &&
      event.subject === subject &&
      types.includes(event.type) &&
      !REGISTRAR_ONLY.includes(event.type) &&
      ENDS.includes(event.type) === ends,
  );
  return posted.length >= (bounds[row] ?? Infinity) * (ends ? 2 : 1);
}

/** The stream of an event (specification, section 3, the first column). */
function streamOf(type: string, subject: string, data: Data, log: Log): string {
  const slug = subject.slice(subject.indexOf(':') + 1);
  if (ABOUT_EVENTS.includes(type)) return log.events[named({ data }) ?? -1]?.stream ?? '';
  if (ACCREDITATION_EVENTS.includes(type)) return `accreditation-${text(data, 'standard') ?? ''}-${subject}`;
  if (ENGAGEMENT_EVENTS.includes(type)) return `engagement-${slug}-${text(data, 'provider') ?? ''}`;
  if (CONTRACT_EVENTS.includes(type)) return `contract-${text(data, 'reference') ?? ''}`;
  if (PROVIDER_EVENTS.includes(type)) return `provider-${subject}`;
  if (SCHOOL_EVENTS.includes(type)) return `school-${slug}`;
  if (AREA_EVENTS.includes(type)) return `area-${slug}`;
  if (BODY_EVENTS.includes(type)) return `body-${slug}`;
  if (type === 'PolicyEditionPublished') return `policy-${slug}`;
  if (type === 'DayOpened') return 'calendar';
  return `adviser-${slug}`;
}

/** What section 3 calls `invalid-event` in words, beside the shapes of the fields. */
function isInvalid(type: string, subject: string, data: Data): boolean {
  if (!EVENT_TYPES.includes(type)) return true;
  if (type === 'ProviderRegistered') {
    if (subject.startsWith('urn:')) return true;
    if ((data['legalForm'] === 'sole-trader') !== (data['name'] === undefined)) return true;
  }
  const by = [data['by'] ?? []].flat();
  if ([data['into'], data['to'], data['as'], ...by].includes(subject)) return true;
  if (unique(by).length < by.length) return true;
  return type === 'PolicyEditionPublished' && (subject === 'policy:all' || policyIsBroken(data['policy']));
}

/** A submission as it is judged, references resolved to positions. */
interface Submission {
  type: string;
  subject: string;
  data: Data;
}

/** The fact's own first day, where it has one. */
function firstDay(data: Data): Day | undefined {
  return day(data, 'from') ?? day(data, 'on') ?? day(data, 'awardedOn');
}

function limitOf({ type, subject, data }: Submission, world: World, log: Log): Limit {
  if (ABOUT_EVENTS.includes(type)) {
    const position = named({ data });
    const target = position === undefined ? undefined : log.events[position];
    if (position === undefined || target === undefined) return { isOfNothingKnown: true };
    return limitOf({ ...target, data: log.dataOf(position) }, before(world, position), log);
  }
  if (type === 'QualificationRevoked' || type === 'QualificationVoided') {
    const award = world
      .inStreams(world.adviserStreams(world.subject(subject)))
      .filter((fact) => fact.type === CERTIFIED.grant && fact.data['certificate'] === data['certificate'])
      .at(-1);
    return {
      field: 'qualifications',
      qualification: award === undefined ? undefined : text(award.data, 'qualification'),
    };
  }
  const [standard, qualification] = [text(data, 'standard'), text(data, 'qualification')];
  if (standard !== undefined) return { field: 'standards', standard };
  return { field: qualification === undefined ? undefined : 'qualifications', qualification };
}

/** The 403 codes: authority is judged at the head, today and on the fact's own first day. */
function forbidden(submission: Submission, body: string, world: World, log: Log): Set<string> {
  const codes = new Set<string>();
  const today = world.today();
  if (body === REGISTRAR) return codes;
  const check = (judged: Submission, within: World): void => {
    if (today === undefined) return;
    const limit = limitOf(judged, within, log);
    for (const on of [today, firstDay(judged.data) ?? today])
      if (!world.mayPost(body, judged.type, limit, on)) codes.add('not-recognised');
  };
  if (REGISTRAR_ONLY.includes(submission.type)) codes.add('not-recognised');
  check(submission, world);
  if (submission.type !== 'EventCorrected' && submission.type !== 'EventRetracted') return codes;
  const position = named(submission);
  const target = position === undefined ? undefined : log.events[position];
  if (position === undefined || target === undefined) return codes;
  if (!world.hasSucceeded(target.body, body, limitOf(submission, world, log))) codes.add('not-your-event');
  const corrected = submission.data['data'];
  if (submission.type === 'EventCorrected' && isObject(corrected))
    check({ type: target.type, subject: target.subject, data: corrected }, before(world, position));
  return codes;
}

/** What now stands before a position in the log. */
function before(world: World, position: number): World {
  return new World(world.facts.filter((fact) => fact.position < position));
}

/** The keys that an event names and that must be registered, beside its subject. */
function keysNamed({ data }: Submission): string[] {
  const fields = ['provider', 'to', 'into', 'coordinator'];
  const keys = fields.flatMap((field) => text(data, field) ?? []);
  const listed = [...list(data, 'advisers'), ...list(data, 'by')];
  return [...keys, ...listed.filter((key) => typeof key === 'string')];
}

/** The row of which an event changes a grant, and the standing events among which that grant is looked for. */
function actsOn(submission: Submission, world: World): { row: Row; facts: Fact[] } | undefined {
  const { type, subject, data } = submission;
  const self = world.subject(subject);
  if (ACTS_ON_AWARD.includes(type)) {
    const streams = world.accreditationStreams(self, text(data, 'standard') ?? '');
    return { row: ACCREDITED, facts: world.inStreams(streams) };
  }
  if (type in APPLIED.blocks) {
    const streams = world.accreditationStreams(self, text(data, 'standard') ?? '');
    return { row: APPLIED, facts: world.inStreams(streams) };
  }
  const ofAdviser = [CERTIFIED, ENROLLED, REGISTERED].find(
    (row) => type in row.blocks || [row.lift?.type, row.extension, row.voiding].includes(type),
  );
  if (ofAdviser !== undefined) return { row: ofAdviser, facts: world.inStreams(world.adviserStreams(self)) };
  if (type === 'EngagementEnded') {
    const provider = world.subject(text(data, 'provider') ?? '');
    return { row: ENGAGED, facts: world.inStreams(world.engagementStreams(self, provider)) };
  }
  if (type === 'ContractEnded') {
    const facts = world.inStreams([`contract-${text(data, 'reference') ?? ''}`]);
    return { row: CONTRACTED, facts: world.contractFacts(facts, self) };
  }
  return undefined;
}

/** Whether a record that is to end was ever begun: commissions, careers leaders, coordinators. */
function endsNothing({ type, subject, data }: Submission, world: World): boolean {
  const self = world.subject(subject);
  const begun = (grant: string, same: (fact: Fact) => boolean): boolean =>
    world.ofType(grant).some((fact) => self.keys.includes(fact.subject) && same(fact));
  if (type === 'CommissionEnded')
    return !begun('CommissionAgreed', (fact) => fact.data['reference'] === data['reference']);
  if (type === 'CareersLeaderEnded')
    return !begun('CareersLeaderAppointed', (fact) => fact.data['appointment'] === data['appointment']);
  if (type === 'CoordinatorEnded') {
    const person = world.subject(text(data, 'coordinator') ?? '');
    return !begun('CoordinatorAssigned', (fact) =>
      person.keys.includes(text(fact.data, 'coordinator') ?? ''),
    );
  }
  return false;
}

/** Whether the chain of `subcontractorOf` above a new contract returns to it. */
function returns(reference: string, parent: string, world: World): boolean {
  const above = new Set([parent]);
  for (const each of above)
    for (const fact of world.ofType('ContractAwarded')) {
      const next = text(fact.data, 'subcontractorOf');
      if (fact.data['reference'] === each && next !== undefined) above.add(next);
    }
  return above.has(reference);
}

/** The 422 codes of a posting, against what stands in `world`. */
function unprocessable(submission: Submission, world: World, log: Log): Set<string> {
  const { type, subject, data } = submission;
  const codes = new Set<string>();
  if (ABOUT_EVENTS.includes(type)) return aboutEvent(submission, world, log);

  const bodyIsKnown = (body: unknown): boolean =>
    body === REGISTRAR || world.ofType('BodyRecognised').some((fact) => fact.subject === body);
  if (REGISTRATIONS.includes(type)) {
    if (world.isRegistered(subject)) codes.add('already-registered');
  } else if (BODY_EVENTS.includes(type)) {
    if (type !== 'BodyRecognised' && !bodyIsKnown(subject)) codes.add('unknown-subject');
    if (type === 'BodySucceeded' && !bodyIsKnown(data['by'])) codes.add('unknown-subject');
  } else if (!AREA_EVENTS.includes(type) && type !== 'PolicyEditionPublished' && type !== 'DayOpened') {
    if (!world.isRegistered(subject)) codes.add('unknown-subject');
  }
  if (keysNamed(submission).some((key) => !world.isRegistered(key))) codes.add('unknown-subject');
  if (type === 'ProviderIdentified' && world.isRegistered(text(data, 'as') ?? ''))
    codes.add('already-registered');

  for (const key of [data['into'], data['to'], ...list(data, 'by')])
    if (typeof key === 'string' && world.subject(key) === world.subject(subject)) codes.add('same-subject');

  const from = day(data, 'from');
  const until = day(data, 'until') ?? day(data, 'expectedEnd');
  if (from !== undefined && until !== undefined && until < from) codes.add('invalid-interval');

  if (type === 'AccreditationAwarded' || type === 'ContractAwarded') {
    const holder = world.subject(subject);
    const row = type === 'ContractAwarded' ? CONTRACTED : ACCREDITED;
    const streams =
      type === 'ContractAwarded'
        ? [`contract-${text(data, 'reference') ?? ''}`]
        : world.accreditationStreams(holder, text(data, 'standard') ?? '');
    const facts = world.contractFacts(world.inStreams(streams), holder);
    const alreadyCounts = (on: Day): boolean =>
      grantsOf(row, facts).some(
        (grant) => bearsOn(row, data, grant.fact.data) && counts(row, grant, facts, on),
      );
    const first = from ?? -Infinity;
    const last = until ?? LAST_DAY;
    const days = [first, ...breakpoints(facts.map((fact) => fact.data))];
    if (days.some((on) => first <= on && on <= last && alreadyCounts(on))) codes.add('overlapping-award');
  }
  if (type === 'ContractAwarded') {
    const parent = text(data, 'subcontractorOf');
    if (parent !== undefined && returns(text(data, 'reference') ?? '', parent, world))
      codes.add('contract-cycle');
  }

  const acted = actsOn(submission, world);
  if (acted !== undefined) {
    const { row, facts } = acted;
    const grants = grantsOf(row, facts).filter(
      (grant) => bearsOn(row, data, grant.fact.data) && voidingsOf(row, grant, facts).length === 0,
    );
    const last = grants.at(-1);
    if (last === undefined) codes.add('no-such-award');
    if (type === row.extension && last !== undefined) {
      const end = day(data, row.ends ?? '') ?? Infinity;
      if (last.until === Infinity || end < last.until) codes.add('extension-shortens');
    }
    if (type === row.lift?.type) {
      const { lifts } = row.lift;
      const unlifted = facts.some(
        (block) =>
          lifts.includes(block.type) &&
          bearsOn(row, data, block.data) &&
          !lifted(row, block, facts, Infinity),
      );
      if (!unlifted) codes.add('not-suspended');
    }
  }
  if (endsNothing(submission, world)) codes.add('no-such-award');

  if (type === 'DayOpened') {
    const today = world.today();
    if (today !== undefined && day(data, 'date') !== today + 1) codes.add('day-out-of-order');
  }
  if (type === 'PolicyEditionPublished') {
    const exists = world
      .ofType('PolicyEditionPublished')
      .some((fact) => fact.subject === subject && fact.data['edition'] === data['edition']);
    if (exists) codes.add('edition-exists');
  }
  return codes;
}

/** The 422 codes of an event about another. */
function aboutEvent(submission: Submission, world: World, log: Log): Set<string> {
  const { type, subject, data } = submission;
  const codes = new Set<string>();
  const position = named(submission);
  const target = position === undefined ? undefined : log.events[position];
  if (position === undefined || target === undefined) return codes.add('no-such-event');
  if (!world.facts.some((fact) => fact.position === position)) codes.add('already-retracted');
  if (subject !== target.subject) codes.add('other-stream');

  const naming = (...types: string[]): Fact[] =>
    world.ofType(...types).filter((fact) => named(fact) === position);
  if (type === 'AppealLodged' || type === 'AppealDecided') {
    if (log.dataOf(position)['onAppeal'] === undefined) codes.add('not-appealable');
    const lodged = naming('AppealLodged')[0];
    if (type === 'AppealLodged') {
      if (lodged !== undefined) codes.add('already-appealed');
    } else {
      const undecided =
        lodged !== undefined &&
        !naming('AppealDecided').some((decided) => decided.position > lodged.position);
      if (!undecided) codes.add('no-appeal');
    }
  }
  if (type === 'DisputeOpened') {
    if (!DISPUTABLE.includes(target.type)) codes.add('not-disputable');
    if (world.isDisputed(position)) codes.add('already-disputed');
    if (world.openDisputesIn([target.stream]).length >= 8) codes.add('too-many-disputes');
  }
  if (type === 'DisputeClosed' && !world.isDisputed(position)) codes.add('no-open-dispute');
  if (type === 'EventRetracted' && NOT_RETRACTED.includes(target.type)) codes.add('not-correctable');
  if (type === 'EventCorrected') {
    if (NOT_CORRECTED.includes(target.type)) return codes.add('not-correctable');
    const corrected = isObject(data['data']) ? data['data'] : {};
    const now: Submission = { type: target.type, subject: target.subject, data: corrected };
    const namesAnother = ABOUT_EVENTS.includes(target.type) && named(now) !== named(target);
    if (namesAnother || streamOf(now.type, now.subject, now.data, log) !== target.stream)
      codes.add('other-stream');
    for (const code of unprocessable(now, before(world, position), log)) codes.add(code);
  }
  return codes;
}

// ---------------------------------------------------------------------------------------------------------------
// Breakpoints: between two of them nothing changes
// ---------------------------------------------------------------------------------------------------------------

/** Every date that some data name, and the day after each; with `months`, also so many months later. */
function breakpoints(documents: readonly unknown[], months: readonly number[] = []): Day[] {
  const days = new Set<Day>();
  const collect = (value: unknown): void => {
    if (typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value)) {
      const date = dayOf(value);
      for (const each of [date, ...months.map((count) => monthsLater(date, count))])
        days.add(each).add(each + 1);
    } else if (typeof value === 'object' && value !== null) Object.values(value).forEach(collect);
  };
  documents.forEach(collect);
  return [...days].filter((each) => each <= LAST_DAY).sort((a, b) => a - b);
}

// ---------------------------------------------------------------------------------------------------------------
// Answering (specification, sections 4 and 7)
// ---------------------------------------------------------------------------------------------------------------

/** How one requirement stands on one day. */
interface Finding {
  requirement: Requirement;
  truth: Truth;
  /** Where it is false. */
  reason: Reason;
  /** Where it is unknown: the disputed events behind it. */
  doubts: number[];
}

/** Maximal runs of days that say the same, each with the union of its evidence. */
function runs(days: readonly { on: Day; says: string; evidence: readonly number[] }[]): {
  from: Day;
  until: Day;
  says: string;
  evidence: Set<number>;
}[] {
  const found: { from: Day; until: Day; says: string; evidence: Set<number> }[] = [];
  for (const { on, says, evidence } of days) {
    const last = found.at(-1);
    if (last?.says === says && last.until === on - 1) {
      last.until = on;
      for (const position of evidence) last.evidence.add(position);
    } else found.push({ from: on, until: on, says, evidence: new Set(evidence) });
  }
  return found;
}

/** Maximal runs of days that rest on the same events; days that rest on none are left out. */
function rested(days: readonly { on: Day; evidence: readonly number[] }[]): Rested[] {
  const said = days
    .map(({ on, evidence }) => ({ on, says: ascending(evidence).join(), evidence }))
    .filter(({ says }) => says !== '');
  return runs(said).map(({ from, until, evidence }) => ({
    from: dateOf(from),
    until: dateOf(until),
    evidence: ascending(evidence),
  }));
}

function intervals(days: readonly Day[]): Interval[] {
  return runs(days.map((on) => ({ on, says: '', evidence: [] }))).map(({ from, until }) => ({
    from: dateOf(from),
    until: dateOf(until),
  }));
}

/** Why those who are engaged do not do, where nobody is named. */
const UNNAMED = {
  'some-adviser': 'no-qualified-adviser',
  'every-adviser': 'unqualified-adviser-engaged',
  'known-adviser': 'engaged-advisers-fail',
};

class Inquiry {
  private readonly provider: Subject;
  private readonly advisers: Subject[];
  private readonly school: Subject | undefined;
  private readonly editions: Edition[];
  private readonly from: Day;
  private readonly until: Day;

  constructor(
    private readonly world: World,
    private readonly question: Question,
    private readonly policy: string,
  ) {
    this.provider = world.subject(question.provider);
    this.advisers = unique((question.advisers ?? []).map((key) => world.subject(key))).sort(byKey);
    this.school = question.school === undefined ? undefined : world.subject(question.school);
    this.editions = world.editions(policy);
    this.from = dayOf(question.from);
    this.until = dayOf(question.until);
  }

  /** The edition that decides a day: the last in the log among those in effect by then. */
  private editionOn(on: Day): Edition | undefined {
    return this.editions.filter(({ effectiveFrom }) => effectiveFrom <= on).at(-1);
  }

  private requirementsOn(on: Day): { terms: Terms; requirements: Requirement[] } | undefined {
    const edition = this.editionOn(on);
    const requirements = edition?.settings[this.question.setting];
    if (edition === undefined || requirements === undefined) return undefined;
    const { purposes } = edition;
    return { terms: { purposes, school: this.school }, requirements: [...requirements, PROVIDER_OPEN] };
  }

  private truthOf({ of, test }: Requirement, terms: Terms, ask: Ask): Truth {
    const { world, provider } = this;
    if (test === undefined) return ask(world.open(provider));
    if (of === 'provider') return world.passes(test, terms, provider, ask);
    if (of === 'subcontractors')
      return all(
        world
          .subcontractors(provider, ask)
          .map(({ holder, inForce }) => any([not(inForce), world.passes(test, terms, holder, ask)])),
      );
    const engaged = (adviser: Subject): Truth => ask(world.engagement(adviser, provider));
    const passes = (adviser: Subject): Truth => world.passes(test, terms, adviser, ask);
    if (this.advisers.length > 0)
      return all(
        this.advisers.map((adviser) =>
          of === 'known-adviser' ? passes(adviser) : all([engaged(adviser), passes(adviser)]),
        ),
      );
    const advisers = world.everEngaged(provider);
    const some = (): Truth => any(advisers.map((adviser) => all([engaged(adviser), passes(adviser)])));
    const noneFails = (): Truth =>
      all(advisers.map((adviser) => any([not(engaged(adviser)), passes(adviser)])));
    if (of === 'some-adviser') return some();
    if (of === 'known-adviser') return any([some(), noneFails()]);
    return all([any(advisers.map(engaged)), noneFails()]);
  }

  /** Why a requirement is not met, by the log as it stands. */
  private reasonOf({ of, test }: Requirement, terms: Terms, on: Day): Reason {
    const { world, provider } = this;
    if (test === undefined) {
      const closing = earliestClosing(world.inStreams(world.open(provider).streams));
      return { reason: 'provider-closed', evidence: closing === undefined ? [] : [closing.position] };
    }
    const own = (subject: Subject): Reason[] => {
      const reasons = world.reasonsOf(test, terms, subject, on);
      return reasons.length === 0 ? [] : [firstReason(reasons)];
    };
    if (of === 'provider') return firstReason(own(provider));
    if (of === 'subcontractors') {
      const failing = world.subcontractorsOn(provider, on).flatMap(own);
      return { reason: 'subcontractor-fails', evidence: unique(failing.flatMap(({ evidence }) => evidence)) };
    }
    if (this.advisers.length > 0)
      return firstReason(
        this.advisers.flatMap((adviser) =>
          of === 'known-adviser' || this.isEngaged(adviser, on)
            ? own(adviser)
            : [{ reason: 'adviser-not-engaged', evidence: [] }],
        ),
      );
    const engaged = world.everEngaged(provider).filter((adviser) => this.isEngaged(adviser, on));
    if (engaged.length === 0) return { reason: 'no-adviser-engaged', evidence: [] };
    return {
      reason: UNNAMED[of],
      evidence: unique(engaged.flatMap(own).flatMap(({ evidence }) => evidence)),
    };
  }

  private isEngaged(adviser: Subject, on: Day): boolean {
    return this.world.asItStands(on)(this.world.engagement(adviser, this.provider)) === true;
  }

  /** Every requirement of the day; `undefined` where no policy is in force. */
  findingsOn(on: Day): Finding[] | undefined {
    const asked = this.requirementsOn(on);
    return asked?.requirements.map((requirement) => {
      const doubts = new Set<number>();
      const truth = this.truthOf(requirement, asked.terms, this.world.overAllOutcomes(on, doubts));
      const reason =
        truth === false ? this.reasonOf(requirement, asked.terms, on) : { reason: '', evidence: [] };
      return { requirement, truth, reason, doubts: [...doubts] };
    });
  }

  /** Whether every `must` is true. */
  isCovered(on: Day): boolean {
    const asked = this.requirementsOn(on);
    if (asked === undefined) return false;
    const ask = this.world.overAllOutcomes(on, new Set());
    return asked.requirements
      .filter(({ binding }) => binding === 'must')
      .every((requirement) => this.truthOf(requirement, asked.terms, ask) === true);
  }

  firstUncovered(): Day | undefined {
    for (let on = this.from; on <= this.until; on++) if (!this.isCovered(on)) return on;
    return undefined;
  }

  /** The last day of the run of covered days at `from`, looking past `until`. */
  private eligibleUntil(covered: readonly Day[]): string | null {
    if (covered[0] !== this.from) return null;
    for (let on = this.from; on <= this.until; on++) if (!covered.includes(on)) return dateOf(on - 1);
    const months = this.editions.flatMap((edition) =>
      Object.values(edition.settings).flatMap((requirements) =>
        requirements.flatMap(({ test }) =>
          (test === undefined ? [] : leavesOf(test)).flatMap((leaf) =>
            'withinMonths' in leaf ? (leaf.withinMonths ?? []) : [],
          ),
        ),
      ),
    );
    const documents = this.world.facts.map((fact) => fact.data);
    const ending = breakpoints(documents, unique(months)).find(
      (on) => on > this.until && !this.isCovered(on),
    );
    return dateOf(ending === undefined ? LAST_DAY : ending - 1);
  }

  answer(): Answer {
    const days: { on: Day; findings: Finding[] | undefined }[] = [];
    for (let on = this.from; on <= this.until; on++) days.push({ on, findings: this.findingsOn(on) });

    const seen = new Map<string, Requirement>();
    for (const { findings } of days)
      for (const { requirement } of findings ?? [])
        if (!seen.has(requirement.id)) seen.set(requirement.id, requirement);
    const order = [...seen.values()].filter(({ id }) => id !== PROVIDER_OPEN.id);
    if (seen.has(PROVIDER_OPEN.id)) order.push(PROVIDER_OPEN);

    const found = (id: string): { on: Day; finding: Finding }[] =>
      days.flatMap(({ on, findings }) =>
        (findings ?? [])
          .filter(({ requirement }) => requirement.id === id)
          .map((finding) => ({ on, finding })),
      );
    const gapsOf = (id: string, wanted: (finding: Finding) => boolean): Gap[] =>
      runs(
        found(id)
          .filter(({ finding }) => finding.truth === false && wanted(finding))
          .map(({ on, finding: { reason } }) => ({ on, says: reason.reason, evidence: reason.evidence })),
      ).map(({ from, until, says, evidence }) => ({
        from: dateOf(from),
        until: dateOf(until),
        requirement: id,
        reason: says,
        evidence: ascending(evidence),
      }));
    const uncertainOf = (id: string, wanted: (finding: Finding) => boolean): Uncertain[] =>
      runs(
        found(id)
          .filter(({ finding }) => finding.truth === 'unknown' && wanted(finding))
          .map(({ on, finding: { doubts } }) => ({ on, says: '', evidence: doubts })),
      ).map(({ from, until, evidence }) => ({
        from: dateOf(from),
        until: dateOf(until),
        requirement: id,
        evidence: ascending(evidence),
      }));
    const every = (): boolean => true;
    const must = ({ requirement }: Finding): boolean => requirement.binding === 'must';
    const encouraged = ({ requirement }: Finding): boolean => requirement.binding === 'encouraged';
    /** By the first day, then in the order of the edition that decides it. */
    const rank = ({ from, requirement }: Interval & { requirement: string }): number =>
      this.requirementsOn(dayOf(from))?.requirements.findIndex(({ id }) => id === requirement) ?? 0;
    const byFrom = (a: Interval & { requirement: string }, b: Interval & { requirement: string }): number =>
      a.from < b.from ? -1 : a.from > b.from ? 1 : rank(a) - rank(b);

    const withoutPolicy = days.filter(({ findings }) => findings === undefined).map(({ on }) => on);
    const policyGaps = intervals(withoutPolicy).map((interval) => ({
      ...interval,
      requirement: 'policy-in-force',
      reason: 'no-policy-in-force',
      evidence: [],
    }));
    const covered = days
      .filter(({ findings }) => findings?.filter(must).every(({ truth }) => truth === true) ?? false)
      .map(({ on }) => on);
    const gaps = [...order.flatMap(({ id }) => gapsOf(id, must)), ...policyGaps].sort(byFrom);
    const uncertain = order.flatMap(({ id }) => uncertainOf(id, must)).sort(byFrom);

    return {
      provider: { key: this.provider.key, name: this.world.nameOf(this.provider) },
      setting: this.question.setting,
      from: this.question.from,
      until: this.question.until,
      advisers: this.advisers.map(({ key }) => key),
      ...(this.school === undefined ? {} : { school: this.school.key }),
      policy: { id: this.policy, editions: this.editionsDeciding() },
      outcome:
        gaps.length > policyGaps.length
          ? 'not-eligible'
          : uncertain.length > 0
            ? 'indeterminate'
            : gaps.length > 0
              ? 'silent'
              : 'eligible',
      eligibleUntil: this.eligibleUntil(covered),
      covered: intervals(covered),
      gaps,
      uncertain,
      requirements: order.map(({ id, of, binding, cites }) => ({
        id,
        of,
        binding,
        cites,
        covered: intervals(
          found(id)
            .filter(({ finding }) => finding.truth === true)
            .map(({ on }) => on),
        ),
        gaps: gapsOf(id, every).map(({ from, until, reason, evidence }) => ({
          from,
          until,
          reason,
          evidence,
        })),
        uncertain: uncertainOf(id, every).map(({ from, until, evidence }) => ({ from, until, evidence })),
        ...(of === 'provider' && id !== PROVIDER_OPEN.id
          ? {
              grounds: rested(
                found(id)
                  .filter(({ finding }) => finding.truth === true)
                  .map(({ on, finding }) => ({
                    on,
                    evidence: this.groundsOn(on, this.provider, [finding.requirement]),
                  })),
              ),
            }
          : {}),
      })),
      engaged: this.engaged(),
      subcontractors: this.subcontractors(),
      advice: order.flatMap(({ id }) => gapsOf(id, encouraged)).sort(byFrom),
      warnings: this.warnings(gapsOf(PROVIDER_OPEN.id, every).length > 0),
    };
  }

  /** The editions that decide a day of the window, in the order in which they first do. */
  private editionsDeciding(): { edition: number; digest: string; strength: string }[] {
    const deciding: Edition[] = [];
    for (let on = this.from; on <= this.until; on++) {
      const edition = this.editionOn(on);
      if (edition !== undefined && !deciding.includes(edition)) deciding.push(edition);
    }
    return deciding.map(({ edition, digest, strength }) => ({ edition, digest, strength }));
  }

  private isAsked(of: readonly string[]): boolean {
    for (let on = this.from; on <= this.until; on++)
      if (
        this.requirementsOn(on)?.requirements.some((each) => each.test !== undefined && of.includes(each.of))
      )
        return true;
    return false;
  }

  /** What the tests of some requirements rest on for somebody. */
  private groundsOn(on: Day, subject: Subject, requirements: readonly Requirement[]): number[] {
    const terms = this.requirementsOn(on)?.terms;
    return requirements.flatMap(({ test }) =>
      test === undefined || terms === undefined ? [] : this.world.groundsOf(test, terms, subject, on),
    );
  }

  /** The days of one subject, and the gaps among them on which it fails one of the day's requirements of its kind. */
  private presence(
    subject: Subject,
    of: readonly string[],
    present: (on: Day) => boolean,
    own: (on: Day) => number[],
  ): Presence {
    const days: Day[] = [];
    const passing: { on: Day; evidence: number[] }[] = [];
    const failing: { on: Day; says: string; evidence: number[] }[] = [];
    for (let on = this.from; on <= this.until; on++) {
      if (!present(on)) continue;
      days.push(on);
      const asked = this.requirementsOn(on);
      const requirements = (asked?.requirements ?? []).filter((requirement) => of.includes(requirement.of));
      const reasons = requirements.flatMap(({ test }) =>
        test === undefined || asked === undefined ? [] : this.world.reasonsOf(test, asked.terms, subject, on),
      );
      if (reasons.length > 0) failing.push({ on, says: firstReason(reasons).reason, evidence: [] });
      else passing.push({ on, evidence: [...own(on), ...this.groundsOn(on, subject, requirements)] });
    }
    return {
      days: intervals(days),
      gaps: runs(failing).map(({ from, until, says }) => ({
        from: dateOf(from),
        until: dateOf(until),
        reason: says,
      })),
      grounds: rested(passing),
    };
  }

  private engaged(): ({ adviser: string } & Presence)[] {
    if (!this.isAsked(ADVISER_OF)) return [];
    return this.world
      .everEngaged(this.provider)
      .map((adviser) => ({
        adviser: adviser.key,
        ...this.presence(
          adviser,
          ADVISER_OF,
          (on) => this.isEngaged(adviser, on),
          (on) => this.world.engagementsOn(adviser, this.provider, on),
        ),
      }))
      .filter(({ days }) => days.length > 0);
  }

  /** Every provider that is a subcontractor on some day of the window, by the log as it stands. */
  subcontractorsInWindow(): Subject[] {
    const found: Subject[] = [];
    for (let on = this.from; on <= this.until; on++)
      found.push(...this.world.subcontractorsOn(this.provider, on));
    return unique(found).sort(byKey);
  }

  private subcontractors(): ({ provider: string } & Presence)[] {
    if (!this.isAsked(['subcontractors'])) return [];
    return this.subcontractorsInWindow().map((holder) => ({
      provider: holder.key,
      ...this.presence(
        holder,
        ['subcontractors'],
        (on) => this.world.subcontractorsOn(this.provider, on).includes(holder),
        () => [],
      ),
    }));
  }

  private get days(): Day[] {
    return Array.from({ length: this.until - this.from + 1 }, (_, i) => this.from + i);
  }

  /** The standards that the setting asks of the provider, or of its subcontractors, on some day of the window. */
  private standardsOf(whom: 'provider' | 'subcontractors'): ReadonlySet<string> {
    const standards = new Set<string>();
    for (const on of this.days)
      for (const { of, test } of this.requirementsOn(on)?.requirements ?? [])
        for (const leaf of of === whom && test !== undefined ? leavesOf(test) : []) {
          if ('accredited' in leaf) standards.add(leaf.accredited);
          if ('applied' in leaf) standards.add(leaf.applied);
        }
    return standards;
  }

  /** The tests that the setting sets on some day of the window. */
  private testsInWindow(): Test[] {
    return this.days.flatMap((on) =>
      (this.requirementsOn(on)?.requirements ?? []).flatMap(({ test }) =>
        test === undefined ? [] : leavesOf(test),
      ),
    );
  }

  private warnings(isFoundClosed: boolean): { code: string; evidence: string[] }[] {
    const warnings = [...this.missedChecks(), ...this.undecidedAppeals()];
    if (isFoundClosed)
      for (const { type, position } of this.world.inStreams(this.world.open(this.provider).streams))
        if (type === 'ProviderMerged' || type === 'ProviderSucceeded')
          warnings.push({ code: 'provider-succeeded', evidence: [String(position)] });
    if (this.school === undefined && this.testsInWindow().some((test) => 'independent' in test))
      warnings.push({ code: 'school-not-named', evidence: [] });
    return warnings;
  }

  /** Undecided appeals of all who take part, one an event. */
  private undecidedAppeals(): { code: string; evidence: string[] }[] {
    const { world } = this;
    const undecided = [
      ...[...this.standardsOf('provider')].map((standard) =>
        world.accreditationStreams(this.provider, standard),
      ),
      ...this.engaged().map(({ adviser }) => world.adviserStreams(world.subject(adviser))),
      ...this.subcontractors().flatMap(({ provider }) =>
        [...this.standardsOf('subcontractors')].map((standard) =>
          world.accreditationStreams(world.subject(provider), standard),
        ),
      ),
    ].flatMap((streams) => world.undecidedIn(streams, this.days));
    const lodgings = new Map(undecided.map(({ event, lodging }) => [event, lodging]));
    return [...lodgings]
      .sort(([a], [b]) => a - b)
      .map(([event, lodging]) => ({
        code: 'appeal-undecided',
        evidence: [String(event), String(lodging)],
      }));
  }

  /** Missed improvement checks of standards that the setting asks of the provider. */
  private missedChecks(): { code: string; evidence: string[] }[] {
    const standards = this.standardsOf('provider');
    const missed: number[] = [];
    for (const standard of standards) {
      const facts = this.world.inStreams(this.world.accreditationStreams(this.provider, standard));
      for (const check of facts.filter((fact) => fact.type === 'ImprovementCheckMissed')) {
        const bearsOnAward = grantsOf(ACCREDITED, facts).some(
          (award) =>
            award.fact.position < check.position &&
            bearsOn(ACCREDITED, check.data, award.fact.data) &&
            voidingsOf(ACCREDITED, award, facts).length === 0 &&
            award.from <= award.until &&
            award.from <= this.until &&
            this.from <= award.until,
        );
        const completedLater = facts.some(
          (fact) =>
            fact.type === 'ImprovementCheckCompleted' &&
            fact.position > check.position &&
            bearsOn(ACCREDITED, fact.data, check.data) &&
            fact.data['month'] === check.data['month'],
        );
        if (bearsOnAward && !completedLater) missed.push(check.position);
      }
    }
    return ascending(missed).map((position) => ({ code: 'improvement-check-missed', evidence: [position] }));
  }

  // --- The route ---

  /**
   * Every further grant that would make one single value true on the first day that is not covered. A route must
   * change that day, and a grant that begins on it spoils no day before and covers the most days after.
   */
  grantsFor(on: Day): Submission[] {
    const asked = this.requirementsOn(on);
    if (
      asked === undefined ||
      this.world.overAllOutcomes(on, new Set())(this.world.open(this.provider)) !== true
    )
      return [];
    const ask = this.world.overAllOutcomes(on, new Set());
    const date = dateOf(on);
    const mint = `route-${date}`;
    const enough = this.enoughToTry(asked.terms.purposes);
    const grants: Submission[] = [];
    const forTest = (test: Test, subject: Subject): void => {
      for (const leaf of leavesOf(test)) {
        if (ask(this.world.leaf(leaf, asked.terms, subject)) === true) continue;
        // No one can post about a person or provider whose registration was retracted.
        if (!subject.keys.some((key) => this.world.isRegistered(key))) continue;
        for (const grant of grantsOfTest(leaf, enough, date, mint))
          grants.push({ ...grant, subject: subject.key });
      }
    };
    for (const requirement of asked.requirements) {
      const { of, test, binding } = requirement;
      if (test === undefined || binding !== 'must') continue;
      if (this.truthOf(requirement, asked.terms, ask) === true) continue;
      if (of === 'provider') forTest(test, this.provider);
      else if (of === 'subcontractors')
        for (const { holder, inForce } of this.world.subcontractors(this.provider, ask)) {
          if (inForce !== false) forTest(test, holder);
        }
      else {
        const advisers = this.advisersOfRoute();
        if (advisers.length === 0) grants.push({ type: 'AdviserRegistered', subject: NEW_ADVISER, data: {} });
        // Who is employed by the school that asks would not be independent of it.
        const basis = 'contracted';
        const needNotBeEngaged = of === 'known-adviser' && this.advisers.length > 0;
        for (const adviser of advisers) {
          if (!needNotBeEngaged && ask(this.world.engagement(adviser, this.provider)) !== true)
            grants.push({
              type: 'EngagementStarted',
              subject: adviser.key,
              data: { provider: this.provider.key, from: date, basis },
            });
          forTest(test, adviser);
        }
      }
    }
    const distinct = new Map(grants.map((grant) => [canonical(grant), grant]));
    return [...distinct.values()];
  }

  /** Of qualifications that every edition accepts for the same purposes one: each of them does what another does. */
  private enoughToTry(purposes: Terms['purposes']): Terms['purposes'] {
    const uses = (qualification: string): string =>
      canonical(
        this.editions.map((edition) =>
          Object.keys(edition.purposes).filter((purpose) =>
            edition.purposes[purpose]?.includes(qualification),
          ),
        ),
      );
    const one = (accepted: readonly string[]): string[] => [
      ...new Map(accepted.map((qualification) => [uses(qualification), qualification])).values(),
    ];
    return Object.fromEntries(
      Object.entries(purposes).map(([purpose, accepted]) => [purpose, one(accepted)]),
    );
  }

  /** The advisers named or, where none are, those ever engaged, or else one new one. */
  private advisersOfRoute(): Subject[] {
    if (this.advisers.length > 0) return this.advisers;
    const ever = this.world.everEngaged(this.provider);
    if (ever.length > 0) return ever;
    return this.world.isRegistered(NEW_ADVISER) ? [this.world.subject(NEW_ADVISER)] : [];
  }
}

const NEW_ADVISER = 'adviser:newadviserofroute';

/** The grants of which each passes a test from a day on, of names that nothing else has. */
function grantsOfTest(
  leaf: Test,
  purposes: Terms['purposes'],
  date: string,
  mint: string,
): Omit<Submission, 'subject'>[] {
  if ('accredited' in leaf)
    return [
      {
        type: 'AccreditationAwarded',
        data: { standard: leaf.accredited, reference: mint, from: date, kind: 'initial' },
      },
    ];
  if ('applied' in leaf)
    return [{ type: 'AccreditationApplied', data: { standard: leaf.applied, on: date } }];
  if ('contracted' in leaf)
    return [
      {
        type: 'ContractAwarded',
        data: {
          reference: `${mint}-${leaf.contracted}`,
          programme: leaf.contracted,
          services: ['personal-guidance'],
          clientGroups: ['adults'],
          from: date,
          until: '9999-12-31',
        },
      },
    ];
  if ('independent' in leaf) return [];
  if ('qualified' in leaf)
    return (purposes[leaf.qualified] ?? []).map((qualification) => ({
      type: 'QualificationAwarded',
      data: { qualification, awardedOn: date, certificate: `${mint}-${qualification}` },
    }));
  if ('workingTowards' in leaf)
    return (purposes[leaf.workingTowards] ?? []).map((qualification) => ({
      type: 'EnrolmentStarted',
      data: { qualification, from: date, expectedEnd: '9999-12-31' },
    }));
  if ('registered' in leaf)
    return [{ type: 'RegistrationGranted', data: { register: leaf.registered, from: date } }];
  throw new Error('No single grant passes a combination');
}

// ---------------------------------------------------------------------------------------------------------------
// Warnings of a posting (specification, section 3)
// ---------------------------------------------------------------------------------------------------------------

/** The warnings that the oracle tells; those of shapes and of shared certificates are told elsewhere. */
export const WARNINGS = [
  'retracted',
  'dispute-upheld',
  'unknown-standard',
  'unknown-qualification',
  'unknown-register',
  'future-date',
  'decided-before-lodged',
];

const OWN_CODES = [
  ...['matrix', 'quality-in-careers', 'uk-register'],
  ...['l6-dcgd', 'qcg', 'qcgd', 'qcd', 'dipcg', 'l6-cdp', 'l7-pgdip-cg', 'l4-dcia'],
];

/** Every text in the policies that stand: whatever they name is known. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

const TELLS_OF_THE_PAST: Record<string, string> = {
  QualificationClaimed: 'awardedOn',
  QualificationAwarded: 'awardedOn',
  AccreditationApplied: 'on',
  AccreditationApplicationEnded: 'on',
  AppealLodged: 'on',
  AppealDecided: 'on',
  ImprovementCheckCompleted: 'on',
  ImprovementCheckMissed: 'on',
};

/** By what stood before the posting; a correction is warned of as its target with the new data. */
function warningsOf(submission: Submission, world: World, log: Log): string[] {
  if (submission.type === 'EventCorrected') {
    const target = log.events[named(submission) ?? -1];
    const { data } = submission.data;
    if (target === undefined || !isObject(data)) return [];
    return warningsOf({ type: target.type, subject: target.subject, data }, world, log);
  }
  const { type, data } = submission;
  const warnings: string[] = [];
  const known = [
    ...OWN_CODES,
    ...world.ofType('PolicyEditionPublished').flatMap(({ data }) => textsIn(data)),
  ];
  const grants = type === 'BodyRecognised' ? (data['mayPost'] as Data[]) : [];
  for (const field of ['standard', 'qualification', 'register']) {
    const lists = [data, ...grants].map((each) => each[`${field}s`] ?? []);
    const codes: unknown[] = [data[field] ?? [], ...lists].flat();
    if (codes.some((code) => !known.some((one) => one === code))) warnings.push(`unknown-${field}`);
  }
  const happened = day(data, TELLS_OF_THE_PAST[type] ?? '');
  const today = world.today();
  if (happened !== undefined && today !== undefined && happened > today) warnings.push('future-date');
  if (type === 'AppealDecided' || type === 'AppealLodged') {
    // The first lodging that stands counts, and the first decision after it (specification, section 4).
    const about = (which: string) => world.ofType(which).filter((fact) => named(fact) === named(submission));
    const [lodging] = about('AppealLodged');
    const decision = lodging && about('AppealDecided').find(({ position }) => position > lodging.position);
    const lodged = type === 'AppealLodged' ? day(data, 'on') : lodging && day(lodging.data, 'on');
    const decided = type === 'AppealDecided' ? day(data, 'on') : decision && day(decision.data, 'on');
    if (lodged !== undefined && decided !== undefined && decided < lodged)
      warnings.push('decided-before-lodged');
  }
  return warnings;
}

// ---------------------------------------------------------------------------------------------------------------
// The oracle
// ---------------------------------------------------------------------------------------------------------------

const DEEPEST_ROUTE = 6;

/** The grant tried last, and for which day: those of one day are tried in one order only. */
interface Since {
  day: Day | undefined;
  name: string;
}

/** Whether several policies are asked at once: a list, of one too. */
export function asksSeveral({ policy }: Pick<Question, 'policy'>): boolean {
  return policy === 'all' || Array.isArray(policy);
}

const NOTHING_YET: Since = { day: undefined, name: '' };

export class Oracle {
  private readonly log: StoredEvent[] = [];

  /** `bounds`: how many events of each row a body may post about one subject; of those that are not named, any number. */
  constructor(private readonly bounds: Readonly<Record<string, number>> = {}) {}

  /** The position of the last event, -1 if none. */
  head(): number {
    return this.log.length - 1;
  }

  events(): readonly StoredEvent[] {
    return this.log;
  }

  /** A reference is a position, or `id:` and the id of an event of the same body and source. */
  private resolved(posting: Posting): Data {
    const resolve = (data: Data): Data => {
      const result = { ...data };
      for (const field of ['event', 'against']) {
        const reference = text(data, field);
        if (!reference?.startsWith('id:')) continue;
        const found = this.log.find(
          (event) =>
            event.body === posting.body &&
            event.source === posting.source &&
            event.id === reference.slice('id:'.length),
        );
        if (found !== undefined) result[field] = found.position;
      }
      return result;
    };
    const data = resolve(posting.data);
    const corrected = data['data'];
    return posting.type === 'EventCorrected' && isObject(corrected)
      ? { ...data, data: resolve(corrected) }
      : data;
  }

  /** Judges a posting in the order of the statuses, and appends it where it is accepted (specification, section 3). */
  post(posting: Posting): Verdict {
    const log = new Log([...this.log]);
    const { type, subject, body, source, id, time } = posting;
    const submission: Submission = { type, subject, data: this.resolved(posting) };
    const refused = (status: number, codes: Set<string>): Verdict => ({ kind: 'refused', status, codes });

    const target = ABOUT_EVENTS.includes(type) ? log.events[named(submission) ?? -1] : undefined;
    const corrected = submission.data['data'];
    const brokenCorrection =
      type === 'EventCorrected' &&
      target !== undefined &&
      !NOT_CORRECTED.includes(target.type) &&
      isObject(corrected) &&
      isInvalid(target.type, target.subject, corrected);
    if (isInvalid(type, subject, submission.data) || brokenCorrection)
      return refused(400, new Set(['invalid-event']));

    const earlier = log.events.find(
      (event) => event.body === body && event.source === source && event.id === id,
    );
    const isSame =
      earlier !== undefined &&
      canonical({ type: earlier.type, subject: earlier.subject, data: earlier.data }) ===
        canonical(submission);
    if (isSame) {
      const position = Number(earlier.position);
      const then = new World(new Log(this.log.slice(0, position)).facts());
      const warnings = warningsOf(submission, then, log);
      if (log.retracted(position)) warnings.push('retracted');
      if (log.disputeUpheld(position)) warnings.push('dispute-upheld');
      return { kind: 'duplicate', position, warnings: unique(warnings).sort() };
    }

    const world = new World(log.facts());
    // A sole trader's name never comes into the log, neither by a renaming nor by the correction of one.
    const renaming = type === 'EventCorrected' ? target : submission;
    if (renaming?.type === 'ProviderRenamed' && world.isSoleTrader(world.subject(renaming.subject)))
      return refused(400, new Set(['invalid-event']));
    if (earlier !== undefined) return refused(409, new Set(['same-id-different-content']));
    const isIssued = world
      .ofType('BodyKeyIssued')
      .some((fact) => fact.subject === subject && fact.data['key'] === submission.data['key']);
    if (type === 'BodyKeyIssued' && isIssued) return refused(409, new Set(['same-id-different-content']));
    const forbiddenCodes = forbidden(submission, body, world, log);
    if (forbiddenCodes.size > 0) return refused(403, forbiddenCodes);
    const codes = unprocessable(submission, world, log);
    if (body !== REGISTRAR && world.today() === undefined) codes.add('no-day-opened');
    if (isTooMany(submission, body, log, this.bounds)) codes.add('too-many');
    if (codes.size > 0) return refused(422, codes);

    const warnings = unique(warningsOf(submission, world, log)).sort();
    const stored = this.append(posting, submission, time);
    return { kind: 'accepted', position: log.events.length, stored, warnings };
  }

  private append(
    by: Omit<Posting, 'type' | 'subject' | 'data'>,
    submission: Submission,
    time?: string,
  ): StoredEvent {
    const { type, subject, data } = submission;
    const stream = streamOf(type, subject, data, new Log(this.log));
    const stored: StoredEvent = {
      position: String(this.log.length),
      stream,
      revision: this.log.filter((event) => event.stream === stream).length,
      type,
      schema: 1,
      subject,
      body: by.body,
      source: by.source,
      id: by.id,
      ...(time === undefined ? {} : { time }),
      data,
    };
    this.log.push(stored);
    return stored;
  }

  ask(question: Question): Answer | SeveralAnswers | Refused {
    const inquiries = this.inquire(question);
    if (!Array.isArray(inquiries)) return inquiries;
    const answers = inquiries.map((inquiry) => inquiry.answer());
    const [first] = answers;
    return first === undefined || asksSeveral(question) ? { answers } : first;
  }

  /** One inquiry a policy, in the order in which they are answered. */
  private inquire(question: Question): Inquiry[] | Refused {
    const known = question.knownAt ?? this.head();
    if (known > this.head()) return { status: 503, codes: new Set(['not-caught-up']) };
    const world = new World(new Log(this.log.slice(0, known + 1)).facts());
    const policies = world.policiesNamed(question.policy ?? 'cmqa-2017');
    const standing = policies.filter((policy) => world.editions(policy).length > 0);
    const codes = new Set<string>();
    let status = 0;
    const refuse = (with_: number, code: string): void => {
      status ||= with_;
      codes.add(code);
    };
    if (question.until < question.from) refuse(400, 'invalid-question');
    if (standing.length < policies.length) refuse(404, 'unknown-policy');
    const hasSetting = (policy: string): boolean =>
      world.editions(policy).some(({ settings }) => question.setting in settings);
    if ((standing.length > 0 || policies.length === 0) && !standing.some(hasSetting))
      refuse(400, 'invalid-question');
    const { provider, school = provider, advisers = [] } = question;
    if (!world.isRegistered(provider) || !world.isRegistered(school)) refuse(404, 'unknown-provider');
    if (advisers.some((key) => !world.isRegistered(key))) refuse(404, 'unknown-adviser');
    return codes.size > 0
      ? { status, codes }
      : policies.map((policy) => new Inquiry(world, question, policy));
  }

  /** The question as it stands when these events follow the log at K, appended without judging. */
  private after(question: Question, extra: readonly Submission[]): Inquiry | undefined {
    const oracle = new Oracle();
    oracle.log.push(...this.log.slice(0, (question.knownAt ?? this.head()) + 1));
    for (const each of extra) {
      const id = `extra-${oracle.log.length}`;
      oracle.append({ body: REGISTRAR, source: '/extra', id }, each);
    }
    const inquiries = oracle.inquire({ ...question, knownAt: oracle.head() });
    return Array.isArray(inquiries) ? inquiries[0] : undefined;
  }

  /** Whether the answer is eligible when these events follow. */
  eligibleAfter(
    question: Question,
    extra: readonly { type: string; subject: string; data: Data }[],
  ): boolean {
    const inquiry = this.after(question, extra);
    return inquiry !== undefined && inquiry.firstUncovered() === undefined;
  }

  /**
   * The number of events in the shortest route (specification, section 4, "route"), by trying all of one, of two, and so
   * on; 0 where there is none or the answer is not `not-eligible`. One policy is asked.
   */
  routeLength(question: Question): number {
    const answer = this.ask(question);
    if (!('outcome' in answer) || answer.outcome !== 'not-eligible') return 0;
    const reaches = (
      inquiry: Inquiry | undefined,
      extra: readonly Submission[],
      since: Since,
      left: number,
    ): boolean => {
      if (inquiry === undefined) return false;
      const bad = inquiry.firstUncovered();
      if (bad === undefined) return true;
      if (left === 0) return false;
      const grants = inquiry.grantsFor(bad);
      return grants.some((grant) => {
        // An engagement may oblige to more than it brings, and be needed all the same: it comes first.
        const isEngagement = grant.type === 'EngagementStarted';
        const name = `${isEngagement ? 1 : 2} ${canonical(grant)}`;
        if (since.day === bad && name <= since.name) return false;
        const further = [...extra, grant];
        const next = this.after(question, further);
        if (grant.type === 'AdviserRegistered') return reaches(next, further, NOTHING_YET, left - 1);
        const useful = next !== undefined && next.grantsFor(bad).length < grants.length;
        return (isEngagement || useful) && reaches(next, further, { day: bad, name }, left - 1);
      });
    };
    for (let length = 1; length <= DEEPEST_ROUTE; length++)
      if (reaches(this.after(question, []), [], NOTHING_YET, length)) return length;
    return 0;
  }
}
