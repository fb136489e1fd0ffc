import { MOST_LINES, useTold, useUnder } from './evidence-lines';
import { sameOfOthers, type PolicyAnswer } from './answered-question';
import { PolicyPart } from './policy-part';
import type { Run } from '@app/domain/values/written-run';
import { addressOf } from '@app/http-contract/page-address';
import { stepInWords } from '@app/phrases/evidence-words';
import { voiceOf } from '@app/phrases/voices';
import { capitalised, dayInWords, daysInWords, toneOf } from '@app/phrases/words';

/** Where an answer is not yes: what whoever asks can do about it. */
export function WhatToDo() {
  const { answer, policy, isAlone } = useUnder();
  const { outcome } = answer;
  const ruled = ruledDays(policy, answer.setting);
  const isDependent = answer.gaps.some(({ reason }) => reason === 'adviser-not-independent');
  const lines = [
    ...(outcome === 'silent' || outcome === 'eligible' ? [] : [<CoveredDays />]),
    ...(outcome === 'indeterminate'
      ? [<li>Wait until the dispute is decided: no one can say before.</li>]
      : []),
    ...(outcome === 'silent' && (isAlone || ruled.length > 0) ? [<OtherDays ruled={ruled} />] : []),
    ...(isDependent ? [<Independence />] : []),
    ...(outcome === 'not-eligible' ? [<Route />] : []),
  ];
  if (lines.length === 0) return null;
  return (
    <PolicyPart name="to-do" title="What you can do">
      <ul>{lines}</ul>
    </PolicyPart>
  );
}

/** The days to which an agreement can be kept, if there are any. */
function CoveredDays() {
  const told = useTold();
  const { answer, stretches } = useUnder();
  const { provider, advisers, from, until, covered, eligibleUntil } = answer;
  const { isYes, toFollow } = voiceOf(answer.policy);
  // Where only what the register asks itself fails, the policy is no reason to agree on fewer days.
  const isMet = toneOf(stretches) === 'yes';
  const agree = (days: string) => capitalised(`${isMet ? '' : toFollow}agree only ${days}`);
  const asked = {
    provider: provider.key,
    ...sameOfOthers({ ...told, knownAt: undefined }),
    adviser: advisers,
  };
  const last = eligibleUntil !== null && eligibleUntil < until ? eligibleUntil : undefined;
  if (last !== undefined)
    return (
      <li>
        {agree(`up to ${dayInWords(last)}`)}:{' '}
        <a href={addressOf('/', { ...asked, until: last })}>
          {isMet ? 'ask about the days until then' : `until then ${isYes}`}
        </a>
        .
      </li>
    );
  const other = covered.find((run) => run.from > from);
  if (other === undefined) return null;
  return (
    <li>
      {agree('for days that are covered')}:{' '}
      <a href={addressOf('/', { ...asked, ...other })}>
        {isMet ? `ask about those ${daysInWords(other)}` : `${daysInWords(other)} ${isYes}`}
      </a>
      .
    </li>
  );
}

/** That silence is no answer, and when the policy says more of the setting. */
function OtherDays({ ruled }: { readonly ruled: readonly Run[] }) {
  return (
    <li>
      That it says nothing is neither a yes nor a no.{' '}
      {ruled.length > 0 ? (
        <>
          This policy has rules for this setting {ruled.map(daysInWords).join(' and ')}: ask about those days.
        </>
      ) : (
        <>Look at what else is asked of you.</>
      )}
    </li>
  );
}

/** What the reason leaves open: that somebody is not independent rules nobody out. */
function Independence() {
  return (
    <li>
      This rules no adviser out. What does not count as independent is only not enough by itself: see to
      guidance that counts.
    </li>
  );
}

function ruledDays(policy: PolicyAnswer['policy'], setting: string): readonly Run[] {
  const ruling = policy?.editions.filter((edition) => Object.hasOwn(edition.policy.settings, setting)) ?? [];
  return ruling.flatMap((edition) => edition.days);
}

/** What would have to be recorded. */
function Route() {
  const { names } = useTold();
  const { answer, route, stretches } = useUnder();
  const { isYes } = voiceOf(answer.policy);
  if (route.length === 0)
    return (
      <li>
        Ask about another provider, or other days: nothing that could be recorded now would change this on
        every one of these.
      </li>
    );
  return (
    <li>
      Ask the provider what is under way.{' '}
      {toneOf(stretches) === 'yes' ? 'Nothing is missing' : capitalised(isYes)} on{' '}
      {toneOf(stretches) === 'yes' ? 'any' : 'every'} day once this is recorded
      {route.length > 1 && ', in this order'}:
      <ol>
        {route.slice(0, MOST_LINES).map((step) => (
          <li>{stepInWords(step, names)}</li>
        ))}
      </ol>
    </li>
  );
}
