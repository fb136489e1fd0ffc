import { useTold, useUnder } from './evidence-lines';
import type { PolicyAnswer } from './answered-question';
import { PolicyPart } from './policy-part';
import { addressOf } from '@app/http-contract/page-address';
import { textsIn } from '@app/phrases/policy-texts';
import { policyInWords } from '@app/phrases/voices';
import { calledIn, dayInWords, instantInWords, strengthInWords, visible } from '@app/phrases/words';

interface DecidingEdition {
  readonly edition: number;
  readonly digest: string;
  readonly strength: string;
  /** The policy itself, where it can be shown. */
  readonly document: NonNullable<PolicyAnswer['policy']>['editions'][number]['policy'] | undefined;
}

function decidingEditions({ answer, policy }: PolicyAnswer): readonly DecidingEdition[] {
  return answer.policy.editions.map(({ edition, digest, strength }) => ({
    edition,
    digest,
    strength,
    document: policy?.editions.find((one) => one.digest === digest)?.policy,
  }));
}

function OwnTexts({ texts }: { readonly texts: readonly string[] }) {
  return (
    <ul>
      {texts.map((text) => (
        <li>{text}</li>
      ))}
    </ul>
  );
}

/** By which editions a policy speaks, how it is read, and what it does not cover, in its own words. */
export function PolicyGrounds({ isFolded }: { readonly isFolded: boolean }) {
  const under = useUnder();
  const { answer } = under;
  const editions = decidingEditions(under);
  const [notCovered, readings] = [textsIn(editions, 'notCovered'), textsIn(editions, 'readings')];
  const title =
    notCovered.length > 0 ? 'What it does not cover, and where it comes from' : 'Where it comes from';
  const content = (
    <>
      {notCovered.length > 0 && (
        <>
          <p>{policyInWords(answer.policy)} does not cover this here, so see to it elsewhere:</p>
          <OwnTexts texts={notCovered} />
        </>
      )}
      <Editions editions={editions} />
      {readings.length > 0 && (
        <details>
          <summary>How it is read where its source is silent</summary>
          <OwnTexts texts={readings} />
        </details>
      )}
    </>
  );
  return isFolded ? (
    <details>
      <summary>{title}</summary>
      {content}
    </details>
  ) : (
    <PolicyPart name="source" title={title}>
      {content}
    </PolicyPart>
  );
}

function Editions({ editions }: { readonly editions: readonly DecidingEdition[] }) {
  const { id } = useUnder().answer.policy;
  return (
    <dl class="facts">
      {editions.map(({ edition, digest, strength, document }) => (
        <>
          <dt>Policy</dt>
          <dd>
            {document && <>{document.title}: </>}
            {id}, edition {edition}, {strengthInWords(strength)}
            {strength === 'proposal' && '. It says what would be good, and obliges no one'}
            <br />
            <span class="address quiet print-small">{digest}</span>
          </dd>
        </>
      ))}
      {editions.length === 0 && (
        <>
          <dt>Policy</dt>
          <dd>{id}, of which no edition is in force on those days</dd>
        </>
      )}
    </dl>
  );
}

/** From what was known when, of whom, and by whom it is told: the same of all answers. */
export function Grounds() {
  const { question, pinned, origin } = useTold();
  const { position, recordedAt, today } = question.knownAt;
  return (
    <section aria-labelledby="grounds">
      <h2 id="grounds">What the answer rests on</h2>
      <dl class="facts">
        <dt>As recorded</dt>
        <dd>
          Up to <a href={addressOf(`/events/${position}`, { knownAt: pinned })}>event {position}</a>, the last
          that the register had recorded then, on {instantInWords(recordedAt)}
          {today !== null && <>; the register’s day was {dayInWords(today)}</>}
        </dd>
        <dt>Provider</dt>
        <dd>
          {calledIn(question) !== question.provider.key && <>{calledIn(question)}, </>}
          <a href={`/v1/providers/${question.provider.key}`}>{question.provider.key}</a>, what is recorded of
          it, for programs
        </dd>
        {question.school !== undefined && <SchoolThatAsks school={question.school} />}
        <dt>Answered by</dt>
        <dd>
          The Guidance Register{origin !== '' && <> at {origin}</>}, by version {question.evaluator} of its
          way of reading policies
        </dd>
      </dl>
    </section>
  );
}

function SchoolThatAsks({ school }: { readonly school: string }) {
  const { names } = useTold();
  const name = names.get(school);
  return (
    <>
      <dt>School that asks</dt>
      <dd>
        {name !== undefined && <>{visible(name)}, </>}
        <a href={`/v1/providers/${school}`}>{school}</a>
      </dd>
    </>
  );
}

/** What one policy of several says, as a receipt of its own. One that lacks the setting says nothing if it is asked alone. */
export function ReceiptOfPolicy() {
  const { question, pinned } = useTold();
  const { provider, setting, from, until, advisers, school } = question;
  const { policy } = useUnder();
  if (!policy?.editions.some((one) => Object.hasOwn(one.policy.settings, setting))) return null;
  const asked = { setting, from, until, adviser: advisers, school, policy: policy.id, knownAt: pinned };
  return (
    <p class="quiet onscreen">
      <a href={addressOf('/receipt', { provider: provider.key, ...asked })}>Signed receipt (JWS)</a> of what
      this policy says
    </p>
  );
}

/** The addresses that give this very answer, whatever is recorded later, and no other even after a restore. */
export function KeptAddresses() {
  const { question, policies, knownAt, pinned: moment, origin } = useTold();
  const { provider, setting, from, until, advisers, school } = question;
  const asked = { setting, from, until, adviser: advisers, school, policy: policies };
  const pinned = { ...asked, knownAt: moment };
  const page = addressOf('/', { provider: provider.key, ...pinned });
  const json = addressOf(`/v1/providers/${provider.key}/eligibility`, pinned);
  const receipt = addressOf('/receipt', { provider: provider.key, ...pinned });
  const again = addressOf('/', { provider: provider.key, ...asked });
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
        <dt>As proof</dt>
        <dd>
          <a href={receipt}>Signed receipt (JWS)</a>, a file that shows to anybody what the register answered,
          and from which records
        </dd>
      </dl>
      {knownAt !== undefined ? (
        <p class="onscreen">
          <a href={again}>Ask the same as it is known now</a>
        </p>
      ) : (
        <p>
          To check again later, ask at this address:{' '}
          <a class="address" href={again}>
            {origin}
            {again}
          </a>
        </p>
      )}
    </section>
  );
}
