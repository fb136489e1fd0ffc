import { Type } from 'typebox';
import { define } from '../log/event-definition';
import { CODE, fields, LOG_KEY } from '../values/keys';
import { described } from '../values/meaning';

/** The key of the log as the subject of events about itself. */
export const LOG = 'log:register';

export const events = {
  LogRestored: define({
    meaning:
      'The log no longer goes on from a checkpoint that was signed before, because its operator restored it. Whoever saw that checkpoint sees a rollback, and this event says whose. The register posts it itself; it changes no answer.',
    subject: LOG_KEY,
    stream: () => 'log',
    registrarOnly: true,
    registerOnly: true,
    data: fields({
      size: described(
        Type.String({
          pattern: '^(?:0|[1-9][0-9]{0,15})$',
          description: 'A whole number as a decimal string',
        }),
        'How many events the log had by the checkpoint that is given up.',
      ),
      root: described(
        Type.String({ pattern: '^[A-Za-z0-9+/]{43}=$', description: '32 bytes in base64' }),
        'The root of its tree by that checkpoint.',
      ),
      reason: described(CODE, 'Why it was restored, as its operator says.'),
    }),
  }),
};
