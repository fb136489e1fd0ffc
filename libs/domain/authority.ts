import { isAnnotation, targetOf } from './annotation';
import { adviserStreams } from './adviser';
import { bodyStream, mayPost, type Matter } from './body';
import { dayOf, formatDay, type Day } from './day';
import { only } from './decide';
import { definitionOf, REGISTRAR, type EventType, type RegisterEvent } from './event';
import { keysOf, together, type Known } from './known';
import { refuse, type Refusal } from './problem';

/** The fact’s own first day: `from`, `on` or `awardedOn`, where it has one. */
export function firstDayOf(data: object): Day | undefined {
  const fields = data as { from?: string; on?: string; awardedOn?: string };
  const first = fields.from ?? fields.on ?? fields.awardedOn;
  return first === undefined ? undefined : dayOf(first);
}

/**
 * The standard or qualification that an event is of: its own, for an event about an event that of the one it
 * names, for a certificate that of the last award that it can bear on (design, section 3).
 */
export function matterOf(event: RegisterEvent, known: Known): Matter {
  if (isAnnotation(event)) {
    const target = known.find(targetOf(event));
    return target ? matterOf(target.event, known) : {};
  }
  if ('standard' in event.data) return { standard: event.data.standard };
  if ('qualification' in event.data) return { qualification: event.data.qualification };
  if (event.type !== 'QualificationRevoked' && event.type !== 'QualificationVoided') return {};
  const { certificate } = event.data;
  const awards = only(together(known, adviserStreams(keysOf(known, event.subject))), 'QualificationAwarded');
  return {
    qualification: awards.findLast(
      (award) => award.position < event.position && award.data.certificate === certificate,
    )?.data.qualification,
  };
}

/** Whether a body may post an event of this type and matter, today and on the fact’s own first day. */
export function isAllowed(
  known: Known,
  body: string,
  type: EventType,
  matter: Matter,
  first: Day | undefined,
): boolean {
  if (body === REGISTRAR) return true;
  if (definitionOf(type).registrarOnly || known.today === undefined) return false;
  const recognitions = known.stream(bodyStream(body));
  return [known.today, first ?? known.today].every((day) => mayPost(recognitions, type, matter, day));
}

/** Refuses what a body is not recognised for; `event` may be a posting or what a correction makes of one. */
export function authorise(event: RegisterEvent, body: string, known: Known): Refusal | undefined {
  const matter = matterOf(event, known);
  const first = firstDayOf(event.data);
  if (isAllowed(known, body, event.type, matter, first)) return undefined;
  if (definitionOf(event.type).registrarOnly) {
    return refuse('not-recognised', `Only the registrar posts ${event.type}`, '/type');
  }
  const what = [event.type, matter.standard ?? matter.qualification].filter(Boolean).join(' of ');
  const days = [known.today, first].filter((day) => day !== undefined).map(formatDay);
  return refuse(
    'not-recognised',
    `${body} is not recognised for ${what} on ${[...new Set(days)].join(' and ')}: ask the registrar, or mend the type, its standard or qualification, or the day`,
    '/type',
  );
}
