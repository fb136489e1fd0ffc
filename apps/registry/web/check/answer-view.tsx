import { Grounds, KeptAddresses } from './grounds';
import { InShort } from './in-short';
import { OfRegister, Succeeded } from './of-register';
import { PolicySection } from './policy-section';
import { unbroken, Limits } from './verdict';
import { Told, useTold } from './evidence-lines';
import { Patterns } from './bar';
import { type AnsweredQuestion, sameOfOthers } from './answered-question';
import { keysTyped } from '@app/http-contract/typed';
import type { FoundProvider } from '@app/read-model/search/provider-search';
import { addressOf } from '@app/http-contract/page-address';
import { questionInWords, recordedInWords, visible } from '@app/phrases/words';

/** Who was taken for what was typed, so that no one keeps an answer about another. */
function Found() {
  const told = useTold();
  const { question, typed, found } = told;
  if (!found) return null;
  const { provider, others } = found;
  if (provider.name === typed && others.length === 0) return null;
  const asked = { ...sameOfOthers(told), adviser: question.advisers };
  return (
    <div class="note">
      <p>
        You typed “<bdi>{visible(typed)}</bdi>”. This answer is about{' '}
        <strong>{visible(provider.name ?? provider.key)}</strong>
        {provider.name !== null && <>, {provider.key}</>}
        {isOtherwise(provider) && <>, found as “{visible(provider.matched ?? '')}”</>}
        {isPadded(typed, provider) && <>, with the zeros in front that were missing</>}.
      </p>
      {others.length > 0 && (
        <details class="onscreen">
          <summary>Others like it</summary>
          <ul>
            {others.map(({ key, name }) => (
              <li>
                <a href={addressOf('/', { provider: key, ...asked })}>{visible(name ?? key)}</a>
                {name !== null && <>, {key}</>}
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}

/** Whether a provider was found by a name or key other than those that are shown. */
function isOtherwise({ key, name, matched }: FoundProvider): boolean {
  return matched !== null && matched !== name && matched !== key;
}

/** Whether a number was typed without its leading zeros. */
function isPadded(typed: string, { keys }: FoundProvider): boolean {
  const all = keysTyped(typed)?.filter(({ key }) => keys.includes(key)) ?? [];
  return all.length > 0 && all.every(({ padded }) => padded);
}

/**
 * The answers for people: of several policies first what each says in short; then each in full, the verdict before why;
 * then what the register asks itself, what all rests on, and how to keep it.
 */
export function AnswerView({ answers, question, ...told }: AnsweredQuestion) {
  const { key } = question.provider;
  const provider = { key, name: told.names.get(key) ?? question.provider.name };
  const shared = { ...told, question: { ...question, provider } };
  const isAlone = answers.length === 1;
  // No name of a place has an underscore, so that no two are the same.
  const placeIn = (policy: string) => (name: string) => (isAlone ? name : `${name}_${policy}`);
  return (
    <Told.Provider value={shared}>
      <Patterns />
      <h1>{unbroken(questionInWords(shared.question, told.names))}</h1>
      <Found />
      {isAlone ? (
        <Succeeded answers={answers} />
      ) : (
        <InShort answers={answers} at={(id) => placeIn(id)('policy')} />
      )}
      <Limits answers={answers} days={told.days} />
      <p class="quiet">
        {recordedInWords(question)}.{' '}
        <a class="onscreen" href="#ask">
          Change the question
        </a>
      </p>
      {answers.map((one) => (
        <PolicySection {...one} at={placeIn(one.answer.policy.id)} isAlone={isAlone} />
      ))}
      <OfRegister answers={answers} />
      <Grounds />
      <KeptAddresses />
    </Told.Provider>
  );
}
