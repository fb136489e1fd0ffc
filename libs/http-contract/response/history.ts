import { STORED } from '@app/domain/log/stored-event';
import { events as annotations } from '@app/domain/subjects/events-about-events';
import { BODY_KEY, CODE, DAY, PROVIDER_KEY } from '@app/domain/values/keys';
import { Type } from 'typebox';
import { answerShape, INSTANT, KNOWN_AT, NEXT, POSITION, withMeanings } from './shapes';

const MARK = { by: POSITION, body: BODY_KEY, recordedAt: INSTANT };

const CORRECTION = {
  data: Type.Object({}),
  ...MARK,
  kind: annotations.EventCorrected.data.properties.kind,
  reason: CODE,
};

const RETRACTION = answerShape(
  { ...MARK, reason: CODE },
  'The retraction: its position, who posted it, when and why',
);

export const HISTORY_EVENT = Type.Object(
  {
    ...withMeanings(STORED.properties),
    stands: Type.Boolean({
      description: 'Whether it counts: not retracted, no dispute of it upheld, no repetition',
    }),
    corrected: Type.Optional(
      answerShape(
        CORRECTION,
        'The data that count in place of its own, and the correction that gave them: its position, who posted it, when and why',
      ),
    ),
    corrections: Type.Optional(
      Type.Array(
        answerShape({ ...CORRECTION, stands: Type.Boolean() }, 'A correction, and whether it stands itself'),
        {
          description:
            'Every correction of it, in log order, where there were others than the one that counts: every version that it ever had',
        },
      ),
    ),
    retractedBy: Type.Optional(POSITION),
    retracted: Type.Optional(RETRACTION),
    retractions: Type.Optional(
      Type.Array(
        answerShape(
          { ...MARK, reason: CODE, stands: Type.Boolean(), retracted: Type.Optional(RETRACTION) },
          'A retraction, whether it stands itself and, where it was retracted, which brought the event back, by which event',
        ),
        {
          description:
            'Every retraction of it, in log order, where there were others than the one that stands',
        },
      ),
    ),
    disputes: Type.Optional(
      Type.Array(
        answerShape(
          {
            opened: POSITION,
            closed: Type.Optional(POSITION),
            outcome: Type.Optional(annotations.DisputeClosed.data.properties.outcome),
            opening: answerShape({ ...MARK, reason: CODE }, 'Who opened it, when and why'),
            closing: Type.Optional(answerShape(MARK, 'Who closed it, and when')),
          },
          'A dispute of it; open where nothing closed it',
        ),
      ),
    ),
    appealed: Type.Optional(
      answerShape(
        {
          lodging: answerShape({ ...MARK, on: DAY }, 'Who posted that it was lodged, when, and on which day'),
          decision: Type.Optional(
            answerShape(
              { ...MARK, on: DAY, outcome: annotations.AppealDecided.data.properties.outcome },
              'Who posted that it was decided, and how',
            ),
          ),
        },
        'The appeal against it that counts',
      ),
    ),
    repeats: Type.Optional(POSITION),
  },
  {
    description: 'A stored event as it was posted, and what has become of it since',
  },
);

export const HISTORY_PROPERTIES = {
  keys: Type.Array(PROVIDER_KEY),
  events: Type.Array(HISTORY_EVENT),
  next: NEXT,
  knownAt: KNOWN_AT,
};
