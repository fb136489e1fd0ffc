import { asksOfAdvisers } from './answered-question';
import {
  Evidence,
  FactLines,
  GapLines,
  DoubtLine,
  MOST_LINES,
  LeftOut,
  useTold,
  useUnder,
} from './evidence-lines';
import { Bar } from './bar';
import { PolicyPart } from './policy-part';
import { type Tone, Chip } from '../layout/tone';
import type { Answer } from '@app/domain/evaluation/v1/answer-shape';
import { citeInWords } from '@app/phrases/requirement-words';
import { voiceOf, type Voice } from '@app/phrases/voices';
import {
  capitalised,
  isOfRegister,
  isSilent,
  requirementInWords,
  warningInWords,
  type Stretch,
} from '@app/phrases/words';

export type RequirementOfAnswer = Answer['requirements'][number];

interface Standing {
  readonly tone: Tone;
  readonly words: string;
}

/** How a requirement stands, by the words that a yes and a no of it have. */
export function standingOf(
  { covered, gaps, uncertain }: Pick<RequirementOfAnswer, 'covered' | 'gaps' | 'uncertain'>,
  { yes, no }: Pick<Voice['encouraged'], 'yes' | 'no'>,
): Standing {
  if (gaps.length > 0)
    return { tone: 'no', words: covered.length + uncertain.length > 0 ? `${no} on some days` : no };
  if (uncertain.length > 0) return { tone: 'unknown', words: 'In doubt' };
  return { tone: 'yes', words: yes };
}

/** The days of a requirement in a row, where they are not all alike. */
export function DaysOf({
  requirement: { covered, gaps, uncertain },
  label,
}: {
  readonly requirement: Pick<RequirementOfAnswer, 'covered' | 'gaps' | 'uncertain'>;
  readonly label: string;
}) {
  const { question } = useTold();
  if (gaps.length + uncertain.length === 0) return null;
  return (
    <>
      {question.from !== question.until && (
        <Bar
          thin
          window={question}
          stretches={[
            ...covered.map((run): Stretch => ({ ...run, answer: 'yes' })),
            ...gaps.map((run): Stretch => ({ ...run, answer: 'no' })),
            ...uncertain.map((run): Stretch => ({ ...run, answer: 'unknown' })),
          ]}
          label={label}
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
  );
}

function RequirementCard({ requirement }: { readonly requirement: RequirementOfAnswer }) {
  const { asked } = useUnder();
  const { id, binding, cites, grounds = [] } = requirement;
  const { encouraged, yes, no } = voiceOf(asked.policy);
  const words = binding === 'must' ? { yes: capitalised(yes), no: capitalised(no) } : encouraged;
  const standing = standingOf(requirement, words);
  const said = capitalised(requirementInWords(asked, id));
  return (
    <li class="card">
      <div class="top">
        <h4>{said}</h4>
        <StandingChip requirement={requirement} standing={standing} />
      </div>
      <p class="quiet">
        {binding === 'must' ? 'Asked' : 'Encouraged'}
        {cites === null ? '' : `; from ${cites}`}
      </p>
      {grounds.length > 0 && (
        <ul>
          <FactLines grounds={grounds} />
        </ul>
      )}
      <ByWhom requirement={requirement} />
      <DaysOf requirement={requirement} label={`${said}: ${standing.words.toLowerCase()}`} />
    </li>
  );
}

function StandingChip({
  requirement,
  standing: { tone, words },
}: {
  readonly requirement: RequirementOfAnswer;
  readonly standing: Standing;
}) {
  const { isUnchecked } = useUnder();
  if (isUnchecked && tone === 'yes' && asksOfAdvisers(requirement))
    return <Chip tone={undefined}>Not checked: no school is named</Chip>;
  return requirement.binding === 'must' || tone === 'yes' ? (
    <Chip tone={tone}>{words}</Chip>
  ) : (
    <strong>{words}</strong>
  );
}

/** Where it stands by whom a requirement of others is met. */
function ByWhom({ requirement }: { readonly requirement: RequirementOfAnswer }) {
  const { answer, at } = useUnder();
  const { of, covered } = requirement;
  if (covered.length === 0) return null;
  const { advisers, engaged } = answer;
  const areTold = engaged.some(({ adviser }) => advisers.length === 0 || advisers.includes(adviser));
  if (asksOfAdvisers(requirement) && areTold)
    return (
      <p class="quiet">
        By whom it is met stands under <a href={`#${at('engaged')}`}>the advisers</a>.
      </p>
    );
  if (of !== 'subcontractors') return null;
  return answer.subcontractors.length > 0 ? (
    <p class="quiet">
      By whom it is met stands under <a href={`#${at('subcontractors')}`}>the subcontractors</a>.
    </p>
  ) : (
    <p class="quiet">The provider has none on those days, as recorded.</p>
  );
}

/** What the policy asks; what the register asks itself stands elsewhere. */
export function Requirements() {
  const { asked } = useUnder();
  const silent = asked.gaps.filter(isSilent);
  const own = asked.requirements.filter((one) => !isOfRegister({ requirement: one.id }));
  return (
    <PolicyPart name="requirements" title="What is asked">
      <ul class="bare">
        {silent.length > 0 && (
          <li class="card">
            <div class="top">
              <h4>Days of which nothing is said</h4>
            </div>
            <ul>
              <GapLines gaps={silent} />
            </ul>
          </li>
        )}
        {own
          .filter(({ binding }) => binding === 'must')
          .map((requirement) => (
            <RequirementCard requirement={requirement} />
          ))}
      </ul>
      {own.every(({ binding }) => binding === 'encouraged') && (
        <p>Nothing is asked; what is encouraged stands below.</p>
      )}
      <Cited />
    </PolicyPart>
  );
}

/** What the requirements refer to, a sentence each. */
function Cited() {
  const { asked } = useUnder();
  const cited = [...new Set(asked.requirements.flatMap(({ cites }) => cites ?? []))];
  const said = [...new Set(cited.flatMap((cite) => citeInWords(asked, cite) ?? []))];
  return (
    <>
      {said.map((words) => (
        <p class="quiet">{words}</p>
      ))}
    </>
  );
}

/** Warnings that are told elsewhere on the page. */
const TOLD_ELSEWHERE: readonly string[] = ['appeal-undecided', 'school-not-named', 'provider-succeeded'];

/** What decides nothing, and is worth knowing: what the policy encourages, and what was noticed besides. */
export function Remarks() {
  const { answer, asked } = useUnder();
  const encouraged = asked.requirements.filter(({ binding }) => binding === 'encouraged');
  const warnings = answer.warnings.filter(({ code }) => !TOLD_ELSEWHERE.includes(code));
  if (encouraged.length + warnings.length === 0) return null;
  return (
    <PolicyPart name="remarks" title="Advice and warnings">
      <p class="quiet">These do not change the answer.</p>
      {encouraged.length > 0 && (
        <ul class="bare">
          {encouraged.map((requirement) => (
            <RequirementCard requirement={requirement} />
          ))}
        </ul>
      )}
      {warnings.length > 0 && (
        <ul>
          {warnings.map(({ code, evidence }) => (
            <li>
              {capitalised(warningInWords(code))}
              <Evidence positions={evidence} />.
            </li>
          ))}
        </ul>
      )}
    </PolicyPart>
  );
}
