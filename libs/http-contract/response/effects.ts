import { CODE, DAY } from '@app/domain/values/keys';
import { Type } from 'typebox';
import { ELIGIBILITY, VERDICT } from '../routes/eligibility';
import { CHANGED, CHANGED_FROM, NOT_REGISTERED, SETTING_SUMMARY } from './difference';
import { answerShape, orNull, POSITION } from './shapes';

const OTHERWISE = Type.Integer({
  minimum: 0,
  description:
    'Changed otherwise: on later days, in what depends on a dispute, or in whether the policy says anything of the day',
});

const SUMMARY = Type.Array(
  answerShape(
    {
      policy: CODE,
      ...SETTING_SUMMARY,
      longer: Type.Integer({
        minimum: 0,
        description: 'Eligible on the day before and after, now for longer',
      }),
      shorter: Type.Integer({ minimum: 0, description: 'The same, now for shorter' }),
      otherwise: OTHERWISE,
    },
    'How many providers’ answers change in a setting of a policy, and how',
  ),
);

export const EFFECTS = answerShape(
  {
    on: DAY,
    summary: SUMMARY,
    changed: CHANGED,
    providers: Type.Array(
      answerShape(
        {
          policy: CODE,
          provider: ELIGIBILITY.properties.provider,
          setting: CODE,
          from: CHANGED_FROM,
          before: orNull(VERDICT),
          after: orNull(VERDICT),
          events: Type.Array(
            Type.Union([
              answerShape(
                { index: Type.Integer({ minimum: 0 }) },
                'The place of an event in the batch, from 0',
              ),
              answerShape(
                { line: Type.Integer({ minimum: 2 }) },
                'The line of a table on which its row begins',
              ),
              answerShape(
                { position: POSITION },
                'Of a load that is retracted: the position of what is retracted',
              ),
            ]),
            { description: 'Which of the events sent bear on it' },
          ),
        },
        `An answer about the day \`on\` that would change, before and after; ${NOT_REGISTERED}`,
      ),
      { description: 'The first 1,000 by key' },
    ),
  },
  'Of a dry run: whose answers from today on would change, under every policy of which an edition stands, were this posted. Policies come in the order of `answers`, by strength, then id',
);
