import { Type } from 'typebox';
import { type Deciders, needsGrant, only } from '../log/decider';
import { define } from '../log/event-definition';
import {
  ADVISER_KEY,
  AREA_KEY,
  CODE,
  DAY,
  fields,
  NAME,
  PROVIDER_KEY,
  REFERENCE,
  SCHOOL_KEY,
} from '../values/keys';
import { together, type LogView } from '../log/log-view';
import { keysOf, registeredOnce } from '../log/identity';
import { described } from '../values/meaning';
import { providerStreams } from './provider';

const about = {
  subject: SCHOOL_KEY,
  stream: (subject: string) => `school-${subject.slice('urn:'.length)}`,
} as const;
const AGE = Type.Integer({ minimum: 0, maximum: 150, description: 'An age in whole years' });
const reference = described(REFERENCE, 'The reference of the commission, under which it is ended.');
const appointment = described(
  REFERENCE,
  'What the appointment is called, to end it by. It never says who the person is.',
);

export const events = {
  SchoolRegistered: define({
    ...about,
    meaning:
      'A school or college opens, under this key, to posting and asking. It is a provider too: of the guidance that it gives itself.',
    frames: true,
    data: fields({
      name: described(NAME, 'The name by which the school is found and shown.'),
      phase: described(
        CODE,
        'The phase of education, such as `secondary`. A record, which changes no answer.',
      ),
      area: described(AREA_KEY, 'The area in which the school lies. A record, which changes no answer.'),
    }),
  }),
  CommissionAgreed: define({
    ...about,
    meaning: 'The school has commissioned guidance from a provider. A record, which changes no answer.',
    needs: ['subject', 'provider', 'advisers'],
    data: fields({
      reference,
      provider: described(PROVIDER_KEY, 'The registered provider that is to deliver the guidance.'),
      setting: described(
        CODE,
        'The setting in which it is delivered, by its name in the policies, such as `school-commissioned`.',
      ),
      from: described(DAY, 'The first day of the commission; it is covered.'),
      until: described(DAY, 'The last day of the commission; it is covered too.'),
      advisers: Type.Optional(
        described(
          Type.Array(ADVISER_KEY, { minItems: 1, description: 'A list of one or more keys of advisers' }),
          'The registered advisers who are to deliver it. Absent: none is named.',
        ),
      ),
    }),
  }),
  CommissionEnded: define({
    ...about,
    meaning: 'A commission has ended. A record, which changes no answer.',
    needs: ['subject'],
    ends: true,
    data: fields({ reference, on: described(DAY, 'The day on which it ended.') }),
  }),
  CareersLeaderAppointed: define({
    ...about,
    meaning: 'The school has a careers leader. A record, which changes no answer.',
    needs: ['subject'],
    data: fields({ appointment, from: described(DAY, 'The first day of the appointment.') }),
  }),
  CareersLeaderEnded: define({
    ...about,
    meaning: 'The appointment of a careers leader has ended. A record, which changes no answer.',
    needs: ['subject'],
    ends: true,
    data: fields({ appointment, on: described(DAY, 'The day on which it ended.') }),
  }),
  ProgrammeMapped: define({
    ...about,
    meaning: 'The school has mapped its careers programme to a framework. A record, which changes no answer.',
    needs: ['subject'],
    data: fields({
      framework: described(CODE, 'The framework, such as `cdi`.'),
      ages: described(
        Type.Tuple([AGE, AGE], { description: 'Two ages, the lower one first' }),
        'The pupils’ ages that it covers, in whole years, both included: `[11, 16]`.',
      ),
      from: described(DAY, 'The first day on which the mapping holds.'),
      until: Type.Optional(
        described(DAY, 'The last day on which the mapping holds; it is covered too. Absent: it never ends.'),
      ),
    }),
    check: (_subject, { ages: [from, to] }) =>
      to < from ? [{ pointer: '/data/ages', detail: 'Give the lower age first' }] : [],
  }),
};

function ofSchool(subject: string, known: LogView) {
  return together(known, providerStreams(keysOf(known, subject)));
}

export const decide: Deciders<keyof typeof events> = {
  SchoolRegistered: registeredOnce,
  CommissionEnded({ subject, data: { reference } }, known) {
    const found = only(ofSchool(subject, known), 'CommissionAgreed').some(
      ({ data }) => data.reference === reference,
    );
    return needsGrant(
      found,
      '/data/reference',
      `commission ${reference}`,
      'post its agreement first, or correct the reference',
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
      'post the appointment first, or correct its name',
    );
  },
};
