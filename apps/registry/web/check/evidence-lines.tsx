import { type PolicyAnswer, type Shared, sameOfOthers } from './answered-question';
import type { EvidencedRun, ReasonedRun } from '@app/domain/evaluation/v1/answer-shape';
import type { Run } from '@app/domain/values/written-run';
import { createContext, Fragment } from 'preact';
import { useContext } from 'preact/hooks';
import { addressOf } from '@app/http-contract/page-address';
import { comesAboutOn, factInWords, factsIn, successorsIn } from '@app/phrases/evidence-words';
import {
  capitalised,
  daysInWords,
  reasonInWords,
  visible,
  dayOfReason,
  isLostBefore,
} from '@app/phrases/words';

/** What every part of the page may need: what it leads to is to be known as at the same moment. */
export const Told = createContext<Shared | undefined>(undefined);

export function useTold() {
  const told = useContext(Told);
  if (!told) throw new Error('outside of an answer');
  return told;
}

/** What every part of what one policy says may need; `at`: the name of a place in it, which no other part has. */
export const Under = createContext<
  | (PolicyAnswer & {
      readonly at: (name: string) => string;
      /** Whether no other policy is asked. */
      readonly isAlone: boolean;
      /** Whether it asks for independence of a school which the question does not name. */
      readonly isUnchecked: boolean;
    })
  | undefined
>(undefined);

export function useUnder() {
  const under = useContext(Under);
  if (!under) throw new Error('outside of what a policy says');
  return under;
}

/** `event 412`, `events 412 and 415`, each leading to the page that tells what it says and what became of it. */
function Events({ positions }: { readonly positions: readonly string[] }) {
  const { knownAt } = useTold();
  return (
    <>
      {positions.length === 1 ? 'event ' : 'events '}
      {positions.map((position, i) => (
        <Fragment>
          {i === 0 ? '' : i === positions.length - 1 ? ' and ' : ', '}
          <a href={addressOf(`/events/${position}`, { knownAt })}>{position}</a>
        </Fragment>
      ))}
    </>
  );
}

export function Evidence({ positions }: { readonly positions: readonly string[] }) {
  if (positions.length === 0) return null;
  return (
    <>
      {' ('}
      <Events positions={positions} />)
    </>
  );
}

export type Failing = Run & Pick<ReasonedRun, 'reason'> & Partial<Pick<ReasonedRun, 'evidence'>>;

/** A provider by its name, leading to the same question about it. */
export function SameOf({ provider }: { readonly provider: string }) {
  const told = useTold();
  return (
    <a href={addressOf('/', { provider, ...sameOfOthers(told) })}>
      {visible(told.names.get(provider) ?? provider)}
    </a>
  );
}

export function SamesOf({ providers }: { readonly providers: readonly string[] }) {
  return (
    <>
      {providers.map((provider, i) => (
        <Fragment>
          {i === 0 ? '' : i === providers.length - 1 ? ' and ' : ', '}
          <SameOf provider={provider} />
        </Fragment>
      ))}
    </>
  );
}

/** Why not on some days, with the events that show it; what is still to come is not told as past. */
function GapLine({ gap }: { readonly gap: Failing }) {
  const { question, evidence } = useTold();
  const under = useContext(Under);
  const events = (gap.evidence ?? []).flatMap((position) => evidence.get(position) ?? []);
  const on = comesAboutOn(gap.reason, events) ?? dayOfReason(gap.reason, gap, question);
  const isLost = under !== undefined && isLostBefore(under.asked, gap, on);
  const { today } = question.knownAt;
  const closing = events.find((event) => gap.reason === 'provider-closed' && successorsIn(event).length > 0);
  const isPast = (on ?? gap.from) < (today ?? '');
  return (
    <li>
      {capitalised(daysInWords(gap))}: {reasonInWords(gap.reason, { today, gap, on, isLost })}
      {closing !== undefined && (
        <>
          , and{' '}
          {closing.type === 'ProviderMerged' ? (isPast ? 'merged into' : 'merges into') : 'is succeeded by'}{' '}
          <SamesOf providers={successorsIn(closing)} />
        </>
      )}
      <Evidence positions={gap.evidence ?? []} />.
    </li>
  );
}

/** What shows that something is met: each grant with its days, by whom and in which event. */
export function FactLines({ grounds }: { readonly grounds: readonly EvidencedRun[] }) {
  const { evidence, names } = useTold();
  const facts = factsIn(grounds, evidence);
  return (
    <>
      {facts.slice(0, MOST_LINES).map((fact) => (
        <li>
          {factInWords(fact, names)} (<Events positions={fact.positions} />)
        </li>
      ))}
      <LeftOut of={facts} />
    </>
  );
}

export function GapLines({ gaps }: { readonly gaps: readonly Failing[] }) {
  return (
    <>
      {gaps.slice(0, MOST_LINES).map((gap) => (
        <GapLine gap={gap} />
      ))}
      <LeftOut of={gaps} />
    </>
  );
}

export function DoubtLine({ doubt: { evidence, ...run } }: { readonly doubt: EvidencedRun }) {
  return (
    <li>
      {capitalised(daysInWords(run))}: it cannot be said, because{' '}
      {evidence.length === 0 ? (
        'a dispute is open'
      ) : (
        <>
          <Events positions={evidence} /> {evidence.length === 1 ? 'is' : 'are'} disputed
        </>
      )}
      .
    </li>
  );
}

/** More lines than these, of days that are answered alike, are counted: the answer for programs has them all. */
export const MOST_LINES = 20;

/** How many lines are left out of a list, if any. */
export function LeftOut({ of }: { readonly of: readonly unknown[] }) {
  const more = of.length - MOST_LINES;
  return more <= 0 ? null : (
    <li>
      <span>
        And {more.toLocaleString('en-GB')} more: the <a href="#kept">answer for programs</a> lists them all.
      </span>
    </li>
  );
}
