import { type Deciders, needsGrant, only } from '../log/decider';
import { define } from '../log/event-definition';
import { ADVISER_KEY, AREA_KEY, DAY, fields } from '../values/keys';
import { keysOf } from '../log/identity';
import { choice, described } from '../values/meaning';

const about = {
  subject: AREA_KEY,
  stream: (subject: string) => `area-${subject.slice('area:'.length)}`,
  needs: ['coordinator'],
} as const;

export const events = {
  CoordinatorAssigned: define({
    ...about,
    meaning: 'An adviser coordinates careers work in the area. A record, which changes no answer.',
    data: fields({
      coordinator: described(ADVISER_KEY, 'The registered adviser who does.'),
      role: choice('What is coordinated.', {
        'career-development': 'The development of young people’s careers.',
        enterprise: 'The schools’ dealings with employers.',
      }),
      from: described(DAY, 'The first day of the assignment.'),
    }),
  }),
  CoordinatorEnded: define({
    ...about,
    meaning: 'An adviser’s assignment to the area has ended. A record, which changes no answer.',
    ends: true,
    data: fields({
      coordinator: described(ADVISER_KEY, 'The adviser who was assigned.'),
      on: described(DAY, 'The day on which it ended.'),
    }),
  }),
};

export const decide: Deciders<keyof typeof events> = {
  CoordinatorEnded(event, known) {
    const person = keysOf(known, event.data.coordinator);
    const found = only(known.stream(event.stream), 'CoordinatorAssigned').some(({ data }) =>
      person.includes(data.coordinator),
    );
    return needsGrant(
      found,
      '/data/coordinator',
      `assignment of ${event.data.coordinator}`,
      'post the assignment first, or correct the area or the adviser',
    );
  },
};
