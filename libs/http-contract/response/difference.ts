import { CODE, DAY } from '@app/domain/values/keys';
import { Type } from 'typebox';
import { VERDICT } from '../routes/eligibility';
import { answerShape, orNull, REASON } from './shapes';

export const SETTING_SUMMARY = {
  setting: CODE,
  gained: Type.Integer({
    minimum: 0,
    description: 'Eligible on the day, where the answer was no or undecided',
  }),
  lost: Type.Integer({
    minimum: 0,
    description: 'Were eligible on the day, where the answer now is no or undecided',
  }),
};

export const CHANGED = Type.Integer({
  minimum: 0,
  description: 'How many change in all, each counted in every setting in which it does, of every policy',
});

export const CHANGED_FROM = Type.String({
  ...DAY,
  description: 'The first day, from the one looked at on, for which the answer differs',
});

export const UNDER_POLICY = answerShape({ id: CODE }, 'Under which policy this is said');

export const NOT_REGISTERED = 'null where the provider was not registered then';

export const LOOKED = answerShape(
  {
    ...VERDICT.properties,
    covered: Type.Boolean(),
    requirement: orNull(
      Type.String({ description: 'The first requirement that fails or, where none does, that is uncertain' }),
    ),
    reason: orNull(REASON),
  },
  'What is said of the one day, and why it is not covered where it is not',
);
