/// <reference types="jest" />
import { A, about, given, organisation, P, person, today, type Posting } from '../../../test/rules/given';

const [AREA, NEXT_DOOR, B, NO_ONE] = [
  'area:E10000014',
  'area:E10000015',
  'adviser:bbbbbbbb',
  'adviser:nobodyatall',
];
const begun = [today('2026-09-01'), organisation(), person(), person(B)];
const assigned = (coordinator = A, subject = AREA, role = 'enterprise'): Posting => ({
  type: 'CoordinatorAssigned',
  subject,
  data: { coordinator, role, from: '2026-01-01' },
});
const ended = (coordinator = A, subject = AREA): Posting => ({
  type: 'CoordinatorEnded',
  subject,
  data: { coordinator, on: '2026-06-30' },
});
const told = (posting: Posting, ...postings: readonly Posting[]) =>
  given(...begun, ...postings).told(posting);

describe('a coordinator', () => {
  test('is an adviser who is registered', () => {
    expect(told(assigned())).toBe('accepted');
    expect(told(assigned(NO_ONE))).toBe('unknown-subject /data/coordinator');
    expect(told(assigned(P))).toBe('invalid-event /data/coordinator');
    expect(told(ended(NO_ONE), assigned())).toBe('unknown-subject /data/coordinator');
  });

  test('may be assigned twice, in either role, with others', () => {
    expect(told(assigned(A, AREA, 'career-development'), assigned(), assigned(B))).toBe('accepted');
    expect(told(assigned(A, AREA, 'headteacher'))).toBe('invalid-event /data/role');
  });

  test('of an area is the one whose assignment to it ends', () => {
    expect(told(ended(), assigned())).toBe('accepted');
    expect(told(ended(), assigned(B), assigned())).toBe('accepted');
  });

  const NO_ASSIGNMENT = 'no-such-award /data/coordinator';
  test.each<[string, readonly Posting[]]>([
    ['where no one is assigned', []],
    ['of another area', [assigned(A, NEXT_DOOR)]],
    ['where another is assigned', [assigned(B)]],
    ['whose assignment is retracted', [assigned(), about('EventRetracted', 4, {}, AREA)]],
    [
      'whose assignment was corrected to another',
      [
        assigned(),
        {
          type: 'EventCorrected',
          subject: AREA,
          data: { event: '4', data: assigned(B).data, kind: 'clerical', reason: 'mistake' },
        },
      ],
    ],
  ])('does not end %s', (_, postings) => {
    expect(told(ended(), ...postings)).toBe(NO_ASSIGNMENT);
  });

  test('goes by any key of the person', () => {
    const merged: Posting = { type: 'AdviserMerged', subject: A, data: { into: B } };
    expect(told(ended(B), assigned(A))).toBe(NO_ASSIGNMENT);
    expect(told(ended(B), assigned(A), merged)).toBe('accepted');
    expect(told(ended(A), assigned(B), merged)).toBe('accepted');
  });
});
