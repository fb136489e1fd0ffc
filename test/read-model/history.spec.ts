/// <reference types="jest" />
import { isRefusal } from '@app/domain/values/problem';
import type { StoredEvent } from '@app/domain/log/stored-event';
import { history } from '@app/read-model/records/history';
import { randomLog, registerOf } from './logs';

const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8];
const WHOLE = { after: -1, limit: Infinity };

function keysIn(texts: readonly string[]): readonly string[] {
  const subjects = texts.map((text) => (JSON.parse(text) as StoredEvent).subject);
  return [...new Set(subjects)].filter((key) => /^(?:ukprn|company|charity|urn|adviser):/.test(key));
}

describe('a history', () => {
  test.each(SEEDS)('as known at a position is that of the log up to there (history %i)', (seed) => {
    const texts = randomLog(seed);
    const whole = registerOf(texts);
    for (let position = 0; position < texts.length; position += 1 + Math.floor(texts.length / 12)) {
      const prefix = registerOf(texts.slice(0, position + 1));
      for (const key of keysIn(texts))
        expect(history(whole, position, key, WHOLE)).toEqual(history(prefix, position, key, WHOLE));
    }
  });

  test.each(SEEDS)('holds every event under its subject, as it is stored (history %i)', (seed) => {
    const texts = randomLog(seed);
    const register = registerOf(texts);
    for (const key of keysIn(texts)) {
      const found = history(register, register.head, key, WHOLE);
      if (isRefusal(found)) throw new Error(found.detail);
      const positions = found.events.map(({ position }) => Number(position));
      expect(positions).toEqual([...new Set(positions)].sort((a, b) => a - b));
      for (const text of texts) {
        const stored = JSON.parse(text) as StoredEvent;
        const event = found.events.find(({ position }) => position === stored.position);
        if (stored.subject === key || event) expect(event).toMatchObject(stored);
      }
      for (const { position, stream, stands, corrected } of found.events) {
        const known = register.at(register.head).find(Number(position));
        expect(known?.stands ?? false).toBe(stands);
        if (corrected) expect(known?.event.data).toEqual(corrected.data);
        expect(known?.event.stream).toBe(stream);
      }
    }
  });
});
