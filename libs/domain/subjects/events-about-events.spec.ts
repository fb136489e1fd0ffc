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
/** Of the log that begins so, the award. */
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
    // Of what does not stand nothing is disputed; the dispute comes back with the event.
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

/** A stream of awards, and of events about any of them and about each other, as no judge would let it come about. */
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
      // Only a correction’s target has data that another could take the place of.
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
