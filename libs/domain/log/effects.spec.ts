/// <reference types="jest" />
import {
  A,
  edition,
  engagement,
  given,
  organisation,
  person,
  today,
  type Posting,
  type World,
} from '../../../test/rules/given';
import type * as rules from '../../../test/rules/given';
import type * as adviser from '../subjects/adviser';
import { EVENTS, definitionOf, type EventType } from './event-catalogue';
import { define, type FactEffect } from './event-definition';

const TYPES = Object.keys(EVENTS) as EventType[];

interface Shape {
  readonly format?: string;
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly required?: readonly string[];
}
const shapeOf = (type: EventType) => definitionOf(type).data as Shape;
const effects = TYPES.flatMap((type) => {
  const { effect } = definitionOf(type);
  return effect ? [{ type, effect }] : [];
});
const factEffects = effects.flatMap(({ type, effect }): { type: EventType; effect: FactEffect }[] =>
  'fact' in effect ? [{ type, effect }] : [],
);

describe('the effect in a definition', () => {
  test.each(effects)('of $type names days among the fields of its data', ({ type, effect }) => {
    const { properties = {}, required = [] } = shapeOf(type);
    const first =
      ('from' in effect ? effect.from : undefined) ?? ('after' in effect ? effect.after : undefined);
    const last = 'until' in effect ? effect.until : undefined;
    const days = [first, last].filter((field) => field !== undefined);
    expect(days.map((field) => properties[field]?.format)).toEqual(days.map(() => 'day'));
    // Only a grant may leave out its last day, and then never ends.
    const needed = effect.kind === 'grant' ? [first] : days;
    expect(required).toEqual(expect.arrayContaining(needed));
  });

  test.each(factEffects)('of $type finds the name of its fact in every event', ({ type, effect: { of } }) => {
    if (of === undefined || of === 'subject') return;
    expect(shapeOf(type).required).toContain(of);
    expect(shapeOf(type).properties?.[of]?.type).toBe('string');
  });

  test('is on a fact that some type grants, and names it in one way', () => {
    for (const [fact, its] of Map.groupBy(factEffects, ({ effect }) => effect.fact)) {
      expect([fact, its.some(({ effect }) => effect.kind === 'grant')]).toEqual([fact, true]);
      expect([fact, new Set(its.map(({ effect }) => effect.of)).size]).toEqual([fact, 1]);
    }
  });

  test('lifts blocks of the fact that it is on', () => {
    const lifts = factEffects.flatMap(({ effect }) => (effect.kind === 'lift' ? [effect] : []));
    expect(lifts).not.toEqual([]);
    for (const { fact, lifts: types } of lifts)
      for (const type of types)
        expect(factEffects.find((one) => one.type === type)?.effect).toMatchObject({ kind: 'block', fact });
  });

  test('takes appeals where it gives days or takes them away', () => {
    const appealable = TYPES.filter((type) => 'onAppeal' in (shapeOf(type).properties ?? {}));
    expect(appealable).not.toEqual([]);
    for (const type of appealable) expect(['grant', 'block']).toContain(definitionOf(type).effect?.kind);
  });
});

/** As `given`, with more types of events about advisers, which consist of their definitions alone. */
function givenTypes(types: Readonly<Record<string, unknown>>, ...events: readonly Posting[]): World {
  let world: World | undefined;
  jest.isolateModules(() => {
    Object.assign(jest.requireActual<typeof adviser>('../subjects/adviser').events, types);
    world = jest.requireActual<typeof rules>('../../../test/rules/given').given(...events);
  });
  if (!world) throw new Error('no world');
  return world;
}

describe('a new type of event is its definition', () => {
  const { RegistrationGranted, RegistrationLapsed } = EVENTS;
  const POLICY = {
    title: 'Registered advisers',
    strength: 'guidance',
    purposes: { any: ['l6-dcgd'] },
    settings: {
      independent: [{ id: 'registered', binding: 'must', of: 'some-adviser', test: { registered: 'cdi' } }],
    },
  };
  const begun = [
    today('2026-09-01'),
    edition(1, '2017-10-01', POLICY),
    organisation(),
    person(),
    engagement('2020-01-01'),
  ];
  const about = (type: string, data: object): Posting => ({
    type,
    subject: A,
    data: { register: 'cdi', ...data },
  });
  const recorded = about('RegistrationGranted', { from: '2026-01-01' });
  const outcomeOn = (world: World, day: string) => world.ask({ setting: 'independent', from: day }).outcome;

  const NEW_TYPES = {
    RegistrationTakenOver: define({
      ...RegistrationGranted,
      meaning: 'The register of another body has passed on the registration.',
    }),
    RegistrationFrozen: define({
      ...RegistrationLapsed,
      meaning: 'The registration is frozen.',
      effect: { kind: 'block', fact: 'registration', of: 'register', after: 'from' },
    }),
  };
  const takenOver = about('RegistrationTakenOver', { from: '2026-01-01', until: '2026-06-30' });
  const frozen = about('RegistrationFrozen', { from: '2026-03-31', reason: 'unpaid' });

  test('which grants days', () => {
    expect(given(...begun).when(takenOver)).toBe('invalid-event');
    const world = givenTypes(NEW_TYPES, ...begun, takenOver);
    expect(
      ['2025-12-31', '2026-01-01', '2026-06-30', '2026-07-01'].map((day) => outcomeOn(world, day)),
    ).toEqual(['not-eligible', 'eligible', 'eligible', 'not-eligible']);
    // Later events can act on such a grant.
    expect(world.when(about('RegistrationLapsed', { from: '2026-02-01', reason: 'unpaid' }))).toBe(
      'accepted',
    );
  });

  test('which takes days away', () => {
    const world = givenTypes(NEW_TYPES, ...begun, recorded, frozen);
    expect(['2026-03-31', '2026-04-01'].map((day) => outcomeOn(world, day))).toEqual([
      'eligible',
      'not-eligible',
    ]);
    // It leaves later events alone.
    world.and(recorded);
    expect(outcomeOn(world, '2026-04-01')).toBe('eligible');
  });
});
