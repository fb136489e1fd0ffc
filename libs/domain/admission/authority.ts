import { isAnnotation, type Annotation } from '../log/annotations';
import { targetOf } from '../log/annotation-target';
import { adviserStreams } from '../subjects/adviser';
import { partitionPoint } from '../values/partition-point';
import { bodyStream, daysAllowed, mayPost, type Matter } from '../subjects/body';
import { dayOf, formatDay, LAST_DAY, type Day } from '../values/day';
import { definitionOf, REGISTRAR, type EventType, type RegisterEvent } from '../log/event-catalogue';
import { together, type AuthorityView, type LogView } from '../log/log-view';
import { keysOf } from '../log/identity';
import { refuse, type Refusal } from '../values/problem';
import { includes, runs, type Days } from '../values/timeline';

/** The fact’s own first day: `from`, `on` or `awardedOn`; undefined if it has none. */
export function firstDayOf(data: object): Day | undefined {
  const fields = data as { from?: string; on?: string; awardedOn?: string };
  const first = fields.from ?? fields.on ?? fields.awardedOn;
  return first === undefined ? undefined : dayOf(first);
}

/**
 * The standard or qualification that an event concerns. An event about an event takes it from its target, a
 * certificate from the last award that it can bear on (specification, section 3).
 */
export function matterOf(event: RegisterEvent, known: AuthorityView): Matter {
  if (isAnnotation(event)) {
    const target = known.find(lastNamed(event, known));
    return target ? matterOf(target.event, known) : { of: 'unknown' };
  }
  if ('standard' in event.data) return { of: 'standard', code: event.data.standard };
  if ('qualification' in event.data) return { of: 'qualification', code: event.data.qualification };
  if (event.type !== 'QualificationRevoked' && event.type !== 'QualificationVoided') return { of: 'neither' };
  const { certificate } = event.data;
  const award = together(known, adviserStreams(keysOf(known, event.subject))).findLast(
    (one) =>
      one.type === 'QualificationAwarded' &&
      one.position < event.position &&
      one.data.certificate === certificate,
  );
  const code = award?.type === 'QualificationAwarded' ? award.data.qualification : undefined;
  return { of: 'qualification', code };
}

/**
 * The position at the end of a chain of events about events. All of them are in one stream, which is read
 * once: retractions of retractions may form a chain of thousands.
 */
function lastNamed(event: Annotation, known: AuthorityView): number {
  const recorded = known.recorded(event.stream);
  let position = targetOf(event);
  for (;;) {
    const named = recorded[partitionPoint(recorded.length, (i) => (recorded[i]?.position ?? NaN) < position)];
    if (named?.position !== position || !isAnnotation(named)) return position;
    position = targetOf(named);
  }
}

/** Whether a body may post an event of this type and matter, both today and on the fact’s own first day. */
export function isAllowed(
  known: AuthorityView,
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

/** Every body that may post an event, both today and on its own first day; if there is none, the registrar. */
export function bodiesFor(event: RegisterEvent, known: LogView): readonly string[] {
  const [matter, first] = [matterOf(event, known), firstDayOf(event.data)];
  const by = known
    .bodies()
    .filter((body) => body !== REGISTRAR && isAllowed(known, body, event.type, matter, first));
  return by.length > 0 ? by : [REGISTRAR];
}

/**
 * Refuses an event that the body is not recognised for; `event` is a posting, or what a correction makes of
 * one.
 */
export function authorise(event: RegisterEvent, body: string, known: AuthorityView): Refusal | undefined {
  const matter = matterOf(event, known);
  const first = firstDayOf(event.data);
  if (isAllowed(known, body, event.type, matter, first)) return undefined;
  if (definitionOf(event.type).registrarOnly) {
    return refuse('not-recognised', `Only the registrar posts ${event.type}`, '/type');
  }
  const what = 'code' in matter && matter.code !== undefined ? `${event.type} of ${matter.code}` : event.type;
  const days = daysAllowed(known.stream(bodyStream(body)), event.type, matter);
  return refuse(
    'not-recognised',
    days.length === 0
      ? `${body} is recognised for ${what} on no day: ask the registrar, or correct the type, or its standard or qualification`
      : `${body} is recognised for ${what} ${inWords(days)}, and not ${failing(days, known.today, first)}: ask the registrar to recognise it for that day too, or correct the day`,
    '/type',
  );
}

function inWords(days: Days): string {
  return [...runs(days)]
    .map(({ from, until }) =>
      until === LAST_DAY ? `from ${formatDay(from)} on` : `from ${formatDay(from)} to ${formatDay(until)}`,
    )
    .join(' and ');
}

/** Today and the first day of a fact, as far as they are not among the days. */
function failing(days: Days, today: Day | undefined, first: Day | undefined): string {
  const fails = (day: Day | undefined): day is Day => day !== undefined && !includes(days, day);
  const told = fails(today) ? [`today, ${formatDay(today)}`] : [];
  if (fails(first) && first !== today) told.push(`on ${formatDay(first)}, the first day of this event`);
  return told.join(', nor ');
}
