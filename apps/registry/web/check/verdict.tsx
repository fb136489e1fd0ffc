import { useTold, useUnder } from './evidence-lines';
import { asksWhoComes, sameOfOthers, type AnsweredQuestion } from './answered-question';
import { type Tone, ToneMark } from '../layout/tone';
import { Fragment } from 'preact';
import { addressOf } from '@app/http-contract/page-address';
import { appealInWords } from '@app/phrases/evidence-words';
import { policyInWords } from '@app/phrases/voices';
import { capitalised, dayInWords, listed, toneOf, verdictParts, warningInWords } from '@app/phrases/words';

/** Large words, in which no line ends between a number and what it counts. */
export function unbroken(words: string): string {
  return words.replace(/(\d) (?=[A-Z])/g, '$1\u00a0');
}

/** What the policy says of what it asks. */
export function VerdictInWords() {
  const { asked, stretches, at } = useUnder();
  const { headline, rest } = verdictParts(asked, stretches);
  const tone: Tone = toneOf(stretches);
  return (
    <div class={`verdict ${tone}`}>
      <ToneMark tone={tone} />
      <h3 id={at('verdict')}>{headline}</h3>
      <p>{unbroken(capitalised(rest))}.</p>
    </div>
  );
}

/** That an appeal is undecided which may change the answer: directly under the verdict, which is read alone. */
export function UndecidedAppeals() {
  const { evidence, names, knownAt } = useTold();
  const { answer } = useUnder();
  const appeals = answer.warnings.filter(({ code }) => code === 'appeal-undecided');
  return (
    <>
      {appeals.map(({ evidence: positions }) => (
        <p class="alert unknown">
          <ToneMark tone="unknown" />
          <span>
            {appealInWords(evidence.get(positions[0] ?? ''), answer, names)}:{' '}
            {positions.map((position, i) => (
              <Fragment>
                {i > 0 && ', '}
                <a href={addressOf(`/events/${position}`, { knownAt })}>event {position}</a>
              </Fragment>
            ))}
            .
          </span>
        </p>
      ))}
    </>
  );
}

/** That independence is asked of a school that is not named. */
export function SchoolNotNamed() {
  const { isUnchecked } = useUnder();
  if (!isUnchecked) return null;
  return (
    <p class="note">
      {capitalised(warningInWords('school-not-named'))}:{' '}
      <a class="onscreen" href="#school">
        name the school
      </a>
      <span class="printed">name the school to have it checked</span>.
    </p>
  );
}

/** That a yes says nothing of whoever comes, and that an answer is of a single day: what is easily taken for more. */
export function Limits({ answers, days }: Pick<AnsweredQuestion, 'answers' | 'days'>) {
  const told = useTold();
  const { provider, advisers, from } = told.question;
  const until = endOfSchoolYear(from);
  const asked = { provider: provider.key, ...sameOfOthers(told), adviser: advisers };
  const given = days === 'none' ? 'You gave no days' : `You gave only the ${days} day`;
  const some = answers.filter(({ answer }) => asksWhoComes(answer));
  return (
    <>
      {some.length > 0 && (
        <p class="note">
          {listed(some.map(({ answer }) => policyInWords(answer.policy)))}: this means that at least one
          adviser whom the provider engages meets what is asked of advisers. Whoever comes to you has to be
          named and checked: ask the provider for their keys, and{' '}
          <a href="#adviser">add them to the question</a>.
        </p>
      )}
      {days !== 'both' && (
        <p class="note">
          You asked about one day, {dayInWords(from)}. {given}: the answer says nothing of the days before and
          after.{' '}
          <span class="onscreen">
            <a href={addressOf('/', { ...asked, until })}>
              Ask until the end of the school year, {dayInWords(until)}
            </a>
            , or <a href="#until">give both days</a>.
          </span>
        </p>
      )}
    </>
  );
}

/** The last day of the school year in which a day lies. */
function endOfSchoolYear(day: string): string {
  const { year, month } = Temporal.PlainDate.from(day);
  return `${Math.min(month > 8 ? year + 1 : year, 9999)}-08-31`;
}
