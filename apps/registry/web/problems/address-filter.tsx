import { Refused } from '@app/http-contract/problem/refusal-error';
import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { keepNothing, varyBy } from '../../http/conventions';
import { answerRefusal, beginRefusal, ProblemFilter } from '../../http/problem-details';
import { allowedMethods } from '../../http/route-costs';
import { Page, sendPage } from '../layout/page';
import { wantsPage } from './page-problem';

/**
 * Answers all errors as problem details. For an unknown address a browser gets a page, and an address with an
 * extra slash or capitals is redirected to the right one.
 */
@Catch()
export class AddressFilter implements ExceptionFilter {
  readonly #problems = new ProblemFilter();

  async catch(error: unknown, host: ArgumentsHost): Promise<void> {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const refusal = this.#problems.refusalOf(error, request, reply);
    if (reply.sent) return;
    const isNowhere = refusal.code === 'not-found' && !(error instanceof Refused);
    const meant = isNowhere ? meantBy(request) : undefined;
    if (meant !== undefined) {
      keepNothing(reply);
      await reply.redirect(meant, 301);
      return;
    }
    if (isNowhere) varyBy(reply, 'accept');
    if (!isNowhere || !wantsPage(request)) {
      answerRefusal(reply, refusal);
      return;
    }
    const { status } = beginRefusal(reply, refusal);
    keepNothing(reply);
    await sendPage(reply, NowherePage(), { status });
  }
}

/**
 * The address of the page that an unknown address probably means: without slashes at its end, in small
 * letters. The API is strict.
 */
function meantBy({ method, server, url }: FastifyRequest): string | undefined {
  if (method !== 'GET' && method !== 'HEAD') return undefined;
  const [path = ''] = url.split('?');
  if (/^\/v1(?:\/|$)/i.test(path)) return undefined;
  const bare = path.replace(/\/+$/, '');
  const candidates = [bare, bare.toLowerCase()];
  const found = candidates.find(
    (one) => one !== path && allowedMethods({ server, url: one }).includes(method),
  );
  return found === undefined ? undefined : `${found}${url.slice(path.length)}`;
}

function NowherePage() {
  return (
    <Page title="There is no such page">
      <h1>There is no such page</h1>
      <p>Nothing is at this address. It may have been mistyped, or cut off where it was copied from.</p>
      <ul>
        <li>
          <a href="/">Check a provider of careers guidance</a>
        </li>
        <li>
          <a href="/docs">For developers: all addresses of the register</a>
        </li>
      </ul>
    </Page>
  );
}
