import { keysTyped } from '@app/http-contract/typed';
import type { PolicyRecord } from '@app/read-model/records/records';
import type { FoundProvider } from '@app/read-model/search/provider-search';
import type { ComponentChildren } from 'preact';
import { addressOf } from '@app/http-contract/page-address';
import { AnswerView, asksWhoComes, nameIn, type AnsweredQuestion } from './answer-view';
import { Page } from '../layout/page';
import {
  capitalised,
  dayInWords,
  settingInWords,
  settingsInOrder,
  stretchesOf,
  verdictInWords,
  visible,
} from '@app/phrases/words';

/** What the form asks, in the order in which it asks it. `policy` is in no field: an address may name it. */
export const FIELDS = ['provider', 'setting', 'from', 'until', 'adviser', 'knownAt', 'policy'] as const;
export type Field = (typeof FIELDS)[number];

/** What was typed, as it was typed; empty where nothing was. */
export type Typed = Readonly<Record<Field, string>>;

/** What is wrong, and how to correct it, beside its field where it has one. */
export interface FormFault {
  readonly field: Field | undefined;
  readonly detail: string;
}

/** A provider to choose, with what tells it from another of the same name. */
export type Choice = FoundProvider & {
  readonly area?: string | null;
  /** The last day on which it is open, where it closes. */
  readonly openUntil?: string | null;
};

/** What is shown above the form. */
export type Shown =
  | { readonly kind: 'nothing' }
  | {
      readonly kind: 'faults';
      readonly status: number;
      readonly faults: readonly FormFault[];
      /** What was typed as a provider, where the register holds no one under it. */
      readonly unknown?: string;
      /** The key of an adviser that was typed as a provider’s. */
      readonly adviser?: string;
    }
  | {
      /** Whom what was typed may mean: several, or one that comes near and was not named. */
      readonly kind: 'choice';
      readonly choices: readonly Choice[];
      /** Whether each of them has the name or number that was typed. */
      readonly areSame: boolean;
      /** Those that come near besides. */
      readonly others: readonly Choice[];
      /** Whether there are more than these. */
      readonly more: boolean;
    }
  | ({ readonly kind: 'answer' } & AnsweredQuestion);

export interface FrontPageProps {
  readonly typed: Typed;
  /** The policy asked; undefined if it cannot be read, and so nothing can be asked. */
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
        <Page title={`${nameIn(shown)}: ${verdictInWords(answer, stretches)}`} at="/">
          <AnswerView {...shown} stretches={stretches} />
          <h2 id="ask" class="onscreen">
            Ask another question
          </h2>
          {form}
        </Page>
      );
    }
    case 'choice':
      return <Choosing {...shown} typed={typed} form={form} />;
    case 'faults':
      return (
        <Page title={`Error: ${TITLE}`} at="/">
          <h1>{TITLE}</h1>
          <Faults faults={faults} />
          {shown.adviser !== undefined && (
            <p>
              What is recorded of this adviser, for programs:{' '}
              <a href={`/v1/advisers/${shown.adviser}`}>{shown.adviser}</a>
            </p>
          )}
          {shown.unknown !== undefined && <NotHere heading="What this means" typed={shown.unknown} />}
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
            one to another? The register answers from what awarding and accreditation bodies have recorded,
            says why, and keeps the answer for you as evidence.
          </p>
          {form}
          <p class="quiet">
            There is no search by area yet: ask about a provider by its name or number. Advisers are not
            listed by name.
          </p>
        </Page>
      );
  }
}

/** Whom somebody may mean: never answered about unasked. */
function Choosing({
  choices,
  areSame,
  others,
  more,
  typed,
  form,
}: Extract<Shown, { kind: 'choice' }> & { readonly typed: Typed; readonly form: ComponentChildren }) {
  const [first] = choices;
  const isOne = choices.length === 1 && first !== undefined;
  const heading = areSame
    ? 'Which provider do you mean?'
    : isOne
      ? `Did you mean ${called(first)}?`
      : 'Did you mean one of these?';
  const count = `${more ? 'more than ' : ''}${choices.length}`;
  return (
    <Page title={`${areSame ? 'Which provider?' : 'Did you mean …?'} ${TITLE}`} at="/">
      <h1>{heading}</h1>
      <p>
        {areSame ? (
          <>
            “<Quoted text={typed.provider} />” is the name or number of {count} providers.
          </>
        ) : (
          <>
            This register holds no one under exactly “<Quoted text={typed.provider} />
            ”. {isOne ? 'This comes near it' : `${capitalised(count)} come near it`}: choose only whom you
            mean.
          </>
        )}
      </p>
      {more && (
        <p>
          Not all are shown. To narrow it down, type more of the name, or the provider’s number: its UKPRN,
          its company or charity number, or a school’s URN.
        </p>
      )}
      <Choices choices={choices} typed={typed} />
      {others.length > 0 && (
        <>
          <h2>Or one of these?</h2>
          <Choices choices={others} typed={typed} />
        </>
      )}
      <NotHere
        heading={isOne ? 'Not this one?' : 'None of these?'}
        typed={areSame ? undefined : typed.provider}
      />
      {form}
    </Page>
  );
}

function Choices({ choices, typed }: { readonly choices: readonly Choice[]; readonly typed: Typed }) {
  return (
    <ul class="bare choices">
      {choices.map((one) => {
        const { key, keys, name, matched, area, openUntil } = one;
        const facts = [
          keys.join(', '),
          ...(area == null ? [] : [`area ${area.slice('area:'.length)}`]),
          ...(openUntil == null ? [] : [`open until ${dayInWords(openUntil)}`]),
        ];
        return (
          <li>
            <a href={addressOf('/', { ...typed, provider: key })}>{called(one)}</a>
            <br />
            <span class="quiet">
              {facts.join('; ')}
              {matched !== null && matched !== name && !keys.includes(matched) && (
                <>
                  ; found by another name of it, “<Quoted text={matched} />”
                </>
              )}
            </span>
          </li>
        );
      })}
    </ul>
  );
}

function called({ key, name }: Pick<Choice, 'key' | 'name'>): string {
  return name === null ? key : visible(name);
}

/** The number of a certificate, such as `M-1042`: letters, digits and hyphens, and no word. */
const CERTIFICATE = /^(?=[^]*[0-9])[A-Za-z]{0,6}[-./ ]?[0-9][A-Za-z0-9./-]*$/;

/** What it means that no one was found, and how to go on. */
function NotHere({ heading, typed }: { readonly heading: string; readonly typed: string | undefined }) {
  return (
    <section aria-labelledby="not-here">
      <h2 id="not-here">{heading}</h2>
      <p>
        That this register holds no one under a name or number does not mean that they are not accredited or
        qualified. It knows only what awarding and accreditation bodies have recorded in it.
      </p>
      <ul>
        <li>
          Type a part of the name, or a number: the UKPRN, the company or charity number, or the URN of a
          school. Ask the provider for it: it may stand here under another name.
        </li>
        {typed !== undefined && CERTIFICATE.test(typed) && !keysTyped(typed)?.length ? (
          <li>
            “<Quoted text={typed} />” may be the number of a certificate. That is no name: providers are not
            found by it here. Type the name that stands on the certificate.
          </li>
        ) : (
          <li>The number of a certificate is no name: type the name that stands on it.</li>
        )}
        <li>
          A person? Advisers are not listed by name, to protect them. Type the provider that the adviser works
          for, and ask the adviser for the key under which the register knows them, such as adviser:k7m2p4q8.
        </li>
        <li>
          If they should be here, ask the body that awarded the accreditation or qualification to record it.
        </li>
      </ul>
      <h2>Ask again</h2>
    </section>
  );
}

/** What somebody typed, which may be written from right to left, or hold what no one sees. */
function Quoted({ text }: { readonly text: string }) {
  return <bdi>{visible(text)}</bdi>;
}

function Faults({ faults }: { readonly faults: readonly FormFault[] }) {
  return (
    <div class="faults" role="alert" tabIndex={-1} autofocus aria-labelledby="faults">
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
  readonly faults: readonly FormFault[];
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
  shown,
}: FrontPageProps & { readonly policy: PolicyRecord; readonly faults: readonly FormFault[] }) {
  const more =
    (['knownAt', 'adviser'] as const).some(
      (name) => typed[name] !== '' || faults.some(({ field }) => field === name),
    ) ||
    (shown.kind === 'answer' && asksWhoComes(shown.answer));
  return (
    <form action="/" method="get">
      <FormField
        name="provider"
        hint="Its name, or its number: UKPRN, company number, charity number, or the URN of a school"
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
          Give both, and both are included: for a contract, its first day and its last. One alone asks about
          that single day
          {today !== null && `, none about today, which in the register is ${dayInWords(today)}`}.
        </p>
        <div class="days">
          <DayField name="from" typed={typed.from} faults={faults} />
          <DayField name="until" typed={typed.until} faults={faults} />
        </div>
      </fieldset>
      <details open={more}>
        <summary>With named advisers, or as known earlier</summary>
        <FormField
          name="adviser"
          hint="The keys under which the register knows them, such as adviser:k7m2p4q8, with a space between them. Advisers are not listed by name: ask them, or the provider."
          faults={faults}
          control={(props) => <input {...props} type="text" value={typed.adviser} autocomplete="off" />}
        />
        <FormField
          name="knownAt"
          hint="What the register knew at the end of a day, such as 2 July 2025, at a time of it, such as 2 July 2025 at 14:30, or up to an event, such as 4182. Now unless given."
          faults={faults}
          control={(props) => <input {...props} type="text" value={typed.knownAt} autocomplete="off" />}
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
  readonly faults: readonly FormFault[];
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
