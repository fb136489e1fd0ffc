import { readableNumber } from '@app/terminal/progress';
import { dayInWords, untilInWords } from '@app/phrases/words';

/** Whose answers would change under which policy if the tried events were posted. */
export interface Effects {
  readonly on: string;
  readonly changed: number;
  readonly summary: readonly ({ readonly policy: string; readonly setting: string } & Readonly<
    Record<string, string | number>
  >)[];
  readonly providers: readonly Changed[];
}

/** A provider whose answer would change in a setting of a policy, from a day on. */
interface Changed {
  readonly policy: string;
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

/**
 * What would change, policy by policy and setting by setting; settings without a change are left out, and
 * policies without one are named together.
 */
export function effectsInWords({ on, changed, summary, providers }: Effects): string {
  const policies = [...Map.groupBy(summary, ({ policy }) => policy)].map(([policy, settings]) => ({
    policy,
    lines: settings.flatMap(settingInWords),
  }));
  const unchanged = policies.flatMap(({ policy, lines }) => (lines.length === 0 ? [policy] : []));
  if (changed === 0) {
    const under = unchanged.length === 0 ? '' : `, under none of the policies ${unchanged.join(', ')}`;
    return `answers that would change on ${on}: none${under}\n`;
  }
  const first = providers
    .slice(0, CHANGED_SHOWN)
    .map(
      ({ policy, provider: { key, name }, setting, from, before, after }) =>
        `  ${name ?? key}, ${setting} under ${policy}, from ${dayInWords(from)}: ${standingInWords(before)} → ${standingInWords(after)}`,
    );
  const more = changed - first.length;
  return `${[
    `answers that would change on ${on}: ${readableNumber(changed)}`,
    ...policies.flatMap(({ policy, lines }) =>
      lines.length === 0 ? [] : [`  under ${policy}:`, ...lines.map((line) => `    ${line}`)],
    ),
    ...(unchanged.length > 0 ? [`  none under ${unchanged.join(', ')}`] : []),
    ...first,
    ...(more > 0 && first.length > 0 ? [`  and ${readableNumber(more)} more`] : []),
  ].join('\n')}\n`;
}

/** How many answers would change in a setting, and how; none if none would. */
function settingInWords({
  setting,
  policy: _policy,
  ...counts
}: Effects['summary'][number]): readonly string[] {
  const told = Object.entries(counts).flatMap(([kind, count]) =>
    typeof count === 'number' && count > 0 ? [`${readableNumber(count)} ${kind}`] : [],
  );
  return told.length === 0 ? [] : [`${setting}: ${told.join(', ')}`];
}

function standingInWords(standing: Standing | null): string {
  if (standing === null) return 'not registered';
  const { outcome, eligibleUntil } = standing;
  if (outcome !== 'eligible' || eligibleUntil === null) return outcome;
  return `${outcome} ${untilInWords(eligibleUntil)}`;
}
