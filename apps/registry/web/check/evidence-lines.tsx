import { type AnsweredQuestion, sameOfOthers } from './answered-question';
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
export const Told = createContext<
  Pick<AnsweredQuestion, 'answer' | 'evidence' | 'names' | 'knownAt'> | undefined
>(undefined);

export function useTold() {
  const told = useContext(Told);
  if (!told) throw new Error('outside of an answer');
  return told;
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

/** Why not on some days, with the events that show it; what is still to come is not told as past. */
function GapLine({ gap }: { readonly gap: Failing }) {
  const { answer, evidence } = useTold();
  const events = (gap.evidence ?? []).flatMap((position) => evidence.get(position) ?? []);
  const on = comesAboutOn(gap.reason, events) ?? dayOfReason(gap.reason, gap, answer);
  const when = { today: answer.knownAt.today, gap, on, isLost: isLostBefore(answer, gap, on) };
  const closing = gap.reason === 'provider-closed' ? events[0] : undefined;
  const isOver = (on ?? gap.from) < (answer.knownAt.today ?? '');
  return (
    <li>
      {capitalised(daysInWords(gap))}: {reasonInWords(gap.reason, when)}
      {closing?.type === 'ProviderMerged' && (
        <>
          , and {isOver ? 'merged' : 'merges'} into <Providers keys={successorsIn(closing)} />
        </>
      )}
      {closing?.type === 'ProviderSucceeded' && (
        <>
          , and <Providers keys={successorsIn(closing)} />{' '}
          {isOver ? 'took' : successorsIn(closing).length === 1 ? 'takes' : 'take'} its place
        </>
      )}
      <Evidence positions={gap.evidence ?? []} />.
    </li>
  );
}

/** Providers by name, each leading to the same question about it. */
export function Providers({ keys }: { readonly keys: readonly string[] }) {
  const { answer, names, knownAt } = useTold();
  return (
    <>
      {keys.map((key, i) => (
        <Fragment>
          {i === 0 ? '' : i === keys.length - 1 ? ' and ' : ', '}
          <a href={addressOf('/', { provider: key, ...sameOfOthers(answer, knownAt) })}>
            {visible(names.get(key) ?? key)}
          </a>
        </Fragment>
      ))}
    </>
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
