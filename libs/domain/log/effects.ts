import { dayOf, LAST_DAY, type Day } from '../values/day';
import { NO_DAYS, span, type Days } from '../values/timeline';
import type { Appeals } from './appeals';
import type { EventOf, EventType, EventTypeWith, RegisterEvent } from './event-catalogue';
import type { Effect, FactEffect } from './event-definition';
import { appealed, Course, grantsOf, type Act, type Facts } from './grants';
import { listNamed, memoizedByList } from './memoized-by-list';

/** The definitions of events by type, reduced to their effects. */
export type EffectsByType = Readonly<Record<string, { readonly effect?: Effect | undefined }>>;

/** The effect of an event by one of these definitions; undefined if none gives one. */
export function effectIn(effects: EffectsByType, { type }: RegisterEvent): Effect | undefined {
  return effects[type]?.effect;
}

/** The day that a field of an event gives; {@link LAST_DAY} if the event leaves the field out. */
export function dayIn(data: object, field: string): Day {
  const day = valueIn(data, field);
  return typeof day === 'string' ? dayOf(day) : LAST_DAY;
}

/**
 * The state of each fact of a kind in a list of events, by name, and the number of lodgings and decisions of
 * appeals.
 */
interface Courses<E, B extends string> {
  readonly byName: Map<string, Course<E, B>>;
  appeals: number;
}

const NO_APPEALS: Appeals = new Map();

/**
 * One kind of fact, such as the certificates of persons: its grants and blocks, read from the effects in the
 * definitions of events. `G`: the types that grant it; `B`: those that block it.
 */
export class FactKind<G extends EventType = EventType, B extends EventType = EventType> {
  readonly #definitions: EffectsByType;
  readonly #kind: string;
  /**
   * The effects on facts of this kind by type, made at the first use: it is looked up for every event of
   * every list.
   */
  #effects: ReadonlyMap<string, FactEffect> | undefined;
  /**
   * Kept as long as the list exists, so that judging a posting does not replay the fact from the beginning.
   */
  readonly coursesIn: (events: readonly RegisterEvent[]) => Courses<EventOf<G>, B>;

  constructor(definitions: EffectsByType, kind: string) {
    this.#definitions = definitions;
    this.#kind = kind;
    this.coursesIn = memoizedByList<Courses<EventOf<G>, B>>(
      () => ({ byName: new Map(), appeals: 0 }),
      (courses, event) => {
        if (event.type === 'AppealLodged' || event.type === 'AppealDecided') courses.appeals++;
        const act = this.#actOf(event, NO_APPEALS);
        if (!act) return;
        const name = this.#nameIn(event);
        const course = courses.byName.get(name) ?? new Course<EventOf<G>, B>();
        courses.byName.set(name, course);
        course.add(act);
      },
    );
  }

  /** Whether an event grants a fact of this kind. */
  isGrant(event: RegisterEvent): event is EventOf<G> {
    return this.#effectOf(event)?.kind === 'grant';
  }

  /** The facts among some events, by name. */
  byName(
    events: readonly RegisterEvent[],
    appeals: Appeals = NO_APPEALS,
  ): ReadonlyMap<string, Facts<EventOf<G>, B>> {
    const acts = new Map<string, Act<EventOf<G>, B>[]>();
    for (const event of events) {
      const act = this.#actOf(event, appeals);
      if (act) listNamed(acts, this.#nameIn(event)).push(act);
    }
    const facts = new Map<string, Facts<EventOf<G>, B>>();
    for (const [name, its] of acts) facts.set(name, grantsOf(its));
    return facts;
  }

  /** The one fact that some events are about, whatever names they give it. */
  only(events: readonly RegisterEvent[], appeals: Appeals = NO_APPEALS): Facts<EventOf<G>, B> {
    const acts: Act<EventOf<G>, B>[] = [];
    for (const event of events) {
      const act = this.#actOf(event, appeals);
      if (act) acts.push(act);
    }
    return grantsOf(acts);
  }

  #effectOf({ type }: RegisterEvent): FactEffect | undefined {
    return (this.#effects ??= effectsOn(this.#kind, this.#definitions)).get(type);
  }

  /** What an event does to a fact of this kind; undefined if it does nothing to one. */
  #actOf(event: RegisterEvent, appeals: Appeals): Act<EventOf<G>, B> | undefined {
    const effect = this.#effectOf(event);
    if (effect === undefined) return undefined;
    const { position, type, data } = event;
    switch (effect.kind) {
      case 'grant': {
        if (!this.#isGranted(event, effect)) return undefined;
        const until = effect.until === undefined ? LAST_DAY : dayIn(data, effect.until);
        return {
          does: 'grant',
          event,
          from: dayIn(data, effect.from),
          until,
          except: exceptOf(event, appeals),
        };
      }
      case 'extension':
        return { does: 'extend', position, until: dayIn(data, effect.until) };
      case 'block': {
        if (!this.#isBlocking(type, effect)) return undefined;
        const first = effect.after === undefined ? dayIn(data, effect.from) : dayIn(data, effect.after) + 1;
        return {
          does: 'block',
          position,
          as: type,
          days: span(first, LAST_DAY),
          except: exceptOf(event, appeals),
        };
      }
      case 'lift':
        return { does: 'lift', from: dayIn(data, effect.from), lifts: effect.lifts };
      case 'voiding':
        return { does: 'void', position };
    }
  }

  /** By what the fact goes on which an event acts. */
  #nameIn(event: RegisterEvent): string {
    const of = this.#effectOf(event)?.of;
    if (of === undefined) return '';
    return of === 'subject' ? event.subject : String(valueIn(event.data, of));
  }

  /** `G` and `B` come from the definitions that gave the effect. */
  #isGranted(_event: RegisterEvent, { kind }: FactEffect): _event is EventOf<G> {
    return kind === 'grant';
  }

  #isBlocking(_type: EventType, { kind }: FactEffect): _type is B {
    return kind === 'block';
  }
}

/** The kind of fact with a name, and the types that its definitions let grant and block it. */
export function factKind<const K extends string>(
  effects: EffectsByType,
  kind: K,
): FactKind<
  EventTypeWith<{ readonly kind: 'grant'; readonly fact: K }>,
  EventTypeWith<{ readonly kind: 'block'; readonly fact: K }>
> {
  return new FactKind(effects, kind);
}

function effectsOn(kind: string, definitions: EffectsByType): ReadonlyMap<string, FactEffect> {
  const effects = new Map<string, FactEffect>();
  for (const [type, { effect }] of Object.entries(definitions))
    if (effect && 'fact' in effect && effect.fact === kind) effects.set(type, effect);
  return effects;
}

function valueIn(data: object, field: string): unknown {
  return (data as Readonly<Record<string, unknown>>)[field];
}

/** The days that an appeal takes from an event, as its `onAppeal` says. */
function exceptOf({ position, data }: RegisterEvent, appeals: Appeals): Days {
  return appeals.size > 0 && 'onAppeal' in data ? appealed(data.onAppeal, appeals.get(position)) : NO_DAYS;
}
