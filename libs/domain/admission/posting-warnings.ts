import { sharedCertificate } from '../subjects/adviser';
import { appealAgainst } from '../subjects/events-about-events';
import { asCorrected } from '../log/annotations';
import { targetOf } from '../log/annotation-target';
import { isUpheld } from '../log/effective-events';
import { dayOf, formatDay, type Day } from '../values/day';
import { only } from '../log/decider';
import type { RegisterEvent } from '../log/event-catalogue';
import type { LogView } from '../log/log-view';
import type { Warning } from '../values/problem';
import { unknownCodes } from './vocabulary';

/**
 * The warnings of a posting, by what was known before it (specification, section 3, “Warnings”). They refuse
 * nothing. A correction gets the warnings that a posting of its target with the new data would get.
 */
export function postingWarnings(event: RegisterEvent, known: LogView): readonly Warning[] {
  if (event.type !== 'EventCorrected') return remarksOn(event, known, 'this event');
  const target = known.find(targetOf(event))?.event;
  if (!target) return [];
  return remarksOn(asCorrected(target, event), known, 'the event that this one corrects').map(
    ({ pointer, ...warning }) =>
      pointer === undefined ? warning : { ...warning, pointer: `/data${pointer}` },
  );
}

/** `named`: what to call the event in the advice. */
function remarksOn(event: RegisterEvent, known: LogView, named: string): readonly Warning[] {
  const shared = sharedCertificate(event, known);
  return [
    ...unknownCodes(event, known, named),
    ...unusualReference(event),
    ...(shared ? [shared] : []),
    ...futureDate(event, known, named),
    ...decidedBeforeLodged(event, known),
  ];
}

/** Why an event that is posted again does not count although it was taken; empty if it is effective. */
export function warningsOfRepeat(event: RegisterEvent, known: LogView): readonly Warning[] {
  if (known.find(event.position)?.stands !== false) return [];
  const about = only(known.stream(event.stream), 'EventRetracted', 'DisputeOpened', 'DisputeClosed').filter(
    (one) => targetOf(one) === event.position,
  );
  return [
    ...(only(about, 'EventRetracted').length > 0 ? [RETRACTED] : []),
    ...(isUpheld(only(about, 'DisputeOpened', 'DisputeClosed')) ? [DISPUTE_UPHELD] : []),
  ];
}

const RETRACTED: Warning = {
  code: 'retracted',
  detail:
    'The event was posted before and has been retracted, so it does not count: use a new id, or retract the retraction',
};
const DISPUTE_UPHELD: Warning = {
  code: 'dispute-upheld',
  detail:
    'The event was posted before and a dispute of it was upheld, so it does not count: post what is right under a new id',
};

/** Reference formats with known exceptions are warned about, never refused (specification, section 2). */
function unusualReference({ type, data }: RegisterEvent): Warning[] {
  if ('certificate' in data && /^\d+\/\d+(?:\/\w*)?$/.test(data.certificate)) {
    const sound = /^\d{3}\/\d{4}\/[\dX]$/.test(data.certificate);
    const detail = sound
      ? 'This is the form of an Ofqual qualification number, which names the qualification and not the certificate'
      : 'This looks like an Ofqual qualification number, but those have the form 600/1234/5';
    return [{ code: 'unusual-reference', pointer: '/data/certificate', detail }];
  }
  if (
    type === 'AccreditationAwarded' &&
    data.standard === 'matrix' &&
    !/^[A-Za-z]{1,4}-?[0-9]{1,8}(?:[-/][0-9]+)*$/.test(data.reference)
  ) {
    const detail = 'matrix client ids are a few letters and a number, as a rule: check the reference';
    return [{ code: 'unusual-reference', pointer: '/data/reference', detail }];
  }
  return [];
}

/** The day on which something is said to have happened, for events that can only tell of the past. */
function dayOfHappening({ type, data }: RegisterEvent): { field: string; day: Day } | undefined {
  switch (type) {
    case 'QualificationClaimed':
    case 'QualificationAwarded':
      return { field: 'awardedOn', day: dayOf(data.awardedOn) };
    case 'AccreditationApplied':
    case 'AccreditationApplicationEnded':
    case 'AppealLodged':
    case 'AppealDecided':
    case 'ImprovementCheckCompleted':
    case 'ImprovementCheckMissed':
      return { field: 'on', day: dayOf(data.on) };
    default:
      return undefined;
  }
}

function futureDate(event: RegisterEvent, known: LogView, named: string): Warning[] {
  const happening = dayOfHappening(event);
  if (!happening) return [];
  const { today } = known;
  if (today === undefined || happening.day <= today) return [];
  const { field, day } = happening;
  const detail = `${formatDay(day)} is after today, ${formatDay(today)} in the register, and this tells of what has happened: if the day is wrong, post an EventCorrected of ${named}`;
  return [{ code: 'future-date', pointer: `/data/${field}`, detail }];
}

/** Warns of a decision before its lodging, also if a correction moves the lodging. */
function decidedBeforeLodged(event: RegisterEvent, known: LogView): Warning[] {
  if (event.type !== 'AppealDecided' && event.type !== 'AppealLodged') return [];
  const appeal = appealAgainst(event, known);
  const lodged = event.type === 'AppealLodged' ? dayOf(event.data.on) : appeal?.lodged;
  const decided = event.type === 'AppealDecided' ? dayOf(event.data.on) : appeal?.decided?.on;
  if (lodged === undefined || decided === undefined || decided >= lodged) return [];
  const detail = `The appeal is decided on ${formatDay(decided)}, and was lodged on ${formatDay(lodged)}: post an EventCorrected of the one whose day is wrong`;
  return [{ code: 'decided-before-lodged', pointer: '/data/on', detail }];
}
