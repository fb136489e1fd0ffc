import { useTold } from './evidence-lines';
import { type AnsweredQuestion, asksWhoComes, sameOfOthers } from './answered-question';
import { type Tone, ToneMark } from '../layout/tone';
import type { Answer } from '@app/domain/evaluation/v1/answer-shape';
import { Fragment } from 'preact';
import { addressOf } from '@app/http-contract/page-address';
import { appealInWords } from '@app/phrases/evidence-words';
import { capitalised, dayInWords, verdictParts, type Stretch } from '@app/phrases/words';

const TONES: Readonly<Record<Answer['outcome'], Tone>> = {
  eligible: 'yes',
  'not-eligible': 'no',
  indeterminate: 'unknown',
  silent: 'silent',
};

/** Large words, in which no line ends between a number and what it counts. */
export function unbroken(words: string): string {
  return words.replace(/(\d) (?=[A-Z])/g, '$1\u00a0');
}

export interface AnswerByDays {
  readonly answer: Answer;
  /** Those of the answer. */
  readonly stretches: readonly Stretch[];
}

export function VerdictInWords({ answer, stretches }: AnswerByDays) {
  const { headline, rest } = verdictParts(answer, stretches);
  const tone = TONES[answer.outcome];
  return (
    <section class={`verdict ${tone}`} aria-labelledby="verdict">
      <ToneMark tone={tone} />
      <h2 id="verdict">{headline}</h2>
      <p>{unbroken(capitalised(rest))}.</p>
    </section>
  );
}

/** That an appeal is undecided which may change the answer: directly under the verdict, which is read alone. */
export function UndecidedAppeals() {
  const { answer, evidence, names, knownAt } = useTold();
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

/** That a yes says nothing of whoever comes, and that an answer is of a single day: what is easily taken for more. */
export function Limits({ answer, days, knownAt }: Pick<AnsweredQuestion, 'answer' | 'days' | 'knownAt'>) {
  const until = endOfSchoolYear(answer.from);
  const { provider, advisers } = answer;
  const asked = { provider: provider.key, ...sameOfOthers(answer, knownAt), adviser: advisers };
  const given = days === 'none' ? 'You gave no days' : `You gave only the ${days} day`;
  return (
    <>
      {asksWhoComes(answer) && (
        <p class="note">
          This yes means that at least one adviser whom the provider engages is qualified. Whoever comes to
          you has to be named and checked: ask the provider for their keys, and{' '}
          <a href="#adviser">add them to the question</a>.
        </p>
      )}
      {days !== 'both' && (
        <p class="note">
          You asked about one day, {dayInWords(answer.from)}. {given}: the answer says nothing of the days
          before and after.{' '}
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
