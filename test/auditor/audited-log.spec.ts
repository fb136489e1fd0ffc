/// <reference types="jest" />
import { subjectsNeeded, unauthorised } from '@app/domain/admission/judge';
import { isAnnotation } from '@app/domain/log/annotations';
import { targetOf } from '@app/domain/log/annotation-target';
import type { RegisterEvent } from '@app/domain/log/event-catalogue';
import { isRegistered } from '@app/domain/log/identity';
import type { AuthorityView } from '@app/domain/log/log-view';
import { AuditedLog } from '../../apps/auditor/audited-log';
import { verifyLog } from '../../apps/auditor/verify';
import { randomLog, registerOf } from '../read-model/logs';
import { published, SIGNER, sourceIn } from './public-log';

const SEEDS = Array.from({ length: 12 }, (_, i) => i + 1);

describe('the little that is kept of a log for its audit', () => {
  test.each(SEEDS)('says who may post what as the whole of it does, on the history of seed %i', (seed) => {
    const texts = randomLog(seed);
    const register = registerOf(texts);
    const events: RegisterEvent[] = [];
    register.replay({
      name: 'all',
      position: -1,
      apply: (_position, _text, event) => events.push(event),
      save: () => new Map(),
      load: () => undefined,
    });
    expect(events).toHaveLength(texts.length);
    const bodies = [...register.at(register.head).bodies(), 'body:nobody'];
    const log = new AuditedLog();
    let [refused, asked] = [0, 0];
    for (const event of events) {
      const whole = register.at(event.position - 1);
      for (const body of bodies) {
        const [little, due] = [log, whole].map((known) => judged({ ...event, body }, known));
        expect(little).toEqual(due);
        asked++;
        if (due !== undefined) refused++;
      }
      for (const { key } of subjectsNeeded(event))
        expect(isRegistered(log, key)).toBe(isRegistered(whole, key));
      log.add(event, log.streamNumber(event.stream));
    }
    // Of both there is something to be told apart.
    expect(refused).toBeGreaterThan(asked / 10);
    expect(refused).toBeLessThan(asked);
  });

  test.each(SEEDS)('finds nothing wrong with the history of seed %i', async (seed) => {
    const { findings, notes } = await verifyLog(
      sourceIn(published(randomLog(seed))),
      { key: SIGNER.verifier, witnesses: [], seen: undefined },
      () => undefined,
    );
    expect(findings).toEqual([]);
    expect(notes.count).toBe(0);
  });
});

function judged(event: RegisterEvent, known: AuthorityView) {
  const target = isAnnotation(event) ? known.find(targetOf(event))?.event : undefined;
  return unauthorised(event, target, known);
}
