import type { PolicyRecord } from '@app/read-model/records';
import type { FoundProvider } from '@app/read-model/search';
import type { ComponentChildren } from 'preact';
import { addressOf } from './address';
import { AnswerView, type Answered } from './answer-view';
import { Page } from './page';
import { calledIn, dayInWords, settingInWords, settingsInOrder, stretchesOf, verdictInWords } from './words';

/** What the form asks, in the order in which it asks it. `policy` is in no field: an address may name it. */
export const FIELDS = ['provider', 'setting', 'from', 'until', 'knownAt', 'adviser', 'policy'] as const;
export type Field = (typeof FIELDS)[number];

/** What was typed, as it was typed; empty where nothing was. */
export type Typed = Readonly<Record<Field, string>>;

/** What is wrong, and how to mend it, beside its field where it has one. */
export interface Fault {
  readonly field: Field | undefined;
  readonly detail: string;
}

/** What is shown above the form. */
export type Shown =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'faults'; readonly status: number; readonly faults: readonly Fault[] }
  | {
      /** Whom what was typed may mean: several, or one that does not fit well enough to be asked about at once. */
      readonly kind: 'choice';
      readonly providers: readonly FoundProvider[];
      /** Whether there are more than these. */
      readonly more: boolean;
    }
  | ({ readonly kind: 'answer' } & Answered);

export interface FrontPageProps {
  readonly typed: Typed;
  /** The policy asked; nothing where it cannot be read, and so nothing can be asked. */
  readonly policy: PolicyRecord | undefined;
  /** The register’s today, where it has one. */
  readonly today: string | null;
  readonly shown: Shown;
}

const LABELS: Readonly<Record<Exclude<Field, 'policy'>, string>> = {
  provider: 'Provider',
  setting: 'How the guidance is delivered',
  from: 'From',
  until: 'Until',
  knownAt: 'As known at',
  adviser: 'Advisers who are to come',
};

const TITLE = 'Check a provider of careers guidance';

/** The settings of a policy that can be asked about: those of every edition that decides a day. */
function settingsOf(policy: PolicyRecord): readonly string[] {
  const deciding = policy.editions.filter(({ days }) => days.length > 0);
  return settingsInOrder([...new Set(deciding.flatMap((edition) => Object.keys(edition.policy.settings)))]);
}

/** The page on which a provider is checked: the answer where one was asked for, and the form that asks. */
export function FrontPage(props: FrontPageProps) {
  const { typed, policy, shown } = props;
  const faults = shown.kind === 'faults' ? shown.faults : [];
  const form = policy && <Form {...props} policy={policy} faults={faults} />;
  switch (shown.kind) {
    case 'answer': {
      const { answer } = shown;
      const stretches = stretchesOf(answer);
      return (
        <Page title={`${calledIn(answer)}: ${verdictInWords(answer, stretches)}`} at="/">
          <AnswerView {...shown} stretches={stretches} />
          <h2 id="ask" class="onscreen">
            Ask another question
          </h2>
          {form}
        </Page>
      );
    }
    case 'choice':
      return (
        <Page title={`Which provider? ${TITLE}`} at="/">
          <h1>Which provider do you mean?</h1>
          <p>
            “{typed.provider}” may mean{' '}
            {shown.providers.length === 1
              ? 'this provider'
              : `one of ${shown.more ? 'more than ' : ''}${shown.providers.length} providers`}
            .
          </p>
          <ul class="bare choices">
            {shown.providers.map(({ key, keys, name, matched }) => (
              <li>
                <a href={addressOf('/', { ...typed, provider: key })}>{name ?? key}</a>
                <br />
                <span class="quiet">
                  {keys.join(', ')}
                  {matched !== null && matched !== name && !keys.includes(matched) && (
                    <>, found as “{matched}”</>
                  )}
                </span>
              </li>
            ))}
          </ul>
          <h2>{shown.providers.length === 1 ? 'Not this one?' : 'None of these?'}</h2>
          <p>Type more of the name, or the key.{shown.more && ' There are more than are shown.'}</p>
          {form}
        </Page>
      );
    case 'faults':
      return (
        <Page title={`Error: ${TITLE}`} at="/">
          <h1>{TITLE}</h1>
          <Faults faults={faults} />
          {form ?? (
            <p>
              <a href="/">Begin anew</a>
            </p>
          )}
        </Page>
      );
    case 'nothing':
      return (
        <Page title={TITLE} at="/">
          <h1>{TITLE}</h1>
          <p class="lead">
            Before a school or college commissions guidance: may this provider deliver it, on every day from
            one to another? The register answers from what bodies have recorded, says why, and keeps the
            answer for you as evidence.
          </p>
          {form}
        </Page>
      );
  }
}

function Faults({ faults }: { readonly faults: readonly Fault[] }) {
  return (
    <div class="faults" role="alert" aria-labelledby="faults">
      <h2 id="faults">There is a problem</h2>
      <ul>
        {faults.map(({ field, detail }) => (
          <li>
            {field === undefined || field === 'policy' ? (
              detail
            ) : (
              <a href={`#${field}`}>
                {LABELS[field]}: {detail}
              </a>
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}

/** What every control has from its field. */
interface Control {
  readonly id: Field;
  readonly name: Field;
  readonly 'aria-describedby'?: string;
  readonly 'aria-invalid'?: true;
}

/** A field with its label, its hint, and what is wrong with it. */
function FormField({
  name,
  hint,
  faults,
  control,
}: {
  readonly name: keyof typeof LABELS;
  readonly hint?: ComponentChildren;
  readonly faults: readonly Fault[];
  readonly control: (props: Control) => ComponentChildren;
}) {
  const its = faults.filter(({ field }) => field === name);
  const described = [
    ...(hint === undefined ? [] : [`${name}-hint`]),
    ...its.map((_, i) => `${name}-fault-${i}`),
  ];
  return (
    <div class={its.length > 0 ? 'field broken' : 'field'}>
      <label for={name}>{LABELS[name]}</label>
      {hint !== undefined && (
        <p class="hint" id={`${name}-hint`}>
          {hint}
        </p>
      )}
      {its.map(({ detail }, i) => (
        <p class="fault" id={`${name}-fault-${i}`}>
          {detail}
        </p>
      ))}
      {control({
        id: name,
        name,
        ...(described.length > 0 ? { 'aria-describedby': described.join(' ') } : {}),
        ...(its.length > 0 ? { 'aria-invalid': true } : {}),
      })}
    </div>
  );
}

function Form({
  typed,
  policy,
  today,
  faults,
}: FrontPageProps & { readonly policy: PolicyRecord; readonly faults: readonly Fault[] }) {
  const more = (['knownAt', 'adviser'] as const).some(
    (name) => typed[name] !== '' || faults.some(({ field }) => field === name),
  );
  return (
    <form action="/" method="get">
      <FormField
        name="provider"
        hint="Its name, where typing mistakes are forgiven, or a key such as ukprn:10012345"
        faults={faults}
        control={(props) => (
          <input {...props} type="text" value={typed.provider} maxLength={200} required autocomplete="off" />
        )}
      />
      <FormField
        name="setting"
        faults={faults}
        control={(props) => (
          <select {...props} required>
            <option value="">Choose</option>
            {settingsOf(policy).map((setting) => (
              <option value={setting} selected={setting === typed.setting}>
                {settingInWords(setting)}
              </option>
            ))}
          </select>
        )}
      />
      <fieldset aria-describedby="days-hint">
        <legend>The days</legend>
        <p class="hint" id="days-hint">
          Both days are included. Give one for a single day
          {today !== null && `, none for today, which in the register is ${dayInWords(today)}`}.
        </p>
        <div class="days">
          <DayField name="from" typed={typed.from} faults={faults} />
          <DayField name="until" typed={typed.until} faults={faults} />
        </div>
      </fieldset>
      <details open={more}>
        <summary>As known earlier, or with named advisers</summary>
        <FormField
          name="knownAt"
          hint="A position in the register’s log, such as 4182, or a moment, such as 2026-09-01T12:00:00Z. Now unless given."
          faults={faults}
          control={(props) => <input {...props} type="text" value={typed.knownAt} autocomplete="off" />}
        />
        <FormField
          name="adviser"
          hint="Their keys, such as adviser:k7m2p4q8, with a space between them"
          faults={faults}
          control={(props) => <input {...props} type="text" value={typed.adviser} autocomplete="off" />}
        />
      </details>
      {typed.policy !== '' && <input type="hidden" name="policy" value={typed.policy} />}
      <button type="submit">Check</button>
    </form>
  );
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;

function DayField({
  name,
  typed,
  faults,
}: {
  readonly name: 'from' | 'until';
  readonly typed: string;
  readonly faults: readonly Fault[];
}) {
  // A browser shows nothing of a value that is no day: what was typed is kept as text.
  const isText = typed !== '' && (!DAY.test(typed) || faults.some(({ field }) => field === name));
  return (
    <FormField
      name={name}
      faults={faults}
      control={(props) => (
        <input
          {...props}
          {...(isText
            ? { type: 'text', inputMode: 'numeric' }
            : { type: 'date', min: '1900-01-01', max: '9999-12-31' })}
          value={typed}
          autocomplete="off"
        />
      )}
    />
  );
}
