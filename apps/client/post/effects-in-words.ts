import { readableNumber } from '@app/terminal/progress';
import { dayInWords, untilInWords } from '@app/phrases/words';

/** Whose answers would change if the tried events were posted. */
export interface Effects {
  readonly on: string;
  readonly changed: number;
  readonly summary: readonly ({ readonly setting: string } & Readonly<Record<string, string | number>>)[];
  readonly providers: readonly Changed[];
}

/** A provider whose answer would change in a setting, from a day on. */
interface Changed {
  readonly provider: { readonly key: string; readonly name: string | null };
  readonly setting: string;
  readonly from: string;
  readonly before: Standing | null;
  readonly after: Standing | null;
}

interface Standing {
  readonly outcome: string;
  readonly eligibleUntil: string | null;
}

/** The number of changed answers that are shown. */
const CHANGED_SHOWN = 10;

/** What would change, setting by setting; settings without a change are left out. */
export function effectsInWords({ on, changed, summary, providers }: Effects): string {
  const lines = summary.flatMap(({ setting, ...counts }) => {
    const told = Object.entries(counts).flatMap(([kind, count]) =>
      typeof count === 'number' && count > 0 ? [`${readableNumber(count)} ${kind}`] : [],
    );
    return told.length === 0 ? [] : [`  ${setting}: ${told.join(', ')}`];
  });
  const first = providers
    .slice(0, CHANGED_SHOWN)
    .map(
      ({ provider: { key, name }, setting, from, before, after }) =>
        `  ${name ?? key}, ${setting}, from ${dayInWords(from)}: ${standingInWords(before)} → ${standingInWords(after)}`,
    );
  const more = changed - first.length;
  return `${[
    `answers that would change on ${on}: ${readableNumber(changed)}`,
    ...lines,
    ...first,
    ...(more > 0 && first.length > 0 ? [`  and ${readableNumber(more)} more`] : []),
  ].join('\n')}\n`;
}

function standingInWords(standing: Standing | null): string {
  if (standing === null) return 'not registered';
  const { outcome, eligibleUntil } = standing;
  if (outcome !== 'eligible' || eligibleUntil === null) return outcome;
  return `${outcome} ${untilInWords(eligibleUntil)}`;
}
