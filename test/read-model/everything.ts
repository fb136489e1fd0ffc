import { answer } from '@app/domain/evaluation/v1/answer';
import { resolveQuestion } from '@app/domain/evaluation/v1/resolved-question';
import { dayOf } from '@app/domain/values/day';
import { isRefusal } from '@app/domain/values/problem';
import type { StoredEvent } from '@app/domain/log/stored-event';
import { adviserRecord, policyRecord, providerRecord } from '@app/read-model/records/records';
import type { EventIndex } from '@app/read-model/index/event-index';
import { worked } from '../worked';

export const SETTINGS = [
  'school-in-house',
  'school-commissioned',
  'national-careers-service',
  'publicly-funded',
  'private',
];

export function subjectsOf(texts: readonly string[]): readonly string[] {
  return [...new Set(texts.map((text) => (JSON.parse(text) as StoredEvent).subject))].sort();
}

/** Everything that a register says of some subjects and their streams at a position. */
export function everything(register: EventIndex, position: number, texts: readonly string[]): unknown {
  const known = register.at(position);
  const streams = new Set(texts.map((text) => (JSON.parse(text) as StoredEvent).stream));
  return [...streams]
    .map((name) => [name, known.stream(name), known.recorded(name), known.disputed(name)] as unknown)
    .concat(
      subjectsOf(texts).map((subject) => ({
        subject,
        record: subject.startsWith('adviser:')
          ? adviserRecord(known, subject)
          : subject.startsWith('policy:')
            ? policyRecord(known, subject.slice('policy:'.length))
            : worked(providerRecord(known, subject)),
        answers: SETTINGS.map((setting) => {
          const question = {
            provider: subject,
            setting,
            policy: 'cmqa-2017',
            from: dayOf('2019-06-01'),
            until: dayOf('2021-05-31'),
            advisers: [],
          };
          const found = resolveQuestion(known, question);
          return isRefusal(found) ? found : answer(found, register.recordedAt(position) ?? '');
        }),
      })),
    );
}
