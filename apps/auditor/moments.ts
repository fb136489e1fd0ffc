import { parseInstant } from '@app/domain/values/instant';
import { POSITION_OF_LOG } from '@app/read-model/as-of';
import type { EventIndex } from '@app/read-model/index/event-index';
import { finding, type Finding } from '@app/transparency/finding';
import { AuditEnd, AUDITOR_EXIT } from './exit-codes';

/** A moment of knowledge, as somebody names it: a position, perhaps with the digits that say of which log, or an instant. */
export type NamedMoment = {
  /** As it was written. */
  readonly text: string;
} & (
  | { readonly position: number; readonly digits: string | undefined }
  | {
      /** In milliseconds since 1970. */
      readonly instant: number;
    }
);

/** Ends the program if the text names no moment. */
export function momentIn(option: string, text: string): NamedMoment {
  const [, position, digits] = POSITION_OF_LOG.exec(text) ?? [];
  if (position !== undefined) return { text, position: Number(position), digits };
  const instant = parseInstant(text);
  if (instant !== undefined) return { text, instant };
  throw new AuditEnd(
    AUDITOR_EXIT.usage,
    `${option} ${text}: give a position, such as 4182 or 4182-1a2b3c4d, or an instant such as 2026-09-01T09:00:00Z`,
  );
}

/** Whether events after those that a register holds may be at or before a moment. */
export function isBeyond(moment: NamedMoment, register: EventIndex): boolean {
  return 'position' in moment
    ? moment.position > register.head
    : (register.instantOf(register.head) ?? -Infinity) <= moment.instant;
}

/**
 * The position of a moment in a register, which holds all up to it of a log of `size` events; −1 before the first event. Ends the program if
 * the log may go on before the moment. Finding: `fork` if the event there is not the one that the digits are of.
 */
export function positionOf(moment: NamedMoment, register: EventIndex, size: number): number | Finding {
  if (isBeyond(moment, register)) {
    const last = register.head < 0 ? 'is empty' : `ends at position ${size - 1}`;
    throw new AuditEnd(
      AUDITOR_EXIT.untold,
      `The log that the checkpoint is of ${last}, and what is recorded up to ${moment.text} cannot be told yet: name an earlier moment, or ask again with a later checkpoint`,
    );
  }
  if (!('position' in moment)) return register.positionAt(moment.instant);
  const { position, digits } = moment;
  const here = register.hash(position).slice(0, digits?.length);
  return digits === undefined || here === digits
    ? position
    : finding(
        'fork',
        `Event ${position} of this log is ${position}-${here}, and not ${moment.text}: whoever was told that saw another log`,
        position,
      );
}
