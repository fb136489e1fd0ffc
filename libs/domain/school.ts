import { Type } from 'typebox';
import { type Deciders, needsGrant, only } from './decide';
import { define } from './definition';
import { ADVISER_KEY, AREA_KEY, CODE, DAY, fields, NAME, PROVIDER_KEY, REFERENCE, SCHOOL_KEY } from './keys';
import { isRegistered, keysOf, together, type Known } from './known';
import { providerStreams } from './provider';
import { refuse } from './problem';

const about = {
  subject: SCHOOL_KEY,
  stream: (subject: string) => `school-${subject.slice('urn:'.length)}`,
} as const;
const AGE = Type.Integer({ minimum: 0, maximum: 150, description: 'An age in whole years' });

export const events = {
  SchoolRegistered: define({ ...about, data: fields({ name: NAME, phase: CODE, area: AREA_KEY }) }),
  CommissionAgreed: define({
    ...about,
    needs: ['subject', 'provider', 'advisers'],
    data: fields({
      reference: REFERENCE,
      provider: PROVIDER_KEY,
      setting: CODE,
      from: DAY,
      until: DAY,
      advisers: Type.Optional(Type.Array(ADVISER_KEY, { minItems: 1 })),
    }),
  }),
  CommissionEnded: define({ ...about, needs: ['subject'], data: fields({ reference: REFERENCE, on: DAY }) }),
  CareersLeaderAppointed: define({
    ...about,
    needs: ['subject'],
    data: fields({ appointment: REFERENCE, from: DAY }),
  }),
  CareersLeaderEnded: define({
    ...about,
    needs: ['subject'],
    data: fields({ appointment: REFERENCE, on: DAY }),
  }),
  ProgrammeMapped: define({
    ...about,
    needs: ['subject'],
    data: fields({
      framework: CODE,
      ages: Type.Tuple([AGE, AGE], { description: 'Two ages, the lower one first' }),
      from: DAY,
      until: Type.Optional(DAY),
    }),
    check: (_subject, { ages: [from, to] }) =>
      to < from ? [{ pointer: '/data/ages', detail: 'Give the lower age first' }] : [],
  }),
};

function ofSchool(subject: string, known: Known) {
  return together(known, providerStreams(keysOf(known, subject)));
}

export const decide: Deciders<keyof typeof events> = {
  SchoolRegistered: (event, known) =>
    isRegistered(known, event.subject)
      ? refuse(
          'already-registered',
          `${event.subject} is registered already: correct that registration instead`,
          '/subject',
        )
      : undefined,
  CommissionEnded({ subject, data: { reference } }, known) {
    const found = only(ofSchool(subject, known), 'CommissionAgreed').some(
      ({ data }) => data.reference === reference,
    );
    return needsGrant(
      found,
      '/data/reference',
      `commission ${reference}`,
      'post its agreement first, or mend the reference',
    );
  },
  CareersLeaderEnded({ subject, data: { appointment } }, known) {
    const found = only(ofSchool(subject, known), 'CareersLeaderAppointed').some(
      ({ data }) => data.appointment === appointment,
    );
    return needsGrant(
      found,
      '/data/appointment',
      `appointment ${appointment}`,
      'post the appointment first, or mend its name',
    );
  },
};
