/// <reference types="jest" />
import { OverlayView } from '@app/domain/log/overlay-view';
import { asRecorded, type StoredEvent } from '@app/domain/log/stored-event';
import { randomLog, registerOf } from './logs';

/**
 * What a draft knows after each event that it takes, in whatever lists it keeps, is what the log would say once it stood
 * there: of the streams that go on, and of every event in them.
 */
describe('what would be known after further events', () => {
  test.each(Array.from({ length: 12 }, (_, i) => 400 + i))(
    'is what is known once they stand in the log (history %i)',
    (seed) => {
      const register = registerOf(randomLog(seed));
      for (const cut of [-1, Math.floor(register.head / 3), Math.floor(register.head / 2)]) {
        const after = new OverlayView(register.at(cut));
        for (let position = cut + 1; position <= register.head; position++) {
          const event = asRecorded(JSON.parse(register.text(position)) as StoredEvent);
          after.add(event);
          const known = register.at(position);
          const { stream } = event;
          expect([after.stream(stream), after.disputed(stream), after.countOf(stream)]).toEqual([
            known.stream(stream),
            known.disputed(stream),
            known.recorded(stream).length,
          ]);
          for (const { position: one } of known.recorded(stream))
            expect(after.find(one)).toEqual(known.find(one));
        }
      }
    },
  );
});
