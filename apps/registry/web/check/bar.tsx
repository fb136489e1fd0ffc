import type { Run } from '@app/domain/values/written-run';
import { lengthOf, type Stretch } from '@app/phrases/words';

/** What the bars are filled with where days are not covered, so that they can be told without colour. */
export function Patterns() {
  return (
    <svg class="patterns" aria-hidden="true">
      <defs>
        <pattern id="no" width="9" height="9" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <rect class="ground-no" width="9" height="9" />
          <line class="line-no" x1="0" y1="0" x2="0" y2="9" />
        </pattern>
        <pattern id="unknown" width="8" height="8" patternUnits="userSpaceOnUse">
          <rect class="ground-unknown" width="8" height="8" />
          <circle class="dot-unknown" cx="4" cy="4" r="1.8" />
        </pattern>
      </defs>
    </svg>
  );
}

/** The days of the window in a row, each as broad as the other. */
export function Bar({
  window,
  stretches,
  label,
  thin = false,
}: {
  readonly window: Run;
  readonly stretches: readonly Stretch[];
  readonly label: string;
  readonly thin?: boolean;
}) {
  const share = (days: number) => `${((100 * days) / lengthOf(window)).toFixed(3)}%`;
  const before = (day: string) => lengthOf({ from: window.from, until: day }) - 1;
  return (
    <svg class={thin ? 'bar thin' : 'bar'} role="img" aria-label={label}>
      {stretches.map(({ answer, ...run }) => (
        <rect
          class={`fill-${answer}`}
          x={share(before(run.from))}
          width={share(lengthOf(run))}
          height="100%"
        />
      ))}
      {stretches
        .filter(({ from }) => from !== window.from)
        .map(({ from }) => (
          <line class="edge" x1={share(before(from))} x2={share(before(from))} y1="0" y2="100%" />
        ))}
    </svg>
  );
}
