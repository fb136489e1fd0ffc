import { MOST_LINES, Providers, useTold } from './evidence-lines';
import { type AnsweredQuestion, sameOfOthers } from './answered-question';
import { addressOf } from '@app/http-contract/page-address';
import { stepInWords, successorsOf } from '@app/phrases/evidence-words';
import { dayInWords, daysInWords, isAllSilent } from '@app/phrases/words';

/** Where the answer is not yes: what whoever asks can do about it. */
export function WhatToDo({
  answer,
  policy,
  route,
  names,
  origin,
}: Pick<AnsweredQuestion, 'answer' | 'policy' | 'route' | 'names' | 'origin'>) {
  const { evidence } = useTold();
  const { outcome, covered, provider, advisers, from, until, eligibleUntil } = answer;
  if (outcome === 'eligible') return null;
  const asked = { provider: provider.key, ...sameOfOthers(answer, undefined), adviser: advisers };
  const again = addressOf('/', asked);
  const other = covered.find((run) => run.from > from);
  const isSilentOnly = isAllSilent(answer);
  const ruled = policy?.editions
    .filter((edition) => Object.hasOwn(edition.policy.settings, answer.setting))
    .flatMap((edition) => edition.days);
  const successors = successorsOf(answer, evidence);
  const last = eligibleUntil !== null && eligibleUntil < until ? eligibleUntil : undefined;
  return (
    <section aria-labelledby="to-do">
      <h2 id="to-do">What you can do</h2>
      <ul>
        {last !== undefined && (
          <li>
            Agree only up to {dayInWords(last)}:{' '}
            <a href={addressOf('/', { ...asked, until: last })}>until then it is yes</a>.
          </li>
        )}
        {last === undefined && other && (
          <li>
            Agree only for days that are covered:{' '}
            <a href={addressOf('/', { ...asked, ...other })}>{daysInWords(other)} it is yes</a>.
          </li>
        )}
        {outcome === 'indeterminate' && <li>Wait until the dispute is decided: no one can say before.</li>}
        {isSilentOnly && (
          <li>
            That there are no rules is neither a yes nor a no.{' '}
            {ruled?.length ? (
              <>
                This policy has rules for this setting {ruled.map(daysInWords).join(' and ')}: ask about those
                days.
              </>
            ) : (
              <>Look at what else is asked of you.</>
            )}
          </li>
        )}
        {route.length > 0 && (
          <li>
            Ask the provider what is under way. It becomes yes on every day once this is recorded
            {route.length > 1 && ', in this order'}:
            <ol>
              {route.slice(0, MOST_LINES).map((step) => (
                <li>{stepInWords(step, names)}</li>
              ))}
            </ol>
          </li>
        )}
        {successors.length > 0 && (
          <li>
            Ask about <Providers keys={successors} />: {successors.length === 1 ? 'it has' : 'they have'}{' '}
            taken its place.
          </li>
        )}
        {outcome === 'not-eligible' && !isSilentOnly && route.length === 0 && (
          <li>
            Ask about another provider, or other days: nothing that could be recorded now would make it yes on
            every one of these.
          </li>
        )}
        <li>
          Check again later at this address:{' '}
          <a class="address" href={again}>
            {origin}
            {again}
          </a>
        </li>
      </ul>
    </section>
  );
}
