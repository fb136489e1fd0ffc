import { useTold, Evidence, SamesOf } from './evidence-lines';
import { DaysOf, standingOf, type RequirementOfAnswer } from './requirements';
import type { PolicyAnswer } from './answered-question';
import { Chip, ToneMark } from '../layout/tone';
import { successorsIn } from '@app/phrases/evidence-words';
import { besideOf, butInWords, type RegisterGap } from '@app/phrases/answers-in-words';
import { capitalised, isOfRegister, warningInWords } from '@app/phrases/words';

/** What fails of what the register asks itself, of some answers. */
export function besides(answers: readonly PolicyAnswer[]): readonly RegisterGap[] {
  return besideOf(
    answers.map(({ answer }) => answer),
    answers.map(({ asked }) => asked),
  );
}

/** What fails beside what the policies ask: it stands wherever their verdict does. */
export function BesideAlert({ beside }: { readonly beside: readonly RegisterGap[] }) {
  const tone = beside.some(({ isCertain }) => isCertain) ? 'no' : 'unknown';
  const evidence = [...new Set(beside.flatMap((one) => one.evidence))];
  return (
    <>
      {butInWords(beside).map((words) => (
        <p class={`alert ${tone}`}>
          <ToneMark tone={tone} />
          <span>
            {words.slice(0, -1)}
            <Evidence positions={evidence} />.
          </span>
        </p>
      ))}
    </>
  );
}

/** Who has taken the place of a provider that has closed. */
export function Succeeded({ answers }: { readonly answers: readonly PolicyAnswer[] }) {
  const { evidence } = useTold();
  const positions = answers.flatMap(({ answer }) =>
    answer.warnings
      .filter(({ code }) => code === 'provider-succeeded')
      .flatMap((warning) => warning.evidence),
  );
  const events = [...new Set(positions)].flatMap((position) => evidence.get(position) ?? []);
  const successors = [...new Set(events.flatMap(successorsIn))];
  if (successors.length === 0) return null;
  return (
    <p class="note">
      {capitalised(warningInWords('provider-succeeded'))}. The same question about{' '}
      <SamesOf providers={successors} />
      <Evidence positions={[...new Set(positions)]} />.
    </p>
  );
}

/** What the register asks of every question, whatever the policy, told once and apart from all of them. */
export function OfRegister({ answers }: { readonly answers: readonly PolicyAnswer[] }) {
  const { question } = useTold();
  const open = longestOf(answers);
  if (open === undefined) return null;
  const standing = standingOf(open, { yes: 'Yes', no: 'No' });
  const engaged = besides(answers).filter(({ about }) => about === 'engaged');
  const asksEngaged =
    question.advisers.length > 0 &&
    answers.some(({ answer }) =>
      answer.requirements.some(({ of }) => of === 'some-adviser' || of === 'every-adviser'),
    );
  return (
    <section aria-labelledby="of-register">
      <h2 id="of-register">What the register asks itself</h2>
      <p>This is asked whatever the policy. It is no part of what any of them says.</p>
      <ul class="bare">
        <li class="card">
          <div class="top">
            <h3>The provider is open</h3>
            <Chip tone={standing.tone}>{standing.words}</Chip>
          </div>
          <DaysOf requirement={open} label={`The provider is open: ${standing.words.toLowerCase()}`} />
        </li>
        {asksEngaged && <NamedEngaged failing={engaged} />}
      </ul>
    </section>
  );
}

function NamedEngaged({ failing }: { readonly failing: readonly RegisterGap[] }) {
  const isCertain = failing.some((one) => one.isCertain);
  const [tone, words] =
    failing.length === 0
      ? (['yes', 'Yes'] as const)
      : isCertain
        ? (['no', 'No'] as const)
        : (['unknown', 'In doubt'] as const);
  return (
    <li class="card">
      <div class="top">
        <h3>Each adviser who is named is engaged by the provider</h3>
        <Chip tone={tone}>{words}</Chip>
      </div>
      {failing.length > 0 && (
        <ul>
          {failing.map((one) => (
            <li>
              {capitalised(one.words)}
              <Evidence positions={one.evidence} />.
            </li>
          ))}
        </ul>
      )}
    </li>
  );
}

/** Of several answers, each tells whether the provider is open on the days of which its policy says anything. */
function longestOf(answers: readonly PolicyAnswer[]): RequirementOfAnswer | undefined {
  const all = answers.flatMap(({ answer }) =>
    answer.requirements.filter(({ id }) => isOfRegister({ requirement: id })),
  );
  const from = ({ covered, gaps, uncertain }: RequirementOfAnswer) =>
    [...covered, ...gaps, ...uncertain].map((run) => run.from).sort()[0] ?? '';
  const until = ({ covered, gaps, uncertain }: RequirementOfAnswer) =>
    [...covered, ...gaps, ...uncertain]
      .map((run) => run.until)
      .sort()
      .at(-1) ?? '';
  return all.toSorted((a, b) =>
    until(a) === until(b) ? (from(a) < from(b) ? -1 : 1) : until(a) < until(b) ? 1 : -1,
  )[0];
}
