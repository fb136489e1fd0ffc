import { useTold, useUnder, MOST_LINES, LeftOut } from './evidence-lines';
import { PolicyPart } from './policy-part';
import { Bar } from './bar';
import { ToneMark } from '../layout/tone';
import { capitalised, dayInWords, lengthOf, stretchInWords, verdictInWords } from '@app/phrases/words';

export function DayByDay() {
  const { question } = useTold();
  const { asked, stretches } = useUnder();
  if (stretches.length === 1) return null;
  return (
    <PolicyPart name="days" title="Day by day">
      <figure>
        <Bar window={question} stretches={stretches} label={verdictInWords(asked, stretches)} />
        <div class="ends" aria-hidden="true">
          <span>{dayInWords(question.from)}</span>
          <span>{dayInWords(question.until)}</span>
        </div>
      </figure>
      <ul class="bare stretches">
        {stretches.slice(0, MOST_LINES).map((stretch) => (
          <li class={stretch.answer}>
            <ToneMark tone={stretch.answer} />
            <span>
              {capitalised(stretchInWords(stretch, asked))} ({counted(lengthOf(stretch))})
            </span>
          </li>
        ))}
        <LeftOut of={stretches} />
      </ul>
    </PolicyPart>
  );
}

function counted(days: number): string {
  return `${days.toLocaleString('en-GB')} ${days === 1 ? 'day' : 'days'}`;
}
