import { targetOf } from './annotation-target';
import { dayOf } from '../values/day';
import type { RegisterEvent } from './event-catalogue';
import type { Appeal } from './grants';

/** Appeals by the position of the event that they are against. */
export type Appeals = ReadonlyMap<number, Appeal>;

/** The appeals among effective events: for each event the first lodging, and the first decision after it. */
export function appealsIn(events: readonly RegisterEvent[]): Appeals {
  const appeals = new Map<number, Appeal>();
  for (const event of events) takeAppeal(appeals, event);
  return appeals;
}

/** Adds one more event, which may lodge or decide an appeal. */
export function takeAppeal(appeals: Map<number, Appeal>, event: RegisterEvent): void {
  if (event.type !== 'AppealLodged' && event.type !== 'AppealDecided') return;
  const target = targetOf(event);
  const appeal = appeals.get(target);
  if (event.type === 'AppealLodged') {
    if (!appeal) appeals.set(target, { lodging: event.position, lodged: dayOf(event.data.on) });
  } else if (appeal && !appeal.decided) {
    const decided = { on: dayOf(event.data.on), upheld: event.data.outcome === 'upheld' };
    appeals.set(target, { ...appeal, decided });
  }
}

/** An undecided appeal: the positions of the event that it is against, and of its lodging. */
export interface UndecidedAppeal {
  readonly against: number;
  readonly lodging: number;
}

/** The undecided appeals among effective events, against events that are effective too. */
export function undecidedAppealsIn(events: readonly RegisterEvent[]): readonly UndecidedAppeal[] {
  const appeals = appealsIn(events);
  if (appeals.size === 0) return [];
  return events.flatMap(({ position, data }) => {
    const appeal = appeals.get(position);
    return appeal && !appeal.decided && 'onAppeal' in data
      ? [{ against: position, lodging: appeal.lodging }]
      : [];
  });
}
