/**
 * Random histories of a small world, in which keys, references, dates and ids collide often. The same seed always
 * gives the same history: a test that fails names its seed and nothing else.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Dice } from '../dice';
import { EVENT_TYPES, asksSeveral, Oracle } from './oracle';
import type { Data, Posting, Question } from './oracle';

function policyFile(id: string): unknown {
  const file = join(__dirname, '..', '..', 'libs', 'domain', 'policies', `${id}.json`);
  return JSON.parse(readFileSync(file, 'utf8'));
}

const POLICY = policyFile('cmqa-2017') as Data;
const ENGLAND = ['england-funding', 'england-guidance', 'england-statute'];

/** The built-in policies as a first start publishes them (specification, section 6). */
export const FIRST_EDITIONS: readonly Pick<Posting, 'id' | 'type' | 'subject' | 'data'>[] = [
  ...[{ edition: 1, effectiveFrom: '2017-10-01', policy: POLICY }].map(editionOf('cmqa-2017')),
  ...ENGLAND.flatMap((id) => (policyFile(id) as Data[]).map(editionOf(id))),
];

function editionOf(id: string) {
  return (data: Data) => ({
    id: `policy-${id}-${String(data['edition'])}`,
    type: 'PolicyEditionPublished',
    subject: `policy:${id}`,
    data,
  });
}

const REFUSED_KEPT = 0.4;

const REGISTRAR = 'body:registrar';
const MATRIX = 'body:matrix';
const CDI = 'body:cdi';
const COUNCIL = 'body:council';
const BODIES = [MATRIX, CDI, COUNCIL];

const PROVIDERS = ['ukprn:10000001', 'ukprn:10000002', 'company:00000003', 'charity:1000004'];
const FURTHER_KEYS = ['company:00000011', 'charity:1000012', 'ukprn:10000013'];
const SCHOOLS = ['urn:100001', 'urn:100002'];
const ADVISERS = ['adviser:aaaaaaaa', 'adviser:bbbbbbbb', 'adviser:cccccccc', 'adviser:dddddddd'];
const AREAS = ['area:E10000014', 'area:E10000015'];
const STANDARDS = ['matrix', 'matrix', 'matrix', 'quality-in-careers'];
const REFERENCES = ['M-1', 'M-2'];
const BASES = ['employed', 'employed', 'contracted', 'self'];
const CONTRACTS = ['K-1', 'K-2', 'K-3', 'K-4'];
const PROGRAMMES = ['ncs', 'ncs', 'fund'];
const CERTIFICATES = ['C-1', 'C-2', 'C-3'];
const QUALIFICATIONS = ['l6-dcgd', 'l6-dcgd', 'qcg', 'l4-dcia'];
const REGISTERS = ['cdi-register', 'other-register'];
const CODES = ['complaint', 'conduct', 'typing-mistake'];
const SCOPES = ['young-people', 'adults'];

const POLICIES = ['cmqa-2017', 'other', 'other', 'other', ...ENGLAND];
/** Settings that the policies of England have; `other` may have any. */
const SETTINGS_OF: Record<string, string[]> = {
  'england-funding': ['national-careers-service'],
  'england-guidance': ['school-in-house', 'school-commissioned'],
  'england-statute': ['school-commissioned'],
};
const STRENGTHS = ['statute', 'funding-condition', 'guidance', 'proposal'];

const SETTINGS = [
  'school-in-house',
  'school-commissioned',
  'national-careers-service',
  'publicly-funded',
  'private',
];

/** Those that few policies have, or few editions. */
const RARE_SETTINGS = ['quality-school', 'traineeship', 'adult-education-budget-college'];

const MILLISECONDS_A_DAY = 86_400_000;
const FIRST_DAY = Date.UTC(2019, 0, 1) / MILLISECONDS_A_DAY;

function dateOf(day: number): string {
  return new Date(day * MILLISECONDS_A_DAY).toISOString().slice(0, 10);
}

/** Beginnings and ends of months of a few years, so that days meet and touch. */
function monthStart(month: number): string {
  return new Date(Date.UTC(2018, month, 1)).toISOString().slice(0, 10);
}
function monthEnd(month: number): string {
  return new Date(Date.UTC(2018, month + 1, 0)).toISOString().slice(0, 10);
}
const MONTHS = 48;

/** A further edition, with what the first one does not use: scopes, months, registers, `all`. */
function furtherPolicy(dice: Dice): Data {
  return {
    ...POLICY,
    strength: dice.one(['guidance', 'statute']),
    settings: {
      ...(POLICY['settings'] as Data),
      'school-commissioned': [
        {
          id: 'adviser-qualified',
          of: dice.one(['some-adviser', 'every-adviser']),
          binding: 'must',
          cites: 'CMQA-5',
          test: { all: [{ qualified: 'personal-guidance' }, { registered: 'cdi-register' }] },
        },
        {
          id: 'matrix-accredited',
          of: 'provider',
          binding: dice.one(['must', 'encouraged']),
          cites: 'CMQA-5',
          test: { accredited: 'matrix', scope: 'young-people' },
        },
      ],
      'publicly-funded': [
        {
          id: 'matrix-or-applied',
          of: 'provider',
          binding: 'must',
          cites: 'CMQA-9',
          test: {
            any: [{ accredited: 'matrix' }, { applied: 'matrix', withinMonths: dice.one([1, 6, 12]) }],
          },
        },
        {
          id: 'subcontractors-accredited',
          of: 'subcontractors',
          binding: 'must',
          cites: 'CMQA-9',
          test: { any: [{ accredited: 'matrix' }, { applied: 'matrix', withinMonths: 12 }] },
        },
      ],
      'national-careers-service': [
        {
          id: 'advisers-working-towards',
          of: 'every-adviser',
          binding: 'must',
          cites: 'CMQA-8',
          test: {
            any: [
              { qualified: 'information' },
              { workingTowards: 'personal-guidance', withinMonths: dice.one([3, 12]) },
            ],
          },
        },
        {
          id: 'registered',
          of: 'some-adviser',
          binding: 'encouraged',
          cites: 'CMQA-8',
          test: { registered: 'cdi-register' },
        },
      ],
      ...(dice.chance(0.5)
        ? {
            'quality-school': [
              {
                id: 'quality',
                of: 'provider',
                binding: 'must',
                cites: 'CMQA-4',
                test: { accredited: 'quality-in-careers' },
              },
            ],
          }
        : {}),
    },
  };
}

/** A test of any kind, of several parts now and then. */
function drawnTest(dice: Dice, ofProvider: boolean, depth = 0): Data {
  if (depth < 2 && dice.chance(0.3)) {
    const parts = Array.from({ length: 1 + dice.below(3) }, () => drawnTest(dice, ofProvider, depth + 1));
    return { [dice.one(['any', 'all'])]: parts };
  }
  const months = dice.chance(0.4) ? { withinMonths: dice.one([1, 3, 6, 12]) } : {};
  const scope = dice.chance(0.3) ? { scope: dice.one(SCOPES) } : {};
  const purpose = dice.one(['personal-guidance', 'information']);
  if (ofProvider)
    return dice.one<Data>([
      { accredited: dice.one(STANDARDS), ...scope },
      { applied: dice.one(STANDARDS), ...months },
      { applied: dice.one(STANDARDS), ...months },
      { contracted: dice.one(PROGRAMMES) },
    ]);
  return dice.one<Data>([
    { qualified: purpose },
    { workingTowards: purpose, ...months },
    { registered: dice.one(REGISTERS) },
    { independent: true },
    { independent: true },
  ]);
}

/** A policy of which everything is drawn but what it accepts. */
function drawnPolicy(dice: Dice): Data {
  const requirement = (_: unknown, number: number): Data => {
    const of = dice.one([
      ...['provider', 'subcontractors'],
      ...['some-adviser', 'every-adviser', 'known-adviser', 'known-adviser'],
    ]);
    // One id stands for one kind of requirement: what an answer says of an id that changes its kind is written nowhere.
    return {
      id: `${of}-${number}`,
      of,
      binding: dice.chance(0.75) ? 'must' : 'encouraged',
      cites: 'CMQA-5',
      test: drawnTest(dice, ['provider', 'subcontractors'].includes(of)),
    };
  };
  const settings = SETTINGS.filter(() => dice.chance(0.92)).map((setting) => [
    setting,
    Array.from({ length: dice.below(5) }, requirement),
  ]);
  return { ...POLICY, strength: dice.one(STRENGTHS), settings: Object.fromEntries(settings) as Data };
}

/** How often each kind of event is posted, against the others. */
const WEIGHTS: Record<string, number> = {
  DayOpened: 4,
  ProviderRegistered: 3,
  SchoolRegistered: 2,
  AdviserRegistered: 3,
  ProviderIdentified: 2,
  AccreditationApplied: 6,
  AccreditationApplicationEnded: 6,
  AccreditationAwarded: 14,
  AccreditationExtended: 4,
  AccreditationSuspended: 5,
  AccreditationReinstated: 4,
  AccreditationWithdrawn: 3,
  QualificationAwarded: 8,
  EnrolmentStarted: 4,
  RegistrationGranted: 4,
  RegistrationRestored: 2,
  EngagementStarted: 10,
  EngagementEnded: 3,
  ContractAwarded: 12,
  CommissionAgreed: 3,
  SanctionImposed: 2,
  BodyRecognised: 2,
  AppealLodged: 6,
  AppealDecided: 5,
  EventCorrected: 9,
  EventRetracted: 8,
  DisputeOpened: 9,
  DisputeClosed: 5,
  ProviderMerged: 0.4,
  ProviderSucceeded: 0.8,
  ProviderClosed: 0.5,
  BodyRecognitionEnded: 0.4,
  PolicyEditionPublished: 2,
  AccreditationVoided: 1,
  QualificationVoided: 1,
  AdviserMerged: 1,
};

const APPEALABLE = [
  'AccreditationSuspended',
  'AccreditationWithdrawn',
  'QualificationRevoked',
  'RegistrationRemoved',
  'SanctionImposed',
];
const MENDING = ['EventCorrected', 'EventRetracted'];
const ABOUT_EVENTS = [
  'AppealLodged',
  'AppealDecided',
  'EventCorrected',
  'EventRetracted',
  'DisputeOpened',
  'DisputeClosed',
];

const NEVER_RETRACTED = [
  'DayOpened',
  'BodyKeyIssued',
  'BodyKeyRevoked',
  'PolicyEditionPublished',
  'BodyRecognised',
];
const NEVER_CORRECTED = [
  'DayOpened',
  'BodyKeyIssued',
  'BodyKeyRevoked',
  'EventCorrected',
  'EventRetracted',
  'DisputeOpened',
  'DisputeClosed',
];

/** Who usually posts a type. */
function usualBody(type: string): string {
  if (type.startsWith('Accreditation') || type.startsWith('Improvement')) return MATRIX;
  if (/^(Qualification|Enrolment|Registration|Sanction|Adviser)/.test(type)) return CDI;
  if (/^(Engagement|Contract|Commission|Careers|Programme|Coordinator|School)/.test(type)) return COUNCIL;
  return REGISTRAR;
}

class Writer {
  readonly postings: Posting[] = [];
  /** What was accepted, by position: most of what follows is about something that is there. */
  private readonly log: Posting[] = [];
  private readonly oracle = new Oracle();
  private today = FIRST_DAY;
  private number = 0;
  private readonly weights = EVENT_TYPES.map((type) => ({ type, weight: WEIGHTS[type] ?? 2 }));

  constructor(private readonly dice: Dice) {}

  private post(body: string, type: string, subject: string, data: Data, id?: string, source?: string): void {
    this.submit({
      body,
      source:
        source ??
        (body === REGISTRAR
          ? 'https://registrar.example/desk'
          : `https://${body.slice('body:'.length)}.example/feed`),
      id: id ?? `${type.replace(/[a-z]/g, '')}-${this.number++}`,
      type,
      subject,
      data,
      ...(this.dice.chance(0.1) ? { time: '2026-09-01T09:00:00Z' } : {}),
    });
  }

  /** A refusal changes nothing, so most that would be refused can be left out. */
  private submit(posting: Posting): void {
    const { kind } = this.oracle.post(posting);
    if (kind === 'accepted') this.log.push(posting);
    if (kind !== 'refused' || this.dice.chance(REFUSED_KEPT)) this.postings.push(posting);
  }

  /** The policies, a day, the bodies, and a few of each subject. */
  begin(): void {
    const { dice } = this;
    for (const { id, type, subject, data } of FIRST_EDITIONS) this.post(REGISTRAR, type, subject, data, id);
    if (dice.chance(0.9)) {
      const edition = { edition: 1, effectiveFrom: '2018-01-01', policy: drawnPolicy(dice) };
      this.post(REGISTRAR, 'PolicyEditionPublished', 'policy:other', edition);
    }
    const date = dateOf(this.today);
    this.post(REGISTRAR, 'DayOpened', 'calendar:england', { date }, `day-${date}`);
    for (const body of BODIES)
      this.post(REGISTRAR, 'BodyRecognised', body, this.recognition(body, '2010-01-01'));
    for (const provider of PROVIDERS.slice(0, 3)) this.register(provider);
    for (const adviser of ADVISERS.slice(0, 3)) this.post(CDI, 'AdviserRegistered', adviser, {});
    for (const school of SCHOOLS.slice(0, 1 + dice.below(2))) {
      const data = { name: `School ${school.slice(-2)}`, phase: 'secondary', area: dice.one(AREAS) };
      this.post(COUNCIL, 'SchoolRegistered', school, data);
    }
    const basis = 'employed';
    for (const [index, adviser] of ADVISERS.slice(0, 2).entries()) {
      if (dice.chance(0.7))
        this.post(COUNCIL, 'EngagementStarted', adviser, {
          provider: this.provider(),
          from: monthStart(dice.below(18)),
          basis,
        });
      if (dice.chance(0.4))
        this.post(COUNCIL, 'EngagementStarted', adviser, {
          provider: dice.one(SCHOOLS),
          from: monthStart(dice.below(30)),
          basis,
        });
      if (dice.chance(0.8))
        this.post(CDI, 'QualificationAwarded', adviser, {
          qualification: 'l6-dcgd',
          awardedOn: monthStart(dice.below(18)),
          certificate: dice.one(CERTIFICATES.slice(index)),
        });
    }
    if (dice.chance(0.6)) {
      const application = { standard: 'matrix', on: monthStart(dice.below(24)) };
      const subject = this.provider();
      this.post(MATRIX, 'AccreditationApplied', subject, application);
      const end = { standard: 'matrix', on: monthEnd(6 + dice.below(24)), outcome: 'refused' };
      if (dice.chance(0.6)) this.post(MATRIX, 'AccreditationApplicationEnded', subject, end);
    }
    if (dice.chance(0.8)) {
      const { subject, data } = this.compose('AccreditationAwarded');
      this.post(MATRIX, 'AccreditationAwarded', subject, { ...data, standard: 'matrix' });
    }
  }

  private recognition(body: string, from: string): Data {
    const { dice } = this;
    const about = ABOUT_EVENTS.filter((type) => type !== 'DisputeClosed');
    const of = (pattern: RegExp): string[] => EVENT_TYPES.filter((type) => pattern.test(type));
    const name = `Body ${body.slice('body:'.length)}`;
    if (body === MATRIX) {
      const types = [...of(/^(Accreditation|Improvement)/), ...about];
      const standards = dice.chance(0.6) ? ['matrix', 'quality-in-careers'] : ['matrix'];
      return { name, from, mayPost: [{ types: dice.chance(0.3) ? '*' : types, standards }] };
    }
    if (body === CDI) {
      const types = [...of(/^(Qualification|Enrolment|Registration|Sanction|Adviser)/), ...about];
      const limits = dice.chance(0.3) ? { qualifications: ['l6-dcgd', 'qcg'] } : {};
      const all = dice.chance(0.3) ? '*' : types;
      return { name, from, mayPost: [{ types: all, ...limits }, { types: ['EngagementStarted'] }] };
    }
    return { name, from, mayPost: [{ types: '*' }] };
  }

  private register(provider: string): void {
    const { dice } = this;
    const sole = dice.chance(0.2);
    this.post(REGISTRAR, 'ProviderRegistered', provider, {
      ...(sole ? {} : { name: `Guidance ${provider.slice(-2)}` }),
      legalForm: sole ? 'sole-trader' : 'company',
      ...(dice.chance(0.2) ? { services: ['personal-guidance'], area: 'area:E10000014' } : {}),
    });
  }

  // --- Small choices ---

  private provider(): string {
    const { dice } = this;
    if (dice.chance(0.08)) return dice.one(FURTHER_KEYS);
    if (dice.chance(0.08)) return dice.one(SCHOOLS);
    return dice.chance(0.75) ? dice.one(PROVIDERS.slice(0, 2)) : dice.one(PROVIDERS);
  }

  /** Keys that are registered, but for one. */
  private others(key: string): string[] {
    const registered = this.log.filter(({ type }) => /^(Provider|School)Registered$/.test(type));
    return unique(registered.map(({ subject }) => subject)).filter((each) => each !== key);
  }

  private adviser(): string {
    return this.dice.chance(0.6) ? this.dice.one(ADVISERS.slice(0, 2)) : this.dice.one(ADVISERS);
  }

  /** Mostly the beginning of a month before today, sometimes a day of its own. */
  private start(): string {
    const { dice } = this;
    return dice.chance(0.1) ? dateOf(FIRST_DAY + dice.below(900)) : monthStart(dice.below(MONTHS));
  }

  private interval(longest = 30): { from: string; until: string } {
    const month = this.dice.below(MONTHS - 12);
    const last = this.dice.chance(0.03) ? month - 2 : month + this.dice.below(longest);
    return { from: monthStart(month), until: monthEnd(last) };
  }

  private reason(): string {
    return this.dice.one(CODES);
  }

  private onAppeal(): string {
    return this.dice.one(['stays', 'stands']);
  }

  private earlier(...types: string[]): Posting | undefined {
    const found = this.log.filter(({ type }) => types.includes(type));
    return found.length === 0 ? undefined : this.dice.one(found);
  }

  // --- One posting ---

  next(): void {
    const { dice } = this;
    const total = this.weights.reduce((sum, { weight }) => sum + weight, 0);
    let point = dice.next() * total;
    const chosen = this.weights.find(({ weight }) => (point -= weight) < 0);
    const type = chosen?.type ?? 'DayOpened';
    if (dice.chance(0.04)) this.repeat();
    else if (dice.chance(0.01)) this.disputeMuch();
    else if (ABOUT_EVENTS.includes(type)) this.about(type);
    else {
      const { subject, data } = this.compose(type);
      this.post(this.bodyFor(type), type, subject, data);
    }
  }

  private bodyFor(type: string): string {
    const { dice } = this;
    if (dice.chance(0.25)) return REGISTRAR;
    return dice.chance(0.04) ? dice.one(BODIES) : usualBody(type);
  }

  /** The same id once more, with the same or with other content, or from another source. */
  private repeat(): void {
    const { dice } = this;
    const posting = dice.one(this.postings);
    const other = dice.one(this.postings);
    const again = dice.one<Posting>([
      posting,
      posting,
      { ...posting, data: other.data, type: other.type, subject: other.subject },
      { ...posting, source: '/other' },
      { ...posting, id: `again-${this.number++}` },
    ]);
    this.submit({ ...again });
  }

  /** Everything about the adviser is disputed at once about whom there is most: often more than may be. */
  private disputeMuch(): void {
    const { dice } = this;
    const disputable = this.log.flatMap(({ subject, type }, position) =>
      subject.startsWith('adviser:') && /^(Qual|Enrol|Regis|Sanc)/.test(type) ? [{ subject, position }] : [],
    );
    const most = [...Map.groupBy(disputable, ({ subject }) => subject).values()].sort(
      (a, b) => b.length - a.length,
    )[0];
    for (const { subject, position } of most ?? [])
      this.post(REGISTRAR, 'DisputeOpened', subject, { event: String(position), reason: dice.one(CODES) });
  }

  /** An event of the subject, where there is one, changed or ended; else anything. */
  private like(fields: readonly string[], ...types: string[]): { subject: string; data: Data } | undefined {
    if (this.dice.chance(0.08)) return undefined;
    const found = this.earlier(...types);
    if (found === undefined) return undefined;
    return {
      subject: found.subject,
      data: Object.fromEntries(fields.map((field) => [field, found.data[field]])),
    };
  }

  private compose(type: string): { subject: string; data: Data } {
    const { dice } = this;
    const award = (): { subject: string; data: Data } =>
      this.like(['standard', 'reference'], 'AccreditationAwarded') ?? {
        subject: this.provider(),
        data: { standard: dice.one(STANDARDS), reference: dice.one(REFERENCES) },
      };
    const certificate = (): { subject: string; data: Data } =>
      this.like(['certificate'], 'QualificationAwarded') ?? {
        subject: this.adviser(),
        data: { certificate: dice.one(CERTIFICATES) },
      };
    const enrolment = (): { subject: string; data: Data } =>
      this.like(['qualification'], 'EnrolmentStarted') ?? {
        subject: this.adviser(),
        data: { qualification: dice.one(QUALIFICATIONS) },
      };
    const registration = (...types: string[]): { subject: string; data: Data } =>
      this.like(['register'], ...types) ?? {
        subject: this.adviser(),
        data: { register: dice.one(REGISTERS) },
      };
    const further = (base: { subject: string; data: Data }, data: Data): { subject: string; data: Data } => ({
      subject: base.subject,
      data: { ...base.data, ...data },
    });
    const reason = this.reason();
    const onAppeal = this.onAppeal();
    const from = this.start();
    const on = dice.chance(0.5) ? monthEnd(dice.below(MONTHS)) : this.start();

    switch (type) {
      case 'ProviderRegistered': {
        const sole = dice.chance(0.2);
        const named = sole === dice.chance(0.03) ? { name: `Guidance ${this.number}` } : {};
        return {
          subject: dice.one([...PROVIDERS, ...FURTHER_KEYS, ...SCHOOLS.slice(1)]),
          data: { ...named, legalForm: sole ? 'sole-trader' : 'charity' },
        };
      }
      case 'ProviderRenamed':
        return { subject: this.provider(), data: { name: `Renamed ${this.number}`, from } };
      case 'ProviderIdentified':
        return {
          subject: this.provider(),
          data: { as: dice.one([...FURTHER_KEYS, ...FURTHER_KEYS, ...PROVIDERS]) },
        };
      case 'ProviderMerged':
        return {
          subject: this.provider(),
          data: { into: this.provider(), on: monthEnd(24 + dice.below(24)) },
        };
      case 'ProviderSucceeded': {
        const subject = this.provider();
        const by = dice.chance(0.1) ? [this.provider(), this.provider()] : dice.some(this.others(subject));
        const kind = dice.one(['conversion', 'merger', 'amalgamation', 'split']);
        return { subject, data: { by: by.slice(0, 3), on: monthEnd(24 + dice.below(24)), kind } };
      }
      case 'ProviderClosed':
        return { subject: this.provider(), data: { on: monthEnd(24 + dice.below(24)), reason } };
      case 'AccreditationApplied':
        return {
          subject: this.provider(),
          data: {
            standard: dice.one(STANDARDS),
            on: from,
            ...(dice.chance(0.5) ? { reference: dice.one(REFERENCES) } : {}),
          },
        };
      case 'AccreditationApplicationEnded': {
        const { subject, data } = this.like(['standard', 'reference'], 'AccreditationApplied') ?? award();
        const { standard, reference } = data;
        const names = reference !== undefined && dice.chance(0.7) ? { standard, reference } : { standard };
        const outcome = dice.one(['awarded', 'refused', 'withdrawn', 'expired']);
        return { subject, data: { ...names, on, outcome } };
      }
      case 'AccreditationAwarded': {
        const { from: begins, until } = this.interval();
        return {
          subject: this.provider(),
          data: {
            standard: dice.one(STANDARDS),
            reference: dice.one(REFERENCES),
            from: begins,
            ...(dice.chance(0.12) ? {} : { until }),
            kind: dice.one(['initial', 'review', 'transfer']),
            ...(dice.chance(0.3) ? { scope: dice.some(SCOPES) } : {}),
            ...(dice.chance(0.05) ? { conditions: ['annual-report'] } : {}),
          },
        };
      }
      case 'AccreditationExtended':
        return further(award(), { until: monthEnd(12 + dice.below(44)), reason });
      case 'AccreditationSuspended':
      case 'AccreditationWithdrawn':
        return further(award(), { from, reason, onAppeal });
      case 'AccreditationReinstated':
        return further(this.like(['standard', 'reference'], 'AccreditationSuspended') ?? award(), { from });
      case 'AccreditationSurrendered':
        return further(award(), { from });
      case 'AccreditationLapsed':
        return further(award(), { from, reason });
      case 'AccreditationVoided':
        return further(award(), { reason });
      case 'AccreditationTransferred':
        return further(award(), { to: this.provider(), from });
      case 'ImprovementCheckCompleted':
        return further(
          this.like(['standard', 'reference', 'month'], 'ImprovementCheckMissed') ??
            further(award(), { month: 12 }),
          { on },
        );
      case 'ImprovementCheckMissed':
        return further(award(), { month: dice.one([12, 24]), on });
      case 'AdviserRegistered':
        return { subject: dice.one(ADVISERS), data: {} };
      case 'AdviserMerged':
        return { subject: this.adviser(), data: { into: this.adviser() } };
      case 'QualificationClaimed':
        return {
          subject: this.adviser(),
          data: {
            qualification: dice.one(QUALIFICATIONS),
            awardedOn: from,
            ...(dice.chance(0.5) ? { certificate: dice.one(CERTIFICATES) } : {}),
          },
        };
      case 'QualificationAwarded':
        return {
          subject: this.adviser(),
          data: {
            qualification: dice.one(QUALIFICATIONS),
            awardedOn: from,
            certificate: dice.one(CERTIFICATES),
          },
        };
      case 'QualificationRevoked':
        return further(certificate(), { from, reason, onAppeal });
      case 'QualificationVoided':
        return further(certificate(), { reason });
      case 'EnrolmentStarted': {
        const { from: begins, until } = this.interval();
        return {
          subject: this.adviser(),
          data: { qualification: dice.one(QUALIFICATIONS), from: begins, expectedEnd: until },
        };
      }
      case 'EnrolmentExtended':
        return further(enrolment(), { expectedEnd: monthEnd(12 + dice.below(44)) });
      case 'EnrolmentEnded':
        return further(enrolment(), { on, outcome: dice.one(['completed', 'withdrawn', 'failed']) });
      case 'RegistrationGranted': {
        const { from: begins, until } = this.interval();
        return {
          subject: this.adviser(),
          data: { register: dice.one(REGISTERS), from: begins, ...(dice.chance(0.4) ? {} : { until }) },
        };
      }
      case 'RegistrationLapsed':
        return further(registration('RegistrationGranted'), { from, reason });
      case 'RegistrationRemoved':
        return further(registration('RegistrationGranted'), { from, reason, onAppeal });
      case 'RegistrationRestored':
        return further(registration('RegistrationLapsed', 'RegistrationRemoved'), { from });
      case 'SanctionImposed': {
        const { from: begins, until } = this.interval(4);
        return {
          subject: this.adviser(),
          data: { from: begins, ...(dice.chance(0.1) ? {} : { until }), reason, onAppeal },
        };
      }
      case 'EngagementStarted':
        return {
          subject: this.adviser(),
          data: {
            provider: dice.chance(0.25) ? dice.one(SCHOOLS) : this.provider(),
            from,
            basis: dice.one(BASES),
          },
        };
      case 'EngagementEnded':
        return further(
          this.like(['provider'], 'EngagementStarted') ?? {
            subject: this.adviser(),
            data: { provider: this.provider() },
          },
          { on },
        );
      case 'SchoolRegistered':
        return {
          subject: dice.one(SCHOOLS),
          data: { name: `School ${this.number}`, phase: 'secondary', area: dice.one(AREAS) },
        };
      case 'CommissionAgreed':
        return {
          subject: dice.one(SCHOOLS),
          data: {
            reference: dice.one(['A-1', 'A-2']),
            provider: this.provider(),
            setting: 'school-commissioned',
            ...this.interval(),
            ...(dice.chance(0.3) ? { advisers: [this.adviser()] } : {}),
          },
        };
      case 'CommissionEnded':
        return further(
          this.like(['reference'], 'CommissionAgreed') ?? {
            subject: dice.one(SCHOOLS),
            data: { reference: 'A-1' },
          },
          { on },
        );
      case 'CareersLeaderAppointed':
        return { subject: dice.one(SCHOOLS), data: { appointment: dice.one(['L-1', 'L-2']), from } };
      case 'CareersLeaderEnded':
        return further(
          this.like(['appointment'], 'CareersLeaderAppointed') ?? {
            subject: dice.one(SCHOOLS),
            data: { appointment: 'L-1' },
          },
          { on },
        );
      case 'ProgrammeMapped':
        return {
          subject: dice.one(SCHOOLS),
          data: {
            framework: 'cdi-framework',
            ages: [11, 18],
            ...(dice.chance(0.5) ? { from } : this.interval()),
          },
        };
      case 'CoordinatorAssigned':
        return {
          subject: dice.one(AREAS),
          data: { coordinator: this.adviser(), role: dice.one(['career-development', 'enterprise']), from },
        };
      case 'CoordinatorEnded':
        return further(
          this.like(['coordinator'], 'CoordinatorAssigned') ?? {
            subject: dice.one(AREAS),
            data: { coordinator: this.adviser() },
          },
          { on },
        );
      case 'ContractAwarded': {
        const reference = dice.one(CONTRACTS);
        const parents = CONTRACTS.slice(0, CONTRACTS.indexOf(reference));
        const parent = dice.one(parents.length === 0 || dice.chance(0.1) ? CONTRACTS : parents);
        const isSub = dice.chance(parents.length === 0 ? 0.1 : 0.9);
        return {
          subject:
            parents.length === 0 && dice.chance(0.7) ? dice.one(PROVIDERS.slice(0, 2)) : this.provider(),
          data: {
            reference,
            programme: dice.one(PROGRAMMES),
            services: ['personal-guidance'],
            clientGroups: ['adults'],
            ...this.interval(40),
            ...(isSub ? { subcontractorOf: parent } : {}),
          },
        };
      }
      case 'ContractEnded':
        return further(
          this.like(['reference'], 'ContractAwarded') ?? {
            subject: this.provider(),
            data: { reference: dice.one(CONTRACTS) },
          },
          { on },
        );
      case 'BodyRecognised': {
        const body = dice.one(BODIES);
        return {
          subject: body,
          data: this.recognition(
            body,
            dice.chance(0.7) ? '2010-01-01' : dateOf(this.today - 5 + dice.below(10)),
          ),
        };
      }
      case 'BodyRecognitionEnded':
        return {
          subject: dice.one([...BODIES, 'body:nobody']),
          data: { on: dateOf(this.today + dice.below(60) - 10), reason },
        };
      case 'BodySucceeded': {
        const body = dice.one(BODIES);
        return {
          subject: body,
          data: {
            by: dice.one([...BODIES.filter((each) => each !== body), 'body:nobody']),
            from: dateOf(this.today - 20 + dice.below(25)),
            ...(dice.chance(0.3) ? { standards: dice.some(['matrix', 'quality-in-careers']) } : {}),
            ...(dice.chance(0.3) ? { qualifications: dice.some(['l6-dcgd', 'qcg']) } : {}),
          },
        };
      }
      case 'BodyKeyIssued':
        return {
          subject: dice.one([...BODIES, ...BODIES, 'body:nobody']),
          data: {
            key: `k${this.number}`,
            hash: `sha256:${'0'.repeat(56)}${String(this.number).padStart(8, '0')}`,
            ...(dice.chance(0.3) ? { until: '2030-01-01' } : {}),
          },
        };
      case 'BodyKeyRevoked': {
        const issued = this.earlier('BodyKeyIssued');
        return issued === undefined
          ? { subject: 'body:nobody', data: { key: 'k0' } }
          : { subject: issued.subject, data: { key: issued.data['key'] } };
      }
      case 'PolicyEditionPublished': {
        const further = dice.chance(0.5) ? drawnPolicy(dice) : furtherPolicy(dice);
        return {
          subject: `policy:${dice.chance(0.02) ? 'all' : dice.one([...POLICIES, 'cmqa-2017'])}`,
          data: {
            edition: 1 + dice.below(6),
            effectiveFrom: monthStart(dice.below(MONTHS)),
            policy: dice.chance(0.1) ? { ...furtherPolicy(dice), purposes: {} } : further,
          },
        };
      }
      default: {
        const next = dice.chance(0.9) ? this.today + 1 : this.today + dice.below(4);
        if (next === this.today + 1) this.today = next;
        return { subject: 'calendar:england', data: { date: dateOf(next) } };
      }
    }
  }

  /** An event about another, named by the id that its body gave it or by its position. */
  private about(type: string): void {
    const { dice } = this;
    const target = this.targetOf(type);
    if (target === undefined) return;
    const position = String(this.log.indexOf(target));
    let { body, source } = target;
    let reference = dice.chance(0.7) ? `id:${target.id}` : position;
    if ((type === 'DisputeClosed' && body !== REGISTRAR && !dice.chance(0.05)) || dice.chance(0.25)) {
      body = type === 'DisputeClosed' || dice.chance(0.8) ? REGISTRAR : dice.one(BODIES);
      source = '/desk';
      reference = position;
    } else if (dice.chance(0.03))
      reference = dice.one(['id:nothing', '9999', String(dice.below(this.log.length))]);

    const successor = this.log.findLast((one) => one.type === 'BodySucceeded' && one.subject === body);
    if (successor && MENDING.includes(type) && dice.chance(0.4)) {
      body = String(successor.data['by']);
      source = '/desk';
      reference = position;
    }

    const subject = dice.chance(0.03) ? this.provider() : target.subject;
    const on = dateOf(FIRST_DAY - 300 + dice.below(900));
    const named: Data = type.startsWith('Appeal') ? { against: reference } : { event: reference };
    const data: Data = { ...named };
    if (type === 'AppealLodged') data['on'] = on;
    if (type === 'AppealDecided') Object.assign(data, { on, outcome: dice.one(['upheld', 'dismissed']) });
    if (type === 'EventRetracted' || type === 'DisputeOpened') data['reason'] = this.reason();
    if (type === 'DisputeClosed') data['outcome'] = dice.one(['upheld', 'dismissed']);
    if (type === 'EventCorrected')
      Object.assign(data, {
        kind: dice.one(['clerical', 'substantive']),
        reason: this.reason(),
        data: this.corrected(target),
      });
    this.post(body, type, subject, data, undefined, source);
  }

  /** Mostly an event of the kind that may be named so, and the newer the likelier. */
  private targetOf(type: string): Posting | undefined {
    const { dice } = this;
    const recent = dice.chance(0.5) ? this.log.slice(-25) : this.log;
    const among = (wanted: (posting: Posting) => boolean): Posting | undefined => {
      const found = recent.filter(wanted);
      return found.length === 0 ? undefined : dice.one(found);
    };
    const namedBy = (...types: string[]): Posting | undefined => {
      const by = among((posting) => types.includes(posting.type));
      const reference = by === undefined ? undefined : this.oracle.events()[this.log.indexOf(by)]?.data;
      return this.log[Number(reference?.['against'] ?? reference?.['event'])];
    };
    if (dice.chance(0.04)) return dice.one(this.log);
    switch (type) {
      case 'AppealLodged':
        return among((posting) => APPEALABLE.includes(posting.type));
      case 'AppealDecided':
        return namedBy('AppealLodged');
      case 'DisputeClosed':
        return namedBy('DisputeOpened');
      case 'DisputeOpened':
        return among((posting) =>
          /Awarded|Extended|Suspended|Withdrawn|Started|Ended|Revoked|Voided|Sanction|Granted|Closed|Applied|Succeeded|Merged/.test(
            posting.type,
          ),
        );
      case 'EventRetracted':
        return dice.chance(0.35)
          ? among((posting) => /^(Event|Dispute|Appeal)/.test(posting.type))
          : among((posting) => !NEVER_RETRACTED.includes(posting.type) || dice.chance(0.1));
      default:
        return among(
          ({ type }) =>
            (!NEVER_CORRECTED.includes(type) && (type !== 'PolicyEditionPublished' || dice.chance(0.2))) ||
            dice.chance(0.06),
        );
    }
  }

  /** The data of an event with one thing changed. */
  private corrected(target: Posting): Data {
    const { dice } = this;
    const data = { ...target.data };
    if ('against' in data) {
      if (!dice.chance(0.1))
        data['against'] = this.oracle.events()[this.log.indexOf(target)]?.data['against'];
      data['on'] = this.start();
      return data;
    }
    const change = dice.one(Object.keys(data).length === 0 ? ['nothing'] : Object.keys(data));
    if (['from', 'awardedOn', 'on', 'effectiveFrom'].includes(change) || dice.chance(0.4))
      for (const field of ['from', 'awardedOn', 'on']) if (field in data) data[field] = this.start();
    if (change === 'until' || change === 'expectedEnd') data[change] = monthEnd(20 + dice.below(30));
    if (change === 'reference')
      data['reference'] = dice.one(target.type.startsWith('Contract') ? CONTRACTS : REFERENCES);
    if (change === 'effectiveFrom') data['effectiveFrom'] = this.start();
    if (change === 'basis') data['basis'] = dice.one(BASES);
    if (change === 'programme') data['programme'] = dice.one(PROGRAMMES);
    if (change === 'by' && Array.isArray(data['by'])) data['by'] = dice.some(this.others(target.subject));
    if (change === 'standard') data['standard'] = dice.one(STANDARDS);
    if (change === 'certificate') data['certificate'] = dice.one(CERTIFICATES);
    if (change === 'qualification') data['qualification'] = dice.one(QUALIFICATIONS);
    if (change === 'provider') data['provider'] = this.provider();
    if (change === 'as') data['as'] = dice.one(FURTHER_KEYS);
    if (change === 'onAppeal') data['onAppeal'] = this.onAppeal();
    if (change === 'subcontractorOf') data['subcontractorOf'] = dice.one(CONTRACTS);
    if (change === 'name') data['name'] = `Corrected ${this.number}`;
    return data;
  }
}

/** A history of about so many postings; what is judged, and how, is for the reader to find out. */
export function history(seed: number, length = 140): Posting[] {
  const writer = new Writer(new Dice(seed));
  writer.begin();
  while (writer.postings.length < length) writer.next();
  return writer.postings;
}

function policyAsked(dice: Dice): Pick<Question, 'policy'> {
  if (dice.chance(0.4)) return {};
  if (dice.chance(0.6)) return { policy: dice.one(POLICIES) };
  return { policy: dice.chance(0.3) ? 'all' : dice.some(POLICIES) };
}

/** Questions about the subjects of a history, at any position up to its head. */
export function questions(
  seed: number,
  count: number,
  postings: readonly Posting[],
  head: number,
): Question[] {
  const dice = new Dice(seed ^ 0x5eed);
  const subjects = (type: string): string[] =>
    unique(postings.filter((posting) => posting.type === type).map(({ subject }) => subject));
  const providers = subjects('ProviderRegistered');
  const known = subjects('AdviserRegistered').slice(0, 2);
  const schools = subjects('SchoolRegistered');
  /** Days on which something begins or ends: there an answer changes. */
  const dates = postings
    .filter(({ type }) => type !== 'PolicyEditionPublished' && type !== 'DayOpened')
    .flatMap(({ data }) => Object.values(data).filter((value) => typeof value === 'string'))
    .filter((value) => /^20(18|19|20|21)-\d\d-\d\d$/.test(value));
  const asked: Question[] = [];
  for (let number = 0; number < count; number++) {
    const day = dice.chance(0.5)
      ? Date.parse(dice.one(dates)) / MILLISECONDS_A_DAY - dice.below(30)
      : Date.parse(monthStart(6 + dice.below(MONTHS - 8))) / MILLISECONDS_A_DAY + dice.below(28);
    const from = dice.chance(0.05) ? Date.parse('2017-06-01') / MILLISECONDS_A_DAY : day;
    const policy = policyAsked(dice);
    const settings = SETTINGS_OF[String(policy.policy)] ?? SETTINGS;
    const longest = asksSeveral(policy) ? 120 : 400;
    const days = dice.chance(0.2) ? dice.below(3) : dice.below(longest);
    const advisers = dice.chance(0.25)
      ? { advisers: dice.some(known.length > 0 && dice.chance(0.85) ? known : ADVISERS) }
      : {};
    const anybody = [...SCHOOLS, ...PROVIDERS, ...FURTHER_KEYS];
    const school = dice.chance(0.5) ? { school: dice.one(dice.chance(0.92) ? schools : anybody) } : {};
    const knownAt = dice.chance(0.6) ? { knownAt: Math.floor(head * (1 - dice.next() ** 2)) } : {};
    const provider = dice.chance(0.88)
      ? dice.one(dice.chance(0.7) ? providers.slice(0, 2) : providers)
      : dice.one([...PROVIDERS, ...FURTHER_KEYS, ...SCHOOLS]);
    const setting = dice.one(dice.chance(0.97) ? settings : RARE_SETTINGS);
    asked.push({
      provider,
      setting,
      from: dateOf(from),
      until: dateOf(from + days),
      ...advisers,
      ...school,
      ...knownAt,
      ...policy,
    });
  }
  return asked;
}

function unique<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}
