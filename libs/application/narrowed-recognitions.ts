import { isNarrowed, opens } from '@app/domain/admission/opens';
import type { LogView } from '@app/domain/log/log-view';
import { bodyStream, recognitions } from '@app/domain/subjects/body';
import { LAST_DAY } from '@app/domain/values/day';
import { intersection, span } from '@app/domain/values/timeline';

/** A sentence for each recognition, from today on, that opens less than an earlier release took by it. */
export function* narrowedRecognitions(known: LogView): Generator<string, void, undefined> {
  const fromNow = span(known.today ?? -Infinity, LAST_DAY);
  for (const body of known.bodies()) {
    for (const { event, days } of recognitions(known.stream(bodyStream(body)))) {
      if (!isNarrowed(event.data) || intersection(days, fromNow).length === 0) continue;
      yield `The recognition of ${body} at ${event.position} has "*" beside standards or qualifications: ${opens(event.data).join(' ')} If it is to post more, recognise it anew`;
    }
  }
}
