import { Bar } from './bar';
import { BesideAlert, besides, Succeeded } from './of-register';
import type { PolicyAnswer } from './answered-question';
import { useTold } from './evidence-lines';
import { unbroken } from './verdict';
import { Chip } from '../layout/tone';
import { policiesInWords, saidInWords } from '@app/phrases/answers-in-words';
import { policyInWords, voiceOf } from '@app/phrases/voices';
import { capitalised, toneOf, verdictInWords } from '@app/phrases/words';

/** Several policies in a sentence that can be quoted, then each in a line that leads to what it says in full. */
export function InShort({
  answers,
  at,
}: {
  readonly answers: readonly PolicyAnswer[];
  /** Where in the page a policy stands. */
  readonly at: (policy: string) => string;
}) {
  const { question } = useTold();
  const isOneDay = question.from === question.until;
  const sentence = policiesInWords(answers.map(({ asked }) => asked));
  return (
    <section class="short" aria-labelledby="short">
      <h2 id="short">In short</h2>
      <p class="sentence">{unbroken(sentence)}</p>
      <BesideAlert beside={besides(answers)} />
      <Succeeded answers={answers} />
      <table>
        <thead>
          <tr>
            <th scope="col">Whose rules</th>
            <th scope="col">What they say</th>
          </tr>
        </thead>
        <tbody>
          {answers.map(({ answer, asked, stretches }) => {
            const tone = toneOf(stretches);
            return (
              <tr>
                <th scope="row">
                  <a href={`#${at(answer.policy.id)}`}>{policyInWords(answer.policy)}</a>
                  <br />
                  <span class="quiet">{capitalised(voiceOf(answer.policy).weight)}</span>
                </th>
                <td>
                  <Chip tone={tone}>{unbroken(capitalised(saidInWords(asked, stretches)))}</Chip>
                  {!isOneDay && stretches.length > 1 && (
                    <Bar
                      thin
                      window={question}
                      stretches={stretches}
                      label={verdictInWords(asked, stretches)}
                    />
                  )}
                  {answer.warnings.some(({ code }) => code === 'appeal-undecided') && (
                    <p class="quiet">An appeal is undecided, and may change this.</p>
                  )}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}
