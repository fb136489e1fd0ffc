/// <reference types="jest" />
import * as fc from 'fast-check';
import {
  A,
  about,
  awarded,
  corrected,
  given,
  matrix,
  organisation,
  P,
  person,
  today,
  type Posting,
} from '../../../test/rules/given';
import { effectiveEvents } from '../log/effective-events';
import type { RegisterEvent } from '../log/event-catalogue';

const STREAM = `accreditation-matrix-${P}`;
const begun = [today('2026-09-01'), organisation(), awarded('2026-01-01', '2026-12-31')];
/** The award in the log that begins in this way. */
const AWARD = 2;

function standingOf(...postings: readonly Posting[]) {
  return given(...begun, ...postings)
    .known()
    .stream(STREAM);
}
const positions = (...postings: readonly Posting[]) =>
  standingOf(...postings).map(({ position }) => position);
const untilOf = (...postings: readonly Posting[]) =>
  (standingOf(...postings)[0]?.data as { until?: string } | undefined)?.until;
const to = (until: string) => corrected(AWARD, awarded('2026-01-01', until).data);
const retraction = (position: number, subject = P) => about('EventRetracted', position, {}, subject);

describe('an event stands', () => {
  test('until it is retracted, and again once that retraction is', () => {
    expect(positions(retraction(2))).toEqual([3]);
    expect(positions(retraction(2), retraction(3))).toEqual([2, 4]);
    expect(positions(retraction(2), retraction(3), retraction(4))).toEqual([3, 5]);
    expect(positions(retraction(2), retraction(3), retraction(2))).toEqual([4, 5]);
  });

  test('with the data of its latest standing correction, in its own place', () => {
    expect(untilOf(to('2027-01-31'), matrix('Extended', { until: '2027-03-31', reason: 'review' }))).toBe(
      '2027-01-31',
    );
    expect(untilOf(to('2027-01-31'), to('2027-02-28'))).toBe('2027-02-28');
    expect(untilOf(to('2027-01-31'), to('2027-02-28'), retraction(4))).toBe('2027-01-31');
    expect(untilOf(to('2027-01-31'), to('2027-02-28'), retraction(3))).toBe('2027-02-28');
    expect(untilOf(to('2027-01-31'), retraction(3))).toBe('2026-12-31');
    expect(untilOf(to('2027-01-31'), retraction(3), retraction(4))).toBe('2027-01-31');
    expect(untilOf(to('2027-01-31'), retraction(2), retraction(4))).toBe('2027-01-31');
  });

  test('as it was first posted for whoever asks as known before the correction', () => {
    const world = given(...begun, to('2027-01-31'));
    expect(world.known(AWARD).find(AWARD)?.event.data).toMatchObject({ until: '2026-12-31' });
    expect(world.known().find(AWARD)).toMatchObject({
      stands: true,
      event: { data: { until: '2027-01-31' } },
    });
  });

  test('unless an open dispute of it was upheld, and that closing stands', () => {
    const opened = about('DisputeOpened', AWARD);
    const closed = (outcome: string) => about('DisputeClosed', AWARD, { outcome });
    expect(positions(opened)).toContain(AWARD);
    expect(positions(opened, closed('dismissed'))).toContain(AWARD);
    expect(positions(opened, closed('upheld'))).not.toContain(AWARD);
    expect(positions(opened, closed('upheld'), retraction(4))).toContain(AWARD);
    // Without its opening, the closing found no dispute open.
    expect(positions(opened, closed('upheld'), retraction(3))).toContain(AWARD);
    expect(positions(opened, closed('dismissed'), opened, closed('upheld'))).not.toContain(AWARD);
  });

  test('disputed from a standing opening to the next standing closing', () => {
    const opened = about('DisputeOpened', AWARD);
    const dismissed = about('DisputeClosed', AWARD, { outcome: 'dismissed' });
    const disputed = (...postings: readonly Posting[]) =>
      given(...begun, ...postings)
        .known()
        .disputed(STREAM);
    expect(disputed(opened)).toEqual([AWARD]);
    expect(disputed(opened, dismissed)).toEqual([]);
    expect(disputed(opened, dismissed, opened)).toEqual([AWARD]);
    expect(disputed(opened, dismissed, retraction(4))).toEqual([AWARD]);
    expect(disputed(opened, retraction(3))).toEqual([]);
    // An event that is not effective is under no dispute; the dispute comes back with the event.
    expect(disputed(opened, retraction(AWARD))).toEqual([]);
    expect(disputed(opened, retraction(AWARD), retraction(4))).toEqual([AWARD]);
  });

  test('nowhere else: what is said of one stream changes no other', () => {
    const world = given(...begun, person(), retraction(3, A));
    expect(
      world
        .known()
        .stream(STREAM)
        .map(({ position }) => position),
    ).toEqual([AWARD]);
    expect(
      world
        .known()
        .stream('adviser-aaaaaaaa')
        .map(({ type }) => type),
    ).toEqual(['EventRetracted']);
  });
});

/** A stream of awards, with events about any of them and about each other, such as no judge would admit. */
const stream = fc
  .array(
    fc.tuple(
      fc.constantFrom('Award', 'EventRetracted', 'EventCorrected', 'DisputeOpened', 'upheld', 'dismissed'),
      fc.nat(),
    ),
  )
  .map((lots) => {
    const kinds = lots.map(([kind], position) => (position === 0 ? 'Award' : kind));
    return lots.map(([, lot], position) => {
      const kind = kinds[position] ?? '';
      if (kind === 'Award') return recorded(position, 'AccreditationAwarded', { reference: `M-${position}` });
      const named = lot % position;
      // Only a correction’s target has data that other data could replace.
      const event = String(kind === 'EventCorrected' && kinds[named] !== 'Award' ? 0 : named);
      if (kind === 'EventCorrected')
        return recorded(position, kind, { event, data: { reference: `C-${position}` } });
      if (kind === 'upheld' || kind === 'dismissed')
        return recorded(position, 'DisputeClosed', { event, outcome: kind });
      return recorded(position, kind, { event });
    });
  });
function recorded(position: number, type: string, data: object): RegisterEvent {
  return { position, stream: STREAM, subject: P, body: 'body:registrar', type, data } as RegisterEvent;
}
const retractionOf = (event: number, position: number) =>
  recorded(position, 'EventRetracted', { event: String(event) });
const award = ({ type }: RegisterEvent) => type === 'AccreditationAwarded';

// ---------------------------------------------------------------------------------------------------------------
// What is refused
// ---------------------------------------------------------------------------------------------------------------

const Q = 'ukprn:10000002';
const FURTHER = 'company:00000009';
const told = (posting: Posting, ...postings: readonly Posting[]) =>
  given(...begun, ...postings).told(posting);
/** The position of the first event after those. */
const FIRST = begun.length;
const closed: Posting = {
  type: 'ProviderClosed',
  subject: P,
  data: { on: '2026-08-01', reason: 'insolvency' },
};
const suspended = (from = '2026-03-01') =>
  matrix('Suspended', { from, reason: 'complaint', onAppeal: 'stays' });
const lodged = (position: number) => about('AppealLodged', position, { on: '2026-07-01' });
const decided = (position: number, outcome = 'dismissed') =>
  about('AppealDecided', position, { on: '2026-08-01', outcome });
const opened = (position: number, subject = P) => about('DisputeOpened', position, {}, subject);
const settled = (position: number, outcome = 'dismissed') => about('DisputeClosed', position, { outcome });

describe.each<[string, string, (position: number, subject?: string) => Posting]>([
  ['AppealLodged', 'against', (position, subject = P) => ({ ...lodged(position), subject })],
  ['AppealDecided', 'against', (position, subject = P) => ({ ...decided(position), subject })],
  ['EventCorrected', 'event', (position, subject = P) => corrected(position, closed.data, subject)],
  ['EventRetracted', 'event', retraction],
  ['DisputeOpened', 'event', opened],
  ['DisputeClosed', 'event', (position, subject = P) => ({ ...settled(position), subject })],
])('%s names an event', (_, field, naming) => {
  const byId = (id: string, own?: string): Posting => {
    const posting = naming(0);
    return {
      ...posting,
      data: { ...posting.data, [field]: `id:${id}` },
      ...(own === undefined ? {} : { id: own }),
    };
  };

  test('that is in the log, by its position or by an id of the same source', () => {
    const NONE = `no-such-event /data/${field}`;
    expect(told(naming(FIRST + 1), closed)).toBe(NONE);
    expect(told(naming(Number.MAX_SAFE_INTEGER), closed)).toBe(NONE);
    expect(told(byId('never-posted'), closed)).toBe(NONE);
    expect(told(byId('its-own', 'its-own'), closed)).toBe(NONE);
    const elsewhere = { ...closed, id: 'closed', source: '/others' };
    expect(told(byId('closed'), elsewhere)).toBe(NONE);
    expect(told({ ...byId('closed'), source: '/others' }, elsewhere)).not.toBe(NONE);
  });

  test('that stands: neither retracted, nor taken out by a dispute', () => {
    const GONE = `already-retracted /data/${field}`;
    expect(told(naming(FIRST), closed, retraction(FIRST))).toBe(GONE);
    expect(told(naming(FIRST), closed, opened(FIRST), settled(FIRST, 'upheld'))).toBe(GONE);
    expect(told(naming(FIRST), closed, retraction(FIRST), retraction(FIRST + 1))).not.toBe(GONE);
  });

  test('under that event’s own subject, and under no other of its keys', () => {
    const identified: Posting = { type: 'ProviderIdentified', subject: P, data: { as: FURTHER } };
    expect(told(naming(FIRST, Q), closed, organisation(Q))).toBe('other-stream /subject');
    expect(told(naming(FIRST, FURTHER), closed, identified)).toBe('other-stream /subject');
  });
});

describe('an appeal', () => {
  test('is against what says what an appeal would do, and is decided only there', () => {
    for (const appeal of [lodged, decided]) {
      expect(told(appeal(AWARD))).toBe('not-appealable /data/against');
      expect(told(appeal(FIRST), matrix('Surrendered', { from: '2026-03-01' }))).toBe(
        'not-appealable /data/against',
      );
    }
    expect(told(lodged(FIRST), suspended())).toBe('accepted');
  });

  test('is lodged once, also once it is decided, until the lodging is retracted', () => {
    const AGAIN = 'already-appealed /data/against';
    expect(told(lodged(FIRST), suspended(), lodged(FIRST))).toBe(AGAIN);
    expect(told(lodged(FIRST), suspended(), lodged(FIRST), decided(FIRST))).toBe(AGAIN);
    expect(told(lodged(FIRST), suspended(), lodged(FIRST), retraction(FIRST + 1))).toBe('accepted');
    expect(told(lodged(FIRST + 1), suspended(), suspended('2026-04-01'), lodged(FIRST))).toBe('accepted');
  });

  test('is decided once, after it was lodged', () => {
    const NONE = 'no-appeal /data/against';
    const both = [suspended(), lodged(FIRST), decided(FIRST)];
    expect(told(decided(FIRST), suspended())).toBe(NONE);
    expect(told(decided(FIRST), suspended(), lodged(FIRST))).toBe('accepted');
    expect(told(decided(FIRST, 'upheld'), ...both)).toBe(NONE);
    expect(told(decided(FIRST), ...both, retraction(FIRST + 2))).toBe('accepted');
    expect(told(decided(FIRST), ...both, retraction(FIRST + 1))).toBe(NONE);
  });

  test('is corrected, but not to be of another event', () => {
    const events = [suspended(), suspended('2026-04-01'), lodged(FIRST)];
    const to = (against: number) => corrected(FIRST + 2, { against: String(against), on: '2026-07-02' });
    expect(told(to(FIRST), ...events)).toBe('accepted');
    expect(told(to(FIRST + 1), ...events)).toBe('other-stream /data/data');
  });

  test('is warned of if it is lodged or decided after today, or decided before it was lodged', () => {
    const late = about('AppealLodged', FIRST, { on: '2026-09-02' });
    expect(told(late, suspended())).toBe('accepted: future-date /data/on');
    const early = about('AppealDecided', FIRST, { on: '2026-06-30', outcome: 'upheld' });
    expect(told(early, suspended(), lodged(FIRST))).toBe('accepted: decided-before-lodged /data/on');
    expect(told(decided(FIRST), suspended(), lodged(FIRST))).toBe('accepted');
  });
});

describe('a dispute', () => {
  test('is of what gives, takes, moves or ends days, and of nothing else', () => {
    for (const posting of [closed, suspended(), matrix('Applied', { on: '2026-01-01' })])
      expect(told(opened(FIRST), posting)).toBe('accepted');
    const check: Posting = {
      type: 'ImprovementCheckMissed',
      subject: P,
      data: { standard: 'matrix', reference: 'M-1', month: 12, on: '2026-08-01' },
    };
    expect(told(opened(FIRST), check)).toBe('not-disputable /data/event');
    expect(told(opened(1))).toBe('not-disputable /data/event');
    const claim: Posting = {
      type: 'QualificationClaimed',
      subject: A,
      data: { qualification: 'qcg', awardedOn: '2001-01-01' },
    };
    expect(told(opened(FIRST + 1, A), person(), claim)).toBe('not-disputable /data/event');
    expect(told(opened(FIRST + 1), suspended(), lodged(FIRST))).toBe('not-disputable /data/event');
    expect(told(opened(FIRST), opened(AWARD))).toBe('not-disputable /data/event');
    expect(told(opened(FIRST), to('2026-11-30'))).toBe('not-disputable /data/event');
  });

  test('is open once at a time, and closed while it is', () => {
    expect(told(settled(AWARD))).toBe('no-open-dispute /data/event');
    expect(told(opened(AWARD), opened(AWARD))).toBe('already-disputed /data/event');
    expect(told(settled(AWARD), opened(AWARD))).toBe('accepted');
    expect(told(settled(AWARD), opened(AWARD), settled(AWARD))).toBe('no-open-dispute /data/event');
    expect(told(opened(AWARD), opened(AWARD), settled(AWARD))).toBe('accepted');
    expect(told(settled(AWARD), opened(AWARD), retraction(FIRST))).toBe('no-open-dispute /data/event');
  });

  test('is one of eight that may be open in a stream', () => {
    const many = Array.from({ length: 9 }, (_, i) =>
      awarded('2026-01-01', '2026-12-31', { reference: `M-1${i}` }),
    );
    const eight = Array.from({ length: 8 }, (_, i) => opened(FIRST + i));
    expect(told(opened(FIRST + 8), ...many, ...eight.slice(1))).toBe('accepted');
    expect(told(opened(FIRST + 8), ...many, ...eight)).toBe('too-many-disputes /data/event');
    expect(told(opened(FIRST + 8), ...many, ...eight, settled(FIRST))).toBe('accepted');
    // In another stream none is open yet.
    expect(told(opened(FIRST + 17), ...many, ...eight, closed)).toBe('accepted');
  });
});

describe('what is not corrected', () => {
  const NOT = 'not-correctable /data/event';
  const anything = (position: number) => corrected(position, { reason: 'error' });
  test.each<[string, readonly Posting[]]>([
    ['a correction', [to('2026-11-30')]],
    ['a retraction', [retraction(AWARD)]],
    ['a dispute', [opened(AWARD)]],
  ])('%s; it is retracted instead', (_, postings) => {
    expect(told(anything(FIRST), ...postings)).toBe(NOT);
    expect(told(retraction(FIRST), ...postings)).toBe('accepted');
  });
  test('the closing of a dispute', () => {
    expect(told(anything(FIRST + 1), opened(AWARD), settled(AWARD))).toBe(NOT);
  });
});

describe('whatever stands in a stream', () => {
  test('retracting its last event leaves what there was without it', () => {
    fc.assert(
      fc.property(stream, (events) => {
        fc.pre(events.length > 1);
        const last = events.length - 1;
        const retracted = retractionOf(last, events.length);
        const [with_, without] = [
          effectiveEvents([...events, retracted]),
          effectiveEvents(events.slice(0, last)),
        ];
        expect(with_.events.filter(({ position }) => position < last)).toEqual(without.events);
        expect(with_.disputed).toEqual(without.disputed);
      }),
      { numRuns: 500 },
    );
  });

  test('retracting that retraction leaves what there was before both', () => {
    fc.assert(
      fc.property(stream, fc.nat(), (events, lot) => {
        fc.pre(events.length > 0);
        const twice = [
          ...events,
          retractionOf(lot % events.length, events.length),
          retractionOf(events.length, events.length + 1),
        ];
        expect(effectiveEvents(twice).events.filter(({ position }) => position < events.length)).toEqual(
          effectiveEvents(events).events,
        );
      }),
      { numRuns: 500 },
    );
  });

  test('each event either stands or has fallen, none changes its place, and first data come back from nowhere else', () => {
    fc.assert(
      fc.property(stream, (events) => {
        const { events: standing_, fallen } = effectiveEvents(events);
        expect([...standing_, ...fallen].map(({ position }) => position).sort((a, b) => a - b)).toEqual(
          events.map(({ position }) => position),
        );
        expect(standing_.map(({ position }) => position)).toEqual(
          standing_.map(({ position }) => position).sort((a, b) => a - b),
        );
        for (const { position, data } of standing_.filter(award)) {
          const corrections = standing_.filter(
            (one) => one.type === 'EventCorrected' && one.data.event === String(position),
          );
          expect(data).toEqual(
            corrections.length > 0
              ? { reference: `C-${corrections.at(-1)?.position}` }
              : { reference: `M-${position}` },
          );
        }
      }),
      { numRuns: 500 },
    );
  });
});
