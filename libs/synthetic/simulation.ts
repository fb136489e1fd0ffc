import type { DatedPosting } from '@app/application/posting/history-import';
import type { Day } from '@app/domain/values/day';
import type { DataOf, EventType } from '@app/domain/log/event-catalogue';
import {
  ASSESSORS,
  CERTIFICATES,
  DIPLOMAS,
  FUNDER,
  posting,
  PROFESSION,
  SCHOOLS,
  TAKEN_OVER,
  type Body,
} from './bodies';
import { day, time, dayText, yearOf, yearsFrom } from './days';
import { Dice } from './prng';
import { adviserKey, AREA, providerKey, providerName, schoolKey, schoolName } from './names';

/** The day on which the county’s register begins. */
export const FIRST_SIMULATED_DAY = day('2017-09-01');

/** How many of each kind live, and the number of the first; smaller numbers belong to others. */
export interface Population {
  readonly providers: number;
  readonly advisers: number;
  readonly schools: number;
  readonly from?: { readonly providers: number; readonly advisers: number; readonly schools: number };
}

/** The population of a county with a given number of providers. */
export function populationOf(providers: number): Population {
  return {
    providers,
    advisers: Math.ceil(providers * 3.75),
    schools: Math.ceil(providers * 0.75),
  };
}

/** A life: it yields the day on which it continues, and posts what happens on that day. */
type Life = Generator<Day, void, undefined>;

/**
 * The ordinary lives of providers, advisers and schools: what the bodies post about them, day by day, without
 * an end. Everything that happens is lawful, and the same for one seed and population. Memory holds who lives
 * and the day on which each life continues, and so does not grow with time.
 */
export function* lives(seed: number, population: Population): Generator<DatedPosting, void, undefined> {
  const county = new County(seed, population);
  for (let n = 0; n < population.providers; n++) county.begin(provider(county, n));
  for (let n = 0; n < population.advisers; n++) county.begin(adviser(county, n));
  for (let n = 0; n < population.schools; n++) county.begin(school(county, n));
  for (;;) yield* county.nextDay();
}

class County {
  readonly #seed: number;
  readonly #population: Population;
  readonly #from: NonNullable<Population['from']>;
  readonly #waiting = new Map<Day, Life[]>();
  readonly #counts = new Map<string, number>();
  #posted: DatedPosting[] = [];
  #today = FIRST_SIMULATED_DAY - 1;

  constructor(seed: number, population: Population) {
    this.#seed = seed;
    this.#population = population;
    this.#from = population.from ?? { providers: 0, advisers: 0, schools: 0 };
  }

  get today(): Day {
    return this.#today;
  }

  /** Each life has its own dice, so that other lives do not change it. */
  dice(of: string, n: number): Dice {
    return new Dice(this.#seed, of, n);
  }

  /** Begins a life, which continues tomorrow at the earliest. */
  begin(life: Life): void {
    this.#wait(life, Math.max(life.next().value ?? 0, this.#today + 1));
  }

  #wait(life: Life, until: Day): void {
    const others = this.#waiting.get(until);
    if (others) others.push(life);
    else this.#waiting.set(until, [life]);
  }

  /** The postings of the next day, all at one time of the day. */
  nextDay(): readonly DatedPosting[] {
    this.#today++;
    this.#posted = [];
    const due = this.#waiting.get(this.#today) ?? [];
    this.#waiting.delete(this.#today);
    for (const life of due) {
      let next = life.next();
      while (next.done !== true && next.value <= this.#today) next = life.next();
      if (next.done !== true) this.#wait(life, next.value);
    }
    return this.#posted;
  }

  /** Posts what a body says today, and returns the reference by which the body may name it later. */
  post<T extends EventType>(body: Body, type: T, subject: string, data: DataOf<T> & object): string {
    const number = (this.#counts.get(body.key) ?? 0) + 1;
    this.#counts.set(body.key, number);
    const id = `${yearOf(this.#today)}-${number}`;
    // Between nine and five, at another minute each day.
    const at = time(this.#today, 9 * 3_600 + ((this.#today * 7_919) % (8 * 60)) * 60);
    this.#posted.push(posting(at, body, id, type, subject, data));
    return `id:${id}`;
  }

  /** A provider: its key, the day of its registration, and its last day if it closes. */
  provider(n: number): { key: string; name: string; opens: Day; closes: Day } {
    const dice = this.dice('days of a provider', n);
    const opens = FIRST_SIMULATED_DAY + (dice.chance(0.6) ? dice.below(300) : dice.between(300, 2_900));
    const closes = dice.chance(0.1) ? opens + dice.between(500, 3_500) : Infinity;
    const number = this.#from.providers + n;
    return { key: providerKey(number), name: providerName(number), opens, closes };
  }

  adviser(n: number): string {
    return adviserKey(this.#from.advisers + n);
  }

  /** A school: its key, the day on which it registers, and its last day if another one takes its place. */
  school(n: number): { key: string; name: string; opens: Day; closes: Day } {
    const dice = this.dice('days of a school', n);
    const opens = FIRST_SIMULATED_DAY + dice.below(500);
    const closes = dice.chance(0.08) ? day(`${yearOf(opens) + dice.between(2, 9)}-08-31`) : Infinity;
    const number = this.#from.schools + n;
    return { key: schoolKey(number), name: schoolName(number), opens, closes };
  }

  /** The provider that an adviser begins with. */
  homeOf(adviser: number): number {
    return Math.floor((adviser * this.#population.providers) / this.#population.advisers);
  }

  /** The key of a provider that is open today; undefined if the dice find none. */
  someProvider(dice: Dice): string | undefined {
    for (let tries = 0; tries < 5; tries++) {
      const { key, opens, closes } = this.provider(dice.below(this.#population.providers));
      if (opens < this.#today && this.#today < closes) return key;
    }
    return undefined;
  }

  /** The key of a school that is open today; undefined if the dice find none. */
  someSchool(dice: Dice): string | undefined {
    const { key, opens, closes } = this.school(dice.below(this.#population.schools));
    return opens < this.#today && this.#today < closes ? key : undefined;
  }
}

/** How many days later a fact is posted: a few, except for facts that are forgotten at first. */
function delay(dice: Dice): number {
  return dice.chance(0.12) ? dice.between(14, 80) : dice.below(6);
}

function* provider(county: County, n: number): Life {
  const { key, name, opens, closes } = county.provider(n);
  yield opens;
  const dice = county.dice('provider', n);
  county.post(FUNDER, 'ProviderRegistered', key, {
    name,
    legalForm: dice.one(['company', 'company', 'company', 'charity', 'college', 'local-authority', 'other']),
    services: dice.one([
      ['personal-guidance'],
      ['personal-guidance', 'information'],
      ['information', 'skills'],
    ]),
    clientGroups: dice.one([['young-people'], ['young-people', 'adults'], ['adults']]),
    area: AREA,
  });
  county.begin(accreditation(county, n));
  if (dice.chance(0.4)) county.begin(contracts(county, n));
  if (dice.chance(0.1)) {
    yield opens + dice.between(20, 200);
    county.post(FUNDER, 'ProviderIdentified', key, {
      as: `company:ZZ${key.slice(-6)}`,
    });
  }
  if (dice.chance(0.08)) {
    yield opens + dice.between(300, 1_500);
    if (county.today < closes)
      county.post(FUNDER, 'ProviderRenamed', key, { name: `New ${name}`, from: dayText(county.today) });
  }
  if (closes === Infinity) return;
  yield closes - 30;
  const fates = county.dice('end of a provider', n);
  const successor = fates.chance(0.4) ? county.someProvider(fates) : undefined;
  const on = dayText(closes);
  if (successor === undefined || successor === key)
    county.post(FUNDER, 'ProviderClosed', key, { on, reason: 'wound-up' });
  else county.post(FUNDER, 'ProviderSucceeded', key, { by: [successor], on, kind: 'merger' });
}

/** An application for accreditation until it is awarded; one in seven is refused or withdrawn, and made anew. */
function* application(county: County, n: number, dice: Dice): Life {
  const { key, opens, closes } = county.provider(n);
  const ends = county.dice('ends of applications', n);
  for (let applies = opens + dice.between(5, 400); ; applies = county.today + ends.between(90, 400)) {
    yield applies;
    if (county.today >= closes) return;
    county.post(ASSESSORS, 'AccreditationApplied', key, {
      standard: 'matrix',
      on: dayText(county.today - dice.below(20)),
    });
    yield county.today + dice.between(60, 260);
    const outcome = ends.chance(1 / 7) ? ends.one(['refused', 'withdrawn'] as const) : 'awarded';
    county.post(ASSESSORS, 'AccreditationApplicationEnded', key, {
      standard: 'matrix',
      on: dayText(county.today),
      outcome,
    });
    if (outcome === 'awarded') return;
  }
}

/** Something that happens in the course of an award. */
interface Moment {
  readonly on: Day;
  happens(): void;
}

/** A provider’s accreditation: award after award, and what happens between them. */
function* accreditation(county: County, n: number): Life {
  const dice = county.dice('accreditation', n);
  const { key, opens, closes } = county.provider(n);
  const award = { standard: 'matrix', reference: `M-${1_001 + n}` };
  let from: Day;
  yield opens + 1;
  if (dice.chance(0.55)) {
    // It was accredited before it came into the register.
    from = opens - dice.below(900);
    yield opens + dice.between(1, 40);
  } else {
    yield* application(county, n, dice);
    if (county.today >= closes) return;
    from = county.today - delay(dice);
  }
  for (let kind: 'initial' | 'review' = 'initial'; county.today < closes; kind = 'review') {
    let until = yearsFrom(from, 3);
    const awarded = {
      ...award,
      from: dayText(from),
      until: dayText(until),
      kind,
      ...(dice.chance(0.1) ? { conditions: ['action-plan'] } : {}),
    };
    const event = county.post(ASSESSORS, 'AccreditationAwarded', key, awarded);
    const course = [
      ...checks(county, key, award, from, dice),
      ...suspension(county, key, award, from, dice),
      ...mending(county, key, event, awarded, dice),
    ];
    if (dice.chance(0.08)) {
      const extended = until + dice.between(30, 120);
      const before = until;
      until = extended;
      course.push({
        on: before - dice.between(5, 50),
        happens: () =>
          county.post(ASSESSORS, 'AccreditationExtended', key, {
            ...award,
            until: dayText(extended),
            reason: 'review-delayed',
          }),
      });
    }
    for (const moment of course.toSorted((a, b) => a.on - b.on)) {
      yield moment.on;
      if (county.today >= closes) return;
      moment.happens();
    }
    const fate = dice.next();
    if (fate < 0.76) {
      // Reviewed in time; the review is posted some weeks before or after the award ends.
      from = until + 1;
      yield until - 30 + dice.below(45) + delay(dice);
    } else if (fate < 0.88) {
      const lapsed = until - dice.below(30);
      yield lapsed + delay(dice);
      county.post(ASSESSORS, 'AccreditationLapsed', key, {
        ...award,
        from: dayText(lapsed),
        reason: 'fee-unpaid',
      });
      from = until + dice.between(30, 300);
      yield from + delay(dice);
    } else if (fate < 0.96) {
      // It ran out before it was reviewed.
      from = until + dice.between(2, 90);
      yield from + delay(dice);
    } else {
      const surrendered = until - dice.below(200);
      yield surrendered;
      county.post(ASSESSORS, 'AccreditationSurrendered', key, { ...award, from: dayText(surrendered) });
      return;
    }
  }
}

interface AwardNamed {
  readonly standard: string;
  readonly reference: string;
}

/**
 * The improvement checks of an award, after one and two years; now and then one is missed, and perhaps
 * completed later.
 */
function checks(county: County, key: string, award: AwardNamed, from: Day, dice: Dice): readonly Moment[] {
  const moments: Moment[] = [];
  for (const month of [12, 24] as const) {
    const on = yearsFrom(from, month / 12) - dice.below(20);
    const completed = (then: Day) => ({
      on: then + delay(dice),
      happens: () =>
        county.post(ASSESSORS, 'ImprovementCheckCompleted', key, { ...award, month, on: dayText(then) }),
    });
    if (dice.chance(0.92)) {
      moments.push(completed(on));
      continue;
    }
    moments.push({
      on: on + 30,
      happens: () =>
        county.post(ASSESSORS, 'ImprovementCheckMissed', key, { ...award, month, on: dayText(on + 30) }),
    });
    if (dice.chance(0.5)) moments.push(completed(on + dice.between(40, 90)));
  }
  return moments;
}

/** A few awards are suspended, some of these under appeal; most count again later. */
function suspension(
  county: County,
  key: string,
  award: AwardNamed,
  from: Day,
  dice: Dice,
): readonly Moment[] {
  if (!dice.chance(0.06)) return [];
  const on = from + dice.between(120, 700);
  const appeal = dice.chance(0.3) ? dice.one(['upheld', 'dismissed'] as const) : undefined;
  let suspended = '';
  const moments: Moment[] = [
    {
      on,
      happens() {
        suspended = county.post(ASSESSORS, 'AccreditationSuspended', key, {
          ...award,
          from: dayText(on),
          reason: dice.one(['review-overdue', 'complaint', 'fee-unpaid']),
          onAppeal: dice.one(['stays', 'stands']),
        });
      },
    },
  ];
  if (appeal !== undefined) {
    const [lodged, decided] = [on + dice.between(8, 20), on + dice.between(40, 90)];
    moments.push(
      {
        on: lodged,
        happens: () =>
          county.post(ASSESSORS, 'AppealLodged', key, { against: suspended, on: dayText(lodged) }),
      },
      {
        on: decided,
        happens: () =>
          county.post(ASSESSORS, 'AppealDecided', key, {
            against: suspended,
            on: dayText(decided),
            outcome: appeal,
          }),
      },
    );
  }
  if (appeal !== 'upheld' && dice.chance(0.9)) {
    const lifted = on + dice.between(95, 250);
    moments.push({
      on: lifted,
      happens: () =>
        county.post(ASSESSORS, 'AccreditationReinstated', key, { ...award, from: dayText(lifted) }),
    });
  }
  return moments;
}

/** Some awards are posted with a mistake, and corrected later. */
function mending(
  county: County,
  key: string,
  event: string,
  awarded: DataOf<'AccreditationAwarded'>,
  dice: Dice,
): readonly Moment[] {
  if (!dice.chance(0.03)) return [];
  return [
    {
      on: county.today + dice.between(3, 60),
      happens: () =>
        county.post(ASSESSORS, 'EventCorrected', key, {
          event,
          data: { ...awarded, conditions: ['further-evidence'] },
          kind: 'clerical',
          reason: 'typing-mistake',
        }),
    },
  ];
}

/** The contracts of a provider, two years each from April; some under a contract of another provider. */
function* contracts(county: County, n: number): Life {
  const dice = county.dice('contracts', n);
  const { key, opens, closes } = county.provider(n);
  const above = n > 0 && dice.chance(0.3) ? dice.below(n) : undefined;
  const first = yearOf(opens) + 1 + dice.below(2);
  for (let year = first; ; year += 2) {
    const [from, until] = [day(`${year}-04-01`), day(`${year + 2}-03-31`)];
    yield from - dice.between(1, 60);
    if (county.today >= closes) return;
    const reference = `K-${n + 1}-${year}`;
    county.post(FUNDER, 'ContractAwarded', key, {
      reference,
      programme: 'national-careers-service',
      services: ['personal-guidance', 'information'],
      clientGroups: ['adults'],
      from: dayText(from),
      until: dayText(until),
      ...(above === undefined ? {} : { subcontractorOf: `K-${above + 1}-${year}` }),
    });
    if (dice.chance(0.06)) {
      const on = from + dice.between(100, 600);
      yield on + delay(dice);
      county.post(FUNDER, 'ContractEnded', key, { reference, on: dayText(on) });
      return;
    }
    if (dice.chance(0.2)) return;
  }
}

function* adviser(county: County, n: number): Life {
  const dice = county.dice('adviser', n);
  const home = county.provider(county.homeOf(n));
  const key = county.adviser(n);
  yield home.opens + 1 + (dice.chance(0.5) ? dice.below(120) : dice.below(1_500));
  county.post(PROFESSION, 'AdviserRegistered', key, {});
  county.begin(qualification(county, n));
  county.begin(engagements(county, n));
  if (dice.chance(0.6)) county.begin(registration(county, n));
  if (county.dice('two employers', n).chance(0.05)) county.begin(secondEmployer(county, n));
}

const ACCEPTED = ['l6-dcgd', 'l6-dcgd', 'l6-dcgd', 'qcg', 'l6-cdp', 'l7-pgdip-cg'];

/**
 * How an adviser gets a qualification: by holding one already, by a claim that is confirmed later, or by
 * enrolling.
 */
function* qualification(county: County, n: number): Life {
  const dice = county.dice('qualification', n);
  const key = county.adviser(n);
  const certificate = `C-${n + 1}`;
  yield county.today + dice.between(1, 30);
  const way = dice.next();
  if (way < 0.8) {
    const awarded = {
      qualification: dice.chance(0.88) ? dice.one(ACCEPTED) : 'l4-dcia',
      awardedOn: dayText(county.today - dice.between(60, 7_000)),
      certificate,
    };
    if (way < 0.3) {
      county.post(PROFESSION, 'QualificationClaimed', key, awarded);
      if (way < 0.02) return;
      yield county.today + dice.between(20, 120);
    }
    const isFormer = awarded.qualification === 'qcg' && county.today < day(TAKEN_OVER);
    county.post(isFormer ? CERTIFICATES : DIPLOMAS, 'QualificationAwarded', key, awarded);
    if (!dice.chance(0.01)) return;
    yield county.today + dice.between(200, 2_000);
    county.post(DIPLOMAS, 'QualificationRevoked', key, {
      certificate,
      from: dayText(county.today),
      reason: 'obtained-wrongly',
      onAppeal: 'stays',
    });
    return;
  }
  const studied = 'l6-dcgd';
  const from = county.today - dice.below(40);
  let end = from + dice.between(500, 760);
  county.post(DIPLOMAS, 'EnrolmentStarted', key, {
    qualification: studied,
    from: dayText(from),
    expectedEnd: dayText(end),
  });
  if (dice.chance(0.25)) {
    yield end - dice.between(10, 60);
    end += dice.between(90, 300);
    county.post(DIPLOMAS, 'EnrolmentExtended', key, { qualification: studied, expectedEnd: dayText(end) });
  }
  yield end - dice.below(60);
  const outcome = dice.chance(0.7) ? 'completed' : dice.one(['withdrawn', 'failed'] as const);
  const on = county.today;
  county.post(DIPLOMAS, 'EnrolmentEnded', key, { qualification: studied, on: dayText(on), outcome });
  if (outcome !== 'completed') return;
  yield on + delay(dice);
  county.post(DIPLOMAS, 'QualificationAwarded', key, {
    qualification: studied,
    awardedOn: dayText(on),
    certificate,
  });
}

/** A place on the professional register, renewed each year until it lapses. */
function* registration(county: County, n: number): Life {
  const dice = county.dice('registration', n);
  const key = county.adviser(n);
  const register = 'example-advisers';
  yield county.today + dice.between(10, 200);
  for (let from = county.today; ;) {
    const until = yearsFrom(from, 1);
    county.post(PROFESSION, 'RegistrationGranted', key, {
      register,
      from: dayText(from),
      until: dayText(until),
    });
    if (dice.chance(0.04)) {
      const lapsed = from + dice.between(60, 330);
      yield lapsed + delay(dice);
      county.post(PROFESSION, 'RegistrationLapsed', key, {
        register,
        from: dayText(lapsed),
        reason: 'fee-unpaid',
      });
      if (dice.chance(0.4)) return;
      const restored = lapsed + dice.between(90, 200);
      yield restored;
      county.post(PROFESSION, 'RegistrationRestored', key, { register, from: dayText(restored) });
    }
    if (dice.chance(0.06)) return;
    from = until + 1;
    yield until - dice.below(20) + delay(dice);
  }
}

/** The employers of an adviser, one after the other, now and then a school. */
function* engagements(county: County, n: number): Life {
  const dice = county.dice('engagements', n);
  const key = county.adviser(n);
  let employer: string | undefined = county.provider(county.homeOf(n)).key;
  yield county.today + dice.between(1, 40);
  for (let from = county.today; ;) {
    yield from + delay(dice);
    county.post(PROFESSION, 'EngagementStarted', key, {
      provider: employer,
      from: dayText(from),
      basis: dice.one(['employed', 'employed', 'employed', 'contracted', 'self']),
    });
    const on = from + dice.between(300, 2_600);
    yield on + delay(dice);
    county.post(PROFESSION, 'EngagementEnded', key, { provider: employer, on: dayText(on) });
    if (dice.chance(0.2)) return;
    from = county.today + dice.between(3, 60);
    yield from;
    employer = dice.chance(0.1) ? county.someSchool(dice) : county.someProvider(dice);
    if (employer === undefined) return;
  }
}

/** A school that employs an adviser besides, for a year or more: she is not independent of it. */
function* secondEmployer(county: County, n: number): Life {
  const dice = county.dice('second employer', n);
  const key = county.adviser(n);
  yield county.today + dice.between(60, 900);
  const school = county.someSchool(dice);
  if (school === undefined) return;
  const from = county.today;
  county.post(PROFESSION, 'EngagementStarted', key, {
    provider: school,
    from: dayText(from),
    basis: 'employed',
  });
  const on = from + dice.between(300, 1_200);
  yield on + delay(dice);
  county.post(PROFESSION, 'EngagementEnded', key, { provider: school, on: dayText(on) });
}

/** A school: who comes each year, who leads its careers work, and its mark of quality. */
function* school(county: County, n: number): Life {
  const dice = county.dice('school', n);
  const { key, name, opens, closes } = county.school(n);
  yield opens;
  county.post(SCHOOLS, 'SchoolRegistered', key, {
    name,
    phase: dice.one(['secondary', 'secondary', 'secondary', 'sixteen-plus', 'all-through']),
    area: AREA,
  });
  if (dice.chance(0.5)) county.begin(mark(county, n));
  let leader = 0;
  for (let year = yearOf(county.today) + 1; ; year++) {
    const first = day(`${year}-09-01`);
    yield first - dice.between(20, 70);
    if (first > closes) {
      const by = county.someSchool(county.dice('successor of a school', n));
      if (by !== undefined && by !== key)
        county.post(SCHOOLS, 'ProviderSucceeded', key, {
          by: [by],
          on: dayText(closes),
          kind: 'amalgamation',
        });
      return;
    }
    if (leader === 0 || dice.chance(0.2)) {
      const appointment = (number: number) => `leader-${number}`;
      if (leader > 0)
        county.post(SCHOOLS, 'CareersLeaderEnded', key, {
          appointment: appointment(leader),
          on: dayText(first - 1),
        });
      county.post(SCHOOLS, 'CareersLeaderAppointed', key, {
        appointment: appointment(++leader),
        from: dayText(first),
      });
    }
    if (dice.chance(0.3))
      county.post(SCHOOLS, 'ProgrammeMapped', key, {
        framework: 'example-framework',
        ages: [11, dice.one([16, 18])],
        from: dayText(first),
        until: dayText(first + 322),
      });
    yield first - dice.below(15) + delay(dice);
    const provider = county.someProvider(dice);
    if (provider === undefined) continue;
    const reference = `S-${n + 1}-${year}`;
    county.post(SCHOOLS, 'CommissionAgreed', key, {
      reference,
      provider,
      setting: 'school-commissioned',
      from: dayText(first),
      until: dayText(first + 322),
    });
    if (!dice.chance(0.04)) continue;
    const on = first + dice.between(60, 200);
    yield on + delay(dice);
    county.post(SCHOOLS, 'CommissionEnded', key, { reference, on: dayText(on) });
  }
}

/** The mark of quality in careers: first a commitment, then the award, and another after three years. */
function* mark(county: County, n: number): Life {
  const dice = county.dice('mark', n);
  const { key, closes } = county.school(n);
  const standard = 'quality-in-careers';
  yield county.today + dice.between(30, 1_200);
  if (county.today >= closes) return;
  county.post(SCHOOLS, 'AccreditationApplied', key, { standard, on: dayText(county.today) });
  yield county.today + dice.between(150, 500);
  county.post(SCHOOLS, 'AccreditationApplicationEnded', key, {
    standard,
    on: dayText(county.today),
    outcome: 'awarded',
  });
  for (let from = county.today; county.today < closes;) {
    const until = yearsFrom(from, 3);
    county.post(SCHOOLS, 'AccreditationAwarded', key, {
      standard,
      reference: `Q-${n + 1}`,
      from: dayText(from),
      until: dayText(until),
      kind: 'initial',
    });
    if (dice.chance(0.2)) return;
    from = until + 1;
    yield until - 20 + dice.below(50);
  }
}
