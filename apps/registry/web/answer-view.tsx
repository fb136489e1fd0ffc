import type { FoundProvider } from '@app/read-model/search';
import type { PolicyRecord } from '@app/read-model/records';
import type { Answer, ReasonedRun, Run, UncertainRun } from '@app/domain/eligibility';
import { Fragment, type ComponentChildren } from 'preact';
import { addressOf } from './address';
import {
  capitalised,
  dayInWords,
  daysInWords,
  instantInWords,
  knownInWords,
  lengthOf,
  questionInWords,
  reasonInWords,
  requirementInWords,
  strengthInWords,
  stretchesOf,
  stretchInWords,
  verdictInWords,
  verdictOf,
  warningInWords,
  type Stretch,
} from './words';

type Tone = Stretch['answer'];
type Requirement = Answer['requirements'][number];

/** The answer, the policy by which it was given where its document can be shown, and how the provider was found. */
export interface Answered {
  readonly answer: Answer;
  readonly policy: PolicyRecord | undefined;
  readonly typed: string;
  /** Who was taken for what was typed, and who else was found by it; absent where a key was typed. */
  readonly found?:
    { readonly provider: FoundProvider; readonly others: readonly FoundProvider[] } | undefined;
  /** Whether the page was asked for as known at the answer’s own position. */
  readonly isPinned: boolean;
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
function Mark({ tone }: { readonly tone: Tone }) {
  return (
    <svg class="mark" viewBox="0 0 24 24" aria-hidden="true">
      <circle cx="12" cy="12" r="10.5" />
      {tone === 'yes' && <path d="M7 12.5l3.5 3.5L17 8.5" />}
      {tone === 'no' && <path d="M8 8l8 8M16 8l-8 8" />}
      {tone === 'unknown' && <path d="M9 9.3a3 3 0 1 1 4.4 2.6c-.9.5-1.4 1-1.4 2.1M12 17.2v.1" />}
    </svg>
  );
}

function Chip({ tone, children }: { readonly tone: Tone; readonly children: ComponentChildren }) {
  return (
    <span class={`chip ${tone}`}>
      <Mark tone={tone} />
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

/** `event 412`, `events 412 and 415`, each leading to the event itself. */
function Events({ positions }: { readonly positions: readonly string[] }) {
  return (
    <>
      {positions.length === 1 ? 'event ' : 'events '}
      {positions.map((position, i) => (
        <Fragment>
          {i === 0 ? '' : i === positions.length - 1 ? ' and ' : ', '}
          <a href={`/v1/events/${position}`}>{position}</a>
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

/** Why not on some days, with the events that show it. */
function GapLine({ gap }: { readonly gap: Failing }) {
  return (
    <li>
      {capitalised(daysInWords(gap))}: {reasonInWords(gap.reason)}
      <Evidence positions={gap.evidence ?? []} />.
    </li>
  );
}

function DoubtLine({ doubt: { evidence, ...run } }: { readonly doubt: UncertainRun }) {
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

function Verdict({ answer }: { readonly answer: Answer }) {
  const { headline, rest } = verdictOf(answer);
  const tone = TONES[answer.outcome];
  return (
    <section class={`verdict ${tone}`} aria-labelledby="verdict">
      <Mark tone={tone} />
      <h2 id="verdict">{headline}</h2>
      <p>{unbroken(capitalised(rest))}.</p>
    </section>
  );
}

function DayByDay({ answer }: { readonly answer: Answer }) {
  const stretches = stretchesOf(answer);
  return (
    <section aria-labelledby="days">
      <h2 id="days">Day by day</h2>
      <figure>
        <Bar window={answer} stretches={stretches} label={verdictInWords(answer)} />
        <div class="ends" aria-hidden="true">
          <span>{dayInWords(answer.from)}</span>
          <span>{dayInWords(answer.until)}</span>
        </div>
      </figure>
      <ul class="bare stretches">
        {stretches.map((stretch) => (
          <li class={stretch.answer}>
            <Mark tone={stretch.answer} />
            <span>
              {capitalised(stretchInWords(stretch))} ({counted(lengthOf(stretch))})
            </span>
          </li>
        ))}
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
  const { id, binding, cites, covered, gaps, uncertain } = requirement;
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
            {gaps.map((gap) => (
              <GapLine gap={gap} />
            ))}
            {uncertain.map((doubt) => (
              <DoubtLine doubt={doubt} />
            ))}
          </ul>
        </>
      )}
    </li>
  );
}

function Requirements({ answer }: { readonly answer: Answer }) {
  const lawless = answer.gaps.filter(({ requirement }) => requirement === 'policy-in-force');
  return (
    <section aria-labelledby="requirements">
      <h2 id="requirements">What is required</h2>
      <ul class="bare">
        {lawless.length > 0 && (
          <li class="card">
            <div class="top">
              <h3>{capitalised(requirementInWords(answer, 'policy-in-force'))}</h3>
              <Chip tone="no">Not met</Chip>
            </div>
            <ul>
              {lawless.map((gap) => (
                <GapLine gap={gap} />
              ))}
            </ul>
          </li>
        )}
        {answer.requirements
          .filter(({ binding }) => binding === 'must')
          .map((requirement) => (
            <RequirementCard answer={answer} requirement={requirement} />
          ))}
      </ul>
    </section>
  );
}

/** More than these are shown when asked for. */
const MOST_SHOWN = 8;

/** Those who take part, adviser by adviser or subcontractor by subcontractor. */
function Participants({
  id,
  title,
  does,
  all,
}: {
  readonly id: string;
  readonly title: string;
  /** What they are on their days. */
  readonly does: string;
  readonly all: readonly {
    readonly subject: ComponentChildren;
    readonly days: readonly Run[];
    readonly gaps: readonly Failing[];
  }[];
}) {
  if (all.length === 0) return null;
  const list = (
    <ul class="bare">
      {all.map(({ subject, days, gaps }) => (
        <li class="card">
          <div class="top">
            <h3>{subject}</h3>
            <Chip tone={gaps.length > 0 ? 'no' : 'yes'}>
              {gaps.length > 0 ? 'Falls short' : 'Meets what is required'}
            </Chip>
          </div>
          <p class="quiet">
            {capitalised(does)} {days.map(daysInWords).join(', ')}
          </p>
          {gaps.length > 0 && (
            <ul>
              {gaps.map((gap) => (
                <GapLine gap={gap} />
              ))}
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

/** What decides nothing, and is worth knowing: what the policy encourages, and what was noticed besides. */
function Remarks({ answer }: { readonly answer: Answer }) {
  const encouraged = answer.requirements.filter(({ binding }) => binding === 'encouraged');
  if (encouraged.length + answer.warnings.length === 0) return null;
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
      {answer.warnings.length > 0 && (
        <ul>
          {answer.warnings.map(({ code, evidence }) => (
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
function Grounds({ answer, policy }: Pick<Answered, 'answer' | 'policy'>) {
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
              <br />
              <span class="address quiet">{digest}</span>
            </dd>
          </>
        ))}
        {documents.length === 0 && (
          <>
            <dt>Policy</dt>
            <dd>{answer.policy.id}, of which no edition is in force on those days</dd>
          </>
        )}
        <dt>Known at</dt>
        <dd>
          Position <a href={`/v1/events/${position}`}>{position}</a> of the log, recorded on{' '}
          {instantInWords(recordedAt)}
          {today !== null && <>; the register’s day was {dayInWords(today)}</>}
        </dd>
        <dt>Provider</dt>
        <dd>
          {answer.provider.name !== null && <>{answer.provider.name}, </>}
          <a href={`/v1/providers/${answer.provider.key}`}>{answer.provider.key}</a>
        </dd>
        <dt>Rules of the register</dt>
        <dd>Version {answer.evaluator}</dd>
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

/** The addresses that give this very answer for ever, whatever is recorded later. */
function Kept({ answer, isPinned }: Pick<Answered, 'answer' | 'isPinned'>) {
  const { provider, setting, from, until, advisers, policy, knownAt } = answer;
  const asked = { setting, from, until, adviser: advisers, policy: policy.id };
  const pinned = { ...asked, knownAt: knownAt.position };
  const page = addressOf('/', { provider: provider.key, ...pinned });
  const json = addressOf(`/v1/providers/${provider.key}/eligibility`, pinned);
  return (
    <section class="kept" aria-labelledby="kept">
      <h2 id="kept">Keep this answer as evidence</h2>
      <p>
        These addresses of the register give this same answer for ever, whatever is recorded later. Put one on
        file, or print this page.
      </p>
      <dl class="facts">
        <dt>As a page</dt>
        <dd>
          <a class="address" href={page}>
            {page}
          </a>
        </dd>
        <dt>For programs</dt>
        <dd>
          <a class="address" href={json}>
            {json}
          </a>
        </dd>
      </dl>
      {isPinned && (
        <p class="onscreen">
          <a href={addressOf('/', { provider: provider.key, ...asked })}>Ask the same as it is known now</a>
        </p>
      )}
    </section>
  );
}

/** Who was taken for what was typed, so that nobody keeps an answer about another. */
function Found({ answer, typed, found }: Pick<Answered, 'answer' | 'typed' | 'found'>) {
  if (!found) return null;
  const { provider, others } = found;
  if (provider.name === typed && others.length === 0) return null;
  const { setting, from, until, advisers } = answer;
  return (
    <div class="note">
      <p>
        You typed “{typed}”. This answer is about <strong>{provider.name ?? provider.key}</strong>
        {provider.name !== null && <>, {provider.key}</>}
        {isOtherwise(provider) && <>, found as “{provider.matched}”</>}.
      </p>
      {others.length > 0 && (
        <details class="onscreen">
          <summary>Others like it</summary>
          <ul>
            {others.map(({ key, name }) => (
              <li>
                <a href={addressOf('/', { provider: key, setting, from, until, adviser: advisers })}>
                  {name ?? key}
                </a>
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

/** An answer for people: the verdict first, then why, then what it rests on and how to keep it. */
export function AnswerView({ answer, policy, typed, found, isPinned }: Answered) {
  const { subcontractors, setting, from, until } = answer;
  return (
    <>
      <Patterns />
      <h1>{unbroken(questionInWords(answer))}</h1>
      <Found answer={answer} typed={typed} found={found} />
      <Verdict answer={answer} />
      <p class="quiet">
        {knownInWords(answer)}{' '}
        <a class="onscreen" href="#ask">
          Change the question
        </a>
      </p>
      {from !== until && <DayByDay answer={answer} />}
      <Requirements answer={answer} />
      <Participants
        id="engaged"
        title="Advisers engaged"
        does="engaged"
        all={answer.engaged.map(({ adviser, ...one }) => ({ subject: adviser, ...one }))}
      />
      <Participants
        id="subcontractors"
        title="Subcontractors"
        does="under contract"
        all={subcontractors.map(({ provider, ...one }) => ({
          subject: <a href={addressOf('/', { provider, setting, from, until })}>{provider}</a>,
          ...one,
        }))}
      />
      <Remarks answer={answer} />
      <Grounds answer={answer} policy={policy} />
      <Kept answer={answer} isPinned={isPinned} />
    </>
  );
}
