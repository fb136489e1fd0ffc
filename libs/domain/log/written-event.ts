import { isEventType, type EventType, type RegisterEvent } from './event-catalogue';
import type { StoredEvent } from './stored-event';
import { upcast } from './upcast';

/**
 * A stored event in the form in which a register writes it, cut out of its text: whatever stands beside the data, and where
 * the data stand. Each member is what a reading as JSON finds, provided that the data are one JSON value, which
 * {@link WrittenEvent.stored} finds out, and that no member has a control character, which the schemas find out.
 */
export class WrittenEvent {
  #data: RegisterEvent['data'] | undefined;

  constructor(
    readonly body: string,
    readonly written: string,
    readonly id: string,
    readonly position: number,
    readonly recordedAt: string,
    readonly revision: number,
    readonly schema: number,
    readonly source: string,
    readonly stream: string,
    readonly subject: string,
    readonly time: string | undefined,
    readonly type: EventType,
  ) {}

  /** The data in the form that rules use, read when they are asked for. */
  get data(): RegisterEvent['data'] {
    return (this.#data ??= upcast(
      this.type,
      this.schema,
      JSON.parse(this.written) as StoredEvent['data'],
    ) as RegisterEvent['data']);
  }

  /** The whole as its text says it, not checked; undefined if the data are not one JSON value. */
  stored(): unknown {
    const { position, stream, revision, type, schema, subject, body, source, id, time, recordedAt } = this;
    let data: unknown;
    try {
      data = JSON.parse(this.written);
    } catch {
      return undefined;
    }
    const stored = { position: String(position), stream, revision, type, schema, subject, body, source, id };
    return time === undefined ? { ...stored, recordedAt, data } : { ...stored, time, recordedAt, data };
  }
}

const BODY = '{"body":"';
const DATA = '","data":';
const ID = ',"id":"';
const POSITION = '","position":"';
const RECORDED_AT = '","recordedAt":"';
const REVISION = '","revision":';
const SCHEMA = ',"schema":';
const SOURCE = ',"source":"';
const STREAM = '","stream":"';
const SUBJECT = '","subject":"';
const TIME = '","time":"';
const TYPE = '","type":"';
const END = '"}';

/**
 * Cuts an event out of its text; undefined if the text has not the form in which a register writes it, or has an escape
 * beside the data: it is then to be read as JSON. Text that is JSON has a backslash before a quotation mark
 * within a string, so that what is looked for here is never found in one; and no member after the data has members.
 */
export function writtenIn(text: string): WrittenEvent | undefined {
  const dataEnd = text.lastIndexOf(ID);
  if (dataEnd < 0 || !text.startsWith(BODY) || !text.endsWith(END)) return undefined;
  const bodyEnd = text.indexOf('"', BODY.length);
  if (!text.startsWith(DATA, bodyEnd)) return undefined;
  const idEnd = text.indexOf('"', dataEnd + ID.length);
  if (!text.startsWith(POSITION, idEnd)) return undefined;
  const positionEnd = text.indexOf('"', idEnd + POSITION.length);
  if (!text.startsWith(RECORDED_AT, positionEnd)) return undefined;
  const recordedEnd = text.indexOf('"', positionEnd + RECORDED_AT.length);
  if (!text.startsWith(REVISION, recordedEnd)) return undefined;
  const revisionEnd = text.indexOf(',', recordedEnd + REVISION.length);
  if (!text.startsWith(SCHEMA, revisionEnd)) return undefined;
  const schemaEnd = text.indexOf(',', revisionEnd + SCHEMA.length);
  if (!text.startsWith(SOURCE, schemaEnd)) return undefined;
  const sourceEnd = text.indexOf('"', schemaEnd + SOURCE.length);
  if (!text.startsWith(STREAM, sourceEnd)) return undefined;
  const streamEnd = text.indexOf('"', sourceEnd + STREAM.length);
  if (!text.startsWith(SUBJECT, streamEnd)) return undefined;
  const subjectEnd = text.indexOf('"', streamEnd + SUBJECT.length);
  const isTimed = text.startsWith(TIME, subjectEnd);
  const timeEnd = isTimed ? text.indexOf('"', subjectEnd + TIME.length) : subjectEnd;
  if (!text.startsWith(TYPE, timeEnd)) return undefined;
  const type = text.slice(timeEnd + TYPE.length, -END.length);
  const position = numberIn(text, idEnd + POSITION.length, positionEnd);
  const revision = numberIn(text, recordedEnd + REVISION.length, revisionEnd);
  const schema = numberIn(text, revisionEnd + SCHEMA.length, schemaEnd);
  if (position < 0 || revision < 0 || schema < 0 || !isEventType(type)) return undefined;
  if (text.lastIndexOf('\\', bodyEnd) >= 0 || text.includes('\\', dataEnd)) return undefined;
  return new WrittenEvent(
    text.slice(BODY.length, bodyEnd),
    text.slice(bodyEnd + DATA.length, dataEnd),
    text.slice(dataEnd + ID.length, idEnd),
    position,
    text.slice(positionEnd + RECORDED_AT.length, recordedEnd),
    revision,
    schema,
    text.slice(schemaEnd + SOURCE.length, sourceEnd),
    text.slice(sourceEnd + STREAM.length, streamEnd),
    text.slice(streamEnd + SUBJECT.length, subjectEnd),
    isTimed ? text.slice(subjectEnd + TIME.length, timeEnd) : undefined,
    type,
  );
}

/** The number that stands between two places, written as JSON writes whole numbers; −1 if none does. */
function numberIn(text: string, from: number, until: number): number {
  const first = text.charCodeAt(from) - ZERO;
  if (until <= from || until - from > MOST_DIGITS || (first === 0 && until - from > 1)) return -1;
  let number = 0;
  for (let i = from; i < until; i++) {
    const digit = text.charCodeAt(i) - ZERO;
    if (digit < 0 || digit > 9) return -1;
    number = number * 10 + digit;
  }
  return number;
}

const ZERO = '0'.charCodeAt(0);
/** Whole numbers of so many digits are exact. */
const MOST_DIGITS = 15;
