import type { EvidenceEvent } from '@app/application/reading/evidence';
import { keysTyped } from '@app/http-contract/typed';
import type { FoundProvider } from '@app/read-model/search/provider-search';
import type { PolicyRecord } from '@app/read-model/records/records';
import type { Answer, EvidencedRun, ReasonedRun } from '@app/domain/evaluation/v1/answer-shape';
import type { Run } from '@app/domain/values/written-run';
import { createContext, Fragment, type ComponentChildren } from 'preact';
import { useContext } from 'preact/hooks';
import { addressOf } from '@app/http-contract/page-address';
import { appealInWords, comesAboutOn, factInWords, factsIn, stepInWords } from '@app/phrases/evidence-words';
import {
  calledIn,
  capitalised,
  citeInWords,
  dayInWords,
  daysInWords,
  instantInWords,
  knownInWords,
  lengthOf,
  questionInWords,
  reasonInWords,
  requirementInWords,
  strengthInWords,
  stretchInWords,
  verdictInWords,
  verdictParts,
  visible,
  warningInWords,
  dayOfReason,
  isAllSilent,
  isLostBefore,
  isSilent,
  type Stretch,
} from '@app/phrases/words';

type Tone = Stretch['answer'];
type Requirement = Answer['requirements'][number];

/** The answer, the policy by which it was given where its document can be shown, and how the provider was found. */
export interface AnsweredQuestion {
  readonly answer: Answer;
  readonly policy: PolicyRecord | undefined;
  readonly typed: string;
  /** Who was taken for what was typed, and who else was found by it; absent where a key was typed. */
  readonly found?:
    { readonly provider: FoundProvider; readonly others: readonly FoundProvider[] } | undefined;
  /** The moment of knowledge that was asked for, a position or an instant; absent where no one asked for one. */
  readonly knownAt: string | undefined;
  /** The moment of the answer, as a position of this log: `4182-1a2b3c4d`. */
  readonly pinned: string;
  /** Scheme and host under which the page was asked for; empty where they are nothing to put on paper. */
  readonly origin: string;
  /** Which of the two days were given. */
  readonly days: 'both' | 'first' | 'last' | 'none';
  /** By position, what the events say that the answer names. */
  readonly evidence: ReadonlyMap<string, EvidenceEvent>;
  /** What would have to be recorded for a yes, in order; empty where it is one, or nothing would do. */
  readonly route: NonNullable<Answer['route']>;
  /** By key, what providers and bodies are called, sole traders where everybody may see it. */
  readonly names: ReadonlyMap<string, string>;
}

/** By what the provider is called, where it has a name that everybody may see. */
export function nameIn({ answer, names }: Pick<AnsweredQuestion, 'answer' | 'names'>): string {
  return visible(names.get(answer.provider.key) ?? calledIn(answer));
}

/** Whether a yes says only that some adviser is qualified, and not the one who comes. */
export function asksWhoComes({ outcome, advisers, requirements }: Answer): boolean {
  const some = requirements.some(({ of, binding }) => of === 'some-adviser' && binding === 'must');
  return outcome === 'eligible' && advisers.length === 0 && some;
}

const TONES: Readonly<Record<Answer['outcome'], Tone>> = {
  eligible: 'yes',
  'not-eligible': 'no',
  indeterminate: 'unknown',
};

/** Large words, in which no line ends between a number and what it counts. */
function unbroken(words: string): string {
  return words.replace(/(\d) (?=[A-Z])/g, '$1\u00a0');
}

/** A tick, a cross or a question mark, beside words that say the same. */
export function ToneMark({ tone }: { readonly tone: Tone }) {
  return (
    <svg class="mark" viewBox="0 0 24 24" aria-hidden="true">
      <circle cx="12" cy="12" r="10.5" />
      {tone === 'yes' && <path d="M7 12.5l3.5 3.5L17 8.5" />}
      {tone === 'silent' && <path d="M7.5 12h9" />}
      {tone === 'no' && <path d="M8 8l8 8M16 8l-8 8" />}
      {tone === 'unknown' && <path d="M9 9.3a3 3 0 1 1 4.4 2.6c-.9.5-1.4 1-1.4 2.1M12 17.2v.1" />}
    </svg>
  );
}

/** Words that tell how something stands; without a tone where that decides nothing. */
function Chip({ tone, children }: { readonly tone: Tone | undefined; readonly children: ComponentChildren }) {
  return (
    <span class={tone === undefined ? 'chip neutral' : `chip ${tone}`}>
      {tone !== undefined && <ToneMark tone={tone} />}
      {children}
    </span>
  );
}

/** What the bars are filled with where days are not covered, so that they can be told without colour. */
function Patterns() {
  return (
    <svg class="patterns" aria-hidden="true">
      <defs>
        <pattern id="no" width="9" height="9" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <rect class="ground-no" width="9" height="9" />
          <line class="line-no" x1="0" y1="0" x2="0" y2="9" />
        </pattern>
        <pattern id="unknown" width="8" height="8" patternUnits="userSpaceOnUse">
          <rect class="ground-unknown" width="8" height="8" />
          <circle class="dot-unknown" cx="4" cy="4" r="1.8" />
        </pattern>
      </defs>
    </svg>
  );
}

/** The days of the window in a row, each as broad as the other. */
function Bar({
  window,
  stretches,
  label,
  thin = false,
}: {
  readonly window: Run;
  readonly stretches: readonly Stretch[];
  readonly label: string;
  readonly thin?: boolean;
}) {
  const share = (days: number) => `${((100 * days) / lengthOf(window)).toFixed(3)}%`;
  const before = (day: string) => lengthOf({ from: window.from, until: day }) - 1;
  return (
    <svg class={thin ? 'bar thin' : 'bar'} role="img" aria-label={label}>
      {stretches.map(({ answer, ...run }) => (
        <rect
          class={`fill-${answer}`}
          x={share(before(run.from))}
          width={share(lengthOf(run))}
          height="100%"
        />
      ))}
      {stretches
        .filter(({ from }) => from !== window.from)
        .map(({ from }) => (
          <line class="edge" x1={share(before(from))} x2={share(before(from))} y1="0" y2="100%" />
        ))}
    </svg>
  );
}

/** What every part of the page may need: what it leads to is to be known as at the same moment. */
const Told = createContext<Pick<AnsweredQuestion, 'answer' | 'evidence' | 'names' | 'knownAt'> | undefined>(
  undefined,
);

function useTold() {
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

function Evidence({ positions }: { readonly positions: readonly string[] }) {
  if (positions.length === 0) return null;
  return (
    <>
      {' ('}
      <Events positions={positions} />)
    </>
  );
}

type Failing = Run & Pick<ReasonedRun, 'reason'> & Partial<Pick<ReasonedRun, 'evidence'>>;

/** Why not on some days, with the events that show it; what is still to come is not told as past. */
function GapLine({ gap }: { readonly gap: Failing }) {
  const { answer, evidence, names, knownAt } = useTold();
  const events = (gap.evidence ?? []).flatMap((position) => evidence.get(position) ?? []);
  const on = comesAboutOn(gap.reason, events) ?? dayOfReason(gap.reason, gap, answer);
  const when = { today: answer.knownAt.today, gap, on, isLost: isLostBefore(answer, gap, on) };
  const merger = events.find(({ type }) => type === 'ProviderMerged');
  const into = gap.reason === 'provider-closed' ? merger?.data['into'] : undefined;
  return (
    <li>
      {capitalised(daysInWords(gap))}: {reasonInWords(gap.reason, when)}
      {typeof into === 'string' && (
        <>
          , and {(on ?? gap.from) < (answer.knownAt.today ?? '') ? 'merged' : 'merges'} into{' '}
          <a href={addressOf('/', { provider: into, ...sameOfOthers(answer, knownAt) })}>
            {visible(names.get(into) ?? into)}
          </a>
        </>
      )}
      <Evidence positions={gap.evidence ?? []} />.
    </li>
  );
}

/** What shows that something is met: each grant with its days, by whom and in which event. */
function FactLines({ grounds }: { readonly grounds: readonly EvidencedRun[] }) {
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

function GapLines({ gaps }: { readonly gaps: readonly Failing[] }) {
  return (
    <>
      {gaps.slice(0, MOST_LINES).map((gap) => (
        <GapLine gap={gap} />
      ))}
      <LeftOut of={gaps} />
    </>
  );
}

function DoubtLine({ doubt: { evidence, ...run } }: { readonly doubt: EvidencedRun }) {
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

interface Judged {
  readonly answer: Answer;
  /** Those of the answer. */
  readonly stretches: readonly Stretch[];
}

function Verdict({ answer, stretches }: Judged) {
  const { headline, rest } = verdictParts(answer, stretches);
  const tone = isAllSilent(answer) ? 'silent' : TONES[answer.outcome];
  return (
    <section class={`verdict ${tone}`} aria-labelledby="verdict">
      <ToneMark tone={tone} />
      <h2 id="verdict">{headline}</h2>
      <p>{unbroken(capitalised(rest))}.</p>
    </section>
  );
}

/** That an appeal is undecided which may change the answer: directly under the verdict, which is read alone. */
function Appeals() {
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
function Limits({ answer, days, knownAt }: Pick<AnsweredQuestion, 'answer' | 'days' | 'knownAt'>) {
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

/** Where the answer is not yes: what whoever asks can do about it. */
function WhatToDo({
  answer,
  policy,
  route,
  names,
  origin,
}: Pick<AnsweredQuestion, 'answer' | 'policy' | 'route' | 'names' | 'origin'>) {
  const { outcome, covered, provider, advisers, from, until, eligibleUntil } = answer;
  if (outcome === 'eligible') return null;
  const asked = { provider: provider.key, ...sameOfOthers(answer, undefined), adviser: advisers };
  const again = addressOf('/', asked);
  const other = covered.find((run) => run.from > from);
  const isSilentOnly = isAllSilent(answer);
  const ruled = policy?.editions
    .filter((edition) => Object.hasOwn(edition.policy.settings, answer.setting))
    .flatMap((edition) => edition.days);
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

/** More lines than these, of days that are answered alike, are counted: the answer for programs has them all. */
const MOST_LINES = 20;

/** How many lines are left out of a list, if any. */
function LeftOut({ of }: { readonly of: readonly unknown[] }) {
  const more = of.length - MOST_LINES;
  return more <= 0 ? null : (
    <li>
      <span>
        And {more.toLocaleString('en-GB')} more: the <a href="#kept">answer for programs</a> lists them all.
      </span>
    </li>
  );
}

function DayByDay({ answer, stretches }: Judged) {
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

function standingOf({ covered, gaps, uncertain }: Pick<Requirement, 'covered' | 'gaps' | 'uncertain'>): {
  readonly tone: Tone;
  readonly words: string;
} {
  if (gaps.length > 0)
    return covered.length + uncertain.length > 0
      ? { tone: 'no', words: 'Not met on some days' }
      : { tone: 'no', words: 'Not met' };
  if (uncertain.length > 0) return { tone: 'unknown', words: 'In doubt' };
  return { tone: 'yes', words: 'Met' };
}

function RequirementCard({
  answer,
  requirement,
}: {
  readonly answer: Answer;
  readonly requirement: Requirement;
}) {
  const { id, of, binding, cites, covered, gaps, uncertain, grounds = [] } = requirement;
  const { tone, words } = standingOf(requirement);
  const said = capitalised(requirementInWords(answer, id));
  return (
    <li class="card">
      <div class="top">
        <h3>{said}</h3>
        {binding === 'must' || tone === 'yes' ? <Chip tone={tone}>{words}</Chip> : <strong>{words}</strong>}
      </div>
      <p class="quiet">
        {binding === 'must' ? 'Must be met' : 'Encouraged'}
        {cites === null ? '' : `; from ${cites}`}
      </p>
      {grounds.length > 0 && (
        <ul>
          <FactLines grounds={grounds} />
        </ul>
      )}
      {covered.length > 0 &&
        (of === 'some-adviser' || of === 'every-adviser') &&
        answer.engaged.length > 0 && (
          <p class="quiet">
            By whom it is met stands under <a href="#engaged">the advisers</a>.
          </p>
        )}
      {covered.length > 0 && of === 'subcontractors' && answer.subcontractors.length > 0 && (
        <p class="quiet">
          By whom it is met stands under <a href="#subcontractors">the subcontractors</a>.
        </p>
      )}
      {covered.length > 0 && of === 'subcontractors' && answer.subcontractors.length === 0 && (
        <p class="quiet">The provider has none on those days, as recorded.</p>
      )}
      {(gaps.length > 0 || uncertain.length > 0) && (
        <>
          {answer.from !== answer.until && (
            <Bar
              thin
              window={answer}
              stretches={[
                ...covered.map((run): Stretch => ({ ...run, answer: 'yes' })),
                ...gaps.map((run): Stretch => ({ ...run, answer: 'no' })),
                ...uncertain.map((run): Stretch => ({ ...run, answer: 'unknown' })),
              ]}
              label={`${said}: ${words.toLowerCase()}`}
            />
          )}
          <ul>
            <GapLines gaps={gaps} />
            {uncertain.slice(0, MOST_LINES).map((doubt) => (
              <DoubtLine doubt={doubt} />
            ))}
            <LeftOut of={uncertain} />
          </ul>
        </>
      )}
    </li>
  );
}

function Requirements({ answer }: { readonly answer: Answer }) {
  const lawless = answer.gaps.filter(isSilent);
  return (
    <section aria-labelledby="requirements">
      <h2 id="requirements">What is required</h2>
      <ul class="bare">
        {lawless.length > 0 && (
          <li class="card">
            <div class="top">
              <h3>Days without rules</h3>
            </div>
            <ul>
              <GapLines gaps={lawless} />
            </ul>
          </li>
        )}
        {answer.requirements
          .filter(({ binding }) => binding === 'must')
          .map((requirement) => (
            <RequirementCard answer={answer} requirement={requirement} />
          ))}
      </ul>
      <Cited answer={answer} />
    </section>
  );
}

/** What the requirements refer to, a sentence each. */
function Cited({ answer }: { readonly answer: Answer }) {
  const cited = [...new Set(answer.requirements.flatMap(({ cites }) => cites ?? []))];
  const said = cited.flatMap((cite) => citeInWords(answer, cite) ?? []);
  return (
    <>
      {said.map((words) => (
        <p class="quiet">{words}</p>
      ))}
    </>
  );
}

/** More than these are shown when asked for. */
const MOST_SHOWN = 8;

/**
 * How somebody stands who takes part, by the requirements of all of them. The record of each counts disputed events, so
 * that it decides nothing where a dispute does; and to fall short is no fault where what must be met is met without them,
 * or only encouraged.
 */
function chipOf(gaps: readonly Failing[], requirements: readonly Requirement[]): ComponentChildren {
  const must = requirements.filter(({ binding }) => binding === 'must');
  const asked = must.length > 0 ? 'required' : 'encouraged';
  const words = gaps.length > 0 ? `Falls short of what is ${asked}` : `Meets what is ${asked}`;
  if (requirements.some(({ uncertain }) => uncertain.length > 0))
    return <Chip tone={undefined}>{words}, as recorded, disputed events counting</Chip>;
  const isFault = must.some((requirement) => requirement.gaps.length > 0);
  return <Chip tone={gaps.length === 0 ? 'yes' : isFault ? 'no' : undefined}>{words}</Chip>;
}

/** Those who take part, adviser by adviser or subcontractor by subcontractor. */
function Participants({
  id,
  title,
  does,
  requirements,
  all,
}: {
  readonly id: string;
  readonly title: string;
  /** What they are on their days. */
  readonly does: string;
  /** Those by which they are judged; absent where no one asks how they stand. */
  readonly requirements?: readonly Requirement[];
  readonly all: readonly {
    readonly subject: ComponentChildren;
    readonly days: readonly Run[];
    readonly gaps: readonly Failing[];
    readonly grounds?: readonly EvidencedRun[];
  }[];
}) {
  const { answer } = useTold();
  if (all.length === 0) return null;
  const list = (
    <ul class="bare">
      {all.map(({ subject, days, gaps, grounds = [] }) => (
        <li class="card">
          <div class="top">
            <h3>{subject}</h3>
            {requirements && chipOf(gaps, requirements)}
          </div>
          <p class="quiet">
            {capitalised(does)} {days.slice(0, MOST_LINES).map(daysInWords).join(', ')}
            {days.length > MOST_LINES && ` and on ${days.length - MOST_LINES} more stretches of days`}
            {answer.from !== answer.until && ', of the days asked about'}
          </p>
          {gaps.length + grounds.length > 0 && (
            <ul>
              <FactLines grounds={grounds} />
              <GapLines gaps={gaps} />
            </ul>
          )}
        </li>
      ))}
    </ul>
  );
  return (
    <section aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {all.length > MOST_SHOWN ? (
        <details>
          <summary>Show all {all.length}</summary>
          {list}
        </details>
      ) : (
        list
      )}
    </section>
  );
}

/** The advisers engaged; where the question names some, those apart from the others, whom it does not ask about. */
function Advisers({ answer: { advisers, engaged, requirements } }: { readonly answer: Answer }) {
  const asked = requirements.filter(({ of }) => of === 'some-adviser' || of === 'every-adviser');
  const all = engaged.map(({ adviser, ...one }) => ({ subject: adviser, ...one }));
  const own = { does: 'engaged', requirements: asked };
  if (advisers.length === 0) return <Participants id="engaged" title="Advisers engaged" {...own} all={all} />;
  const { named = [], others = [] } = Object.groupBy(all, ({ subject }) =>
    advisers.includes(subject) ? 'named' : 'others',
  );
  return (
    <>
      <Participants id="engaged" title="Advisers named who are engaged" {...own} all={named} />
      <Participants id="also-engaged" title="Also engaged, not asked about" does="engaged" all={others} />
    </>
  );
}

/** What decides nothing, and is worth knowing: what the policy encourages, and what was noticed besides. */
function Remarks({ answer }: { readonly answer: Answer }) {
  const encouraged = answer.requirements.filter(({ binding }) => binding === 'encouraged');
  const warnings = answer.warnings.filter(({ code }) => code !== 'appeal-undecided');
  if (encouraged.length + warnings.length === 0) return null;
  return (
    <section aria-labelledby="remarks">
      <h2 id="remarks">Advice and warnings</h2>
      <p class="quiet">These do not change the answer.</p>
      {encouraged.length > 0 && (
        <ul class="bare">
          {encouraged.map((requirement) => (
            <RequirementCard answer={answer} requirement={requirement} />
          ))}
        </ul>
      )}
      {warnings.length > 0 && (
        <ul>
          {warnings.map(({ code, evidence }) => (
            <li>
              {capitalised(warningInWords(code))}
              <Evidence positions={evidence} />.
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

/** By which rules, and from what was known when. */
function Grounds({
  answer,
  policy,
  pinned,
  origin,
}: Pick<AnsweredQuestion, 'answer' | 'policy' | 'pinned' | 'origin'>) {
  const { position, recordedAt, today } = answer.knownAt;
  const documents = answer.policy.editions.map(({ edition, digest, strength }) => ({
    edition,
    digest,
    strength,
    document: policy?.editions.find((one) => one.digest === digest)?.policy,
  }));
  return (
    <section aria-labelledby="grounds">
      <h2 id="grounds">What the answer rests on</h2>
      <dl class="facts">
        {documents.map(({ edition, digest, strength, document }) => (
          <>
            <dt>Policy</dt>
            <dd>
              {document && <>{document.title}: </>}
              {answer.policy.id}, edition {edition}, {strengthInWords(strength)}
              {strength === 'proposal' && '. It says what would be good, and obliges no one'}
              <br />
              <span class="address quiet print-small">{digest}</span>
            </dd>
          </>
        ))}
        {documents.length === 0 && (
          <>
            <dt>Policy</dt>
            <dd>{answer.policy.id}, of which no edition is in force on those days</dd>
          </>
        )}
        <dt>As recorded</dt>
        <dd>
          Up to <a href={addressOf(`/events/${position}`, { knownAt: pinned })}>event {position}</a>, the last
          that the register had recorded then, on {instantInWords(recordedAt)}
          {today !== null && <>; the register’s day was {dayInWords(today)}</>}
        </dd>
        <dt>Provider</dt>
        <dd>
          {calledIn(answer) !== answer.provider.key && <>{calledIn(answer)}, </>}
          <a href={`/v1/providers/${answer.provider.key}`}>{answer.provider.key}</a>, what is recorded of it,
          for programs
        </dd>
        <dt>Answered by</dt>
        <dd>
          The Guidance Register{origin !== '' && <> at {origin}</>}, by version {answer.evaluator} of its way
          of reading policies
        </dd>
      </dl>
      {documents.map(({ edition, document }) =>
        document?.readings === undefined || document.readings.length === 0 ? null : (
          <details>
            <summary>
              How the policy is read where it is silent{documents.length > 1 && <> (edition {edition})</>}
            </summary>
            <ul>
              {document.readings.map((reading) => (
                <li>{reading}</li>
              ))}
            </ul>
          </details>
        ),
      )}
    </section>
  );
}

/** The addresses that give this very answer, whatever is recorded later, and no other even after a restore. */
function Kept({
  answer,
  knownAt,
  pinned: moment,
  origin,
}: Pick<AnsweredQuestion, 'answer' | 'knownAt' | 'pinned' | 'origin'>) {
  const { provider, setting, from, until, advisers, policy } = answer;
  const asked = { setting, from, until, adviser: advisers, policy: policy.id };
  const pinned = { ...asked, knownAt: moment };
  const page = addressOf('/', { provider: provider.key, ...pinned });
  const json = addressOf(`/v1/providers/${provider.key}/eligibility`, pinned);
  return (
    <section class="kept" aria-labelledby="kept">
      <h2 id="kept">Keep this answer as evidence</h2>
      <p>
        These addresses of the register give this same answer whatever is recorded later. Should the register
        ever be restored from a backup of before this answer, they say so and give no other. Put one on file,
        or print this page.
      </p>
      <dl class="facts">
        <dt>As a page</dt>
        <dd>
          <a class="address" href={page}>
            {origin}
            {page}
          </a>
        </dd>
        <dt>For programs</dt>
        <dd>
          <a class="address" href={json}>
            {origin}
            {json}
          </a>
        </dd>
      </dl>
      {knownAt !== undefined && (
        <p class="onscreen">
          <a href={addressOf('/', { provider: provider.key, ...asked })}>Ask the same as it is known now</a>
        </p>
      )}
    </section>
  );
}

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

/** What a question about another provider has in common with that of the answer. */
function sameOfOthers({ setting, from, until, policy }: Answer, knownAt: string | undefined) {
  return { setting, from, until, policy: policy.id, knownAt };
}

/** Whether a provider was found by a name or key other than those that are shown. */
function isOtherwise({ key, name, matched }: FoundProvider): boolean {
  return matched !== null && matched !== name && matched !== key;
}

/** Whether a number was typed without the zeros in front of it. */
function isPadded(typed: string, { keys }: FoundProvider): boolean {
  const all = keysTyped(typed)?.filter(({ key }) => keys.includes(key)) ?? [];
  return all.length > 0 && all.every(({ padded }) => padded);
}

/** An answer for people: the verdict first, then why, then what it rests on and how to keep it. */
export function AnswerView({ stretches, ...told }: AnsweredQuestion & Pick<Judged, 'stretches'>) {
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
      <Verdict answer={answer} stretches={stretches} />
      <Appeals />
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
      <Kept answer={answer} knownAt={knownAt} pinned={pinned} origin={origin} />
    </Told.Provider>
  );
}
