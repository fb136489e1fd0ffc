import { type AnsweredQuestion } from './answered-question';
import { addressOf } from '@app/http-contract/page-address';
import { calledIn, dayInWords, instantInWords, strengthInWords } from '@app/phrases/words';

/** By which rules, and from what was known when. */
export function Grounds({
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
export function KeptAddresses({
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
