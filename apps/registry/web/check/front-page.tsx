import { FaultList, Form } from './front-form';
import { type Typed, type FormFault } from './form-fields';
import { keysTyped } from '@app/http-contract/typed';
import type { PolicyRecord } from '@app/read-model/records/records';
import type { FoundProvider } from '@app/read-model/search/provider-search';
import { Fragment, type ComponentChildren } from 'preact';
import { addressOf } from '@app/http-contract/page-address';
import { AnswerView } from './answer-view';
import { asksWhoComes, nameIn, type AnsweredQuestion } from './answered-question';
import { Page } from '../layout/page';
import { besides } from './of-register';
import { butInWords, policiesInWords } from '@app/phrases/answers-in-words';
import { capitalised, dayInWords, verdictInWords, visible } from '@app/phrases/words';

/** A provider to choose, with what distinguishes it from another of the same name. */
export type Choice = FoundProvider & {
  readonly area?: string | null;
  /** The last day on which it is open, if it closes. */
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
      /** The providers that the typed text may mean: several, or one that is merely similar. */
      readonly kind: 'choice';
      readonly choices: readonly Choice[];
      /** Whether each of them has exactly the name or number that was typed. */
      readonly areSame: boolean;
      /** Further similar providers. */
      readonly others: readonly Choice[];
      /** Whether there are more than these. */
      readonly more: boolean;
    }
  | ({ readonly kind: 'answer' } & AnsweredQuestion);

export interface FrontPageProps {
  readonly typed: Typed;
  /** Every policy of which an edition stands. */
  readonly policies: readonly PolicyRecord[];
  /** The register’s today, if it has one. */
  readonly today: string | null;
  readonly shown: Shown;
}

const TITLE = 'Check a provider of careers guidance';

/** The page on which a provider is checked: the answer where one was asked for, and the form that asks. */
export function FrontPage({ typed, policies, today, shown }: FrontPageProps) {
  const faults = shown.kind === 'faults' ? shown.faults : [];
  const form = (
    <Form
      typed={typed}
      policies={policies}
      today={today}
      faults={faults}
      suggestsAdvisers={shown.kind === 'answer' && shown.answers.some(({ answer }) => asksWhoComes(answer))}
    />
  );
  switch (shown.kind) {
    case 'answer': {
      return (
        <Page title={titleOf(shown)} at="/">
          <AnswerView {...shown} />
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
          <FaultList faults={faults} />
          {shown.adviser !== undefined && (
            <p>
              What is recorded of this adviser, for programs:{' '}
              <a href={`/v1/advisers/${shown.adviser}`}>{shown.adviser}</a>
            </p>
          )}
          {shown.unknown !== undefined && <NotHere heading="What this means" typed={shown.unknown} />}
          {form}
        </Page>
      );
    case 'nothing':
      return (
        <Page title={TITLE} at="/">
          <h1>{TITLE}</h1>
          <p class="lead">
            Before a school or college commissions guidance: may this provider deliver it, on every day from
            one to another? The register answers from what awarding and accreditation bodies have recorded: by
            the law, by the conditions of public funding, by guidance and by what is proposed, each for
            itself. It says why, and keeps the answer for you as evidence.
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

/** Who is asked about and what is said, so that a list of windows tells them apart. */
function titleOf({ question, answers, names }: AnsweredQuestion): string {
  const [only, ...more] = answers;
  const said =
    only !== undefined && more.length === 0
      ? verdictInWords(only.asked, only.stretches)
      : policiesInWords(answers.map(({ asked }) => asked));
  return [`${nameIn(question, names)}: ${said}`, ...butInWords(besides(answers))].join(' ');
}

/** The providers that somebody may mean; the page never answers about one without being asked. */
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
        const { key, keys, name, matched, now = [], area, openUntil } = one;
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
            {now.length > 0 && (
              <>
                <br />
                Now:{' '}
                {now.map((successor, i) => (
                  <Fragment>
                    {i > 0 && ', '}
                    <a href={addressOf('/', { ...typed, provider: successor.key })}>{called(successor)}</a>
                    {successor.name !== null && <span class="quiet"> ({successor.key})</span>}
                  </Fragment>
                ))}
              </>
            )}
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

/** Says what it means that no provider was found, and how to continue. */
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

/** Typed text, which may run from right to left or contain invisible characters. */
function Quoted({ text }: { readonly text: string }) {
  return <bdi>{visible(text)}</bdi>;
}
