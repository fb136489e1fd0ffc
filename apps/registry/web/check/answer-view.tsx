import { Grounds, KeptAddresses } from './grounds';
import { Participants, Advisers } from './participants';
import { Requirements, Remarks } from './requirements';
import { DayByDay } from './day-by-day';
import { WhatToDo } from './what-to-do';
import { unbroken, type AnswerByDays, VerdictInWords, UndecidedAppeals, Limits } from './verdict';
import { Told } from './evidence-lines';
import { Patterns } from './bar';
import { type AnsweredQuestion, sameOfOthers } from './answered-question';
import { keysTyped } from '@app/http-contract/typed';
import type { FoundProvider } from '@app/read-model/search/provider-search';
import type { Answer } from '@app/domain/evaluation/v1/answer-shape';
import { addressOf } from '@app/http-contract/page-address';
import { knownInWords, questionInWords, visible } from '@app/phrases/words';

/** Who was taken for what was typed, so that no one keeps an answer about another. */
function Found({
  answer,
  typed,
  found,
  knownAt,
}: Pick<AnsweredQuestion, 'answer' | 'typed' | 'found' | 'knownAt'>) {
  if (!found) return null;
  const { provider, others } = found;
  if (provider.name === typed && others.length === 0) return null;
  const asked = { ...sameOfOthers(answer, knownAt), adviser: answer.advisers };
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

/** An answer for people: the verdict first, then why, then what it rests on and how to keep it. */
export function AnswerView({ stretches, ...told }: AnsweredQuestion & Pick<AnswerByDays, 'stretches'>) {
  const { policy, typed, found, knownAt, pinned, origin, days, evidence, route, names } = told;
  const { key } = told.answer.provider;
  const answer: Answer = {
    ...told.answer,
    provider: { key, name: names.get(key) ?? told.answer.provider.name },
  };
  const { subcontractors, from, until } = answer;
  const asked = sameOfOthers(answer, knownAt);
  return (
    <Told.Provider value={{ answer, evidence, names, knownAt }}>
      <Patterns />
      <h1>{unbroken(questionInWords(answer))}</h1>
      <Found answer={answer} typed={typed} found={found} knownAt={knownAt} />
      <VerdictInWords answer={answer} stretches={stretches} />
      <UndecidedAppeals />
      <Limits answer={answer} days={days} knownAt={knownAt} />
      <p class="quiet">
        {knownInWords(answer)}{' '}
        <a class="onscreen" href="#ask">
          Change the question
        </a>
      </p>
      <WhatToDo answer={answer} policy={policy} route={route} names={names} origin={origin} />
      {from !== until && <DayByDay answer={answer} stretches={stretches} />}
      <Requirements answer={answer} />
      <Advisers answer={answer} />
      <Participants
        id="subcontractors"
        title="Subcontractors"
        does="under contract"
        requirements={answer.requirements.filter(({ of }) => of === 'subcontractors')}
        all={subcontractors.map(({ provider, ...one }) => ({
          subject: (
            <>
              <a href={addressOf('/', { provider, ...asked })}>{visible(names.get(provider) ?? provider)}</a>
              {names.has(provider) && <span class="quiet">, {provider}</span>}
            </>
          ),
          ...one,
        }))}
      />
      <Remarks answer={answer} />
      <Grounds answer={answer} policy={policy} pinned={pinned} origin={origin} />
      <KeptAddresses answer={answer} knownAt={knownAt} pinned={pinned} origin={origin} />
    </Told.Provider>
  );
}
