import { asksOfAdvisers } from './answered-question';
import { PolicyPart } from './policy-part';
import { type RequirementOfAnswer } from './requirements';
import { useTold, useUnder, type Failing, FactLines, GapLines, MOST_LINES, SameOf } from './evidence-lines';
import { Chip } from '../layout/tone';
import type { EvidencedRun } from '@app/domain/evaluation/v1/answer-shape';
import type { Run } from '@app/domain/values/written-run';
import { type ComponentChildren } from 'preact';
import { capitalised, daysInWords } from '@app/phrases/words';

/** More than these are shown when asked for. */
const MOST_SHOWN = 8;

/**
 * How somebody stands who takes part, by the requirements of all of them. The record of each counts disputed events, so
 * that it decides nothing where a dispute does; and to fall short is no fault where what is asked is met without them,
 * or only encouraged. Whoever is not independent may advise all the same: it is only said what does not count.
 */
function chipOf(
  days: readonly Run[],
  gaps: readonly Failing[],
  requirements: readonly RequirementOfAnswer[],
): ComponentChildren {
  const must = requirements.filter(({ binding }) => binding === 'must');
  // Where both are, a gap does not say of which it is.
  const [of, and] =
    must.length === 0
      ? (['encouraged', 'encouraged'] as const)
      : must.length === requirements.length
        ? (['asked', 'asked'] as const)
        : (['asked or encouraged', 'asked and encouraged'] as const);
  const isDependent = gaps.some(({ reason }) => reason === 'adviser-not-independent');
  const words = isDependent
    ? `Does not count as independent${isAlways(days, gaps) ? '' : ' on some days'}`
    : gaps.length > 0
      ? `Falls short of what is ${of}`
      : `Meets what is ${and}`;
  if (requirements.some(({ uncertain }) => uncertain.length > 0))
    return <Chip tone={undefined}>{words}, as recorded, disputed events counting</Chip>;
  const isFault = must.some((requirement) => requirement.gaps.length > 0);
  return <Chip tone={gaps.length === 0 ? 'yes' : isFault ? 'no' : undefined}>{words}</Chip>;
}

/** Whether one gap is on all of the days. */
function isAlways([first, ...others]: readonly Run[], [gap]: readonly Run[]): boolean {
  return others.length === 0 && first?.from === gap?.from && first?.until === gap?.until;
}

/** Those who take part, adviser by adviser or subcontractor by subcontractor. */
function Participants({
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
  const { question } = useTold();
  if (all.length === 0) return null;
  const list = (
    <ul class="bare">
      {all.map(({ subject, days, gaps, grounds = [] }) => (
        <li class="card">
          <div class="top">
            <h4>{subject}</h4>
            {requirements && chipOf(days, gaps, requirements)}
          </div>
          <p class="quiet">
            {capitalised(does)} {days.slice(0, MOST_LINES).map(daysInWords).join(', ')}
            {days.length > MOST_LINES && ` and on ${days.length - MOST_LINES} more stretches of days`}
            {question.from !== question.until && ', of the days asked about'}
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
    <PolicyPart name={id} title={title}>
      {all.length > MOST_SHOWN ? (
        <details>
          <summary>Show all {all.length}</summary>
          {list}
        </details>
      ) : (
        list
      )}
    </PolicyPart>
  );
}

/**
 * The advisers engaged; where the question names some, those apart from the others, whom it does not ask about. Where
 * the policy asks for independence of a school that is not named, of no one it is said how they stand.
 */
export function Advisers() {
  const { answer, asked, isUnchecked } = useUnder();
  const requirements = isUnchecked ? undefined : asked.requirements.filter(asksOfAdvisers);
  const all = answer.engaged.map(({ adviser, ...one }) => ({ subject: adviser, ...one }));
  const own = { does: 'engaged', ...(requirements === undefined ? {} : { requirements }) };
  if (answer.advisers.length === 0)
    return <Participants id="engaged" title="Advisers engaged" {...own} all={all} />;
  const { named = [], others = [] } = Object.groupBy(all, ({ subject }) =>
    answer.advisers.includes(subject) ? 'named' : 'others',
  );
  return (
    <>
      <Participants id="engaged" title="Advisers named who are engaged" {...own} all={named} />
      <Participants id="also-engaged" title="Also engaged, not asked about" does="engaged" all={others} />
    </>
  );
}

export function Subcontractors() {
  const { names } = useTold();
  const { answer } = useUnder();
  return (
    <Participants
      id="subcontractors"
      title="Subcontractors"
      does="under contract"
      requirements={answer.requirements.filter(({ of }) => of === 'subcontractors')}
      all={answer.subcontractors.map(({ provider, ...one }) => ({
        subject: (
          <>
            <SameOf provider={provider} />
            {names.has(provider) && <span class="quiet">, {provider}</span>}
          </>
        ),
        ...one,
      }))}
    />
  );
}
