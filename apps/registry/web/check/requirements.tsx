import {
  Evidence,
  FactLines,
  GapLines,
  DoubtLine,
  MOST_LINES,
  LeftOut,
  Providers,
  useTold,
} from './evidence-lines';
import { Bar } from './bar';
import { type Tone, Chip } from '../layout/tone';
import type { Answer } from '@app/domain/evaluation/v1/answer-shape';
import { successorsIn, takenPlaceInWords } from '@app/phrases/evidence-words';
import {
  capitalised,
  citeInWords,
  requirementInWords,
  warningInWords,
  isSilent,
  type Stretch,
} from '@app/phrases/words';

export type RequirementOfAnswer = Answer['requirements'][number];

function standingOf({
  covered,
  gaps,
  uncertain,
}: Pick<RequirementOfAnswer, 'covered' | 'gaps' | 'uncertain'>): {
  readonly tone: Tone;
  readonly words: string;
} {
  if (gaps.length > 0)
    return covered.length + uncertain.length > 0
      ? { tone: 'no', words: 'Not met on some days' }
      : { tone: 'no', words: 'Not met' };
  if (uncertain.length > 0) return { tone: 'unknown', words: 'In doubt' };
  return { tone: 'yes', words: 'Met' };
}

function RequirementCard({
  answer,
  requirement,
}: {
  readonly answer: Answer;
  readonly requirement: RequirementOfAnswer;
}) {
  const { id, of, binding, cites, covered, gaps, uncertain, grounds = [] } = requirement;
  const { tone, words } = standingOf(requirement);
  const said = capitalised(requirementInWords(answer, id));
  return (
    <li class="card">
      <div class="top">
        <h3>{said}</h3>
        {binding === 'must' || tone === 'yes' ? <Chip tone={tone}>{words}</Chip> : <strong>{words}</strong>}
      </div>
      <p class="quiet">
        {binding === 'must' ? 'Must be met' : 'Encouraged'}
        {cites === null ? '' : `; from ${cites}`}
      </p>
      {grounds.length > 0 && (
        <ul>
          <FactLines grounds={grounds} />
        </ul>
      )}
      {covered.length > 0 &&
        (of === 'some-adviser' || of === 'every-adviser') &&
        answer.engaged.length > 0 && (
          <p class="quiet">
            By whom it is met stands under <a href="#engaged">the advisers</a>.
          </p>
        )}
      {covered.length > 0 && of === 'subcontractors' && answer.subcontractors.length > 0 && (
        <p class="quiet">
          By whom it is met stands under <a href="#subcontractors">the subcontractors</a>.
        </p>
      )}
      {covered.length > 0 && of === 'subcontractors' && answer.subcontractors.length === 0 && (
        <p class="quiet">The provider has none on those days, as recorded.</p>
      )}
      {(gaps.length > 0 || uncertain.length > 0) && (
        <>
          {answer.from !== answer.until && (
            <Bar
              thin
              window={answer}
              stretches={[
                ...covered.map((run): Stretch => ({ ...run, answer: 'yes' })),
                ...gaps.map((run): Stretch => ({ ...run, answer: 'no' })),
                ...uncertain.map((run): Stretch => ({ ...run, answer: 'unknown' })),
              ]}
              label={`${said}: ${words.toLowerCase()}`}
            />
          )}
          <ul>
            <GapLines gaps={gaps} />
            {uncertain.slice(0, MOST_LINES).map((doubt) => (
              <DoubtLine doubt={doubt} />
            ))}
            <LeftOut of={uncertain} />
          </ul>
        </>
      )}
    </li>
  );
}

export function Requirements({ answer }: { readonly answer: Answer }) {
  const lawless = answer.gaps.filter(isSilent);
  return (
    <section aria-labelledby="requirements">
      <h2 id="requirements">What is required</h2>
      <ul class="bare">
        {lawless.length > 0 && (
          <li class="card">
            <div class="top">
              <h3>Days without rules</h3>
            </div>
            <ul>
              <GapLines gaps={lawless} />
            </ul>
          </li>
        )}
        {answer.requirements
          .filter(({ binding }) => binding === 'must')
          .map((requirement) => (
            <RequirementCard answer={answer} requirement={requirement} />
          ))}
      </ul>
      <Cited answer={answer} />
    </section>
  );
}

/** What the requirements refer to, a sentence each. */
function Cited({ answer }: { readonly answer: Answer }) {
  const cited = [...new Set(answer.requirements.flatMap(({ cites }) => cites ?? []))];
  const said = cited.flatMap((cite) => citeInWords(answer, cite) ?? []);
  return (
    <>
      {said.map((words) => (
        <p class="quiet">{words}</p>
      ))}
    </>
  );
}

/** What is warned of; of a provider whose place others took, who they are. */
function Warned({ code, positions }: { readonly code: string; readonly positions: readonly string[] }) {
  const { evidence } = useTold();
  const successors = positions.flatMap((position) => {
    const event = evidence.get(position);
    return event ? successorsIn(event) : [];
  });
  if (code !== 'provider-succeeded' || successors.length === 0)
    return <>{capitalised(warningInWords(code))}</>;
  return (
    <>
      <Providers keys={successors} /> {takenPlaceInWords(successors.length)}
    </>
  );
}

/** What decides nothing, and is worth knowing: what the policy encourages, and what was noticed besides. */
export function Remarks({ answer }: { readonly answer: Answer }) {
  const encouraged = answer.requirements.filter(({ binding }) => binding === 'encouraged');
  const warnings = answer.warnings.filter(({ code }) => code !== 'appeal-undecided');
  if (encouraged.length + warnings.length === 0) return null;
  return (
    <section aria-labelledby="remarks">
      <h2 id="remarks">Advice and warnings</h2>
      <p class="quiet">These do not change the answer.</p>
      {encouraged.length > 0 && (
        <ul class="bare">
          {encouraged.map((requirement) => (
            <RequirementCard answer={answer} requirement={requirement} />
          ))}
        </ul>
      )}
      {warnings.length > 0 && (
        <ul>
          {warnings.map(({ code, evidence }) => (
            <li>
              <Warned code={code} positions={evidence} />
              <Evidence positions={evidence} />.
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
