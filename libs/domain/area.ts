import { Type } from 'typebox';
import { type Deciders, needsGrant, only } from './decide';
import { define } from './definition';
import { ADVISER_KEY, AREA_KEY, DAY, fields } from './keys';
import { keysOf } from './known';

const about = {
  subject: AREA_KEY,
  stream: (subject: string) => `area-${subject.slice('area:'.length)}`,
  needs: ['coordinator'],
} as const;

export const events = {
  CoordinatorAssigned: define({
    ...about,
    data: fields({
      coordinator: ADVISER_KEY,
      role: Type.Enum(['career-development', 'enterprise']),
      from: DAY,
    }),
  }),
  CoordinatorEnded: define({ ...about, data: fields({ coordinator: ADVISER_KEY, on: DAY }) }),
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
      'post the assignment first, or mend the area or the adviser',
    );
  },
};
