/// <reference types="jest" />
import type { RegisterEvent } from '@app/domain/log/event-catalogue';
import { identityOf, isIdentityStream, isRegistered, keysOf, registrationOf } from '@app/domain/log/identity';
import type { LogView } from '@app/domain/log/log-view';
import { OverlayView } from '@app/domain/log/overlay-view';
import { asRecorded, storedAgain } from '@app/domain/log/stored-event';
import { TrackedView } from '@app/read-model/answers/tracked-view';
import { randomLog, registerOf } from './logs';

/** The same, of which nothing is known of a stream without its events. */
function unhelped(known: LogView): LogView {
  return new Proxy(known, {
    get(target, name) {
      if (name === 'plainRegistration') return () => undefined;
      const member: unknown = Reflect.get(target, name, target);
      return typeof member === 'function' ? (member.bind(target) as unknown) : member;
    },
  });
}

function whoIsWho(known: LogView, keys: readonly string[]): unknown {
  return keys.map((key) => [
    key,
    isRegistered(known, key),
    registrationOf(known, key),
    keysOf(known, key),
    identityOf(known, key),
  ]);
}

const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8];

describe('who is who', () => {
  test.each(SEEDS)(
    'is the same whether the events of plain streams are read for it or not (history %i)',
    (seed) => {
      const texts = randomLog(seed);
      const events = texts.map((text) => asRecorded(storedAgain(text)));
      const keys = [...new Set(events.flatMap(keysIn)), 'ukprn:19999999'];
      const streams = [...new Set(events.map(({ stream }) => stream))].filter(isIdentityStream);
      const register = registerOf(texts);
      for (let position = -1; position <= register.head; position += 17) {
        const known = register.at(position);
        expect(whoIsWho(known, keys)).toEqual(whoIsWho(unhelped(known), keys));
        const proposed = new OverlayView(known, events.slice(position + 1, position + 40));
        expect(whoIsWho(proposed, keys)).toEqual(whoIsWho(unhelped(proposed), keys));
      }
      const atHead = register.at(register.head);
      const plain = streams.filter((stream) => atHead.plainRegistration(stream) !== undefined);
      expect(plain.length).toBeGreaterThan(0);
      expect(plain.length).toBeLessThan(streams.length);
      for (const stream of plain) expect(atHead.stream(stream)).toEqual(atHead.recorded(stream));
    },
  );

  test('depends on a plain stream, although its events are not read', () => {
    const register = registerOf(randomLog(1));
    const known = register.at(register.head);
    const stream = register.chains.names.find((name) => known.plainRegistration(name) !== undefined) ?? '';
    const tracked = new TrackedView(known, register);
    isRegistered(tracked, known.stream(stream)[0]?.subject ?? '');
    expect([...tracked.streams]).toContain(stream);
  });
});

/** Every key that an event names, wherever it does. */
function keysIn({ subject, data }: RegisterEvent): readonly string[] {
  return [
    subject,
    ...Object.values(data)
      .flat()
      .filter((one): one is string => typeof one === 'string' && /^[a-z]+:/.test(one)),
  ];
}
