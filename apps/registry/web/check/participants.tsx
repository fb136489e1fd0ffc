import { type RequirementOfAnswer } from './requirements';
import { useTold, type Failing, FactLines, GapLines, MOST_LINES } from './evidence-lines';
import { Chip } from '../layout/tone';
import type { Answer, EvidencedRun } from '@app/domain/evaluation/v1/answer-shape';
import type { Run } from '@app/domain/values/written-run';
import { type ComponentChildren } from 'preact';
import { capitalised, daysInWords } from '@app/phrases/words';

/** More than these are shown when asked for. */
const MOST_SHOWN = 8;

/**
 * How somebody stands who takes part, by the requirements of all of them. The record of each counts disputed events, so
 * that it decides nothing where a dispute does; and to fall short is no fault where what must be met is met without them,
 * or only encouraged.
 */
function chipOf(gaps: readonly Failing[], requirements: readonly RequirementOfAnswer[]): ComponentChildren {
  const must = requirements.filter(({ binding }) => binding === 'must');
  const asked = must.length > 0 ? 'required' : 'encouraged';
  const words = gaps.length > 0 ? `Falls short of what is ${asked}` : `Meets what is ${asked}`;
  if (requirements.some(({ uncertain }) => uncertain.length > 0))
    return <Chip tone={undefined}>{words}, as recorded, disputed events counting</Chip>;
  const isFault = must.some((requirement) => requirement.gaps.length > 0);
  return <Chip tone={gaps.length === 0 ? 'yes' : isFault ? 'no' : undefined}>{words}</Chip>;
}

/** Those who take part, adviser by adviser or subcontractor by subcontractor. */
export function Participants({
  id,
  title,
  does,
  requirements,
  all,
}: {
  readonly id: string;
  readonly title: string;
  /** What they are on their days. */
  readonly does: string;
  /** Those by which they are judged; absent where no one asks how they stand. */
  readonly requirements?: readonly RequirementOfAnswer[];
  readonly all: readonly {
    readonly subject: ComponentChildren;
    readonly days: readonly Run[];
    readonly gaps: readonly Failing[];
    readonly grounds?: readonly EvidencedRun[];
  }[];
}) {
  const { answer } = useTold();
  if (all.length === 0) return null;
  const list = (
    <ul class="bare">
      {all.map(({ subject, days, gaps, grounds = [] }) => (
        <li class="card">
          <div class="top">
            <h3>{subject}</h3>
            {requirements && chipOf(gaps, requirements)}
          </div>
          <p class="quiet">
            {capitalised(does)} {days.slice(0, MOST_LINES).map(daysInWords).join(', ')}
            {days.length > MOST_LINES && ` and on ${days.length - MOST_LINES} more stretches of days`}
            {answer.from !== answer.until && ', of the days asked about'}
          </p>
          {gaps.length + grounds.length > 0 && (
            <ul>
              <FactLines grounds={grounds} />
              <GapLines gaps={gaps} />
            </ul>
          )}
        </li>
      ))}
    </ul>
  );
  return (
    <section aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {all.length > MOST_SHOWN ? (
        <details>
          <summary>Show all {all.length}</summary>
          {list}
        </details>
      ) : (
        list
      )}
    </section>
  );
}

/** The advisers engaged; where the question names some, those apart from the others, whom it does not ask about. */
export function Advisers({ answer: { advisers, engaged, requirements } }: { readonly answer: Answer }) {
  const asked = requirements.filter(({ of }) => of === 'some-adviser' || of === 'every-adviser');
  const all = engaged.map(({ adviser, ...one }) => ({ subject: adviser, ...one }));
  const own = { does: 'engaged', requirements: asked };
  if (advisers.length === 0) return <Participants id="engaged" title="Advisers engaged" {...own} all={all} />;
  const { named = [], others = [] } = Object.groupBy(all, ({ subject }) =>
    advisers.includes(subject) ? 'named' : 'others',
  );
  return (
    <>
      <Participants id="engaged" title="Advisers named who are engaged" {...own} all={named} />
      <Participants id="also-engaged" title="Also engaged, not asked about" does="engaged" all={others} />
    </>
  );
}
