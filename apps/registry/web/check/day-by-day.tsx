import { type AnswerByDays } from './verdict';
import { MOST_LINES, LeftOut } from './evidence-lines';
import { Bar } from './bar';
import { ToneMark } from '../layout/tone';
import { capitalised, dayInWords, lengthOf, stretchInWords, verdictInWords } from '@app/phrases/words';

export function DayByDay({ answer, stretches }: AnswerByDays) {
  return (
    <section aria-labelledby="days">
      <h2 id="days">Day by day</h2>
      <figure>
        <Bar window={answer} stretches={stretches} label={verdictInWords(answer, stretches)} />
        <div class="ends" aria-hidden="true">
          <span>{dayInWords(answer.from)}</span>
          <span>{dayInWords(answer.until)}</span>
        </div>
      </figure>
      <ul class="bare stretches">
        {stretches.slice(0, MOST_LINES).map((stretch) => (
          <li class={stretch.answer}>
            <ToneMark tone={stretch.answer} />
            <span>
              {capitalised(stretchInWords(stretch))} ({counted(lengthOf(stretch))})
            </span>
          </li>
        ))}
        <LeftOut of={stretches} />
      </ul>
    </section>
  );
}

function counted(days: number): string {
  return `${days.toLocaleString('en-GB')} ${days === 1 ? 'day' : 'days'}`;
}
