import { problemPage } from '@app/http-contract/problem/problems';
import { Refused } from '@app/http-contract/problem/refusal-error';
import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { JSON_TYPE } from '@app/http-contract/media-types';
import { keepNothing, varyBy } from '../../http/conventions';
import { preferred } from '../../http/media-types';
import { answerRefusal, beginRefusal, ProblemFilter } from '../../http/problem-details';
import { HTML, sendPage } from '../layout/page';
import { ProblemPageView } from './problem-page';

/**
 * Answers errors at the address of a page: with a page to a browser, and with problem details to all others.
 */
@Catch()
export class PageProblemFilter implements ExceptionFilter {
  readonly #problems = new ProblemFilter();

  async catch(error: unknown, host: ArgumentsHost): Promise<void> {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const refusal = this.#problems.refusalOf(error, request, reply);
    if (reply.sent) return;
    varyBy(reply, 'accept');
    const found = problemPage(refusal.code);
    if (!found || !wantsPage(request)) {
      answerRefusal(reply, refusal);
      return;
    }
    const { status } = beginRefusal(reply, refusal);
    keepNothing(reply);
    await sendPage(reply, ProblemPageView({ ...found, refusal }), { status });
  }
}

/**
 * Whether a request accepts pages, and prefers them to JSON. A client that accepts anything is no browser.
 */
export function wantsPage(request: FastifyRequest): boolean {
  try {
    return preferred(request, [JSON_TYPE, HTML]) === HTML;
  } catch (error) {
    if (error instanceof Refused) return false;
    throw error;
  }
}
