import type { ExplainedProblem } from '@app/http-contract/problem/problems';
import type { Refusal } from '@app/domain/values/problem';
import { Marked, Page } from '../layout/page';

/** The page of a refusal, for people; with the present request’s refusal, if there is one. */
export function ProblemPageView({
  code,
  status,
  title,
  page,
  refusal,
}: ExplainedProblem & { readonly refusal?: Refusal }) {
  const { refused, example, mend } = page;
  return (
    <Page title={title}>
      <h1>{title}</h1>
      <p class="quiet">
        Code <code>{code}</code>, status {status}
      </p>
      {refusal && (
        <>
          <p>{refusal.detail}.</p>
          <ul>
            {refusal.errors?.map(({ pointer, detail }) => (
              <li>
                <code>{pointer.slice(1)}</code>: {detail}
              </li>
            ))}
          </ul>
        </>
      )}
      <h2>What is refused</h2>
      <p>
        <Marked words={refused} />
      </p>
      <h2>For example</h2>
      <p>
        <Marked words={example} />
      </p>
      <h2>How to correct it</h2>
      <p>
        <Marked words={mend} />
      </p>
    </Page>
  );
}
